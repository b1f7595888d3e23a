//! The tree of portfolios as scripts of keys, and as pictures.
//! Must never assume that a grant and a role's sight are the same.

use super::PortfoliosPane;
use super::create::Create;
use crate::desk::command::{Command, Outcome};
use crate::desk::refusal::{Refusal, Rejection};
use crate::domain::ids::{PortfolioId, UserId};
use crate::domain::numbers::Money;
use crate::domain::portfolios::PortfolioKind;
use crate::domain::roles::RoleName;
use crate::tui::action::Action;
use crate::tui::ask::{Reply, Want};
use crate::tui::effect::{Effect, Layer, Reaction};
use crate::tui::fixture::Fixture;
use crate::tui::fixture::books::{GROWTH, INCOME, OWN};
use crate::tui::fixture::market::{after_ms, symbol, tickers};
use crate::tui::panes::{Change, Pane};
use crate::tui::quotes::Quotes;

fn shown(fixture: &Fixture) -> PortfoliosPane {
    let mut pane = PortfoliosPane::default();
    fixture.show(&mut pane);
    pane
}

fn chosen(reactions: Vec<Reaction>) -> Vec<String> {
    let effects = reactions.into_iter().flat_map(Reaction::effects);
    effects
        .filter_map(|effect| match effect {
            Effect::ChoosePortfolio(id) => Some(format!("book {id}")),
            Effect::Run(action) => Some(action.spec().name.to_owned()),
            _ => None,
        })
        .collect()
}

/// Adds a book of somebody else, and one that was put away.
fn with_others(mut fixture: Fixture) -> Fixture {
    let (mut book, _) = fixture.view.portfolios[&INCOME].clone();
    (book.id, book.name, book.owner) = (PortfolioId(4), "Tom's book".to_owned(), UserId(3));
    book.kind = PortfolioKind::Personal;
    fixture.view.portfolios.insert(book.id, (book.clone(), None));
    (book.id, book.name, book.archived) = (PortfolioId(5), "Attic".to_owned(), true);
    fixture.view.portfolios.insert(book.id, (book.clone(), None));
    (book.id, book.name, book.archived) = (PortfolioId(6), "Unallocated".to_owned(), false);
    book.kind = PortfolioKind::Unallocated;
    fixture.view.portfolios.insert(book.id, (book, None));
    fixture
}

#[test]
fn groups_and_figures_in_four_widths() {
    let mut fixture = with_others(Fixture::desk().sized(110, 11));
    let pane = shown(&fixture);
    let mut texts = Vec::new();
    for width in [110, 70, 58, 41] {
        fixture.area.width = width;
        texts.push(fixture.text(&pane));
    }
    insta::assert_snapshot!(texts.join("\n\n"));
    for width in 38..=110 {
        fixture.area.width = width;
        let text = fixture.text(&pane);
        assert!(text.contains("Unallocated "), "cut at {width}:\n{text}");
    }
}

#[test]
fn the_cursor_chooses_the_book_and_enter_opens_its_screen() {
    let fixture = Fixture::desk();
    let mut pane = shown(&fixture);
    assert_eq!(pane.subject(&fixture.ctx()).portfolio, Some(OWN), "it starts on the chosen one");
    let done = chosen(fixture.press(&mut pane, &["j", "j", "enter"]));
    assert_eq!(done, ["book 2", "book 2", "screen-3"], "a group chooses nothing");
    assert_eq!(pane.subject(&fixture.ctx()).portfolio, Some(GROWTH));
}

#[test]
fn groups_fold_and_unfold() {
    let fixture = Fixture::desk().sized(60, 8);
    let mut pane = shown(&fixture);
    fixture.press(&mut pane, &["G", "h", "h"]);
    let folded = fixture.text(&pane);
    assert!(folded.contains("▸ Shared") && !folded.contains("Growth"), "{folded}");
    assert!(folded.contains("+6,927.55"), "a folded group says its sum: {folded}");
    fixture.press(&mut pane, &["l"]);
    assert!(fixture.text(&pane).contains("▾ Shared"));
    let done = chosen(fixture.press(&mut pane, &["l"]));
    assert_eq!(done, ["book 2"], "right goes on into the group");
    fixture.press(&mut pane, &["g g", "enter"]);
    assert!(fixture.text(&pane).contains("▸ Mine"), "enter folds a group");
    fixture.press(&mut pane, &["/", "t", "a", "r", "a"]);
    assert!(fixture.text(&pane).contains("Tara's book"), "a filter looks into folded groups");
}

#[test]
fn a_book_chosen_elsewhere_takes_the_cursor_along() {
    let mut fixture = Fixture::desk();
    let mut pane = shown(&fixture);
    fixture.chosen.portfolio = Some(INCOME);
    pane.refresh(Change::Chosen, &fixture.ctx());
    assert_eq!(pane.subject(&fixture.ctx()).portfolio, Some(INCOME));
    fixture.press(&mut pane, &["g g"]);
    fixture.chosen.symbol = Some(symbol("MSFT"));
    pane.refresh(Change::Chosen, &fixture.ctx());
    assert_eq!(pane.subject(&fixture.ctx()).portfolio, None, "another symbol does not");
}

#[test]
fn a_sort_stays_inside_the_groups() {
    let fixture = with_others(Fixture::desk().sized(110, 11));
    let mut pane = shown(&fixture);
    let names = |pane: &PortfoliosPane| -> Vec<String> {
        let text = fixture.text(pane);
        let lines = text.lines().skip(1).map(|line| line.chars().skip(1).take(14).collect());
        lines.map(|name: String| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
    };
    let unsorted = names(&pane);
    let groups = ["▾ Mine", "Tara's book", "▾ Shared", "Growth", "Income", "▾ Others"];
    assert_eq!(unsorted[..6], groups);
    assert_eq!(unsorted[6..], ["Tom's book", "Unallocated", "Attic"], "put away comes last");
    fixture.press(&mut pane, &["o", "o", "O"]);
    assert_eq!(names(&pane)[2..5], ["▾ Shared", "Growth", "Income"], "by day, largest first");
    fixture.press(&mut pane, &["O"]);
    assert_eq!(names(&pane)[2..5], ["▾ Shared", "Income", "Growth"]);
}

#[test]
fn a_missing_price_marks_every_sum_it_is_in() {
    let mut fixture = Fixture::desk().sized(60, 8);
    let mut left = tickers();
    left.retain(|ticker| ticker.symbol != symbol("NVDA"));
    fixture.quotes = Quotes::default();
    fixture.quotes.take(&left, after_ms(-60_000).desk);
    let pane = shown(&fixture);
    let title = pane.title_right(&fixture.ctx()).to_string();
    insta::assert_snapshot!(format!("{}\n{title}", fixture.text(&pane)));
}

#[test]
fn nobody_is_left_before_an_empty_tree_without_a_word() {
    for (role, words) in [
        (RoleName::Admin, "No portfolio yet. A makes a first one."),
        (RoleName::Trader, "No portfolio was given to you yet. An admin grants access."),
    ] {
        let mut fixture = Fixture::of(role).sized(70, 4);
        fixture.view.portfolios.clear();
        let pane = shown(&fixture);
        assert!(fixture.text(&pane).contains(words), "{}", fixture.text(&pane));
    }
}

#[test]
fn a_new_portfolio_is_named_refused_in_words_and_made() {
    let fixture = Fixture::of(RoleName::Admin).sized(70, 12);
    let mut layer = Create::default();
    let commands = |reactions: Vec<Reaction>| -> Vec<Command> {
        let effects = reactions.into_iter().flat_map(Reaction::effects);
        let command = |effect| match effect {
            Effect::Ask(_, Want::Act(command)) => Some(command),
            _ => None,
        };
        effects.filter_map(command).collect()
    };
    let keys = ["enter", "enter", "enter", "enter", "enter"];
    assert!(commands(fixture.press_layer(&mut layer, &keys)).is_empty(), "a name is needed");
    let typed =
        ["F", "u", "n", "d", "s", "enter", "right", "enter", "x", "enter", "9", "enter", "enter"];
    let asked = commands(fixture.press_layer(&mut layer, &typed));
    let wanted = Command::CreatePortfolio {
        name: "Funds".to_owned(),
        personal: true,
        description: "x".to_owned(),
        allocation: Some(Money::dollars(9)),
    };
    assert_eq!(asked, [wanted]);
    let again = commands(fixture.press_layer(&mut layer, &["enter"]));
    assert!(again.is_empty(), "it is asked for once");
    let taken = Refusal::NameTaken { name: "Funds".to_owned() };
    layer.reply(0, &Err(Rejection::Refused(taken)), &fixture.ctx());
    insta::assert_snapshot!(fixture.layer_text(&layer));
    assert!(layer.is_dirty());
    let made = Ok(Reply::Outcome(Outcome::Portfolio(PortfolioId(9))));
    let effects = layer.reply(0, &made, &fixture.ctx()).effects();
    assert!(matches!(effects.as_slice(), [Effect::Close, Effect::ChoosePortfolio(PortfolioId(9))]));
}

#[test]
fn a_book_or_a_group_is_copied_and_the_tree_exported() {
    let mut fixture = Fixture::desk();
    let mut pane = shown(&fixture);
    let copied = |pane: &mut PortfoliosPane, fixture: &Fixture| match pane
        .act(Action::Copy, &fixture.ctx())
        .effects()
        .pop()
    {
        Some(Effect::Ask(_, Want::Copy(text))) => text,
        _ => panic!("not copied"),
    };
    let line = "Tara's book\tpersonal\ttrader1\tadmin\t121758.20\t78615.50\t43142.70\t255.70\t\
                553.70\t276.15\t829.85\t3";
    assert_eq!(copied(&mut pane, &fixture), line);
    fixture.press(&mut pane, &["j"]);
    assert_eq!(copied(&mut pane, &fixture).lines().count(), 2, "both books of the group");
    fixture.quotes = Quotes::default();
    assert!(copied(&mut pane, &fixture).contains("trade\t\t45799.25\t\t\t\t2541.00\t\t3"));
    let effects = pane.act(Action::Export, &fixture.ctx()).effects();
    assert!(matches!(effects.as_slice(), [Effect::Open(_)]));
    fixture.view.portfolios.clear();
    assert!(pane.refuses(Action::Copy, &fixture.ctx()).is_some());
}
