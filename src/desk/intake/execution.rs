//! Executions: which shares of one are new, and everything that booking them changes.
//! Must never book a share twice, nor trust a figure that no order here can have.

use crate::bounds::ORDER_SHARES_MAX;
use crate::domain::entries::{Entry, EntryKind};
use crate::domain::ids::ClientOrderId;
use crate::domain::lifecycle::{Pending, ReportKind, State, Status, next};
use crate::domain::numbers::{Money, Price, Qty};
use crate::domain::orders::{Fill, Side, VenueOrder};
use crate::domain::time::MarketTime;

use super::super::event::{Balance, EventKind, Filled, OrderStep};
use super::Case;

/// What a report says of an execution.
pub(super) struct Execution<'a> {
    pub quantity: Qty,
    pub price: Price,
    pub total: Qty,
    pub id: &'a str,
}

impl Case<'_> {
    /// Books an execution: the part of it that no fill here covers yet.
    pub(super) fn fill(&mut self, execution: &Execution<'_>, at: MarketTime) {
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
    pub(super) fn go_on(&mut self) {
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
