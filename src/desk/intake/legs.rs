//! The legs of an order that ended without a fill: nothing is left for them to leave.
//! Must never end a leg that could still be at work: the venue speaks of those itself.

use crate::domain::lifecycle::{State, Status};
use crate::domain::numbers::Qty;
use crate::domain::orders::{Order, VenueOrder};
use crate::domain::special::OrderClass;

use super::super::event::{EventKind, OrderStep};
use super::Case;

impl Case<'_> {
    /// Ends the legs that are held for this order, where it has just ended and nothing of it was
    /// filled. An oco is itself an exit: where it ends the other one may be at work.
    pub(super) fn end_legs(&mut self) {
        let status = self.order.state.status;
        let is_over = match status {
            Status::Rejected => true,
            Status::Canceled | Status::Expired => self.order.class != OrderClass::Oco,
            _ => false,
        };
        if self.out.is_empty() || !is_over || !self.order.filled.is_zero() {
            return;
        }
        let (book, now) = (self.book, self.now);
        let legs = self.order.draft.legs().filter_map(|(role, _)| {
            let leg = book.orders.get(&self.order.id.leg(role))?;
            let sent = book.venue_orders.get(&leg.client_id())?;
            let order = Order {
                state: State::sure(Status::Canceled),
                due: None,
                updated: now,
                version: leg.version + 1,
                reason: Some("The order whose leg it is has ended".to_owned()),
                ..leg.clone()
            };
            let closing_total = Some(sent.closing_total.unwrap_or(Qty::ZERO));
            let sent = VenueOrder { status: Status::Canceled, closing_total, ..sent.clone() };
            let is_held = leg.state.status == Status::Held;
            is_held.then(|| EventKind::Order {
                order: Box::new(order),
                venue_order: Box::new(sent),
                step: OrderStep::Canceled,
            })
        });
        let legs: Vec<EventKind> = legs.collect();
        self.out.extend(legs);
    }
}
