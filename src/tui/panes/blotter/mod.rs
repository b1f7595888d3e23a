//! Screen 2: all orders of every portfolio in sight, by stage, paged, filtered and sorted by the
//! store. Must never hold more than one page: history is asked for as it is looked at.

pub mod export;
pub mod keys;
pub mod view;

#[cfg(test)]
mod tests;

use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::Frame;
use ratatui::text::Line;

use crate::desk::command::{Answer, OrderColumn, OrderFilter, Query, Stage};
use crate::domain::ids::OrderId;
use crate::domain::orders::Order;
use crate::domain::time::DeskTime;
use crate::tui::action::Action;
use crate::tui::ask::{Replied, Reply, Want};
use crate::tui::ctx::{Ctx, Subject};
use crate::tui::effect::{Effect, Reaction};
use crate::tui::keymap::Context;
use crate::tui::names::PaneId;
use crate::tui::widgets::list::List;

use super::{Change, Pane};

/// Orders of one page.
const PAGE_ROWS: u32 = 100;
/// Least time between two looks at the store for changes that nobody asked for, in milliseconds.
const LOOK_AGAIN_MS: i64 = 500;
/// Tag of what is copied; pages have the tags above it.
const COPIED: u32 = 0;

/// The stages in the order in which they are turned.
pub const STAGES: [Stage; 5] =
    [Stage::All, Stage::Working, Stage::Filled, Stage::Canceled, Stage::Refused];

/// The blotter.
pub struct BlotterPane {
    /// Index of the stage that is shown.
    stage: usize,
    list: List<OrderId>,
    /// The page that is here.
    rows: Vec<Order>,
    /// Rows before it, and rows there are in all.
    offset: u32,
    total: Option<u32>,
    /// Rows before the page that is wanted.
    wanted: u32,
    /// Where the cursor goes once the wanted page is here.
    land: Land,
    asked: Asked,
    error: Option<String>,
}

/// Where the cursor goes on a fresh page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Land {
    Stay,
    First,
    Last,
}

/// What was asked of the store.
#[derive(Default)]
struct Asked {
    /// Tag of the newest question.
    tag: u32,
    /// True until it is answered.
    waits: bool,
    /// When it was asked.
    at: DeskTime,
    /// True where something has changed since.
    is_stale: bool,
}

impl Default for BlotterPane {
    fn default() -> Self {
        Self {
            stage: 0,
            list: List::sorted(0, true),
            rows: Vec::new(),
            offset: 0,
            total: None,
            wanted: 0,
            land: Land::Stay,
            asked: Asked::default(),
            error: None,
        }
    }
}

impl BlotterPane {
    /// What is looked for: stage, filter text and sort; the page aside.
    fn filter(&self) -> OrderFilter {
        let sort = self.list.sort();
        let column = sort.and_then(|sort| view::CELLS.get(sort.column)?.sorted_as());
        OrderFilter {
            stage: STAGES[self.stage],
            text: self.list.filter().to_owned(),
            sort: column.unwrap_or(OrderColumn::Placed),
            descending: sort.is_none_or(|sort| sort.descending),
            ..OrderFilter::default()
        }
    }

    /// Asks for the wanted page.
    fn ask(&mut self, ctx: &Ctx<'_>) -> Effect {
        self.asked = Asked {
            tag: self.asked.tag.checked_add(1).unwrap_or(1),
            waits: true,
            at: ctx.now.desk,
            is_stale: false,
        };
        let filter = OrderFilter { offset: self.wanted, limit: PAGE_ROWS, ..self.filter() };
        Effect::Ask(self.asked.tag, Want::Query(Query::Orders(filter)))
    }

    /// Asks for the first page of other rows: another stage, filter or sort.
    fn ask_anew(&mut self, ctx: &Ctx<'_>) -> Effect {
        self.wanted = 0;
        self.land = Land::First;
        self.ask(ctx)
    }

    /// True where there is a page behind this one.
    fn has_next(&self) -> bool {
        self.total.is_some_and(|total| self.offset + PAGE_ROWS < total)
    }

    fn keys(&self) -> Vec<OrderId> {
        self.rows.iter().map(|order| order.id).collect()
    }

    /// An order of the page as it is now: the view may hold a newer row than the page.
    fn now<'a>(&'a self, id: OrderId, ctx: &Ctx<'a>) -> Option<&'a Order> {
        let row = self.rows.iter().find(|order| order.id == id);
        let live = ctx.view.orders.get(&id);
        match (row, live) {
            (Some(row), Some(live)) if live.version >= row.version => Some(live),
            (Some(row), _) => Some(row),
            (None, live) => live,
        }
    }

    fn selected<'a>(&'a self, ctx: &Ctx<'a>) -> Option<&'a Order> {
        let id = *self.list.selected(&self.keys())?;
        self.now(id, ctx)
    }

    fn take_page(&mut self, answer: &Answer) {
        let Answer::Orders(page) = answer else { return };
        self.rows.clone_from(&page.rows);
        self.offset = page.offset;
        self.total = Some(page.total);
        self.error = None;
        let keys = self.keys();
        let (first, last) = (keys.first().copied(), keys.last().copied());
        let target = match std::mem::replace(&mut self.land, Land::Stay) {
            Land::Stay => None,
            Land::First => first,
            Land::Last => last,
        };
        if let Some(target) = target {
            self.list.select(target, &keys);
        }
        self.list.keep(&keys);
    }
}

impl Pane for BlotterPane {
    fn id(&self) -> PaneId {
        PaneId::Blotter
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
        self.list.is_filtering()
    }
    fn subject(&self, ctx: &Ctx<'_>) -> Subject {
        self.selected(ctx).map_or_else(Subject::default, |order| Subject {
            order: Some(order.id),
            symbol: Some(order.draft.symbol),
            portfolio: Some(order.portfolio),
        })
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
        match (tag, replied) {
            (COPIED, Ok(_)) => return Reaction::with(Effect::say("Copied")),
            (COPIED, Err(_)) => return Reaction::NotMine,
            (tag, _) if tag != self.asked.tag => return Reaction::done(),
            (_, Ok(Reply::Answer(answer))) => self.take_page(answer),
            (_, Ok(_)) => {}
            (_, Err(rejection)) => self.error = Some(rejection.to_string()),
        }
        self.asked.waits = false;
        let total = self.total.unwrap_or(0);
        if self.rows.is_empty() && self.error.is_none() && total > 0 && self.wanted > 0 {
            // The history has become shorter than where we looked: its last page then.
            self.wanted = (total - 1) / PAGE_ROWS * PAGE_ROWS;
            return Reaction::with(self.ask(ctx));
        }
        Reaction::done()
    }
    fn refresh(&mut self, change: Change, ctx: &Ctx<'_>) -> Vec<Effect> {
        if change == Change::View {
            self.asked.is_stale = true;
        }
        let in_sight = !ctx.area.is_empty();
        let fresh = change == Change::Shown;
        let rested = ctx.now.desk.ms_since(self.asked.at) >= LOOK_AGAIN_MS;
        let due = self.asked.is_stale && !self.asked.waits && rested;
        if in_sight && (fresh || due) { vec![self.ask(ctx)] } else { Vec::new() }
    }
    fn draw(&self, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
        view::draw(self, frame, ctx);
    }
}
