//! The positions of the chosen portfolio: quantity, prices, value, day, unrealised, realised.
//! Must never keep figures: they are worked out from the position and the newest price when drawn.

pub mod keys;
pub mod record;
pub mod view;

use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::Frame;
use ratatui::text::Line;

use crate::domain::positions::Position;
use crate::domain::symbols::Symbol;

use super::super::action::Action;
use super::super::ask::Replied;
use super::super::ctx::{Ctx, Subject};
use super::super::effect::{Effect, Reaction};
use super::super::keymap::Context;
use super::super::names::PaneId;
use super::super::widgets::list::List;
use super::{Change, Pane};

#[cfg(test)]
mod tests;

/// The positions of the chosen portfolio.
#[derive(Default)]
pub struct PositionsPane {
    list: List<Symbol>,
}

impl PositionsPane {
    /// The symbols in sight, filtered and sorted; without a sort the open ones come first.
    fn keys(&self, ctx: &Ctx<'_>) -> Vec<Symbol> {
        let Some(book) = ctx.chosen.portfolio else { return Vec::new() };
        let name = |symbol: Symbol| ctx.view.assets.get(&symbol).map_or("", |a| a.name.as_str());
        let kept = |position: &&Position| {
            self.list.keeps([position.symbol.as_str(), name(position.symbol)])
        };
        let mut positions: Vec<Position> =
            ctx.view.positions_of(book).filter(kept).copied().collect();
        view::sort(&mut positions, self.list.sort(), ctx);
        positions.into_iter().map(|position| position.symbol).collect()
    }
}

impl Pane for PositionsPane {
    fn id(&self) -> PaneId {
        PaneId::Positions
    }
    fn title(&self, ctx: &Ctx<'_>) -> Line<'static> {
        view::title(ctx)
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
        let symbol = self.list.selected(&self.keys(ctx)).copied();
        Subject { portfolio: ctx.chosen.portfolio, symbol, order: None }
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
    fn reply(&mut self, _tag: u32, replied: &Replied, _ctx: &Ctx<'_>) -> Reaction {
        keys::copied(replied)
    }
    fn refresh(&mut self, change: Change, ctx: &Ctx<'_>) -> Vec<Effect> {
        if change != Change::Time {
            self.list.keep(&self.keys(ctx));
        }
        Vec::new()
    }
    fn draw(&self, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
        view::draw(self, frame, ctx);
    }
}
