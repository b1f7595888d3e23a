//! What happened, in one sentence for people: the timeline of an order and the journal's lines.
//! Must never hold a secret, and never say more than the event itself does.

use crate::desk::event::{EventKind, Filled, OrderStep};
use crate::domain::orders::{Draft, Order, OrderType, VenueOrder};
use crate::domain::portfolios::Access;
use crate::domain::trading::TradingState;

/// One sentence about an event.
pub(super) fn about(kind: &EventKind) -> String {
    match kind {
        EventKind::Order { order, step, .. } => about_step(order, step),
        EventKind::Filled(filled) => about_fill(filled),
        EventKind::OrderDenied { draft, reason, .. } => {
            format!("Refused: {}. {reason}", terms(draft))
        }
        EventKind::OrderRefused { order, .. } => {
            let reason = order.reason.as_deref().unwrap_or_default();
            format!("Refused: {}. {reason}", terms(&order.draft))
        }
        EventKind::AmendRefused { amendment, reason, .. } => {
            format!("Amend refused: {amendment}. {reason}")
        }
        EventKind::VenueOrderChanged(sent) => about_sent(sent),
        EventKind::Booked { entry, .. } => {
            let what = entry.symbol.map_or_else(
                || format!("cash {}", entry.cash),
                |symbol| format!("{} {symbol}, cash {}", entry.quantity, entry.cash),
            );
            format!("Booked a {} of {what}", entry.kind.as_str())
        }
        EventKind::DayMarked { date, marks } => {
            format!("Trading day {date} ended: {} positions marked", marks.len())
        }
        EventKind::TradingSet(state) => match state {
            TradingState::Active => "Trading goes on".to_owned(),
            TradingState::ClosingOnly { reason } => format!("Closing only: {reason}"),
            TradingState::Halted { reason } => format!("Trading halted: {reason}"),
        },
        people => about_people(people),
    }
}

/// One sentence about what was sent to the venue for an order: by its try, because its number says
/// nothing to a person.
fn about_sent(sent: &VenueOrder) -> String {
    let which = match (sent.order, sent.attempt) {
        (None, _) => "An order made elsewhere".to_owned(),
        (_, 1) => "The order as first sent".to_owned(),
        (_, attempt) => format!("The order as sent in try {attempt}"),
    };
    format!("{which} is {} at the venue", sent.status.as_str())
}

/// One sentence about an event of people, rights and their own things.
fn about_people(kind: &EventKind) -> String {
    match kind {
        EventKind::AccountPinned(account) => {
            format!(
                "Account {} of {} used for the first time",
                account.number,
                account.venue.as_str()
            )
        }
        EventKind::SignedIn(sign_in) => format!("User {} signed in", sign_in.user),
        EventKind::SignInFailed { login } => format!("A sign-in as '{login}' failed"),
        EventKind::ProofFailed { user } => {
            format!("User {user} is signed in, and a password given to prove it again was wrong")
        }
        EventKind::SignInEnded { sign_in, why } => {
            format!("A sign-in of user {} ended: {why}", sign_in.user)
        }
        EventKind::UserAdded(user) => format!("{} '{}' was added", user.role, user.login),
        EventKind::UserChanged(user) => {
            let active = if user.active { "active" } else { "switched off" };
            format!("'{}' was changed: {}, {active}", user.login, user.role)
        }
        EventKind::CredentialSet(user) => format!("A way to sign in was set for user {user}"),
        EventKind::RoleChanged(role) => format!("Role '{}' was changed", role.name),
        EventKind::PortfolioCreated(portfolio) => {
            format!("Portfolio '{}' was made", portfolio.name)
        }
        EventKind::PortfolioChanged(portfolio) => {
            format!("Portfolio '{}' was changed: {}", portfolio.name, portfolio.terms())
        }
        EventKind::GrantSet(Access { portfolio, user, grant, .. }) => match grant {
            Some(grant) => format!("User {user} was given '{grant}' on portfolio {portfolio}"),
            None => format!("User {user} lost access to portfolio {portfolio}"),
        },
        EventKind::WatchlistSaved(list) => format!("Watchlist '{}' was kept", list.name),
        EventKind::WatchlistDropped { id, .. } => format!("Watchlist {id} was dropped"),
        EventKind::SettingSaved(setting) => {
            format!("Setting '{}' is '{}'", setting.name, setting.value)
        }
        _ => String::new(),
    }
}

fn about_step(order: &Order, step: &OrderStep) -> String {
    match step {
        OrderStep::Intended => format!("Placed: {}", terms(&order.draft)),
        OrderStep::Acked => "The venue has it".to_owned(),
        OrderStep::Working => "Working".to_owned(),
        OrderStep::Continued => format!("Crossed zero: {} more sent", order.leaves()),
        OrderStep::CancelAsked => "Cancel asked".to_owned(),
        OrderStep::AmendAsked(amendment) => format!("Amend asked: {amendment}"),
        OrderStep::Amended => format!("Amended: {}", terms(&order.draft)),
        OrderStep::CancelRefused(reason) => format!("Cancel refused by the venue: {reason}"),
        OrderStep::AmendRefused(reason) => format!("Amend refused by the venue: {reason}"),
        OrderStep::Canceled => format!("Canceled, {} filled", order.filled),
        OrderStep::Expired => format!("Expired, {} filled", order.filled),
        OrderStep::Rejected(reason) => format!("Rejected by the venue: {reason}"),
        OrderStep::DoneForDay => "Done for the day".to_owned(),
        OrderStep::Noted(words) => words.clone(),
        OrderStep::Unclear(reason) => format!("Unknown, will be looked up: {reason}"),
        OrderStep::Cleared => format!("Known again: {}", order.state.word()),
        OrderStep::Filled { quantity, price } => format!("Filled {quantity} at {price}"),
    }
}

fn about_fill(filled: &Filled) -> String {
    let (fill, order) = (&filled.fill, &filled.order);
    format!(
        "Filled {} at {}, {} of {} in all",
        fill.quantity, fill.price, order.filled, order.draft.quantity
    )
}

/// The terms of an order as a trader says them: `buy 100 AAPL limit 187.50 day`.
fn terms(draft: &Draft) -> String {
    let Draft { symbol, side, order_type, time_in_force, special, .. } = draft;
    let kind = match order_type {
        OrderType::Market => "market".to_owned(),
        OrderType::Limit { limit } => format!("limit {limit}"),
        OrderType::Stop { stop } => format!("stop {stop}"),
        OrderType::StopLimit { stop, limit } => format!("stop {stop} limit {limit}"),
        OrderType::TrailingStop { trail } => format!("trailing stop {trail}"),
    };
    format!("{side} {} {symbol} {kind} {time_in_force}{special}", draft.amount())
}

#[cfg(test)]
mod tests {
    use super::about_sent;
    use crate::domain::ids::{AccountId, ClientOrderId, OrderId};
    use crate::domain::lifecycle::Status;
    use crate::domain::numbers::Qty;
    use crate::domain::orders::VenueOrder;

    #[test]
    fn what_was_sent_is_told_without_its_number() {
        let order = OrderId(uuid::Uuid::from_u128(7));
        let sent = |attempt| VenueOrder {
            client_id: ClientOrderId::of(order, attempt),
            account: AccountId(1),
            order: Some(order),
            attempt,
            venue_id: None,
            status: Status::Replaced,
            quantity: Qty::shares(1),
            filled: Qty::ZERO,
            closing_total: None,
            asked: None,
        };
        assert_eq!(about_sent(&sent(1)), "The order as first sent is replaced at the venue");
        assert_eq!(about_sent(&sent(2)), "The order as sent in try 2 is replaced at the venue");
        let foreign = VenueOrder { order: None, ..sent(1) };
        assert_eq!(about_sent(&foreign), "An order made elsewhere is replaced at the venue");
    }
}
