//! What the embedded market costs: a step of the exchange beside a bare ordered map doing the same
//! insert and remove, and the tape's course. Must never assert a time: it prints them side by side.
//!
//! Read it so: `items/s` of `exchange` is orders and cancels a second (the goal is a million);
//! `yardstick` is a `BTreeMap` that only files and drops the same orders. `tape` shows the time one
//! second of market time takes: 10 ms of it would be one percent of a core.

use std::collections::BTreeMap;
use std::sync::Arc;

use divan::Bencher;
use divan::counter::ItemsCount;
use trading_desk::desk::port::Ticket;
use trading_desk::desk::prices::PriceBoard;
use trading_desk::domain::hours::Schedule;
use trading_desk::domain::ids::{ClientOrderId, OrderId};
use trading_desk::domain::numbers::{Money, Price, Qty};
use trading_desk::domain::orders::{OrderType, Side, TimeInForce};
use trading_desk::domain::quotes::Range;
use trading_desk::domain::special::Special;
use trading_desk::domain::symbols::Symbol;
use trading_desk::domain::time::MarketTime;
use trading_desk::venue::simulator::exchange::Exchange;
use trading_desk::venue::simulator::exchange::book::Touch;
use trading_desk::venue::simulator::floor::Floor;
use trading_desk::venue::simulator::listing::{Listing, generated, table};
use trading_desk::venue::simulator::tape::{Slot, Tape};

/// Orders of one run; each is placed and canceled.
const ORDERS: usize = 20_000;
/// Orders that rest in the book while others come and go.
const RESTING: usize = 200;

fn main() {
    divan::main();
}

fn noon() -> MarketTime {
    MarketTime::from_new_york("2026-11-20T12:00:00".parse().expect("a civil time"))
}

fn listings(count: usize) -> Vec<Listing> {
    table().into_iter().filter(|listing| listing.asset.tradable).take(count).collect()
}

/// Buy limits below the market at different prices, as the desk names them.
fn tickets(symbol: Symbol) -> Vec<Ticket> {
    let id = |number: usize| {
        let mixed = (number as u128).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835);
        OrderId(
            uuid::Builder::from_unix_timestamp_millis(
                1_795_000_000_000 + number as u64,
                &mixed.to_be_bytes()[..10].try_into().expect("ten bytes"),
            )
            .into_uuid(),
        )
    };
    let ticket = |number: usize| Ticket {
        client_id: ClientOrderId::of(id(number), 1),
        symbol,
        side: Side::Buy,
        quantity: Qty::shares(1 + i64::try_from(number % 90).expect("small")),
        order_type: OrderType::Limit {
            limit: Price::cents(9_000 + i64::try_from(number * 7 % 900).expect("small")),
        },
        time_in_force: TimeInForce::Day,
        special: Special::default(),
    };
    (0..ORDERS).map(ticket).collect()
}

fn exchange() -> (Exchange, Symbol) {
    let listings = listings(120);
    let assets: Arc<[_]> = listings.iter().map(|listing| listing.asset.clone()).collect();
    let cash = Money::dollars(1_000_000_000);
    let symbol = assets[0].symbol;
    let mut exchange = Exchange::new(1, Schedule::Always, assets, cash);
    let (last, bid, ask) = (Price::cents(10_000), Price::cents(9_999), Price::cents(10_001));
    exchange.look(Slot(0), Touch { last, bid, ask }, noon());
    (exchange, symbol)
}

/// Each order placed and canceled, with others resting: two steps an order.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn exchange_steps(bencher: Bencher<'_, '_>) {
    let now = noon();
    bencher
        .counter(ItemsCount::new(2 * ORDERS))
        .with_inputs(|| {
            let (exchange, symbol) = exchange();
            (exchange, tickets(symbol))
        })
        .bench_local_values(|(mut exchange, tickets)| {
            let mut resting = std::collections::VecDeque::new();
            for ticket in &tickets {
                let order = exchange.submit(now, Slot(0), ticket).expect("taken");
                resting.push_back(order);
                if resting.len() > RESTING {
                    let oldest = resting.pop_front().expect("many rest");
                    exchange.cancel(now, oldest).expect("open");
                }
                if exchange.events_waiting() > 256 {
                    divan::black_box(exchange.take_events());
                }
            }
            for order in resting {
                exchange.cancel(now, order).expect("open");
            }
            exchange
        });
}

/// The same orders, only filed by price and time in an ordered map and dropped again.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn yardstick_ordered_map(bencher: Bencher<'_, '_>) {
    bencher
        .counter(ItemsCount::new(2 * ORDERS))
        .with_inputs(|| tickets(exchange().1))
        .bench_local_values(|tickets| {
            let mut book = BTreeMap::new();
            let mut resting = std::collections::VecDeque::new();
            for (number, ticket) in tickets.iter().enumerate() {
                let key = (ticket.order_type.limit().expect("limits"), number);
                book.insert(key, ticket.clone());
                resting.push_back(key);
                if resting.len() > RESTING {
                    let oldest = resting.pop_front().expect("many rest");
                    divan::black_box(book.remove(&oldest).expect("filed"));
                }
            }
            book
        });
}

fn floor(listings: &[Listing]) -> Floor {
    let tape = Arc::new(Tape::new(1, Schedule::Always, listings));
    let assets: Arc<[_]> = listings.iter().map(|listing| listing.asset.clone()).collect();
    let exchange = Exchange::new(1, Schedule::Always, assets, Money::dollars(1_000_000));
    Floor::open(tape, exchange, noon())
}

/// One second of market time in ten looks, pictures put on the board.
fn one_second(bencher: Bencher<'_, '_>, listings: &[Listing]) {
    let board = PriceBoard::new();
    let mut floor = floor(listings);
    let mut now = noon();
    bencher.bench_local(|| {
        for _ in 0..10 {
            now = now.plus_ms(100);
            floor.advance(now);
            board.put(&floor.take_changed());
        }
    });
}

#[divan::bench(sample_count = 600, sample_size = 1)]
fn tape_second_of_120_symbols(bencher: Bencher<'_, '_>) {
    one_second(bencher, &listings(120));
}

#[divan::bench(sample_count = 600, sample_size = 1)]
fn tape_second_of_500_symbols(bencher: Bencher<'_, '_>) {
    one_second(bencher, &generated(500));
}

/// From the table's text to the first picture of every symbol: what start-up waits for.
#[divan::bench(sample_count = 50, sample_size = 1)]
fn tape_first_pictures() -> usize {
    floor(&table()).take_changed().len()
}

/// One chart.
#[divan::bench(args = Range::ALL.map(Range::label), sample_count = 50, sample_size = 1)]
fn tape_bars(bencher: Bencher<'_, '_>, label: &str) {
    let tape = Tape::new(1, Schedule::Always, &table());
    let range = Range::ALL.into_iter().find(|range| range.label() == label).expect("a range");
    bencher.bench_local(|| tape.bars(Slot(0), range, noon()).len());
}
