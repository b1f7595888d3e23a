//! One day of one symbol as a tree: a stretch of minutes, and how it falls into two halves.
//! Must never contradict itself: two halves have open, high, low, close and volume of the whole.

use super::chance::Chance;
use super::days::{Mover, tilted};
use super::grid::{float, snap, tick, whole};
use super::profile::Profile;

/// Trades of the quietest minute.
pub(super) const TRADES_MIN: i64 = 4;
/// Shares of the quietest minute: enough for its trades.
pub(super) const VOLUME_MIN: i64 = 2 * TRADES_MIN;
/// How uneven a halving hands the variance down.
const UNEVEN: f64 = 0.2;

const LABEL_MOVE: u64 = 12;
const LABEL_SHARE: u64 = 13;
const LABEL_EXTREMES: u64 = 14;
const LABEL_VOLUME: u64 = 15;

/// What happened from minute `low_minute` up to minute `end_minute` of a session. Prices in steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stretch {
    /// First minute.
    pub first: u32,
    /// The minute after the last.
    pub end: u32,
    /// First trade.
    pub open: i64,
    /// Highest trade.
    pub high: i64,
    /// Lowest trade.
    pub low: i64,
    /// Last trade.
    pub close: i64,
    /// Shares traded.
    pub volume: i64,
    /// Variance of the way from open to close, in square steps.
    pub variance: f64,
}

impl Stretch {
    /// True for a single minute: it falls into trades, not into halves.
    pub(super) const fn is_minute(&self) -> bool {
        self.end - self.first == 1
    }
}

/// The highest point of a Brownian bridge from `from` to `to`, for a uniform draw.
pub(super) fn peak(from: i64, to: i64, variance: f64, unit: f64) -> f64 {
    let (from, to) = (float(from), float(to));
    let spread = (to - from) * (to - from) - 2.0 * variance * libm::log(unit);
    0.5 * (from + to + libm::sqrt(spread))
}

/// The lowest point of one.
pub(super) fn trough(from: i64, to: i64, variance: f64, unit: f64) -> f64 {
    float(from) + float(to) - peak(from, to, variance, unit)
}

/// One symbol's day: what halving needs to know.
#[derive(Clone, Copy, Debug)]
pub(super) struct Halver<'a> {
    /// The symbol's chance and the market's, both of this day.
    pub mover: Mover,
    /// The course of the day.
    pub profile: &'a Profile,
}

impl Halver<'_> {
    /// The two halves of a stretch of two minutes or more.
    pub(super) fn halves(&self, whole: &Stretch) -> (Stretch, Stretch) {
        let middle = whole.first.midpoint(whole.end);
        let place = (u64::from(whole.first) << 16) | u64::from(whole.end);
        let even =
            self.profile.weight(whole.first, middle) / self.profile.weight(whole.first, whole.end);
        let share = tilted(even, self.mover.tilt(place, LABEL_SHARE, UNEVEN));
        let noise = libm::sqrt(whole.variance * share * (1.0 - share));
        let between = float(whole.open)
            + float(whole.close - whole.open) * share
            + noise * self.mover.normal(place, LABEL_MOVE);
        let between = reflected(between, whole);
        let own = self.mover.own.at(place);
        let next = bounced(between, whole, own);
        let mut left = Stretch {
            end: middle,
            close: between,
            volume: self.left_volume(whole, middle, share, even),
            variance: whole.variance * share,
            ..*whole
        };
        let mut right = Stretch {
            first: middle,
            open: next,
            volume: whole.volume - left.volume,
            variance: whole.variance * (1.0 - share),
            ..*whole
        };
        share_extremes(whole, &mut left, &mut right, own);
        (left, right)
    }

    /// Volume follows the course of the day and the variance: wild stretches trade more.
    fn left_volume(&self, stretch: &Stretch, middle: u32, share: f64, even: f64) -> i64 {
        let place = (u64::from(stretch.first) << 16) | u64::from(stretch.end);
        let own = self.mover.own.at(place).draw(LABEL_VOLUME).normal();
        let part = tilted(0.5 * (share + even), 0.12 * own);
        let least = VOLUME_MIN * i64::from(middle - stretch.first);
        let most = stretch.volume - VOLUME_MIN * i64::from(stretch.end - middle);
        whole(float(stretch.volume) * part).clamp(least, most)
    }
}

/// The price between the halves: thrown back where it would leave the whole's range.
fn reflected(between: f64, whole: &Stretch) -> i64 {
    let (low, high) = (float(whole.low), float(whole.high));
    let inside = if between > high {
        2.0 * high - between
    } else if between < low {
        2.0 * low - between
    } else {
        between
    };
    snap(inside.clamp(low, high))
}

/// The first trade after a price: there, or one tick beside it.
fn bounced(price: i64, whole: &Stretch, own: Chance) -> i64 {
    let step = match own.draw(LABEL_EXTREMES + 100).below(4) {
        0 => -tick(price),
        1 => tick(price),
        _ => 0,
    };
    snap(float(price + step)).clamp(whole.low, whole.high)
}

/// Each half draws its own highest and lowest trade; the half that comes nearer gets the whole's.
fn share_extremes(whole: &Stretch, left: &mut Stretch, right: &mut Stretch, own: Chance) {
    let draw = own.draw(LABEL_EXTREMES);
    let high_left = peak(left.open, left.close, left.variance, draw.unit(0));
    let high_right = peak(right.open, right.close, right.variance, draw.unit(1));
    let low_left = trough(left.open, left.close, left.variance, draw.unit(2));
    let low_right = trough(right.open, right.close, right.variance, draw.unit(3));
    for (half, high, low) in
        [(&mut *left, high_left, low_left), (&mut *right, high_right, low_right)]
    {
        half.high = snap(high).max(half.open.max(half.close)).min(whole.high);
        half.low = snap(low).min(half.open.min(half.close)).max(whole.low);
    }
    if left.high.max(right.high) < whole.high {
        if high_left > high_right { left.high = whole.high } else { right.high = whole.high }
    }
    if left.low.min(right.low) > whole.low {
        if low_left < low_right { left.low = whole.low } else { right.low = whole.low }
    }
}

#[cfg(test)]
mod tests {
    use super::{Halver, Profile, Stretch, VOLUME_MIN};
    use crate::venue::simulator::tape::chance::Chance;
    use crate::venue::simulator::tape::days::Mover;
    use crate::venue::simulator::tape::grid::price;

    fn check(halver: &Halver<'_>, whole: &Stretch, minutes: &mut Vec<Stretch>) {
        assert!(whole.low <= whole.open.min(whole.close));
        assert!(whole.high >= whole.open.max(whole.close));
        for steps in [whole.open, whole.high, whole.low, whole.close] {
            assert!(price(steps).is_on_grid());
        }
        assert!(whole.volume >= VOLUME_MIN * i64::from(whole.end - whole.first));
        if whole.is_minute() {
            minutes.push(*whole);
            return;
        }
        let (left, right) = halver.halves(whole);
        assert_eq!((left.first, left.end, right.end), (whole.first, right.first, whole.end));
        assert_eq!((left.open, right.close), (whole.open, whole.close));
        assert_eq!(left.high.max(right.high), whole.high);
        assert_eq!(left.low.min(right.low), whole.low);
        assert_eq!(left.volume + right.volume, whole.volume);
        check(halver, &left, minutes);
        check(halver, &right, minutes);
    }

    #[test]
    fn halves_make_up_the_whole_down_to_the_minutes() {
        for seed in 0..40_usize {
            let own = Chance::new(seed as u64);
            let mover = Mover { own, market: own.named("m"), correlation: 0.6, rest: 0.8 };
            let minutes = [210, 390, 1_440][seed % 3];
            let profile = Profile::of_session(minutes);
            let halver = Halver { mover, profile: &profile };
            let base = [2_264, 9_980, 10_100, 54_000, 2_684_000][seed % 5];
            let (open, close) = (base, base);
            let (high, low) = match base {
                9_980 => (10_400, 9_700),
                2_264 => (2_300, 2_200),
                _ => (base + base / 100 / 100 * 100, base - base / 100 / 100 * 100),
            };
            let variance = (0.02 * f64::from(u32::try_from(base).expect("small"))).powi(2);
            let volume = 30_000 + VOLUME_MIN * i64::from(minutes);
            let root = Stretch { first: 0, end: minutes, open, high, low, close, volume, variance };
            let mut found = Vec::new();
            check(&halver, &root, &mut found);
            assert_eq!(found.len(), minutes as usize);
        }
    }
}
