//! Draws the blotter: stages in the border, the page's rows, which part of how many they are.
//! Must never decide what is shown: the store says which rows, in which order.
//!
//! ```text
//! Blotter [All] Working  Filled  Canceled  Refused                      1-100 of 5,213
//!  Placed v     Symbol Side Status    Qty  Filled   Price Average Portfolio   By
//! ▌10:30:07     AAPL   buy  … sending  10       –  187.50       – Tara's book trader1
//! ```

use ratatui::Frame;
use ratatui::text::Line;
use unicode_width::UnicodeWidthStr;

use crate::desk::command::Stage;
use crate::domain::numbers::Qty;
use crate::tui::action::Action;
use crate::tui::ctx::Ctx;
use crate::tui::keymap::Context;
use crate::tui::panes::orders::columns::{self, OrderCell};
use crate::tui::panes::orders::view::{tab_at, tabs_line};
use crate::tui::theme::Role;
use crate::tui::widgets::table::{Column, Row, Table};

use super::{BlotterPane, STAGES};

/// Cells of an order's row.
pub const CELLS: [OrderCell; 14] = [
    OrderCell::Placed,
    OrderCell::Symbol,
    OrderCell::Side,
    OrderCell::Status,
    OrderCell::Quantity,
    OrderCell::Filled,
    OrderCell::Price,
    OrderCell::Average,
    OrderCell::Portfolio,
    OrderCell::By,
    OrderCell::Time,
    OrderCell::Kind,
    OrderCell::Note,
    OrderCell::Reason,
];

/// When each of them falls away.
const PRIORITIES: [u8; CELLS.len()] = [2, 0, 0, 0, 1, 6, 3, 4, 5, 7, 8, 9, 11, 10];
/// The same among what was refused: why comes first, and there is nothing filled.
const REFUSED: [u8; CELLS.len()] = [3, 0, 0, 4, 2, 11, 5, 12, 7, 6, 8, 9, 10, 1];

/// Where the reason stands among the cells.
const REASON: usize = CELLS.len() - 1;
/// Cells that a reason leaves to the others: what, which way, and how many.
const BESIDE_REASON: u16 = 24;

/// What was refused: a reason is a sentence, so other columns go before one of this page is cut.
fn columns_refused(pane: &BlotterPane, width: u16) -> [Column; CELLS.len()] {
    let reasons = pane.rows.iter().filter_map(|order| order.reason.as_deref());
    let longest = reasons.map(UnicodeWidthStr::width).max().unwrap_or(0);
    let longest = u16::try_from(longest).unwrap_or(u16::MAX);
    let reason = columns_by(REFUSED)[REASON];
    let longest = longest.max(reason.width);
    let least = longest.min(width.saturating_sub(BESIDE_REASON)).max(reason.width);
    let mut columns = columns_by(REFUSED);
    columns[REASON] = Column { width: least, ..reason }.up_to(longest).eager();
    columns
}

const fn columns_by(priorities: [u8; CELLS.len()]) -> [Column; CELLS.len()] {
    let mut columns = [Column::text("", 0, 0); CELLS.len()];
    let mut index = 0;
    while index < columns.len() {
        columns[index] = CELLS[index].column(priorities[index]);
        index += 1;
    }
    columns
}

/// The columns of the stage that is shown, in a room of this width.
pub fn columns_of(pane: &BlotterPane, width: u16) -> [Column; CELLS.len()] {
    match STAGES[pane.stage] {
        Stage::Refused => columns_refused(pane, width),
        _ => columns_by(PRIORITIES),
    }
}

/// Those that the store can sort by.
pub const SORTABLE: [usize; 10] = [0, 1, 2, 3, 4, 5, 6, 8, 9, 11];

const fn word(stage: Stage) -> &'static str {
    match stage {
        Stage::All => "All",
        Stage::Working => "Working",
        Stage::Filled => "Filled",
        Stage::Canceled => "Canceled",
        Stage::Refused => "Refused",
    }
}

fn texts() -> [String; 5] {
    STAGES.map(|stage| word(stage).to_owned())
}

/// `Blotter [All] Working  Filled  Canceled  Refused`.
pub fn title(pane: &BlotterPane, ctx: &Ctx<'_>) -> Line<'static> {
    tabs_line("Blotter", &texts(), pane.stage, ctx)
}

/// The stage at a cell of the border, for the mouse.
pub fn stage_at(x: u16) -> Option<usize> {
    tab_at("Blotter", &texts(), x)
}

/// `101-200 of 5,213`, and how many are marked.
pub fn title_right(pane: &BlotterPane, ctx: &Ctx<'_>) -> Line<'static> {
    let count = |rows: u32| Qty::shares(rows.into()).to_string();
    let marked = match pane.list.marks().len() {
        0 => String::new(),
        marked => format!("{marked} marked {} ", ctx.theme.glyphs.separator),
    };
    let rows = u32::try_from(pane.rows.len()).unwrap_or(u32::MAX);
    let text = match pane.total {
        None => String::new(),
        Some(0) => "none".to_owned(),
        Some(total) => {
            let (first, last) = (count(pane.offset + 1), count(pane.offset + rows));
            format!("{marked}{first}-{last} of {}", count(total))
        }
    };
    Line::raw(text)
}

/// What stands there instead of rows.
fn empty(pane: &BlotterPane, ctx: &Ctx<'_>) -> String {
    if let Some(error) = &pane.error {
        return error.clone();
    }
    if pane.total.is_none() {
        return "Looking into the books.".to_owned();
    }
    let key = ctx.key(&[Context::Orders], Action::NextStage);
    let what = match STAGES[pane.stage] {
        Stage::All => "No order yet in any portfolio you see.".to_owned(),
        Stage::Working => "No order works now.".to_owned(),
        Stage::Filled => "No order was filled yet.".to_owned(),
        Stage::Canceled => "No order was canceled or expired yet.".to_owned(),
        Stage::Refused => "No order was refused by the venue yet.".to_owned(),
    };
    format!("{what} {key} shows the next stage.")
}

/// Draws the page.
pub fn draw(pane: &BlotterPane, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
    let empty = empty(pane, ctx);
    let keys = pane.keys();
    let columns = columns_of(pane, ctx.area.width);
    let table = Table { columns: &columns, keys: &keys, list: &pane.list, empty: &empty };
    table.draw(frame, ctx, |id| {
        pane.now(*id, ctx).map_or_else(Row::default, |order| columns::row(&CELLS, order, ctx))
    });
    if let (Some(error), false, true) = (&pane.error, keys.is_empty(), ctx.area.height > 2) {
        // An older page stays in sight; what is wrong stands in its last line.
        let y = ctx.area.bottom() - 1;
        let width = usize::from(ctx.area.width);
        let text = format!("{error:<width$}");
        frame.buffer_mut().set_stringn(ctx.area.x, y, text, width, ctx.style(Role::Error));
    }
}
