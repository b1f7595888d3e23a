//! Decides about people and their sign-ins: founding, adding, switching off, signing in and out.
//! Must never see a password: proof is checked before, and only its outcome comes here.

use crate::bounds::{SIGN_IN_FAILURES_FREE, SIGN_IN_WAIT_FIRST_MS, SIGN_IN_WAIT_MS_MAX};
use crate::domain::ids::{PortfolioId, SignInId, UserId};
use crate::domain::numbers::Money;
use crate::domain::portfolios::{Access, Portfolio, PortfolioKind};
use crate::domain::roles::{Grant, RoleName};
use crate::domain::time::{DeskTime, Moment};
use crate::domain::users::{Login, User, parse_name};

use super::super::actor::Actor;
use super::super::book::Book;
use super::super::command::Outcome;
use super::super::event::{Credential, Door, EventKind, SignIn};
use super::super::port::Row;
use super::super::refusal::{Refusal, Rejection};
use super::Decision;
use super::lists::first_watchlist;

/// The first admin and the first portfolio.
pub struct Founders {
    /// Login of the first admin.
    pub login: Login,
    /// Name for people.
    pub name: String,
    /// The password's hash.
    pub hash: String,
    /// Name of the first portfolio.
    pub portfolio: String,
    /// Cash given to it, if any.
    pub allocation: Option<Money>,
}

/// Makes the first admin, the first portfolio, and the account's unallocated book; once only.
pub fn found(book: &Book, founders: Founders) -> Result<Decision, Rejection> {
    if !book.users.is_empty() {
        return Err(Refusal::AlreadyFounded.into());
    }
    let id = UserId(book.largest.user + 1);
    let user = new_user(id, founders.login, &founders.name, RoleName::Admin)?;
    let name = super::portfolios::free_name(book, &founders.portfolio)?;
    let portfolio = PortfolioId(book.largest.portfolio + 1);
    let first = Portfolio {
        id: portfolio,
        account: book.account.id,
        name,
        kind: PortfolioKind::Shared,
        owner: id,
        description: String::new(),
        may_short: false,
        allocation: super::portfolios::allocated(founders.allocation)?,
        archived: false,
        version: 1,
    };
    let next = PortfolioId(portfolio.0 + 1);
    let unallocated = super::portfolios::unallocated(book, next, id, &first.name);
    let mut events = vec![
        EventKind::UserAdded(user),
        EventKind::CredentialSet(id),
        EventKind::PortfolioCreated(first),
        EventKind::GrantSet(Access::given(portfolio, id, Grant::Admin)),
    ];
    events.extend(unallocated);
    events.push(first_watchlist(book, id));
    Ok(Decision {
        events,
        rows: vec![Row::Credential(id, Credential::Password(founders.hash))],
        errands: Vec::new(),
        outcome: Outcome::User(id),
    })
}

fn new_user(id: UserId, login: Login, name: &str, role: RoleName) -> Result<User, Refusal> {
    let name =
        parse_name(name).map_err(|why| Refusal::BadName { what: "name", why: why.to_string() })?;
    Ok(User { id, login, name, email: None, slack_id: None, role, active: true, version: 1 })
}

/// Adds a person. They cannot sign in before a password was set for them.
pub fn create(
    book: &Book,
    login: Login,
    name: &str,
    role: RoleName,
) -> Result<Decision, Rejection> {
    if book.user_by_login(login.as_str()).is_some() {
        return Err(Refusal::NameTaken { name: login.to_string() }.into());
    }
    let id = UserId(book.largest.user + 1);
    let user = new_user(id, login, name, role)?;
    let events = vec![EventKind::UserAdded(user), first_watchlist(book, id)];
    Ok(Decision::of(events, Outcome::User(id)))
}

/// Switches a person on or off. Off ends all their sign-ins at once; their working orders stay.
pub fn set_active(
    book: &Book,
    now: Moment,
    id: UserId,
    active: bool,
    version: i64,
) -> Result<Decision, Rejection> {
    let user = book.users.get(&id).ok_or(Refusal::NotFound { what: "person" })?;
    if user.version != version {
        let word = |active| if active { "on" } else { "off" };
        let now = format!("{} is {}", user.login, word(user.active));
        let wanted = format!("{} {}", user.login, word(active));
        return Err(Refusal::Changed { what: "person", now, wanted }.into());
    }
    if user.active == active {
        return Ok(Decision::nothing(Outcome::Unchanged));
    }
    let is_last_admin = user.role == RoleName::Admin
        && !book
            .users
            .values()
            .any(|other| other.id != id && other.active && other.role == RoleName::Admin);
    if !active && is_last_admin {
        return Err(Refusal::LastAdmin.into());
    }
    let changed = User { active, version: user.version + 1, ..user.clone() };
    let mut events = vec![EventKind::UserChanged(changed)];
    if !active {
        events.extend(
            book.sign_ins
                .values()
                .filter(|open| open.user == id)
                .map(|open| ended(open, now, "switched off")),
        );
    }
    Ok(Decision::of(events, Outcome::Done))
}

/// Sets a password, hashed. The person's other sign-ins end: whoever has one of them may be why.
pub fn set_password(
    book: &Book,
    now: Moment,
    actor: Actor,
    (user, hash): (UserId, String),
) -> Decision {
    let others =
        book.sign_ins.values().filter(|open| open.user == user && open.id != actor.sign_in());
    let mut events = vec![EventKind::CredentialSet(user)];
    events.extend(others.map(|open| ended(open, now, "new password")));
    let rows = vec![Row::Credential(user, Credential::Password(hash))];
    Decision { rows, ..Decision::of(events, Outcome::Done) }
}

fn ended(open: &SignIn, now: Moment, why: &str) -> EventKind {
    let sign_in = SignIn { ended: Some(now), ..open.clone() };
    EventKind::SignInEnded { sign_in, why: why.to_owned() }
}

/// Ends one's own sign-in.
pub fn sign_out(book: &Book, now: Moment, actor: Actor) -> Decision {
    end_sign_in(book, now, actor.sign_in(), "signed out")
}

/// Ends a sign-in, if it is open.
pub fn end_sign_in(book: &Book, now: Moment, id: SignInId, why: &str) -> Decision {
    let events = book.sign_ins.get(&id).map(|open| ended(open, now, why));
    Decision::of(events.into_iter().collect(), Outcome::Done)
}

/// How long a login has to wait before it may try again, if it has to.
pub fn must_wait(book: &Book, login: &str, now: DeskTime) -> Result<(), Refusal> {
    match book.failures.get(login) {
        Some((_, until)) if *until > now => {
            let seconds = (until.ms_since(now) + 999) / 1_000;
            Err(Refusal::TooManyFailures { seconds })
        }
        _ => Ok(()),
    }
}

/// Failures so far and the moment of the next try, after one more failure: free at first, then
/// one second, doubling to a quarter of an hour.
pub fn after_failure(book: &Book, login: &str, now: DeskTime) -> (u32, DeskTime) {
    let failures = book.failures.get(login).map_or(0, |(count, _)| *count) + 1;
    let beyond = failures.saturating_sub(SIGN_IN_FAILURES_FREE);
    if beyond == 0 {
        return (failures, now);
    }
    let doubled = SIGN_IN_WAIT_FIRST_MS.checked_shl(beyond - 1).unwrap_or(SIGN_IN_WAIT_MS_MAX);
    let wait = if beyond > 30 { SIGN_IN_WAIT_MS_MAX } else { doubled.min(SIGN_IN_WAIT_MS_MAX) };
    (failures, now.plus_ms(wait))
}

/// Opens a sign-in for a person who proved who they are, or writes down that somebody could not.
pub fn open_sign_in(
    book: &Book,
    now: Moment,
    id: SignInId,
    proved: Result<UserId, String>,
    door: Door,
) -> (Vec<EventKind>, Result<Actor, Refusal>) {
    match proved {
        Ok(user) if book.users.get(&user).is_some_and(|user| user.active) => {
            let open = SignIn { id, user, door, opened: now, ended: None };
            (vec![EventKind::SignedIn(open)], Ok(Actor::new(user, id, door)))
        }
        Ok(_) => (Vec::new(), Err(Refusal::NotSignedIn)),
        Err(login) => (vec![EventKind::SignInFailed { login }], Err(Refusal::WrongCredentials)),
    }
}
