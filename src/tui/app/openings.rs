//! The layers that an action opens, wherever the keys are: tickets, questions, lists.
//! Must never do what the layer is for: it is done when the layer says so.

use super::super::action::Action;
use super::super::ctx::{Ctx, Subject};
use super::super::effect::{Effect, Layer, TicketStart};
use super::super::panes::order_entry::{self, halt::Halt, ticket::Ticket};
use super::super::panes::portfolios::{create::Create, edit::Edit};

/// What an action opens about `subject`; none where it opens nothing.
pub fn open(action: Action, subject: Subject, ctx: &Ctx<'_>) -> Option<Vec<Effect>> {
    match action {
        Action::NewPortfolio => Some(vec![Effect::Open(Box::new(Create::default()))]),
        Action::EditPortfolio => {
            let book = subject.portfolio.and_then(|id| ctx.portfolio(id))?;
            Some(vec![Effect::Open(Box::new(Edit::new(book)))])
        }
        _ => order_entry::open(action, subject, ctx),
    }
}

/// The kill switch: the word has to be typed.
pub fn halt(reason: &str) -> Effect {
    Effect::Open(Box::new(Halt::new(reason)))
}

/// The ticket that starts so, or why there is none.
pub fn ticket(start: &TicketStart, ctx: &Ctx<'_>) -> Result<Box<dyn Layer>, String> {
    let ticket = Ticket::open(start, ctx)?;
    Ok(Box::new(ticket))
}
