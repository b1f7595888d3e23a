//! Orders and fills of one book, or of one symbol across books: today's, and the newest before.
//! Must never show a history row where the view has a newer one, nor page further: screen 2 does.

pub mod keys;
pub mod view;

use std::collections::BTreeMap;

use crossterm::event::{KeyEvent, MouseEvent};
use jiff::civil::Date;
use ratatui::Frame;
use ratatui::text::Line;

use crate::desk::command::{Answer, OrderFilter, Query};
use crate::domain::ids::{OrderId, PortfolioId};
use crate::domain::orders::{Fill, Order};
use crate::domain::symbols::Symbol;

use super::super::action::Action;
use super::super::ask::{Replied, Reply, Want};
use super::super::ctx::{Ctx, Subject};
use super::super::effect::{Effect, Reaction};
use super::super::keymap::Context;
use super::super::names::PaneId;
use super::super::widgets::list::List;
use super::orders::columns;
use super::orders::{FillKey, Tab};
use super::{Change, Pane};
use view::Scope;

#[cfg(test)]
mod tests;

/// Rows of history that are fetched.
const ROWS: u32 = 200;
/// Tag of what is copied; asks for history have the tags above it.
const COPIED: u32 = 0;

/// What the rows are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// A book.
    Book(PortfolioId),
    /// A symbol, in every book one may see.
    Symbol(Symbol),
}

impl Of {
    fn holds(self, portfolio: PortfolioId, symbol: Symbol) -> bool {
        match self {
            Self::Book(of) => of == portfolio,
            Self::Symbol(of) => of == symbol,
        }
    }
    const fn book(self) -> Option<PortfolioId> {
        match self {
            Self::Book(of) => Some(of),
            Self::Symbol(_) => None,
        }
    }
    const fn symbol(self) -> Option<Symbol> {
        match self {
            Self::Book(_) => None,
            Self::Symbol(of) => Some(of),
        }
    }
}

/// What history answered.
#[derive(Default)]
struct Past {
    orders: BTreeMap<OrderId, Order>,
    fills: BTreeMap<FillKey, Fill>,
    /// Orders and fills there are in all.
    totals: (usize, usize),
    failed: Option<String>,
}

/// Orders and fills of one book or symbol.
pub struct DealingsPane {
    id: PaneId,
    scope: Scope,
    tab: Tab,
    orders: List<OrderId>,
    fills: List<FillKey>,
    past: Past,
    asked: Option<(Of, Date)>,
    tags: (u32, u32),
}

impl DealingsPane {
    /// Those of the chosen portfolio, or of the chosen symbol.
    pub fn new(id: PaneId, scope: Scope) -> Self {
        Self {
            id,
            scope,
            tab: Tab::default(),
            orders: List::default(),
            fills: List::default(),
            past: Past::default(),
            asked: None,
            tags: (COPIED, COPIED),
        }
    }

    fn of(&self, ctx: &Ctx<'_>) -> Option<Of> {
        match self.scope {
            Scope::Book => ctx.chosen.portfolio.map(Of::Book),
            Scope::Symbol => ctx.chosen.symbol.map(Of::Symbol),
        }
    }

    /// Orders of the view and of history, those of the view first.
    fn all_orders<'a>(&'a self, ctx: &Ctx<'a>) -> Vec<&'a Order> {
        let Some(of) = self.of(ctx) else { return Vec::new() };
        let past = self.past.orders.values().filter(|o| !ctx.view.orders.contains_key(&o.id));
        let all = ctx.view.orders.values().chain(past);
        all.filter(|order| of.holds(order.portfolio, order.draft.symbol)).collect()
    }

    fn all_fills<'a>(&'a self, ctx: &Ctx<'a>) -> Vec<(&'a FillKey, &'a Fill)> {
        let Some(of) = self.of(ctx) else { return Vec::new() };
        let past = self.past.fills.iter().filter(|(key, _)| !ctx.view.fills.contains_key(*key));
        let all = ctx.view.fills.iter().chain(past);
        all.filter(|(_, fill)| of.holds(fill.portfolio, fill.symbol)).collect()
    }

    /// The orders of the tab as filtered and sorted.
    fn shown<'a>(&'a self, ctx: &Ctx<'a>) -> Vec<&'a Order> {
        let mut orders = self.all_orders(ctx);
        orders.retain(|order| {
            (self.tab == Tab::All || !order.state.is_final()) && {
                let texts = columns::texts(order, ctx);
                self.orders.keeps(texts.iter().map(String::as_str))
            }
        });
        columns::sort(&mut orders, self.scope.cells(), self.orders.sort(), ctx);
        orders
    }

    fn order_keys(&self, ctx: &Ctx<'_>) -> Vec<OrderId> {
        self.shown(ctx).into_iter().map(|order| order.id).collect()
    }

    /// The fills as filtered and sorted.
    fn shown_fills<'a>(&'a self, ctx: &Ctx<'a>) -> Vec<(&'a FillKey, &'a Fill)> {
        let mut fills = self.all_fills(ctx);
        fills.retain(|(_, fill)| {
            let name = ctx.portfolio_name(fill.portfolio);
            self.fills.keeps([fill.symbol.as_str(), fill.side.as_str(), name.as_str()])
        });
        view::sort_fills(&mut fills, self.scope, self.fills.sort(), ctx);
        fills
    }

    fn fill_keys(&self, ctx: &Ctx<'_>) -> Vec<FillKey> {
        self.shown_fills(ctx).into_iter().map(|(key, _)| key.clone()).collect()
    }

    fn keep(&mut self, ctx: &Ctx<'_>) {
        self.orders.keep(&self.order_keys(ctx));
        self.fills.keep(&self.fill_keys(ctx));
    }

    /// The order the cursor is on: the row's own, or the fill's.
    fn selected(&self, ctx: &Ctx<'_>) -> Option<OrderId> {
        match self.tab {
            Tab::Working | Tab::All => self.orders.selected(&self.order_keys(ctx)).copied(),
            Tab::Fills => {
                let keys = self.fill_keys(ctx);
                let key = self.fills.selected(&keys)?;
                self.all_fills(ctx).into_iter().find(|(k, _)| *k == key).map(|(_, fill)| fill.order)
            }
        }
    }

    fn order<'a>(&'a self, id: OrderId, ctx: &Ctx<'a>) -> Option<&'a Order> {
        ctx.view.orders.get(&id).or_else(|| self.past.orders.get(&id))
    }

    /// Asks for history where it is of something else, or of a day that is over.
    fn ask(&mut self, again: bool, ctx: &Ctx<'_>) -> Vec<Effect> {
        let of = self.of(ctx).filter(|_| !ctx.area.is_empty());
        let Some(of) = of else { return Vec::new() };
        let day = ctx.view.schedule.trading_day(ctx.now.market);
        if self.asked == Some((of, day)) && !again {
            return Vec::new();
        }
        if self.asked.is_none_or(|(before, _)| before != of) {
            self.past = Past::default();
        }
        self.asked = Some((of, day));
        let tag = self.tags.0.max(self.tags.1).wrapping_add(1).max(1);
        self.tags = (tag, tag + 1);
        let (portfolio, symbol) = (of.book(), of.symbol());
        let filter = OrderFilter { portfolio, symbol, limit: ROWS, ..OrderFilter::default() };
        let fills = Query::Fills { portfolio, symbol, offset: 0, limit: ROWS };
        vec![
            Effect::Ask(self.tags.0, Want::Query(Query::Orders(filter))),
            Effect::Ask(self.tags.1, Want::Query(fills)),
        ]
    }

    fn take(&mut self, tag: u32, replied: &Replied) {
        let count = |total: u32| usize::try_from(total).unwrap_or(usize::MAX);
        match replied {
            Ok(Reply::Answer(Answer::Orders(page))) if tag == self.tags.0 => {
                self.past.totals.0 = count(page.total);
                self.past.orders = page.rows.iter().map(|o| (o.id, o.clone())).collect();
            }
            Ok(Reply::Answer(Answer::Fills(page))) if tag == self.tags.1 => {
                self.past.totals.1 = count(page.total);
                let key = |fill: &Fill| (fill.client_id.as_str().to_owned(), fill.total);
                self.past.fills = page.rows.iter().map(|f| (key(f), f.clone())).collect();
            }
            Err(rejection) if tag == self.tags.0 || tag == self.tags.1 => {
                self.past.failed = Some(super::super::ask::words(rejection));
            }
            _ => {}
        }
    }
}

impl Pane for DealingsPane {
    fn id(&self) -> PaneId {
        self.id
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
        let found = order.and_then(|id| self.order(id, ctx));
        Subject {
            order,
            symbol: found.map(|order| order.draft.symbol),
            portfolio: found.map(|order| order.portfolio),
        }
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
        self.take(tag, replied);
        self.keep(ctx);
        Reaction::done()
    }
    fn refresh(&mut self, change: Change, ctx: &Ctx<'_>) -> Vec<Effect> {
        if change == Change::Prices {
            return Vec::new();
        }
        if change != Change::Time {
            self.keep(ctx);
        }
        self.ask(change == Change::Shown, ctx)
    }
    fn draw(&self, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
        view::draw(self, frame, ctx);
    }
}
