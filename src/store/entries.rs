//! Rows of the books: entries and daily marks, both only ever added, and the curve they make.
//! Must never change or remove a line.

use std::collections::BTreeMap;

use jiff::civil::Date;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use crate::desk::command::EquityPoint;
use crate::domain::entries::Entry;
use crate::domain::ids::{AccountId, PortfolioId, UserId};
use crate::domain::marks::DailyMark;
use crate::domain::numbers::Money;
use crate::domain::symbols::Symbol;

use super::cells::{Columns, Values};
use super::fault::StoreError;
use super::statement::{Statement, all};
use super::words;

pub(super) const ADD_ENTRY: &str =
    "INSERT INTO entries (account_id, portfolio_id, kind, symbol, quantity,
        cash, trade_date, settle_date, client_id, total, user_id, note, booked_desk_ns,
        booked_market_ns)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
pub(super) const ADD_MARK: &str = "INSERT INTO daily_marks
        (portfolio_id, symbol, date, quantity, close, cost, realised)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
/// Every entry, in the order in which it was booked.
pub(super) const ENTRIES: &str = "SELECT account_id, portfolio_id, kind, symbol, quantity, cash,
        trade_date, settle_date, client_id, total, user_id, note, booked_desk_ns, booked_market_ns
    FROM entries ORDER BY id";
/// Entries of days after $3, which ended at $2. Nothing of them was booked before that: the walk
/// begins at the newest entry, and ends where the inner one, going back, meets the first older one.
pub(super) const UNMARKED: &str = "SELECT account_id, portfolio_id, kind, symbol, quantity, cash,
        trade_date, settle_date, client_id, total, user_id, note, booked_desk_ns, booked_market_ns
    FROM entries
    WHERE account_id = $1 AND trade_date > $3 AND id > coalesce((SELECT e.id FROM entries e
        WHERE e.account_id = $1 AND e.booked_market_ns < $2 ORDER BY e.id DESC LIMIT 1), 0)
    ORDER BY id";
pub(super) const NEWEST_MARKS: &str =
    "SELECT m.portfolio_id, m.symbol, m.date, m.quantity, m.close,
        m.cost, m.realised
    FROM portfolios p
    JOIN positions s ON s.portfolio_id = p.id
    JOIN daily_marks m ON m.portfolio_id = s.portfolio_id AND m.symbol = s.symbol
        AND m.date = (SELECT max(n.date) FROM daily_marks n
            WHERE n.portfolio_id = s.portfolio_id AND n.symbol = s.symbol)
    WHERE p.account_id = $1 ORDER BY m.portfolio_id, m.symbol";
pub(super) const EARLIER_MARKS: &str =
    "SELECT m.portfolio_id, m.symbol, m.date, m.quantity, m.close,
        m.cost, m.realised
    FROM portfolios p
    JOIN positions s ON s.portfolio_id = p.id
    JOIN daily_marks m ON m.portfolio_id = s.portfolio_id AND m.symbol = s.symbol
        AND m.date = (SELECT max(n.date) FROM daily_marks n
            WHERE n.portfolio_id = s.portfolio_id AND n.symbol = s.symbol AND n.date < $2)
    WHERE p.account_id = $1 ORDER BY m.portfolio_id, m.symbol";
const MARKS_OF: &str = "SELECT portfolio_id, symbol, date, quantity, close, cost,
        realised
    FROM daily_marks WHERE portfolio_id = $1 ORDER BY date, symbol";
const CASH_OF: &str = "SELECT trade_date, cash FROM entries
    WHERE portfolio_id = $1 AND symbol IS NULL ORDER BY trade_date";
const ALLOCATION_OF: &str = "SELECT allocation FROM portfolios WHERE id = $1";

/// Every statement of this file.
#[cfg(test)]
pub(super) const SQL: &[&str] = &[
    ADD_ENTRY,
    ADD_MARK,
    ENTRIES,
    UNMARKED,
    NEWEST_MARKS,
    EARLIER_MARKS,
    MARKS_OF,
    CASH_OF,
    ALLOCATION_OF,
];

pub(super) fn add_entry(entry: &Entry) -> Statement {
    let (client_id, total) = match &entry.execution {
        Some((client_id, total)) => (Some(client_id.as_str().to_owned()), Some(total.units())),
        None => (None, None),
    };
    let values = Values::default()
        .int(entry.account.0)
        .int(entry.portfolio.0)
        .text(entry.kind.as_str())
        .text_or_null(entry.symbol.map(|symbol| symbol.as_str().to_owned()))
        .qty(entry.quantity)
        .money(entry.cash)
        .text(entry.trade_date.to_string())
        .text(entry.settle_date.to_string())
        .text_or_null(client_id)
        .int_or_null(total)
        .int_or_null(entry.user.map(|user| user.0))
        .text(&entry.note)
        .moment(entry.at);
    Statement::new(ADD_ENTRY, values)
}

pub(super) fn add_mark(mark: &DailyMark) -> Statement {
    let values = Values::default()
        .int(mark.portfolio.0)
        .text(mark.symbol.as_str())
        .text(mark.date.to_string())
        .qty(mark.quantity)
        .price(mark.close)
        .money(mark.cost)
        .money(mark.realised);
    Statement::new(ADD_MARK, values)
}

pub(super) fn read_entry(row: &SqliteRow) -> Result<Entry, StoreError> {
    let mut columns = Columns::of(row);
    Ok(Entry {
        account: AccountId(columns.int()?),
        portfolio: PortfolioId(columns.int()?),
        kind: columns.word(words::parse_entry_kind)?,
        symbol: columns.parsed_or_null()?,
        quantity: columns.qty()?,
        cash: columns.money()?,
        trade_date: columns.date()?,
        settle_date: columns.date()?,
        execution: columns.client_id_or_null()?.zip(columns.qty_or_null()?),
        user: columns.int_or_null()?.map(UserId),
        note: columns.text()?.to_owned(),
        at: columns.moment()?,
    })
}

pub(super) fn read_mark(row: &SqliteRow) -> Result<DailyMark, StoreError> {
    let mut columns = Columns::of(row);
    Ok(DailyMark {
        portfolio: PortfolioId(columns.int()?),
        symbol: columns.symbol()?,
        date: columns.date()?,
        quantity: columns.qty()?,
        close: columns.price()?,
        cost: columns.money()?,
        realised: columns.money()?,
    })
}

/// A day and the cash booked on it without a symbol.
fn read_cash(row: &SqliteRow) -> Result<(Date, Money), StoreError> {
    let mut columns = Columns::of(row);
    Ok((columns.date()?, columns.money()?))
}

/// The value of a portfolio at each day's end, oldest first.
pub(super) async fn equity(
    connection: &mut SqliteConnection,
    portfolio: PortfolioId,
) -> Result<Vec<EquityPoint>, StoreError> {
    let of_portfolio = || Values::default().int(portfolio.0);
    let allocation = all(connection, ALLOCATION_OF, of_portfolio(), read_allocation).await?.pop();
    let marks = all(connection, MARKS_OF, of_portfolio(), read_mark).await?;
    let booked = all(connection, CASH_OF, of_portfolio(), read_cash).await?;
    Ok(curve(allocation.flatten().unwrap_or_default(), &marks, &booked))
}

fn read_allocation(row: &SqliteRow) -> Result<Option<Money>, StoreError> {
    Columns::of(row).money_or_null()
}

/// The value of a portfolio at each day's end, from `marks` (by date) and the cash that was booked
/// without a symbol (by date).
///
/// A closed position is marked once more and then no longer, so the newest mark of each symbol
/// counts for every later day. The cash of entries with a symbol need not be read: it is always
/// what was realised less what the position cost.
fn curve(allocation: Money, marks: &[DailyMark], booked: &[(Date, Money)]) -> Vec<EquityPoint> {
    let mut newest: BTreeMap<Symbol, DailyMark> = BTreeMap::new();
    let mut points: Vec<EquityPoint> = Vec::new();
    let mut booked = booked.iter().peekable();
    let mut cash = Money::ZERO;
    for day in marks.chunk_by(|one, other| one.date == other.date) {
        let date = day[0].date;
        for mark in day {
            newest.insert(mark.symbol, *mark);
        }
        while let Some((_, amount)) = booked.next_if(|(booked_on, _)| *booked_on <= date) {
            cash += *amount;
        }
        let profit = newest.values().map(DailyMark::total).sum();
        points.push(EquityPoint { date, profit, value: allocation + cash + profit });
    }
    points
}
