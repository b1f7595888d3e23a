//! What a store says of itself: versions, settings, how much it holds, where its journal ends.
//! Must never read more than that: a doctor asks on every desk, however large.

use sqlx::SqliteConnection;

use super::cells::Columns;
use super::fault::StoreError;
use super::journal::{self, Head};

const ABOUT: &str = "SELECT sqlite_version(),
    (SELECT coalesce(max(version), 0) FROM _sqlx_migrations),
    (SELECT journal_mode FROM pragma_journal_mode),
    (SELECT synchronous FROM pragma_synchronous),
    (SELECT count(*) FROM users),
    (SELECT count(*) FROM portfolios),
    (SELECT count(*) FROM orders)";

/// Every statement of this file.
#[cfg(test)]
pub(super) const SQL: &[&str] = &[ABOUT];

/// What a store says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Version of the SQLite that the program is built with.
    pub sqlite: String,
    /// Number of the newest migration that was applied.
    pub schema: i64,
    /// How the file is journaled: `wal`.
    pub journal_mode: String,
    /// How often the disk is waited for: 2 is at every commit.
    pub synchronous: i64,
    /// People.
    pub users: i64,
    /// Portfolios, of all accounts.
    pub portfolios: i64,
    /// Orders, of all accounts.
    pub orders: i64,
    /// The journal's last line.
    pub head: Head,
}

pub(super) async fn about(connection: &mut SqliteConnection) -> Result<About, StoreError> {
    let row = sqlx::query(ABOUT).fetch_one(&mut *connection).await?;
    let mut columns = Columns::of(&row);
    Ok(About {
        sqlite: columns.text()?.to_owned(),
        schema: columns.int()?,
        journal_mode: columns.text()?.to_owned(),
        synchronous: columns.int()?,
        users: columns.int()?,
        portfolios: columns.int()?,
        orders: columns.int()?,
        head: journal::head(connection).await?,
    })
}
