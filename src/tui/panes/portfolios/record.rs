//! A portfolio as a record for a file or the clipboard: every figure, in plain digits.
//! Must never give out a sum that lacks a part: it stays out.

use crate::domain::ids::PortfolioId;
use crate::domain::numbers::Money;

use super::super::super::ctx::Ctx;
use super::super::super::sheet::Value;
use super::super::super::worth::{Tally, Worth};

/// Titles of a portfolio's record.
pub const TITLES: [&str; 12] = [
    "portfolio",
    "kind",
    "owner",
    "access",
    "value",
    "cash",
    "market_value",
    "day_profit",
    "unrealised",
    "realised",
    "total",
    "open_positions",
];

/// A portfolio's record, a value for each title; nothing for one that is not visible.
pub fn portfolio(id: PortfolioId, ctx: &Ctx<'_>) -> Option<Vec<Value>> {
    let (book, grant) = ctx.view.portfolios.get(&id)?;
    let worth = Worth::of(id, ctx);
    let sum = |tally: Tally| Value::number(tally.exact().map(Money::plain));
    Some(vec![
        Value::text(book.name.as_str()),
        Value::text(book.kind.as_str()),
        Value::text(ctx.login(book.owner)),
        grant.map_or(Value::Missing, |grant| Value::text(grant.as_str())),
        sum(worth.value()),
        Value::Number(worth.cash.plain()),
        sum(worth.market),
        sum(worth.day),
        sum(worth.unrealised),
        Value::Number(worth.realised.plain()),
        sum(worth.total),
        Value::Number(worth.open.to_string()),
    ])
}
