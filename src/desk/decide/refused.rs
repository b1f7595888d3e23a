//! What is written down of an order, or of new terms for one, that the desk refused.
//! Must never touch the order that was meant: a refusal changes nothing but the record of itself.

use crate::domain::ids::{CommandId, OrderId};
use crate::domain::lifecycle::{State, Status};
use crate::domain::numbers::{Money, Qty};
use crate::domain::orders::Order;
use crate::domain::time::Moment;

use super::super::actor::Actor;
use super::super::book::Book;
use super::super::command::{AmendOrder, Attempt};
use super::super::event::EventKind;
use super::super::refusal::Refusal;

impl Attempt {
    /// What is written down once the attempt was refused by somebody who may not trade there: a
    /// line for an order, which is no order of the book; nothing for new terms, because nobody
    /// writes on the timeline of an order that is not theirs to change.
    pub fn denied(self, book: &Book, why: &Refusal) -> Option<EventKind> {
        let is_stranger = matches!(why, Refusal::NotSignedIn | Refusal::SignInEnded);
        match self {
            Self::Order(place)
                if !is_stranger && book.portfolios.contains_key(&place.portfolio) =>
            {
                Some(EventKind::OrderDenied {
                    ticket: place.id,
                    portfolio: place.portfolio,
                    draft: place.draft,
                    reason: why.to_string(),
                })
            }
            Self::Order(_) | Self::Amend(_) => None,
        }
    }

    /// What is written down once a rule refused the attempt of somebody who may trade there.
    ///
    /// A refused order is kept with its reason under the id of the command that asked for it, not
    /// under its ticket's: the ticket may be corrected and sent again, or sent again as it is, and
    /// is judged anew each time; and whatever id a ticket bears, no order there is can be touched.
    pub fn refused(
        self,
        book: &Book,
        now: Moment,
        (actor, command): (Actor, CommandId),
        why: &Refusal,
    ) -> Option<EventKind> {
        let reason = why.to_string();
        match self {
            Self::Order(place) => {
                let ticket = place.id;
                let class = place.draft.special.group.class();
                let order = Box::new(Order {
                    id: OrderId(command.0),
                    account: book.account.id,
                    portfolio: place.portfolio,
                    user: actor.user(),
                    draft: place.draft,
                    asked: None,
                    class,
                    parent: None,
                    state: State::sure(Status::Rejected),
                    filled: Qty::ZERO,
                    filled_value: Money::ZERO,
                    attempt: 0,
                    reserved: Money::ZERO,
                    shown: place.shown,
                    approver: None,
                    placed: now,
                    updated: now,
                    due: None,
                    look_ups: 0,
                    reason: Some(reason),
                    version: 1,
                });
                Some(EventKind::OrderRefused { ticket, order })
            }
            Self::Amend(amend) => {
                let portfolio = book.orders.get(&amend.order)?.portfolio;
                let AmendOrder { order, amendment, .. } = amend;
                Some(EventKind::AmendRefused { order, portfolio, amendment, reason })
            }
        }
    }
}
