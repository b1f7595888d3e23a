//! Daily marks: what each position was worth at the end of each trading day.
//! Must never be rewritten: day P&L and equity curves rest on them.

use jiff::civil::Date;

use super::ids::PortfolioId;
use super::numbers::{Money, Price, Qty};
use super::symbols::Symbol;

/// One position at one day's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DailyMark {
    /// Book.
    pub portfolio: PortfolioId,
    /// What.
    pub symbol: Symbol,
    /// Trading day.
    pub date: Date,
    /// Shares held at its end.
    pub quantity: Qty,
    /// Closing price.
    pub close: Price,
    /// Cost of what was held.
    pub cost: Money,
    /// Profit taken since ever.
    pub realised: Money,
}

impl DailyMark {
    /// Realised and unrealised profit since ever, at the close.
    pub fn total(&self) -> Money {
        self.realised + self.quantity * self.close - self.cost
    }
}
