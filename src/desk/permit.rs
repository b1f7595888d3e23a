//! THE permission check: every command, query and watched event passes here, and nowhere else.
//! Must never be asked to make an exception; `Permitted` cannot be built outside this file.

use std::collections::BTreeMap;

use crate::bounds::SIGN_IN_AGE_MS_MAX;
use crate::domain::ids::{OrderId, PortfolioId, UserId};
use crate::domain::roles::{Act, Grant, Role, Verdict};
use crate::domain::time::DeskTime;
use crate::domain::users::{Login, User};

use super::actor::Actor;
use super::book::Book;
use super::command::{Attempt, Command, OrderFilter, Query};
use super::event::{Event, EventKind};
use super::refusal::Refusal;
use super::view::Abilities;

/// Proof that somebody may do this. Only `permit` and `permit_query` make one.
#[derive(Debug)]
pub struct Permitted<T> {
    asked: T,
    actor: Actor,
}

impl<T> Permitted<T> {
    /// What was asked.
    pub const fn asked(&self) -> &T {
        &self.asked
    }
    /// Who asked.
    pub const fn actor(&self) -> Actor {
        self.actor
    }
    /// What was asked, taken out.
    pub fn into_asked(self) -> T {
        self.asked
    }
}

/// Whether a watcher gets an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// They may see it.
    Show,
    /// They may not, or it says nothing to them.
    Hide,
    /// It changed what they may see: they get a fresh view.
    Refresh,
    /// It ended their sign-in.
    End,
}

/// The signed-in person, if their sign-in is alive and they are switched on.
pub fn person(book: &Book, actor: Actor, now: DeskTime) -> Result<&User, Refusal> {
    let user = book.users.get(&actor.user()).filter(|user| user.active);
    let user = user.ok_or(Refusal::NotSignedIn)?;
    let open = book.sign_ins.get(&actor.sign_in()).ok_or(Refusal::SignInEnded)?;
    if open.user != user.id || now.ms_since(open.opened.desk) >= SIGN_IN_AGE_MS_MAX {
        return Err(Refusal::SignInEnded);
    }
    Ok(user)
}

/// May this actor do this command now?
pub fn permit(
    book: &Book,
    actor: Actor,
    command: Command,
    now: DeskTime,
) -> Result<Permitted<Command>, Refusal> {
    let user = person(book, actor, now)?;
    match &command {
        Command::PlaceOrder(place) | Command::Judge(Attempt::Order(place)) => {
            judge(book, user, Act::Trade, Some(place.portfolio))?;
        }
        Command::AmendOrder(amend) | Command::Judge(Attempt::Amend(amend)) => {
            judge_order(book, user, Act::Trade, amend.order)?;
        }
        Command::CancelOrder { order } => judge_order(book, user, Act::Cancel, *order)?,
        // Each order is judged on its own when it is decided.
        Command::CancelOrders { .. } => {}
        Command::Halt { .. } | Command::CloseOnly { .. } | Command::Lift => {
            judge(book, user, Act::Halt, None)?;
        }
        Command::CreatePortfolio { .. } => judge(book, user, Act::CreatePortfolio, None)?,
        Command::SetGrant { portfolio, .. } | Command::EditPortfolio { portfolio, .. } => {
            judge(book, user, Act::ManagePortfolio, Some(*portfolio))?;
        }
        Command::CreateUser { .. } | Command::SetActive { .. } => {
            judge(book, user, Act::ManageUsers, None)?;
        }
        Command::BookBreak { .. } => judge(book, user, Act::BookBreak, None)?,
        Command::SaveWatchlist { .. }
        | Command::DropWatchlist { .. }
        | Command::SaveSetting { .. }
        | Command::SignOut => judge(book, user, Act::OwnSettings, None)?,
    }
    Ok(Permitted { asked: command, actor })
}

/// May this actor cancel this order? For the members of a cancel-many.
pub fn may_cancel(book: &Book, actor: Actor, order: OrderId) -> Result<(), Refusal> {
    let user = book.users.get(&actor.user()).ok_or(Refusal::NotSignedIn)?;
    judge_order(book, user, Act::Cancel, order)
}

/// May this actor set the password of this login, and whose is it? One's own always, another's as
/// an admin.
pub fn may_set_password(
    book: &Book,
    actor: Actor,
    login: &Login,
    now: DeskTime,
) -> Result<UserId, Refusal> {
    let user = person(book, actor, now)?;
    let of = book.user_by_login(login.as_str()).ok_or(Refusal::NotFound { what: "person" })?;
    let act = if user.id == of.id { Act::OwnSettings } else { Act::ManageUsers };
    judge(book, user, act, None)?;
    Ok(of.id)
}

/// May this actor ask this now?
pub fn permit_query(
    book: &Book,
    actor: Actor,
    query: Query,
    now: DeskTime,
) -> Result<Permitted<Query>, Refusal> {
    let user = person(book, actor, now)?;
    match &query {
        Query::Orders(OrderFilter { portfolio: Some(portfolio), .. })
        | Query::Fills { portfolio: Some(portfolio), .. }
        | Query::Equity(portfolio) => judge(book, user, Act::SeePortfolio, Some(*portfolio))?,
        // Without a portfolio the answer covers the visible ones only; an old order's portfolio
        // is judged once it was found.
        Query::Orders(_)
        | Query::Fills { .. }
        | Query::Timeline(_)
        | Query::Bars { .. }
        | Query::Trades(_) => {}
    }
    Ok(Permitted { asked: query, actor })
}

/// The portfolios this person may see, with the grant they hold.
pub fn visible(book: &Book, user: &User) -> BTreeMap<PortfolioId, Option<Grant>> {
    book.portfolios
        .keys()
        .filter(|id| judge(book, user, Act::SeePortfolio, Some(**id)).is_ok())
        .map(|id| (*id, book.grant(*id, user.id)))
        .collect()
}

/// May this person see, and book, where the books differ from the venue's word?
pub fn may_reconcile(book: &Book, user: &User) -> bool {
    judge(book, user, Act::BookBreak, None).is_ok()
}

/// May this person see this portfolio?
pub fn may_see(book: &Book, user: &User, portfolio: PortfolioId) -> bool {
    judge(book, user, Act::SeePortfolio, Some(portfolio)).is_ok()
}

/// May this person give access to this portfolio, and so see who has how much?
pub fn may_grant(book: &Book, user: &User, portfolio: PortfolioId) -> bool {
    judge(book, user, Act::ManagePortfolio, Some(portfolio)).is_ok()
}

/// Everything this person may not do, with the reason: what screens grey out.
pub fn abilities(book: &Book, user: &User) -> Abilities {
    let mut abilities = Abilities::default();
    for act in Act::ALL {
        if act.concerns_portfolio() {
            for id in book.portfolios.keys() {
                if let Err(refusal) = judge(book, user, act, Some(*id)) {
                    abilities.denied_in.insert((*id, act), refusal);
                }
            }
        }
        if let Err(refusal) = judge_anywhere(book, user, act) {
            abilities.denied.insert(act, refusal);
        }
    }
    abilities
}

/// Everybody, as this person may know them: by login, name and role. How they are reached is for
/// whoever manages people.
pub fn people(book: &Book, user: &User) -> BTreeMap<UserId, User> {
    let manages = manages_people(book, user);
    let known = |other: &User| {
        if manages { other.clone() } else { User { email: None, slack_id: None, ..other.clone() } }
    };
    book.users.iter().map(|(id, other)| (*id, known(other))).collect()
}

fn manages_people(book: &Book, user: &User) -> bool {
    judge(book, user, Act::ManageUsers, None).is_ok()
}

/// What a watcher gets of an event.
pub fn sight(book: &Book, actor: Actor, event: &Event) -> Sight {
    let Some(user) = book.users.get(&actor.user()) else { return Sight::End };
    let in_portfolio =
        |portfolio| if may_see(book, user, portfolio) { Sight::Show } else { Sight::Hide };
    match &event.kind {
        EventKind::SignInEnded { sign_in, .. } if sign_in.id == actor.sign_in() => Sight::End,
        EventKind::UserChanged(changed) if changed.id == user.id && !changed.active => Sight::End,
        EventKind::UserChanged(changed) if changed.id == user.id => Sight::Refresh,
        // The event tells how others are reached: a fresh view leaves that out.
        EventKind::UserAdded(_) | EventKind::UserChanged(_) if !manages_people(book, user) => {
            Sight::Refresh
        }
        EventKind::RoleChanged(role) if role.name == user.role => Sight::Refresh,
        EventKind::GrantSet(access) if access.user == user.id => Sight::Refresh,
        EventKind::GrantSet(access) if may_grant(book, user, access.portfolio) => Sight::Show,
        // Marks of books the person does not see must not pass: their view is made anew.
        EventKind::PortfolioCreated(_)
        | EventKind::PortfolioChanged(_)
        | EventKind::DayMarked { .. } => Sight::Refresh,
        EventKind::GrantSet(_)
        | EventKind::RoleChanged(_)
        | EventKind::AccountPinned(_)
        | EventKind::SignedIn(_)
        | EventKind::SignInFailed { .. }
        | EventKind::ProofFailed { .. }
        | EventKind::SignInEnded { .. }
        | EventKind::CredentialSet(_)
        | EventKind::OrderDenied { .. }
        | EventKind::VenueOrderChanged(_) => Sight::Hide,
        EventKind::WatchlistSaved(list) if list.user != user.id => Sight::Hide,
        EventKind::WatchlistDropped { user: whose, .. } if *whose != user.id => Sight::Hide,
        EventKind::SettingSaved(setting) if setting.user != user.id => Sight::Hide,
        // What comes late for a marked day changes where day P&L starts (unmarked.rs).
        EventKind::Filled(filled) if book.marked_through >= Some(filled.entry.trade_date) => {
            Sight::Refresh
        }
        EventKind::Booked { entry, .. } if book.marked_through >= Some(entry.trade_date) => {
            Sight::Refresh
        }
        EventKind::Order { order, .. } | EventKind::OrderRefused { order, .. } => {
            in_portfolio(order.portfolio)
        }
        EventKind::AmendRefused { portfolio, .. } => in_portfolio(*portfolio),
        EventKind::Filled(filled) => in_portfolio(filled.fill.portfolio),
        EventKind::Booked { entry, .. } => in_portfolio(entry.portfolio),
        EventKind::WatchlistSaved(_)
        | EventKind::WatchlistDropped { .. }
        | EventKind::SettingSaved(_)
        | EventKind::UserAdded(_)
        | EventKind::UserChanged(_)
        | EventKind::TradingSet(_) => Sight::Show,
    }
}

/// An order somebody may not even see does not exist for them.
fn judge_order(book: &Book, user: &User, act: Act, order: OrderId) -> Result<(), Refusal> {
    let missing = Refusal::NotFound { what: "order" };
    let order = book.orders.get(&order).ok_or(missing.clone())?;
    if !may_see(book, user, order.portfolio) {
        return Err(missing);
    }
    judge(book, user, act, Some(order.portfolio))
}

/// An act that concerns a portfolio, asked without one: allowed where any portfolio allows it.
fn judge_anywhere(book: &Book, user: &User, act: Act) -> Result<(), Refusal> {
    if !act.concerns_portfolio() {
        return judge(book, user, act, None);
    }
    let mut answer = judge(book, user, act, None);
    for id in book.portfolios.keys() {
        if answer.is_ok() {
            break;
        }
        answer = judge(book, user, act, Some(*id));
    }
    answer
}

fn judge(
    book: &Book,
    user: &User,
    act: Act,
    portfolio: Option<PortfolioId>,
) -> Result<(), Refusal> {
    let role = book.roles.get(&user.role).ok_or(Refusal::NotSignedIn)?;
    if let Some(portfolio) = portfolio
        && !book.portfolios.contains_key(&portfolio)
    {
        return Err(Refusal::NotFound { what: "portfolio" });
    }
    let grant = portfolio.and_then(|of| book.grant(of, user.id));
    in_words(role, act, role.allows(act, grant))
}

fn in_words(role: &Role, act: Act, verdict: Verdict) -> Result<(), Refusal> {
    match verdict {
        Verdict::Allowed => Ok(()),
        Verdict::RoleCannotTrade => Err(Refusal::RoleCannotTrade { role: role.name }),
        // Whoever sees every book is told what is missing in this one, not that it is closed.
        Verdict::NoGrant if role.can_view_all_trades => {
            let needed = if act == Act::ManagePortfolio { Grant::Admin } else { Grant::Trade };
            Err(Refusal::OnlySeen { needed })
        }
        Verdict::NoGrant => Err(Refusal::NoAccess),
        Verdict::GrantTooSmall { held, needed } => Err(Refusal::AccessTooSmall { held, needed }),
        Verdict::RoleLacksFlag => Err(Refusal::RoleCannot { role: role.name }),
    }
}

#[cfg(test)]
mod tests;
