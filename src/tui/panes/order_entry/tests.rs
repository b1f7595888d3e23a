//! Amend, cancel, cancel many, flatten and the kill switch as scripts of keys, and as pictures.
//! Must never assert on more than one thing that a person would notice.

use super::cancel_many::{CancelMany, Scope};
use super::flatten::Flatten;
use super::halt::{Halt, close_only};
use super::sending::{ORDER_ID, SENT};
use super::{amend, open};
use crate::desk::command::{AmendOrder, Command, Outcome, PlaceOrder};
use crate::desk::distance::Distance;
use crate::desk::refusal::{Concern, Refusal, Rejection};
use crate::domain::ids::OrderId;
use crate::domain::numbers::{Money, Qty, Ratio};
use crate::domain::orders::{Amendment, Order, OrderType, Side, TimeInForce};
use crate::domain::roles::RoleName;
use crate::domain::trading::TradingState;
use crate::tui::action::Action;
use crate::tui::ask::{Reply, Want};
use crate::tui::ctx::Subject;
use crate::tui::effect::{Effect, Layer, Reaction};
use crate::tui::fixture::Fixture;
use crate::tui::fixture::books::{GROWTH, INCOME, OWN};
use crate::tui::fixture::market::{price, symbol};

fn sized(width: u16, height: u16) -> Fixture {
    Fixture::desk().sized(width, height)
}

fn order_of(fixture: &Fixture, symbol: &str, word: &str) -> Order {
    let mut orders = fixture.view.orders.values();
    let is_it =
        |order: &&Order| order.draft.symbol.as_str() == symbol && order.state.word() == word;
    orders.find(is_it).expect("an order of the fixture").clone()
}

fn about(order: &Order) -> Subject {
    let (portfolio, symbol) = (Some(order.portfolio), Some(order.draft.symbol));
    Subject { order: Some(order.id), portfolio, symbol }
}

fn acts(effects: impl IntoIterator<Item = Effect>) -> Vec<Command> {
    let commands = effects.into_iter().filter_map(|effect| match effect {
        Effect::Ask(_, Want::Act(command)) => Some(command),
        _ => None,
    });
    commands.collect()
}

fn press(fixture: &Fixture, layer: &mut dyn Layer, keys: &[&str]) -> Vec<Command> {
    acts(fixture.press_layer(layer, keys).into_iter().flat_map(Reaction::effects))
}

fn said(effects: Vec<Effect>) -> Vec<String> {
    let texts = effects.into_iter().filter_map(|effect| match effect {
        Effect::Toast(toast) => Some(toast.text),
        _ => None,
    });
    texts.collect()
}

fn layer(effects: Vec<Effect>) -> Box<dyn Layer> {
    let opened = effects.into_iter().find_map(|effect| match effect {
        Effect::Open(layer) => Some(layer),
        _ => None,
    });
    opened.expect("a layer opens")
}

fn number() -> OrderId {
    OrderId(uuid::Uuid::from_u128(9))
}

fn amending(fixture: &Fixture, symbol: &str, word: &str) -> Box<dyn Layer> {
    layer(amend(&order_of(fixture, symbol, word)))
}

fn amended(commands: &[Command]) -> AmendOrder {
    match commands {
        [Command::AmendOrder(amend)] => amend.clone(),
        other => panic!("one amendment, not {other:?}"),
    }
}

#[test]
fn pictures() {
    for (width, height) in [(80, 24), (120, 40)] {
        let fixture = sized(width, height);
        let mut texts = Vec::new();
        let mut layer = amending(&fixture, "NVDA", "partially filled");
        press(&fixture, layer.as_mut(), &["ctrl-u", "1", "3", "2", ".", "5"]);
        texts.push(fixture.layer_text(layer.as_ref()));
        let mut layer = amending(&fixture, "MSFT", "working");
        press(&fixture, layer.as_mut(), &["ctrl-u", "1", "e", "9", "f2"]);
        texts.push(fixture.layer_text(layer.as_ref()));
        let layer = CancelMany::new(&Scope::All, Some(symbol("AAPL")), &fixture.ctx());
        texts.push(fixture.layer_text(&layer));
        let alone = fixture.without(Side::Buy, "AAPL").without(Side::Sell, "AAPL");
        texts.push(alone.layer_text(&Flatten::new(OWN, symbol("AAPL"))));
        let fixture = sized(width, height);
        texts.push(fixture.layer_text(&Flatten::new(OWN, symbol("AAPL"))));
        texts.push(fixture.layer_text(&Halt::by(&fixture.ctx())));
        insta::assert_snapshot!(format!("layers_{width}x{height}"), texts.join("\n\n"));
    }
}

#[test]
fn an_amendment_says_only_what_changes_and_pins_the_row() {
    let fixture = sized(80, 24).without(Side::Sell, "MSFT");
    let mut layer = amending(&fixture, "MSFT", "working");
    let sent = press(&fixture, layer.as_mut(), &["-", "-", "shift-tab", "]", "f2"]);
    assert!(sent.is_empty(), "10,530 dollars: asked first");
    let amend = amended(&press(&fixture, layer.as_mut(), &["y"]));
    let amendment = Amendment {
        quantity: Some(Qty::shares(26)),
        limit: Some(price("404.98")),
        ..Amendment::default()
    };
    assert_eq!(amend.amendment, amendment);
    assert_eq!((amend.shown.version, amend.shown.last), (Some(1), Some(price("412.07"))));
}

#[test]
fn terms_that_are_the_same_are_not_sent() {
    let fixture = sized(80, 24);
    let mut layer = amending(&fixture, "MSFT", "working");
    assert!(press(&fixture, layer.as_mut(), &["f2"]).is_empty());
    assert!(fixture.layer_text(layer.as_ref()).contains("The new terms are the old ones"));
}

#[test]
fn a_row_that_changed_meanwhile_is_shown_before_anything_is_sent_again() {
    let mut fixture = sized(80, 24);
    fixture.prefs.confirm_above = Money::dollars(1_000_000);
    let order = order_of(&fixture, "NVDA", "partially filled");
    let mut layer = layer(amend(&order));
    let amend = amended(&press(&fixture, layer.as_mut(), &["ctrl-u", "1", "3", "2", "f2"]));
    assert_eq!(amend.shown.version, Some(1));
    let row = fixture.view.orders.get_mut(&order.id).expect("there");
    row.version = 2;
    row.filled = Qty::shares(70);
    let now = "partially filled, 70 filled, 30 left".to_owned();
    let refusal = Refusal::Changed { what: "order", now, wanted: "limit 132.00".to_owned() };
    layer.reply(SENT, &Err(refusal.into()), &fixture.ctx());
    let text = fixture.layer_text(layer.as_ref());
    assert!(
        text.contains("This order was changed meanwhile: partially filled, 70 filled"),
        "{text}"
    );
    assert!(text.contains("70 of 100 filled") && text.contains("132"), "{text}");
    let amend = amended(&press(&fixture, layer.as_mut(), &["f2"]));
    assert_eq!((amend.shown.version, amend.amendment.limit), (Some(2), Some(price("132"))));
}

#[test]
fn an_amendment_acknowledges_and_closes() {
    let mut fixture = sized(80, 24);
    fixture.prefs.confirm_above = Money::dollars(1_000_000);
    let mut layer = amending(&fixture, "MSFT", "working");
    press(&fixture, layer.as_mut(), &["ctrl-u", "3", "0", "0", "f2"]);
    let (beyond, base) = (Ratio(272_050), price("412.07"));
    let off = Distance { what: "limit", of: "last", base, beyond, allowed: 5 };
    let concerns = vec![Concern::FarFromMarket(off)];
    let reply = Err(Rejection::NeedsAcknowledgement(concerns.clone()));
    layer.reply(SENT, &reply, &fixture.ctx());
    let text = fixture.layer_text(layer.as_ref());
    assert!(text.contains("The limit is 27.3 % away from the last 412.07."), "{text}");
    let amend = amended(&press(&fixture, layer.as_mut(), &["y"]));
    assert_eq!(amend.acknowledged, concerns);
    let done = Ok(Reply::Outcome(Outcome::OrderIntended(amend.order)));
    let effects = layer.reply(SENT, &done, &fixture.ctx()).effects();
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Close)));
}

#[test]
fn what_waits_for_an_answer_cannot_be_amended() {
    let fixture = sized(80, 24);
    for (symbol, word) in
        [("AAPL", "sending"), ("AAPL", "pending cancel"), ("TSLA", "unknown"), ("AAPL", "filled")]
    {
        let words = said(amend(&order_of(&fixture, symbol, word)));
        assert_eq!(words, [format!("This order is {word}: it cannot be amended")]);
    }
}

#[test]
fn a_small_order_of_ones_own_is_canceled_by_one_key() {
    let fixture = sized(80, 24);
    let order = order_of(&fixture, "PLUG", "working");
    let effects = open(Action::Cancel, about(&order), &fixture.ctx()).expect("its own");
    assert_eq!(acts(effects), [Command::CancelOrder { order: order.id }]);
    let effects = open(Action::Cancel, about(&order), &fixture.ctx()).expect("its own");
    assert_eq!(said(effects), ["Cancel sent: sell 1,000 PLUG trailing stop 0.05"]);
}

#[test]
fn a_large_order_or_another_persons_asks_before_it_is_canceled() {
    let fixture = sized(80, 24);
    for (symbol, word) in [("MSFT", "working"), ("TSLA", "unknown")] {
        let order = order_of(&fixture, symbol, word);
        let effects = open(Action::Cancel, about(&order), &fixture.ctx()).expect("its own");
        let mut layer = layer(effects);
        assert!(press(&fixture, layer.as_mut(), &["enter"]).is_empty(), "no is the default");
        let sent = press(&fixture, layer.as_mut(), &["y"]);
        assert_eq!(sent, [Command::CancelOrder { order: order.id }]);
    }
}

#[test]
fn cancel_many_cancels_what_is_listed_and_nothing_else() {
    let mut fixture = sized(80, 24);
    let mut layer = CancelMany::new(&Scope::All, Some(symbol("AAPL")), &fixture.ctx());
    assert!(press(&fixture, &mut layer, &["enter"]).is_empty(), "no is the default");
    // The symbol's: two of them. A third one that comes later is not listed.
    press(&fixture, &mut layer, &["l", "l"]);
    let listed = fixture.layer_text(&layer);
    assert!(listed.contains("[AAPL]") && listed.contains("Cancel these 2 orders?"), "{listed}");
    let mut late = order_of(&fixture, "AAPL", "sending");
    late.id = number();
    fixture.view.orders.insert(late.id, late);
    layer.refresh(&fixture.ctx());
    let sent = press(&fixture, &mut layer, &["y", "y"]);
    let [Command::CancelOrders { orders }] = sent.as_slice() else {
        panic!("one command: {sent:?}")
    };
    assert_eq!(orders.len(), 2);
    assert!(!orders.contains(&number()));
}

#[test]
fn cancel_many_leaves_out_what_has_ended_and_says_what_was_left_alone() {
    let mut fixture = sized(80, 24);
    let mut layer = CancelMany::new(&Scope::Side(Side::Sell), None, &fixture.ctx());
    let order = order_of(&fixture, "PLUG", "working");
    fixture.view.orders.remove(&order.id);
    layer.refresh(&fixture.ctx());
    let sent = press(&fixture, &mut layer, &["y"]);
    assert!(matches!(sent.as_slice(), [Command::CancelOrders { orders }] if orders.len() == 3));
    let left = order_of(&fixture, "AAPL", "pending cancel").id;
    let refused = vec![(left, "This order is filled: it cannot be canceled".to_owned())];
    let reply = Ok(Reply::Outcome(Outcome::Canceling { asked: 2, refused }));
    layer.reply(0, &reply, &fixture.ctx());
    let text = fixture.layer_text(&layer);
    assert!(text.contains("2 on their way, 1 left alone:"), "{text}");
    assert!(text.contains("sell 20 AAPL limit 192.00: This order is filled"), "{text}");
}

#[test]
fn cancel_many_lists_only_what_one_may_cancel() {
    let fixture = Fixture::of(RoleName::Viewer);
    let subject = Subject::default();
    let trader = open(Action::CancelMany, subject, &Fixture::desk().ctx()).expect("its own");
    assert!(matches!(trader.as_slice(), [Effect::Open(_)]));
    let mut fixture = Fixture { view: fixture.view, ..Fixture::desk() };
    let denied = Refusal::NoAccess;
    for portfolio in [OWN, GROWTH] {
        let act = crate::domain::roles::Act::Cancel;
        fixture.view.abilities.denied_in.insert((portfolio, act), denied.clone());
    }
    let effects = open(Action::CancelMany, subject, &fixture.ctx()).expect("its own");
    assert_eq!(said(effects), ["There is no working order that you may cancel"]);
}

fn flattening(fixture: &Fixture, book: crate::domain::ids::PortfolioId, of: &str) -> Flatten {
    let mut layer = Flatten::new(book, symbol(of));
    let asked = layer.refresh(&fixture.ctx());
    assert!(matches!(asked.as_slice(), [Effect::Ask(ORDER_ID, Want::OrderId)]));
    layer.reply(ORDER_ID, &Ok(Reply::OrderId(number())), &fixture.ctx());
    layer
}

fn placed(commands: &[Command]) -> PlaceOrder {
    match commands {
        [Command::PlaceOrder(place)] => place.clone(),
        other => panic!("one order, not {other:?}"),
    }
}

#[test]
fn flatten_trades_exactly_what_is_held() {
    let fixture = sized(80, 24).without(Side::Buy, "MSFT").without(Side::Buy, "TSLA");
    let fixture = fixture.without(Side::Sell, "MSFT");
    for (book, of, side, shares) in [(OWN, "MSFT", Side::Sell, 40), (GROWTH, "TSLA", Side::Buy, 80)]
    {
        let mut layer = flattening(&fixture, book, of);
        fixture.layer_text(&layer);
        assert!(press(&fixture, &mut layer, &["enter"]).is_empty(), "no is the default");
        let place = placed(&press(&fixture, &mut layer, &["y", "y"]));
        assert_eq!((place.id, place.portfolio), (number(), book));
        let draft = &place.draft;
        assert_eq!((draft.side, draft.quantity), (side, Qty::shares(shares)));
        assert_eq!((draft.order_type, draft.time_in_force), (OrderType::Market, TimeInForce::Day));
    }
}

#[test]
fn flatten_asks_again_when_the_position_moved() {
    let mut fixture = sized(80, 24).without(Side::Buy, "AAPL").without(Side::Sell, "AAPL");
    let mut layer = flattening(&fixture, OWN, "AAPL");
    fixture.layer_text(&layer);
    let position = fixture.view.positions.get_mut(&(OWN, symbol("AAPL"))).expect("held");
    position.quantity = Qty::shares(100);
    assert!(press(&fixture, &mut layer, &["y"]).is_empty());
    let text = fixture.layer_text(&layer);
    assert!(text.contains("The position was 120 and is 100 now: answer again"), "{text}");
    assert_eq!(placed(&press(&fixture, &mut layer, &["y"])).draft.quantity, Qty::shares(100));
}

#[test]
fn flatten_shows_the_desks_words_and_stays() {
    let fixture = sized(80, 24);
    let mut layer = flattening(&fixture, OWN, "AAPL");
    press(&fixture, &mut layer, &["y"]);
    let refusal = Refusal::WouldGoShort {
        symbol: symbol("AAPL"),
        quantity: Qty::shares(120),
        free: Qty::shares(100),
    };
    layer.reply(SENT, &Err(refusal.into()), &fixture.ctx());
    let text = fixture.layer_text(&layer);
    assert!(text.contains("Selling 120 AAPL would go short: 100 free to sell"), "{text}");
    assert!(text.contains("Working sell orders hold 20 of these: cancel them first."), "{text}");
}

#[test]
fn the_kill_switch_wants_the_word_and_a_reason() {
    let fixture = Fixture::of(RoleName::Admin).sized(80, 24);
    let mut layer = Halt::by(&fixture.ctx());
    assert!(press(&fixture, &mut layer, &["h", "a", "enter"]).is_empty());
    assert!(fixture.layer_text(&layer).contains("type the word HALT, then enter"));
    press(&fixture, &mut layer, &["l", "t", "tab", "ctrl-u"]);
    assert!(press(&fixture, &mut layer, &["enter"]).is_empty());
    assert!(fixture.layer_text(&layer).contains("say why in a few words"));
    let sent = press(&fixture, &mut layer, &["f", "i", "r", "e", "enter", "enter"]);
    assert_eq!(sent, [Command::Halt { reason: "fire".to_owned() }]);
    let refused = Err(Refusal::RoleCannot { role: RoleName::Trader }.into());
    layer.reply(0, &refused, &fixture.ctx());
    assert!(fixture.layer_text(&layer).contains("Your role 'trader' cannot do this."));
    let done = Ok(Reply::Outcome(Outcome::Canceling { asked: 7, refused: Vec::new() }));
    let words = said(layer.reply(0, &done, &fixture.ctx()).effects());
    assert_eq!(words, ["Trading is halted. 7 cancels on the way."]);
}

#[test]
fn the_word_is_typed_not_pasted() {
    let fixture = Fixture::of(RoleName::Admin).sized(80, 24);
    let mut layer = Halt::by(&fixture.ctx());
    layer.paste("HALT\n", &fixture.ctx());
    assert!(press(&fixture, &mut layer, &["enter"]).is_empty());
}

#[test]
fn the_halt_is_lifted_after_a_question() {
    let mut fixture = Fixture::of(RoleName::Admin).sized(80, 24);
    fixture.view.trading = TradingState::Halted { reason: "fire".to_owned() };
    let effects = open(Action::Lift, Subject::default(), &fixture.ctx()).expect("its own");
    let mut layer = layer(effects);
    assert!(fixture.layer_text(layer.as_ref()).contains("Trading is halted: fire."));
    assert!(press(&fixture, layer.as_mut(), &["enter"]).is_empty());
    assert_eq!(press(&fixture, layer.as_mut(), &["y"]), [Command::Lift]);
}

#[test]
fn closing_only_is_asked_about_with_its_reason() {
    let mut fixture = Fixture::of(RoleName::Admin).sized(80, 24);
    let asked = |fixture: &Fixture, effects| {
        let mut layer = layer(effects);
        let text = fixture.layer_text(layer.as_ref());
        assert!(text.contains("Only orders that reduce a position are taken"), "{text}");
        assert!(press(fixture, layer.as_mut(), &["enter"]).is_empty());
        press(fixture, layer.as_mut(), &["y"])
    };
    let effects = open(Action::CloseOnly, Subject::default(), &fixture.ctx()).expect("its own");
    let sent = asked(&fixture, effects);
    assert_eq!(sent, [Command::CloseOnly { reason: "set by admin".to_owned() }]);
    let typed = close_only(Some("the feed is late".to_owned()), &fixture.ctx());
    let sent = asked(&fixture, vec![typed]);
    assert_eq!(sent, [Command::CloseOnly { reason: "the feed is late".to_owned() }]);
    fixture.view.trading = TradingState::ClosingOnly { reason: "late".to_owned() };
    let effects = open(Action::Lift, Subject::default(), &fixture.ctx()).expect("its own");
    let mut layer = layer(effects);
    assert!(fixture.layer_text(layer.as_ref()).contains("The desk is closing only: late."));
    assert_eq!(press(&fixture, layer.as_mut(), &["y"]), [Command::Lift]);
}

#[test]
fn every_layer_survives_any_size() {
    let mut fixture = Fixture::desk();
    let mut layers: Vec<Box<dyn Layer>> = vec![
        amending(&fixture, "NVDA", "partially filled"),
        Box::new(CancelMany::new(&Scope::All, None, &fixture.ctx())),
        Box::new(Flatten::new(OWN, symbol("AAPL"))),
        Box::new(Halt::by(&fixture.ctx())),
    ];
    for (width, height) in [(0, 0), (1, 1), (7, 3), (30, 5), (40, 10), (79, 23), (500, 200)] {
        fixture.area = ratatui::layout::Rect::new(0, 0, width, height);
        for layer in &mut layers {
            fixture.layer_text(layer.as_ref());
            press(&fixture, layer.as_mut(), &["down", "pgdn"]);
        }
    }
    fixture.area = ratatui::layout::Rect::new(0, 0, 30, 5);
    assert!(fixture.layer_text(layers[3].as_ref()).contains("Type HALT"));
}

#[test]
fn a_prefilled_price_is_replaced_by_what_is_typed() {
    let fixture = sized(80, 24).without(Side::Sell, "MSFT");
    let mut layer = amending(&fixture, "MSFT", "working");
    let amend = amended(&press(&fixture, layer.as_mut(), &["3", "9", "9", "f2"]));
    assert_eq!(amend.amendment.limit, Some(price("399")));
    let mut layer = amending(&fixture, "MSFT", "working");
    let amend = amended(&press(&fixture, layer.as_mut(), &["backspace", "1", "f2", "y"]));
    assert_eq!(amend.amendment.limit, Some(price("405.01")), "a key of editing keeps the text");
}

#[test]
fn marked_orders_that_are_not_ones_to_cancel_are_named_with_the_reason() {
    let mut fixture = sized(80, 24);
    let mut looked_at = order_of(&fixture, "MSFT", "working");
    looked_at.id = number();
    looked_at.portfolio = INCOME;
    fixture.view.orders.insert(looked_at.id, looked_at.clone());
    let (mine, done) =
        (order_of(&fixture, "PLUG", "working").id, order_of(&fixture, "XOM", "canceled").id);
    let marked = Scope::Marked(vec![mine, looked_at.id, done]);
    let mut layer = CancelMany::new(&marked, None, &fixture.ctx());
    let text = fixture.layer_text(&layer);
    assert!(text.contains("Cancel this order?"), "{text}");
    assert!(
        text.contains("Left alone: buy 25 MSFT limit 405.00. You have 'view' access"),
        "{text}"
    );
    assert!(text.contains("buy 50 XOM limit 110.00. It is canceled already"), "{text}");
    let sent = press(&fixture, &mut layer, &["y"]);
    assert_eq!(sent, [Command::CancelOrders { orders: vec![mine] }]);
    let layer = CancelMany::new(&Scope::Marked(vec![done]), None, &fixture.ctx());
    let text = fixture.layer_text(&layer);
    assert!(text.contains("None of the marked orders can be canceled:"), "{text}");
}

#[test]
fn a_position_that_cannot_be_closed_is_not_asked_about() {
    let mut fixture = sized(80, 24);
    fixture.view.trading = TradingState::Halted { reason: "drill".to_owned() };
    let mut layer = flattening(&fixture, GROWTH, "NVDA");
    let text = fixture.layer_text(&layer);
    assert!(text.contains("Working sell orders hold 60"), "{text}");
    assert!(!text.contains("yes, send it"), "{text}");
    assert!(press(&fixture, &mut layer, &["y"]).is_empty());
}
