//! Rule 14: an order that could meet one of the desk's own is refused before the broker refuses it.
//! Must never look at one side's terms alone: an amend on its way may leave either of two at work.

use crate::domain::lifecycle::Status;
use crate::domain::orders::{Draft, OrderType, Side};
use crate::domain::special::Group;

use super::super::refusal::Refusal;
use super::{Case, Finding};

/// Alpaca's matrix (its reference, margin section): an opposite market or stop order always
/// meets, limits meet where they cross. Trailing stops and groups are exempt as new orders, and
/// what is held for its parent does not stand in the market.
pub(super) fn wash_trade(case: &Case<'_>) -> Finding {
    let is_trailing = matches!(case.draft.order_type, OrderType::TrailingStop { .. });
    if is_trailing || case.draft.special.group != Group::Simple {
        return Finding::Pass;
    }
    let side = case.draft.side.opposite();
    let opposite = case
        .book
        .working_in(case.draft.symbol, side)
        .filter(|other| Some(other.id) != case.except() && other.state.status != Status::Held);
    // Until the venue answers an amend, the old price and the new one may both be at work.
    let mut terms = opposite.flat_map(|other| {
        let both = [Some(other.draft.clone()), other.asked_draft()];
        both.into_iter().flatten().map(move |draft| (other, draft))
    });
    let in_the_way = terms.find(|(_, draft)| would_meet(case.draft, draft));
    in_the_way.map_or(Finding::Pass, |(other, draft)| {
        let whose = match case.book.user(other.user) {
            Some(user) if user.id != case.user.id => format!("{}'s", user.name),
            _ => "Your".to_owned(),
        };
        Finding::Refuse(Refusal::WashTrade {
            whose,
            side: draft.side,
            symbol: draft.symbol,
            price: price_in_words(draft.order_type),
        })
    })
}

fn would_meet(new: &Draft, old: &Draft) -> bool {
    let (buy, sell) = match new.side {
        Side::Buy => (new, old),
        Side::Sell => (old, new),
    };
    match (buy.order_type.limit(), sell.order_type.limit()) {
        (Some(bid), Some(ask)) => bid >= ask,
        _ => true,
    }
}

fn price_in_words(order_type: OrderType) -> String {
    match order_type {
        OrderType::Market => "market".to_owned(),
        OrderType::Limit { limit } | OrderType::StopLimit { limit, .. } => limit.to_string(),
        OrderType::Stop { stop } => format!("stop {stop}"),
        OrderType::TrailingStop { .. } => "a trailing stop".to_owned(),
    }
}
