//! What a step writes down, refused commands included.
//! Must never need a disk: the store only remembers what it was given.

use std::sync::{Arc, Mutex};

use futures::FutureExt;
use futures::future::{BoxFuture, ready};

use super::{Engine, Input, Told};
use crate::bounds::{NOTE_CHARS_MAX, REASON_CHARS_MAX};
use crate::desk::command::{
    Command, EquityPoint, OrderFilter, Outcome, Page, PlaceOrder, TimelineLine,
};
use crate::desk::entropy::Entropy;
use crate::desk::event::{Door, Event, EventKind};
use crate::desk::fixture::{
    ADMIN, GROWTH, TRADER, VIEWER, actor, book, draft, limit, now, order_id,
};
use crate::desk::port::{Batch, FillsWanted, Loaded, Opening, Store};
use crate::desk::refusal::{Fault, Refusal, Rejection};
use crate::domain::ids::{ClientOrderId, CommandId, OrderId, PortfolioId, SignInId, UserId};
use crate::domain::lifecycle::{Report, ReportKind};
use crate::domain::orders::{Fill, Order, Shown, Side};

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
}

impl Bench {
    fn new() -> Self {
        let store = Arc::new(Memory::default());
        let commands = Entropy::from_number(7).split("commands");
        let engine = Engine::new(book(), Arc::clone(&store) as Arc<dyn Store>, commands);
        Self { engine, store }
    }

    fn take(&mut self, input: Input) -> Told {
        let step = self.engine.step(vec![input], now()).now_or_never();
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
        let [Event { kind: EventKind::OrderRefused { ticket, .. }, .. }] = events.as_slice() else {
            panic!("one refusal, not {events:?}");
        };
        assert_eq!(*ticket, id);
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
    bench.take(Input::SetPassword { actor: actor(ADMIN), user: ADMIN, hash });
    let ids = commands(&bench.events());
    assert!(ids[0].is_some() && !seen.contains(&ids[0]));
    let id = SignInId(uuid::Uuid::from_u128(99));
    let (login, proved) = ("admin".to_owned(), Some(ADMIN));
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
