//! The portfolios this person sees, as a tree: mine, shared, others; each with what it is worth.
//! Must never keep figures: they are worked out from positions, cash and prices when drawn.

pub mod create;
pub mod edit;
pub mod keys;
pub mod record;
pub mod rows;
pub mod view;

use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::Frame;
use ratatui::text::Line;

use crate::domain::ids::PortfolioId;

use super::super::action::Action;
use super::super::ask::Replied;
use super::super::ctx::{Ctx, Subject};
use super::super::effect::{Effect, Reaction};
use super::super::keymap::Context;
use super::super::names::PaneId;
use super::super::widgets::list::List;
use super::super::widgets::tree::Folds;
use super::{Change, Pane, positions};
use rows::{Group, Node};

#[cfg(test)]
mod tests;

/// The tree of portfolios.
#[derive(Default)]
pub struct PortfoliosPane {
    list: List<Node>,
    folds: Folds<Group>,
    chosen: Option<PortfolioId>,
}

impl PortfoliosPane {
    fn keys(&self, ctx: &Ctx<'_>) -> Vec<Node> {
        rows::nodes(&self.list, &self.folds, ctx)
    }
}

impl Pane for PortfoliosPane {
    fn id(&self) -> PaneId {
        PaneId::Portfolios
    }
    fn title(&self, _ctx: &Ctx<'_>) -> Line<'static> {
        view::title()
    }
    fn title_right(&self, ctx: &Ctx<'_>) -> Line<'static> {
        view::title_right(ctx)
    }
    fn contexts(&self) -> &'static [Context] {
        &[Context::Portfolios, Context::List]
    }
    fn takes_text(&self) -> bool {
        self.list.is_filtering()
    }
    fn subject(&self, ctx: &Ctx<'_>) -> Subject {
        let portfolio = match self.list.selected(&self.keys(ctx)) {
            Some(Node::Book(id)) => Some(*id),
            _ => None,
        };
        Subject { portfolio, ..Subject::default() }
    }
    fn refuses(&self, action: Action, ctx: &Ctx<'_>) -> Option<String> {
        let takes = matches!(action, Action::Copy | Action::Export);
        if takes && ctx.view.portfolios.is_empty() {
            return Some("There is no portfolio to take along".to_owned());
        }
        keys::refuses(action, ctx)
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
    fn reply(&mut self, _tag: u32, replied: &Replied, _ctx: &Ctx<'_>) -> Reaction {
        positions::keys::copied(replied)
    }
    fn refresh(&mut self, change: Change, ctx: &Ctx<'_>) -> Vec<Effect> {
        if matches!(change, Change::Prices | Change::Time) {
            return Vec::new();
        }
        let keys = self.keys(ctx);
        // Chosen elsewhere: the cursor follows, so that there is one answer to "which book".
        if ctx.chosen.portfolio != self.chosen {
            self.chosen = ctx.chosen.portfolio;
            let node = self.chosen.map(Node::Book).filter(|node| keys.contains(node));
            if let Some(node) = node {
                self.list.select(node, &keys);
            }
        }
        self.list.keep(&keys);
        Vec::new()
    }
    fn draw(&self, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
        view::draw(self, frame, ctx);
    }
}
