//! What fills, at which price, when, and what is left of it.
//! Must never look at an event without the order it changed.

use crate::desk::port::Ticket;
use crate::domain::hours::Schedule;
use crate::domain::numbers::{Money, Price, Qty};
use crate::domain::orders::{OrderType, Side, TimeInForce};
use crate::venue::simulator::exchange::order::{EventKind, Status};

use super::{ASK, BID, HALTED, PLAIN, Pit, limit};

const DAYTIME: &str = "2026-11-20T12:00:00";

fn pit() -> Pit {
    Pit::new(Schedule::Nyse, DAYTIME)
}

#[test]
fn a_market_order_takes_the_far_side() {
    let mut pit = pit();
    let buy = pit.place_filled(Side::Buy, OrderType::Market);
    assert!(pit.order(buy).executions.iter().all(|one| one.price == Price::cents(ASK)));
    let sale = pit.place_filled(Side::Sell, OrderType::Market);
    assert!(pit.order(sale).executions.iter().all(|one| one.price == Price::cents(BID)));
    let lost = Qty::shares(100) * Price::cents(ASK - BID);
    assert_eq!(pit.exchange.account().cash, Money::dollars(1_000_000) - lost);
}

#[test]
fn a_limit_order_fills_at_the_quote_and_never_through_its_limit() {
    let mut pit = pit();
    let better = pit.place_filled(Side::Buy, limit(10_050));
    assert!(pit.order(better).executions.iter().all(|one| one.price == Price::cents(ASK)));
    let resting = pit.place(Side::Buy, limit(9_900));
    assert_eq!(pit.order(resting).status, Status::New);
    pit.quote(PLAIN, 9_880, 9_901);
    assert_eq!(pit.order(resting).filled, Qty::ZERO, "a cent too dear");
    for _ in 0..50 {
        pit.quote(PLAIN, 9_870, 9_895);
    }
    assert_eq!(pit.order(resting).status, Status::Filled);
    assert!(pit.order(resting).executions.iter().all(|one| one.price == Price::cents(9_895)));
}

#[test]
fn the_better_price_and_the_older_order_come_first() {
    let mut pit = pit();
    let low = pit.place(Side::Buy, limit(9_800));
    let first = pit.place(Side::Buy, limit(9_900));
    let second = pit.place(Side::Buy, limit(9_900));
    pit.exchange.take_events();
    pit.quote(PLAIN, 9_700, 9_750);
    let filled: Vec<_> = pit
        .exchange
        .take_events()
        .into_iter()
        .filter(|event| matches!(event.kind, EventKind::Filled { .. }))
        .map(|event| event.order)
        .collect();
    assert_eq!(filled, [first, second, low]);
}

#[test]
fn one_order_in_ten_is_filled_in_parts() {
    let mut pit = Pit::with(Schedule::Always, DAYTIME, Money::dollars(1_000_000_000));
    let mut parts = 0;
    for _ in 0..2_000 {
        let key = pit.place(Side::Buy, OrderType::Market);
        let order = pit.order(key);
        if order.status == Status::PartiallyFilled {
            parts += 1;
            assert!(order.filled.is_whole() && order.filled < Qty::shares(100));
            let before = order.filled;
            pit.quote(PLAIN, BID, ASK);
            assert!(pit.order(key).filled > before, "tried again at the next print");
            while pit.order(key).status.is_open() {
                pit.quote(PLAIN, BID, ASK);
            }
        }
        assert_eq!(pit.order(key).status, Status::Filled);
    }
    assert!((150..250).contains(&parts), "{parts} of 2,000");
}

#[test]
fn ioc_never_rests_and_fok_is_all_or_nothing() {
    let mut pit = Pit::with(Schedule::Always, DAYTIME, Money::dollars(1_000_000_000));
    let mut cut = 0;
    for _ in 0..500 {
        for (time_in_force, cents) in [
            (TimeInForce::Ioc, 10_050),
            (TimeInForce::Ioc, 9_900),
            (TimeInForce::Fok, 10_050),
            (TimeInForce::Fok, 9_900),
        ] {
            let ticket = pit.ticket(PLAIN, Side::Buy, limit(cents));
            let key = pit.submit(PLAIN, &Ticket { time_in_force, ..ticket }).expect("taken");
            let order = pit.order(key);
            assert!(!order.status.is_open());
            match (time_in_force, cents) {
                (_, 9_900) => {
                    assert_eq!((order.status, order.filled), (Status::Canceled, Qty::ZERO));
                }
                (TimeInForce::Fok, _) => assert_eq!(order.status, Status::Filled),
                _ if order.status == Status::Canceled => cut += 1,
                _ => assert_eq!(order.filled, Qty::shares(100)),
            }
        }
    }
    assert!(cut > 20, "some ioc orders are cut short: {cut}");
    assert!(!pit.exchange.has_open(PLAIN));
    assert_eq!(pit.exchange.account().reserved, Money::ZERO);
}

#[test]
fn parts_of_a_share_fill_whole() {
    let mut pit = pit();
    let mut ticket = pit.ticket(PLAIN, Side::Buy, OrderType::Market);
    ticket.quantity = Qty::parse("0.057436865").expect("plain");
    let key = pit.submit(PLAIN, &ticket).expect("taken");
    assert_eq!(pit.order(key).status, Status::Filled);
    let mut sale = pit.ticket(PLAIN, Side::Sell, OrderType::Market);
    sale.quantity = ticket.quantity;
    pit.submit(PLAIN, &sale).expect("taken");
    assert_eq!(pit.held(PLAIN), Qty::ZERO);
    assert_eq!(pit.exchange.account().holding(PLAIN).cost, Money::ZERO);
}

#[test]
fn orders_of_a_closed_market_wait_for_the_open() {
    let mut pit = Pit::new(Schedule::Nyse, "2026-11-20T17:00:00");
    let day = pit.place(Side::Buy, OrderType::Market);
    let low = pit.place(Side::Buy, limit(9_000));
    let mut now_or_never = pit.ticket(PLAIN, Side::Buy, limit(9_000));
    now_or_never.time_in_force = TimeInForce::Ioc;
    let never = pit.submit(PLAIN, &now_or_never).expect("taken");
    assert_eq!(pit.events(), ["accepted"; 3]);
    assert_eq!(pit.order(day).status, Status::Accepted);
    assert_eq!(pit.order(day).expires, super::at("2026-11-23T16:00:00"));
    pit.session = super::at("2026-11-23T09:30:00");
    pit.now = pit.session.plus_ms(-1);
    pit.trade(PLAIN, 10_000);
    assert!(pit.order(day).filled > Qty::ZERO);
    assert_eq!(pit.order(low).status, Status::New);
    assert_eq!(pit.order(never).status, Status::Canceled);
}

#[test]
fn day_orders_expire_and_gtc_orders_live_ninety_days() {
    for schedule in [Schedule::Nyse, Schedule::Always] {
        let mut pit = Pit::new(schedule, DAYTIME);
        let day = pit.place(Side::Buy, limit(9_000));
        let ticket = pit.ticket(PLAIN, Side::Buy, limit(8_900));
        let gtc = Ticket { time_in_force: TimeInForce::Gtc, ..ticket };
        let gtc = pit.submit(PLAIN, &gtc).expect("taken");
        pit.next_day(schedule);
        assert_eq!(pit.order(day).status, Status::Expired);
        let mut days = 1;
        while pit.order(gtc).status == Status::New {
            pit.next_day(schedule);
            days += 1;
            assert!(days < 120);
        }
        assert_eq!(pit.order(gtc).status, Status::Expired);
        let lived = pit.order(gtc).updated.ms_since(pit.order(gtc).created) / 86_400_000;
        assert!((90..=93).contains(&lived), "{schedule:?}: {lived} days");
        assert_eq!(pit.exchange.account().reserved, Money::ZERO);
    }
}

#[test]
fn auction_orders_fill_at_their_auction_or_not_at_all() {
    for schedule in [Schedule::Nyse, Schedule::Always] {
        let mut pit = Pit::new(schedule, DAYTIME);
        let place = |pit: &mut Pit, time_in_force, order_type| {
            let ticket = pit.ticket(PLAIN, Side::Buy, order_type);
            pit.submit(PLAIN, &Ticket { time_in_force, ..ticket }).expect("taken")
        };
        let close = place(&mut pit, TimeInForce::Cls, OrderType::Market);
        let too_low = place(&mut pit, TimeInForce::Cls, limit(9_000));
        assert_eq!(pit.order(close).status, Status::Accepted);
        for _ in 0..20 {
            pit.trade(PLAIN, 10_000);
        }
        assert_eq!(pit.order(close).filled, Qty::ZERO, "not before the close");
        pit.next_day(schedule);
        assert!(pit.order(close).filled > Qty::ZERO);
        assert!(!pit.order(close).status.is_open());
        assert_eq!(pit.order(too_low).status, Status::Canceled);
        if schedule == Schedule::Nyse {
            pit.now = super::at("2026-11-23T19:30:00");
        }
        let open = place(&mut pit, TimeInForce::Opg, OrderType::Market);
        let too_low = place(&mut pit, TimeInForce::Opg, limit(9_000));
        assert_eq!(pit.order(open).status, Status::Accepted);
        if schedule == Schedule::Nyse {
            pit.session = super::at("2026-11-24T09:30:00");
            pit.now = pit.session.plus_ms(-1);
            pit.trade(PLAIN, 10_000);
        } else {
            pit.next_day(schedule);
        }
        assert!(pit.order(open).filled > Qty::ZERO, "{schedule:?}");
        assert!(!pit.order(open).status.is_open());
        assert_eq!(pit.order(too_low).status, Status::Canceled);
    }
}

#[test]
fn nothing_fills_without_a_quote() {
    let mut pit = pit();
    let ticket = pit.ticket(HALTED, Side::Buy, limit(10_000));
    let key = pit.submit(HALTED, &ticket).expect("taken");
    assert_eq!(pit.order(key).status, Status::New);
    pit.print(HALTED, (0, 0), 128, false);
    assert_eq!(pit.order(key).filled, Qty::ZERO);
    pit.next_day(Schedule::Nyse);
    assert_eq!(pit.order(key).status, Status::Expired);
}

#[test]
fn a_replacement_takes_the_place_or_nothing_changes() {
    let mut pit = Pit::with(Schedule::Nyse, DAYTIME, Money::dollars(10_000));
    let old = pit.place(Side::Buy, limit(9_000));
    let reserved = pit.exchange.account().reserved;
    let mut new = pit.ticket(PLAIN, Side::Buy, limit(9_100));
    new.quantity = Qty::shares(100_000);
    let refused = pit.exchange.replace(pit.now, old, (PLAIN, &new)).expect_err("too much");
    assert_eq!(refused.to_string(), "insufficient buying power");
    assert_eq!(pit.order(old).status, Status::New);
    assert_eq!(pit.exchange.account().reserved, reserved);
    pit.events();
    new.quantity = Qty::shares(400);
    let key = pit.exchange.replace(pit.now, old, (PLAIN, &new)).expect("its room is free");
    assert_eq!(pit.events(), ["replaced", "accepted", "new"]);
    assert_eq!(pit.order(old).status, Status::Replaced);
    assert_eq!(pit.order(old).replaced_by.as_deref(), Some(&new.client_id));
    assert_eq!(pit.order(key).replaces, Some(pit.order(old).number));
    assert_eq!(pit.exchange.account().reserved, Qty::shares(400) * Price::cents(9_100));
    pit.quote(PLAIN, 9_000, 9_050);
    assert_eq!(pit.order(old).filled, Qty::ZERO, "only one of them is at work");
    assert!(pit.order(key).filled > Qty::ZERO);
}

#[test]
fn a_look_up_tells_what_the_events_told() {
    let mut pit = pit();
    let mut said = Vec::new();
    let mut keys = Vec::new();
    for cents in [10_050, 9_000, 9_900] {
        keys.push(pit.place(Side::Buy, limit(cents)));
    }
    pit.exchange.cancel(pit.now, keys[1]).expect("open");
    for _ in 0..30 {
        pit.quote(PLAIN, 9_800, 9_850);
    }
    let late = pit.place(Side::Buy, limit(9_000));
    keys.push(late);
    let new = pit.ticket(PLAIN, Side::Buy, limit(9_010));
    keys.push(pit.exchange.replace(pit.now, late, (PLAIN, &new)).expect("open"));
    pit.next_day(Schedule::Nyse);
    for event in pit.exchange.take_events() {
        said.extend(pit.exchange.report(&event));
    }
    for key in keys {
        let order = pit.order(key);
        let told: Vec<_> =
            said.iter().filter(|report| report.client_id == order.client_id).cloned().collect();
        assert_eq!(pit.exchange.story(order), told);
        assert!(!order.status.is_open());
    }
}
