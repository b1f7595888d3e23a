//! The words the store keeps for the domain's enumerations, read back into them.
//! Must never invent a word: each comes from the type's own `as_str`, or is listed here once.

use crate::desk::event::{Door, VenueKind};
use crate::domain::entries::EntryKind;
use crate::domain::lifecycle::{Certainty, Pending};
use crate::domain::orders::{Side, TimeInForce};
use crate::domain::portfolios::PortfolioKind;
use crate::domain::special::OrderClass;

pub(super) const fn pending(pending: Pending) -> &'static str {
    match pending {
        Pending::None => "none",
        Pending::Cancel => "cancel",
        Pending::Replace => "replace",
    }
}

pub(super) fn parse_pending(word: &str) -> Option<Pending> {
    [Pending::None, Pending::Cancel, Pending::Replace]
        .into_iter()
        .find(|known| pending(*known) == word)
}

pub(super) const fn certainty(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Sure => "sure",
        Certainty::Unknown => "unknown",
    }
}

pub(super) fn parse_certainty(word: &str) -> Option<Certainty> {
    [Certainty::Sure, Certainty::Unknown].into_iter().find(|known| certainty(*known) == word)
}

pub(super) fn parse_side(word: &str) -> Option<Side> {
    [Side::Buy, Side::Sell].into_iter().find(|side| side.as_str() == word)
}

pub(super) fn parse_time_in_force(word: &str) -> Option<TimeInForce> {
    TimeInForce::ALL.into_iter().find(|time| time.as_str() == word)
}

pub(super) fn parse_class(word: &str) -> Option<OrderClass> {
    [OrderClass::Simple, OrderClass::Bracket, OrderClass::Oco, OrderClass::Oto]
        .into_iter()
        .find(|class| class.as_str() == word)
}

pub(super) fn parse_entry_kind(word: &str) -> Option<EntryKind> {
    EntryKind::ALL.into_iter().find(|kind| kind.as_str() == word)
}

pub(super) fn parse_portfolio_kind(word: &str) -> Option<PortfolioKind> {
    [PortfolioKind::Personal, PortfolioKind::Shared, PortfolioKind::Unallocated]
        .into_iter()
        .find(|kind| kind.as_str() == word)
}

pub(super) fn parse_venue(word: &str) -> Option<VenueKind> {
    [VenueKind::Alpaca, VenueKind::Embedded, VenueKind::Ledger]
        .into_iter()
        .find(|venue| venue.as_str() == word)
}

pub(super) fn parse_door(word: &str) -> Option<Door> {
    [
        Door::Terminal,
        Door::AttachedTerminal,
        Door::Shell,
        Door::Api,
        Door::Slack,
        Door::Ssh,
        Door::Venue,
        Door::Timer,
    ]
    .into_iter()
    .find(|door| door.as_str() == word)
}
