//! Scripts of the ticket about what only some orders ask for: hours beside the session.
//! Must never reach the desk: what would be sent is read from the asks.

use super::{opened, press};
use crate::domain::numbers::Money;
use crate::domain::orders::{OrderType, Side};
use crate::domain::special::{Exit, Group, Special, StopLoss};
use crate::tui::fixture::Fixture;
use crate::tui::fixture::market::price;

#[test]
fn extended_hours_are_offered_to_limit_orders_alone() {
    let fixture = Fixture::desk();
    let mut ticket = opened(&fixture, Side::Buy);
    press(&fixture, &mut ticket, &["4", "tab", "l", "tab", "tab", "tab", "e"]);
    let wanted = Special { extended_hours: true, ..Special::default() };
    assert_eq!(ticket.fields.draft(&fixture.ctx()).expect("read").1.special, wanted);
    // As another kind of order the field is gone, and asks for nothing.
    press(&fixture, &mut ticket, &["shift-tab", "shift-tab", "shift-tab", "m"]);
    let draft = ticket.fields.draft(&fixture.ctx()).expect("read").1;
    assert_eq!((draft.order_type, draft.special), (OrderType::Market, Special::default()));
    press(&fixture, &mut ticket, &["l"]);
    let sent = press(&fixture, &mut ticket, &["f2"]);
    assert_eq!(sent[0].draft.special, wanted, "what was chosen is still there");
}

#[test]
fn an_auction_order_in_extended_hours_has_words_beside_the_field() {
    let fixture = Fixture::desk().sized(120, 40);
    let mut ticket = opened(&fixture, Side::Buy);
    press(&fixture, &mut ticket, &["4", "tab", "l", "tab", "tab", "o", "tab", "e"]);
    let screen = fixture.layer_text(&ticket);
    assert!(screen.contains("Only a limit order"), "{screen}");
    insta::assert_snapshot!("extended", screen);
}

#[test]
fn dollars_are_typed_behind_their_sign() {
    let fixture = Fixture::desk().sized(120, 40).without(Side::Sell, "AAPL");
    let mut ticket = opened(&fixture, Side::Buy);
    press(&fixture, &mut ticket, &["$", "5", "0", "0"]);
    insta::assert_snapshot!("dollars", fixture.layer_text(&ticket));
    press(&fixture, &mut ticket, &["]"]);
    let sent = press(&fixture, &mut ticket, &["f2"]);
    let wanted = Special { dollars: Some(Money::dollars(600)), ..Special::default() };
    assert_eq!((sent[0].draft.special, sent[0].draft.order_type), (wanted, OrderType::Market));
    let mut ticket = opened(&fixture, Side::Buy);
    press(&fixture, &mut ticket, &["$", "5", "0", "0", "tab", "l"]);
    let screen = fixture.layer_text(&ticket);
    assert!(screen.contains("An order in dollars"), "{screen}");
}

#[test]
fn a_bracket_has_its_exits_and_words_beside_the_wrong_one() {
    for (width, height) in [(80, 24), (120, 40), (200, 60)] {
        let fixture = Fixture::desk().sized(width, height).without(Side::Sell, "AAPL");
        let mut ticket = opened(&fixture, Side::Buy);
        press(&fixture, &mut ticket, &["4", "tab", "l", "tab", "tab", "tab", "tab", "b", "tab"]);
        // No other fixture of this book holds so much that a bracket would close.
        press(&fixture, &mut ticket, &["1", "9", "5", "tab", "1", "9", "0"]);
        insta::assert_snapshot!(format!("bracket_{width}x{height}"), fixture.layer_text(&ticket));
        press(&fixture, &mut ticket, &["ctrl-u", "1", "8", "0"]);
        let sent = press(&fixture, &mut ticket, &["f2"]);
        let wanted = Group::Bracket {
            take_profit: price("195"),
            stop_loss: StopLoss { stop: price("180"), limit: None },
        };
        assert_eq!(sent[0].draft.special.group, wanted);
    }
}

#[test]
fn an_oto_takes_one_exit_and_an_open_one_is_named() {
    let fixture = Fixture::desk();
    let mut ticket = opened(&fixture, Side::Buy);
    press(&fixture, &mut ticket, &["4", "tab", "tab", "tab", "o", "o", "tab"]);
    assert_eq!(ticket.fields.awaited(&fixture.ctx()), Some(("Take profit", true)));
    press(&fixture, &mut ticket, &["1", "9", "5"]);
    let group = |ticket: &super::Ticket| {
        ticket.fields.draft(&fixture.ctx()).map(|(_, draft)| draft.special.group)
    };
    assert_eq!(group(&ticket), Some(Group::Oto(Exit::TakeProfit(price("195")))));
    press(&fixture, &mut ticket, &["tab", "1", "8", "0"]);
    assert_eq!(group(&ticket), None, "one too many");
    assert!(press(&fixture, &mut ticket, &["f2"]).is_empty());
}
