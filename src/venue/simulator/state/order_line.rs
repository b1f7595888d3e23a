//! An order as a record of the state file, and back.
//! Must never lose a field: an order that was written and read is the same order.

use std::fmt::Display;
use std::str::{FromStr, SplitAsciiWhitespace};

use crate::domain::ids::ClientOrderId;
use crate::domain::numbers::{Money, Price, Qty, Ratio};
use crate::domain::orders::{OrderType, Side, TimeInForce, Trail};
use crate::domain::symbols::Symbol;
use crate::domain::time::MarketTime;
use crate::venue::simulator::exchange::order::{Class, Execution, Intent, Order, Special, Status};
use crate::venue::simulator::tape::Slot;

use super::line::LineWriter;

/// Stands for nothing.
const NONE: &str = "-";

/// A line that says an order and nothing else.
pub(super) fn whole(symbol: Symbol, order: &Order) -> String {
    let mut line = LineWriter::default();
    write(&mut line, symbol, order);
    line.finish()
}

/// Adds an order to a line.
pub(super) fn write(line: &mut LineWriter, symbol: Symbol, order: &Order) {
    let optional = |value: Option<&dyn Display>| value.map_or(NONE.to_owned(), ToString::to_string);
    let (kind, first, second) = kind_fields(order.order_type);
    let best = optional(order.best.map(Price::units).as_ref().map(|best| best as &dyn Display));
    let by = optional(order.replaced_by.as_deref().map(|by| by as &dyn Display));
    let of = optional(order.replaces.as_ref().map(|of| of as &dyn Display));
    let numbers = |execution: &Execution| {
        let Execution { number, quantity, price, at } = execution;
        format!("{number} {} {} {}", quantity.units(), price.units(), at.ns())
    };
    let executions: Vec<String> = order.executions.iter().map(numbers).collect();
    line.record(
        'O',
        &[
            &order.number,
            &order.client_id,
            &symbol,
            &order.side.as_str(),
            &order.quantity.units(),
            &kind,
            &first,
            &second,
            &order.time_in_force.as_str(),
            &order.intent.as_str(),
            &order.status.as_str(),
            &u8::from(order.triggered),
            &best,
            &order.created.ns(),
            &order.updated.ns(),
            &order.expires.ns(),
            &order.reserve_price.units(),
            &order.tries,
            &by,
            &of,
            &special_field(order.special.as_deref()),
            &executions.len(),
            &executions.join(" "),
        ],
    );
}

/// Reads the fields of an order; none where one is missing or makes no sense.
pub(super) fn read(fields: &str, slot: impl Fn(Symbol) -> Option<Slot>) -> Option<Order> {
    let mut fields = Fields { fields: fields.split_ascii_whitespace() };
    let number = fields.next()?;
    let client_id = ClientOrderId::from_outside(fields.text()?);
    let slot = slot(fields.next()?)?;
    let side = [Side::Buy, Side::Sell].into_iter();
    let side = fields.named(side, Side::as_str)?;
    let quantity = Qty::from_units(fields.next()?);
    let order_type = read_kind(&mut fields)?;
    let time_in_force = fields.named(TimeInForce::ALL.into_iter(), TimeInForce::as_str)?;
    let intent = fields.named(Intent::ALL.into_iter(), Intent::as_str)?;
    let status = fields.named(Status::ALL.into_iter(), Status::as_str)?;
    let triggered = fields.next::<u8>()? == 1;
    let best = fields.optional(Price::from_units).ok()?;
    let created = fields.time()?;
    let updated = fields.time()?;
    let expires = fields.time()?;
    let reserve_price = Price::from_units(fields.next()?);
    let tries = fields.next()?;
    let by = fields.text()?;
    let replaced_by = (by != NONE).then(|| Box::new(ClientOrderId::from_outside(by)));
    let replaces = fields.optional(|number| number).ok()?;
    let special = match fields.text()? {
        NONE => None,
        text => Some(Box::new(read_special(text)?)),
    };
    let count: usize = fields.next()?;
    let mut executions = Vec::new();
    for _ in 0..count {
        executions.push(Execution {
            number: fields.next()?,
            quantity: Qty::from_units(fields.next()?),
            price: Price::from_units(fields.next()?),
            at: fields.time()?,
        });
    }
    let filled: Qty = executions.iter().map(|execution| execution.quantity).sum();
    let value: Money =
        executions.iter().map(|execution| execution.quantity * execution.price).sum();
    fields.text().is_none().then_some(Order {
        number,
        client_id,
        slot,
        side,
        quantity,
        order_type,
        time_in_force,
        intent,
        status,
        filled,
        value,
        executions,
        triggered,
        best,
        created,
        updated,
        expires,
        reserve_price,
        tries,
        replaced_by,
        replaces,
        special,
    })
}

/// What only some orders have, as one field: extended, dollars, class, parent, legs.
fn special_field(special: Option<&Special>) -> String {
    let Some(special) = special else { return NONE.to_owned() };
    let optional = |value: Option<String>| value.unwrap_or_default();
    let legs: Vec<String> = special.legs.iter().map(ToString::to_string).collect();
    format!(
        "{}:{}:{}:{}:{}",
        u8::from(special.extended),
        optional(special.notional.map(|money| money.units().to_string())),
        special.class.as_str(),
        optional(special.parent.map(|number| number.to_string())),
        legs.join(",")
    )
}

fn read_special(text: &str) -> Option<Special> {
    let [extended, notional, class, parent, legs] =
        <[&str; 5]>::try_from(text.split(':').collect::<Vec<_>>()).ok()?;
    let number = |text: &str| text.parse::<u64>().ok();
    let legs: Option<Vec<u64>> =
        legs.split(',').filter(|leg| !leg.is_empty()).map(number).collect();
    Some(Special {
        extended: extended == "1",
        notional: match notional {
            "" => None,
            units => Some(Money::from_units(units.parse().ok()?)),
        },
        class: Class::ALL.into_iter().find(|known| known.as_str() == class)?,
        parent: if parent.is_empty() { None } else { Some(number(parent)?) },
        legs: legs?,
    })
}

fn kind_fields(order_type: OrderType) -> (&'static str, i64, i64) {
    match order_type {
        OrderType::Market => ("market", 0, 0),
        OrderType::Limit { limit } => ("limit", limit.units(), 0),
        OrderType::Stop { stop } => ("stop", stop.units(), 0),
        OrderType::StopLimit { stop, limit } => ("stop_limit", stop.units(), limit.units()),
        OrderType::TrailingStop { trail: Trail::Amount(amount) } => ("trail", amount.units(), 0),
        OrderType::TrailingStop { trail: Trail::Percent(ratio) } => ("trail_ratio", ratio.0, 0),
    }
}

fn read_kind(fields: &mut Fields<'_>) -> Option<OrderType> {
    let kind = fields.text()?;
    let (first, second): (i64, i64) = (fields.next()?, fields.next()?);
    let (price, other) = (Price::from_units(first), Price::from_units(second));
    Some(match kind {
        "market" => OrderType::Market,
        "limit" => OrderType::Limit { limit: price },
        "stop" => OrderType::Stop { stop: price },
        "stop_limit" => OrderType::StopLimit { stop: price, limit: other },
        "trail" => OrderType::TrailingStop { trail: Trail::Amount(price) },
        "trail_ratio" => OrderType::TrailingStop { trail: Trail::Percent(Ratio(first)) },
        _ => return None,
    })
}

/// The fields of a record, one after the other.
pub(super) struct Fields<'a> {
    pub(super) fields: SplitAsciiWhitespace<'a>,
}

impl<'a> Fields<'a> {
    pub(super) fn text(&mut self) -> Option<&'a str> {
        self.fields.next()
    }
    pub(super) fn next<T: FromStr>(&mut self) -> Option<T> {
        self.text()?.parse().ok()
    }
    /// A field that may stand for nothing; the outer none: it makes no sense.
    fn optional<T: FromStr, U>(&mut self, make: impl Fn(T) -> U) -> Result<Option<U>, ()> {
        match self.text().ok_or(())? {
            NONE => Ok(None),
            text => text.parse().map(|value| Some(make(value))).map_err(|_| ()),
        }
    }
    fn time(&mut self) -> Option<MarketTime> {
        self.next().map(MarketTime::from_ns)
    }
    fn named<T: Copy>(
        &mut self,
        mut all: impl Iterator<Item = T>,
        name: impl Fn(T) -> &'static str,
    ) -> Option<T> {
        let text = self.text()?;
        all.find(|&one| name(one) == text)
    }
}
