//! One symbol's book: the account's open orders in rank of price and time, and the market's touch.
//! Must never fill anything: it only says which orders stand where.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::numbers::{Price, Qty};
use crate::domain::orders::Side;
use crate::domain::time::MarketTime;

use super::order::{Order, OrderKey, Status};

/// Price first, then time. Small ranks are served first.
type Rank = (i64, u64);

/// The market's best prices for one symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Touch {
    /// Last trade.
    pub last: Price,
    /// Best bid; zero where nobody bids.
    pub bid: Price,
    /// Best ask; zero where nobody offers.
    pub ask: Price,
}

impl Touch {
    /// The price an order of this side meets; none where nobody is there.
    pub fn far(&self, side: Side) -> Option<Price> {
        let price = match side {
            Side::Buy => self.ask,
            Side::Sell => self.bid,
        };
        (!price.is_zero()).then_some(price)
    }
}

/// One symbol's book.
#[derive(Clone, Debug, Default)]
pub(super) struct Book {
    /// The market's best prices.
    pub touch: Touch,
    /// The open of the session that was last seen.
    pub session: MarketTime,
    /// Held stops that a trade may set off: each has a sibling at work in this book.
    pub guards: BTreeSet<OrderKey>,
    buys: Half,
    sells: Half,
}

/// The open orders of one side.
#[derive(Clone, Debug, Default)]
pub(super) struct Half {
    /// Orders at work, best price first; market orders before all.
    active: BTreeMap<Rank, OrderKey>,
    /// Stops that were not reached, nearest first.
    stops: BTreeMap<Rank, OrderKey>,
    /// Trailing stops that were not reached.
    trails: BTreeSet<OrderKey>,
    /// Orders that wait for a session or an auction.
    waiting: BTreeSet<OrderKey>,
    /// Limit prices of orders that are not at work yet.
    dormant: BTreeMap<Rank, OrderKey>,
    /// Open orders that could trade at any price: market, stop, trailing.
    unlimited: BTreeSet<OrderKey>,
    /// Shares of orders that close a position.
    pub closing: Qty,
    /// Open orders that open a position.
    pub opening: u32,
}

/// Ranks a price for a side: the best first.
const fn rank(side: Side, price: Price) -> i64 {
    match side {
        Side::Buy => -price.units(),
        Side::Sell => price.units(),
    }
}

/// Ranks a stop for a side: the one reached first, first.
const fn stop_rank(side: Side, price: Price) -> i64 {
    rank(side.opposite(), price)
}

impl Book {
    pub(super) const fn half(&self, side: Side) -> &Half {
        match side {
            Side::Buy => &self.buys,
            Side::Sell => &self.sells,
        }
    }
    const fn half_mut(&mut self, side: Side) -> &mut Half {
        match side {
            Side::Buy => &mut self.buys,
            Side::Sell => &mut self.sells,
        }
    }
    /// True where no order is open.
    pub(super) fn is_empty(&self) -> bool {
        self.buys.is_empty() && self.sells.is_empty()
    }
    /// Every open order.
    pub(super) fn open(&self) -> Vec<OrderKey> {
        let mut keys: Vec<OrderKey> = self.buys.open().chain(self.sells.open()).collect();
        keys.sort_unstable();
        keys
    }

    /// Orders are named by other keys from now on, in the same order.
    pub(super) fn rename(&mut self, rename: impl Fn(OrderKey) -> OrderKey) {
        renamed(&mut self.guards, &rename);
        for half in [&mut self.buys, &mut self.sells] {
            for ranked in [&mut half.active, &mut half.stops, &mut half.dormant] {
                for key in ranked.values_mut() {
                    *key = rename(*key);
                }
            }
            for keys in [&mut half.trails, &mut half.waiting, &mut half.unlimited] {
                renamed(keys, &rename);
            }
        }
    }

    /// Files an open order where its state belongs, and counts it.
    pub(super) fn add(&mut self, key: OrderKey, order: &Order) {
        let half = self.half_mut(order.side);
        if order.intent.opens() {
            half.opening += 1;
        } else {
            half.closing += order.leaves();
        }
        if !order.has_limit() {
            half.unlimited.insert(key);
        }
        half.file(key, order);
    }
    /// Takes an open order out, exactly as it was added.
    pub(super) fn remove(&mut self, key: OrderKey, order: &Order) {
        let half = self.half_mut(order.side);
        if order.intent.opens() {
            half.opening -= 1;
        } else {
            half.closing -= order.leaves();
        }
        if !order.has_limit() {
            half.unlimited.remove(&key);
        }
        half.unfile(key, order);
    }
    /// Moves an order that goes from waiting to work, or whose stop was reached.
    pub(super) fn refile(&mut self, key: OrderKey, before: &Order, after: &Order) {
        let half = self.half_mut(after.side);
        half.unfile(key, before);
        half.file(key, after);
    }
    /// Notes that `quantity` shares of an order were filled.
    pub(super) fn note_fill(&mut self, order: &Order, quantity: Qty) {
        if !order.intent.opens() {
            self.half_mut(order.side).closing -= quantity;
        }
    }

    /// Orders at work that the market's far side meets, in rank; those before `skip` are passed.
    pub(super) fn next_marketable(
        &self,
        side: Side,
        after: Option<Rank>,
    ) -> Option<(Rank, OrderKey)> {
        use std::ops::Bound::{Excluded, Unbounded};
        let far = self.touch.far(side)?;
        let from = after.map_or(Unbounded, Excluded);
        let (rank_found, key) = self.half(side).active.range((from, Unbounded)).next()?;
        (rank_found.0 <= rank(side, far)).then_some((*rank_found, *key))
    }
    /// The next stop that a trade at `last` reaches.
    pub(super) fn next_reached(&self, side: Side, last: Price) -> Option<OrderKey> {
        let (found, key) = self.half(side).stops.first_key_value()?;
        (found.0 <= stop_rank(side, last)).then_some(*key)
    }
    /// Trailing stops that were not reached.
    pub(super) fn trails(&self) -> Vec<OrderKey> {
        self.buys.trails.iter().chain(&self.sells.trails).copied().collect()
    }
    /// Orders that wait for a session or an auction.
    pub(super) fn waiting(&self) -> Vec<OrderKey> {
        let mut keys: Vec<OrderKey> =
            self.buys.waiting.iter().chain(&self.sells.waiting).copied().collect();
        keys.sort_unstable();
        keys
    }
}

impl Half {
    fn is_empty(&self) -> bool {
        self.active.is_empty()
            && self.stops.is_empty()
            && self.trails.is_empty()
            && self.waiting.is_empty()
    }
    fn open(&self) -> impl Iterator<Item = OrderKey> {
        let ranked = self.active.values().chain(self.stops.values());
        ranked.chain(&self.trails).chain(&self.waiting).copied()
    }
    fn file(&mut self, key: OrderKey, order: &Order) {
        let (side, number) = (order.side, order.number);
        let at_work = order.status != Status::Accepted && (!order.is_stop() || order.triggered);
        if at_work {
            let price = order.worst().map_or(i64::MIN, |price| rank(side, price));
            self.active.insert((price, number), key);
            return;
        }
        if let Some(limit) = order.order_type.limit() {
            self.dormant.insert((rank(side, limit), number), key);
        }
        if order.status == Status::Accepted {
            self.waiting.insert(key);
        } else if let Some(stop) = order.order_type.stop() {
            self.stops.insert((stop_rank(side, stop), number), key);
        } else {
            self.trails.insert(key);
        }
    }
    fn unfile(&mut self, key: OrderKey, order: &Order) {
        let (side, number) = (order.side, order.number);
        let at_work = order.status != Status::Accepted && (!order.is_stop() || order.triggered);
        if at_work {
            let price = order.worst().map_or(i64::MIN, |price| rank(side, price));
            self.active.remove(&(price, number));
            return;
        }
        if let Some(limit) = order.order_type.limit() {
            self.dormant.remove(&(rank(side, limit), number));
        }
        if order.status == Status::Accepted {
            self.waiting.remove(&key);
        } else if let Some(stop) = order.order_type.stop() {
            self.stops.remove(&(stop_rank(side, stop), number));
        } else {
            self.trails.remove(&key);
        }
    }

    /// An open order that could trade at any price.
    pub(super) fn any_unlimited(&self) -> Option<OrderKey> {
        self.unlimited.first().copied()
    }
    /// The open order with the best limit price, and that price's rank. Where an order without a
    /// limit is open it may stand before it.
    pub(super) fn best_limit(&self) -> Option<(i64, OrderKey)> {
        let active = self.active.first_key_value();
        let dormant = self.dormant.first_key_value();
        let best = match (active, dormant) {
            (Some(active), Some(dormant)) => active.min(dormant),
            (one, other) => one.or(other)?,
        };
        Some((best.0.0, *best.1))
    }
}

fn renamed(keys: &mut BTreeSet<OrderKey>, rename: impl Fn(OrderKey) -> OrderKey) {
    *keys = keys.iter().map(|key| rename(*key)).collect();
}

/// True where a buy at `buy` and a sale whose price ranks `other` (or the other way round) would
/// meet.
pub(super) const fn would_meet(side: Side, limit: Price, other: i64) -> bool {
    // Ranks of the two sides are each other's negatives: they meet where the sum is not above 0.
    rank(side, limit).saturating_add(other) <= 0
}
