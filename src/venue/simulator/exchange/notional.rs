//! Orders in dollars: how many shares they come to, and when that is settled.
//! Must never spend more than the dollars named.

use crate::domain::numbers::{Money, Price, Qty};
use crate::domain::orders::Side;
use crate::venue::simulator::tape::Slot;

use super::Exchange;
use super::order::OrderKey;

impl Exchange {
    /// The shares that dollars come to at the far side of the quote, cut at nine places.
    pub fn shares_for(&self, slot: Slot, side: Side, dollars: Money) -> Qty {
        let touch = self.book(slot).touch;
        shares(dollars, touch.far(side).unwrap_or(touch.last))
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

fn shares(dollars: Money, price: Price) -> Qty {
    if price <= Price::ZERO || dollars <= Money::ZERO {
        return Qty::ZERO;
    }
    // Money counts in 1e-18, prices in 1e-9: the quotient counts in 1e-9 shares, cut.
    let units = dollars.units() / i128::from(price.units());
    Qty::from_units(i64::try_from(units).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::{Money, Price, shares};

    #[test]
    fn dollars_become_shares_cut_at_nine_places() {
        let price = Price::parse("86.878").expect("plain");
        assert_eq!(shares(Money::dollars(5), price).plain(), "0.057551969");
        assert!(shares(Money::dollars(5), price) * price <= Money::dollars(5));
        assert!(shares(Money::dollars(5), Price::ZERO).is_zero());
    }
}
