//! Screen 4, the symbol: its chart, quote and trades, who holds it, and the orders in it.
//! Must never show two symbols at once: every pane here is about the chosen one.
//!
//! ```text
//! +-- AAPL 187.52 -------------------------+-- AAPL -----------+
//! |                                        | Last       187.52 |
//! |                                        | Bid               |
//! +-- Positions in AAPL -------------------+-- Trades ---------+
//! +-- Orders ------------------------------+                   |
//! |                                        |                   |
//! +----------------------------------------+-------------------+
//! ```

use ratatui::layout::{Constraint, Layout, Rect};

use super::super::names::PaneId;

/// Columns of the right side: quote and trades.
const SIDE: u16 = 30;
/// The same where columns are many.
const SIDE_WIDE: u16 = 46;
/// Columns from which they are.
const COLUMNS_MANY: u16 = 140;
/// Rows of the quote: the name, its lines, the day's range and the border.
const QUOTE_ROWS: u16 = 18;
/// Rows of the chart at least.
const CHART_ROWS: u16 = 11;

/// Where each pane stands.
pub fn places(area: Rect) -> Vec<(PaneId, Rect)> {
    let side = if area.width >= COLUMNS_MANY { SIDE_WIDE } else { SIDE };
    let [left, right] =
        Layout::horizontal([Constraint::Fill(1), Constraint::Length(side)]).areas(area);
    let chart = Constraint::Length((area.height * 11 / 20).max(CHART_ROWS));
    let [chart, holdings, orders] =
        Layout::vertical([chart, Constraint::Fill(2), Constraint::Fill(3)]).areas(left);
    let quote = Constraint::Length(QUOTE_ROWS.min(area.height * 3 / 5));
    let [quote, trades] = Layout::vertical([quote, Constraint::Fill(1)]).areas(right);
    vec![
        (PaneId::SymbolChart, chart),
        (PaneId::Holdings, holdings),
        (PaneId::SymbolOrders, orders),
        (PaneId::Quote, quote),
        (PaneId::Trades, trades),
    ]
}
