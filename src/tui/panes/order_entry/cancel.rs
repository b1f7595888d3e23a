//! Cancel of one order: one key for a small order of one's own, a question for any other.
//! Must never be held up: a cancel stays possible whatever else is not.

use crate::desk::command::Command;
use crate::domain::numbers::{Money, Price};
use crate::domain::orders::Order;
use crate::tui::ask::Want;
use crate::tui::ctx::Ctx;
use crate::tui::effect::{About, Effect};
use crate::tui::layers::confirm::Confirm;
use crate::tui::panes::orders::words;

/// Cancels an order, or asks first.
pub fn cancel(order: &Order, ctx: &Ctx<'_>) -> Vec<Effect> {
    let send = Effect::Ask(0, Want::Act(Command::CancelOrder { order: order.id }));
    let said = Effect::say_about(
        About::Order(order.id),
        format!("Cancel sent: {}", words::brief(&order.draft)),
    );
    let is_mine = order.user == ctx.view.me.id;
    if is_mine && value_left(order, ctx) < ctx.prefs.confirm_above {
        return vec![send, said];
    }
    let whose = if is_mine { "Yours".to_owned() } else { format!("{}'s", ctx.login(order.user)) };
    let words = vec![
        words::terms(&order.draft),
        format!("{} in {}", whose, ctx.portfolio_name(order.portfolio)),
        format!("{} of {} filled, {} left", order.filled, order.draft.quantity, order.leaves()),
    ];
    vec![Effect::Open(Box::new(Confirm::yes_no("Cancel this order?", words, vec![send, said])))]
}

/// What the rest of an order is worth: at its limit, else its stop, else the last price.
fn value_left(order: &Order, ctx: &Ctx<'_>) -> Money {
    let own = order.draft.order_type.limit().or(order.draft.order_type.stop());
    let price = own.or(ctx.last(order.draft.symbol)).unwrap_or(Price::ZERO);
    order.leaves() * price
}
