//! What the market of a past day did with an order, read off that day's bars.
//! Must never fill through a limit, or at a price that did not trade.

use crate::desk::entropy::Entropy;
use crate::domain::lifecycle::ReportKind;
use crate::domain::numbers::{Price, Qty};
use crate::domain::orders::{Draft, OrderType, Side, TimeInForce};
use crate::domain::quotes::Bar;
use crate::domain::time::MarketTime;

/// Most pieces in which an order is filled.
const PIECES_MAX: u64 = 3;
/// From the venue's word to the first fill, in milliseconds.
const ANSWER_MS: i64 = 180;

/// When and what the venue reports about an order placed at `at`, from its acknowledgement on.
/// `bars` are those of its symbol from that moment to the end of its life, `close` that end.
pub(super) fn reports(
    draft: &Draft,
    at: MarketTime,
    (bars, close): (&[Bar], MarketTime),
    chance: &mut Entropy,
) -> Vec<(MarketTime, ReportKind)> {
    let acked = at.plus_ms(ANSWER_MS / 3);
    let mut found = vec![(acked, ReportKind::Acked), (acked, ReportKind::Working)];
    match execution(draft, at, bars) {
        Some((when, price)) => fill(draft, when.max(acked), price, chance, &mut found),
        None if draft.time_in_force == TimeInForce::Day => {
            found.push((close, ReportKind::Expired { total: Qty::ZERO }));
        }
        None => {}
    }
    found
}

/// When and at which price the order trades, if it does.
fn execution(draft: &Draft, at: MarketTime, bars: &[Bar]) -> Option<(MarketTime, Price)> {
    let market = bars.first().map(|bar| (at.plus_ms(ANSWER_MS), bar.open));
    let reaches = |level: Price, from_above: bool| {
        let mut later = bars.iter().skip(1);
        let bar =
            later.find(|bar| if from_above { bar.low <= level } else { bar.high >= level })?;
        // Somewhere inside the bar; what it opened beyond, it opened at.
        let price = if from_above { level.min(bar.open) } else { level.max(bar.open) };
        Some((bar.start.plus_ms(150_000), price))
    };
    match (draft.order_type, draft.side) {
        (OrderType::Limit { limit }, Side::Buy) => reaches(limit, true),
        (OrderType::Limit { limit }, Side::Sell) => reaches(limit, false),
        (OrderType::Stop { stop }, Side::Buy) => reaches(stop, false),
        (OrderType::Stop { stop }, Side::Sell) => reaches(stop, true),
        _ => market,
    }
}

/// The executions that make up the whole order, a few hundred milliseconds apart.
fn fill(
    draft: &Draft,
    at: MarketTime,
    price: Price,
    chance: &mut Entropy,
    found: &mut Vec<(MarketTime, ReportKind)>,
) {
    let lots = draft.quantity.units() / Qty::shares(1).units();
    let pieces = 1 + i64::try_from(chance.next_u64() % PIECES_MAX).unwrap_or(0);
    let pieces = if lots < 20 { 1 } else { pieces };
    let mut total = Qty::ZERO;
    for piece in 1..=pieces {
        let quantity =
            if piece == pieces { draft.quantity - total } else { Qty::shares(lots / pieces) };
        total += quantity;
        let execution = format!("{:016x}", chance.next_u64());
        let when = at.plus_ms((piece - 1) * 420);
        found.push((when, ReportKind::Filled { quantity, price, total, execution }));
    }
}

#[cfg(test)]
mod tests {
    use super::reports;
    use crate::desk::entropy::Entropy;
    use crate::domain::lifecycle::ReportKind;
    use crate::domain::numbers::{Price, Qty};
    use crate::domain::orders::{Draft, OrderType, Side, TimeInForce};
    use crate::domain::quotes::Bar;
    use crate::domain::special::Special;
    use crate::domain::symbols::Symbol;
    use crate::domain::time::MarketTime;

    fn bar(start_s: i64, open: i64, high: i64, low: i64) -> Bar {
        Bar {
            start: MarketTime::from_ns(0).plus_ms(start_s * 1_000),
            open: Price::cents(open),
            high: Price::cents(high),
            low: Price::cents(low),
            close: Price::cents(open),
            volume: Qty::shares(1_000),
        }
    }

    /// The fills' price and sum, and whether the order expired.
    fn outcome(side: Side, order_type: OrderType) -> (Option<Price>, Qty, bool) {
        let draft = Draft {
            symbol: Symbol::parse("ABC").expect("plain"),
            side,
            quantity: Qty::shares(100),
            order_type,
            time_in_force: TimeInForce::Day,
            note: String::new(),
            special: Special::default(),
        };
        let bars = [bar(0, 10_000, 10_010, 9_990), bar(900, 10_005, 10_100, 9_950)];
        let end = MarketTime::from_ns(0).plus_ms(86_400_000);
        let mut chance = Entropy::from_number(1);
        let (mut price, mut sum, mut expired) = (None, Qty::ZERO, false);
        for (_, kind) in reports(&draft, MarketTime::from_ns(0), (&bars, end), &mut chance) {
            match kind {
                ReportKind::Filled { quantity, price: at, total, .. } => {
                    sum += quantity;
                    assert_eq!(sum, total);
                    price = Some(at);
                }
                ReportKind::Expired { .. } => expired = true,
                _ => {}
            }
        }
        (price, sum, expired)
    }

    #[test]
    fn orders_fill_where_the_bars_went_and_expire_where_they_did_not() {
        let limit = |cents| OrderType::Limit { limit: Price::cents(cents) };
        let stop = |cents| OrderType::Stop { stop: Price::cents(cents) };
        let (all, none) = (Qty::shares(100), Qty::ZERO);
        let at = |cents| Some(Price::cents(cents));
        assert_eq!(outcome(Side::Buy, OrderType::Market), (at(10_000), all, false));
        assert_eq!(outcome(Side::Buy, limit(9_960)), (at(9_960), all, false));
        assert_eq!(outcome(Side::Buy, limit(9_949)), (None, none, true));
        assert_eq!(outcome(Side::Sell, limit(10_100)), (at(10_100), all, false));
        assert_eq!(outcome(Side::Sell, limit(10_101)), (None, none, true));
        assert_eq!(outcome(Side::Sell, stop(9_950)), (at(9_950), all, false));
        assert_eq!(outcome(Side::Buy, stop(10_200)), (None, none, true));
    }
}
