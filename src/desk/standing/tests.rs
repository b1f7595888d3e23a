//! Differences, the first connection, and what booking one leads to.
//! Must never book anything that the venue did not say.

use std::collections::BTreeMap;

use super::{differences, opening, settle};
use crate::desk::book::Book;
use crate::desk::decide::breaks::book_break;
use crate::desk::event::{Cause, Door, Event, EventKind};
use crate::desk::fixture::{
    ADMIN, ANALYST, GROWTH, TRADER, VAULT, VIEWER, actor, book, now, symbol,
};
use crate::desk::port::{Holding, Standing};
use crate::domain::breaks::Break;
use crate::domain::entries::EntryKind;
use crate::domain::numbers::{Money, Price, Qty};
use crate::domain::portfolios::PortfolioKind;

fn said(cash: &str, holdings: &[(&str, i64, i64)]) -> Standing {
    let holding = |(name, shares, dollars): &(&str, i64, i64)| {
        let held = Holding { quantity: Qty::shares(*shares), cost: Money::dollars(*dollars) };
        (symbol(name), held)
    };
    let holdings: BTreeMap<_, _> = holdings.iter().map(holding).collect();
    Standing { cash: Money::parse(cash).unwrap(), holdings, foreign: Vec::new() }
}

fn apply(book: &mut Book, kind: EventKind) {
    let event = Event {
        sequence: crate::domain::ids::Sequence(book.sequence.0 + 1),
        at: now(),
        account: book.account.id,
        cause: Cause { user: None, sign_in: None, door: Door::Venue, command: None },
        kind,
    };
    book.apply(&event);
}

/// The fixture with an unallocated book.
fn unclaimed() -> Book {
    let mut book = book();
    book.portfolios.get_mut(&VAULT).unwrap().kind = PortfolioKind::Unallocated;
    book
}

#[test]
fn what_was_there_before_goes_to_the_unallocated_book_once() {
    let mut book = unclaimed();
    let first = said("900.25", &[("AAPL", 10, 2_000), ("MSFT", -5, -2_100)]);
    let events = opening(&book, &first, now());
    assert_eq!(events.len(), 3);
    for event in events {
        let EventKind::Booked { entry, .. } = &event else { panic!("{event:?}") };
        assert_eq!((entry.kind, entry.portfolio), (EntryKind::Opening, VAULT));
        apply(&mut book, event);
    }
    assert_eq!(differences(&book, &first), []);
    let held = book.position(VAULT, symbol("AAPL"));
    assert_eq!((held.quantity, held.cost), (Qty::shares(10), Money::dollars(2_000)));
    assert_eq!(book.position(VAULT, symbol("MSFT")).cost, Money::dollars(-2_100));
    assert_eq!(book.cash[&VAULT], Money::parse("900.25").unwrap());
    assert!(opening(&book, &said("1", &[]), now()).is_empty(), "once");
    assert!(opening(&super::super::fixture::book(), &first, now()).is_empty(), "no such book yet");
}

#[test]
fn before_the_first_start_nothing_differs() {
    let mut book = unclaimed();
    let first = said("900.25", &[("AAPL", 10, 2_000)]);
    assert!(!differences(&book, &first).is_empty());
    book.portfolios.clear();
    assert_eq!(differences(&book, &first), []);
}

#[test]
fn shares_count_exactly_and_cash_to_the_cent() {
    let mut book = unclaimed();
    for event in opening(&book, &said("100.00", &[("AAPL", 10, 2_000)]), now()) {
        apply(&mut book, event);
    }
    let mut other = said("100.004", &[("AAPL", 10, 2_000)]);
    assert_eq!(differences(&book, &other), []);
    other.holdings.get_mut(&symbol("AAPL")).unwrap().quantity = Qty::parse("10.000000001").unwrap();
    assert_eq!(differences(&book, &other).len(), 1);
    let gone = differences(&book, &said("99.99", &[]));
    let desk = Qty::shares(10);
    let shares = Break::Shares { symbol: symbol("AAPL"), desk, venue: Qty::ZERO, price: None };
    assert_eq!(gone[0], shares);
    assert_eq!(gone[1].to_string(), "Cash: the books hold $100.00, the venue says $99.99");
}

#[test]
fn a_break_that_is_booked_is_even_and_its_cash_with_it() {
    let mut book = unclaimed();
    for event in opening(&book, &said("10000", &[("AAPL", 10, 2_000)]), now()) {
        apply(&mut book, event);
    }
    // Somebody bought five more elsewhere, at 210.
    let later = said("8950", &[("AAPL", 15, 3_050)]);
    let found = differences(&book, &later);
    let Break::Shares { price: Some(price), .. } = found[0] else { panic!("{found:?}") };
    assert!(price > Price::cents(20_000), "the venue's average");
    let event = settle(&book, now(), &found[0], (ADMIN, GROWTH, "bought by phone"));
    let EventKind::Booked { entry, .. } = &event else { panic!("{event:?}") };
    assert_eq!((entry.kind, entry.user), (EntryKind::Break, Some(ADMIN)));
    assert_eq!(entry.note, "bought by phone");
    apply(&mut book, event);
    assert_eq!(book.position(GROWTH, symbol("AAPL")).quantity, Qty::shares(5));
    let rest = differences(&book, &later);
    let [cash @ Break::Cash { .. }] = &rest[..] else { panic!("{rest:?}") };
    let event = settle(&book, now(), cash, (ADMIN, GROWTH, "the rest of it"));
    apply(&mut book, event);
    assert_eq!(differences(&book, &later), []);
}

#[test]
fn only_the_break_that_was_shown_is_booked_and_only_with_a_reason() {
    let mut book = unclaimed();
    let desk = Money::dollars(1);
    let shown = Break::Cash { desk, venue: Money::dollars(2) };
    book.reconciled.breaks = vec![shown];
    let decide = |book: &Book, shown, reason: &str| {
        book_break(book, now(), actor(ADMIN), (&shown, GROWTH, reason))
            .map(|done| done.events.len())
    };
    assert_eq!(decide(&book, shown, "found it").ok(), Some(1));
    assert!(decide(&book, shown, "  ").is_err());
    let older = Break::Cash { desk, venue: Money::dollars(3) };
    let refused = decide(&book, older, "found it").expect_err("it changed").to_string();
    assert!(refused.contains("$2.00") && refused.contains("$3.00"), "both are shown: {refused}");
    let nowhere = crate::domain::ids::PortfolioId(99);
    assert!(book_break(&book, now(), actor(ADMIN), (&shown, nowhere, "x")).is_err());
    let EventKind::Booked { .. } = settle(&book, now(), &shown, (ADMIN, GROWTH, "x")) else {
        panic!("it is booked");
    };
    let kind = settle(&book, now(), &shown, (ADMIN, GROWTH, "x"));
    apply(&mut book, kind);
    assert!(book.reconciled.breaks.is_empty(), "until the venue's next word");
}

#[test]
fn only_who_may_book_a_break_is_shown_one() {
    let book = book();
    let users = [ADMIN, TRADER, ANALYST, VIEWER].map(|id| &book.users[&id]);
    let may = users.map(|user| crate::desk::permit::may_reconcile(&book, user));
    assert_eq!(may, [true, false, false, false]);
}
