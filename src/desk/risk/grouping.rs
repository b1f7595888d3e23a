//! Orders that belong together: what a bracket, an oco and an oto may be (alpaca-api, section 5.6).
//! Must never look at the legs as orders of their own: a group is judged and reserves as one.

use crate::domain::numbers::{Price, Qty};
use crate::domain::orders::{OrderType, Side, TimeInForce};
use crate::domain::special::{Group, LegRole, OrderClass};

use super::super::refusal::Refusal;
use super::super::refusal::mismatch::Mismatch;
use super::{Case, Finding};

/// The class against the order's other terms, and against what is held.
pub(super) fn grouping(case: &Case<'_>) -> Finding {
    let (draft, special) = (case.draft, case.draft.special);
    if special.group == Group::Simple {
        return Finding::Pass;
    }
    let lasts = matches!(draft.time_in_force, TimeInForce::Day | TimeInForce::Gtc);
    let is_limit = matches!(draft.order_type, OrderType::Limit { .. });
    let is_exit = special.group.class() == OrderClass::Oco;
    let mismatch = if special.extended_hours {
        Mismatch::GroupHours
    } else if special.dollars.is_some() || !draft.quantity.is_whole() {
        Mismatch::GroupWhole
    } else if !lasts {
        Mismatch::GroupTime
    } else if is_exit && !is_limit {
        Mismatch::OcoKind
    } else if !is_limit && draft.order_type != OrderType::Market {
        Mismatch::GroupKind
    } else if is_exit && !case.only_reduces() {
        Mismatch::GroupExits
    } else if !is_exit && is_closing(case) {
        Mismatch::GroupEnters
    } else {
        return exits(case);
    };
    Finding::Refuse(mismatch.into())
}

/// True where the portfolio or the whole account holds what the order would close.
fn is_closing(case: &Case<'_>) -> bool {
    let symbol = case.draft.symbol;
    let held = case.book.held(case.portfolio.id, symbol) + case.booked;
    let net = case.book.net_position(symbol).unwrap_or_default() + case.booked;
    [held, net].into_iter().any(|held| case.draft.side.signed(held) < Qty::ZERO)
}

/// The exits lie on their sides of the entry, a cent away at least: a profit beyond it for whoever
/// leaves, a loss on the other side.
fn exits(case: &Case<'_>) -> Finding {
    let group = case.draft.special.group;
    let (profit, loss) = (group.take_profit(), group.stop_loss());
    let prices = [profit, loss.map(|loss| loss.stop), loss.and_then(|loss| loss.limit)];
    for price in prices.into_iter().flatten() {
        if price <= Price::ZERO {
            return Finding::Refuse(Refusal::NoPrice { which: "exit" });
        }
        if !price.is_on_grid() {
            return Finding::Refuse(Refusal::OffGrid { price, tick: price.tick() });
        }
    }
    let last = case.price().map(|price| price.last).filter(|last| *last > Price::ZERO);
    let limit = case.draft.order_type.limit();
    let sells = case.draft.exit_side() == Side::Sell;
    let wrong = |role, price: Option<Price>, base: Option<Price>| {
        let above = sells == (role == LegRole::TakeProfit);
        let (price, base) = (price?, base?);
        let fits = if above { price >= base + Price::CENT } else { price <= base - Price::CENT };
        (!fits).then_some(Finding::Refuse(Refusal::ExitSide { role, above, base }))
    };
    let stop = loss.map(|loss| loss.stop);
    // The limit of an oco is its profit: the loss lies on the other side of it and of the market.
    let bases = if group.enters() { [limit.or(last), None] } else { [limit, last] };
    wrong(LegRole::TakeProfit, profit, bases[0])
        .or_else(|| wrong(LegRole::StopLoss, stop, bases[0]))
        .or_else(|| wrong(LegRole::StopLoss, stop, bases[1]))
        .unwrap_or(Finding::Pass)
}
