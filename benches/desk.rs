//! An order accepted durably by the desk, beside a durable overwrite of 4 KiB in the same folder.
//! Must never be read as a test: it prints, and a person compares.
//!
//! The folder is under `DESK_BENCH_DIR`, or under `target/`; it has to be on a disk. The venue
//! answers nothing: what is timed is the handle's way from the command to its durable answer.

mod stage;

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use trading_desk::bounds::{INBOX_REPORTS_MAX, ORDERS_PER_SECOND_MAX};
use trading_desk::clock::ManualClock;
use trading_desk::desk::actor::Actor;
use trading_desk::desk::command::{Command, Outcome, PlaceOrder};
use trading_desk::desk::entropy::Entropy;
use trading_desk::desk::event::{Account, Cause, Credential, Door, Event, EventKind, VenueKind};
use trading_desk::desk::port::{Batch, Clock, Errand, Feed, Funds, Row, Store, Venue};
use trading_desk::desk::prices::PriceBoard;
use trading_desk::desk::refusal::Fault;
use trading_desk::desk::{self, Desk, Parts, Proof};
use trading_desk::domain::ids::{AccountId, PortfolioId, Sequence, UserId};
use trading_desk::domain::lifecycle::Report;
use trading_desk::domain::numbers::{Money, Price, Qty};
use trading_desk::domain::orders::{Draft, OrderType, Shown, Side, TimeInForce};
use trading_desk::domain::portfolios::{Access, Portfolio, PortfolioKind};
use trading_desk::domain::roles::{Grant, RoleName};
use trading_desk::domain::special::Special;
use trading_desk::domain::symbols::Symbol;
use trading_desk::domain::time::{MarketTime, Moment};
use trading_desk::domain::users::{Login, User};
use trading_desk::store::SqliteStore;
use trading_desk::venue::simulator::{Options, Simulator};

use stage::noon;
use stage::report::{
    bounded, folder, heading, hundredth, line, median, now, ratio, since, time, word,
};

const ROUNDS: usize = 20;
/// People who place orders one by one in a round.
const ONE_BY_ONE: usize = 5;
/// People who place orders at the same time in a round.
const CALLERS: usize = 8;
/// What one person may place at one moment.
const EACH: usize = ORDERS_PER_SECOND_MAX;
const PEOPLE: usize = ROUNDS * (ONE_BY_ONE + CALLERS);
const ACCOUNT: AccountId = AccountId(1);
const BOOK: PortfolioId = PortfolioId(1);

fn main() {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(2).enable_all().build().expect("a runtime");
    let folder = folder("desk");
    println!("folder: {}", folder.display());
    runtime.block_on(orders(&folder));
    fs::remove_dir_all(&folder).expect("the folder is ours");
}

/// A venue that never answers: nothing but the desk and its store is at work.
struct Silent;

impl Venue for Silent {
    fn send(&self, _: Errand) -> BoxFuture<'_, Vec<Report>> {
        futures::future::pending().boxed()
    }
}

/// The desk on its store, and who may place orders.
struct Hall {
    desk: Desk,
    people: Vec<Actor>,
    symbol: Symbol,
    limit: Price,
    market: Arc<Simulator>,
    clock: Arc<ManualClock>,
    runner: JoinHandle<Result<(), Fault>>,
}

impl Hall {
    async fn open(folder: &Path) -> Self {
        let by_hand = Arc::new(ManualClock::new(noon(true)));
        let clock: Arc<dyn Clock> = Arc::clone(&by_hand) as _;
        let store = SqliteStore::open(&folder.join("desk.db")).await.expect("a store");
        let board = PriceBoard::new();
        // The market is here for its prices and its hours; nobody listens to it.
        let (says, _) = mpsc::channel(1);
        let options = Options::default();
        let market = Simulator::start(&options, Arc::clone(&clock), board.clone(), says);
        let market = market.expect("a market");
        let number = market.account_number().to_owned();
        store.commit(founding(&number)).await.expect("it is written");
        let (says, feed) = mpsc::channel(INBOX_REPORTS_MAX);
        let buying_power = Money::dollars(100_000_000);
        let funds = Funds { cash: buying_power, equity: buying_power, buying_power };
        says.send(Feed::Funds(funds)).await.expect("there is room");
        let symbol = Symbol::parse("AAPL").expect("plain");
        let last = board.get(symbol).expect("a price").last;
        let parts = Parts {
            store: Arc::new(store),
            venue: Arc::new(Silent),
            market: Arc::clone(&market) as _,
            clock,
            entropy: Entropy::from_number(1),
            board,
            feed,
            account: (VenueKind::Embedded, number),
            demo: false,
        };
        let (desk, runner) = desk::open(parts).await.expect("it opens");
        let runner = tokio::spawn(runner.run());
        let mut people = Vec::new();
        for number in 1..=PEOPLE {
            let signed_in = desk.sign_in(&login(number), Proof::Picked, Door::Terminal).await;
            people.push(signed_in.expect("nobody here has a password"));
        }
        let limit = Price::cents(last.percent(98).units() / Price::cents(1).units());
        Self { desk, people, symbol, limit, market, clock: by_hand, runner }
    }

    /// The n-th order of somebody; no two of them are alike.
    fn order(&self, number: usize) -> Command {
        Command::PlaceOrder(PlaceOrder {
            id: self.desk.new_order_id(),
            portfolio: BOOK,
            draft: Draft {
                symbol: self.symbol,
                side: Side::Buy,
                quantity: Qty::shares(1 + i64::try_from(number).expect("small")),
                order_type: OrderType::Limit { limit: self.limit },
                time_in_force: TimeInForce::Gtc,
                note: String::new(),
                special: Special::default(),
            },
            shown: Shown::default(),
            acknowledged: Vec::new(),
        })
    }

    /// Somebody places all that they may, one after the other; what each took.
    async fn place_all(self: Arc<Self>, person: usize) -> Vec<Duration> {
        let mut times = Vec::with_capacity(EACH);
        for number in 0..EACH {
            let order = self.order(number);
            let start = now();
            let placed = self.desk.act(self.people[person], order).await;
            times.push(since(start));
            assert!(matches!(placed, Ok(Outcome::OrderIntended(_))), "{placed:?}");
        }
        times
    }
}

fn login(number: usize) -> String {
    format!("trader{number}")
}

/// An account, a portfolio, and many people who may trade in it.
fn founding(number: &str) -> Batch {
    let account = Account { id: ACCOUNT, venue: VenueKind::Embedded, number: number.to_owned() };
    let at = noon(true);
    let at = Moment { desk: at, market: MarketTime::from_ns(at.ns()) };
    let cause = Cause { user: None, sign_in: None, door: Door::Timer, command: None };
    let kind = EventKind::AccountPinned(account.clone());
    let pinned = Event { sequence: Sequence(1), at, account: ACCOUNT, cause, kind };
    let mut rows = vec![Row::Account(account)];
    for number in 1..=PEOPLE {
        let id = UserId(i64::try_from(number).expect("small"));
        rows.push(Row::User(User {
            id,
            login: Login::parse(&login(number)).expect("a login"),
            name: format!("Trader {number}"),
            email: None,
            slack_id: None,
            role: RoleName::Trader,
            active: true,
            version: 1,
        }));
        rows.push(Row::Credential(id, Credential::Open));
    }
    rows.push(Row::Portfolio(Portfolio {
        id: BOOK,
        account: ACCOUNT,
        name: "Growth".to_owned(),
        kind: PortfolioKind::Shared,
        owner: UserId(1),
        description: String::new(),
        may_short: false,
        allocation: Some(Money::dollars(100_000_000)),
        archived: false,
        version: 1,
    }));
    for number in 1..=PEOPLE {
        let id = UserId(i64::try_from(number).expect("small"));
        rows.push(Row::Grant(Access::given(BOOK, id, Grant::Trade)));
    }
    Batch { events: vec![pinned], rows }
}

/// Turn by turn: overwrites, orders one by one, orders of eight callers at once.
async fn orders(folder: &Path) {
    let hall = Arc::new(Hall::open(folder).await);
    let mut file = File::create(folder.join("overwrite")).expect("a file");
    file.write_all(&[0; 4_096]).expect("room");
    file.sync_all().expect("a disk");
    let (mut syncs, mut single) = (Vec::new(), Vec::new());
    let (mut alone, mut together, mut crowd) = (Vec::new(), Vec::new(), Vec::new());
    let mut people = 0..PEOPLE;
    for _ in 0..ROUNDS {
        for _ in 0..ONE_BY_ONE * EACH {
            syncs.push(overwrite(&mut file));
        }
        let start = now();
        for person in people.by_ref().take(ONE_BY_ONE) {
            single.extend(Arc::clone(&hall).place_all(person).await);
        }
        alone.push(since(start) / u32::try_from(ONE_BY_ONE * EACH).expect("small"));
        let start = now();
        let callers = people.by_ref().take(CALLERS);
        let callers: Vec<_> =
            callers.map(|person| tokio::spawn(Arc::clone(&hall).place_all(person))).collect();
        for caller in callers {
            crowd.extend(caller.await.expect("it places"));
        }
        together.push(since(start) / u32::try_from(CALLERS * EACH).expect("small"));
    }
    tell(&mut syncs, &mut single, (&mut alone, &mut together), &mut crowd);
    hall.desk.stop().await;
    let hall = Arc::into_inner(hall).expect("all callers are done");
    // The venue will never take what it was sent: the desk waits for it as long as it may.
    while !hall.runner.is_finished() {
        hall.clock.advance_ms(1_000);
        tokio::task::yield_now().await;
    }
    hall.runner.await.expect("it ends").expect("and well");
    hall.market.stop().await;
}

fn tell(
    syncs: &mut [Duration],
    single: &mut [Duration],
    (alone, together): (&mut [Duration], &mut [Duration]),
    crowd: &mut [Duration],
) {
    let disk = median(syncs);
    heading(&format!("An order accepted durably; yardstick: fdatasync of 4 KiB, {ROUNDS} rounds"));
    let ours = median(single);
    let allowed = (disk * 4).max(disk + Duration::from_micros(300));
    let goal = format!("p50 <= {}: {}", time(allowed), word(ours <= allowed));
    let times = format!("{:.2}", ratio(ours, disk));
    line("p50, one caller", (time(ours), time(disk)), &times, &goal);
    let (ours, disk_99) = (hundredth(single, 99), hundredth(syncs, 99));
    let times = format!("{:.2}", ratio(ours, disk));
    line("p99, one caller", (time(ours), time(disk_99)), &times, "of fdatasync's p50");
    let (alone, together) = (median(alone), median(together));
    let rate = |each: Duration| format!("{:.0}/s", 1.0 / each.as_secs_f64());
    let gain = ratio(alone, together);
    let goal = format!(">= 2 x one by one: {}", word(gain >= 2.0));
    let what = format!("orders a second, {CALLERS} callers");
    line(&what, (rate(together), rate(alone)), &format!("{gain:.2}"), &goal);
    let longest = hundredth(crowd, 100).as_secs_f64() * 1e3;
    bounded(
        &format!("longest of {CALLERS} callers"),
        longest,
        " ms",
        ("<= 50 ms", longest <= 50.0),
    );
}

fn overwrite(file: &mut File) -> Duration {
    let start = now();
    file.seek(SeekFrom::Start(0)).expect("a start");
    file.write_all(&[7; 4_096]).expect("room");
    file.sync_data().expect("a disk");
    since(start)
}
