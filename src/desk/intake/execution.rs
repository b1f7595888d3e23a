//! Executions: which shares of one are new, and everything that booking them changes.
//! Must never book a share twice, nor trust a figure that no order here can have.

use crate::bounds::EXECUTION_SHARES_MAX;
use crate::domain::entries::{Entry, EntryKind};
use crate::domain::ids::ClientOrderId;
use crate::domain::lifecycle::{Pending, ReportKind, State, Status, next};
use crate::domain::numbers::{Money, Price, Qty};
use crate::domain::orders::{Fill, Shown, Side, VenueOrder};
use crate::domain::positions::Position;
use crate::domain::time::MarketTime;

use super::super::event::{Balance, EventKind, Filled, OrderStep};
use super::super::refusal::Refusal;
use super::super::risk;
use super::super::risk::following::may_follow;
use super::Case;

/// What a report says of an execution.
pub(super) struct Execution<'a> {
    pub quantity: Qty,
    pub price: Price,
    pub total: Qty,
    pub id: &'a str,
}

impl Execution<'_> {
    /// True where it can be booked, whatever the order was for. What cannot be is told on the
    /// order: a figure beyond every bound would only stop the desk.
    fn is_possible(&self) -> bool {
        Qty::ZERO < self.quantity
            && self.quantity <= self.total
            && self.total <= Qty::shares(EXECUTION_SHARES_MAX)
            && Price::ZERO < self.price
    }
}

impl Case<'_> {
    /// Books what no fill here covers yet of an execution: each gap by itself, under the total
    /// at its own end, so that no fill ever takes another's key.
    pub(super) fn fill(&mut self, execution: &Execution<'_>, at: MarketTime) {
        if !execution.is_possible() {
            return self.note_impossible(execution);
        }
        let gaps = self.gaps(execution.total - execution.quantity, execution.total);
        let is_new = !gaps.is_empty();
        for (from, to) in gaps {
            let part = Execution { quantity: to - from, total: to, ..*execution };
            self.book_part(&part, at);
        }
        if is_new {
            self.go_on();
        }
    }

    /// Tells on the order, once, of an execution that cannot be booked: a person has to ask.
    fn note_impossible(&mut self, execution: &Execution<'_>) {
        let (client_id, id) = (&self.sent.client_id, execution.id);
        tracing::error!(%client_id, id, "the venue told of an execution that cannot be");
        let (quantity, price, total) = (execution.quantity, execution.price, execution.total);
        let words = format!(
            "The venue told of an execution that cannot be booked ({quantity} at {price}, {total} \
             in all): ask the venue, and compare the position"
        );
        if self.order.reason.as_ref() != Some(&words) {
            self.order.reason = Some(words.clone());
            self.changed(OrderStep::Noted(words));
        }
    }

    /// The position and the cash as they are after what this report has already led to.
    fn books(&self) -> (Position, Money) {
        let booked = self.out.iter().rev().find_map(|kind| match kind {
            EventKind::Filled(filled) => Some((filled.position, filled.balance.cash)),
            _ => None,
        });
        booked.unwrap_or_else(|| {
            let portfolio = self.order.portfolio;
            let position = self.book.position(portfolio, self.order.draft.symbol);
            (position, self.book.cash.get(&portfolio).copied().unwrap_or_default())
        })
    }

    fn book_part(&mut self, execution: &Execution<'_>, at: MarketTime) {
        let fresh = execution.quantity;
        let client_id = self.sent.client_id.clone();
        let side = self.order.draft.side;
        let value = fresh * execution.price;
        let (position, old_cash) = self.books();
        let before = self.order.leaves_at_most();
        self.sent.filled += fresh;
        self.order.filled += fresh;
        self.release(before, (position.quantity, fresh));
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
            position: position.with(signed, cash),
            balance: Balance { portfolio, cash: old_cash + cash },
        };
        self.out.push(EventKind::Filled(Box::new(filled)));
    }

    /// Where the venue order is done and the order is not, the next part follows (an order that
    /// crosses zero goes in two), unless somebody wants it canceled or changed meanwhile, or a rule
    /// refuses by now what it let pass when the whole was taken. After a
    /// replacement nothing follows: it was for all that was left, so what seems to be left is
    /// fills of the old one that the desk has yet to hear of.
    pub(super) fn go_on(&mut self) {
        let is_part_done = self.sent.attempt == self.order.attempt
            && self.sent.status == Status::Filled
            && self.sent.asked.is_none()
            && !self.is_sized_by_venue()
            && !self.order.leaves().is_zero();
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
                if let Err(refusal) = self.may_go_on() {
                    let words = format!("Crossed zero; the rest was not sent: {refusal}");
                    self.order.state = State::sure(Status::Canceled);
                    self.order.reason = Some(words.clone());
                    return self.changed(OrderStep::Noted(words));
                }
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

    fn may_go_on(&self) -> Result<(), Refusal> {
        let (order, book) = (&self.order, self.book);
        let user = book.users.get(&order.user).ok_or(Refusal::NotFound { what: "person" })?;
        let portfolio = book.portfolios.get(&order.portfolio);
        let held = book.position(order.portfolio, order.draft.symbol).quantity;
        may_follow(&risk::Case {
            book,
            now: self.now,
            user,
            portfolio: portfolio.ok_or(Refusal::NotFound { what: "portfolio" })?,
            draft: &order.draft,
            amends: Some(order),
            shown: Shown::default(),
            booked: self.books().0.quantity - held,
        })
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
        let is_done = self.sent.filled >= self.sent.quantity && !self.is_sized_by_venue();
        self.order.state = next(self.order.state, &kind, self.covers(), self.is_all_filled());
        self.stop_surplus();
        if is_done && was != Status::Replaced {
            self.sent.status = Status::Filled;
        } else if !was.is_final() {
            self.sent.status = Status::PartlyFilled;
        } else if is_current && self.covers() && !self.order.state.is_final() {
            let total = self.sent.filled;
            let closing = match was {
                Status::Expired => ReportKind::Expired { total },
                Status::Filled => ReportKind::Complete { total },
                _ => ReportKind::Canceled { total },
            };
            self.order.state = next(self.order.state, &closing, true, false);
        }
    }

    /// Where as much is filled as the order is for while its current venue order still works (the
    /// venue took new terms with fills on their way), the rest is canceled at once: the order
    /// stays open until the venue says that nothing works any more.
    pub(super) fn stop_surplus(&mut self) {
        let current = if self.sent.attempt == self.order.attempt {
            Some(&self.sent)
        } else {
            self.book.venue_orders.get(&self.order.client_id())
        };
        let works = |sent: &VenueOrder| !sent.status.is_final() && sent.filled < sent.quantity;
        if self.is_all_filled() && current.is_some_and(works) {
            let certainty = self.order.state.certainty;
            let (status, pending) = (Status::PartlyFilled, Pending::Cancel);
            self.order.state = State { status, pending, certainty };
            self.order.due = Some(self.now.desk);
        }
    }

    /// Gives back the part of the reservation that filled shares no longer need: the larger of old
    /// and new terms reserved it, so it is shared out over the larger of what was left of them.
    /// Only shares that open have reserved anything, so those that close `held` give nothing back.
    fn release(&mut self, before: Qty, (held, fresh): (Qty, Qty)) {
        let left = self.order.leaves_at_most();
        if left.is_zero() || before.is_zero() {
            self.order.reserved = Money::ZERO;
            return;
        }
        let against = Qty::ZERO.max(-self.order.draft.side.signed(held));
        let closed = against.min(fresh);
        let others = Qty::ZERO.max(self.closed_by_others());
        let still_closes = Qty::ZERO.max(against - closed - others);
        let opens = left - left.min(still_closes);
        let opened_before = opens + (fresh - closed);
        self.order.reserved = if opened_before.is_zero() {
            self.order.reserved.share(left, before)
        } else {
            self.order.reserved.share(opens, opened_before)
        };
    }

    /// Shares of the portfolio that its other working orders of this side may still close.
    fn closed_by_others(&self) -> Qty {
        let (order, draft) = (&self.order, &self.order.draft);
        let of = Some(order.portfolio);
        self.book.working_quantity(of, draft.symbol, draft.side, Some(order.id))
    }

    /// The parts of (from, to] of this venue order that no fill covers, lowest first.
    fn gaps(&self, from: Qty, to: Qty) -> Vec<(Qty, Qty)> {
        let first = (self.sent.client_id.clone(), Qty::ZERO);
        let last = (self.sent.client_id.clone(), Qty::MAX);
        let mut gaps = Vec::new();
        let mut covered = from;
        for (_, fill) in self.book.fills.range(first..=last) {
            let begin = fill.total - fill.quantity;
            if begin > covered && covered < to {
                gaps.push((covered, begin.min(to)));
            }
            covered = covered.max(fill.total);
        }
        if covered < to {
            gaps.push((covered, to));
        }
        gaps
    }
}
