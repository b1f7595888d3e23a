//! A venue on the table: errands go out, all that is heard of them is kept, time passes.
//! Must never know which venue it is: what differs is how its time passes, and no more.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::BoxFuture;
use tokio::sync::mpsc;
use trading_desk::clock::{ManualClock, SystemClock};
use trading_desk::desk::port::{Clock, Errand, Feed, Followed, Funds, Market, Standing};
use trading_desk::desk::port::{StreamState, Ticket, Venue};
use trading_desk::desk::prices::PriceBoard;
use trading_desk::domain::ids::{ClientOrderId, OrderId};
use trading_desk::domain::lifecycle::{Report, ReportKind};
use trading_desk::domain::numbers::{Price, Qty};
use trading_desk::domain::orders::{OrderType, Side, TimeInForce};
use trading_desk::domain::quotes::Ticker;
use trading_desk::domain::special::Special;
use trading_desk::domain::symbols::Symbol;
use trading_desk::domain::time::{DeskTime, MarketTime};

use crate::patience::soon;

/// What the cards trade.
pub(crate) const TRADED: [&str; 4] = ["AAPL", "MSFT", "SPY", "TSLA"];
/// Time that passes between two looks at an order: so far apart that a minute's calls suffice.
const STEP_MS: i64 = 2_000;
/// Looks at an order before a card gives up.
const LOOKS_MAX: usize = 400;
/// Turns of the tasks of this process that a moment takes.
const TURNS: usize = 20;

/// How time passes at a venue.
pub(crate) enum Time {
    /// As the card says.
    ByHand(ManualClock),
    /// By itself.
    Real(SystemClock),
}

/// A venue, and all that was heard of it.
pub(crate) struct Table {
    pub(crate) venue: Arc<dyn Venue>,
    pub(crate) market: Arc<dyn Market>,
    pub(crate) board: PriceBoard,
    pub(crate) feed: mpsc::Receiver<Feed>,
    pub(crate) time: Time,
    /// What ends the venue.
    pub(crate) end: BoxFuture<'static, ()>,
    /// The number of the next order: no other run of these cards has it.
    pub(crate) next: u128,
    pub(crate) heard: Vec<Report>,
    pub(crate) funds: Option<Funds>,
    pub(crate) standing: Option<Standing>,
    /// True once it said that its line is live.
    pub(crate) is_live: bool,
    pub(crate) sent: Vec<Ticket>,
}

pub(crate) fn symbol(text: &str) -> Symbol {
    Symbol::parse(text).expect("plain")
}

pub(crate) fn has(reports: &[Report], wanted: impl Fn(&ReportKind) -> bool) -> bool {
    reports.iter().any(|report| wanted(&report.kind))
}

impl Table {
    /// Waits until the venue can be worked with: its prices are there.
    pub(crate) async fn ready(mut self) -> Self {
        let shown = TRADED.map(symbol).to_vec();
        self.market.follow(Followed { shown, ..Followed::default() });
        let mut watch = self.board.watch();
        for text in TRADED {
            while self.board.get(symbol(text)).is_none() {
                soon("a first price", watch.changed()).await;
                watch.take();
            }
        }
        if self.market.follows() {
            while !self.is_live || self.market.assets().is_empty() {
                let said = soon("a live line", self.feed.recv()).await.expect("it goes on");
                self.hear(said);
            }
        }
        self
    }
    /// Cancels and closes what a card left behind, where somebody keeps it, and ends the venue.
    pub(crate) async fn leave(mut self) {
        if matches!(self.time, Time::Real(_)) {
            self.tidy().await;
        }
        self.end.await;
    }
    async fn tidy(&mut self) {
        let mut held: BTreeMap<Symbol, Qty> = BTreeMap::new();
        for ticket in self.sent.clone() {
            self.send(Errand::Cancel { client_id: ticket.client_id.clone() }).await;
            self.look_up(&ticket.client_id).await;
            let filled: Qty = self.fills(&ticket.client_id).into_values().map(|one| one.0).sum();
            *held.entry(ticket.symbol).or_default() += ticket.side.signed(filled);
        }
        for (symbol, quantity) in held.into_iter().filter(|(_, quantity)| !quantity.is_zero()) {
            let side = if quantity > Qty::ZERO { Side::Sell } else { Side::Buy };
            let ticket = self.ticket(symbol.as_str(), side, OrderType::Market);
            let ticket = Ticket { quantity: quantity.abs(), ..ticket };
            self.send(Errand::Submit(ticket)).await;
        }
    }

    /// True where time passes by itself, and nothing can be made to happen.
    pub(crate) const fn is_real(&self) -> bool {
        matches!(self.time, Time::Real(_))
    }
    pub(crate) fn now(&self) -> DeskTime {
        match &self.time {
            Time::ByHand(clock) => clock.now(),
            Time::Real(clock) => clock.now(),
        }
    }
    /// Moves on to a moment of New York.
    pub(crate) async fn move_to(&mut self, moment: &str) {
        let Time::ByHand(clock) = &self.time else { panic!("the time of day is given") };
        let moment = MarketTime::from_new_york(moment.parse().expect("a civil time"));
        clock.set(DeskTime::from_ns(moment.ns()));
        self.drain().await;
    }
    pub(crate) fn shown(&self, text: &str) -> Ticker {
        self.board.get(symbol(text)).expect("quoted")
    }
    /// A price so many cents from the last one.
    pub(crate) fn near(&self, text: &str, cents: i64) -> Price {
        Price::cents(self.shown(text).last.units() / Price::CENT.units() + cents)
    }
    /// A price of so many hundredths of the last one.
    pub(crate) fn far(&self, text: &str, percent: i64) -> Price {
        Price::cents(self.shown(text).last.percent(percent).units() / Price::CENT.units())
    }
    /// An order for ten shares, good for the day.
    pub(crate) fn ticket(&mut self, text: &str, side: Side, order_type: OrderType) -> Ticket {
        self.next += 1;
        Ticket {
            client_id: ClientOrderId::of(OrderId(uuid::Uuid::from_u128(self.next)), 1),
            symbol: symbol(text),
            side,
            quantity: Qty::shares(10),
            order_type,
            time_in_force: TimeInForce::Day,
            special: Special::default(),
        }
    }
    /// A limit so far below the market that it rests.
    pub(crate) fn resting(&mut self, text: &str) -> Ticket {
        let limit = self.far(text, 80);
        self.ticket(text, Side::Buy, OrderType::Limit { limit })
    }

    pub(crate) async fn send(&mut self, errand: Errand) -> Vec<Report> {
        if let Errand::Submit(ticket) | Errand::Replace { new: ticket, .. } = &errand {
            self.sent.push(ticket.clone());
        }
        let reports = soon("an answer to an errand", self.venue.send(errand)).await;
        self.heard.extend(reports.iter().cloned());
        reports
    }
    pub(crate) async fn submit(&mut self, ticket: &Ticket) -> Vec<Report> {
        self.pass().await;
        self.send(Errand::Submit(ticket.clone())).await
    }
    pub(crate) async fn cancel(&mut self, ticket: &Ticket) -> Vec<Report> {
        self.send(Errand::Cancel { client_id: ticket.client_id.clone() }).await
    }
    pub(crate) async fn look_up(&mut self, client_id: &ClientOrderId) -> Vec<Report> {
        self.send(Errand::LookUp { client_id: client_id.clone() }).await
    }

    fn hear(&mut self, said: Feed) {
        match said {
            Feed::Report(report) => self.heard.push(report),
            Feed::Funds(funds) => self.funds = Some(funds),
            Feed::Standing(standing) => self.standing = Some(standing),
            Feed::Stream(state) => self.is_live = state == StreamState::Live,
        }
    }
    /// Lets a moment pass and hears what comes of it.
    pub(crate) async fn pass(&mut self) {
        match &self.time {
            Time::ByHand(clock) => clock.advance_ms(STEP_MS),
            Time::Real(clock) => clock.wait_until(clock.now().plus_ms(STEP_MS)).await,
        }
        self.drain().await;
    }
    /// Hears what is there to be heard.
    pub(crate) async fn drain(&mut self) {
        for _ in 0..TURNS {
            tokio::task::yield_now().await;
        }
        while let Ok(said) = self.feed.try_recv() {
            self.hear(said);
        }
    }

    /// What was heard of an order.
    pub(crate) fn story(&self, id: &ClientOrderId) -> Vec<ReportKind> {
        let of = self.heard.iter().filter(|report| report.client_id == *id);
        of.map(|report| report.kind.clone()).collect()
    }
    /// The executions heard of an order, by the total after each.
    pub(crate) fn fills(&self, id: &ClientOrderId) -> BTreeMap<Qty, (Qty, Price)> {
        let fills = self.story(id).into_iter().filter_map(|kind| match kind {
            ReportKind::Filled { quantity, price, total, .. } => Some((total, (quantity, price))),
            _ => None,
        });
        fills.collect()
    }
    /// True once all of an order was heard to be filled.
    pub(crate) fn is_filled(&self, ticket: &Ticket) -> bool {
        self.fills(&ticket.client_id).contains_key(&ticket.quantity)
    }
    /// Waits until something was heard of an order, on the feed or when asked for.
    pub(crate) async fn until(
        &mut self,
        ticket: &Ticket,
        what: &str,
        wanted: impl Fn(&[ReportKind]) -> bool,
    ) {
        for _ in 0..LOOKS_MAX {
            if wanted(&self.story(&ticket.client_id)) {
                return;
            }
            self.pass().await;
            self.look_up(&ticket.client_id).await;
        }
        panic!("{what} never came: {:?}", self.story(&ticket.client_id));
    }
    /// Waits until all of an order is filled.
    pub(crate) async fn until_filled(&mut self, ticket: &Ticket) {
        let quantity = ticket.quantity;
        let whole = |kinds: &[ReportKind]| {
            kinds.iter().any(|kind| match kind {
                ReportKind::Filled { total, .. } => *total == quantity,
                _ => false,
            })
        };
        self.until(ticket, "the last fill", whole).await;
        // The totals are the sums of the pieces, and no piece is missing.
        let mut sum = Qty::ZERO;
        for (total, (piece, price)) in self.fills(&ticket.client_id) {
            sum += piece;
            assert_eq!(sum, total, "totals are the sum of the pieces");
            assert!(piece > Qty::ZERO && price > Price::ZERO);
        }
        assert_eq!(sum, quantity);
    }
    /// Sends an order and waits until it is filled.
    pub(crate) async fn filled(&mut self, ticket: &Ticket) {
        self.submit(ticket).await;
        self.until_filled(ticket).await;
    }
    /// Buys ten shares at the market.
    pub(crate) async fn bought(&mut self, text: &str) -> Ticket {
        let ticket = self.ticket(text, Side::Buy, OrderType::Market);
        self.filled(&ticket).await;
        ticket
    }
    /// A market order that was filled in part only at first; none where no order in so many was.
    pub(crate) async fn partly_filled(&mut self, text: &str, tries: usize) -> Option<Ticket> {
        for number in 0..tries {
            let side = if number % 2 == 0 { Side::Buy } else { Side::Sell };
            let ticket = self.ticket(text, side, OrderType::Market);
            self.submit(&ticket).await;
            self.look_up(&ticket.client_id).await;
            if !self.fills(&ticket.client_id).is_empty() && !self.is_filled(&ticket) {
                return Some(ticket);
            }
            self.until_filled(&ticket).await;
        }
        None
    }
    /// How the account stands, asked for.
    pub(crate) async fn funds(&mut self) -> Funds {
        self.drain().await;
        self.funds = None;
        assert_eq!(self.send(Errand::Funds).await, [], "the answer comes by the feed");
        while self.funds.is_none() {
            let said = soon("how the account stands", self.feed.recv()).await;
            self.hear(said.expect("it goes on"));
        }
        self.funds.expect("it was told")
    }
    /// The order must be refused with words, and leave nothing behind.
    pub(crate) async fn refused(&mut self, ticket: &Ticket, words: &str) {
        let reports = self.submit(ticket).await;
        let said = |kind: &ReportKind| match kind {
            ReportKind::Rejected { reason } => reason.contains(words),
            _ => false,
        };
        assert!(has(&reports, said), "no refusal of {words:?} in {reports:?}");
        let story = self.look_up(&ticket.client_id).await;
        assert!(has(&story, |kind| *kind == ReportKind::NotFound), "{story:?}");
    }
}
