//! Tape and exchange together: the same deeds at the same times, whatever the steps between.
//! Must never depend on how often somebody looks.

use std::sync::Arc;

use crate::desk::port::Ticket;
use crate::domain::hours::Schedule;
use crate::domain::ids::{ClientOrderId, OrderId};
use crate::domain::lifecycle::ReportKind;
use crate::domain::numbers::{Money, Price, Qty};
use crate::domain::orders::{OrderType, Side, TimeInForce, Trail};
use crate::domain::special::Special;
use crate::domain::symbols::{Asset, Symbol};
use crate::domain::time::MarketTime;

use super::exchange::order::Status;
use super::exchange::{Exchange, Kept};
use super::floor::Floor;
use super::listing::{Listing, table};
use super::tape::{Slot, Tape};

fn at(text: &str) -> MarketTime {
    MarketTime::from_new_york(text.parse().expect("a civil time"))
}

/// What a morning's reports hash to, on every machine.
const SAME_FILLS: &str = "2bda64aa06b52871b47abe994018790f62c58e88505c31253856ed2ffd40d241";
const SYMBOLS: [&str; 6] = ["TSLA", "AAPL", "BURU", "BKNG", "SPY", "MARA"];

fn listings() -> Vec<Listing> {
    let listed = |listing: &Listing| SYMBOLS.contains(&listing.asset.symbol.as_str());
    table().into_iter().filter(listed).collect()
}

fn floor(schedule: Schedule, start: MarketTime) -> Floor {
    let listings = listings();
    let tape = Arc::new(Tape::new(3, schedule, &listings));
    let assets: Arc<[Asset]> = listings.into_iter().map(|listing| listing.asset).collect();
    let exchange = Exchange::new(3, schedule, assets, Money::dollars(10_000_000));
    Floor::open(tape, exchange, start)
}

fn slot(floor: &Floor, symbol: &str) -> Slot {
    floor.tape().slot(Symbol::parse(symbol).expect("plain")).expect("listed")
}

fn orders(floor: &Floor) -> Vec<Ticket> {
    let mut tickets = Vec::new();
    for (symbol, number) in SYMBOLS.into_iter().zip(0_u128..) {
        let last = floor.picture(slot(floor, symbol)).last;
        let trail = Trail::Amount(Price::from_units(last.tick().units() * 8));
        let beside = |percent| {
            let price = last.percent(percent).units();
            Price::from_units(price / last.tick().units() * last.tick().units())
        };
        let kinds = [
            OrderType::Limit { limit: Price::from_units(last.units() - last.tick().units()) },
            OrderType::Limit { limit: beside(99) },
            OrderType::Stop { stop: beside(101) },
            OrderType::TrailingStop { trail },
        ];
        for (order_type, kind) in kinds.into_iter().zip(0_u128..) {
            let id = OrderId(uuid::Uuid::from_u128(number * 10 + kind));
            tickets.push(Ticket {
                client_id: ClientOrderId::of(id, 1),
                symbol: Symbol::parse(symbol).expect("plain"),
                side: Side::Buy,
                quantity: Qty::shares(200),
                order_type,
                time_in_force: TimeInForce::Gtc,
                special: Special::default(),
            });
        }
    }
    tickets
}

#[test]
fn how_often_one_looks_changes_nothing() {
    for schedule in [Schedule::Always, Schedule::Nyse] {
        let start = at("2026-11-20T15:00:00");
        let end = at("2026-11-23T10:00:00");
        let run = |step_ms: &dyn Fn(i64) -> i64| {
            let mut floor = floor(schedule, start);
            for ticket in orders(&floor) {
                floor.submit(start, &ticket).expect("taken");
            }
            let mut now = start;
            let mut steps = 0;
            while now < end {
                now = now.plus_ms(step_ms(steps)).min(end);
                steps += 1;
                floor.advance(now);
            }
            let pictures: Vec<_> = floor.tape().all().map(|slot| *floor.picture(slot)).collect();
            let kept: Vec<_> = floor.exchange().orders().map(|(_, order)| order.clone()).collect();
            let events = floor.exchange_mut().take_events();
            (pictures, kept, events, floor.exchange().account().clone())
        };
        let in_one = run(&|_| 86_400_000 * 9);
        let in_many = run(&|step| 17_000 + step % 11 * 3_313);
        let uneven = run(&|step| 1 + (step * step) % 5_000_011);
        assert_eq!(in_one.1, in_many.1);
        assert_eq!(in_one, in_many);
        assert_eq!(in_one, uneven);
        let filled = in_one.1.iter().filter(|order| order.status == Status::Filled).count();
        assert!(filled > 8, "{filled} of {} filled", in_one.1.len());
    }
}

#[test]
fn the_closing_auction_belongs_to_the_day_that_ends() {
    for (schedule, close) in
        [(Schedule::Nyse, "2026-11-20T16:00"), (Schedule::Always, "2026-11-20T20:00")]
    {
        let start = at("2026-11-20T12:00");
        let mut floor = floor(schedule, start);
        let ticket = Ticket {
            order_type: OrderType::Market,
            time_in_force: TimeInForce::Cls,
            ..orders(&floor)[0].clone()
        };
        let day = schedule.trading_day(start);
        let key = floor.submit(start, &ticket).expect("taken");
        floor.advance(at(close).plus_ms(90_000_000));
        let executions = &floor.exchange().order(key).executions;
        assert!(!executions.is_empty(), "the auction is held: {schedule:?}");
        for execution in executions {
            assert_eq!(schedule.trading_day(execution.at), day, "{schedule:?} {execution:?}");
        }
        let events = floor.exchange_mut().take_events();
        let auction = events.iter().filter_map(|event| floor.exchange().report(event));
        let times: Vec<MarketTime> = auction.map(|report| report.at).collect();
        assert!(times.is_sorted() && times.last() < Some(&at(close)), "{schedule:?} {times:?}");
    }
}

#[test]
fn what_was_missed_while_away_does_not_fill() {
    let start = at("2026-11-20T12:00:00");
    let mut floor = floor(Schedule::Always, start);
    let spy = slot(&floor, "SPY");
    let tape = floor.tape().clone();
    // A limit that the market will reach and leave again before `back`.
    let (limit, back) = (1..600)
        .find_map(|minutes| {
            let back = start.plus_ms(minutes * 60_000);
            let bars = tape.session_bars(spy, &tape.session_at(start), 1, back);
            let since: Vec<_> = bars.iter().filter(|bar| bar.start >= start).collect();
            let low = since.iter().map(|bar| bar.low).min()?;
            let limit = Price::from_units(low.units() + 5 * Price::CENT.units());
            let away = tape.picture(spy, back).ask > limit;
            (away && limit < floor.picture(spy).bid).then_some((limit, back))
        })
        .expect("a market moves");
    let ticket = Ticket {
        client_id: ClientOrderId::of(OrderId(uuid::Uuid::from_u128(1)), 1),
        symbol: Symbol::parse("SPY").expect("plain"),
        side: Side::Buy,
        quantity: Qty::shares(10),
        order_type: OrderType::Limit { limit },
        time_in_force: TimeInForce::Day,
        special: Special::default(),
    };
    let key = floor.submit(start, &ticket).expect("taken");
    let exchange = floor.exchange();
    let (next_order, next_execution) = exchange.next_numbers();
    let kept = Kept {
        cash: exchange.account().cash,
        holdings: Vec::new(),
        orders: exchange.orders().map(|(_, order)| order.clone()).collect(),
        next_order,
        next_execution,
    };
    let assets: Arc<[Asset]> = listings().into_iter().map(|listing| listing.asset).collect();
    let restored = Exchange::restore(3, Schedule::Always, assets, kept);
    let resumed = Floor::open(tape, restored, back);
    assert_eq!(resumed.exchange().order(key).status, Status::New, "nobody was there to fill it");
    floor.advance(back);
    assert!(floor.exchange().order(key).filled > Qty::ZERO, "had it run, it had filled");
}

#[test]
fn the_same_seed_gives_the_same_fills_to_the_byte() {
    use sha2::{Digest, Sha256};
    let start = at("2026-11-20T09:00:00");
    let mut floor = floor(Schedule::Nyse, start);
    for ticket in orders(&floor) {
        floor.submit(start, &ticket).expect("taken");
    }
    floor.advance(at("2026-11-20T16:30:00"));
    let mut hash = Sha256::new();
    let mut fills = 0;
    for event in floor.exchange_mut().take_events() {
        if let Some(report) = floor.exchange().report(&event) {
            fills += usize::from(matches!(report.kind, ReportKind::Filled { .. }));
            hash.update(format!("{report:?}"));
        }
    }
    let digest =
        hash.finalize().iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    assert_eq!((fills, digest.as_str()), (17, SAME_FILLS));
}
