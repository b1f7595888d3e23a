//! The facts of each kind of event as JSON: shapes of their own, so that a change of the domain's
//! types never changes what is already written. Must never hold a secret.

mod people;

use serde::Serialize;

use crate::desk::event::{EventKind, Filled, OrderStep};
use crate::domain::entries::Entry;
use crate::domain::marks::DailyMark;
use crate::domain::numbers::{Money, Price, Qty, Ratio};
use crate::domain::orders::{
    Amendment, Draft, Fill, Order, OrderType, TimeInForce, Trail, VenueOrder,
};
use crate::domain::positions::Position;
use crate::domain::roles::Grant;
use crate::domain::symbols::Symbol;
use crate::domain::time::DeskTime;

use super::words;
use people::{
    PortfolioFacts, RoleFacts, SignInFacts, UserFacts, WatchlistFacts, portfolio_facts, role_facts,
    sign_in_facts, user_facts, watchlist_facts,
};

/// The facts of an event. Numbers that must stay exact are texts; absent is not known or not so.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Facts<'a> {
    Account { id: i64, venue: &'static str, number: &'a str },
    SignIn(SignInFacts<'a>),
    Login { login: &'a str },
    User(UserFacts<'a>),
    Credential { user: i64 },
    Role(RoleFacts),
    Portfolio(PortfolioFacts<'a>),
    Grant { portfolio: i64, user: i64, grant: Option<&'static str>, version: i64 },
    Watchlist(WatchlistFacts<'a>),
    WatchlistDropped { id: i64, user: i64 },
    Setting { user: i64, name: &'a str, value: &'a str, version: i64 },
    Denied { ticket: String, terms: Terms<'a>, reason: &'a str },
    Refused { ticket: String, placed: PlacedFacts, terms: Terms<'a>, reason: Option<&'a str> },
    AmendRefused { asked: AskedFacts, reason: &'a str },
    Order(Box<OrderFacts<'a>>),
    VenueOrder(VenueOrderFacts<'a>),
    Filled(Box<FilledFacts<'a>>),
    Booked { entry: EntryFacts<'a>, position: Option<PositionFacts>, cash: String },
    Marks { date: String, marks: Vec<MarkFacts> },
    Trading { trading: &'static str, reason: Option<&'a str> },
    Nothing {},
}

/// What an order asks for.
#[derive(Serialize)]
pub(super) struct Terms<'a> {
    symbol: &'a str,
    side: &'static str,
    quantity: String,
    order_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trail: Option<TrailFacts>,
    time_in_force: &'static str,
    /// Told where it is so.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    extended_hours: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    dollars: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    take_profit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_loss: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_loss_limit: Option<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    note: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum TrailFacts {
    Amount(String),
    Millionths(i64),
}

/// What was asked for by an amend.
#[derive(Serialize)]
pub(super) struct AskedFacts {
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trail: Option<TrailFacts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_in_force: Option<&'static str>,
}

/// An order after an event: its terms where the event sets them, its state always.
#[derive(Serialize)]
pub(super) struct OrderFacts<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    placed: Option<PlacedFacts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    terms: Option<Terms<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    asked: Option<AskedFacts>,
    status: &'static str,
    pending: &'static str,
    certainty: &'static str,
    filled: String,
    filled_value: String,
    reserved: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    due_desk_ns: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    version: i64,
    venue_order: VenueOrderFacts<'a>,
}

/// Who decided an order for whom, and what was on the screen.
#[derive(Serialize)]
pub(super) struct PlacedFacts {
    user: i64,
    class: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    approver: Option<i64>,
    shown_last: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shown_version: Option<i64>,
}

#[derive(Serialize)]
pub(super) struct VenueOrderFacts<'a> {
    client_id: &'a str,
    attempt: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    venue_id: Option<&'a str>,
    status: &'static str,
    filled: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    closing_total: Option<String>,
}

#[derive(Serialize)]
pub(super) struct FilledFacts<'a> {
    fill: FillFacts<'a>,
    order: OrderFacts<'a>,
    entry: EntryFacts<'a>,
    position: PositionFacts,
    cash: String,
}

#[derive(Serialize)]
pub(super) struct FillFacts<'a> {
    client_id: &'a str,
    total: String,
    symbol: &'a str,
    side: &'static str,
    quantity: String,
    price: String,
    execution: &'a str,
    at_market_ns: i64,
}

#[derive(Serialize)]
pub(super) struct EntryFacts<'a> {
    kind: &'static str,
    symbol: Option<&'a str>,
    quantity: String,
    cash: String,
    trade_date: String,
    settle_date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<i64>,
    #[serde(skip_serializing_if = "str::is_empty")]
    note: &'a str,
}

#[derive(Serialize)]
pub(super) struct PositionFacts {
    quantity: String,
    cost: String,
    realised: String,
    entries: i64,
}

#[derive(Serialize)]
pub(super) struct MarkFacts {
    portfolio: i64,
    symbol: String,
    quantity: String,
    close: String,
    cost: String,
    realised: String,
}

/// The facts of an event.
pub(super) fn facts(kind: &EventKind) -> Facts<'_> {
    match kind {
        EventKind::Order { order, venue_order, step } => {
            Facts::Order(Box::new(order_facts(order, venue_order, step)))
        }
        EventKind::Filled(filled) => Facts::Filled(Box::new(filled_facts(filled))),
        EventKind::OrderDenied { ticket, draft, reason, .. } => {
            Facts::Denied { ticket: ticket.to_string(), terms: terms(draft), reason }
        }
        EventKind::OrderRefused { ticket, order } => Facts::Refused {
            ticket: ticket.to_string(),
            placed: placed_facts(order),
            terms: terms(&order.draft),
            reason: order.reason.as_deref(),
        },
        EventKind::AmendRefused { amendment, reason, .. } => {
            Facts::AmendRefused { asked: asked_facts(amendment), reason }
        }
        EventKind::VenueOrderChanged(sent) => Facts::VenueOrder(venue_order_facts(sent)),
        EventKind::Booked { entry, position, balance } => Facts::Booked {
            entry: entry_facts(entry),
            position: position.as_ref().map(position_facts),
            cash: balance.cash.plain(),
        },
        EventKind::DayMarked { date, marks } => {
            Facts::Marks { date: date.to_string(), marks: marks.iter().map(mark_facts).collect() }
        }
        EventKind::TradingSet(state) => {
            Facts::Trading { trading: state.as_str(), reason: state.reason() }
        }
        people => people_facts(people),
    }
}

fn people_facts(kind: &EventKind) -> Facts<'_> {
    match kind {
        EventKind::AccountPinned(account) => Facts::Account {
            id: account.id.0,
            venue: account.venue.as_str(),
            number: &account.number,
        },
        EventKind::SignedIn(sign_in) => Facts::SignIn(sign_in_facts(sign_in, None)),
        EventKind::SignInEnded { sign_in, why } => Facts::SignIn(sign_in_facts(sign_in, Some(why))),
        EventKind::SignInFailed { login } => Facts::Login { login },
        EventKind::UserAdded(user) | EventKind::UserChanged(user) => Facts::User(user_facts(user)),
        EventKind::CredentialSet(user) | EventKind::ProofFailed { user } => {
            Facts::Credential { user: user.0 }
        }
        EventKind::RoleChanged(role) => Facts::Role(role_facts(role)),
        EventKind::PortfolioCreated(portfolio) | EventKind::PortfolioChanged(portfolio) => {
            Facts::Portfolio(portfolio_facts(portfolio))
        }
        EventKind::GrantSet(access) => Facts::Grant {
            portfolio: access.portfolio.0,
            user: access.user.0,
            grant: access.grant.map(Grant::as_str),
            version: access.version,
        },
        EventKind::WatchlistSaved(list) => Facts::Watchlist(watchlist_facts(list)),
        EventKind::WatchlistDropped { user, id } => {
            Facts::WatchlistDropped { id: id.0, user: user.0 }
        }
        EventKind::SettingSaved(setting) => Facts::Setting {
            user: setting.user.0,
            name: &setting.name,
            value: &setting.value,
            version: setting.version,
        },
        _ => Facts::Nothing {},
    }
}

fn terms(draft: &Draft) -> Terms<'_> {
    let group = draft.special.group;
    Terms {
        symbol: draft.symbol.as_str(),
        side: draft.side.as_str(),
        quantity: draft.quantity.plain(),
        order_type: draft.order_type.as_str(),
        limit: draft.order_type.limit().map(Price::plain),
        stop: draft.order_type.stop().map(Price::plain),
        trail: match draft.order_type {
            OrderType::TrailingStop { trail } => Some(trail_facts(trail)),
            _ => None,
        },
        time_in_force: draft.time_in_force.as_str(),
        extended_hours: draft.special.extended_hours,
        dollars: draft.special.dollars.map(Money::plain),
        take_profit: group.take_profit().map(Price::plain),
        stop_loss: group.stop_loss().map(|loss| loss.stop.plain()),
        stop_loss_limit: group.stop_loss().and_then(|loss| loss.limit).map(Price::plain),
        note: &draft.note,
    }
}

fn trail_facts(trail: Trail) -> TrailFacts {
    match trail {
        Trail::Amount(amount) => TrailFacts::Amount(amount.plain()),
        Trail::Percent(Ratio(millionths)) => TrailFacts::Millionths(millionths),
    }
}

fn asked_facts(asked: &Amendment) -> AskedFacts {
    AskedFacts {
        quantity: asked.quantity.map(Qty::plain),
        limit: asked.limit.map(Price::plain),
        stop: asked.stop.map(Price::plain),
        trail: asked.trail.map(trail_facts),
        time_in_force: asked.time_in_force.map(TimeInForce::as_str),
    }
}

fn order_facts<'a>(
    order: &'a Order,
    venue_order: &'a VenueOrder,
    step: &OrderStep,
) -> OrderFacts<'a> {
    let placed = matches!(step, OrderStep::Intended).then(|| placed_facts(order));
    let sets_terms = matches!(step, OrderStep::Intended | OrderStep::Amended);
    OrderFacts {
        placed,
        terms: sets_terms.then(|| terms(&order.draft)),
        asked: order.asked.as_ref().map(asked_facts),
        status: order.state.status.as_str(),
        pending: words::pending(order.state.pending),
        certainty: words::certainty(order.state.certainty),
        filled: order.filled.plain(),
        filled_value: order.filled_value.plain(),
        reserved: order.reserved.plain(),
        due_desk_ns: order.due.map(DeskTime::ns),
        reason: order.reason.as_deref(),
        version: order.version,
        venue_order: venue_order_facts(venue_order),
    }
}

fn placed_facts(order: &Order) -> PlacedFacts {
    PlacedFacts {
        user: order.user.0,
        class: order.class.as_str(),
        parent: order.parent.map(|parent| parent.to_string()),
        approver: order.approver.map(|approver| approver.0),
        shown_last: order.shown.last.map(Price::plain),
        shown_version: order.shown.version,
    }
}

fn venue_order_facts(sent: &VenueOrder) -> VenueOrderFacts<'_> {
    VenueOrderFacts {
        client_id: sent.client_id.as_str(),
        attempt: sent.attempt,
        venue_id: sent.venue_id.as_deref(),
        status: sent.status.as_str(),
        filled: sent.filled.plain(),
        closing_total: sent.closing_total.map(Qty::plain),
    }
}

fn filled_facts(filled: &Filled) -> FilledFacts<'_> {
    let step = OrderStep::Filled { quantity: filled.fill.quantity, price: filled.fill.price };
    FilledFacts {
        fill: fill_facts(&filled.fill),
        order: order_facts(&filled.order, &filled.venue_order, &step),
        entry: entry_facts(&filled.entry),
        position: position_facts(&filled.position),
        cash: filled.balance.cash.plain(),
    }
}

fn fill_facts(fill: &Fill) -> FillFacts<'_> {
    FillFacts {
        client_id: fill.client_id.as_str(),
        total: fill.total.plain(),
        symbol: fill.symbol.as_str(),
        side: fill.side.as_str(),
        quantity: fill.quantity.plain(),
        price: fill.price.plain(),
        execution: &fill.execution,
        at_market_ns: fill.at.ns(),
    }
}

fn entry_facts(entry: &Entry) -> EntryFacts<'_> {
    EntryFacts {
        kind: entry.kind.as_str(),
        symbol: entry.symbol.as_ref().map(Symbol::as_str),
        quantity: entry.quantity.plain(),
        cash: entry.cash.plain(),
        trade_date: entry.trade_date.to_string(),
        settle_date: entry.settle_date.to_string(),
        user: entry.user.map(|user| user.0),
        note: &entry.note,
    }
}

fn position_facts(position: &Position) -> PositionFacts {
    PositionFacts {
        quantity: position.quantity.plain(),
        cost: position.cost.plain(),
        realised: position.realised.plain(),
        entries: position.entries,
    }
}

fn mark_facts(mark: &DailyMark) -> MarkFacts {
    MarkFacts {
        portfolio: mark.portfolio.0,
        symbol: mark.symbol.to_string(),
        quantity: mark.quantity.plain(),
        close: mark.close.plain(),
        cost: mark.cost.plain(),
        realised: mark.realised.plain(),
    }
}
