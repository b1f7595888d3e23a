//! When a frame is due: at once for a key, some thirty a second for data, never for nothing.
//! Must never look at a clock: it is told the time.

use crate::bounds::FRAME_MS_MIN;
use crate::domain::time::DeskTime;

/// Why a frame is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Prices, events, time.
    Data,
    /// A key, the mouse, a paste, a new size, an answer: somebody waits for it.
    Person,
}

/// When frames are due.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    frame_ms: i64,
    wanted: Option<Reason>,
    last: Option<DeskTime>,
}

impl Default for Pace {
    fn default() -> Self {
        Self::of(FRAME_MS_MIN)
    }
}

impl Pace {
    /// With at least so many milliseconds between two frames for data; never less than the bound.
    pub const fn of(frame_ms: i64) -> Self {
        let frame_ms = if frame_ms > FRAME_MS_MIN { frame_ms } else { FRAME_MS_MIN };
        Self { frame_ms, wanted: None, last: None }
    }
    /// A frame is wanted.
    pub fn want(&mut self, reason: Reason) {
        self.wanted = self.wanted.max(Some(reason));
    }
    /// When the frame that is wanted is due; none where none is wanted.
    pub fn due(&self, now: DeskTime) -> Option<DeskTime> {
        let next = self.last.map_or(now, |last| last.plus_ms(self.frame_ms));
        self.wanted.map(|reason| match reason {
            Reason::Person => now,
            // A clock that was set back must not hold frames up.
            Reason::Data if next.ms_since(now) > self.frame_ms => now,
            Reason::Data => next.max(now),
        })
    }
    /// True where a frame is due now.
    pub fn is_due(&self, now: DeskTime) -> bool {
        self.due(now).is_some_and(|due| due <= now)
    }
    /// A frame was drawn.
    pub const fn drawn(&mut self, now: DeskTime) {
        self.wanted = None;
        self.last = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use super::{FRAME_MS_MIN, Pace, Reason};
    use crate::domain::time::DeskTime;

    #[test]
    fn data_is_drawn_thirty_times_a_second_and_a_key_at_once() {
        let mut pace = Pace::default();
        let start = DeskTime::from_ns(1_000_000_000_000);
        let (mut frames, mut late) = (0, 0);
        // Twenty prices in each millisecond of ten seconds, a key in every hundredth.
        for ms in 0..10_000 {
            let now = start.plus_ms(ms);
            for _ in 0..20 {
                pace.want(Reason::Data);
            }
            let key = ms % 100 == 7;
            if key {
                pace.want(Reason::Person);
            }
            if pace.is_due(now) {
                pace.drawn(now);
                frames += 1;
            } else if key {
                late += 1;
            }
        }
        assert_eq!(late, 0, "a key is never put off");
        assert!((300..=410).contains(&frames), "{frames} frames in ten seconds with 100 keys");
        assert!(!pace.is_due(start.plus_ms(99_999)) || pace.wanted.is_some());
    }

    #[test]
    fn nothing_is_drawn_for_nothing() {
        let mut pace = Pace::default();
        let now = DeskTime::from_ns(5_000_000_000);
        assert_eq!(pace.due(now), None);
        pace.want(Reason::Data);
        assert!(pace.is_due(now));
        pace.drawn(now);
        assert_eq!(pace.due(now.plus_ms(60_000)), None);
        pace.want(Reason::Data);
        assert_eq!(pace.due(now.plus_ms(1)), Some(now.plus_ms(FRAME_MS_MIN)));
        assert!(pace.is_due(now.plus_ms(-50_000)), "the clock was set back");
    }
}
