//! The books against the venue's word: what differs, and what is booked at a first connection.
//! Must never book a difference by itself: a person with the right does, with a reason.

use std::collections::BTreeSet;

use crate::bounds::NOTE_CHARS_MAX;
use crate::domain::breaks::Break;
use crate::domain::entries::{Entry, EntryKind};
use crate::domain::ids::{PortfolioId, UserId};
use crate::domain::numbers::{Money, Qty};
use crate::domain::portfolios::PortfolioKind;
use crate::domain::symbols::Symbol;
use crate::domain::text::clean_line;
use crate::domain::time::Moment;

use super::book::Book;
use super::event::{Balance, EventKind};
use super::port::Standing;

/// Every difference between the books of all portfolios together and what the venue says: shares
/// exactly, cash to the cent. None before the first start: there is no book yet to differ.
pub(super) fn differences(book: &Book, said: &Standing) -> Vec<Break> {
    if book.portfolios.is_empty() {
        return Vec::new();
    }
    let booked = book.positions.keys().map(|(_, symbol)| *symbol);
    let symbols: BTreeSet<Symbol> = booked.chain(said.holdings.keys().copied()).collect();
    let mut found: Vec<Break> = symbols
        .into_iter()
        .map(|symbol| {
            let desk = book.positions.values().filter(|held| held.symbol == symbol);
            let held = said.holdings.get(&symbol).copied().unwrap_or_default();
            Break::Shares {
                symbol,
                desk: desk.fold(Qty::ZERO, |sum, held| sum + held.quantity),
                venue: held.quantity,
                price: held.cost.per_share(held.quantity),
            }
        })
        .filter(|found| !found.is_even())
        .collect();
    let desk = book.cash.values().fold(Money::ZERO, |sum, cash| sum + *cash);
    let cash = Break::Cash { desk, venue: said.cash };
    if !cash.is_even() {
        found.push(cash);
    }
    found
}

/// What was there before the desk was: at the first connection it goes to the book of what nobody
/// has claimed. Nothing once anything at all was booked.
pub(super) fn opening(book: &Book, said: &Standing, now: Moment) -> Vec<EventKind> {
    let is_new = book.positions.is_empty() && book.cash.values().all(|cash| *cash == Money::ZERO);
    let unclaimed = book.portfolios.values().find(|one| one.kind == PortfolioKind::Unallocated);
    let Some(unclaimed) = unclaimed.filter(|_| is_new && book.fills.is_empty()) else {
        return Vec::new();
    };
    let portfolio = unclaimed.id;
    let mut cash = Money::ZERO;
    let mut events = Vec::new();
    let mut put = |symbol, quantity, amount| {
        cash += amount;
        let fact = Fact { kind: EntryKind::Opening, portfolio, symbol, quantity, cash: amount };
        let note = "there at the first connection".to_owned();
        events.push(booked(book, now, &fact, (None, note, cash)));
    };
    for (symbol, held) in &said.holdings {
        put(Some(*symbol), held.quantity, -held.cost);
    }
    let cost = said.holdings.values().fold(Money::ZERO, |sum, held| sum + held.cost);
    let rest = said.cash + cost;
    if rest != Money::ZERO {
        put(None, Qty::ZERO, rest);
    }
    events
}

/// The entry that makes a break even, in a portfolio that a person chose.
pub(super) fn settle(
    book: &Book,
    now: Moment,
    found: &Break,
    (user, portfolio, reason): (UserId, PortfolioId, &str),
) -> EventKind {
    let (symbol, quantity, cash) = match found {
        Break::Shares { symbol, desk, venue, price } => {
            let quantity = *venue - *desk;
            // At the venue's average price; where it holds nothing, at what the book paid.
            let position = book.position(portfolio, *symbol);
            let price = price.or(position.average()).unwrap_or_default();
            (Some(*symbol), quantity, -(quantity * price))
        }
        Break::Cash { desk, venue } => (None, Qty::ZERO, *venue - *desk),
    };
    let fact = Fact { kind: EntryKind::Break, portfolio, symbol, quantity, cash };
    let before = book.cash.get(&portfolio).copied().unwrap_or_default();
    booked(book, now, &fact, (Some(user), clean_line(reason, NOTE_CHARS_MAX), before + cash))
}

/// What is booked.
struct Fact {
    kind: EntryKind,
    portfolio: PortfolioId,
    symbol: Option<Symbol>,
    quantity: Qty,
    cash: Money,
}

fn booked(
    book: &Book,
    now: Moment,
    fact: &Fact,
    (user, note, cash): (Option<UserId>, String, Money),
) -> EventKind {
    let trade_date = book.schedule.trading_day(now.market);
    let position = fact
        .symbol
        .map(|symbol| book.position(fact.portfolio, symbol).with(fact.quantity, fact.cash));
    EventKind::Booked {
        entry: Box::new(Entry {
            account: book.account.id,
            portfolio: fact.portfolio,
            kind: fact.kind,
            symbol: fact.symbol,
            quantity: fact.quantity,
            cash: fact.cash,
            trade_date,
            settle_date: book.schedule.next_day(trade_date),
            execution: None,
            user,
            note,
            at: now,
        }),
        position,
        balance: Balance { portfolio: fact.portfolio, cash },
    }
}

#[cfg(test)]
mod tests;
