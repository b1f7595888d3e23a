//! The bars of one symbol over one range: as answered, and carried on with each new price.
//! Must never invent a bar: between two answers only the newest price is added.

use crate::domain::hours::Schedule;
use crate::domain::quotes::{Bar, Range, Ticker};
use crate::domain::time::{DeskTime, MarketTime};

/// Time between two asks for the same bars at least, in milliseconds of desk time.
const ASK_AGAIN_MS: i64 = 5_000;
/// Time before an ask that failed is made again, in milliseconds of desk time.
const RETRY_MS: i64 = 15_000;

/// The bars of one symbol over one range.
#[derive(Clone, Debug)]
pub struct Course {
    /// Bars, oldest first; the last one is still running.
    pub bars: Vec<Bar>,
    /// Why the last ask failed, in words.
    pub failed: Option<String>,
    asked: DeskTime,
    waiting: bool,
    /// Start of the newest bar of the last answer.
    answered: Option<MarketTime>,
}

impl Course {
    /// Nothing known yet, asked for now.
    pub const fn asked(now: DeskTime) -> Self {
        Self { bars: Vec::new(), failed: None, asked: now, waiting: true, answered: None }
    }
    /// True until the first answer.
    pub const fn is_unknown(&self) -> bool {
        self.waiting && self.answered.is_none() && self.failed.is_none()
    }
    /// When it was asked for last.
    pub const fn asked_at(&self) -> DeskTime {
        self.asked
    }
    /// True where it is time to ask again: a bar has begun since the last answer, or that failed.
    pub fn is_due(&self, now: DeskTime) -> bool {
        let age = now.ms_since(self.asked);
        let begun = self.bars.last().map(|bar| bar.start) > self.answered;
        !self.waiting
            && match self.failed {
                Some(_) => age >= RETRY_MS,
                None => begun && age >= ASK_AGAIN_MS,
            }
    }
    /// Asked once more.
    pub const fn ask(&mut self, now: DeskTime) {
        self.asked = now;
        self.waiting = true;
    }
    /// Takes the answer in.
    pub fn answer(&mut self, bars: Vec<Bar>) {
        self.waiting = false;
        self.failed = None;
        self.answered = bars.last().map(|bar| bar.start);
        self.bars = bars;
    }
    /// Takes a refusal in; the bars that are known stay.
    pub fn fail(&mut self, words: String) {
        self.waiting = false;
        self.failed = Some(words);
    }
    /// Adds the newest price: to the running bar, or as the first of the next one.
    pub fn follow(&mut self, ticker: &Ticker, range: Range, schedule: Schedule) {
        let Some(newest) = self.bars.last_mut() else { return };
        let last = ticker.last;
        let start = bar_start(range, schedule, ticker.at).unwrap_or(newest.start);
        if start > newest.start {
            let volume = crate::domain::numbers::Qty::ZERO;
            self.bars.push(Bar { start, open: last, high: last, low: last, close: last, volume });
        } else if start == newest.start {
            newest.high = newest.high.max(last);
            newest.low = newest.low.min(last);
            newest.close = last;
        }
    }
}

/// Start of the bar that a moment belongs to; none while the market is closed.
fn bar_start(range: Range, schedule: Schedule, at: MarketTime) -> Option<MarketTime> {
    let (open, _) = schedule.session(schedule.trading_day(at))?;
    if at < open {
        return None;
    }
    let step_ms = match range {
        Range::Day => 60_000,
        Range::Week => 15 * 60_000,
        Range::Month => 3_600_000,
        Range::Year => return Some(open),
    };
    Some(open.plus_ms(at.ms_since(open) / step_ms * step_ms))
}

#[cfg(test)]
mod tests {
    use super::{ASK_AGAIN_MS, Course, RETRY_MS, bar_start};
    use crate::domain::hours::Schedule;
    use crate::domain::numbers::{Price, Qty};
    use crate::domain::quotes::{Bar, Range};
    use crate::domain::time::{DeskTime, MarketTime};
    use crate::tui::fixture::market::tickers;

    fn at(text: &str) -> MarketTime {
        MarketTime::from_new_york(text.parse().expect("a civil time"))
    }

    fn bar(start: &str, cents: i64) -> Bar {
        let price = Price::cents(cents);
        let (open, high, low, close) = (price, price, price, price);
        Bar { start: at(start), open, high, low, close, volume: Qty::shares(10) }
    }

    #[test]
    fn bars_begin_where_their_range_says() {
        let cases = [
            (Range::Day, Schedule::Nyse, "2026-11-24T10:31:07", Some("2026-11-24T10:31")),
            (Range::Week, Schedule::Nyse, "2026-11-24T10:31:07", Some("2026-11-24T10:30")),
            (Range::Month, Schedule::Nyse, "2026-11-24T10:31:07", Some("2026-11-24T10:30")),
            (Range::Month, Schedule::Nyse, "2026-11-24T10:29:59", Some("2026-11-24T09:30")),
            (Range::Month, Schedule::Always, "2026-11-24T10:31:07", Some("2026-11-24T10:00")),
            (Range::Year, Schedule::Nyse, "2026-11-24T10:31:07", Some("2026-11-24T09:30")),
            (Range::Year, Schedule::Always, "2026-11-24T20:00:00", Some("2026-11-24T20:00")),
            (Range::Day, Schedule::Nyse, "2026-11-24T08:00:00", None),
            (Range::Day, Schedule::Nyse, "2026-11-22T12:00:00", None),
        ];
        for (range, schedule, moment, start) in cases {
            assert_eq!(bar_start(range, schedule, at(moment)), start.map(at), "{range:?} {moment}");
        }
    }

    #[test]
    fn the_newest_price_runs_on_and_begins_the_next_bar() {
        let mut course = Course::asked(DeskTime::default());
        assert!(course.is_unknown());
        let mut ticker = tickers()[0];
        course.follow(&ticker, Range::Day, Schedule::Nyse);
        assert!(course.bars.is_empty(), "nothing to carry on");
        course.answer(vec![bar("2026-11-24T10:30", 18_700), bar("2026-11-24T10:31", 18_710)]);
        for (cents, moment) in
            [(18_750, "10:31:20"), (18_690, "10:31:40"), (18_720, "10:32:01"), (1, "10:30:59")]
        {
            ticker.last = Price::cents(cents);
            ticker.at = at(&format!("2026-11-24T{moment}"));
            course.follow(&ticker, Range::Day, Schedule::Nyse);
        }
        let [_, running, next] = course.bars.as_slice() else { panic!("{:?}", course.bars) };
        let cents = [running.open, running.high, running.low, running.close];
        assert_eq!(cents, [18_710, 18_750, 18_690, 18_690].map(Price::cents));
        assert_eq!((next.start, next.close), (at("2026-11-24T10:32"), Price::cents(18_720)));
    }

    #[test]
    fn it_is_asked_for_again_when_a_bar_began_or_an_ask_failed() {
        let start = DeskTime::default();
        let later = |ms| start.plus_ms(ms);
        let mut course = Course::asked(start);
        assert!(!course.is_due(later(RETRY_MS)), "still waiting");
        course.answer(vec![bar("2026-11-24T10:31", 18_710)]);
        assert!(!course.is_due(later(RETRY_MS)), "nothing new to ask for");
        course.bars.push(bar("2026-11-24T10:32", 18_710));
        assert!(!course.is_due(later(ASK_AGAIN_MS - 1)));
        assert!(course.is_due(later(ASK_AGAIN_MS)));
        course.ask(later(ASK_AGAIN_MS));
        course.fail("no such symbol".to_owned());
        assert!(!course.is_due(later(ASK_AGAIN_MS + RETRY_MS - 1)));
        assert!(course.is_due(later(ASK_AGAIN_MS + RETRY_MS)));
        assert_eq!(course.bars.len(), 2, "what is known stays");
    }
}
