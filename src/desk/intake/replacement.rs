//! A replacement and what it replaces: whichever of their reports comes first, both end alike.
//! Must never hold new terms before the venue has said, by whatever report, that they hold.

use crate::bounds::ANSWER_WAIT_MS;
use crate::domain::ids::ClientOrderId;
use crate::domain::lifecycle::{Certainty, Pending, ReportKind, Status, next};
use crate::domain::numbers::Qty;
use crate::domain::orders::{Side, VenueOrder};

use super::super::event::{EventKind, OrderStep};
use super::{Case, step_of};

/// Looks it takes before a replacement the venue does not know counts as refused.
const LOOKS_BEFORE_GIVING_UP: u32 = 3;

impl Case<'_> {
    /// The replacement that was on its way is not to be.
    pub(super) fn drop_replacement(&mut self) {
        let waiting = self.book.venue_orders.values().find(|sent| {
            sent.order == Some(self.order.id)
                && sent.attempt > self.order.attempt
                && !sent.status.is_final()
        });
        if let Some(waiting) = waiting {
            let dropped = VenueOrder { status: Status::Rejected, ..waiting.clone() };
            self.out.push(EventKind::VenueOrderChanged(dropped));
        }
    }

    /// The current venue order ended because `by` took its place.
    pub(super) fn replaced(&mut self, by: &ClientOrderId, total: Qty) {
        self.close(Status::Replaced, total);
        let missing = !self.covers();
        let old = self.sent.clone();
        let Some(new) = self.book.venue_orders.get(by).cloned() else {
            // Replaced by an order nobody here made: what it holds is not known.
            self.order.state.certainty = Certainty::Unknown;
            return self.changed(OrderStep::Unclear("Replaced outside the desk".to_owned()));
        };
        self.out.push(EventKind::VenueOrderChanged(old));
        self.sent = new;
        self.adopt();
        if missing {
            self.order.state.certainty = Certainty::Unknown;
            self.order.due = Some(self.now.desk);
        }
        self.changed(OrderStep::Amended);
    }

    /// The replacement is the current venue order now, and its terms hold.
    fn adopt(&mut self) {
        if let Some(asked) = self.sent.asked {
            self.order.draft = asked.applied_to(&self.order.draft);
        }
        let was_given_up = self.order.asked.take().is_none();
        let price = self.order.draft.order_type.limit().or(self.order.draft.order_type.stop());
        if let (true, Side::Buy, Some(price)) = (was_given_up, self.order.draft.side, price) {
            self.order.reserved = self.order.reserved.max(self.order.leaves() * price);
        }
        self.order.attempt = self.sent.attempt;
        if !self.order.state.is_final() {
            self.order.state.certainty = Certainty::Sure;
            if self.order.state.pending == Pending::Replace {
                self.order.state.pending = Pending::None;
            } else if self.order.state.pending == Pending::Cancel {
                // The cancel went to the venue order that is gone: it is asked again at once.
                self.order.due = Some(self.now.desk);
            }
        }
        if matches!(self.sent.status, Status::Intended | Status::Rejected) {
            self.sent.status = Status::Working;
        }
        if !self.order.state.is_final() {
            self.stop_surplus();
        }
    }

    pub(super) fn adopt_if_newer(&mut self) {
        if self.sent.attempt > self.order.attempt {
            let of = self.order.client_id();
            if let Some(old) = self.book.venue_orders.get(&of) {
                let old = VenueOrder { status: Status::Replaced, ..old.clone() };
                self.out.push(EventKind::VenueOrderChanged(old));
            }
            self.adopt();
        }
    }

    /// A report about a replacement before the one about what it replaces.
    pub(super) fn about_replacement(&mut self, kind: &ReportKind) {
        match kind {
            ReportKind::Rejected { reason } | ReportKind::ReplaceRejected { reason } => {
                self.replacement_refused(reason);
            }
            ReportKind::NotFound if self.order.look_ups >= LOOKS_BEFORE_GIVING_UP => {
                self.replacement_refused("The venue does not know of the new terms");
            }
            ReportKind::NotFound => {}
            ReportKind::Unclear { reason } => {
                self.order.state.certainty = Certainty::Unknown;
                self.order.due = Some(self.now.desk.plus_ms(ANSWER_WAIT_MS));
                let of = self.order.client_id();
                self.sent = self.book.venue_orders[&of].clone();
                self.changed(OrderStep::Unclear(reason.clone()));
            }
            // That it exists says that the old one was replaced.
            _ => {
                self.adopt_if_newer();
                let taken = self.sent.status.is_final();
                self.about_adopted(kind);
                if !taken && self.out.len() == 1 {
                    self.changed(OrderStep::Amended);
                }
            }
        }
    }

    fn about_adopted(&mut self, kind: &ReportKind) {
        match kind {
            ReportKind::Canceled { total } => self.close(Status::Canceled, *total),
            ReportKind::Expired { total } => self.close(Status::Expired, *total),
            _ => {}
        }
        self.order.state = next(self.order.state, kind, self.covers(), self.is_all_filled());
        let step = match kind {
            ReportKind::Canceled { .. } | ReportKind::Expired { .. } => step_of(kind, false),
            _ => OrderStep::Amended,
        };
        self.changed(step);
    }

    fn replacement_refused(&mut self, reason: &str) {
        if self.order.state.pending != Pending::Replace || self.sent.status.is_final() {
            return;
        }
        self.out.push(EventKind::VenueOrderChanged(VenueOrder {
            status: Status::Rejected,
            ..self.sent.clone()
        }));
        let of = self.order.client_id();
        self.sent = self.book.venue_orders[&of].clone();
        self.order.state.pending = Pending::None;
        self.order.state.certainty = Certainty::Sure;
        self.order.asked = None;
        self.order.reason = Some(reason.to_owned());
        self.changed(OrderStep::AmendRefused(reason.to_owned()));
        // Its first part may have been filled while the new terms were on their way.
        self.go_on();
    }

    /// A late report about a venue order whose place was taken: only its total still matters.
    pub(super) fn about_replaced(&mut self, kind: &ReportKind) {
        let total = match kind {
            ReportKind::Replaced { total, .. }
            | ReportKind::Canceled { total }
            | ReportKind::Expired { total } => *total,
            _ => return,
        };
        if self.sent.closing_total.is_none() {
            self.sent.closing_total = Some(total);
            self.sent.status = Status::Replaced;
            self.out.push(EventKind::VenueOrderChanged(self.sent.clone()));
        }
    }
}
