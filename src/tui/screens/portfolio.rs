//! Screen 3, the portfolio: one book in full.
//! Must never show two books at once: every pane here is about the chosen one.
//!
//! ```text
//! +-- Portfolio Growth ----------------------------------------+
//! | Value       Day P&L      Total P&L    Unrealised   ...     |
//! +-- Positions Growth ----------------------------------------+
//! |                                                            |
//! +-- Equity ----------------+-- Orders -----------------------+
//! |                          |                                 |
//! +--------------------------+---------------------------------+
//! ```
//!
//! From 160 columns on, the tree of portfolios and the equity curve share the left side.

use ratatui::layout::{Constraint, Layout, Rect};

use super::super::names::PaneId;

/// Columns from which there are two sides.
const COLUMNS_FOR_SIDES: u16 = 160;
/// Columns of the left side: the tree with its figures.
const SIDE: u16 = 62;
/// Rows of the head: two for the figures, one for the facts, two for the border.
const HEAD: u16 = 5;
/// Rows of the orders where rows are few.
const ROWS_FEW: u16 = 7;

/// Where each pane stands.
pub fn places(area: Rect) -> Vec<(PaneId, Rect)> {
    if area.width >= COLUMNS_FOR_SIDES { sides(area) } else { rows(area) }
}

fn rows(area: Rect) -> Vec<(PaneId, Rect)> {
    let low = Constraint::Length((area.height * 2 / 5).max(ROWS_FEW));
    let [head, positions, bottom] =
        Layout::vertical([Constraint::Length(HEAD), Constraint::Fill(1), low]).areas(area);
    let [equity, orders] =
        Layout::horizontal([Constraint::Fill(2), Constraint::Fill(3)]).areas(bottom);
    vec![
        (PaneId::Positions, positions),
        (PaneId::BookOrders, orders),
        (PaneId::Equity, equity),
        (PaneId::Book, head),
    ]
}

fn sides(area: Rect) -> Vec<(PaneId, Rect)> {
    let [left, right] =
        Layout::horizontal([Constraint::Length(SIDE), Constraint::Fill(1)]).areas(area);
    let [tree, equity] = Layout::vertical([Constraint::Fill(1); 2]).areas(left);
    let [head, positions, orders] =
        Layout::vertical([Constraint::Length(HEAD), Constraint::Fill(1), Constraint::Fill(1)])
            .areas(right);
    vec![
        (PaneId::Portfolios, tree),
        (PaneId::Positions, positions),
        (PaneId::BookOrders, orders),
        (PaneId::Equity, equity),
        (PaneId::Book, head),
    ]
}
