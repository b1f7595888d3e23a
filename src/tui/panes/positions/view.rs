//! How positions look.
//! Must never change anything.

use std::cmp::Ordering;

use ratatui::Frame;
use ratatui::text::{Line, Span};

use crate::domain::numbers::{Money, Price, Ratio};
use crate::domain::positions::Position;
use crate::domain::roles::Act;
use crate::domain::symbols::Symbol;

use super::super::super::action::Action;
use super::super::super::ctx::Ctx;
use super::super::super::keymap::Context;
use super::super::super::quotes::Direction;
use super::super::super::theme::Role;
use super::super::super::widgets::cells;
use super::super::super::widgets::list::Sort;
use super::super::super::widgets::table::{Cell, Column, Row, Table};
use super::super::super::worth::{Figures, Worth, age_text, stale_ms, unpriced_words};
use super::PositionsPane;

/// Columns; the last one is there only while a price is stale.
pub const COLUMNS: [Column; 12] = [
    Column::text("Symbol", 6, 0).up_to(8),
    Column::number("Quantity", 9, 0).up_to(11),
    Column::number("Average", 9, 4),
    Column::number("Last", 9, 2),
    Column::number("Value", 12, 3).up_to(13),
    Column::number("Day P&L", 13, 1),
    Column::number("Unrealised", 12, 1).up_to(13),
    Column::number("Unreal %", 9, 7),
    Column::number("Realised", 12, 6).up_to(13),
    Column::number("Total P&L", 12, 8).up_to(13),
    Column::number("Weight", 8, 5),
    Column::number("Age", 4, 0),
];

/// Columns without the age of prices.
const FRESH: usize = COLUMNS.len() - 1;

/// Columns that can be sorted by.
pub const SORTABLE: [usize; 11] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

/// Room in which the border's right end says how many are open.
const WIDE: u16 = 60;

/// Sorts positions by a column; without one the open ones come first, by symbol.
pub fn sort(positions: &mut [Position], sort: Option<Sort>, ctx: &Ctx<'_>) {
    let Some(sort) = sort else {
        positions.sort_by_key(|position| (position.quantity.is_zero(), position.symbol));
        return;
    };
    positions.sort_by(|one, other| {
        let order = if sort.column == 0 {
            one.symbol.cmp(&other.symbol)
        } else {
            // What is not known comes last, whichever way it is sorted.
            match (figure(one, sort.column, ctx), figure(other, sort.column, ctx)) {
                (Some(a), Some(b)) => a.cmp(&b),
                (None, Some(_)) => return Ordering::Greater,
                (Some(_), None) => return Ordering::Less,
                (None, None) => Ordering::Equal,
            }
        };
        let order = if sort.descending { order.reverse() } else { order };
        order.then(one.symbol.cmp(&other.symbol))
    });
}

/// The number in a column, in the column's own unit.
fn figure(position: &Position, column: usize, ctx: &Ctx<'_>) -> Option<i128> {
    let figures = Figures::of(position, ctx);
    match column {
        1 => Some(position.quantity.units().into()),
        2 => position.average().map(|price| price.units().into()),
        3 => figures.last.map(|price| price.units().into()),
        // One book has one value, so weights stand in the order of values.
        4 | 10 => figures.value.map(Money::units),
        5 => figures.day.map(Money::units),
        6 => figures.unrealised.map(Money::units),
        7 => figures.unrealised_ratio(position).map(|ratio| ratio.0.into()),
        8 => Some(figures.realised.units()),
        _ => figures.total.map(Money::units),
    }
}

/// `Positions Growth`.
pub fn title(ctx: &Ctx<'_>) -> Line<'static> {
    let name = ctx.chosen.portfolio.map(|id| format!(" {}", ctx.portfolio_name(id)));
    Line::from(vec![
        Span::raw("Positions"),
        Span::styled(name.unwrap_or_default(), ctx.style(Role::Accent)),
    ])
}

/// The day's profit of all positions, or how many prices that lacks.
pub fn title_right(ctx: &Ctx<'_>) -> Line<'static> {
    let Some(book) = ctx.chosen.portfolio else { return Line::default() };
    let worth = Worth::of(book, ctx);
    if let Some(words) = unpriced_words(worth.unpriced()) {
        return Line::styled(words, ctx.style(Role::Warn));
    }
    if ctx.view.positions_of(book).next().is_none() {
        return Line::default();
    }
    let glyphs = &ctx.theme.glyphs;
    let day = worth.day.text(glyphs, |money| cells::money_arrow(money, glyphs));
    let open = if ctx.area.width < WIDE { String::new() } else { format!("{} open  ", worth.open) };
    Line::from(vec![
        Span::styled(format!("{open}day "), ctx.style(Role::Muted)),
        Span::styled(day, ctx.style(worth.day.tone())),
    ])
}

/// Draws the table.
pub fn draw(pane: &PositionsPane, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
    let keys = pane.keys(ctx);
    let empty = empty(ctx);
    let stale = keys.iter().any(|symbol| stale_ms(*symbol, ctx).is_some());
    let columns = if stale { &COLUMNS[..] } else { &COLUMNS[..FRESH] };
    let table = Table { columns, keys: &keys, list: &pane.list, empty: &empty };
    let book = ctx.chosen.portfolio.map(|id| (id, Worth::whole(id, ctx)));
    table.draw(frame, ctx, |symbol| {
        let Some((id, whole)) = book else { return Row::default() };
        ctx.position(id, *symbol).map_or_else(Row::default, |position| row(position, whole, ctx))
    });
}

fn empty(ctx: &Ctx<'_>) -> String {
    let Some(book) = ctx.chosen.portfolio else {
        return "Positions of the chosen portfolio stand here; there is none yet.".to_owned();
    };
    let name = ctx.portfolio_name(book);
    if ctx.may(Act::Trade, Some(book)).is_ok() {
        let key = ctx.key(&[Context::Global], Action::Buy);
        format!("No position in {name} yet. {key} opens a buy ticket.")
    } else {
        format!("No position in {name} yet.")
    }
}

fn row(position: &Position, whole: Option<Money>, ctx: &Ctx<'_>) -> Row {
    let figures = Figures::of(position, ctx);
    let flat = position.quantity.is_zero();
    let missing = || Cell::missing(ctx.theme);
    let change = |money: Option<Money>| {
        let cell =
            |money: Money| Cell::of(cells::money_change(money), cells::tone(money.to_cents()));
        money.map_or_else(missing, cell)
    };
    let day = figures.day.map_or_else(missing, |money| {
        let text = cells::money_arrow(money, &ctx.theme.glyphs);
        Cell::of(text, cells::tone(money.to_cents()))
    });
    let ratio = |ratio: Option<Ratio>, show: fn(Ratio) -> String, toned: bool| {
        ratio.map_or_else(missing, |ratio| {
            let tone = cells::tone(ratio.basis_points().into());
            Cell::of(show(ratio), if toned { tone } else { Role::Muted })
        })
    };
    let like = figures.last.or(position.average()).unwrap_or(Price::ONE_DOLLAR);
    let average = position.average();
    let weight = figures.value.zip(whole).and_then(|(value, whole)| value.ratio_of(whole));
    let cells = vec![
        symbol_cell(position.symbol, ctx),
        Cell::new(cells::quantity(position.quantity)),
        average.map_or_else(missing, |price| Cell::of(cells::price_like(price, like), Role::Muted)),
        last_cell(position.symbol, ctx),
        figures.value.map_or_else(missing, |money| Cell::new(cells::money(money))),
        day,
        change(figures.unrealised),
        ratio(figures.unrealised_ratio(position), cells::percent_change, true),
        change(Some(figures.realised)),
        change(figures.total),
        ratio(weight, cells::percent, false),
        stale_cell(position.symbol, ctx),
    ];
    Row { cells, role: flat.then_some(Role::Muted), ..Row::default() }
}

fn symbol_cell(symbol: Symbol, ctx: &Ctx<'_>) -> Cell {
    let halted = ctx.view.assets.get(&symbol).is_some_and(|asset| asset.halted);
    Cell::of(symbol.as_str(), if halted { Role::Warn } else { Role::Text })
}

/// The last price; it stands out for a moment when it moved, and warns when it is stale.
pub fn last_cell(symbol: Symbol, ctx: &Ctx<'_>) -> Cell {
    let Some(last) = ctx.last(symbol) else { return Cell::missing(ctx.theme) };
    let role = match ctx.flash(symbol) {
        Some(Direction::Up) => Role::FlashUp,
        Some(Direction::Down) => Role::FlashDown,
        None if stale_ms(symbol, ctx).is_some() => Role::Warn,
        None => Role::Text,
    };
    Cell::of(cells::price(last), role)
}

/// The age of a stale price; nothing while it is fresh.
pub fn stale_cell(symbol: Symbol, ctx: &Ctx<'_>) -> Cell {
    stale_ms(symbol, ctx).map_or_else(|| Cell::new(""), |age| Cell::of(age_text(age), Role::Warn))
}
