//! The market-data stream: one frame holds an array of messages, each told apart by its `T`.
//! Must never fail a frame for one message: an unknown kind is passed over, and counted.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::data::{Bar, Quote, Trade};
use super::digits::Number;
use super::times::Stamp;

/// What is subscribed to after a change: always the complete set.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Subscription {
    /// Symbols whose trades come.
    pub trades: Vec<String>,
    /// Symbols whose quotes come.
    pub quotes: Vec<String>,
    /// Symbols whose minute bars come.
    pub bars: Vec<String>,
    /// Symbols whose corrected bars come.
    pub updated_bars: Vec<String>,
    /// Symbols whose day's bar comes each minute.
    pub daily_bars: Vec<String>,
    /// Symbols whose halts and resumptions come.
    pub statuses: Vec<String>,
    /// Symbols whose price bands come.
    pub lulds: Vec<String>,
    /// Symbols whose corrected trades come; follows the trades.
    pub corrections: Vec<String>,
    /// Symbols whose canceled trades come; follows the trades.
    pub cancel_errors: Vec<String>,
}

/// Trading in a symbol was halted or resumed.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct TradingStatus {
    /// Status code.
    pub sc: String,
    /// Status in words.
    #[serde(default)]
    pub sm: String,
    /// Reason code.
    #[serde(default)]
    pub rc: String,
    /// Reason in words.
    #[serde(default)]
    pub rm: String,
    /// When.
    pub t: Stamp,
    /// Tape.
    #[serde(default)]
    pub z: Option<String>,
}

/// Between which prices a symbol may trade now.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Bands {
    /// Upper.
    pub u: Number,
    /// Lower.
    pub d: Number,
    /// Indicator.
    #[serde(default)]
    pub i: String,
    /// When.
    pub t: Stamp,
    /// Tape.
    #[serde(default)]
    pub z: Option<String>,
}

/// A trade was not as it was told.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Correction {
    /// Exchange.
    pub x: String,
    /// Id of the trade as told.
    pub oi: Number,
    /// Its price.
    pub op: Number,
    /// Its shares.
    pub os: Number,
    /// Its conditions.
    #[serde(default)]
    pub oc: Vec<String>,
    /// Id of the trade as it was.
    pub ci: Number,
    /// Its price.
    pub cp: Number,
    /// Its shares.
    pub cs: Number,
    /// Its conditions.
    #[serde(default)]
    pub cc: Vec<String>,
    /// When.
    pub t: Stamp,
    /// Tape.
    #[serde(default)]
    pub z: Option<String>,
}

/// A trade was none.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct CancelError {
    /// Id of the trade.
    pub i: Number,
    /// Exchange.
    pub x: String,
    /// Its price.
    pub p: Number,
    /// Its shares.
    pub s: Number,
    /// `C` canceled, `E` in error.
    pub a: String,
    /// When.
    pub t: Stamp,
    /// Tape.
    #[serde(default)]
    pub z: Option<String>,
}

/// One message of the stream, with its symbol where it has one.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// `connected` or `authenticated`.
    Success(String),
    /// The stream's refusal: code and words (section 13).
    Error {
        /// 400 to 500.
        code: i64,
        /// In Alpaca's words.
        message: String,
    },
    /// What is subscribed to now.
    Subscription(Box<Subscription>),
    /// A trade.
    Trade(String, Trade),
    /// Best prices.
    Quote(String, Quote),
    /// A minute's bar.
    MinuteBar(String, Bar),
    /// A minute's bar, corrected.
    UpdatedBar(String, Bar),
    /// The day's bar so far.
    DailyBar(String, Bar),
    /// Halted or resumed.
    Status(String, TradingStatus),
    /// Price bands.
    Bands(String, Bands),
    /// A corrected trade.
    Correction(String, Box<Correction>),
    /// A canceled trade.
    CancelError(String, CancelError),
    /// A kind this program does not know.
    Other(String),
}

/// What tells messages apart.
#[derive(Deserialize)]
struct Kind<'a> {
    #[serde(rename = "T", borrow)]
    kind: Cow<'a, str>,
    #[serde(rename = "S", default)]
    symbol: String,
}

/// A control message's content.
#[derive(Deserialize)]
struct Control {
    #[serde(default)]
    code: i64,
    #[serde(default)]
    msg: String,
}

impl Item {
    /// Reads one message of a frame.
    pub fn read(text: &str) -> Result<Self, serde_json::Error> {
        let Kind { kind, symbol } = serde_json::from_str(text)?;
        let read = match &*kind {
            "t" => Self::Trade(symbol, serde_json::from_str(text)?),
            "q" => Self::Quote(symbol, serde_json::from_str(text)?),
            "b" => Self::MinuteBar(symbol, serde_json::from_str(text)?),
            "u" => Self::UpdatedBar(symbol, serde_json::from_str(text)?),
            "d" => Self::DailyBar(symbol, serde_json::from_str(text)?),
            "s" => Self::Status(symbol, serde_json::from_str(text)?),
            "l" => Self::Bands(symbol, serde_json::from_str(text)?),
            "c" => Self::Correction(symbol, serde_json::from_str(text)?),
            "x" => Self::CancelError(symbol, serde_json::from_str(text)?),
            "subscription" => Self::Subscription(serde_json::from_str(text)?),
            "success" => Self::Success(serde_json::from_str::<Control>(text)?.msg),
            "error" => {
                let Control { code, msg } = serde_json::from_str(text)?;
                Self::Error { code, message: msg }
            }
            other => Self::Other(other.to_owned()),
        };
        Ok(read)
    }

    /// Splits a frame into its messages; each is read on its own, so that a broken one costs
    /// itself alone.
    pub fn split(frame: &[u8]) -> Result<Vec<&RawValue>, serde_json::Error> {
        serde_json::from_slice(frame)
    }
}
