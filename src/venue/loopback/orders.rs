//! Calls that read orders: the list with its filters, one by its id, one by its client's id.
//! Must never list a leg beside its parent where legs are wanted inside it.

use crate::domain::orders::Side;
use crate::domain::time::MarketTime;
use crate::venue::alpaca::wire::orders::Order as WireOrder;
use crate::venue::simulator::exchange::order::{Order, OrderKey, Status};

use super::answer::{Answer, Refused};
use super::client_text;
use super::facts::CLASS;
use super::placing::found;
use super::query::{Edge, Query};
use super::trading::Trading;
use super::written::order_now;

const LIMIT: usize = 50;
const LIMIT_MAX: usize = 500;

/// Which orders are wanted.
struct Filter {
    open: Option<bool>,
    after: Option<MarketTime>,
    until: Option<MarketTime>,
    /// Only orders that came before, or after, one with a number.
    before_number: Option<u64>,
    after_number: Option<u64>,
    symbols: Vec<String>,
    side: Option<Side>,
    nested: bool,
}

impl Filter {
    fn read(trading: &Trading, query: &Query) -> Result<Self, Refused> {
        let open = match query.get("status") {
            None | Some("open") => Some(true),
            Some("closed") => Some(false),
            Some("all") => None,
            Some(_) => return Err(Refused::parameter("invalid status")),
        };
        let side = match query.get("side") {
            None => None,
            Some("buy") => Some(Side::Buy),
            Some("sell") => Some(Side::Sell),
            Some(_) => return Err(Refused::parameter("invalid side")),
        };
        let (before, after) = (query.get("before_order_id"), query.get("after_order_id"));
        let times = query.get("after").is_some() || query.get("until").is_some();
        if (before.is_some() && after.is_some()) || (times && (before.is_some() || after.is_some()))
        {
            let text = "before_order_id and after_order_id go with no other cursor";
            return Err(Refused::parameter(text));
        }
        let number = |id: Option<&str>| -> Result<Option<u64>, Refused> {
            let key = id.map(|id| found(trading, id)).transpose()?;
            Ok(key.map(|key| trading.exchange().order(key).number))
        };
        Ok(Self {
            open,
            after: query.time("after", Edge::End)?,
            until: query.time("until", Edge::Start)?,
            before_number: number(before)?,
            after_number: number(after)?,
            symbols: query.list("symbols"),
            side,
            nested: query.switch("nested")?,
        })
    }

    fn takes(&self, trading: &Trading, order: &Order) -> bool {
        let open = match order.status {
            // A held leg is open only inside its parent.
            Status::Held => None,
            status => Some(status.is_open()),
        };
        let symbol = trading.facts.asset(order.slot).symbol;
        (self.open.is_none() || self.open == open)
            && self.after.is_none_or(|after| order.created > after)
            && self.until.is_none_or(|until| order.created < until)
            && self.before_number.is_none_or(|number| order.number < number)
            && self.after_number.is_none_or(|number| order.number > number)
            && self.side.is_none_or(|side| order.side == side)
            && (self.symbols.is_empty()
                || self.symbols.iter().any(|wanted| {
                    wanted == symbol.as_str() || trading.facts.find(wanted) == Some(order.slot)
                }))
            && !(self.nested && order.parent().is_some())
    }
}

/// `GET /v2/orders`.
pub(super) fn list(trading: &Trading, query: &Query) -> Result<Answer, Refused> {
    let filter = Filter::read(trading, query)?;
    let limit = query.count("limit")?.unwrap_or(LIMIT);
    if limit > LIMIT_MAX {
        return Err(Refused::parameter(format!("limit must be <= {LIMIT_MAX}")));
    }
    let ascending = match query.get("direction") {
        None | Some("desc") => false,
        Some("asc") => true,
        Some(_) => return Err(Refused::parameter("invalid direction")),
    };
    let classes = query.list("asset_class");
    if !classes.is_empty() && !classes.iter().any(|class| class == CLASS) {
        return Ok(Answer::json::<[WireOrder]>(&[]));
    }
    let wanted = trading.exchange().orders().filter(|(_, order)| filter.takes(trading, order));
    let keys: Vec<OrderKey> = wanted.map(|(key, _)| key).collect();
    let write = |key: &OrderKey| order_now(trading, *key, filter.nested);
    let orders: Vec<WireOrder> = if ascending {
        keys.iter().take(limit).map(write).collect()
    } else {
        keys.iter().rev().take(limit).map(write).collect()
    };
    Ok(Answer::json(&orders))
}

/// `GET /v2/orders/{id}`.
pub(super) fn one(trading: &Trading, id: &str, query: &Query) -> Result<Answer, Refused> {
    let key = found(trading, id)?;
    Ok(Answer::json(&order_now(trading, key, query.switch("nested")?)))
}

/// `GET /v2/orders:by_client_order_id`.
pub(super) fn by_client_id(trading: &Trading, query: &Query) -> Result<Answer, Refused> {
    let text = query.get("client_order_id");
    let text = text.ok_or_else(|| Refused::parameter("client_order_id is missing"))?;
    let key = trading.exchange().find(&client_text::kept(text));
    let key = key.ok_or_else(|| Refused::missing(format!("order not found for {text}")))?;
    Ok(Answer::json(&order_now(trading, key, query.switch("nested")?)))
}
