//! The hours beside the regular session, and what works and ends in them (alpaca-api.md 5.5).
//! Must never let an order work there that does not say so.

use crate::domain::orders::{OrderType, TimeInForce};
use crate::domain::time::MarketTime;

use super::Exchange;
use super::order::{Status, Wishes};
use super::refusal::Refusal;
use crate::desk::port::Ticket;

/// Only limit orders that last work there.
pub(super) fn check(ticket: &Ticket, wishes: &Wishes) -> Result<(), Refusal> {
    if !wishes.extended {
        return Ok(());
    }
    if matches!(ticket.order_type, OrderType::StopLimit { .. }) {
        let text = "stop_limit orders are not eligible for extended hours trading";
        return Err(Refusal::Rule(text));
    }
    let lasts = matches!(ticket.time_in_force, TimeInForce::Day | TimeInForce::Gtc);
    if lasts && matches!(ticket.order_type, OrderType::Limit { .. }) {
        return Ok(());
    }
    Err(Refusal::Rule("extended hours order must be DAY or GTC limit orders"))
}

impl Exchange {
    /// When the next day order that outlives its session runs out.
    pub fn late_due(&self) -> Option<MarketTime> {
        self.late.first().map(|(due, _)| *due)
    }
    /// Ends the day orders that outlived their session and have run out by `at`.
    pub fn end_late(&mut self, at: MarketTime) {
        while let Some((due, key)) = self.late.first().copied().filter(|(due, _)| *due <= at) {
            self.late.remove(&(due, key));
            if self.order(key).status.is_open() {
                self.end(due, key, Status::Expired);
            }
        }
    }
}
