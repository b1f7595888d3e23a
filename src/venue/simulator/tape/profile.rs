//! The course of a usual day: how much of a day's trading each minute carries (the smile).
//! Must never hold chance: this is the same for every symbol, day and seed.

/// Prefix sums over the minutes of a session: entry `n` is the weight of the first `n` minutes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Profile {
    sums: Vec<f64>,
}

/// Minutes from 20:00 to 02:00, where clocks change.
const CLOCKS_CHANGE: u32 = 360;
/// Minutes from 20:00 to 04:00, 09:30 and 16:00.
const EARLY_MORNING: u32 = 480;
const MORNING: u32 = 810;
const AFTERNOON: u32 = 1_200;

impl Profile {
    /// A session of the exchange: lively at both ends, calm in the middle.
    pub(super) fn of_session(minutes: u32) -> Self {
        Self::of(minutes, |minute| smile(f64::from(minute), f64::from(minutes)))
    }
    /// A day from 20:00 to 20:00 New York of a market that never closes: a quiet night, and the
    /// smile while the exchanges are open. Days on which clocks change have an hour less or more.
    pub(super) fn of_round_day(minutes: u32) -> Self {
        Self::of(minutes, |minute| {
            let on_the_clock = match minutes {
                _ if minute < CLOCKS_CHANGE => minute,
                1_380 => minute + 60,
                1_500 => (minute - 60).max(CLOCKS_CHANGE),
                _ => minute,
            };
            match on_the_clock {
                0..EARLY_MORNING => 0.35,
                EARLY_MORNING..MORNING => 0.5,
                MORNING..AFTERNOON => smile(f64::from(on_the_clock - MORNING), 390.0),
                _ => 0.45,
            }
        })
    }
    fn of(minutes: u32, weight: impl Fn(u32) -> f64) -> Self {
        let mut sum = 0.0;
        let mut sums = vec![sum];
        for minute in 0..minutes {
            sum += weight(minute);
            sums.push(sum);
        }
        Self { sums }
    }
    /// Minutes of the session.
    pub(super) fn minutes(&self) -> u32 {
        u32::try_from(self.sums.len() - 1).expect("a day of minutes")
    }
    /// Weight of the minutes from `low` to `high`.
    pub(super) fn weight(&self, low: u32, high: u32) -> f64 {
        self.sums[high as usize] - self.sums[low as usize]
    }
}

fn smile(minute: f64, minutes: f64) -> f64 {
    let from_middle = 2.0 * minute / minutes - 1.0;
    let square = from_middle * from_middle;
    let opening = if from_middle < 0.0 { 1.3 } else { 1.0 };
    0.8 + opening * (0.5 * square + 1.1 * square * square)
}

#[cfg(test)]
mod tests {
    use super::Profile;

    #[test]
    fn a_session_is_liveliest_at_its_ends() {
        for profile in [Profile::of_session(390), Profile::of_session(210)] {
            let minutes = profile.minutes();
            let (first, last) = (profile.weight(0, 30), profile.weight(minutes - 30, minutes));
            let middle = profile.weight(minutes / 2 - 15, minutes / 2 + 15);
            assert!(first > 1.5 * middle && last > 1.5 * middle && first > last);
        }
    }

    #[test]
    fn a_round_day_smiles_while_the_exchanges_are_open() {
        for (minutes, opens) in [(1_440, 810), (1_380, 750), (1_500, 870)] {
            let profile = Profile::of_round_day(minutes);
            assert_eq!(profile.minutes(), minutes);
            let before = profile.weight(opens - 1, opens);
            let after = profile.weight(opens, opens + 1);
            assert!(after > 4.0 * before, "{minutes}: the bell at {opens}");
        }
    }
}
