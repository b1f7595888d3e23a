//! The orders pane as scripts of keys, and as pictures.
//! Must never assert on more than one thing that a person would notice.

use super::super::Pane;
use super::OrdersPane;
use super::timeline::Timeline;
use crate::desk::command::{Answer, Query, TimelineLine};
use crate::desk::refusal::{Refusal, Rejection};
use crate::domain::ids::{OrderId, UserId};
use crate::domain::orders::Order;
use crate::domain::roles::RoleName;
use crate::tui::action::Action;
use crate::tui::ask::{Reply, Want};
use crate::tui::effect::{Effect, Layer, Reaction};
use crate::tui::fixture::Fixture;
use crate::tui::fixture::market::after_ms;
use crate::tui::panes::Change;

fn shown(fixture: &Fixture) -> OrdersPane {
    let mut pane = OrdersPane::default();
    fixture.show(&mut pane);
    pane
}

fn wants(reactions: Vec<Reaction>) -> Vec<(u32, Want)> {
    let effects = reactions.into_iter().flat_map(Reaction::effects);
    let asks = effects.filter_map(|effect| match effect {
        Effect::Ask(tag, want) => Some((tag, want)),
        _ => None,
    });
    asks.collect()
}

fn order_of<'a>(fixture: &'a Fixture, symbol: &str, word: &str) -> &'a Order {
    let mut orders = fixture.view.orders.values();
    let is_it =
        |order: &&Order| order.draft.symbol.as_str() == symbol && order.state.word() == word;
    orders.find(is_it).expect("an order of the fixture")
}

fn lines() -> Vec<TimelineLine> {
    let line = |ms, user: Option<i64>, door: &str, text: &str| TimelineLine {
        at: after_ms(ms),
        user: user.map(UserId),
        door: door.to_owned(),
        text: text.to_owned(),
    };
    vec![
        line(-180_000, Some(2), "terminal", "sell 100 NVDA limit 131.40 day"),
        line(-179_950, None, "venue", "working"),
        line(-178_800, None, "venue", "40 at 131.42, 40 of 100 filled"),
    ]
}

#[expect(clippy::unnecessary_wraps, reason = "an answer as the desk hands it over")]
fn timeline_reply() -> Result<Reply, Rejection> {
    Ok(Reply::Answer(Answer::Timeline(lines())))
}

#[test]
fn rows_of_every_state_in_three_widths() {
    let mut fixture = Fixture::desk().sized(118, 12);
    let mut pane = shown(&fixture);
    let mut texts = Vec::new();
    for width in [118, 78, 44] {
        fixture.area.width = width;
        texts.push(format!("{}\n{}", pane.title(&fixture.ctx()), fixture.text(&pane)));
    }
    fixture.area.width = 118;
    fixture.press(&mut pane, &["]"]);
    texts.push(format!("{}\n{}", pane.title(&fixture.ctx()), fixture.text(&pane)));
    fixture.press(&mut pane, &["]"]);
    texts.push(format!("{}\n{}", pane.title(&fixture.ctx()), fixture.text(&pane)));
    insta::assert_snapshot!(texts.join("\n\n"));
}

#[test]
fn a_row_opens_to_its_timeline_and_follows_the_order() {
    let mut fixture = Fixture::desk().sized(78, 12);
    let mut pane = shown(&fixture);
    let asked = wants(fixture.press(&mut pane, &["j", "j", "l"]));
    let nvda = order_of(&fixture, "NVDA", "partially filled").id;
    assert_eq!(asked, [(1, Want::Query(Query::Timeline(nvda)))]);
    pane.reply(1, &timeline_reply(), &fixture.ctx());
    insta::assert_snapshot!(fixture.text(&pane));

    // Unchanged, it is not asked for again; changed, it is, and the old answer no longer counts.
    assert!(wants(vec![Reaction::Mine(pane.refresh(Change::View, &fixture.ctx()))]).is_empty());
    fixture.view.orders.get_mut(&nvda).expect("there").version += 1;
    let asked = wants(vec![Reaction::Mine(pane.refresh(Change::View, &fixture.ctx()))]);
    assert_eq!(asked, [(2, Want::Query(Query::Timeline(nvda)))]);
    pane.reply(1, &Err(Refusal::NotFound { what: "order" }.into()), &fixture.ctx());
    assert!(fixture.text(&pane).contains("40 of 100 filled"));

    // From a line below, folding goes back up to the order.
    fixture.press(&mut pane, &["j", "j", "h"]);
    assert!(!fixture.text(&pane).contains("40 of 100 filled"));
    assert_eq!(pane.subject(&fixture.ctx()).order, Some(nvda));
}

#[test]
fn what_cannot_be_had_is_said_below_the_row() {
    let fixture = Fixture::desk().sized(78, 12);
    let mut pane = shown(&fixture);
    fixture.press(&mut pane, &["l"]);
    pane.reply(1, &Err(Refusal::Busy.into()), &fixture.ctx());
    assert!(fixture.text(&pane).contains("The desk is busy. Nothing was sent; try again."));
}

#[test]
fn filter_sort_and_marks() {
    let fixture = Fixture::desk().sized(78, 12);
    let mut pane = shown(&fixture);
    fixture.press(&mut pane, &["/", "s", "e", "l", "l", "enter"]);
    let sides: Vec<&str> =
        pane.shown(&fixture.ctx()).iter().map(|order| order.draft.side.as_str()).collect();
    assert_eq!(sides, ["sell"; 4]);
    fixture.press(&mut pane, &["o", "O"]);
    let symbols: Vec<&str> =
        pane.shown(&fixture.ctx()).iter().map(|order| order.draft.symbol.as_str()).collect();
    assert_eq!(symbols, ["PLUG", "NVDA", "MSFT", "AAPL"]);
    fixture.press(&mut pane, &["g g", "space", "space"]);
    assert_eq!(pane.marked().len(), 2);
    assert_eq!(pane.title_right(&fixture.ctx()).to_string(), "2 marked");
}

#[test]
fn copy_takes_the_marked_rows_and_export_what_is_filtered() {
    let fixture = Fixture::desk().sized(78, 12);
    let mut pane = shown(&fixture);
    let copied = wants(fixture.press(&mut pane, &["space", "space", "y"]));
    let [(_, Want::Copy(text))] = copied.as_slice() else { panic!("one copy: {copied:?}") };
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].contains("\tAAPL\tbuy\t10\t0\t"), "{}", lines[0]);
    fixture.press(&mut pane, &["/", "p", "l", "u", "g", "enter"]);
    let reactions = fixture.press(&mut pane, &["e"]);
    let mut opened = reactions.into_iter().flat_map(Reaction::effects);
    let Some(Effect::Open(mut layer)) = opened.next() else { panic!("a layer opens") };
    assert!(fixture.layer_text(layer.as_ref()).contains("1 row, as filtered"));
    let asked = wants(fixture.press_layer(layer.as_mut(), &["j", "enter"]));
    let [(tag, Want::Export { name, text })] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!(name, "orders-2026-11-24-103107.json");
    assert!(text.contains("\"trail_price\": \"0.05\""), "{text}");
    let done = layer.reply(*tag, &Ok(Reply::Written("/exports/x.json".into())), &fixture.ctx());
    let words: Vec<String> = done.effects().into_iter().filter_map(said).collect();
    assert_eq!(words, ["1 row written to /exports/x.json"]);
}

fn said(effect: Effect) -> Option<String> {
    match effect {
        Effect::Toast(toast) => Some(toast.text),
        _ => None,
    }
}

#[test]
fn empty_tabs_say_what_would_be_here() {
    let mut fixture = Fixture::desk().sized(70, 5);
    fixture.view.orders.clear();
    fixture.view.fills.clear();
    let mut pane = shown(&fixture);
    assert!(fixture.text(&pane).contains("No working order. b buys, s sells the chosen symbol."));
    fixture.press(&mut pane, &["[", "j", "y", "e", "enter"]);
    assert!(fixture.text(&pane).contains("No fill today. b buys, s sells the chosen symbol."));
    let mut fixture = Fixture::of(RoleName::Viewer).sized(70, 5);
    fixture.view.orders.clear();
    let text = fixture.text(&shown(&fixture));
    assert!(text.contains("No working order.") && !text.contains("buys"), "{text}");
}

#[test]
fn the_timeline_as_a_layer() {
    let fixture = Fixture::desk().sized(80, 24);
    let id = order_of(&fixture, "NVDA", "partially filled").id;
    let mut layer = Timeline::of(id, &fixture.ctx());
    let asked = wants(vec![Reaction::Mine(layer.refresh(&fixture.ctx()))]);
    assert_eq!(asked, [(1, Want::Query(Query::Timeline(id)))]);
    layer.reply(1, &timeline_reply(), &fixture.ctx());
    insta::assert_snapshot!(fixture.layer_text(&layer));
    let copied = wants(fixture.press_layer(&mut layer, &["y"]));
    let [(_, Want::Copy(text))] = copied.as_slice() else { panic!("{copied:?}") };
    assert_eq!(text.lines().count(), 3);
    let closed = fixture.press_layer(&mut layer, &["esc"]).pop().expect("a reaction").effects();
    assert!(matches!(closed.as_slice(), [Effect::Close]));
}

#[test]
fn a_timeline_that_is_too_long_scrolls_and_survives_any_size() {
    let mut fixture = Fixture::desk().sized(80, 24);
    let mut layer = Timeline::with(OrderId(uuid::Uuid::nil()), None);
    layer.refresh(&fixture.ctx());
    let many: Vec<TimelineLine> = (0..50)
        .map(|number| TimelineLine { text: format!("step {number}"), ..lines()[1].clone() })
        .collect();
    layer.reply(1, &Ok(Reply::Answer(Answer::Timeline(many))), &fixture.ctx());
    fixture.press_layer(&mut layer, &["end"]);
    let text = fixture.layer_text(&layer);
    assert!(text.contains("step 49") && !text.contains("step 9 "), "{text}");
    fixture.press_layer(&mut layer, &["home", "k"]);
    for (width, height) in [(0, 0), (1, 1), (20, 4), (39, 9), (300, 100)] {
        fixture.area = ratatui::layout::Rect::new(0, 0, width, height);
        fixture.layer_text(&layer);
        fixture.press_layer(&mut layer, &["end", "pgup", "ctrl-d"]);
    }
}

#[test]
fn actions_without_a_row_say_so() {
    let mut fixture = Fixture::desk();
    fixture.view.orders.clear();
    let pane = shown(&fixture);
    for action in [Action::Open, Action::Timeline, Action::Copy, Action::Export, Action::NextPage] {
        assert!(pane.refuses(action, &fixture.ctx()).is_some(), "{action:?}");
    }
}
