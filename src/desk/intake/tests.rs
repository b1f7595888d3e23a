//! Reports doubled, shuffled and late end where the same reports in order end.
//! Must never accept a lost execution, an early close or a wrong position as "close enough".

use super::take_in;
use crate::desk::book::Book;
use crate::desk::event::{Cause, Door, Event, EventKind, OrderStep};
use crate::desk::fixture::{
    GROWTH, TRADER, actor, apply, book, draft, hold, later, limit, now, order_id, price, put,
    symbol, working,
};
use crate::desk::port::Errand;
use crate::domain::ids::{ClientOrderId, OrderId};
use crate::domain::lifecycle::{Certainty, Pending, Report, ReportKind, State, Status};
use crate::domain::numbers::{Money, Price, Qty};
use crate::domain::orders::{Amendment, Order, Side, VenueOrder};

mod crossing;
mod dollars;
mod legs;

fn take(book: &mut Book, report: &Report) -> usize {
    let kinds = take_in(book, now(), report);
    let taken = kinds.len();
    for kind in kinds {
        let mut sequence = book.sequence;
        sequence.0 += 1;
        let cause = Cause { user: None, sign_in: None, door: Door::Venue, command: None };
        book.apply(&Event { sequence, at: now(), account: book.account.id, cause, kind });
    }
    taken
}

fn report(order: OrderId, attempt: u32, kind: ReportKind) -> Report {
    Report {
        client_id: ClientOrderId::of(order, attempt),
        venue_id: Some(format!("v{attempt}")),
        at: now().market,
        kind,
    }
}

fn fill(order: OrderId, attempt: u32, from: i64, to: i64) -> Report {
    let kind = ReportKind::Filled {
        quantity: Qty::shares(to - from),
        price: price(&format!("{}.5", 100 + from)),
        total: Qty::shares(to),
        execution: format!("x{attempt}-{to}"),
    };
    report(order, attempt, kind)
}

/// A buy of ten, just written down.
fn intended() -> (Book, OrderId) {
    let mut book = book();
    let id = order_id(1, 0);
    let mut order = working(id, TRADER, draft(Side::Buy, 10, "AAPL", limit("200")));
    order.state = State::sure(Status::Intended);
    put(&mut book, order);
    let sent = book.venue_orders.get_mut(&ClientOrderId::of(id, 1)).unwrap();
    sent.status = Status::Intended;
    sent.venue_id = None;
    (book, id)
}

/// The same buy with an amend to twelve on its way.
fn amending() -> (Book, OrderId) {
    let (mut book, id) = intended();
    take(&mut book, &report(id, 1, ReportKind::Working));
    let mut order = book.orders[&id].clone();
    let amendment = Amendment { quantity: Some(Qty::shares(12)), ..Amendment::default() };
    order.asked = Some(amendment);
    order.state.pending = Pending::Replace;
    let venue_order = VenueOrder {
        client_id: ClientOrderId::of(id, 2),
        attempt: 2,
        venue_id: None,
        status: Status::Intended,
        quantity: Qty::shares(12),
        asked: Some(amendment),
        ..book.venue_orders[&ClientOrderId::of(id, 1)].clone()
    };
    let step = OrderStep::AmendAsked(amendment);
    let (order, venue_order) = (Box::new(order), Box::new(venue_order));
    apply(&mut book, EventKind::Order { order, venue_order, step });
    (book, id)
}

/// What must be the same whichever way the reports came.
#[derive(Debug, PartialEq)]
struct Ending {
    state: State,
    filled: Qty,
    value: Money,
    attempt: u32,
    quantity: Qty,
    reserved: Money,
    position: Qty,
    cost: Money,
    cash: Money,
    fills: Vec<(String, Qty, Qty)>,
    venue_orders: Vec<(String, Status, Qty, Option<Qty>)>,
}

fn ending(book: &Book, id: OrderId) -> Ending {
    let order: &Order = &book.orders[&id];
    let position = book.position(GROWTH, symbol("AAPL"));
    Ending {
        state: order.state,
        filled: order.filled,
        value: order.filled_value,
        attempt: order.attempt,
        quantity: order.draft.quantity,
        reserved: order.reserved,
        position: position.quantity,
        cost: position.cost,
        cash: book.cash.get(&GROWTH).copied().unwrap_or_default(),
        fills: book
            .fills
            .values()
            .map(|fill| (fill.client_id.to_string(), fill.total, fill.quantity))
            .collect(),
        venue_orders: book
            .venue_orders
            .values()
            .map(|sent| (sent.client_id.to_string(), sent.status, sent.filled, sent.closing_total))
            .collect(),
    }
}

struct Dice(u64);

impl Dice {
    fn below(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % below as u64).unwrap()
    }
}

fn disorder(history: &[Report], dice: &mut Dice) -> Vec<Report> {
    let mut reports = history.to_vec();
    for _ in 0..dice.below(history.len() + 1) {
        reports.push(history[dice.below(history.len())].clone());
    }
    for last in (1..reports.len()).rev() {
        reports.swap(last, dice.below(last + 1));
    }
    reports
}

fn histories(id: OrderId) -> Vec<Vec<Report>> {
    let total = Qty::shares;
    let one = |kind| report(id, 1, kind);
    vec![
        vec![one(ReportKind::Acked), one(ReportKind::Working), fill(id, 1, 0, 10)],
        vec![one(ReportKind::Acked), fill(id, 1, 0, 3), fill(id, 1, 3, 4), fill(id, 1, 4, 10)],
        vec![
            one(ReportKind::Working),
            fill(id, 1, 0, 3),
            fill(id, 1, 3, 7),
            one(ReportKind::Canceled { total: total(7) }),
        ],
        vec![one(ReportKind::Working), one(ReportKind::Expired { total: total(0) })],
        vec![
            one(ReportKind::Acked),
            fill(id, 1, 0, 9),
            one(ReportKind::Expired { total: total(9) }),
        ],
        vec![one(ReportKind::Rejected { reason: "no".to_owned() })],
    ]
}

#[test]
fn doubles_and_disorder_change_nothing() {
    let mut dice = Dice(0xA5A5_1234_9876_5EED);
    for at in 0..histories(order_id(1, 0)).len() {
        let (mut in_order, id) = intended();
        let history = &histories(id)[at];
        for one in history {
            take(&mut in_order, one);
        }
        let expected = ending(&in_order, id);
        assert!(expected.state.is_final(), "history {at}: {expected:?}");
        for _ in 0..600 {
            let (mut book, id) = intended();
            let reports = disorder(history, &mut dice);
            for one in &reports {
                take(&mut book, one);
            }
            assert_eq!(ending(&book, id), expected, "history {at}: {reports:#?}");
            assert_eq!(reports.iter().map(|one| take(&mut book, one)).sum::<usize>(), 0);
        }
    }
}

#[test]
fn a_replacement_ends_alike_whichever_report_comes_first() {
    let id = order_id(1, 0);
    let by = ClientOrderId::of(id, 2);
    let histories = [
        vec![
            fill(id, 1, 0, 3),
            report(id, 1, ReportKind::Replaced { by: by.clone(), total: Qty::shares(3) }),
            report(id, 2, ReportKind::Working),
            fill(id, 2, 0, 4),
            fill(id, 2, 4, 9),
        ],
        vec![
            report(id, 1, ReportKind::Replaced { by, total: Qty::ZERO }),
            report(id, 2, ReportKind::Acked),
            fill(id, 2, 0, 5),
            report(id, 2, ReportKind::Canceled { total: Qty::shares(5) }),
        ],
    ];
    let mut dice = Dice(0x0123_4567_89AB_CDEF);
    let amending = |filled| {
        let (mut book, id) = amending();
        let sent = book.venue_orders.get_mut(&ClientOrderId::of(id, 2)).unwrap();
        sent.quantity -= Qty::shares(filled);
        (book, id)
    };
    for (history, filled) in histories.into_iter().zip([3, 0]) {
        let (mut in_order, id) = amending(filled);
        for one in &history {
            take(&mut in_order, one);
        }
        let expected = ending(&in_order, id);
        assert!(expected.state.is_final() && expected.quantity == Qty::shares(12));
        for _ in 0..1_500 {
            let (mut book, id) = amending(filled);
            let reports = disorder(&history, &mut dice);
            for one in &reports {
                take(&mut book, one);
            }
            assert_eq!(ending(&book, id), expected, "{reports:#?}");
        }
    }
}

#[test]
fn a_refused_replacement_leaves_the_old_terms() {
    let (mut book, id) = amending();
    take(&mut book, &report(id, 1, ReportKind::ReplaceRejected { reason: "late".to_owned() }));
    let order = &book.orders[&id];
    assert_eq!(order.state, State::sure(Status::Working));
    assert_eq!((order.asked, order.attempt), (None, 1));
    assert_eq!(order.draft.quantity, Qty::shares(10));
    assert_eq!(order.reason.as_deref(), Some("late"));
    assert_eq!(book.venue_orders[&ClientOrderId::of(id, 2)].status, Status::Rejected);
}

#[test]
fn a_cancel_outlives_a_replacement() {
    let (mut book, id) = amending();
    book.orders.get_mut(&id).unwrap().state.pending = Pending::Cancel;
    let by = ClientOrderId::of(id, 2);
    take(&mut book, &report(id, 1, ReportKind::Replaced { by: by.clone(), total: Qty::ZERO }));
    assert_eq!(book.orders[&id].state.pending, Pending::Cancel);
    let asked = book.due(now().desk);
    assert!(asked.contains(&Errand::Cancel { client_id: by }), "{asked:?}");
}

#[test]
fn a_fill_after_a_cancel_is_booked() {
    let (mut book, id) = intended();
    let canceled = report(id, 1, ReportKind::Canceled { total: Qty::ZERO });
    take(&mut book, &canceled);
    assert_eq!(book.orders[&id].state.word(), "canceled");
    take(&mut book, &fill(id, 1, 0, 4));
    assert_eq!(book.position(GROWTH, symbol("AAPL")).quantity, Qty::shares(4));
    assert_eq!(book.orders[&id].filled, Qty::shares(4));
    assert_eq!(book.orders[&id].state.word(), "canceled");
    take(&mut book, &fill(id, 1, 4, 10));
    assert_eq!(book.orders[&id].state.word(), "filled");
}

#[test]
fn an_order_stays_unknown_until_its_fills_cover_the_total() {
    let (mut book, id) = intended();
    take(&mut book, &report(id, 1, ReportKind::Canceled { total: Qty::shares(5) }));
    assert_eq!(book.orders[&id].state.word(), "unknown");
    assert!(book.orders[&id].reserved > Money::ZERO, "what is unknown keeps its reservation");
    assert_eq!(book.due(now().desk).len(), 1, "and is looked up");
    take(&mut book, &fill(id, 1, 0, 5));
    assert_eq!(book.orders[&id].state.word(), "canceled");
    assert_eq!(book.orders[&id].reserved, Money::ZERO);
}

#[test]
fn overlapping_executions_book_each_share_once() {
    let (mut book, id) = intended();
    take(&mut book, &fill(id, 1, 2, 6));
    take(&mut book, &fill(id, 1, 0, 6));
    assert_eq!(book.position(GROWTH, symbol("AAPL")).quantity, Qty::shares(6));
    assert_eq!(book.orders[&id].filled, Qty::shares(6));
}

#[test]
fn an_aggregate_books_its_gaps_each_under_its_own_total() {
    let (mut book, id) = intended();
    take(&mut book, &fill(id, 1, 2, 5));
    take(&mut book, &fill(id, 1, 6, 7));
    assert_eq!(take(&mut book, &fill(id, 1, 0, 9)), 3);
    let totals: Vec<(Qty, Qty)> =
        book.fills.values().map(|fill| (fill.total - fill.quantity, fill.total)).collect();
    let spans = [(0, 2), (2, 5), (5, 6), (6, 7), (7, 9)];
    assert_eq!(totals, spans.map(|(from, to)| (Qty::shares(from), Qty::shares(to))));
    let position = book.position(GROWTH, symbol("AAPL"));
    assert_eq!((position.quantity, position.entries), (Qty::shares(9), 5));
    assert_eq!(book.orders[&id].filled_value, -book.cash[&GROWTH]);
    assert_eq!(position.cost, book.orders[&id].filled_value);
}

#[test]
fn an_execution_that_cannot_be_is_not_booked() {
    let (mut book, id) = intended();
    for (quantity, price, total) in [(5, 1, 4), (0, 1, 5), (5, 0, 5), (-1, 1, 5), (5, 1, i64::MAX)]
    {
        let kind = ReportKind::Filled {
            quantity: Qty::from_units(quantity),
            price: Price::cents(price),
            total: Qty::from_units(total),
            execution: String::new(),
        };
        let told = report(id, 1, kind);
        let events = take_in(&book, now(), &told);
        let is_noted = |kind: &EventKind| {
            matches!(kind, EventKind::Order { step: OrderStep::Noted(words), .. }
                if words.contains("cannot be booked"))
        };
        assert!(events.len() == 1 && is_noted(&events[0]), "it is told: {events:?}");
        assert_eq!((take(&mut book, &told), take(&mut book, &told)), (1, 0), "told once");
        assert!(book.fills.is_empty() && book.orders[&id].filled.is_zero());
    }
    // What no order here was for can be booked all the same, and is.
    take(&mut book, &fill(id, 1, 0, 2_000_000));
    assert_eq!(book.position(GROWTH, symbol("AAPL")).quantity, Qty::shares(2_000_000));
}

#[test]
fn new_terms_below_what_is_filled_leave_nothing_and_are_canceled() {
    let histories = |id| {
        let by = ClientOrderId::of(id, 2);
        let total = Qty::shares(8);
        let replaced = report(id, 1, ReportKind::Replaced { by, total });
        [[fill(id, 1, 0, 8), replaced.clone()], [replaced, fill(id, 1, 0, 8)]]
    };
    for at in 0..2 {
        let (mut book, id) = amending();
        let asked = Some(Amendment { quantity: Some(Qty::shares(6)), ..Amendment::default() });
        let by = ClientOrderId::of(id, 2);
        book.orders.get_mut(&id).unwrap().asked = asked;
        let sent = book.venue_orders.get_mut(&by).unwrap();
        (sent.asked, sent.quantity) = (asked, Qty::shares(6));
        for one in &histories(id)[at] {
            take(&mut book, one);
        }
        let order = &book.orders[&id];
        assert_eq!(order.leaves(), Qty::ZERO);
        assert_eq!(order.reserved, Money::ZERO);
        assert_eq!(order.state.word(), "pending cancel", "what still works there must end");
        let errands = book.due(now().desk);
        assert!(errands.contains(&Errand::Cancel { client_id: by }), "{errands:?}");
        take(&mut book, &report(id, 2, ReportKind::Canceled { total: Qty::ZERO }));
        assert_eq!(book.orders[&id].state.word(), "filled");
    }
}

#[test]
fn a_fill_while_an_amend_is_on_its_way_keeps_what_the_new_terms_need() {
    for side in [Side::Buy, Side::Sell] {
        let (mut book, id) = amending();
        let order = book.orders.get_mut(&id).unwrap();
        order.draft.side = side;
        order.asked = Some(Amendment { quantity: Some(Qty::shares(100)), ..Amendment::default() });
        order.reserved = Money::dollars(20_000);
        let by = ClientOrderId::of(id, 2);
        let sent = book.venue_orders.get_mut(&by).unwrap();
        (sent.asked, sent.quantity) = (book.orders[&id].asked, Qty::shares(95));
        take(&mut book, &fill(id, 1, 0, 5));
        assert_eq!(book.orders[&id].reserved, Money::dollars(19_000));
        let total = Qty::shares(5);
        take(&mut book, &report(id, 1, ReportKind::Replaced { by, total }));
        assert_eq!(book.orders[&id].leaves(), Qty::shares(95));
        assert_eq!(book.orders[&id].reserved, Money::dollars(19_000));
    }
}

/// Ten of thirty close what is held and have reserved nothing: the twenty that open have it all.
#[test]
fn a_fill_that_closes_gives_nothing_back() {
    for (side, held) in [(Side::Buy, -10), (Side::Sell, 10)] {
        let (mut book, id) = (book(), order_id(1, 0));
        hold(&mut book, GROWTH, "AAPL", held);
        let order = working(id, TRADER, draft(side, 30, "AAPL", limit("200")));
        put(&mut book, Order { reserved: Money::dollars(4_000), ..order });
        for (from, to, reserved) in [(0, 5, 4_000), (5, 10, 4_000), (10, 20, 2_000), (20, 30, 0)] {
            take(&mut book, &fill(id, 1, from, to));
            assert_eq!(book.orders[&id].reserved, Money::dollars(reserved), "{side} {to}");
        }
    }
}

#[test]
fn what_a_fill_took_is_not_there_twice() {
    let (mut book, id) = intended();
    let told = book.funds;
    let free = |book: &Book| book.funds.buying_power - book.reserved(None);
    let before = free(&book);
    take(&mut book, &fill(id, 1, 0, 10));
    let taken = book.orders[&id].filled_value;
    assert_eq!(taken, Money::dollars(1_005));
    assert_eq!(free(&book), before + Money::dollars(2_000) - taken);
    // A word that may have been on its way changes nothing, the one after it counts.
    book.take_funds(told);
    assert_eq!(free(&book), told.buying_power - taken);
    assert!(book.awaits_funds());
    book.take_funds(told);
    assert_eq!(free(&book), told.buying_power);
    assert!(!book.awaits_funds());
}

#[test]
fn only_what_a_fill_opens_is_taken_off() {
    for (held, side, taken) in [(-10, Side::Buy, 0), (-4, Side::Buy, 603), (4, Side::Sell, 621)] {
        let (mut book, id) = intended();
        crate::desk::fixture::hold(&mut book, GROWTH, "AAPL", held);
        book.orders.get_mut(&id).unwrap().draft.side = side;
        let told = book.funds.buying_power;
        take(&mut book, &fill(id, 1, 0, 10));
        let off = told - book.funds.buying_power;
        assert_eq!(off.to_cents() / 100, taken, "{held} {side}");
    }
}

#[test]
fn an_unclear_answer_is_never_a_refusal_and_waits_for_a_look_up() {
    let (mut book, id) = intended();
    take(&mut book, &report(id, 1, ReportKind::Unclear { reason: "no answer".to_owned() }));
    let order = &book.orders[&id];
    assert_eq!(order.state.certainty, Certainty::Unknown);
    assert_eq!(order.state.word(), "unknown");
    assert!(order.due.is_some());
    take(&mut book, &report(id, 1, ReportKind::NotFound));
    assert_eq!(book.orders[&id].state.word(), "unknown");
    take(&mut book, &report(id, 1, ReportKind::Working));
    assert_eq!(book.orders[&id].state, State::sure(Status::Working));
    assert!(book.due(now().desk).is_empty(), "nobody is asked while it is known");
    assert_eq!(book.due(later(15_000).desk).len(), 1, "a long silence is not believed");
}

#[test]
fn a_report_about_nobodys_order_is_left_alone() {
    let (mut book, _) = intended();
    assert_eq!(take(&mut book, &fill(order_id(9, 0), 1, 0, 5)), 0);
    assert!(book.positions.is_empty());
    assert_eq!(actor(TRADER).user(), TRADER);
}
