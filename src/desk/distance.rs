//! How far a limit or a stop lies from what it is measured from, and the collar around that.
//! Must never decide: the rules do (risk.rs).

use std::fmt;

use crate::bounds::{COLLAR_PERCENT, COLLAR_PERCENT_UNDER_ONE_DOLLAR};
use crate::domain::numbers::{Price, Ratio};

/// The collar around a price: allowed distance, and its percent.
pub fn collar_of(base: Price) -> (Price, i64) {
    let percent =
        if base < Price::ONE_DOLLAR { COLLAR_PERCENT_UNDER_ONE_DOLLAR } else { COLLAR_PERCENT };
    (base.percent(percent), percent)
}

/// A limit's or a stop's distance from the last price, or a limit's from the stop it waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Distance {
    /// What lies that far away: `limit`, or `stop`.
    pub what: &'static str,
    /// What it is measured from: `last`, or `stop`.
    pub of: &'static str,
    /// That price.
    pub base: Price,
    /// As a ratio of that price.
    pub beyond: Ratio,
    /// What is allowed, in whole percent.
    pub allowed: i64,
}

impl Distance {
    /// To a whole percent.
    pub const fn percent(&self) -> i64 {
        (self.beyond.0.abs() + 5_000) / 10_000
    }
}

/// Percent with one decimal, rounded away from what is allowed: never the same figure as the limit
/// that it is beyond.
impl fmt::Display for Distance {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = ((self.beyond.0.abs() + 999) / 1_000).max(self.allowed * 10 + 1);
        write!(out, "{}.{} %", tenths / 10, tenths % 10)
    }
}
