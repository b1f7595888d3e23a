//! One minute of one symbol: its trades, and the quotes around them.
//! Must never show a trade outside its minute's bar, nor a quote that its last trade lies beyond.

use crate::domain::numbers::{Price, Qty};
use crate::domain::time::MarketTime;

use super::chance::{Chance, Draw};
use super::grid::{float, price, snap, tick, whole};
use super::tree::{Stretch, TRADES_MIN};

/// Trades of the busiest minute.
const TRADES_MAX: i64 = 60;
const MINUTE_NS: i64 = 60_000_000_000;

const LABEL_PLACES: u64 = 30;
const LABEL_WHEN: u64 = 31;
const LABEL_PRICE: u64 = 32;
const LABEL_SIZE: u64 = 33;
const LABEL_QUOTE: u64 = 34;
const LABEL_LATER_QUOTE: u64 = 35;
const LABEL_SIZES: u64 = 36;

/// What the tape prints at one moment: a trade with the quote it leaves, or a new quote alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Print {
    /// When.
    pub at: MarketTime,
    /// Price of the last trade.
    pub last: Price,
    /// Shares of the trade printed now; zero for a quote alone.
    pub traded: Qty,
    /// Best bid.
    pub bid: Price,
    /// Shares at the best bid.
    pub bid_size: Qty,
    /// Best ask.
    pub ask: Price,
    /// Shares at the best ask.
    pub ask_size: Qty,
    /// True where the quote is new, false for a trade that left it as it was.
    pub is_quote: bool,
}

impl Print {
    /// True where a trade was printed.
    pub fn is_trade(&self) -> bool {
        !self.traded.is_zero()
    }
}

/// How a symbol's trades and quotes look, whatever the day.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    /// Usual distance from bid to ask, as a part of the price.
    pub spread: f64,
    /// Usual shares at the best bid and ask.
    pub displayed: i64,
    /// Trades of a usual minute.
    pub trades: f64,
}

impl Manner {
    /// How many trades a minute has: more where it trades more.
    pub(super) fn count(&self, bustle: f64, volume: i64) -> i64 {
        let count = whole(self.trades * libm::sqrt(bustle) + 0.5);
        count.clamp(TRADES_MIN, TRADES_MAX).min(volume)
    }
}

/// A minute to be printed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Minute<'a> {
    /// Its bar.
    pub bar: &'a Stretch,
    /// When it begins.
    pub start: MarketTime,
    /// Its volume against a usual minute's.
    pub bustle: f64,
    /// The symbol's chance of this day.
    pub chance: Chance,
    /// How the symbol prints.
    pub manner: Manner,
}

impl Minute<'_> {
    /// Puts the minute's prints, oldest first, in place of what `prints` held.
    pub(super) fn print(&self, prints: &mut Vec<Print>) {
        prints.clear();
        let chance = self.chance.at((1 << 32) | u64::from(self.bar.first));
        let count = self.count();
        let prices = self.prices(chance, count);
        let times = self.times(chance, count);
        let sizes = self.sizes(chance, count);
        for index in 0..prices.len() {
            let own = chance.at(index as u64);
            let last = prices[index];
            let quote = self.quote(last, own.draw(LABEL_QUOTE), own.draw(LABEL_SIZES));
            prints.push(Print { at: at(times[index]), traded: Qty::shares(sizes[index]), ..quote });
            let later = own.draw(LABEL_LATER_QUOTE);
            let quote = self.quote(last, later, own.draw(LABEL_SIZES + 1));
            let gap = times[index + 1] - times[index];
            let part = 30 + later.below(50).cast_signed();
            prints.push(Print { at: at(times[index] + gap * part / 100), ..quote });
        }
    }

    fn count(&self) -> i64 {
        self.manner.count(self.bustle, self.bar.volume)
    }

    /// The price of each trade: first the open, last the close, high and low somewhere between.
    fn prices(&self, chance: Chance, count: i64) -> Vec<i64> {
        let bar = self.bar;
        let places = chance.draw(LABEL_PLACES);
        let inner = (count - 2).cast_unsigned();
        let high_at = 1 + places.below(inner);
        let other = 1 + Draw::below(chance.draw(LABEL_PLACES + 100), inner - 1);
        let low_at = if other < high_at { other } else { other + 1 };
        let last = (count - 1).cast_unsigned();
        let mut knots = vec![(0, bar.open), (last, bar.close)];
        if bar.high > bar.open.max(bar.close) {
            knots.push((high_at, bar.high));
        }
        if bar.low < bar.open.min(bar.close) {
            knots.push((low_at, bar.low));
        }
        knots.sort_unstable();
        let noise = libm::sqrt(bar.variance / float(count));
        let mut prices = Vec::with_capacity(64);
        for pair in knots.windows(2) {
            let ((from_at, from), (to_at, to)) = (pair[0], pair[1]);
            prices.push(from);
            let mut price = float(from);
            for index in from_at + 1..to_at {
                // A walk that knows where it has to end.
                let left = float((to_at - index).cast_signed());
                let pull = (float(to) - price) / (left + 1.0);
                let swing = noise * libm::sqrt(left / (left + 1.0));
                price += pull + swing * chance.at(index).draw(LABEL_PRICE).normal();
                price = price.clamp(float(bar.low), float(bar.high));
                prices.push(snap(price));
            }
        }
        prices.push(bar.close);
        prices
    }

    /// When each trade happens, in nanoseconds, and the minute's end after them. The first trade
    /// of a session is its opening.
    fn times(&self, chance: Chance, count: i64) -> Vec<i64> {
        let slot = MINUTE_NS / count;
        let jitter = |index: i64| {
            let place = index.cast_unsigned();
            let part = chance.at(place).draw(LABEL_WHEN).below(1_000_000).cast_signed();
            if self.bar.first == 0 && index == 0 { 0 } else { slot / 1_000_000 * part }
        };
        let start = self.start.ns();
        let mut times: Vec<i64> =
            (0..count).map(|index| start + index * slot + jitter(index)).collect();
        times.push(start + MINUTE_NS);
        times
    }

    /// The shares of each trade: together the minute's volume, a few large among many small.
    fn sizes(&self, chance: Chance, count: i64) -> Vec<i64> {
        let weight = |index: i64| {
            let unit = chance.at(index.cast_unsigned()).draw(LABEL_SIZE).unit(0);
            0.15 + unit * unit * unit * 4.0
        };
        let weights: Vec<f64> = (0..count).map(weight).collect();
        let all: f64 = weights.iter().sum();
        let spare = self.bar.volume - count;
        let mut sum = 0.0;
        let mut before = 0;
        let mut sizes = Vec::with_capacity(weights.len());
        for weight in &weights {
            sum += weight;
            let until = whole(float(spare) * (sum / all)).min(spare);
            sizes.push(1 + until - before);
            before = until;
        }
        // The last one takes what rounding left.
        if let Some(last) = sizes.last_mut() {
            *last += spare - before;
        }
        sizes
    }

    /// A quote that holds the last trade: at its bid, at its ask, or between.
    fn quote(&self, last: i64, draw: Draw, sizes: Draw) -> Print {
        let step = tick(last);
        let width = self.manner.spread * float(last) * (0.5 + draw.unit(0));
        let ticks = whole(width / float(step) + 0.5).max(1);
        let below = (draw.bits() >> 16) % (ticks.cast_unsigned() + 1);
        let below = below.cast_signed();
        let bid = snap(float(last - below * step)).min(last);
        let ask = snap(float(last + (ticks - below) * step)).max(last);
        let ask = if ask > bid { ask } else { bid + tick(bid) };
        Print {
            at: MarketTime::default(),
            last: price(last),
            traded: Qty::ZERO,
            bid: price(bid),
            bid_size: self.shown(sizes.unit(0)),
            ask: price(ask),
            ask_size: self.shown(sizes.unit(1)),
            is_quote: true,
        }
    }

    /// Shares shown at a price: round lots, where the symbol shows that many.
    fn shown(&self, unit: f64) -> Qty {
        let shares = whole(float(self.manner.displayed) * (0.2 + 2.0 * unit * unit));
        let lot = if self.manner.displayed >= 100 { 100 } else { 1 };
        Qty::shares((shares / lot * lot).max(lot))
    }
}

fn at(ns: i64) -> MarketTime {
    MarketTime::from_ns(ns)
}
