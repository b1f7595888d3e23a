//! The store's figures, each beside a yardstick measured in the same run.
//! Must never be read as a test: it prints, and a person compares.
//!
//! The folder is `DESK_BENCH_DIR`, or one under `target/`; it has to be on a disk.

mod filling;

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use filling::{Course, PORTFOLIOS, Past};
use sqlx::{Connection, Row, SqliteConnection};
use trading_desk::desk::command::{OrderColumn, OrderFilter, Stage};
use trading_desk::desk::port::Store;
use trading_desk::domain::ids::PortfolioId;
use trading_desk::domain::symbols::Symbol;
use trading_desk::store::SqliteStore;

const ROUNDS: usize = 20;
const COMMITS_A_ROUND: usize = 100;
const BATCH_ORDERS: usize = 8;
const PAST_ORDERS: u64 = 100_000;
const TODAYS_ORDERS: u64 = 200;
const ENTRIES: u64 = 1_000_000;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let folder = folder();
    println!("folder: {}", folder.display());
    // `cargo bench --bench store -- commits` runs that part alone.
    let wanted: Vec<String> =
        std::env::args().skip(1).filter(|one| !one.starts_with('-')).collect();
    let wants = |part: &str| wanted.is_empty() || wanted.iter().any(|one| one == part);
    runtime.block_on(async {
        if wants("commits") {
            commits(&folder).await;
        }
        if wants("past") {
            past(&folder).await;
        }
        if wants("positions") {
            positions(&folder).await;
        }
    });
    fs::remove_dir_all(&folder).expect("the folder is ours");
}

fn folder() -> PathBuf {
    #[expect(clippy::disallowed_methods, reason = "a bench takes its folder from its caller")]
    let base = std::env::var_os("DESK_BENCH_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("target").join("bench-store"),
        PathBuf::from,
    );
    let folder = base.join(format!("run-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}

#[expect(clippy::disallowed_methods, reason = "a bench reads the clock to time what it runs")]
fn now() -> Instant {
    Instant::now()
}

fn since(start: Instant) -> Duration {
    now().duration_since(start)
}

/// One durable order against one durable overwrite of 4 KiB, turn by turn; and orders in batches.
async fn commits(folder: &Path) {
    let store = SqliteStore::open(&folder.join("commits.db")).await.expect("a store");
    let mut past = Past::begin(&store, Course::default()).await;
    let mut file = File::create(folder.join("overwrite")).expect("a file");
    file.write_all(&[0; 4096]).expect("room");
    file.sync_all().expect("a disk");
    let (mut syncs, mut single, mut eight) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        for _ in 0..COMMITS_A_ROUND {
            syncs.push(overwrite(&mut file));
        }
        for _ in 0..COMMITS_A_ROUND {
            let batch = past.place();
            let start = now();
            store.commit(batch).await.expect("it is written");
            single.push(since(start));
        }
        for _ in 0..COMMITS_A_ROUND / BATCH_ORDERS {
            let batch = past.place_many(BATCH_ORDERS);
            let start = now();
            store.commit(batch).await.expect("it is written");
            eight.push(since(start));
        }
    }
    let (sync, one, many) = (spread(&mut syncs), spread(&mut single), spread(&mut eight));
    let allowed = (sync.0 * 4).max(sync.0 + Duration::from_micros(300));
    line("fdatasync of a 4 KiB overwrite", sync, "");
    line("one order committed", one, &format!("p50 {}, goal <= {allowed:?}", times(one.0, sync.0)));
    line(&format!("{BATCH_ORDERS} orders in one commit"), many, "");
    let gain = one.0.as_secs_f64() * 8.0 / many.0.as_secs_f64();
    println!("{:<44} {gain:>10.2} x one by one, goal >= 2", "orders a second in batches of 8");
    store.close().await.expect("it closes");
}

fn overwrite(file: &mut File) -> Duration {
    let start = now();
    file.seek(SeekFrom::Start(0)).expect("a start");
    file.write_all(&[7; 4096]).expect("room");
    file.sync_data().expect("a disk");
    since(start)
}

/// Opening, loading and looking into a store with a long past.
async fn past(folder: &Path) {
    let path = folder.join("past.db");
    let store = SqliteStore::open(&path).await.expect("a store");
    let mut past = Past::begin(&store, Course::default()).await;
    let start = now();
    past.finished(&store, PAST_ORDERS).await;
    println!("{:<44} {:>10.1?}", format!("writing {PAST_ORDERS} past orders"), since(start));
    store.close().await.expect("it closes");
    println!("{:<44} {:>10}", "  bytes", fs::metadata(&path).expect("a file").len());
    let (mut opens, mut loads, mut both) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..21 {
        let start = now();
        let store = SqliteStore::open(&path).await.expect("a store");
        let opened = since(start);
        let loaded = store.load(past.opening(TODAYS_ORDERS)).await.expect("it loads");
        both.push(since(start));
        opens.push(opened);
        loads.push(since(start).saturating_sub(opened));
        assert!(loaded.orders.len() as u64 >= TODAYS_ORDERS);
        store.close().await.expect("it closes");
    }
    line("open", spread(&mut opens), "");
    line(&format!("load, {TODAYS_ORDERS} orders of today"), spread(&mut loads), "");
    line("open and load", spread(&mut both), "goal < 10 ms");
    let store = SqliteStore::open(&path).await.expect("a store");
    look_ups(&store).await;
    store.close().await.expect("it closes");
}

async fn look_ups(store: &SqliteStore) {
    let visible: Vec<PortfolioId> = (1..=PORTFOLIOS).map(PortfolioId).collect();
    let symbol = Symbol::parse("TSLA").ok();
    let newest = OrderFilter::default();
    let looks = [
        ("newest first, all", newest.clone()),
        ("newest first, page 500", OrderFilter { offset: 50_000, ..newest.clone() }),
        (
            "newest first, one portfolio",
            OrderFilter { portfolio: Some(PortfolioId(3)), ..newest.clone() },
        ),
        ("newest first, one symbol", OrderFilter { symbol, ..newest.clone() }),
        ("newest first, refused", OrderFilter { stage: Stage::Refused, ..newest.clone() }),
        ("newest first, working", OrderFilter { stage: Stage::Working, ..newest.clone() }),
        ("by quantity", OrderFilter { sort: OrderColumn::Quantity, ..newest.clone() }),
        ("by person", OrderFilter { sort: OrderColumn::User, ..newest.clone() }),
        ("text 'rebal'", OrderFilter { text: "rebal".to_owned(), ..newest }),
    ];
    for (name, filter) in looks {
        let mut times = Vec::new();
        let mut total = 0;
        for _ in 0..21 {
            let start = now();
            let page = store.find_orders(filter.clone(), visible.clone()).await.expect("a page");
            times.push(since(start));
            total = page.total;
        }
        line(&format!("orders {name}"), spread(&mut times), &format!("of {total}"));
    }
}

/// A portfolio's positions from their rows, against the sum over all its entries.
async fn positions(folder: &Path) {
    let path = folder.join("positions.db");
    let book = PortfolioId(1);
    let store = SqliteStore::open(&path).await.expect("a store");
    let mut past = Past::begin(&store, Course::default()).await;
    let start = now();
    past.book(&store, book, ENTRIES).await;
    println!("{:<44} {:>10.1?}", format!("writing {ENTRIES} entries"), since(start));
    let mut rows = Vec::new();
    for _ in 0..201 {
        let start = now();
        let found = store.positions_of(book).await.expect("rows");
        rows.push(since(start));
        assert!(!found.is_empty());
    }
    store.close().await.expect("it closes");
    let mut database =
        SqliteConnection::connect(&format!("sqlite://{}", path.display())).await.expect("it opens");
    sqlx::query("CREATE INDEX covering ON entries (portfolio_id, symbol, quantity)")
        .execute(&mut database)
        .await
        .expect("an index");
    let mut sums = Vec::new();
    for _ in 0..5 {
        let start = now();
        let found = sqlx::query(
            "SELECT symbol, sum(quantity) FROM entries WHERE portfolio_id = $1 GROUP BY symbol",
        )
        .bind(book.0)
        .fetch_all(&mut database)
        .await
        .expect("sums");
        sums.push(since(start));
        assert!(found.iter().all(|row| row.get::<i64, _>(1) != i64::MAX));
    }
    let (kept, summed) = (spread(&mut rows), spread(&mut sums));
    line("positions, summed over a covering index", summed, "");
    let note = format!("1/{:.0} of the sum, goal 1/500", ratio(summed.0, kept.0));
    line("positions, rows as kept", kept, &note);
    database.close().await.expect("it closes");
}

/// Median and 99th hundredth.
fn spread(times: &mut [Duration]) -> (Duration, Duration) {
    times.sort_unstable();
    (times[times.len() / 2], times[(times.len() - 1) * 99 / 100])
}

fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}

fn times(one: Duration, other: Duration) -> String {
    format!("{:.2} x fdatasync", ratio(one, other))
}

fn line(name: &str, (p50, p99): (Duration, Duration), note: &str) {
    println!("{name:<44} p50 {p50:>10.1?}  p99 {p99:>10.1?}  {note}");
}
