//! Orders in words: terms, prices, status with its sign, age. FIX's and Alpaca's words.
//! Must never say more than the order holds: what is not known is shown as missing.

use crate::domain::lifecycle::{Certainty, Pending, State, Status};
use crate::domain::numbers::Price;
use crate::domain::orders::{Amendment, Draft, Order, OrderType, Side, Trail};
use crate::domain::special::OrderClass;
use crate::domain::time::MarketTime;

use crate::tui::theme::{Glyphs, Role};
use crate::tui::widgets::cells;

/// The kind of order as people say it.
pub const fn kind(order_type: OrderType) -> &'static str {
    match order_type {
        OrderType::Market => "market",
        OrderType::Limit { .. } => "limit",
        OrderType::Stop { .. } => "stop",
        OrderType::StopLimit { .. } => "stop limit",
        OrderType::TrailingStop { .. } => "trailing stop",
    }
}

/// The kind of an order where orders belong together: which exit a leg is, the class of the order
/// whose legs they are.
pub fn kind_in_group(order: &Order) -> &'static str {
    match (order.class, order.id.leg_of()) {
        (OrderClass::Simple, _) => kind(order.draft.order_type),
        (_, Some((_, role))) => role.words(),
        (class, None) => class.as_str(),
    }
}

/// A price with all its places, two at least (`187.50`, `0.8315`).
pub fn price(price: Price) -> String {
    price.to_string()
}

/// How far a stop trails: `0.05` dollars, or `1.5%`.
pub fn trail(trail: Trail) -> String {
    match trail {
        Trail::Amount(amount) => price(amount),
        Trail::Percent(ratio) => {
            let (whole, rest) = (ratio.0 / 10_000, ratio.0 % 10_000);
            let rest = format!("{rest:04}");
            let rest = rest.trim_end_matches('0');
            let point = if rest.is_empty() { "" } else { "." };
            format!("{whole}{point}{rest}%")
        }
    }
}

/// Kind and prices: `market`, `limit 187.50`, `stop 180.00 limit 179.50`, `trailing stop 1.5%`.
pub fn order_type(order_type: OrderType) -> String {
    match order_type {
        OrderType::Market => "market".to_owned(),
        OrderType::Limit { limit } => format!("limit {}", price(limit)),
        OrderType::Stop { stop } => format!("stop {}", price(stop)),
        OrderType::StopLimit { stop, limit } => {
            format!("stop {} limit {}", price(stop), price(limit))
        }
        OrderType::TrailingStop { trail: distance } => {
            format!("trailing stop {}", trail(distance))
        }
    }
}

/// The one price of a narrow column: the limit, else the stop, else the trail, else `market`.
pub fn short_price(order_type: OrderType) -> String {
    match order_type {
        OrderType::Market => "market".to_owned(),
        OrderType::Limit { limit } | OrderType::StopLimit { limit, .. } => price(limit),
        OrderType::Stop { stop } => format!("stop {}", price(stop)),
        OrderType::TrailingStop { trail: distance } => format!("tr {}", trail(distance)),
    }
}

/// `buy 25 MSFT limit 405.00 day`, and ` extended` where it works beside the session too.
pub fn terms(draft: &Draft) -> String {
    format!("{} {}{}", brief(draft), draft.time_in_force, draft.special)
}

/// `buy 25 MSFT limit 405.00`.
pub fn brief(draft: &Draft) -> String {
    let (side, amount, symbol) = (draft.side, draft.amount(), draft.symbol);
    format!("{side} {amount} {symbol} {}", order_type(draft.order_type))
}

/// What an amendment changes: `quantity 30, limit 404.00`.
pub fn amendment(amendment: &Amendment) -> String {
    let parts = [
        amendment.quantity.map(|quantity| format!("quantity {quantity}")),
        amendment.stop.map(|stop| format!("stop {}", price(stop))),
        amendment.limit.map(|limit| format!("limit {}", price(limit))),
        amendment.trail.map(|distance| format!("trail {}", trail(distance))),
        amendment.time_in_force.map(|time| time.to_string()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The role of a side's word.
pub const fn side_role(side: Side) -> Role {
    match side {
        Side::Buy => Role::Buy,
        Side::Sell => Role::Sell,
    }
}

/// The status word with its sign before it, and its role: `○ working`, `✓ filled`, `? unknown`.
pub fn status(order: &Order, glyphs: &Glyphs) -> (String, Role) {
    let State { status, pending, certainty } = order.state;
    let (sign, role) = match (status, certainty, pending) {
        (Status::Filled, ..) => (glyphs.check, Role::Good),
        (Status::Rejected, ..) => (glyphs.cross, Role::Error),
        (status, ..) if status.is_final() => (glyphs.missing, Role::Muted),
        (_, Certainty::Unknown, _) => ("?", Role::Warn),
        (_, _, Pending::Cancel | Pending::Replace) => (glyphs.ellipsis, Role::Warn),
        (Status::Intended, ..) => (glyphs.ellipsis, Role::Muted),
        (Status::PartlyFilled, ..) => (glyphs.dot, Role::Accent),
        (Status::Working, ..) => (glyphs.ring, Role::Accent),
        _ => (glyphs.ring, Role::Muted),
    };
    (format!("{sign} {}", order.state.word()), role)
}

/// True for an order whose row steps back: it ended without a fill.
pub fn is_faded(order: &Order) -> bool {
    let ended = matches!(order.state.status, Status::Canceled | Status::Expired);
    ended && order.filled.is_zero()
}

/// How long ago, in one unit: `38s`, `12m`, `5h`, `3d`.
pub fn age(since: MarketTime, now: MarketTime) -> String {
    let seconds = now.ms_since(since).max(0) / 1_000;
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3_600 => format!("{}m", seconds / 60),
        3_600..86_400 => format!("{}h", seconds / 3_600),
        _ => format!("{}d", seconds / 86_400),
    }
}

/// How far a price lies from the last one, in percent with its sign; none without a last price.
pub fn distance(price: Price, last: Price) -> Option<String> {
    price.change_from(last).map(cells::percent_change)
}

#[cfg(test)]
mod tests {
    use super::{age, amendment, order_type, short_price, terms, trail};
    use crate::domain::numbers::{Price, Qty, Ratio};
    use crate::domain::orders::{Amendment, OrderType, Trail};
    use crate::domain::time::MarketTime;
    use crate::tui::fixture::orders::orders;

    #[test]
    fn terms_are_said_as_traders_say_them() {
        let orders = orders();
        let said: Vec<String> = orders.iter().map(|order| terms(&order.draft)).collect();
        assert_eq!(
            &said[..7],
            [
                "buy 10 AAPL limit 187.50 day",
                "buy 25 MSFT limit 405.00 day",
                "sell 100 NVDA limit 131.40 day",
                "sell 20 AAPL limit 192.00 day",
                "buy 80 TSLA limit 240.00 day",
                "sell 1,000 PLUG trailing stop 0.05 gtc",
                "sell 40 MSFT stop 400.00 limit 399.50 day",
            ]
        );
        assert_eq!(short_price(OrderType::Stop { stop: Price::cents(40_000) }), "stop 400.00");
        assert_eq!(order_type(OrderType::Market), "market");
    }

    #[test]
    fn trails_changes_and_ages() {
        assert_eq!(trail(Trail::Percent(Ratio(15_000))), "1.5%");
        assert_eq!(trail(Trail::Percent(Ratio(10_000))), "1%");
        assert_eq!(trail(Trail::Percent(Ratio(1_001))), "0.1001%");
        let change = Amendment {
            quantity: Some(Qty::shares(1_500)),
            limit: Some(Price::cents(40_450)),
            ..Amendment::default()
        };
        assert_eq!(amendment(&change), "quantity 1,500, limit 404.50");
        let now = MarketTime::from_ns(0).plus_ms(10 * 86_400_000);
        let ages: [i64; 8] = [-5, 0, 59_999, 60_000, 3_599_999, 3_600_000, 86_399_999, 86_400_000];
        let said: Vec<String> = ages.iter().map(|ms| age(now.plus_ms(-*ms), now)).collect();
        assert_eq!(said, ["0s", "0s", "59s", "1m", "59m", "1h", "23h", "1d"]);
    }
}
