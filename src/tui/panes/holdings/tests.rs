//! The positions in one symbol as scripts of keys, and as pictures.
//! Must never add up books that hold different symbols.

use super::HoldingsPane;
use crate::domain::roles::RoleName;
use crate::tui::action::Action;
use crate::tui::ask::Want;
use crate::tui::effect::{Effect, Reaction};
use crate::tui::fixture::Fixture;
use crate::tui::fixture::books::{GROWTH, OWN};
use crate::tui::fixture::market::symbol;
use crate::tui::panes::Pane;

fn shown(fixture: &Fixture) -> HoldingsPane {
    let mut pane = HoldingsPane::default();
    fixture.show(&mut pane);
    pane
}

#[test]
fn a_row_for_each_portfolio_and_the_net_of_all() {
    let mut fixture = Fixture::desk().sized(110, 5);
    let pane = shown(&fixture);
    let mut texts = vec![pane.title_right(&fixture.ctx()).to_string()];
    for width in [110, 60, 48] {
        fixture.area.width = width;
        texts.push(fixture.text(&pane));
    }
    insta::assert_snapshot!(texts.join("\n\n"));
}

#[test]
fn the_row_says_which_book_a_ticket_and_flatten_are_about() {
    let fixture = Fixture::desk();
    let mut pane = shown(&fixture);
    let subject = pane.subject(&fixture.ctx());
    assert_eq!((subject.portfolio, subject.symbol), (Some(GROWTH), Some(symbol("AAPL"))));
    fixture.press(&mut pane, &["j"]);
    assert_eq!(pane.subject(&fixture.ctx()).portfolio, Some(OWN));
    let effects = pane.act(Action::Open, &fixture.ctx()).effects();
    assert!(matches!(
        effects.as_slice(),
        [Effect::ChoosePortfolio(OWN), Effect::Run(Action::Screen3)]
    ));
}

#[test]
fn it_sorts_and_filters() {
    let fixture = Fixture::desk();
    let mut pane = shown(&fixture);
    fixture.press(&mut pane, &["o", "o", "O"]);
    assert_eq!(pane.keys(&fixture.ctx()), [OWN, GROWTH], "by quantity, largest first");
    fixture.press(&mut pane, &["/", "g", "r", "o"]);
    assert_eq!(pane.keys(&fixture.ctx()), [GROWTH]);
    let reactions = fixture.press(&mut pane, &["esc"]);
    assert!(reactions.iter().all(Reaction::is_mine));
}

#[test]
fn who_holds_nothing_is_told_what_to_press() {
    let mut fixture = Fixture::desk().sized(70, 4);
    fixture.chosen.symbol = Some(symbol("SPY"));
    let pane = shown(&fixture);
    let text = fixture.text(&pane);
    assert!(text.contains("No portfolio here holds SPY. b opens a buy ticket."), "{text}");
    let mut fixture = Fixture::of(RoleName::Viewer).sized(70, 4);
    fixture.chosen.symbol = Some(symbol("SPY"));
    let text = fixture.text(&shown(&fixture));
    assert!(text.contains("No portfolio here holds SPY.") && !text.contains("ticket"), "{text}");
    fixture.chosen.symbol = None;
    assert!(fixture.text(&shown(&fixture)).contains("No symbol is chosen yet."));
}

#[test]
fn rows_are_copied_and_exported() {
    let fixture = Fixture::desk();
    let mut pane = shown(&fixture);
    let effects = pane.act(Action::Copy, &fixture.ctx()).effects();
    let [Effect::Ask(_, Want::Copy(text))] = effects.as_slice() else { panic!("not copied") };
    assert!(text.starts_with("Growth\tAAPL\tApple Inc.\t60\t186.10\t"), "{text}");
    let effects = pane.act(Action::Export, &fixture.ctx()).effects();
    assert!(matches!(effects.as_slice(), [Effect::Open(_)]));
}
