//! Draws the orders: tabs in the border, rows, and the lines of open timelines below their rows.
//! Must never decide what is shown: the pane says which rows, in which order.
//!
//! ```text
//! Orders  [Working 7]  All 10  Fills 2
//!  Symbol Side Status             Qty Filled   Price Average Age
//!  AAPL   buy  … sending           10      –  187.50       –  1m
//! ▌NVDA   sell ● partially filled 100     40  131.40  131.42  3m
//!    10:28:07 trader1: sell 100 NVDA limit 131.40 day
//! ```

use std::cmp::Ordering;

use ratatui::Frame;
use ratatui::layout::Position;
use ratatui::text::{Line, Span};

use crate::desk::command::TimelineLine;
use crate::domain::orders::Fill;
use crate::domain::roles::Act;

use super::columns::{self, OrderCell};
use super::unfolded::Below;
use super::{FillKey, OrdersPane, RowKey, Tab, words};
use crate::tui::action::Action;
use crate::tui::ctx::Ctx;
use crate::tui::keymap::Context;
use crate::tui::theme::Role;
use crate::tui::widgets::cells;
use crate::tui::widgets::list::Sort;
use crate::tui::widgets::table::{Cell, Column, Row, Spot, Table};

/// Cells of an order's row.
pub const CELLS: [OrderCell; 12] = [
    OrderCell::Symbol,
    OrderCell::Side,
    OrderCell::Status,
    OrderCell::Quantity,
    OrderCell::Filled,
    OrderCell::Price,
    OrderCell::Average,
    OrderCell::Age,
    OrderCell::Portfolio,
    OrderCell::By,
    OrderCell::Time,
    OrderCell::Kind,
];

/// When each of them falls away.
const PRIORITIES: [u8; 12] = [0, 0, 0, 1, 3, 2, 4, 5, 6, 7, 8, 9];

/// Columns of orders.
pub const COLUMNS: [Column; 12] = {
    let mut columns = [Column::text("", 0, 0); 12];
    let mut index = 0;
    while index < columns.len() {
        columns[index] = CELLS[index].column(PRIORITIES[index]);
        index += 1;
    }
    columns
};

/// All of them can be sorted by.
pub const SORTABLE: [usize; 12] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

/// Columns of fills.
pub const FILL_COLUMNS: [Column; 8] = [
    Column::text("Time", 12, 1),
    Column::text("Symbol", 6, 0).up_to(8),
    Column::text("Side", 4, 0),
    Column::number("Qty", 9, 0).up_to(10),
    Column::number("Price", 10, 0),
    Column::number("Value", 14, 2),
    Column::text("Portfolio", 12, 3).up_to(24),
    Column::text("Order", 6, 4),
];

/// All of them can be sorted by.
pub const FILL_SORTABLE: [usize; 8] = [0, 1, 2, 3, 4, 5, 6, 7];

/// Sorts fills by a column, the newest first among equals and where none is chosen.
pub fn sort_fills(fills: &mut [(&FillKey, &Fill)], sort: Option<Sort>, ctx: &Ctx<'_>) {
    fills.sort_by(|(one, a), (other, b)| {
        let newest = || b.at.cmp(&a.at).then_with(|| other.cmp(one));
        let Some(sort) = sort else { return newest() };
        let name = |fill: &Fill| ctx.portfolio_name(fill.portfolio);
        let order = match sort.column {
            0 => a.at.cmp(&b.at),
            1 => a.symbol.cmp(&b.symbol),
            2 => a.side.cmp(&b.side),
            3 => a.quantity.cmp(&b.quantity),
            4 => a.price.cmp(&b.price),
            5 => (a.quantity * a.price).cmp(&(b.quantity * b.price)),
            6 => name(a).cmp(&name(b)),
            7 => a.order.short().cmp(&b.order.short()),
            _ => Ordering::Equal,
        };
        let order = if sort.descending { order.reverse() } else { order };
        order.then_with(newest)
    });
}

fn tab_texts(ctx: &Ctx<'_>) -> [String; 3] {
    let working = ctx.view.orders.values().filter(|order| !order.state.is_final()).count();
    [
        format!("Working {working}"),
        format!("All {}", ctx.view.orders.len()),
        format!("Fills {}", ctx.view.fills.len()),
    ]
}

/// `Orders  [Working 7]  All 10  Fills 2`; the brackets mark the tab that is shown.
pub fn title(pane: &OrdersPane, ctx: &Ctx<'_>) -> Line<'static> {
    let here = Tab::ALL.iter().position(|tab| *tab == pane.tab).unwrap_or(0);
    tabs_line("Orders", &tab_texts(ctx), here, ctx)
}

/// A name, then tabs, the one that is shown in brackets.
pub fn tabs_line(name: &str, texts: &[String], here: usize, ctx: &Ctx<'_>) -> Line<'static> {
    let mut spans = vec![Span::raw(format!("{name} "))];
    for (index, text) in texts.iter().enumerate() {
        let style = ctx.style(if index == here { Role::TabFocus } else { Role::Tab });
        let (open, close) = if index == here { ("[", "]") } else { (" ", " ") };
        spans.push(Span::raw(open));
        spans.push(Span::styled(text.clone(), style));
        spans.push(Span::raw(close));
    }
    Line::from(spans)
}

/// The tab at a cell of the border, for the mouse.
pub fn tab_at(name: &str, texts: &[String], x: u16) -> Option<usize> {
    let mut from = name.chars().count() + 2;
    for (index, text) in texts.iter().enumerate() {
        let to = from + text.chars().count() + 2;
        if (from..to).contains(&usize::from(x)) {
            return Some(index);
        }
        from = to;
    }
    None
}

/// The tab at a cell of the pane's border.
pub fn own_tab_at(ctx: &Ctx<'_>, x: u16) -> Option<Tab> {
    tab_at("Orders", &tab_texts(ctx), x).and_then(|index| Tab::ALL.get(index).copied())
}

/// How many rows are marked.
pub fn title_right(pane: &OrdersPane, ctx: &Ctx<'_>) -> Line<'static> {
    match (pane.tab, pane.orders.marks().len()) {
        (Tab::Fills, _) | (_, 0) => Line::default(),
        (_, marked) => Line::styled(format!("{marked} marked"), ctx.style(Role::Accent)),
    }
}

/// What stands there instead of rows, and which key makes one.
fn empty(pane: &OrdersPane, ctx: &Ctx<'_>) -> String {
    let contexts = [Context::Global];
    let (buy, sell) = (ctx.key(&contexts, Action::Buy), ctx.key(&contexts, Action::Sell));
    let make = match ctx.may(Act::Trade, None) {
        Ok(()) => format!(" {buy} buys, {sell} sells the chosen symbol."),
        Err(_) => String::new(),
    };
    match pane.tab {
        Tab::Working => format!("No working order.{make}"),
        Tab::All => format!("No order today.{make}"),
        Tab::Fills => format!("No fill today.{make}"),
    }
}

/// Draws the rows of the tab.
pub fn draw(pane: &OrdersPane, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
    let empty = empty(pane, ctx);
    if pane.tab == Tab::Fills {
        let keys = pane.fill_keys(ctx);
        let table = Table { columns: &FILL_COLUMNS, keys: &keys, list: &pane.fills, empty: &empty };
        table.draw(frame, ctx, |key| match ctx.view.fills.get(key) {
            Some(fill) => fill_row(fill, ctx),
            None => Row::default(),
        });
        return;
    }
    let keys = pane.keys(ctx);
    let table = Table { columns: &COLUMNS, keys: &keys, list: &pane.orders, empty: &empty };
    table.draw(frame, ctx, |key| match (key, ctx.view.orders.get(&key.order())) {
        (RowKey::Order(_), Some(order)) => columns::row(&CELLS, order, ctx),
        (RowKey::Line(id, line), _) => Row::across(below(pane, *id, *line, ctx)),
        (_, None) => Row::default(),
    });
}

fn below(pane: &OrdersPane, id: crate::domain::ids::OrderId, line: usize, ctx: &Ctx<'_>) -> Cell {
    match pane.unfolded.line(id, line) {
        Below::Line(line) => Cell::of(format!("   {}", line_text(line, ctx)), Role::Muted),
        Below::Waiting => Cell::of(format!("   {}", ctx.theme.glyphs.ellipsis), Role::Faint),
        Below::Failed(why) => Cell::of(format!("   {why}"), Role::Error),
    }
}

/// `10:28:07 trader1: limit 131.40, quantity 100`.
pub fn line_text(line: &TimelineLine, ctx: &Ctx<'_>) -> String {
    let at = ctx.moment_text(line.at.market);
    format!("{at}  {}: {}", who(line, ctx), line.text)
}

/// The person, or the door where it was none.
pub fn who(line: &TimelineLine, ctx: &Ctx<'_>) -> String {
    line.user.map_or_else(|| line.door.clone(), |user| ctx.login(user))
}

/// One row of a list that has the columns of fills.
pub fn fill_row(fill: &Fill, ctx: &Ctx<'_>) -> Row {
    vec![
        Cell::of(ctx.moment_text(fill.at), Role::Muted),
        Cell::new(fill.symbol.as_str()),
        Cell::of(fill.side.as_str(), words::side_role(fill.side)),
        Cell::new(cells::quantity(fill.quantity)),
        Cell::new(words::price(fill.price)),
        Cell::new(cells::money(fill.quantity * fill.price)),
        Cell::of(ctx.portfolio_name(fill.portfolio), Role::Muted),
        Cell::of(fill.order.short(), Role::Faint),
    ]
    .into()
}

/// What is at a place of the terminal.
pub fn spot(pane: &OrdersPane, ctx: &Ctx<'_>, at: Position) -> Option<Spot> {
    if pane.tab == Tab::Fills {
        let keys = pane.fill_keys(ctx);
        let table = Table { columns: &FILL_COLUMNS, keys: &keys, list: &pane.fills, empty: "" };
        return table.spot(ctx.area, at);
    }
    let keys = pane.keys(ctx);
    Table { columns: &COLUMNS, keys: &keys, list: &pane.orders, empty: "" }.spot(ctx.area, at)
}
