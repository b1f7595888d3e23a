//! What comes out of the order of days: it counts for its own day, in memory and after a restart.
//! Must never compare with figures worked out by the code under test: they are in the tests.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};

use super::{Key, Unmarked};
use crate::domain::entries::{Entry, EntryKind};
use crate::domain::ids::{AccountId, PortfolioId};
use crate::domain::marks::DailyMark;
use crate::domain::numbers::{Money, Price, Qty};
use crate::domain::positions::Position;
use crate::domain::symbols::Symbol;
use crate::domain::time::Moment;

const MONDAY: Date = date(2026, 11, 16);
const TUESDAY: Date = date(2026, 11, 17);
const WEDNESDAY: Date = date(2026, 11, 18);
const THURSDAY: Date = date(2026, 11, 19);

fn symbol() -> Symbol {
    Symbol::parse("AAPL").expect("plain")
}

fn entry(trade_date: Date, shares: i64, dollars: i64) -> Entry {
    Entry {
        account: AccountId(1),
        portfolio: PortfolioId(1),
        kind: EntryKind::Fill,
        symbol: Some(symbol()),
        quantity: Qty::shares(shares),
        cash: Money::dollars(dollars),
        trade_date,
        settle_date: trade_date,
        execution: None,
        user: None,
        note: String::new(),
        at: Moment::default(),
    }
}

fn fold(entries: &[Entry]) -> Position {
    let flat = Position::flat(PortfolioId(1), symbol());
    entries.iter().fold(flat, |held, entry| held.with(entry.quantity, entry.cash))
}

fn mark(date: Date, held: &Position) -> DailyMark {
    DailyMark {
        portfolio: held.portfolio,
        symbol: held.symbol,
        date,
        quantity: held.quantity,
        close: Price::cents(11_000),
        cost: held.cost,
        realised: held.realised,
    }
}

/// Monday is marked after `before`; then `after` is booked. Once as it goes, once after a restart.
fn both(before: &[Entry], after: &[Entry]) -> [(Unmarked, DailyMark, Position); 2] {
    let days = Some((MONDAY, TUESDAY));
    let mark = mark(MONDAY, &fold(before));
    let mut live = Unmarked { days, ..Unmarked::default() };
    let mut held = fold(before);
    for entry in after {
        live.take(entry, held);
        held = held.with(entry.quantity, entry.cash);
    }
    let key: Key = (held.portfolio, held.symbol);
    let later: Vec<Entry> =
        after.iter().filter(|entry| entry.trade_date > MONDAY).cloned().collect();
    let marks = BTreeMap::from([(key, mark)]);
    let positions = BTreeMap::from([(key, held)]);
    let loaded = Unmarked::open(days, &positions, &marks, &later);
    [(live, mark, held), (loaded, mark, held)]
}

#[test]
fn what_was_traded_on_later_days_is_not_in_the_days_before() {
    let before = [entry(MONDAY, 10, -1_000)];
    let tuesday = entry(TUESDAY, 10, -1_200);
    let wednesday = entry(WEDNESDAY, -20, 3_000);
    let thursday = entry(THURSDAY, 5, -700);
    let after = [wednesday.clone(), tuesday.clone(), thursday.clone()];
    for (mut unmarked, _, held) in both(&before, &after) {
        let of_tuesday = fold(&[before[0].clone(), tuesday.clone()]);
        assert_eq!(unmarked.closing(&held), of_tuesday);
        unmarked.close_day(TUESDAY, WEDNESDAY);
        let of_wednesday = of_tuesday.with(wednesday.quantity, wednesday.cash);
        assert_eq!(unmarked.closing(&held), of_wednesday);
        unmarked.close_day(WEDNESDAY, THURSDAY);
        assert!(unmarked.ahead.is_empty(), "nothing is kept once it is marked");
        assert_eq!(unmarked.closing(&held), held);
    }
}

#[test]
fn a_position_of_a_later_day_was_not_there_before() {
    let held = fold(&[entry(WEDNESDAY, 5, -700)]);
    let key = (held.portfolio, held.symbol);
    let positions = BTreeMap::from([(key, held)]);
    let days = Some((MONDAY, TUESDAY));
    let lines = [entry(WEDNESDAY, 5, -700)];
    let loaded = Unmarked::open(days, &positions, &BTreeMap::new(), &lines);
    assert_eq!(loaded.closing(&held), Position::flat(key.0, key.1));
}

#[test]
fn what_comes_late_counts_for_its_own_day() {
    let before = [entry(MONDAY, 10, -1_000)];
    // Bought on Monday at 105, told on Tuesday: with Monday's close at 110 it made 50 on Monday.
    let after = [entry(MONDAY, 10, -1_050), entry(TUESDAY, 1, -112)];
    for (mut unmarked, mark, held) in both(&before, &after) {
        let last = Price::cents(11_500);
        let day = held.day(last, Some(&unmarked.opening(&mark)));
        assert_eq!(day, Money::dollars(20 * 5 + 3));
        assert_eq!(unmarked.closing(&held), held, "Tuesday's mark will have it");
        unmarked.close_day(TUESDAY, WEDNESDAY);
        assert_eq!(unmarked.opening(&mark), mark);
        let unpriced = DailyMark { close: Price::ZERO, ..mark };
        for (unmarked, ..) in both(&before, &after) {
            assert_eq!(unmarked.opening(&unpriced), unpriced, "zero is no price to start from");
        }
    }
}
