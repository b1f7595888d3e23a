//! What a person hears of at once, wherever they look: their fills, refusals, a halt.
//! Must never speak of other people's orders, nor twice of one thing.

use crate::desk::event::{Event, EventKind, OrderStep};
use crate::desk::port::Reconciled;
use crate::desk::view::View;
use crate::domain::orders::Order;
use crate::domain::trading::TradingState;

use super::super::effect::{About, Toast, Tone};
use super::super::widgets::cells;

/// The words for an event, if this person should hear of it.
pub fn notice(event: &Event, view: &View) -> Option<Toast> {
    let trading = |tone, text| Some(Toast::new(tone, text).about(About::Trading));
    match &event.kind {
        EventKind::Filled(filled) if filled.order.user == view.me.id => {
            let (order, fill) = (&filled.order, &filled.fill);
            let toast = |tone, text| Some(Toast::new(tone, text).about(About::Order(order.id)));
            let price = cells::price(fill.price);
            if order.leaves().is_zero() {
                toast(Tone::Good, format!("Filled: {} at {price}", terms(order)))
            } else {
                let (done, all) = (order.filled, order.draft.quantity);
                let rest = format!("{done} of {all} are done");
                toast(Tone::Plain, format!("Part filled at {price}: {}, {rest}", terms(order)))
            }
        }
        EventKind::Order { order, step, .. } if order.user == view.me.id => {
            step_notice(order, step)
        }
        EventKind::TradingSet(TradingState::Halted { reason }) => {
            trading(Tone::Warning, format!("Trading is halted: {reason}. Cancels stay possible."))
        }
        EventKind::TradingSet(TradingState::ClosingOnly { reason }) => {
            let text = format!("Closing only: {reason}. Orders that reduce a position are taken.");
            trading(Tone::Warning, text)
        }
        EventKind::TradingSet(TradingState::Active) => {
            trading(Tone::Good, "Trading goes on: every order is taken again.".to_owned())
        }
        _ => None,
    }
}

/// The words for differences between the books and the broker that were not there before.
pub fn broken(reconciled: &Reconciled) -> Toast {
    let first = reconciled.breaks.first().map(ToString::to_string).unwrap_or_default();
    let text = format!("The books differ from the broker. {first} (:breaks)");
    Toast::new(Tone::Warning, text)
}

fn step_notice(order: &Order, step: &OrderStep) -> Option<Toast> {
    let terms = terms(order);
    let (tone, text) = match step {
        OrderStep::Rejected(reason) => (Tone::Bad, format!("Rejected: {terms}. {reason}")),
        OrderStep::CancelRefused(reason) => {
            (Tone::Warning, format!("Not canceled: {terms}. {reason}"))
        }
        OrderStep::AmendRefused(reason) => {
            (Tone::Warning, format!("Not amended: {terms}. {reason}"))
        }
        OrderStep::Canceled => (Tone::Plain, format!("Canceled: {terms}")),
        OrderStep::Expired => (Tone::Plain, format!("Expired: {terms}")),
        OrderStep::Amended => (Tone::Good, format!("Amended: {terms}")),
        OrderStep::Noted(words) => (Tone::Warning, format!("{terms}: {words}")),
        OrderStep::Unclear(_) => {
            (Tone::Warning, format!("Not known what became of {terms}: it is being looked up"))
        }
        _ => return None,
    };
    Some(Toast::new(tone, text).about(About::Order(order.id)))
}

/// `buy 10 AAPL`.
pub fn terms(order: &Order) -> String {
    let draft = &order.draft;
    format!("{} {} {}", draft.side, draft.quantity, draft.symbol)
}
