//! What is asked for on a timer, whatever the streams say: fills, open orders, money, prices.
//! Must never wait for a stream: while one is down it asks more often.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinHandle;

use crate::bounds::{
    ASSETS_EVERY_MS, FILLS_EVERY_MS, FILLS_EVERY_MS_DEAF, FILLS_OVERLAP_S, SILENT_PRICE_MS,
    SNAPSHOTS_AT_ONCE_MAX, SNAPSHOTS_EVERY_MS, SNAPSHOTS_EVERY_MS_CLOSED,
};
use crate::desk::port::{Feed, Foreign, Funds, Holding, Standing, StreamState};
use crate::domain::hours::{Phase, Schedule};
use crate::domain::ids::ClientOrderId;
use crate::domain::lifecycle::{Report, ReportKind};
use crate::domain::numbers::Qty;
use crate::domain::orders::Side;
use crate::domain::symbols::Symbol;
use crate::domain::time::{DeskTime, MarketTime};

use super::Alpaca;
use super::budget::Lane;
use super::rest::trading::OrdersWanted;
use super::rest::trouble::Trouble;
use super::wire::account::{Account, AccountStatus, Activity};
use super::wire::assets::Position;
use super::wire::digits::Decimal;
use super::wire::orders::{Order, OrderSide};

/// Orders that a list missed and that are asked for in one round.
const MISSED_AT_ONCE_MAX: usize = 10;
/// How far back the first look at fills goes, in hours: over a long weekend.
const FIRST_LOOK_HOURS: i64 = 96;

/// Starts what asks by itself.
pub(super) fn begin(alpaca: &Arc<Alpaca>) -> Vec<JoinHandle<()>> {
    vec![
        tokio::spawn(keep_orders(Arc::clone(alpaca))),
        tokio::spawn(keep_prices(Arc::clone(alpaca))),
        tokio::spawn(keep_assets(Arc::clone(alpaca))),
    ]
}

/// Asks for fills and open orders every so often, and at once when somebody rings.
async fn keep_orders(alpaca: Arc<Alpaca>) {
    let back = SignedDuration::from_hours(FIRST_LOOK_HOURS);
    let mut since = alpaca.clock.now().timestamp().checked_sub(back).unwrap_or(Timestamp::MIN);
    loop {
        match alpaca.reconcile(since).await {
            Ok(newest) => {
                since = newest;
                alpaca.polls.send_modify(|polls| *polls += 1);
            }
            Err(trouble) => tracing::warn!(%trouble, "fills and orders could not be asked for"),
        }
        let every = if alpaca.hears_trades() { FILLS_EVERY_MS } else { FILLS_EVERY_MS_DEAF };
        let wait = alpaca.clock.wait_until(alpaca.clock.now().plus_ms(every));
        tokio::select! {
            biased;
            () = alpaca.bell.notified() => {}
            () = wait => {}
        }
    }
}

impl Alpaca {
    /// Asks for all that the streams may have missed: the fills since a moment, told again with
    /// overlap, then the orders whose end was not heard of, then the money. Where the next look
    /// begins.
    pub(super) async fn reconcile(&self, since: Timestamp) -> Result<Timestamp, Trouble> {
        let overlap = SignedDuration::from_secs(FILLS_OVERLAP_S);
        let after = since.checked_sub(overlap).ok();
        let fills = self.rest.fills(Lane::Poll, after, None).await?;
        let mut newest = since;
        for fill in &fills {
            newest = newest.max(fill.transaction_time.map_or(since, |time| time.0));
            if let Some(report) = self.fill_report(fill).await {
                self.tell(Feed::Report(report)).await;
            }
        }
        self.known(|known| known.note_fills(&fills));
        let open = OrdersWanted { status: Some("open"), nested: true, ..OrdersWanted::default() };
        let asked = self.clock.now();
        let open = self.rest.all_orders(open).await?;
        let missed = self.known(|known| known.list(open, asked));
        for id in missed.iter().take(MISSED_AT_ONCE_MAX) {
            for report in self.look_up(id, false).await {
                self.tell(Feed::Report(report)).await;
            }
        }
        if let Some(account) = self.tell_funds().await {
            let holdings = self.rest.positions().await?;
            if let Some(standing) = self.standing(&account, &holdings) {
                self.tell(Feed::Standing(standing)).await;
            }
        }
        Ok(newest)
    }

    /// What the account holds, for the books to be held against; none where a figure of it cannot
    /// be read, because half of a word would be taken for a difference.
    fn standing(&self, account: &Account, positions: &[Position]) -> Option<Standing> {
        let mut holdings = BTreeMap::new();
        for held in positions.iter().filter(|held| held.asset_class == "us_equity") {
            let symbol = Symbol::parse(&held.symbol).ok()?;
            let quantity = held.qty.quantity().ok()?;
            holdings.insert(symbol, Holding { quantity, cost: held.cost_basis.money().ok()? });
        }
        let foreign = self.known(|known| known.foreign().filter_map(foreign).collect());
        Some(Standing { cash: account.cash.as_ref()?.money().ok()?, holdings, foreign })
    }

    /// A fill of the list as a report; none for one that nobody can read.
    async fn fill_report(&self, fill: &Activity) -> Option<Report> {
        let order = fill.order_id.as_deref()?;
        let client_id: ClientOrderId = self.client_id_of(order, Lane::Poll).await?;
        let read = |number: &Option<Decimal>| -> Option<Qty> { number.as_ref()?.quantity().ok() };
        let kind = ReportKind::Filled {
            quantity: read(&fill.qty)?,
            price: fill.price.as_ref()?.price().ok()?,
            total: read(&fill.cum_qty)?,
            execution: fill.id.clone(),
        };
        let at = MarketTime::from_timestamp(fill.transaction_time?.0);
        Some(Report { client_id, venue_id: Some(order.to_owned()), at, kind })
    }

    /// Asks how the account stands, and tells it; none where it is not the account of the books.
    pub(super) async fn tell_funds(&self) -> Option<Account> {
        match self.rest.account(Lane::Poll).await {
            Ok(account) => {
                if account.account_number != self.account_number {
                    let (found, pinned) = (&account.account_number, &self.account_number);
                    tracing::error!(found, pinned, "the keys are for another account");
                    let words = format!(
                        "these keys are for the account {found}, and this desk keeps the books of \
                         {pinned}: end the desk, and start it with the right keys"
                    );
                    let _ = self.barred.set(words);
                    self.tell(Feed::Stream(StreamState::Offline)).await;
                    return None;
                }
                if account.status != AccountStatus::Active {
                    tracing::warn!(status = account.status.as_str(), "the account is not active");
                }
                if let Some(funds) = self.funds_of(&account) {
                    self.tell(Feed::Funds(funds)).await;
                }
                Some(account)
            }
            Err(trouble) => {
                tracing::warn!(%trouble, "the account could not be asked for");
                None
            }
        }
    }

    /// The desk takes what its open orders hold off by itself, and Alpaca has taken it off
    /// already: here it is put back.
    fn funds_of(&self, account: &Account) -> Option<Funds> {
        let read = |number: &Option<Decimal>| number.as_ref()?.money().ok();
        Some(Funds {
            cash: read(&account.cash)?,
            equity: read(&account.equity)?,
            buying_power: read(&account.buying_power)? + self.known(|known| known.held()),
        })
    }

    /// True where the picture of a symbol is older than a stream that lives should leave it.
    fn is_silent(&self, symbol: Symbol, now: DeskTime) -> bool {
        let at = self.pictures().get(symbol).map(|ticker| ticker.at.ns());
        at.is_some_and(|at| now.ms_since(DeskTime::from_ns(at)) >= SILENT_PRICE_MS)
    }

    /// Asks for the pictures of symbols, and puts them up.
    pub(super) async fn ask_prices(&self, symbols: &[Symbol]) -> Result<(), Trouble> {
        for symbols in symbols.chunks(SNAPSHOTS_AT_ONCE_MAX) {
            let asked = self.market_now();
            let is_open = Schedule::Nyse.clock(asked).phase == Phase::Open;
            let names: Vec<String> = symbols.iter().map(ToString::to_string).collect();
            let shots = self.rest.snapshots(&names).await?;
            let streamed = self.streamed.borrow().clone();
            let mut pictures = self.pictures();
            let changed = shots.iter().filter_map(|(name, shot)| {
                let symbol = Symbol::parse(name).ok()?;
                let polled = !streamed.contains(&symbol);
                pictures.snapshot(symbol, shot, polled, is_open.then_some(asked))
            });
            let changed: Vec<_> = changed.collect();
            drop(pictures);
            self.board.put(&changed);
        }
        Ok(())
    }
}

/// An open order that was made elsewhere; none for one of a kind that this desk does not know.
fn foreign(order: &Order) -> Option<Foreign> {
    Some(Foreign {
        venue_id: order.id.clone(),
        symbol: Symbol::parse(&order.symbol).ok()?,
        side: match order.side {
            OrderSide::Buy => Side::Buy,
            OrderSide::Sell => Side::Sell,
            OrderSide::Other(_) => return None,
        },
        quantity: order.qty.as_ref()?.quantity().ok()?,
        filled: order.filled_qty.quantity().ok()?,
    })
}

/// Asks for the prices of what is wanted and not streamed, and for the first picture of what is.
async fn keep_prices(alpaca: Arc<Alpaca>) {
    let (mut interest, mut streamed) = (alpaca.interest.subscribe(), alpaca.streamed.subscribe());
    let mut shot: BTreeSet<Symbol> = BTreeSet::new();
    let mut due = alpaca.clock.now();
    loop {
        let now = alpaca.clock.now();
        let is_due = now >= due;
        let wanted: Vec<Symbol> = {
            let (first, rest) = interest.borrow_and_update().split(usize::MAX);
            let streamed = streamed.borrow_and_update();
            let all = first.into_iter().chain(rest);
            // A symbol that has just come to the stream needs a picture to begin with.
            shot.retain(|had| streamed.contains(had));
            all.filter(|symbol| {
                let is_new = alpaca.pictures().get(*symbol).is_none();
                let comes = streamed.contains(symbol);
                // A stream is silent about what nobody trades: its silence is looked after.
                let is_silent = alpaca.is_silent(*symbol, now);
                is_new || (comes && !shot.contains(symbol)) || (is_due && (!comes || is_silent))
            })
            .collect()
        };
        if is_due {
            let is_open = Schedule::Nyse.clock(alpaca.market_now()).phase == Phase::Open;
            let every = if is_open { SNAPSHOTS_EVERY_MS } else { SNAPSHOTS_EVERY_MS_CLOSED };
            due = now.plus_ms(every);
        }
        match alpaca.ask_prices(&wanted).await {
            Ok(()) => {
                let streamed = alpaca.streamed.borrow();
                shot.extend(wanted.into_iter().filter(|symbol| streamed.contains(symbol)));
            }
            Err(trouble) => tracing::warn!(%trouble, "prices could not be asked for"),
        }
        let wait = alpaca.clock.wait_until(due);
        tokio::select! {
            biased;
            changed = interest.changed() => if changed.is_err() { return },
            changed = streamed.changed() => if changed.is_err() { return },
            () = wait => {}
        }
    }
}

/// Fills the list of assets: from what was kept at once, and from Alpaca once a day.
async fn keep_assets(alpaca: Arc<Alpaca>) {
    alpaca.read_assets().await;
    loop {
        let mut wait = ASSETS_EVERY_MS;
        if let Err(trouble) = alpaca.ask_assets().await {
            tracing::warn!(%trouble, "the list of assets could not be asked for");
            wait = SNAPSHOTS_EVERY_MS * 6;
        }
        alpaca.clock.wait_until(alpaca.clock.now().plus_ms(wait)).await;
    }
}
