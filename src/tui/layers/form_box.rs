//! A layer that is one form in a box: keys, mouse and paste go into the form, its button sends it.
//! Must never know what is asked for: its owner says, and reads the answer.

use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::Frame;
use ratatui::layout::Rect;

use super::super::action::Action;
use super::super::ask::Replied;
use super::super::ctx::Ctx;
use super::super::effect::{Effect, Layer, Reaction};
use super::super::keymap::Context;
use super::super::widgets::form::{Form, FormMove};
use super::super::widgets::{pointer, popup};

/// One form in a box, above everything else.
pub trait FormBox: Send {
    /// Cells that the box takes across where there is room.
    const WIDTH: u16;

    /// The form.
    fn form(&self) -> &Form;
    /// The form, to fill it in.
    fn form_mut(&mut self) -> &mut Form;
    /// The words in the border.
    fn heading(&self) -> String;
    /// The button was pressed.
    fn submit(&mut self) -> Reaction;
    /// The desk has answered.
    fn answered(&mut self, replied: &Replied) -> Reaction {
        let _ = replied;
        Reaction::NotMine
    }
    /// True while the desk has it: it is not sent twice.
    fn is_waiting(&self) -> bool {
        false
    }
    /// True where leaving would lose what somebody typed.
    fn has_changed(&self) -> bool {
        false
    }
}

fn room<F: FormBox>(layer: &F, area: Rect) -> Rect {
    let width = F::WIDTH.min(area.width);
    popup::centred(area, width, layer.form().height(width.saturating_sub(4)).saturating_add(2))
}

fn reaction(layer: &mut impl FormBox, moved: FormMove) -> Reaction {
    match moved {
        FormMove::No => Reaction::NotMine,
        FormMove::Pressed(_) if !layer.is_waiting() => layer.submit(),
        _ => Reaction::done(),
    }
}

impl<F: FormBox> Layer for F {
    fn contexts(&self) -> &'static [Context] {
        &[Context::Form]
    }
    fn takes_text(&self) -> bool {
        self.form().is_on_text()
    }
    fn title(&self) -> String {
        self.heading()
    }
    fn act(&mut self, action: Action, _ctx: &Ctx<'_>) -> Reaction {
        if action == Action::Close {
            return Reaction::with(Effect::Close);
        }
        let moved = self.form_mut().act(action);
        reaction(self, moved)
    }
    fn key(&mut self, key: KeyEvent, _ctx: &Ctx<'_>) -> Reaction {
        if self.form_mut().key(key) == FormMove::No { Reaction::NotMine } else { Reaction::done() }
    }
    fn mouse(&mut self, mouse: MouseEvent, ctx: &Ctx<'_>) -> Reaction {
        let room = popup::inside(room(self, ctx.area));
        let moved = pointer::on_form(self.form_mut(), room, mouse);
        reaction(self, moved)
    }
    fn paste(&mut self, text: &str, _ctx: &Ctx<'_>) -> Reaction {
        // A paste fills in, and never presses.
        if self.form_mut().paste(text) == FormMove::No {
            Reaction::NotMine
        } else {
            Reaction::done()
        }
    }
    fn reply(&mut self, _tag: u32, replied: &Replied, _ctx: &Ctx<'_>) -> Reaction {
        self.answered(replied)
    }
    fn is_dirty(&self) -> bool {
        self.has_changed()
    }
    fn draw(&self, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
        let inner = popup::draw(frame, room(self, ctx.area), &self.heading(), ctx.theme);
        self.form().draw(frame, inner, ctx.theme);
    }
}
