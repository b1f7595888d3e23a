//! What the calendar says now, worked out once for as long as it holds: an order needs it at once.
//! Must never be asked about a moment it does not cover.

use jiff::ToSpan;

use crate::domain::hours::{Phase, Schedule};
use crate::domain::orders::TimeInForce;
use crate::domain::time::MarketTime;

/// A gtc order ends with the trading day this many days on (alpaca-api.md 5.1).
const GTC_DAYS: i64 = 90;

/// The calendar over a stretch of market time in which it says the same.
#[derive(Clone, Copy, Debug)]
pub(super) struct Today {
    from: MarketTime,
    until: MarketTime,
    /// Open or closed.
    pub phase: Phase,
    /// End of the trading day: of the session under way, or of the next one.
    day_end: MarketTime,
    /// The next opening.
    next_open: MarketTime,
    gtc_end: MarketTime,
}

impl Today {
    /// The calendar at `at`.
    pub(super) fn at(schedule: Schedule, at: MarketTime) -> Self {
        let clock = schedule.clock(at);
        let next_open = match clock.phase {
            Phase::Closed => clock.next_change,
            Phase::Open => {
                let next = schedule.next_day(clock.day);
                schedule.session(next).map_or(clock.next_change, |(open, _)| open)
            }
        };
        let last_day = clock.day.saturating_add(GTC_DAYS.days());
        let last_day = match schedule.session(last_day) {
            Some(_) => last_day,
            None => schedule.next_day(last_day),
        };
        Self {
            from: at,
            until: clock.next_change,
            phase: clock.phase,
            day_end: schedule.day_end(clock.day),
            next_open,
            gtc_end: schedule.day_end(last_day),
        }
    }
    /// True where it holds at `at` too.
    pub(super) fn covers(&self, at: MarketTime) -> bool {
        self.from <= at && at < self.until
    }
    /// When an order taken now runs out: day orders at the end of the session they work in,
    /// auction orders at their auction, gtc orders with the day 90 days on.
    pub(super) const fn expiry(&self, time_in_force: TimeInForce) -> MarketTime {
        match time_in_force {
            TimeInForce::Gtc => self.gtc_end,
            TimeInForce::Opg => self.next_open,
            TimeInForce::Day | TimeInForce::Cls | TimeInForce::Ioc | TimeInForce::Fok => {
                self.day_end
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MarketTime, Phase, Schedule, TimeInForce, Today};

    fn at(text: &str) -> MarketTime {
        MarketTime::from_new_york(text.parse().expect("a civil time"))
    }

    #[test]
    fn orders_run_out_when_their_session_or_auction_ends() {
        let cases = [
            ("2026-11-20T10:00", TimeInForce::Day, "2026-11-20T16:00"),
            ("2026-11-20T16:00", TimeInForce::Day, "2026-11-23T16:00"),
            ("2026-11-25T18:00", TimeInForce::Cls, "2026-11-27T13:00"),
            ("2026-11-20T09:00", TimeInForce::Opg, "2026-11-20T09:30"),
            ("2026-11-20T19:00", TimeInForce::Opg, "2026-11-23T09:30"),
            ("2026-11-20T10:00", TimeInForce::Gtc, "2027-02-18T16:00"),
            ("2026-11-23T10:00", TimeInForce::Gtc, "2027-02-22T16:00"),
        ];
        for (now, time_in_force, expected) in cases {
            let today = Today::at(Schedule::Nyse, at(now));
            assert_eq!(today.expiry(time_in_force), at(expected), "{now} {time_in_force}");
        }
        let always = Today::at(Schedule::Always, at("2026-11-21T10:00"));
        assert_eq!(always.phase, Phase::Open);
        assert_eq!(always.expiry(TimeInForce::Day), at("2026-11-21T20:00"));
        assert_eq!(always.expiry(TimeInForce::Opg), at("2026-11-21T20:00"));
        assert!(always.covers(at("2026-11-21T19:59:59")) && !always.covers(at("2026-11-21T20:00")));
    }
}
