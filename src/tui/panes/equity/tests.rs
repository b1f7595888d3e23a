//! The equity curve with and without history, with and without today's value.
//! Must never draw a day twice.

use ratatui::layout::Rect;

use super::EquityPane;
use crate::desk::command::{Answer, EquityPoint, Query};
use crate::desk::refusal::{Refusal, Rejection};
use crate::domain::numbers::Money;
use crate::tui::ask::{Reply, Want};
use crate::tui::effect::Effect;
use crate::tui::fixture::Fixture;
use crate::tui::fixture::books::GROWTH;
use crate::tui::fixture::market::after_ms;
use crate::tui::panes::{Change, Pane};
use crate::tui::quotes::Quotes;

fn shown(fixture: &Fixture) -> EquityPane {
    let mut pane = EquityPane::default();
    let asked = fixture.show(&mut pane);
    fixture.answer(&mut pane, asked);
    pane
}

#[test]
fn the_curve_ends_with_what_the_book_is_worth_now() {
    let mut fixture = Fixture::desk().sized(60, 10);
    let pane = shown(&fixture);
    let course = pane.course(&fixture.ctx());
    let (today, value) = course.last().expect("points");
    assert_eq!(
        (today.to_string().as_str(), value.to_string().as_str()),
        ("2026-11-24", "121,758.20")
    );
    assert_eq!(course.len(), 31);
    insta::assert_snapshot!(format!(
        "{}\n{}",
        pane.title_right(&fixture.ctx()),
        fixture.text(&pane)
    ));
    fixture.quotes = Quotes::default();
    let course = pane.course(&fixture.ctx());
    let (last, _) = course.last().expect("points");
    assert_eq!(last.to_string(), "2026-11-23", "without prices it ends with the last day");
}

#[test]
fn it_asks_once_for_each_book_and_day() {
    let mut fixture = Fixture::desk();
    let mut pane = shown(&fixture);
    let asks = |effects: Vec<Effect>| effects.len();
    assert_eq!(asks(pane.refresh(Change::Time, &fixture.ctx())), 0);
    fixture.chosen.portfolio = Some(GROWTH);
    let asked = pane.refresh(Change::Chosen, &fixture.ctx());
    assert!(matches!(asked.as_slice(), [Effect::Ask(_, Want::Query(Query::Equity(GROWTH)))]));
    assert!(pane.course(&fixture.ctx()).len() < 2, "nothing of the book before");
    fixture.look.now = after_ms(6 * 3_600_000);
    assert_eq!(asks(pane.refresh(Change::Time, &fixture.ctx())), 1, "the day is over");
    let mut hidden = EquityPane::default();
    fixture.area = Rect::ZERO;
    assert_eq!(asks(hidden.refresh(Change::Shown, &fixture.ctx())), 0, "out of sight");
}

#[test]
fn a_day_is_drawn_once_and_an_old_answer_is_dropped() {
    let fixture = Fixture::desk().sized(60, 10);
    let mut pane = EquityPane::default();
    fixture.show(&mut pane);
    let point = |date: &str, dollars| EquityPoint {
        date: date.parse().expect("a date"),
        profit: Money::ZERO,
        value: Money::dollars(dollars),
    };
    let answer = |points| Ok(Reply::Answer(Answer::Equity(points)));
    let today = vec![point("2026-11-23", 100), point("2026-11-24", 200)];
    pane.reply(pane.tag, &answer(today), &fixture.ctx());
    let dates: Vec<String> =
        pane.course(&fixture.ctx()).iter().map(|(date, _)| date.to_string()).collect();
    assert_eq!(dates, ["2026-11-23", "2026-11-24"]);
    pane.reply(pane.tag.wrapping_sub(1), &answer(Vec::new()), &fixture.ctx());
    assert_eq!(pane.course(&fixture.ctx()).len(), 2);
}

#[test]
fn nothing_to_draw_is_said_in_words() {
    let mut fixture = Fixture::desk().sized(70, 4);
    let mut pane = EquityPane::default();
    fixture.show(&mut pane);
    assert!(fixture.text(&pane).contains("The equity curve is on its way."));
    let tag = pane.tag;
    pane.reply(tag, &Ok(Reply::Answer(Answer::Equity(Vec::new()))), &fixture.ctx());
    assert!(fixture.text(&pane).contains("begins at the end of the first trading day"));
    pane.reply(tag, &Err(Rejection::Refused(Refusal::NoAccess)), &fixture.ctx());
    assert!(fixture.text(&pane).contains("No equity curve: "), "{}", fixture.text(&pane));
    fixture.chosen.portfolio = None;
    assert!(fixture.text(&pane).contains("No portfolio is chosen yet."));
}
