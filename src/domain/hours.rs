//! Market hours: when the market is open, which trading day a moment belongs to, what comes next.
//! Must never read a clock; the tables here are the built-in ones (a broker's calendar may differ).

use jiff::ToSpan;
use jiff::civil::{Date, Time, Weekday, date, time};

use super::time::MarketTime;

/// Start of the regular session, New York.
const OPEN: Time = time(9, 30, 0, 0);
/// End of the regular session, New York.
const CLOSE: Time = time(16, 0, 0, 0);
/// End of a short session, New York.
const EARLY_CLOSE: Time = time(13, 0, 0, 0);
/// When the trading day of an always-open market rolls, New York (model.md section 1).
const ROLL: Time = time(20, 0, 0, 0);

/// When a day of the hours beside the session begins and ends, New York (Alpaca's overnight,
/// pre-market and after-hours sessions follow each other without a gap).
const EVENING: Time = time(20, 0, 0, 0);

/// Closings of the years 2020 to 2030 that no rule gives: days of national mourning.
const SPECIAL_CLOSINGS: [Date; 1] = [date(2025, 1, 9)];

/// Which hours a market keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// Open around the clock; the trading day rolls at 20:00 New York (model.md section 1).
    Always,
    /// The New York Stock Exchange's calendar, 2020 to 2030.
    Nyse,
}

/// What the market is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Regular trading.
    Open,
    /// No regular trading: orders wait for the next open.
    Closed,
}

/// The market clock at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarketClock {
    /// Open or closed.
    pub phase: Phase,
    /// The trading day a trade made now (or at the next open) belongs to.
    pub day: Date,
    /// When the phase changes next; where it never does, when the trading day rolls.
    pub next_change: MarketTime,
}

impl Schedule {
    /// The market clock at `at`. The moment of the open is open, the moment of the close is closed.
    pub fn clock(self, at: MarketTime) -> MarketClock {
        let day = self.trading_day(at);
        let (open, close) = self.bounds(day);
        if at < open {
            MarketClock { phase: Phase::Closed, day, next_change: open }
        } else {
            MarketClock { phase: Phase::Open, day, next_change: close }
        }
    }

    /// The trading day that `at` belongs to; a closed moment belongs to the next session.
    pub fn trading_day(self, at: MarketTime) -> Date {
        let local = at.new_york();
        let (today, clock) = (local.date(), local.time());
        match self {
            Self::Always if clock >= ROLL => self.next_day(today),
            Self::Always => today,
            Self::Nyse if is_session(today) && clock < close_time(today) => today,
            Self::Nyse => self.next_day(today),
        }
    }

    /// True in the session and in the hours beside it: from Sunday evening to Friday evening, days
    /// without a session left out.
    pub fn is_extended(self, at: MarketTime) -> bool {
        let local = at.new_york();
        let (date, clock) = (local.date(), local.time());
        let day = if clock >= EVENING { date.saturating_add(1.day()) } else { date };
        self.session(day).is_some()
    }

    /// When a day order taken at `at` that works in those hours too runs out: the evening of its
    /// day.
    pub fn extended_day_end(self, at: MarketTime) -> MarketTime {
        if self == Self::Always {
            return self.day_end(self.trading_day(at));
        }
        let local = at.new_york();
        let mut day = local.date();
        if local.time() >= EVENING || self.session(day).is_none() {
            day = self.next_day(day);
        }
        MarketTime::from_new_york(day.to_datetime(EVENING))
    }

    /// Open and close of the session on `date`; none where the market stays closed that day.
    pub fn session(self, date: Date) -> Option<(MarketTime, MarketTime)> {
        (self == Self::Always || is_session(date)).then(|| self.bounds(date))
    }

    /// The moment trading day `day` ends: day orders expire, closing prices are set.
    pub fn day_end(self, day: Date) -> MarketTime {
        self.bounds(day).1
    }

    /// The moment trading day `day` begins: the end of the one before.
    pub fn day_start(self, day: Date) -> MarketTime {
        self.day_end(self.previous_day(day))
    }

    /// The trading day after `day`.
    pub fn next_day(self, day: Date) -> Date {
        self.step(day, 1)
    }

    /// The trading day before `day`.
    pub fn previous_day(self, day: Date) -> Date {
        self.step(day, -1)
    }

    /// True where the session of `day` ends at 13:00.
    pub fn closes_early(self, day: Date) -> bool {
        self == Self::Nyse && is_session(day) && is_short(day)
    }

    fn step(self, day: Date, days: i64) -> Date {
        let mut day = day.saturating_add(days.days());
        while self == Self::Nyse && !is_session(day) && day != Date::MIN && day != Date::MAX {
            day = day.saturating_add(days.days());
        }
        day
    }

    /// Open and close as the clock of that date has them, whether or not the market opens.
    fn bounds(self, day: Date) -> (MarketTime, MarketTime) {
        let at = |day: Date, time: Time| MarketTime::from_new_york(day.to_datetime(time));
        match self {
            Self::Always => (at(day.saturating_sub(1.day()), ROLL), at(day, ROLL)),
            Self::Nyse => (at(day, OPEN), at(day, close_time(day))),
        }
    }
}

fn close_time(day: Date) -> Time {
    if is_short(day) { EARLY_CLOSE } else { CLOSE }
}

fn is_session(day: Date) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && !is_holiday(day)
}

/// The exchange's holidays by its rules 7.2: a holiday on a Saturday is kept on the Friday before,
/// on a Sunday on the Monday after; New Year's Day on a Saturday is not kept, because the Friday
/// is the last of the year.
fn is_holiday(day: Date) -> bool {
    let year = day.year();
    let nth = |month, weekday, nth| {
        date(year, month, 1).nth_weekday_of_month(nth, weekday).expect("each month has four")
    };
    let kept = |month, of_month| {
        let holiday = date(year, month, of_month);
        match holiday.weekday() {
            Weekday::Saturday => holiday.saturating_sub(1.day()),
            Weekday::Sunday => holiday.saturating_add(1.day()),
            _ => holiday,
        }
    };
    match day.month() {
        1 => {
            (day.day() <= 2 && day == kept(1, 1))
                || day == nth(1, Weekday::Monday, 3)
                || SPECIAL_CLOSINGS.contains(&day)
        }
        2 => day == nth(2, Weekday::Monday, 3),
        3 | 4 => day == easter(year).saturating_sub(2.days()),
        5 => day == nth(5, Weekday::Monday, -1),
        6 => year >= 2022 && day == kept(6, 19),
        7 => day == kept(7, 4),
        9 => day == nth(9, Weekday::Monday, 1),
        11 => day == nth(11, Weekday::Thursday, 4),
        12 => day == kept(12, 25),
        _ => false,
    }
}

/// Sessions that end at 13:00: the day before Independence Day or Christmas (on a Friday that day
/// is the holiday itself), and the day after Thanksgiving.
fn is_short(day: Date) -> bool {
    let before_friday = day.weekday() != Weekday::Friday;
    match (day.month(), day.day()) {
        (7, 3) | (12, 24) => before_friday,
        (11, _) => {
            let thanksgiving = day.nth_weekday_of_month(4, Weekday::Thursday);
            thanksgiving.is_ok_and(|thursday| day == thursday.saturating_add(1.day()))
        }
        _ => false,
    }
}

/// Easter Sunday of the Gregorian calendar (the anonymous algorithm of Meeus and Butcher).
fn easter(year: i16) -> Date {
    let of_year = i32::from(year);
    let (golden, century, rest) = (of_year % 19, of_year / 100, of_year % 100);
    let correction = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - century / 4 - correction + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7;
    let moon = (golden + 11 * epact + 22 * weekday) / 451;
    let from_march = epact + weekday - 7 * moon + 114;
    let month = i8::try_from(from_march / 31).expect("March or April");
    let day = i8::try_from(from_march % 31 + 1).expect("a day of a month");
    date(year, month, day)
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use jiff::civil::{Date, Weekday, date};

    use super::{MarketClock, Phase, Schedule};
    use crate::domain::time::MarketTime;

    /// The exchange's published closings, and the sessions that end at 13:00, as month and day.
    const PUBLISHED: [(i16, &str, &str); 11] = [
        (2020, "0101 0120 0217 0410 0525 0703 0907 1126 1225", "1127 1224"),
        (2021, "0101 0118 0215 0402 0531 0705 0906 1125 1224", "1126"),
        (2022, "0117 0221 0415 0530 0620 0704 0905 1124 1226", "1125"),
        (2023, "0102 0116 0220 0407 0529 0619 0704 0904 1123 1225", "0703 1124"),
        (2024, "0101 0115 0219 0329 0527 0619 0704 0902 1128 1225", "0703 1129 1224"),
        (2025, "0101 0109 0120 0217 0418 0526 0619 0704 0901 1127 1225", "0703 1128 1224"),
        (2026, "0101 0119 0216 0403 0525 0619 0703 0907 1126 1225", "1127 1224"),
        (2027, "0101 0118 0215 0326 0531 0618 0705 0906 1125 1224", "1126"),
        (2028, "0117 0221 0414 0529 0619 0704 0904 1123 1225", "0703 1124"),
        (2029, "0101 0115 0219 0330 0528 0619 0704 0903 1122 1225", "0703 1123 1224"),
        (2030, "0101 0121 0218 0419 0527 0619 0704 0902 1128 1225", "0703 1129 1224"),
    ];

    fn at(text: &str) -> MarketTime {
        MarketTime::from_new_york(text.parse().expect("a civil time"))
    }

    fn weekdays_of(year: i16) -> impl Iterator<Item = Date> {
        date(year, 1, 1)
            .series(1.day())
            .take_while(move |day| day.year() == year)
            .filter(|day| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday))
    }

    fn month_and_day(days: impl Iterator<Item = Date>) -> String {
        let texts: Vec<String> =
            days.map(|day| format!("{:02}{:02}", day.month(), day.day())).collect();
        texts.join(" ")
    }

    #[test]
    fn closings_of_every_year_are_the_published_ones() {
        for (year, closed, short) in PUBLISHED {
            let found = weekdays_of(year).filter(|&day| Schedule::Nyse.session(day).is_none());
            assert_eq!(month_and_day(found), closed, "closed in {year}");
            let found = weekdays_of(year).filter(|&day| Schedule::Nyse.closes_early(day));
            assert_eq!(month_and_day(found), short, "short in {year}");
        }
    }

    #[test]
    fn the_clock_of_the_exchange_at_known_moments() {
        let cases = [
            ("2026-11-20T09:29:59.999999999", Phase::Closed, "2026-11-20", "2026-11-20T09:30"),
            ("2026-11-20T09:30:00", Phase::Open, "2026-11-20", "2026-11-20T16:00"),
            ("2026-11-20T15:59:59.999999999", Phase::Open, "2026-11-20", "2026-11-20T16:00"),
            ("2026-11-20T16:00:00", Phase::Closed, "2026-11-23", "2026-11-23T09:30"),
            ("2026-11-22T12:00:00", Phase::Closed, "2026-11-23", "2026-11-23T09:30"),
            ("2026-11-25T20:00:00", Phase::Closed, "2026-11-27", "2026-11-27T09:30"),
            ("2026-11-27T12:59:59", Phase::Open, "2026-11-27", "2026-11-27T13:00"),
            ("2026-11-27T13:00:00", Phase::Closed, "2026-11-30", "2026-11-30T09:30"),
            ("2025-01-08T17:00:00", Phase::Closed, "2025-01-10", "2025-01-10T09:30"),
            ("2027-12-31T16:00:00", Phase::Closed, "2028-01-03", "2028-01-03T09:30"),
        ];
        for (moment, phase, day, next) in cases {
            let day = day.parse().expect("a date");
            let expected = MarketClock { phase, day, next_change: at(next) };
            assert_eq!(Schedule::Nyse.clock(at(moment)), expected, "{moment}");
        }
    }

    #[test]
    fn an_always_open_market_rolls_at_eight_in_the_evening() {
        let cases = [
            ("2026-11-21T19:59:59.999999999", "2026-11-21", "2026-11-21T20:00"),
            ("2026-11-21T20:00:00", "2026-11-22", "2026-11-22T20:00"),
            ("2026-12-25T03:00:00", "2026-12-25", "2026-12-25T20:00"),
        ];
        for (moment, day, next) in cases {
            let day = day.parse().expect("a date");
            let expected = MarketClock { phase: Phase::Open, day, next_change: at(next) };
            assert_eq!(Schedule::Always.clock(at(moment)), expected, "{moment}");
        }
    }

    #[test]
    fn sessions_keep_new_york_time_over_both_changes_of_the_clocks() {
        let utc = |day: Date| {
            let (open, close) = Schedule::Nyse.session(day).expect("a session");
            (open.timestamp().to_string(), close.timestamp().to_string())
        };
        let pair = |open: &str, close: &str| (open.to_owned(), close.to_owned());
        let winter = pair("2026-03-06T14:30:00Z", "2026-03-06T21:00:00Z");
        let summer = pair("2026-03-09T13:30:00Z", "2026-03-09T20:00:00Z");
        let autumn = pair("2026-11-02T14:30:00Z", "2026-11-02T21:00:00Z");
        assert_eq!(utc(date(2026, 3, 6)), winter);
        assert_eq!(utc(date(2026, 3, 9)), summer);
        assert_eq!(utc(date(2026, 11, 2)), autumn);
        let rolled = |day| Schedule::Always.session(day).expect("every day");
        let (from, to) = rolled(date(2026, 3, 8));
        assert_eq!(to.ms_since(from), 23 * 3_600_000, "the night that loses an hour");
        let (from, to) = rolled(date(2026, 11, 1));
        assert_eq!(to.ms_since(from), 25 * 3_600_000, "the night that gains an hour");
    }

    #[test]
    fn days_follow_each_other_without_gap_or_overlap() {
        for schedule in [Schedule::Always, Schedule::Nyse] {
            let mut day = schedule.trading_day(at("2020-01-02T12:00:00"));
            while day.year() <= 2030 {
                let next = schedule.next_day(day);
                assert_eq!(schedule.previous_day(next), day);
                assert_eq!(schedule.day_start(next), schedule.day_end(day));
                let end = schedule.day_end(day);
                assert_eq!(schedule.trading_day(end.plus_ms(-1)), day);
                assert_eq!(schedule.trading_day(end), next);
                assert!(schedule.clock(end).next_change > end);
                day = next;
            }
        }
    }

    #[test]
    fn a_year_has_as_many_sessions_as_the_exchange_counted() {
        let sessions =
            |year| weekdays_of(year).filter(|&day| Schedule::Nyse.session(day).is_some()).count();
        let counted =
            [(2020, 253), (2021, 252), (2022, 251), (2023, 250), (2024, 252), (2025, 250)];
        for (year, count) in counted {
            assert_eq!(sessions(year), count, "{year}");
        }
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
            assert_eq!(Schedule::Nyse.is_extended(at(time)), expected, "{time}");
            assert_eq!(Schedule::Nyse.extended_day_end(at(time)), at(end), "{time}");
        }
    }
}
