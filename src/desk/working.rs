//! The orders that are not final, by what the rules ask for: symbol, person, due time, reserved.
//! Must never disagree with the orders themselves: a row goes in and out as a whole.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::ids::{OrderId, PortfolioId, UserId};
use crate::domain::numbers::{Money, Qty};
use crate::domain::orders::{Order, Side};
use crate::domain::symbols::Symbol;
use crate::domain::time::DeskTime;

/// An index over the orders that are not final.
#[derive(Debug, Default)]
pub struct Working {
    ids: BTreeSet<OrderId>,
    by_symbol: BTreeMap<(Symbol, Side), BTreeSet<OrderId>>,
    coming: BTreeMap<(Symbol, Side, PortfolioId), Qty>,
    by_user: BTreeMap<UserId, usize>,
    due: BTreeSet<(DeskTime, OrderId)>,
    reserved: Money,
}

impl Working {
    /// Takes an order in, unless it is final.
    pub fn put(&mut self, order: &Order) {
        if order.state.is_final() || !self.ids.insert(order.id) {
            return;
        }
        let (symbol, side) = (order.draft.symbol, order.draft.side);
        self.by_symbol.entry((symbol, side)).or_default().insert(order.id);
        let coming = self.coming.entry((symbol, side, order.portfolio)).or_default();
        *coming += order.leaves_at_most();
        if order.parent.is_none() {
            *self.by_user.entry(order.user).or_default() += 1;
        }
        self.due.extend(order.due.map(|due| (due, order.id)));
        self.reserved += order.reserved;
    }

    /// Takes an order out, as it was put in.
    pub fn remove(&mut self, order: &Order) {
        if !self.ids.remove(&order.id) {
            return;
        }
        let (symbol, side) = (order.draft.symbol, order.draft.side);
        if let Some(ids) = self.by_symbol.get_mut(&(symbol, side)) {
            ids.remove(&order.id);
        }
        if let Some(coming) = self.coming.get_mut(&(symbol, side, order.portfolio)) {
            *coming -= order.leaves_at_most();
        }
        let count = self.by_user.get_mut(&order.user).filter(|_| order.parent.is_none());
        if let Some(count) = count {
            *count -= 1;
        }
        if let Some(due) = order.due {
            self.due.remove(&(due, order.id));
        }
        self.reserved -= order.reserved;
    }

    /// All of them, oldest ticket first.
    pub fn ids(&self) -> impl Iterator<Item = OrderId> {
        self.ids.iter().copied()
    }
    /// Those of one side in one symbol.
    pub fn of_side(&self, symbol: Symbol, side: Side) -> impl Iterator<Item = OrderId> {
        self.by_symbol.get(&(symbol, side)).into_iter().flatten().copied()
    }
    /// The most shares that those of one side in one symbol can still trade, for one portfolio or
    /// for all. It is asked many times for each order, and never looks at the orders.
    pub fn coming(&self, symbol: Symbol, side: Side, portfolio: Option<PortfolioId>) -> Qty {
        let (first, last) = match portfolio {
            Some(portfolio) => (portfolio, portfolio),
            None => (PortfolioId(i64::MIN), PortfolioId(i64::MAX)),
        };
        self.coming.range((symbol, side, first)..=(symbol, side, last)).map(|(_, sum)| *sum).sum()
    }
    /// How many one person has.
    pub fn count_of(&self, user: UserId) -> usize {
        self.by_user.get(&user).copied().unwrap_or_default()
    }
    /// Those that are due by `now`.
    pub fn due(&self, now: DeskTime) -> Vec<OrderId> {
        self.due.iter().take_while(|(due, _)| *due <= now).map(|(_, id)| *id).collect()
    }
    /// When the next one is due.
    pub fn next_due(&self) -> Option<DeskTime> {
        self.due.first().map(|(due, _)| *due)
    }
    /// Buying power that all of them reserve.
    pub const fn reserved(&self) -> Money {
        self.reserved
    }
}
