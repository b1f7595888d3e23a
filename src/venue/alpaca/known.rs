//! What is known of the broker's orders: whose id is whose, how each was listed, what was filled.
//! Must never be taken for the book: it only saves questions, and may be forgotten at any time.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::ids::ClientOrderId;
use crate::domain::numbers::{Money, Qty};
use crate::domain::special::LegRole;
use crate::domain::time::DeskTime;

use super::wire::account::Activity;
use super::wire::orders::{Kind, Order, OrderSide};

/// How old a list of open orders may be to answer a look-up, in milliseconds.
const LIST_AGE_MS_MAX: i64 = 10_000;

/// What is known.
#[derive(Debug, Default)]
pub struct Known {
    venue: BTreeMap<ClientOrderId, String>,
    client: BTreeMap<String, ClientOrderId>,
    /// Shares of each order, by Alpaca's id, whose fills were told.
    filled: BTreeMap<String, Qty>,
    /// The open orders as last listed, and when.
    open: BTreeMap<ClientOrderId, Order>,
    listed: Option<DeskTime>,
    /// Orders that were sent from here and whose end was not heard of.
    sent: BTreeSet<ClientOrderId>,
}

impl Known {
    /// Learns whose id is whose, legs included.
    pub fn learn(&mut self, order: &Order) {
        let client_id = self.name_of(order);
        let parent = client_id.order();
        self.put(order, client_id);
        for leg in order.legs.iter().flatten() {
            // The broker names the legs, and says whose they are in this place alone.
            match (parent, role_of(leg)) {
                (Some(parent), Some(role)) if is_first(leg) => {
                    self.put(leg, ClientOrderId::of(parent.leg(role), 1));
                }
                _ => self.learn(leg),
            }
        }
    }
    fn put(&mut self, order: &Order, client_id: ClientOrderId) {
        self.client.insert(order.id.clone(), client_id.clone());
        self.venue.insert(client_id, order.id.clone());
    }
    /// Our id of an order: for a leg the one it is known by here, else the one it bears.
    pub fn name_of(&self, order: &Order) -> ClientOrderId {
        let known = self.client.get(&order.id);
        let leg = known.filter(|id| id.order().is_some_and(|order| order.leg_of().is_some()));
        leg.cloned().unwrap_or_else(|| ClientOrderId::from_outside(&order.client_order_id))
    }
    /// Learns of an order, and gives it and its legs the names they are known by here.
    pub fn rename(&mut self, order: &mut Order) {
        self.learn(order);
        self.name_of(order).as_str().clone_into(&mut order.client_order_id);
        for leg in order.legs.iter_mut().flatten() {
            self.name_of(leg).as_str().clone_into(&mut leg.client_order_id);
        }
    }
    /// Alpaca's id of an order of ours.
    pub fn venue_id(&self, client_id: &ClientOrderId) -> Option<String> {
        self.venue.get(client_id).cloned()
    }
    /// Our id of an order of Alpaca's.
    pub fn client_id(&self, venue_id: &str) -> Option<ClientOrderId> {
        self.client.get(venue_id).cloned()
    }

    /// An order was sent: its end is waited for.
    pub fn note_sent(&mut self, client_id: &ClientOrderId) {
        self.sent.insert(client_id.clone());
    }
    /// An order has ended, and its end was told.
    pub fn note_ended(&mut self, client_id: &ClientOrderId) {
        self.sent.remove(client_id);
        self.open.remove(client_id);
    }
    /// Fills were told.
    pub fn note_fills(&mut self, fills: &[Activity]) {
        for fill in fills {
            let total = fill.cum_qty.as_ref().and_then(|total| total.quantity().ok());
            if let (Some(order), Some(total)) = (&fill.order_id, total) {
                self.note_filled(order, total);
            }
        }
    }
    /// So many shares of an order were told as filled.
    pub fn note_filled(&mut self, venue_id: &str, total: Qty) {
        let had = self.filled.entry(venue_id.to_owned()).or_default();
        *had = total.max(*had);
    }

    /// The open orders, newly listed. Those that were sent from here and are not among them have
    /// ended, or never began: their ids come back, to be asked for.
    pub fn list(&mut self, open: Vec<Order>, now: DeskTime) -> Vec<ClientOrderId> {
        self.open.clear();
        for mut order in open {
            self.rename(&mut order);
            self.open.insert(ClientOrderId::from_outside(&order.client_order_id), order);
        }
        self.listed = Some(now);
        self.sent.iter().filter(|id| !self.open.contains_key(*id)).cloned().collect()
    }
    /// An open order as it was listed a moment ago, where all its fills were told too.
    pub fn fresh(&self, client_id: &ClientOrderId, now: DeskTime) -> Option<&Order> {
        let listed = self.listed.filter(|at| now.ms_since(*at) <= LIST_AGE_MS_MAX);
        let order = self.open.get(client_id).filter(|_| listed.is_some())?;
        let filled = order.filled_qty.quantity().ok()?;
        let told = self.filled.get(&order.id).copied().unwrap_or_default();
        (filled == told).then_some(order)
    }

    /// What open orders to buy hold of the buying power, as far as their prices tell.
    pub fn held(&self) -> Money {
        let of = |order: &Order| {
            if order.side != OrderSide::Buy {
                return None;
            }
            if let Some(dollars) = &order.notional {
                return dollars.money().ok();
            }
            let price = order.limit_price.as_ref().or(order.stop_price.as_ref())?.price().ok()?;
            let quantity = order.qty.as_ref()?.quantity().ok()?;
            Some((quantity - order.filled_qty.quantity().ok()?) * price)
        };
        self.open.values().filter_map(of).fold(Money::ZERO, |sum, held| sum + held)
    }
    /// Open orders that were not sent by a desk: made elsewhere.
    pub fn foreign(&self) -> impl Iterator<Item = &Order> {
        self.open.iter().filter(|(id, _)| id.order().is_none()).map(|(_, order)| order)
    }
}

/// Which exit a leg is.
const fn role_of(leg: &Order) -> Option<LegRole> {
    match leg.kind {
        Kind::Limit => Some(LegRole::TakeProfit),
        Kind::Stop | Kind::StopLimit => Some(LegRole::StopLoss),
        _ => None,
    }
}

/// True for a leg as the broker made it: one that took its place bears the name we gave it.
fn is_first(leg: &Order) -> bool {
    let order = ClientOrderId::from_outside(&leg.client_order_id).order();
    order.is_none_or(|order| order.leg_of().is_none())
}
