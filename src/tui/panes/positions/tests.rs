//! The positions as scripts of keys, and as pictures.
//! Must never trust a figure that was not worked out by hand (worth.rs has them all).

use super::PositionsPane;
use crate::tui::action::Action;
use crate::tui::ask::{Reply, Want};
use crate::tui::effect::{Effect, Reaction};
use crate::tui::fixture::Fixture;
use crate::tui::fixture::books::{GROWTH, INCOME, OWN};
use crate::tui::fixture::market::{after_ms, symbol, tickers};
use crate::tui::panes::{Change, Pane};
use crate::tui::quotes::Quotes;

fn shown(fixture: &Fixture) -> PositionsPane {
    let mut pane = PositionsPane::default();
    fixture.show(&mut pane);
    pane
}

/// What follows, in words.
fn follows(reactions: Vec<Reaction>) -> Vec<String> {
    let effects = reactions.into_iter().flat_map(Reaction::effects);
    effects
        .map(|effect| match effect {
            Effect::ChooseSymbol(symbol) => format!("choose {symbol}"),
            Effect::ChoosePortfolio(id) => format!("choose book {id}"),
            Effect::Run(action) => format!("run {}", action.spec().name),
            Effect::Toast(toast) => toast.text,
            _ => "something else".to_owned(),
        })
        .collect()
}

/// The first column of the rows in sight.
fn order(fixture: &Fixture, pane: &PositionsPane) -> String {
    let text = fixture.text(pane);
    let rows = text.lines().skip(1).map(|line| line.trim_start_matches(['▌', ' ']));
    let symbols: Vec<&str> = rows.filter_map(|row| row.split_whitespace().next()).collect();
    symbols.join(" ")
}

#[test]
fn columns_fall_away_with_the_room() {
    let mut fixture = Fixture::desk().sized(140, 6);
    let pane = shown(&fixture);
    let mut texts = Vec::new();
    for width in [140, 90, 60, 35] {
        fixture.area.width = width;
        texts.push(fixture.text(&pane));
    }
    fixture.area.width = 140;
    fixture.chosen.portfolio = Some(GROWTH);
    texts.push(fixture.text(&pane));
    insta::assert_snapshot!(texts.join("\n\n"));
}

#[test]
fn the_cursor_chooses_the_symbol_and_enter_opens_its_screen() {
    let fixture = Fixture::desk();
    let mut pane = shown(&fixture);
    let done = follows(fixture.press(&mut pane, &["j", "enter"]));
    assert_eq!(done, ["choose MSFT", "choose MSFT", "run screen-4"]);
    let subject = pane.subject(&fixture.ctx());
    assert_eq!((subject.portfolio, subject.symbol), (Some(OWN), Some(symbol("MSFT"))));
    assert_eq!(subject.order, None);
}

#[test]
fn brackets_walk_through_the_books() {
    let mut fixture = Fixture::desk();
    let mut pane = shown(&fixture);
    assert_eq!(follows(fixture.press(&mut pane, &["]", "["])), ["choose book 2", "choose book 3"]);
    fixture.view.portfolios.retain(|id, _| *id == OWN);
    let said = follows(fixture.press(&mut pane, &["]"]));
    assert_eq!(said, ["There is no other portfolio"]);
    assert!(pane.refuses(Action::PreviousPortfolio, &fixture.ctx()).is_some());
}

#[test]
fn every_column_sorts_and_what_is_missing_comes_last() {
    let mut fixture = Fixture::desk().sized(140, 8);
    let mut left = tickers();
    left.retain(|ticker| ticker.symbol != symbol("MSFT"));
    fixture.quotes = Quotes::default();
    fixture.quotes.take(&left, after_ms(-60_000).desk);
    let mut pane = shown(&fixture);
    assert_eq!(order(&fixture, &pane), "AAPL MSFT PLUG XOM", "open ones first");
    let expected = [
        ("AAPL MSFT PLUG XOM", "XOM PLUG MSFT AAPL"), // symbol
        ("XOM MSFT AAPL PLUG", "PLUG AAPL MSFT XOM"), // quantity
        ("PLUG AAPL MSFT XOM", "MSFT AAPL PLUG XOM"), // average
        ("PLUG XOM AAPL MSFT", "AAPL XOM PLUG MSFT"), // last
        ("XOM PLUG AAPL MSFT", "AAPL PLUG XOM MSFT"), // value
        ("XOM PLUG AAPL MSFT", "AAPL PLUG XOM MSFT"), // day
        ("XOM PLUG AAPL MSFT", "AAPL PLUG XOM MSFT"), // unrealised
        ("AAPL PLUG MSFT XOM", "PLUG AAPL MSFT XOM"), // unrealised in percent
        ("PLUG MSFT XOM AAPL", "AAPL XOM MSFT PLUG"), // realised
        ("XOM PLUG AAPL MSFT", "AAPL PLUG XOM MSFT"), // total
        ("XOM PLUG AAPL MSFT", "AAPL PLUG XOM MSFT"), // weight
    ];
    for (column, (up, down)) in expected.into_iter().enumerate() {
        fixture.press(&mut pane, &["o"]);
        assert_eq!(order(&fixture, &pane), up, "column {column}");
        fixture.press(&mut pane, &["O"]);
        assert_eq!(order(&fixture, &pane), down, "column {column}, turned");
        fixture.press(&mut pane, &["O"]);
    }
    fixture.press(&mut pane, &["o"]);
    assert_eq!(order(&fixture, &pane), "AAPL MSFT PLUG XOM", "and back to none");
}

#[test]
fn a_filter_looks_into_symbols_and_names() {
    let fixture = Fixture::desk();
    let mut pane = shown(&fixture);
    let typed = fixture.press(&mut pane, &["/", "p", "o", "w"]);
    assert_eq!(follows(typed).last().map(String::as_str), Some("choose PLUG"), "Plug Power");
    assert_eq!(pane.keys(&fixture.ctx()), [symbol("PLUG")]);
    assert!(pane.takes_text());
    fixture.press(&mut pane, &["z"]);
    assert!(fixture.text(&pane).contains("Nothing holds 'powz'. esc clears the filter."));
    fixture.press(&mut pane, &["esc"]);
    assert_eq!(pane.keys(&fixture.ctx()).len(), 4);
}

#[test]
fn prices_that_are_missing_or_old_say_so() {
    let mut fixture = Fixture::desk().sized(140, 6);
    let mut some = tickers();
    some.retain(|ticker| ticker.symbol != symbol("PLUG"));
    for ticker in &mut some {
        let fresh = ticker.symbol == symbol("AAPL");
        ticker.at = after_ms(if fresh { 0 } else { -200_000 }).market;
    }
    fixture.quotes = Quotes::default();
    fixture.quotes.take(&some, after_ms(-60_000).desk);
    let pane = shown(&fixture);
    let title = pane.title_right(&fixture.ctx()).to_string();
    insta::assert_snapshot!(format!("{}\n{title}", fixture.text(&pane)));
}

#[test]
fn an_empty_book_says_which_key_makes_a_position() {
    let mut fixture = Fixture::desk().sized(60, 4);
    fixture.view.positions.clear();
    let pane = shown(&fixture);
    assert!(fixture.text(&pane).contains("No position in Tara's book yet. b opens a buy ticket."));
    assert_eq!(pane.title_right(&fixture.ctx()).to_string(), "");
    fixture.chosen.portfolio = Some(INCOME);
    let text = fixture.text(&pane);
    assert!(text.contains("No position in Income yet."), "{text}");
    assert!(!text.contains("ticket"), "who may only look is not told to buy");
    fixture.chosen.portfolio = None;
    assert!(fixture.text(&pane).contains("Positions of the chosen portfolio stand here"));
}

#[test]
fn the_cursor_stays_on_its_row_when_a_position_comes() {
    let mut fixture = Fixture::desk();
    let mut pane = shown(&fixture);
    fixture.press(&mut pane, &["j"]);
    let mut fresh = fixture.view.positions[&(OWN, symbol("AAPL"))];
    fresh.symbol = symbol("AMZN");
    fixture.view.positions.insert((OWN, fresh.symbol), fresh);
    pane.refresh(Change::View, &fixture.ctx());
    assert_eq!(pane.subject(&fixture.ctx()).symbol, Some(symbol("MSFT")));
}

#[test]
fn rows_are_copied_and_exported_in_plain_digits() {
    let mut fixture = Fixture::desk();
    let mut pane = shown(&fixture);
    let copied = |pane: &mut PositionsPane, fixture: &Fixture| match pane
        .act(Action::Copy, &fixture.ctx())
        .effects()
        .pop()
    {
        Some(Effect::Ask(_, Want::Copy(text))) => text,
        _ => panic!("not copied"),
    };
    let line = "Tara's book\tAAPL\tApple Inc.\t120\t183.20\t187.52\t21984.00\t22502.40\t290.40\t\
                518.40\t312.50\t830.90";
    assert_eq!(copied(&mut pane, &fixture), line);
    fixture.press(&mut pane, &["j", "space", "space"]);
    let marked = copied(&mut pane, &fixture);
    assert_eq!(marked.lines().count(), 2, "{marked}");
    fixture.quotes = Quotes::default();
    assert!(copied(&mut pane, &fixture).contains("\t417.00\t\t16680.00\t\t"), "missing stays out");
    let effects = pane.act(Action::Export, &fixture.ctx()).effects();
    assert!(matches!(effects.as_slice(), [Effect::Open(_)]));
    let said = pane.reply(0, &Ok(Reply::Done), &fixture.ctx()).effects();
    assert!(matches!(said.as_slice(), [Effect::Toast(_)]));
    fixture.view.positions.clear();
    assert!(pane.refuses(Action::Export, &fixture.ctx()).is_some());
}
