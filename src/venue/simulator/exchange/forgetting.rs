//! Letting go of orders that ended long ago: memory holds what may still matter, and little more.
//! Must never forget an id, nor change what becomes of any order that stays.

use std::collections::BTreeSet;

use crate::domain::ids::ClientOrderId;

use super::Exchange;
use super::clients::{ClientKey, FORGOTTEN};
use super::order::OrderKey;

impl Exchange {
    /// How many orders are in memory.
    pub fn count(&self) -> usize {
        self.orders.len()
    }

    /// True for the id of an order that was taken once and is in memory no longer.
    pub fn has_forgotten(&self, id: &ClientOrderId) -> bool {
        let key = ClientKey::of(id);
        self.clients.knows(key) && self.clients.find(key).is_none()
    }

    /// Forgets orders that are over, by number. Every other order is named by another key from now
    /// on; all of them stay in their order, so that nothing goes another way for it.
    pub fn forget(&mut self, numbers: &BTreeSet<u64>) {
        assert!(self.events.is_empty(), "what happened names orders by the keys they had");
        let mut kept = 0;
        let names: Vec<OrderKey> = self
            .orders
            .iter()
            .map(|order| {
                if numbers.contains(&order.number) && order.status.is_final() {
                    return FORGOTTEN;
                }
                kept += 1;
                OrderKey(kept - 1)
            })
            .collect();
        let rename = |key: OrderKey| names[key.0 as usize];
        let mut place = names.iter();
        self.orders.retain(|_| place.next() != Some(&FORGOTTEN));
        for book in &mut self.books {
            book.rename(rename);
        }
        self.late = self.late.iter().map(|(due, key)| (*due, rename(*key))).collect();
        self.clients.rename(rename);
    }
}
