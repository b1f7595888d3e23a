//! Exact numbers as Alpaca writes them: as few digits as say all, or so many places and no more.
//! Must never pass through a float.

use crate::domain::numbers::{Money, Price, Qty, Ratio};
use crate::venue::alpaca::wire::digits::{Decimal, Number};

/// Places of an amount in a position.
const POSITION_PLACES: u32 = 6;
/// Places of a ratio in a position.
const RATIO_PLACES: u32 = 5;
const MONEY_PLACES: u32 = 18;

/// Without the zeros that say nothing.
fn trimmed(plain: &str) -> &str {
    if plain.contains('.') { plain.trim_end_matches('0').trim_end_matches('.') } else { plain }
}

/// A quantity of shares.
pub(super) fn quantity(quantity: Qty) -> Decimal {
    Decimal::of(&quantity.plain())
}
/// A price of a share.
pub(super) fn price(price: Price) -> Decimal {
    Decimal::of(trimmed(&price.plain()))
}
/// An amount with all its digits.
pub(super) fn amount(money: Money) -> Decimal {
    Decimal::of(trimmed(&money.plain()))
}
/// An amount in whole cents.
pub(super) fn cents(money: Money) -> Decimal {
    Decimal::of(&text(money.to_cents(), 2))
}
/// An amount as positions show it.
pub(super) fn position_amount(money: Money) -> Decimal {
    Decimal::of(&text(rounded(money.units(), MONEY_PLACES - POSITION_PLACES), POSITION_PLACES))
}
/// A part of a whole as positions show it; zero where there is no whole.
pub(super) fn fraction(part: i128, whole: i128) -> Decimal {
    let ratio = Ratio::of(part, whole).unwrap_or_default();
    Decimal::of(&text(rounded(ratio.0.into(), 1), RATIO_PLACES))
}
/// A ratio in percent.
pub(super) fn percent(ratio: Ratio) -> Decimal {
    Decimal::of(&text(ratio.0.into(), 4))
}

/// A price as a JSON number.
pub(super) fn bare_price(price: Price) -> Number {
    Number::of(trimmed(&price.plain()))
}
/// A quantity as a JSON number.
pub(super) fn bare_quantity(quantity: Qty) -> Number {
    Number::of(&quantity.plain())
}
/// A whole number as a JSON number.
pub(super) fn bare_count(count: u64) -> Number {
    Number::of(&count.to_string())
}
/// An amount in whole cents as a JSON number.
pub(super) fn bare_cents(money: Money) -> Number {
    Number::of(&text(money.to_cents(), 2))
}
/// A ratio of millionths as a JSON number of four places.
pub(super) fn bare_ratio(ratio: Ratio) -> Number {
    Number::of(&text(rounded(ratio.0.into(), 2), 4))
}

/// `units` without their last `places`, rounded half to even.
pub(super) fn rounded(units: i128, places: u32) -> i128 {
    let scale = 10_u128.pow(places);
    let size = units.unsigned_abs();
    let (quotient, rest) = (size / scale, size % scale);
    let up = rest > scale - rest || (rest == scale - rest && quotient % 2 == 1);
    let size = i128::try_from(quotient + u128::from(up)).expect("smaller than it was");
    if units < 0 { -size } else { size }
}

/// Units of so many places as a plain decimal without needless zeros.
fn text(units: i128, places: u32) -> String {
    let scale = 10_u128.pow(places);
    let (whole, rest) = (units.unsigned_abs() / scale, units.unsigned_abs() % scale);
    let sign = if units < 0 { "-" } else { "" };
    trimmed(&format!("{sign}{whole}.{rest:0width$}", width = places as usize)).to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Money, Price, Qty, Ratio, cents, fraction, percent, position_amount, price};

    #[test]
    fn numbers_are_written_as_the_captures_have_them() {
        assert_eq!(cents(Money::cents(10_000_583)).as_str(), "100005.83");
        assert_eq!(cents(Money::dollars(100_000)).as_str(), "100000");
        assert_eq!(cents(Money::cents(-50)).as_str(), "-0.5");
        assert_eq!(price(Price::cents(15_000)).as_str(), "150");
        assert_eq!(price(Price::parse("0.9858").expect("plain")).as_str(), "0.9858");
        let cost = Qty::parse("0.557436865").expect("plain") * Price::cents(8_688);
        assert_eq!(position_amount(cost).as_str(), "48.430115");
        assert_eq!(fraction(1_235, 100_000).as_str(), "0.01235");
        assert_eq!(fraction(1, 0).as_str(), "0");
        assert_eq!(percent(Ratio(15_000)).as_str(), "1.5");
    }
}
