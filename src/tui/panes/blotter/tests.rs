//! The blotter as scripts of keys and pages, and as pictures.
//! Must never assert on more than one thing that a person would notice.

use super::super::{Change, Pane};
use super::BlotterPane;
use crate::desk::command::{Answer, Command, OrderColumn, OrderFilter, Page, Query, Stage};
use crate::desk::refusal::{Fault, Refusal};
use crate::domain::ids::OrderId;
use crate::domain::numbers::Qty;
use crate::domain::orders::{Order, Side};
use crate::tui::action::Action;
use crate::tui::ask::{Replied, Reply, Want};
use crate::tui::effect::{Effect, Reaction};
use crate::tui::fixture::Fixture;
use crate::tui::fixture::books::OWN;
use crate::tui::fixture::market::after_ms;
use crate::tui::fixture::orders::{order, orders};

fn wants(reactions: Vec<Reaction>) -> Vec<(u32, Want)> {
    let effects = reactions.into_iter().flat_map(Reaction::effects);
    let asks = effects.filter_map(|effect| match effect {
        Effect::Ask(tag, want) => Some((tag, want)),
        _ => None,
    });
    asks.collect()
}

/// The one page that was asked for, with its tag.
fn asked(reactions: Vec<Reaction>) -> (u32, OrderFilter) {
    match wants(reactions).as_slice() {
        [(tag, Want::Query(Query::Orders(filter)))] => (*tag, filter.clone()),
        other => panic!("one page, not {other:?}"),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "an answer as the desk hands it over")]
fn page(rows: Vec<Order>, offset: u32, total: u32) -> Replied {
    Ok(Reply::Answer(Answer::Orders(Page { rows, offset, total })))
}

/// So many orders of before, numbered from `first`.
fn past(first: u16, count: u16) -> Vec<Order> {
    (first..first + count).map(|number| order(number, OWN, Side::Buy, "AAPL", 10)).collect()
}

/// A blotter that came up and got the fixture's orders.
fn shown(fixture: &Fixture) -> BlotterPane {
    let mut pane = BlotterPane::default();
    let (tag, filter) = asked(vec![fixture.show(&mut pane)]);
    assert_eq!(filter, OrderFilter { limit: 100, ..OrderFilter::default() });
    pane.reply(tag, &page(orders(), 0, 10), &fixture.ctx());
    pane
}

#[test]
fn pictures() {
    for (width, height) in [(78, 19), (118, 35)] {
        let fixture = Fixture::desk().sized(width, height);
        let mut pane = shown(&fixture);
        fixture.press(&mut pane, &["j", "space"]);
        let title =
            format!("{} | {}", pane.title(&fixture.ctx()), pane.title_right(&fixture.ctx()));
        let text = format!("{title}\n{}", fixture.text(&pane));
        insta::assert_snapshot!(format!("blotter_{width}x{height}"), text);
    }
}

#[test]
fn stages_filter_and_sort_are_the_stores_work() {
    let fixture = Fixture::desk();
    let mut pane = shown(&fixture);
    let (_, filter) = asked(fixture.press(&mut pane, &["]"]));
    assert_eq!(filter.stage, Stage::Working);
    let (_, filter) = asked(fixture.press(&mut pane, &["["]));
    assert_eq!(filter.stage, Stage::All);
    let (_, filter) = asked(fixture.press(&mut pane, &["o"]));
    assert_eq!((filter.sort, filter.descending), (OrderColumn::Symbol, false));
    let (_, filter) = asked(fixture.press(&mut pane, &["O"]));
    assert_eq!((filter.sort, filter.descending), (OrderColumn::Symbol, true));
    let (_, filter) = asked(fixture.press(&mut pane, &["/", "m"]));
    assert_eq!((filter.text.as_str(), filter.offset), ("m", 0));
    let every = super::view::SORTABLE.map(|column| super::view::CELLS[column].sorted_as());
    assert!(every.iter().all(Option::is_some));
}

#[test]
fn the_refused_stage_says_why_in_a_narrow_terminal() {
    let fixture = Fixture::desk().sized(78, 19);
    let mut pane = shown(&fixture);
    assert!(!fixture.text(&pane).contains("Reason"), "what works has none");
    let (tag, filter) = asked(fixture.press(&mut pane, &["["]));
    assert_eq!(filter.stage, Stage::Refused);
    let refused: Vec<Order> = orders().into_iter().filter(|order| order.reason.is_some()).collect();
    pane.reply(tag, &page(refused, 0, 1), &fixture.ctx());
    let text = fixture.text(&pane);
    assert!(text.contains("Reason") && text.contains("asset HLTD is not"), "{text}");
}

#[test]
fn a_reason_is_whole_where_other_columns_can_give_it_their_room() {
    let why = "Trade value $61,250.00 exceeds your limit of $50,000.00. Ask the admins";
    for (width, height) in [(118, 35), (198, 55)] {
        let fixture = Fixture::desk().sized(width, height);
        let mut pane = shown(&fixture);
        let (tag, _) = asked(fixture.press(&mut pane, &["["]));
        let refused = past(100, 3).into_iter();
        let refused = refused.map(|order| Order { reason: Some(why.to_owned()), ..order });
        pane.reply(tag, &page(refused.collect(), 0, 3), &fixture.ctx());
        let text = fixture.text(&pane);
        assert!(text.contains(why) && text.contains("Symbol"), "{text}");
        let is_wide = width > 118;
        assert_eq!(text.contains("Portfolio"), is_wide, "{text}");
    }
}

#[test]
fn pages_turn_by_key_and_by_walking_over_the_end() {
    let fixture = Fixture::desk();
    let mut pane = shown(&fixture);
    assert!(pane.refuses(Action::NextPage, &fixture.ctx()).is_some(), "one page only");
    pane.asked.tag += 1;
    pane.reply(pane.asked.tag, &page(past(100, 100), 0, 250), &fixture.ctx());
    assert_eq!(pane.title_right(&fixture.ctx()).to_string(), "1-100 of 250");
    let (tag, filter) = asked(fixture.press(&mut pane, &[">"]));
    assert_eq!(filter.offset, 100);
    pane.reply(tag, &page(past(200, 100), 100, 250), &fixture.ctx());
    assert_eq!(pane.title_right(&fixture.ctx()).to_string(), "101-200 of 250");
    // Up from the first row: the page before, its last row.
    let (tag, filter) = asked(fixture.press(&mut pane, &["k"]));
    assert_eq!(filter.offset, 0);
    pane.reply(tag, &page(past(100, 100), 0, 250), &fixture.ctx());
    assert_eq!(pane.subject(&fixture.ctx()).order, Some(past(199, 1)[0].id));
    // Down from the last row: the next page, its first row.
    let (tag, _) = asked(fixture.press(&mut pane, &["j"]));
    pane.reply(tag, &page(past(200, 100), 100, 250), &fixture.ctx());
    assert_eq!(pane.subject(&fixture.ctx()).order, Some(past(200, 1)[0].id));
    // The history became shorter than where we look: its last page.
    let (tag, _) = asked(fixture.press(&mut pane, &[">"]));
    let again = pane.reply(tag, &page(Vec::new(), 200, 120), &fixture.ctx());
    assert_eq!(asked(vec![again]).1.offset, 100);
}

#[test]
fn an_answer_that_was_overtaken_is_dropped() {
    let fixture = Fixture::desk();
    let mut pane = shown(&fixture);
    let (old, _) = asked(fixture.press(&mut pane, &["]"]));
    let (new, _) = asked(fixture.press(&mut pane, &["]"]));
    pane.reply(new, &page(past(300, 1), 0, 1), &fixture.ctx());
    pane.reply(old, &page(past(400, 5), 0, 5), &fixture.ctx());
    assert_eq!(pane.title_right(&fixture.ctx()).to_string(), "1-1 of 1");
}

#[test]
fn changes_show_at_once_and_the_store_is_asked_again_in_its_time() {
    let mut fixture = Fixture::desk().sized(118, 20);
    let mut pane = shown(&fixture);
    let working = fixture.view.orders.values().find(|o| o.state.word() == "working");
    let id = working.expect("a working order").id;
    let row = fixture.view.orders.get_mut(&id).expect("there");
    row.version += 1;
    row.filled = Qty::shares(17);
    assert!(pane.refresh(Change::View, &fixture.ctx()).is_empty(), "asked a moment ago");
    assert!(fixture.text(&pane).contains(" 17 "), "{}", fixture.text(&pane));
    assert!(pane.refresh(Change::Time, &fixture.ctx()).is_empty());
    fixture.look.now = after_ms(600);
    let (tag, _) = asked(vec![Reaction::Mine(pane.refresh(Change::Time, &fixture.ctx()))]);
    assert!(pane.refresh(Change::View, &fixture.ctx()).is_empty(), "one question at a time");
    pane.reply(tag, &page(orders(), 0, 10), &fixture.ctx());
    // Out of sight nothing is asked.
    fixture.look.now = after_ms(5_000);
    fixture.area = ratatui::layout::Rect::ZERO;
    assert!(pane.refresh(Change::View, &fixture.ctx()).is_empty());
    assert!(pane.refresh(Change::Shown, &fixture.ctx()).is_empty());
}

#[test]
fn what_cannot_be_had_is_said_and_what_was_there_stays() {
    let fixture = Fixture::desk().sized(80, 10);
    let mut pane = BlotterPane::default();
    let (tag, _) = asked(vec![fixture.show(&mut pane)]);
    assert!(fixture.text(&pane).contains("Looking into the books."));
    pane.reply(tag, &Err(Refusal::Busy.into()), &fixture.ctx());
    assert!(fixture.text(&pane).contains("The desk is busy"));
    let mut pane = shown(&fixture);
    let (tag, _) = asked(fixture.press(&mut pane, &["o"]));
    pane.reply(tag, &Err(Fault::new("The store cannot be read").into()), &fixture.ctx());
    let text = fixture.text(&pane);
    assert!(text.contains("The store cannot be read") && text.contains("NVDA"), "{text}");
}

#[test]
fn an_empty_stage_says_what_would_be_here() {
    let fixture = Fixture::desk().sized(80, 10);
    let mut pane = shown(&fixture);
    for words in ["No order works now. ] shows the next stage.", "No order was filled yet."] {
        let (tag, _) = asked(fixture.press(&mut pane, &["]"]));
        pane.reply(tag, &page(Vec::new(), 0, 0), &fixture.ctx());
        assert!(fixture.text(&pane).contains(words), "{}", fixture.text(&pane));
    }
    assert!(pane.refuses(Action::Export, &fixture.ctx()).is_some());
}

#[test]
fn a_row_of_long_ago_opens_its_timeline_and_cannot_be_amended() {
    let mut fixture = Fixture::desk().sized(100, 20);
    fixture.view.orders.clear();
    let mut pane = shown(&fixture);
    fixture.press(&mut pane, &["G", "k", "k"]);
    let why = pane.refuses(Action::Cancel, &fixture.ctx());
    assert_eq!(why.as_deref(), Some("This order is filled already"));
    let mut effects = fixture.press(&mut pane, &["enter"]).pop().expect("a reaction").effects();
    let Some(Effect::Open(layer)) = effects.pop() else { panic!("a layer opens") };
    assert!(fixture.layer_text(layer.as_ref()).contains("20 of 20 filled"));
}

#[test]
fn marked_orders_are_canceled_together() {
    let fixture = Fixture::desk().sized(100, 24);
    let mut pane = shown(&fixture);
    let mut effects =
        fixture.press(&mut pane, &["space", "space", "C"]).pop().expect("a reaction").effects();
    let Some(Effect::Open(mut layer)) = effects.pop() else { panic!("a list opens") };
    let sent = wants(fixture.press_layer(layer.as_mut(), &["y"]));
    let [(_, Want::Act(Command::CancelOrders { orders }))] = sent.as_slice() else {
        panic!("{sent:?}")
    };
    assert_eq!(orders.len(), 2);
}

#[test]
fn an_export_gathers_every_page_once() {
    let fixture = Fixture::desk().sized(100, 24);
    let mut pane = shown(&fixture);
    pane.total = Some(700);
    let mut effects = fixture.press(&mut pane, &["e"]).pop().expect("a reaction").effects();
    let Some(Effect::Open(mut layer)) = effects.pop() else { panic!("a layer opens") };
    assert!(fixture.layer_text(layer.as_ref()).contains("700 rows, as filtered"));
    let (tag, filter) = asked(fixture.press_layer(layer.as_mut(), &["enter"]));
    assert_eq!((filter.offset, filter.limit), (0, 500));
    let next = layer.reply(tag, &page(past(1, 500), 0, 700), &fixture.ctx());
    assert!(fixture.layer_text(layer.as_ref()).contains("500 of 700 rows"));
    let (tag, filter) = asked(vec![next]);
    assert_eq!(filter.offset, 500);
    // A row that moved from the first page to the second is written once.
    let done = layer.reply(tag, &page(past(500, 200), 500, 700), &fixture.ctx());
    let written = wants(vec![done]);
    let [(_, Want::Export { name, text })] = written.as_slice() else { panic!("{written:?}") };
    assert!(name.starts_with("blotter-2026-11-24") && name.contains(".csv"), "{name}");
    assert_eq!(text.lines().count(), 1 + 699);
}

#[test]
fn nothing_selected_is_no_subject() {
    let fixture = Fixture::desk();
    let pane = BlotterPane::default();
    assert_eq!(pane.subject(&fixture.ctx()).order, None::<OrderId>);
}

#[test]
fn clearing_the_filter_keeps_the_cursor_on_the_order_that_was_found() {
    let fixture = Fixture::desk().sized(118, 20);
    for clear in [&["esc"][..], &["enter", "esc"]] {
        let mut pane = shown(&fixture);
        let (tag, _) = asked(fixture.press(&mut pane, &["/", "x"]));
        let found = orders().into_iter().filter(|order| order.draft.symbol.as_str() == "XOM");
        pane.reply(tag, &page(found.collect(), 0, 1), &fixture.ctx());
        let (tag, filter) = asked(fixture.press(&mut pane, clear));
        assert_eq!(filter.text, "");
        pane.reply(tag, &page(orders(), 0, 10), &fixture.ctx());
        let here = pane.subject(&fixture.ctx()).symbol.expect("a row");
        assert_eq!(here.as_str(), "XOM");
    }
}
