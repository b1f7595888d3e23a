//! Orders: what a person typed (Draft), what the desk wrote down (Order), what was sent for it
//! (`VenueOrder`), what came of it (Fill). Must never decide a transition: that is lifecycle.rs.

use std::fmt;

use super::ids::{AccountId, ClientOrderId, OrderId, PortfolioId, UserId};
use super::lifecycle::{Certainty, Pending, State, Status};
use super::numbers::{Money, Price, Qty, Ratio};
use super::quotes::Ticker;
use super::special::{LegRole, OrderClass, Special};
use super::symbols::Symbol;
use super::time::{DeskTime, MarketTime, Moment};

/// Buy or sell. A sale beyond the position is a short sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Adds shares.
    Buy,
    /// Takes shares away.
    Sell,
}

impl Side {
    /// The other side.
    #[must_use]
    pub const fn opposite(self) -> Self {
        match self {
            Self::Buy => Self::Sell,
            Self::Sell => Self::Buy,
        }
    }
    /// The quantity with this side's sign: positive for a buy.
    pub fn signed(self, quantity: Qty) -> Qty {
        match self {
            Self::Buy => quantity,
            Self::Sell => -quantity,
        }
    }
    /// FIX's and Alpaca's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Buy => "buy",
            Self::Sell => "sell",
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

/// How far a trailing stop follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trail {
    /// By dollars.
    Amount(Price),
    /// By a ratio of the best price (1 % = 10,000 millionths).
    Percent(Ratio),
}

/// The kind of order with the prices that belong to it, and no others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderType {
    /// At the best price there is.
    Market,
    /// At this price or better.
    Limit {
        /// Worst price accepted.
        limit: Price,
    },
    /// Becomes a market order once the last trade reaches the stop.
    Stop {
        /// Trigger.
        stop: Price,
    },
    /// Becomes a limit order once the last trade reaches the stop.
    StopLimit {
        /// Trigger.
        stop: Price,
        /// Worst price accepted after it.
        limit: Price,
    },
    /// A stop that follows the best price since entry.
    TrailingStop {
        /// Distance kept.
        trail: Trail,
    },
}

/// How far it trails: `$0.05`, or `1.50 %`.
impl fmt::Display for Trail {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Amount(amount) => write!(out, "${amount}"),
            Self::Percent(ratio) => {
                let points = ratio.basis_points();
                write!(out, "{}.{:02} %", points / 100, points % 100)
            }
        }
    }
}

impl OrderType {
    /// Alpaca's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Market => "market",
            Self::Limit { .. } => "limit",
            Self::Stop { .. } => "stop",
            Self::StopLimit { .. } => "stop_limit",
            Self::TrailingStop { .. } => "trailing_stop",
        }
    }
    /// The limit price, where there is one.
    pub const fn limit(self) -> Option<Price> {
        match self {
            Self::Limit { limit } | Self::StopLimit { limit, .. } => Some(limit),
            _ => None,
        }
    }
    /// The stop price, where one was given.
    pub const fn stop(self) -> Option<Price> {
        match self {
            Self::Stop { stop } | Self::StopLimit { stop, .. } => Some(stop),
            _ => None,
        }
    }
}

/// How long an order works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TimeInForce {
    /// Until the end of the trading day.
    Day,
    /// Until canceled (90 days at most, as Alpaca does).
    Gtc,
    /// In the opening auction only.
    Opg,
    /// In the closing auction only.
    Cls,
    /// At once, the rest canceled.
    Ioc,
    /// At once and whole, or not at all.
    Fok,
}

impl TimeInForce {
    /// All six, in the order a ticket offers them.
    pub const ALL: [Self; 6] = [Self::Day, Self::Gtc, Self::Opg, Self::Cls, Self::Ioc, Self::Fok];
    /// FIX's and Alpaca's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Gtc => "gtc",
            Self::Opg => "opg",
            Self::Cls => "cls",
            Self::Ioc => "ioc",
            Self::Fok => "fok",
        }
    }
}

impl fmt::Display for TimeInForce {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

/// What a person asked for, parsed; nothing about it is decided yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// What.
    pub symbol: Symbol,
    /// Which way.
    pub side: Side,
    /// Shares, above zero.
    pub quantity: Qty,
    /// Kind and its prices.
    pub order_type: OrderType,
    /// How long.
    pub time_in_force: TimeInForce,
    /// A note for the timeline, cleaned; may be empty.
    pub note: String,
    /// What only some orders ask for.
    pub special: Special,
}

impl Draft {
    /// With the shares that its dollars come to at the far side of the market, cut at nine places;
    /// zero where there is no price. An order in shares stays as it is.
    #[must_use]
    pub fn sized(mut self, market: Option<&Ticker>) -> Self {
        let Some(dollars) = self.special.dollars else { return self };
        let far = market.map_or(Price::ZERO, |market| match self.side {
            Side::Buy => market.ask,
            Side::Sell => market.bid,
        });
        let price = if far.is_zero() { market.map_or(far, |market| market.last) } else { far };
        self.quantity = dollars.shares_at(price);
        self
    }

    /// The orders that belong to it: which exit each is, and its kind with its prices.
    pub fn legs(&self) -> impl Iterator<Item = (LegRole, OrderType)> {
        let group = self.special.group;
        let profit =
            group.take_profit().map(|limit| (LegRole::TakeProfit, OrderType::Limit { limit }));
        let loss = group.stop_loss().map(|loss| {
            let kind = match loss.limit {
                Some(limit) => OrderType::StopLimit { stop: loss.stop, limit },
                None => OrderType::Stop { stop: loss.stop },
            };
            (LegRole::StopLoss, kind)
        });
        profit.into_iter().chain(loss)
    }

    /// Which way its exits trade.
    pub const fn exit_side(&self) -> Side {
        if self.special.group.enters() { self.side.opposite() } else { self.side }
    }

    /// How much of it: `25`, or `$500.00` of an order in dollars.
    pub fn amount(&self) -> String {
        let dollars = self.special.dollars.map(|dollars| format!("${dollars}"));
        dollars.unwrap_or_else(|| self.quantity.to_string())
    }

    /// What the limits count it as, at a price of `value_price`: its dollars, where it names them.
    pub fn value_at(&self, price: Price) -> Money {
        self.special.dollars.unwrap_or_else(|| self.quantity * price)
    }

    /// The price the order's value is counted at (model.md section 4, trade value); zero where
    /// the market's price is needed and none is known. `reduces` says that the order can only
    /// make the portfolio's position smaller.
    pub fn value_price(&self, market: Option<&Ticker>, reduces: bool) -> Price {
        let last = market.map_or(Price::ZERO, |market| market.last);
        let bid = market.map_or(Price::ZERO, |market| market.bid);
        let base = match self.order_type {
            OrderType::Market | OrderType::TrailingStop { .. } => last,
            OrderType::Limit { limit } => limit,
            OrderType::Stop { stop } => stop.max(last),
            OrderType::StopLimit { stop, limit } => limit.max(stop),
        };
        if self.side == Side::Sell && !reduces { base.max(bid) } else { base }
    }

    /// The price at which each share that opens a position holds buying power: the value's for a
    /// buy, the ask's at least where the market decides, and for a short max(limit, ask x 1.03)
    /// (Alpaca's order check).
    pub fn reserve_price(&self, market: Option<&Ticker>, reduces: bool) -> Price {
        let ask = market.map_or(Price::ZERO, |market| market.ask);
        let value = self.value_price(market, reduces);
        match (self.side, self.order_type) {
            (Side::Buy, OrderType::Market | OrderType::TrailingStop { .. }) => value.max(ask),
            (Side::Buy, _) => value,
            (Side::Sell, _) => value.max(ask.percent(103)),
        }
    }
}

/// What the person had on screen when they decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Shown {
    /// Last price on screen, if there was one.
    pub last: Option<Price>,
    /// Version of the row acted upon (amend, cancel, flatten), if there was one.
    pub version: Option<i64>,
}

/// One decision of one person for one portfolio, as the desk wrote it down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Made when the ticket opened; the first venue order's client order id.
    pub id: OrderId,
    /// Account it trades on.
    pub account: AccountId,
    /// Book it trades for.
    pub portfolio: PortfolioId,
    /// Who decided it.
    pub user: UserId,
    /// Terms now in force (an amend changes them when the venue confirms it).
    pub draft: Draft,
    /// Terms asked for by an amend that the venue has not yet answered.
    pub asked: Option<Amendment>,
    /// Simple, or part of a group.
    pub class: OrderClass,
    /// The group's entry, for a leg.
    pub parent: Option<OrderId>,
    /// Status, pending request, and whether we are sure.
    pub state: State,
    /// Shares filled over all its venue orders.
    pub filled: Qty,
    /// Dollars of those fills, exact (price x quantity, never signed).
    pub filled_value: Money,
    /// How many venue orders were made for it; the newest is the current one. None for an order
    /// that the desk refused.
    pub attempt: u32,
    /// Dollars of buying power it reserves; zero once final.
    pub reserved: Money,
    /// What was on screen when it was placed.
    pub shown: Shown,
    /// Who approved it, where that was needed.
    pub approver: Option<UserId>,
    /// When it was decided.
    pub placed: Moment,
    /// When its row last changed.
    pub updated: Moment,
    /// When somebody has to be asked about it, if it waits for an answer.
    pub due: Option<DeskTime>,
    /// How often it was looked up since it began to wait; not kept over a restart.
    pub look_ups: u32,
    /// The venue's last words about it (why rejected, why a cancel failed), cleaned; or the desk's
    /// own, where the desk refused it.
    pub reason: Option<String>,
    /// Raised by one with every change.
    pub version: i64,
}

impl Order {
    /// Shares still to come: quantity less filled; zero once final, and zero where the venue
    /// filled more than the order is for.
    pub fn leaves(&self) -> Qty {
        self.leaves_of(self.draft.quantity)
    }
    /// The terms of an amend that the venue has not yet answered, applied: either these or the
    /// terms in force may turn out to hold.
    pub fn asked_draft(&self) -> Option<Draft> {
        self.asked.map(|asked| asked.applied_to(&self.draft))
    }
    /// The most shares that can still come: of the terms in force and those asked for, the larger.
    /// Whatever keeps shares free for a working order counts these.
    pub fn leaves_at_most(&self) -> Qty {
        // What is held for its parent trades nothing as long as it is: a group reserves once.
        if self.state.status == Status::Held {
            return Qty::ZERO;
        }
        let asked = self.asked.and_then(|asked| asked.quantity).unwrap_or(self.draft.quantity);
        self.leaves_of(asked.max(self.draft.quantity))
    }
    fn leaves_of(&self, quantity: Qty) -> Qty {
        if self.state.is_final() { Qty::ZERO } else { Qty::ZERO.max(quantity - self.filled) }
    }
    /// True where somebody owes an answer about it: written down and not acknowledged, a request
    /// pending, or its fate unknown.
    pub fn waits_for_answer(&self) -> bool {
        !self.state.is_final()
            && (self.state.pending != Pending::None
                || self.state.certainty == Certainty::Unknown
                || self.state.status == Status::Intended)
    }
    /// True for an order that the desk refused: the venue never heard of it.
    pub const fn was_never_sent(&self) -> bool {
        self.attempt == 0 && matches!(self.state.status, Status::Rejected)
    }
    /// Average price of the fills, for display; none without a fill.
    pub fn average(&self) -> Option<Price> {
        self.filled_value.per_share(self.filled)
    }
    /// The id of its current venue order.
    pub fn client_id(&self) -> ClientOrderId {
        ClientOrderId::of(self.id, self.attempt)
    }
}

/// New terms for a working order; what is none stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Amendment {
    /// New total quantity (filled shares included).
    pub quantity: Option<Qty>,
    /// New limit price.
    pub limit: Option<Price>,
    /// New stop price.
    pub stop: Option<Price>,
    /// New trail, dollars or percent as the order has it.
    pub trail: Option<Trail>,
    /// New time in force.
    pub time_in_force: Option<TimeInForce>,
}

impl Amendment {
    /// The terms `draft` has once this is in force.
    #[must_use]
    pub fn applied_to(&self, draft: &Draft) -> Draft {
        let mut draft = draft.clone();
        draft.quantity = self.quantity.unwrap_or(draft.quantity);
        draft.time_in_force = self.time_in_force.unwrap_or(draft.time_in_force);
        draft.order_type = match draft.order_type {
            OrderType::Market => OrderType::Market,
            OrderType::Limit { limit } => OrderType::Limit { limit: self.limit.unwrap_or(limit) },
            OrderType::Stop { stop } => OrderType::Stop { stop: self.stop.unwrap_or(stop) },
            OrderType::StopLimit { stop, limit } => OrderType::StopLimit {
                stop: self.stop.unwrap_or(stop),
                limit: self.limit.unwrap_or(limit),
            },
            OrderType::TrailingStop { trail } => {
                OrderType::TrailingStop { trail: self.trail.unwrap_or(trail) }
            }
        };
        draft
    }
}

/// What changes, as a trader says it: `quantity 30, limit 187.50`.
impl fmt::Display for Amendment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let changes = [
            self.quantity.map(|quantity| format!("quantity {quantity}")),
            self.limit.map(|limit| format!("limit {limit}")),
            self.stop.map(|stop| format!("stop {stop}")),
            self.trail.map(|trail| format!("trail {trail}")),
            self.time_in_force.map(|time| format!("time in force {time}")),
        ];
        out.write_str(&changes.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }
}

/// What was sent to the venue for an order, or found there (a foreign one has no order).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VenueOrder {
    /// Key: the id we gave it.
    pub client_id: ClientOrderId,
    /// Account it lives on.
    pub account: AccountId,
    /// The desk's order it was sent for; none for a foreign one.
    pub order: Option<OrderId>,
    /// Which try, from 1.
    pub attempt: u32,
    /// The venue's own id, once told.
    pub venue_id: Option<String>,
    /// How it stands at the venue.
    pub status: Status,
    /// Shares it is for: what is still to come when it is sent, or the part that closes a position
    /// where the order crosses zero (the broker takes no such order in one piece).
    pub quantity: Qty,
    /// Shares filled by it, as far as our fills cover it.
    pub filled: Qty,
    /// Total the venue named when it closed; the order closes once our fills cover it.
    pub closing_total: Option<Qty>,
    /// The new terms it brings, for a replacement: they hold once it takes the old one's place,
    /// however late the desk hears of it.
    pub asked: Option<Amendment>,
}

/// One execution: the part of a venue order from `total - quantity` to `total`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fill {
    /// The venue order it belongs to.
    pub client_id: ClientOrderId,
    /// The desk's order.
    pub order: OrderId,
    /// Book it was booked to.
    pub portfolio: PortfolioId,
    /// What.
    pub symbol: Symbol,
    /// Which way.
    pub side: Side,
    /// Shares of this execution.
    pub quantity: Qty,
    /// Price of a share.
    pub price: Price,
    /// Shares filled of the venue order after it: with the client id, the key.
    pub total: Qty,
    /// The venue's execution id, kept, never the key.
    pub execution: String,
    /// When it happened, by the market.
    pub at: MarketTime,
}
