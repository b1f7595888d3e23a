//! Rows of orders and of what was sent to the venue for them.
//! Must never decide what an order's state means: it is kept as three words and read back as such.

use sqlx::sqlite::SqliteRow;

use crate::domain::ids::{AccountId, OrderId, PortfolioId, UserId};
use crate::domain::lifecycle::State;
use crate::domain::numbers::{Money, Price, Qty, Ratio};
use crate::domain::orders::{Amendment, Draft, Order, OrderType, Shown, Trail, VenueOrder};
use crate::domain::special::{Group, LegRole, OrderClass, Special, StopLoss};
use crate::domain::time::DeskTime;

use super::cells::{Columns, Values};
use super::fault::StoreError;
use super::statement::Statement;
use super::words;

pub(super) const PUT_ORDER: &str =
    "INSERT INTO orders (id, account_id, portfolio_id, user_id, class, parent_id, leg_role,
        symbol, side, quantity, order_type, limit_price, stop_price, trail_amount,
        trail_percent, time_in_force, note, extended_hours, dollars, take_profit, stop_loss,
        stop_loss_limit, asked_quantity, asked_limit, asked_stop,
        asked_trail_amount, asked_trail_percent, asked_time_in_force, status, pending, certainty,
        filled, filled_value, attempt, reserved, shown_last, shown_version, approver_id,
        placed_desk_ns, placed_market_ns, updated_desk_ns, updated_market_ns, due_desk_ns,
        look_ups, reason, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
        $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37,
        $38, $39, $40, $41, $42,
        $43, $44, $45, $46)
    ON CONFLICT (id) DO UPDATE SET
        quantity = excluded.quantity, order_type = excluded.order_type,
        limit_price = excluded.limit_price, stop_price = excluded.stop_price,
        trail_amount = excluded.trail_amount, trail_percent = excluded.trail_percent,
        time_in_force = excluded.time_in_force, note = excluded.note,
        asked_quantity = excluded.asked_quantity, asked_limit = excluded.asked_limit,
        asked_stop = excluded.asked_stop, asked_trail_amount = excluded.asked_trail_amount,
        asked_trail_percent = excluded.asked_trail_percent,
        asked_time_in_force = excluded.asked_time_in_force, status = excluded.status,
        pending = excluded.pending, certainty = excluded.certainty, filled = excluded.filled,
        filled_value = excluded.filled_value, attempt = excluded.attempt,
        reserved = excluded.reserved, shown_last = excluded.shown_last,
        shown_version = excluded.shown_version, approver_id = excluded.approver_id,
        updated_desk_ns = excluded.updated_desk_ns, updated_market_ns = excluded.updated_market_ns,
        due_desk_ns = excluded.due_desk_ns, look_ups = excluded.look_ups,
        reason = excluded.reason, version = excluded.version";
pub(super) const PUT_VENUE_ORDER: &str =
    "INSERT INTO venue_orders (account_id, client_id, order_id, attempt,
        venue_id, status, quantity, filled, closing_total, asked_quantity, asked_limit,
        asked_stop, asked_trail_amount, asked_trail_percent, asked_time_in_force)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
    ON CONFLICT (account_id, client_id) DO UPDATE SET
        order_id = excluded.order_id, attempt = excluded.attempt, venue_id = excluded.venue_id,
        status = excluded.status, filled = excluded.filled,
        closing_total = excluded.closing_total";
pub(super) const CURRENT_ORDERS: &str = current_orders!(order_columns!());
/// The columns of a venue order in the order in which `read_venue_order` takes them.
macro_rules! venue_order_columns {
    () => {
        "v.account_id, v.client_id, v.order_id, v.attempt, v.venue_id, v.status, v.quantity,
        v.filled, v.closing_total, v.asked_quantity, v.asked_limit, v.asked_stop,
        v.asked_trail_amount, v.asked_trail_percent, v.asked_time_in_force"
    };
}

pub(super) const CURRENT_VENUE_ORDERS: &str = concat!(
    "SELECT ",
    venue_order_columns!(),
    " FROM (",
    current_orders!("o.id"),
    ") w CROSS JOIN venue_orders v WHERE ",
    sent_for!()
);
/// Those of the order $1 of the account $2.
pub(super) const VENUE_ORDERS_OF: &str = concat!(
    "SELECT ",
    venue_order_columns!(),
    " FROM venue_orders v WHERE v.account_id = $2 AND v.client_id >= $1
        AND v.client_id < $1 || '.' AND v.order_id = $1 ORDER BY v.client_id"
);
pub(super) const ORDER: &str = concat!("SELECT ", order_columns!(), " FROM orders o WHERE id = $1");

/// Every statement of this file.
#[cfg(test)]
pub(super) const SQL: &[&str] =
    &[PUT_ORDER, PUT_VENUE_ORDER, CURRENT_ORDERS, CURRENT_VENUE_ORDERS, VENUE_ORDERS_OF, ORDER];

pub(super) fn put_order(order: &Order) -> Statement {
    let draft = &order.draft;
    let group = draft.special.group;
    let trail = match draft.order_type {
        OrderType::TrailingStop { trail } => Some(trail),
        _ => None,
    };
    let values = Values::default()
        .text(order.id.to_string())
        .int(order.account.0)
        .int(order.portfolio.0)
        .int(order.user.0)
        .text(order.class.as_str())
        .text_or_null(order.parent.map(|parent| parent.to_string()))
        .text_or_null(leg_role(order).map(str::to_owned))
        .text(draft.symbol.as_str())
        .text(draft.side.as_str())
        .qty(draft.quantity)
        .text(draft.order_type.as_str())
        .price_or_null(draft.order_type.limit())
        .price_or_null(draft.order_type.stop())
        .int_or_null(trail.and_then(trail_amount))
        .int_or_null(trail.and_then(trail_percent))
        .text(draft.time_in_force.as_str())
        .text(&draft.note)
        .flag(draft.special.extended_hours)
        .text_or_null(draft.special.dollars.map(Money::plain))
        .price_or_null(group.take_profit())
        .price_or_null(group.stop_loss().map(|loss| loss.stop))
        .price_or_null(group.stop_loss().and_then(|loss| loss.limit));
    let values = put_amendment(values, order.asked);
    Statement::new(PUT_ORDER, put_progress(values, order))
}

fn put_amendment(values: Values, asked: Option<Amendment>) -> Values {
    let asked = asked.unwrap_or_default();
    values
        .int_or_null(asked.quantity.map(Qty::units))
        .price_or_null(asked.limit)
        .price_or_null(asked.stop)
        .int_or_null(asked.trail.and_then(trail_amount))
        .int_or_null(asked.trail.and_then(trail_percent))
        .text_or_null(asked.time_in_force.map(|time| time.as_str().to_owned()))
}

/// The second half of an order's values: what happens to it after it was placed.
fn put_progress(values: Values, order: &Order) -> Values {
    values
        .text(order.state.status.as_str())
        .text(words::pending(order.state.pending))
        .text(words::certainty(order.state.certainty))
        .qty(order.filled)
        .money(order.filled_value)
        .int(order.attempt.into())
        .money(order.reserved)
        .price_or_null(order.shown.last)
        .int_or_null(order.shown.version)
        .int_or_null(order.approver.map(|approver| approver.0))
        .moment(order.placed)
        .moment(order.updated)
        .int_or_null(order.due.map(DeskTime::ns))
        .int(order.look_ups.into())
        .text_or_null(order.reason.clone())
        .int(order.version)
}

pub(super) fn put_venue_order(venue_order: &VenueOrder) -> Statement {
    let values = Values::default()
        .int(venue_order.account.0)
        .text(venue_order.client_id.as_str())
        .text_or_null(venue_order.order.map(|order| order.to_string()))
        .int(venue_order.attempt.into())
        .text_or_null(venue_order.venue_id.clone())
        .text(venue_order.status.as_str())
        .qty(venue_order.quantity)
        .qty(venue_order.filled)
        .int_or_null(venue_order.closing_total.map(Qty::units));
    Statement::new(PUT_VENUE_ORDER, put_amendment(values, venue_order.asked))
}

pub(super) fn read_order(row: &SqliteRow) -> Result<Order, StoreError> {
    let columns = &mut Columns::of(row);
    let id = columns.parsed()?;
    let account = AccountId(columns.int()?);
    let portfolio = PortfolioId(columns.int()?);
    let user = UserId(columns.int()?);
    let class = columns.word(words::parse_class)?;
    let parent = columns.parsed_or_null::<OrderId>()?;
    Ok(Order {
        id,
        account,
        portfolio,
        user,
        class,
        parent,
        draft: read_draft(columns, if parent.is_none() { class } else { OrderClass::Simple })?,
        asked: read_amendment(columns)?,
        state: read_state(columns)?,
        filled: columns.qty()?,
        filled_value: columns.money()?,
        attempt: columns.small()?,
        reserved: columns.money()?,
        shown: Shown { last: columns.price_or_null()?, version: columns.int_or_null()? },
        approver: columns.int_or_null()?.map(UserId),
        placed: columns.moment()?,
        updated: columns.moment()?,
        due: columns.int_or_null()?.map(DeskTime::from_ns),
        look_ups: columns.small()?,
        reason: columns.text_or_null()?.map(str::to_owned),
        version: columns.int()?,
    })
}

pub(super) fn read_venue_order(row: &SqliteRow) -> Result<VenueOrder, StoreError> {
    let mut columns = Columns::of(row);
    Ok(VenueOrder {
        account: AccountId(columns.int()?),
        client_id: columns.client_id()?,
        order: columns.parsed_or_null()?,
        attempt: columns.small()?,
        venue_id: columns.text_or_null()?.map(str::to_owned),
        status: columns.parsed()?,
        quantity: columns.qty()?,
        filled: columns.qty()?,
        closing_total: columns.qty_or_null()?,
        asked: read_amendment(&mut columns)?,
    })
}

/// Of an order of this class; a leg has none of its own.
fn read_draft(columns: &mut Columns<'_>, class: OrderClass) -> Result<Draft, StoreError> {
    Ok(Draft {
        symbol: columns.symbol()?,
        side: columns.word(words::parse_side)?,
        quantity: columns.qty()?,
        order_type: read_order_type(columns)?,
        time_in_force: columns.word(words::parse_time_in_force)?,
        note: columns.text()?.to_owned(),
        special: Special {
            extended_hours: columns.flag()?,
            dollars: columns.money_or_null()?,
            group: read_group(columns, class)?,
        },
    })
}

fn read_group(columns: &mut Columns<'_>, class: OrderClass) -> Result<Group, StoreError> {
    let profit = columns.price_or_null()?;
    let (stop, limit) = (columns.price_or_null()?, columns.price_or_null()?);
    let loss = stop.map(|stop| StopLoss { stop, limit });
    Group::of(class, profit, loss).ok_or_else(|| StoreError::Unreadable {
        column: "class with its exits".to_owned(),
        text: class.as_str().to_owned(),
    })
}

/// What an order is in its group.
fn leg_role(order: &Order) -> Option<&'static str> {
    match (order.class, order.id.leg_of()) {
        (OrderClass::Simple, _) => None,
        (_, Some((_, role))) => Some(role.as_str()),
        (OrderClass::Oco, None) => Some(LegRole::TakeProfit.as_str()),
        (_, None) => Some("entry"),
    }
}

fn read_order_type(columns: &mut Columns<'_>) -> Result<OrderType, StoreError> {
    let word = columns.text()?;
    let (limit, stop) = (columns.price_or_null()?, columns.price_or_null()?);
    let trail = read_trail(columns)?;
    match (word, limit, stop, trail) {
        ("market", None, None, None) => Ok(OrderType::Market),
        ("limit", Some(limit), None, None) => Ok(OrderType::Limit { limit }),
        ("stop", None, Some(stop), None) => Ok(OrderType::Stop { stop }),
        ("stop_limit", Some(limit), Some(stop), None) => Ok(OrderType::StopLimit { stop, limit }),
        ("trailing_stop", None, None, Some(trail)) => Ok(OrderType::TrailingStop { trail }),
        _ => Err(StoreError::Unreadable {
            column: "order_type with its prices".to_owned(),
            text: word.to_owned(),
        }),
    }
}

fn read_amendment(columns: &mut Columns<'_>) -> Result<Option<Amendment>, StoreError> {
    let asked = Amendment {
        quantity: columns.qty_or_null()?,
        limit: columns.price_or_null()?,
        stop: columns.price_or_null()?,
        trail: read_trail(columns)?,
        time_in_force: columns.word_or_null(words::parse_time_in_force)?,
    };
    Ok((asked != Amendment::default()).then_some(asked))
}

fn read_state(columns: &mut Columns<'_>) -> Result<State, StoreError> {
    Ok(State {
        status: columns.parsed()?,
        pending: columns.word(words::parse_pending)?,
        certainty: columns.word(words::parse_certainty)?,
    })
}

fn read_trail(columns: &mut Columns<'_>) -> Result<Option<Trail>, StoreError> {
    let amount = columns.price_or_null()?.map(Trail::Amount);
    let percent = columns.int_or_null()?.map(|ratio| Trail::Percent(Ratio(ratio)));
    Ok(amount.or(percent))
}

const fn trail_amount(trail: Trail) -> Option<i64> {
    match trail {
        Trail::Amount(amount) => Some(Price::units(amount)),
        Trail::Percent(_) => None,
    }
}

const fn trail_percent(trail: Trail) -> Option<i64> {
    match trail {
        Trail::Amount(_) => None,
        Trail::Percent(Ratio(ratio)) => Some(ratio),
    }
}
