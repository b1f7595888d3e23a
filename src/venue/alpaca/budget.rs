//! The request budget: how many calls the broker takes in a minute, and which lane may make one.
//! Must never let a poll or a look-up take what a cancel needs, nor read a clock itself.

use std::collections::BTreeMap;

use crate::bounds::{
    REQUESTS_KEPT_FOR_CANCELS, REQUESTS_KEPT_FOR_LOOK_UPS, REQUESTS_KEPT_FOR_SUBMITS,
    REQUESTS_PER_MINUTE, REQUESTS_PER_MINUTE_MAX, THROTTLED_CANCEL_WAIT_MS, THROTTLED_WAIT_MS_MAX,
};
use crate::domain::time::DeskTime;

/// How long a call counts, in milliseconds: the broker's minute, and a second for the way there,
/// which may be longer for the first of two calls than for the second.
const COUNTS_MS: i64 = 61_000;

/// What a call is for; the first lane goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// Takes risk away.
    Cancel,
    /// Places or replaces.
    Submit,
    /// Asks about an order whose fate is not known.
    LookUp,
    /// Everything else: it can wait.
    Poll,
}

impl Lane {
    /// Every lane, first to last.
    pub const ALL: [Self; 4] = [Self::Cancel, Self::Submit, Self::LookUp, Self::Poll];

    /// The calls that this lane leaves to those before it.
    const fn leaves(self) -> u32 {
        match self {
            Self::Cancel => 0,
            Self::Submit => REQUESTS_KEPT_FOR_CANCELS,
            Self::LookUp => REQUESTS_KEPT_FOR_CANCELS + REQUESTS_KEPT_FOR_SUBMITS,
            Self::Poll => {
                REQUESTS_KEPT_FOR_CANCELS + REQUESTS_KEPT_FOR_SUBMITS + REQUESTS_KEPT_FOR_LOOK_UPS
            }
        }
    }
}

/// What an answer said of the budget, as far as it said anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Calls in a minute (`X-RateLimit-Limit`).
    pub limit: Option<u32>,
    /// Calls left (`X-RateLimit-Remaining`).
    pub remaining: Option<u32>,
    /// When they are back, in Unix seconds (`X-RateLimit-Reset`).
    pub reset_s: Option<i64>,
    /// Seconds to wait (`Retry-After`).
    pub retry_after_s: Option<i64>,
}

/// The calls that were made and count still.
#[derive(Clone, Debug)]
pub struct Budget {
    limit: u32,
    /// How many calls are back when.
    spent: BTreeMap<DeskTime, u32>,
    used: u32,
    /// Until when nothing is asked, and since when: the broker said that it was too much.
    throttled: Option<(DeskTime, DeskTime)>,
    refusals: u32,
}

impl Default for Budget {
    fn default() -> Self {
        Self::new(REQUESTS_PER_MINUTE)
    }
}

impl Budget {
    /// A budget of so many calls a minute; answers may tell of another number.
    pub fn new(limit: u32) -> Self {
        Self { limit, spent: BTreeMap::new(), used: 0, throttled: None, refusals: 0 }
    }

    /// Takes a call for a lane, or says when to ask again.
    pub fn take(&mut self, lane: Lane, now: DeskTime) -> Result<(), DeskTime> {
        self.forget(now);
        if let Some((until, since)) = self.throttled {
            // A cancel tries again soon: it is what the budget is kept for.
            let soon = since.plus_ms(THROTTLED_CANCEL_WAIT_MS);
            let until = if lane == Lane::Cancel { until.min(soon) } else { until };
            if now < until {
                return Err(until);
            }
        }
        let most = self.limit.saturating_sub(lane.leaves()).max(1);
        if self.used < most {
            self.spend(now.plus_ms(COUNTS_MS), 1);
            return Ok(());
        }
        let mut over = self.used - most + 1;
        for (back, count) in &self.spent {
            over = over.saturating_sub(*count);
            if over == 0 {
                return Err(*back);
            }
        }
        Err(now.plus_ms(COUNTS_MS))
    }

    /// Hears an answer that was no refusal for lack of budget. Where the broker counts more calls
    /// than were made here, somebody else uses the same keys.
    pub fn answered(&mut self, told: Told, now: DeskTime) {
        self.forget(now);
        if self.throttled.is_none_or(|(until, _)| now >= until) {
            self.throttled = None;
            self.refusals = 0;
        }
        if let Some(limit) = told.limit {
            self.limit = limit.clamp(1, REQUESTS_PER_MINUTE_MAX);
        }
        let Some(remaining) = told.remaining else { return };
        let others = self.limit.saturating_sub(remaining).saturating_sub(self.used);
        if others > 0 {
            self.spend(back(told, now), others);
        }
    }

    /// Hears that it was too much (HTTP 429), with or without a word about when it will not be.
    pub fn refused(&mut self, told: Told, now: DeskTime) {
        // Calls that were under way together are refused together, and that is one refusal.
        if self.throttled.is_none_or(|(until, _)| now >= until) {
            self.refusals = self.refusals.saturating_add(1);
        }
        let doubled = 1_000_i64.checked_shl(self.refusals).unwrap_or(THROTTLED_WAIT_MS_MAX);
        let own = doubled.clamp(1, THROTTLED_WAIT_MS_MAX);
        let until = match (told.retry_after_s, told.reset_s) {
            (Some(seconds), _) => now.plus_ms(seconds.clamp(0, 60).saturating_mul(1_000)),
            (None, Some(_)) => back(told, now),
            (None, None) => now.plus_ms(own),
        };
        self.throttled = Some((until.max(now.plus_ms(THROTTLED_CANCEL_WAIT_MS)), now));
    }

    /// Calls left in all, and those a minute has.
    pub fn left(&mut self, now: DeskTime) -> (u32, u32) {
        self.forget(now);
        (self.limit.saturating_sub(self.used), self.limit)
    }

    fn spend(&mut self, back: DeskTime, count: u32) {
        *self.spent.entry(back).or_default() += count;
        self.used = self.used.saturating_add(count);
    }

    fn forget(&mut self, now: DeskTime) {
        while let Some(first) = self.spent.first_entry().filter(|first| *first.key() <= now) {
            self.used = self.used.saturating_sub(first.remove());
        }
    }
}

/// When what the broker counts is back: by its own word, within a minute from now whatever clocks
/// show.
fn back(told: Told, now: DeskTime) -> DeskTime {
    let latest = now.plus_ms(COUNTS_MS);
    let reset =
        told.reset_s.map(|seconds| DeskTime::from_ns(seconds.saturating_mul(1_000_000_000)));
    reset.map_or(latest, |reset| reset.clamp(now.plus_ms(1_000), latest))
}

#[cfg(test)]
mod tests {
    use super::{Budget, COUNTS_MS, Lane, Told};
    use crate::bounds::{REQUESTS_PER_MINUTE, THROTTLED_CANCEL_WAIT_MS, THROTTLED_WAIT_MS_MAX};
    use crate::domain::time::DeskTime;

    fn at(ms: i64) -> DeskTime {
        DeskTime::from_ns(0).plus_ms(ms)
    }

    /// Takes all that a lane gets; how many that were.
    fn drain(budget: &mut Budget, lane: Lane, now: DeskTime) -> u32 {
        let mut taken = 0;
        while budget.take(lane, now).is_ok() {
            taken += 1;
        }
        taken
    }

    #[test]
    fn each_lane_leaves_room_for_those_before_it() {
        let mut budget = Budget::default();
        let mut taken = Vec::new();
        for lane in Lane::ALL.into_iter().rev() {
            taken.push(drain(&mut budget, lane, at(0)));
        }
        assert_eq!(taken, [100, 30, 40, 30], "polls, look-ups, submits, cancels");
        assert_eq!(taken.iter().sum::<u32>(), REQUESTS_PER_MINUTE);
        assert_eq!(budget.take(Lane::Cancel, at(0)), Err(at(COUNTS_MS)));
        assert_eq!(budget.left(at(0)), (0, 200));
    }

    #[test]
    fn no_minute_ever_holds_more_than_its_calls() {
        let mut budget = Budget::default();
        let mut made: Vec<i64> = Vec::new();
        for step in 0..6_000 {
            let now = step * 50;
            while budget.take(Lane::Cancel, at(now)).is_ok() {
                made.push(now);
            }
        }
        for (index, first) in made.iter().enumerate() {
            let within = made[index..].iter().take_while(|call| **call < first + 60_000).count();
            assert!(within <= 200, "{within} calls from {first} ms on");
        }
        assert!(made.len() >= 800, "five minutes take as many as they may: {}", made.len());
    }

    #[test]
    fn who_waits_is_told_when_enough_is_back() {
        let mut budget = Budget::default();
        for second in 0..100 {
            budget.take(Lane::Poll, at(second * 100)).expect("there is room");
        }
        let again = budget.take(Lane::Poll, at(10_000)).expect_err("the polls' part is used");
        assert_eq!(again, at(COUNTS_MS));
        assert!(budget.take(Lane::Poll, again).is_ok());
        assert_eq!(drain(&mut budget, Lane::Submit, at(10_000)), 70);
        let next = budget.take(Lane::LookUp, again).expect_err("thirty too many");
        assert!(next > again && budget.take(Lane::LookUp, next).is_ok());
    }

    #[test]
    fn what_others_use_with_the_same_keys_is_counted() {
        let mut budget = Budget::default();
        budget.take(Lane::Poll, at(0)).expect("there is room");
        let told = Told { limit: Some(200), remaining: Some(20), ..Told::default() };
        budget.answered(Told { reset_s: Some(30), ..told }, at(0));
        assert_eq!(budget.left(at(0)), (20, 200));
        assert_eq!(budget.take(Lane::Submit, at(0)), Err(at(30_000)), "those are for cancels");
        assert!(budget.take(Lane::Cancel, at(0)).is_ok());
        assert_eq!(budget.left(at(30_000)), (198, 200));
        // A broker's clock that is wrong holds nobody up for more than a minute.
        budget.answered(Told { reset_s: Some(9_000_000_000), remaining: Some(0), ..told }, at(0));
        assert_eq!(budget.left(at(COUNTS_MS)), (200, 200));
        let plus = Told { limit: Some(10_000), remaining: Some(9_999), ..Told::default() };
        budget.answered(plus, at(COUNTS_MS));
        assert_eq!(budget.left(at(COUNTS_MS)), (9_999, 10_000));
    }

    #[test]
    fn a_refusal_without_a_word_waits_longer_each_time_and_cancels_try_soon() {
        let mut budget = Budget::default();
        let mut now = 0;
        for wait in [2_000, 4_000, 8_000, 16_000, THROTTLED_WAIT_MS_MAX, THROTTLED_WAIT_MS_MAX] {
            budget.refused(Told::default(), at(now));
            assert_eq!(budget.take(Lane::Submit, at(now)), Err(at(now + wait)));
            let soon = at(now + THROTTLED_CANCEL_WAIT_MS);
            assert_eq!(budget.take(Lane::Cancel, at(now)), Err(soon));
            assert!(budget.take(Lane::Cancel, soon).is_ok());
            now += wait;
        }
        assert!(budget.take(Lane::Submit, at(now)).is_ok());
        budget.answered(Told::default(), at(now));
        budget.refused(Told::default(), at(now));
        assert_eq!(budget.take(Lane::Poll, at(now)), Err(at(now + 2_000)), "forgiven");
        for seconds in [i64::MAX, i64::MIN, 7] {
            budget.refused(Told { retry_after_s: Some(seconds), ..Told::default() }, at(now));
        }
        assert_eq!(budget.take(Lane::Poll, at(now)), Err(at(now + 7_000)));
    }

    #[test]
    fn answers_of_calls_under_way_do_not_end_a_wait() {
        let mut budget = Budget::default();
        budget.refused(Told::default(), at(0));
        budget.answered(Told::default(), at(100));
        assert!(budget.take(Lane::Submit, at(100)).is_err());
        budget.refused(Told::default(), at(200));
        assert_eq!(budget.take(Lane::Submit, at(200)), Err(at(2_200)), "refused together");
    }
}
