//! The only reader of system time and system random, and a clock that is moved by hand.
//! Must never be read inside a rule: `now` travels from here as a value, chance as an `Entropy`.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use futures::future::BoxFuture;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use tokio::sync::watch;

use crate::desk::port::Clock;
use crate::domain::time::DeskTime;

/// The longest sleep before the clock is read again: a laptop that slept, or a clock that was set
/// forward, is noticed within it.
const SLEEP_MAX: Duration = Duration::from_secs(1);

/// A seed from the operating system, for `Entropy::from_seed`.
#[expect(clippy::disallowed_methods, reason = "the one place that asks the system for chance")]
pub fn seed() -> [u8; 32] {
    let mut seed = [0; 32];
    ChaCha20Rng::from_os_rng().fill_bytes(&mut seed);
    seed
}

/// The system's clock as desk time: it follows the wall clock, and never goes back.
#[derive(Clone, Debug)]
pub struct SystemClock {
    last: Arc<Mutex<Reading>>,
}

/// What the two clocks of the system showed when the desk's time was last told.
#[derive(Clone, Copy, Debug)]
struct Reading {
    steady: Instant,
    desk_ns: i64,
}

impl SystemClock {
    /// The clock, started.
    pub fn new() -> Self {
        let reading = Reading { steady: steady_now(), desk_ns: wall_now_ns() };
        Self { last: Arc::new(Mutex::new(reading)) }
    }

    fn read(&self) -> DeskTime {
        let (steady, wall_ns) = (steady_now(), wall_now_ns());
        let mut last = self.last.lock().expect("no holder of the clock panics");
        let passed = steady.saturating_duration_since(last.steady);
        let desk_ns = next_ns(last.desk_ns, ns(passed), wall_ns);
        *last = Reading { steady, desk_ns };
        DeskTime::from_ns(desk_ns)
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> DeskTime {
        self.read()
    }

    fn wait_until(&self, then: DeskTime) -> BoxFuture<'static, ()> {
        let clock = self.clone();
        Box::pin(async move {
            loop {
                let left_ns = then.ns().saturating_sub(clock.read().ns());
                let Some(left_ns) = u64::try_from(left_ns).ok().filter(|&left| left > 0) else {
                    return;
                };
                sleep(Duration::from_nanos(left_ns).min(SLEEP_MAX)).await;
            }
        })
    }
}

/// Desk time after `passed_ns` of steady time, while the wall clock shows `wall_ns`.
///
/// A wall clock that ran on, or was set forward, is followed at once. One that was set back is
/// waited for at half speed: time-outs still come, and no two events change places.
const fn next_ns(last_ns: i64, passed_ns: i64, wall_ns: i64) -> i64 {
    let slow_ns = last_ns.saturating_add(passed_ns / 2);
    if wall_ns > slow_ns { wall_ns } else { slow_ns }
}

fn ns(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
}

#[expect(clippy::disallowed_methods, reason = "the one reader of the steady clock")]
fn steady_now() -> Instant {
    Instant::now()
}

/// Nanoseconds since 1970 UTC on the wall; 0 where the wall clock stands before 1970.
#[expect(clippy::disallowed_methods, reason = "the one reader of the wall clock")]
fn wall_now_ns() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, ns)
}

#[expect(clippy::disallowed_methods, reason = "every wait of the desk ends here")]
async fn sleep(duration: Duration) {
    tokio::time::sleep(duration).await;
}

/// A clock that stands still until it is moved by hand, for tests and benches.
#[derive(Clone, Debug)]
pub struct ManualClock {
    now: watch::Sender<DeskTime>,
}

impl ManualClock {
    /// A clock that shows `start`.
    pub fn new(start: DeskTime) -> Self {
        Self { now: watch::Sender::new(start) }
    }
    /// Moves it to `then` and wakes who waited for that; it never goes back.
    pub fn set(&self, then: DeskTime) {
        self.now.send_modify(|now| *now = then.max(*now));
    }
    /// Moves it on by `ms` milliseconds.
    pub fn advance_ms(&self, ms: i64) {
        self.now.send_modify(|now| *now = now.plus_ms(ms.max(0)));
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DeskTime {
        *self.now.borrow()
    }

    fn wait_until(&self, then: DeskTime) -> BoxFuture<'static, ()> {
        let mut now = self.now.subscribe();
        // The sender is kept alive by the clock; once that is gone, no time will come.
        Box::pin(async move {
            if now.wait_for(|now| *now >= then).await.is_err() {
                std::future::pending::<()>().await;
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::{ManualClock, SystemClock, next_ns, seed};
    use crate::desk::port::Clock;
    use crate::domain::time::DeskTime;

    #[test]
    fn desk_time_follows_the_wall_forward_and_never_goes_back() {
        let second = 1_000_000_000;
        let cases = [
            // (last, passed, wall, expected)
            (100 * second, second, 101 * second, 101 * second),
            (100 * second, second, 3_700 * second, 3_700 * second),
            (100 * second, 2 * second, 50 * second, 101 * second),
            (100 * second, 0, 50 * second, 100 * second),
            (100 * second, second, 100 * second, 100 * second + second / 2),
            (i64::MAX, second, 0, i64::MAX),
        ];
        for (last, passed, wall, expected) in cases {
            assert_eq!(next_ns(last, passed, wall), expected, "{last} {passed} {wall}");
        }
    }

    #[test]
    fn the_system_clock_shows_this_century() {
        let clock = SystemClock::new();
        let first = clock.now();
        assert!(first.timestamp().to_string().starts_with("20"), "{first:?}");
        assert!(clock.now() >= first);
    }

    #[tokio::test]
    async fn waiting_for_what_is_past_takes_no_time() {
        let clock = SystemClock::new();
        assert_eq!(clock.wait_until(clock.now()).now_or_never(), Some(()));
        assert_eq!(clock.wait_until(clock.now().plus_ms(60_000)).now_or_never(), None);
        let then = clock.now().plus_ms(2);
        clock.wait_until(then).await;
        assert!(clock.now() >= then);
    }

    #[test]
    fn a_manual_clock_moves_only_by_hand() {
        let clock = ManualClock::new(DeskTime::from_ns(0));
        let mut soon = clock.wait_until(DeskTime::from_ns(0).plus_ms(10));
        assert_eq!((&mut soon).now_or_never(), None);
        clock.advance_ms(9);
        assert_eq!((&mut soon).now_or_never(), None);
        clock.advance_ms(1);
        assert_eq!(soon.now_or_never(), Some(()));
        clock.set(DeskTime::from_ns(5));
        assert_eq!(clock.now(), DeskTime::from_ns(0).plus_ms(10));
    }

    #[test]
    fn seeds_differ() {
        assert_ne!(seed(), seed());
    }
}
