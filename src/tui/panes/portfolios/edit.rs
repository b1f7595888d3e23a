//! The form in which a portfolio's cash and its leave to go short are changed.
//! Must never change them by itself: it asks the desk, and shows what the desk refuses.

use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::desk::command::Command;
use crate::domain::ids::PortfolioId;
use crate::domain::portfolios::Portfolio;

use super::super::super::action::Action;
use super::super::super::allocation;
use super::super::super::ask::{Replied, Want, words};
use super::super::super::ctx::Ctx;
use super::super::super::effect::{Effect, Layer, Reaction};
use super::super::super::keymap::Context;
use super::super::super::widgets::field::Field;
use super::super::super::widgets::form::{Entry, Form, FormMove};
use super::super::super::widgets::{pointer, popup};

const CASH: usize = 0;
const SHORT: usize = 1;
const ANSWERS: [&str; 2] = ["no", "yes"];
const WIDTH: u16 = 60;

/// The form.
pub struct Edit {
    portfolio: PortfolioId,
    name: String,
    /// The version that is changed: the one that was seen when the form opened.
    version: i64,
    before: [String; 2],
    form: Form,
    waiting: bool,
}

impl Edit {
    /// The form of a portfolio as it is.
    pub fn new(book: &Portfolio) -> Self {
        let cash = allocation::text(book.allocation);
        let answers = ANSWERS.iter().map(|answer| (*answer).to_owned()).collect();
        let mut form = Form::new(vec![
            Entry::text(Field::new("Cash", allocation::CHARS_MAX).with(&cash)),
            Entry::choice("May go short", answers, usize::from(book.may_short)),
            Entry::button("Change it"),
        ]);
        form.set_hint(CASH, Some("dollars to trade with; empty for none".to_owned()));
        form.set_hint(SHORT, Some("no: it sells what it holds, and no more".to_owned()));
        let before = [form.value(CASH).to_owned(), form.value(SHORT).to_owned()];
        let (portfolio, name, version) = (book.id, book.name.clone(), book.version);
        Self { portfolio, name, version, before, form, waiting: false }
    }

    fn room(&self, area: Rect) -> Rect {
        let width = WIDTH.min(area.width);
        popup::centred(area, width, self.form.height(width.saturating_sub(4)).saturating_add(2))
    }

    fn submit(&mut self) -> Reaction {
        if self.waiting {
            return Reaction::done();
        }
        let Some(cash) = self.form.read(CASH, allocation::read) else {
            self.form.focus_error();
            return Reaction::done();
        };
        self.waiting = true;
        let command = Command::EditPortfolio {
            portfolio: self.portfolio,
            allocation: cash,
            may_short: ANSWERS[self.form.chosen(SHORT)] == "yes",
            version: self.version,
        };
        Reaction::with(Effect::Ask(0, Want::Act(command)))
    }
}

impl Layer for Edit {
    fn contexts(&self) -> &'static [Context] {
        &[Context::Form]
    }
    fn takes_text(&self) -> bool {
        self.form.is_on_text()
    }
    fn title(&self) -> String {
        format!("Portfolio {}", self.name)
    }
    fn act(&mut self, action: Action, _ctx: &Ctx<'_>) -> Reaction {
        if action == Action::Close {
            return Reaction::with(Effect::Close);
        }
        match self.form.act(action) {
            FormMove::Pressed(_) => self.submit(),
            FormMove::No => Reaction::NotMine,
            _ => Reaction::done(),
        }
    }
    fn key(&mut self, key: KeyEvent, _ctx: &Ctx<'_>) -> Reaction {
        if self.form.key(key) == FormMove::No { Reaction::NotMine } else { Reaction::done() }
    }
    fn mouse(&mut self, mouse: MouseEvent, ctx: &Ctx<'_>) -> Reaction {
        let room = popup::inside(self.room(ctx.area));
        match pointer::on_form(&mut self.form, room, mouse) {
            FormMove::No => Reaction::NotMine,
            FormMove::Pressed(_) => self.submit(),
            _ => Reaction::done(),
        }
    }
    fn paste(&mut self, text: &str, _ctx: &Ctx<'_>) -> Reaction {
        if self.form.paste(text) == FormMove::No { Reaction::NotMine } else { Reaction::done() }
    }
    fn reply(&mut self, _tag: u32, replied: &Replied, _ctx: &Ctx<'_>) -> Reaction {
        self.waiting = false;
        let Err(rejection) = replied else { return Reaction::with(Effect::Close) };
        self.form.set_error(CASH, Some(words(rejection)));
        self.form.focus_error();
        Reaction::done()
    }
    fn is_dirty(&self) -> bool {
        [CASH, SHORT].into_iter().any(|field| self.form.value(field) != self.before[field])
    }
    fn draw(&self, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
        let inner = popup::draw(frame, self.room(ctx.area), &self.title(), ctx.theme);
        self.form.draw(frame, inner, ctx.theme);
    }
}
