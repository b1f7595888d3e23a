//! What the market shows: the current picture of a symbol, its trades and its bars.
//! Must never decide anything: rules read these, they do not live here.

use super::numbers::{Price, Qty, Ratio};
use super::symbols::Symbol;
use super::time::MarketTime;

/// The current picture of one symbol; the newest replaces the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticker {
    /// Which symbol.
    pub symbol: Symbol,
    /// Last trade's price.
    pub last: Price,
    /// Last trade's size.
    pub last_size: Qty,
    /// Best bid; zero where nobody bids.
    pub bid: Price,
    /// Shares at the best bid.
    pub bid_size: Qty,
    /// Best ask; zero where nobody offers.
    pub ask: Price,
    /// Shares at the best ask.
    pub ask_size: Qty,
    /// First trade of the trading day.
    pub open: Price,
    /// Highest trade of the day.
    pub high: Price,
    /// Lowest trade of the day.
    pub low: Price,
    /// Close of the trading day before.
    pub previous_close: Price,
    /// Shares traded today.
    pub volume: Qty,
    /// When this was so.
    pub at: MarketTime,
    /// True where it was asked for and not told by itself: it may be a few seconds old.
    pub polled: bool,
}

impl Ticker {
    /// Change since the previous close, signed.
    pub fn change(&self) -> Price {
        self.last - self.previous_close
    }
    /// Change since the previous close as a ratio of it.
    pub fn change_ratio(&self) -> Option<Ratio> {
        self.last.change_from(self.previous_close)
    }
}

/// One trade print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trade {
    /// Price of a share.
    pub price: Price,
    /// Shares.
    pub size: Qty,
    /// When.
    pub at: MarketTime,
}

/// A bar: what happened from `start` for one step of its range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    /// Start of the bar.
    pub start: MarketTime,
    /// First trade.
    pub open: Price,
    /// Highest trade.
    pub high: Price,
    /// Lowest trade.
    pub low: Price,
    /// Last trade.
    pub close: Price,
    /// Shares traded.
    pub volume: Qty,
}

/// How far back a chart looks, and with which bars.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Range {
    /// The last 390 minutes of trading, minute bars: one regular day's worth.
    Day,
    /// Five trading days, 15-minute bars.
    Week,
    /// A month of trading days, hour bars.
    Month,
    /// A year, day bars.
    Year,
}

impl Range {
    /// All ranges, shortest first.
    pub const ALL: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::Year];
    /// The label on a chart.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Day => "1D",
            Self::Week => "5D",
            Self::Month => "1M",
            Self::Year => "1Y",
        }
    }
}
