//! The trait of a pane, and how each is made: a new pane is its folder and its lines here.
//! Must never hold business data: that is the view's; panes hold cursor, filter and typed text.

pub mod blotter;
pub mod book;
pub mod chart;
pub mod clock;
pub mod dealings;
pub mod equity;
pub mod holdings;
pub mod order_entry;
pub mod orders;
pub mod portfolios;
pub mod positions;
pub mod quote;
pub mod ticker;
pub mod trades;
pub mod watchlist;

use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::Frame;
use ratatui::text::Line;

use super::action::Action;
use super::ask::Replied;
use super::ctx::{Ctx, Subject};
use super::effect::{Effect, Reaction};
use super::keymap::Context;
use super::names::PaneId;
use dealings::DealingsPane;
use dealings::view::Scope;

/// Makes a pane as it is at sign-in.
pub fn make(id: PaneId) -> Box<dyn Pane> {
    match id {
        PaneId::Clock => Box::new(clock::Clock),
        PaneId::Blotter => Box::new(blotter::BlotterPane::default()),
        PaneId::Orders => Box::new(orders::OrdersPane::default()),
        PaneId::Watchlist => Box::new(watchlist::WatchlistPane::default()),
        PaneId::Portfolios => Box::new(portfolios::PortfoliosPane::default()),
        PaneId::Chart | PaneId::SymbolChart => Box::new(chart::ChartPane::new(id)),
        PaneId::Positions => Box::new(positions::PositionsPane::default()),
        PaneId::Ticker => Box::new(ticker::Ticker),
        PaneId::Book => Box::new(book::Book),
        PaneId::Equity => Box::new(equity::EquityPane::default()),
        PaneId::BookOrders => Box::new(DealingsPane::new(id, Scope::Book)),
        PaneId::SymbolOrders => Box::new(DealingsPane::new(id, Scope::Symbol)),
        PaneId::Quote => Box::new(quote::Quote),
        PaneId::Holdings => Box::new(holdings::HoldingsPane::default()),
        PaneId::Trades => Box::new(trades::TradesPane::default()),
    }
}

/// What changed, so that a pane can ask for what it now lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// The screen that shows this pane came up (or somebody signed in).
    Shown,
    /// The view: orders, positions, portfolios, lists, settings.
    View,
    /// What is chosen: another symbol, another portfolio.
    Chosen,
    /// Prices.
    Prices,
    /// A second went by.
    Time,
}

/// A region of a screen that can have the keys.
pub trait Pane: Send {
    /// Which.
    fn id(&self) -> PaneId;
    /// What stands in its border, at the left; short, with the figures that matter.
    fn title(&self, ctx: &Ctx<'_>) -> Line<'static>;
    /// What stands in its border, at the right.
    fn title_right(&self, ctx: &Ctx<'_>) -> Line<'static> {
        let _ = ctx;
        Line::default()
    }
    /// Its contexts of the keymap, the most special first; the app adds `Global`.
    fn contexts(&self) -> &'static [Context];
    /// True while plain characters are typed into a field of it (a filter), not looked up as keys.
    fn takes_text(&self) -> bool {
        false
    }
    /// What its cursor is on: what `b`, `s`, `m`, `c`, `F` are about.
    fn subject(&self, ctx: &Ctx<'_>) -> Subject {
        let _ = ctx;
        Subject::default()
    }
    /// Why an action that has a key here cannot be done now (`The order is filled already`):
    /// kept out of the footer, greyed with these words in help and palette, said when tried.
    fn refuses(&self, action: Action, ctx: &Ctx<'_>) -> Option<String> {
        let _ = (action, ctx);
        None
    }
    /// Does an action whose key was pressed; `NotMine` hands it to the app.
    fn act(&mut self, action: Action, ctx: &Ctx<'_>) -> Reaction;
    /// Takes a key that is no action here: typed into a field of it.
    fn key(&mut self, key: KeyEvent, ctx: &Ctx<'_>) -> Reaction {
        let _ = (key, ctx);
        Reaction::NotMine
    }
    /// Takes a pasted text into its field, if it has one open.
    fn paste(&mut self, text: &str, ctx: &Ctx<'_>) -> Reaction {
        let _ = (text, ctx);
        Reaction::NotMine
    }
    /// Takes a mouse event inside `ctx.area`.
    fn mouse(&mut self, mouse: MouseEvent, ctx: &Ctx<'_>) -> Reaction {
        let _ = (mouse, ctx);
        Reaction::NotMine
    }
    /// Takes the answer to an ask of its own; what it leaves alone and was refused becomes a toast.
    fn reply(&mut self, tag: u32, replied: &Replied, ctx: &Ctx<'_>) -> Reaction {
        let _ = (tag, replied, ctx);
        Reaction::NotMine
    }
    /// Looks at what changed: keeps its cursor on a row that is there, asks for what it lacks.
    fn refresh(&mut self, change: Change, ctx: &Ctx<'_>) -> Vec<Effect> {
        let _ = (change, ctx);
        Vec::new()
    }
    /// Draws its inside into `ctx.area`; the screen has drawn border and title.
    fn draw(&self, frame: &mut Frame<'_>, ctx: &Ctx<'_>);
}
