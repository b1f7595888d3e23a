//! Pages of orders and fills: filtered, sorted and counted in SQL, whatever their number.
//! Must never show a portfolio that is not in the list it was given.
//!
//! Each statement is constant text. What differs is how it finds its rows: all of them, those of
//! one portfolio, those that are open, or those that hold a text. Newest first, the usual way to
//! look, merges the few that are open with an index over those that are over.

use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use crate::bounds::PAGE_ROWS_MAX;
use crate::desk::command::{OrderColumn, OrderFilter, Page, Stage};
use crate::desk::port::FillsWanted;
use crate::domain::ids::PortfolioId;
use crate::domain::orders::{Fill, Order};

use super::cells::{Columns, Values};
use super::fault::StoreError;
use super::fills::{FILLS_COUNT, FILLS_PAGE, read_fill};
use super::orders::read_order;
use super::statement::all;
use super::visible::digits;

/// The one word people see for an order's state, as `State::word` gives it.
macro_rules! state_word {
    () => {
        "CASE
            WHEN o.status IN ('filled', 'canceled', 'rejected', 'expired', 'replaced') THEN o.status
            WHEN o.certainty = 'unknown' THEN 'unknown'
            WHEN o.pending = 'cancel' THEN 'pending cancel'
            WHEN o.pending = 'replace' THEN 'pending replace'
            WHEN o.status = 'intended' THEN 'sending'
            WHEN o.status = 'partly_filled' THEN 'partially filled'
            WHEN o.status = 'done_for_day' THEN 'done for day'
            ELSE o.status END"
    };
}

/// The plus keeps SQLite from an index of its own choice: it would collect and sort every row.
macro_rules! seen {
    () => {
        "+o.portfolio_id IN (SELECT id FROM visible)"
    };
}

/// Symbol $2 ('' = any), person $3 (0 = any), stage $4.
macro_rules! chosen {
    () => {
        " AND ($2 = '' OR o.symbol = $2) AND ($3 = 0 OR o.user_id = $3)
        AND ($4 = 'all' OR ($4 = 'filled' AND o.status = 'filled')
            OR ($4 = 'canceled' AND o.status IN ('canceled', 'expired'))
            OR ($4 = 'refused' AND o.status = 'rejected')
            OR ($4 = 'working' AND o.is_open = 1))"
    };
}

/// What to take, each by an index that serves it.
macro_rules! of_all {
    () => {
        concat!(seen!(), chosen!())
    };
}
macro_rules! of_portfolio {
    () => {
        concat!("o.portfolio_id = $5", chosen!())
    };
}
macro_rules! of_open {
    () => {
        concat!(is_open!(), " AND ", of_all!())
    };
}
/// Text $6, a pattern in small letters.
macro_rules! of_text {
    () => {
        concat!(
            seen!(),
            chosen!(),
            " AND (lower(o.symbol) LIKE $6 ESCAPE '\\' OR lower(o.note) LIKE $6 ESCAPE '\\'
            OR o.side LIKE $6 ESCAPE '\\' OR replace(o.order_type, '_', ' ') LIKE $6 ESCAPE '\\'
            OR ",
            state_word!(),
            " LIKE $6 ESCAPE '\\'
            OR o.portfolio_id IN
                (SELECT id FROM portfolios WHERE lower(name) LIKE $6 ESCAPE '\\')
            OR o.user_id IN (SELECT id FROM users
                WHERE lower(name) LIKE $6 ESCAPE '\\' OR login LIKE $6 ESCAPE '\\'))"
        )
    };
}

macro_rules! count {
    ($where:expr) => {
        concat!(visible_portfolios!(), "SELECT count(*) FROM orders o WHERE ", $where)
    };
}
/// Counted in the two indexes apart.
macro_rules! count_apart {
    ($where:expr) => {
        concat!(
            visible_portfolios!(),
            "SELECT (SELECT count(*) FROM orders o WHERE ",
            is_open!(),
            " AND ",
            $where,
            ") + (SELECT count(*) FROM orders o WHERE ",
            is_over!(),
            " AND ",
            $where,
            ")"
        )
    };
}

/// The page is cut out by id alone, then read: sorting a hundred thousand whole rows is slow.
macro_rules! page {
    ($where:expr, $sort:expr) => {
        concat!(
            visible_portfolios!(),
            "SELECT ",
            order_columns!(),
            " FROM orders o WHERE o.id IN (SELECT o.id FROM orders o WHERE ",
            $where,
            " ORDER BY ",
            $sort,
            " LIMIT $7 OFFSET $8) ORDER BY ",
            $sort
        )
    };
}

/// The same by the time of placing: two sorted lists, merged without sorting.
macro_rules! page_by_time {
    ($where:expr, $direction:expr) => {
        concat!(
            visible_portfolios!(),
            "SELECT ",
            order_columns!(),
            " FROM orders o WHERE o.id IN (SELECT id FROM (
                SELECT o.placed_market_ns AS placed, o.id AS id FROM orders o WHERE ",
            is_open!(),
            " AND ",
            $where,
            " UNION ALL
                SELECT o.placed_market_ns AS placed, o.id AS id FROM orders o WHERE ",
            is_over!(),
            " AND ",
            $where,
            " ORDER BY placed ",
            $direction,
            ", id ",
            $direction,
            " LIMIT $7 OFFSET $8)) ORDER BY o.placed_market_ns ",
            $direction,
            ", o.id ",
            $direction
        )
    };
}

/// All pages of one way to look: each column, smallest first and largest first.
macro_rules! pages {
    ($where:expr, $by_time:expr) => {
        [
            sorted!($where, "o.symbol"),
            sorted!($where, "o.side"),
            sorted!($where, "o.quantity"),
            sorted!($where, "o.order_type"),
            sorted!($where, "coalesce(o.limit_price, o.stop_price)"),
            sorted!($where, "o.filled"),
            sorted!($where, state_word!()),
            sorted!($where, "(SELECT p.name FROM portfolios p WHERE p.id = o.portfolio_id)"),
            sorted!($where, "(SELECT u.login FROM users u WHERE u.id = o.user_id)"),
            $by_time,
        ]
    };
}
macro_rules! by_time {
    ($where:expr) => {
        [page_by_time!($where, ""), page_by_time!($where, "DESC")]
    };
}
/// Equals stand newest first, and what has no value stands last, either way round.
macro_rules! sorted {
    ($where:expr, $key:expr) => {
        [
            page!($where, concat!($key, " NULLS LAST, o.placed_market_ns DESC, o.id DESC")),
            page!($where, concat!($key, " DESC NULLS LAST, o.placed_market_ns DESC, o.id DESC")),
        ]
    };
}

type Pages = [[&'static str; 2]; 10];

const ALL_PAGES: Pages = pages!(of_all!(), by_time!(of_all!()));
const PORTFOLIO_PAGES: Pages = pages!(of_portfolio!(), by_time!(of_portfolio!()));
const OPEN_PAGES: Pages = pages!(
    of_open!(),
    [
        page!(of_open!(), "o.placed_market_ns, o.id"),
        page!(of_open!(), "o.placed_market_ns DESC, o.id DESC")
    ]
);
const TEXT_PAGES: Pages = pages!(of_text!(), by_time!(of_text!()));
/// Everything of the portfolios: counted in the index over portfolios alone.
const COUNT_EVERYTHING: &str = count_apart!("o.portfolio_id IN (SELECT id FROM visible)");
const COUNT_ALL: &str = count_apart!(of_all!());
const COUNT_OPEN: &str = count!(of_open!());
const COUNT_TEXT: &str = count!(of_text!());

/// Every statement of this file.
#[cfg(test)]
pub(super) fn sql() -> Vec<&'static str> {
    [ALL_PAGES, PORTFOLIO_PAGES, OPEN_PAGES, TEXT_PAGES]
        .concat()
        .concat()
        .into_iter()
        .chain([COUNT_EVERYTHING, COUNT_ALL, COUNT_OPEN, COUNT_TEXT])
        .collect()
}

/// A page of the orders of `visible` portfolios that `filter` lets through.
pub(super) async fn orders(
    connection: &mut SqliteConnection,
    filter: &OrderFilter,
    visible: &[PortfolioId],
) -> Result<Page<Order>, StoreError> {
    let visible = match filter.portfolio {
        Some(wanted) if visible.contains(&wanted) => vec![wanted],
        Some(_) => Vec::new(),
        None => visible.to_vec(),
    };
    if visible.is_empty() {
        return Ok(Page { rows: Vec::new(), offset: filter.offset, total: 0 });
    }
    let (pages, count) = ways(filter, &visible);
    let page = pages[column(filter.sort)][usize::from(filter.descending)];
    let rows = all(connection, page, values(filter, &visible), read_order).await?;
    let total = total(connection, count, values(filter, &visible)).await?;
    Ok(Page { rows, offset: filter.offset, total })
}

/// A page of the fills that are wanted, newest first.
pub(super) async fn fills(
    connection: &mut SqliteConnection,
    wanted: &FillsWanted,
) -> Result<Page<Fill>, StoreError> {
    let symbol = wanted.symbol.map_or(String::new(), |symbol| symbol.as_str().to_owned());
    let chosen = || Values::default().text(digits(&wanted.visible)).text(symbol.clone());
    let paged = chosen().int(wanted.limit.min(PAGE_ROWS_MAX).into()).int(wanted.offset.into());
    let rows = all(connection, FILLS_PAGE, paged, read_fill).await?;
    let total = total(connection, FILLS_COUNT, chosen()).await?;
    Ok(Page { rows, offset: wanted.offset, total })
}

/// The quickest way to look for what is wanted.
fn ways(filter: &OrderFilter, visible: &[PortfolioId]) -> (Pages, &'static str) {
    if !filter.text.trim().is_empty() {
        return (TEXT_PAGES, COUNT_TEXT);
    }
    if filter.stage == Stage::Working {
        return (OPEN_PAGES, COUNT_OPEN);
    }
    let anything = filter.stage == Stage::All && filter.symbol.is_none() && filter.user.is_none();
    let count = if anything { COUNT_EVERYTHING } else { COUNT_ALL };
    let pages = if visible.len() == 1 { PORTFOLIO_PAGES } else { ALL_PAGES };
    (pages, count)
}

/// The place of a column in `Pages`.
const fn column(column: OrderColumn) -> usize {
    match column {
        OrderColumn::Symbol => 0,
        OrderColumn::Side => 1,
        OrderColumn::Quantity => 2,
        OrderColumn::Type => 3,
        OrderColumn::Limit => 4,
        OrderColumn::Filled => 5,
        OrderColumn::Status => 6,
        OrderColumn::Portfolio => 7,
        OrderColumn::User => 8,
        OrderColumn::Placed => 9,
    }
}

fn values(filter: &OrderFilter, visible: &[PortfolioId]) -> Values {
    Values::default()
        .text(digits(visible))
        .text(filter.symbol.map_or(String::new(), |symbol| symbol.as_str().to_owned()))
        .int(filter.user.map_or(0, |user| user.0))
        .text(match filter.stage {
            Stage::All => "all",
            Stage::Working => "working",
            Stage::Filled => "filled",
            Stage::Canceled => "canceled",
            Stage::Refused => "refused",
        })
        .int(visible.first().map_or(0, |portfolio| portfolio.0))
        .text(pattern(&filter.text))
        .int(filter.limit.min(PAGE_ROWS_MAX).into())
        .int(filter.offset.into())
}

/// A pattern that holds wherever `text` is part of what is looked at, letter case aside (ASCII's,
/// as SQL's `lower` has it).
fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for character in text.trim().chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character.to_ascii_lowercase());
    }
    pattern.push('%');
    pattern
}

async fn total(
    connection: &mut SqliteConnection,
    sql: &'static str,
    values: Values,
) -> Result<u32, StoreError> {
    let counted = all(connection, sql, values, read_count).await?;
    Ok(counted.first().copied().unwrap_or(0))
}

fn read_count(row: &SqliteRow) -> Result<u32, StoreError> {
    Columns::of(row).small()
}
