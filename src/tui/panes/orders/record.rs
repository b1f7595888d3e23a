//! An order and a fill as records for a file or the clipboard: every figure, in plain digits.
//! Must never be cut or rounded: that is for screens.

use crate::domain::numbers::Price;
use crate::domain::orders::{Fill, Order, OrderType, Trail};
use crate::domain::time::MarketTime;

use super::words;
use crate::tui::ctx::Ctx;
use crate::tui::sheet::{Value, harmless};

/// Titles of an order's record.
pub const ORDER_TITLES: [&str; 20] = [
    "id",
    "placed",
    "updated",
    "portfolio",
    "user",
    "symbol",
    "side",
    "quantity",
    "filled",
    "average",
    "type",
    "limit",
    "stop",
    "trail_price",
    "trail_percent",
    "time_in_force",
    "status",
    "reason",
    "note",
    "version",
];

/// An order's record, a value for each title.
pub fn order(order: &Order, ctx: &Ctx<'_>) -> Vec<Value> {
    let draft = &order.draft;
    let (amount, percent) = match draft.order_type {
        OrderType::TrailingStop { trail: Trail::Amount(amount) } => (Some(amount.plain()), None),
        OrderType::TrailingStop { trail: trail @ Trail::Percent(_) } => {
            (None, Some(words::trail(trail).trim_end_matches('%').to_owned()))
        }
        _ => (None, None),
    };
    vec![
        Value::text(order.id.to_string()),
        Value::text(instant(order.placed.market)),
        Value::text(instant(order.updated.market)),
        Value::text(ctx.portfolio_name(order.portfolio)),
        Value::text(ctx.login(order.user)),
        Value::text(draft.symbol.as_str()),
        Value::text(draft.side.as_str()),
        Value::Number(draft.quantity.plain()),
        Value::Number(order.filled.plain()),
        Value::number(order.average().map(Price::plain)),
        Value::text(draft.order_type.as_str()),
        Value::number(draft.order_type.limit().map(Price::plain)),
        Value::number(draft.order_type.stop().map(Price::plain)),
        Value::number(amount),
        Value::number(percent),
        Value::text(draft.time_in_force.as_str()),
        Value::text(order.state.word()),
        order.reason.as_ref().map_or(Value::Missing, Value::text),
        Value::text(draft.note.as_str()),
        Value::Number(order.version.to_string()),
    ]
}

/// Titles of a fill's record.
pub const FILL_TITLES: [&str; 10] = [
    "at",
    "portfolio",
    "symbol",
    "side",
    "quantity",
    "price",
    "value",
    "order",
    "client_order_id",
    "execution",
];

/// A fill's record, a value for each title.
pub fn fill(fill: &Fill, ctx: &Ctx<'_>) -> Vec<Value> {
    vec![
        Value::text(instant(fill.at)),
        Value::text(ctx.portfolio_name(fill.portfolio)),
        Value::text(fill.symbol.as_str()),
        Value::text(fill.side.as_str()),
        Value::Number(fill.quantity.plain()),
        Value::Number(fill.price.plain()),
        Value::Number((fill.quantity * fill.price).plain()),
        Value::text(fill.order.to_string()),
        Value::text(fill.client_id.as_str()),
        Value::text(fill.execution.as_str()),
    ]
}

/// `2026-11-24T15:30:07.25Z`.
fn instant(at: MarketTime) -> String {
    at.timestamp().to_string()
}

/// Records as lines for the clipboard, cells apart by tabs: what a spreadsheet pastes.
pub fn lines(records: &[Vec<Value>]) -> String {
    let line = |record: &Vec<Value>| {
        let cells = record.iter().map(|value| match value {
            Value::Text(text) => harmless(&text.replace(['\t', '\n'], " ")),
            Value::Number(digits) => digits.clone(),
            Value::Missing => String::new(),
        });
        cells.collect::<Vec<_>>().join("\t")
    };
    records.iter().map(line).collect::<Vec<_>>().join("\n")
}
