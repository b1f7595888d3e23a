//! The tape played back: prints, minutes and days of any stretch of the past, in order.
//! Must never show what has not happened yet: every stretch ends at the moment it is asked at.

use crate::domain::numbers::{Money, Price, Qty};
use crate::domain::quotes::Bar;
use crate::domain::time::MarketTime;

use super::cursor::Cursor;
use super::minute::Print;
use super::{Session, Slot, Tape};

const MINUTE_MS: i64 = 60_000;

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

impl Tape {
    /// Prints from `from` to `to`, both with them, oldest first, until `visit` says false.
    pub fn play(
        &self,
        slot: Slot,
        (from, to): (MarketTime, MarketTime),
        mut visit: impl FnMut(&Print) -> bool,
    ) {
        if self.is_still(slot) {
            return;
        }
        let before = MarketTime::from_ns(from.ns().saturating_sub(1));
        let mut cursor = Cursor::new(self, slot, &self.session_at(before), before);
        let mut goes_on = true;
        while goes_on && cursor.due() <= to {
            let until = cursor.due();
            cursor.step(self, until, |print| goes_on = goes_on && visit(print));
        }
    }

    /// The minutes of a session up to `at`, oldest first, summed up from their trades.
    pub fn minutes(
        &self,
        slot: Slot,
        session: &Session,
        (from, to): (MarketTime, MarketTime),
    ) -> Vec<Summed> {
        let first = from.max(session.open);
        let last = to.min(MarketTime::from_ns(session.close.ns() - 1));
        let mut found: Vec<Summed> = Vec::new();
        self.play(slot, (first, last), |print| {
            if print.is_trade() {
                let into = print.at.ms_since(session.open) / MINUTE_MS * MINUTE_MS;
                add(&mut found, session.open.plus_ms(into), print);
            }
            true
        });
        found
    }

    /// A session in one bar as of `at`. Its average price is that of its minutes' ends, because
    /// a day of trades takes too long to walk.
    pub fn day_bar(&self, slot: Slot, session: &Session, at: MarketTime) -> Option<Summed> {
        let minutes = self.session_bars(slot, session, 1, at);
        let mut whole: Option<Summed> = None;
        for bar in minutes {
            let ends = [bar.open, bar.high, bar.low, bar.close];
            let sum: i64 = ends.iter().map(|price| price.units()).sum();
            let value = bar.volume * Price::from_units(sum / 4);
            let next = Summed { bar, trades: self.trades_of(slot, session, bar.volume), value };
            whole = Some(whole.map_or(next, |whole| whole.with(&next)));
        }
        whole.map(|whole| Summed { bar: Bar { start: session.open, ..whole.bar }, ..whole })
    }
}

/// Adds a trade to the bar of its minute.
fn add(bars: &mut Vec<Summed>, start: MarketTime, print: &Print) {
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

#[cfg(test)]
mod tests {
    use super::{MarketTime, Slot, Tape};
    use crate::domain::hours::Schedule;
    use crate::venue::simulator::listing;

    #[test]
    fn minutes_are_the_bars_and_prints_are_inside_them() {
        let tape = Tape::new(3, Schedule::Nyse, &listing::table());
        let at = |text: &str| MarketTime::from_new_york(text.parse().expect("a civil time"));
        let (from, to) = (at("2026-11-20T10:00"), at("2026-11-20T10:29:59.999999999"));
        let session = tape.session_at(from);
        let minutes = tape.minutes(Slot(0), &session, (from, to));
        assert_eq!(minutes.len(), 30);
        let bars = tape.session_bars(Slot(0), &session, 1, at("2026-11-20T10:30"));
        for (minute, bar) in minutes.iter().zip(&bars[30..]) {
            assert_eq!(minute.bar, *bar);
            assert!(minute.trades > 0);
            assert!(bar.low <= minute.average() && minute.average() <= bar.high);
            assert_eq!(tape.trades_of(Slot(0), &session, bar.volume), minute.trades);
        }
        let mut count = 0;
        tape.play(Slot(0), (from, to), |print| {
            assert!(from <= print.at && print.at <= to);
            count += 1;
            count < 50
        });
        assert_eq!(count, 50);
        let day = tape.day_bar(Slot(0), &session, to).expect("it has traded");
        assert_eq!(day.bar.close, minutes.last().expect("some").bar.close);
    }
}
