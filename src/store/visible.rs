//! A list of portfolios as one value of a statement, so that the SQL stays constant text.
//! Must never decide what anybody may see: the list comes from the desk.

use crate::domain::ids::PortfolioId;

/// Digits of one id, all of an i64's: as many as `visible_portfolios!` cuts off at a time.
const DIGITS: usize = 19;

/// The list as the statement takes it.
pub(super) fn digits(portfolios: &[PortfolioId]) -> String {
    portfolios.iter().fold(String::with_capacity(portfolios.len() * DIGITS), |mut text, id| {
        use std::fmt::Write;
        write!(text, "{:0DIGITS$}", id.0).expect("a string takes all");
        text
    })
}
