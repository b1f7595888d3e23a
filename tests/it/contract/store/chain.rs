//! The journal's chain: whoever bends it is found. The file is bent through plain SQL, with the
//! triggers out of the way, as somebody with the file and the time could.

use sqlx::{Connection, SqliteConnection};
use trading_desk::desk::event::EventKind;
use trading_desk::desk::port::{Batch, Store};
use trading_desk::domain::ids::Sequence;
use trading_desk::domain::roles::RoleName;
use trading_desk::domain::trading::TradingState;
use trading_desk::store::SqliteStore;
use trading_desk::store::journal::{Break, Head};

use super::samples::{event, foundation, user};
use super::{Home, Sqlite};

const TRIGGERS: &str =
    "SELECT name, sql FROM sqlite_schema WHERE tbl_name = 'journal' AND type = 'trigger'";

/// A store with a journal of thirty lines, closed; its head.
async fn journal(home: &Sqlite) -> Head {
    let store = home.open().await;
    store.commit(foundation()).await.expect("the foundation is written");
    for sequence in 7..=30 {
        let kind = match sequence % 3 {
            0 => {
                EventKind::TradingSet(TradingState::Halted { reason: format!("reason {sequence}") })
            }
            1 => EventKind::TradingSet(TradingState::Active),
            _ => EventKind::UserChanged(user(2, "ben", RoleName::Trader)),
        };
        let events = vec![event(sequence, kind)];
        store.commit(Batch { events, rows: Vec::new() }).await.expect("a line is written");
    }
    let head = store.verify(None).await.expect("it is read").expect("it is whole");
    home.leave(store).await;
    head
}

/// Runs `sql` on the file with the triggers dropped and put back as they were.
async fn bend(home: &Sqlite, sql: &str) {
    let address = format!("sqlite://{}", home.path().display());
    let mut file = SqliteConnection::connect(&address).await.expect("it opens");
    let triggers: Vec<(String, String)> =
        sqlx::query_as(TRIGGERS).fetch_all(&mut file).await.expect("triggers");
    assert_eq!(triggers.len(), 3, "{triggers:?}");
    for (name, _) in &triggers {
        run(&mut file, &format!("DROP TRIGGER {name}")).await;
    }
    run(&mut file, sql).await;
    for (_, sql) in &triggers {
        run(&mut file, sql).await;
    }
    file.close().await.expect("it closes");
}

async fn run(file: &mut SqliteConnection, sql: &str) {
    let sql = sqlx::AssertSqlSafe(sql.to_owned());
    sqlx::raw_sql(sql).execute(file).await.expect("the statement runs");
}

async fn verified(home: &Sqlite, known: Option<Head>) -> Result<Head, Break> {
    SqliteStore::verify_file(&home.path(), known).await.expect("the journal is read")
}

/// Bends a fresh journal and expects to be told of it.
async fn finds(sql: &str, expected: Break) {
    let home = Sqlite::new();
    journal(&home).await;
    bend(&home, sql).await;
    assert_eq!(verified(&home, None).await, Err(expected), "{sql}");
}

fn line(number: i64) -> Sequence {
    Sequence(number)
}

#[tokio::test]
async fn a_whole_chain_is_found_whole() {
    let home = Sqlite::new();
    let head = journal(&home).await;
    assert_eq!(head.sequence, line(30));
    assert_eq!(verified(&home, Some(head)).await, Ok(head));
    // To drop and restore the triggers alone changes nothing.
    bend(&home, "SELECT 1").await;
    assert_eq!(verified(&home, None).await, Ok(head));
}

#[tokio::test]
async fn a_changed_line_is_found_whatever_was_changed() {
    for change in [
        "desk_ns = desk_ns + 1",
        "market_ns = market_ns - 1",
        "account_id = 2",
        "user_id = 2",
        "user_id = NULL",
        "sign_in_id = NULL",
        "door = 'shell'",
        "command_id = NULL",
        "kind = 'lifted' || ' '",
        "order_id = ''",
        "portfolio_id = 0",
        "payload_version = 2",
        "payload = replace(payload, 'reason 12', 'reason 21')",
    ] {
        let sql = format!("UPDATE journal SET {change} WHERE seq = 12");
        finds(&sql, Break::Changed { line: line(12) }).await;
    }
}

#[tokio::test]
async fn a_removed_inserted_or_swapped_line_is_found() {
    finds(
        "DELETE FROM journal WHERE seq = 12",
        Break::Missing { expected: line(12), found: line(13) },
    )
    .await;
    finds(
        "DELETE FROM journal WHERE seq = 12; UPDATE journal SET seq = seq - 1 WHERE seq > 12",
        Break::Unlinked { line: line(12) },
    )
    .await;
    finds(
        "UPDATE journal SET seq = seq + 1000 WHERE seq > 12; UPDATE journal SET seq = seq - 999 \
         WHERE seq > 1000; INSERT INTO journal SELECT 13, desk_ns, market_ns, account_id, user_id, \
         sign_in_id, door, command_id, kind, order_id, portfolio_id, payload_version, payload, \
         previous_hash, hash FROM journal WHERE seq = 12",
        Break::Unlinked { line: line(13) },
    )
    .await;
    finds(
        "UPDATE journal SET seq = 99 WHERE seq = 12; UPDATE journal SET seq = 12 WHERE seq = 15; \
         UPDATE journal SET seq = 15 WHERE seq = 99",
        Break::Unlinked { line: line(12) },
    )
    .await;
    finds(
        "UPDATE journal SET previous_hash = zeroblob(32) WHERE seq = 12",
        Break::Unlinked { line: line(12) },
    )
    .await;
    finds(
        "UPDATE journal SET hash = zeroblob(32) WHERE seq = 12",
        Break::Changed { line: line(12) },
    )
    .await;
}

/// Nothing in the file can tell that its end was cut off, or that it was all written anew: for that
/// an end is noted elsewhere.
#[tokio::test]
async fn a_cut_off_or_rewritten_journal_is_found_by_a_known_end() {
    let home = Sqlite::new();
    let head = journal(&home).await;
    bend(&home, "DELETE FROM journal WHERE seq > 20").await;
    assert_eq!(verified(&home, None).await.map(|head| head.sequence), Ok(line(20)));
    let cut = Break::CutOff { last: line(20), known: line(30) };
    assert_eq!(verified(&home, Some(head)).await, Err(cut));
    // Ten other lines in place of those that are gone.
    let store = home.open().await;
    for sequence in 21..=30 {
        let events = vec![event(sequence, EventKind::TradingSet(TradingState::Active))];
        store.commit(Batch { events, rows: Vec::new() }).await.expect("a line is written");
    }
    home.leave(store).await;
    assert_eq!(verified(&home, Some(head)).await, Err(Break::Replaced { line: line(30) }));
}

/// The last line is read back at every opening: what follows must not follow a bent one.
#[tokio::test]
async fn a_bent_last_line_is_refused_at_once() {
    let home = Sqlite::new();
    journal(&home).await;
    bend(&home, "UPDATE journal SET payload = '{\"text\":\"nothing\"}' WHERE seq = 30").await;
    let refused = SqliteStore::open(&home.path()).await.expect_err("it is bent").to_string();
    assert!(refused.contains("journal line 30 was changed"), "{refused}");
    assert!(refused.contains("restore it from a backup"), "{refused}");
}
