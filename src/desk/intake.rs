//! From a venue's report to what happened: doubles and disorder are normal here and change nothing.
//! Must never drop an execution: whatever the state says, a fill is booked.

use crate::bounds::{ANSWER_WAIT_MS, SILENCE_MS_MAX};
use crate::domain::entries::{Entry, EntryKind};
use crate::domain::ids::ClientOrderId;
use crate::domain::lifecycle::{Certainty, Pending, Report, ReportKind, State, Status, next};
use crate::domain::numbers::{Money, Price, Qty};
use crate::domain::orders::{Fill, Order, Side, VenueOrder};
use crate::domain::time::{MarketTime, Moment};

use super::book::Book;
use super::event::{Balance, EventKind, Filled, OrderStep};

/// Looks it takes before a replacement the venue does not know counts as refused.
const LOOKS_BEFORE_GIVING_UP: u32 = 3;

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
    case.out
}

struct Case<'a> {
    book: &'a Book,
    now: Moment,
    order: Order,
    sent: VenueOrder,
    out: Vec<EventKind>,
}

struct Execution<'a> {
    quantity: Qty,
    price: Price,
    total: Qty,
    id: &'a str,
}

impl Case<'_> {
    fn covers(&self) -> bool {
        self.sent.closing_total.is_none_or(|total| self.sent.filled >= total)
    }

    fn is_all_filled(&self) -> bool {
        self.order.filled >= self.order.draft.quantity
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
        let leaves = self.order.leaves();
        let price = self.order.draft.order_type.limit().or(self.order.draft.order_type.stop());
        if state.is_final() {
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
            ReportKind::Canceled { total } => self.close(Status::Canceled, *total),
            ReportKind::Expired { total } => self.close(Status::Expired, *total),
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
            self.sent.closing_total = Some(total);
        }
    }

    /// The venue does not know the order. For one that was never acknowledged and that a person
    /// wants canceled, that is the answer; for any other it stays unknown (reliability R9).
    fn not_found(&mut self) {
        let state = self.order.state;
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

    /// The replacement that was on its way is not to be.
    fn drop_replacement(&mut self) {
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
    fn replaced(&mut self, by: &ClientOrderId, total: Qty) {
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
    }

    fn adopt_if_newer(&mut self) {
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
    fn about_replacement(&mut self, kind: &ReportKind) {
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
    }

    /// A late report about a venue order whose place was taken: only its total still matters.
    fn about_replaced(&mut self, kind: &ReportKind) {
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

    /// Books an execution: the part of it that no fill here covers yet.
    fn fill(&mut self, execution: &Execution<'_>, at: MarketTime) {
        let fresh = self.uncovered(execution.total - execution.quantity, execution.total);
        if fresh <= Qty::ZERO || execution.price <= Price::ZERO {
            return;
        }
        let client_id = self.sent.client_id.clone();
        let side = self.order.draft.side;
        let value = fresh * execution.price;
        self.sent.filled += fresh;
        self.order.filled += fresh;
        let left = self.order.draft.quantity - self.order.filled;
        self.release(fresh, left);
        self.order.filled_value += value;
        self.close_with_fill(execution);
        self.settle();
        self.touch();
        let signed = side.signed(fresh);
        let cash = if side == Side::Buy { -value } else { value };
        let symbol = self.order.draft.symbol;
        let portfolio = self.order.portfolio;
        let schedule = self.book.schedule;
        let trade_date = schedule.trading_day(at);
        let position = self.book.position(portfolio, symbol).with(signed, cash);
        let old_cash = self.book.cash.get(&portfolio).copied().unwrap_or_default();
        let filled = Filled {
            order: self.order.clone(),
            venue_order: self.sent.clone(),
            fill: Fill {
                client_id: client_id.clone(),
                order: self.order.id,
                portfolio,
                symbol,
                side,
                quantity: fresh,
                price: execution.price,
                total: execution.total,
                execution: execution.id.to_owned(),
                at,
            },
            entry: Entry {
                account: self.order.account,
                portfolio,
                kind: EntryKind::Fill,
                symbol: Some(symbol),
                quantity: signed,
                cash,
                trade_date,
                settle_date: schedule.next_day(trade_date),
                execution: Some((client_id, execution.total)),
                user: Some(self.order.user),
                note: String::new(),
                at: self.now,
            },
            position,
            balance: Balance { portfolio, cash: old_cash + cash },
        };
        self.out.push(EventKind::Filled(Box::new(filled)));
        self.go_on();
    }

    /// Where the venue order is done and the order is not, the next part follows (an order that
    /// crosses zero goes in two), unless somebody wants it canceled or changed meanwhile.
    fn go_on(&mut self) {
        let is_part_done = self.sent.attempt == self.order.attempt
            && self.sent.status == Status::Filled
            && !self.order.state.is_final();
        if !is_part_done {
            return;
        }
        match self.order.state.pending {
            Pending::Replace => {}
            Pending::Cancel => {
                self.order.state = State::sure(Status::Canceled);
                self.changed(OrderStep::Canceled);
            }
            Pending::None => {
                let attempt = self.book.attempts_of(self.order.id) + 1;
                self.order.attempt = attempt;
                self.sent = VenueOrder {
                    client_id: ClientOrderId::of(self.order.id, attempt),
                    attempt,
                    venue_id: None,
                    status: Status::Intended,
                    quantity: self.order.leaves(),
                    filled: Qty::ZERO,
                    closing_total: None,
                    asked: None,
                    ..self.sent.clone()
                };
                self.changed(OrderStep::Continued);
            }
        }
    }

    /// The order's and the venue order's state after a fill: a closing report that waited for
    /// this execution takes effect now.
    fn close_with_fill(&mut self, execution: &Execution<'_>) {
        let kind = ReportKind::Filled {
            quantity: execution.quantity,
            price: execution.price,
            total: execution.total,
            execution: execution.id.to_owned(),
        };
        let is_current = self.sent.attempt == self.order.attempt;
        let was = self.sent.status;
        let is_done = self.sent.filled >= self.sent.quantity;
        self.order.state = next(self.order.state, &kind, self.covers(), self.is_all_filled());
        if is_done && was != Status::Replaced {
            self.sent.status = Status::Filled;
        } else if !was.is_final() {
            self.sent.status = Status::PartlyFilled;
        } else if is_current && self.covers() && !self.order.state.is_final() {
            let total = self.sent.filled;
            let closing = match was {
                Status::Expired => ReportKind::Expired { total },
                _ => ReportKind::Canceled { total },
            };
            self.order.state = next(self.order.state, &closing, true, false);
        }
    }

    /// Gives back the part of the reservation that `fresh` filled shares no longer need.
    fn release(&mut self, fresh: Qty, left: Qty) {
        if left <= Qty::ZERO {
            self.order.reserved = Money::ZERO;
        } else {
            let gone = self.order.reserved.share(fresh, fresh + left);
            self.order.reserved -= gone;
        }
    }

    /// Shares of the interval (from, to] of this venue order that no fill covers.
    fn uncovered(&self, from: Qty, to: Qty) -> Qty {
        let first = (self.sent.client_id.clone(), Qty::ZERO);
        let last = (self.sent.client_id.clone(), Qty::MAX);
        let held = self.book.fills.range(first..=last).map(|(_, fill)| fill);
        let covered: Qty = held
            .map(|fill| {
                let begin = from.max(fill.total - fill.quantity);
                let end = to.min(fill.total);
                Qty::ZERO.max(end - begin)
            })
            .sum();
        to - from - covered
    }
}

fn step_of(kind: &ReportKind, was_unknown: bool) -> OrderStep {
    match kind {
        ReportKind::Acked | ReportKind::Working if was_unknown => OrderStep::Cleared,
        ReportKind::Acked => OrderStep::Acked,
        ReportKind::Canceled { .. } => OrderStep::Canceled,
        ReportKind::Expired { .. } => OrderStep::Expired,
        ReportKind::DoneForDay => OrderStep::DoneForDay,
        ReportKind::Rejected { reason } => OrderStep::Rejected(reason.clone()),
        ReportKind::Unclear { reason } => OrderStep::Unclear(reason.clone()),
        _ => OrderStep::Working,
    }
}

#[cfg(test)]
mod tests;
