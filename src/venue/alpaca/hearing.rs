//! What the two streams say, for the desk: executions to its feed, prices to its board.
//! Must never keep an execution waiting behind prices: each stream has its own tasks.

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::bounds::{INBOX_REPORTS_MAX, STREAM_WORDS_MAX};
use crate::desk::entropy::Entropy;
use crate::desk::port::{Feed, StreamState};
use crate::domain::symbols::Symbol;

use super::Alpaca;
use super::budget::Lane;
use super::reading::{completion, of_update};
use super::stream::line::Line;
use super::stream::prices::{self, News, Prices};
use super::stream::socket::{Place, Told, Wanted, keep};
use super::stream::trades::{self, Trades};
use super::wire::updates::{OrderEvent, TradeUpdate};

/// Starts both streams.
pub(super) fn begin(alpaca: &Arc<Alpaca>, chance: &Entropy) -> Vec<JoinHandle<()>> {
    let now = alpaca.clock.now();
    let hosts = alpaca.rest.hosts();
    let trades = Trades::new(alpaca.keys.clone());
    let trades = Line::new("trades", trades, chance.split("trades"), now);
    let (tells, told) = mpsc::channel(INBOX_REPORTS_MAX);
    let nothing = watch::Sender::new(());
    let wanted = Wanted {
        stop: alpaca.stop.subscribe(),
        what: nothing.subscribe(),
        tell: |_, ()| Vec::new(),
    };
    let place = Place { url: hosts.trades.clone(), msgpack: false };
    let clock = Arc::clone(&alpaca.clock);
    let trade_line = tokio::spawn(async move {
        keep(trades, place, clock, tells, wanted).await;
        drop(nothing);
    });
    let trade_ear = tokio::spawn(hear_trades(Arc::clone(alpaca), told));

    let prices = Prices::new(alpaca.keys.clone());
    let prices = Line::new("prices", prices, chance.split("prices"), now);
    let (tells, told) = mpsc::channel(STREAM_WORDS_MAX);
    let what = watch::Sender::new(BTreeSet::new());
    let wanted =
        Wanted { stop: alpaca.stop.subscribe(), what: what.subscribe(), tell: Prices::want };
    let place = Place { url: hosts.prices.clone(), msgpack: false };
    let price_line = tokio::spawn(keep(prices, place, Arc::clone(&alpaca.clock), tells, wanted));
    let price_ear = tokio::spawn(hear_prices(Arc::clone(alpaca), told));
    let choosing = tokio::spawn(choose(Arc::clone(alpaca), what));
    vec![trade_line, trade_ear, price_line, price_ear, choosing]
}

/// Splits what is wanted whenever it, or the room for it, changes.
async fn choose(alpaca: Arc<Alpaca>, what: watch::Sender<BTreeSet<Symbol>>) {
    let (mut interest, mut room) = (alpaca.interest.subscribe(), alpaca.room.subscribe());
    loop {
        let (streamed, _) = interest.borrow_and_update().split(*room.borrow_and_update());
        what.send_if_modified(|had| {
            let is_new = *had != streamed;
            *had = streamed;
            is_new
        });
        tokio::select! {
            changed = interest.changed() => if changed.is_err() { return },
            changed = room.changed() => if changed.is_err() { return },
        }
    }
}

async fn hear_trades(alpaca: Arc<Alpaca>, mut told: mpsc::Receiver<Told<trades::Said>>) {
    while let Some(told) = told.recv().await {
        match told {
            Told::State(state) => alpaca.tell_line(0, state).await,
            Told::Said(trades::Said::Update(update)) => alpaca.take_update(*update).await,
            // What happened while the line was down, or was not understood, is asked for.
            Told::Said(trades::Said::Gap | trades::Said::Live) => alpaca.bell.notify_one(),
        }
    }
}

async fn hear_prices(alpaca: Arc<Alpaca>, mut told: mpsc::Receiver<Told<prices::Said>>) {
    let mut waiting = Vec::new();
    while told.recv_many(&mut waiting, STREAM_WORDS_MAX).await > 0 {
        for told in waiting.drain(..) {
            match told {
                Told::State(state) => {
                    if state != StreamState::Live {
                        alpaca.streamed.send_replace(BTreeSet::new());
                    }
                    alpaca.tell_line(1, state).await;
                }
                Told::Said(prices::Said::Streamed(symbols)) => {
                    alpaca.streamed.send_replace(symbols);
                }
                Told::Said(prices::Said::Room(room)) => {
                    alpaca.room.send_replace(room);
                }
                Told::Said(prices::Said::News(news)) => alpaca.take_news(&news),
            }
        }
        let changed = alpaca.pictures().take_changed();
        alpaca.board.put(&changed);
    }
}

impl Alpaca {
    /// Prices conflate: of all messages that wait, the newest picture of each symbol goes up.
    fn take_news(&self, news: &[News]) {
        let mut pictures = self.pictures();
        for one in news {
            match one {
                News::Tick(tick) => pictures.tick(tick),
                News::Item(item) => pictures.apply(item),
            }
        }
    }

    async fn take_update(&self, mut update: TradeUpdate) {
        update.order = self.named(update.order);
        let (update, order) = (&update, &update.order);
        let by = match (&update.event, &order.replaced_by) {
            (OrderEvent::Replaced, Some(by)) => self.client_id_of(by, Lane::LookUp).await,
            _ => None,
        };
        match of_update(update, by) {
            Ok(Some(report)) => {
                self.known(|known| {
                    if let Ok(total) = order.filled_qty.quantity() {
                        known.note_filled(&order.id, total);
                    }
                    if super::errands::is_final(&order.status) {
                        known.note_ended(&report.client_id);
                    }
                });
                self.tell(Feed::Report(report)).await;
                if let Some(complete) = completion(update) {
                    self.tell(Feed::Report(complete)).await;
                }
            }
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(%error, order = order.id, "an update is looked up instead");
                self.bell.notify_one();
            }
        }
    }
}
