//! The end of a trading day: what each position was worth, written once.
//! Must never mark a day twice, or a position at a price nobody gave.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::domain::marks::DailyMark;
use crate::domain::numbers::Price;
use crate::domain::positions::Position;
use crate::domain::symbols::Symbol;

use super::book::Book;
use super::event::EventKind;

/// The marks of a day: one for each position held, and a last one for each that was closed or
/// took profit since its newest mark. A position without a mark on a day stands as it last stood.
/// What was traded on a later day, and is booked already, is not in it (unmarked.rs).
pub(super) fn mark_day(book: &Book, date: Date, closes: &[(Symbol, Price)]) -> Vec<EventKind> {
    if book.marked_through.is_some_and(|marked| marked >= date) {
        return Vec::new();
    }
    let closes: BTreeMap<Symbol, Price> = closes.iter().copied().collect();
    let marks = book
        .positions
        .values()
        .map(|held| book.unmarked.closing(held))
        .filter(|held| !held.quantity.is_zero() || is_news(book, held))
        .filter_map(|held| {
            let last = book.price(held.symbol).map(|ticker| ticker.last);
            let close = closes.get(&held.symbol).copied().or(last);
            let close = close.or_else(|| held.quantity.is_zero().then_some(Price::ZERO))?;
            Some(DailyMark {
                portfolio: held.portfolio,
                symbol: held.symbol,
                date,
                quantity: held.quantity,
                close,
                cost: held.cost,
                realised: held.realised,
            })
        })
        .collect();
    vec![EventKind::DayMarked { date, marks }]
}

/// True for a flat position that its newest mark does not tell of yet.
fn is_news(book: &Book, held: &Position) -> bool {
    let mark = book.marks.get(&(held.portfolio, held.symbol));
    held.entries > 0
        && mark.is_none_or(|mark| !mark.quantity.is_zero() || mark.realised != held.realised)
}

/// The symbols whose closing prices a mark may need: what is held, and what may still be found to
/// have been traded on the day.
pub(super) fn symbols_to_price(book: &Book) -> Vec<Symbol> {
    let held = book.positions.values().map(|held| book.unmarked.closing(held));
    let held = held.filter(|held| !held.quantity.is_zero()).map(|held| held.symbol);
    let working = book.working_orders().map(|order| order.draft.symbol);
    let mut symbols: Vec<Symbol> = held.chain(working).collect();
    symbols.sort_unstable();
    symbols.dedup();
    symbols
}
