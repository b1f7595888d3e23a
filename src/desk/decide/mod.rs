//! From a permitted command to what happens: pure decisions over the book, one file per noun.
//! Must never write, send or apply anything: the engine does, with what is returned here.

pub mod breaks;
pub mod lists;
pub mod orders;
pub mod passwords;
pub mod portfolios;
pub mod refused;
pub mod users;

use crate::domain::portfolios::Access;
use crate::domain::time::Moment;

use super::book::Book;
use super::command::{Attempt, Command, Outcome};
use super::event::EventKind;
use super::permit::Permitted;
use super::port::{Errand, Row};
use super::refusal::Rejection;

/// What a command leads to.
#[derive(Debug)]
pub struct Decision {
    /// What happens, in order.
    pub events: Vec<EventKind>,
    /// Rows that no event may carry (credentials).
    pub rows: Vec<Row>,
    /// What is asked of the venue, after the commit.
    pub errands: Vec<Errand>,
    /// What the asker is told, after the commit.
    pub outcome: Outcome,
}

impl Decision {
    /// Nothing to do: what was asked is so already.
    pub const fn nothing(outcome: Outcome) -> Self {
        Self { events: Vec::new(), rows: Vec::new(), errands: Vec::new(), outcome }
    }
    /// Events alone.
    pub const fn of(events: Vec<EventKind>, outcome: Outcome) -> Self {
        Self { events, rows: Vec::new(), errands: Vec::new(), outcome }
    }
}

/// Nothing happens.
const fn nothing() -> Decision {
    Decision::of(Vec::new(), Outcome::Done)
}

/// Decides one command.
pub fn decide(
    book: &Book,
    now: Moment,
    permitted: Permitted<Command>,
) -> Result<Decision, Rejection> {
    let actor = permitted.actor();
    match permitted.into_asked() {
        Command::PlaceOrder(place) => orders::place(book, now, actor, &place),
        Command::AmendOrder(amend) => orders::amend(book, now, actor, &amend),
        Command::Judge(Attempt::Order(place)) => {
            orders::place(book, now, actor, &place).map(|_| nothing())
        }
        Command::Judge(Attempt::Amend(amend)) => {
            orders::amend(book, now, actor, &amend).map(|_| nothing())
        }
        Command::CancelOrder { order } => orders::cancel(book, now, order),
        Command::CancelOrders { orders } => Ok(orders::cancel_many(book, now, actor, &orders)),
        Command::Halt { reason } => orders::halt(book, now, &reason),
        Command::CloseOnly { reason } => orders::close_only(book, &reason),
        Command::Lift => Ok(orders::lift(book)),
        Command::CreatePortfolio { name, personal, description, allocation } => {
            let new = portfolios::New { name, personal, description, allocation };
            portfolios::create(book, actor, &new)
        }
        Command::EditPortfolio { portfolio, allocation, may_short, version } => {
            portfolios::edit(book, portfolio, (allocation, may_short), version)
        }
        Command::SetGrant { portfolio, user, grant, version } => {
            portfolios::set_grant(book, Access { portfolio, user, grant, version })
        }
        Command::CreateUser { login, name, role } => users::create(book, login, &name, role),
        Command::SetActive { user, active, version } => {
            users::set_active(book, now, user, active, version)
        }
        Command::SaveWatchlist { id, name, symbols, version } => {
            lists::save_watchlist(book, actor, lists::Wanted { id, name, symbols, version })
        }
        Command::DropWatchlist { id, version } => lists::drop_watchlist(book, actor, id, version),
        Command::SaveSetting { name, value, version } => {
            lists::save_setting(book, actor, (&name, &value), version)
        }
        Command::BookBreak { shown, portfolio, reason } => {
            breaks::book_break(book, now, actor, (&shown, portfolio, &reason))
        }
        Command::SignOut => Ok(users::sign_out(book, now, actor)),
    }
}
