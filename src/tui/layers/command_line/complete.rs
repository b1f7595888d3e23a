//! What could stand at the end of a command line.
//! Must never offer what this person cannot see.

use crate::domain::orders::TimeInForce;
use crate::domain::roles::{Grant, RoleName};

use super::super::super::action::Action;
use super::super::super::ctx::{Ctx, Prefs};
use super::super::super::theme::Themes;
use super::verbs::{Slot, VERBS, verb};
use super::words::{quoted, words};

/// Candidates shown at most.
const CANDIDATES_MAX: usize = 200;

/// One thing that could stand there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The word, quoted where it has to be.
    pub text: String,
    /// What it is.
    pub about: String,
}

/// What could stand at the end of `line`, and where the word it would take the place of begins.
pub fn complete(line: &str, ctx: &Ctx<'_>) -> (usize, Vec<Candidate>) {
    let mut words = words(line);
    let open_quote = line.matches('"').count() % 2 == 1;
    let at_new = line.ends_with(char::is_whitespace) && !open_quote;
    let (start, typed) = match words.pop().filter(|_| !at_new) {
        Some(last) => (last.start, last.text.to_lowercase()),
        None => (line.len(), String::new()),
    };
    let before = if at_new { super::words::words(line) } else { words };
    let before: Vec<&str> = before.iter().map(|word| word.text.as_str()).collect();
    let all = match before.split_first() {
        None => first_words(),
        Some((first, rest)) => verb(first).map_or_else(Vec::new, |verb| {
            let slot = verb.slots.get(rest.len()).or(verb.slots.last()).copied();
            let last = rest.last().copied().unwrap_or_default();
            slot.map_or_else(Vec::new, |slot| of_slot(slot, last, ctx))
        }),
    };
    let begins = |candidate: &Candidate| {
        candidate.text.trim_start_matches('"').to_lowercase().starts_with(&typed)
    };
    let kept = all.into_iter().filter(begins).take(CANDIDATES_MAX).collect();
    (start, kept)
}

fn candidate(text: impl AsRef<str>, about: impl Into<String>) -> Candidate {
    Candidate { text: quoted(text.as_ref()), about: about.into() }
}

fn first_words() -> Vec<Candidate> {
    let verbs =
        VERBS.iter().map(|verb| candidate(verb.name, format!("{}: {}", verb.help, verb.usage)));
    let named = Action::TABLE.iter().filter(|spec| spec.listed && verb(spec.name).is_none());
    verbs.chain(named.map(|spec| candidate(spec.name, spec.help))).collect()
}

fn of_slot(slot: Slot, last: &str, ctx: &Ctx<'_>) -> Vec<Candidate> {
    let texts = |texts: &[(&str, &str)]| -> Vec<Candidate> {
        texts.iter().map(|(text, about)| candidate(text, *about)).collect()
    };
    match slot {
        Slot::Quantity | Slot::Words => Vec::new(),
        Slot::Symbol | Slot::Which => symbols(ctx),
        Slot::Terms if last == "in" => portfolios(ctx),
        Slot::Terms if matches!(last, "@" | "limit" | "stop" | "trail" | "profit" | "loss") => {
            Vec::new()
        }
        Slot::Terms => {
            let mut terms = texts(&[
                ("@", "limit price follows"),
                ("stop", "stop price follows"),
                ("trail", "distance follows: 0.50 or 2%"),
                ("profit", "take profit follows: with a loss a bracket, alone an oto"),
                ("loss", "stop loss follows"),
                ("oco", "the limit and a loss: one cancels the other"),
                ("extended", "works before and after hours too"),
                ("in", "portfolio follows"),
            ]);
            terms.extend(TimeInForce::ALL.map(|tif| candidate(tif.as_str(), "time in force")));
            terms
        }
        Slot::All => {
            let mut which = texts(&[
                ("all", "every working order you may cancel"),
                ("mine", "your own"),
                ("buys", "all that buy"),
                ("sells", "all that sell"),
            ]);
            which.extend(symbols(ctx));
            which
        }
        Slot::Theme => Themes::ORDER.iter().map(|name| candidate(name, "theme")).collect(),
        Slot::UserDeed => texts(&[
            ("add", "add a person"),
            ("off", "switch a person off: refused everywhere at once"),
            ("on", "switch a person on again"),
        ]),
        Slot::New => {
            let mut names =
                texts(&[("new", "make one"), ("edit", "change its cash, let it go short")]);
            names.extend(portfolios(ctx));
            names
        }
        Slot::Login => ctx
            .view
            .people
            .values()
            .map(|user| candidate(user.login.as_str(), format!("{}, {}", user.name, user.role)))
            .collect(),
        Slot::Role => RoleName::ALL.iter().map(|role| candidate(role.as_str(), "role")).collect(),
        Slot::Portfolio => portfolios(ctx),
        Slot::Grant => {
            let mut grants: Vec<Candidate> =
                Grant::ALL.iter().map(|grant| candidate(grant.as_str(), "access")).collect();
            grants.push(candidate("none", "take the access away"));
            grants
        }
        Slot::Setting => Prefs::NAMES.iter().map(|(name, about)| candidate(name, *about)).collect(),
        Slot::Kind => texts(&[("shared", "given out by grants"), ("personal", "your own")]),
    }
}

fn symbols(ctx: &Ctx<'_>) -> Vec<Candidate> {
    ctx.view.assets.iter().map(|(s, asset)| candidate(s.as_str(), asset.name.clone())).collect()
}

fn portfolios(ctx: &Ctx<'_>) -> Vec<Candidate> {
    let all = ctx.view.portfolios.values();
    all.map(|(book, _)| candidate(&book.name, book.kind.as_str())).collect()
}
