//! How the positions of one symbol look, a row for each portfolio.
//! Must never change anything.

use std::cmp::Ordering;

use ratatui::Frame;
use ratatui::text::{Line, Span};

use crate::domain::numbers::{Money, Price, Qty};
use crate::domain::positions::Position;
use crate::domain::roles::Act;

use super::super::super::action::Action;
use super::super::super::ctx::Ctx;
use super::super::super::keymap::Context;
use super::super::super::theme::Role;
use super::super::super::widgets::cells;
use super::super::super::widgets::list::Sort;
use super::super::super::widgets::table::{Cell, Column, Row, Table};
use super::super::super::worth::{Figures, Tally};
use super::HoldingsPane;

/// Columns.
pub const COLUMNS: [Column; 8] = [
    Column::text("Portfolio", 11, 0).up_to(24),
    Column::number("Quantity", 9, 0).up_to(11),
    Column::number("Day P&L", 13, 1),
    Column::number("Unrealised", 12, 2).up_to(13),
    Column::number("Average", 9, 3),
    Column::number("Value", 12, 4).up_to(13),
    Column::number("Realised", 12, 6).up_to(13),
    Column::number("Total P&L", 12, 5).up_to(13),
];

/// Columns that can be sorted by.
pub const SORTABLE: [usize; 8] = [0, 1, 2, 3, 4, 5, 6, 7];

/// Sorts positions by a column; without one the open ones come first, by portfolio.
pub fn sort(positions: &mut [Position], sort: Option<Sort>, ctx: &Ctx<'_>) {
    let name = |position: &Position| ctx.portfolio_name(position.portfolio).to_lowercase();
    positions.sort_by(|one, other| {
        let by_name = || name(one).cmp(&name(other));
        let Some(sort) = sort else {
            return one.quantity.is_zero().cmp(&other.quantity.is_zero()).then_with(by_name);
        };
        let order = if sort.column == 0 {
            by_name()
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
        order.then_with(by_name)
    });
}

fn figure(position: &Position, column: usize, ctx: &Ctx<'_>) -> Option<i128> {
    let figures = Figures::of(position, ctx);
    match column {
        1 => Some(position.quantity.units().into()),
        2 => figures.day.map(Money::units),
        3 => figures.unrealised.map(Money::units),
        4 => position.average().map(|price| price.units().into()),
        5 => figures.value.map(Money::units),
        6 => Some(figures.realised.units()),
        _ => figures.total.map(Money::units),
    }
}

/// `Positions in AAPL`.
pub fn title(ctx: &Ctx<'_>) -> Line<'static> {
    let symbol = ctx.chosen.symbol.map(|symbol| symbol.to_string()).unwrap_or_default();
    let style = ctx.style(Role::Accent);
    Line::from(vec![Span::raw("Positions in "), Span::styled(symbol, style)])
}

/// The net of all books, and their day.
pub fn title_right(ctx: &Ctx<'_>) -> Line<'static> {
    let Some(symbol) = ctx.chosen.symbol else { return Line::default() };
    let held: Vec<&Position> =
        ctx.view.positions.values().filter(|position| position.symbol == symbol).collect();
    if held.is_empty() {
        return Line::default();
    }
    let net: Qty = held.iter().map(|position| position.quantity).sum();
    let day = held.iter().map(|position| Tally::part(Figures::of(position, ctx).day));
    let day = day.fold(Tally::default(), |sum, part| sum + part);
    let glyphs = &ctx.theme.glyphs;
    let text = day.text(glyphs, |money| cells::money_arrow(money, glyphs));
    Line::from(vec![
        Span::styled(format!("net {}  day ", cells::quantity(net)), ctx.style(Role::Muted)),
        Span::styled(text, ctx.style(day.tone())),
    ])
}

/// Draws the table.
pub fn draw(pane: &HoldingsPane, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
    let keys = pane.keys(ctx);
    let empty = empty(ctx);
    let table = Table { columns: &COLUMNS, keys: &keys, list: &pane.list, empty: &empty };
    table.draw(frame, ctx, |id| {
        let position = ctx.chosen.symbol.and_then(|symbol| ctx.position(*id, symbol));
        position.map_or_else(Row::default, |position| row(position, ctx))
    });
}

fn empty(ctx: &Ctx<'_>) -> String {
    let Some(symbol) = ctx.chosen.symbol else { return "No symbol is chosen yet.".to_owned() };
    let buy = ctx.key(&[Context::Global], Action::Buy);
    match ctx.may(Act::Trade, None) {
        Ok(()) => format!("No portfolio here holds {symbol}. {buy} opens a buy ticket."),
        Err(_) => format!("No portfolio here holds {symbol}."),
    }
}

fn row(position: &Position, ctx: &Ctx<'_>) -> Row {
    let figures = Figures::of(position, ctx);
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
    let like = figures.last.or(position.average()).unwrap_or(Price::ONE_DOLLAR);
    let average = |price| Cell::of(cells::price_like(price, like), Role::Muted);
    let chosen = ctx.chosen.portfolio == Some(position.portfolio);
    let name = ctx.portfolio_name(position.portfolio);
    let cells = vec![
        Cell::of(name, if chosen { Role::Accent } else { Role::Text }),
        Cell::new(cells::quantity(position.quantity)),
        day,
        change(figures.unrealised),
        position.average().map_or_else(missing, average),
        figures.value.map_or_else(missing, |money| Cell::new(cells::money(money))),
        change(Some(figures.realised)),
        change(figures.total),
    ];
    let flat = position.quantity.is_zero();
    Row { cells, role: flat.then_some(Role::Muted), ..Row::default() }
}
