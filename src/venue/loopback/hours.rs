//! The market's clock and calendar as Alpaca tells them.
//! Must never keep hours of its own: they are the schedule's.

use jiff::civil::{Date, date};

use crate::domain::hours::{Phase, Schedule};
use crate::domain::time::MarketTime;
use crate::venue::alpaca::wire::assets::{CalendarDay, Clock};
use crate::venue::alpaca::wire::times::{Day, LocalStamp};

use super::answer::{Answer, Refused};
use super::query::Query;

/// The calendar's first and last day where none is asked for.
const CALENDAR: (Date, Date) = (date(1970, 1, 1), date(2029, 12, 31));

/// `GET /v2/clock`.
pub(super) fn clock(schedule: Schedule, now: MarketTime) -> Answer {
    let clock = schedule.clock(now);
    let (next_open, next_close) = match clock.phase {
        Phase::Open => {
            let (open, _) = session(schedule, schedule.next_day(clock.day));
            (open, clock.next_change)
        }
        Phase::Closed => (clock.next_change, schedule.day_end(clock.day)),
    };
    let local = |at: MarketTime| LocalStamp(at.timestamp());
    Answer::json(&Clock {
        timestamp: local(now),
        is_open: clock.phase == Phase::Open,
        next_open: local(next_open),
        next_close: local(next_close),
    })
}

/// Open and close of a trading day.
fn session(schedule: Schedule, day: Date) -> (MarketTime, MarketTime) {
    schedule.session(day).expect("a trading day has a session")
}

/// `GET /v2/calendar`.
pub(super) fn calendar(schedule: Schedule, query: &Query) -> Result<Answer, Refused> {
    let start = query.date("start")?.unwrap_or(CALENDAR.0).max(CALENDAR.0);
    let end = query.date("end")?.unwrap_or(CALENDAR.1).min(CALENDAR.1);
    let first = match schedule.session(start) {
        Some(_) => start,
        None => schedule.next_day(start),
    };
    let days = std::iter::successors(Some(first), |day| Some(schedule.next_day(*day)));
    let days = days.take_while(|day| *day <= end).map(|day| written(schedule, day));
    Ok(Answer::json(&days.collect::<Vec<_>>()))
}

fn written(schedule: Schedule, day: Date) -> CalendarDay {
    let clock = |at: MarketTime| at.new_york().time().strftime("%H:%M").to_string();
    let compact = |at: MarketTime| clock(at).replace(':', "");
    let (open, close) = session(schedule, day);
    // A market that never closes: its day runs from midnight here, though it rolls the evening
    // before, because the wire has no way to say so.
    let (open, first, last) = match schedule {
        Schedule::Always => ("00:00".to_owned(), "0000".to_owned(), compact(close)),
        Schedule::Nyse => {
            let late = if schedule.closes_early(day) { "1700" } else { "2000" };
            (clock(open), "0400".to_owned(), late.to_owned())
        }
    };
    CalendarDay {
        date: Day(day),
        open,
        close: clock(close),
        session_open: Some(first),
        session_close: Some(last),
        settlement_date: Some(Day(settlement(schedule, day))),
    }
}

/// When a trade of a day settles: the next day on which banks work.
pub(super) fn settlement(schedule: Schedule, day: Date) -> Date {
    match schedule {
        Schedule::Nyse => schedule.next_day(day),
        Schedule::Always => Schedule::Nyse.next_day(day),
    }
}
