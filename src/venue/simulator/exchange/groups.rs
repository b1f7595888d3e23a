//! What orders that belong together must be: brackets, one-cancels-other, one-triggers-other.
//! Must never change anything: each rule reads and says yes, or why not (alpaca-api.md 5.6).

use crate::desk::port::Ticket;
use crate::domain::numbers::Price;
use crate::domain::orders::{OrderType, Side, TimeInForce};

use super::book::Touch;
use super::extended;
use super::order::{Class, Intent, Wishes};
use super::refusal::Refusal;

/// The wishes against the ticket: nothing else is looked at.
pub(super) fn check_wishes(ticket: &Ticket, wishes: &Wishes) -> Result<(), Refusal> {
    extended::check(ticket, wishes)?;
    if wishes.class == Class::Simple {
        return Ok(());
    }
    if !ticket.quantity.is_whole() || wishes.notional.is_some() {
        return Err(Refusal::Fractional("fractional orders must be simple orders"));
    }
    if wishes.extended {
        return Err(Refusal::Rule("extended hours order must be simple orders"));
    }
    if !matches!(ticket.time_in_force, TimeInForce::Day | TimeInForce::Gtc) {
        return Err(Refusal::Parameter("complex orders must be DAY or GTC orders"));
    }
    let limit = matches!(ticket.order_type, OrderType::Limit { .. });
    let market = ticket.order_type == OrderType::Market;
    let parameter = |text| Err(Refusal::Parameter(text));
    match (wishes.class, wishes.take_profit, wishes.stop_loss) {
        (Class::Oco, ..) if !limit => return parameter("oco orders must be limit orders"),
        (Class::Oco, None, _) => return parameter("oco orders require take_profit.limit_price"),
        (Class::Oco, _, None) => return parameter("oco orders require stop_loss.stop_price"),
        (Class::Bracket, ..) if !limit && !market => {
            return parameter("bracket orders must be market or limit orders");
        }
        (Class::Bracket, None, _) => {
            return parameter("bracket orders require take_profit.limit_price");
        }
        (Class::Bracket, _, None) => {
            return parameter("bracket orders require stop_loss.stop_price");
        }
        (Class::Oto, ..) if !limit && !market => {
            return parameter("oto orders must be market or limit orders");
        }
        (Class::Oto, None, None) | (Class::Oto, Some(_), Some(_)) => {
            return parameter("oto orders require either take_profit or stop_loss");
        }
        _ => {}
    }
    check_grid(wishes)
}

fn check_grid(wishes: &Wishes) -> Result<(), Refusal> {
    let on_grid = |which: &'static str, price: Option<Price>| match price {
        Some(price) if price <= Price::ZERO => {
            Err(Refusal::Parameter("limit and stop prices must be > 0"))
        }
        Some(price) if !price.is_on_grid() => Err(Refusal::SubPenny { which, price }),
        _ => Ok(()),
    };
    on_grid("take_profit.limit_price", wishes.take_profit)?;
    on_grid("stop_loss.stop_price", wishes.stop_loss.map(|(stop, _)| stop))?;
    on_grid("stop_loss.limit_price", wishes.stop_loss.and_then(|(_, limit)| limit))
}

/// The legs against the entry: a profit lies on one side of it, a loss on the other.
pub(super) fn check_legs(ticket: &Ticket, wishes: &Wishes, touch: &Touch) -> Result<(), Refusal> {
    let (profit, stop) = (wishes.take_profit, wishes.stop_loss.map(|(stop, _)| stop));
    if wishes.class == Class::Simple {
        return Ok(());
    }
    // The exit of a long position sells, so a buy entry has the prices of a sale.
    let sells = (ticket.side == Side::Sell) == (wishes.class == Class::Oco);
    if let (Some(profit), Some(stop)) = (profit, stop) {
        let ordered = if sells { profit > stop } else { profit < stop };
        let text = if sells {
            "take_profit.limit_price must be > stop_loss.stop_price"
        } else {
            "take_profit.limit_price must be < stop_loss.stop_price"
        };
        if !ordered {
            return Err(Refusal::Rule(text));
        }
    }
    if wishes.class == Class::Oco {
        return check_stop_side(sells, stop, touch);
    }
    let base = ticket.order_type.limit().unwrap_or(touch.last);
    let refuse = |text| Err(Refusal::BasePrice { text, base });
    let (above, below) = (base + Price::CENT, base - Price::CENT);
    match (sells, profit, stop) {
        (true, Some(profit), _) if profit < above => {
            refuse("take_profit.limit_price must be >= base_price + 0.01")
        }
        (false, Some(profit), _) if profit > below => {
            refuse("take_profit.limit_price must be <= base_price - 0.01")
        }
        (true, _, Some(stop)) if stop > below => {
            refuse("stop_loss.stop_price must be <= base_price - 0.01")
        }
        (false, _, Some(stop)) if stop < above => {
            refuse("stop_loss.stop_price must be >= base_price + 0.01")
        }
        _ => Ok(()),
    }
}

/// The stop of an exit must lie beyond the market, as any stop.
fn check_stop_side(sells: bool, stop: Option<Price>, touch: &Touch) -> Result<(), Refusal> {
    let Some(stop) = stop.filter(|_| !touch.last.is_zero()) else { return Ok(()) };
    let market = touch.last;
    match sells {
        true if stop >= market => Err(Refusal::StopSide { must_be: "less", market, stop }),
        false if stop <= market => Err(Refusal::StopSide { must_be: "greater", market, stop }),
        _ => Ok(()),
    }
}

/// Brackets enter, one-cancels-other orders leave.
pub(super) fn check_intent(class: Class, intent: Intent) -> Result<(), Refusal> {
    match (class, intent.opens()) {
        (Class::Bracket, false) => Err(Refusal::Rule("bracket orders must be entry orders")),
        (Class::Oto, false) => Err(Refusal::Rule("oto orders must be entry orders")),
        (Class::Oco, true) => Err(Refusal::Rule("oco orders must be exit orders")),
        _ => Ok(()),
    }
}
