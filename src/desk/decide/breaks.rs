//! Decides about differences with the venue: a person books one to a portfolio, with a reason.
//! Must never book another difference than the one that was shown.

use crate::domain::breaks::Break;
use crate::domain::ids::PortfolioId;
use crate::domain::time::Moment;

use super::super::actor::Actor;
use super::super::book::Book;
use super::super::command::Outcome;
use super::super::refusal::{Refusal, Rejection};
use super::super::standing::settle;
use super::Decision;

/// Books a difference; what is booked makes the books agree with the venue.
pub fn book_break(
    book: &Book,
    now: Moment,
    actor: Actor,
    (shown, portfolio, reason): (&Break, PortfolioId, &str),
) -> Result<Decision, Rejection> {
    if !book.portfolios.contains_key(&portfolio) {
        return Err(Refusal::NotFound { what: "portfolio" }.into());
    }
    if reason.trim().is_empty() {
        let why = "a reason is needed".to_owned();
        return Err(Refusal::BadName { what: "reason", why }.into());
    }
    let of_same = |found: &&Break| found.symbol() == shown.symbol();
    let found = book.reconciled.breaks.iter().find(of_same);
    if found != Some(shown) {
        let now = found.map_or_else(|| "there is none any more".to_owned(), ToString::to_string);
        return Err(Refusal::Changed { what: "break", now, wanted: shown.to_string() }.into());
    }
    let event = settle(book, now, shown, (actor.user(), portfolio, reason));
    Ok(Decision::of(vec![event], Outcome::Done))
}
