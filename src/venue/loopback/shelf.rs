//! The account's watchlists as they are kept, in the order they were made.
//! Must never be written to a wire as they are.

use uuid::Uuid;

use crate::domain::time::MarketTime;
use crate::venue::simulator::tape::Slot;

/// A watchlist.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    /// Its id.
    pub id: Uuid,
    /// Its name, unlike all others of the account.
    pub name: String,
    /// When it was made.
    pub created: MarketTime,
    /// When it last changed.
    pub updated: MarketTime,
    /// What is on it.
    pub slots: Vec<Slot>,
}

/// The watchlists of an account.
#[derive(Clone, Debug, Default)]
pub(super) struct Watchlists(pub Vec<Kept>);
