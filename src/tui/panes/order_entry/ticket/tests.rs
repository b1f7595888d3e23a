//! The ticket as scripts of keys, and as pictures.
//! Must never assert on more than one thing that a person would notice.

use super::super::sending::{ORDER_ID, SENT};
use super::Ticket;
use crate::desk::command::{Command, Outcome, PlaceOrder};
use crate::desk::refusal::{Concern, Fault, Refusal, Rejection};
use crate::domain::ids::OrderId;
use crate::domain::numbers::{Money, Qty, Ratio};
use crate::domain::orders::{OrderType, Side, TimeInForce, Trail};
use crate::domain::roles::RoleName;
use crate::domain::special::Special;
use crate::domain::symbols::Symbol;
use crate::domain::trading::TradingState;
use crate::tui::ask::{Reply, Want};
use crate::tui::effect::{Effect, Layer, Reaction, TicketStart};
use crate::tui::fixture::Fixture;
use crate::tui::fixture::books::{GROWTH, INCOME, OWN};
use crate::tui::fixture::market::{after_ms, price, symbol, tickers};

mod special;

fn start(side: Side, symbol: Option<Symbol>) -> TicketStart {
    let portfolio = Some(OWN);
    TicketStart {
        side,
        portfolio,
        symbol,
        quantity: None,
        order_type: None,
        time_in_force: None,
        special: Special::default(),
    }
}

/// A ticket for AAPL in one's own book, with its number.
fn opened(fixture: &Fixture, side: Side) -> Ticket {
    with(fixture, &start(side, Some(symbol("AAPL"))))
}

fn with(fixture: &Fixture, start: &TicketStart) -> Ticket {
    let mut ticket = Ticket::new(start, &fixture.ctx());
    let asked = wants(vec![Reaction::Mine(ticket.refresh(&fixture.ctx()))]);
    assert_eq!(asked, [(ORDER_ID, Want::OrderId)]);
    ticket.reply(ORDER_ID, &Ok(Reply::OrderId(number())), &fixture.ctx());
    assert!(ticket.refresh(&fixture.ctx()).is_empty(), "asked for once");
    ticket
}

fn number() -> OrderId {
    OrderId(uuid::Uuid::from_u128(7))
}

fn wants(reactions: Vec<Reaction>) -> Vec<(u32, Want)> {
    let effects = reactions.into_iter().flat_map(Reaction::effects);
    let asks = effects.filter_map(|effect| match effect {
        Effect::Ask(tag, want) => Some((tag, want)),
        _ => None,
    });
    asks.collect()
}

/// Presses keys; the orders that were sent come out.
fn press(fixture: &Fixture, ticket: &mut Ticket, keys: &[&str]) -> Vec<PlaceOrder> {
    let sent = wants(fixture.press_layer(ticket, keys)).into_iter().map(|(tag, want)| {
        assert_eq!(tag, SENT);
        match want {
            Want::Act(Command::PlaceOrder(place)) => place,
            other => panic!("no order: {other:?}"),
        }
    });
    sent.collect()
}

fn type_text(fixture: &Fixture, ticket: &mut Ticket, text: &str) {
    let keys: Vec<String> =
        text.chars().map(|c| if c == ' ' { "space".into() } else { c.to_string() }).collect();
    fixture.press_layer(ticket, &keys.iter().map(String::as_str).collect::<Vec<_>>());
}

fn closes(reaction: Reaction) -> bool {
    reaction.effects().iter().any(|effect| matches!(effect, Effect::Close))
}

#[test]
fn pictures() {
    for (width, height) in [(80, 24), (120, 40), (200, 60)] {
        let mut fixture = Fixture::desk().sized(width, height);
        fixture.prefs.confirm_above = Money::dollars(10_000);
        let mut ticket = opened(&fixture, Side::Buy);
        press(&fixture, &mut ticket, &["1", "0", "tab", "l", "tab"]);
        let mut texts = vec![fixture.layer_text(&ticket)];
        // A stop-limit sale with wrong fields.
        let mut ticket = opened(&fixture, Side::Sell);
        press(&fixture, &mut ticket, &["-", "5", "tab", "s", "s", "tab", "1", "e", "9", "f2"]);
        texts.push(fixture.layer_text(&ticket));
        // A symbol is looked for.
        let mut ticket = with(&fixture, &start(Side::Buy, None));
        type_text(&fixture, &mut ticket, "inc");
        texts.push(fixture.layer_text(&ticket));
        // Above the threshold: asked.
        let fixture = fixture.without(Side::Sell, "AAPL");
        let mut ticket = opened(&fixture, Side::Buy);
        press(&fixture, &mut ticket, &["2", "0", "0", "f2"]);
        texts.push(fixture.layer_text(&ticket));
        // Above the limit: refused, and not asked about.
        let mut ticket = opened(&fixture, Side::Buy);
        press(&fixture, &mut ticket, &["3", "2", "0", "f2"]);
        texts.push(fixture.layer_text(&ticket));
        insta::assert_snapshot!(format!("ticket_{width}x{height}"), texts.join("\n\n"));
    }
}

#[test]
fn a_small_order_is_sent_by_one_key_once() {
    let fixture = Fixture::desk();
    let mut ticket = opened(&fixture, Side::Buy);
    let sent = press(&fixture, &mut ticket, &["1", "0", "f2", "f2", "enter", "f2"]);
    let [place] = sent.as_slice() else { panic!("sent once, not {sent:?}") };
    assert_eq!((place.id, place.portfolio), (number(), OWN));
    assert_eq!(place.draft.quantity, Qty::shares(10));
    assert_eq!(place.draft.order_type, OrderType::Market);
    assert_eq!(place.shown.last, Some(price("187.52")));
    let done =
        ticket.reply(SENT, &Ok(Reply::Outcome(Outcome::OrderIntended(number()))), &fixture.ctx());
    assert!(closes(done));
}

#[test]
fn enter_goes_on_and_never_sends() {
    let fixture = Fixture::desk();
    let mut ticket = opened(&fixture, Side::Buy);
    let sent = press(&fixture, &mut ticket, &["5", "enter", "enter", "enter", "enter", "enter"]);
    assert!(sent.is_empty());
}

#[test]
fn a_paste_with_newlines_sends_nothing() {
    let fixture = Fixture::desk();
    let mut ticket = opened(&fixture, Side::Buy);
    let reaction = ticket.paste("10\n\n\r\ny\n", &fixture.ctx());
    assert!(wants(vec![reaction]).is_empty());
    assert_eq!(ticket.fields.text(super::kinds::QUANTITY), "10 y");
    // Nor does it answer a question.
    let fixture = fixture.without(Side::Sell, "AAPL");
    let mut ticket = opened(&fixture, Side::Buy);
    press(&fixture, &mut ticket, &["2", "0", "0", "f2"]);
    let reaction = ticket.paste("y\n", &fixture.ctx());
    assert!(wants(vec![reaction]).is_empty() && ticket.sending.question().is_some());
}

#[test]
fn a_large_order_asks_and_the_default_is_no() {
    let fixture = Fixture::desk().without(Side::Sell, "AAPL");
    let mut ticket = opened(&fixture, Side::Buy);
    assert!(press(&fixture, &mut ticket, &["2", "0", "0", "f2", "enter"]).is_empty());
    assert!(press(&fixture, &mut ticket, &["f2", "esc"]).is_empty());
    assert!(press(&fixture, &mut ticket, &["f2", "n"]).is_empty());
    let sent = press(&fixture, &mut ticket, &["f2", "y", "y"]);
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].draft.quantity, Qty::shares(200));
}

#[test]
fn what_is_refused_stays_with_the_desks_words() {
    let fixture = Fixture::desk().sized(80, 24);
    let mut ticket = opened(&fixture, Side::Buy);
    press(&fixture, &mut ticket, &["2", "0", "f2"]);
    let refusal =
        Refusal::OverLimit { value: Money::dollars(61_250), limit: Money::dollars(50_000) };
    ticket.reply(SENT, &Err(refusal.into()), &fixture.ctx());
    let text = fixture.layer_text(&ticket);
    assert!(text.contains("Trade value $61,250.00 exceeds your limit of $50,000.00"), "{text}");
    assert_eq!(ticket.fields.text(super::kinds::QUANTITY), "20");
    // Typing takes the words away; the next try goes under the same number.
    let sent = press(&fixture, &mut ticket, &["backspace", "f2"]);
    assert_eq!((sent[0].id, sent[0].draft.quantity), (number(), Qty::shares(2)));
    ticket.reply(SENT, &Err(Fault::new("The store is full").into()), &fixture.ctx());
    assert!(fixture.layer_text(&ticket).contains("The store is full"));
}

#[test]
fn concerns_are_named_and_acknowledged_under_the_same_number() {
    let fixture = Fixture::desk().sized(80, 24);
    let mut ticket = opened(&fixture, Side::Buy);
    press(&fixture, &mut ticket, &["1", "0", "f2"]);
    let moved = Concern::PriceMoved { shown: price("187.52"), now: price("199.10") };
    let concerns = vec![moved, Concern::Duplicate { seconds: 2 }];
    let reply = Err(Rejection::NeedsAcknowledgement(concerns.clone()));
    ticket.reply(SENT, &reply, &fixture.ctx());
    let text = fixture.layer_text(&ticket);
    assert!(text.contains("The price moved: you saw 187.52, it is 199.10 now."), "{text}");
    assert!(text.contains("You sent the same order 2 s ago."), "{text}");
    // The default is no, and all that was typed is still there.
    assert!(press(&fixture, &mut ticket, &["enter"]).is_empty());
    press(&fixture, &mut ticket, &["f2"]);
    ticket.reply(SENT, &reply, &fixture.ctx());
    let sent = press(&fixture, &mut ticket, &["y"]);
    assert_eq!(sent[0].id, number());
    assert_eq!(sent[0].acknowledged, concerns);
    assert_eq!(sent[0].shown.last, Some(price("199.10")), "what was shown in the question");
}

#[test]
fn what_was_drawn_is_what_was_shown() {
    let mut fixture = Fixture::desk();
    let mut ticket = opened(&fixture, Side::Buy);
    press(&fixture, &mut ticket, &["1"]);
    fixture.layer_text(&ticket);
    let mut newer = tickers()[0];
    newer.last = price("250");
    fixture.quotes.take(&[newer], fixture.look.now.desk);
    let sent = press(&fixture, &mut ticket, &["f2"]);
    assert_eq!(sent[0].shown.last, Some(price("187.52")), "not the price that nobody saw yet");
}

#[test]
fn bad_input_keeps_its_text_and_has_words_beside_it() {
    let fixture = Fixture::desk().sized(80, 24);
    for (text, why) in [
        ("-5", "no sign here"),
        ("1e9", "digits and one point"),
        ("0", "The quantity must be"),
        ("2000000", "2,000,000 shares"),
        ("😀", "digits and one point"),
    ] {
        let mut ticket = opened(&fixture, Side::Buy);
        type_text(&fixture, &mut ticket, text);
        assert!(press(&fixture, &mut ticket, &["f2"]).is_empty(), "{text}");
        let shown = fixture.layer_text(&ticket);
        assert!(shown.contains(text) && shown.contains(why), "{text}: {shown}");
    }
    let mut ticket = opened(&fixture, Side::Buy);
    assert!(press(&fixture, &mut ticket, &["f2"]).is_empty());
    assert!(fixture.layer_text(&ticket).contains("a number is needed"));
    ticket.paste(&"9".repeat(10_000), &fixture.ctx());
    assert!(fixture.layer_text(&ticket).contains("the number is too large"));
    ticket.paste("\u{1b}[31m", &fixture.ctx());
    assert!(!fixture.layer_text(&ticket).contains('\u{1b}'));
}

#[test]
fn a_wrong_symbol_is_refused_and_a_right_one_completed() {
    let fixture = Fixture::desk().sized(80, 24);
    let mut ticket = with(&fixture, &start(Side::Buy, None));
    type_text(&fixture, &mut ticket, "AAPLX");
    assert!(fixture.layer_text(&ticket).contains("Nothing here is called 'AAPLX'."));
    assert!(press(&fixture, &mut ticket, &["f2"]).is_empty());
    assert!(fixture.layer_text(&ticket).contains("AAPLX is not a tradable"));
    // By a word of the name; the second match is taken with an arrow.
    let mut ticket = with(&fixture, &start(Side::Buy, None));
    type_text(&fixture, &mut ticket, "trust");
    press(&fixture, &mut ticket, &["down", "enter", "tab", "3"]);
    let sent = press(&fixture, &mut ticket, &["f2"]);
    assert_eq!((sent[0].draft.symbol, sent[0].draft.quantity), (symbol("SPY"), Qty::shares(3)));
}

#[test]
fn every_kind_of_order_reads_its_own_prices() {
    let fixture = Fixture::desk();
    let kinds: [(&[&str], OrderType, TimeInForce); 6] = [
        (&[], OrderType::Market, TimeInForce::Day),
        (
            &["l", "tab", "ctrl-u", "1", "8", "7"],
            OrderType::Limit { limit: price("187") },
            TimeInForce::Day,
        ),
        (&["s", "tab", "1", "8", "0"], OrderType::Stop { stop: price("180") }, TimeInForce::Day),
        (
            &["s", "s", "tab", "1", "8", "0", "tab", "ctrl-u", "1", "7", "9", "tab", "g"],
            OrderType::StopLimit { stop: price("180"), limit: price("179") },
            TimeInForce::Gtc,
        ),
        (
            &["t", "tab", "1", ".", "5"],
            OrderType::TrailingStop { trail: Trail::Amount(price("1.5")) },
            TimeInForce::Day,
        ),
        (
            &["t", "t", "tab", "1", ".", "5", "%"],
            OrderType::TrailingStop { trail: Trail::Percent(Ratio(15_000)) },
            TimeInForce::Day,
        ),
    ];
    for (keys, order_type, time) in kinds {
        let mut ticket = opened(&fixture, Side::Sell);
        press(&fixture, &mut ticket, &["4", "tab"]);
        press(&fixture, &mut ticket, keys);
        let sent = press(&fixture, &mut ticket, &["f2"]);
        let [place] = sent.as_slice() else { panic!("{order_type:?}: {sent:?}") };
        assert_eq!((place.draft.order_type, place.draft.time_in_force), (order_type, time));
    }
}

#[test]
fn a_stop_is_day_or_gtc_only() {
    let fixture = Fixture::desk();
    let mut ticket = opened(&fixture, Side::Sell);
    press(
        &fixture,
        &mut ticket,
        &["4", "tab", "s", "tab", "1", "8", "0", "tab", "f", "i", "o", "c"],
    );
    let sent = press(&fixture, &mut ticket, &["f2"]);
    assert_eq!(sent[0].draft.time_in_force, TimeInForce::Day);
}

#[test]
fn the_note_has_lines_and_goes_along() {
    let fixture = Fixture::desk();
    let mut ticket = opened(&fixture, Side::Buy);
    press(&fixture, &mut ticket, &["4", "tab", "tab", "tab", "tab"]);
    type_text(&fixture, &mut ticket, "one two");
    press(&fixture, &mut ticket, &["enter", "3", "[", "-"]);
    let sent = press(&fixture, &mut ticket, &["f2"]);
    assert_eq!(sent[0].draft.note, "one two\n3[-");
}

#[test]
fn signs_nudge_quantity_and_price() {
    let fixture = Fixture::desk();
    let mut ticket = opened(&fixture, Side::Buy);
    let sent =
        press(&fixture, &mut ticket, &["2", "0", "]", "]", "[", "tab", "l", "-", "-", "+", "f2"]);
    let draft = &sent[0].draft;
    assert_eq!(draft.quantity, Qty::shares(21));
    assert_eq!(draft.order_type, OrderType::Limit { limit: price("187.51") });
}

#[test]
fn esc_closes_an_untouched_ticket_and_asks_about_a_touched_one() {
    let fixture = Fixture::desk();
    let mut ticket = opened(&fixture, Side::Buy);
    assert!(!ticket.is_dirty());
    assert!(fixture.press_layer(&mut ticket, &["esc"]).into_iter().any(closes));
    press(&fixture, &mut ticket, &["5"]);
    assert!(ticket.is_dirty());
    assert!(!fixture.press_layer(&mut ticket, &["esc", "enter"]).into_iter().any(closes));
    assert!(fixture.press_layer(&mut ticket, &["esc", "y"]).into_iter().any(closes));
}

#[test]
fn only_portfolios_with_leave_to_trade_are_offered() {
    let mut fixture = Fixture::desk();
    let mut ticket = opened(&fixture, Side::Buy);
    let sent = press(&fixture, &mut ticket, &["1", "up", "right", "f2"]);
    assert_eq!(sent[0].portfolio, GROWTH);
    let mut ticket = opened(&fixture, Side::Buy);
    let sent = press(&fixture, &mut ticket, &["1", "up", "right", "right", "f2"]);
    assert_eq!(sent[0].portfolio, OWN, "Income is only looked at");
    // Leave is taken away while the ticket is open: the reason, and nothing is sent.
    fixture.view.abilities = crate::tui::fixture::Fixture::of(RoleName::Viewer).view.abilities;
    let mut ticket = opened(&fixture, Side::Buy);
    assert!(press(&fixture, &mut ticket, &["1", "f2"]).is_empty());
    fixture.area = ratatui::layout::Rect::new(0, 0, 80, 24);
    assert!(fixture.layer_text(&ticket).contains("Your role 'viewer' cannot execute trades"));
}

#[test]
fn any_size_is_survived() {
    let mut fixture = Fixture::desk();
    let mut ticket = opened(&fixture, Side::Sell);
    press(&fixture, &mut ticket, &["-", "5", "tab", "s", "s", "f2"]);
    for (width, height) in
        [(0, 0), (1, 1), (7, 3), (20, 5), (40, 10), (60, 14), (79, 23), (500, 200)]
    {
        fixture.area = ratatui::layout::Rect::new(0, 0, width, height);
        fixture.layer_text(&ticket);
    }
}

#[test]
fn what_the_desk_would_refuse_is_said_at_once_and_never_asked_about() {
    let buy = |fixture: &Fixture, text: &str, shares, order_type| {
        let start = TicketStart {
            quantity: Some(Qty::shares(shares)),
            order_type,
            ..start(Side::Buy, Some(symbol(text)))
        };
        with(fixture, &start)
    };
    let limit = |at: &str| Some(OrderType::Limit { limit: price(at) });
    let mut halted = Fixture::desk().sized(80, 24);
    halted.view.trading = TradingState::Halted { reason: "drill".to_owned() };
    let open = Fixture::desk().sized(80, 24);
    for (fixture, text, shares, order_type, why) in [
        (&open, "AMZN", 400, None, "exceeds your limit of $50,000.00"),
        (&open, "AMZN", 200, limit("200"), "the desk allows 5 %"),
        (&open, "AAPL", 100, None, "would meet this order"),
        (&halted, "AMZN", 100, None, "Trading is halted: drill."),
    ] {
        let mut ticket = buy(fixture, text, shares, order_type);
        let shown = fixture.layer_text(&ticket);
        assert!(shown.contains(why) && shown.contains("The desk would refuse it"), "{shown}");
        assert!(!shown.contains("sends it"), "{shown}");
        assert!(press(fixture, &mut ticket, &["f2"]).is_empty(), "{why}");
        assert!(ticket.sending.question().is_none(), "{why}");
        assert!(fixture.layer_text(&ticket).contains(why), "{why}");
    }
    // The desk was asked, and keeps what was tried; a small one goes to it at once.
    let mut one = buy(&halted, "AMZN", 1, None);
    assert!(halted.layer_text(&one).contains("The desk would refuse it"));
    assert_eq!(press(&halted, &mut one, &["f2"]).len(), 1);
}

#[test]
fn a_closed_market_is_said_before_anything_is_sent() {
    let mut fixture = Fixture::desk().sized(80, 24);
    fixture.look.now = after_ms(12 * 3_600_000);
    let mut ticket = with(&fixture, &start(Side::Buy, Some(symbol("AMZN"))));
    press(&fixture, &mut ticket, &["1"]);
    let shown = fixture.layer_text(&ticket);
    assert!(shown.contains("asks first: The market is closed: the order waits"), "{shown}");
    press(&fixture, &mut ticket, &["tab", "tab", "f"]);
    let shown = fixture.layer_text(&ticket);
    assert!(shown.contains("The market is closed:"), "{shown}");
    assert!(shown.contains("The desk would refuse it"), "{shown}");
}

#[test]
fn an_order_under_a_dollar_is_refused_beside_its_quantity() {
    let fixture = Fixture::desk().sized(80, 24);
    let mut ticket = with(&fixture, &start(Side::Buy, Some(symbol("AMZN"))));
    type_text(&fixture, &mut ticket, "0.00002");
    let shown = fixture.layer_text(&ticket);
    assert!(shown.contains("0.0035672"), "{shown}");
    let row = |text: &str| shown.lines().position(|line| line.contains(text));
    let (quantity, refusal) = (row("Quantity"), row("The venue takes no"));
    assert_eq!(refusal, quantity.map(|row| row + 1), "{shown}");
}

#[test]
fn the_hint_follows_the_field_that_is_wrong_where_there_is_little_room() {
    let fixture = Fixture::desk().sized(40, 10);
    let mut ticket = opened(&fixture, Side::Buy);
    assert!(fixture.layer_text(&ticket).contains("f2 waits for Quantity"));
    press(&fixture, &mut ticket, &["f2"]);
    let shown = fixture.layer_text(&ticket);
    assert!(shown.contains("f2 sends it, once Quantity is right"), "{shown}");
}

#[test]
fn a_filled_in_field_is_replaced_by_what_is_typed() {
    let fixture = Fixture::desk();
    let quantity = Some(Qty::shares(100));
    let prefilled = TicketStart { quantity, ..start(Side::Buy, Some(symbol("AMZN"))) };
    let mut ticket = with(&fixture, &prefilled);
    press(&fixture, &mut ticket, &["7", "5"]);
    assert_eq!(ticket.fields.text(super::kinds::QUANTITY), "75");
    let mut ticket = with(&fixture, &prefilled);
    press(&fixture, &mut ticket, &["]", "5"]);
    assert_eq!(ticket.fields.text(super::kinds::QUANTITY), "1105", "a nudged one is typed on");
}

#[test]
fn a_row_that_is_only_looked_at_opens_a_ticket_in_ones_own_book() {
    let fixture = Fixture::desk();
    let looked_at =
        TicketStart { portfolio: Some(INCOME), ..start(Side::Buy, Some(symbol("JPM"))) };
    let mut ticket = with(&fixture, &looked_at);
    let sent = press(&fixture, &mut ticket, &["1", "f2"]);
    assert_eq!(sent[0].portfolio, OWN);
    let mut app = fixture.app(120, 40);
    app.press(&["1"]);
    app.type_text(":");
    app.type_text("portfolio Income");
    app.press(&["enter", "b"]);
    assert!(app.text().contains("Time in force"), "{}", app.text());
}
