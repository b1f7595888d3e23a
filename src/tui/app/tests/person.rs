//! What a person meets whatever screen they are on: the lock, the mouse, notices, settings.
//! Must never depend on the machine's time, size or colours.

use std::sync::Arc;

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use crate::desk::command::{Command, Outcome};
use crate::desk::event::{Cause, Door, Event, EventKind, OrderStep};
use crate::desk::refusal::{Refusal, Rejection};
use crate::desk::view::Update;
use crate::domain::ids::{AccountId, Sequence};
use crate::domain::lifecycle::{State, Status};
use crate::domain::numbers::Money;
use crate::domain::orders::{Order, VenueOrder};
use crate::domain::roles::RoleName;
use crate::domain::trading::TradingState;
use crate::tui::ask::{Ask, Asker, Reply, Secret, Want};
use crate::tui::fixture::books::GROWTH;
use crate::tui::fixture::market::{after_ms, now};
use crate::tui::fixture::{Fixture, TestApp, orders::orders};
use crate::tui::msg::Msg;
use crate::tui::theme::{Plain, Themes};

fn click(app: &mut TestApp, column: u16, row: u16) {
    app.send(Msg::Mouse(MouseEvent {
        kind: MouseEventKind::Down(MouseButton::Left),
        column,
        row,
        modifiers: KeyModifiers::NONE,
    }));
}

/// Where a text begins on the screen: column, row.
fn find(app: &TestApp, text: &str) -> (u16, u16) {
    for (row, line) in app.text().lines().enumerate() {
        if let Some(at) = line.find(text) {
            let column = line[..at].chars().count();
            return (u16::try_from(column).expect("small"), u16::try_from(row).expect("small"));
        }
    }
    panic!("{text} is not on the screen:\n{}", app.text());
}

fn happened(kind: EventKind) -> Msg {
    let cause = Cause { user: None, sign_in: None, door: Door::Venue, command: None };
    let (sequence, account) = (Sequence(1), AccountId(1));
    let event = Event { sequence, at: now(), account, cause, kind };
    Msg::Update(Update::Event(Arc::new(event)))
}

fn last_want(app: &mut TestApp) -> Option<Want> {
    app.take_asks().pop().map(|ask| ask.want)
}

#[test]
fn a_screen_left_alone_locks_and_prices_go_on() {
    let mut app = Fixture::desk().app(120, 40);
    app.send(Msg::Tick(after_ms(9 * 60_000)));
    assert!(!app.text().contains("Locked"));
    app.send(Msg::Tick(after_ms(11 * 60_000)));
    assert!(app.text().contains("Locked"), "{}", app.text());
    app.take_asks();
    app.press(&["q", "b", "esc", "!", "f1", "ctrl-p", "f12", "ctrl-l", "f2"]);
    for row in 0..40 {
        click(&mut app, 3, row);
    }
    assert_eq!(app.take_asks(), [], "nothing but the password is heard");
    assert!(app.text().contains("Locked") && !app.text().contains("Help"), "{}", app.text());
    app.press(&["enter"]);
    let Some(Ask { from, tag, want }) = app.take_asks().pop() else { panic!("an ask") };
    assert_eq!(want, Want::Unlock(Secret("qb!".to_owned())));
    let wrong = Box::new(Err(Rejection::Refused(Refusal::WrongCredentials)));
    app.send(Msg::Reply { to: from, tag, result: wrong });
    assert!(app.text().contains("Login or password is wrong"), "{}", app.text());
    app.press(&["enter"]);
    app.send(Msg::Reply { to: from, tag, result: Box::new(Ok(Reply::Done)) });
    assert!(!app.text().contains("Locked"), "{}", app.text());
    app.send(Msg::Tick(after_ms(13 * 60_000)));
    assert!(!app.text().contains("Locked"), "the keys counted");
}

#[test]
fn what_comes_late_stays_below_the_lock() {
    let mut app = Fixture::desk().app(120, 40);
    app.take_asks();
    app.press(&["b"]);
    app.type_text("10");
    app.press(&["f2"]);
    let asks = app.take_asks();
    let sent = asks.into_iter().find(|ask| matches!(ask.want, Want::Act(_) | Want::OrderId));
    app.send(Msg::Tick(after_ms(11 * 60_000)));
    if let Some(Ask { from, tag, .. }) = sent {
        let busy = Box::new(Err(Rejection::Refused(Refusal::Busy)));
        app.send(Msg::Reply { to: from, tag, result: busy });
    }
    assert!(app.text().contains("Locked"), "{}", app.text());
    app.press(&["enter"]);
    let Some(Ask { from, tag, want }) = app.take_asks().pop() else { panic!("an ask") };
    assert!(matches!(want, Want::Unlock(_)));
    app.send(Msg::Reply { to: from, tag, result: Box::new(Ok(Reply::Done)) });
    assert!(!app.text().contains("Locked") && app.text().contains("Time in force"));
}

#[test]
fn a_sign_in_that_ended_says_why() {
    let mut app = Fixture::desk().app(120, 40);
    app.take_asks();
    app.send(Msg::Update(Update::Ended(Refusal::NotSignedIn)));
    assert!(app.text().contains("User not found or inactive. Contact admin."), "{}", app.text());
    assert_eq!(last_want(&mut app), Some(Want::Greet));
    let replied = Box::new(Ok(Reply::Done));
    app.send(Msg::Reply { to: Asker::Layer(1), tag: 0, result: replied });
}

#[test]
fn what_happens_to_own_orders_is_told_and_to_others_is_not() {
    let mut app = Fixture::desk().app(120, 40);
    let order = orders().remove(0);
    let venue_order = VenueOrder {
        client_id: order.client_id(),
        account: order.account,
        order: Some(order.id),
        attempt: 1,
        venue_id: None,
        status: order.state.status,
        filled: order.filled,
        quantity: order.draft.quantity,
        asked: None,
        closing_total: None,
    };
    let rejected = |user| EventKind::Order {
        order: Box::new(crate::domain::orders::Order { user, ..order.clone() }),
        venue_order: Box::new(venue_order.clone()),
        step: OrderStep::Rejected("no such luck".to_owned()),
    };
    app.send(happened(rejected(crate::domain::ids::UserId(3))));
    assert!(!app.text().contains("no such luck"));
    app.send(happened(rejected(order.user)));
    assert!(app.text().contains("Rejected: buy 10 AAPL. no such luck"), "{}", app.text());
    app.press(&["esc"]);
    assert!(!app.text().contains("no such luck"), "esc takes the words away");
    let reason = || "too wild".to_owned();
    let halted = TradingState::Halted { reason: reason() };
    app.send(happened(EventKind::TradingSet(halted)));
    assert!(app.text().contains(" HALTED: too wild "), "{}", app.text());
    let closing = TradingState::ClosingOnly { reason: reason() };
    app.send(happened(EventKind::TradingSet(closing)));
    assert!(app.text().contains(" CLOSING ONLY: too wild "), "{}", app.text());
    app.send(happened(EventKind::TradingSet(TradingState::Active)));
    app.press(&["esc"]);
    assert!(!app.text().contains("too wild"), "{}", app.text());
}

/// What the venue says of an order that is in the view.
fn said(order: &Order, status: Status, step: OrderStep) -> Msg {
    let order = Order { state: State::sure(status), ..order.clone() };
    let venue_order = Box::new(VenueOrder {
        client_id: order.client_id(),
        account: order.account,
        order: Some(order.id),
        attempt: 1,
        venue_id: None,
        status,
        filled: order.filled,
        quantity: order.draft.quantity,
        asked: None,
        closing_total: None,
    });
    happened(EventKind::Order { order: Box::new(order), venue_order, step })
}

#[test]
fn cancels_that_were_asked_for_together_are_told_together() {
    let mut app = Fixture::desk().app(120, 40);
    app.take_asks();
    app.press(&["C", "y"]);
    let Some(Ask { from, tag, want: Want::Act(Command::CancelOrders { orders: asked }) }) =
        app.take_asks().pop()
    else {
        panic!("one command")
    };
    assert!(asked.len() > 3);
    let outcome = Outcome::Canceling { asked: asked.len(), refused: Vec::new() };
    app.send(Msg::Reply { to: from, tag, result: Box::new(Ok(Reply::Outcome(outcome))) });
    assert!(app.text().contains(&format!("{} cancels on their way", asked.len())));
    let known: Vec<Order> = orders().into_iter().filter(|o| asked.contains(&o.id)).collect();
    let why = || OrderStep::CancelRefused("it is too late".to_owned());
    app.send(said(&known[0], Status::Working, why()));
    app.send(said(&known[1], Status::Working, why()));
    for order in &known[2..] {
        app.send(said(order, Status::Canceled, OrderStep::Canceled));
    }
    let text = app.text();
    let words = format!("{} of {} orders canceled", asked.len() - 2, asked.len());
    assert!(text.contains(&words) && !text.contains("cancels on their way"), "{text}");
    assert_eq!(text.matches("anceled:").count(), 1, "{text}");
    assert!(text.contains("Not canceled: buy 10 AAPL. it is too late"), "{text}");
    assert!(text.contains("buy 25 MSFT"), "the other one too:\n{text}");
    // One that is asked for alone is told alone.
    app.press(&["esc"]);
    app.send(said(&known[0], Status::Canceled, OrderStep::Canceled));
    assert!(app.text().contains("Canceled: buy 10 AAPL"), "{}", app.text());
}

#[test]
fn tabs_rows_hints_and_buttons_are_clicked() {
    let mut app = Fixture::desk().app(120, 40);
    let (x, y) = find(&app, "NVDA");
    click(&mut app, x, y);
    assert!(app.text().contains("╭ NVDA 131.44"), "the chart follows:\n{}", app.text());
    let (x, y) = find(&app, "2 Blotter");
    click(&mut app, x, y);
    assert!(app.text().contains("╭ Blotter"), "{}", app.text());
    let (x, y) = find(&app, "? help");
    click(&mut app, x, y);
    assert!(app.text().contains("╭ Help"), "{}", app.text());
    click(&mut app, 0, 20);
    assert!(!app.text().contains("╭ Help"), "a click beside it closes it");
    app.press(&[","]);
    let (x, y) = find(&app, " Keep ");
    click(&mut app, x + 1, y);
    assert!(!app.text().contains("╭ Settings"), "{}", app.text());
}

#[test]
fn settings_are_checked_and_kept() {
    let mut app = Fixture::desk().app(120, 40);
    app.take_asks();
    app.press(&[",", "tab", "tab", "ctrl-u"]);
    app.type_text("much");
    app.press(&["shift-tab", "shift-tab", "shift-tab", "enter"]);
    assert!(app.text().contains("Confirm above: an amount in dollars, not 'much'"));
    assert_eq!(app.take_asks(), []);
    app.press(&["ctrl-u"]);
    app.type_text("25000");
    app.press(&["tab", "tab", "tab", "enter"]);
    let kept =
        Command::SaveSetting { name: "confirm_above".into(), value: "25000".into(), version: 0 };
    assert_eq!(last_want(&mut app), Some(Want::Act(kept)));
}

#[test]
fn a_password_is_set_twice_alike() {
    let mut fixture = Fixture::desk();
    fixture.view.demo = false;
    let mut app = fixture.app(120, 40);
    app.take_asks();
    app.press(&[":"]);
    app.type_text("password");
    app.press(&["enter"]);
    app.type_text("the one before");
    app.press(&["enter"]);
    app.type_text("correct horse battery");
    app.press(&["enter"]);
    app.type_text("correct horse");
    app.press(&["enter", "enter"]);
    assert!(app.text().contains("not the same as above"), "{}", app.text());
    app.type_text(" battery");
    app.press(&["enter", "enter"]);
    let Some(Ask { from, tag, want }) = app.take_asks().pop() else { panic!("an ask") };
    let Want::SetPassword { login, before, password } = want else { panic!("{want:?}") };
    assert_eq!((login.as_str(), before.0.as_str()), ("trader1", "the one before"));
    assert_eq!(password.0, "correct horse battery");
    assert!(!app.text().contains("horse"), "{}", app.text());
    let wrong = Box::new(Err(Rejection::Refused(Refusal::WrongCredentials)));
    app.send(Msg::Reply { to: from, tag, result: wrong });
    assert!(app.text().contains("This is not your password now"), "{}", app.text());
}

#[test]
fn ctrl_c_leaves_at_once_whatever_is_typed() {
    let mut app = Fixture::desk().app(120, 40);
    app.press(&["b"]);
    app.type_text("12");
    app.take_asks();
    app.press(&["ctrl-c"]);
    assert_eq!(last_want(&mut app), Some(Want::Leave));
}

#[test]
fn plain_consoles_get_plain_signs() {
    let mut fixture = Fixture::desk();
    fixture.look.themes = Themes::built_in(Plain { no_colour: true, ascii: true });
    let text = fixture.app(100, 30).text();
    insta::assert_snapshot!("plain", text);
    assert!(text.is_ascii(), "{text}");
}

#[test]
fn no_colour_means_no_colour_on_any_cell() {
    let mut fixture = Fixture::of(RoleName::Admin);
    fixture.look.themes = Themes::built_in(Plain { no_colour: true, ascii: false });
    let mut app = fixture.app(120, 40);
    for keys in [&[][..], &["?"][..], &["esc", "b"][..], &["esc", "3"][..], &["4"][..], &["!"][..]]
    {
        app.press(keys);
        assert!(!app.has_colour(), "{keys:?}");
    }
}

fn outcome(app: &mut TestApp, outcome: Outcome) {
    let Some(Ask { from, tag, .. }) = app.take_asks().pop() else { panic!("an ask") };
    let result = Box::new(Ok(Reply::Outcome(outcome)));
    app.send(Msg::Reply { to: from, tag, result });
}

#[test]
fn what_was_done_is_said_with_whom_it_was_done_to() {
    for (line, outcome_of, words) in [
        ("user on viewer", Outcome::Unchanged, "Nothing changed: viewer is switched on already"),
        ("user off viewer", Outcome::Done, "viewer is switched off"),
        ("grant Growth viewer trade", Outcome::Done, "viewer has 'trade' access to Growth now"),
        ("grant Growth viewer none", Outcome::Unchanged, "viewer has no access to Growth"),
        ("set flash off", Outcome::Done, "Flashes is off now"),
        ("portfolio edit Growth 5000", Outcome::Done, "Growth: cash 5,000.00, may go short"),
        ("portfolio new Fund shared 9", Outcome::Done, "Portfolio 'Fund' is there"),
    ] {
        let mut app = Fixture::of(RoleName::Admin).app(120, 40);
        app.press(&[":"]);
        app.type_text(line);
        app.press(&["enter"]);
        outcome(&mut app, outcome_of);
        assert!(app.text().contains(words), "{line}: {}", app.text());
    }
}

#[test]
fn a_portfolios_cash_is_changed_in_its_form() {
    let mut app = Fixture::of(RoleName::Admin).app(120, 40);
    app.press(&[":"]);
    app.type_text("portfolio edit Growth");
    app.press(&["enter"]);
    assert!(app.text().contains("Portfolio Growth"), "{}", app.text());
    app.press(&["ctrl-u"]);
    app.type_text("250,000");
    app.press(&["tab", "left", "f2"]);
    let Some(Want::Act(command)) = last_want(&mut app) else { panic!("a command") };
    let wanted = Command::EditPortfolio {
        portfolio: GROWTH,
        allocation: Some(Money::dollars(250_000)),
        may_short: false,
        version: 1,
    };
    assert_eq!(command, wanted);
}

#[test]
fn a_digit_without_a_screen_says_so() {
    let mut app = Fixture::desk().app(120, 40);
    app.press(&["5"]);
    assert!(app.text().contains("Screen 5 will be Admin"), "{}", app.text());
    app.press(&["9"]);
    assert!(app.text().contains("There is no screen 9: 1 to 4 are there"), "{}", app.text());
}

#[test]
fn a_locked_screen_hides_the_books() {
    let mut app = Fixture::desk().app(120, 40);
    assert!(app.text().contains("Growth") && app.text().contains("AAPL"), "{}", app.text());
    app.press(&["5", ":"]);
    app.type_text("lock");
    app.press(&["enter"]);
    let text = app.text();
    assert!(text.contains("Locked"), "{text}");
    for secret in ["Growth", "AAPL", "P&L", "Screen 5"] {
        assert!(!text.contains(secret), "{secret} shows through: {text}");
    }
}

#[test]
fn the_symbol_screen_shows_the_symbol_of_the_row() {
    let mut app = Fixture::desk().app(120, 40);
    app.press(&["3"]);
    while !app.text().lines().any(|line| line.contains("▌MSFT")) {
        app.press(&["j"]);
    }
    app.press(&["4"]);
    assert!(app.text().contains("MSFT Microsoft"), "{}", app.text());
}

#[test]
fn an_empty_password_now_is_asked_for_too() {
    let mut fixture = Fixture::desk();
    fixture.view.demo = false;
    let mut app = fixture.app(120, 40);
    app.press(&[":"]);
    app.type_text("password");
    app.press(&["enter", "f2"]);
    assert!(app.text().contains("your password as it is now is needed"), "{}", app.text());
    assert!(!app.take_asks().iter().any(|ask| matches!(ask.want, Want::SetPassword { .. })));
}
