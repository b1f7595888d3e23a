//! How many calls a minute each key may make, counted apart for trading and for data.
//! Must never forget a call before its minute is over.

use std::collections::BTreeMap;

use crate::domain::time::DeskTime;

const WINDOW_MS: i64 = 60_000;

/// What is counted apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Lane {
    /// Orders, positions, the account.
    Trading,
    /// Market data.
    Data,
}

/// How a key stands after a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    /// Calls a minute.
    pub limit: u32,
    /// Calls left.
    pub remaining: u32,
    /// When all are free again, in Unix seconds.
    pub reset: i64,
}

/// The calls of the minute under way.
#[derive(Debug, Default)]
pub(super) struct Limiter {
    limit: Option<u32>,
    windows: BTreeMap<(usize, Lane), (DeskTime, u32)>,
}

impl Limiter {
    /// So many calls a minute; none for as many as they like.
    pub(super) fn new(limit: Option<u32>) -> Self {
        Self { limit, windows: BTreeMap::new() }
    }

    /// Counts a call of an account; `Err` where it is one too many. `Ok(None)`: nobody counts.
    pub(super) fn take(
        &mut self,
        now: DeskTime,
        account: usize,
        lane: Lane,
    ) -> Result<Option<Standing>, ()> {
        let Some(limit) = self.limit else { return Ok(None) };
        let window = self.windows.entry((account, lane)).or_insert((now, 0));
        if now.ms_since(window.0) >= WINDOW_MS {
            *window = (now, 0);
        }
        if window.1 >= limit {
            return Err(());
        }
        window.1 += 1;
        let reset = window.0.plus_ms(WINDOW_MS).timestamp().as_second();
        Ok(Some(Standing { limit, remaining: limit - window.1, reset }))
    }
}

#[cfg(test)]
mod tests {
    use super::{DeskTime, Lane, Limiter};

    #[test]
    fn each_key_has_its_minute_and_each_lane_its_own() {
        let start = DeskTime::from_ns(0);
        let mut limiter = Limiter::new(Some(2));
        let mut take = |ms, account, lane| {
            limiter.take(start.plus_ms(ms), account, lane).map(|standing| {
                let standing = standing.expect("it is counted");
                (standing.remaining, standing.reset)
            })
        };
        assert_eq!(take(0, 0, Lane::Trading), Ok((1, 60)));
        assert_eq!(take(10, 0, Lane::Trading), Ok((0, 60)));
        assert_eq!(take(59_999, 0, Lane::Trading), Err(()));
        assert_eq!(take(59_999, 0, Lane::Data), Ok((1, 119)));
        assert_eq!(take(59_999, 1, Lane::Trading), Ok((1, 119)));
        assert_eq!(take(60_000, 0, Lane::Trading), Ok((1, 120)));
        assert_eq!(Limiter::new(None).take(start, 0, Lane::Data), Ok(None));
    }
}
