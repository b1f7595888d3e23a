//! The form in which a portfolio's cash and its leave to go short are changed.
//! Must never change them by itself: it asks the desk, and shows what the desk refuses.

use crate::desk::command::Command;
use crate::domain::ids::PortfolioId;
use crate::domain::portfolios::Portfolio;

use super::super::super::allocation;
use super::super::super::ask::{Replied, Want, words};
use super::super::super::effect::{Effect, Reaction};
use super::super::super::layers::form_box::FormBox;
use super::super::super::widgets::field::Field;
use super::super::super::widgets::form::{Entry, Form};

const CASH: usize = 0;
const SHORT: usize = 1;
const ANSWERS: [&str; 2] = ["no", "yes"];

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
}

impl FormBox for Edit {
    const WIDTH: u16 = 60;

    fn form(&self) -> &Form {
        &self.form
    }
    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }
    fn heading(&self) -> String {
        format!("Portfolio {}", self.name)
    }
    fn submit(&mut self) -> Reaction {
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
    fn answered(&mut self, replied: &Replied) -> Reaction {
        self.waiting = false;
        let Err(rejection) = replied else { return Reaction::with(Effect::Close) };
        self.form.set_error(CASH, Some(words(rejection)));
        self.form.focus_error();
        Reaction::done()
    }
    fn is_waiting(&self) -> bool {
        self.waiting
    }
    fn has_changed(&self) -> bool {
        [CASH, SHORT].into_iter().any(|field| self.form.value(field) != self.before[field])
    }
}
