//! The timelines that are open below their orders: asked for, kept as new as the order is.
//! Must never ask twice for what is on its way.

use std::collections::BTreeMap;

use crate::desk::command::{Answer, Query, TimelineLine};
use crate::domain::ids::OrderId;

use crate::tui::ask::{Replied, Reply, Want};
use crate::tui::ctx::Ctx;
use crate::tui::effect::Effect;

/// The timelines that are open.
#[derive(Default)]
pub struct Unfolded {
    open: BTreeMap<OrderId, Open>,
    tag: u32,
}

struct Open {
    /// Version of the order that the newest question was about.
    asked: Option<i64>,
    /// Tag of the newest question.
    tag: u32,
    lines: Result<Vec<TimelineLine>, String>,
}

/// What stands in one line below an order.
pub enum Below<'a> {
    /// A line of its timeline.
    Line(&'a TimelineLine),
    /// Nothing is known yet.
    Waiting,
    /// It cannot be had, and why.
    Failed(&'a str),
}

impl Unfolded {
    /// True where this order's timeline is open.
    pub fn is_open(&self, id: OrderId) -> bool {
        self.open.contains_key(&id)
    }
    /// Opens a timeline; what to ask comes out.
    pub fn unfold(&mut self, id: OrderId, ctx: &Ctx<'_>) -> Vec<Effect> {
        let nothing = Open { asked: None, tag: 0, lines: Ok(Vec::new()) };
        self.open.entry(id).or_insert(nothing);
        self.ask(ctx)
    }
    /// Closes a timeline.
    pub fn fold(&mut self, id: OrderId) {
        self.open.remove(&id);
    }
    /// Asks anew for timelines whose order has changed; closes those whose order is gone.
    pub fn ask(&mut self, ctx: &Ctx<'_>) -> Vec<Effect> {
        self.open.retain(|id, _| ctx.view.orders.contains_key(id));
        let mut effects = Vec::new();
        for (id, open) in &mut self.open {
            let version = ctx.view.orders.get(id).map(|order| order.version);
            if version == open.asked {
                continue;
            }
            self.tag = self.tag.checked_add(1).unwrap_or(1);
            open.asked = version;
            open.tag = self.tag;
            effects.push(Effect::Ask(self.tag, Want::Query(Query::Timeline(*id))));
        }
        effects
    }
    /// Takes an answer in; one that a newer question has overtaken is dropped.
    pub fn take(&mut self, tag: u32, replied: &Replied) {
        let Some(open) = self.open.values_mut().find(|open| open.tag == tag) else { return };
        match replied {
            Ok(Reply::Answer(Answer::Timeline(lines))) => open.lines = Ok(lines.clone()),
            Ok(_) => {}
            Err(rejection) => open.lines = Err(rejection.to_string()),
        }
    }
    /// Lines below an order: none where it is closed, one at least where it is open.
    pub fn lines_of(&self, id: OrderId) -> usize {
        match self.open.get(&id).map(|open| &open.lines) {
            Some(Ok(lines)) => lines.len().max(1),
            Some(Err(_)) => 1,
            None => 0,
        }
    }
    /// One line below an order.
    pub fn line(&self, id: OrderId, line: usize) -> Below<'_> {
        match self.open.get(&id).map(|open| &open.lines) {
            Some(Ok(lines)) => lines.get(line).map_or(Below::Waiting, Below::Line),
            Some(Err(why)) => Below::Failed(why),
            None => Below::Waiting,
        }
    }
}
