//! The quote at several sizes, and of symbols in trouble.
//! Must never show zero where nobody bids.

use super::Quote;
use crate::domain::numbers::Price;
use crate::tui::fixture::Fixture;
use crate::tui::fixture::market::{after_ms, symbol, tickers};
use crate::tui::panes::Pane;
use crate::tui::quotes::Quotes;

#[test]
fn the_most_important_lines_stay_where_rows_are_few() {
    let mut fixture = Fixture::desk().sized(34, 17);
    let mut texts = vec![fixture.text(&Quote)];
    fixture = fixture.sized(28, 6);
    texts.push(fixture.text(&Quote));
    fixture.chosen.symbol = Some(symbol("PLUG"));
    texts.push(fixture.sized(28, 16).text(&Quote));
    insta::assert_snapshot!(texts.join("\n\n"));
}

#[test]
fn trouble_is_said_in_the_border() {
    let mut fixture = Fixture::desk().sized(34, 14);
    let said = |fixture: &Fixture| Quote.title_right(&fixture.ctx()).to_string();
    assert_eq!(said(&fixture), "");
    fixture.look.now = after_ms(150_000);
    assert_eq!(said(&fixture), "2m old");
    fixture.look.now = after_ms(0);
    fixture.chosen.symbol = Some(symbol("HLTD"));
    assert_eq!(said(&fixture), "HALTED");
    fixture.quotes = Quotes::default();
    assert!(fixture.text(&Quote).contains("No price has come yet."));
    fixture.chosen.symbol = None;
    assert!(fixture.text(&Quote).contains("No symbol is chosen yet."));
}

#[test]
fn a_side_that_is_empty_is_missing_not_zero() {
    let mut fixture = Fixture::desk().sized(34, 14);
    let mut ticker = tickers()[0];
    ticker.bid = Price::ZERO;
    fixture.quotes.take(&[ticker], after_ms(0).desk);
    let text = fixture.text(&Quote);
    let line = |name: &str| text.lines().find(|line| line.contains(name)).expect("a line").trim();
    assert!(line("Bid").ends_with('–') && line("Spread").ends_with('–'), "{text}");
    assert!(line("Ask").ends_with("200 x 187.53"), "{text}");
}
