//! Alpaca's order, as its REST answers and its trade stream write it, and what a client asks.
//! Must never decide what an order means to the desk: that is the reading of these shapes.

use serde::{Deserialize, Serialize};

use super::digits::Decimal;
use super::times::Stamp;

words! {
    /// Where an order stands at Alpaca.
    OrderStatus {
        /// Routed, not acknowledged by the execution venue.
        PendingNew = "pending_new",
        /// Received, not routed: outside of hours, or queued for an auction.
        Accepted = "accepted",
        /// Accepted for an auction's bidding.
        AcceptedForBidding = "accepted_for_bidding",
        /// At work.
        New = "new",
        /// A passive leg that waits for its parent or its sibling.
        Held = "held",
        /// At work, some of it filled.
        PartiallyFilled = "partially_filled",
        /// Final: all of it filled.
        Filled = "filled",
        /// At rest until the next session.
        DoneForDay = "done_for_day",
        /// A cancel was asked for.
        PendingCancel = "pending_cancel",
        /// A replacement was asked for.
        PendingReplace = "pending_replace",
        /// Final: canceled.
        Canceled = "canceled",
        /// Final: its time ran out.
        Expired = "expired",
        /// Final: another order took its place.
        Replaced = "replaced",
        /// Final: refused.
        Rejected = "rejected",
        /// A fill is guaranteed, not yet made.
        Stopped = "stopped",
        /// Not at work for a while.
        Suspended = "suspended",
        /// Done for the day, its settlement being computed.
        Calculated = "calculated",
        /// Waits for somebody's review.
        PendingReview = "pending_review",
    }
}

words! {
    /// Buy or sell.
    OrderSide {
        /// Adds shares.
        Buy = "buy",
        /// Takes shares away.
        Sell = "sell",
    }
}

words! {
    /// The kind of an order.
    Kind {
        /// At the best price there is.
        Market = "market",
        /// At this price or better.
        Limit = "limit",
        /// A market order once the stop is reached.
        Stop = "stop",
        /// A limit order once the stop is reached.
        StopLimit = "stop_limit",
        /// A stop that follows the best price.
        TrailingStop = "trailing_stop",
    }
}

words! {
    /// How long an order works.
    Duration {
        /// Until the session ends.
        Day = "day",
        /// Until canceled, 90 days at most.
        Gtc = "gtc",
        /// In the opening auction only.
        Opg = "opg",
        /// In the closing auction only.
        Cls = "cls",
        /// At once, the rest canceled.
        Ioc = "ioc",
        /// At once and whole, or not at all.
        Fok = "fok",
    }
}

words! {
    /// How an order belongs to others; a simple equity order answers with an empty word.
    Class {
        /// On its own, as answers write it.
        Plain = "",
        /// On its own, as requests write it.
        Simple = "simple",
        /// An entry with a take-profit and a stop-loss.
        Bracket = "bracket",
        /// One cancels the other.
        Oco = "oco",
        /// An entry that triggers one other.
        Oto = "oto",
        /// Legs in several options.
        Mleg = "mleg",
    }
}

/// An order (alpaca-api, section 5.1).
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Order {
    /// Alpaca's id of it.
    pub id: String,
    /// The id that we gave it.
    pub client_order_id: String,
    /// When it was received.
    pub created_at: Stamp,
    /// When it last changed.
    pub updated_at: Stamp,
    /// When it was routed.
    pub submitted_at: Stamp,
    /// When it was filled.
    pub filled_at: Option<Stamp>,
    /// When it expired.
    pub expired_at: Option<Stamp>,
    /// When it will expire.
    pub expires_at: Option<Stamp>,
    /// When a cancel was asked for (trade stream only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_requested_at: Option<Stamp>,
    /// When it was canceled.
    pub canceled_at: Option<Stamp>,
    /// When it failed.
    pub failed_at: Option<Stamp>,
    /// When another took its place.
    pub replaced_at: Option<Stamp>,
    /// Which took its place.
    pub replaced_by: Option<String>,
    /// Whose place it took.
    pub replaces: Option<String>,
    /// Of what, by id; empty for the parent of a multi-leg order.
    #[serde(default)]
    pub asset_id: String,
    /// Of what; empty for the parent of a multi-leg order.
    #[serde(default)]
    pub symbol: String,
    /// Equity, option or crypto.
    #[serde(default)]
    pub asset_class: String,
    /// Dollars to be traded, for an order in dollars.
    pub notional: Option<Decimal>,
    /// Shares; none for an order in dollars.
    pub qty: Option<Decimal>,
    /// Shares filled.
    pub filled_qty: Decimal,
    /// Average price of the fills.
    pub filled_avg_price: Option<Decimal>,
    /// How it belongs to others.
    pub order_class: Class,
    /// Kind, by its older name.
    pub order_type: Option<Kind>,
    /// Kind; empty for the leg of a multi-leg order.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// Buy or sell; empty for the parent of a multi-leg order.
    pub side: OrderSide,
    /// Opens or closes which side.
    pub position_intent: Option<String>,
    /// How long it works.
    pub time_in_force: Duration,
    /// Worst price accepted.
    pub limit_price: Option<Decimal>,
    /// Trigger.
    pub stop_price: Option<Decimal>,
    /// Distance kept, in dollars.
    pub trail_price: Option<Decimal>,
    /// Distance kept, in percent.
    pub trail_percent: Option<Decimal>,
    /// Best price since entry, which a trail follows.
    pub hwm: Option<Decimal>,
    /// Where it stands.
    pub status: OrderStatus,
    /// True where it works before and after hours too.
    pub extended_hours: bool,
    /// The other orders of its group.
    pub legs: Option<Vec<Order>>,
    /// Shares of a leg for each of the group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ratio_qty: Option<Decimal>,
    /// Set by partners only.
    pub subtag: Option<String>,
    /// Set by partners only.
    pub source: Option<String>,
}

/// What places an order (section 5.2).
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct PlaceOrder {
    /// Symbol or asset id.
    pub symbol: String,
    /// Shares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qty: Option<Decimal>,
    /// Dollars.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notional: Option<Decimal>,
    /// Buy or sell.
    pub side: OrderSide,
    /// Kind.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// How long it works.
    pub time_in_force: Duration,
    /// Worst price accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit_price: Option<Decimal>,
    /// Trigger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_price: Option<Decimal>,
    /// Distance kept, in dollars.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trail_price: Option<Decimal>,
    /// Distance kept, in percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trail_percent: Option<Decimal>,
    /// True to work before and after hours too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extended_hours: Option<bool>,
    /// Our id of it: the same id is the same order, for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_order_id: Option<String>,
    /// How it belongs to others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_class: Option<Class>,
    /// The exit with a profit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub take_profit: Option<TakeProfit>,
    /// The exit with a loss.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_loss: Option<StopLoss>,
    /// Opens or closes which side: must agree with what Alpaca infers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position_intent: Option<String>,
}

/// The exit with a profit.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct TakeProfit {
    /// Its limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit_price: Option<Decimal>,
}

/// The exit with a loss.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct StopLoss {
    /// Its trigger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_price: Option<Decimal>,
    /// Its limit, which makes it a stop-limit order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit_price: Option<Decimal>,
}

/// New terms for an order at work (section 5.9); what is none stays.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct ReplaceOrder {
    /// Whole shares, those filled before included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qty: Option<Decimal>,
    /// How long it works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_in_force: Option<Duration>,
    /// Worst price accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit_price: Option<Decimal>,
    /// Trigger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_price: Option<Decimal>,
    /// Distance kept, in dollars or percent as the order has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trail: Option<Decimal>,
    /// Our id of the order that takes the place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_order_id: Option<String>,
}

/// One line of the answer to a cancel of all orders (HTTP 207).
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct CancelStatus {
    /// Which order.
    pub id: String,
    /// HTTP status for this one.
    pub status: u16,
    /// Why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<super::errors::ErrorBody>,
}
