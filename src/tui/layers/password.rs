//! The form for a new password: one's own takes the one before it, the new one is typed twice.
//! Must never show one, nor keep it longer than it takes to ask the desk.

use crate::bounds::{PASSWORD_BYTES_MAX, PASSWORD_CHARS_MIN};
use crate::desk::refusal::{Refusal, Rejection};
use crate::domain::users::Login;

use super::super::ask::{Replied, Secret, Want, words};
use super::super::ctx::Ctx;
use super::super::effect::{Effect, Reaction, Toast, Tone};
use super::super::widgets::field::Field;
use super::super::widgets::form::{Entry, Form};
use super::form_box::FormBox;

const BEFORE: usize = 0;
const FIRST: usize = 1;
const AGAIN: usize = 2;

/// The form.
pub struct PasswordForm {
    login: Login,
    form: Form,
    busy: bool,
}

impl PasswordForm {
    /// For this person. Another's password is set without the one before it, and a demo has none.
    pub fn new(login: Login, ctx: &Ctx<'_>) -> Self {
        let field = |label| Entry::text(Field::new(label, PASSWORD_BYTES_MAX).secret());
        let mut form = Form::new(vec![
            field("Password now"),
            field("New password"),
            field("Once more"),
            Entry::button("Set password"),
        ]);
        let is_asked = login == ctx.view.me.login && !ctx.view.demo;
        form.set_hidden(BEFORE, !is_asked);
        form.focus_on(if is_asked { BEFORE } else { FIRST });
        form.set_hint(FIRST, Some(format!("{PASSWORD_CHARS_MIN} characters or more")));
        Self { login, form, busy: false }
    }
}

impl FormBox for PasswordForm {
    const WIDTH: u16 = 54;

    fn form(&self) -> &Form {
        &self.form
    }
    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }
    fn heading(&self) -> String {
        format!("Password of {}", self.login)
    }
    fn submit(&mut self) -> Reaction {
        let first = self.form.read(FIRST, |text| {
            if text.chars().count() < PASSWORD_CHARS_MIN {
                Err(format!("{PASSWORD_CHARS_MIN} characters or more"))
            } else {
                Ok(text.to_owned())
            }
        });
        let is_asked = !self.form.is_hidden(BEFORE);
        let before = self.form.read(BEFORE, |text| {
            if is_asked && text.is_empty() {
                Err("your password as it is now is needed")
            } else {
                Ok(text.to_owned())
            }
        });
        let same = self.form.value(FIRST).to_owned();
        let again = self
            .form
            .read(AGAIN, |text| if text == same { Ok(()) } else { Err("not the same as above") });
        let (Some(before), Some(password), Some(())) = (before, first, again) else {
            self.form.focus_error();
            return Reaction::done();
        };
        self.busy = true;
        let before = Secret(before);
        let login = self.login.clone();
        let want = Want::SetPassword { login, before, password: Secret(password) };
        Reaction::with(Effect::Ask(0, want))
    }
    fn answered(&mut self, replied: &Replied) -> Reaction {
        self.busy = false;
        match replied {
            Ok(_) => {
                let text = format!("The password of {} is set", self.login);
                let toast = Effect::Toast(Toast::new(Tone::Good, text));
                Reaction::Mine(vec![Effect::Close, toast])
            }
            Err(rejection) => {
                let about_before = matches!(
                    rejection,
                    Rejection::Refused(Refusal::WrongCredentials | Refusal::TooManyFailures { .. })
                );
                let field = if about_before { BEFORE } else { FIRST };
                let words = if *rejection == Refusal::WrongCredentials.into() {
                    "This is not your password now.".to_owned()
                } else {
                    words(rejection)
                };
                self.form.set_error(field, Some(words));
                self.form.focus_error();
                Reaction::done()
            }
        }
    }
    fn is_waiting(&self) -> bool {
        self.busy
    }
    fn has_changed(&self) -> bool {
        [BEFORE, FIRST].into_iter().any(|field| !self.form.value(field).is_empty())
    }
}
