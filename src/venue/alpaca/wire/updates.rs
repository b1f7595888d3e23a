//! The trade-update stream: who may listen, and what happened to an order.
//! Must never be the only source: it has no replay, and an event may be lost, doubled or late.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::digits::Decimal;
use super::orders::Order;
use super::times::{Day, Stamp};

words! {
    /// What happened to an order.
    OrderEvent {
        /// Received, not routed.
        Accepted = "accepted",
        /// Routed, not acknowledged.
        PendingNew = "pending_new",
        /// At work.
        New = "new",
        /// Some of it was filled.
        PartialFill = "partial_fill",
        /// The rest of it was filled.
        Fill = "fill",
        /// Canceled.
        Canceled = "canceled",
        /// Its time ran out.
        Expired = "expired",
        /// At rest until the next session.
        DoneForDay = "done_for_day",
        /// Another took its place: this is the old one.
        Replaced = "replaced",
        /// Refused after all.
        Rejected = "rejected",
        /// A cancel is on its way.
        PendingCancel = "pending_cancel",
        /// A replacement is on its way.
        PendingReplace = "pending_replace",
        /// The cancel was refused; the order lives on, or ended otherwise.
        OrderCancelRejected = "order_cancel_rejected",
        /// The replacement was refused; the order lives on, or ended otherwise.
        OrderReplaceRejected = "order_replace_rejected",
        /// A fill is guaranteed, not yet made.
        Stopped = "stopped",
        /// Not at work for a while.
        Suspended = "suspended",
        /// Its settlement is being computed.
        Calculated = "calculated",
        /// A passive leg.
        Held = "held",
        /// Corrected by the venue.
        Restated = "restated",
    }
}

/// What happened to an order (section 12).
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct TradeUpdate {
    /// When it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Stamp>,
    /// Its place in the order of things.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_id: Option<String>,
    /// What.
    pub event: OrderEvent,
    /// When it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<Stamp>,
    /// The order after it.
    pub order: Order,
    /// The execution's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub execution_id: Option<String>,
    /// Price of this execution.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Decimal>,
    /// Shares of this execution alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qty: Option<Decimal>,
    /// The account's position after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position_qty: Option<Decimal>,
    /// When it settles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settle_date: Option<Day>,
}

/// The answer to a sign-in.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Authorization {
    /// `authorized` or `unauthorized`.
    pub status: String,
    /// What was asked for: `authenticate` or `listen`.
    pub action: String,
}

/// What is listened to.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct Streams {
    /// Names of streams.
    pub streams: Vec<String>,
}

/// A message of the trade stream.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// The answer to a sign-in.
    Authorization(Authorization),
    /// What is listened to now.
    Listening(Streams),
    /// Something happened to an order.
    TradeUpdate(Box<TradeUpdate>),
    /// An update without content, as was seen once: look the orders up.
    Empty,
    /// The server is about to close, with its reason.
    Error(String),
    /// Something this program does not know, with the stream's name.
    Other(String),
}

/// A message before its content is read.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(default)]
    stream: Option<String>,
    #[serde(default)]
    action: Option<String>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
}

/// Why the server closes.
#[derive(Deserialize)]
struct Closing {
    #[serde(default)]
    error_message: String,
}

impl Message {
    /// Reads a frame, text or binary.
    pub fn read(frame: &[u8]) -> Result<Self, serde_json::Error> {
        let envelope: Envelope<'_> = serde_json::from_slice(frame)?;
        let Some(data) = envelope.data.map(RawValue::get).filter(|data| *data != "null") else {
            return Ok(Self::Empty);
        };
        match (envelope.stream.as_deref(), envelope.action.as_deref()) {
            (Some("trade_updates"), _) => serde_json::from_str(data).map(Self::TradeUpdate),
            (Some("authorization"), _) => serde_json::from_str(data).map(Self::Authorization),
            (Some("listening"), _) => serde_json::from_str(data).map(Self::Listening),
            (_, Some("error")) => {
                serde_json::from_str::<Closing>(data).map(|why| Self::Error(why.error_message))
            }
            (stream, _) => Ok(Self::Other(stream.unwrap_or_default().to_owned())),
        }
    }
}
