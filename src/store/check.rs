//! Whether the store agrees with itself: caches with the books, the books with the executions.
//! Must never mend anything: it says what it finds.

use std::collections::BTreeMap;
use std::fmt;

use futures::TryStreamExt;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use crate::desk::event::Balance;
use crate::domain::ids::{ClientOrderId, OrderId, PortfolioId};
use crate::domain::numbers::{Money, Qty};
use crate::domain::positions::Position;
use crate::domain::symbols::Symbol;

use super::cells::{Columns, Values};
use super::fault::StoreError;
use super::statement::all;
use super::{entries, fills, portfolios};

const INTEGRITY: &str = "PRAGMA integrity_check";
const LOOSE_ENDS: &str = "PRAGMA foreign_key_check";
const POSITIONS: &str = "SELECT portfolio_id, symbol, quantity, cost, realised, entries
    FROM positions ORDER BY portfolio_id, symbol";
const BALANCES: &str = "SELECT portfolio_id, cash FROM balances ORDER BY portfolio_id";
/// Orders whose filled quantity is not the sum of their fills.
const MISCOUNTED: &str = "SELECT o.id FROM orders o
    LEFT JOIN (SELECT order_id, sum(quantity) AS quantity FROM fills GROUP BY order_id) f
        ON f.order_id = o.id
    WHERE o.filled <> coalesce(f.quantity, 0) ORDER BY o.id";

/// Orders that the desk refused, and that were sent or filled all the same.
const REFUSED_AND_SENT: &str = "SELECT o.id FROM orders o
    WHERE o.status = 'rejected' AND o.attempt = 0 AND (o.filled <> 0 OR EXISTS
        (SELECT 1 FROM venue_orders v WHERE v.account_id = o.account_id
            AND v.client_id >= o.id AND v.client_id < o.id || '.' AND v.order_id = o.id))
    ORDER BY o.id";

/// Every statement of this file.
#[cfg(test)]
pub(super) const SQL: &[&str] =
    &[INTEGRITY, LOOSE_ENDS, POSITIONS, BALANCES, MISCOUNTED, REFUSED_AND_SENT];

/// Something in the store that does not agree with the rest of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The file itself, in SQLite's words.
    File(String),
    /// A row that refers to one that is not there.
    LooseEnd {
        /// The table of the row.
        table: String,
    },
    /// A position row that is not the fold of its entries; none = no such row, or no such entries.
    Position {
        /// Book.
        portfolio: PortfolioId,
        /// What.
        symbol: Symbol,
        /// The row.
        kept: Option<Position>,
        /// The fold.
        folded: Option<Position>,
    },
    /// A cash row that is not the sum of its entries.
    Balance {
        /// Book.
        portfolio: PortfolioId,
        /// The row; none = there is none.
        kept: Option<Money>,
        /// The sum.
        summed: Money,
    },
    /// A fill that is not booked by exactly one entry.
    Misbooked {
        /// The venue order.
        client_id: ClientOrderId,
        /// Total filled after it.
        total: Qty,
    },
    /// An order whose filled quantity is not the sum of its fills.
    Miscounted {
        /// Which.
        order: OrderId,
    },
    /// An order that the desk refused, and that was sent or filled all the same.
    RefusedAndSent {
        /// Which.
        order: OrderId,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shares = |position: &Option<Position>| {
            position.map_or_else(|| "nothing".to_owned(), |position| position.quantity.to_string())
        };
        match self {
            Self::File(words) => write!(out, "the file is damaged: {words}"),
            Self::LooseEnd { table } => {
                write!(out, "a row of {table} refers to one that is not there")
            }
            Self::Position { portfolio, symbol, kept, folded } => write!(
                out,
                "portfolio {portfolio}: the row of {symbol} holds {}, its entries make {}",
                shares(kept),
                shares(folded)
            ),
            Self::Balance { portfolio, kept, summed } => write!(
                out,
                "portfolio {portfolio}: the cash row holds {}, its entries make {}",
                kept.map_or_else(|| "nothing".to_owned(), Money::plain),
                summed.plain()
            ),
            Self::Misbooked { client_id, total } => {
                write!(out, "the fill of {client_id} to {total} is not booked exactly once")
            }
            Self::Miscounted { order } => {
                write!(out, "order {order} does not hold the sum of its fills")
            }
            Self::RefusedAndSent { order } => {
                write!(out, "order {order} was refused by the desk, and sent or filled")
            }
        }
    }
}

/// What the books make of the entries.
#[derive(Default)]
struct Books {
    positions: BTreeMap<(PortfolioId, Symbol), Position>,
    cash: BTreeMap<PortfolioId, Money>,
}

/// Everything in the store that does not agree with the rest of it; reads all of it once.
pub(super) async fn check(connection: &mut SqliteConnection) -> Result<Vec<Finding>, StoreError> {
    let none = Values::default;
    let mut findings = all(connection, INTEGRITY, none(), read_damage).await?;
    findings.retain(|finding| *finding != Finding::File("ok".to_owned()));
    match check_books(connection).await {
        Ok(found) => findings.extend(found),
        // A damaged file cannot be read to its end: what is damaged was found already.
        Err(_) if !findings.is_empty() => {}
        Err(error) => return Err(error),
    }
    Ok(findings)
}

async fn check_books(connection: &mut SqliteConnection) -> Result<Vec<Finding>, StoreError> {
    let none = Values::default;
    let mut findings = Vec::new();
    findings.extend(all(connection, LOOSE_ENDS, none(), read_loose_end).await?);
    let books = fold(connection).await?;
    let kept = all(connection, POSITIONS, none(), portfolios::read_position).await?;
    findings.extend(compare_positions(&kept, &books.positions));
    let kept = all(connection, BALANCES, none(), portfolios::read_balance).await?;
    findings.extend(compare_balances(&kept, &books.cash));
    findings.extend(all(connection, fills::MISBOOKED_FILLS, none(), read_misbooked).await?);
    findings.extend(all(connection, MISCOUNTED, none(), read_miscounted).await?);
    findings.extend(all(connection, REFUSED_AND_SENT, none(), read_refused_and_sent).await?);
    Ok(findings)
}

async fn fold(connection: &mut SqliteConnection) -> Result<Books, StoreError> {
    let mut books = Books::default();
    let mut rows = sqlx::query(entries::ENTRIES).fetch(connection);
    while let Some(row) = rows.try_next().await? {
        let entry = entries::read_entry(&row)?;
        *books.cash.entry(entry.portfolio).or_default() += entry.cash;
        if let Some(symbol) = entry.symbol {
            let flat = Position::flat(entry.portfolio, symbol);
            let position = books.positions.entry((entry.portfolio, symbol)).or_insert(flat);
            *position = position.with(entry.quantity, entry.cash);
        }
    }
    Ok(books)
}

fn compare_positions(
    kept: &[Position],
    folded: &BTreeMap<(PortfolioId, Symbol), Position>,
) -> Vec<Finding> {
    let kept: BTreeMap<(PortfolioId, Symbol), Position> =
        kept.iter().map(|position| ((position.portfolio, position.symbol), *position)).collect();
    let keys: std::collections::BTreeSet<_> = kept.keys().chain(folded.keys()).collect();
    keys.into_iter()
        .filter(|key| kept.get(*key) != folded.get(*key))
        .map(|key| Finding::Position {
            portfolio: key.0,
            symbol: key.1,
            kept: kept.get(key).copied(),
            folded: folded.get(key).copied(),
        })
        .collect()
}

/// A portfolio without entries may have a row of no cash, or none.
fn compare_balances(kept: &[Balance], summed: &BTreeMap<PortfolioId, Money>) -> Vec<Finding> {
    let kept: BTreeMap<PortfolioId, Money> =
        kept.iter().map(|balance| (balance.portfolio, balance.cash)).collect();
    let keys: std::collections::BTreeSet<_> = kept.keys().chain(summed.keys()).collect();
    keys.into_iter()
        .map(|portfolio| {
            let sum = summed.get(portfolio).copied().unwrap_or_default();
            (*portfolio, kept.get(portfolio).copied(), sum)
        })
        .filter(|(_, kept, sum)| kept.unwrap_or_default() != *sum)
        .map(|(portfolio, kept, summed)| Finding::Balance { portfolio, kept, summed })
        .collect()
}

fn read_damage(row: &SqliteRow) -> Result<Finding, StoreError> {
    Ok(Finding::File(Columns::of(row).text()?.to_owned()))
}

fn read_loose_end(row: &SqliteRow) -> Result<Finding, StoreError> {
    Ok(Finding::LooseEnd { table: Columns::of(row).text()?.to_owned() })
}

fn read_misbooked(row: &SqliteRow) -> Result<Finding, StoreError> {
    let mut columns = Columns::of(row);
    Ok(Finding::Misbooked { client_id: columns.client_id()?, total: columns.qty()? })
}

fn read_refused_and_sent(row: &SqliteRow) -> Result<Finding, StoreError> {
    Ok(Finding::RefusedAndSent { order: Columns::of(row).parsed()? })
}

fn read_miscounted(row: &SqliteRow) -> Result<Finding, StoreError> {
    Ok(Finding::Miscounted { order: Columns::of(row).parsed()? })
}
