//! Tests of the store from inside: every statement is sound, faults leave nothing half.
//! Must never open the store of a person: each test has a folder of its own.

use sqlx::{AssertSqlSafe, Row as _};
use tempfile::TempDir;

use crate::desk::event::{Cause, Door, Event, EventKind, VenueKind};
use crate::desk::port::{Batch, Opening, Row, Store};
use crate::domain::hours::Schedule;
use crate::domain::ids::{AccountId, Sequence};
use crate::domain::time::{MarketTime, Moment};
use crate::domain::trading::TradingState;

use super::{
    SqliteStore, about, blotter, check, entries, fills, journal, lists, open, orders, portfolios,
    schema, script, users,
};

async fn open_new() -> (TempDir, SqliteStore) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(&folder.path().join("desk.db")).await.expect("a new store");
    (folder, store)
}

fn statements() -> Vec<&'static str> {
    [
        users::SQL,
        lists::SQL,
        portfolios::SQL,
        entries::SQL,
        orders::SQL,
        fills::SQL,
        journal::SQL,
        about::SQL,
        check::SQL,
        open::SQL,
        schema::SQL,
        &blotter::sql(),
    ]
    .concat()
}

#[tokio::test]
async fn every_statement_fits_the_schema() {
    let (_folder, store) = open_new().await;
    let mut writer = store.writer.lock().await;
    let statements = statements();
    assert!(statements.len() > 120, "only {} statements", statements.len());
    for sql in statements {
        let explained = sqlx::query(AssertSqlSafe(format!("EXPLAIN {sql}")))
            .fetch_all(&mut writer.connection)
            .await;
        assert!(explained.is_ok(), "{sql}\n{explained:?}");
    }
}

/// A migration that is added changes this figure: it is what tells a schema changed by hand.
#[tokio::test]
async fn the_schema_has_the_definitions_that_opening_looks_for() {
    let (_folder, store) = open_new().await;
    let mut writer = store.writer.lock().await;
    let row = sqlx::query(schema::SQL[0]).fetch_one(&mut writer.connection).await.expect("a row");
    assert_eq!(row.get::<i64, _>(3), schema::DEFINITIONS);
}

async fn run(store: &SqliteStore, sql: &'static str) -> Result<(), String> {
    let mut writer = store.writer.lock().await;
    let done = sqlx::raw_sql(sql).execute(&mut writer.connection).await;
    done.map(|_| ()).map_err(|error| error.to_string())
}

fn halted(sequence: i64) -> Batch {
    let cause = Cause { user: None, sign_in: None, door: Door::Timer, command: None };
    let reason = "x".repeat(5_000);
    let state = TradingState::Halted { reason };
    let kind = EventKind::TradingSet(state.clone());
    let (at, account) = (Moment::default(), AccountId(1));
    let event = Event { sequence: Sequence(sequence), at, account, cause, kind };
    Batch { events: vec![event], rows: vec![Row::Trading(state)] }
}

async fn kept(store: &SqliteStore) -> (Sequence, bool) {
    let number = "1".to_owned();
    let today_from = MarketTime::from_ns(0);
    let opening =
        Opening { venue: VenueKind::Ledger, number, today_from, schedule: Schedule::Always };
    let loaded = store.load(opening).await.expect("the store loads");
    (loaded.sequence, loaded.trading.is_halted())
}

#[tokio::test]
async fn a_full_disk_is_told_and_leaves_nothing_half() {
    let (_folder, store) = open_new().await;
    run(&store, "PRAGMA max_page_count = 1").await.expect("it is taken");
    let mut sequence = 0;
    let fault = loop {
        sequence += 1;
        assert!(sequence < 100, "the disk never fills");
        if let Err(fault) = store.commit(halted(sequence)).await {
            break fault;
        }
    };
    assert_eq!(fault.what, "The disk is full. Free some space and start the desk again.");
    assert_eq!(kept(&store).await, (Sequence(sequence - 1), sequence > 1));
    run(&store, "PRAGMA max_page_count = 100000").await.expect("it is taken");
    store.commit(halted(sequence)).await.expect("there is room again");
    assert_eq!(kept(&store).await, (Sequence(sequence), true));
    assert!(store.verify(None).await.expect("it is read").is_ok());
}

/// Whoever asked for a commit may go away in the middle of it; the next one must not be misled.
#[tokio::test]
async fn a_commit_that_is_abandoned_leaves_a_sound_store() {
    let (_folder, store) = open_new().await;
    store.commit(halted(1)).await.expect("it is written");
    for polls in 0..12 {
        let (sequence, _) = kept(&store).await;
        let mut commit = store.commit(halted(sequence.0 + 1));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        for _ in 0..polls {
            if commit.as_mut().poll(&mut context).is_ready() {
                break;
            }
            std::thread::yield_now();
        }
        drop(commit);
        // Written or not, the chain holds and goes on from where the disk says that it is.
        let head = store.verify(None).await.expect("it is read").expect("it is whole");
        let next = halted(head.sequence.0 + 1);
        let written = store.commit(next).await;
        let (after, _) = kept(&store).await;
        assert!(after.0 > sequence.0, "{written:?}: nothing was written after {sequence:?}");
    }
    assert!(store.verify(None).await.expect("it is read").is_ok());
}

#[tokio::test]
async fn what_is_only_ever_added_can_be_neither_changed_nor_removed() {
    let (_folder, store) = open_new().await;
    store.commit(halted(1)).await.expect("it is written");
    run(
        &store,
        "PRAGMA foreign_keys = OFF;
        INSERT INTO fills VALUES ('c', 1, 'o', 1, 'F', 'buy', 1, 1, 'x', 1);
        INSERT INTO entries VALUES (1, 1, 1, 'fee', NULL, 0, '1.00', '2026-02-25', '2026-02-25',
            NULL, NULL, NULL, '', 1, 1);
        INSERT INTO daily_marks VALUES (1, 'F', '2026-02-25', 1, 1, '1.00', '0.00')",
    )
    .await
    .expect("rows are written");
    for sql in [
        "UPDATE journal SET door = 'api'",
        "DELETE FROM journal",
        "UPDATE fills SET price = 2",
        "DELETE FROM fills",
        "UPDATE entries SET cash = '2.00'",
        "DELETE FROM entries",
        "UPDATE daily_marks SET close = 2",
        "DELETE FROM daily_marks",
    ] {
        let refused = run(&store, sql).await.expect_err(sql);
        assert!(refused.contains("append-only"), "{sql}: {refused}");
    }
    for sql in [
        "INSERT INTO journal SELECT seq + 1, desk_ns, market_ns, account_id, user_id, sign_in_id,
            door, command_id, kind, order_id, portfolio_id, payload_version, payload,
            previous_hash, hash FROM journal",
        "INSERT OR REPLACE INTO journal SELECT * FROM journal",
    ] {
        let refused = run(&store, sql).await.expect_err(sql);
        assert!(refused.contains("must follow the last one"), "{sql}: {refused}");
    }
}

/// Numbers are integers and texts, as the table says: a float would lose what it cannot hold.
#[tokio::test]
async fn no_column_takes_a_float_or_a_word_of_its_own() {
    let (_folder, store) = open_new().await;
    for sql in [
        "INSERT INTO accounts (id, venue, number) VALUES (1.5, 'ledger', '1')",
        "INSERT INTO accounts (id, venue, number) VALUES (1, 'elsewhere', '1')",
        "INSERT INTO balances (portfolio_id, cash) VALUES (1, 1.5)",
        "INSERT INTO balances (portfolio_id, cash) VALUES (1, '1e9')",
        "UPDATE roles SET max_trade_value = '-1.00'",
        "UPDATE roles SET version = 0",
        "INSERT INTO roles VALUES ('owner', 1, 1, 1, NULL, 1)",
    ] {
        run(&store, sql).await.expect_err(sql);
    }
    let mut writer = store.writer.lock().await;
    let columns = "SELECT count(*) FROM sqlite_schema t, pragma_table_info(t.name) c
        WHERE t.type = 'table' AND t.name NOT LIKE '\\_%' ESCAPE '\\'
        AND upper(c.type) NOT IN ('INTEGER', 'TEXT', 'BLOB')";
    let row = sqlx::query(columns).fetch_one(&mut writer.connection).await.expect("a row");
    assert_eq!(row.get::<i64, _>(0), 0);
}

/// Start-up must not slow down with the years: no statement of it may walk what grows.
#[tokio::test]
async fn start_up_walks_no_table_that_grows() {
    let (_folder, store) = open_new().await;
    let mut writer = store.writer.lock().await;
    let growing = ["orders", "venue_orders", "fills", "entries", "journal", "daily_marks"];
    let statements = [
        users::OPEN_SIGN_INS,
        portfolios::POSITIONS,
        entries::NEWEST_MARKS,
        entries::EARLIER_MARKS,
        entries::UNMARKED,
        orders::CURRENT_ORDERS,
        orders::CURRENT_VENUE_ORDERS,
        fills::CURRENT_FILLS,
    ];
    for sql in statements {
        let plan = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")))
            .fetch_all(&mut writer.connection)
            .await
            .expect("a plan");
        for row in plan {
            let step: String = row.get(3);
            let table = step.strip_prefix("SCAN ").map(|rest| {
                let name = rest.split(' ').next().expect("a name");
                match name {
                    "o" => "orders",
                    "v" => "venue_orders",
                    "f" => "fills",
                    "m" | "n" => "daily_marks",
                    // It goes back from the newest one and stops at the first that fits.
                    "e" if sql == entries::UNMARKED => "the newest entries",
                    other => other,
                }
            });
            assert!(table.is_none_or(|table| !growing.contains(&table)), "{step} in {sql}");
            let by_index = step.contains("orders_") || !step.contains(" o USING INDEX");
            assert!(by_index || step.contains("(id=?)"), "{step} in {sql}");
        }
    }
}

/// What each order waits for builds no table in memory: that costs more than its rows.
#[tokio::test]
async fn a_batch_that_comes_often_builds_no_table_of_its_own() {
    let (_folder, store) = open_new().await;
    let mut writer = store.writer.lock().await;
    for sql in script::WHOLES.iter().flat_map(|whole| whole.parts) {
        let steps = sqlx::query(AssertSqlSafe(format!("EXPLAIN {sql}")))
            .fetch_all(&mut writer.connection)
            .await
            .expect("it fits");
        for step in steps {
            assert_ne!(step.get::<String, _>(1), "OpenEphemeral", "{sql}");
        }
    }
}

/// A row that somebody bent by hand, past the checks of its table, is found.
#[tokio::test]
async fn a_bent_row_is_found() {
    let (_folder, store) = open_new().await;
    assert_eq!(store.check().await.expect("it is read"), []);
    for (table, sql) in [
        ("desk_state", "UPDATE desk_state SET trading = 'halted'"),
        ("desk_state", "UPDATE desk_state SET trading = 'asleep', reason = 'tired'"),
        ("portfolio_access", "INSERT INTO portfolio_access VALUES (1, 1, 'trade', 0)"),
        ("portfolio_access", "UPDATE portfolio_access SET access = 'all', version = 1"),
    ] {
        run(&store, "PRAGMA foreign_keys = OFF").await.expect("it is taken");
        assert!(run(&store, sql).await.is_err(), "{sql} passes the checks");
        run(&store, "PRAGMA ignore_check_constraints = ON").await.expect("it is taken");
        run(&store, sql).await.expect("nothing is checked now");
        run(&store, "PRAGMA ignore_check_constraints = OFF").await.expect("it is taken");
        let found = format!("{:?}", store.check().await.expect("it is read"));
        assert!(found.contains(&format!("CHECK constraint failed in {table}")), "{sql}: {found}");
    }
}
