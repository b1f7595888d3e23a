//! Orders across zero: their second part goes out after the first, or does not.
//! Must never be about anything else that a venue tells.

use super::{amending, fill, intended, report, take, take_in};
use crate::desk::book::Book;
use crate::desk::event::{EventKind, OrderStep};
use crate::desk::fixture::{
    GROWTH, TRADER, apply, book, draft, hold, limit, now, order_id, put, working,
};
use crate::domain::ids::ClientOrderId;
use crate::domain::lifecycle::{Pending, ReportKind};
use crate::domain::numbers::{Money, Qty};
use crate::domain::orders::Side;
use crate::domain::trading::TradingState;

#[test]
fn an_order_across_zero_goes_on_once_its_first_part_is_filled() {
    let (mut book, id) = intended();
    take(&mut book, &report(id, 1, ReportKind::Working));
    book.venue_orders.get_mut(&ClientOrderId::of(id, 1)).unwrap().quantity = Qty::shares(4);
    let kinds = take_in(&book, now(), &fill(id, 1, 0, 4));
    let next = kinds.iter().find_map(|kind| match kind {
        EventKind::Order { venue_order, step: OrderStep::Continued, .. } => Some(venue_order),
        _ => None,
    });
    let next = next.expect("the second part");
    assert_eq!((next.attempt, next.quantity), (2, Qty::shares(6)));
    assert_eq!(next.client_id, ClientOrderId::of(id, 2));
    book.orders.get_mut(&id).unwrap().state.pending = Pending::Cancel;
    take(&mut book, &fill(id, 1, 0, 4));
    assert_eq!(book.orders[&id].state.word(), "canceled", "a cancel ends it between its parts");
}

/// New terms were on their way when the first part was filled, and the venue did not take them.
#[test]
fn an_order_across_zero_goes_on_after_new_terms_that_were_not_taken() {
    let (mut book, id) = amending();
    book.venue_orders.get_mut(&ClientOrderId::of(id, 1)).unwrap().quantity = Qty::shares(4);
    take(&mut book, &fill(id, 1, 0, 4));
    assert_eq!(book.orders[&id].attempt, 1, "it waits for the answer");
    let refused = ReportKind::Rejected { reason: "no".to_owned() };
    let kinds = take_in(&book, now(), &report(id, 2, refused));
    let goes_on = |kind: &EventKind| {
        matches!(kind, EventKind::Order { venue_order, step: OrderStep::Continued, .. }
            if (venue_order.attempt, venue_order.quantity) == (3, Qty::shares(6)))
    };
    assert!(kinds.iter().any(goes_on), "{kinds:?}");
}

/// What was let pass as a whole is judged again before its second part is sent.
#[test]
fn the_second_part_is_not_sent_where_a_rule_refuses_by_then() {
    let id = order_id(1, 0);
    let first = |book: &mut Book, shares| {
        take(book, &report(id, 1, ReportKind::Working));
        let sent = book.venue_orders.get_mut(&ClientOrderId::of(id, 1)).unwrap();
        sent.quantity = Qty::shares(shares);
    };
    let ended = |mut book: Book, total: i64| {
        take(&mut book, &fill(id, 1, 0, total));
        let order = &book.orders[&id];
        (order.state.word(), order.reason.clone().unwrap_or_default(), order.reserved)
    };
    let (mut poor, mut closing) = (intended().0, intended().0);
    first(&mut poor, 4);
    poor.funds.buying_power = Money::ZERO;
    first(&mut closing, 4);
    let reason = "drill".to_owned();
    apply(&mut closing, EventKind::TradingSet(TradingState::ClosingOnly { reason }));
    // Fifteen of ten are sold: only after the ten is what is left a short sale.
    let mut short = book();
    hold(&mut short, GROWTH, "AAPL", 10);
    put(&mut short, working(id, TRADER, draft(Side::Sell, 15, "AAPL", limit("200"))));
    first(&mut short, 10);
    short.portfolios.get_mut(&GROWTH).unwrap().may_short = false;
    for (book, total, why) in
        [(poor, 4, "buying power"), (closing, 4, "drill"), (short, 10, "short")]
    {
        let (word, reason, reserved) = ended(book, total);
        assert_eq!(word, "canceled", "{why}: {reason}");
        assert!(reason.starts_with("Crossed zero; the rest was not sent: "), "{reason}");
        assert!(reason.contains(why), "{reason}");
        assert!(reserved.is_zero());
    }
}
