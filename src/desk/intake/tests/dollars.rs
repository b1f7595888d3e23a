//! An order in dollars: the venue alone says how many shares it comes to, and when it is done.
//! Must never end before the venue says so, whatever the fills add up to.

use super::{report, take};
use crate::desk::book::Book;
use crate::desk::fixture::{GROWTH, TRADER, book, draft, order_id, price, put, symbol, working};
use crate::domain::ids::OrderId;
use crate::domain::lifecycle::{Certainty, Report, ReportKind, State, Status};
use crate::domain::numbers::{Money, Qty};
use crate::domain::orders::{OrderType, Side};

fn shares(text: &str) -> Qty {
    Qty::parse(text).expect("plain")
}

/// A buy for $500, taken to come to two shares and a half.
fn bought() -> (Book, OrderId) {
    let mut book = book();
    let id = order_id(1, 0);
    let mut draft = draft(Side::Buy, 1, "AAPL", OrderType::Market);
    draft.quantity = shares("2.5");
    draft.special.dollars = Some(Money::dollars(500));
    let mut order = working(id, TRADER, draft);
    order.reserved = Money::dollars(500);
    put(&mut book, order);
    (book, id)
}

fn fill(id: OrderId, quantity: &str, total: &str) -> Report {
    let (quantity, total) = (shares(quantity), shares(total));
    let execution = format!("x{total}");
    report(id, 1, ReportKind::Filled { quantity, price: price("192"), total, execution })
}

fn complete(id: OrderId, total: &str) -> Report {
    report(id, 1, ReportKind::Complete { total: shares(total) })
}

fn is_done(book: &Book, id: OrderId) {
    let order = &book.orders[&id];
    assert_eq!(order.state, State::sure(Status::Filled));
    assert_eq!((order.filled, order.draft.quantity), (shares("2.6"), shares("2.6")));
    assert_eq!(order.reserved, Money::ZERO);
    assert_eq!(book.position(GROWTH, symbol("AAPL")).quantity, shares("2.6"));
}

#[test]
fn it_is_open_until_the_venue_says_that_it_is_complete() {
    let (mut book, id) = bought();
    take(&mut book, &fill(id, "2.5", "2.5"));
    assert_eq!(book.orders[&id].state, State::sure(Status::PartlyFilled), "as much as was thought");
    take(&mut book, &fill(id, "0.1", "2.6"));
    assert_eq!(book.orders[&id].state, State::sure(Status::PartlyFilled));
    take(&mut book, &complete(id, "2.6"));
    is_done(&book, id);
    for again in [complete(id, "2.6"), fill(id, "0.1", "2.6")] {
        assert_eq!(take(&mut book, &again), 0, "{again:?}");
    }
}

#[test]
fn a_completion_before_its_last_fill_waits_for_it() {
    let (mut book, id) = bought();
    take(&mut book, &complete(id, "2.6"));
    assert_eq!(book.orders[&id].state.certainty, Certainty::Unknown);
    take(&mut book, &fill(id, "2", "2"));
    assert!(!book.orders[&id].state.is_final());
    take(&mut book, &fill(id, "0.6", "2.6"));
    is_done(&book, id);
}
