//! The screens: which panes each one shows and how they share the room.
//! Must never draw a pane: it says where, the session draws.

pub mod blotter;
pub mod desk;
pub mod portfolio;
pub mod symbol;

use ratatui::layout::Rect;

use super::names::PaneId;

/// Every screen there is. Numbers 5 (admin) and 6 (journal) are kept for theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ScreenId {
    /// Prices, positions, chart and orders at a glance.
    Desk,
    /// All orders.
    Blotter,
    /// One book in full.
    Portfolio,
    /// One symbol in full.
    Symbol,
}

impl ScreenId {
    /// Every screen, by number.
    pub const ALL: [Self; 4] = [Self::Desk, Self::Blotter, Self::Portfolio, Self::Symbol];

    /// The digit that goes there.
    pub const fn number(self) -> usize {
        match self {
            Self::Desk => 1,
            Self::Blotter => 2,
            Self::Portfolio => 3,
            Self::Symbol => 4,
        }
    }
    /// The screen of this number.
    pub fn numbered(number: usize) -> Option<Self> {
        Self::ALL.into_iter().find(|screen| screen.number() == number)
    }
    /// The word on its tab.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Desk => "Desk",
            Self::Blotter => "Blotter",
            Self::Portfolio => "Portfolio",
            Self::Symbol => "Symbol",
        }
    }
    /// Where each pane stands in a room of this size, in the order that `Tab` walks.
    pub fn places(self, area: Rect) -> Vec<(PaneId, Rect)> {
        match self {
            Self::Desk => desk::places(area),
            Self::Blotter => blotter::places(area),
            Self::Portfolio => portfolio::places(area),
            Self::Symbol => symbol::places(area),
        }
    }
    /// The pane that has the keys when the screen comes up for the first time.
    pub const fn first(self) -> PaneId {
        match self {
            Self::Desk => PaneId::Watchlist,
            Self::Blotter => PaneId::Blotter,
            Self::Portfolio => PaneId::Positions,
            Self::Symbol => PaneId::SymbolChart,
        }
    }
}

#[cfg(test)]
mod tests;
