//! Decides what happens to orders when a person asks: place, amend, cancel, halt.
//! Must never take the venue's part: what was asked is not what is until a report says so.

use crate::bounds::{ANSWER_WAIT_MS, NOTE_CHARS_MAX, TICKET_AGE_HOURS_MAX};
use crate::domain::ids::{ClientOrderId, OrderId};
use crate::domain::lifecycle::{Certainty, Pending, State, Status};
use crate::domain::numbers::{Money, Qty};
use crate::domain::orders::{Draft, Order, VenueOrder};
use crate::domain::special::{OrderClass, Special};
use crate::domain::text::{clean_line, clean_lines};
use crate::domain::time::{DeskTime, Moment};
use crate::domain::trading::TradingState;

use super::super::actor::Actor;
use super::super::book::Book;
use super::super::command::{AmendOrder, Outcome, PlaceOrder};
use super::super::event::{EventKind, OrderStep};
use super::super::permit;
use super::super::port::{Errand, Ticket};
use super::super::refusal::mismatch::Mismatch;
use super::super::refusal::{Refusal, Rejection};
use super::super::risk::{Case, assess};
use super::Decision;

/// A new order as it may be written down, wherever that is: its note cleaned and not too long.
pub fn cleaned(mut place: PlaceOrder) -> PlaceOrder {
    place.draft.note = clean_lines(&place.draft.note, NOTE_CHARS_MAX);
    place
}

/// A new order, cleaned. The same id with the same terms is the same order, however often it is
/// sent.
pub fn place(
    book: &Book,
    now: Moment,
    actor: Actor,
    place: &PlaceOrder,
) -> Result<Decision, Rejection> {
    let market = book.price(place.draft.symbol);
    let draft = place.draft.clone().sized(market);
    if let Some(known) = book.orders.get(&place.id) {
        let same = known.user == actor.user()
            && known.portfolio == place.portfolio
            && known.attempt == 1
            && is_same(&known.draft, &draft);
        let outcome = Outcome::OrderIntended(place.id);
        return if same { Ok(Decision::nothing(outcome)) } else { Err(Refusal::OrderIdReused)? };
    }
    if opened(place.id).is_none_or(|at| now.desk.ms_since(at) > TICKET_AGE_HOURS_MAX * 3_600_000) {
        return Err(Refusal::TicketTooOld { hours: TICKET_AGE_HOURS_MAX }.into());
    }
    let missing = Refusal::NotFound { what: "portfolio" };
    let case = Case {
        book,
        now,
        user: book.users.get(&actor.user()).ok_or(Refusal::NotSignedIn)?,
        portfolio: book.portfolios.get(&place.portfolio).ok_or(missing)?,
        draft: &draft,
        amends: None,
        shown: place.shown,
        booked: Qty::ZERO,
    };
    let assessed = assess(&case, &place.acknowledged)?;
    let order = Order {
        id: place.id,
        account: book.account.id,
        portfolio: place.portfolio,
        user: actor.user(),
        asked: None,
        class: draft.special.group.class(),
        parent: None,
        state: State::sure(Status::Intended),
        filled: Qty::ZERO,
        filled_value: Money::ZERO,
        attempt: 1,
        reserved: assessed.reserve,
        shown: place.shown,
        approver: None,
        placed: now,
        updated: now,
        due: Some(now.desk.plus_ms(ANSWER_WAIT_MS)),
        look_ups: 0,
        reason: None,
        version: 1,
        draft,
    };
    let sent = venue_order(&order, 1, assessed.first);
    let ticket = ticket_of(&order.draft, &sent);
    let legs = legs_of(&order);
    let own = event(order, sent, OrderStep::Intended);
    Ok(Decision {
        events: std::iter::once(own).chain(legs).collect(),
        rows: Vec::new(),
        errands: vec![Errand::Submit(ticket)],
        outcome: Outcome::OrderIntended(place.id),
    })
}

/// True for the same terms: what the dollars of one come to changes with the market.
fn is_same(known: &Draft, draft: &Draft) -> bool {
    let counted = if draft.special.dollars.is_some() { known.quantity } else { draft.quantity };
    *known == Draft { quantity: counted, ..draft.clone() }
}

/// When the ticket of this id was opened: a version 7 uuid begins with its milliseconds.
fn opened(id: OrderId) -> Option<DeskTime> {
    let (seconds, nanos) = id.0.get_timestamp()?.to_unix();
    let ns = i64::try_from(seconds).ok()?.checked_mul(1_000_000_000)?;
    Some(DeskTime::from_ns(ns.checked_add(i64::from(nanos))?))
}

/// The orders that belong to a new one, held until it is done. They reserve nothing: the group
/// does so once.
fn legs_of(parent: &Order) -> Vec<EventKind> {
    let leg = |(role, order_type)| {
        let draft = Draft {
            side: parent.draft.exit_side(),
            order_type,
            note: String::new(),
            special: Special::default(),
            ..parent.draft.clone()
        };
        let leg = Order {
            id: parent.id.leg(role),
            parent: Some(parent.id),
            state: State::sure(Status::Held),
            reserved: Money::ZERO,
            due: None,
            draft,
            ..parent.clone()
        };
        let sent = VenueOrder { status: Status::Held, ..venue_order(&leg, 1, leg.draft.quantity) };
        event(leg, sent, OrderStep::Intended)
    };
    parent.draft.legs().map(leg).collect()
}

fn venue_order(order: &Order, attempt: u32, quantity: Qty) -> VenueOrder {
    VenueOrder {
        client_id: ClientOrderId::of(order.id, attempt),
        account: order.account,
        order: Some(order.id),
        attempt,
        venue_id: None,
        status: Status::Intended,
        quantity,
        filled: Qty::ZERO,
        closing_total: None,
        asked: None,
    }
}

/// What a venue is told of a venue order with these terms.
pub fn ticket_of(draft: &Draft, sent: &VenueOrder) -> Ticket {
    Ticket {
        client_id: sent.client_id.clone(),
        symbol: draft.symbol,
        side: draft.side,
        quantity: sent.quantity,
        order_type: draft.order_type,
        time_in_force: draft.time_in_force,
        special: draft.special,
    }
}

fn event(order: Order, venue_order: VenueOrder, step: OrderStep) -> EventKind {
    EventKind::Order { order: Box::new(order), venue_order: Box::new(venue_order), step }
}

fn current_venue_order(book: &Book, order: &Order) -> VenueOrder {
    let found = book.venue_orders.get(&order.client_id()).cloned();
    found.unwrap_or_else(|| venue_order(order, order.attempt, order.leaves()))
}

/// The order after another change, with its version raised.
fn changed(order: &Order, now: Moment) -> Order {
    let mut order = order.clone();
    order.updated = now;
    order.version += 1;
    order.due = Some(now.desk.plus_ms(ANSWER_WAIT_MS));
    order.look_ups = 0;
    order
}

/// New terms for a working order: they hold when the venue confirms the replacement. Until then
/// the larger of both is reserved.
pub fn amend(
    book: &Book,
    now: Moment,
    actor: Actor,
    amend: &AmendOrder,
) -> Result<Decision, Rejection> {
    let order = book.orders.get(&amend.order).ok_or(Refusal::NotFound { what: "order" })?;
    let state = order.state;
    let amendable = matches!(state.status, Status::Working | Status::PartlyFilled);
    if !amendable || state.pending != Pending::None || state.certainty == Certainty::Unknown {
        return Err(Refusal::NotInState { state: state.word(), verb: "amended" }.into());
    }
    if order.draft.special.dollars.is_some() {
        return Err(Refusal::Mismatch(Mismatch::DollarsStay).into());
    }
    if amend.shown.version.is_some_and(|seen| seen != order.version) {
        let leaves = order.leaves();
        let now = format!("{}, {} filled, {leaves} left", state.word(), order.filled);
        let wanted = amend.amendment.to_string();
        return Err(Refusal::Changed { what: "order", now, wanted }.into());
    }
    let draft = amend.amendment.applied_to(&order.draft);
    if draft == order.draft {
        return Err(Refusal::NothingChanges.into());
    }
    if draft.quantity <= order.filled {
        return Err(Refusal::BelowFilled { filled: order.filled }.into());
    }
    let missing = Refusal::NotFound { what: "portfolio" };
    let case = Case {
        book,
        now,
        user: book.users.get(&actor.user()).ok_or(Refusal::NotSignedIn)?,
        portfolio: book.portfolios.get(&order.portfolio).ok_or(missing)?,
        draft: &draft,
        amends: Some(order),
        shown: amend.shown,
        booked: Qty::ZERO,
    };
    may_change(order, &draft).map_err(Refusal::from)?;
    let assessed = assess(&case, &amend.acknowledged)?;
    let mut order = changed(order, now);
    let attempt = book.attempts_of(order.id) + 1;
    let leaves = draft.quantity - order.filled;
    let asked = Some(amend.amendment);
    let sent = VenueOrder { asked, ..venue_order(&order, attempt, leaves) };
    order.state.pending = Pending::Replace;
    order.asked = asked;
    order.reserved = order.reserved.max(assessed.reserve);
    let new = ticket_of(&draft, &sent);
    let old = order.client_id();
    let filled = current_venue_order(book, &order).filled;
    let outcome = Outcome::OrderIntended(order.id);
    Ok(Decision {
        events: vec![event(order, sent, OrderStep::AmendAsked(amend.amendment))],
        rows: Vec::new(),
        errands: vec![Errand::Replace { old, filled, new }],
        outcome,
    })
}

/// May a member of a group have these terms? Its prices and its time may change, and no more.
fn may_change(order: &Order, draft: &Draft) -> Result<(), Mismatch> {
    match order.class {
        OrderClass::Simple => Ok(()),
        OrderClass::Oto => Err(Mismatch::OtoStays),
        _ if !order.filled.is_zero() => Err(Mismatch::GroupFilled),
        _ if draft.quantity != order.draft.quantity => Err(Mismatch::GroupQuantity),
        _ => Ok(()),
    }
}

/// What has to be canceled for an order to be canceled: for a leg that is held, the order whose
/// leg it is, as long as that is open. The venue ends a group as a whole.
fn to_cancel(book: &Book, id: OrderId) -> OrderId {
    let held = book.orders.get(&id).filter(|order| order.state.status == Status::Held);
    let parent = held.and_then(|order| order.parent).and_then(|parent| book.orders.get(&parent));
    parent.filter(|parent| !parent.state.is_final()).map_or(id, |parent| parent.id)
}

/// Asks for a cancel. It holds when the venue confirms it. One that is on its way is not asked
/// again: the desk itself repeats it where the venue stays silent.
pub fn cancel(book: &Book, now: Moment, id: OrderId) -> Result<Decision, Rejection> {
    let id = to_cancel(book, id);
    let order = book.orders.get(&id).ok_or(Refusal::NotFound { what: "order" })?;
    if order.state.is_final() {
        let state = order.state.word();
        return Err(Refusal::NotInState { state, verb: "canceled" }.into());
    }
    if order.state.pending == Pending::Cancel {
        return Ok(Decision::nothing(Outcome::Canceling { asked: 1, refused: Vec::new() }));
    }
    let mut order = changed(order, now);
    order.state.pending = Pending::Cancel;
    let sent = current_venue_order(book, &order);
    let client_id = sent.client_id.clone();
    Ok(Decision {
        events: vec![event(order, sent, OrderStep::CancelAsked)],
        rows: Vec::new(),
        errands: vec![Errand::Cancel { client_id }],
        outcome: Outcome::Canceling { asked: 1, refused: Vec::new() },
    })
}

/// Asks for the cancel of several orders, each judged and decided on its own.
pub fn cancel_many(book: &Book, now: Moment, actor: Actor, orders: &[OrderId]) -> Decision {
    let mut all = Decision::nothing(Outcome::Done);
    let mut refused = Vec::new();
    let mut asked = 0;
    for id in orders {
        let root = to_cancel(book, *id);
        if root != *id && orders.contains(&root) {
            asked += 1;
            continue;
        }
        let one = permit::may_cancel(book, actor, *id)
            .map_err(Rejection::from)
            .and_then(|()| cancel(book, now, *id));
        match one {
            Ok(mut one) => {
                asked += 1;
                all.events.append(&mut one.events);
                all.errands.append(&mut one.errands);
            }
            Err(rejection) => refused.push((*id, rejection.to_string())),
        }
    }
    all.outcome = Outcome::Canceling { asked, refused };
    all
}

/// Stops trading and asks for the cancel of everything that works.
pub fn halt(book: &Book, now: Moment, reason: &str) -> Result<Decision, Rejection> {
    let halted = TradingState::Halted { reason: why_stopped(reason)? };
    let mut all = Decision::nothing(Outcome::Done);
    all.events.push(EventKind::TradingSet(halted));
    let mut asked = 0;
    for id in book.working.ids().filter(|id| to_cancel(book, *id) == *id) {
        if let Ok(mut one) = cancel(book, now, id) {
            asked += 1;
            all.events.append(&mut one.events);
            all.errands.append(&mut one.errands);
        }
    }
    all.outcome = Outcome::Canceling { asked, refused: Vec::new() };
    Ok(all)
}

/// Takes only what closes from now on; also the first step back from a halt.
pub fn close_only(book: &Book, reason: &str) -> Result<Decision, Rejection> {
    let reason = why_stopped(reason)?;
    Ok(set_trading(book, TradingState::ClosingOnly { reason }))
}

/// Trades again.
pub fn lift(book: &Book) -> Decision {
    set_trading(book, TradingState::Active)
}

fn set_trading(book: &Book, state: TradingState) -> Decision {
    if book.trading == state {
        return Decision::nothing(Outcome::TradingSet);
    }
    Decision::of(vec![EventKind::TradingSet(state)], Outcome::TradingSet)
}

fn why_stopped(reason: &str) -> Result<String, Refusal> {
    let reason = clean_line(reason, NOTE_CHARS_MAX);
    if reason.is_empty() {
        let why = "say why in a few words".to_owned();
        return Err(Refusal::BadName { what: "reason", why });
    }
    Ok(reason)
}
