//! One statement: constant SQL and its values, run for what it changes or read for its rows.
//! Must never be put together from pieces at run time.

use futures::TryStreamExt;
use sqlx::sqlite::SqliteRow;
use sqlx::{Either, Executor, SqliteConnection};

use super::cells::Values;
use super::fault::StoreError;
use super::script::Reading;

/// One statement with its values.
pub(super) struct Statement {
    pub(super) sql: &'static str,
    pub(super) values: Values,
}

impl Statement {
    pub(super) fn new(sql: &'static str, values: Values) -> Self {
        Self { sql, values }
    }
}

/// Runs a statement, or a script of several, for what it changes.
pub(super) async fn run(
    connection: &mut SqliteConnection,
    sql: &'static str,
    values: Values,
) -> Result<(), StoreError> {
    sqlx::query_with(sql, values.into_arguments()).execute(connection).await?;
    Ok(())
}

/// The rows of each statement of a reading, one after the other.
pub(super) struct Sections {
    left: std::iter::Zip<std::slice::Iter<'static, &'static str>, std::vec::IntoIter<Rows>>,
}

type Rows = Vec<SqliteRow>;

impl Sections {
    /// Reads all of it in one trip to the connection's thread.
    pub(super) async fn of(
        connection: &mut SqliteConnection,
        reading: &Reading,
        values: Values,
    ) -> Result<Self, StoreError> {
        let (mut whole, mut rows) = (Vec::new(), Rows::new());
        let query = sqlx::query_with(reading.text, values.into_arguments());
        let mut found = Executor::fetch_many(connection, query);
        loop {
            let next = found.try_next().await.map_err(|error| {
                // The statement that failed is the one whose end has not come.
                let doing = reading.doing.get(whole.len()).copied().unwrap_or("loading");
                StoreError::from(error).during(doing)
            })?;
            match next {
                Some(Either::Right(row)) => rows.push(row),
                Some(Either::Left(_)) => whole.push(std::mem::take(&mut rows)),
                None => return Ok(Self { left: reading.doing.iter().zip(whole) }),
            }
        }
    }

    /// The rows of the next statement, each read by `read`.
    pub(super) fn next<T>(
        &mut self,
        read: fn(&SqliteRow) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let (doing, rows) = self.left.next().expect("each statement of a reading has its rows");
        let read: Result<_, StoreError> = rows.iter().map(read).collect();
        read.map_err(|error| error.during(doing))
    }
}

/// The rows of a statement, each read by `read`.
pub(super) async fn all<T>(
    connection: &mut SqliteConnection,
    sql: &'static str,
    values: Values,
    read: fn(&SqliteRow) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut found = Vec::new();
    let mut rows = sqlx::query_with(sql, values.into_arguments()).fetch(connection);
    while let Some(row) = rows.try_next().await? {
        found.push(read(&row)?);
    }
    Ok(found)
}
