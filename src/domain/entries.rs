//! Entries: what positions and cash are made of; a mistake is mended by a counter-entry.
//! Must never be edited or skipped: a position that is not the fold of its entries is a defect.

use jiff::civil::Date;

use super::ids::{AccountId, ClientOrderId, PortfolioId, UserId};
use super::numbers::{Money, Qty};
use super::symbols::Symbol;
use super::time::Moment;

/// Why an entry exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// An execution.
    Fill,
    /// What was there before the desk kept the book.
    Opening,
    /// A difference with the venue, booked by a person.
    Break,
    /// Moved between portfolios.
    Transfer,
    /// A split.
    Split,
    /// A dividend.
    Dividend,
    /// A fee.
    Fee,
    /// Interest.
    Interest,
    /// The counter-entry of a busted execution.
    Bust,
}

impl EntryKind {
    /// All kinds.
    pub const ALL: [Self; 9] = [
        Self::Fill,
        Self::Opening,
        Self::Break,
        Self::Transfer,
        Self::Split,
        Self::Dividend,
        Self::Fee,
        Self::Interest,
        Self::Bust,
    ];
    /// The name as written in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fill => "fill",
            Self::Opening => "opening",
            Self::Break => "break",
            Self::Transfer => "transfer",
            Self::Split => "split",
            Self::Dividend => "dividend",
            Self::Fee => "fee",
            Self::Interest => "interest",
            Self::Bust => "bust",
        }
    }
}

/// One line of a portfolio's book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Account.
    pub account: AccountId,
    /// Book.
    pub portfolio: PortfolioId,
    /// Why.
    pub kind: EntryKind,
    /// What; none for cash alone.
    pub symbol: Option<Symbol>,
    /// Shares, signed: positive adds.
    pub quantity: Qty,
    /// Dollars, signed: positive adds cash (a buy's is negative).
    pub cash: Money,
    /// Trading day.
    pub trade_date: Date,
    /// Day it settles (T+1).
    pub settle_date: Date,
    /// The execution it books, for a fill: venue order and total after it.
    pub execution: Option<(ClientOrderId, Qty)>,
    /// Who caused it, if a person did.
    pub user: Option<UserId>,
    /// Why, in words; empty for fills.
    pub note: String,
    /// When it was booked.
    pub at: Moment,
}
