//! Orders that belong together, from the command to what is written down and sent.
//! Must never send a leg by itself: the venue makes the legs with the order whose legs they are.

use super::{Bench, place};
use crate::desk::command::{Command, Outcome};
use crate::desk::engine::Input;
use crate::desk::fixture::{ADMIN, TRADER, actor, order_id, price};
use crate::desk::port::{Errand, Row};
use crate::domain::ids::{ClientOrderId, OrderId};
use crate::domain::lifecycle::{ReportKind, Status};
use crate::domain::numbers::Money;
use crate::domain::special::{Group, LegRole, OrderClass, StopLoss};

/// A bench on which a bracket was placed, and what that sent.
fn placed() -> (Bench, OrderId, Vec<Errand>) {
    let mut bench = Bench::new();
    let id = order_id(1, 0);
    let command = Command::PlaceOrder(bracket(id));
    let step = bench.sent(Input::Command(actor(TRADER), command));
    (bench, id, step)
}

fn bracket(id: OrderId) -> super::PlaceOrder {
    let mut place = place(id, 10, "");
    let stop_loss = StopLoss { stop: price("195"), limit: None };
    place.draft.special.group = Group::Bracket { take_profit: price("205"), stop_loss };
    place
}

#[test]
fn a_bracket_is_three_orders_one_errand_and_one_reservation() {
    let (mut bench, id, errands) = placed();
    let [Errand::Submit(ticket)] = errands.as_slice() else { panic!("{errands:?}") };
    assert_eq!(ticket.special.group.class(), OrderClass::Bracket);
    let rows = bench.written().rows;
    let orders: Vec<_> = rows
        .iter()
        .filter_map(|row| match row {
            Row::Order(order) => Some((order.id, order.parent, order.state.status, order.reserved)),
            _ => None,
        })
        .collect();
    let leg = |role| (id.leg(role), Some(id), Status::Held, Money::ZERO);
    let entry = (id, None, Status::Intended, Money::dollars(2_000));
    assert_eq!(orders, [entry, leg(LegRole::TakeProfit), leg(LegRole::StopLoss)]);
    let book = &bench.engine.book;
    assert_eq!((book.working.count_of(TRADER), book.recent.len()), (1, 1), "one decision");
    let again = bench.act(TRADER, Command::PlaceOrder(bracket(id)));
    assert_eq!(again, Ok(Outcome::OrderIntended(id)));
    assert!(bench.events().is_empty(), "the same id with the same terms is the same order");
}

#[test]
fn canceling_a_held_leg_cancels_its_group_and_a_halt_asks_once() {
    let (mut bench, id, _) = placed();
    bench.report(id, ReportKind::Working);
    let cancel = Command::CancelOrder { order: id.leg(LegRole::StopLoss) };
    let sent = bench.sent(Input::Command(actor(TRADER), cancel));
    assert_eq!(sent, [Errand::Cancel { client_id: ClientOrderId::of(id, 1) }]);
    let (mut bench, id, _) = placed();
    bench.report(id, ReportKind::Working);
    let halt = Command::Halt { reason: "drill".to_owned() };
    let sent = bench.sent(Input::Command(actor(ADMIN), halt));
    assert_eq!(sent, [Errand::Cancel { client_id: ClientOrderId::of(id, 1) }]);
}

#[test]
fn a_bracket_that_never_came_to_the_venue_can_be_written_off_as_a_whole() {
    let (mut bench, id, _) = placed();
    for asked in [id, id.leg(LegRole::TakeProfit), id.leg(LegRole::StopLoss)] {
        bench.report(asked, ReportKind::NotFound);
    }
    bench.act(TRADER, Command::CancelOrder { order: id }).unwrap();
    bench.report(id, ReportKind::NotFound);
    let open = bench.engine.book.working.ids().count();
    assert_eq!((open, bench.engine.book.reserved(None)), (0, Money::ZERO));
}
