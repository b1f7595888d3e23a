//! What a step writes down, refused commands included.
//! Must never need a disk: the store only remembers what it was given.

use std::sync::{Arc, Mutex};

use futures::FutureExt;
use futures::future::{BoxFuture, ready};

use super::{Engine, Input, Told};
use crate::bounds::{
    NOTE_CHARS_MAX, ORDERS_PER_MINUTE_MAX, ORDERS_PER_SECOND_MAX, REASON_CHARS_MAX,
    REFUSED_ORDERS_MAX,
};
use crate::desk::command::{
    AmendOrder, Attempt, Command, EquityPoint, OrderFilter, Outcome, Page, PlaceOrder, TimelineLine,
};
use crate::desk::entropy::Entropy;
use crate::desk::event::{Door, Event, EventKind};
use crate::desk::fixture::{
    ADMIN, GROWTH, TRADER, VIEWER, actor, apply_at, book, draft, later, limit, now, order_id,
    price, symbol,
};
use crate::desk::port::{Batch, Errand, FillsWanted, Loaded, Opening, Past, Row, Store};
use crate::desk::refusal::{Fault, Refusal, Rejection};
use crate::desk::watchers::view_of;
use crate::domain::ids::{ClientOrderId, CommandId, OrderId, PortfolioId, SignInId, UserId};
use crate::domain::lifecycle::{Report, ReportKind};
use crate::domain::numbers::{Money, Qty};
use crate::domain::orders::{Amendment, Fill, Order, Shown, Side};
use crate::domain::roles::{Grant, RoleName};
use crate::domain::time::Moment;
use crate::domain::trading::TradingState;

mod groups;
mod proofs;

/// Remembers every batch; holds nothing else.
#[derive(Default)]
struct Memory(Mutex<Batch>);

fn nothing<T: Send + 'static>() -> BoxFuture<'static, Result<T, Fault>> {
    ready(Err(Fault::new("Nothing is kept here"))).boxed()
}

impl Store for Memory {
    fn load(&self, _: Opening) -> BoxFuture<'_, Result<Loaded, Fault>> {
        nothing()
    }
    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<(), Fault>> {
        let mut all = self.0.lock().unwrap();
        all.events.extend(batch.events);
        all.rows.extend(batch.rows);
        ready(Ok(())).boxed()
    }
    fn find_orders(
        &self,
        _: OrderFilter,
        _: Vec<PortfolioId>,
    ) -> BoxFuture<'_, Result<Page<Order>, Fault>> {
        nothing()
    }
    fn find_fills(&self, _: FillsWanted) -> BoxFuture<'_, Result<Page<Fill>, Fault>> {
        nothing()
    }
    fn find_order(&self, _: OrderId) -> BoxFuture<'_, Result<Option<Order>, Fault>> {
        nothing()
    }
    fn find_past(&self, wanted: OrderId) -> BoxFuture<'_, Result<Option<Past>, Fault>> {
        let rows = self.0.lock().unwrap().rows.clone();
        let order = rows.iter().rev().find_map(|row| match row {
            Row::Order(order) if order.id == wanted => Some((**order).clone()),
            _ => None,
        });
        let venue_orders = rows.iter().filter_map(|row| match row {
            Row::VenueOrder(sent) if sent.order == Some(wanted) => Some((**sent).clone()),
            _ => None,
        });
        let venue_orders = venue_orders.collect();
        ready(Ok(order.map(|order| Past { order, venue_orders, fills: Vec::new() }))).boxed()
    }
    fn find_timeline(&self, _: OrderId) -> BoxFuture<'_, Result<Vec<TimelineLine>, Fault>> {
        nothing()
    }
    fn find_equity(&self, _: PortfolioId) -> BoxFuture<'_, Result<Vec<EquityPoint>, Fault>> {
        nothing()
    }
}

/// A desk at work, and what it wrote.
struct Bench {
    engine: Engine,
    store: Arc<Memory>,
    now: Moment,
}

impl Bench {
    fn new() -> Self {
        let store = Arc::new(Memory::default());
        let commands = Entropy::from_number(7).split("commands");
        let engine = Engine::new(book(), Arc::clone(&store) as Arc<dyn Store>, commands);
        Self { engine, store, now: now() }
    }

    /// Lets time pass.
    fn pass(&mut self, ms: i64) {
        self.now = Moment { desk: self.now.desk.plus_ms(ms), market: self.now.market.plus_ms(ms) };
    }

    fn take(&mut self, input: Input) -> Told {
        let step = self.engine.step(vec![input], self.now).now_or_never();
        step.unwrap().unwrap().told.pop().unwrap()
    }

    fn act(&mut self, user: UserId, command: Command) -> Result<Outcome, Rejection> {
        match self.take(Input::Command(actor(user), command)) {
            Told::Outcome(outcome) => outcome,
            other => panic!("an outcome, not {other:?}"),
        }
    }

    fn report(&mut self, order: OrderId, kind: ReportKind) {
        let client_id = ClientOrderId::of(order, 1);
        let report = Report { client_id, venue_id: None, at: now().market, kind };
        self.take(Input::Report(report));
    }

    /// Takes something in; what it sends to the venue comes out.
    fn sent(&mut self, input: Input) -> Vec<Errand> {
        self.engine.step(vec![input], now()).now_or_never().unwrap().unwrap().errands
    }

    /// Takes out what was written since the last time.
    fn written(&self) -> Batch {
        std::mem::take(&mut self.store.0.lock().unwrap())
    }

    fn events(&self) -> Vec<Event> {
        self.written().events
    }
}

fn place(id: OrderId, shares: i64, note: &str) -> PlaceOrder {
    let mut draft = draft(Side::Buy, shares, "AAPL", limit("200"));
    note.clone_into(&mut draft.note);
    PlaceOrder { id, portfolio: GROWTH, draft, shown: Shown::default(), acknowledged: Vec::new() }
}

#[test]
fn a_refused_order_s_note_is_cleaned_before_it_is_written_down() {
    let mut bench = Bench::new();
    let rude = format!("\u{1b}[31mred\u{7} {}", "x".repeat(10_000));
    // Too large for the desk, and by somebody who may not trade at all.
    for (user, shares) in [(TRADER, 2_000_000), (VIEWER, 1)] {
        let placed = place(order_id(1, 0), shares, &rude);
        bench.act(user, Command::PlaceOrder(placed)).unwrap_err();
        let text = format!("{:?}", bench.events());
        assert!(text.contains("[31mred xxx"), "{text}");
        assert!(!text.contains("\\u{1b}") && !text.contains("\\u{7}"), "{text}");
        assert!(text.len() < NOTE_CHARS_MAX + 2_000, "{} bytes", text.len());
    }
    let placed = place(order_id(1, 0), 1, &rude);
    bench.act(TRADER, Command::PlaceOrder(placed)).unwrap();
    let note = &bench.engine.book.orders[&order_id(1, 0)].draft.note;
    assert_eq!(note.chars().count(), NOTE_CHARS_MAX);
}

#[test]
fn nobody_hangs_a_line_on_another_s_order() {
    let mut bench = Bench::new();
    let id = order_id(1, 0);
    bench.act(ADMIN, Command::PlaceOrder(place(id, 5, "mine"))).unwrap();
    bench.events();
    for user in [TRADER, VIEWER] {
        let told = bench.act(user, Command::PlaceOrder(place(id, 7, "other terms")));
        if user == TRADER {
            assert_eq!(told, Err(Refusal::OrderIdReused.into()));
        }
        let events = bench.events();
        match &events[0].kind {
            EventKind::OrderRefused { ticket, order } if user == TRADER => {
                assert_eq!(*ticket, id);
                assert_ne!(order.id, id);
            }
            EventKind::OrderDenied { ticket, .. } if user == VIEWER => assert_eq!(*ticket, id),
            other => panic!("a refusal, not {other:?}"),
        }
        assert_eq!(events.len(), 1);
    }
    assert_eq!(bench.engine.book.orders[&id].user, ADMIN);
}

#[test]
fn every_event_of_a_command_holds_its_id_and_no_other_event_does() {
    let mut bench = Bench::new();
    let commands = |events: &[Event]| -> Vec<Option<CommandId>> {
        events.iter().map(|event| event.cause.command).collect()
    };
    let mut seen = Vec::new();
    let portfolio = Command::CreatePortfolio {
        name: "Third".to_owned(),
        personal: false,
        description: String::new(),
        allocation: None,
    };
    let refused = Command::PlaceOrder(place(order_id(2, 0), 2_000_000, ""));
    let placed = Command::PlaceOrder(place(order_id(1, 0), 5, ""));
    for (command, count) in [(portfolio, 2), (refused, 1), (placed, 1)] {
        drop(bench.act(ADMIN, command));
        let ids = commands(&bench.events());
        assert_eq!(ids.len(), count);
        assert!(ids.iter().all(|id| id.is_some() && *id == ids[0]), "{ids:?}");
        assert!(!seen.contains(&ids[0]), "two commands share an id");
        seen.push(ids[0]);
    }
    let hash = "hash".to_owned();
    bench.take(Input::SetPassword { actor: actor(ADMIN), login: proofs::login("admin"), hash });
    let ids = commands(&bench.events());
    assert!(ids[0].is_some() && !seen.contains(&ids[0]));
    let id = SignInId(uuid::Uuid::from_u128(99));
    let (login, proved) = ("admin".to_owned(), Some(proofs::proof("hash")));
    bench.take(Input::SignIn { id, login, proved, door: Door::Terminal });
    assert_eq!(commands(&bench.events()), [Some(CommandId(id.0))]);
    bench.report(order_id(1, 0), ReportKind::Acked);
    assert_eq!(commands(&bench.events()), [None]);
}

#[test]
fn a_venue_s_words_are_cleaned_where_they_enter() {
    let mut bench = Bench::new();
    let id = order_id(1, 0);
    bench.act(ADMIN, Command::PlaceOrder(place(id, 5, ""))).unwrap();
    let reason = format!("\u{1b}[31mno {}", "!".repeat(1_000));
    bench.report(id, ReportKind::Rejected { reason });
    let kept = bench.engine.book.orders[&id].reason.clone().unwrap();
    assert!(kept.starts_with("[31mno !!!"), "{kept}");
    assert_eq!(kept.chars().count(), REASON_CHARS_MAX);
    assert!(!format!("{:?}", bench.events()).contains("\\u{1b}"));
}

#[test]
fn a_refused_order_is_kept_and_its_ticket_is_judged_anew() {
    let mut bench = Bench::new();
    let id = order_id(1, 0);
    let command = || Command::PlaceOrder(place(id, 500, "too much"));
    let mut kept = Vec::new();
    for _ in 0..2 {
        let words = bench.act(TRADER, command()).unwrap_err().to_string();
        assert_eq!(words, "Trade value $100,000.00 exceeds your limit of $50,000.00");
        let Batch { events, rows } = bench.written();
        let [Row::Order(order)] = rows.as_slice() else { panic!("one row, not {rows:?}") };
        assert_eq!(order.state.word(), "rejected");
        assert_eq!((order.reason.as_ref(), order.user), (Some(&words), TRADER));
        assert_eq!((order.attempt, order.reserved), (0, Money::ZERO));
        assert_eq!(order.id.0, events[0].cause.command.unwrap().0);
        kept.push(order.id);
    }
    assert_ne!(kept[0], kept[1], "each try is a line of its own");
    let book = &mut bench.engine.book;
    assert!(book.orders.is_empty() && book.venue_orders.is_empty() && book.recent.is_empty());
    assert_eq!((book.working.ids().count(), book.reserved(None)), (0, Money::ZERO));
    let shown = view_of(book, &book.users[&VIEWER].clone(), now());
    assert_eq!(shown.orders.keys().copied().collect::<Vec<_>>(), kept);
    book.roles.get_mut(&RoleName::Trader).unwrap().max_trade_value = None;
    assert_eq!(bench.act(TRADER, command()), Ok(Outcome::OrderIntended(id)));
    assert_eq!(bench.act(TRADER, command()), Ok(Outcome::OrderIntended(id)));
    assert_eq!(bench.engine.book.orders.keys().collect::<Vec<_>>(), [&id]);
}

#[test]
fn what_asks_again_writes_nothing() {
    let mut bench = Bench::new();
    let mut far = place(order_id(1, 0), 1, "");
    far.draft.order_type = limit("100");
    let told = bench.act(TRADER, Command::PlaceOrder(far)).unwrap_err();
    assert!(matches!(told, Rejection::NeedsAcknowledgement(_)), "{told:?}");
    assert!(bench.events().is_empty() && bench.engine.book.refused.is_empty());
}

#[test]
fn a_refused_amend_is_a_line_of_the_order_and_nothing_else() {
    let mut bench = Bench::new();
    let id = order_id(1, 0);
    bench.act(TRADER, Command::PlaceOrder(place(id, 5, ""))).unwrap();
    bench.report(id, ReportKind::Acked);
    bench.events();
    let before = bench.engine.book.orders[&id].clone();
    let amendment = Amendment { quantity: Some(Qty::shares(500)), ..Amendment::default() };
    let shown = Shown { last: None, version: Some(before.version) };
    let amend = AmendOrder { order: id, amendment, shown, acknowledged: Vec::new() };
    let words = bench.act(TRADER, Command::AmendOrder(amend.clone())).unwrap_err().to_string();
    let Batch { events, rows } = bench.written();
    assert!(rows.is_empty(), "{rows:?}");
    assert_eq!(events.len(), 1);
    let written =
        EventKind::AmendRefused { order: id, portfolio: GROWTH, amendment, reason: words };
    assert_eq!(events[0].kind, written);
    bench.act(VIEWER, Command::AmendOrder(amend)).unwrap_err();
    assert!(bench.events().is_empty(), "nobody writes on what is not theirs to change");
    assert_eq!(bench.engine.book.orders[&id], before);
}

#[test]
fn refused_orders_never_fill_the_memory() {
    let mut bench = Bench::new();
    let first = &bench.engine.book;
    let mut view = view_of(first, &first.users[&TRADER].clone(), now());
    for _ in 0..REFUSED_ORDERS_MAX + 5 {
        bench.pass(2_000);
        bench.act(TRADER, Command::PlaceOrder(place(order_id(1, 0), 500, ""))).unwrap_err();
        for event in bench.events() {
            view.apply(&event);
        }
    }
    assert_eq!(bench.engine.book.refused.len(), REFUSED_ORDERS_MAX);
    assert_eq!(view.orders.len(), REFUSED_ORDERS_MAX);
}

#[test]
fn refusals_are_written_as_often_as_a_person_may_order() {
    let mut bench = Bench::new();
    let (amend, denied) = (order_id(1, 0), order_id(9, 0));
    bench.act(TRADER, Command::PlaceOrder(place(amend, 5, ""))).unwrap();
    bench.events();
    let mut refused = |user: UserId, command: Command| {
        let why = bench.act(user, command).unwrap_err();
        (matches!(why, Rejection::Refused(Refusal::TooFast { .. })), bench.events().len())
    };
    let large = |id| Command::PlaceOrder(place(id, 2_000_000, ""));
    for _ in 0..ORDERS_PER_MINUTE_MAX {
        assert_eq!(refused(TRADER, large(denied)), (false, 1));
        assert_eq!(refused(VIEWER, large(denied)), (false, 1));
    }
    for user in [TRADER, VIEWER] {
        assert_eq!(refused(user, large(denied)), (true, 0), "no more is written");
    }
    assert_eq!(refused(ADMIN, large(denied)), (false, 1), "another's refusals are their own");
    bench.pass(60_000);
    assert_eq!(refused_once(&mut bench, large(denied)), 1, "a minute later it begins anew");
}

fn refused_once(bench: &mut Bench, command: Command) -> usize {
    bench.act(TRADER, command).unwrap_err();
    bench.events().len()
}

#[test]
fn a_judged_order_is_written_where_it_is_refused_and_else_does_nothing() {
    let mut bench = Bench::new();
    let judge = |shares| Command::Judge(Attempt::Order(place(order_id(1, 0), shares, "")));
    assert_eq!(bench.act(TRADER, judge(5)), Ok(Outcome::Done));
    assert!(bench.events().is_empty() && bench.engine.book.orders.is_empty());
    bench.act(TRADER, judge(2_000_000)).unwrap_err();
    let events = bench.events();
    assert!(matches!(&events[..], [Event { kind: EventKind::OrderRefused { .. }, .. }]));
    bench.act(VIEWER, judge(5)).unwrap_err();
    let events = bench.events();
    assert!(matches!(&events[..], [Event { kind: EventKind::OrderDenied { .. }, .. }]));
}

#[test]
fn a_halt_cancels_what_works_and_closing_only_leaves_it() {
    let mut bench = Bench::new();
    let id = order_id(1, 0);
    bench.act(TRADER, Command::PlaceOrder(place(id, 5, ""))).unwrap();
    bench.report(id, ReportKind::Acked);
    let reason = || "\u{1b}drill".to_owned();
    let refused = bench.act(TRADER, Command::CloseOnly { reason: reason() });
    assert_eq!(refused, Err(Refusal::RoleCannot { role: RoleName::Trader }.into()));
    assert_eq!(bench.act(ADMIN, Command::CloseOnly { reason: reason() }), Ok(Outcome::TradingSet));
    let book = &bench.engine.book;
    assert_eq!(book.trading, TradingState::ClosingOnly { reason: "drill".to_owned() });
    assert_eq!(book.orders[&id].state.word(), "working");
    let told = bench.act(ADMIN, Command::Halt { reason: reason() });
    assert_eq!(told, Ok(Outcome::Canceling { asked: 1, refused: Vec::new() }));
    assert_eq!(bench.engine.book.orders[&id].state.word(), "pending cancel");
    bench.act(TRADER, Command::CancelOrder { order: id }).unwrap();
    bench.written();
    bench.act(ADMIN, Command::Lift).unwrap();
    assert_eq!(bench.written().rows, [Row::Trading(TradingState::Active)]);
    assert_eq!(bench.act(ADMIN, Command::Lift), Ok(Outcome::TradingSet));
    assert!(bench.events().is_empty(), "it is so already");
}

#[test]
fn a_fill_of_an_order_long_forgotten_is_booked() {
    let mut bench = Bench::new();
    let id = order_id(1, 0);
    bench.act(ADMIN, Command::PlaceOrder(place(id, 5, ""))).unwrap();
    bench.report(id, ReportKind::Canceled { total: Qty::ZERO });
    let date = jiff::civil::date(2026, 10, 29);
    let close = EventKind::DayMarked { date, marks: Vec::new() };
    apply_at(&mut bench.engine.book, later(13 * 3_600_000), close);
    assert!(bench.engine.book.orders.is_empty() && bench.engine.book.venue_orders.is_empty());
    let fill = || ReportKind::Filled {
        quantity: Qty::shares(4),
        price: price("200"),
        total: Qty::shares(4),
        execution: "late".to_owned(),
    };
    bench.report(id, fill());
    let held = |bench: &Bench| bench.engine.book.position(GROWTH, symbol("AAPL")).quantity;
    assert_eq!(held(&bench), Qty::shares(4));
    assert_eq!(bench.engine.book.orders[&id].state.word(), "canceled");
    let (lines, open) = (bench.engine.book.sequence, bench.engine.book.working.ids().count());
    assert_eq!(open, 0);
    bench.report(id, fill());
    bench.report(order_id(2, 0), fill());
    assert_eq!((held(&bench), bench.engine.book.sequence), (Qty::shares(4), lines));
}

#[test]
fn a_client_order_id_names_its_order_only_as_the_desk_writes_it() {
    let id = order_id(1, 0);
    for attempt in [1, 2, 30] {
        assert_eq!(ClientOrderId::of(id, attempt).order(), Some(id));
    }
    let rest = ["-1", "-02", "-x", "2", "-"];
    let others = rest.map(|rest| format!("{id}{rest}")).into_iter().chain(["web-7".to_owned()]);
    for other in others {
        assert_eq!(ClientOrderId::from_outside(&other).order(), None, "{other}");
    }
}

#[test]
fn the_loser_of_a_race_is_shown_both_values() {
    let mut bench = Bench::new();
    let grant =
        |grant, version| Command::SetGrant { portfolio: GROWTH, user: VIEWER, grant, version };
    // Two admins saw the same row: the second is told what the first made of it.
    assert_eq!(bench.act(ADMIN, grant(Some(Grant::Trade), 1)), Ok(Outcome::Done));
    let words = bench.act(ADMIN, grant(None, 1)).unwrap_err().to_string();
    let expected = "This grant was changed meanwhile: viewer has 'trade' to Growth; you wanted \
                    no access. Look again and decide again.";
    assert_eq!(words, expected);
    // What was taken away and given again is another thing than it was.
    assert_eq!(bench.act(ADMIN, grant(None, 2)), Ok(Outcome::Done));
    assert!(bench.act(VIEWER, Command::Lift).is_err());
    assert_eq!(bench.act(ADMIN, grant(Some(Grant::View), 3)), Ok(Outcome::Done));
    assert!(bench.act(ADMIN, grant(Some(Grant::Trade), 2)).is_err());
    assert_eq!(bench.engine.book.grants[&(GROWTH, VIEWER)].version, 4);
    assert_eq!(bench.act(ADMIN, grant(Some(Grant::View), 1)), Ok(Outcome::Unchanged), "it is so");

    let save = |value: &str, version| {
        let (name, value) = ("theme".to_owned(), value.to_owned());
        Command::SaveSetting { name, value, version }
    };
    assert_eq!(bench.act(TRADER, save("dark", 0)), Ok(Outcome::Done));
    let words = bench.act(TRADER, save("light", 0)).unwrap_err().to_string();
    let expected = "This setting was changed meanwhile: theme is 'dark'; you wanted 'light'. \
                    Look again and decide again.";
    assert_eq!(words, expected);
    assert_eq!(bench.act(TRADER, save("light", 1)), Ok(Outcome::Done));
    let words = bench.act(TRADER, save("mono", 3)).unwrap_err().to_string();
    assert!(words.contains("theme is 'light'; you wanted 'mono'"), "{words}");
}

#[test]
fn a_cancel_on_its_way_is_not_asked_again() {
    let mut bench = Bench::new();
    let id = order_id(1, 0);
    bench.act(TRADER, Command::PlaceOrder(place(id, 5, ""))).unwrap();
    bench.report(id, ReportKind::Acked);
    let on_its_way = Ok(Outcome::Canceling { asked: 1, refused: Vec::new() });
    assert_eq!(bench.act(TRADER, Command::CancelOrder { order: id }), on_its_way);
    bench.written();
    for command in [
        Command::CancelOrder { order: id },
        Command::CancelOrders { orders: vec![id] },
        Command::CancelOrder { order: id },
    ] {
        assert_eq!(bench.act(TRADER, command), on_its_way);
        assert!(bench.events().is_empty());
    }
}

#[test]
fn an_amend_counts_as_an_order_does() {
    let mut bench = Bench::new();
    let most = ORDERS_PER_SECOND_MAX;
    let id = |number: usize| order_id(u8::try_from(number).unwrap(), 0);
    let shares = |number: usize| i64::try_from(number).unwrap();
    for number in 1..most {
        bench.act(ADMIN, Command::PlaceOrder(place(id(number), shares(number), ""))).unwrap();
    }
    bench.report(id(1), ReportKind::Acked);
    bench.report(id(2), ReportKind::Acked);
    let amend = |number| {
        let amendment = Amendment { quantity: Some(Qty::shares(90)), ..Amendment::default() };
        let (order, shown) = (id(number), Shown::default());
        Command::AmendOrder(AmendOrder { order, amendment, shown, acknowledged: Vec::new() })
    };
    bench.act(ADMIN, amend(1)).expect("one is left");
    let too_fast = Err(Refusal::TooFast { orders: most, seconds: 1, max: most }.into());
    assert_eq!(bench.act(ADMIN, amend(2)), too_fast);
    let placed = Command::PlaceOrder(place(id(most), 50, ""));
    assert_eq!(bench.act(ADMIN, placed), too_fast);
}
