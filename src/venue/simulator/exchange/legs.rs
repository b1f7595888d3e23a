//! Orders that belong together at work: legs wait, wake, stand guard and end with their group.
//! Must never let two exits of one position fill for more than was entered.
//!
//! An entry's legs are held while it works. Once it is filled, the exit with a profit goes to
//! work and the exit with a loss stands guard: it holds no shares of its own, and when a trade
//! reaches its stop the other exit is canceled first (alpaca-api.md 5.6).

use crate::desk::port::Ticket;
use crate::domain::ids::{ClientOrderId, OrderId};
use crate::domain::numbers::{Money, Price, Qty};
use crate::domain::orders::{OrderType, Side};
use crate::domain::special::LegRole;
use crate::domain::time::MarketTime;
use crate::venue::simulator::tape::Slot;

use super::Exchange;
use super::clients::ClientKey;
use super::order::{Class, EventKind, Intent, Order, OrderKey, Special, Status, Wishes};
use super::refusal::Refusal;
use super::rules;

impl Exchange {
    /// Writes an order's legs down, held.
    pub(super) fn add_legs(&mut self, at: MarketTime, parent: OrderKey, wishes: &Wishes) {
        let class = wishes.class;
        let profit = wishes.take_profit.filter(|_| class != Class::Oco);
        let profit = profit.map(|limit| OrderType::Limit { limit });
        let loss = wishes.stop_loss.map(|(stop, limit)| match limit {
            Some(limit) => OrderType::StopLimit { stop, limit },
            None => OrderType::Stop { stop },
        });
        if class == Class::Simple {
            return;
        }
        for order_type in profit.into_iter().chain(loss) {
            let leg = self.leg(at, parent, (order_type, wishes.named));
            let (key, number) = (self.next_key(), leg.number);
            self.next_order += 1;
            self.clients.add(ClientKey::of(&leg.client_id), key);
            self.orders.push(leg);
            self.say(key, at, EventKind::Held);
            if let Some(special) = &mut self.orders[parent.0 as usize].special {
                special.legs.push(number);
            }
        }
        self.arm_legs(parent);
    }

    fn leg(
        &self,
        at: MarketTime,
        parent: OrderKey,
        (order_type, named): (OrderType, Option<OrderId>),
    ) -> Order {
        let parent = self.order(parent);
        let side = match parent.class() {
            Class::Oco => parent.side,
            _ => parent.side.opposite(),
        };
        let number = self.next_order;
        let role = match order_type {
            OrderType::Limit { .. } => LegRole::TakeProfit,
            _ => LegRole::StopLoss,
        };
        let special =
            Special { class: parent.class(), parent: Some(parent.number), ..Special::default() };
        Order {
            number,
            client_id: named
                .map_or_else(|| self.leg_id(number), |order| ClientOrderId::of(order.leg(role), 1)),
            side,
            order_type,
            intent: if side == Side::Sell { Intent::SellToClose } else { Intent::BuyToClose },
            status: Status::Held,
            filled: Qty::ZERO,
            value: Money::ZERO,
            executions: Vec::new(),
            triggered: false,
            best: None,
            created: at,
            updated: at,
            reserve_price: Price::ZERO,
            tries: 0,
            replaced_by: None,
            replaces: None,
            special: Some(Box::new(special)),
            ..parent.clone()
        }
    }

    /// All orders of a group but one, the parent first.
    fn others(&self, key: OrderKey) -> Vec<OrderKey> {
        let order = self.order(key);
        let Some(parent) = order.parent().map_or(Some(key), |number| self.find_number(number))
        else {
            return Vec::new();
        };
        let legs = self.order(parent).legs().iter().filter_map(|&leg| self.find_number(leg));
        let all = std::iter::once(parent).chain(legs);
        all.filter(|&other| other != key).collect()
    }

    /// Puts the held stop of a group on guard, once its sibling is at work or waits to be.
    pub(super) fn arm_legs(&mut self, parent: OrderKey) {
        let order = self.order(parent);
        let exits = match order.class() {
            Class::Oco => order.status.is_open(),
            Class::Bracket => order.status == Status::Filled,
            Class::Simple | Class::Oto => false,
        };
        if !exits {
            return;
        }
        let held = |key: &OrderKey| {
            let leg = self.order(*key);
            leg.status == Status::Held && leg.is_stop()
        };
        let slot = order.slot;
        let stops: Vec<OrderKey> = self.others(parent).into_iter().filter(held).collect();
        self.book_mut(slot).guards.extend(stops);
    }

    /// An execution of an order that belongs to others.
    pub(super) fn note_group_fill(&mut self, at: MarketTime, key: OrderKey, quantity: Qty) {
        let order = self.order(key);
        let (class, is_leg) = (order.class(), order.parent().is_some());
        let done = order.status == Status::Filled;
        match (class, is_leg) {
            (Class::Bracket | Class::Oto, false) if done => self.wake_legs(at, key),
            (Class::Simple | Class::Oto, _) | (Class::Bracket, false) => {}
            (Class::Oco, _) | (Class::Bracket, true) => {
                self.shrink_siblings(at, key, (quantity, done));
            }
        }
    }

    /// An exit was filled: the other has that much less to do, or nothing any more.
    fn shrink_siblings(&mut self, at: MarketTime, key: OrderKey, (by, done): (Qty, bool)) {
        for other in self.others(key) {
            if self.order(other).status != Status::Held {
                continue;
            }
            if done {
                self.end_alone(at, other, Status::Canceled);
            } else {
                let order = &mut self.orders[other.0 as usize];
                order.quantity -= by;
                order.updated = at;
            }
        }
    }

    /// An entry is filled: its exits begin.
    fn wake_legs(&mut self, at: MarketTime, parent: OrderKey) {
        let legs = self.others(parent);
        let slot = self.order(parent).slot;
        let Some(&first) = legs.first() else { return };
        let leg = self.order(first);
        let held = self.account.holding(slot).quantity.abs();
        // Shares that were sold meanwhile cannot be sold again.
        if held - self.closing(slot, leg.side) < leg.quantity {
            for leg in legs {
                if self.order(leg).status == Status::Held {
                    self.end_alone(at, leg, Status::Canceled);
                }
            }
            return;
        }
        self.arm_legs(parent);
        self.wake(at, first);
    }

    /// A held order goes to work.
    fn wake(&mut self, at: MarketTime, key: OrderKey) {
        let order = &mut self.orders[key.0 as usize];
        order.status = Status::New;
        order.updated = at;
        self.books[usize::from(order.slot.0)].add(key, order);
        self.begin_work(at, key);
    }

    /// Stops on guard that a trade reaches: the other exit ends, this one goes to work.
    pub(super) fn guard(&mut self, at: MarketTime, slot: Slot, last: Price) {
        let reached = |key: &OrderKey| {
            let order = self.order(*key);
            order.order_type.stop().is_some_and(|stop| match order.side {
                Side::Sell => last <= stop,
                Side::Buy => last >= stop,
            })
        };
        let keys: Vec<OrderKey> = self.book(slot).guards.iter().copied().filter(reached).collect();
        for key in keys {
            self.book_mut(slot).guards.remove(&key);
            for other in self.others(key) {
                if self.order(other).status.is_open() {
                    self.end_alone(at, other, Status::Canceled);
                }
            }
            self.orders[key.0 as usize].triggered = true;
            let order = &mut self.orders[key.0 as usize];
            order.status = Status::New;
            order.updated = at;
            self.books[usize::from(slot.0)].add(key, order);
            self.say(key, at, EventKind::New);
            self.say(key, at, EventKind::Triggered);
        }
    }

    /// An order ended before it was filled: what belongs to it ends with it.
    pub(super) fn end_group(&mut self, at: MarketTime, key: OrderKey, status: Status) {
        if self.order(key).class() == Class::Simple {
            return;
        }
        for other in self.others(key) {
            if !self.order(other).status.is_final() {
                self.end_alone(at, other, status);
            }
        }
    }

    /// Replaces an order that belongs to others: its prices and its time may change, no more.
    pub(super) fn replace_member(
        &mut self,
        at: MarketTime,
        old: OrderKey,
        ticket: &Ticket,
    ) -> Result<OrderKey, Refusal> {
        let before = self.order(old).clone();
        if before.class() == Class::Oto {
            return Err(Refusal::Replace("oto orders cannot be replaced"));
        }
        if before.leaves() != ticket.quantity {
            return Err(Refusal::Replace("qty of complex orders cannot be changed"));
        }
        rules::check_shape(ticket)?;
        if self.clients.knows(ClientKey::of(&ticket.client_id)) {
            return Err(Refusal::DuplicateClientId);
        }
        let price = rules::reserve_price(ticket, &self.book(before.slot).touch);
        if before.intent.opens() {
            let mut account = self.account.clone();
            account.reserved -= before.reserved();
            rules::check_means(ticket, &account, (before.intent, price))?;
        }
        let is_guard = self.book(before.slot).guards.contains(&old);
        let new = self.next_key();
        self.close(at, old, Status::Replaced);
        self.orders[old.0 as usize].replaced_by = Some(Box::new(ticket.client_id.clone()));
        self.say(old, at, EventKind::Replaced { by: new });
        self.take_place(at, &before, (ticket, price));
        if is_guard {
            self.book_mut(before.slot).guards.insert(new);
        }
        if self.order(new).status.is_open() && self.order(new).status != Status::Accepted {
            self.begin_work(at, new);
        }
        Ok(new)
    }

    /// The replacement of a member stands where the old one stood.
    fn take_place(&mut self, at: MarketTime, old: &Order, (ticket, price): (&Ticket, Price)) {
        let key = self.next_key();
        let number = self.next_order;
        self.next_order += 1;
        let status = match old.status {
            Status::PartiallyFilled => Status::New,
            other => other,
        };
        let order = Order {
            number,
            client_id: ticket.client_id.clone(),
            quantity: ticket.quantity,
            order_type: ticket.order_type,
            time_in_force: ticket.time_in_force,
            status,
            filled: Qty::ZERO,
            value: Money::ZERO,
            executions: Vec::new(),
            created: at,
            updated: at,
            reserve_price: if old.intent.opens() { price } else { Price::ZERO },
            tries: 0,
            replaces: Some(old.number),
            ..old.clone()
        };
        for leg in order.legs().to_vec() {
            if let Some(leg) = self.find_number(leg)
                && let Some(special) = &mut self.orders[leg.0 as usize].special
            {
                special.parent = Some(number);
            }
        }
        if let Some(parent) = order.parent().and_then(|parent| self.find_number(parent))
            && let Some(special) = &mut self.orders[parent.0 as usize].special
        {
            for leg in special.legs.iter_mut().filter(|leg| **leg == old.number) {
                *leg = number;
            }
        }
        self.clients.add(ClientKey::of(&ticket.client_id), key);
        self.file(key, order);
        self.say(
            key,
            at,
            if status == Status::Held { EventKind::Held } else { EventKind::Accepted },
        );
    }
}
