//! Bars that know how many trades they are made of, and what those were worth.
//! Must never take in a trade that lies before the last one.

use crate::domain::numbers::{Money, Price, Qty};
use crate::domain::quotes::Bar;
use crate::domain::time::MarketTime;

use super::minute::Print;

/// A bar with what only its trades tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summed {
    /// Prices and volume.
    pub bar: Bar,
    /// Trades.
    pub trades: u64,
    /// Dollars traded: by the volume, the average price.
    pub value: Money,
}

impl Summed {
    /// Average price of a share, to a hundredth of a cent.
    pub fn average(&self) -> Price {
        let average = self.value.per_share(self.bar.volume).unwrap_or(self.bar.close);
        Price::from_units((average.units() + 50_000) / 100_000 * 100_000)
    }
    /// The bar that both make together; `next` is the later one.
    #[must_use]
    pub fn with(&self, next: &Self) -> Self {
        let (one, two) = (self.bar, next.bar);
        Self {
            bar: Bar {
                start: one.start,
                open: one.open,
                high: one.high.max(two.high),
                low: one.low.min(two.low),
                close: two.close,
                volume: one.volume + two.volume,
            },
            trades: self.trades + next.trades,
            value: self.value + next.value,
        }
    }
}

/// Adds a trade to the bar of its minute.
pub(super) fn add(bars: &mut Vec<Summed>, start: MarketTime, print: &Print) {
    let (price, size) = (print.last, print.traded);
    let bar = Bar { start, open: price, high: price, low: price, close: price, volume: Qty::ZERO };
    if bars.last().is_none_or(|last| last.bar.start != start) {
        bars.push(Summed { bar, trades: 0, value: Money::ZERO });
    }
    let last = bars.last_mut().expect("one was pushed where there was none");
    last.bar.high = last.bar.high.max(price);
    last.bar.low = last.bar.low.min(price);
    last.bar.close = price;
    last.bar.volume += size;
    last.trades += 1;
    last.value += size * price;
}
