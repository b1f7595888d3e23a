//! Calls that change orders: place, replace, cancel, cancel all.
//! Must never answer before the exchange has done it.

use crate::desk::port::Ticket;
use crate::domain::numbers::Qty;
use crate::domain::orders::Side;
use crate::domain::special::Special;
use crate::venue::alpaca::wire::orders::{CancelStatus, Order as WireOrder};
use crate::venue::simulator::exchange::order::{Intent, OrderKey, Wishes};
use crate::venue::simulator::exchange::refusal::Refusal;
use crate::venue::simulator::tape::Slot;

use super::answer::{Answer, Refused};
use super::asked::{Asked, Changes, client_id, quantity, time_in_force};
use super::trading::Trading;
use super::written::{Sight, legs, order_as};

/// `POST /v2/orders`.
pub(super) fn place(trading: &mut Trading, body: &[u8]) -> Result<Answer, Refused> {
    let asked = Asked::read(body)?;
    let named = asked.symbol.as_deref().filter(|symbol| !symbol.is_empty());
    let named = named.ok_or_else(|| Refused::parameter("symbol is required"))?;
    let slot = trading.facts.find(named);
    let slot = slot.ok_or_else(|| Refused::rule(format!("asset \"{named}\" not found")))?;
    let symbol = trading.facts.asset(slot).symbol;
    let drawn = trading.draw_id();
    let client = client_id(asked.client_order_id.as_deref(), || drawn.to_string())?;
    let (ticket, wishes) = asked.terms(client, symbol)?;
    check_switches(trading, slot, (&ticket, &wishes))?;
    if let Some(specified) = asked.position_intent.as_deref() {
        check_intent(trading, slot, (ticket.side, specified))?;
    }
    let key = submit(trading, (&ticket, &wishes))?;
    Ok(Answer::json(&taken(trading, key)))
}

/// Hands an order to the exchange, and tells what came of it.
pub(super) fn submit(
    trading: &mut Trading,
    (ticket, wishes): (&Ticket, &Wishes),
) -> Result<OrderKey, Refused> {
    let at = trading.now();
    let submitted = trading.floor.submit_special(at, (ticket, wishes));
    trading.tell();
    submitted.map_err(|refusal| Refused::by(trading.exchange(), &refusal))
}

/// An order as the call that placed it is answered: as it was the moment it was taken.
pub(super) fn taken(trading: &Trading, key: OrderKey) -> WireOrder {
    let order = trading.exchange().order(key);
    let at_once = trading.is_at_work_at(order, order.created);
    let mut written = order_as(trading, order, &Sight::taken(order, at_once));
    written.legs = legs(trading, order, Sight::held);
    written
}

/// What the account's owner switched off.
fn check_switches(
    trading: &Trading,
    slot: Slot,
    (ticket, wishes): (&Ticket, &Wishes),
) -> Result<(), Refused> {
    let switches = &trading.switches;
    if switches.suspend_trade == Some(true) {
        return Err(Refused::forbidden("new orders are rejected by user request"));
    }
    let in_parts = wishes.notional.is_some() || !ticket.quantity.is_whole();
    if in_parts && switches.fractional_trading == Some(false) {
        return Err(Refused::forbidden("fractional trading is disabled for this account"));
    }
    let held = trading.exchange().account().holding(slot).quantity;
    if ticket.side == Side::Sell && held <= Qty::ZERO && switches.no_shorting == Some(true) {
        return Err(Refused::forbidden("account is not allowed to short"));
    }
    Ok(())
}

/// An intent that was named must be the one that follows from the position.
fn check_intent(
    trading: &Trading,
    slot: Slot,
    (side, specified): (Side, &str),
) -> Result<(), Refused> {
    let held = trading.exchange().account().holding(slot).quantity;
    let inferred = match (side, held.signum()) {
        (Side::Buy, -1) => Intent::BuyToClose,
        (Side::Buy, _) => Intent::BuyToOpen,
        (Side::Sell, 1) => Intent::SellToClose,
        (Side::Sell, _) => Intent::SellToOpen,
    };
    if specified == inferred.as_str() {
        return Ok(());
    }
    let inferred = inferred.as_str();
    Err(Refused::rule(format!(
        "position intent mismatch, inferred: {inferred}, specified: {specified}"
    )))
}

/// `PATCH /v2/orders/{id}`.
pub(super) fn replace(trading: &mut Trading, id: &str, body: &[u8]) -> Result<Answer, Refused> {
    let old = found(trading, id)?;
    let changes = Changes::read(body)?;
    let order = trading.exchange().order(old).clone();
    let by = |trading: &Trading, refusal| Refused::by(trading.exchange(), &refusal);
    if order.notional().is_some() || changes.notional.is_some() {
        return Err(by(trading, Refusal::Replace("unable to replace notional orders")));
    }
    let given = changes.qty.as_ref().map(quantity).transpose()?;
    if given.is_some_and(|given| !given.is_whole() && given != order.leaves()) {
        return Err(Refused::parameter("qty must be an integer"));
    }
    let time = changes.time_in_force.as_deref();
    let time = time.filter(|word| !word.is_empty()).map(time_in_force).transpose()?;
    let drawn = trading.draw_id();
    let ticket = Ticket {
        client_id: client_id(changes.client_order_id.as_deref(), || drawn.to_string())?,
        symbol: trading.facts.asset(order.slot).symbol,
        side: order.side,
        quantity: given.unwrap_or(order.leaves()),
        order_type: changes.applied_to(order.order_type)?,
        time_in_force: time.unwrap_or(order.time_in_force),
        special: Special::default(),
    };
    let at = trading.now();
    let replaced = trading.floor.replace(at, old, &ticket);
    trading.tell();
    let new = replaced.map_err(|refusal| by(trading, refusal))?;
    Ok(Answer::json(&taken(trading, new)))
}

/// `DELETE /v2/orders/{id}`.
pub(super) fn cancel(trading: &mut Trading, id: &str) -> Result<Answer, Refused> {
    let key = found(trading, id)?;
    let at = trading.now();
    let canceled = trading.floor.cancel(at, key);
    trading.tell();
    canceled.map_err(|refusal| Refused::by(trading.exchange(), &refusal))?;
    Ok(Answer::done())
}

/// `DELETE /v2/orders`.
pub(super) fn cancel_all(trading: &mut Trading) -> Answer {
    let exchange = trading.exchange();
    let open = exchange.orders().filter(|(_, order)| !order.status.is_final());
    let open: Vec<OrderKey> = open.map(|(key, _)| key).collect();
    let mut statuses = Vec::with_capacity(open.len());
    for key in open {
        let order = trading.exchange().order(key);
        let id = trading.exchange().venue_id(order).to_string();
        let at = trading.now();
        // One that went with its group is canceled already, which is what was asked for.
        let (status, body) = match trading.floor.cancel(at, key) {
            Ok(()) => (200, None),
            Err(refusal) => {
                let refused = Refused::by(trading.exchange(), &refusal);
                (refused.status, Some(*refused.body))
            }
        };
        statuses.push(CancelStatus { id, status, body });
    }
    trading.tell();
    Answer::several(&statuses)
}

/// The order that a path names.
pub(super) fn found(trading: &Trading, id: &str) -> Result<OrderKey, Refused> {
    if uuid::Uuid::try_parse(id).is_err() {
        return Err(Refused::parameter("order_id is missing"));
    }
    let key = trading.order(id);
    key.ok_or_else(|| Refused::missing(format!("order not found for {id}")))
}
