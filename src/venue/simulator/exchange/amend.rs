//! Replacing an order: the old one ends, the new one takes its place, or nothing changes.
//! Must never leave both at work, nor neither.

use crate::desk::port::Ticket;
use crate::domain::numbers::Qty;
use crate::domain::orders::{OrderType, TimeInForce};
use crate::domain::time::MarketTime;
use crate::venue::simulator::tape::Slot;

use super::clients::ClientKey;
use super::order::{Class, EventKind, OrderKey, Status, Wishes};
use super::refusal::Refusal;
use super::{Asked, Exchange};

impl Exchange {
    /// Replaces an order. The new ticket names all terms; its quantity is what is still to come.
    pub fn replace(
        &mut self,
        at: MarketTime,
        old: OrderKey,
        (slot, ticket): (Slot, &Ticket),
    ) -> Result<OrderKey, Refusal> {
        self.check_replace(old, (slot, ticket))?;
        if self.order(old).class() != Class::Simple {
            return self.replace_member(at, old, ticket);
        }
        let extended = self.order(old).is_extended();
        let wishes = Wishes { extended, ..Wishes::default() };
        // The old one steps aside while the new one is checked: what it holds is free again.
        let before = self.order(old).clone();
        self.close(at, old, Status::Replaced);
        let client = ClientKey::of(&ticket.client_id);
        // A stop that was reached stays reached: with another stop it waits anew.
        let triggered = before.triggered && before.order_type.stop() == ticket.order_type.stop();
        let asked = Asked { ticket, wishes: &wishes, client, triggered };
        let terms = match self.admit(at, slot, &asked) {
            Ok(terms) => terms,
            Err(refusal) => {
                self.account.reserved += before.reserved();
                self.book_mut(slot).add(old, &before);
                if before.is_extended() && before.time_in_force == TimeInForce::Day {
                    self.late.insert((before.expires, old));
                }
                self.orders[old.0 as usize] = before;
                return Err(refusal);
            }
        };
        let new = self.next_key();
        self.orders[old.0 as usize].replaced_by = Some(Box::new(ticket.client_id.clone()));
        self.say(old, at, EventKind::Replaced { by: new });
        let entered = self.enter(at, slot, &asked, terms);
        assert_eq!(entered, new, "the next order is the replacement");
        let order = &mut self.orders[new.0 as usize];
        order.replaces = Some(before.number);
        if matches!(order.order_type, OrderType::TrailingStop { .. }) && before.best.is_some() {
            order.best = before.best;
        }
        Ok(new)
    }

    fn check_replace(&self, old: OrderKey, (slot, ticket): (Slot, &Ticket)) -> Result<(), Refusal> {
        let order = self.order(old);
        match order.status {
            Status::Accepted => {
                return Err(Refusal::Replace("cannot replace order in accepted status"));
            }
            status if status.is_final() => {
                return Err(Refusal::Replace("unable to replace order, order is not open"));
            }
            _ => {}
        }
        let kind = std::mem::discriminant(&order.order_type);
        if order.slot != slot
            || order.side != ticket.side
            || kind != std::mem::discriminant(&ticket.order_type)
        {
            return Err(Refusal::Replace("symbol, side and type cannot be replaced"));
        }
        if order.notional().is_some() {
            return Err(Refusal::Replace("unable to replace notional orders"));
        }
        if order.matches(slot, ticket) {
            return Err(Refusal::Replace("order parameters are not changed"));
        }
        let fractional = |quantity: Qty| !quantity.is_whole();
        if fractional(order.quantity) && order.leaves() != ticket.quantity {
            return Err(Refusal::Fractional("qty of fractional orders cannot be changed"));
        }
        Ok(())
    }
}
