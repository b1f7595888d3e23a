//! The ticker strip at several widths, and under the mouse.
//! Must never show half of a symbol.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::Ticker;
use crate::tui::effect::Effect;
use crate::tui::fixture::Fixture;
use crate::tui::panes::Pane;

#[test]
fn the_market_comes_first_then_what_is_held_and_watched_each_whole() {
    let mut fixture = Fixture::desk().sized(200, 1);
    let mut texts = Vec::new();
    for width in [200, 80, 48, 20, 2, 0] {
        fixture.area.width = width;
        texts.push(fixture.text(&Ticker));
    }
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn a_click_chooses_the_symbol() {
    let fixture = Fixture::desk().sized(200, 1);
    let click = |column| {
        let kind = MouseEventKind::Down(MouseButton::Left);
        let mouse = MouseEvent { kind, column, row: 0, modifiers: KeyModifiers::NONE };
        Ticker.mouse(mouse, &fixture.ctx()).effects().into_iter().find_map(|effect| match effect {
            Effect::ChooseSymbol(symbol) => Some(symbol.to_string()),
            _ => None,
        })
    };
    assert_eq!(click(1).as_deref(), Some("SPY"));
    assert_eq!(click(27).as_deref(), Some("QQQ"));
    assert_eq!(click(0), None);
    assert_eq!(click(199), None, "the empty end");
}
