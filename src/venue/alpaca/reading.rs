//! What Alpaca says of an order, as reports: a trade update, an order looked up, its fills.
//! Must never invent: a fill whose price nobody told is not one, and a word that is not known is
//! passed on as unclear.

use crate::domain::ids::ClientOrderId;
use crate::domain::lifecycle::{Report, ReportKind};
use crate::domain::numbers::NumberError;
use crate::domain::time::MarketTime;

use super::wire::account::Activity;
use super::wire::digits::Decimal;
use super::wire::orders::{Class, Order, OrderStatus};
use super::wire::times::Stamp;
use super::wire::updates::{OrderEvent, TradeUpdate};

/// Why a body that can be read says something that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// A number that no price or quantity is.
    #[error("{member}: {error}")]
    Number {
        /// Where it stands.
        member: &'static str,
        /// What is wrong with it.
        error: NumberError,
    },
    /// A member that belongs to what is said is missing.
    #[error("{0} is missing")]
    Missing(&'static str),
}

fn number<T>(
    member: &'static str,
    read: impl FnOnce(&Decimal) -> Result<T, NumberError>,
    value: Option<&Decimal>,
) -> Result<T, Unreadable> {
    let value = value.ok_or(Unreadable::Missing(member))?;
    read(value).map_err(|error| Unreadable::Number { member, error })
}

fn time(stamp: Stamp) -> MarketTime {
    MarketTime::from_timestamp(stamp.0)
}

fn report(order: &Order, at: Stamp, kind: ReportKind) -> Report {
    Report {
        client_id: ClientOrderId::from_outside(&order.client_order_id),
        venue_id: Some(order.id.clone()),
        at: time(at),
        kind,
    }
}

/// What a trade update says; `by` names the order that took the place of a replaced one, once its
/// client id is known (the update names it by Alpaca's id alone).
///
/// # Errors
/// Where a fill does not say how many shares at which price: it has to be looked up.
pub fn of_update(
    update: &TradeUpdate,
    by: Option<ClientOrderId>,
) -> Result<Option<Report>, Unreadable> {
    let order = &update.order;
    let at = update.timestamp.or(update.at).unwrap_or(order.updated_at);
    let total = || number("filled_qty", Decimal::quantity, Some(&order.filled_qty));
    let kind = match &update.event {
        OrderEvent::Fill | OrderEvent::PartialFill => ReportKind::Filled {
            quantity: number("qty", Decimal::quantity, update.qty.as_ref())?,
            price: number("price", Decimal::price, update.price.as_ref())?,
            total: total()?,
            execution: update.execution_id.clone().unwrap_or_default(),
        },
        OrderEvent::Accepted | OrderEvent::PendingNew | OrderEvent::Held => ReportKind::Acked,
        OrderEvent::New => ReportKind::Working,
        OrderEvent::Canceled => ReportKind::Canceled { total: total()? },
        OrderEvent::Expired => ReportKind::Expired { total: total()? },
        OrderEvent::DoneForDay => ReportKind::DoneForDay,
        OrderEvent::Rejected => ReportKind::Rejected { reason: "rejected by the venue".into() },
        OrderEvent::OrderCancelRejected => {
            ReportKind::CancelRejected { reason: "the cancel was refused".into() }
        }
        OrderEvent::OrderReplaceRejected => {
            ReportKind::ReplaceRejected { reason: "the replacement was refused".into() }
        }
        OrderEvent::Replaced => match by {
            Some(by) => ReportKind::Replaced { by, total: total()? },
            None => ReportKind::Unclear { reason: "replaced by an order not yet known".into() },
        },
        OrderEvent::Restated | OrderEvent::Other(_) => {
            ReportKind::Unclear { reason: format!("the venue says {}", update.event.as_str()) }
        }
        OrderEvent::PendingCancel
        | OrderEvent::PendingReplace
        | OrderEvent::Stopped
        | OrderEvent::Suspended
        | OrderEvent::Calculated => return Ok(None),
    };
    Ok(Some(report(order, at, kind)))
}

/// What a trade update says besides: that an order which does not name its shares is complete.
pub fn completion(update: &TradeUpdate) -> Option<Report> {
    let order = &update.order;
    let is_last = update.event == OrderEvent::Fill && names_no_shares(order);
    let total = order.filled_qty.quantity().ok().filter(|_| is_last)?;
    let at = update.timestamp.or(update.at).unwrap_or(order.updated_at);
    Some(report(order, at, ReportKind::Complete { total }))
}

/// True for an order in dollars, and for a member of a group: the end of either is not seen from
/// its fills, because the other exit of a group takes shares away.
fn names_no_shares(order: &Order) -> bool {
    order.notional.is_some() || !matches!(order.order_class, Class::Plain | Class::Simple)
}

/// All there is to say of an order that was looked up: where it stands, and each of its fills,
/// oldest first. `by` is as for an update.
///
/// # Errors
/// Where a number of it, or of a fill, cannot be read.
pub fn of_order(
    order: &Order,
    fills: &[Activity],
    by: Option<ClientOrderId>,
) -> Result<Vec<Report>, Unreadable> {
    let mut reports = Vec::with_capacity(fills.len() + 2);
    reports.push(report(order, order.created_at, ReportKind::Acked));
    for fill in fills.iter().filter(|fill| fill.order_id.as_deref() == Some(&order.id)) {
        let at = fill.transaction_time.ok_or(Unreadable::Missing("transaction_time"))?;
        let kind = ReportKind::Filled {
            quantity: number("qty", Decimal::quantity, fill.qty.as_ref())?,
            price: number("price", Decimal::price, fill.price.as_ref())?,
            total: number("cum_qty", Decimal::quantity, fill.cum_qty.as_ref())?,
            execution: fill.id.clone(),
        };
        reports.push(report(order, at, kind));
    }
    let total = number("filled_qty", Decimal::quantity, Some(&order.filled_qty))?;
    let kind = match &order.status {
        OrderStatus::New | OrderStatus::PartiallyFilled => ReportKind::Working,
        OrderStatus::DoneForDay => ReportKind::DoneForDay,
        OrderStatus::Canceled => ReportKind::Canceled { total },
        OrderStatus::Expired => ReportKind::Expired { total },
        OrderStatus::Rejected => ReportKind::Rejected { reason: "rejected by the venue".into() },
        OrderStatus::Replaced => match by {
            Some(by) => ReportKind::Replaced { by, total },
            None => ReportKind::Unclear { reason: "replaced by an order not yet known".into() },
        },
        OrderStatus::Other(word) => {
            ReportKind::Unclear { reason: format!("the venue says {word}") }
        }
        OrderStatus::Filled if names_no_shares(order) => ReportKind::Complete { total },
        // The fills say it, once they are all listed; the rest is on its way somewhere.
        OrderStatus::Filled
        | OrderStatus::PendingNew
        | OrderStatus::Accepted
        | OrderStatus::AcceptedForBidding
        | OrderStatus::Held
        | OrderStatus::PendingCancel
        | OrderStatus::PendingReplace
        | OrderStatus::Stopped
        | OrderStatus::Suspended
        | OrderStatus::Calculated
        | OrderStatus::PendingReview => return Ok(reports),
    };
    reports.push(report(order, order.updated_at, kind));
    Ok(reports)
}
