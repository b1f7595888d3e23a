//! What does not go with what, in the terms of one order (alpaca-api, sections 5.3 to 5.7).
//! Must never hold a figure of the market: these are the same at any price.

/// Terms that do not go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// Extended hours for an order that cannot work in them.
    #[error("Only a limit order, 'day' or 'gtc', works in extended hours")]
    ExtendedHours,
    /// Dollars for an order that cannot be in dollars.
    #[error("An order in dollars is a 'market' order for the 'day'")]
    DollarsAtMarket,
    /// An order in dollars cannot be changed once it is sent.
    #[error("An order in dollars takes no new terms: cancel it, and place another")]
    DollarsStay,
}
