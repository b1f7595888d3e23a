//! The embedded market through the ports the desk uses, on a clock moved by hand.
//! Must never wait for real time to pass.

use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::{mpsc, watch};

use crate::bounds::{ENDED_ORDERS_KEPT, MARKET_FILE_BYTES_MIN};
use crate::desk::port::{Clock, Errand, Feed, Market, StreamState, Ticket, Venue};
use crate::desk::prices::PriceBoard;
use crate::domain::hours::Schedule;
use crate::domain::ids::{ClientOrderId, OrderId};
use crate::domain::lifecycle::{Report, ReportKind};
use crate::domain::numbers::{Money, Price, Qty};
use crate::domain::orders::{OrderType, Side, TimeInForce};
use crate::domain::quotes::Range;
use crate::domain::special::Special;
use crate::domain::symbols::Symbol;
use crate::domain::time::{DeskTime, MarketTime};

use super::{Options, Simulator};

/// A clock that a test moves by hand.
struct HandClock {
    now: watch::Sender<DeskTime>,
}

impl HandClock {
    fn at(text: &str) -> Arc<Self> {
        let market = MarketTime::from_new_york(text.parse().expect("a civil time"));
        Arc::new(Self { now: watch::Sender::new(DeskTime::from_ns(market.ns())) })
    }
    fn forward(&self, ms: i64) {
        self.now.send_modify(|now| *now = now.plus_ms(ms));
    }
}

impl Clock for HandClock {
    fn now(&self) -> DeskTime {
        *self.now.borrow()
    }
    fn wait_until(&self, then: DeskTime) -> BoxFuture<'static, ()> {
        let mut now = self.now.subscribe();
        async move {
            if now.wait_for(|now| *now >= then).await.is_err() {
                std::future::pending::<()>().await;
            }
        }
        .boxed()
    }
}

fn symbol(text: &str) -> Symbol {
    Symbol::parse(text).expect("plain")
}

fn ticket(number: u128, text: &str, side: Side, shares: i64, order_type: OrderType) -> Ticket {
    Ticket {
        client_id: ClientOrderId::of(OrderId(uuid::Uuid::from_u128(number)), 1),
        symbol: symbol(text),
        side,
        quantity: Qty::shares(shares),
        order_type,
        time_in_force: TimeInForce::Day,
        special: Special::default(),
    }
}

fn kinds(reports: &[Report]) -> Vec<&'static str> {
    let name = |report: &Report| match report.kind {
        ReportKind::Acked => "acked",
        ReportKind::Working => "working",
        ReportKind::Filled { .. } => "filled",
        ReportKind::Canceled { .. } => "canceled",
        ReportKind::Expired { .. } => "expired",
        ReportKind::Rejected { .. } => "rejected",
        ReportKind::Replaced { .. } => "replaced",
        ReportKind::CancelRejected { .. } => "cancel rejected",
        ReportKind::ReplaceRejected { .. } => "replace rejected",
        ReportKind::NotFound => "not found",
        ReportKind::Complete { .. } => "complete",
        ReportKind::DoneForDay => "done for day",
        ReportKind::Unclear { .. } => "unclear",
    };
    reports.iter().map(name).collect()
}

struct World {
    clock: Arc<HandClock>,
    board: PriceBoard,
    feed: mpsc::Receiver<Feed>,
    simulator: Arc<Simulator>,
}

fn world(options: &Options) -> World {
    let clock = HandClock::at("2026-11-20T12:00:00");
    let board = PriceBoard::new();
    let (sender, feed) = mpsc::channel(4_096);
    let simulator = Simulator::start(options, clock.clone(), board.clone(), sender);
    World { clock, board, feed, simulator: simulator.expect("it starts") }
}

#[tokio::test]
async fn a_market_order_fills_at_the_far_side_of_what_is_on_the_board() {
    let mut world = world(&Options::default());
    assert_eq!(world.feed.recv().await, Some(Feed::Stream(StreamState::Live)));
    let shown = world.board.get(symbol("AAPL")).expect("first pictures are up at once");
    let order = ticket(1, "AAPL", Side::Buy, 10, OrderType::Market);
    let reports = world.simulator.send(Errand::Submit(order.clone())).await;
    assert_eq!(kinds(&reports), ["acked", "working", "filled"]);
    let ReportKind::Filled { quantity, price, total, .. } = &reports[2].kind else {
        panic!("filled")
    };
    assert_eq!((*quantity, *price, *total), (Qty::shares(10), shown.ask, Qty::shares(10)));
    let cash = Money::dollars(1_000_000) - Qty::shares(10) * shown.ask;
    assert_eq!(world.simulator.funds().cash, cash);
    let again = world.simulator.send(Errand::Submit(order.clone())).await;
    assert_eq!(again, reports, "the same id is the same order");
    let story = world.simulator.send(Errand::LookUp { client_id: order.client_id }).await;
    assert_eq!(story, reports);
}

#[tokio::test]
async fn a_resting_limit_is_amended_and_canceled() {
    let world = world(&Options::default());
    let shown = world.board.get(symbol("MSFT")).expect("up");
    let limit = Price::cents(shown.bid.units() / Price::CENT.units() * 9 / 10);
    let old = ticket(1, "MSFT", Side::Buy, 10, OrderType::Limit { limit });
    let reports = world.simulator.send(Errand::Submit(old.clone())).await;
    assert_eq!(kinds(&reports), ["acked", "working"]);
    let new = Ticket {
        client_id: ClientOrderId::of(OrderId(uuid::Uuid::from_u128(1)), 2),
        quantity: Qty::shares(5),
        ..old.clone()
    };
    let errand =
        Errand::Replace { old: old.client_id.clone(), new: new.clone(), filled: Qty::ZERO };
    let reports = world.simulator.send(errand).await;
    assert_eq!(kinds(&reports), ["replaced", "acked", "working"]);
    let cancel = Errand::Cancel { client_id: new.client_id.clone() };
    assert_eq!(kinds(&world.simulator.send(cancel.clone()).await), ["canceled"]);
    let story = world.simulator.send(cancel).await;
    assert_eq!(kinds(&story), ["acked", "working", "canceled"], "twice is not an error");
    let cancel = Errand::Cancel { client_id: old.client_id };
    let refused = world.simulator.send(cancel).await;
    let ReportKind::CancelRejected { reason } = &refused[0].kind else { panic!("refused") };
    assert_eq!(reason, "order is already in \"replaced\" state");
    let unknown = ClientOrderId::from_outside("nobody");
    let cancel = Errand::Cancel { client_id: unknown };
    assert_eq!(kinds(&world.simulator.send(cancel).await), ["not found"]);
}

#[tokio::test]
async fn tickers_flow_and_a_resting_limit_fills_when_the_market_comes() {
    let mut world = world(&Options { speed: 60, ..Options::default() });
    let mut watch = world.board.watch();
    let first = watch.take();
    assert_eq!(first.len(), world.simulator.assets().len());
    let shown = world.board.get(symbol("TSLA")).expect("up");
    let limit = shown.bid;
    let order = ticket(7, "TSLA", Side::Buy, 10, OrderType::Limit { limit });
    world.simulator.send(Errand::Submit(order.clone())).await;
    let mut fills = Vec::new();
    for _ in 0..2_000 {
        world.clock.forward(100);
        watch.changed().await;
        assert!(!watch.take().is_empty());
        while let Ok(said) = world.feed.try_recv() {
            if let Feed::Report(report) = said {
                fills.push(report);
            }
        }
        if !fills.is_empty() {
            break;
        }
    }
    assert!(kinds(&fills).iter().all(|kind| *kind == "filled"), "{fills:?}");
    let ReportKind::Filled { price, .. } = fills[0].kind else { panic!("it came") };
    assert!(price <= limit);
}

#[tokio::test]
async fn bars_trades_and_closes_are_those_of_the_board() {
    let world = world(&Options { schedule: Schedule::Nyse, ..Options::default() });
    let shown = world.board.get(symbol("QQQ")).expect("up");
    let bars = world.simulator.bars(symbol("QQQ"), Range::Day).await.expect("listed");
    assert_eq!((bars.len(), bars[389].close), (390, shown.last));
    let trades = world.simulator.trades(symbol("QQQ")).await.expect("listed");
    assert_eq!(trades[0].price, shown.last);
    let thursday = "2026-11-19".parse().expect("a date");
    let closes = world.simulator.closes(thursday, vec![symbol("QQQ"), symbol("NOSUCH")]).await;
    assert_eq!(closes, Ok(vec![(symbol("QQQ"), shown.previous_close)]));
    let sunday = "2026-11-22".parse().expect("a date");
    assert!(world.simulator.closes(sunday, vec![symbol("QQQ")]).await.is_err());
    let today = "2026-11-20".parse().expect("a date");
    assert!(world.simulator.closes(today, vec![symbol("QQQ")]).await.is_err(), "it goes on");
    world.clock.forward(4 * 3_600_000);
    assert!(world.simulator.closes(today, vec![symbol("QQQ")]).await.is_ok(), "it is over");
    assert!(world.simulator.bars(symbol("NOSUCH"), Range::Day).await.is_err());
}

#[tokio::test]
async fn closes_come_after_all_that_was_done_by_then() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut world = world(&Options { schedule: Schedule::Nyse, ..kept(&folder) });
    let order = Ticket {
        time_in_force: TimeInForce::Cls,
        ..ticket(1, "QQQ", Side::Buy, 10, OrderType::Market)
    };
    world.simulator.send(Errand::Submit(order.clone())).await;
    let today = "2026-11-20".parse().expect("a date");
    let close = Schedule::Nyse.day_end(today);
    world.clock.forward(close.ms_since(world.simulator.time(world.clock.now())));
    // Somebody asks about the order at that moment: the feed has to tell of it all the same.
    world.simulator.send(Errand::LookUp { client_id: order.client_id }).await;
    world.simulator.closes(today, vec![symbol("QQQ")]).await.expect("it is over");
    let mut heard = Vec::new();
    while let Ok(said) = world.feed.try_recv() {
        heard.extend(if let Feed::Report(report) = said { Some(report) } else { None });
    }
    assert_eq!(kinds(&heard), ["working", "filled"]);
    world.simulator.stop().await;
    assert!(world.simulator.closes(today, Vec::new()).await.is_err(), "nothing is said any more");
}

/// Hears the feed until a report satisfies `wanted`, moving the clock on by `step_ms`.
async fn hear(world: &mut World, step_ms: i64, wanted: fn(&ReportKind) -> bool) -> Vec<Report> {
    let mut reports = Vec::new();
    for _ in 0..20_000 {
        tokio::task::yield_now().await;
        while let Ok(said) = world.feed.try_recv() {
            if let Feed::Report(report) = said {
                reports.push(report);
            }
        }
        if reports.iter().any(|report| wanted(&report.kind)) {
            return reports;
        }
        world.clock.forward(step_ms);
    }
    panic!("never came: {reports:?}");
}

#[tokio::test]
async fn funds_come_when_asked_for_and_when_cash_moves() {
    let mut world = world(&Options::default());
    assert_eq!(world.feed.recv().await, Some(Feed::Stream(StreamState::Live)));
    let Some(Feed::Funds(first)) = world.feed.recv().await else { panic!("funds at the start") };
    assert_eq!(first.cash, Money::dollars(1_000_000));
    assert_eq!(first.buying_power, Money::dollars(4_000_000));
    assert!(world.simulator.send(Errand::Funds).await.is_empty());
    assert_eq!(world.feed.recv().await, Some(Feed::Funds(first)));
    let order = ticket(1, "KO", Side::Buy, 10, OrderType::Market);
    world.simulator.send(Errand::Submit(order)).await;
    let Some(Feed::Funds(after)) = world.feed.recv().await else { panic!("funds after a fill") };
    assert!(after.cash < first.cash);
}

#[tokio::test]
async fn a_closed_market_takes_orders_and_fills_them_at_the_open() {
    let mut world = world(&Options { schedule: Schedule::Nyse, ..Options::default() });
    world.clock.forward(5 * 3_600_000);
    let order = ticket(1, "AAPL", Side::Buy, 10, OrderType::Market);
    let reports = world.simulator.send(Errand::Submit(order)).await;
    assert_eq!(kinds(&reports), ["acked"]);
    let mut prices = world.board.watch();
    tokio::task::yield_now().await;
    prices.take();
    for _ in 0..100 {
        world.clock.forward(1_000);
        tokio::task::yield_now().await;
    }
    assert!(prices.take().is_empty(), "nothing moves");
    let reports = hear(&mut world, 600_000, |kind| matches!(kind, ReportKind::Filled { .. })).await;
    assert_eq!(kinds(&reports)[..2], ["working", "filled"]);
    let open = MarketTime::from_new_york("2026-11-23T09:30".parse().expect("civil"));
    assert_eq!(reports[1].at, open, "at the open itself, whenever it was looked at");
}

fn kept(folder: &tempfile::TempDir) -> Options {
    let state_file = Some(folder.path().join("embedded.market"));
    Options { state_file, ..Options::default() }
}

/// The market on the same file and clock again.
fn again(options: &Options, old: World) -> World {
    let (sender, feed) = mpsc::channel(4_096);
    let World { clock, .. } = old;
    let board = PriceBoard::new();
    let simulator = Simulator::start(options, clock.clone(), board.clone(), sender);
    World { clock, board, feed, simulator: simulator.expect("it starts again") }
}

#[tokio::test]
async fn what_was_kept_is_there_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = kept(&folder);
    let world = world(&options);
    let number = world.simulator.account_number().to_owned();
    let filled = ticket(1, "SPY", Side::Buy, 10, OrderType::Market);
    let resting = Ticket {
        time_in_force: TimeInForce::Gtc,
        ..ticket(2, "SPY", Side::Buy, 5, OrderType::Limit { limit: Price::cents(10_000) })
    };
    let of_the_day =
        ticket(3, "SPY", Side::Buy, 5, OrderType::Limit { limit: Price::cents(9_000) });
    let mut stories = Vec::new();
    for order in [&filled, &resting, &of_the_day] {
        world.simulator.send(Errand::Submit(order.clone())).await;
    }
    for order in [&filled, &resting] {
        let errand = Errand::LookUp { client_id: order.client_id.clone() };
        stories.push(world.simulator.send(errand).await);
    }
    let cash = world.simulator.funds().cash;
    world.simulator.stop().await;
    world.clock.forward(86_400_000);
    let other_seed = Options { seed: 77, starting_cash: Money::dollars(5), ..options.clone() };
    let mut world = again(&other_seed, world);
    assert_eq!(world.simulator.account_number(), number);
    assert_eq!(world.simulator.seed(), 1, "the seed is kept too");
    assert_eq!(world.simulator.funds().cash, cash);
    for (order, story) in [&filled, &resting].into_iter().zip(stories) {
        let errand = Errand::LookUp { client_id: order.client_id.clone() };
        assert_eq!(world.simulator.send(errand).await, story);
        let twice = world.simulator.send(Errand::Submit(order.clone())).await;
        assert_eq!(twice, story, "its id is still taken");
    }
    let reports = hear(&mut world, 1, |kind| matches!(kind, ReportKind::Expired { .. })).await;
    assert_eq!(reports[0].client_id, of_the_day.client_id, "its day ended meanwhile");
}

#[tokio::test]
async fn a_market_that_died_has_everything_it_acknowledged() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = kept(&folder);
    let world = world(&options);
    let order = ticket(1, "SPY", Side::Buy, 10, OrderType::Market);
    let reports = world.simulator.send(Errand::Submit(order.clone())).await;
    // The file as it is at this moment is what a sudden end would leave.
    let copy = folder.path().join("after-death.market");
    std::fs::copy(folder.path().join("embedded.market"), &copy).expect("copied");
    let world = again(&Options { state_file: Some(copy), ..options }, world);
    let story = world.simulator.send(Errand::LookUp { client_id: order.client_id }).await;
    assert_eq!(story, reports);
}

#[tokio::test]
async fn market_time_goes_on_where_it_was_at_any_speed() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options { speed: 60, ..kept(&folder) };
    let world = world(&options);
    let noon = world.clock.now();
    world.clock.forward(60_000);
    let hour_later = world.simulator.time(world.clock.now());
    assert_eq!(hour_later.ns() - noon.ns(), 3_600_000_000_000);
    world.simulator.stop().await;
    let world = again(&Options { speed: 1, ..options.clone() }, world);
    assert_eq!(world.simulator.time(world.clock.now()), hour_later);
    world.clock.forward(1_000);
    assert_eq!(world.simulator.time(world.clock.now()), hour_later.plus_ms(1_000));
    world.simulator.stop().await;
    let world = again(&Options { speed: 2, ..options }, world);
    assert_eq!(world.simulator.time(world.clock.now()), hour_later.plus_ms(1_000));
    let desk = world.simulator.desk_time(hour_later.plus_ms(3_000));
    assert_eq!(desk, world.clock.now().plus_ms(1_000));
}

#[tokio::test]
async fn a_market_that_cannot_keep_anything_stops_and_says_so() {
    let mut world = world(&Options::default());
    world.simulator.outbox.break_down("no room left");
    let order = ticket(1, "SPY", Side::Buy, 10, OrderType::Market);
    let reports = world.simulator.send(Errand::Submit(order.clone())).await;
    let ReportKind::Unclear { reason } = &reports[0].kind else { panic!("unclear") };
    assert_eq!((reason.as_str(), &reports[0].client_id), ("no room left", &order.client_id));
    world.simulator.bell.notify_one();
    let mut said = None;
    while let Some(next) = world.feed.recv().await {
        said = Some(next);
    }
    assert_eq!(said, Some(Feed::Stream(StreamState::Offline)));
}

/// Weeks of orders: memory and file stay small, and every one of them is known for ever.
#[tokio::test]
async fn orders_that_ended_long_ago_leave_memory_and_are_known_all_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = kept(&folder);
    let mut world = world(&options);
    let in_vain = |number: u128| Ticket {
        time_in_force: TimeInForce::Ioc,
        ..ticket(number, "SPY", Side::Buy, 5, OrderType::Limit { limit: Price::cents(100) })
    };
    let rests = ticket(9_999, "SPY", Side::Buy, 5, OrderType::Limit { limit: Price::cents(200) });
    let rests = Ticket { time_in_force: TimeInForce::Gtc, ..rests };
    world.simulator.send(Errand::Submit(rests.clone())).await;
    let mut stories = Vec::new();
    for thousand in 0..4_u128 {
        let numbers = 1 + thousand * 1_000..=(thousand + 1) * 1_000;
        let sent = numbers.map(|number| world.simulator.send(Errand::Submit(in_vain(number))));
        stories.extend(futures::future::join_all(sent).await);
        world.simulator.tidy().await.expect("kept");
        while world.feed.try_recv().is_ok() {}
    }
    assert_eq!(kinds(&stories[0]), ["acked", "working", "canceled"]);
    let count = world.simulator.floor().exchange().count();
    assert!(count <= 1 + 2 * ENDED_ORDERS_KEPT, "{count} orders in memory");
    let size = std::fs::metadata(options.state_file.as_ref().expect("kept")).expect("there").len();
    assert!(size < 3 * MARKET_FILE_BYTES_MIN, "{size} bytes");
    for number in [1, 500, 3_999] {
        let order = in_vain(number);
        let story = &stories[usize::try_from(number).expect("small") - 1];
        for errand in [
            Errand::LookUp { client_id: order.client_id.clone() },
            Errand::Cancel { client_id: order.client_id.clone() },
            Errand::Submit(order.clone()),
        ] {
            let said = world.simulator.send(errand.clone()).await;
            assert_eq!(kinds(&said).last(), Some(&"canceled"), "{errand:?}: {said:?}");
            assert_eq!(said[0], story[0]);
        }
    }
    world.simulator.stop().await;
    let world = again(&options, world);
    let errand = Errand::LookUp { client_id: rests.client_id };
    assert_eq!(kinds(&world.simulator.send(errand).await), ["acked", "working"]);
    let errand = Errand::LookUp { client_id: in_vain(1).client_id };
    assert_eq!(world.simulator.send(errand).await, stories[0]);
}
