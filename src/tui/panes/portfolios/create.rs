//! The form in which a new portfolio is named.
//! Must never make one by itself: it asks the desk, and shows what the desk refuses.

use crossterm::event::KeyEvent;
use ratatui::Frame;

use crate::bounds::{NAME_CHARS_MAX, NOTE_CHARS_MAX};
use crate::desk::command::{Command, Outcome};
use crate::domain::users::parse_name;

use super::super::super::action::Action;
use super::super::super::allocation;
use super::super::super::ask::{Replied, Reply, Want};
use super::super::super::ctx::Ctx;
use super::super::super::effect::{Effect, Layer, Reaction};
use super::super::super::keymap::Context;
use super::super::super::widgets::field::Field;
use super::super::super::widgets::form::{Entry, Form, FormMove};
use super::super::super::widgets::popup;

const NAME: usize = 0;
const KIND: usize = 1;
const DESCRIPTION: usize = 2;
const CASH: usize = 3;
const BUTTON: usize = 4;
const KINDS: [&str; 2] = ["shared", "personal"];
const WIDTH: u16 = 60;

/// The form.
pub struct Create {
    form: Form,
    waiting: bool,
}

impl Default for Create {
    /// An empty form.
    fn default() -> Self {
        let kinds = KINDS.iter().map(|kind| (*kind).to_owned()).collect();
        let mut form = Form::new(vec![
            Entry::text(Field::new("Name", NAME_CHARS_MAX)),
            Entry::choice("Kind", kinds, 0),
            Entry::text(Field::new("Description", NOTE_CHARS_MAX)),
            Entry::text(Field::new("Cash", allocation::CHARS_MAX)),
            Entry::button("Make it"),
        ]);
        form.set_hint(KIND, Some("shared with the team, or your own".to_owned()));
        form.set_hint(CASH, Some("dollars to trade with; empty for none".to_owned()));
        Self { form, waiting: false }
    }
}

impl Create {
    fn submit(&mut self) -> Reaction {
        if self.waiting {
            return Reaction::done();
        }
        let name = self.form.read(NAME, parse_name);
        let cash = self.form.read(CASH, allocation::read);
        let (Some(name), Some(allocation)) = (name, cash) else {
            self.form.focus_error();
            return Reaction::done();
        };
        self.waiting = true;
        let command = Command::CreatePortfolio {
            name,
            personal: KINDS[self.form.chosen(KIND)] == "personal",
            description: self.form.value(DESCRIPTION).trim().to_owned(),
            allocation,
        };
        Reaction::with(Effect::Ask(0, Want::Act(command)))
    }
}

impl Layer for Create {
    fn contexts(&self) -> &'static [Context] {
        &[Context::Form]
    }
    fn takes_text(&self) -> bool {
        self.form.is_on_text()
    }
    fn title(&self) -> String {
        "New portfolio".to_owned()
    }
    fn act(&mut self, action: Action, _ctx: &Ctx<'_>) -> Reaction {
        if action == Action::Close {
            return Reaction::with(Effect::Close);
        }
        match self.form.act(action) {
            FormMove::Pressed(BUTTON) => self.submit(),
            FormMove::No => Reaction::NotMine,
            _ => Reaction::done(),
        }
    }
    fn key(&mut self, key: KeyEvent, _ctx: &Ctx<'_>) -> Reaction {
        if self.form.key(key) == FormMove::No { Reaction::NotMine } else { Reaction::done() }
    }
    fn paste(&mut self, text: &str, _ctx: &Ctx<'_>) -> Reaction {
        if self.form.paste(text) == FormMove::No { Reaction::NotMine } else { Reaction::done() }
    }
    fn reply(&mut self, _tag: u32, replied: &Replied, _ctx: &Ctx<'_>) -> Reaction {
        self.waiting = false;
        match replied {
            Ok(Reply::Outcome(Outcome::Portfolio(id))) => {
                Reaction::Mine(vec![Effect::Close, Effect::ChoosePortfolio(*id)])
            }
            Ok(_) => Reaction::with(Effect::Close),
            Err(rejection) => {
                self.form.set_error(NAME, Some(rejection.to_string()));
                self.form.focus_error();
                Reaction::done()
            }
        }
    }
    fn is_dirty(&self) -> bool {
        [NAME, DESCRIPTION, CASH].into_iter().any(|field| !self.form.value(field).is_empty())
    }
    fn draw(&self, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
        let width = WIDTH.min(ctx.area.width);
        let height = self.form.height(width.saturating_sub(4)).saturating_add(2);
        let area = popup::centred(ctx.area, width, height);
        let inner = popup::draw(frame, area, &self.title(), ctx.theme);
        self.form.draw(frame, inner, ctx.theme);
    }
}
