//! What the chart does with actions and the mouse.
//! Must never draw.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

use crate::domain::quotes::Range;

use super::super::super::action::Action;
use super::super::super::ctx::Ctx;
use super::super::super::effect::{Effect, Reaction};
use super::super::super::names::PaneId;
use super::{ChartPane, view};

/// Parts of the chart that a long step of the crosshair goes.
const LONG_STEPS: usize = 10;

/// Why an action cannot be done now.
pub fn refuses(pane: &ChartPane, action: Action, ctx: &Ctx<'_>) -> Option<String> {
    let why = match action {
        Action::Open if pane.id != PaneId::Chart => "This is the symbol's screen",
        Action::Crosshair if pane.course(ctx).is_none_or(|course| course.bars.is_empty()) => {
            "There is no bar to look at yet"
        }
        _ if ctx.chosen.symbol.is_none() && belongs(action) => "Choose a symbol first",
        _ => return None,
    };
    Some(why.to_owned())
}

const fn belongs(action: Action) -> bool {
    matches!(action, Action::Open | Action::NextRange | Action::PreviousRange)
}

/// Does an action.
pub fn act(pane: &mut ChartPane, action: Action, ctx: &Ctx<'_>) -> Reaction {
    match action {
        Action::Open => Reaction::with(Effect::Run(Action::Screen4)),
        Action::NextRange => turn(pane, 1, ctx),
        Action::PreviousRange => turn(pane, -1, ctx),
        Action::Crosshair if pane.cross.is_none() => stand(pane, usize::MAX, ctx),
        Action::Crosshair | Action::Close if pane.cross.is_some() => {
            pane.cross = None;
            Reaction::done()
        }
        _ => travel(pane, action, ctx),
    }
}

fn turn(pane: &mut ChartPane, by: isize, ctx: &Ctx<'_>) -> Reaction {
    let count = Range::ALL.len();
    let here = Range::ALL.iter().position(|range| *range == pane.range).unwrap_or(0);
    pane.range = Range::ALL[(here + count).saturating_add_signed(by) % count];
    pane.cross = None;
    pane.label(ctx);
    Reaction::Mine(pane.ask(ctx))
}

/// Moves the crosshair; without one, it comes up at the newest bar.
fn travel(pane: &mut ChartPane, action: Action, ctx: &Ctx<'_>) -> Reaction {
    let count = pane.course(ctx).map_or(0, |course| course.bars.len());
    let here = pane.crossed(ctx).unwrap_or(count);
    let long = (count / LONG_STEPS).max(1);
    let to = match action {
        Action::Left => here.saturating_sub(1),
        Action::Right => here + 1,
        Action::HalfUp => here.saturating_sub(long),
        Action::HalfDown => here + long,
        Action::First => 0,
        Action::Last => count,
        _ => return Reaction::NotMine,
    };
    stand(pane, to, ctx)
}

fn stand(pane: &mut ChartPane, on: usize, ctx: &Ctx<'_>) -> Reaction {
    let bars = pane.course(ctx).map_or(&[][..], |course| course.bars.as_slice());
    let bar = bars.get(on).or(bars.last());
    pane.cross = bar.map(|bar| bar.start);
    Reaction::done()
}

/// Takes the mouse: a click sets the crosshair, the wheel moves it.
pub fn mouse(pane: &mut ChartPane, mouse: MouseEvent, ctx: &Ctx<'_>) -> Reaction {
    match mouse.kind {
        MouseEventKind::Down(MouseButton::Left) => match view::step_at(pane, mouse.column, ctx) {
            Some(step) => stand(pane, step, ctx),
            None => Reaction::done(),
        },
        MouseEventKind::ScrollUp => travel(pane, Action::Left, ctx),
        MouseEventKind::ScrollDown => travel(pane, Action::Right, ctx),
        _ => Reaction::NotMine,
    }
}
