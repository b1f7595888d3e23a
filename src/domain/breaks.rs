//! A difference between the books and the venue's word.
//! Must never say which of the two is right: a person decides that.

use super::numbers::{Money, Price, Qty};
use super::symbols::Symbol;

/// A difference between the books and the venue's word, with both figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// Of shares.
    Shares {
        /// Of what.
        symbol: Symbol,
        /// All portfolios together.
        desk: Qty,
        /// The venue's word.
        venue: Qty,
        /// The venue's average price, where it holds any.
        price: Option<Price>,
    },
    /// Of cash.
    Cash {
        /// All portfolios together, without what was allocated.
        desk: Money,
        /// The venue's word.
        venue: Money,
    },
}

impl Break {
    /// True where both figures are the same: shares exactly, cash to the cent.
    pub fn is_even(&self) -> bool {
        match self {
            Self::Shares { desk, venue, .. } => desk == venue,
            Self::Cash { desk, venue } => desk.to_cents() == venue.to_cents(),
        }
    }
    /// The symbol; none for cash.
    pub const fn symbol(&self) -> Option<Symbol> {
        match self {
            Self::Shares { symbol, .. } => Some(*symbol),
            Self::Cash { .. } => None,
        }
    }
}

impl std::fmt::Display for Break {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Shares { symbol, desk, venue, .. } => {
                write!(out, "{symbol}: the books hold {desk}, the venue says {venue}")
            }
            Self::Cash { desk, venue } => {
                write!(out, "Cash: the books hold ${desk}, the venue says ${venue}")
            }
        }
    }
}
