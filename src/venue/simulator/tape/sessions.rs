//! The sessions of the market: which day has one, from when to when, and its profile.
//! Must never know a symbol: a session is the same for all of them.

use jiff::civil::{Date, date};

use crate::domain::hours::Schedule;
use crate::domain::time::MarketTime;

use super::profile::Profile;

/// One session of the market, the same for all symbols.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its trading day.
    pub day: Date,
    /// First moment.
    pub open: MarketTime,
    /// First moment after it.
    pub close: MarketTime,
    pub(super) number: i64,
    profile: usize,
}

/// All sessions of a schedule.
#[derive(Clone, Debug)]
pub(super) struct Sessions {
    /// The market's hours.
    pub schedule: Schedule,
    profiles: Vec<Profile>,
}

impl Sessions {
    pub(super) fn new(schedule: Schedule) -> Self {
        let profiles = match schedule {
            Schedule::Nyse => [390, 210].map(Profile::of_session).to_vec(),
            Schedule::Always => [1_440, 1_380, 1_500].map(Profile::of_round_day).to_vec(),
        };
        Self { schedule, profiles }
    }
    /// The session under way at `at`, or the last one before it.
    pub(super) fn at(&self, at: MarketTime) -> Session {
        let day = self.schedule.trading_day(at);
        let session = self.of(day);
        if session.open <= at { session } else { self.of(self.schedule.previous_day(day)) }
    }
    /// The session of a trading day.
    pub(super) fn of(&self, day: Date) -> Session {
        let (open, close) = self.schedule.session(day).expect("a trading day has a session");
        let minutes = u32::try_from(close.ms_since(open) / 60_000).expect("a day of minutes");
        let profile = self.profiles.iter().position(|profile| profile.minutes() == minutes);
        let profile = profile.expect("a session is as long as one of the profiles");
        Session { day, open, close, number: number(day), profile }
    }
    /// The session after another.
    pub(super) fn after(&self, session: &Session) -> Session {
        self.of(self.schedule.next_day(session.day))
    }
    /// How busy its minutes are.
    pub(super) fn profile(&self, session: &Session) -> &Profile {
        &self.profiles[session.profile]
    }
}

/// Days since 1970-01-01.
pub(super) fn number(day: Date) -> i64 {
    let since = day.duration_since(date(1970, 1, 1));
    since.as_hours() / 24
}
