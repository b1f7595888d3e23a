//! What becomes of a portfolio's cash and its leave to go short.
//! Must never ask the gate: that is permit's own suite.

use super::{Decision, New, create, edit};
use crate::bounds::ALLOCATION_DOLLARS_MAX;
use crate::desk::command::Outcome;
use crate::desk::event::EventKind;
use crate::desk::fixture::{ADMIN, GROWTH, actor, book};
use crate::domain::numbers::Money;
use crate::domain::portfolios::Portfolio;

fn portfolio(decision: &Decision) -> Portfolio {
    match decision.events.first() {
        Some(EventKind::PortfolioChanged(book) | EventKind::PortfolioCreated(book)) => book.clone(),
        other => panic!("a portfolio, not {other:?}"),
    }
}

#[test]
fn cash_and_leave_to_go_short_are_changed_by_whoever_saw_the_newest() {
    let mut book = book();
    let before = book.portfolios[&GROWTH].clone();
    let cash = Some(Money::dollars(250_000));
    let terms = (cash, !before.may_short);
    let changed = portfolio(&edit(&book, GROWTH, terms, before.version).unwrap());
    let expected = Portfolio {
        allocation: cash,
        may_short: !before.may_short,
        version: before.version + 1,
        ..before.clone()
    };
    assert_eq!(changed, expected, "nothing else changes");
    book.portfolios.insert(GROWTH, changed);
    let again = edit(&book, GROWTH, terms, before.version).unwrap();
    assert_eq!((again.outcome, again.events.len()), (Outcome::Unchanged, 0), "it is so already");
    let late = edit(&book, GROWTH, (None, false), before.version).unwrap_err().to_string();
    assert!(late.starts_with("This portfolio was changed meanwhile: cash 250,000.00, "), "{late}");
    assert!(late.contains("you wanted no cash of its own, may not go short"), "{late}");
}

#[test]
fn a_portfolio_is_given_cash_when_it_is_made_within_bounds() {
    let book = book();
    let new = |allocation| New {
        name: "Third".to_owned(),
        personal: false,
        description: String::new(),
        allocation,
    };
    for cash in [None, Some(Money::ZERO), Some(Money::dollars(ALLOCATION_DOLLARS_MAX))] {
        let made = create(&book, actor(ADMIN), &new(cash)).unwrap();
        assert_eq!(portfolio(&made).allocation, cash);
    }
    for cash in [Money::cents(-1), Money::dollars(ALLOCATION_DOLLARS_MAX + 1)] {
        let refused = create(&book, actor(ADMIN), &new(Some(cash))).unwrap_err().to_string();
        assert!(refused.contains("A portfolio is given 0.00 to"), "{refused}");
        assert!(edit(&book, GROWTH, (Some(cash), false), 1).is_err());
    }
}
