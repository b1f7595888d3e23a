//! The tape's long run: where each symbol stands at each day's end, and how wild each day is.
//! Must never look further than one season of days: any day is reached in seven halvings.
//!
//! Each symbol's logarithm swings around its reference: at the seams of the seasons it is drawn
//! anew around zero, so nothing drifts away in the long run, and between two seams a Brownian
//! bridge is halved down to the day. The variance of the season is handed down the same halvings
//! in uneven shares: calm and wild days come in clusters.

use super::chance::Chance;

/// Calendar days of a season; a power of two.
const SEASON: i64 = 128;
/// Deviation at the seams, in deviations of a season's walk: with a half the swing is about as
/// wide at the seams as between them, and prices stay near what people remember of them.
const SEAM: f64 = 0.5;
/// How uneven a halving hands the variance down.
const UNEVEN: f64 = 0.33;
/// How much of that unevenness is the whole market's.
const SHARED: f64 = 0.77;
/// What a Saturday or Sunday moves a price that does not trade then, against a weekday.
const WEEKEND: f64 = 0.1;

const LABEL_SEAM: u64 = 1;
const LABEL_MOVE: u64 = 2;
const LABEL_SHARE: u64 = 3;

/// How one symbol moves: its own chance, the market's, and how they mix.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mover {
    /// The symbol's own chance.
    pub own: Chance,
    /// The whole market's chance.
    pub market: Chance,
    /// Correlation with the market, from -1 to 1.
    pub correlation: f64,
    /// What is left to the symbol alone: sqrt(1 - correlation^2).
    pub rest: f64,
}

impl Mover {
    /// The mixed draw at a place: normal, correlated with the market.
    pub(super) fn normal(&self, place: u64, label: u64) -> f64 {
        let market = self.market.at(place).draw(label).normal();
        self.correlation * market + self.rest * self.own.at(place).draw(label).normal()
    }
    /// How unevenly a halving at a place hands down variance; the market's mood counts most.
    pub(super) fn tilt(&self, place: u64, label: u64, scale: f64) -> f64 {
        let market = self.market.at(place).draw(label).normal();
        let own = self.own.at(place).draw(label).normal();
        scale * (SHARED * market + 0.64 * own)
    }
}

/// The first half's share of a variance, given its even share and a tilt.
pub(super) fn tilted(even: f64, tilt: f64) -> f64 {
    let tilt = tilt.clamp(-0.9, 0.9);
    let left = even * (1.0 + tilt);
    left / (left + (1.0 - even) * (1.0 - tilt))
}

/// One day of the long run, as logarithms relative to the reference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct DayPath {
    /// At the end of the calendar day before.
    pub from: f64,
    /// At this day's end.
    pub to: f64,
    /// Variance of the way between.
    pub variance: f64,
}

/// The day with this number (days since 1970-01-01). `daily` is the deviation of a usual trading
/// day; on an exchange with weekends those days count little.
pub(super) fn day_path(mover: &Mover, daily: f64, weekends: bool, number: i64) -> DayPath {
    let season = number.div_euclid(SEASON);
    let weight = |low: i64, high: i64| days_between(low, high, weekends);
    let (mut low, mut high) = (season * SEASON, season * SEASON + SEASON);
    let mut variance = daily * daily * weight(low, high);
    let usual = if weekends { (5.0 + 2.0 * WEEKEND) / 7.0 } else { 1.0 };
    let seam = SEAM * daily * libm::sqrt(usual * super::grid::float(SEASON));
    let at_seam = |season: i64| seam * mover.normal(season.cast_unsigned(), LABEL_SEAM);
    let (mut from, mut to) = (at_seam(season), at_seam(season + 1));
    while high - low > 1 {
        let middle = low.midpoint(high);
        let place = (low.cast_unsigned() << 8) ^ (high - low).cast_unsigned() ^ (1 << 40);
        let even = weight(low, middle) / weight(low, high);
        let share = tilted(even, mover.tilt(place, LABEL_SHARE, UNEVEN));
        let noise = libm::sqrt(variance * share * (1.0 - share));
        let between = from + (to - from) * share + noise * mover.normal(place, LABEL_MOVE);
        if number < middle {
            (high, to, variance) = (middle, between, variance * share);
        } else {
            (low, from, variance) = (middle, between, variance * (1.0 - share));
        }
    }
    DayPath { from, to, variance }
}

/// How many usual days lie from day `low` to day `high`, weekends weighed.
fn days_between(low: i64, high: i64, weekends: bool) -> f64 {
    if !weekends {
        return super::grid::float(high - low);
    }
    // Day 0 was a Thursday; counted from the Monday before, a week is five days and a weekend.
    let weekdays = |day: i64| {
        let from_monday = day + 3;
        from_monday.div_euclid(7) * 5 + from_monday.rem_euclid(7).min(5)
    };
    let working = weekdays(high) - weekdays(low);
    super::grid::float(working) + WEEKEND * super::grid::float(high - low - working)
}

#[cfg(test)]
mod tests {
    use super::{Chance, Mover, day_path, days_between};

    fn mover(correlation: f64) -> Mover {
        let chance = Chance::new(5);
        let rest = libm::sqrt(1.0 - correlation * correlation);
        Mover { own: chance.named("own"), market: chance.named("market"), correlation, rest }
    }

    #[test]
    fn each_day_begins_where_the_one_before_ended() {
        for weekends in [false, true] {
            for number in 20_000..20_600 {
                let today = day_path(&mover(0.5), 0.02, weekends, number);
                let next = day_path(&mover(0.5), 0.02, weekends, number + 1);
                assert!((today.to - next.from).abs() < 1e-12, "day {number}");
                assert!(today.variance > 0.0);
            }
        }
    }

    #[test]
    fn weekdays_are_counted_right() {
        // 2026-11-23 is a Monday: day 20,780.
        let count = |low, high| days_between(low, high, true);
        assert!((count(20_780, 20_785) - 5.0).abs() < 1e-9);
        assert!((count(20_785, 20_787) - 0.2).abs() < 1e-9);
        assert!((count(20_780, 20_787) - 5.2).abs() < 1e-9);
    }

    #[test]
    fn the_swing_keeps_its_width_over_a_century() {
        let daily = 0.02;
        let ends: Vec<f64> =
            (0..36_500).map(|day| day_path(&mover(0.5), daily, false, day).to).collect();
        let count = 36_500.0;
        let mean = ends.iter().sum::<f64>() / count;
        let width = libm::sqrt(ends.iter().map(|end| end * end).sum::<f64>() / count);
        assert!(mean.abs() < 0.05, "mean {mean}");
        assert!((0.1..0.25).contains(&width), "width {width}");
        assert!(ends.iter().all(|end| end.abs() < 1.0), "never beyond a factor of e");
    }
}
