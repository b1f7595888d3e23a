//! Market data as REST answers and as the data stream write it: trades, quotes, bars, snapshots.
//! Must never hold a price as a float.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::digits::Number;
use super::times::Stamp;

/// A trade.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Trade {
    /// When.
    pub t: Stamp,
    /// Exchange code.
    #[serde(default)]
    pub x: String,
    /// Price.
    pub p: Number,
    /// Shares.
    pub s: Number,
    /// Conditions.
    #[serde(default)]
    pub c: Option<Vec<String>>,
    /// Id, unique for exchange and day.
    #[serde(default)]
    pub i: Option<Number>,
    /// Tape.
    #[serde(default)]
    pub z: Option<String>,
    /// `canceled`, `corrected` or `incorrect`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub u: Option<String>,
}

/// The best prices on both sides.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Quote {
    /// When.
    pub t: Stamp,
    /// Exchange of the ask.
    #[serde(default)]
    pub ax: String,
    /// Ask; zero where nobody sells.
    pub ap: Number,
    /// Size of the ask.
    #[serde(rename = "as")]
    pub ask_size: Number,
    /// Exchange of the bid.
    #[serde(default)]
    pub bx: String,
    /// Bid; zero where nobody buys.
    pub bp: Number,
    /// Size of the bid.
    pub bs: Number,
    /// Conditions.
    #[serde(default)]
    pub c: Option<Vec<String>>,
    /// Tape.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub z: Option<String>,
}

/// What was traded from `t` on, for as long as the bar is.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Bar {
    /// Where it begins.
    pub t: Stamp,
    /// First price.
    pub o: Number,
    /// Highest price.
    pub h: Number,
    /// Lowest price.
    pub l: Number,
    /// Last price.
    pub c: Number,
    /// Shares.
    pub v: Number,
    /// Trades.
    #[serde(default)]
    pub n: Option<Number>,
    /// Average price, weighted by shares.
    #[serde(default)]
    pub vw: Option<Number>,
}

/// All there is to know of a symbol at once; each part may be missing.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// Last trade.
    #[serde(default)]
    pub latest_trade: Option<Trade>,
    /// Best prices.
    #[serde(default)]
    pub latest_quote: Option<Quote>,
    /// The minute under way.
    #[serde(default)]
    pub minute_bar: Option<Bar>,
    /// The day.
    #[serde(default)]
    pub daily_bar: Option<Bar>,
    /// The day before.
    #[serde(default)]
    pub prev_daily_bar: Option<Bar>,
}

/// Snapshots by symbol: not wrapped, and null for a symbol that is not known.
pub type Snapshots = BTreeMap<String, Option<Snapshot>>;

/// A page of bars of several symbols.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct BarsPage {
    /// By symbol; null where there are none.
    pub bars: Option<BTreeMap<String, Option<Vec<Bar>>>>,
    /// Where the next page begins; none on the last.
    #[serde(default)]
    pub next_page_token: Option<String>,
}

/// A page of trades of several symbols.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct TradesPage {
    /// By symbol; null where there are none.
    pub trades: Option<BTreeMap<String, Option<Vec<Trade>>>>,
    /// Where the next page begins; none on the last.
    #[serde(default)]
    pub next_page_token: Option<String>,
}

/// A page of quotes of several symbols.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct QuotesPage {
    /// By symbol; null where there are none.
    pub quotes: Option<BTreeMap<String, Option<Vec<Quote>>>>,
    /// Where the next page begins; none on the last.
    #[serde(default)]
    pub next_page_token: Option<String>,
}

/// The newest quotes of several symbols.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct LatestQuotes {
    /// By symbol.
    pub quotes: BTreeMap<String, Quote>,
}

/// The newest trade of one symbol.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct LatestTrade {
    /// Of what.
    pub symbol: String,
    /// The trade.
    pub trade: Trade,
}
