//! The orders of a group as the venue speaks of them: held, at work, filled, ended with the others.
//! Must never leave a leg open that can trade no more, nor end one that still can.

use super::{report, take};
use crate::desk::book::Book;
use crate::desk::fixture::{
    GROWTH, TRADER, book, draft, limit, order_id, price, put, symbol, working,
};
use crate::domain::ids::OrderId;
use crate::domain::lifecycle::{ReportKind, State, Status};
use crate::domain::numbers::{Money, Qty};
use crate::domain::orders::{Order, Side};
use crate::domain::special::{Group, LegRole, OrderClass, StopLoss};

/// A buy of ten with both exits, just taken by the venue.
fn bracket() -> (Book, OrderId) {
    let mut book = book();
    let id = order_id(1, 0);
    let mut draft = draft(Side::Buy, 10, "AAPL", limit("200"));
    draft.special.group = Group::Bracket {
        take_profit: price("205"),
        stop_loss: StopLoss { stop: price("195"), limit: None },
    };
    let mut parent = working(id, TRADER, draft.clone());
    parent.class = OrderClass::Bracket;
    parent.reserved = Money::dollars(2_000);
    put(&mut book, parent.clone());
    for (role, order_type) in draft.legs() {
        let mut leg = Order { id: id.leg(role), parent: Some(id), ..parent.clone() };
        leg.draft.side = Side::Sell;
        leg.draft.order_type = order_type;
        leg.draft.special = crate::domain::special::Special::default();
        leg.reserved = Money::ZERO;
        leg.state = State::sure(Status::Held);
        put(&mut book, leg.clone());
        book.venue_orders.get_mut(&leg.client_id()).unwrap().status = Status::Held;
    }
    (book, id)
}

fn legs(id: OrderId) -> (OrderId, OrderId) {
    (id.leg(LegRole::TakeProfit), id.leg(LegRole::StopLoss))
}

fn status(book: &Book, id: OrderId) -> Status {
    book.orders[&id].state.status
}

fn fill(id: OrderId, quantity: i64, total: i64) -> super::Report {
    let (quantity, total) = (Qty::shares(quantity), Qty::shares(total));
    let execution = format!("x{total}");
    report(id, 1, ReportKind::Filled { quantity, price: price("200"), total, execution })
}

#[test]
fn an_entry_that_ends_without_a_fill_ends_its_legs() {
    let total = Qty::ZERO;
    for end in [
        ReportKind::Canceled { total },
        ReportKind::Expired { total },
        ReportKind::Rejected { reason: "no".to_owned() },
    ] {
        let (mut book, id) = bracket();
        let (profit, loss) = legs(id);
        take(&mut book, &report(id, 1, end));
        assert_eq!(
            (status(&book, profit), status(&book, loss)),
            (Status::Canceled, Status::Canceled)
        );
        assert_eq!(book.working.ids().count(), 0);
        assert_eq!(take(&mut book, &report(profit, 1, ReportKind::Canceled { total })), 0);
    }
}

#[test]
fn the_exit_that_is_filled_closes_the_position_and_the_venue_ends_the_other() {
    let (mut book, id) = bracket();
    let (profit, loss) = legs(id);
    take(&mut book, &report(profit, 1, ReportKind::Acked));
    assert_eq!(status(&book, profit), Status::Held, "taken, and still held");
    take(&mut book, &report(profit, 1, ReportKind::NotFound));
    assert_eq!(book.orders[&profit].state, State::sure(Status::Held), "asked for too early");
    take(&mut book, &fill(id, 10, 10));
    assert_eq!((status(&book, id), status(&book, loss)), (Status::Filled, Status::Held));
    take(&mut book, &report(profit, 1, ReportKind::Working));
    assert_eq!(status(&book, profit), Status::Working);
    take(&mut book, &fill(profit, 4, 4));
    // The other exit is for six by now: it ends when the venue says that it is complete.
    take(&mut book, &report(profit, 1, ReportKind::Canceled { total: Qty::shares(4) }));
    take(&mut book, &report(loss, 1, ReportKind::Working));
    take(&mut book, &fill(loss, 6, 6));
    assert_eq!(status(&book, loss), Status::PartlyFilled);
    take(&mut book, &report(loss, 1, ReportKind::Complete { total: Qty::shares(6) }));
    assert_eq!((status(&book, profit), status(&book, loss)), (Status::Canceled, Status::Filled));
    assert_eq!(book.orders[&loss].draft.quantity, Qty::shares(6));
    assert_eq!(book.position(GROWTH, symbol("AAPL")).quantity, Qty::ZERO);
    assert_eq!(book.working.ids().count(), 0);
}
