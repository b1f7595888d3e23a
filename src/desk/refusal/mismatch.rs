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
    /// A group beside the session.
    #[error("Orders of a group work in regular hours only")]
    GroupHours,
    /// A group in parts of a share, or in dollars.
    #[error("Orders of a group are in whole shares")]
    GroupWhole,
    /// A group that does not last.
    #[error("Orders of a group are 'day' or 'gtc'")]
    GroupTime,
    /// An entry of another kind.
    #[error("The entry of a group is a market or limit order")]
    GroupKind,
    /// An exit of another kind.
    #[error("An oco is a limit order: its limit is the take profit")]
    OcoKind,
    /// An entry that would leave a position.
    #[error("A bracket or oto enters a position: this order would close one")]
    GroupEnters,
    /// An exit without a position.
    #[error("An oco leaves a position: there are not so many free shares")]
    GroupExits,
    /// A quantity that cannot change.
    #[error("The quantity of a group cannot be changed")]
    GroupQuantity,
    /// Terms that cannot change any more.
    #[error("Some of it is filled: orders of a group take no new terms then")]
    GroupFilled,
    /// An order that cannot be changed once it is sent.
    #[error("Orders of an oto take no new terms: cancel it, and place another")]
    OtoStays,
}

/// On which side of a price another has to lie.
pub(super) const fn side_of(above: bool) -> &'static str {
    if above { "above" } else { "below" }
}
