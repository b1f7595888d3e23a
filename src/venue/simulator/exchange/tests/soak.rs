//! A hundred thousand random deeds, each checked against an oracle that knows the events alone.
//! Must never share code with what it checks: the oracle adds up for itself.

use std::collections::BTreeMap;

use crate::desk::entropy::Entropy;
use crate::desk::port::Ticket;
use crate::domain::hours::Schedule;
use crate::domain::numbers::{Money, Price, Qty, Ratio};
use crate::domain::orders::{OrderType, Side, TimeInForce, Trail};
use crate::venue::simulator::exchange::order::{Event, EventKind, OrderKey};
use crate::venue::simulator::tape::Slot;

use super::{LONG_ONLY, OTHER, PLAIN, Pit};

const SLOTS: [Slot; 3] = [PLAIN, OTHER, LONG_ONLY];

/// What the events say, added up: nothing of the exchange's own sums.
#[derive(Default)]
struct Oracle {
    cash: i128,
    shares: BTreeMap<Slot, i64>,
    filled: BTreeMap<OrderKey, i64>,
    ended: BTreeMap<OrderKey, &'static str>,
}

impl Oracle {
    fn hear(&mut self, pit: &Pit, event: &Event, quotes: &BTreeMap<Slot, (i64, i64)>) {
        let order = pit.order(event.order);
        if let EventKind::Filled { execution, total } = event.kind {
            let (quantity, price) = (execution.quantity.units(), execution.price.units());
            let sign = if order.side == Side::Buy { 1 } else { -1 };
            let (bid, ask) = quotes[&order.slot];
            let far = if sign == 1 { ask } else { bid };
            assert_eq!(price, far * 10_000_000, "at the far side of the quote");
            let limit = match order.order_type {
                OrderType::Limit { limit } | OrderType::StopLimit { limit, .. } => limit.units(),
                _ if sign == 1 => i64::MAX,
                _ => 0,
            };
            assert!(sign * price <= sign * limit, "through the limit: {order:?}");
            self.cash -= i128::from(sign) * i128::from(quantity) * i128::from(price);
            let shares = self.shares.entry(order.slot).or_default();
            let before = *shares;
            *shares += sign * quantity;
            assert!(before.signum() * shares.signum() >= 0, "crossed zero");
            let filled = self.filled.entry(event.order).or_default();
            *filled += quantity;
            assert_eq!(*filled, total.units(), "totals run on");
            assert!(*filled <= order.quantity.units(), "more than was asked");
            assert!(!self.ended.contains_key(&event.order), "filled after its end");
            if order.time_in_force == TimeInForce::Fok {
                assert_eq!(quantity, order.quantity.units(), "fok in parts");
            }
        }
        let end = match event.kind {
            EventKind::Canceled => "canceled",
            EventKind::Expired => "expired",
            EventKind::Replaced { .. } => "replaced",
            EventKind::Filled { .. } if order.filled == order.quantity => "filled",
            _ => return,
        };
        let full = self.filled.get(&event.order) == Some(&order.quantity.units());
        if end != "filled" || full {
            assert_eq!(self.ended.insert(event.order, end), None, "ended twice");
        }
    }

    /// The exchange's sums against the oracle's.
    fn check(&self, pit: &Pit) {
        let account = pit.exchange.account();
        assert_eq!(account.cash.units(), self.cash);
        for slot in SLOTS {
            let held = account.holding(slot);
            assert_eq!(held.quantity.units(), self.shares.get(&slot).copied().unwrap_or(0));
            if held.quantity.is_zero() {
                assert_eq!(held.cost, Money::ZERO, "a flat position costs nothing");
            }
        }
    }

    /// The slow checks: every order against the books.
    fn check_orders(&self, pit: &Pit) {
        let mut reserved = Money::ZERO;
        let mut selling: BTreeMap<Slot, i64> = BTreeMap::new();
        for (key, order) in pit.exchange.orders() {
            assert_eq!(order.status.is_open(), !self.ended.contains_key(&key), "{order:?}");
            if !order.status.is_open() {
                continue;
            }
            assert!(!matches!(order.time_in_force, TimeInForce::Ioc | TimeInForce::Fok));
            let leaves = order.quantity.units() - order.filled.units();
            reserved += Qty::from_units(leaves) * order.reserve_price;
            if order.reserve_price.is_zero() {
                *selling.entry(order.slot).or_default() += leaves;
            }
        }
        assert_eq!(pit.exchange.account().reserved, reserved);
        for (slot, shares) in selling {
            let held = self.shares.get(&slot).copied().unwrap_or(0);
            assert!(shares <= held.abs(), "more is being closed than is held");
        }
        check_pairs(pit);
    }
}

/// No two open orders that the wash-trade rule keeps apart; a trailing stop may come second.
fn check_pairs(pit: &Pit) {
    let open: Vec<_> = pit.exchange.orders().filter(|(_, o)| o.status.is_open()).collect();
    for (index, (_, first)) in open.iter().enumerate() {
        for (_, second) in &open[index + 1..] {
            let trails = |order_type| matches!(order_type, OrderType::TrailingStop { .. });
            if first.slot != second.slot || first.side == second.side || trails(second.order_type) {
                continue;
            }
            let limits = (first.order_type.limit(), second.order_type.limit());
            let (Some(one), Some(other)) = limits else {
                panic!("a market-like order beside an opposite one: {first:?} {second:?}");
            };
            let (buy, sale) = if first.side == Side::Buy { (one, other) } else { (other, one) };
            assert!(buy < sale, "{first:?} would meet {second:?}");
        }
    }
}

/// Draws from one source.
struct Dice(Entropy);

impl Dice {
    fn below(&mut self, count: i64) -> i64 {
        i64::try_from(self.0.next_u64() % u64::try_from(count).expect("positive")).expect("small")
    }
    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::try_from(self.below(i64::try_from(of.len()).expect("few"))).expect("small")]
    }

    fn ticket(&mut self, pit: &mut Pit, slot: Slot, last: i64) -> Ticket {
        let side = self.one(&[Side::Buy, Side::Sell]);
        let near = last + self.below(600) - 300;
        let (price, other) = (Price::cents(near), Price::cents(near + self.below(100) - 50));
        let order_type = match self.below(10) {
            0..3 => OrderType::Market,
            3..7 => OrderType::Limit { limit: price },
            7 => OrderType::Stop { stop: price },
            8 => OrderType::StopLimit { stop: price, limit: other },
            _ if self.below(2) == 0 => {
                OrderType::TrailingStop { trail: Trail::Amount(Price::cents(1 + self.below(200))) }
            }
            _ => {
                OrderType::TrailingStop { trail: Trail::Percent(Ratio(1_000 + self.below(20_000))) }
            }
        };
        let mut ticket = pit.ticket(slot, side, order_type);
        ticket.time_in_force = match self.below(3) {
            0 => self.one(&TimeInForce::ALL),
            _ => self.one(&[TimeInForce::Day, TimeInForce::Gtc]),
        };
        ticket.quantity = match self.below(20) {
            0 => Qty::from_units(1 + self.below(5_000_000_000)),
            _ => Qty::shares(1 + self.below(400)),
        };
        ticket
    }
}

/// Plays `deeds` random deeds, hands each event to `hear`, and nothing after each deed.
fn play(
    seed: u64,
    deeds: usize,
    mut hear: impl FnMut(&Pit, Option<&Event>, &BTreeMap<Slot, (i64, i64)>),
) {
    let schedule = if seed.is_multiple_of(2) { Schedule::Nyse } else { Schedule::Always };
    let mut dice = Dice(Entropy::from_number(seed));
    let mut pit = Pit::with(schedule, "2026-11-20T12:00:00", Money::dollars(300_000));
    let mut last: BTreeMap<Slot, i64> = SLOTS.into_iter().map(|slot| (slot, 10_000)).collect();
    let touches = |pit: &Pit| {
        let cents = |price: Price| price.units() / Price::CENT.units();
        let quote = |slot: Slot| {
            let touch = pit.exchange.book(slot).touch;
            (slot, (cents(touch.bid), cents(touch.ask)))
        };
        SLOTS.into_iter().map(quote).collect::<BTreeMap<_, _>>()
    };
    for deed in 0..deeds {
        let slot = dice.one(&SLOTS);
        match dice.below(100) {
            0..45 => {
                let ticket = dice.ticket(&mut pit, slot, last[&slot]);
                drop(pit.submit(slot, &ticket));
            }
            45..55 => {
                let count = i64::try_from(pit.exchange.orders().count()).expect("few");
                if count > 0 {
                    let recent = count - 1 - dice.below(count.min(40));
                    let key = OrderKey(u32::try_from(recent).expect("few"));
                    if dice.below(2) == 0 {
                        drop(pit.exchange.cancel(pit.now, key));
                    } else {
                        let slot = pit.order(key).slot;
                        let mut ticket = dice.ticket(&mut pit, slot, last[&slot]);
                        ticket.side = pit.order(key).side;
                        drop(pit.exchange.replace(pit.now, key, (slot, &ticket)));
                    }
                }
            }
            55..99 => {
                let moved = last.get_mut(&slot).expect("known");
                *moved = (*moved + dice.below(101) - 50).clamp(5_000, 20_000);
                let (bid, ask) = (*moved - dice.below(5), *moved + 1 + dice.below(5));
                let trade = dice.below(2) == 0;
                let price = *moved;
                pit.print(slot, (bid, ask), price, trade);
            }
            _ if deed % 50 == 0 => {
                let quotes = touches(&pit);
                let day = pit.end_day(schedule);
                for event in pit.exchange.take_events() {
                    hear(&pit, Some(&event), &quotes);
                }
                pit.begin_day(schedule, day);
            }
            _ => {}
        }
        let quotes = touches(&pit);
        for event in pit.exchange.take_events() {
            hear(&pit, Some(&event), &quotes);
        }
        hear(&pit, None, &quotes);
    }
}

#[test]
fn a_hundred_thousand_deeds_add_up() {
    let mut ends = BTreeMap::<&str, u32>::new();
    for seed in 0..5 {
        let mut oracle = Oracle { cash: Money::dollars(300_000).units(), ..Oracle::default() };
        let mut deeds = 0_u32;
        play(seed, 20_000, |pit, event, quotes| {
            if let Some(event) = event {
                oracle.hear(pit, event, quotes);
                return;
            }
            deeds += 1;
            oracle.check(pit);
            if deeds.is_multiple_of(400) {
                oracle.check_orders(pit);
            }
        });
        assert_eq!(deeds, 20_000);
        for end in oracle.ended.values() {
            *ends.entry(end).or_default() += 1;
        }
    }
    for end in ["canceled", "expired", "replaced", "filled"] {
        assert!(ends[end] > 50, "{end} too seldom: {ends:?}");
    }
}

#[test]
fn the_same_seed_and_deeds_give_the_same_events() {
    let record = |seed| {
        let mut events = Vec::new();
        play(seed, 3_000, |_, event, _| events.push(format!("{event:?}")));
        events
    };
    assert_eq!(record(3), record(3));
    assert_ne!(record(3), record(5));
}
