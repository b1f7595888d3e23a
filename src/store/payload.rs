//! What a journal line holds beside its columns: one sentence and the facts, as JSON, version 1.
//! Must never hold a secret, and never change its meaning: another shape is another version.

use serde::{Deserialize, Serialize};

use crate::desk::event::{EventKind, OrderStep};
use crate::domain::ids::{OrderId, PortfolioId};
use crate::domain::portfolios::Access;
use crate::domain::trading::TradingState;

use super::fault::StoreError;
use super::sentences;
use super::shapes::{self, Facts};

/// The version of the payloads written here.
pub(super) const VERSION: i64 = 1;

/// An event as the journal tells it.
pub(super) struct Told {
    /// The name of its kind.
    pub(super) kind: &'static str,
    /// The order it is about, if it is about one.
    pub(super) order: Option<OrderId>,
    /// The portfolio it is about, if it is about one.
    pub(super) portfolio: Option<PortfolioId>,
    /// Sentence and facts.
    pub(super) payload: String,
}

#[derive(Serialize)]
struct Payload<'a> {
    text: String,
    facts: Facts<'a>,
}

#[derive(Deserialize)]
struct Sentence {
    text: String,
}

/// How the journal tells an event.
pub(super) fn told(kind: &EventKind) -> Result<Told, StoreError> {
    let (order, portfolio) = subject(kind);
    let payload = Payload { text: sentences::about(kind), facts: shapes::facts(kind) };
    Ok(Told { kind: name(kind), order, portfolio, payload: serde_json::to_string(&payload)? })
}

/// The sentence of a payload, of whatever version.
pub(super) fn sentence(payload: &str) -> Result<String, StoreError> {
    Ok(serde_json::from_str::<Sentence>(payload)?.text)
}

const fn name(kind: &EventKind) -> &'static str {
    match kind {
        EventKind::AccountPinned(_) => "account_pinned",
        EventKind::SignedIn(_) => "signed_in",
        EventKind::SignInFailed { .. } => "sign_in_failed",
        EventKind::ProofFailed { .. } => "proof_failed",
        EventKind::SignInEnded { .. } => "sign_in_ended",
        EventKind::UserAdded(_) => "user_added",
        EventKind::UserChanged(_) => "user_changed",
        EventKind::CredentialSet(_) => "credential_set",
        EventKind::RoleChanged(_) => "role_changed",
        EventKind::PortfolioCreated(_) => "portfolio_created",
        EventKind::PortfolioChanged(_) => "portfolio_changed",
        EventKind::GrantSet(_) => "grant_set",
        EventKind::WatchlistSaved(_) => "watchlist_saved",
        EventKind::WatchlistDropped { .. } => "watchlist_dropped",
        EventKind::SettingSaved(_) => "setting_saved",
        EventKind::OrderDenied { .. } => "order_denied",
        EventKind::OrderRefused { .. } => "order_refused",
        EventKind::AmendRefused { .. } => "amend_refused_by_desk",
        EventKind::Order { step, .. } => step_name(step),
        EventKind::VenueOrderChanged(_) => "venue_order_changed",
        EventKind::Filled(_) => "filled",
        EventKind::Booked { .. } => "booked",
        EventKind::DayMarked { .. } => "day_marked",
        EventKind::TradingSet(TradingState::Active) => "lifted",
        EventKind::TradingSet(TradingState::ClosingOnly { .. }) => "closing_only",
        EventKind::TradingSet(TradingState::Halted { .. }) => "halted",
    }
}

const fn step_name(step: &OrderStep) -> &'static str {
    match step {
        OrderStep::Intended => "order_intended",
        OrderStep::Acked => "order_acked",
        OrderStep::Working => "order_working",
        OrderStep::Continued => "order_continued",
        OrderStep::CancelAsked => "cancel_asked",
        OrderStep::AmendAsked(_) => "amend_asked",
        OrderStep::Amended => "order_amended",
        OrderStep::CancelRefused(_) => "cancel_refused",
        OrderStep::AmendRefused(_) => "amend_refused",
        OrderStep::Canceled => "order_canceled",
        OrderStep::Expired => "order_expired",
        OrderStep::Rejected(_) => "order_rejected",
        OrderStep::DoneForDay => "order_done_for_day",
        OrderStep::Noted(_) => "order_noted",
        OrderStep::Unclear(_) => "order_unclear",
        OrderStep::Cleared => "order_cleared",
        OrderStep::Filled { .. } => "order_filled",
    }
}

/// The order and the portfolio an event is about.
fn subject(kind: &EventKind) -> (Option<OrderId>, Option<PortfolioId>) {
    match kind {
        EventKind::Order { order, .. } | EventKind::OrderRefused { order, .. } => {
            (Some(order.id), Some(order.portfolio))
        }
        EventKind::AmendRefused { order, portfolio, .. } => (Some(*order), Some(*portfolio)),
        EventKind::Filled(filled) => (Some(filled.order.id), Some(filled.order.portfolio)),
        EventKind::VenueOrderChanged(sent) => (sent.order, None),
        EventKind::PortfolioCreated(portfolio) | EventKind::PortfolioChanged(portfolio) => {
            (None, Some(portfolio.id))
        }
        EventKind::OrderDenied { portfolio, .. }
        | EventKind::GrantSet(Access { portfolio, .. }) => (None, Some(*portfolio)),
        EventKind::Booked { entry, .. } => (None, Some(entry.portfolio)),
        _ => (None, None),
    }
}
