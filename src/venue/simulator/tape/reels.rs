//! The tape played back: prints, minutes and days of any stretch of the past, in order.
//! Must never show what has not happened yet: every stretch ends at the moment it is asked at.

use std::collections::BTreeMap;

use crate::domain::numbers::Price;
use crate::domain::quotes::Bar;
use crate::domain::time::MarketTime;

use super::cursor::Cursor;
use super::minute::Print;
use super::recorded::Recorded;
use super::sessions::Session;
use super::summed::{Summed, add};
use super::{Slot, Source, Tape};

const MINUTE_MS: i64 = 60_000;

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

    /// The minutes of a session up to `at`, oldest first, summed up from their trades, or as they
    /// were recorded.
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
        match &self.source {
            Source::Drawn(_) => found,
            Source::Recorded(recorded) => recorded_over(recorded, slot, (first, last), found),
        }
    }

    /// A session in one bar as of `at`. The average price of a drawn one is that of its minutes'
    /// ends, because a day of trades takes too long to walk.
    pub fn day_bar(&self, slot: Slot, session: &Session, at: MarketTime) -> Option<Summed> {
        let Source::Drawn(drawn) = &self.source else {
            let minutes = self.minutes(slot, session, (session.open, at));
            let whole = minutes.into_iter().reduce(|whole, next| whole.with(&next))?;
            return Some(Summed { bar: Bar { start: session.open, ..whole.bar }, ..whole });
        };
        let minutes = self.session_bars(slot, session, 1, at);
        let mut whole: Option<Summed> = None;
        for bar in minutes {
            let ends = [bar.open, bar.high, bar.low, bar.close];
            let sum: i64 = ends.iter().map(|price| price.units()).sum();
            let value = bar.volume * Price::from_units(sum / 4);
            let next = Summed { bar, trades: drawn.trades_of(slot, session, bar.volume), value };
            whole = Some(whole.map_or(next, |whole| whole.with(&next)));
        }
        whole.map(|whole| Summed { bar: Bar { start: session.open, ..whole.bar }, ..whole })
    }
}

/// The minutes that were recorded as bars, in place of those that are summed up: a broker leaves
/// trades out that a bar is not made of. One that is not over, or not whole, stays as it is.
fn recorded_over(
    recorded: &Recorded,
    slot: Slot,
    (first, last): (MarketTime, MarketTime),
    summed: Vec<Summed>,
) -> Vec<Summed> {
    let bars = recorded.minutes(slot);
    if bars.is_empty() || last < first {
        return summed;
    }
    let by_start = |summed: Summed| (summed.bar.start, summed);
    let mut found: BTreeMap<MarketTime, Summed> = summed.into_iter().map(by_start).collect();
    let whole = |start: &MarketTime| start.plus_ms(MINUTE_MS).ns() - 1 <= last.ns();
    found.extend(bars.range(first..=last).filter(|(start, _)| whole(start)));
    found.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::{MarketTime, Slot, Source, Tape};
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
            let Source::Drawn(drawn) = &tape.source else { panic!("it is drawn") };
            assert_eq!(drawn.trades_of(Slot(0), &session, bar.volume), minute.trades);
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
