//! Own fills on a chart: those of the view and of history, each at its bar.
//! Must never show what this person was given no access to: a role's sight of all is not "own".

use std::collections::BTreeMap;

use crate::domain::numbers::Qty;
use crate::domain::orders::{Fill, Side};
use crate::domain::quotes::Bar;
use crate::domain::symbols::Symbol;

use super::super::super::ctx::Ctx;
use super::super::super::theme::{Glyphs, Role};
use super::super::super::widgets::chart::Mark;

/// Fills in a symbol of all portfolios that were given to this person, oldest first, each once.
pub fn own(symbol: Symbol, history: &[Fill], ctx: &Ctx<'_>) -> Vec<Fill> {
    let given = |fill: &&Fill| {
        let held = ctx.view.portfolios.get(&fill.portfolio).and_then(|(_, grant)| *grant);
        fill.symbol == symbol && held.is_some()
    };
    let all = history.iter().chain(ctx.view.fills.values()).filter(given);
    let each: BTreeMap<(&str, Qty), &Fill> =
        all.map(|fill| ((fill.client_id.as_str(), fill.total), fill)).collect();
    let mut fills: Vec<Fill> = each.into_values().cloned().collect();
    fills.sort_by_key(|fill| fill.at);
    fills
}

/// The bar that a fill belongs to; none where it is older than the first one.
pub fn bar_of(fill: &Fill, bars: &[Bar]) -> Option<usize> {
    bars.partition_point(|bar| bar.start <= fill.at).checked_sub(1)
}

/// Fills as marks: an arrow up for a buy, down for a sale.
pub fn marks(fills: &[Fill], bars: &[Bar], glyphs: &Glyphs) -> Vec<Mark> {
    let mark = |fill: &Fill| {
        let (sign, role) = match fill.side {
            Side::Buy => (glyphs.up, Role::Buy),
            Side::Sell => (glyphs.down, Role::Sell),
        };
        Some(Mark { step: bar_of(fill, bars)?, height: fill.price.units(), sign, role })
    };
    fills.iter().filter_map(mark).collect()
}
