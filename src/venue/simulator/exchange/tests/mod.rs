//! The exchange alone, on prices that a test sets by hand.
//! Must never need a tape: a print is a value.

mod filling;
mod grouping;
mod refusing;
mod soak;
mod stopping;

use std::sync::Arc;

use jiff::civil::Date;

use crate::desk::port::Ticket;
use crate::domain::hours::Schedule;
use crate::domain::ids::{ClientOrderId, OrderId};
use crate::domain::numbers::{Money, Price, Qty};
use crate::domain::orders::{OrderType, Side, TimeInForce};
use crate::domain::special::Special;
use crate::domain::symbols::{Asset, AssetClass, Symbol};
use crate::domain::time::MarketTime;
use crate::venue::simulator::tape::Slot;
use crate::venue::simulator::tape::minute::Print;

use super::Exchange;
use super::order::{EventKind, Order, OrderKey, Status};
use super::refusal::Refusal;

/// Shares, bid and ask in cents.
pub(super) const BID: i64 = 9_990;
pub(super) const ASK: i64 = 10_010;

/// An exchange with a few assets and a clock of its own.
pub(super) struct Pit {
    pub exchange: Exchange,
    pub now: MarketTime,
    /// The open of the session under way.
    pub session: MarketTime,
    ids: u128,
}

pub(super) fn at(text: &str) -> MarketTime {
    MarketTime::from_new_york(text.parse().expect("a civil time"))
}

fn asset(text: &str, marks: &str) -> Asset {
    Asset {
        symbol: Symbol::parse(text).expect("plain"),
        name: text.to_owned(),
        exchange: "NYSE".to_owned(),
        class: AssetClass::Stock,
        tradable: marks.contains('T'),
        halted: marks.contains('H'),
        fractionable: marks.contains('F'),
        shortable: marks.contains('S'),
    }
}

/// Slots of the pit's assets.
pub(super) const PLAIN: Slot = Slot(0);
pub(super) const OTHER: Slot = Slot(1);
pub(super) const LONG_ONLY: Slot = Slot(2);
pub(super) const HALTED: Slot = Slot(3);
pub(super) const DEAD: Slot = Slot(4);

impl Pit {
    pub(super) fn new(schedule: Schedule, start: &str) -> Self {
        Self::with(schedule, start, Money::dollars(1_000_000))
    }
    pub(super) fn with(schedule: Schedule, start: &str, cash: Money) -> Self {
        let assets: Arc<[Asset]> = Arc::from(vec![
            asset("PLAIN", "TFS"),
            asset("OTHER", "TFS"),
            asset("LONG", "T"),
            asset("HALT", "THS"),
            asset("DEAD", "FS"),
        ]);
        let now = at(start);
        let clock = schedule.clock(now);
        let session = schedule.session(clock.day).expect("a session").0;
        let session = if session <= now { session } else { now.plus_ms(-86_400_000) };
        let exchange = Exchange::new(7, schedule, assets, cash);
        let mut pit = Self { exchange, now, session, ids: 0 };
        for slot in [PLAIN, OTHER, LONG_ONLY] {
            pit.quote(slot, BID, ASK);
        }
        pit
    }

    /// A new ticket for 100 shares, good for the day.
    pub(super) fn ticket(&mut self, slot: Slot, side: Side, order_type: OrderType) -> Ticket {
        self.ids += 1;
        Ticket {
            client_id: ClientOrderId::of(OrderId(uuid::Uuid::from_u128(self.ids)), 1),
            symbol: self.exchange.asset(slot).symbol,
            side,
            quantity: Qty::shares(100),
            order_type,
            time_in_force: TimeInForce::Day,
            special: Special::default(),
        }
    }
    pub(super) fn submit(&mut self, slot: Slot, ticket: &Ticket) -> Result<OrderKey, Refusal> {
        self.exchange.submit(self.now, slot, ticket)
    }
    /// Places an order for 100 shares of the plain asset that must be taken.
    pub(super) fn place(&mut self, side: Side, order_type: OrderType) -> OrderKey {
        let ticket = self.ticket(PLAIN, side, order_type);
        self.submit(PLAIN, &ticket).expect("taken")
    }
    /// Places one and prints quotes until it is filled: parts come again.
    pub(super) fn place_filled(&mut self, side: Side, order_type: OrderType) -> OrderKey {
        let key = self.place(side, order_type);
        for _ in 0..50 {
            if self.order(key).status == Status::Filled {
                return key;
            }
            self.quote(PLAIN, BID, ASK);
        }
        panic!("never filled: {:?}", self.order(key));
    }
    pub(super) fn order(&self, key: OrderKey) -> &Order {
        self.exchange.order(key)
    }
    pub(super) fn held(&self, slot: Slot) -> Qty {
        self.exchange.account().holding(slot).quantity
    }

    /// Prints a quote, the last trade between.
    pub(super) fn quote(&mut self, slot: Slot, bid: i64, ask: i64) {
        self.print(slot, (bid, ask), bid.midpoint(ask), false);
    }
    /// Prints a trade with a quote around it.
    pub(super) fn trade(&mut self, slot: Slot, last: i64) {
        self.print(slot, (last - 10, last + 10), last, true);
    }
    pub(super) fn print(&mut self, slot: Slot, (bid, ask): (i64, i64), last: i64, trade: bool) {
        self.now = self.now.plus_ms(1);
        let print = Print {
            at: self.now,
            last: Price::cents(last),
            traded: if trade { Qty::shares(100) } else { Qty::ZERO },
            bid: Price::cents(bid),
            bid_size: Qty::shares(100),
            ask: Price::cents(ask),
            ask_size: Qty::shares(100),
            is_quote: true,
        };
        self.exchange.observe(slot, &print, self.session);
    }
    /// Ends the trading day, and begins the next session with a print in each asset.
    pub(super) fn next_day(&mut self, schedule: Schedule) {
        let day = self.end_day(schedule);
        self.begin_day(schedule, day);
    }
    pub(super) fn end_day(&mut self, schedule: Schedule) -> Date {
        let day = schedule.trading_day(self.now);
        self.now = schedule.day_end(day);
        self.exchange.end_day(self.now);
        day
    }
    pub(super) fn begin_day(&mut self, schedule: Schedule, day: Date) {
        let next = schedule.session(schedule.next_day(day)).expect("a session").0;
        self.now = next.plus_ms(-1);
        self.session = next;
        for slot in [PLAIN, OTHER, LONG_ONLY] {
            self.print(slot, (BID, ASK), BID.midpoint(ASK), true);
        }
    }
    /// What happened since, in a word each.
    pub(super) fn events(&mut self) -> Vec<&'static str> {
        let name = |kind| match kind {
            EventKind::Accepted => "accepted",
            EventKind::Held => "held",
            EventKind::New => "new",
            EventKind::Filled { .. } => "filled",
            EventKind::Canceled => "canceled",
            EventKind::Expired => "expired",
            EventKind::Replaced { .. } => "replaced",
            EventKind::Triggered => "triggered",
            EventKind::Trailed { .. } => "trailed",
        };
        self.exchange.take_events().into_iter().map(|event| name(event.kind)).collect()
    }
}

pub(super) fn limit(cents: i64) -> OrderType {
    OrderType::Limit { limit: Price::cents(cents) }
}
pub(super) fn stop(cents: i64) -> OrderType {
    OrderType::Stop { stop: Price::cents(cents) }
}
