//! The hours beside the regular session, and what works and ends in them (alpaca-api.md 5.5).
//! Must never let an order work there that does not say so.

use jiff::ToSpan;
use jiff::civil::Time;

use crate::domain::hours::Schedule;
use crate::domain::orders::{OrderType, TimeInForce};
use crate::domain::time::MarketTime;

use super::Exchange;
use super::order::{Status, Wishes};
use super::refusal::Refusal;
use crate::desk::port::Ticket;

/// When the day of the hours beside the session ends, New York.
const EVENING: Time = Time::constant(20, 0, 0, 0);

/// True in those hours and in the session itself: from Sunday evening to Friday evening, days
/// without a session left out.
pub fn is_on(schedule: Schedule, at: MarketTime) -> bool {
    let local = at.new_york();
    let date = local.date();
    let day = if local.time() >= EVENING { date.saturating_add(1.day()) } else { date };
    schedule.session(day).is_some()
}

/// When a day order taken at `at` that works in them runs out: the evening of its day.
pub(super) fn day_end(schedule: Schedule, at: MarketTime) -> MarketTime {
    if schedule == Schedule::Always {
        return schedule.day_end(schedule.trading_day(at));
    }
    let local = at.new_york();
    let mut day = local.date();
    if local.time() >= EVENING || schedule.session(day).is_none() {
        day = schedule.next_day(day);
    }
    MarketTime::from_new_york(day.to_datetime(EVENING))
}

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

#[cfg(test)]
mod tests {
    use super::{MarketTime, Schedule, day_end, is_on};

    fn at(text: &str) -> MarketTime {
        MarketTime::from_new_york(text.parse().expect("a civil time"))
    }

    #[test]
    fn extended_hours_run_from_sunday_evening_to_friday_evening() {
        let cases = [
            ("2026-11-20T17:00", true, "2026-11-20T20:00"),
            ("2026-11-20T20:00", false, "2026-11-23T20:00"),
            ("2026-11-21T12:00", false, "2026-11-23T20:00"),
            ("2026-11-22T19:59", false, "2026-11-23T20:00"),
            ("2026-11-22T20:00", true, "2026-11-23T20:00"),
            ("2026-11-23T05:00", true, "2026-11-23T20:00"),
            ("2026-11-25T21:00", false, "2026-11-27T20:00"),
            ("2026-11-26T21:00", true, "2026-11-27T20:00"),
        ];
        for (time, expected, end) in cases {
            assert_eq!(is_on(Schedule::Nyse, at(time)), expected, "{time}");
            assert_eq!(day_end(Schedule::Nyse, at(time)), at(end), "{time}");
        }
    }
}
