//! Rows of a person's own things: watchlists and settings.
//! Must never hold what the team shares: that is users.rs and portfolios.rs.

use sqlx::sqlite::SqliteRow;

use crate::desk::event::Setting;
use crate::domain::ids::{UserId, WatchlistId};
use crate::domain::symbols::Symbol;
use crate::domain::users::Watchlist;

use super::cells::{Columns, Values};
use super::fault::StoreError;
use super::statement::Statement;

const PUT_WATCHLIST: &str = "INSERT INTO watchlists (id, user_id, name, symbols, version)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (id) DO UPDATE SET
        name = excluded.name, symbols = excluded.symbols, version = excluded.version";
const DROP_WATCHLIST: &str = "DELETE FROM watchlists WHERE id = $1";
const PUT_SETTING: &str = "INSERT INTO settings (user_id, name, value, version)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (user_id, name) DO UPDATE SET
        value = excluded.value, version = excluded.version";
pub(super) const WATCHLISTS: &str =
    "SELECT id, user_id, name, symbols, version FROM watchlists ORDER BY id";
pub(super) const SETTINGS: &str =
    "SELECT user_id, name, value, version FROM settings ORDER BY user_id, name";

/// Every statement of this file.
#[cfg(test)]
pub(super) const SQL: &[&str] = &[PUT_WATCHLIST, DROP_WATCHLIST, PUT_SETTING, WATCHLISTS, SETTINGS];

pub(super) fn put_watchlist(list: &Watchlist) -> Statement {
    let symbols: Vec<&str> = list.symbols.iter().map(Symbol::as_str).collect();
    let values = Values::default()
        .int(list.id.0)
        .int(list.user.0)
        .text(&list.name)
        .text(symbols.join(" "))
        .int(list.version);
    Statement::new(PUT_WATCHLIST, values)
}

pub(super) fn drop_watchlist(id: WatchlistId) -> Statement {
    Statement::new(DROP_WATCHLIST, Values::default().int(id.0))
}

pub(super) fn put_setting(setting: &Setting) -> Statement {
    let values = Values::default()
        .int(setting.user.0)
        .text(&setting.name)
        .text(&setting.value)
        .int(setting.version);
    Statement::new(PUT_SETTING, values)
}

pub(super) fn read_watchlist(row: &SqliteRow) -> Result<Watchlist, StoreError> {
    let mut columns = Columns::of(row);
    Ok(Watchlist {
        id: WatchlistId(columns.int()?),
        user: UserId(columns.int()?),
        name: columns.text()?.to_owned(),
        symbols: columns.word(|text| {
            text.split_ascii_whitespace().map(|symbol| Symbol::parse(symbol).ok()).collect()
        })?,
        version: columns.int()?,
    })
}

pub(super) fn read_setting(row: &SqliteRow) -> Result<Setting, StoreError> {
    let mut columns = Columns::of(row);
    Ok(Setting {
        user: UserId(columns.int()?),
        name: columns.text()?.to_owned(),
        value: columns.text()?.to_owned(),
        version: columns.int()?,
    })
}
