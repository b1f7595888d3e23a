//! The market clock: open or closed, exchange time with its zone, countdown to the next change.
//! Must never decide what is allowed at which hour: the desk does.

pub mod view;

use ratatui::Frame;
use ratatui::text::Line;

use super::super::action::Action;
use super::super::ctx::Ctx;
use super::super::effect::Reaction;
use super::super::keymap::Context;
use super::super::names::PaneId;
use super::Pane;

#[cfg(test)]
mod tests;

/// The market clock; it takes no keys.
pub struct Clock;

impl Pane for Clock {
    fn id(&self) -> PaneId {
        PaneId::Clock
    }
    fn title(&self, _ctx: &Ctx<'_>) -> Line<'static> {
        Line::raw("Clock")
    }
    fn contexts(&self) -> &'static [Context] {
        &[]
    }
    fn act(&mut self, _action: Action, _ctx: &Ctx<'_>) -> Reaction {
        Reaction::NotMine
    }
    fn draw(&self, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
        let line = view::line(ctx, ctx.area.width);
        frame.render_widget(line.right_aligned(), ctx.area);
    }
}
