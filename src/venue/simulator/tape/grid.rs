//! The price grid in whole steps: the tape counts in hundredths of a cent.
//! Must never leave the grid of `Price::tick`: cents from one dollar, hundredths of a cent below.

use crate::domain::numbers::Price;

/// Steps of a dollar.
pub(super) const DOLLAR: i64 = 10_000;
const UNITS_PER_STEP: i64 = 100_000;
/// No price of the tape falls below one cent.
const LEAST: i64 = 100;

/// A price from steps.
pub(super) const fn price(steps: i64) -> Price {
    Price::from_units(steps * UNITS_PER_STEP)
}

/// Steps of a price, rounded down.
pub(super) const fn steps(price: Price) -> i64 {
    price.units() / UNITS_PER_STEP
}

/// The distance between two neighbours of the grid here, in steps.
pub(super) const fn tick(steps: i64) -> i64 {
    if steps >= DOLLAR { 100 } else { 1 }
}

/// The nearest point of the grid. Monotone, and points of the grid stay where they are: a value
/// between two points of the grid is never moved out from between them.
#[expect(clippy::cast_possible_truncation, reason = "prices stay far below 2^53 steps")]
pub(super) fn snap(steps: f64) -> i64 {
    let nearest = (steps + 0.5) as i64;
    if nearest >= DOLLAR { (nearest + 50) / 100 * 100 } else { nearest.max(LEAST) }
}

/// The number as a float; exact for every price and volume of the tape.
#[expect(clippy::cast_precision_loss, reason = "prices and volumes stay far below 2^53")]
pub(super) const fn float(whole: i64) -> f64 {
    whole as f64
}

/// The whole part of a number that is not negative.
#[expect(clippy::cast_possible_truncation, reason = "volumes stay far below 2^53")]
pub(super) const fn whole(number: f64) -> i64 {
    number as i64
}

#[cfg(test)]
mod tests {
    use super::{price, snap, steps, tick};
    use crate::domain::numbers::Price;

    #[test]
    fn snapping_keeps_order_and_the_grid() {
        let mut before = 0;
        for tenth in 0..200_000_u32 {
            let point = snap(f64::from(tenth) / 10.0);
            assert!(point >= before, "monotone at {tenth}");
            assert!(price(point).is_on_grid(), "on the grid at {tenth}");
            assert_eq!(snap(super::float(point)), point, "stays at {tenth}");
            before = point;
        }
        assert_eq!(price(snap(1_875_000.0)), Price::cents(18_750));
        assert_eq!(steps(Price::cents(18_750)), 1_875_000);
        assert_eq!((tick(9_999), tick(10_000)), (1, 100));
    }
}
