//! The form in which a new portfolio is named.
//! Must never make one by itself: it asks the desk, and shows what the desk refuses.

use crate::bounds::{NAME_CHARS_MAX, NOTE_CHARS_MAX};
use crate::desk::command::{Command, Outcome};
use crate::domain::users::parse_name;

use super::super::super::allocation;
use super::super::super::ask::{Replied, Reply, Want};
use super::super::super::effect::{Effect, Reaction};
use super::super::super::layers::form_box::FormBox;
use super::super::super::widgets::field::Field;
use super::super::super::widgets::form::{Entry, Form};

const NAME: usize = 0;
const KIND: usize = 1;
const DESCRIPTION: usize = 2;
const CASH: usize = 3;
const KINDS: [&str; 2] = ["shared", "personal"];

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

impl FormBox for Create {
    const WIDTH: u16 = 60;

    fn form(&self) -> &Form {
        &self.form
    }
    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }
    fn heading(&self) -> String {
        "New portfolio".to_owned()
    }
    fn submit(&mut self) -> Reaction {
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
    fn answered(&mut self, replied: &Replied) -> Reaction {
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
    fn is_waiting(&self) -> bool {
        self.waiting
    }
    fn has_changed(&self) -> bool {
        [NAME, DESCRIPTION, CASH].into_iter().any(|field| !self.form.value(field).is_empty())
    }
}
