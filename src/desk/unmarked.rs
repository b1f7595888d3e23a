//! What was booked out of the order of days: entries of days to come, and of days marked already.
//! Must never change a mark that was written: it says what belongs to a day, whenever it came.
//!
//! A trading day is marked a moment after its end, and days that passed while the desk was down
//! are marked later still. What is traded meanwhile carries a later trade date and is taken off.
//! An entry of a day that is marked already (a broker may speak late) is in the marks of the days
//! after it; until the next one is written it is added to the mark that day P&L starts from, so
//! that its profit up to that close counts for its own day. A mark without a price, or a position
//! that has none, cannot start so: there the profit counts for the day on which it was booked.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::domain::entries::Entry;
use crate::domain::ids::PortfolioId;
use crate::domain::marks::DailyMark;
use crate::domain::numbers::{Money, Qty};
use crate::domain::positions::Position;
use crate::domain::symbols::Symbol;

type Key = (PortfolioId, Symbol);

/// What the newest marks, and the next ones, do not have as the positions have it.
#[derive(Debug, Default)]
pub struct Unmarked {
    /// The last marked day, and the one to be marked next.
    days: Option<(Date, Date)>,
    ahead: BTreeMap<Key, Ahead>,
    late: BTreeMap<Key, (Qty, Money)>,
}

/// A position with entries of days after the one to be marked next.
#[derive(Debug)]
struct Ahead {
    /// The position without them.
    closing: Position,
    later: Vec<Line>,
}

#[derive(Clone, Copy, Debug)]
struct Line {
    date: Date,
    quantity: Qty,
    cash: Money,
}

impl Unmarked {
    /// As it was when the journal ended: `entries` are those of days after the last marked one,
    /// in the order in which they were booked.
    pub fn open(
        days: Option<(Date, Date)>,
        positions: &BTreeMap<Key, Position>,
        marks: &BTreeMap<Key, DailyMark>,
        entries: &[Entry],
    ) -> Self {
        let mut unmarked = Self { days, ..Self::default() };
        let Some((_, next)) = days else { return unmarked };
        let mut lines: BTreeMap<Key, Vec<Line>> = BTreeMap::new();
        for (key, line) in entries.iter().filter_map(Line::of) {
            lines.entry(key).or_default().push(line);
        }
        for (key, held) in positions {
            let lines = lines.remove(key).unwrap_or_default();
            let mark = marks.get(key);
            let mut closing = mark.map_or_else(|| Position::flat(key.0, key.1), position_of);
            closing.entries = held.entries - i64::try_from(lines.len()).unwrap_or(i64::MAX);
            let traded: Qty = lines.iter().map(|line| line.quantity).sum();
            let moved: Money = lines.iter().map(|line| line.cash).sum();
            let late =
                (held.quantity - traded - closing.quantity, paid(held) - moved - paid(&closing));
            if late != (Qty::ZERO, Money::ZERO) {
                closing = Position { entries: closing.entries, ..closing.with(late.0, late.1) };
                if mark.is_some() {
                    unmarked.late.insert(*key, late);
                }
            }
            if lines.iter().any(|line| line.date > next) {
                let ahead = Ahead { closing, later: lines };
                unmarked.ahead.extend(ahead.up_to(next).map(|ahead| (*key, ahead)));
            }
        }
        unmarked
    }

    /// Takes in an entry; `held` is the position before it.
    pub fn take(&mut self, entry: &Entry, held: Position) {
        let (Some((marked, next)), Some((key, line))) = (self.days, Line::of(entry)) else {
            return;
        };
        if line.date <= marked {
            let late = self.late.entry(key).or_default();
            *late = (late.0 + line.quantity, late.1 + line.cash);
        }
        if line.date > next {
            let ahead = Ahead { closing: held, later: Vec::new() };
            self.ahead.entry(key).or_insert(ahead).later.push(line);
        } else if let Some(ahead) = self.ahead.get_mut(&key) {
            ahead.closing = ahead.closing.with(line.quantity, line.cash);
        }
    }

    /// A day was marked; `next` is the one to be marked after it.
    pub fn close_day(&mut self, date: Date, next: Date) {
        self.days = Some((date, next));
        self.late.clear();
        let ahead = std::mem::take(&mut self.ahead).into_iter();
        self.ahead = ahead.filter_map(|(key, ahead)| Some((key, ahead.up_to(next)?))).collect();
    }

    /// The position at the end of the day to be marked next.
    pub fn closing(&self, held: &Position) -> Position {
        let ahead = self.ahead.get(&(held.portfolio, held.symbol));
        ahead.map_or(*held, |ahead| ahead.closing)
    }

    /// What day P&L starts from: the newest mark, with what came late for its day.
    pub fn opening(&self, mark: &DailyMark) -> DailyMark {
        match self.late.get(&(mark.portfolio, mark.symbol)) {
            Some((quantity, cash)) if !mark.close.is_zero() => DailyMark {
                quantity: mark.quantity + *quantity,
                realised: mark.realised + *cash,
                ..*mark
            },
            _ => *mark,
        }
    }
}

impl Ahead {
    /// The same once the days up to `next` belong to the position; none where nothing is later.
    fn up_to(mut self, next: Date) -> Option<Self> {
        let (due, later): (Vec<Line>, Vec<Line>) =
            self.later.into_iter().partition(|line| line.date <= next);
        self.closing =
            due.iter().fold(self.closing, |closing, line| closing.with(line.quantity, line.cash));
        self.later = later;
        (!self.later.is_empty()).then_some(self)
    }
}

impl Line {
    fn of(entry: &Entry) -> Option<(Key, Self)> {
        let Entry { trade_date, quantity, cash, .. } = *entry;
        let line = Self { date: trade_date, quantity, cash };
        Some(((entry.portfolio, entry.symbol?), line))
    }
}

fn position_of(mark: &DailyMark) -> Position {
    let DailyMark { portfolio, symbol, quantity, cost, realised, .. } = *mark;
    Position { portfolio, symbol, quantity, cost, realised, entries: 0 }
}

/// The cash that a position's entries moved in all, whatever became profit of it.
fn paid(position: &Position) -> Money {
    position.realised - position.cost
}

#[cfg(test)]
mod tests;
