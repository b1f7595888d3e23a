//! What happened on the account: its fills, and the money it was opened with.
//! Must never lose a fill between two pages.

use crate::domain::time::MarketTime;
use crate::venue::alpaca::wire::account::Activity;
use crate::venue::alpaca::wire::orders::OrderStatus;
use crate::venue::alpaca::wire::times::Day;
use crate::venue::simulator::exchange::order::Execution;

use super::answer::{Answer, Refused};
use super::figures;
use super::query::{Edge, Query};
use super::trading::{Fill, Trading};
use super::written::micro_stamp;

const PAGE_MAX: usize = 100;
const FILL: &str = "FILL";
const FUNDING: &str = "JNLC";

/// `GET /v2/account/activities` and `GET /v2/account/activities/{type}`.
pub(super) fn list(
    trading: &Trading,
    of_type: Option<&str>,
    query: &Query,
) -> Result<Answer, Refused> {
    let types = match of_type {
        Some(one) => vec![one.to_owned()],
        None => query.list("activity_types"),
    };
    let category = query.get("category");
    if category.is_some() && !types.is_empty() {
        return Err(Refused::parameter("category and activity_types cannot both be given"));
    }
    let page_size = query.count("page_size")?;
    let day = query.date("date")?;
    let size = match (page_size, day) {
        (Some(size), _) if size > PAGE_MAX => {
            return Err(Refused::parameter(format!("page_size must be <= {PAGE_MAX}")));
        }
        (Some(size), _) => size,
        (None, Some(_)) => usize::MAX,
        (None, None) => PAGE_MAX,
    };
    let (after, until) = (query.time("after", Edge::Start)?, query.time("until", Edge::End)?);
    let wants = |activity_type: &str, at: MarketTime| {
        let kind = if activity_type == FILL { "trade_activity" } else { "non_trade_activity" };
        (types.is_empty() || types.iter().any(|wanted| wanted == activity_type))
            && category.is_none_or(|category| category == kind)
            && after.is_none_or(|after| at > after)
            && until.is_none_or(|until| at < until)
            && day.is_none_or(|day| at.date() == day)
    };
    let order_id = query.get("order_id");
    let mut all: Vec<Activity> = Vec::new();
    if wants(FUNDING, trading.identity.created) && order_id.is_none() {
        all.push(funding(trading));
    }
    let fills = trading.fills.iter().filter(|fill| wants(FILL, fill.at));
    let fills = fills.map(|fill| written(trading, fill));
    all.extend(fills.filter(|fill| order_id.is_none_or(|id| fill.order_id.as_deref() == Some(id))));
    if query.get("direction") != Some("asc") {
        all.reverse();
    }
    let from = match query.get("page_token") {
        Some(token) => all.iter().position(|one| one.id == token).map_or(all.len(), |at| at + 1),
        None => 0,
    };
    let page: Vec<Activity> = all.into_iter().skip(from).take(size).collect();
    Ok(Answer::json(&page))
}

/// An id that sorts by New York's time.
fn id(at: MarketTime, unique: &str) -> String {
    format!("{}::{unique}", at.new_york().strftime("%Y%m%d%H%M%S%3f"))
}

fn written(trading: &Trading, fill: &Fill) -> Activity {
    let exchange = trading.exchange();
    let order = exchange.order(fill.order);
    let Fill { number, quantity, price, at, .. } = *fill;
    let execution = exchange.execution_id(&Execution { number, quantity, price, at });
    let is_last = fill.total == order.quantity;
    let status = if is_last { OrderStatus::Filled } else { OrderStatus::PartiallyFilled };
    Activity {
        id: id(fill.at, &execution.to_string()),
        activity_type: FILL.to_owned(),
        cum_qty: Some(figures::quantity(fill.total)),
        leaves_qty: Some(figures::quantity(order.quantity - fill.total)),
        order_id: Some(exchange.venue_id(order).to_string()),
        order_status: Some(status),
        price: Some(figures::price(fill.price)),
        qty: Some(figures::quantity(fill.quantity)),
        side: Some(fill.side.into()),
        symbol: Some(trading.facts.asset(fill.slot).symbol.to_string()),
        transaction_time: Some(micro_stamp(fill.at)),
        kind: Some(if is_last { "fill" } else { "partial_fill" }.to_owned()),
        ..empty()
    }
}

/// The money an account is opened with.
fn funding(trading: &Trading) -> Activity {
    let identity = &trading.identity;
    let day = identity.created.date();
    Activity {
        id: format!("{}000000000::{}", day.strftime("%Y%m%d"), identity.id),
        activity_type: FUNDING.to_owned(),
        date: Some(Day(day)),
        created_at: Some(micro_stamp(identity.created)),
        net_amount: Some(figures::cents(identity.starting_cash)),
        description: Some(String::new()),
        status: Some("executed".to_owned()),
        currency: Some("USD".to_owned()),
        ..empty()
    }
}

fn empty() -> Activity {
    Activity {
        id: String::new(),
        activity_type: String::new(),
        activity_sub_type: None,
        cum_qty: None,
        leaves_qty: None,
        order_id: None,
        order_status: None,
        price: None,
        qty: None,
        side: None,
        symbol: None,
        transaction_time: None,
        kind: None,
        date: None,
        created_at: None,
        net_amount: None,
        per_share_amount: None,
        description: None,
        status: None,
        currency: None,
        cusip: None,
        group_id: None,
    }
}
