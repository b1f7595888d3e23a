//! Market time as a line over desk time: it starts somewhere and runs some times as fast.
//! Must never read a clock: desk time comes in as a value.

use crate::domain::time::{DeskTime, MarketTime};

/// Where market time began, and how fast it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeline {
    /// A moment on the desk's clock...
    pub desk: DeskTime,
    /// ...and what the market's clock showed then.
    pub market: MarketTime,
    /// Market seconds in a desk second, from 1.
    pub speed: u32,
}

impl Timeline {
    /// The market's time at a desk time.
    pub fn market(&self, desk: DeskTime) -> MarketTime {
        let passed = i128::from(desk.ns()) - i128::from(self.desk.ns());
        let market = i128::from(self.market.ns()) + passed * i128::from(self.speed);
        MarketTime::from_ns(clamped(market))
    }
    /// The first desk time at which the market's clock shows `market`.
    pub fn desk(&self, market: MarketTime) -> DeskTime {
        let passed = i128::from(market.ns()) - i128::from(self.market.ns());
        let speed = i128::from(self.speed);
        let whole = passed.div_euclid(speed) + i128::from(passed.rem_euclid(speed) != 0);
        DeskTime::from_ns(clamped(i128::from(self.desk.ns()) + whole))
    }
    /// The same line, running `speed` times as fast from a desk time on.
    #[must_use]
    pub fn at_speed(&self, desk: DeskTime, speed: u32) -> Self {
        Self { desk, market: self.market(desk), speed }
    }
}

fn clamped(ns: i128) -> i64 {
    i64::try_from(ns).unwrap_or(if ns < 0 { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use super::{DeskTime, MarketTime, Timeline};

    #[test]
    fn there_and_back() {
        let line = Timeline {
            desk: DeskTime::from_ns(1_000),
            market: MarketTime::from_ns(50_000),
            speed: 7,
        };
        assert_eq!(line.market(DeskTime::from_ns(1_010)), MarketTime::from_ns(50_070));
        assert_eq!(line.market(DeskTime::from_ns(990)), MarketTime::from_ns(49_930));
        for ns in 49_900..50_200 {
            let market = MarketTime::from_ns(ns);
            let desk = line.desk(market);
            assert!(line.market(desk) >= market);
            assert!(line.market(DeskTime::from_ns(desk.ns() - 1)) < market);
        }
        let faster = line.at_speed(DeskTime::from_ns(1_010), 60);
        assert_eq!(faster.market(DeskTime::from_ns(1_011)), MarketTime::from_ns(50_130));
        assert!(line.desk(MarketTime::from_ns(i64::MAX)).ns() < i64::MAX);
    }
}
