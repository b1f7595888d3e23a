//! A position as a record for a file or the clipboard: every figure, in plain digits.
//! Must never be cut or rounded where it is exact; a figure that is not known stays out.

use crate::domain::numbers::{Money, Price};
use crate::domain::positions::Position;

use super::super::super::ctx::Ctx;
use super::super::super::sheet::Value;
use super::super::super::worth::Figures;

/// Titles of a position's record.
pub const TITLES: [&str; 12] = [
    "portfolio",
    "symbol",
    "name",
    "quantity",
    "average",
    "last",
    "cost",
    "value",
    "day_profit",
    "unrealised",
    "realised",
    "total",
];

/// A position's record, a value for each title.
pub fn position(position: &Position, ctx: &Ctx<'_>) -> Vec<Value> {
    let figures = Figures::of(position, ctx);
    let price = |price: Option<Price>| Value::number(price.map(Price::plain));
    let money = |money: Option<Money>| Value::number(money.map(Money::plain));
    let asset = ctx.view.assets.get(&position.symbol);
    vec![
        Value::text(ctx.portfolio_name(position.portfolio)),
        Value::text(position.symbol.as_str()),
        asset.map_or(Value::Missing, |asset| Value::text(asset.name.as_str())),
        Value::Number(position.quantity.plain()),
        price(position.average()),
        price(figures.last),
        money(Some(position.cost)),
        money(figures.value),
        money(figures.day),
        money(figures.unrealised),
        money(Some(figures.realised)),
        money(figures.total),
    ]
}
