//! The account's equity over time, worked out from its fills and the tape.
//! Must never be booked from: it is for charts.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::domain::hours::Schedule;
use crate::domain::numbers::Money;
use crate::domain::time::MarketTime;
use crate::venue::alpaca::wire::account::PortfolioHistory;

use super::answer::{Answer, Refused};
use super::figures::{bare_cents, bare_ratio};
use super::query::{Edge, Query};
use super::trading::Trading;

const MINUTE_MS: i64 = 60_000;
/// Intraday points go back so far.
const INTRADAY_DAYS_MAX: i64 = 30;
/// Points of one answer.
const POINTS_MAX: usize = 12_000;

/// Distance of two points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Minutes(i64),
    Day,
}

impl Step {
    fn read(text: &str) -> Option<Self> {
        Some(match text {
            "1Min" => Self::Minutes(1),
            "5Min" => Self::Minutes(5),
            "15Min" => Self::Minutes(15),
            "1H" => Self::Minutes(60),
            "1D" => Self::Day,
            _ => return None,
        })
    }
    const fn as_str(self) -> &'static str {
        match self {
            Self::Minutes(1) => "1Min",
            Self::Minutes(5) => "5Min",
            Self::Minutes(15) => "15Min",
            Self::Minutes(_) => "1H",
            Self::Day => "1D",
        }
    }
}

/// The first day of a period that ends with `end`; none where the text is no period.
fn period_start(text: &str, end: Date) -> Option<Date> {
    let (count, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let count: i64 = count.parse().ok().filter(|count| (1..=100).contains(count))?;
    Some(match unit {
        "D" => end.saturating_sub((count - 1).days()),
        "W" => end.saturating_sub(count.weeks()).saturating_add(1.day()),
        "M" => end.saturating_sub(count.months()).saturating_add(1.day()),
        "A" | "Y" => end.saturating_sub(count.years()).saturating_add(1.day()),
        _ => return None,
    })
}

/// The day whose session a moment lies in, which may have begun the evening before; the calendar's
/// where the market is closed.
fn day_under_way(schedule: Schedule, at: MarketTime) -> Date {
    let day = schedule.trading_day(at);
    let has_begun = schedule.session(day).is_some_and(|(open, _)| open <= at);
    if has_begun { day } else { at.date() }
}

/// `GET /v2/account/portfolio/history`.
pub(super) fn show(trading: &Trading, query: &Query) -> Result<Answer, Refused> {
    let schedule = trading.schedule();
    let now = trading.now();
    let given = ["period", "start", "end"].into_iter().filter(|name| query.get(name).is_some());
    if given.count() > 2 {
        return Err(Refused::parameter("only two of start, end and period are accepted"));
    }
    let last = match (query.time("end", Edge::End)?, query.date("date_end")?) {
        (Some(end), _) => day_under_way(schedule, end.min(now)),
        (None, Some(day)) => day.min(day_under_way(schedule, now)),
        (None, None) => day_under_way(schedule, now),
    };
    let first = if let Some(start) = query.time("start", Edge::Start)? {
        start.date()
    } else {
        let period = query.get("period").unwrap_or("1M");
        period_start(period, last).ok_or_else(|| Refused::parameter("invalid period"))?
    };
    let length = i64::from((last - first).get_days());
    let step = match query.get("timeframe") {
        Some(text) => Step::read(text).ok_or_else(|| Refused::parameter("invalid timeframe"))?,
        None if length < 7 => Step::Minutes(1),
        None if length < INTRADAY_DAYS_MAX => Step::Minutes(15),
        None => Step::Day,
    };
    if step != Step::Day && length > INTRADAY_DAYS_MAX {
        let text = "intraday timeframes are available for 30 days at most";
        return Err(Refused::parameter(text));
    }
    let points = points(schedule, (first, last), (step, now));
    Ok(Answer::json(&history(trading, &points, step)))
}

/// Left edges and the moments whose equity they show, oldest first.
fn points(
    schedule: Schedule,
    (first, last): (Date, Date),
    (step, now): (Step, MarketTime),
) -> Vec<(MarketTime, MarketTime)> {
    let mut day = match schedule.session(first) {
        Some(_) => first,
        None => schedule.next_day(first),
    };
    let mut points = Vec::new();
    while day <= last && points.len() < POINTS_MAX {
        let Some((open, close)) = schedule.session(day) else { break };
        match step {
            Step::Day if open <= now => {
                let end = MarketTime::from_ns(close.ns() - 1).min(now);
                points.push((open, end));
            }
            Step::Day => {}
            Step::Minutes(minutes) => {
                let mut at = open;
                while at < close && at <= now && points.len() < POINTS_MAX {
                    let end = MarketTime::from_ns(at.plus_ms(minutes * MINUTE_MS).ns() - 1);
                    points.push((at, end.min(now)));
                    at = at.plus_ms(minutes * MINUTE_MS);
                }
            }
        }
        day = schedule.next_day(day);
    }
    points
}

fn history(trading: &Trading, points: &[(MarketTime, MarketTime)], step: Step) -> PortfolioHistory {
    let opened = trading.identity.created;
    let base = match points.first() {
        Some((start, _)) if *start > opened => {
            trading.equity_at(MarketTime::from_ns(start.ns() - 1))
        }
        _ => trading.identity.starting_cash,
    };
    let equity: Vec<Option<Money>> =
        points.iter().map(|(_, end)| (*end >= opened).then(|| trading.equity_at(*end))).collect();
    let profit = |equity: &Option<Money>| equity.map_or(Money::ZERO, |equity| equity - base);
    let ratio = |equity: &Option<Money>| profit(equity).ratio_of(base).unwrap_or_default();
    let before = points.first().map_or(opened, |(start, _)| (*start).max(opened));
    let schedule = trading.schedule();
    let asof = schedule.previous_day(schedule.trading_day(before));
    PortfolioHistory {
        timestamp: points.iter().map(|(start, _)| start.timestamp().as_second()).collect(),
        equity: equity.iter().map(|one| Some(bare_cents(one.unwrap_or(Money::ZERO)))).collect(),
        profit_loss: equity.iter().map(|one| Some(bare_cents(profit(one)))).collect(),
        profit_loss_pct: equity.iter().map(|one| Some(bare_ratio(ratio(one)))).collect(),
        base_value: Some(bare_cents(base)),
        base_value_asof: Some(asof.to_string()),
        timeframe: step.as_str().to_owned(),
        cashflow: None,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::period_start;

    #[test]
    fn periods_end_with_their_last_day() {
        let end = date(2026, 11, 20);
        assert_eq!(period_start("1D", end), Some(end));
        assert_eq!(period_start("1W", end), Some(date(2026, 11, 14)));
        assert_eq!(period_start("1M", end), Some(date(2026, 10, 21)));
        assert_eq!(period_start("1A", end), Some(date(2025, 11, 21)));
        for wrong in ["", "D", "0D", "1X", "-1D"] {
            assert_eq!(period_start(wrong, end), None, "{wrong}");
        }
    }
}
