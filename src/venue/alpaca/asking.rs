//! The desk's errands in Alpaca's words: a ticket becomes an order or a replacement.
//! Must never leave out the client id: it is what makes a repeated call the same order.

use crate::desk::port::Ticket;
use crate::domain::numbers::Price;
use crate::domain::orders::{OrderType, Trail};
use crate::domain::special::{Group, OrderClass};

use super::wire::digits::Decimal;
use super::wire::orders::{Class, PlaceOrder, ReplaceOrder, StopLoss, TakeProfit};

/// The prices of an order, each where it belongs.
struct Prices {
    limit: Option<Decimal>,
    stop: Option<Decimal>,
    trail_price: Option<Decimal>,
    trail_percent: Option<Decimal>,
}

fn prices(order_type: OrderType) -> Prices {
    let (trail_price, trail_percent) = match order_type {
        OrderType::TrailingStop { trail: Trail::Amount(amount) } => (Some(written(amount)), None),
        OrderType::TrailingStop { trail: Trail::Percent(ratio) } => (None, Some(percent(ratio.0))),
        _ => (None, None),
    };
    Prices {
        limit: order_type.limit().map(written),
        stop: order_type.stop().map(written),
        trail_price,
        trail_percent,
    }
}

fn written(price: Price) -> Decimal {
    Decimal::of(&price.plain())
}

/// The class as requests write it; an order on its own leaves it out.
const fn class(class: OrderClass) -> Option<Class> {
    match class {
        OrderClass::Simple => None,
        OrderClass::Bracket => Some(Class::Bracket),
        OrderClass::Oco => Some(Class::Oco),
        OrderClass::Oto => Some(Class::Oto),
    }
}

/// Millionths as a percentage: 10,000 of them are `1`, and all digits stay.
fn percent(millionths: i64) -> Decimal {
    let (whole, rest) = (millionths / 10_000, millionths % 10_000);
    Decimal::of(format!("{whole}.{rest:04}").trim_end_matches('0').trim_end_matches('.'))
}

/// What places the order of a ticket.
pub fn placement(ticket: &Ticket) -> PlaceOrder {
    let Prices { limit, stop, trail_price, trail_percent } = prices(ticket.order_type);
    let dollars = ticket.special.dollars;
    let group = ticket.special.group;
    // An oco is itself the exit with a profit, and names its price there too.
    let profit = match group {
        Group::Oco { .. } => ticket.order_type.limit(),
        _ => group.take_profit(),
    };
    PlaceOrder {
        symbol: ticket.symbol.to_string(),
        qty: dollars.is_none().then(|| Decimal::of(&ticket.quantity.plain())),
        notional: dollars.map(|dollars| Decimal::of(&dollars.plain())),
        side: ticket.side.into(),
        kind: ticket.order_type.into(),
        time_in_force: ticket.time_in_force.into(),
        limit_price: limit,
        stop_price: stop,
        trail_price,
        trail_percent,
        extended_hours: ticket.special.extended_hours.then_some(true),
        client_order_id: Some(ticket.client_id.as_str().to_owned()),
        order_class: class(group.class()),
        take_profit: profit.map(|limit| TakeProfit { limit_price: Some(written(limit)) }),
        stop_loss: group.stop_loss().map(|loss| StopLoss {
            stop_price: Some(written(loss.stop)),
            limit_price: loss.limit.map(written),
        }),
        position_intent: None,
    }
}

/// What puts a ticket's order in the place of one at work.
pub fn replacement(ticket: &Ticket) -> ReplaceOrder {
    let Prices { limit, stop, trail_price, trail_percent } = prices(ticket.order_type);
    ReplaceOrder {
        qty: Some(Decimal::of(&ticket.quantity.plain())),
        time_in_force: Some(ticket.time_in_force.into()),
        limit_price: limit,
        stop_price: stop,
        trail: trail_price.or(trail_percent),
        client_order_id: Some(ticket.client_id.as_str().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use crate::desk::port::Ticket;
    use crate::domain::ids::ClientOrderId;
    use crate::domain::numbers::{Money, Price, Qty, Ratio};
    use crate::domain::orders::{OrderType, Side, TimeInForce, Trail};
    use crate::domain::special::Special;
    use crate::domain::symbols::Symbol;

    use super::{placement, replacement};

    fn ticket(order_type: OrderType) -> Ticket {
        Ticket {
            client_id: ClientOrderId::from_outside("one"),
            symbol: Symbol::parse("BRK.B").expect("a symbol"),
            side: Side::Sell,
            quantity: Qty::parse("1.5").expect("a quantity"),
            order_type,
            time_in_force: TimeInForce::Gtc,
            special: Special::default(),
        }
    }

    #[track_caller]
    fn check(order_type: OrderType, placed: &str, replaced: &str) {
        let ticket = ticket(order_type);
        let written = serde_json::to_string(&placement(&ticket)).expect("writable");
        let head = "{\"symbol\":\"BRK.B\",\"qty\":\"1.5\",\"side\":\"sell\",\"type\":";
        let tail = "\"client_order_id\":\"one\"}";
        assert_eq!(written, format!("{head}{placed},{tail}"));
        let written = serde_json::to_string(&replacement(&ticket)).expect("writable");
        let head = "{\"qty\":\"1.5\",\"time_in_force\":\"gtc\",";
        assert_eq!(written, format!("{head}{replaced}{tail}"));
    }

    #[test]
    fn extended_hours_are_asked_for_where_they_are_wanted() {
        let mut ticket = ticket(OrderType::Limit { limit: Price::cents(1_000) });
        assert_eq!(placement(&ticket).extended_hours, None);
        ticket.special.extended_hours = true;
        assert_eq!(placement(&ticket).extended_hours, Some(true));
    }

    #[test]
    fn an_order_in_dollars_sends_no_quantity() {
        let mut ticket = ticket(OrderType::Market);
        ticket.special.dollars = Some(Money::cents(10_050));
        let written = serde_json::to_string(&placement(&ticket)).expect("writable");
        assert!(
            written.contains("\"notional\":\"100.50\"") && !written.contains("qty"),
            "{written}"
        );
    }

    #[test]
    fn each_kind_sends_its_prices_and_no_other() {
        let price = |text| Price::parse(text).expect("a price");
        let gtc = "\"time_in_force\":\"gtc\"";
        check(OrderType::Market, &format!("\"market\",{gtc}"), "");
        check(
            OrderType::Limit { limit: price("0.9858") },
            &format!("\"limit\",{gtc},\"limit_price\":\"0.9858\""),
            "\"limit_price\":\"0.9858\",",
        );
        check(
            OrderType::StopLimit { stop: price("10"), limit: price("9.50") },
            &format!("\"stop_limit\",{gtc},\"limit_price\":\"9.50\",\"stop_price\":\"10.00\""),
            "\"limit_price\":\"9.50\",\"stop_price\":\"10.00\",",
        );
        let trail = Trail::Percent(Ratio(12_500));
        check(
            OrderType::TrailingStop { trail },
            &format!("\"trailing_stop\",{gtc},\"trail_percent\":\"1.25\""),
            "\"trail\":\"1.25\",",
        );
        let trail = Trail::Amount(price("2"));
        check(
            OrderType::TrailingStop { trail },
            &format!("\"trailing_stop\",{gtc},\"trail_price\":\"2.00\""),
            "\"trail\":\"2.00\",",
        );
    }
}
