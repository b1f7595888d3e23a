//! The names of all panes: a new pane has its line here, in `panes::make` and on a screen.
//! Must never know what a pane is.

/// Every pane there is; a screen shows some of them, each pane lives once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PaneId {
    /// The market clock, a part of the status line.
    Clock,
    /// A watchlist.
    Watchlist,
    /// Orders and fills of today.
    Orders,
    /// All orders of every portfolio in sight.
    Blotter,
    /// The tree of portfolios.
    Portfolios,
    /// The positions of the chosen portfolio.
    Positions,
    /// The chosen symbol's day on the desk.
    Chart,
    /// The chosen symbol's chart on its own screen.
    SymbolChart,
    /// The ticker strip.
    Ticker,
    /// The head of the portfolio screen.
    Book,
    /// The chosen portfolio's equity curve.
    Equity,
    /// The chosen portfolio's orders and fills.
    BookOrders,
    /// The chosen symbol's quote and day.
    Quote,
    /// The chosen symbol's positions by portfolio.
    Holdings,
    /// The chosen symbol's orders and fills.
    SymbolOrders,
    /// The chosen symbol's newest trades.
    Trades,
}

impl PaneId {
    /// Every pane.
    pub const ALL: [Self; 16] = [
        Self::Clock,
        Self::Watchlist,
        Self::Orders,
        Self::Blotter,
        Self::Portfolios,
        Self::Positions,
        Self::Chart,
        Self::SymbolChart,
        Self::Ticker,
        Self::Book,
        Self::Equity,
        Self::BookOrders,
        Self::Quote,
        Self::Holdings,
        Self::SymbolOrders,
        Self::Trades,
    ];
}
