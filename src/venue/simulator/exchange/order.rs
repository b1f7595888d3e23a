//! Orders as the exchange keeps them, and what happens to them.
//! Must never hold a rule: those are in rules.rs, what fills them is in matching.rs.

use crate::desk::port::Ticket;
use crate::domain::ids::{ClientOrderId, OrderId};
use crate::domain::numbers::{Money, Price, Qty};
use crate::domain::orders::{OrderType, Side, TimeInForce, Trail};
use crate::domain::time::MarketTime;
use crate::venue::simulator::tape::Slot;

/// An order's place in the exchange's memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OrderKey(pub u32);

/// Where an order stands, in Alpaca's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Taken, waits for a session or an auction.
    Accepted,
    /// At work.
    New,
    /// At work, some of it filled.
    PartiallyFilled,
    /// All of it filled.
    Filled,
    /// Canceled.
    Canceled,
    /// Its time ran out.
    Expired,
    /// Another order took its place.
    Replaced,
    /// A leg that waits for its entry or its sibling.
    Held,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 8] = [
        Self::Accepted,
        Self::New,
        Self::PartiallyFilled,
        Self::Filled,
        Self::Canceled,
        Self::Expired,
        Self::Replaced,
        Self::Held,
    ];
    /// Alpaca's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::New => "new",
            Self::PartiallyFilled => "partially_filled",
            Self::Filled => "filled",
            Self::Canceled => "canceled",
            Self::Expired => "expired",
            Self::Replaced => "replaced",
            Self::Held => "held",
        }
    }
    /// True while it stands in its book.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Accepted | Self::New | Self::PartiallyFilled)
    }
    /// True once nothing can happen to it any more.
    pub const fn is_final(self) -> bool {
        !self.is_open() && !matches!(self, Self::Held)
    }
}

/// What an order does to the account's position (Alpaca's `position_intent`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Intent {
    /// Makes a long position, or more of one.
    BuyToOpen,
    /// Covers a short position.
    BuyToClose,
    /// Makes a short position, or more of one.
    SellToOpen,
    /// Sells what is held.
    SellToClose,
}

impl Intent {
    /// Every intent.
    pub const ALL: [Self; 4] =
        [Self::BuyToOpen, Self::BuyToClose, Self::SellToOpen, Self::SellToClose];
    /// True where it takes buying power.
    pub const fn opens(self) -> bool {
        matches!(self, Self::BuyToOpen | Self::SellToOpen)
    }
    /// Alpaca's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BuyToOpen => "buy_to_open",
            Self::BuyToClose => "buy_to_close",
            Self::SellToOpen => "sell_to_open",
            Self::SellToClose => "sell_to_close",
        }
    }
}

/// How an order belongs to others (Alpaca's `order_class`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Class {
    /// On its own.
    #[default]
    Simple,
    /// An entry with a take-profit and a stop-loss.
    Bracket,
    /// A take-profit and a stop-loss, of which one cancels the other.
    Oco,
    /// An entry that triggers one other.
    Oto,
}

impl Class {
    /// Every class.
    pub const ALL: [Self; 4] = [Self::Simple, Self::Bracket, Self::Oco, Self::Oto];
    /// Alpaca's word; a simple order has none.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Simple => "",
            Self::Bracket => "bracket",
            Self::Oco => "oco",
            Self::Oto => "oto",
        }
    }
}

/// What only some orders have.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Special {
    /// True where it works beside the regular session too.
    pub extended: bool,
    /// Dollars to be traded, for an order in dollars.
    pub notional: Option<Money>,
    /// How it belongs to others.
    pub class: Class,
    /// The number of the order whose leg it is.
    pub parent: Option<u64>,
    /// The numbers of its legs.
    pub legs: Vec<u64>,
}

/// What an order may ask for beyond its ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Wishes {
    /// True to work beside the regular session too.
    pub extended: bool,
    /// Dollars to be traded: the ticket's quantity does not count then.
    pub notional: Option<Money>,
    /// How it belongs to others.
    pub class: Class,
    /// Limit of the exit with a profit.
    pub take_profit: Option<Price>,
    /// Stop of the exit with a loss, and its limit where it has one.
    pub stop_loss: Option<(Price, Option<Price>)>,
    /// The order of the desk whose legs they are: it knows them by its own names.
    pub named: Option<OrderId>,
}

/// One execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Execution {
    /// Its number; its id is made from it.
    pub number: u64,
    /// Shares.
    pub quantity: Qty,
    /// Price of a share.
    pub price: Price,
    /// When.
    pub at: MarketTime,
}

/// An order on the exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Its number: ranks it in time; its id is made from it.
    pub number: u64,
    /// The id its owner gave it.
    pub client_id: ClientOrderId,
    /// What.
    pub slot: Slot,
    /// Which way.
    pub side: Side,
    /// Shares.
    pub quantity: Qty,
    /// Kind and prices, as given.
    pub order_type: OrderType,
    /// How long.
    pub time_in_force: TimeInForce,
    /// What it does to the position.
    pub intent: Intent,
    /// Where it stands.
    pub status: Status,
    /// Shares filled.
    pub filled: Qty,
    /// Dollars of its fills.
    pub value: Money,
    /// Its fills, oldest first.
    pub executions: Vec<Execution>,
    /// True once a stop was reached: from then it works as a market or limit order.
    pub triggered: bool,
    /// Best price since entry, for a trailing stop.
    pub best: Option<Price>,
    /// When it was taken.
    pub created: MarketTime,
    /// When it last changed.
    pub updated: MarketTime,
    /// When its time runs out; for an auction order, when its auction is.
    pub expires: MarketTime,
    /// Price at which it reserves buying power; zero where it reserves none.
    pub reserve_price: Price,
    /// How often a match was tried: each try draws anew.
    pub tries: u32,
    /// The client order id of the order that took its place.
    pub replaced_by: Option<Box<ClientOrderId>>,
    /// The number of the order whose place it took.
    pub replaces: Option<u64>,
    /// What only some orders have.
    pub special: Option<Box<Special>>,
}

impl Order {
    /// Shares still to come.
    pub fn leaves(&self) -> Qty {
        self.quantity - self.filled
    }
    /// How it belongs to others.
    pub fn class(&self) -> Class {
        self.special.as_ref().map_or(Class::Simple, |special| special.class)
    }
    /// True where it works beside the regular session too.
    pub fn is_extended(&self) -> bool {
        self.special.as_ref().is_some_and(|special| special.extended)
    }
    /// Dollars to be traded, for an order in dollars.
    pub fn notional(&self) -> Option<Money> {
        self.special.as_ref().and_then(|special| special.notional)
    }
    /// The number of the order whose leg it is.
    pub fn parent(&self) -> Option<u64> {
        self.special.as_ref().and_then(|special| special.parent)
    }
    /// The numbers of its legs.
    pub fn legs(&self) -> &[u64] {
        self.special.as_ref().map_or(&[], |special| &special.legs)
    }
    /// Buying power it reserves now.
    pub fn reserved(&self) -> Money {
        self.leaves() * self.reserve_price
    }
    /// True for the kinds that work only once a price is reached.
    pub const fn is_stop(&self) -> bool {
        matches!(
            self.order_type,
            OrderType::Stop { .. } | OrderType::StopLimit { .. } | OrderType::TrailingStop { .. }
        )
    }
    /// True where the wash-trade rule compares its limit price rather than refusing outright.
    pub const fn has_limit(&self) -> bool {
        matches!(self.order_type, OrderType::Limit { .. } | OrderType::StopLimit { .. })
    }
    /// True where what is not filled at the first try is canceled.
    pub const fn tries_once(&self) -> bool {
        use TimeInForce::{Cls, Fok, Ioc, Opg};
        matches!(self.time_in_force, Ioc | Fok | Opg | Cls)
    }
    /// The worst price it takes once at work; none for a market order.
    pub fn worst(&self) -> Option<Price> {
        worst_price(self.side, self.order_type)
    }
    /// The price that triggers it now; none for an order without a stop, or a trailing stop that
    /// has seen no trade.
    pub fn trigger(&self) -> Option<Price> {
        match self.order_type {
            OrderType::Stop { stop } | OrderType::StopLimit { stop, .. } => Some(stop),
            OrderType::TrailingStop { trail } => {
                self.best.map(|best| trailing_stop(self.side, best, trail))
            }
            OrderType::Market | OrderType::Limit { .. } => None,
        }
    }
    /// The terms as they were given.
    pub fn matches(&self, slot: Slot, ticket: &Ticket) -> bool {
        self.slot == slot
            && self.side == ticket.side
            && self.leaves() == ticket.quantity
            && self.order_type == ticket.order_type
            && self.time_in_force == ticket.time_in_force
    }
}

/// The worst price a kind of order takes once at work. A buy stop works with a collar: 4 % above
/// its stop under $50, 2.5 % from there on, rounded down to the grid (alpaca-api.md 5.4).
pub fn worst_price(side: Side, order_type: OrderType) -> Option<Price> {
    match (order_type, side) {
        (OrderType::Limit { limit } | OrderType::StopLimit { limit, .. }, _) => Some(limit),
        (OrderType::Stop { stop }, Side::Buy) => {
            let thousandths: i64 = if stop < Price::cents(5_000) { 1_040 } else { 1_025 };
            let units = i128::from(stop.units()) * i128::from(thousandths) / 1_000;
            let collar = Price::from_units(i64::try_from(units).unwrap_or(i64::MAX));
            Some(Price::from_units(collar.units() / collar.tick().units() * collar.tick().units()))
        }
        (OrderType::Stop { .. }, Side::Sell)
        | (OrderType::Market | OrderType::TrailingStop { .. }, _) => None,
    }
}

/// Where a trailing stop stands for the best price since entry.
pub fn trailing_stop(side: Side, best: Price, trail: Trail) -> Price {
    let distance = match trail {
        Trail::Amount(amount) => amount.units(),
        Trail::Percent(ratio) => {
            let product = i128::from(best.units()) * i128::from(ratio.0);
            i64::try_from(product / 1_000_000).unwrap_or(i64::MAX)
        }
    };
    match side {
        Side::Sell => Price::from_units(best.units().saturating_sub(distance)),
        Side::Buy => Price::from_units(best.units().saturating_add(distance)),
    }
}

/// Something that happened to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Which.
    pub order: OrderKey,
    /// When.
    pub at: MarketTime,
    /// What.
    pub kind: EventKind,
}

/// What can happen to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// Taken.
    Accepted,
    /// A leg that waits.
    Held,
    /// At work.
    New,
    /// An execution; `total` filled after it.
    Filled {
        /// The execution.
        execution: Execution,
        /// Shares filled after it.
        total: Qty,
    },
    /// Canceled.
    Canceled,
    /// Its time ran out.
    Expired,
    /// The order `by` took its place.
    Replaced {
        /// The replacement.
        by: OrderKey,
    },
    /// Its stop was reached; it stays `new`.
    Triggered,
    /// Its best price moved on.
    Trailed {
        /// Best price since entry.
        best: Price,
    },
}
