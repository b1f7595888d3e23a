//! The watchlist as scripts of keys, and as pictures.
//! Must never assert on more than one thing that a person would notice.

use super::super::Pane;
use super::WatchlistPane;
use crate::desk::command::Command;
use crate::tui::ask::Want;
use crate::tui::effect::{Effect, Reaction};
use crate::tui::fixture::Fixture;
use crate::tui::fixture::market::symbol;

fn shown(fixture: &Fixture) -> WatchlistPane {
    let mut pane = WatchlistPane::default();
    fixture.show(&mut pane);
    pane
}

fn commands(reactions: Vec<Reaction>) -> Vec<Command> {
    let effects = reactions.into_iter().flat_map(Reaction::effects);
    effects
        .filter_map(|effect| match effect {
            Effect::Ask(_, Want::Act(command)) => Some(command),
            _ => None,
        })
        .collect()
}

#[test]
fn columns_fall_away_with_the_room() {
    let mut fixture = Fixture::desk().sized(90, 10);
    let pane = shown(&fixture);
    let mut texts = Vec::new();
    for width in [90, 60, 30] {
        fixture.area.width = width;
        texts.push(fixture.text(&pane));
    }
    insta::assert_snapshot!(texts.join("\n\n"));
}

#[test]
fn the_cursor_chooses_the_symbol() {
    let fixture = Fixture::desk();
    let mut pane = shown(&fixture);
    let reactions = fixture.press(&mut pane, &["j", "j"]);
    let chosen: Vec<String> = reactions
        .into_iter()
        .flat_map(Reaction::effects)
        .filter_map(|effect| match effect {
            Effect::ChooseSymbol(symbol) => Some(symbol.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(chosen, ["MSFT", "NVDA"]);
    assert_eq!(pane.subject(&fixture.ctx()).symbol, Some(symbol("NVDA")));
}

#[test]
fn a_symbol_is_added_completed_and_refused_in_words() {
    let fixture = Fixture::desk();
    let mut pane = shown(&fixture);
    let saved = commands(fixture.press(&mut pane, &["a", "j", "p", "enter"]));
    assert!(saved.is_empty(), "JP is no symbol");
    assert!(fixture.text(&pane).contains("JP is not a symbol this market knows"));
    let saved = commands(fixture.press(&mut pane, &["tab", "enter"]));
    let [Command::SaveWatchlist { symbols, version: 1, .. }] = saved.as_slice() else {
        panic!("one list saved, not {saved:?}");
    };
    assert_eq!(symbols.last(), Some(&symbol("JPM")));
}

#[test]
fn rows_move_and_go() {
    let fixture = Fixture::desk();
    let mut pane = shown(&fixture);
    let saved = commands(fixture.press(&mut pane, &["J", "x"]));
    let lists: Vec<Vec<&str>> = saved
        .iter()
        .map(|command| match command {
            Command::SaveWatchlist { symbols, .. } => {
                symbols.iter().take(2).map(crate::domain::symbols::Symbol::as_str).collect()
            }
            other => panic!("not {other:?}"),
        })
        .collect();
    assert_eq!(lists, [["MSFT", "AAPL"], ["MSFT", "NVDA"]]);
}

#[test]
fn a_filter_narrows_and_an_empty_list_says_what_to_press() {
    let mut fixture = Fixture::desk().sized(60, 5);
    let mut pane = shown(&fixture);
    fixture.press(&mut pane, &["/", "z", "z"]);
    assert!(fixture.text(&pane).contains("Nothing holds 'zz'. esc clears the filter."));
    fixture.press(&mut pane, &["esc"]);
    fixture.view.watchlists.clear();
    assert!(fixture.text(&pane).contains("No watchlist yet. a adds a symbol to a first one."));
}

#[test]
fn the_chart_follows_when_the_symbol_under_the_cursor_goes() {
    let mut fixture = Fixture::desk();
    let mut pane = shown(&fixture);
    commands(fixture.press(&mut pane, &["x"]));
    let list = fixture.view.watchlists.values_mut().next().expect("a list");
    list.symbols.remove(0);
    let effects = pane.refresh(super::Change::View, &fixture.ctx());
    assert!(matches!(effects.as_slice(), [Effect::ChooseSymbol(s)] if *s == symbol("MSFT")));
    assert!(pane.refresh(super::Change::View, &fixture.ctx()).is_empty(), "once");
}
