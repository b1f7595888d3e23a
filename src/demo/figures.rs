//! The demo's sums: prices of a moment, prices on the grid, whole lots for so much money.
//! Must never look ahead: a price of a moment is what was known then.

use std::collections::BTreeMap;

use crate::domain::numbers::{Money, Price, Qty};
use crate::domain::orders::Side;
use crate::domain::quotes::Bar;
use crate::domain::symbols::Symbol;
use crate::domain::time::MarketTime;

/// What a symbol traded at, at a market time: the opening of the bar around it.
pub(super) fn price_at(
    bars: &BTreeMap<Symbol, Vec<Bar>>,
    symbol: Symbol,
    at: MarketTime,
) -> Option<Price> {
    let bars = bars.get(&symbol)?;
    let index = bars.partition_point(|bar| bar.start <= at).checked_sub(1)?;
    Some(bars[index].open)
}

/// A price so many thousandths away from the market, where the side would like it better.
pub(super) fn away(price: Price, side: Side, permille: u64) -> Price {
    let permille = i64::try_from(permille).unwrap_or(0);
    let distance = price.units() / 1_000 * permille;
    on_grid(Price::from_units(match side {
        Side::Buy => price.units() - distance,
        Side::Sell => price.units() + distance,
    }))
}

/// The price on the grid below.
pub(super) fn on_grid(price: Price) -> Price {
    Price::from_units(price.units() - price.units() % price.tick().units())
}

/// Whole shares that so much money buys; none for less than one.
pub(super) fn shares(money: Money, price: Price) -> Option<Qty> {
    let of_one = (Qty::shares(1) * price).units();
    let count = money.max(Money::ZERO).units().checked_div(of_one)?;
    i64::try_from(count).ok().filter(|&count| count > 0).map(Qty::shares)
}

/// Whole shares as people order them: in fives from twenty, in fifties from three hundred.
pub(super) fn round(quantity: Qty) -> Option<Qty> {
    let count = quantity.units() / Qty::shares(1).units();
    let step = match count {
        300.. => 50,
        20.. => 5,
        _ => 1,
    };
    (count > 0).then(|| Qty::shares(count - count % step))
}

#[cfg(test)]
mod tests {
    use super::{away, round, shares};
    use crate::domain::numbers::{Money, Price, Qty};
    use crate::domain::orders::Side;

    #[test]
    fn prices_stay_on_the_grid_and_lots_whole() {
        let price = Price::cents(18_755);
        assert_eq!(away(price, Side::Buy, 10), Price::cents(18_567));
        assert_eq!(away(price, Side::Sell, 10), Price::cents(18_942));
        assert_eq!(shares(Money::dollars(1_000), price), Some(Qty::shares(5)));
        assert_eq!(shares(Money::dollars(100), price), None);
        assert_eq!(round(Qty::shares(347)), Some(Qty::shares(300)));
        assert_eq!(round(Qty::shares(47)), Some(Qty::shares(45)));
        assert_eq!(round(Qty::shares(7)), Some(Qty::shares(7)));
        assert_eq!(round(Qty::ZERO), None);
    }
}
