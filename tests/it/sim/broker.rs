//! The judge: a broker with its own ledger, which fills, refuses and forgets nothing.
//! Must never share code with the desk's books: it is what they are compared with.

use std::collections::BTreeMap;

use trading_desk::desk::port::{Errand, Ticket};
use trading_desk::domain::ids::ClientOrderId;
use trading_desk::domain::lifecycle::{Report, ReportKind};
use trading_desk::domain::numbers::{Price, Qty};
use trading_desk::domain::orders::Side;
use trading_desk::domain::time::MarketTime;

use super::faults::Dice;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stand {
    Working,
    Filled,
    Canceled,
    Expired,
    Rejected,
    Replaced,
}

#[derive(Clone, Debug)]
pub(super) struct Held {
    pub ticket: Ticket,
    pub stand: Stand,
    pub fills: Vec<(Qty, Price)>,
    replaced_by: Option<ClientOrderId>,
}

impl Held {
    pub(super) fn filled(&self) -> Qty {
        self.fills.iter().map(|(quantity, _)| *quantity).sum()
    }
}

#[derive(Debug, Default)]
pub(super) struct Broker {
    pub orders: BTreeMap<ClientOrderId, Held>,
}

fn report(client_id: &ClientOrderId, at: MarketTime, kind: ReportKind) -> Report {
    let venue_id = Some(format!("b-{client_id}"));
    Report { client_id: client_id.clone(), venue_id, at, kind }
}

impl Broker {
    pub(super) fn receive(
        &mut self,
        errand: &Errand,
        at: MarketTime,
        dice: &mut Dice,
    ) -> Vec<Report> {
        match errand {
            Errand::Submit(ticket) => self.submit(ticket, at, dice),
            Errand::Cancel { client_id } => self.cancel(client_id, at),
            Errand::Replace { old, filled, new } => self.replace(old, *filled, new, at),
            Errand::LookUp { client_id } => self.story(client_id, at),
            Errand::Funds => Vec::new(),
        }
    }

    fn submit(&mut self, ticket: &Ticket, at: MarketTime, dice: &mut Dice) -> Vec<Report> {
        if self.orders.contains_key(&ticket.client_id) {
            return self.story(&ticket.client_id, at);
        }
        let stand = if dice.one_in(12) { Stand::Rejected } else { Stand::Working };
        let held = Held { ticket: ticket.clone(), stand, fills: Vec::new(), replaced_by: None };
        self.orders.insert(ticket.client_id.clone(), held);
        self.story(&ticket.client_id, at)
    }

    fn cancel(&mut self, client_id: &ClientOrderId, at: MarketTime) -> Vec<Report> {
        match self.orders.get_mut(client_id) {
            Some(held) if held.stand == Stand::Working => {
                held.stand = Stand::Canceled;
                vec![report(client_id, at, ReportKind::Canceled { total: held.filled() })]
            }
            _ => {
                let reason = "order is not cancelable".to_owned();
                vec![report(client_id, at, ReportKind::CancelRejected { reason })]
            }
        }
    }

    fn replace(
        &mut self,
        old: &ClientOrderId,
        filled: Qty,
        new: &Ticket,
        at: MarketTime,
    ) -> Vec<Report> {
        if self.orders.contains_key(&new.client_id) {
            return self.story(&new.client_id, at);
        }
        match self.orders.get_mut(old) {
            Some(held) if held.stand == Stand::Working && held.filled() == filled => {
                held.stand = Stand::Replaced;
                held.replaced_by = Some(new.client_id.clone());
                let total = held.filled();
                let by = new.client_id.clone();
                let fresh = Held {
                    ticket: new.clone(),
                    stand: Stand::Working,
                    fills: Vec::new(),
                    replaced_by: None,
                };
                self.orders.insert(new.client_id.clone(), fresh);
                vec![
                    report(old, at, ReportKind::Replaced { by, total }),
                    report(&new.client_id, at, ReportKind::Working),
                ]
            }
            _ => {
                let reason = "order is not replaceable".to_owned();
                vec![report(old, at, ReportKind::ReplaceRejected { reason })]
            }
        }
    }

    /// Everything there is to know of an order.
    fn story(&self, client_id: &ClientOrderId, at: MarketTime) -> Vec<Report> {
        let Some(held) = self.orders.get(client_id) else {
            return vec![Report {
                client_id: client_id.clone(),
                venue_id: None,
                at,
                kind: ReportKind::NotFound,
            }];
        };
        let mut told = Vec::new();
        if held.stand != Stand::Rejected {
            told.push(report(client_id, at, ReportKind::Acked));
            told.push(report(client_id, at, ReportKind::Working));
        }
        let mut total = Qty::ZERO;
        for (quantity, price) in &held.fills {
            total += *quantity;
            told.push(fill_report(client_id, (*quantity, *price), total, at));
        }
        let end = match held.stand {
            Stand::Working | Stand::Filled => None,
            Stand::Canceled => Some(ReportKind::Canceled { total }),
            Stand::Expired => Some(ReportKind::Expired { total }),
            Stand::Rejected => {
                Some(ReportKind::Rejected { reason: "the broker said no".to_owned() })
            }
            Stand::Replaced => {
                held.replaced_by.clone().map(|by| ReportKind::Replaced { by, total })
            }
        };
        told.extend(end.map(|kind| report(client_id, at, kind)));
        told
    }

    /// Something happens at the market: a fill or an expiry of some working order.
    pub(super) fn trade(&mut self, at: MarketTime, dice: &mut Dice) -> Vec<Report> {
        let working: Vec<ClientOrderId> = self
            .orders
            .iter()
            .filter(|(_, held)| held.stand == Stand::Working)
            .map(|(id, _)| id.clone())
            .collect();
        if working.is_empty() {
            return Vec::new();
        }
        let id = working[dice.below(working.len())].clone();
        let held = self.orders.get_mut(&id).expect("a working order is held");
        if dice.one_in(15) {
            held.stand = Stand::Expired;
            return vec![report(&id, at, ReportKind::Expired { total: held.filled() })];
        }
        let left = held.ticket.quantity - held.filled();
        let part = if dice.one_in(2) {
            left
        } else {
            let shares = left.units() / 1_000_000_000;
            let most = usize::try_from(shares).expect("small orders");
            Qty::shares(1 + i64::try_from(dice.below(most.max(1))).expect("small"))
        };
        let part = part.min(left);
        let cents = 9_900 + i64::try_from(dice.below(200)).expect("small");
        let price = Price::cents(cents);
        held.fills.push((part, price));
        let total = held.filled();
        if total == held.ticket.quantity {
            held.stand = Stand::Filled;
        }
        vec![fill_report(&id, (part, price), total, at)]
    }

    /// Signed shares and dollars of all fills of one venue order.
    pub(super) fn booked(held: &Held) -> (Qty, i128) {
        let shares = held.ticket.side.signed(held.filled());
        let dollars: i128 = held
            .fills
            .iter()
            .map(|(quantity, price)| i128::from(quantity.units()) * i128::from(price.units()))
            .sum();
        (shares, if held.ticket.side == Side::Buy { -dollars } else { dollars })
    }
}

fn fill_report(
    client_id: &ClientOrderId,
    (quantity, price): (Qty, Price),
    total: Qty,
    at: MarketTime,
) -> Report {
    let execution = format!("x-{client_id}-{}", total.plain());
    report(client_id, at, ReportKind::Filled { quantity, price, total, execution })
}
