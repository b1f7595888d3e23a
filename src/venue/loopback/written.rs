//! An order of the exchange as Alpaca writes it, now or at the moment something happened to it.
//! Must never show more of an order than was true at that moment.

use crate::domain::numbers::{Money, Qty};
use crate::domain::orders::{OrderType, Trail};
use crate::domain::time::MarketTime;
use crate::venue::alpaca::wire::orders::{
    Class as WireClass, Kind, Order as WireOrder, OrderStatus,
};
use crate::venue::alpaca::wire::times::Stamp;
use crate::venue::simulator::exchange::order::{Class, Order, OrderKey, Status};

use super::facts::CLASS;
use super::trading::Trading;
use super::{client_text, figures};

/// What of an order is looked at.
#[derive(Clone, Debug)]
pub(super) struct Sight {
    /// How it stands.
    pub status: OrderStatus,
    /// Shares filled.
    pub filled: Qty,
    /// Dollars of them.
    pub value: Money,
    /// When it last changed.
    pub updated: MarketTime,
}

impl Sight {
    /// An order as it stands now.
    pub(super) fn now(order: &Order) -> Self {
        let status = match order.status {
            Status::Accepted => OrderStatus::Accepted,
            Status::New => OrderStatus::New,
            Status::PartiallyFilled => OrderStatus::PartiallyFilled,
            Status::Filled => OrderStatus::Filled,
            Status::Canceled => OrderStatus::Canceled,
            Status::Expired => OrderStatus::Expired,
            Status::Replaced => OrderStatus::Replaced,
            Status::Held => OrderStatus::Held,
        };
        Self { status, filled: order.filled, value: order.value, updated: order.updated }
    }
    /// A leg the moment its entry was taken.
    pub(super) fn held(order: &Order) -> Self {
        Self { status: OrderStatus::Held, ..Self::taken(order, false) }
    }
    /// An order the moment it was taken.
    pub(super) fn taken(order: &Order, at_once: bool) -> Self {
        let status = match (at_once, order.status) {
            (_, Status::Held) => OrderStatus::Held,
            (true, _) => OrderStatus::PendingNew,
            (false, _) => OrderStatus::Accepted,
        };
        Self { status, filled: Qty::ZERO, value: Money::ZERO, updated: order.created }
    }
}

const fn class(class: Class) -> WireClass {
    match class {
        Class::Simple => WireClass::Plain,
        Class::Bracket => WireClass::Bracket,
        Class::Oco => WireClass::Oco,
        Class::Oto => WireClass::Oto,
    }
}

/// A moment as the wire has it.
pub(super) fn stamp(at: MarketTime) -> Stamp {
    Stamp(at.timestamp())
}
/// A moment to the microsecond.
pub(super) fn micro_stamp(at: MarketTime) -> Stamp {
    stamp(MarketTime::from_ns(at.ns() - at.ns().rem_euclid(1_000)))
}

/// An order as it stands now, with its legs where it has some and they are wanted.
pub(super) fn order_now(trading: &Trading, key: OrderKey, nested: bool) -> WireOrder {
    let order = trading.exchange().order(key);
    let mut written = order_as(trading, order, &Sight::now(order));
    if nested {
        written.legs = legs(trading, order, Sight::now);
    }
    written
}

/// The legs of an order, each as `sight` has it; none where it has none.
pub(super) fn legs(
    trading: &Trading,
    order: &Order,
    sight: impl Fn(&Order) -> Sight,
) -> Option<Vec<WireOrder>> {
    let exchange = trading.exchange();
    let legs = order.legs().iter().filter_map(|&number| exchange.find_number(number));
    let legs = legs.map(|leg| {
        let leg = exchange.order(leg);
        order_as(trading, leg, &sight(leg))
    });
    let legs: Vec<WireOrder> = legs.collect();
    (!legs.is_empty()).then_some(legs)
}

/// An order as it stood at a moment.
pub(super) fn order_as(trading: &Trading, order: &Order, sight: &Sight) -> WireOrder {
    let exchange = trading.exchange();
    let ended = |status: OrderStatus| (sight.status == status).then(|| stamp(sight.updated));
    let replaced = sight.status == OrderStatus::Replaced;
    let new = order.replaced_by.as_deref().filter(|_| replaced);
    let new = new.and_then(|client| exchange.find(client));
    let old = order.replaces.and_then(|number| exchange.find_number(number));
    let id_of = |key: OrderKey| exchange.venue_id(exchange.order(key)).to_string();
    let (trail_price, trail_percent) = match order.order_type {
        OrderType::TrailingStop { trail: Trail::Amount(amount) } => {
            (Some(figures::price(amount)), None)
        }
        OrderType::TrailingStop { trail: Trail::Percent(ratio) } => {
            (None, Some(figures::percent(ratio)))
        }
        _ => (None, None),
    };
    let kind = Kind::from(order.order_type);
    let notional = order.notional();
    WireOrder {
        id: exchange.venue_id(order).to_string(),
        client_order_id: client_text::read(&order.client_id),
        created_at: stamp(order.created),
        updated_at: stamp(sight.updated),
        submitted_at: stamp(order.created),
        filled_at: ended(OrderStatus::Filled),
        expired_at: ended(OrderStatus::Expired),
        expires_at: Some(stamp(order.expires)),
        cancel_requested_at: None,
        canceled_at: ended(OrderStatus::Canceled),
        failed_at: None,
        replaced_at: ended(OrderStatus::Replaced),
        replaced_by: new.map(id_of),
        replaces: old.map(id_of),
        asset_id: trading.facts.id(order.slot).to_string(),
        symbol: trading.facts.asset(order.slot).symbol.to_string(),
        asset_class: CLASS.to_owned(),
        notional: notional.map(figures::amount),
        qty: notional.is_none().then(|| figures::quantity(order.quantity)),
        filled_qty: figures::quantity(sight.filled),
        filled_avg_price: sight.value.per_share(sight.filled).map(figures::price),
        order_class: class(order.class()),
        order_type: Some(kind.clone()),
        kind,
        side: order.side.into(),
        position_intent: Some(order.intent.as_str().to_owned()),
        time_in_force: order.time_in_force.into(),
        limit_price: order.order_type.limit().map(figures::price),
        stop_price: order.trigger().map(figures::price),
        trail_price,
        trail_percent,
        hwm: order.best.map(figures::price),
        status: sight.status.clone(),
        extended_hours: order.is_extended(),
        legs: None,
        ratio_qty: None,
        subtag: None,
        source: None,
    }
}
