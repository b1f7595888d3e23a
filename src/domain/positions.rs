//! A position is the fold over its entries with average cost (model.md section 1).
//! Must never round anywhere but in `Money::share`, and holds exactly zero cost when flat.

use super::ids::PortfolioId;
use super::marks::DailyMark;
use super::numbers::{Money, Price, Qty};
use super::symbols::Symbol;

/// One portfolio's holding of one symbol, long or short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Book.
    pub portfolio: PortfolioId,
    /// What.
    pub symbol: Symbol,
    /// Shares, negative for short.
    pub quantity: Qty,
    /// Total cost of what is held: positive for long, negative for short (what the sale brought).
    pub cost: Money,
    /// Profit of what was closed, since ever.
    pub realised: Money,
    /// Entries folded so far.
    pub entries: i64,
}

impl Position {
    /// Nothing held yet.
    pub const fn flat(portfolio: PortfolioId, symbol: Symbol) -> Self {
        Self {
            portfolio,
            symbol,
            quantity: Qty::ZERO,
            cost: Money::ZERO,
            realised: Money::ZERO,
            entries: 0,
        }
    }

    /// The position after an entry of `quantity` shares (signed) that moved `cash` dollars
    /// (signed: a buy's is negative). Crossing zero closes, then opens.
    #[must_use]
    pub fn with(mut self, quantity: Qty, cash: Money) -> Self {
        self.entries += 1;
        let same_way = self.quantity.signum() * quantity.signum() >= 0;
        if quantity.is_zero() {
            self.realised += cash;
        } else if same_way {
            self.quantity += quantity;
            self.cost -= cash;
        } else if quantity.abs() <= self.quantity.abs() {
            let gone = self.cost.share(quantity, self.quantity);
            self.quantity += quantity;
            self.cost -= gone;
            self.realised += cash - gone;
        } else {
            let closing = cash.share(self.quantity, quantity);
            self.realised += closing - self.cost;
            self.quantity += quantity;
            self.cost = -(cash - closing);
        }
        self
    }

    /// Value of what is held at `last`; negative for short.
    pub fn market_value(&self, last: Price) -> Money {
        self.quantity * last
    }
    /// Profit not yet taken, at `last`.
    pub fn unrealised(&self, last: Price) -> Money {
        self.market_value(last) - self.cost
    }
    /// Realised and unrealised profit since ever, at `last`.
    pub fn total(&self, last: Price) -> Money {
        self.realised + self.unrealised(last)
    }
    /// Profit since `mark` (the end of the trading day before; none = the position is newer).
    pub fn day(&self, last: Price, mark: Option<&DailyMark>) -> Money {
        self.total(last) - mark.map_or(Money::ZERO, DailyMark::total)
    }
    /// Average price paid or got, for display; none when flat.
    pub fn average(&self) -> Option<Price> {
        self.cost.per_share(self.quantity)
    }
}

#[cfg(test)]
mod tests;
