//! Which rows an event leaves behind: what the store writes beside the journal line.
//! Must never read the book: an event carries its rows as they are after it.

use super::event::{Event, EventKind};
use super::port::Row;

/// The rows of one event, in the order in which they refer to one another.
pub fn rows_of(event: &Event) -> Vec<Row> {
    match &event.kind {
        EventKind::AccountPinned(account) => vec![Row::Account(account.clone())],
        EventKind::SignedIn(sign_in) | EventKind::SignInEnded { sign_in, .. } => {
            vec![Row::SignIn(sign_in.clone())]
        }
        // A credential's row is handed over beside its event, which carries no secret.
        EventKind::SignInFailed { .. }
        | EventKind::ProofFailed { .. }
        | EventKind::CredentialSet(_)
        | EventKind::OrderDenied { .. }
        | EventKind::AmendRefused { .. } => Vec::new(),
        EventKind::OrderRefused { order, .. } => vec![Row::Order(order.clone())],
        EventKind::UserAdded(user) | EventKind::UserChanged(user) => vec![Row::User(user.clone())],
        EventKind::RoleChanged(role) => vec![Row::Role(role.clone())],
        EventKind::PortfolioCreated(portfolio) | EventKind::PortfolioChanged(portfolio) => {
            vec![Row::Portfolio(portfolio.clone())]
        }
        EventKind::GrantSet(access) => vec![Row::Grant(*access)],
        EventKind::WatchlistSaved(list) => vec![Row::Watchlist(list.clone())],
        EventKind::WatchlistDropped { id, .. } => vec![Row::WatchlistDropped(*id)],
        EventKind::SettingSaved(setting) => vec![Row::Setting(setting.clone())],
        EventKind::Order { order, venue_order, .. } => {
            vec![Row::Order(order.clone()), Row::VenueOrder(venue_order.clone())]
        }
        EventKind::VenueOrderChanged(venue_order) => {
            vec![Row::VenueOrder(Box::new(venue_order.clone()))]
        }
        EventKind::Filled(filled) => vec![
            Row::Order(Box::new(filled.order.clone())),
            Row::VenueOrder(Box::new(filled.venue_order.clone())),
            Row::Fill(Box::new(filled.fill.clone())),
            Row::Entry(Box::new(filled.entry.clone())),
            Row::Position(filled.position),
            Row::Balance(filled.balance),
        ],
        EventKind::Booked { entry, position, balance } => {
            let mut rows = vec![Row::Entry(entry.clone())];
            rows.extend(position.map(Row::Position));
            rows.push(Row::Balance(*balance));
            rows
        }
        EventKind::DayMarked { date, marks } => {
            let mut rows: Vec<Row> = marks.iter().map(|mark| Row::Mark(*mark)).collect();
            rows.push(Row::MarkedThrough(*date));
            rows
        }
        EventKind::TradingSet(state) => vec![Row::Trading(state.clone())],
    }
}
