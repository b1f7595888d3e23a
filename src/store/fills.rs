//! Rows of executions, only ever added, known by venue order and the total filled after them.
//! Must never take the venue's execution id for a key: it is kept as a text.

use sqlx::sqlite::SqliteRow;

use crate::domain::ids::PortfolioId;
use crate::domain::orders::Fill;
use crate::domain::time::MarketTime;

use super::cells::{Columns, Values};
use super::fault::StoreError;
use super::statement::Statement;
use super::words;

/// The columns of a fill in the order in which `read_fill` takes them; `f` is the table.
macro_rules! fill_columns {
    () => {
        "f.client_id, f.total, f.order_id, f.portfolio_id, f.symbol, f.side, f.quantity, f.price,
        f.execution, f.at_market_ns"
    };
}

pub(super) const ADD_FILL: &str =
    "INSERT INTO fills (client_id, total, order_id, portfolio_id, symbol, side,
        quantity, price, execution, at_market_ns)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
/// The fills of the orders that are loaded, and those at or after the market time $2 whose order
/// ended before it: a venue may tell of a fill when its order is long over.
pub(super) const CURRENT_FILLS: &str = concat!(
    "SELECT ",
    fill_columns!(),
    " FROM (",
    current_orders!("o.id"),
    ") w CROSS JOIN venue_orders v CROSS JOIN fills f WHERE ",
    sent_for!(),
    " AND f.client_id = v.client_id UNION ALL SELECT ",
    fill_columns!(),
    " FROM fills f CROSS JOIN orders o
    WHERE f.at_market_ns >= $2 AND o.id = f.order_id AND o.account_id = $1 AND ",
    is_over!(),
    " AND o.updated_market_ns < $2"
);
/// Those of the order $1.
pub(super) const FILLS_OF: &str = concat!(
    "SELECT ",
    fill_columns!(),
    " FROM fills f WHERE f.client_id >= $1 AND f.client_id < $1 || '.' AND f.order_id = $1
    ORDER BY f.client_id, f.total"
);
/// A page of the portfolios in $1, of symbol $2 ('' = any), newest first; the page is cut out of
/// the index before a whole row is read.
pub(super) const FILLS_PAGE: &str = concat!(
    visible_portfolios!(),
    "SELECT ",
    fill_columns!(),
    " FROM (SELECT client_id, total FROM fills
        WHERE +portfolio_id IN (SELECT id FROM visible) AND ($2 = '' OR symbol = $2)
        ORDER BY at_market_ns DESC, client_id DESC, total DESC LIMIT $3 OFFSET $4) w
    JOIN fills f ON f.client_id = w.client_id AND f.total = w.total
    ORDER BY f.at_market_ns DESC, f.client_id DESC, f.total DESC"
);
pub(super) const FILLS_COUNT: &str = concat!(
    visible_portfolios!(),
    "SELECT count(*) FROM fills
    WHERE portfolio_id IN (SELECT id FROM visible) AND ($2 = '' OR symbol = $2)"
);
/// Every fill that no entry books, or that more than one books.
pub(super) const MISBOOKED_FILLS: &str = "SELECT f.client_id, f.total FROM fills f
    LEFT JOIN entries e ON e.client_id = f.client_id AND e.total = f.total AND e.kind = 'fill'
    GROUP BY f.client_id, f.total HAVING count(e.id) <> 1 ORDER BY f.client_id, f.total";

/// Every statement of this file.
#[cfg(test)]
pub(super) const SQL: &[&str] =
    &[ADD_FILL, CURRENT_FILLS, FILLS_OF, FILLS_PAGE, FILLS_COUNT, MISBOOKED_FILLS];

pub(super) fn add_fill(fill: &Fill) -> Statement {
    let values = Values::default()
        .text(fill.client_id.as_str())
        .qty(fill.total)
        .text(fill.order.to_string())
        .int(fill.portfolio.0)
        .text(fill.symbol.as_str())
        .text(fill.side.as_str())
        .qty(fill.quantity)
        .price(fill.price)
        .text(&fill.execution)
        .int(fill.at.ns());
    Statement::new(ADD_FILL, values)
}

pub(super) fn read_fill(row: &SqliteRow) -> Result<Fill, StoreError> {
    let mut columns = Columns::of(row);
    Ok(Fill {
        client_id: columns.client_id()?,
        total: columns.qty()?,
        order: columns.parsed()?,
        portfolio: PortfolioId(columns.int()?),
        symbol: columns.symbol()?,
        side: columns.word(words::parse_side)?,
        quantity: columns.qty()?,
        price: columns.price()?,
        execution: columns.text()?.to_owned(),
        at: MarketTime::from_ns(columns.int()?),
    })
}
