//! Everything that makes, changes or ends orders: ticket, amend, cancel, flatten, kill switch.
//! Must never decide on permission or risk: the desk does, and its words are shown.

pub mod amend;
pub mod cancel;
pub mod cancel_many;
pub mod figures;
pub mod flatten;
pub mod halt;
pub mod nudge;
pub mod preview;
pub mod read;
pub mod sending;
pub mod ticket;
pub mod typed;

#[cfg(test)]
mod tests;

use crate::desk::refusal::Refusal;
use crate::desk::refusal::mismatch::Mismatch;
use crate::domain::lifecycle::{Certainty, Pending, Status};
use crate::domain::orders::{Order, Side};
use crate::domain::special::{OrderClass, Special};
use crate::tui::action::Action;
use crate::tui::ctx::{Ctx, Subject};
use crate::tui::effect::{Effect, TicketStart};

use super::orders::timeline::Timeline;
use amend::Amend;
use cancel_many::{CancelMany, Scope};
use flatten::Flatten;
use halt::Halt;

/// What an action about orders does, wherever the keys are; none where it is about something else.
pub fn open(action: Action, subject: Subject, ctx: &Ctx<'_>) -> Option<Vec<Effect>> {
    let order = || subject.order.and_then(|id| ctx.view.orders.get(&id));
    let missing = || vec![Effect::complain(Refusal::NotFound { what: "order" }.to_string())];
    Some(match action {
        Action::Buy => ticket(Side::Buy, subject),
        Action::Sell => ticket(Side::Sell, subject),
        Action::Amend => order().map_or_else(missing, amend),
        Action::Cancel => order().map_or_else(missing, |order| cancel::cancel(order, ctx)),
        Action::CancelMany => cancel_many(&Scope::All, subject, ctx),
        Action::Flatten => {
            let position = subject.portfolio.zip(subject.symbol);
            let layer = position.map(|(book, symbol)| Flatten::new(book, symbol));
            layer.into_iter().map(|layer| Effect::Open(Box::new(layer))).collect()
        }
        Action::Halt => vec![Effect::Open(Box::new(Halt::by(ctx)))],
        Action::CloseOnly => vec![halt::close_only(None, ctx)],
        Action::Lift => vec![halt::lift(ctx)],
        Action::Timeline => {
            let layer = subject.order.map(|id| Timeline::of(id, ctx));
            layer.into_iter().map(|layer| Effect::Open(Box::new(layer))).collect()
        }
        _ => return None,
    })
}

fn ticket(side: Side, subject: Subject) -> Vec<Effect> {
    let Subject { portfolio, symbol, .. } = subject;
    let start = TicketStart {
        side,
        portfolio,
        symbol,
        quantity: None,
        order_type: None,
        time_in_force: None,
        special: Special::default(),
    };
    vec![Effect::Ticket(start)]
}

/// An order whose fate or last request is open takes no new terms: the venue would refuse them.
fn amend(order: &Order) -> Vec<Effect> {
    let state = order.state;
    let works = matches!(state.status, Status::Working | Status::PartlyFilled);
    if !works || state.pending != Pending::None || state.certainty == Certainty::Unknown {
        let refusal = Refusal::NotInState { state: state.word(), verb: "amended" };
        return vec![Effect::complain(refusal.to_string())];
    }
    if order.draft.special.dollars.is_some() {
        let refusal = Refusal::Mismatch(Mismatch::DollarsStay);
        return vec![Effect::complain(refusal.to_string())];
    }
    if order.class == OrderClass::Oto {
        return vec![Effect::complain(Refusal::Mismatch(Mismatch::OtoStays).to_string())];
    }
    vec![Effect::Open(Box::new(Amend::new(order)))]
}

/// The list of orders to cancel, if there is any.
pub fn cancel_many(scope: &Scope, subject: Subject, ctx: &Ctx<'_>) -> Vec<Effect> {
    if CancelMany::cancelable(ctx).is_empty() {
        return vec![Effect::say("There is no working order that you may cancel")];
    }
    vec![Effect::Open(Box::new(CancelMany::new(scope, subject.symbol, ctx)))]
}
