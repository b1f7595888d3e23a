//! What an order must be before the exchange takes it, from its shape to the account's means.
//! Must never change anything: each rule reads and says yes, or why not.

use crate::bounds::CLIENT_ORDER_ID_BYTES_MAX;
use crate::desk::port::Ticket;
use crate::domain::hours::Schedule;
use crate::domain::numbers::{Money, Price, Qty, Ratio};
use crate::domain::orders::{OrderType, Side, TimeInForce, Trail};
use crate::domain::symbols::Asset;
use crate::domain::time::MarketTime;

use super::account::Account;
use super::book::{Book, Touch, would_meet};
use super::order::{Intent, worst_price};
use super::refusal::Refusal;
use crate::venue::simulator::tape::Slot;

/// A trail below this is refused (0.1 %).
const TRAIL_MIN: Ratio = Ratio(1_000);
/// Auction orders are refused from so long before their auction, and until 19:00 after it.
const OPENING_CUTOFF_MS: i64 = 2 * 60_000;
const CLOSING_CUTOFF_MS: i64 = 10 * 60_000;
const EVENING_HOUR: i8 = 19;

/// The order's own parameters: nothing else is looked at.
pub(super) fn check_shape(ticket: &Ticket) -> Result<(), Refusal> {
    let positive = |price: Price, text| {
        if price > Price::ZERO { Ok(()) } else { Err(Refusal::Parameter(text)) }
    };
    let on_grid = |price: Price, which| {
        if price.is_on_grid() { Ok(()) } else { Err(Refusal::SubPenny { which, price }) }
    };
    if ticket.quantity <= Qty::ZERO {
        return Err(Refusal::Parameter("qty must be > 0"));
    }
    if ticket.client_id.as_str().len() > 128 || ticket.client_id.as_str().is_empty() {
        const { assert!(CLIENT_ORDER_ID_BYTES_MAX <= 128) };
        return Err(Refusal::Parameter("client_order_id must be no more than 128 characters"));
    }
    if let Some(limit) = ticket.order_type.limit() {
        positive(limit, "limit price must be > 0")?;
        on_grid(limit, "limit_price")?;
    }
    if let Some(stop) = ticket.order_type.stop() {
        positive(stop, "stop price must be > 0")?;
        on_grid(stop, "stop_price")?;
    }
    match ticket.order_type {
        OrderType::TrailingStop { trail: Trail::Amount(amount) } => {
            positive(amount, "trail_price must be > 0")?;
        }
        OrderType::TrailingStop { trail: Trail::Percent(ratio) } if ratio < TRAIL_MIN => {
            let text = "trail_percent must be greater than or equal to 0.1";
            return Err(Refusal::Parameter(text));
        }
        OrderType::TrailingStop { trail: Trail::Percent(ratio) } if ratio.0 >= 1_000_000 => {
            return Err(Refusal::Parameter("trail_percent must be less than 100"));
        }
        _ => {}
    }
    let stops = !matches!(ticket.order_type, OrderType::Market | OrderType::Limit { .. });
    let lasting = matches!(ticket.time_in_force, TimeInForce::Day | TimeInForce::Gtc);
    if stops && !lasting {
        return Err(Refusal::Parameter("invalid time_in_force"));
    }
    Ok(())
}

/// The asset: does it trade, and in parts?
pub(super) fn check_asset(ticket: &Ticket, asset: &Asset) -> Result<(), Refusal> {
    if !asset.tradable {
        return Err(Refusal::NotTradable(asset.symbol));
    }
    if asset.halted && ticket.order_type == OrderType::Market {
        return Err(Refusal::Halted(asset.symbol));
    }
    if ticket.quantity.is_whole() {
        return Ok(());
    }
    if !asset.fractionable {
        return Err(Refusal::NotFractionable(asset.symbol));
    }
    if ticket.time_in_force != TimeInForce::Day {
        return Err(Refusal::Fractional("fractional orders must be DAY orders"));
    }
    if matches!(ticket.order_type, OrderType::TrailingStop { .. }) {
        return Err(Refusal::Fractional("fractional orders must be simple orders"));
    }
    Ok(())
}

/// Auction orders have their hours on an exchange that opens and closes.
pub(super) fn check_window(
    schedule: Schedule,
    time_in_force: TimeInForce,
    at: MarketTime,
) -> Result<(), Refusal> {
    let local = at.new_york();
    let session = (schedule == Schedule::Nyse).then(|| schedule.session(local.date())).flatten();
    let Some((open, close)) = session.filter(|_| local.hour() < EVENING_HOUR) else {
        return Ok(());
    };
    match time_in_force {
        TimeInForce::Opg if at >= open.plus_ms(-OPENING_CUTOFF_MS) => {
            Err(Refusal::Window("opg orders must be submitted after 7:00pm and before 9:28am"))
        }
        TimeInForce::Cls if at >= close.plus_ms(-CLOSING_CUTOFF_MS) => {
            Err(Refusal::Window("cls orders must be submitted after 7:00pm and before 3:50pm"))
        }
        _ => Ok(()),
    }
}

/// A stop must lie beyond the market.
pub(super) fn check_stop_side(ticket: &Ticket, touch: &Touch) -> Result<(), Refusal> {
    let (Some(stop), market) = (ticket.order_type.stop(), touch.last) else { return Ok(()) };
    let (beyond, must_be) = match ticket.side {
        Side::Buy => (stop > market, "greater"),
        Side::Sell => (stop < market, "less"),
    };
    if beyond || market.is_zero() {
        Ok(())
    } else {
        Err(Refusal::StopSide { must_be, market, stop })
    }
}

/// What the order does to the position. An order may not cross zero, nor sell what open orders
/// already sell.
pub(super) fn check_intent(
    ticket: &Ticket,
    asset: &Asset,
    account: &Account,
    (slot, book): (Slot, &Book),
) -> Result<Intent, Refusal> {
    let held = account.holding(slot).quantity;
    let closes = held.signum() == -ticket.side.signed(Qty::shares(1)).signum();
    if closes {
        let in_orders = book.half(ticket.side).closing;
        let existing = held.abs();
        if ticket.quantity > existing - in_orders {
            return Err(Refusal::InsufficientQty {
                symbol: asset.symbol,
                requested: ticket.quantity,
                existing,
                held: in_orders,
            });
        }
        return Ok(match ticket.side {
            Side::Buy => Intent::BuyToClose,
            Side::Sell => Intent::SellToClose,
        });
    }
    let others = book.half(ticket.side.opposite()).opening;
    if ticket.side == Side::Buy {
        if others > 0 {
            let text = "cannot open a long buy while a short sell order is open";
            return Err(Refusal::OppositeOpening(text));
        }
        return Ok(Intent::BuyToOpen);
    }
    if !ticket.quantity.is_whole() {
        return Err(Refusal::Fractional("fractional orders cannot be sold short"));
    }
    if !asset.shortable {
        return Err(Refusal::NotShortable(asset.symbol));
    }
    if !account.has_margin() {
        return Err(Refusal::NoShorting);
    }
    if others > 0 {
        let text = "cannot open a short sell while a long buy order is open";
        return Err(Refusal::OppositeOpening(text));
    }
    Ok(Intent::SellToOpen)
}

/// Alpaca's matrix (alpaca-api.md section 16): against an open order of the other side, a market
/// or stop order on either side is refused, two with limits where they would meet. A new trailing
/// stop is exempt; a resting one counts as a stop.
pub(super) fn check_wash_trade(ticket: &Ticket, book: &Book) -> Result<(), Refusal> {
    const MARKET: &str = "opposite side market/stop order exists";
    const LIMIT: &str = "opposite side limit order exists";
    let other = book.half(ticket.side.opposite());
    if matches!(ticket.order_type, OrderType::TrailingStop { .. }) {
        return Ok(());
    }
    if let Some(existing) = other.any_unlimited() {
        return Err(Refusal::WashTrade { existing, reason: MARKET });
    }
    let Some((rank, existing)) = other.best_limit() else { return Ok(()) };
    let meets = ticket.order_type.limit().is_none_or(|limit| would_meet(ticket.side, limit, rank));
    if meets { Err(Refusal::WashTrade { existing, reason: LIMIT }) } else { Ok(()) }
}

/// The price at which an opening order reserves buying power (alpaca-api.md section 16): the limit
/// of a buy, the far side for a market buy; for a short sale the larger of its limit and 3 % above
/// the ask.
pub(super) fn reserve_price(ticket: &Ticket, touch: &Touch) -> Price {
    let far = touch.far(Side::Buy).unwrap_or(touch.last);
    let stated = worst_price(ticket.side, ticket.order_type).or(ticket.order_type.stop());
    match ticket.side {
        Side::Buy => stated.unwrap_or(far),
        Side::Sell => stated.unwrap_or(Price::ZERO).max(far.percent(103)),
    }
}

/// At least a dollar, and for an order that opens a position enough buying power.
pub(super) fn check_means(
    ticket: &Ticket,
    account: &Account,
    (intent, price): (Intent, Price),
) -> Result<(), Refusal> {
    let needed = ticket.quantity * price;
    if needed < Money::dollars(1) && intent.opens() {
        return Err(Refusal::TooSmall);
    }
    let available = account.buying_power() - account.reserved;
    if intent.opens() && needed > available {
        let available = available.max(Money::ZERO);
        return Err(Refusal::BuyingPower { available, needed });
    }
    Ok(())
}
