//! Screen 2, the blotter: all orders of every portfolio in sight.
//! Must never share its room: a history is read in full width.

use ratatui::layout::Rect;

use super::super::names::PaneId;

/// Where its one pane stands.
pub fn places(area: Rect) -> Vec<(PaneId, Rect)> {
    vec![(PaneId::Blotter, area)]
}
