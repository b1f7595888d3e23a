//! Stops, stop-limits and trailing stops: what sets them off, and what they are then.
//! Must never take a quote for a trade: only trades set a stop off.

use crate::domain::hours::Schedule;
use crate::domain::numbers::{Price, Qty, Ratio};
use crate::domain::orders::{OrderType, Side, Trail};
use crate::venue::simulator::exchange::order::{OrderKey, Status, worst_price};

use super::{PLAIN, Pit, stop};

fn pit() -> Pit {
    Pit::new(Schedule::Nyse, "2026-11-20T12:00:00")
}

/// Lets parts come until the order has ended.
fn finish(pit: &mut Pit, key: OrderKey, last: i64) {
    for _ in 0..50 {
        pit.quote(PLAIN, last - 10, last + 10);
    }
    assert_eq!(pit.order(key).status, Status::Filled);
}

#[test]
fn a_sell_stop_becomes_a_market_order_at_the_first_trade_there() {
    let mut pit = pit();
    pit.place_filled(Side::Buy, OrderType::Market);
    let key = pit.place(Side::Sell, stop(9_500));
    pit.quote(PLAIN, 9_300, 9_400);
    assert!(!pit.order(key).triggered, "a quote sets nothing off");
    pit.trade(PLAIN, 9_501);
    assert!(!pit.order(key).triggered);
    pit.events();
    pit.trade(PLAIN, 9_500);
    assert!(pit.order(key).triggered);
    assert_eq!(pit.events()[..2], ["triggered", "filled"]);
    finish(&mut pit, key, 9_500);
    assert!(pit.order(key).executions.iter().all(|one| one.price == Price::cents(9_490)));
}

#[test]
fn a_buy_stop_works_with_a_collar() {
    let cases = [
        ("18.75", "19.5"),
        ("49.99", "51.98"),
        ("50.00", "51.25"),
        ("187.50", "192.18"),
        ("0.9000", "0.9360"),
        ("0.9700", "1.00"),
    ];
    for (stop, collar) in cases {
        let parse = |text| Price::parse(text).expect("plain");
        let found = worst_price(Side::Buy, OrderType::Stop { stop: parse(stop) });
        assert_eq!(found, Some(parse(collar)), "{stop}");
        assert_eq!(worst_price(Side::Sell, OrderType::Stop { stop: parse(stop) }), None);
    }
    let mut pit = pit();
    let key = pit.place(Side::Buy, stop(10_500));
    // The trade that sets it off has run away: 2.5 % above 105.00 is 107.62.
    pit.trade(PLAIN, 10_900);
    assert_eq!((pit.order(key).triggered, pit.order(key).filled), (true, Qty::ZERO));
    pit.quote(PLAIN, 10_740, 10_763);
    assert_eq!(pit.order(key).filled, Qty::ZERO);
    pit.quote(PLAIN, 10_740, 10_762);
    assert!(pit.order(key).filled > Qty::ZERO);
}

#[test]
fn a_stop_limit_becomes_a_limit_order() {
    let mut pit = pit();
    pit.place_filled(Side::Buy, OrderType::Market);
    let (stop, limit) = (Price::cents(9_500), Price::cents(9_480));
    let key = pit.place(Side::Sell, OrderType::StopLimit { stop, limit });
    pit.trade(PLAIN, 9_400);
    assert_eq!((pit.order(key).triggered, pit.order(key).filled), (true, Qty::ZERO));
    pit.quote(PLAIN, 9_479, 9_500);
    assert_eq!(pit.order(key).filled, Qty::ZERO);
    pit.quote(PLAIN, 9_480, 9_500);
    assert!(pit.order(key).filled > Qty::ZERO);
}

#[test]
fn a_trailing_stop_follows_the_best_trade_and_no_other() {
    let mut pit = pit();
    pit.place_filled(Side::Buy, OrderType::Market);
    let trail = Trail::Amount(Price::cents(200));
    let key = pit.place(Side::Sell, OrderType::TrailingStop { trail });
    let trigger = |pit: &Pit| pit.order(key).trigger();
    assert_eq!(trigger(&pit), Some(Price::cents(9_800)), "from the last trade at entry");
    pit.trade(PLAIN, 10_300);
    assert_eq!(trigger(&pit), Some(Price::cents(10_100)));
    pit.trade(PLAIN, 10_101);
    assert_eq!(trigger(&pit), Some(Price::cents(10_100)), "it does not come back");
    assert!(!pit.order(key).triggered);
    pit.quote(PLAIN, 9_000, 9_100);
    assert!(!pit.order(key).triggered, "a quote sets nothing off");
    pit.trade(PLAIN, 10_100);
    assert!(pit.order(key).triggered);
    finish(&mut pit, key, 10_100);
}

#[test]
fn a_trailing_buy_follows_down_by_percent() {
    let mut pit = pit();
    let trail = Trail::Percent(Ratio(20_000));
    let key = pit.place(Side::Buy, OrderType::TrailingStop { trail });
    assert_eq!(pit.order(key).trigger(), Some(Price::cents(10_200)));
    pit.trade(PLAIN, 9_500);
    assert_eq!(pit.order(key).trigger(), Some(Price::cents(9_690)));
    pit.trade(PLAIN, 9_689);
    assert!(!pit.order(key).triggered);
    pit.trade(PLAIN, 9_690);
    assert!(pit.order(key).triggered);
}

#[test]
fn a_replaced_trail_keeps_its_mark() {
    let mut pit = pit();
    pit.place_filled(Side::Buy, OrderType::Market);
    let trail = |cents| OrderType::TrailingStop { trail: Trail::Amount(Price::cents(cents)) };
    let old = pit.place(Side::Sell, trail(500));
    pit.trade(PLAIN, 11_000);
    pit.trade(PLAIN, 10_800);
    let new = pit.ticket(PLAIN, Side::Sell, trail(300));
    let key = pit.exchange.replace(pit.now, old, (PLAIN, &new)).expect("open");
    assert_eq!(pit.order(key).trigger(), Some(Price::cents(10_700)));
}

#[test]
fn a_stop_that_the_night_jumped_over_goes_off_at_the_open() {
    let mut pit = pit();
    pit.place_filled(Side::Buy, OrderType::Market);
    let mut ticket = pit.ticket(PLAIN, Side::Sell, stop(9_500));
    ticket.time_in_force = crate::domain::orders::TimeInForce::Gtc;
    let key = pit.submit(PLAIN, &ticket).expect("taken");
    pit.exchange.end_day(super::at("2026-11-20T16:00:00"));
    pit.session = super::at("2026-11-23T09:30:00");
    pit.now = pit.session.plus_ms(-1);
    pit.trade(PLAIN, 9_000);
    assert!(pit.order(key).filled > Qty::ZERO);
    assert!(pit.order(key).executions.iter().all(|one| one.price == Price::cents(8_990)));
}

/// Its stop was passed: the same stop is no new one, and another waits anew.
#[test]
fn a_stop_limit_that_was_reached_is_amended_as_the_limit_order_it_is() {
    let mut pit = pit();
    pit.place_filled(Side::Buy, OrderType::Market);
    let kind =
        |stop, limit| OrderType::StopLimit { stop: Price::cents(stop), limit: Price::cents(limit) };
    let key = pit.place(Side::Sell, kind(9_500, 9_450));
    pit.quote(PLAIN, 9_300, 9_400);
    pit.trade(PLAIN, 9_400);
    assert_eq!((pit.order(key).triggered, pit.order(key).filled), (true, Qty::ZERO));
    let other_stop = pit.ticket(PLAIN, Side::Sell, kind(9_600, 9_420));
    let refused = pit.exchange.replace(pit.now, key, (PLAIN, &other_stop));
    assert!(refused.is_err(), "a sale's stop lies below the market");
    assert!(pit.order(key).triggered);
    let resting = pit.ticket(PLAIN, Side::Sell, kind(9_500, 9_420));
    let new = pit.exchange.replace(pit.now, key, (PLAIN, &resting)).expect("taken");
    assert_eq!((pit.order(new).triggered, pit.order(new).filled), (true, Qty::ZERO));
    let low = pit.ticket(PLAIN, Side::Sell, kind(9_500, 9_250));
    let last = pit.exchange.replace(pit.now, new, (PLAIN, &low)).expect("taken");
    finish(&mut pit, last, 9_310);
}
