//! The demo's week as a whole: the same for the same seed, sound, believable, known to the venue.
//! Must never judge by the clock: what is counted is what happened.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tempfile::TempDir;
use tokio::sync::mpsc;

use super::gathering::Gathering;
use super::{Holdings, Scene, crowd};
use crate::clock::ManualClock;
use crate::desk::event::{Account, EventKind, VenueKind};
use crate::desk::port::{Batch, Clock, Errand, Feed, Market, Opening, Row, Store, Venue};
use crate::desk::prices::PriceBoard;
use crate::domain::hours::Schedule;
use crate::domain::ids::{AccountId, PortfolioId};
use crate::domain::lifecycle::{Certainty, ReportKind, Status};
use crate::domain::numbers::{Money, Qty};
use crate::domain::orders::{Order, Side};
use crate::domain::positions::Position;
use crate::domain::symbols::Symbol;
use crate::domain::time::{DeskTime, MarketTime, Moment};
use crate::store::SqliteStore;
use crate::venue::simulator::{Options, Simulator};

const CASH: Money = Money::dollars(1_000_000);

struct Stage {
    simulator: Arc<Simulator>,
    now: Moment,
    _feed: mpsc::Receiver<Feed>,
}

fn stage(schedule: Schedule) -> Stage {
    stage_at(schedule, "2026-11-20T13:30:00")
}

fn stage_at(schedule: Schedule, at: &str) -> Stage {
    let at = MarketTime::from_new_york(at.parse().expect("a civil time"));
    let clock = Arc::new(ManualClock::new(DeskTime::from_ns(at.ns())));
    let (feed, heard) = mpsc::channel(1_000);
    let now = clock.now();
    let options = Options { schedule, ..Options::default() };
    let simulator = Simulator::start(&options, clock, PriceBoard::new(), feed);
    let simulator = simulator.expect("it keeps nothing");
    let now = Moment { desk: now, market: simulator.time(now) };
    Stage { simulator, now, _feed: heard }
}

async fn played(stage: &Stage, seed: u64) -> Scene {
    let market = Arc::clone(&stage.simulator) as Arc<dyn Market>;
    Scene::play(market, "EMBEDDED-1".to_owned(), stage.now, (seed, CASH)).await.expect("it plays")
}

async fn written(stage: &Stage, seed: u64) -> (Holdings, Batch) {
    let scene = played(stage, seed).await;
    let holdings = scene.holdings();
    stage.simulator.endow(holdings.cash, &holdings.positions);
    let store = Gathering::default();
    scene.write(stage.simulator.as_ref(), &store).await.expect("it is written");
    (holdings, store.take())
}

fn orders(batch: &Batch) -> Vec<&Order> {
    let orders = batch.rows.iter().filter_map(|row| match row {
        Row::Order(order) => Some(order.as_ref()),
        _ => None,
    });
    orders.collect()
}

#[tokio::test]
async fn the_same_seed_plays_the_same_week() {
    let (first, second) = (stage(Schedule::Always), stage(Schedule::Always));
    let (one, other) = (written(&first, 7).await.1, written(&second, 7).await.1);
    assert_eq!(one.events, other.events);
    assert_eq!(one.rows, other.rows);
    let different = written(&stage(Schedule::Always), 8).await.1;
    assert_ne!(one.events, different.events);
}

#[tokio::test]
async fn the_week_is_believable() {
    for schedule in [Schedule::Always, Schedule::Nyse] {
        for seed in 1..=5 {
            let (_, batch) = written(&stage(schedule), seed).await;
            let orders = orders(&batch);
            assert!((50..=90).contains(&orders.len()), "{} orders", orders.len());
            let count = |status| orders.iter().filter(|order| order.state.status == status).count();
            assert!(count(Status::Filled) >= 20, "{} filled", count(Status::Filled));
            assert!(count(Status::Canceled) >= 1 && count(Status::Expired) >= 1);
            assert!(count(Status::Working) >= 4, "{} working", count(Status::Working));
            assert_eq!(count(Status::Intended), 0);
            assert!(orders.iter().all(|order| order.state.certainty == Certainty::Sure));
            assert!(orders.iter().any(|order| order.attempt == 2), "nobody amended anything");
            let refused = batch.events.iter().any(|event| match &event.kind {
                EventKind::OrderRefused { order, .. } => {
                    order.reason.as_ref().is_some_and(|why| why.contains("exceeds your limit of"))
                }
                _ => false,
            });
            assert!(refused, "nobody was refused");
            let days: BTreeSet<_> =
                orders.iter().map(|order| schedule.trading_day(order.placed.market)).collect();
            assert!(days.len() >= 5, "{days:?}");
        }
    }
}

#[tokio::test]
async fn nobodys_first_name_is_for_sale_by_a_colleague() {
    for (seed, hour) in [(1, 11), (2, 13), (3, 16), (7, 21), (8, 23)] {
        let stage = stage_at(Schedule::Always, &format!("2026-11-20T{hour}:10:00"));
        let (_, batch) = written(&stage, seed).await;
        let sales = orders(&batch)
            .into_iter()
            .filter(|order| order.draft.side == Side::Sell && !order.state.is_final());
        let named: Vec<&str> = sales
            .map(|order| order.draft.symbol.as_str())
            .filter(|symbol| ["AAPL", "JPM", "SPY", "XLK"].contains(symbol))
            .collect();
        assert!(named.is_empty(), "seed {seed} at {hour}: {named:?}");
    }
}

#[tokio::test]
async fn profit_and_loss_stay_within_reason() {
    let stage = stage(Schedule::Always);
    let scene = played(&stage, 1).await;
    let book = &scene.week.engine.book;
    let traded: BTreeSet<PortfolioId> = book.positions.keys().map(|(book, _)| *book).collect();
    assert_eq!(traded.len(), 5, "every portfolio but the unallocated one");
    let mut total = Money::ZERO;
    for position in book.positions.values() {
        let last = super::figures::price_at(&scene.week.bars, position.symbol, stage.now.market);
        total += position.total(last.expect("it traded"));
    }
    assert!(total.abs() < Money::dollars(50_000), "{total}");
    assert!(!total.is_zero());
    assert!(book.positions.values().any(|position| position.quantity.signum() < 0), "no short");
    assert_eq!(book.marks.values().map(|mark| mark.date).max(), book.marked_through);
}

#[tokio::test]
async fn no_book_spends_more_than_it_has_or_puts_it_all_on_one_name() {
    let stage = stage(Schedule::Always);
    for seed in 1..=4 {
        let scene = played(&stage, seed).await;
        let book = &scene.week.engine.book;
        for (id, portfolio) in &book.portfolios {
            let allocation = portfolio.allocation.expect("all of it is given out");
            let cash = allocation + book.cash.get(id).copied().unwrap_or_default();
            assert!(cash.signum() >= 0, "{} spent more than it has: {cash}", portfolio.name);
            let most = allocation.share(Qty::shares(25), Qty::shares(100));
            for held in book.positions.values().filter(|held| held.portfolio == *id) {
                assert!(held.cost.abs() <= most, "{held:?} of {allocation}");
            }
        }
    }
}

#[tokio::test]
async fn the_books_add_up_to_what_the_account_holds() {
    let (holdings, batch) = written(&stage(Schedule::Always), 3).await;
    let mut cash = CASH;
    let mut folded: BTreeMap<(PortfolioId, Symbol), Position> = BTreeMap::new();
    for row in &batch.rows {
        if let Row::Entry(entry) = row {
            cash += entry.cash;
            let symbol = entry.symbol.expect("every entry of the week is a fill");
            let position = folded
                .entry((entry.portfolio, symbol))
                .or_insert(Position::flat(entry.portfolio, symbol));
            *position = position.with(entry.quantity, entry.cash);
        }
    }
    for row in &batch.rows {
        if let Row::Position(position) = row {
            assert_eq!(folded[&(position.portfolio, position.symbol)], *position);
        }
    }
    let mut net: BTreeMap<Symbol, Qty> = BTreeMap::new();
    for position in folded.values() {
        *net.entry(position.symbol).or_default() += position.quantity;
    }
    net.retain(|_, quantity| !quantity.is_zero());
    let held: BTreeMap<Symbol, Qty> =
        holdings.positions.iter().map(|(symbol, (quantity, _))| (*symbol, *quantity)).collect();
    assert_eq!((holdings.cash, held), (cash, net));
}

#[tokio::test]
async fn the_market_starts_from_what_the_week_left() {
    let stage = stage(Schedule::Always);
    let (holdings, _) = written(&stage, 3).await;
    let funds = stage.simulator.funds();
    assert_eq!(funds.cash, holdings.cash);
    let cost: Money = holdings.positions.values().map(|(_, cost)| *cost).sum();
    let gain = funds.equity - holdings.cash - cost;
    assert!(!gain.is_zero() && gain.abs() < Money::dollars(50_000), "{gain}");
}

#[tokio::test]
async fn the_venue_knows_every_order_that_still_works() {
    let stage = stage(Schedule::Always);
    let (_, batch) = written(&stage, 2).await;
    for order in orders(&batch).into_iter().filter(|order| !order.state.is_final()) {
        let client_id = order.client_id();
        let said = stage.simulator.send(Errand::LookUp { client_id }).await;
        assert!(said.iter().all(|report| report.kind != ReportKind::NotFound), "{order:?}");
        assert!(!said.is_empty());
    }
}

async fn reloaded(store: SqliteStore, path: &std::path::Path) -> crate::desk::port::Loaded {
    store.close().await.expect("it closes");
    let store = SqliteStore::open(path).await.expect("it opens again");
    assert_eq!(store.check().await.expect("it is read"), []);
    let opening = Opening {
        venue: VenueKind::Embedded,
        number: "EMBEDDED-1".to_owned(),
        today_from: MarketTime::from_ns(0),
        schedule: Schedule::Always,
    };
    store.load(opening).await.expect("it loads")
}

#[tokio::test]
async fn a_store_takes_the_week_and_agrees_with_itself() {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("desk.db");
    let stage = stage(Schedule::Always);
    let store = SqliteStore::open(&path).await.expect("it opens");
    let scene = played(&stage, 1).await;
    scene.write(stage.simulator.as_ref(), &store).await.expect("it is written");
    let loaded = reloaded(store, &path).await;
    assert_eq!((loaded.users.len(), loaded.portfolios.len()), (5, 6));
    assert_eq!(loaded.credentials.len(), 5);
    assert!(loaded.sign_ins.is_empty(), "everybody went home");
}

#[tokio::test]
async fn a_store_takes_a_crowd() {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("desk.db");
    let now = stage(Schedule::Always).now;
    let number = "EMBEDDED-1".to_owned();
    let account = Account { id: AccountId(1), venue: VenueKind::Embedded, number };
    let store = SqliteStore::open(&path).await.expect("it opens");
    crowd::fill(&store, account, now, 2_500).await.expect("it is filled");
    let loaded = reloaded(store, &path).await;
    assert!(loaded.positions.iter().all(|position| position.quantity.is_zero()));
    let entries: i64 = loaded.positions.iter().map(|position| position.entries).sum();
    assert_eq!(entries, 2_500);
}

/// Orders placed before a day, by what was placed when.
fn placed_before(batch: &Batch, day: jiff::civil::Date) -> Vec<String> {
    let orders =
        orders(batch).into_iter().filter(|order| order.placed.market.new_york().date() < day);
    let line = |order: &Order| {
        let at = order.placed.market.new_york();
        format!("{at} {} {:?} {}", order.user, order.draft, order.filled)
    };
    orders.map(line).collect()
}

#[tokio::test]
async fn on_one_date_a_seed_plays_the_same_past_week_whatever_the_hour() {
    let today = jiff::civil::date(2026, 11, 20);
    for schedule in [Schedule::Always, Schedule::Nyse] {
        let mut weeks = Vec::new();
        for at in ["2026-11-20T10:05:00", "2026-11-20T13:30:00", "2026-11-20T15:59:30.5"] {
            let (_, batch) = written(&stage_at(schedule, at), 7).await;
            weeks.push(placed_before(&batch, today));
        }
        assert!(weeks[0].len() >= 40, "{}", weeks[0].len());
        assert_eq!(weeks[0], weeks[1]);
        assert_eq!(weeks[1], weeks[2]);
    }
}

#[tokio::test]
async fn nothing_trades_while_the_exchange_is_closed() {
    // A Sunday, an evening, an early morning, half a day after Thanksgiving.
    for at in
        ["2026-11-22T13:30:00", "2026-11-20T19:00:00", "2026-11-20T06:00:00", "2026-11-27T14:00:00"]
    {
        let stage = stage_at(Schedule::Nyse, at);
        let (_, batch) = written(&stage, 7).await;
        let open = |at: MarketTime| {
            let day = at.new_york().date();
            Schedule::Nyse.session(day).is_some_and(|(open, close)| open <= at && at < close)
        };
        let orders = orders(&batch);
        assert!(orders.len() >= 40, "{}", orders.len());
        assert!(orders.iter().all(|order| open(order.placed.market)), "{at}");
        let fills = batch.events.iter().filter_map(|event| match &event.kind {
            EventKind::Filled(filled) => Some(filled.fill.at),
            _ => None,
        });
        let fills: Vec<MarketTime> = fills.collect();
        assert!(fills.len() >= 20 && fills.into_iter().all(open), "{at}");
    }
}

#[tokio::test]
async fn orders_that_wait_were_placed_over_the_week() {
    let stage = stage(Schedule::Nyse);
    let (_, batch) = written(&stage, 7).await;
    let waiting = orders(&batch).into_iter().filter(|order| {
        order.state.status == Status::Working
            && order.draft.time_in_force == crate::domain::orders::TimeInForce::Gtc
    });
    let days: BTreeSet<_> = waiting.map(|order| order.placed.market.new_york().date()).collect();
    assert!(days.len() >= 4, "{days:?}");
    let newest = orders(&batch).into_iter().map(|order| order.placed.market).max();
    assert!(newest.is_some_and(|newest| newest < stage.now.market.plus_ms(-1_000)));
}
