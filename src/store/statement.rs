//! One statement: constant SQL and its values, run for what it changes or read for its rows.
//! Must never be put together from pieces at run time.

use futures::TryStreamExt;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use super::cells::Values;
use super::fault::StoreError;

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
