//! Standing facts: assets, positions, watchlists, the market's clock and its calendar.
//! Must never say what the desk holds: the broker's position is checked against, not booked from.

use serde::{Deserialize, Serialize};

use super::digits::{Decimal, Number};
use super::errors::ErrorBody;
use super::orders::Order;
use super::times::{Day, LocalStamp, Stamp};

words! {
    /// Whether an asset is listed.
    AssetStatus {
        /// It is.
        Active = "active",
        /// It was; a symbol's inactive twin can stand beside the active one.
        Inactive = "inactive",
    }
}

/// An asset (section 7).
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "facts of the broker that go any way")]
pub struct Asset {
    /// Alpaca's id of it.
    pub id: String,
    /// Equity, option or crypto.
    pub class: String,
    /// Where it is listed.
    pub exchange: String,
    /// Symbol.
    pub symbol: String,
    /// Name for people.
    #[serde(default)]
    pub name: String,
    /// Whether it is listed.
    pub status: AssetStatus,
    /// True where orders are taken.
    pub tradable: bool,
    /// True where it may be bought with a loan.
    #[serde(default)]
    pub marginable: bool,
    /// True where it may be sold short.
    #[serde(default)]
    pub shortable: bool,
    /// True where parts of a share are traded.
    #[serde(default)]
    pub fractionable: bool,
    /// Announced to go, still required by clients.
    #[serde(default)]
    pub easy_to_borrow: bool,
    /// `easy_to_borrow` or `hard_to_borrow`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub borrow_status: Option<String>,
    /// In percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maintenance_margin_requirement: Option<Number>,
    /// In percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub margin_requirement_long: Option<Decimal>,
    /// In percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub margin_requirement_short: Option<Decimal>,
    /// Finer facts (`fractional_eh_enabled`, `overnight_tradable`, ...).
    #[serde(default)]
    pub attributes: Vec<String>,
}

/// A position at the broker (section 6): the net of all portfolios in one symbol.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Position {
    /// Of what, by id.
    pub asset_id: String,
    /// Of what; crypto is written without its slash here.
    pub symbol: String,
    /// Where it is listed.
    pub exchange: String,
    /// Equity, option or crypto.
    pub asset_class: String,
    /// True where it may be bought with a loan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset_marginable: Option<bool>,
    /// Shares, below zero for a short position.
    pub qty: Decimal,
    /// Shares that no open order holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qty_available: Option<Decimal>,
    /// Average price paid.
    pub avg_entry_price: Decimal,
    /// `long` or `short`.
    pub side: String,
    /// Value at the current price.
    pub market_value: Option<Decimal>,
    /// Shares times average price.
    pub cost_basis: Decimal,
    /// Profit since entry.
    pub unrealized_pl: Option<Decimal>,
    /// The same as a fraction.
    pub unrealized_plpc: Option<Decimal>,
    /// Profit of the day.
    pub unrealized_intraday_pl: Option<Decimal>,
    /// The same as a fraction.
    pub unrealized_intraday_plpc: Option<Decimal>,
    /// Price now.
    pub current_price: Option<Decimal>,
    /// Close of the day before.
    pub lastday_price: Option<Decimal>,
    /// Change since then, as a fraction.
    pub change_today: Option<Decimal>,
}

/// One line of the answer to a close of all positions (HTTP 207).
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct CloseStatus {
    /// Which position.
    pub symbol: String,
    /// HTTP status for this one.
    pub status: u16,
    /// The order that closes it, or why there is none.
    pub body: Closed,
}

/// What came of closing a position.
#[derive(Clone, Debug, PartialEq)]
pub enum Closed {
    /// The order that closes it.
    By(Box<Order>),
    /// Why not.
    Refused(Box<ErrorBody>),
}

impl<'de> Deserialize<'de> for Closed {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        // Numbers keep their digits only where they are read straight from the text.
        let raw = <&serde_json::value::RawValue>::deserialize(from)?.get();
        match serde_json::from_str(raw) {
            Ok(order) => Ok(Self::By(order)),
            Err(_) => serde_json::from_str(raw).map(Self::Refused).map_err(D::Error::custom),
        }
    }
}

impl Serialize for Closed {
    fn serialize<S: serde::Serializer>(&self, into: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::By(order) => order.serialize(into),
            Self::Refused(error) => error.serialize(into),
        }
    }
}

/// The market's clock (section 8).
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Clock {
    /// Now.
    pub timestamp: LocalStamp,
    /// True in the regular session.
    pub is_open: bool,
    /// The next open; while it is open, the next day's.
    pub next_open: LocalStamp,
    /// The next close.
    pub next_close: LocalStamp,
}

/// A trading day (section 8).
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct CalendarDay {
    /// Which.
    pub date: Day,
    /// `09:30`.
    pub open: String,
    /// `16:00`, or `13:00` on a half day.
    pub close: String,
    /// `0400`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_open: Option<String>,
    /// `2000`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_close: Option<String>,
    /// When trades of the day settle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settlement_date: Option<Day>,
}

/// A watchlist at the broker (section 11).
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Watchlist {
    /// Alpaca's id of it.
    pub id: String,
    /// Whose.
    pub account_id: String,
    /// Name, unique for the account.
    pub name: String,
    /// When it was made.
    pub created_at: Stamp,
    /// When it changed.
    pub updated_at: Stamp,
    /// What is on it; left out of the list of lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assets: Option<Vec<Asset>>,
}
