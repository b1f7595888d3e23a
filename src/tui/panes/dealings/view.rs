//! How orders and fills of one book or symbol look: the columns of all orders, without the one
//! that would say the same in every row. Must never change anything.

use ratatui::Frame;
use ratatui::layout::Position;
use ratatui::text::Line;

use crate::domain::orders::Fill;
use crate::domain::roles::Act;

use super::super::super::action::Action;
use super::super::super::ctx::Ctx;
use super::super::super::keymap::Context;
use super::super::super::theme::Role;
use super::super::super::widgets::list::Sort;
use super::super::super::widgets::table::{Column, Row, Spot, Table};
use super::super::orders::columns::{self, OrderCell};
use super::super::orders::view::{self as orders_view, tabs_line};
use super::super::orders::{FillKey, Tab};
use super::DealingsPane;

/// What all rows have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The book.
    Book,
    /// The symbol.
    Symbol,
}

const COUNT: usize = 11;
const FILL_COUNT: usize = 7;

const BOOK_CELLS: [OrderCell; COUNT] = [
    OrderCell::Symbol,
    OrderCell::Side,
    OrderCell::Status,
    OrderCell::Quantity,
    OrderCell::Filled,
    OrderCell::Price,
    OrderCell::Average,
    OrderCell::Placed,
    OrderCell::By,
    OrderCell::Time,
    OrderCell::Kind,
];

const SYMBOL_CELLS: [OrderCell; COUNT] = [
    OrderCell::Side,
    OrderCell::Status,
    OrderCell::Quantity,
    OrderCell::Filled,
    OrderCell::Price,
    OrderCell::Average,
    OrderCell::Portfolio,
    OrderCell::Placed,
    OrderCell::By,
    OrderCell::Time,
    OrderCell::Kind,
];

/// When each cell falls away.
const BOOK_PRIORITIES: [u8; COUNT] = [0, 0, 0, 1, 4, 2, 3, 5, 6, 8, 7];
const SYMBOL_PRIORITIES: [u8; COUNT] = [0, 0, 1, 5, 2, 4, 3, 6, 7, 9, 8];

const fn table(cells: &[OrderCell; COUNT], priorities: &[u8; COUNT]) -> [Column; COUNT] {
    let mut columns = [Column::text("", 0, 0); COUNT];
    let mut index = 0;
    while index < COUNT {
        columns[index] = cells[index].column(priorities[index]);
        index += 1;
    }
    columns
}

const BOOK_COLUMNS: [Column; COUNT] = table(&BOOK_CELLS, &BOOK_PRIORITIES);
const SYMBOL_COLUMNS: [Column; COUNT] = table(&SYMBOL_CELLS, &SYMBOL_PRIORITIES);

/// Which columns of all fills are shown: not the portfolio, not the symbol.
const BOOK_FILLS: [usize; FILL_COUNT] = [0, 1, 2, 3, 4, 5, 7];
const SYMBOL_FILLS: [usize; FILL_COUNT] = [0, 2, 3, 4, 5, 6, 7];

const fn fill_table(shown: &[usize; FILL_COUNT]) -> [Column; FILL_COUNT] {
    let mut columns = [Column::text("", 0, 0); FILL_COUNT];
    let mut index = 0;
    while index < FILL_COUNT {
        columns[index] = orders_view::FILL_COLUMNS[shown[index]];
        index += 1;
    }
    columns
}

const BOOK_FILL_COLUMNS: [Column; FILL_COUNT] = fill_table(&BOOK_FILLS);
const SYMBOL_FILL_COLUMNS: [Column; FILL_COUNT] = fill_table(&SYMBOL_FILLS);

impl Scope {
    /// Cells of an order's row.
    pub const fn cells(self) -> &'static [OrderCell] {
        match self {
            Self::Book => &BOOK_CELLS,
            Self::Symbol => &SYMBOL_CELLS,
        }
    }
    /// Columns of a tab.
    pub const fn columns(self, tab: Tab) -> &'static [Column] {
        match (self, tab) {
            (Self::Book, Tab::Fills) => &BOOK_FILL_COLUMNS,
            (Self::Symbol, Tab::Fills) => &SYMBOL_FILL_COLUMNS,
            (Self::Book, _) => &BOOK_COLUMNS,
            (Self::Symbol, _) => &SYMBOL_COLUMNS,
        }
    }
    const fn fill_cells(self) -> &'static [usize] {
        match self {
            Self::Book => &BOOK_FILLS,
            Self::Symbol => &SYMBOL_FILLS,
        }
    }
}

/// All columns can be sorted by.
pub const SORTABLE: [usize; COUNT] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
/// All columns of fills can be sorted by.
pub const FILL_SORTABLE: [usize; FILL_COUNT] = [0, 1, 2, 3, 4, 5, 6];

/// Sorts fills by a column of this scope.
pub fn sort_fills(
    fills: &mut [(&FillKey, &Fill)],
    scope: Scope,
    sort: Option<Sort>,
    ctx: &Ctx<'_>,
) {
    let column = |sort: Sort| Some(Sort { column: *scope.fill_cells().get(sort.column)?, ..sort });
    orders_view::sort_fills(fills, sort.and_then(column), ctx);
}

/// Orders and fills there are in all: those at hand, or as many as history has.
fn counts(pane: &DealingsPane, ctx: &Ctx<'_>) -> (usize, usize, usize) {
    let orders = pane.all_orders(ctx);
    let working = orders.iter().filter(|order| !order.state.is_final()).count();
    let all = orders.len().max(pane.past.totals.0);
    (working, all, pane.all_fills(ctx).len().max(pane.past.totals.1))
}

fn tab_texts(pane: &DealingsPane, ctx: &Ctx<'_>) -> [String; 3] {
    let (working, all, fills) = counts(pane, ctx);
    [format!("Working {working}"), format!("All {all}"), format!("Fills {fills}")]
}

/// `Orders [Working 2] All 14 Fills 9`.
pub fn title(pane: &DealingsPane, ctx: &Ctx<'_>) -> Line<'static> {
    let here = Tab::ALL.iter().position(|tab| *tab == pane.tab).unwrap_or(0);
    tabs_line("Orders", &tab_texts(pane, ctx), here, ctx)
}

/// The tab at a cell of the pane's border.
pub fn tab_at(pane: &DealingsPane, x: u16, ctx: &Ctx<'_>) -> Option<Tab> {
    let index = orders_view::tab_at("Orders", &tab_texts(pane, ctx), x)?;
    Tab::ALL.get(index).copied()
}

/// How many of all are here, where that is not all; why history is not.
pub fn title_right(pane: &DealingsPane, ctx: &Ctx<'_>) -> Line<'static> {
    if let Some(why) = &pane.past.failed {
        return Line::styled(format!("no history: {why}"), ctx.style(Role::Warn));
    }
    let (here, all) = match pane.tab {
        Tab::Working => return Line::default(),
        Tab::All => (pane.all_orders(ctx).len(), pane.past.totals.0),
        Tab::Fills => (pane.all_fills(ctx).len(), pane.past.totals.1),
    };
    if here >= all { Line::default() } else { Line::raw(format!("newest {here} of {all}")) }
}

fn empty(pane: &DealingsPane, ctx: &Ctx<'_>) -> String {
    let of = match pane.scope {
        Scope::Book => ctx.chosen.portfolio.map(|id| ctx.portfolio_name(id)),
        Scope::Symbol => ctx.chosen.symbol.map(|symbol| symbol.to_string()),
    };
    let Some(of) = of else { return "Nothing is chosen yet.".to_owned() };
    let book = if pane.scope == Scope::Book { ctx.chosen.portfolio } else { None };
    let buy = ctx.key(&[Context::Global], Action::Buy);
    let make = match ctx.may(Act::Trade, book) {
        Ok(()) => format!(" {buy} opens a buy ticket."),
        Err(_) => String::new(),
    };
    let what = match pane.tab {
        Tab::Working => "No working order",
        Tab::All => "No order",
        Tab::Fills => "No fill",
    };
    format!("{what} in {of}.{make}")
}

/// Draws the rows of the tab.
pub fn draw(pane: &DealingsPane, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
    let empty = empty(pane, ctx);
    let columns = pane.scope.columns(pane.tab);
    if pane.tab == Tab::Fills {
        let shown = pane.shown_fills(ctx);
        let keys: Vec<FillKey> = shown.iter().map(|(key, _)| (*key).clone()).collect();
        let table = Table { columns, keys: &keys, list: &pane.fills, empty: &empty };
        table.draw(frame, ctx, |key| {
            let found = shown.iter().find(|(other, _)| *other == key);
            found.map_or_else(Row::default, |(_, fill)| fill_row(fill, pane.scope, ctx))
        });
        return;
    }
    let shown = pane.shown(ctx);
    let keys: Vec<_> = shown.iter().map(|order| order.id).collect();
    let table = Table { columns, keys: &keys, list: &pane.orders, empty: &empty };
    table.draw(frame, ctx, |id| {
        let found = pane.order(*id, ctx);
        found.map_or_else(Row::default, |order| columns::row(pane.scope.cells(), order, ctx))
    });
}

fn fill_row(fill: &Fill, scope: Scope, ctx: &Ctx<'_>) -> Row {
    let row = orders_view::fill_row(fill, ctx);
    let picked = scope.fill_cells().iter().filter_map(|index| row.cells.get(*index).cloned());
    picked.collect::<Vec<_>>().into()
}

/// What is at a place of the terminal.
pub fn spot(pane: &DealingsPane, at: Position, ctx: &Ctx<'_>) -> Option<Spot> {
    let columns = pane.scope.columns(pane.tab);
    if pane.tab == Tab::Fills {
        let keys = pane.fill_keys(ctx);
        return Table { columns, keys: &keys, list: &pane.fills, empty: "" }.spot(ctx.area, at);
    }
    let keys = pane.order_keys(ctx);
    Table { columns, keys: &keys, list: &pane.orders, empty: "" }.spot(ctx.area, at)
}
