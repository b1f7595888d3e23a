//! The desk's errands on the floor: what is asked, and the reports that answer it.
//! Must never answer an order with silence: each errand about an order names it in a report.

use crate::desk::port::{Errand, Ticket};
use crate::domain::ids::ClientOrderId;
use crate::domain::lifecycle::{Report, ReportKind};
use crate::domain::numbers::Qty;
use crate::domain::special::OrderClass;
use crate::domain::time::MarketTime;

use super::exchange::order::{Class, Wishes};
use super::exchange::refusal::Refusal;
use super::floor::Floor;

/// The orders an errand is about.
pub(super) fn asked(errand: &Errand) -> Vec<ClientOrderId> {
    match errand {
        Errand::Submit(ticket) => vec![ticket.client_id.clone()],
        Errand::Cancel { client_id } | Errand::LookUp { client_id } => vec![client_id.clone()],
        Errand::Replace { old, new, .. } => vec![old.clone(), new.client_id.clone()],
        Errand::Funds => Vec::new(),
    }
}

/// Does an errand on a floor that stands at `now`. What the exchange's events say is not repeated
/// here: the answer is what they leave out.
pub(super) fn run(floor: &mut Floor, now: MarketTime, errand: &Errand) -> Vec<Report> {
    match errand {
        Errand::Submit(ticket) => submit(floor, now, ticket),
        Errand::Cancel { client_id } => cancel(floor, now, client_id),
        Errand::Replace { old, new, filled } => replace(floor, now, (old, *filled), new),
        Errand::LookUp { client_id } => look_up(floor, now, client_id),
        Errand::Funds => Vec::new(),
    }
}

/// A report of the market itself about an order.
pub(super) fn about(client_id: &ClientOrderId, at: MarketTime, kind: ReportKind) -> Report {
    Report { client_id: client_id.clone(), venue_id: None, at, kind }
}

/// A refusal as people read it: the venue's words, and its figures where they are not in them.
fn words(refusal: &Refusal) -> String {
    match refusal {
        Refusal::WashTrade { reason, .. } => format!("{refusal} ({reason})"),
        Refusal::BuyingPower { available, needed } => {
            format!("{refusal} (buying power: ${available}, cost: ${needed})")
        }
        Refusal::StopSide { market, .. } => format!("{refusal} {market}"),
        _ => refusal.to_string(),
    }
}

/// What a ticket asks for beyond its plain terms.
fn wishes(ticket: &Ticket) -> Wishes {
    let special = ticket.special;
    let class = match special.group.class() {
        OrderClass::Simple => Class::Simple,
        OrderClass::Bracket => Class::Bracket,
        OrderClass::Oco => Class::Oco,
        OrderClass::Oto => Class::Oto,
    };
    let take_profit = match class {
        // The order itself is that exit.
        Class::Oco => ticket.order_type.limit(),
        _ => special.group.take_profit(),
    };
    Wishes {
        extended: special.extended_hours,
        notional: special.dollars,
        class,
        take_profit,
        stop_loss: special.group.stop_loss().map(|loss| (loss.stop, loss.limit)),
        named: ticket.client_id.order().filter(|_| class != Class::Simple),
    }
}

fn submit(floor: &mut Floor, now: MarketTime, ticket: &Ticket) -> Vec<Report> {
    match floor.submit_special(now, (ticket, &wishes(ticket))) {
        Ok(_) => Vec::new(),
        // The same client id is the same order: say what became of it.
        Err(Refusal::DuplicateClientId) => look_up(floor, now, &ticket.client_id),
        Err(refusal) => {
            let reason = words(&refusal);
            vec![about(&ticket.client_id, now, ReportKind::Rejected { reason })]
        }
    }
}

fn cancel(floor: &mut Floor, now: MarketTime, client_id: &ClientOrderId) -> Vec<Report> {
    let Some(order) = floor.exchange().find(client_id) else {
        return vec![about(client_id, now, ReportKind::NotFound)];
    };
    let open = floor.exchange().order(order).status.is_open();
    match floor.cancel(now, order) {
        Ok(()) if open => Vec::new(),
        Ok(()) => look_up(floor, now, client_id),
        Err(refusal) => {
            let reason = words(&refusal);
            vec![about(client_id, now, ReportKind::CancelRejected { reason })]
        }
    }
}

fn replace(
    floor: &mut Floor,
    now: MarketTime,
    (old, filled): (&ClientOrderId, Qty),
    new: &Ticket,
) -> Vec<Report> {
    let Some(key) = floor.exchange().find(old) else {
        return vec![about(old, now, ReportKind::NotFound)];
    };
    if floor.exchange().find(&new.client_id).is_some() {
        // Asked twice: say what became of both.
        let mut story = look_up(floor, now, old);
        story.append(&mut look_up(floor, now, &new.client_id));
        return story;
    }
    let order = floor.exchange().order(key);
    let refused = |reason| vec![about(old, now, ReportKind::ReplaceRejected { reason })];
    if order.filled > filled && order.status.is_open() {
        let more = order.filled;
        return refused(format!("unable to replace order, {more} shares are filled meanwhile"));
    }
    match floor.replace(now, key, new) {
        Ok(_) => Vec::new(),
        Err(refusal) => refused(words(&refusal)),
    }
}

fn look_up(floor: &Floor, now: MarketTime, client_id: &ClientOrderId) -> Vec<Report> {
    let exchange = floor.exchange();
    match exchange.find(client_id) {
        Some(key) => exchange.story(exchange.order(key)),
        None => vec![about(client_id, now, ReportKind::NotFound)],
    }
}
