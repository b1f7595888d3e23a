//! The form of a first start: the first admin, their password, the first portfolio.
//! Must never offer a default password.

use crate::bounds::{LOGIN_BYTES_MAX, NAME_CHARS_MAX, PASSWORD_BYTES_MAX, PASSWORD_CHARS_MIN};
use crate::desk::Founding;
use crate::domain::numbers::Money;
use crate::domain::users::{Login, parse_name};

use super::super::allocation;
use super::super::widgets::field::Field;
use super::super::widgets::form::{Entry, Form};

const LOGIN: usize = 0;
const NAME: usize = 1;
const PASSWORD: usize = 2;
const AGAIN: usize = 3;
const PORTFOLIO: usize = 4;
const CASH: usize = 5;

/// The form with nothing in it but the cash that there is to give, where the account has said it.
pub fn form(cash: Option<Money>) -> Form {
    let offered = cash.filter(|cash| cash.signum() > 0);
    let mut form = Form::new(vec![
        Entry::text(Field::new("Login", LOGIN_BYTES_MAX)),
        Entry::text(Field::new("Your name", NAME_CHARS_MAX)),
        Entry::text(Field::new("Password", PASSWORD_BYTES_MAX).secret()),
        Entry::text(Field::new("Once more", PASSWORD_BYTES_MAX).secret()),
        Entry::text(Field::new("Portfolio", NAME_CHARS_MAX)),
        Entry::text(Field::new("Its cash", allocation::CHARS_MAX).with(&allocation::text(offered))),
        Entry::button("Create the desk"),
    ]);
    form.set_hint(PASSWORD, Some(format!("{PASSWORD_CHARS_MIN} characters or more")));
    form.set_hint(PORTFOLIO, Some("the first shared book, like Main".to_owned()));
    let hint = match cash {
        Some(_) => "dollars to trade with; empty for none",
        None => "the account has not said; empty for none",
    };
    form.set_hint(CASH, Some(hint.to_owned()));
    form
}

/// What was typed, or the words beside the fields that say why not.
pub fn read_founding(form: &mut Form) -> Option<Founding> {
    let login = form.read(LOGIN, Login::parse);
    let name = form.read(NAME, parse_name);
    let password = form.read(PASSWORD, |text| {
        if text.chars().count() < PASSWORD_CHARS_MIN {
            Err(format!("{PASSWORD_CHARS_MIN} characters or more, not {}", text.chars().count()))
        } else {
            Ok(text.to_owned())
        }
    });
    let first = form.value(PASSWORD).to_owned();
    let again =
        form.read(AGAIN, |text| if text == first { Ok(()) } else { Err("not the same as above") });
    let portfolio = form.read(PORTFOLIO, parse_name);
    let allocation = form.read(CASH, allocation::read);
    form.focus_error();
    again?;
    Some(Founding {
        login: login?,
        name: name?,
        password: password?,
        portfolio: portfolio?,
        allocation: allocation?,
    })
}
