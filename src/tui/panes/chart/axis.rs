//! Labels of a chart's time axis: round times within a day, days, months and years over longer.
//! Must never name a time without its zone beside it: the chart's corner shows that.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::domain::hours::Schedule;
use crate::domain::quotes::{Bar, Range};
use crate::domain::time::MarketTime;

/// Minutes between two labels of a day's axis.
const STEPS_MINUTES: [i16; 6] = [15, 30, 60, 120, 180, 240];
/// Days of an axis that names days; a longer one names months.
const DAYS_MAX: usize = 90;
/// Cells that a label needs, the blank around it included.
const LABEL_CELLS: usize = 11;

/// The labels, by bar, for an axis of so many cells.
pub fn labels(
    bars: &[Bar],
    range: Range,
    cells: u16,
    (zone, schedule): (&TimeZone, Schedule),
) -> Vec<(usize, String)> {
    let room = (usize::from(cells) / LABEL_CELLS).max(1);
    if range == Range::Day {
        return times(bars, zone, room);
    }
    let days: Vec<Date> = bars.iter().map(|bar| schedule.trading_day(bar.start)).collect();
    let step = match range {
        Range::Year => Step::Months,
        Range::Week => Step::Weekdays,
        _ => Step::Days,
    };
    day_labels(&days, step, room)
}

/// The labels of an axis that has a day at each step.
pub fn dates(days: &[Date], cells: u16) -> Vec<(usize, String)> {
    let room = (usize::from(cells) / LABEL_CELLS).max(1);
    day_labels(days, if days.len() > DAYS_MAX { Step::Months } else { Step::Days }, room)
}

/// What a label names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Weekdays,
    Days,
    Months,
}

fn day_labels(days: &[Date], step: Step, room: usize) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, Date)> = Vec::new();
    for (index, date) in days.iter().enumerate() {
        let is_new = found.last().is_none_or(|(_, before)| match step {
            Step::Months => before.first_of_month() != date.first_of_month(),
            _ => before != date,
        });
        if is_new {
            found.push((index, *date));
        }
    }
    // The first month may have begun before the first day: its label would say too much.
    if step == Step::Months && found.len() > 1 {
        found.remove(0);
    }
    let every = found.len().div_ceil(room).max(1);
    let skip = found.len().saturating_sub(1) % every;
    let kept = found.into_iter().skip(skip).step_by(every);
    kept.map(|(index, date)| (index, date_label(date, step))).collect()
}

fn date_label(date: Date, step: Step) -> String {
    let form = match step {
        Step::Weekdays => "%a %-d",
        Step::Months if date.month() == 1 => "%Y",
        Step::Months => "%b",
        Step::Days => "%-d %b",
    };
    date.strftime(form).to_string()
}

fn times(bars: &[Bar], zone: &TimeZone, room: usize) -> Vec<(usize, String)> {
    let minutes = |bar: &Bar| {
        let time = bar.start.timestamp().to_zoned(zone.clone()).time();
        i16::from(time.hour()) * 60 + i16::from(time.minute())
    };
    let on = |step: i16| {
        let round = bars.iter().enumerate().filter(move |(_, bar)| minutes(bar) % step == 0);
        round.map(|(index, _)| index).collect::<Vec<usize>>()
    };
    let fits = STEPS_MINUTES.into_iter().map(on).find(|found| found.len() <= room);
    let found = fits.unwrap_or_default();
    found.into_iter().map(|index| (index, time_label(bars[index].start, zone))).collect()
}

fn time_label(at: MarketTime, zone: &TimeZone) -> String {
    at.timestamp().to_zoned(zone.clone()).strftime("%H:%M").to_string()
}

/// The label of one bar, for the crosshair.
pub fn bar_label(bar: &Bar, range: Range, (zone, schedule): (&TimeZone, Schedule)) -> String {
    let at = bar.start.timestamp().to_zoned(zone.clone());
    match range {
        Range::Day => at.strftime("%H:%M").to_string(),
        Range::Week | Range::Month => at.strftime("%a %-d %b %H:%M").to_string(),
        Range::Year => schedule.trading_day(bar.start).strftime("%a %-d %b %Y").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    use super::{bar_label, labels};
    use crate::domain::hours::Schedule;
    use crate::domain::numbers::{Price, Qty};
    use crate::domain::quotes::{Bar, Range};
    use crate::domain::time::{MarketTime, new_york};

    fn bar(start: MarketTime) -> Bar {
        let price = Price::CENT;
        let (open, high, low, close) = (price, price, price, price);
        Bar { start, open, high, low, close, volume: Qty::ZERO }
    }

    fn minutes(from: &str, count: i64) -> Vec<Bar> {
        let from = MarketTime::from_new_york(from.parse().expect("a civil time"));
        (0..count).map(|minute| bar(from.plus_ms(minute * 60_000))).collect()
    }

    fn text(bars: &[Bar], range: Range, cells: u16) -> String {
        let found = labels(bars, range, cells, (new_york(), Schedule::Nyse));
        let texts: Vec<String> = found.iter().map(|(at, label)| format!("{at} {label}")).collect();
        texts.join(", ")
    }

    #[test]
    fn a_day_has_round_times_as_many_as_fit() {
        let day = minutes("2026-11-24T09:30", 390);
        assert_eq!(text(&day, Range::Day, 44), "30 10:00, 150 12:00, 270 14:00");
        assert!(text(&day, Range::Day, 88).starts_with("30 10:00, 90 11:00, 150 12:00"));
        assert_eq!(text(&day, Range::Day, 12), "150 12:00", "four hours apart is the most");
        assert_eq!(text(&day[..5], Range::Day, 40), "0 09:30");
        let berlin = TimeZone::get("Europe/Berlin").expect("a zone");
        let found = labels(&day, Range::Day, 44, (&berlin, Schedule::Nyse));
        assert_eq!(found[0], (30, "16:00".to_owned()));
    }

    #[test]
    fn longer_ranges_have_days_months_and_years() {
        let session = |day| Schedule::Nyse.session(day).map(|(open, _)| bar(open));
        let days = |from, to| date(2026, from, 1).series(1.day()).take_while(move |day| *day < to);
        let month: Vec<Bar> = days(11, date(2026, 11, 25)).filter_map(session).collect();
        let tail: Vec<Bar> = month.iter().rev().take(5).rev().copied().collect();
        assert_eq!(
            text(&tail, Range::Week, 60),
            "0 Wed 18, 1 Thu 19, 2 Fri 20, 3 Mon 23, 4 Tue 24"
        );
        assert_eq!(text(&tail, Range::Week, 33), "0 Wed 18, 2 Fri 20, 4 Tue 24");
        assert_eq!(text(&month, Range::Month, 44), "1 3 Nov, 6 10 Nov, 11 17 Nov, 16 24 Nov");
        let year: Vec<Bar> = date(2026, 10, 15)
            .series(1.day())
            .take_while(|day| *day < date(2027, 3, 10))
            .filter_map(session)
            .collect();
        assert_eq!(text(&year, Range::Year, 60), "12 Nov, 32 Dec, 54 2027, 73 Feb, 92 Mar");
        let zones = (new_york(), Schedule::Nyse);
        assert_eq!(bar_label(&year[0], Range::Year, zones), "Thu 15 Oct 2026");
        assert_eq!(bar_label(&year[0], Range::Week, zones), "Thu 15 Oct 09:30");
    }
}
