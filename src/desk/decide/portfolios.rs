//! Decides about portfolios and their grants.
//! Must never let an owner's own access fall below `trade`.

use crate::bounds::{ALLOCATION_DOLLARS_MAX, NOTE_CHARS_MAX};
use crate::domain::ids::{PortfolioId, UserId};
use crate::domain::numbers::Money;
use crate::domain::portfolios::{Access, Portfolio, PortfolioKind};
use crate::domain::roles::Grant;
use crate::domain::text::clean_line;
use crate::domain::users::parse_name;

use super::super::actor::Actor;
use super::super::book::Book;
use super::super::command::Outcome;
use super::super::event::EventKind;
use super::super::refusal::{Refusal, Rejection};
use super::Decision;

/// What a new portfolio is to be.
pub struct New {
    /// Unique name.
    pub name: String,
    /// True for the asker's own, false for a shared one.
    pub personal: bool,
    /// What it is for.
    pub description: String,
    /// Cash given to it, if any.
    pub allocation: Option<Money>,
}

/// Makes a portfolio; its maker becomes its owner, with an `admin` grant.
pub fn create(book: &Book, actor: Actor, new: &New) -> Result<Decision, Rejection> {
    let name = free_name(book, &new.name)?;
    let allocation = allocated(new.allocation)?;
    let id = PortfolioId(book.largest.portfolio + 1);
    let kind = if new.personal { PortfolioKind::Personal } else { PortfolioKind::Shared };
    let portfolio = Portfolio {
        id,
        account: book.account.id,
        name,
        kind,
        owner: actor.user(),
        description: clean_line(&new.description, NOTE_CHARS_MAX),
        may_short: false,
        allocation,
        archived: false,
        version: 1,
    };
    let user = actor.user();
    let granted = EventKind::GrantSet(Access::given(id, user, Grant::Admin));
    let events = vec![EventKind::PortfolioCreated(portfolio), granted];
    Ok(Decision::of(events, Outcome::Portfolio(id)))
}

/// Gives a portfolio another amount of cash, or lets it go short; what it holds stays as it is.
pub fn edit(
    book: &Book,
    id: PortfolioId,
    (allocation, may_short): (Option<Money>, bool),
    seen: i64,
) -> Result<Decision, Rejection> {
    let portfolio = book.portfolios.get(&id).ok_or(Refusal::NotFound { what: "portfolio" })?;
    let allocation = allocated(allocation)?;
    if (portfolio.allocation, portfolio.may_short) == (allocation, may_short) {
        return Ok(Decision::nothing(Outcome::Unchanged));
    }
    let edited = Portfolio { allocation, may_short, version: seen + 1, ..portfolio.clone() };
    if portfolio.version != seen {
        let (now, wanted) = (portfolio.terms(), edited.terms());
        return Err(Refusal::Changed { what: "portfolio", now, wanted }.into());
    }
    Ok(Decision::of(vec![EventKind::PortfolioChanged(edited)], Outcome::Done))
}

/// The cash, if so much of it can be given.
pub fn allocated(cash: Option<Money>) -> Result<Option<Money>, Refusal> {
    let most = Money::dollars(ALLOCATION_DOLLARS_MAX);
    match cash {
        Some(cash) if cash < Money::ZERO || cash > most => Err(Refusal::BadAllocation { cash }),
        cash => Ok(cash),
    }
}

/// The account's book for what nobody has claimed, once a team is there to own it: the schema and
/// the venue's account ask for exactly one. Its owner is an admin, so that a trader's screen does
/// not show it: they see what they were granted, and nobody is granted this one. `id` and `taken`
/// are what the same step gives away besides.
pub fn unallocated(book: &Book, id: PortfolioId, owner: UserId, taken: &str) -> Vec<EventKind> {
    let is_there = book.portfolios.values().any(|other| other.kind == PortfolioKind::Unallocated);
    if is_there {
        return Vec::new();
    }
    let is_free = |name: &String| {
        free_name(book, name).is_ok() && name.to_lowercase() != taken.to_lowercase()
    };
    let names = (1..).map(|number| match number {
        1 => "Unallocated".to_owned(),
        _ => format!("Unallocated {number}"),
    });
    let portfolio = Portfolio {
        id,
        account: book.account.id,
        name: names.into_iter().find(is_free).expect("there are more names than portfolios"),
        kind: PortfolioKind::Unallocated,
        owner,
        description: "What nobody has claimed".to_owned(),
        may_short: false,
        allocation: None,
        archived: false,
        version: 1,
    };
    let granted = EventKind::GrantSet(Access::given(id, owner, Grant::Admin));
    vec![EventKind::PortfolioCreated(portfolio), granted]
}

/// The name, cleaned, if no other portfolio of the account has it (case aside).
pub fn free_name(book: &Book, name: &str) -> Result<String, Refusal> {
    let name = parse_name(name)
        .map_err(|why| Refusal::BadName { what: "portfolio name", why: why.to_string() })?;
    let lowered = name.to_lowercase();
    if book.portfolios.values().any(|other| other.name.to_lowercase() == lowered) {
        return Err(Refusal::NameTaken { name });
    }
    Ok(name)
}

/// Gives, changes or takes away access. `wanted` is how it shall be, with the version acted upon.
pub fn set_grant(book: &Book, wanted: Access) -> Result<Decision, Rejection> {
    let Access { portfolio: id, user, grant, version: seen } = wanted;
    let portfolio = book.portfolios.get(&id).ok_or(Refusal::NotFound { what: "portfolio" })?;
    let person = book.users.get(&user).ok_or(Refusal::NotFound { what: "person" })?;
    if !person.active && grant.is_some() {
        return Err(Refusal::NotFound { what: "person" }.into());
    }
    if portfolio.owner == user && grant < Some(Grant::Trade) {
        return Err(Refusal::OwnerKeepsTrade.into());
    }
    let held = book.grant(id, user);
    if held == grant {
        return Ok(Decision::nothing(Outcome::Unchanged));
    }
    let version = book.grants.get(&(id, user)).map_or(0, |access| access.version);
    if version != seen {
        let words = |grant: Option<Grant>| {
            grant.map_or_else(|| "no access".to_owned(), |grant| format!("'{grant}'"))
        };
        let now = format!("{} has {} to {}", person.login, words(held), portfolio.name);
        return Err(Refusal::Changed { what: "grant", now, wanted: words(grant) }.into());
    }
    let access = Access { version: version + 1, ..wanted };
    Ok(Decision::of(vec![EventKind::GrantSet(access)], Outcome::Done))
}

#[cfg(test)]
mod tests;
