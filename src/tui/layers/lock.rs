//! A locked screen: prices go on below it, and nothing else is heard before the password.
//! Must never go away by itself, nor tell what was on top of it.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::bounds::PASSWORD_BYTES_MAX;

use super::super::action::Action;
use super::super::ask::{Replied, Secret, Want, words};
use super::super::ctx::Ctx;
use super::super::effect::{Effect, Layer, Reaction};
use super::super::keymap::Context;
use super::super::theme::Role;
use super::super::widgets::field::Field;
use super::super::widgets::popup;

/// The question for the password.
pub struct Lock {
    field: Field,
    error: Option<String>,
    busy: bool,
}

impl Default for Lock {
    fn default() -> Self {
        let field = Field::new("Password", PASSWORD_BYTES_MAX).secret();
        Self { field, error: None, busy: false }
    }
}

impl Layer for Lock {
    fn contexts(&self) -> &'static [Context] {
        &[Context::Form]
    }
    fn takes_text(&self) -> bool {
        true
    }
    fn title(&self) -> String {
        "Locked".to_owned()
    }
    fn act(&mut self, action: Action, _ctx: &Ctx<'_>) -> Reaction {
        if action != Action::Accept || self.busy {
            return Reaction::done();
        }
        self.busy = true;
        let password = Secret(self.field.value().to_owned());
        self.field.clear();
        Reaction::with(Effect::Ask(0, Want::Unlock(password)))
    }
    fn key(&mut self, key: KeyEvent, _ctx: &Ctx<'_>) -> Reaction {
        if self.field.key(key) {
            self.error = None;
            return Reaction::done();
        }
        Reaction::NotMine
    }
    fn paste(&mut self, text: &str, _ctx: &Ctx<'_>) -> Reaction {
        self.field.paste(text);
        Reaction::done()
    }
    fn reply(&mut self, _tag: u32, replied: &Replied, _ctx: &Ctx<'_>) -> Reaction {
        self.busy = false;
        match replied {
            Ok(_) => Reaction::Mine(vec![Effect::Unlocked, Effect::Close]),
            Err(rejection) => {
                self.error = Some(words(rejection));
                Reaction::done()
            }
        }
    }
    fn refuses(&self, action: Action, _ctx: &Ctx<'_>) -> Option<String> {
        (action != Action::Accept).then(|| "The screen is locked".to_owned())
    }
    fn draw(&self, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
        let area = popup::centred(ctx.area, 56, 7);
        let inner = popup::draw(frame, area, "Locked", ctx.theme);
        let me = &ctx.view.me;
        let key = ctx.key(&[Context::Form], Action::Accept);
        let lead = if ctx.view.demo {
            format!("{} ({}): {key} goes on, a demo needs no password.", me.name, me.login)
        } else {
            format!("{} ({}): your password, then {key}.", me.name, me.login)
        };
        let mut row = 0;
        let mut line = |frame: &mut Frame<'_>, text: &str, role| {
            for text in popup::wrap(text, inner.width) {
                if row < inner.height {
                    let style = ctx.style(role);
                    let width = usize::from(inner.width);
                    frame.buffer_mut().set_stringn(inner.x, inner.y + row, text, width, style);
                    row += 1;
                }
            }
        };
        line(frame, &lead, Role::Text);
        match (&self.error, self.busy) {
            (_, true) => line(frame, "Checking ...", Role::Muted),
            (Some(error), _) => line(frame, error, Role::Error),
            (None, _) => line(frame, "Prices go on; nothing else is heard.", Role::Muted),
        }
        if inner.height > 2 {
            let field = Rect { y: inner.bottom() - 1, height: 1, ..inner };
            self.field.draw(frame, field, ctx.style(Role::FieldFocus), true);
        }
    }
}
