//! Opening a store: the lock, the file, the connections and their settings, the schema.
//! Must never touch a file before it is known to be the desk's, nor go on with a setting not taken.

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use super::cells::Columns;
use super::commit::Writer;
use super::fault::StoreError;
use super::files::{self, Absent, Found, Lock};
use super::journal::{Break, Head};
use super::open_error::OpenError;
use super::{journal, schema};

const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Connections that read beside the writer.
const READERS_MAX: u32 = 3;
/// Rows a connection's thread may be ahead of whoever reads them.
const ROWS_AHEAD_MAX: usize = 512;
/// Statements each connection keeps prepared.
const STATEMENTS_KEPT: usize = 160;

/// The writer's settings beyond the options: only now is the file known to be a store.
const SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON; PRAGMA wal_autocheckpoint = 2000;
    PRAGMA journal_size_limit = 16777216; PRAGMA temp_store = MEMORY;
    PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF";
const SETTINGS_TAKEN: &str = "SELECT
    (SELECT journal_mode FROM pragma_journal_mode),
    CAST((SELECT synchronous FROM pragma_synchronous) AS TEXT),
    CAST((SELECT foreign_keys FROM pragma_foreign_keys) AS TEXT),
    CAST((SELECT timeout FROM pragma_busy_timeout) AS TEXT),
    CAST((SELECT query_only FROM pragma_query_only) AS TEXT)";
const SETTING_NAMES: [&str; 5] =
    ["journal_mode", "synchronous", "foreign_keys", "busy_timeout", "query_only"];
const WRITER_TAKES: [&str; 5] = ["wal", "2", "1", "5000", "0"];
const READER_TAKES: [&str; 5] = ["wal", "2", "1", "5000", "1"];

/// Every statement of this file.
#[cfg(test)]
pub(super) const SQL: &[&str] = &[SETTINGS, SETTINGS_TAKEN];

/// The parts of an open store.
pub(super) struct Opened {
    pub(super) writer: Writer,
    pub(super) readers: SqlitePool,
    pub(super) lock: Lock,
}

/// Opens the store at `path`.
pub(super) async fn open(path: &Path, absent: Absent) -> Result<Opened, OpenError> {
    let (mut connection, lock) = connect(path, absent).await?;
    let head = journal::last(&mut connection).await.map_err(|error| damaged(path, error))?;
    Ok(Opened { writer: Writer::new(connection, head), readers: readers(path), lock })
}

/// Follows the journal's chain in the store at `path`, even one that ends so badly that it would
/// not be opened.
pub(super) async fn verify(
    path: &Path,
    known: Option<Head>,
) -> Result<Result<Head, Break>, OpenError> {
    let (mut connection, _lock) = connect(path, Absent::Refuse).await?;
    let verified = journal::verify(&mut connection, known).await;
    connection.close().await.map_err(|error| OpenError::of_database(path, &error))?;
    verified.map_err(|error| damaged(path, error))
}

/// The one connection that may write, with all its settings taken and the newest schema.
async fn connect(path: &Path, absent: Absent) -> Result<(SqliteConnection, Lock), OpenError> {
    let empty = || OpenError::Empty { path: path.to_owned() };
    match absent {
        Absent::Make => files::make_folder(path)?,
        Absent::Refuse if !path.exists() => return Err(empty()),
        Absent::Refuse => {}
    }
    let lock = Lock::take(path)?;
    let found = files::inspect(path)?;
    if absent == Absent::Refuse && found == Found::Nothing {
        return Err(empty());
    }
    let options = options(path).thread_name(|_| "store-writer".into());
    let mut connection =
        options.connect().await.map_err(|error| OpenError::of_database(path, &error))?;
    if let Err(refused) = make_ready(&mut connection, path, (found, absent)).await {
        // What is refused is left alone: the file is let go before anybody is told.
        connection.close().await.map_err(|error| OpenError::of_database(path, &error))?;
        return Err(refused);
    }
    files::restrict_all(path)?;
    Ok((connection, lock))
}

async fn make_ready(
    connection: &mut SqliteConnection,
    path: &Path,
    (found, absent): (Found, Absent),
) -> Result<(), OpenError> {
    schema::bring_up(connection, path, (found, absent)).await?;
    sqlx::raw_sql(SETTINGS)
        .execute(&mut *connection)
        .await
        .map_err(|error| OpenError::of_database(path, &error))?;
    let taken = settings(connection).await.map_err(|error| damaged(path, error))?;
    match refused_setting(&taken, &WRITER_TAKES) {
        Some((name, found)) => Err(OpenError::Setting { name, found }),
        None => Ok(()),
    }
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .statement_cache_capacity(STATEMENTS_KEPT)
        .row_buffer_size(ROWS_AHEAD_MAX)
        .disable_statement_logging()
}

/// Readers connect when they are first wanted, stay, and can write nothing.
fn readers(path: &Path) -> SqlitePool {
    let options = options(path)
        .read_only(true)
        .pragma("synchronous", "FULL")
        .pragma("query_only", "ON")
        .pragma("temp_store", "MEMORY")
        .pragma("cell_size_check", "ON")
        .pragma("trusted_schema", "OFF")
        .thread_name(|id| format!("store-reader-{id}"));
    SqlitePoolOptions::new()
        .max_connections(READERS_MAX)
        .min_connections(0)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .after_connect(|connection, _| {
            Box::pin(async move {
                let taken = settings(connection).await.map_err(into_database)?;
                match refused_setting(&taken, &READER_TAKES) {
                    Some((name, found)) => {
                        Err(sqlx::Error::Configuration(OpenError::Setting { name, found }.into()))
                    }
                    None => Ok(()),
                }
            })
        })
        .connect_lazy_with(options)
}

fn into_database(error: StoreError) -> sqlx::Error {
    match error {
        StoreError::Database(error) => error,
        other => sqlx::Error::Configuration(other.into()),
    }
}

/// What a connection's settings are, in the order of `SETTING_NAMES`.
async fn settings(connection: &mut SqliteConnection) -> Result<[String; 5], StoreError> {
    let row = sqlx::query(SETTINGS_TAKEN).fetch_one(connection).await?;
    let mut columns = Columns::of(&row);
    let mut taken: [String; 5] = Default::default();
    for value in &mut taken {
        columns.text()?.clone_into(value);
    }
    Ok(taken)
}

fn refused_setting(taken: &[String; 5], wanted: &[&str; 5]) -> Option<(&'static str, String)> {
    let index = (0..wanted.len()).find(|&index| taken[index] != wanted[index])?;
    Some((SETTING_NAMES[index], taken[index].clone()))
}

fn damaged(path: &Path, error: StoreError) -> OpenError {
    match error {
        StoreError::Database(error) => OpenError::of_database(path, &error),
        other => OpenError::Corrupt { path: path.to_owned(), what: other.to_string() },
    }
}
