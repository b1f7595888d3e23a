//! What the tape prints as Alpaca's market data writes it: trades, quotes, bars.
//! Must never show a number that the tape did not print.

use crate::domain::numbers::{Price, Qty};
use crate::domain::time::MarketTime;
use crate::venue::alpaca::wire::data::{Bar, Quote, Trade};
use crate::venue::alpaca::wire::digits::Number;
use crate::venue::simulator::tape::minute::Print;
use crate::venue::simulator::tape::summed::Summed;

use super::figures::{bare_count, bare_price, bare_quantity};
use super::written::stamp;

/// Microseconds of a day: trade ids are unique within one.
const DAY_US: i64 = 86_400_000_000;
/// A regular trade.
pub(super) const REGULAR_TRADE: &str = "@";
/// A regular quote, open on both sides.
pub(super) const REGULAR_QUOTE: &str = "R";

/// Where something was traded, as codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Exchange.
    pub exchange: &'static str,
    /// Tape.
    pub tape: &'static str,
}

impl Place {
    /// The place of a listing on a feed: IEX tells of its own trades alone.
    pub(super) fn of(listed_on: &str, feed: &str) -> Self {
        let (exchange, tape) = match listed_on {
            "NASDAQ" => ("Q", "C"),
            "NYSE" => ("N", "A"),
            "ARCA" => ("P", "B"),
            "AMEX" => ("A", "B"),
            _ => ("Z", "B"),
        };
        Self { exchange: if feed == "iex" { "V" } else { exchange }, tape }
    }
}

/// A trade's id: unique for its symbol and day.
pub(super) fn trade_id(at: MarketTime) -> u64 {
    (at.ns() / 1_000).rem_euclid(DAY_US).unsigned_abs() + 1
}

/// A trade.
pub(super) fn trade(place: Place, (price, size): (Price, Qty), at: MarketTime) -> Trade {
    Trade {
        t: stamp(at),
        x: place.exchange.to_owned(),
        p: bare_price(price),
        s: bare_quantity(size),
        c: Some(vec![REGULAR_TRADE.to_owned()]),
        i: Some(bare_count(trade_id(at))),
        z: Some(place.tape.to_owned()),
        u: None,
    }
}

/// A quote.
pub(super) fn quote(place: Place, print: &Print) -> Quote {
    let size = |size: Qty| Number::of(&size.plain());
    Quote {
        t: stamp(print.at),
        ax: place.exchange.to_owned(),
        ap: bare_price(print.ask),
        ask_size: size(print.ask_size),
        bx: place.exchange.to_owned(),
        bp: bare_price(print.bid),
        bs: size(print.bid_size),
        c: Some(vec![REGULAR_QUOTE.to_owned()]),
        z: Some(place.tape.to_owned()),
    }
}

/// A bar.
pub(super) fn bar(summed: &Summed) -> Bar {
    let Summed { bar, trades, .. } = summed;
    Bar {
        t: stamp(bar.start),
        o: bare_price(bar.open),
        h: bare_price(bar.high),
        l: bare_price(bar.low),
        c: bare_price(bar.close),
        v: bare_quantity(bar.volume),
        n: Some(bare_count(*trades)),
        vw: Some(bare_price(summed.average())),
    }
}
