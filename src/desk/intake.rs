//! From a venue's report to what happened: doubles and disorder are normal here and change nothing.
//! Must never drop an execution: whatever the state says, a fill is booked.

use crate::bounds::{ANSWER_WAIT_MS, SILENCE_MS_MAX};
use crate::domain::lifecycle::{Certainty, Pending, Report, ReportKind, Status, next};
use crate::domain::numbers::{Money, Qty};
use crate::domain::orders::{Order, Side, VenueOrder};
use crate::domain::time::Moment;

use super::book::Book;
use super::event::{EventKind, OrderStep};
use execution::Execution;

mod execution;
mod legs;
mod replacement;

/// What a report means. Empty for a foreign order, a double, or nothing new.
pub fn take_in(book: &Book, now: Moment, report: &Report) -> Vec<EventKind> {
    let Some(sent) = book.venue_orders.get(&report.client_id) else {
        tracing::info!(client_id = %report.client_id, "a report about an order of nobody here");
        return Vec::new();
    };
    let Some(order) = sent.order.and_then(|id| book.orders.get(&id)) else {
        tracing::warn!(client_id = %report.client_id, "a report about an order long done");
        return Vec::new();
    };
    let mut case = Case { book, now, order: order.clone(), sent: sent.clone(), out: Vec::new() };
    if report.venue_id.is_some() {
        case.sent.venue_id.clone_from(&report.venue_id);
    }
    if let ReportKind::Filled { quantity, price, total, execution } = &report.kind {
        case.adopt_if_newer();
        let execution =
            Execution { quantity: *quantity, price: *price, total: *total, id: execution };
        case.fill(&execution, report.at);
    } else if sent.attempt > order.attempt {
        case.about_replacement(&report.kind);
    } else if sent.attempt < order.attempt {
        case.about_replaced(&report.kind);
    } else {
        case.about_current(&report.kind);
    }
    case.end_legs();
    case.out
}

struct Case<'a> {
    book: &'a Book,
    now: Moment,
    order: Order,
    sent: VenueOrder,
    out: Vec<EventKind>,
}

impl Case<'_> {
    fn covers(&self) -> bool {
        self.sent.closing_total.is_none_or(|total| self.sent.filled >= total)
    }

    /// The venue alone knows how many shares the dollars of an order come to, and how many the
    /// other exit left for a leg: it says when all of it is filled.
    fn is_sized_by_venue(&self) -> bool {
        self.order.draft.special.dollars.is_some() || self.order.parent.is_some()
    }

    fn is_all_filled(&self) -> bool {
        self.order.filled >= self.order.draft.quantity && !self.is_sized_by_venue()
    }

    /// Writes the order and its venue order down as they are now, if anything changed.
    fn changed(&mut self, step: OrderStep) {
        let old = &self.book.orders[&self.order.id];
        let old_sent = self.book.venue_orders.get(&self.sent.client_id);
        self.settle();
        let same = old.state == self.order.state
            && old.asked == self.order.asked
            && old.attempt == self.order.attempt
            && old.reason == self.order.reason
            && old_sent == Some(&self.sent);
        if same {
            return;
        }
        self.touch();
        let order = Box::new(self.order.clone());
        let venue_order = Box::new(self.sent.clone());
        self.out.push(EventKind::Order { order, venue_order, step });
    }

    fn touch(&mut self) {
        self.order.updated = self.now;
        self.order.version += 1;
    }

    /// What follows from the state: what it reserves, and when somebody has to be asked.
    fn settle(&mut self) {
        let state = self.order.state;
        if state.status == Status::Filled && self.is_sized_by_venue() {
            self.order.draft.quantity = self.order.filled;
        }
        let leaves = self.order.leaves();
        let price = self.order.draft.order_type.limit().or(self.order.draft.order_type.stop());
        if state.is_final() || leaves.is_zero() {
            self.order.reserved = Money::ZERO;
        } else if let (Side::Buy, Some(price), Pending::None) =
            (self.order.draft.side, price, state.pending)
        {
            self.order.reserved = self.order.reserved.min(leaves * price);
        }
        if self.order.waits_for_answer() {
            let soon = self.now.desk.plus_ms(ANSWER_WAIT_MS);
            self.order.due = Some(self.order.due.map_or(soon, |due| due.min(soon)));
        } else {
            let silence = self.now.desk.plus_ms(SILENCE_MS_MAX);
            self.order.due = (!state.is_final()).then_some(silence);
            self.order.look_ups = 0;
        }
    }

    /// A report about the order's current venue order.
    fn about_current(&mut self, kind: &ReportKind) {
        let was_unknown = self.order.state.certainty == Certainty::Unknown;
        match kind {
            ReportKind::Acked | ReportKind::Working if self.sent.status == Status::Intended => {
                self.sent.status = Status::Working;
            }
            ReportKind::Working if self.sent.status == Status::Held => {
                self.sent.status = Status::Working;
            }
            ReportKind::Canceled { total } => self.close(Status::Canceled, *total),
            ReportKind::Expired { total } => self.close(Status::Expired, *total),
            ReportKind::Complete { total } => self.close(Status::Filled, *total),
            ReportKind::Rejected { reason } if !self.order.state.is_final() => {
                self.sent.status = Status::Rejected;
                self.order.reason = Some(reason.clone());
            }
            ReportKind::Replaced { by, total } => return self.replaced(by, *total),
            ReportKind::CancelRejected { reason } | ReportKind::ReplaceRejected { reason } => {
                return self.request_refused(kind, reason);
            }
            ReportKind::NotFound => return self.not_found(),
            _ => {}
        }
        let state = next(self.order.state, kind, self.covers(), self.is_all_filled());
        if state.certainty == Certainty::Unknown && !was_unknown {
            // A closing report with fills still missing, or a call whose fate is not known.
            self.order.due = Some(self.now.desk);
        }
        self.order.state = state;
        if state.is_final() && self.order.asked.is_some() {
            self.order.asked = None;
        }
        self.changed(step_of(kind, was_unknown));
    }

    fn close(&mut self, status: Status, total: Qty) {
        if self.sent.closing_total.is_none() {
            self.sent.status = status;
            self.sent.closing_total = Some(total.max(Qty::ZERO));
        }
    }

    /// The venue does not know the order. For one that was never acknowledged and that a person
    /// wants canceled, that is the answer; for any other it stays unknown (reliability R9).
    fn not_found(&mut self) {
        let state = self.order.state;
        // The venue makes a leg when it takes the order whose leg it is, whose fate is asked for.
        if self.order.parent.is_some() && state.status == Status::Held {
            return;
        }
        if self.sent.status == Status::Intended && state.pending == Pending::Cancel {
            self.close(Status::Canceled, Qty::ZERO);
            let kind = ReportKind::Canceled { total: Qty::ZERO };
            self.order.state = next(state, &kind, self.covers(), false);
            self.order.reason = Some("The venue never had it".to_owned());
            return self.changed(OrderStep::Canceled);
        }
        self.order.state = next(state, &ReportKind::NotFound, false, false);
        let words = "The venue does not know this order; cancel it to write it off".to_owned();
        self.order.reason = Some(words.clone());
        self.changed(OrderStep::Unclear(words));
    }

    fn request_refused(&mut self, kind: &ReportKind, reason: &str) {
        let had = self.order.state.pending;
        self.order.state = next(self.order.state, kind, self.covers(), self.is_all_filled());
        if had == self.order.state.pending {
            return;
        }
        self.order.reason = Some(reason.to_owned());
        let step = if had == Pending::Cancel {
            OrderStep::CancelRefused(reason.to_owned())
        } else {
            self.order.asked = None;
            OrderStep::AmendRefused(reason.to_owned())
        };
        self.changed(step);
        if had == Pending::Replace {
            self.drop_replacement();
        }
        self.go_on();
    }
}

fn step_of(kind: &ReportKind, was_unknown: bool) -> OrderStep {
    match kind {
        ReportKind::Acked | ReportKind::Working if was_unknown => OrderStep::Cleared,
        ReportKind::Acked => OrderStep::Acked,
        ReportKind::Canceled { .. } => OrderStep::Canceled,
        ReportKind::Expired { .. } => OrderStep::Expired,
        ReportKind::Complete { total } => OrderStep::Noted(format!("Complete with {total} shares")),
        ReportKind::DoneForDay => OrderStep::DoneForDay,
        ReportKind::Rejected { reason } => OrderStep::Rejected(reason.clone()),
        ReportKind::Unclear { reason } => OrderStep::Unclear(reason.clone()),
        _ => OrderStep::Working,
    }
}

#[cfg(test)]
mod tests;
