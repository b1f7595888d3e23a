//! The desk's errands at Alpaca: each is done once, and answered by reports about its orders.
//! Must never place an order again before it was looked for by the same id.

use crate::desk::port::{Errand, Ticket};
use crate::domain::ids::{ClientOrderId, OrderId};
use crate::domain::lifecycle::{Report, ReportKind};
use crate::domain::numbers::Qty;

use super::Alpaca;
use super::asking::{placement, replacement};
use super::budget::Lane;
use super::reading::of_order;
use super::rest::trouble::{Kind, Trouble};
use super::wire::orders::{Order, OrderStatus};

/// Calls of one errand that are made again, where the broker certainly did nothing.
const TRIES_MAX: u32 = 3;
/// Calls that must be left before a cancel is followed by a look at what came of it.
const ROOM_TO_LOOK: u32 = 60;
/// Replacements that are followed from an order to the one that stands in its place.
const REPLACED_MAX: u32 = 8;

impl Alpaca {
    /// Does an errand.
    pub(super) async fn run(&self, errand: Errand) -> Vec<Report> {
        match errand {
            Errand::Submit(ticket) => self.submit(&ticket).await,
            Errand::Cancel { client_id } => self.cancel(&client_id).await,
            Errand::Replace { old, filled, new } => self.replace(&old, filled, &new).await,
            Errand::LookUp { client_id } => self.look_up(&client_id, true).await,
            Errand::Funds => {
                let _ = self.tell_funds().await;
                Vec::new()
            }
        }
    }

    pub(super) fn about(&self, client_id: &ClientOrderId, kind: ReportKind) -> Report {
        let venue_id = self.known(|known| known.venue_id(client_id));
        Report { client_id: client_id.clone(), venue_id, at: self.market_now(), kind }
    }
    fn unclear(&self, client_id: &ClientOrderId, trouble: &Trouble) -> Vec<Report> {
        vec![self.about(client_id, ReportKind::Unclear { reason: trouble.to_string() })]
    }

    async fn submit(&self, ticket: &Ticket) -> Vec<Report> {
        let id = &ticket.client_id;
        if let Some(reason) = self.barred.get().cloned() {
            return vec![self.about(id, ReportKind::Rejected { reason })];
        }
        let order = placement(ticket);
        self.known(|known| known.note_sent(id));
        let mut last = Trouble::Throttled;
        for _ in 0..TRIES_MAX {
            last = match self.rest.place(&order).await {
                Ok(order) => return self.stories(&self.named(order), Lane::Submit).await,
                Err(trouble) => trouble,
            };
            match &last {
                Trouble::Throttled => {}
                // The same id was taken before: say what became of it.
                Trouble::Refused(no) if no.kind == Kind::Duplicate => {
                    return self.look_up(id, false).await;
                }
                Trouble::Refused(_) | Trouble::NotSent(_) => break,
                Trouble::Unclear(_) => match self.find(id, Lane::LookUp).await {
                    Ok(Some(order)) => return self.stories(&order, Lane::LookUp).await,
                    Ok(None) => {}
                    Err(_) => return self.unclear(id, &last),
                },
            }
        }
        if matches!(last, Trouble::Unclear(_)) {
            return self.unclear(id, &last);
        }
        self.known(|known| known.note_ended(id));
        vec![self.about(id, ReportKind::Rejected { reason: last.to_string() })]
    }

    async fn cancel(&self, id: &ClientOrderId) -> Vec<Report> {
        let mut venue_id = self.known(|known| known.venue_id(id));
        if venue_id.is_none() {
            venue_id = match self.find(id, Lane::Cancel).await {
                Ok(Some(order)) => Some(order.id),
                Ok(None) => return vec![self.about(id, ReportKind::NotFound)],
                Err(trouble) => return self.unclear(id, &trouble),
            };
        }
        let venue_id = venue_id.unwrap_or_default();
        for _ in 0..TRIES_MAX {
            match self.rest.cancel(&venue_id).await {
                Ok(()) if self.rest.left().0 < ROOM_TO_LOOK => {
                    return vec![self.about(id, ReportKind::Acked)];
                }
                Ok(()) => return self.look_up(id, false).await,
                Err(Trouble::Throttled) => {}
                Err(Trouble::Refused(no)) if no.kind == Kind::NotFound => {
                    return vec![self.about(id, ReportKind::NotFound)];
                }
                Err(Trouble::Refused(no)) => {
                    let mut story = self.look_up(id, false).await;
                    let reason = no.to_string();
                    story.push(self.about(id, ReportKind::CancelRejected { reason }));
                    return story;
                }
                Err(trouble) => return self.unclear(id, &trouble),
            }
        }
        self.unclear(id, &Trouble::Throttled)
    }

    /// Puts a new order in the place of one at work. Where some of the old one is filled, or it
    /// cannot be changed in place, it is canceled first, and the new one placed only once its end
    /// is sure: Alpaca does not say whether a new quantity counts the shares filled before.
    async fn replace(&self, old: &ClientOrderId, filled: Qty, new: &Ticket) -> Vec<Report> {
        // Asked twice: say what became of both.
        match self.find(&new.client_id, Lane::LookUp).await {
            Ok(Some(made)) => {
                let mut story = self.story(&made, Lane::LookUp).await;
                story.splice(0..0, self.look_up(old, false).await);
                return story;
            }
            Ok(None) => {}
            Err(trouble) => return self.unclear(old, &trouble),
        }
        let order = match self.find(old, Lane::Submit).await {
            Ok(Some(order)) => order,
            Ok(None) => return vec![self.about(old, ReportKind::NotFound)],
            Err(trouble) => return self.unclear(old, &trouble),
        };
        let has = order.filled_qty.quantity().unwrap_or(Qty::MAX);
        if has > filled && !is_final(&order.status) {
            let reason = "some of it was filled meanwhile".to_owned();
            let mut story = self.story(&order, Lane::Submit).await;
            story.push(self.about(old, ReportKind::ReplaceRejected { reason }));
            return story;
        }
        if filled.is_zero() && new.quantity.is_whole() {
            return self.change(&order, old, new).await;
        }
        self.follow(&order, old, filled, new).await
    }

    /// Changes an order in place.
    async fn change(&self, order: &Order, old: &ClientOrderId, new: &Ticket) -> Vec<Report> {
        self.known(|known| known.note_sent(&new.client_id));
        match self.rest.replace(&order.id, &replacement(new)).await {
            Ok(made) => {
                let made = self.named(made);
                let mut story = self.look_up(old, false).await;
                story.extend(self.story(&made, Lane::Submit).await);
                story
            }
            Err(trouble @ (Trouble::Refused(_) | Trouble::Throttled | Trouble::NotSent(_))) => {
                self.known(|known| known.note_ended(&new.client_id));
                let mut story = self.look_up(old, false).await;
                let reason = trouble.to_string();
                story.push(self.about(old, ReportKind::ReplaceRejected { reason }));
                story
            }
            Err(trouble) => self.unclear(old, &trouble),
        }
    }

    /// Cancels an order, and places the new one once the old one's end is sure.
    async fn follow(
        &self,
        order: &Order,
        old: &ClientOrderId,
        filled: Qty,
        new: &Ticket,
    ) -> Vec<Report> {
        let refused = |reason: String| self.about(old, ReportKind::ReplaceRejected { reason });
        if let Err(trouble) = self.rest.cancel(&order.id).await
            && trouble.kind() != Some(Kind::Done)
        {
            let mut story = self.look_up(old, false).await;
            story.push(refused(trouble.to_string()));
            return story;
        }
        let ended = match self.rest.order(Lane::Submit, &order.id).await {
            Ok(Some(ended)) => self.named(ended),
            Ok(None) => return vec![self.about(old, ReportKind::NotFound)],
            Err(trouble) => return self.unclear(old, &trouble),
        };
        let mut story = self.story(&ended, Lane::Submit).await;
        let total = ended.filled_qty.quantity().unwrap_or(Qty::MAX);
        if ended.status != OrderStatus::Canceled || total != filled {
            story.push(refused("the old order was not canceled in time".to_owned()));
            return story;
        }
        story.retain(|report| !matches!(report.kind, ReportKind::Canceled { .. }));
        let by = new.client_id.clone();
        story.push(self.about(old, ReportKind::Replaced { by, total }));
        story.extend(self.submit(new).await);
        story
    }

    /// Says all there is to know of an order; `may_be_listed` where the list of a moment ago will
    /// do.
    pub(super) async fn look_up(&self, id: &ClientOrderId, may_be_listed: bool) -> Vec<Report> {
        if may_be_listed {
            let now = self.clock.now();
            let listed = self.known(|known| known.fresh(id, now).cloned());
            if let Some(Ok(story)) = listed.map(|order| of_order(&order, &[], None)) {
                return story;
            }
        }
        match self.find(id, Lane::LookUp).await {
            Ok(Some(order)) => self.story(&order, Lane::LookUp).await,
            Ok(None) => vec![self.about(id, ReportKind::NotFound)],
            Err(trouble) => self.unclear(id, &trouble),
        }
    }

    async fn find(&self, id: &ClientOrderId, lane: Lane) -> Result<Option<Order>, Trouble> {
        let leg = id.order().and_then(OrderId::leg_of);
        let found =
            match leg.filter(|(parent, role)| *id == ClientOrderId::of(parent.leg(*role), 1)) {
                Some((parent, _)) => self.find_leg(id, parent, lane).await?,
                None => self.rest.order_by_client_id(lane, id.as_str()).await?,
            };
        Ok(found.map(|order| self.named(order)))
    }

    /// A leg, whose name the broker does not know: it is found by its own id where that was heard
    /// of, else by the order whose leg it is.
    async fn find_leg(
        &self,
        id: &ClientOrderId,
        parent: OrderId,
        lane: Lane,
    ) -> Result<Option<Order>, Trouble> {
        if self.known(|known| known.venue_id(id)).is_none() {
            let first = ClientOrderId::of(parent, 1);
            let mut next =
                self.rest.order_by_client_id(lane, first.as_str()).await?.map(|it| it.id);
            for _ in 0..REPLACED_MAX {
                let Some(named) = next.take() else { break };
                let Some(order) = self.rest.order(lane, &named).await? else { break };
                next = self.named(order).replaced_by;
            }
        }
        match self.known(|known| known.venue_id(id)) {
            Some(venue_id) => self.rest.order(lane, &venue_id).await,
            None => Ok(None),
        }
    }

    /// An order of the broker's under the names that it and its legs have here.
    pub(super) fn named(&self, mut order: Order) -> Order {
        self.known(|known| known.rename(&mut order));
        order
    }

    /// An order and its legs with their fills as reports.
    async fn stories(&self, order: &Order, lane: Lane) -> Vec<Report> {
        let mut told = self.story(order, lane).await;
        for leg in order.legs.iter().flatten() {
            told.extend(self.story(leg, lane).await);
        }
        told
    }

    /// An order with its fills as reports.
    pub(super) async fn story(&self, order: &Order, lane: Lane) -> Vec<Report> {
        let id = ClientOrderId::from_outside(&order.client_order_id);
        self.known(|known| known.learn(order));
        let mut fills = Vec::new();
        if order.filled_qty.quantity() != Ok(Qty::ZERO) {
            let after = order.created_at.0.checked_sub(jiff::SignedDuration::from_secs(60)).ok();
            match self.rest.fills(lane, after, Some(&order.id)).await {
                Ok(found) => fills = found,
                Err(trouble) => return self.unclear(&id, &trouble),
            }
        }
        let by = match &order.replaced_by {
            Some(by) => self.client_id_of(by, lane).await,
            None => None,
        };
        match of_order(order, &fills, by) {
            Ok(story) => {
                self.known(|known| {
                    known.note_fills(&fills);
                    if is_final(&order.status) {
                        known.note_ended(&id);
                    }
                });
                story
            }
            Err(error) => self.unclear(&id, &Trouble::Unclear(error.to_string())),
        }
    }

    /// Our id of an order of Alpaca's, asked for where it is not known.
    pub(super) async fn client_id_of(&self, venue_id: &str, lane: Lane) -> Option<ClientOrderId> {
        if let Some(known) = self.known(|known| known.client_id(venue_id)) {
            return Some(known);
        }
        let order = self.named(self.rest.order(lane, venue_id).await.ok()??);
        Some(ClientOrderId::from_outside(&order.client_order_id))
    }
}

/// True where nothing more is expected of an order.
pub(super) const fn is_final(status: &OrderStatus) -> bool {
    matches!(
        status,
        OrderStatus::Filled
            | OrderStatus::Canceled
            | OrderStatus::Expired
            | OrderStatus::Replaced
            | OrderStatus::Rejected
    )
}
