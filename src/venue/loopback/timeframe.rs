//! How long a bar is, and where on the clock of New York it begins.
//! Must never let a bar begin after a trade that it holds.

use jiff::ToSpan;
use jiff::civil::{Date, Time};

use crate::domain::time::MarketTime;

const MINUTE_MS: i64 = 60_000;

/// The length of a bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Timeframe {
    /// So many minutes.
    Minutes(i64),
    /// A trading day.
    Day,
    /// A week from its Monday on.
    Week,
    /// So many months.
    Months(i8),
}

impl Timeframe {
    /// Reads a length; the reason where it is none.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (count, unit) = text.split_at(digits);
        let wrong = || format!("invalid timeframe: {text}");
        let count: i64 = count.parse().map_err(|_| wrong())?;
        let within = |most: i64| {
            let what = format!("timeframe period number is larger than the maximum of {most}");
            if count < 1 || count > most { Err(what) } else { Ok(count) }
        };
        match unit {
            "Min" | "T" => Ok(Self::Minutes(within(59)?)),
            "Hour" | "H" => Ok(Self::Minutes(within(23)? * 60)),
            "Day" | "D" => within(1).map(|_| Self::Day),
            "Week" | "W" => within(1).map(|_| Self::Week),
            "Month" | "M" if [1, 2, 3, 4, 6, 12].contains(&count) => {
                Ok(Self::Months(i8::try_from(count).map_err(|_| wrong())?))
            }
            _ => Err(wrong()),
        }
    }
    /// True where bars are made of whole days.
    pub(super) const fn is_daily(self) -> bool {
        !matches!(self, Self::Minutes(_))
    }
    /// Where the bar begins that holds a moment of a trading day.
    pub(super) fn start(self, at: MarketTime, day: Date) -> MarketTime {
        let midnight = |day: Date| MarketTime::from_new_york(day.to_datetime(Time::midnight()));
        match self {
            Self::Minutes(minutes) => {
                let from = midnight(at.date());
                let into = at.ms_since(from) / (minutes * MINUTE_MS);
                from.plus_ms(into * minutes * MINUTE_MS)
            }
            Self::Day => midnight(day),
            Self::Week => {
                let back = i64::from(day.weekday().to_monday_zero_offset());
                midnight(day.saturating_sub(back.days()))
            }
            Self::Months(count) => {
                let month = (day.month() - 1) / count * count + 1;
                midnight(jiff::civil::date(day.year(), month, 1))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MarketTime, Timeframe};

    #[test]
    fn lengths_are_read_as_alpaca_writes_them() {
        let read = Timeframe::read;
        assert_eq!(read("1Min"), Ok(Timeframe::Minutes(1)));
        assert_eq!(read("59T"), Ok(Timeframe::Minutes(59)));
        assert_eq!(read("4Hour"), Ok(Timeframe::Minutes(240)));
        assert_eq!(read("1D"), Ok(Timeframe::Day));
        assert_eq!(read("1Week"), Ok(Timeframe::Week));
        assert_eq!(read("6Month"), Ok(Timeframe::Months(6)));
        for wrong in ["", "Min", "60Min", "24Hour", "5Month", "2Day", "1Year", "0Min", "-1Min"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn bars_begin_on_the_clock_of_new_york() {
        let at = |text: &str| MarketTime::from_new_york(text.parse().expect("a civil time"));
        let day = "2026-11-20".parse().expect("a date");
        let cases = [
            ("1Min", "2026-11-20T10:07"),
            ("5Min", "2026-11-20T10:05"),
            ("1Hour", "2026-11-20T10:00"),
            ("4Hour", "2026-11-20T08:00"),
            ("1Day", "2026-11-20T00:00"),
            ("1Week", "2026-11-16T00:00"),
            ("1Month", "2026-11-01T00:00"),
            ("3Month", "2026-10-01T00:00"),
        ];
        for (length, expected) in cases {
            let length = Timeframe::read(length).expect(length);
            assert_eq!(length.start(at("2026-11-20T10:07:30"), day), at(expected), "{length:?}");
        }
    }
}
