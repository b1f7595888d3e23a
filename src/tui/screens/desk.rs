//! Screen 1, the desk: everything at a glance.
//! Must never hide a pane that takes keys; the ticker strip goes where rows are few.
//!
//! ```text
//!  SPY 541.33 +0.39%   QQQ 468.75 +0.50%
//! +-- Watchlist --------+-- AAPL ----------------------+
//! |                     |                              |
//! +-- Portfolios --+----+-- Positions -----------------+
//! |                |                                   |
//! +-- Orders ------+-----------------------------------+
//! |                                                    |
//! +----------------------------------------------------+
//! ```
//!
//! From 160 columns on, watchlist and portfolios share the left side, the rest the right one.

use ratatui::layout::{Constraint, Layout, Rect};

use super::super::names::PaneId;

/// Rows from which there is room for the ticker strip.
const ROWS_FOR_TICKER: u16 = 30;
/// Columns from which there are two sides.
const COLUMNS_FOR_SIDES: u16 = 160;
/// Columns that the tree of portfolios needs for its names and figures.
const PORTFOLIOS: u16 = 43;

/// Where each pane stands.
pub fn places(area: Rect) -> Vec<(PaneId, Rect)> {
    let strip = u16::from(area.height >= ROWS_FOR_TICKER);
    let [ticker, rest] =
        Layout::vertical([Constraint::Length(strip), Constraint::Fill(1)]).areas(area);
    let mut places = if area.width >= COLUMNS_FOR_SIDES { sides(rest) } else { rows(rest) };
    if strip > 0 {
        places.push((PaneId::Ticker, ticker));
    }
    places
}

fn rows(area: Rect) -> Vec<(PaneId, Rect)> {
    let [top, middle, bottom] = Layout::vertical([Constraint::Fill(1); 3]).areas(area);
    let left = PORTFOLIOS.max(area.width / 2);
    let [watchlist, chart] =
        Layout::horizontal([Constraint::Length(left), Constraint::Fill(1)]).areas(top);
    let left = PORTFOLIOS.max(area.width * 2 / 5);
    let [portfolios, positions] =
        Layout::horizontal([Constraint::Length(left), Constraint::Fill(1)]).areas(middle);
    vec![
        (PaneId::Watchlist, watchlist),
        (PaneId::Chart, chart),
        (PaneId::Portfolios, portfolios),
        (PaneId::Positions, positions),
        (PaneId::Orders, bottom),
    ]
}

fn sides(area: Rect) -> Vec<(PaneId, Rect)> {
    let [left, right] = Layout::horizontal([Constraint::Fill(2), Constraint::Fill(3)]).areas(area);
    let [watchlist, portfolios] =
        Layout::vertical([Constraint::Fill(3), Constraint::Fill(2)]).areas(left);
    let [chart, positions, orders] =
        Layout::vertical([Constraint::Fill(4), Constraint::Fill(3), Constraint::Fill(3)])
            .areas(right);
    vec![
        (PaneId::Watchlist, watchlist),
        (PaneId::Chart, chart),
        (PaneId::Portfolios, portfolios),
        (PaneId::Positions, positions),
        (PaneId::Orders, orders),
    ]
}
