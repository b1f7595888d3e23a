//! The one writer: a batch becomes statements, the statements one transaction.
//! Must never leave half a batch: what fails is rolled back before anything else is written.

use std::collections::BTreeSet;

use sqlx::SqliteConnection;

use crate::desk::port::{Batch, Row};
use crate::domain::ids::{AccountId, OrderId, PortfolioId, SignInId, UserId, WatchlistId};
use crate::domain::symbols::Symbol;

use super::cells::Values;
use super::fault::StoreError;
use super::journal::Head;
use super::script::{BEGIN, COMMIT, OFTEN, WHOLES, Whole};
use super::statement::{Statement, run};
use super::{entries, fills, journal, lists, orders, portfolios, users};

const ROLLBACK: &str = "ROLLBACK";

/// The connection that writes, and where the journal ends.
pub(super) struct Writer {
    pub(super) connection: SqliteConnection,
    /// None while a commit is under way, and after one that failed: whoever finds it so reads it
    /// again, because the caller of a commit may go away in the middle of it.
    head: Option<Head>,
}

impl Writer {
    pub(super) fn new(connection: SqliteConnection, head: Head) -> Self {
        Self { connection, head: Some(head) }
    }

    /// Writes a batch in one durable transaction, or nothing of it.
    pub(super) async fn commit(&mut self, batch: &Batch) -> Result<(), StoreError> {
        if batch.events.is_empty() && batch.rows.is_empty() {
            return Ok(());
        }
        self.settle().await?;
        let head = self.head.expect("a settled writer knows the head");
        let (statements, after) = plan(batch, &head)?;
        self.head = None;
        let written = self.write(statements).await;
        match written {
            Ok(()) => self.head = Some(after),
            Err(_) => self.roll_back().await,
        }
        written
    }

    /// Whole where it is of a kind that comes often, else in as few trips as its parts allow.
    async fn write(&mut self, statements: Vec<Statement>) -> Result<(), StoreError> {
        let mut runs: Vec<(&'static str, Vec<Values>)> = Vec::new();
        for Statement { sql, values } in statements {
            match runs.last_mut() {
                Some((same, rows)) if *same == sql => rows.push(values),
                _ => runs.push((sql, vec![values])),
            }
        }
        let is = |whole: &&Whole| {
            runs.iter().map(|(sql, _)| *sql).eq(whole.parts.iter().copied())
                && runs.iter().all(|(_, rows)| rows.len() == whole.times)
        };
        if let Some(whole) = WHOLES.iter().find(is) {
            let values = Values::joined(runs.into_iter().flat_map(|(_, rows)| rows));
            return run(&mut self.connection, whole.text, values).await;
        }
        run(&mut self.connection, BEGIN, Values::default()).await?;
        for (sql, rows) in runs {
            self.repeat(sql, rows).await?;
        }
        run(&mut self.connection, COMMIT, Values::default()).await
    }

    /// One statement with each of several rows of values.
    async fn repeat(&mut self, sql: &'static str, rows: Vec<Values>) -> Result<(), StoreError> {
        let often = OFTEN.iter().find(|often| often.one == sql);
        let mut left = rows.into_iter();
        for (times, text) in often.map_or(&[][..], |often| &often.more) {
            while left.len() >= *times {
                let values = Values::joined(left.by_ref().take(*times));
                run(&mut self.connection, text, values).await?;
            }
        }
        for values in left {
            run(&mut self.connection, sql, values).await?;
        }
        Ok(())
    }

    /// After a commit that failed or was abandoned nothing of it may stay, and only the disk knows
    /// where the journal ends. Reads on this connection come after this too.
    pub(super) async fn settle(&mut self) -> Result<(), StoreError> {
        if self.head.is_none() {
            self.roll_back().await;
            self.head = Some(journal::head(&mut self.connection).await?);
        }
        Ok(())
    }

    /// SQLite refuses this where it has rolled back by itself already; that is as good.
    async fn roll_back(&mut self) {
        if let Err(error) = run(&mut self.connection, ROLLBACK, Values::default()).await {
            tracing::debug!(%error, "nothing to roll back");
        }
    }
}

/// The statements of a batch, journal first, and the journal's end after them.
fn plan(batch: &Batch, head: &Head) -> Result<(Vec<Statement>, Head), StoreError> {
    let mut statements = Vec::with_capacity(batch.events.len() + batch.rows.len());
    let mut head = *head;
    for event in &batch.events {
        let (statement, after) = journal::append(event, &head)?;
        statements.push(statement);
        head = after;
    }
    let account = batch.events.last().map(|event| event.account);
    for row in newest(&batch.rows) {
        statements.push(put(row, account)?);
    }
    Ok((statements, head))
}

/// The statement that writes a row; `account` is that of the events beside it.
fn put(row: &Row, account: Option<AccountId>) -> Result<Statement, StoreError> {
    Ok(match row {
        Row::Account(account) => portfolios::put_account(account),
        Row::Role(role) => users::put_role(role),
        Row::User(user) => users::put_user(user),
        Row::Credential(user, credential) => users::put_credential(*user, credential),
        Row::SignIn(sign_in) => users::put_sign_in(sign_in),
        Row::Portfolio(portfolio) => portfolios::put_portfolio(portfolio),
        Row::Grant(access) => portfolios::put_grant(access),
        Row::Order(order) => orders::put_order(order),
        Row::VenueOrder(venue_order) => orders::put_venue_order(venue_order),
        Row::Fill(fill) => fills::add_fill(fill),
        Row::Entry(entry) => entries::add_entry(entry),
        Row::Position(position) => portfolios::put_position(position),
        Row::Balance(balance) => portfolios::put_balance(*balance),
        Row::Mark(mark) => entries::add_mark(mark),
        Row::Watchlist(list) => lists::put_watchlist(list),
        Row::WatchlistDropped(id) => lists::drop_watchlist(*id),
        Row::Setting(setting) => lists::put_setting(setting),
        Row::Trading(state) => portfolios::put_trading(state),
        Row::MarkedThrough(date) => {
            portfolios::mark_through(account.ok_or(StoreError::Alone)?, *date)
        }
    })
}

/// What a row replaces: a later row of the same key stands for an earlier one.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key<'a> {
    Account(i64),
    Role(&'a str),
    User(UserId),
    Credential(UserId),
    SignIn(SignInId),
    Portfolio(PortfolioId),
    Grant(PortfolioId, UserId),
    Order(OrderId),
    VenueOrder(i64, &'a str),
    Position(PortfolioId, Symbol),
    Balance(PortfolioId),
    Watchlist(WatchlistId),
    Setting(UserId, &'a str),
    Trading,
    MarkedThrough,
}

/// The key of a row, or none for a row that is only ever added.
fn key(row: &Row) -> Option<Key<'_>> {
    Some(match row {
        Row::Account(account) => Key::Account(account.id.0),
        Row::Role(role) => Key::Role(role.name.as_str()),
        Row::User(user) => Key::User(user.id),
        Row::Credential(user, _) => Key::Credential(*user),
        Row::SignIn(sign_in) => Key::SignIn(sign_in.id),
        Row::Portfolio(portfolio) => Key::Portfolio(portfolio.id),
        Row::Grant(access) => Key::Grant(access.portfolio, access.user),
        Row::Order(order) => Key::Order(order.id),
        Row::VenueOrder(sent) => Key::VenueOrder(sent.account.0, sent.client_id.as_str()),
        Row::Position(position) => Key::Position(position.portfolio, position.symbol),
        Row::Balance(balance) => Key::Balance(balance.portfolio),
        Row::Watchlist(list) => Key::Watchlist(list.id),
        Row::WatchlistDropped(id) => Key::Watchlist(*id),
        Row::Setting(setting) => Key::Setting(setting.user, &setting.name),
        Row::Trading(_) => Key::Trading,
        Row::MarkedThrough(_) => Key::MarkedThrough,
        Row::Fill(_) | Row::Entry(_) | Row::Mark(_) => return None,
    })
}

/// The rows that count, of several with one key only the last, in the order in which tables refer
/// to one another: a row that is referred to is there before the row that does.
fn newest(rows: &[Row]) -> Vec<&Row> {
    let mut seen = BTreeSet::new();
    let mut kept: Vec<&Row> =
        rows.iter().rev().filter(|row| key(row).is_none_or(|key| seen.insert(key))).collect();
    kept.reverse();
    kept.sort_by_key(|row| rank(row));
    kept
}

/// The place of a row's table among all.
const fn rank(row: &Row) -> u8 {
    match row {
        Row::Account(_) => 0,
        Row::MarkedThrough(_) => 1,
        Row::Trading(_) => 2,
        Row::Role(_) => 3,
        Row::User(_) => 4,
        Row::Credential(..) => 5,
        Row::SignIn(_) => 6,
        Row::Setting(_) => 7,
        Row::Watchlist(_) | Row::WatchlistDropped(_) => 8,
        Row::Portfolio(_) => 9,
        Row::Grant(_) => 10,
        Row::Order(_) => 11,
        Row::VenueOrder(_) => 12,
        Row::Fill(_) => 13,
        Row::Entry(_) => 14,
        Row::Position(_) => 15,
        Row::Balance(_) => 16,
        Row::Mark(_) => 17,
    }
}
