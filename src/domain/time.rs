//! The two clocks of the desk as two types, and New York's civil time.
//! Must never read a clock: times come in as values.

use std::fmt;
use std::sync::LazyLock;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

const NS_PER_MS: i64 = 1_000_000;

macro_rules! clock_time {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(i64);

        impl $name {
            /// From nanoseconds since 1970 UTC, as stored.
            pub const fn from_ns(ns: i64) -> Self {
                Self(ns)
            }
            /// Nanoseconds since 1970 UTC, as stored.
            pub const fn ns(self) -> i64 {
                self.0
            }
            /// This time and `ms` milliseconds more (or fewer); stops at the ends of the range.
            #[must_use]
            pub const fn plus_ms(self, ms: i64) -> Self {
                Self(self.0.saturating_add(ms.saturating_mul(NS_PER_MS)))
            }
            /// Whole milliseconds from `earlier` to this time; negative where it is later.
            pub const fn ms_since(self, earlier: Self) -> i64 {
                (self.0 - earlier.0) / NS_PER_MS
            }
            /// As a point on the UTC time line.
            pub fn timestamp(self) -> Timestamp {
                Timestamp::from_nanosecond(self.0.into()).expect("64 bits of nanoseconds fit")
            }
            /// From a point on the UTC time line; stops at the ends of the range.
            pub fn from_timestamp(time: Timestamp) -> Self {
                let ns = time.as_nanosecond();
                Self(i64::try_from(ns).unwrap_or(if ns < 0 { i64::MIN } else { i64::MAX }))
            }
            /// As exchange time.
            pub fn new_york(self) -> Zoned {
                self.timestamp().to_zoned(new_york().clone())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(out, "{}({})", stringify!($name), self.timestamp())
            }
        }
    };
}

clock_time!(
    /// The desk's own time: sign-ins, journal, locks, time-outs. Nanoseconds UTC.
    DeskTime
);
clock_time!(
    /// The market's time: quotes, fills, day orders, day P&L. Nanoseconds UTC. It runs with desk
    /// time on a real venue, and faster on an embedded market that was told so.
    MarketTime
);

/// One moment on both clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Moment {
    /// The desk's time.
    pub desk: DeskTime,
    /// The market's time.
    pub market: MarketTime,
}

/// The exchange's time zone, from the table built into the program.
pub fn new_york() -> &'static TimeZone {
    static ZONE: LazyLock<TimeZone> =
        LazyLock::new(|| TimeZone::get("America/New_York").expect("the zone table is built in"));
    &ZONE
}

impl MarketTime {
    /// The moment when New York's clocks show `civil`.
    pub fn from_new_york(civil: DateTime) -> Self {
        let zoned = new_york().to_zoned(civil).expect("market hours lie within the range");
        Self::from_timestamp(zoned.timestamp())
    }
    /// The calendar date in New York.
    pub fn date(self) -> Date {
        self.new_york().date()
    }
}
