//! What the desk counts on in a venue, as numbered cards that every venue has to pass.
//! Must never know which venue it has: it sends errands, hears the feed, lets time pass.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::mpsc;
use trading_desk::clock::ManualClock;
use trading_desk::desk::port::{Clock, Errand, Feed, Market, Ticket, Venue};
use trading_desk::desk::prices::PriceBoard;
use trading_desk::domain::hours::Schedule;
use trading_desk::domain::ids::{ClientOrderId, OrderId};
use trading_desk::domain::lifecycle::{Report, ReportKind};
use trading_desk::domain::numbers::{Price, Qty};
use trading_desk::domain::orders::{OrderType, Side, TimeInForce};
use trading_desk::domain::quotes::Range;
use trading_desk::domain::symbols::Symbol;
use trading_desk::domain::time::{DeskTime, MarketTime};
use trading_desk::venue::simulator::{Options, Simulator};

/// A venue on the table, and all that was heard of it.
struct Table {
    venue: Arc<dyn Venue>,
    market: Arc<dyn Market>,
    board: PriceBoard,
    feed: mpsc::Receiver<Feed>,
    clock: ManualClock,
    heard: Vec<Report>,
    ids: u128,
}

/// The embedded market, in the middle of a trading day.
fn simulator() -> Table {
    let noon = MarketTime::from_new_york("2026-11-20T12:00:00".parse().expect("civil"));
    let clock = ManualClock::new(DeskTime::from_ns(noon.ns()));
    let board = PriceBoard::new();
    let (sender, feed) = mpsc::channel(4_096);
    let options = Options { schedule: Schedule::Nyse, ..Options::default() };
    let simulator = Simulator::start(&options, Arc::new(clock.clone()), board.clone(), sender);
    let simulator = simulator.expect("it starts");
    let (venue, market) = (simulator.clone(), simulator);
    Table { venue, market, board, feed, clock, heard: Vec::new(), ids: 0 }
}

fn symbol(text: &str) -> Symbol {
    Symbol::parse(text).expect("plain")
}

impl Table {
    fn ticket(&mut self, text: &str, side: Side, order_type: OrderType) -> Ticket {
        self.ids += 1;
        Ticket {
            client_id: ClientOrderId::of(OrderId(uuid::Uuid::from_u128(self.ids)), 1),
            symbol: symbol(text),
            side,
            quantity: Qty::shares(10),
            order_type,
            time_in_force: TimeInForce::Day,
        }
    }
    /// A limit so far below the market that it rests.
    fn resting(&mut self, text: &str) -> Ticket {
        let last = self.board.get(symbol(text)).expect("quoted").last;
        let limit = Price::cents(last.units() / Price::CENT.units() * 8 / 10);
        self.ticket(text, Side::Buy, OrderType::Limit { limit })
    }
    async fn send(&mut self, errand: Errand) -> Vec<Report> {
        let reports = self.venue.send(errand).await;
        self.heard.extend(reports.iter().cloned());
        reports
    }
    async fn look_up(&mut self, client_id: &ClientOrderId) -> Vec<Report> {
        self.send(Errand::LookUp { client_id: client_id.clone() }).await
    }
    /// Lets a second pass and hears what comes of it.
    async fn pass(&mut self) {
        let then = self.clock.now().plus_ms(1_000);
        self.clock.set(then);
        for _ in 0..8 {
            tokio::task::yield_now().await;
        }
        while let Ok(said) = self.feed.try_recv() {
            if let Feed::Report(report) = said {
                self.heard.push(report);
            }
        }
    }
    /// The executions heard of an order, by the total after each.
    fn fills(&self, id: &ClientOrderId) -> BTreeMap<Qty, (Qty, Price)> {
        let of = self.heard.iter().filter(|report| report.client_id == *id);
        let fills = of.filter_map(|report| match report.kind {
            ReportKind::Filled { quantity, price, total, .. } => Some((total, (quantity, price))),
            _ => None,
        });
        fills.collect()
    }
    /// Sends an order and waits until it is filled.
    async fn filled(&mut self, ticket: &Ticket) {
        self.send(Errand::Submit(ticket.clone())).await;
        for _ in 0..600 {
            if self.fills(&ticket.client_id).contains_key(&ticket.quantity) {
                return;
            }
            self.pass().await;
        }
        panic!("never filled: {:?}", self.heard);
    }
}

fn has(reports: &[Report], wanted: impl Fn(&ReportKind) -> bool) -> bool {
    reports.iter().any(|report| wanted(&report.kind))
}

#[tokio::test]
async fn card_1_a_market_order_is_taken_and_filled_piece_by_piece() {
    let mut table = simulator();
    for number in 0..30 {
        let side = if number % 2 == 0 { Side::Buy } else { Side::Sell };
        let ticket = table.ticket("AAPL", side, OrderType::Market);
        table.filled(&ticket).await;
        let mut sum = Qty::ZERO;
        for (total, (quantity, price)) in table.fills(&ticket.client_id) {
            sum += quantity;
            assert_eq!(sum, total, "totals are the sum of the pieces");
            assert!(quantity > Qty::ZERO && price > Price::ZERO);
        }
        assert_eq!(sum, ticket.quantity);
        let of = |report: &&Report| report.client_id == ticket.client_id;
        let first = table.heard.iter().find(of).expect("heard of");
        assert_eq!(first.kind, ReportKind::Acked, "taken before anything else");
    }
}

#[tokio::test]
async fn card_2_a_resting_order_stays_until_it_is_canceled() {
    let mut table = simulator();
    let ticket = table.resting("MSFT");
    let reports = table.send(Errand::Submit(ticket.clone())).await;
    assert!(has(&reports, |kind| *kind == ReportKind::Acked));
    for _ in 0..20 {
        table.pass().await;
    }
    assert!(table.fills(&ticket.client_id).is_empty());
    let cancel = Errand::Cancel { client_id: ticket.client_id.clone() };
    let canceled = ReportKind::Canceled { total: Qty::ZERO };
    let reports = table.send(cancel.clone()).await;
    assert!(has(&reports, |kind| *kind == canceled), "{reports:?}");
    let again = table.send(cancel).await;
    assert!(has(&again, |kind| *kind == canceled), "a cancel that comes twice does no harm");
}

#[tokio::test]
async fn card_3_the_same_id_is_the_same_order() {
    let mut table = simulator();
    let ticket = table.ticket("AAPL", Side::Buy, OrderType::Market);
    table.filled(&ticket).await;
    let before = table.fills(&ticket.client_id);
    for _ in 0..5 {
        table.send(Errand::Submit(ticket.clone())).await;
        table.pass().await;
    }
    assert_eq!(table.fills(&ticket.client_id), before, "nothing is bought twice");
}

#[tokio::test]
async fn card_4_an_unknown_order_is_not_found() {
    let mut table = simulator();
    let stranger = ClientOrderId::of(OrderId(uuid::Uuid::from_u128(9_999)), 1);
    let reports = table.look_up(&stranger).await;
    assert!(has(&reports, |kind| *kind == ReportKind::NotFound));
    let reports = table.send(Errand::Cancel { client_id: stranger.clone() }).await;
    assert!(reports.iter().all(|report| report.client_id == stranger) && !reports.is_empty());
}

#[tokio::test]
async fn card_5_a_look_up_tells_every_fill_and_the_end() {
    let mut table = simulator();
    let bought = table.ticket("SPY", Side::Buy, OrderType::Market);
    table.filled(&bought).await;
    let known = table.fills(&bought.client_id);
    table.heard.clear();
    table.look_up(&bought.client_id).await;
    assert_eq!(table.fills(&bought.client_id), known);
    let resting = table.resting("SPY");
    table.send(Errand::Submit(resting.clone())).await;
    table.send(Errand::Cancel { client_id: resting.client_id.clone() }).await;
    let story = table.look_up(&resting.client_id).await;
    assert!(has(&story, |kind| matches!(kind, ReportKind::Canceled { .. })));
}

#[tokio::test]
async fn card_6_a_replacement_takes_the_place_of_the_old_order() {
    let mut table = simulator();
    let old = table.resting("MSFT");
    table.send(Errand::Submit(old.clone())).await;
    let new = Ticket { quantity: Qty::shares(7), ..table.resting("MSFT") };
    let errand = |filled| Errand::Replace { old: old.client_id.clone(), new: new.clone(), filled };
    let reports = table.send(errand(Qty::ZERO)).await;
    let replaced = ReportKind::Replaced { by: new.client_id.clone(), total: Qty::ZERO };
    assert!(has(&reports, |kind| *kind == replaced), "{reports:?}");
    let story = table.look_up(&new.client_id).await;
    assert!(has(&story, |kind| *kind == ReportKind::Working));
    let story = table.look_up(&old.client_id).await;
    assert!(has(&story, |kind| *kind == replaced));
}

#[tokio::test]
async fn card_7_a_refused_replacement_changes_nothing() {
    let mut table = simulator();
    let old = table.resting("MSFT");
    table.send(Errand::Submit(old.clone())).await;
    let too_many = Ticket { quantity: Qty::shares(1_000_000), ..table.resting("MSFT") };
    let errand =
        Errand::Replace { old: old.client_id.clone(), new: too_many.clone(), filled: Qty::ZERO };
    let reports = table.send(errand).await;
    assert!(has(&reports, |kind| matches!(kind, ReportKind::ReplaceRejected { .. })));
    let story = table.look_up(&too_many.client_id).await;
    assert!(has(&story, |kind| *kind == ReportKind::NotFound));
    let cancel = Errand::Cancel { client_id: old.client_id.clone() };
    let reports = table.send(cancel).await;
    assert!(has(&reports, |kind| matches!(kind, ReportKind::Canceled { .. })), "it lives on");
}

#[tokio::test]
async fn card_8_a_replacement_that_saw_too_few_fills_is_refused() {
    let mut table = simulator();
    for _ in 0..400 {
        // One order in so many is filled in part at first: that is when an amendment races it.
        let ticket = table.ticket("AAPL", Side::Buy, OrderType::Market);
        table.send(Errand::Submit(ticket.clone())).await;
        let known = table.fills(&ticket.client_id);
        if known.contains_key(&ticket.quantity) {
            continue;
        }
        let new = Ticket {
            quantity: Qty::shares(3),
            ..table.ticket("AAPL", Side::Buy, OrderType::Market)
        };
        let errand = Errand::Replace { old: ticket.client_id.clone(), new, filled: Qty::ZERO };
        let reports = table.send(errand).await;
        assert!(has(&reports, |kind| matches!(kind, ReportKind::ReplaceRejected { .. })));
        return;
    }
    panic!("no order was filled in part");
}

#[tokio::test]
async fn card_9_a_refused_order_says_why_and_leaves_nothing() {
    let mut table = simulator();
    let too_many = Ticket { quantity: Qty::shares(1_000_000), ..table.resting("SPY") };
    let stranger = Ticket { symbol: symbol("NOSUCH"), ..table.resting("SPY") };
    let limit = Price::parse("100.005").expect("plain");
    let off_grid = table.ticket("SPY", Side::Buy, OrderType::Limit { limit });
    for ticket in [too_many, stranger, off_grid] {
        let reports = table.send(Errand::Submit(ticket.clone())).await;
        let said_why = |kind: &ReportKind| match kind {
            ReportKind::Rejected { reason } => !reason.is_empty(),
            _ => false,
        };
        assert!(has(&reports, said_why), "{reports:?}");
        let story = table.look_up(&ticket.client_id).await;
        assert!(has(&story, |kind| *kind == ReportKind::NotFound));
    }
}

#[tokio::test]
async fn card_10_nothing_fills_through_its_limit() {
    let mut table = simulator();
    for number in 0..40 {
        let shown = table.board.get(symbol("TSLA")).expect("quoted");
        let (side, limit) =
            if number % 2 == 0 { (Side::Buy, shown.ask) } else { (Side::Sell, shown.bid) };
        let ticket = table.ticket("TSLA", side, OrderType::Limit { limit });
        let ticket = Ticket { time_in_force: TimeInForce::Ioc, ..ticket };
        table.send(Errand::Submit(ticket.clone())).await;
        for (_, price) in table.fills(&ticket.client_id).into_values() {
            match side {
                Side::Buy => assert!(price <= limit),
                Side::Sell => assert!(price >= limit),
            }
        }
        table.pass().await;
    }
}

#[tokio::test]
async fn card_11_the_account_is_told_when_asked_for() {
    let mut table = simulator();
    table.pass().await;
    while table.feed.try_recv().is_ok() {}
    assert_eq!(table.send(Errand::Funds).await, []);
    let Some(Feed::Funds(funds)) = table.feed.recv().await else { panic!("funds come first") };
    assert!(funds.buying_power >= funds.cash && funds.equity >= funds.cash);
}

#[tokio::test]
async fn card_12_market_time_prices_and_bars_belong_together() {
    let table = simulator();
    let desk = table.clock.now();
    let now = table.market.time(desk);
    assert_eq!(table.market.time(table.market.desk_time(now.plus_ms(500))), now.plus_ms(500));
    let day = table.market.schedule().trading_day(now);
    for (symbol, asset) in table.market.assets().iter().filter(|(_, asset)| asset.tradable) {
        let shown = table.board.get(*symbol).expect("each asset is quoted");
        assert_eq!(asset.symbol, *symbol);
        assert!(shown.at <= now);
    }
    for range in Range::ALL {
        let bars = table.market.bars(symbol("SPY"), range).await.expect("listed");
        let last = bars.last().expect("there are some");
        assert!(last.start <= now && last.low <= last.close && last.close <= last.high);
        assert_eq!(table.market.schedule().trading_day(last.start), day);
    }
    let before = table.market.schedule().previous_day(day);
    let closes = table.market.closes(before, vec![symbol("SPY")]).await.expect("it has ended");
    let shown = table.board.get(symbol("SPY")).expect("quoted");
    assert_eq!(closes, [(symbol("SPY"), shown.previous_close)]);
}
