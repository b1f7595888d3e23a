//! Rows of accounts, portfolios and who was given them, and of what portfolios hold.
//! Must never fold entries itself: positions and balances are kept as the desk hands them over.

use jiff::civil::Date;
use sqlx::sqlite::SqliteRow;

use crate::desk::event::{Account, Balance};
use crate::domain::ids::{AccountId, PortfolioId, UserId};
use crate::domain::numbers::Money;
use crate::domain::portfolios::{Access, Portfolio};
use crate::domain::positions::Position;
use crate::domain::trading::TradingState;

use super::cells::{Columns, Values};
use super::fault::StoreError;
use super::statement::Statement;
use super::words;

const PUT_ACCOUNT: &str = "INSERT INTO accounts (id, venue, number) VALUES ($1, $2, $3)
    ON CONFLICT (id) DO UPDATE SET venue = excluded.venue, number = excluded.number";
const MARK_THROUGH: &str = "UPDATE accounts SET marked_through = $2
    WHERE id = $1 AND (marked_through IS NULL OR marked_through < $2)";
const PUT_PORTFOLIO: &str = "INSERT INTO portfolios (id, account_id, name, kind, owner_id,
        description, may_short, allocation, archived, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (id) DO UPDATE SET
        name = excluded.name, kind = excluded.kind, owner_id = excluded.owner_id,
        description = excluded.description, may_short = excluded.may_short,
        allocation = excluded.allocation, archived = excluded.archived, version = excluded.version";
const PUT_ACCESS: &str = "INSERT INTO portfolio_access (portfolio_id, user_id, access, version)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (portfolio_id, user_id) DO UPDATE SET
        access = excluded.access, version = excluded.version";
pub(super) const PUT_POSITION: &str = "INSERT INTO positions
        (portfolio_id, symbol, quantity, cost, realised, entries)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (portfolio_id, symbol) DO UPDATE SET
        quantity = excluded.quantity, cost = excluded.cost, realised = excluded.realised,
        entries = excluded.entries";
pub(super) const PUT_BALANCE: &str = "INSERT INTO balances (portfolio_id, cash) VALUES ($1, $2)
    ON CONFLICT (portfolio_id) DO UPDATE SET cash = excluded.cash";
const PUT_TRADING: &str = "UPDATE desk_state SET trading = $1, reason = $2 WHERE id = 1";
pub(super) const TRADING: &str = "SELECT trading, reason FROM desk_state WHERE id = 1";
pub(super) const ACCOUNT: &str = "SELECT id, venue, number, marked_through FROM accounts
    WHERE venue = $1 AND number = $2";
pub(super) const NUMBERS: &str = "SELECT number FROM accounts WHERE venue = $1 ORDER BY id DESC";
pub(super) const PORTFOLIOS: &str = "SELECT id, account_id, name, kind, owner_id, description,
        may_short, allocation, archived, version
    FROM portfolios WHERE account_id = $1 ORDER BY id";
pub(super) const ACCESS: &str = "SELECT a.portfolio_id, a.user_id, a.access, a.version
    FROM portfolios p JOIN portfolio_access a ON a.portfolio_id = p.id
    WHERE p.account_id = $1 ORDER BY a.portfolio_id, a.user_id";
pub(super) const POSITIONS: &str = "SELECT s.portfolio_id, s.symbol, s.quantity, s.cost,
        s.realised, s.entries
    FROM portfolios p JOIN positions s ON s.portfolio_id = p.id
    WHERE p.account_id = $1 ORDER BY s.portfolio_id, s.symbol";
pub(super) const POSITIONS_OF: &str = "SELECT portfolio_id, symbol, quantity, cost, realised,
        entries
    FROM positions WHERE portfolio_id = $1 ORDER BY symbol";
pub(super) const BALANCES: &str = "SELECT b.portfolio_id, b.cash
    FROM portfolios p JOIN balances b ON b.portfolio_id = p.id
    WHERE p.account_id = $1 ORDER BY b.portfolio_id";
pub(super) const LARGEST: &str = "SELECT
    (SELECT coalesce(max(id), 0) FROM users), (SELECT coalesce(max(id), 0) FROM portfolios),
    (SELECT coalesce(max(id), 0) FROM watchlists), (SELECT coalesce(max(id), 0) FROM accounts)";

/// Every statement of this file.
#[cfg(test)]
pub(super) const SQL: &[&str] = &[
    PUT_ACCOUNT,
    MARK_THROUGH,
    PUT_PORTFOLIO,
    PUT_ACCESS,
    PUT_POSITION,
    PUT_BALANCE,
    PUT_TRADING,
    TRADING,
    ACCOUNT,
    NUMBERS,
    PORTFOLIOS,
    ACCESS,
    POSITIONS,
    POSITIONS_OF,
    BALANCES,
    LARGEST,
];

pub(super) fn put_account(account: &Account) -> Statement {
    let values =
        Values::default().int(account.id.0).text(account.venue.as_str()).text(&account.number);
    Statement::new(PUT_ACCOUNT, values)
}

/// The last day that was marked moves forward only: marks of a day are written once.
pub(super) fn mark_through(account: AccountId, date: Date) -> Statement {
    Statement::new(MARK_THROUGH, Values::default().int(account.0).text(date.to_string()))
}

pub(super) fn put_portfolio(portfolio: &Portfolio) -> Statement {
    let values = Values::default()
        .int(portfolio.id.0)
        .int(portfolio.account.0)
        .text(&portfolio.name)
        .text(portfolio.kind.as_str())
        .int(portfolio.owner.0)
        .text(&portfolio.description)
        .flag(portfolio.may_short)
        .text_or_null(portfolio.allocation.map(Money::plain))
        .flag(portfolio.archived)
        .int(portfolio.version);
    Statement::new(PUT_PORTFOLIO, values)
}

pub(super) fn put_grant(access: &Access) -> Statement {
    let values = Values::default()
        .int(access.portfolio.0)
        .int(access.user.0)
        .text_or_null(access.grant.map(|grant| grant.as_str().to_owned()))
        .int(access.version);
    Statement::new(PUT_ACCESS, values)
}

pub(super) fn put_position(position: &Position) -> Statement {
    let values = Values::default()
        .int(position.portfolio.0)
        .text(position.symbol.as_str())
        .qty(position.quantity)
        .money(position.cost)
        .money(position.realised)
        .int(position.entries);
    Statement::new(PUT_POSITION, values)
}

pub(super) fn put_balance(balance: Balance) -> Statement {
    let values = Values::default().int(balance.portfolio.0).money(balance.cash);
    Statement::new(PUT_BALANCE, values)
}

pub(super) fn put_trading(state: &TradingState) -> Statement {
    let reason = state.reason().map(str::to_owned);
    Statement::new(PUT_TRADING, Values::default().text(state.as_str()).text_or_null(reason))
}

/// An account and the last day of it that was marked.
pub(super) fn read_account(row: &SqliteRow) -> Result<(Account, Option<Date>), StoreError> {
    let mut columns = Columns::of(row);
    let account = Account {
        id: AccountId(columns.int()?),
        venue: columns.word(words::parse_venue)?,
        number: columns.text()?.to_owned(),
    };
    Ok((account, columns.parsed_or_null()?))
}

/// An account's number.
pub(super) fn read_number(row: &SqliteRow) -> Result<String, StoreError> {
    Ok(Columns::of(row).text()?.to_owned())
}

pub(super) fn read_portfolio(row: &SqliteRow) -> Result<Portfolio, StoreError> {
    let mut columns = Columns::of(row);
    Ok(Portfolio {
        id: PortfolioId(columns.int()?),
        account: AccountId(columns.int()?),
        name: columns.text()?.to_owned(),
        kind: columns.word(words::parse_portfolio_kind)?,
        owner: UserId(columns.int()?),
        description: columns.text()?.to_owned(),
        may_short: columns.flag()?,
        allocation: columns.money_or_null()?,
        archived: columns.flag()?,
        version: columns.int()?,
    })
}

pub(super) fn read_grant(row: &SqliteRow) -> Result<Access, StoreError> {
    let mut columns = Columns::of(row);
    Ok(Access {
        portfolio: PortfolioId(columns.int()?),
        user: UserId(columns.int()?),
        grant: columns.parsed_or_null()?,
        version: columns.int()?,
    })
}

pub(super) fn read_position(row: &SqliteRow) -> Result<Position, StoreError> {
    let mut columns = Columns::of(row);
    Ok(Position {
        portfolio: PortfolioId(columns.int()?),
        symbol: columns.symbol()?,
        quantity: columns.qty()?,
        cost: columns.money()?,
        realised: columns.money()?,
        entries: columns.int()?,
    })
}

pub(super) fn read_balance(row: &SqliteRow) -> Result<Balance, StoreError> {
    let mut columns = Columns::of(row);
    let portfolio = PortfolioId(columns.int()?);
    Ok(Balance { portfolio, cash: columns.money()? })
}

pub(super) fn read_trading(row: &SqliteRow) -> Result<TradingState, StoreError> {
    let mut columns = Columns::of(row);
    let word = columns.text()?;
    let unreadable = || StoreError::Unreadable {
        column: "trading with its reason".to_owned(),
        text: word.to_owned(),
    };
    TradingState::of(word, columns.text_or_null()?).ok_or_else(unreadable)
}
