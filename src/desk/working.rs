//! The orders that are not final, by what the rules ask for: symbol, person, due time, reserved.
//! Must never disagree with the orders themselves: a row goes in and out as a whole.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::ids::{OrderId, UserId};
use crate::domain::numbers::Money;
use crate::domain::orders::Order;
use crate::domain::symbols::Symbol;
use crate::domain::time::DeskTime;

/// An index over the orders that are not final.
#[derive(Debug, Default)]
pub struct Working {
    ids: BTreeSet<OrderId>,
    by_symbol: BTreeMap<Symbol, BTreeSet<OrderId>>,
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
        self.by_symbol.entry(order.draft.symbol).or_default().insert(order.id);
        *self.by_user.entry(order.user).or_default() += 1;
        self.due.extend(order.due.map(|due| (due, order.id)));
        self.reserved += order.reserved;
    }

    /// Takes an order out, as it was put in.
    pub fn remove(&mut self, order: &Order) {
        if !self.ids.remove(&order.id) {
            return;
        }
        if let Some(ids) = self.by_symbol.get_mut(&order.draft.symbol) {
            ids.remove(&order.id);
        }
        if let Some(count) = self.by_user.get_mut(&order.user) {
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
    /// Those of one symbol.
    pub fn of_symbol(&self, symbol: Symbol) -> impl Iterator<Item = OrderId> {
        self.by_symbol.get(&symbol).into_iter().flatten().copied()
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
