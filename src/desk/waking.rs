//! Start-up and recovery are the same code: what a dead process left is ended or asked about.
//! Must never trade before the book is what the store says.

use std::sync::Arc;

use crate::domain::hours::Schedule;
use crate::domain::ids::AccountId;
use crate::domain::portfolios::PortfolioKind;
use crate::domain::roles::{Role, RoleName};
use crate::domain::time::Moment;
use crate::domain::users::User;

use super::book::Book;
use super::command::Chore;
use super::engine::{Engine, Input};
use super::entropy::Entropy;
use super::event::{Account, VenueKind};
use super::port::{Errand, Opening, Store};
use super::refusal::Fault;

/// The desk's engine over what the store holds, and what it asks of the venue first. An account
/// used for the first time is pinned and gets its unallocated book, the roles are seeded, and
/// sign-ins of a process that is gone are ended; orders that wait for an answer are due at once.
/// `commands` gives each command its id.
pub async fn wake(
    (store, commands): (Arc<dyn Store>, Entropy),
    (venue, number): (VenueKind, String),
    schedule: Schedule,
    now: Moment,
    demo: bool,
) -> Result<(Engine, Vec<Errand>), Fault> {
    let today = schedule.trading_day(now.market);
    let today_from = schedule.day_start(today);
    let opening = Opening { venue, number: number.clone(), today_from, schedule };
    let mut loaded = store.load(opening).await?;
    let mut chores = Vec::new();
    let known = loaded.account.take();
    let next = AccountId(loaded.largest.account + 1);
    let account = known.clone().unwrap_or(Account { id: next, venue, number });
    if known.is_none() {
        chores.push(Chore::Pin(account.clone()));
    }
    for name in RoleName::ALL {
        if !loaded.roles.iter().any(|role| role.name == name) {
            chores.push(Chore::Seed(Role::seeded(name)));
        }
    }
    chores.extend(
        loaded
            .sign_ins
            .iter()
            .map(|left| Chore::EndSignIn { sign_in: left.id, why: "the desk ended" }),
    );
    // A team that uses a new account has its admin already; at first start, founding makes one.
    let is_admin = |user: &&User| user.active && user.role == RoleName::Admin;
    let has_book = loaded.portfolios.iter().any(|book| book.kind == PortfolioKind::Unallocated);
    if let Some(admin) = loaded.users.iter().find(is_admin).filter(|_| !has_book) {
        chores.push(Chore::OpenUnallocated { owner: admin.id });
    }
    if loaded.marked_through.is_none() {
        let date = schedule.previous_day(today);
        chores.push(Chore::MarkDay { date, closes: Vec::new() });
    }
    let book = Book::open(loaded, account, schedule, demo);
    let mut engine = Engine::new(book, store, commands);
    let first = engine.step(chores.into_iter().map(Input::Chore).collect(), now).await?;
    Ok((engine, first.errands))
}
