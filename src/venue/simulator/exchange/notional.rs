//! Orders in dollars: how many shares they come to, and when that is settled.
//! Must never spend more than the dollars named.

use crate::domain::numbers::{Money, Qty};
use crate::domain::orders::Side;
use crate::venue::simulator::tape::Slot;

use super::Exchange;
use super::order::OrderKey;

impl Exchange {
    /// The shares that dollars come to at the far side of the quote, cut at nine places.
    pub fn shares_for(&self, slot: Slot, side: Side, dollars: Money) -> Qty {
        let touch = self.book(slot).touch;
        dollars.shares_at(touch.far(side).unwrap_or(touch.last))
    }

    /// An order in dollars goes to work: what it is for is settled at the quote of now. Where it
    /// sells, it is for no more than it was taken for: that much is held.
    pub(super) fn size(&mut self, key: OrderKey) {
        let order = self.order(key);
        let Some(dollars) = order.notional() else { return };
        let wanted = self.shares_for(order.slot, order.side, dollars);
        let quantity = if order.intent.opens() { wanted } else { wanted.min(order.quantity) };
        if quantity <= Qty::ZERO || quantity == order.quantity {
            return;
        }
        let order = &mut self.orders[key.0 as usize];
        let book = &mut self.books[usize::from(order.slot.0)];
        book.remove(key, order);
        self.account.reserved -= order.reserved();
        order.quantity = quantity;
        self.account.reserved += order.reserved();
        book.add(key, order);
    }
}

#[cfg(test)]
mod tests {
    use super::Money;
    use crate::domain::numbers::Price;

    #[test]
    fn dollars_become_shares_cut_at_nine_places() {
        let price = Price::parse("86.878").expect("plain");
        assert_eq!(Money::dollars(5).shares_at(price).plain(), "0.057551969");
        assert!(Money::dollars(5).shares_at(price) * price <= Money::dollars(5));
        assert!(Money::dollars(5).shares_at(Price::ZERO).is_zero());
    }
}
