//! The head of the portfolio screen at several sizes, and its keys.
//! Must never show a fact cut in half.

use super::Book;
use crate::domain::numbers::Money;
use crate::tui::action::Action;
use crate::tui::effect::{Effect, Reaction};
use crate::tui::fixture::Fixture;
use crate::tui::fixture::books::{GROWTH, INCOME, OWN};
use crate::tui::fixture::market::{after_ms, symbol, tickers};
use crate::tui::panes::Pane;
use crate::tui::quotes::Quotes;

#[test]
fn figures_and_facts_as_many_as_fit() {
    let mut fixture = Fixture::desk().sized(118, 3);
    let mut texts = Vec::new();
    for (width, height, book) in [(118, 3, OWN), (78, 3, GROWTH), (58, 7, OWN), (38, 2, INCOME)] {
        fixture = fixture.sized(width, height);
        fixture.chosen.portfolio = Some(book);
        texts.push(fixture.text(&Book));
    }
    fixture = fixture.sized(78, 3);
    let (book, grant) = fixture.view.portfolios.get_mut(&OWN).expect("there");
    (book.description, book.allocation) = ("What is left over".to_owned(), None);
    (book.archived, *grant) = (true, None);
    fixture.chosen.portfolio = Some(OWN);
    texts.push(fixture.text(&Book));
    insta::assert_snapshot!(texts.join("\n\n"));
}

#[test]
fn a_missing_price_is_said_in_the_border() {
    let mut fixture = Fixture::desk().sized(118, 3);
    assert_eq!(Book.title_right(&fixture.ctx()).to_string(), "1 of 3");
    let mut left = tickers();
    left.retain(|ticker| ticker.symbol != symbol("MSFT"));
    fixture.quotes = Quotes::default();
    fixture.quotes.take(&left, after_ms(-60_000).desk);
    assert_eq!(Book.title_right(&fixture.ctx()).to_string(), "~ 1 without a price");
    let text = fixture.text(&Book);
    assert!(text.contains("~105,275.40") && text.contains("~▲ +396.90"), "{text}");
    assert!(text.contains("+276.15"), "what was taken is known: {text}");
}

#[test]
fn brackets_walk_through_the_books_in_the_order_of_the_tree() {
    let mut fixture = Fixture::desk();
    let chosen = |fixture: &Fixture, action| match Book.act(action, &fixture.ctx()) {
        Reaction::Mine(effects) => match effects.as_slice() {
            [Effect::ChoosePortfolio(id)] => Some(*id),
            _ => None,
        },
        Reaction::NotMine => None,
    };
    assert_eq!(chosen(&fixture, Action::NextPortfolio), Some(GROWTH));
    assert_eq!(chosen(&fixture, Action::PreviousPortfolio), Some(INCOME));
    fixture.chosen.portfolio = None;
    assert_eq!(chosen(&fixture, Action::NextPortfolio), Some(OWN));
    assert!(fixture.text(&Book).contains("No portfolio is chosen yet."));
}

#[test]
fn cash_may_be_negative() {
    let mut fixture = Fixture::desk().sized(118, 3);
    fixture.view.cash.insert(OWN, Money::dollars(-150_000));
    let text = fixture.text(&Book);
    assert!(text.contains("-50,000.00") && text.contains("-6,857.30"), "{text}");
    assert!(!text.contains('%'), "no percentage of a book that is worth less than nothing: {text}");
}
