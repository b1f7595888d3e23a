//! The trade-update stream: what each of the exchange's events says, and the talk on the socket.
//! Must never tell an update to a listener that did not sign in and ask for it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::domain::numbers::{Money, Qty};
use crate::domain::time::MarketTime;
use crate::venue::alpaca::wire::orders::OrderStatus;
use crate::venue::alpaca::wire::times::Day;
use crate::venue::alpaca::wire::updates::{OrderEvent, TradeUpdate};
use crate::venue::simulator::exchange::order::{Event, EventKind, Execution, Order};

use super::figures;
use super::hours::settlement;
use super::trading::{Fill, Trading};
use super::written::{Sight, legs, micro_stamp, order_as, stamp};

/// The one stream there is.
pub(super) const TRADE_UPDATES: &str = "trade_updates";
const ULID_SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A message with the stream it is for.
#[derive(Serialize)]
struct Envelope {
    stream: &'static str,
    data: Value,
}

/// An order as the stream tells it: it says when a cancel was asked for, and knows no partners.
fn as_told(order: &mut Value) {
    let Some(members) = order.as_object_mut() else { return };
    for partner in ["subtag", "source"] {
        members.remove(partner);
    }
    members.entry("cancel_requested_at").or_insert(Value::Null);
    for leg in members.get_mut("legs").and_then(Value::as_array_mut).into_iter().flatten() {
        as_told(leg);
    }
}

impl Trading {
    /// Moves the market on to `now` and tells what happened by itself.
    pub(super) fn come_to(&mut self, now: MarketTime) {
        self.floor.advance(now);
        self.tell();
    }

    /// Tells what happened since the last time.
    pub(super) fn tell(&mut self) {
        let events = self.floor.exchange_mut().take_events();
        for event in &events {
            match event.kind {
                EventKind::Accepted | EventKind::Held => {
                    let exchange = self.floor.exchange();
                    let id = exchange.venue_id(exchange.order(event.order));
                    self.ids.insert(id, event.order);
                }
                EventKind::Filled { execution, total } => {
                    let order = self.floor.exchange().order(event.order);
                    let (slot, side) = (order.slot, order.side);
                    let position = self.positions.entry(slot).or_default();
                    *position += side.signed(execution.quantity);
                    self.fills.push(Fill {
                        order: event.order,
                        number: execution.number,
                        at: execution.at,
                        slot,
                        side,
                        quantity: execution.quantity,
                        price: execution.price,
                        total,
                    });
                }
                _ => {}
            }
            self.listeners.retain(|listener| !listener.is_closed());
            if self.listeners.is_empty() {
                continue;
            }
            let Some(text) = message(self, event) else { continue };
            // Whoever does not read is cut off: its channel is closed when it is dropped here.
            self.listeners.retain(|listener| listener.try_send(text.clone()).is_ok());
        }
    }
}

/// What an event says, as the text of a frame; none for what stays inside.
fn message(trading: &mut Trading, event: &Event) -> Option<Arc<str>> {
    let execution_id = trading.draw_id();
    let event_number = u128::from_be_bytes(*trading.draw_id().as_bytes());
    let trading = &*trading;
    let order = trading.exchange().order(event.order);
    let (kind, sight) = seen(trading, order, event)?;
    let mut written = order_as(trading, order, &sight);
    if written.status == OrderStatus::Canceled && !order.tries_once() {
        written.cancel_requested_at = written.canceled_at;
    }
    if order.parent().is_none() {
        written.legs = legs(trading, order, Sight::now);
    }
    let mut update = TradeUpdate {
        at: Some(micro_stamp(event.at)),
        event_id: Some(ulid(event.at, event_number)),
        event: kind,
        timestamp: Some(stamp(event.at)),
        order: written,
        execution_id: Some(execution_id.to_string()),
        price: None,
        qty: None,
        position_qty: None,
        settle_date: None,
    };
    match event.kind {
        EventKind::Accepted => update.execution_id = None,
        EventKind::Filled { execution, .. } => {
            let schedule = trading.schedule();
            let day = schedule.trading_day(execution.at);
            update.execution_id = Some(trading.exchange().execution_id(&execution).to_string());
            update.price = Some(figures::price(execution.price));
            update.qty = Some(figures::quantity(execution.quantity));
            update.position_qty = Some(figures::quantity(trading.told_position(order.slot)));
            update.settle_date = Some(Day(settlement(schedule, day)));
        }
        _ => {}
    }
    let mut data = serde_json::to_value(&update).expect("an update of ours can be written");
    as_told(&mut data["order"]);
    let envelope = Envelope { stream: TRADE_UPDATES, data };
    Some(serde_json::to_string(&envelope).expect("an update of ours can be written").into())
}

/// What an event is called, and the order as it stood after it.
fn seen(trading: &Trading, order: &Order, event: &Event) -> Option<(OrderEvent, Sight)> {
    let ended =
        |status| Sight { status, filled: order.filled, value: order.value, updated: event.at };
    let fresh = |status| Sight { status, filled: Qty::ZERO, value: Money::ZERO, updated: event.at };
    Some(match event.kind {
        EventKind::Accepted => {
            let at_once = trading.is_at_work_at(order, event.at);
            let kind = if at_once { OrderEvent::PendingNew } else { OrderEvent::Accepted };
            (kind, Sight::taken(order, at_once))
        }
        EventKind::Held => (OrderEvent::Held, fresh(OrderStatus::Held)),
        EventKind::New => (OrderEvent::New, fresh(OrderStatus::New)),
        EventKind::Filled { execution, total } => {
            let value = value_after(order, &execution);
            let (kind, status) = if total == order.quantity {
                (OrderEvent::Fill, OrderStatus::Filled)
            } else {
                (OrderEvent::PartialFill, OrderStatus::PartiallyFilled)
            };
            (kind, Sight { status, filled: total, value, updated: event.at })
        }
        EventKind::Canceled => (OrderEvent::Canceled, ended(OrderStatus::Canceled)),
        EventKind::Expired => (OrderEvent::Expired, ended(OrderStatus::Expired)),
        EventKind::Replaced { .. } => (OrderEvent::Replaced, ended(OrderStatus::Replaced)),
        EventKind::Triggered | EventKind::Trailed { .. } => return None,
    })
}

/// Dollars filled of an order with and up to an execution.
fn value_after(order: &Order, last: &Execution) -> Money {
    let known = order.executions.iter().take_while(|execution| execution.number <= last.number);
    known.map(|execution| execution.quantity * execution.price).sum()
}

/// An id that sorts by time.
fn ulid(at: MarketTime, number: u128) -> String {
    let ms = u128::try_from(at.ns().max(0) / 1_000_000).unwrap_or(0);
    let bits = (ms << 80) | (number & ((1 << 80) - 1));
    let sign = |place: u32| {
        let index = usize::try_from((bits >> (5 * place)) & 31).expect("five bits");
        char::from(ULID_SIGNS[index])
    };
    (0..26).rev().map(sign).collect()
}

/// What a client says on the socket, in either form.
#[derive(Debug, Deserialize)]
struct Said {
    #[serde(default)]
    action: String,
    #[serde(default)]
    data: Details,
    #[serde(default)]
    key: Option<String>,
    #[serde(default)]
    secret: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Details {
    #[serde(default)]
    key_id: Option<String>,
    #[serde(default)]
    secret_key: Option<String>,
    #[serde(default)]
    streams: Vec<String>,
}

/// What is to be done with what a client said.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// It signs in with a key and a secret.
    SignIn(String, String),
    /// It wants these streams and no others.
    Listen(Vec<String>),
    /// Nothing that is known.
    Nothing,
}

/// Reads what a client said.
pub(super) fn read(frame: &[u8]) -> Wish {
    let Ok(said) = serde_json::from_slice::<Said>(frame) else { return Wish::Nothing };
    match said.action.as_str() {
        "authenticate" | "auth" => {
            let key = said.key.or(said.data.key_id).unwrap_or_default();
            Wish::SignIn(key, said.secret.or(said.data.secret_key).unwrap_or_default())
        }
        "listen" => Wish::Listen(said.data.streams),
        _ => Wish::Nothing,
    }
}

/// The answer to a sign-in, or to who listens without one.
pub(super) fn verdict(is_known: bool, action: &str) -> String {
    let status = if is_known { "authorized" } else { "unauthorized" };
    json!({ "stream": "authorization", "data": { "action": action, "status": status } }).to_string()
}

/// The answer to a wish to listen: the streams that there are.
pub(super) fn listening(streams: &[String]) -> String {
    json!({ "stream": "listening", "data": { "streams": streams } }).to_string()
}

#[cfg(test)]
mod tests {
    use super::{MarketTime, Wish, read, ulid};

    #[test]
    fn both_forms_of_signing_in_are_read() {
        let wish = Wish::SignIn("K".to_owned(), "S".to_owned());
        let old = br#"{"action":"authenticate","data":{"key_id":"K","secret_key":"S"}}"#;
        assert_eq!(read(old), wish);
        assert_eq!(read(br#"{"action":"auth","key":"K","secret":"S"}"#), wish);
        let listen = br#"{"action":"listen","data":{"streams":["trade_updates"]}}"#;
        assert_eq!(read(listen), Wish::Listen(vec!["trade_updates".to_owned()]));
        assert_eq!(read(b"hello"), Wish::Nothing);
    }

    #[test]
    fn ids_of_events_sort_by_time() {
        let (early, late) = (MarketTime::from_ns(1_000_000), MarketTime::from_ns(2_000_000));
        assert!(ulid(early, u128::MAX) < ulid(late, 0));
        assert_eq!(ulid(late, 7).len(), 26);
    }
}
