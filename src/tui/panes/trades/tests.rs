//! The newest trades: how they look, and how often they are asked for.
//! Must never ask for a symbol that has not traded since.

use ratatui::layout::Rect;

use super::{FAR_MS, NEAR_MS, TradesPane};
use crate::desk::event::VenueKind;
use crate::desk::refusal::{Refusal, Rejection};
use crate::domain::numbers::Qty;
use crate::tui::fixture::Fixture;
use crate::tui::fixture::market::{after_ms, symbol};
use crate::tui::panes::{Change, Pane};

fn shown(fixture: &Fixture) -> TradesPane {
    let mut pane = TradesPane::default();
    let asked = fixture.show(&mut pane);
    fixture.answer(&mut pane, asked);
    pane
}

fn trade_on(fixture: &mut Fixture) {
    let mut ticker = *fixture.quotes.get(symbol("AAPL")).expect("a price");
    ticker.volume += Qty::shares(100);
    fixture.quotes.take(&[ticker], fixture.look.now.desk);
}

#[test]
fn newest_first_with_the_way_each_one_went() {
    let mut fixture = Fixture::desk().sized(44, 8);
    let mut pane = shown(&fixture);
    let mut texts = vec![fixture.text(&pane)];
    fixture.area.width = 22;
    texts.push(fixture.text(&pane));
    fixture.area.width = 44;
    fixture.press(&mut pane, &["G"]);
    texts.push(fixture.text(&pane));
    insta::assert_snapshot!(texts.join("\n\n"));
}

#[test]
fn it_asks_again_when_something_was_traded_and_not_too_often() {
    for (venue, pause) in [(VenueKind::Embedded, NEAR_MS), (VenueKind::Alpaca, FAR_MS)] {
        let mut fixture = Fixture::desk();
        fixture.view.account.venue = venue;
        let mut pane = shown(&fixture);
        fixture.look.now = after_ms(pause);
        assert!(pane.refresh(Change::Time, &fixture.ctx()).is_empty(), "nothing traded");
        trade_on(&mut fixture);
        fixture.look.now = after_ms(pause - 1);
        assert!(pane.refresh(Change::Prices, &fixture.ctx()).is_empty(), "too soon");
        fixture.look.now = after_ms(pause);
        assert_eq!(pane.refresh(Change::Time, &fixture.ctx()).len(), 1);
        trade_on(&mut fixture);
        fixture.look.now = after_ms(pause * 2);
        assert!(pane.refresh(Change::Time, &fixture.ctx()).is_empty(), "still waiting");
    }
}

#[test]
fn another_symbol_is_asked_for_at_once_and_only_in_sight() {
    let mut fixture = Fixture::desk().sized(50, 5);
    let mut pane = shown(&fixture);
    fixture.chosen.symbol = Some(symbol("MSFT"));
    assert_eq!(pane.refresh(Change::Chosen, &fixture.ctx()).len(), 1);
    assert!(fixture.text(&pane).contains("The trades of MSFT are on their way."));
    fixture.area = Rect::ZERO;
    fixture.chosen.symbol = Some(symbol("NVDA"));
    assert!(pane.refresh(Change::Chosen, &fixture.ctx()).is_empty());
}

#[test]
fn a_refusal_is_said_and_tried_again() {
    let mut fixture = Fixture::desk().sized(60, 5);
    let mut pane = TradesPane::default();
    fixture.show(&mut pane);
    let refused = Err(Rejection::Refused(Refusal::NotFound { what: "symbol" }));
    pane.reply(pane.tag, &refused, &fixture.ctx());
    assert!(fixture.text(&pane).contains("No trades of AAPL: There is no such symbol"));
    fixture.look.now = after_ms(NEAR_MS);
    assert_eq!(pane.refresh(Change::Time, &fixture.ctx()).len(), 1);
}
