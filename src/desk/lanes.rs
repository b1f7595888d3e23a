//! Errands waiting for the venue, by lane: cancels first, then orders, look-ups, polls.
//! Must never have two errands of one order under way at once: their answers would cross.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::bounds::ERRANDS_IN_FLIGHT_MAX;
use crate::domain::ids::ClientOrderId;

use super::port::Errand;

/// The errands that wait, and whose are under way.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    waiting: [VecDeque<(u64, Errand)>; 4],
    /// What waits, by lane and venue order: asking twice is seen without walking the lane.
    asked: BTreeSet<(usize, String)>,
    /// How many submits and replaces wait, by order.
    behind: BTreeMap<String, usize>,
    under_way: BTreeMap<String, u64>,
    /// Each errand's number is one higher than the last one's.
    newest: u64,
}

/// The order an errand is about: all its venue orders share the first 36 characters of their ids.
fn order_of(errand: &Errand) -> String {
    let about = |id: &ClientOrderId| id.as_str().chars().take(36).collect();
    match errand {
        Errand::Submit(ticket) => about(&ticket.client_id),
        Errand::Cancel { client_id } | Errand::LookUp { client_id } => about(client_id),
        Errand::Replace { old, .. } => about(old),
        Errand::Funds => "funds".to_owned(),
    }
}

const fn lane_of(errand: &Errand) -> usize {
    match errand {
        Errand::Cancel { .. } => 0,
        Errand::Submit(_) | Errand::Replace { .. } => 1,
        Errand::LookUp { .. } => 2,
        Errand::Funds => 3,
    }
}

/// The lane of submits and replaces.
const SUBMITS: usize = 1;

/// What makes an errand another one than the rest of its lane.
fn key_of(errand: &Errand) -> (usize, String) {
    let about = match errand {
        Errand::Submit(ticket) | Errand::Replace { new: ticket, .. } => ticket.client_id.as_str(),
        Errand::Cancel { client_id } | Errand::LookUp { client_id } => client_id.as_str(),
        Errand::Funds => "",
    };
    (lane_of(errand), about.to_owned())
}

impl Lanes {
    /// Puts an errand in its lane. One that waits already is not asked twice, which bounds a lane:
    /// for each venue order there is one submit or replace, one cancel and one look-up.
    pub(super) fn push(&mut self, errand: Errand) {
        let lane = lane_of(&errand);
        if !self.asked.insert(key_of(&errand)) {
            return;
        }
        if lane == SUBMITS {
            *self.behind.entry(order_of(&errand)).or_default() += 1;
        }
        self.newest += 1;
        self.waiting[lane].push_back((self.newest, errand));
    }

    /// The next errand that may start, the first lane first; none while too many are under way.
    /// An order's errands start in the order in which they were asked, a submit before its cancel.
    pub(super) fn start(&mut self) -> Option<(String, Errand)> {
        if self.under_way.len() >= ERRANDS_IN_FLIGHT_MAX {
            return None;
        }
        for lane in 0..self.waiting.len() {
            let place = self.waiting[lane].iter().position(|(_, errand)| {
                let order = order_of(errand);
                !self.under_way.contains_key(&order) && !self.is_behind_submit(lane, &order)
            });
            if let Some(place) = place {
                let (number, errand) = self.waiting[lane].remove(place)?;
                let order = order_of(&errand);
                self.taken(lane, &errand, &order);
                self.under_way.insert(order.clone(), number);
                return Some((order, errand));
            }
        }
        None
    }

    /// An errand left its lane.
    fn taken(&mut self, lane: usize, errand: &Errand, order: &str) {
        self.asked.remove(&key_of(errand));
        if lane == SUBMITS
            && let Some(count) = self.behind.get_mut(order)
        {
            *count -= 1;
            if *count == 0 {
                self.behind.remove(order);
            }
        }
    }

    /// A cancel or a look-up waits for the submit or replace of its own order that was asked first.
    fn is_behind_submit(&self, lane: usize, order: &str) -> bool {
        lane != SUBMITS && self.behind.contains_key(order)
    }

    /// An errand came back.
    pub(super) fn done(&mut self, order: &str) {
        self.under_way.remove(order);
    }

    /// The number of the errand that was asked last.
    pub(super) const fn newest(&self) -> u64 {
        self.newest
    }

    /// The lowest number among the errands that have not come back; none where all have.
    pub(super) fn oldest(&self) -> Option<u64> {
        // A lane keeps its order, so its first is its oldest.
        let waiting = self.waiting.iter().filter_map(|lane| Some(lane.front()?.0));
        waiting.chain(self.under_way.values().copied()).min()
    }
}

#[cfg(test)]
mod tests {
    use super::Lanes;
    use crate::desk::port::{Errand, Ticket};
    use crate::domain::ids::{ClientOrderId, OrderId};
    use crate::domain::numbers::Qty;
    use crate::domain::orders::{OrderType, Side, TimeInForce};
    use crate::domain::special::Special;
    use crate::domain::symbols::Symbol;
    use uuid::Uuid;

    fn client_id(number: u128) -> ClientOrderId {
        ClientOrderId::of(OrderId(Uuid::from_u128(number)), 1)
    }

    fn submit(number: u128) -> Errand {
        Errand::Submit(Ticket {
            client_id: client_id(number),
            symbol: Symbol::parse("AAPL").expect("plain"),
            side: Side::Buy,
            quantity: Qty::shares(1),
            order_type: OrderType::Market,
            time_in_force: TimeInForce::Day,
            special: Special::default(),
        })
    }

    fn cancel(number: u128) -> Errand {
        Errand::Cancel { client_id: client_id(number) }
    }

    #[test]
    fn cancels_overtake_other_orders_but_not_their_own_submit() {
        let mut lanes = Lanes::default();
        for errand in [submit(1), submit(2), cancel(2), cancel(3)] {
            lanes.push(errand);
        }
        let mut started = Vec::new();
        while let Some((_, errand)) = lanes.start() {
            started.push(errand);
        }
        assert_eq!(started, [cancel(3), submit(1), submit(2)]);
        lanes.done(client_id(2).as_str());
        assert_eq!(lanes.start().map(|(_, errand)| errand), Some(cancel(2)));
    }

    #[test]
    fn nothing_is_asked_twice_and_flights_are_bounded() {
        let mut lanes = Lanes::default();
        for _ in 0..1_000 {
            lanes.push(cancel(1));
        }
        assert_eq!(lanes.start().map(|(_, errand)| errand), Some(cancel(1)));
        assert_eq!(lanes.oldest(), Some(1));
        lanes.done(client_id(1).as_str());
        assert_eq!((lanes.start(), lanes.oldest()), (None, None), "a thousand keys, one cancel");
        let look_up = Errand::LookUp { client_id: client_id(1) };
        lanes.push(look_up.clone());
        lanes.push(look_up);
        assert!(lanes.start().is_some());
        assert!(lanes.start().is_none());
        for number in 2..100 {
            lanes.push(submit(number));
        }
        let mut flights = 1;
        while lanes.start().is_some() {
            flights += 1;
        }
        assert_eq!(flights, crate::bounds::ERRANDS_IN_FLIGHT_MAX);
    }
}
