//! What is said of a command once the desk has answered: what was done, and to whom.
//! Must never be said before the desk has answered.

use crate::desk::command::{Command, Outcome};
use crate::desk::view::View;

use super::super::ctx::Prefs;

/// The words for a command that a layer asked for, kept until its answer comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    done: String,
    already: String,
}

impl Told {
    /// The words for this command; none where the desk's own events tell of it.
    pub fn of(command: &Command, view: &View) -> Option<Self> {
        let (done, already) = match command {
            Command::SetGrant { portfolio, user, grant, .. } => {
                let book = view.portfolios.get(portfolio);
                let book = book.map_or_else(|| format!("#{portfolio}"), |(b, _)| b.name.clone());
                let who = view.people.get(user).map(|user| user.login.to_string());
                let who = who.unwrap_or_else(|| format!("#{user}"));
                match grant {
                    Some(grant) => (
                        format!("{who} has '{grant}' access to {book} now"),
                        format!("{who} has '{grant}' access to {book} already"),
                    ),
                    None => (
                        format!("{who} has no access to {book} any more"),
                        format!("{who} has no access to {book}"),
                    ),
                }
            }
            Command::SetActive { user, active, .. } => {
                let who = view.people.get(user).map(|user| user.login.to_string());
                let who = who.unwrap_or_else(|| format!("#{user}"));
                if *active {
                    (format!("{who} is switched on"), format!("{who} is switched on already"))
                } else {
                    (
                        format!("{who} is switched off: signed out everywhere, refused everywhere"),
                        format!("{who} is switched off already"),
                    )
                }
            }
            Command::CreateUser { login, role, .. } => {
                let done = format!(
                    "{login} is there, as {role}; ':password {login}' sets their first password"
                );
                (done, format!("{login} is there already"))
            }
            Command::CreatePortfolio { name, .. } => {
                (format!("Portfolio '{name}' is there"), format!("'{name}' is there already"))
            }
            Command::EditPortfolio { portfolio, allocation, may_short, .. } => {
                let (book, _) = view.portfolios.get(portfolio)?;
                let mut book = book.clone();
                (book.allocation, book.may_short) = (*allocation, *may_short);
                let words = format!("{}: {}", book.name, book.terms());
                (words.clone(), words)
            }
            Command::SaveSetting { name, value, .. } => {
                let words = format!("{} is {value}", Prefs::label(name));
                (format!("{words} now"), format!("{words} already"))
            }
            _ => return None,
        };
        Some(Self { done, already })
    }

    /// What came of it, in words.
    pub fn words(self, outcome: &Outcome) -> String {
        if *outcome == Outcome::Unchanged {
            format!("Nothing changed: {}", self.already)
        } else {
            self.done
        }
    }
}
