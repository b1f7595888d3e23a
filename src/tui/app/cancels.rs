//! Cancels that were asked for together: how many came, and which did not, in one toast each.
//! Must never keep a refusal to itself, nor speak of an order whose cancel was asked for alone.

use std::collections::{BTreeMap, BTreeSet};

use crate::desk::command::{Command, Outcome};
use crate::desk::event::{Event, EventKind, OrderStep};
use crate::desk::view::View;
use crate::domain::ids::OrderId;

use super::super::ask::{Asker, Replied, Reply};
use super::super::effect::{About, Toast, Tone};
use super::notices::terms;

/// What became of the cancels that were asked for together. Those that are asked for while others
/// are on their way join them.
#[derive(Default)]
pub struct Cancels {
    /// Asked of the desk, which has not answered.
    proposed: BTreeMap<(Asker, u32), Vec<OrderId>>,
    /// The desk has asked the venue, which has not answered.
    waiting: BTreeSet<OrderId>,
    asked: usize,
    canceled: usize,
    /// Which were refused, and why.
    refused: Vec<String>,
}

impl Cancels {
    /// Remembers which orders a command cancels, where that may be several.
    pub fn propose(&mut self, by: (Asker, u32), command: &Command, view: &View) {
        let orders: Vec<OrderId> = match command {
            Command::CancelOrders { orders } => orders.clone(),
            Command::Halt { .. } => {
                let working = view.orders.values().filter(|order| !order.state.is_final());
                working.map(|order| order.id).collect()
            }
            _ => return,
        };
        if orders.len() > 1 {
            self.proposed.insert(by, orders);
        }
    }

    /// The desk has answered: what it left alone is not waited for.
    pub fn answered(&mut self, by: (Asker, u32), replied: &Replied) {
        let Some(orders) = self.proposed.remove(&by) else { return };
        let Ok(Reply::Outcome(Outcome::Canceling { refused, .. })) = replied else { return };
        if self.waiting.is_empty() {
            (self.asked, self.canceled) = (0, 0);
            self.refused.clear();
        }
        let is_left = |id: &OrderId| refused.iter().any(|(left, _)| left == id);
        for id in orders.into_iter().filter(|id| !is_left(id)) {
            self.asked += usize::from(self.waiting.insert(id));
        }
    }

    /// The words for an event about one of these orders, in the place of words about it alone.
    pub fn notice(&mut self, event: &Event) -> Option<Toast> {
        let (order, step) = match &event.kind {
            EventKind::Order { order, step, .. } => (order.as_ref(), Some(step)),
            EventKind::Filled(filled) => (&filled.order, None),
            _ => return None,
        };
        match step {
            Some(OrderStep::Canceled) if self.waiting.remove(&order.id) => {
                self.canceled += 1;
                Some(self.count())
            }
            Some(OrderStep::CancelRefused(why)) if self.waiting.remove(&order.id) => {
                self.refused.push(format!("{}. {why}", terms(order)));
                let text = format!("Not canceled: {}", self.refused.join(" · "));
                Some(Toast::new(Tone::Warning, text).about(About::RefusedCancels))
            }
            // Another end is told as it always is.
            _ => {
                if order.state.is_final() {
                    self.waiting.remove(&order.id);
                }
                None
            }
        }
    }

    /// What happened unheard, because the view was made anew.
    pub fn look(&mut self, view: &View) {
        let is_open = |id: &OrderId| view.orders.get(id).is_some_and(|o| !o.state.is_final());
        let ended: Vec<OrderId> = self.waiting.iter().copied().filter(|id| !is_open(id)).collect();
        for id in ended {
            self.waiting.remove(&id);
            let word = view.orders.get(&id).map(|order| order.state.word());
            self.canceled += usize::from(word == Some("canceled"));
        }
    }

    fn count(&self) -> Toast {
        let (canceled, asked) = (self.canceled, self.asked);
        let text = if canceled == asked {
            format!("{asked} orders canceled")
        } else {
            format!("{canceled} of {asked} orders canceled")
        };
        Toast::new(Tone::Plain, text).about(About::Cancels)
    }
}
