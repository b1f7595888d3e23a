//! Bars of every range, cut out of the same trees that drawn trades come from.
//! Must never walk trades where a whole stretch gives the bar: only the running minute is walked.

use crate::bounds::BARS_MAX;
use crate::domain::numbers::Qty;
use crate::domain::quotes::{Bar, Range};
use crate::domain::time::MarketTime;

use super::drawn::Drawn;
use super::grid::price;
use super::sessions::Session;
use super::summed::Summed;
use super::tree::{Halver, Stretch};
use super::{Slot, Source, Tape};

/// Minute bars of `Range::Day`.
const DAY_MINUTES: usize = 390;
const WEEK_DAYS: usize = 5;
const MONTH_DAYS: usize = 21;
const YEAR_DAYS: usize = 252;

impl Tape {
    /// A symbol's bars up to `at`, oldest first; the running bar is last. None for a symbol whose
    /// tape stands still.
    pub fn bars(&self, slot: Slot, range: Range, at: MarketTime) -> Vec<Bar> {
        if self.is_still(slot) {
            return Vec::new();
        }
        let mut bars = match range {
            Range::Day => self.days_of_bars(slot, at, 1, |bars| bars.len() >= DAY_MINUTES),
            Range::Week => self.sessions_of_bars(slot, at, 15, WEEK_DAYS),
            Range::Month => self.sessions_of_bars(slot, at, 60, MONTH_DAYS),
            Range::Year => self.sessions_of_bars(slot, at, u32::MAX, YEAR_DAYS),
        };
        if range == Range::Day && bars.len() > DAY_MINUTES {
            bars.drain(..bars.len() - DAY_MINUTES);
        }
        bars
    }

    fn sessions_of_bars(&self, slot: Slot, at: MarketTime, step: u32, sessions: usize) -> Vec<Bar> {
        let mut left = sessions;
        self.days_of_bars(slot, at, step, |_| {
            left -= 1;
            left == 0
        })
    }

    /// Bars of `step` minutes, session by session back from `at` until `enough`.
    fn days_of_bars(
        &self,
        slot: Slot,
        at: MarketTime,
        step: u32,
        mut enough: impl FnMut(&[Bar]) -> bool,
    ) -> Vec<Bar> {
        let mut session = self.session_at(at);
        let mut newest_first = Vec::new();
        loop {
            let mut bars = self.session_bars(slot, &session, step, at);
            bars.reverse();
            newest_first.append(&mut bars);
            let earliest = session.open <= self.begin();
            if earliest || newest_first.len() >= BARS_MAX || enough(&newest_first) {
                break;
            }
            session = self.session_of(self.schedule().previous_day(session.day));
        }
        newest_first.reverse();
        newest_first
    }

    /// The bars of one session up to `at`, oldest first, in steps of `step` minutes from its open.
    pub fn session_bars(
        &self,
        slot: Slot,
        session: &Session,
        step: u32,
        at: MarketTime,
    ) -> Vec<Bar> {
        match &self.source {
            Source::Drawn(drawn) => drawn.session_bars(slot, session, step, at),
            Source::Recorded(_) => {
                joined(&self.minutes(slot, session, (session.open, at)), session, step)
            }
        }
    }
}

/// Bars of `step` minutes each, made of a session's minutes.
fn joined(minutes: &[Summed], session: &Session, step: u32) -> Vec<Bar> {
    let step_ms = i64::from(step) * 60_000;
    let mut bars: Vec<Summed> = Vec::new();
    for minute in minutes {
        let into = minute.bar.start.ms_since(session.open) / step_ms * step_ms;
        let start = session.open.plus_ms(into);
        match bars.last_mut().filter(|last| last.bar.start == start) {
            Some(last) => *last = last.with(minute),
            None => bars.push(Summed { bar: Bar { start, ..minute.bar }, ..*minute }),
        }
    }
    bars.into_iter().map(|summed| summed.bar).collect()
}

impl Drawn {
    /// The same, cut out of the session's tree.
    pub(super) fn session_bars(
        &self,
        slot: Slot,
        session: &Session,
        step: u32,
        at: MarketTime,
    ) -> Vec<Bar> {
        let root = self.day(slot, session).root;
        let into = u32::try_from(at.ms_since(session.open) / 60_000).unwrap_or(0);
        let halver = self.halver(slot, session);
        let mut cutter = Cutter { halver, session, step, complete: into, bars: Vec::new() };
        cutter.cut(&root);
        if at < session.close {
            self.add_running_minute(slot, session, &mut cutter, (at, into, root));
        }
        cutter.bars
    }

    /// The minute under way: made of its trades so far.
    fn add_running_minute(
        &self,
        slot: Slot,
        session: &Session,
        cutter: &mut Cutter<'_>,
        (at, minute, root): (MarketTime, u32, Stretch),
    ) {
        let mut stretch = root;
        while !stretch.is_minute() {
            let (left, right) = cutter.halver.halves(&stretch);
            stretch = if minute < left.end { left } else { right };
        }
        let mut prints = Vec::new();
        self.print_minute(slot, session, &stretch, &mut prints);
        for print in prints.iter().filter(|print| print.is_trade() && print.at <= at) {
            let (start, last) = (cutter.start_of(minute), print.last);
            let (open, high, low, close) = (last, last, last, last);
            cutter.add(Bar { start, open, high, low, close, volume: print.traded });
        }
    }
}

/// Cuts a day into bars.
struct Cutter<'a> {
    halver: Halver<'a>,
    session: &'a Session,
    /// Minutes of a bar.
    step: u32,
    /// Minutes that are over: only those are cut.
    complete: u32,
    bars: Vec<Bar>,
}

impl Cutter<'_> {
    fn cut(&mut self, stretch: &Stretch) {
        if stretch.first >= self.complete {
            return;
        }
        let in_one_bar = stretch.first / self.step == (stretch.end - 1) / self.step;
        if stretch.end <= self.complete && in_one_bar {
            self.add(Bar {
                start: self.start_of(stretch.first),
                open: price(stretch.open),
                high: price(stretch.high),
                low: price(stretch.low),
                close: price(stretch.close),
                volume: Qty::shares(stretch.volume),
            });
            return;
        }
        let (left, right) = self.halver.halves(stretch);
        self.cut(&left);
        self.cut(&right);
    }

    fn start_of(&self, minute: u32) -> MarketTime {
        self.session.open.plus_ms(i64::from(minute / self.step * self.step) * 60_000)
    }

    /// Adds what happened next: into the running bar, or as a new one.
    fn add(&mut self, next: Bar) {
        match self.bars.last_mut().filter(|bar| bar.start == next.start) {
            Some(bar) => {
                bar.high = bar.high.max(next.high);
                bar.low = bar.low.min(next.low);
                bar.close = next.close;
                bar.volume += next.volume;
            }
            None => self.bars.push(next),
        }
    }
}
