//! Positions: the list, one, and closing them by orders at the market.
//! Must never close more than is held and free.

use crate::desk::port::Ticket;
use crate::domain::numbers::{Price, Qty};
use crate::domain::orders::{OrderType, Side, TimeInForce};
use crate::domain::special::Special;
use crate::domain::time::MarketTime;
use crate::venue::alpaca::wire::assets::{CloseStatus, Closed, Position};
use crate::venue::simulator::exchange::account::Holding;
use crate::venue::simulator::exchange::order::Wishes;
use crate::venue::simulator::tape::Slot;

use super::answer::{Answer, Refused};
use super::client_text;
use super::facts::CLASS;
use super::figures::{fraction, position_amount, price, quantity};
use super::placing::{submit, taken};
use super::query::Query;
use super::trading::Trading;

/// Places of a percentage of a position.
const PERCENT_PLACES_SCALE: i128 = 1_000_000_000;

/// `GET /v2/positions`.
pub(super) fn list(trading: &Trading) -> Answer {
    let held = trading.exchange().account().held();
    let positions = held.map(|(slot, holding)| written(trading, slot, holding));
    Answer::json(&positions.collect::<Vec<Position>>())
}

/// `GET /v2/positions/{symbol or id}`.
pub(super) fn one(trading: &Trading, named: &str) -> Result<Answer, Refused> {
    let slot = held(trading, named)?;
    let holding = trading.exchange().account().holding(slot);
    Ok(Answer::json(&written(trading, slot, holding)))
}

/// The position that a path names.
fn held(trading: &Trading, named: &str) -> Result<Slot, Refused> {
    let slot = trading.facts.find(named);
    let slot = slot.ok_or_else(|| Refused::missing(format!("symbol not found: {named}")))?;
    if trading.exchange().account().holding(slot).quantity.is_zero() {
        return Err(Refused::missing("position does not exist"));
    }
    Ok(slot)
}

/// The side that closes a position.
const fn closing_side(quantity: Qty) -> Side {
    if quantity.signum() > 0 { Side::Sell } else { Side::Buy }
}

fn written(trading: &Trading, slot: Slot, holding: &Holding) -> Position {
    let Holding { quantity: shares, cost, .. } = *holding;
    let asset = trading.facts.asset(slot);
    let (worth, last) = (holding.worth(), holding.last());
    let previous = trading.floor.picture(slot).previous_close;
    let in_orders = trading.exchange().closing(slot, closing_side(shares));
    let free = if shares.signum() > 0 { shares - in_orders } else { shares + in_orders };
    let day = day_cost(trading, slot, (shares, previous));
    let (profit, day_profit) = (worth - cost, worth - day);
    let average = cost.per_share(shares).unwrap_or(Price::ZERO);
    Position {
        asset_id: trading.facts.id(slot).to_string(),
        symbol: asset.symbol.to_string(),
        exchange: asset.exchange.clone(),
        asset_class: CLASS.to_owned(),
        asset_marginable: Some(true),
        qty: quantity(shares),
        qty_available: Some(quantity(free)),
        avg_entry_price: price(average),
        side: if shares.signum() > 0 { "long" } else { "short" }.to_owned(),
        market_value: Some(position_amount(worth)),
        cost_basis: position_amount(cost),
        unrealized_pl: Some(position_amount(profit)),
        unrealized_plpc: Some(fraction(profit.units(), cost.abs().units())),
        unrealized_intraday_pl: Some(position_amount(day_profit)),
        unrealized_intraday_plpc: Some(fraction(day_profit.units(), day.abs().units())),
        current_price: Some(price(last)),
        lastday_price: Some(price(previous)),
        change_today: Some(fraction(
            i128::from((last - previous).units()),
            i128::from(previous.units()),
        )),
    }
}

/// What a position would have cost today: what was held at the last close counts at its price,
/// what was added since at what it cost.
fn day_cost(
    trading: &Trading,
    slot: Slot,
    (shares, previous): (Qty, Price),
) -> crate::domain::numbers::Money {
    let schedule = trading.schedule();
    let start: MarketTime = schedule.day_start(schedule.trading_day(trading.now()));
    let fills = trading.fills.iter().filter(|fill| fill.slot == slot);
    let today = fills.filter(|fill| fill.at >= start);
    let mut held = shares;
    let mut cost = crate::domain::numbers::Money::ZERO;
    for fill in today {
        let signed = fill.side.signed(fill.quantity);
        held -= signed;
        cost += signed * fill.price;
    }
    cost + held * previous
}

/// `DELETE /v2/positions/{symbol or id}`.
pub(super) fn close(trading: &mut Trading, named: &str, query: &Query) -> Result<Answer, Refused> {
    let slot = held(trading, named)?;
    let all = trading.exchange().account().holding(slot).quantity.abs();
    let part = match (query.get("qty"), query.get("percentage")) {
        (Some(_), Some(_)) => {
            return Err(Refused::parameter("only one of qty or percentage is accepted"));
        }
        (Some(text), None) => {
            let wrong = |_| Refused::parameter("invalid qty");
            Qty::parse(text).map_err(wrong)?
        }
        (None, Some(text)) => share(all, text)?,
        (None, None) => all,
    };
    if part <= Qty::ZERO {
        return Err(Refused::parameter("qty must be > 0"));
    }
    let order = order(trading, slot, part)?;
    Ok(Answer::json(&order))
}

/// A percentage of a position, cut at nine places.
fn share(all: Qty, percentage: &str) -> Result<Qty, Refused> {
    let percent = Price::parse(percentage).map_err(|_| Refused::parameter("invalid percentage"))?;
    if percent > Price::cents(10_000) {
        return Err(Refused::parameter("percentage must be between 0 and 100"));
    }
    let units =
        i128::from(all.units()) * i128::from(percent.units()) / (100 * PERCENT_PLACES_SCALE);
    Ok(Qty::from_units(i64::try_from(units).expect("a part of what is held")))
}

/// Places the order that closes so much of a position.
fn order(
    trading: &mut Trading,
    slot: Slot,
    part: Qty,
) -> Result<crate::venue::alpaca::wire::orders::Order, Refused> {
    let quantity = trading.exchange().account().holding(slot).quantity;
    let drawn = trading.draw_id().to_string();
    let ticket = Ticket {
        client_id: client_text::kept(&drawn),
        symbol: trading.facts.asset(slot).symbol,
        side: closing_side(quantity),
        quantity: part,
        order_type: OrderType::Market,
        time_in_force: TimeInForce::Day,
        special: Special::default(),
    };
    let key = submit(trading, (&ticket, &Wishes::default()))?;
    Ok(taken(trading, key))
}

/// `DELETE /v2/positions`.
pub(super) fn close_all(trading: &mut Trading, query: &Query) -> Result<Answer, Refused> {
    if query.switch("cancel_orders")? {
        super::placing::cancel_all(trading);
    }
    let held: Vec<(Slot, Qty)> = {
        let held = trading.exchange().account().held();
        held.map(|(slot, holding)| (slot, holding.quantity.abs())).collect()
    };
    let mut statuses = Vec::with_capacity(held.len());
    for (slot, part) in held {
        let symbol = trading.facts.asset(slot).symbol.to_string();
        let (status, body) = match order(trading, slot, part) {
            Ok(order) => (200, Closed::By(Box::new(order))),
            Err(refused) => (refused.status, Closed::Refused(refused.body)),
        };
        statuses.push(CloseStatus { symbol, status, body });
    }
    Ok(Answer::several(&statuses))
}
