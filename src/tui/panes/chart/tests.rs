//! The chart as scripts of keys and answers, and as pictures.
//! Must never draw a bar that nobody answered.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Rect;

use super::ChartPane;
use crate::desk::command::Query;
use crate::desk::refusal::{Refusal, Rejection};
use crate::domain::quotes::Range;
use crate::tui::action::Action;
use crate::tui::ask::Want;
use crate::tui::effect::{Effect, Reaction};
use crate::tui::fixture::Fixture;
use crate::tui::fixture::books::GROWTH;
use crate::tui::fixture::market::{after_ms, symbol, tickers};
use crate::tui::names::PaneId;
use crate::tui::panes::{Change, Pane};

fn shown(fixture: &Fixture) -> ChartPane {
    let mut pane = ChartPane::new(PaneId::SymbolChart);
    let asked = fixture.show(&mut pane);
    fixture.answer(&mut pane, asked);
    pane
}

/// What is asked for, in words.
fn queries(effects: Vec<Effect>) -> Vec<String> {
    let query = |effect| match effect {
        Effect::Ask(_, Want::Query(Query::Bars { symbol, range })) => {
            Some(format!("{} of {symbol}", range.label()))
        }
        Effect::Ask(_, Want::Query(Query::Fills { symbol: Some(symbol), .. })) => {
            Some(format!("fills of {symbol}"))
        }
        _ => None,
    };
    effects.into_iter().filter_map(query).collect()
}

#[test]
fn every_range_with_own_fills() {
    let mut fixture = Fixture::desk().sized(100, 22);
    let mut pane = shown(&fixture);
    let mut texts = Vec::new();
    for range in Range::ALL {
        assert_eq!(pane.range, range);
        texts.push(pane.title_right(&fixture.ctx()).to_string());
        texts.push(fixture.text(&pane));
        let asked = fixture.press(&mut pane, &["]"]);
        for reaction in asked {
            fixture.answer(&mut pane, reaction);
        }
    }
    assert_eq!(pane.range, Range::Day, "round and round");
    fixture.area = Rect::new(0, 0, 36, 5);
    pane.refresh(Change::Time, &fixture.ctx());
    texts.push(pane.title(&fixture.ctx()).to_string());
    texts.push(fixture.text(&pane));
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn it_asks_for_what_is_seen_and_for_nothing_else() {
    let mut fixture = Fixture::desk();
    let mut pane = ChartPane::new(PaneId::Chart);
    let seen = fixture.area;
    fixture.area = Rect::ZERO;
    assert!(queries(fixture.show(&mut pane).effects()).is_empty(), "out of sight");
    fixture.area = seen;
    let asked = queries(pane.refresh(Change::Time, &fixture.ctx()));
    assert_eq!(asked, ["1D of AAPL", "fills of AAPL"]);
    assert!(pane.refresh(Change::Time, &fixture.ctx()).is_empty(), "asked once");
    assert!(fixture.text(&pane).contains("The bars of AAPL are on their way."));
    fixture.chosen.symbol = Some(symbol("MSFT"));
    let asked = queries(pane.refresh(Change::Chosen, &fixture.ctx()));
    assert_eq!(asked, ["1D of MSFT", "fills of MSFT"]);
    fixture.chosen.symbol = None;
    assert!(pane.refresh(Change::Chosen, &fixture.ctx()).is_empty());
    assert!(fixture.text(&pane).contains("No symbol chosen yet. ctrl-p finds one."));
}

#[test]
fn the_newest_price_moves_the_chart_and_a_new_minute_asks_again() {
    let mut fixture = Fixture::desk().sized(100, 20);
    let mut pane = shown(&fixture);
    let newest = |pane: &ChartPane, fixture: &Fixture| {
        let course = pane.course(&fixture.ctx()).expect("answered");
        (course.bars.len(), course.bars.last().expect("bars").close.to_string())
    };
    assert_eq!(newest(&pane, &fixture), (390, "187.52".to_owned()));
    let mut ticker = tickers()[0];
    ticker.last = crate::tui::fixture::market::price("188.10");
    fixture.quotes.take(&[ticker], fixture.look.now.desk);
    assert!(queries(pane.refresh(Change::Prices, &fixture.ctx())).is_empty());
    assert_eq!(newest(&pane, &fixture), (390, "188.10".to_owned()));
    fixture.look.now = after_ms(60_000);
    ticker.at = fixture.look.now.market;
    fixture.quotes.take(&[ticker], fixture.look.now.desk);
    let asked = queries(pane.refresh(Change::Prices, &fixture.ctx()));
    assert_eq!(newest(&pane, &fixture), (391, "188.10".to_owned()));
    assert_eq!(asked, ["1D of AAPL", "fills of AAPL"]);
}

#[test]
fn the_crosshair_reads_out_the_bar_and_what_was_traded_there() {
    let fixture = Fixture::desk().sized(100, 12);
    let mut pane = shown(&fixture);
    fixture.press(&mut pane, &["x"]);
    let newest = fixture.text(&pane);
    assert!(newest.contains("10:31 EST"), "it comes up at the newest bar: {newest}");
    // The fixture's fill was 12 minutes and 1.2 seconds before its moment, so in the bar of 10:19.
    fixture.press(&mut pane, &["h"; 12]);
    let filled = fixture.text(&pane);
    assert!(filled.contains("10:19 EST") && filled.contains("▲ bought 20 @ 186.95"), "{filled}");
    fixture.press(&mut pane, &["home"]);
    let first = fixture.text(&pane);
    assert!(first.contains("10:32 EST"), "the day before: {first}");
    fixture.press(&mut pane, &["h", "l", "ctrl-d"]);
    assert_eq!(pane.crossed(&fixture.ctx()), Some(40));
    fixture.press(&mut pane, &["end", "ctrl-u"]);
    assert_eq!(pane.crossed(&fixture.ctx()), Some(350));
    let places = [" O ", " H ", " L ", " C "].map(|name| filled.find(name).expect("in the line"));
    assert!(places.is_sorted(), "{filled}");
    insta::assert_snapshot!(fixture.text(&pane));
    fixture.press(&mut pane, &["esc"]);
    assert_eq!(pane.crossed(&fixture.ctx()), None);
    assert!(matches!(pane.act(Action::Close, &fixture.ctx()), Reaction::NotMine));
}

#[test]
fn the_mouse_sets_and_moves_the_crosshair() {
    let fixture = Fixture::desk().sized(100, 12);
    let mut pane = shown(&fixture);
    let mouse = |kind, column| MouseEvent { kind, column, row: 3, modifiers: KeyModifiers::NONE };
    pane.mouse(mouse(MouseEventKind::Down(MouseButton::Left), 0), &fixture.ctx());
    assert_eq!(pane.crossed(&fixture.ctx()), Some(0));
    pane.mouse(mouse(MouseEventKind::ScrollDown, 50), &fixture.ctx());
    assert_eq!(pane.crossed(&fixture.ctx()), Some(1));
    pane.mouse(mouse(MouseEventKind::Down(MouseButton::Left), 99), &fixture.ctx());
    assert_eq!(pane.crossed(&fixture.ctx()), Some(1), "beside the plot");
}

#[test]
fn only_fills_of_books_one_was_given_are_own() {
    let mut fixture = Fixture::desk();
    fixture.chosen.symbol = Some(symbol("NVDA"));
    let pane = shown(&fixture);
    assert_eq!(pane.own_fills(symbol("NVDA"), &fixture.ctx()).len(), 1);
    fixture.view.portfolios.get_mut(&GROWTH).expect("there").1 = None;
    assert!(pane.own_fills(symbol("NVDA"), &fixture.ctx()).is_empty(), "seen by role alone");
    fixture.chosen.symbol = Some(symbol("AAPL"));
    let pane = shown(&fixture);
    let fills = pane.own_fills(symbol("AAPL"), &fixture.ctx());
    assert_eq!(fills.len(), 3, "history's and today's");
    assert!(fills.is_sorted_by_key(|fill| fill.at));
}

#[test]
fn a_refusal_is_said_and_asked_again_later() {
    let mut fixture = Fixture::desk().sized(60, 6);
    let mut pane = ChartPane::new(PaneId::Chart);
    let asked = fixture.show(&mut pane).effects();
    let Some(Effect::Ask(tag, _)) = asked.into_iter().next() else { panic!("nothing asked") };
    let refused = Err(Rejection::Refused(Refusal::NotFound { what: "symbol" }));
    assert!(pane.reply(tag, &refused, &fixture.ctx()).is_mine(), "no toast for that");
    let text = fixture.text(&pane);
    assert!(text.contains("No chart of AAPL: There is no such symbol. It is asked for"), "{text}");
    fixture.look.now = after_ms(15_000);
    let asked = queries(pane.refresh(Change::Time, &fixture.ctx()));
    assert_eq!(asked, ["1D of AAPL"]);
}

#[test]
fn few_courses_are_kept() {
    let mut fixture = Fixture::desk();
    let mut pane = ChartPane::new(PaneId::Chart);
    for ticker in tickers() {
        fixture.chosen.symbol = Some(ticker.symbol);
        for _ in Range::ALL {
            fixture.look.now.desk = fixture.look.now.desk.plus_ms(1);
            fixture.press(&mut pane, &["]"]);
        }
    }
    assert_eq!(pane.courses.len(), super::COURSES_MAX);
    assert!(pane.courses.contains_key(&(symbol("HLTD"), Range::Day)), "the newest are kept");
}

#[test]
fn enter_opens_the_symbols_screen_from_the_desk_only() {
    let fixture = Fixture::desk();
    let mut desk = ChartPane::new(PaneId::Chart);
    let effects = desk.act(Action::Open, &fixture.ctx()).effects();
    assert!(matches!(effects.as_slice(), [Effect::Run(Action::Screen4)]));
    let own = ChartPane::new(PaneId::SymbolChart);
    assert!(own.refuses(Action::Open, &fixture.ctx()).is_some());
}
