//! The Desk's orders: working ones, all of today's, and the fills; a row opens to its timeline.
//! Must never hold an order: it holds cursor, filter, tab, and the timelines that are open.

pub mod columns;
pub mod keys;
pub mod record;
pub mod timeline;
pub mod unfolded;
pub mod view;
pub mod words;

#[cfg(test)]
mod tests;

use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::Frame;
use ratatui::text::Line;

use crate::domain::ids::OrderId;
use crate::domain::numbers::Qty;
use crate::domain::orders::{Fill, Order};

use super::super::action::Action;
use super::super::ask::Replied;
use super::super::ctx::{Ctx, Subject};
use super::super::effect::{Effect, Reaction};
use super::super::keymap::Context;
use super::super::names::PaneId;
use super::super::widgets::list::List;
use super::{Change, Pane};
use unfolded::Unfolded;

/// What the pane shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// Orders that are not final.
    #[default]
    Working,
    /// Working orders and those that changed today.
    All,
    /// Fills of today.
    Fills,
}

impl Tab {
    /// All three, in the order in which they are turned.
    pub const ALL: [Self; 3] = [Self::Working, Self::All, Self::Fills];
}

/// A row: an order, or a line of its timeline below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowKey {
    /// An order.
    Order(OrderId),
    /// A line of its timeline, counted from 0.
    Line(OrderId, usize),
}

impl RowKey {
    /// The order it belongs to.
    pub const fn order(self) -> OrderId {
        match self {
            Self::Order(id) | Self::Line(id, _) => id,
        }
    }
}

/// A fill's key: its client order id, and the total after it.
pub type FillKey = (String, Qty);

/// The orders pane.
#[derive(Default)]
pub struct OrdersPane {
    tab: Tab,
    orders: List<RowKey>,
    fills: List<FillKey>,
    unfolded: Unfolded,
}

/// Tag of what is copied; timelines have the tags above it.
const COPIED: u32 = 0;

impl OrdersPane {
    /// The orders of the tab as filtered and sorted.
    fn shown<'v>(&self, ctx: &Ctx<'v>) -> Vec<&'v Order> {
        let on_tab = |order: &&Order| self.tab == Tab::All || !order.state.is_final();
        let mut orders: Vec<&Order> = ctx.view.orders.values().filter(on_tab).collect();
        if !self.orders.filter().is_empty() {
            orders.retain(|order| {
                let texts = columns::texts(order, ctx);
                self.orders.keeps(texts.iter().map(String::as_str))
            });
        }
        columns::sort(&mut orders, &view::CELLS, self.orders.sort(), ctx);
        orders
    }

    /// The rows of the tab: orders, each followed by its timeline where that is open.
    fn keys(&self, ctx: &Ctx<'_>) -> Vec<RowKey> {
        let mut keys = Vec::new();
        for order in self.shown(ctx) {
            keys.push(RowKey::Order(order.id));
            let lines = self.unfolded.lines_of(order.id);
            keys.extend((0..lines).map(|line| RowKey::Line(order.id, line)));
        }
        keys
    }

    /// The fills as filtered and sorted, the newest first unless sorted otherwise.
    fn shown_fills<'v>(&self, ctx: &Ctx<'v>) -> Vec<(&'v FillKey, &'v Fill)> {
        let mut fills: Vec<_> = ctx.view.fills.iter().collect();
        if !self.fills.filter().is_empty() {
            fills.retain(|(_, fill)| {
                let name = ctx.portfolio_name(fill.portfolio);
                self.fills.keeps([fill.symbol.as_str(), fill.side.as_str(), name.as_str()])
            });
        }
        view::sort_fills(&mut fills, self.fills.sort(), ctx);
        fills
    }

    /// The rows of the fills tab.
    fn fill_keys(&self, ctx: &Ctx<'_>) -> Vec<FillKey> {
        self.shown_fills(ctx).into_iter().map(|(key, _)| key.clone()).collect()
    }

    /// The order the cursor is on: the row's own, the timeline line's, or the fill's.
    fn selected(&self, ctx: &Ctx<'_>) -> Option<OrderId> {
        match self.tab {
            Tab::Working | Tab::All => self.orders.selected(&self.keys(ctx)).map(|key| key.order()),
            Tab::Fills => {
                let keys = self.fill_keys(ctx);
                let key = self.fills.selected(&keys)?;
                ctx.view.fills.get(key).map(|fill| fill.order)
            }
        }
    }

    /// The orders that are marked.
    fn marked(&self) -> Vec<OrderId> {
        self.orders.marks().iter().map(|key| key.order()).collect()
    }
}

impl Pane for OrdersPane {
    fn id(&self) -> PaneId {
        PaneId::Orders
    }
    fn title(&self, ctx: &Ctx<'_>) -> Line<'static> {
        view::title(self, ctx)
    }
    fn title_right(&self, ctx: &Ctx<'_>) -> Line<'static> {
        view::title_right(self, ctx)
    }
    fn contexts(&self) -> &'static [Context] {
        &[Context::Orders, Context::List]
    }
    fn takes_text(&self) -> bool {
        match self.tab {
            Tab::Working | Tab::All => self.orders.is_filtering(),
            Tab::Fills => self.fills.is_filtering(),
        }
    }
    fn subject(&self, ctx: &Ctx<'_>) -> Subject {
        let order = self.selected(ctx);
        let Some(found) = order.and_then(|id| ctx.view.orders.get(&id)) else {
            return Subject { order, ..Subject::default() };
        };
        Subject { order, symbol: Some(found.draft.symbol), portfolio: Some(found.portfolio) }
    }
    fn refuses(&self, action: Action, ctx: &Ctx<'_>) -> Option<String> {
        keys::refuses(self, action, ctx)
    }
    fn act(&mut self, action: Action, ctx: &Ctx<'_>) -> Reaction {
        keys::act(self, action, ctx)
    }
    fn key(&mut self, key: KeyEvent, ctx: &Ctx<'_>) -> Reaction {
        keys::key(self, key, ctx)
    }
    fn paste(&mut self, text: &str, ctx: &Ctx<'_>) -> Reaction {
        keys::paste(self, text, ctx)
    }
    fn mouse(&mut self, mouse: MouseEvent, ctx: &Ctx<'_>) -> Reaction {
        keys::mouse(self, mouse, ctx)
    }
    fn reply(&mut self, tag: u32, replied: &Replied, ctx: &Ctx<'_>) -> Reaction {
        if tag == COPIED {
            return match replied {
                Ok(_) => Reaction::with(Effect::say("Copied")),
                Err(_) => Reaction::NotMine,
            };
        }
        self.unfolded.take(tag, replied);
        self.orders.keep(&self.keys(ctx));
        Reaction::done()
    }
    fn refresh(&mut self, change: Change, ctx: &Ctx<'_>) -> Vec<Effect> {
        if !matches!(change, Change::Shown | Change::View) {
            return Vec::new();
        }
        let effects = self.unfolded.ask(ctx);
        self.orders.keep(&self.keys(ctx));
        self.fills.keep(&self.fill_keys(ctx));
        effects
    }
    fn draw(&self, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
        view::draw(self, frame, ctx);
    }
}
