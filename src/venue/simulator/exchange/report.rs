//! What the exchange's events and orders say to the desk: reports with the ids of the outside.
//! Must never invent: a look-up tells exactly what the events told, in their order.

use uuid::Uuid;

use crate::domain::ids::ClientOrderId;
use crate::domain::lifecycle::{Report, ReportKind};
use crate::domain::numbers::Qty;
use crate::domain::time::MarketTime;

use super::Exchange;
use super::order::{Event, EventKind, Execution, Order, Status};

const LABEL_ORDER_ID: u64 = 100;
const LABEL_EXECUTION_ID: u64 = 110;
const LABEL_LEG_ID: u64 = 120;

impl Exchange {
    /// The venue's own id of an order: made from its number.
    pub fn venue_id(&self, order: &Order) -> Uuid {
        self.uuid(order.number, LABEL_ORDER_ID)
    }
    /// The id of an execution: made from its number.
    pub fn execution_id(&self, execution: &Execution) -> Uuid {
        self.uuid(execution.number, LABEL_EXECUTION_ID)
    }
    /// The client order id that a leg is given: made from its number.
    pub(super) fn leg_id(&self, number: u64) -> ClientOrderId {
        ClientOrderId::from_outside(&self.uuid(number, LABEL_LEG_ID).to_string())
    }
    fn uuid(&self, number: u64, label: u64) -> Uuid {
        let source = self.chance.at(number);
        let high = u128::from(source.draw(label).bits());
        let low = u128::from(source.draw(label + 1).bits());
        let bytes = ((high << 64) | low).to_be_bytes();
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }

    /// An event as the desk hears it; none for what stays inside.
    pub fn report(&self, event: &Event) -> Option<Report> {
        let order = self.order(event.order);
        let kind = match event.kind {
            EventKind::Accepted => ReportKind::Acked,
            EventKind::New => ReportKind::Working,
            EventKind::Filled { execution, total } => self.execution(&execution, total),
            EventKind::Canceled => ReportKind::Canceled { total: order.filled },
            EventKind::Expired => ReportKind::Expired { total: order.filled },
            EventKind::Replaced { by } => {
                ReportKind::Replaced { by: self.order(by).client_id.clone(), total: order.filled }
            }
            EventKind::Held | EventKind::Triggered | EventKind::Trailed { .. } => return None,
        };
        Some(self.about(order, event.at, kind))
    }

    /// What an event says besides: that an order whose shares the desk does not know is complete.
    pub fn completion(&self, event: &Event) -> Option<Report> {
        let order = self.order(event.order);
        match event.kind {
            EventKind::Filled { total, .. } if total == order.quantity && is_sized_here(order) => {
                Some(self.about(order, event.at, ReportKind::Complete { total }))
            }
            _ => None,
        }
    }

    fn execution(&self, execution: &Execution, total: Qty) -> ReportKind {
        ReportKind::Filled {
            quantity: execution.quantity,
            price: execution.price,
            total,
            execution: self.execution_id(execution).to_string(),
        }
    }

    fn about(&self, order: &Order, at: MarketTime, kind: ReportKind) -> Report {
        let venue_id = Some(self.venue_id(order).to_string());
        Report { client_id: order.client_id.clone(), venue_id, at, kind }
    }

    /// All there is to know of an order, oldest first.
    pub fn story(&self, order: &Order) -> Vec<Report> {
        let mut story = vec![self.about(order, order.created, ReportKind::Acked)];
        if !matches!(order.status, Status::Accepted | Status::Held) {
            story.push(self.about(order, order.created, ReportKind::Working));
        }
        let mut total = Qty::ZERO;
        for execution in &order.executions {
            total += execution.quantity;
            story.push(self.about(order, execution.at, self.execution(execution, total)));
        }
        let total = order.filled;
        let end = match order.status {
            Status::Canceled => ReportKind::Canceled { total },
            Status::Expired => ReportKind::Expired { total },
            Status::Replaced => match &order.replaced_by {
                Some(by) => ReportKind::Replaced { by: by.as_ref().clone(), total },
                None => ReportKind::Canceled { total },
            },
            Status::Filled if is_sized_here(order) => ReportKind::Complete { total },
            Status::Accepted
            | Status::New
            | Status::PartiallyFilled
            | Status::Filled
            | Status::Held => {
                return story;
            }
        };
        story.push(self.about(order, order.updated, end));
        story
    }
}

/// True where the exchange says for how many shares an order is: what dollars come to, and what the
/// other exit of a group left.
fn is_sized_here(order: &Order) -> bool {
    order.notional().is_some() || order.parent().is_some()
}
