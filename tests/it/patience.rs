//! Waits of the tests that end: what does not come in time is a failure that says what was missing.
//! Must never be how a test passes time: what takes long is moved by hand.

use futures::future::BoxFuture;
use trading_desk::clock::SystemClock;
use trading_desk::desk::port::Clock;

/// Longest wait for what a test expects at once, in milliseconds: a busy machine needs seconds.
const PATIENCE_MS: i64 = 60_000;

/// The outcome of what is expected at once.
pub(crate) fn soon<'a, T: 'a>(
    what: &'a str,
    expected: impl Future<Output = T> + Send + 'a,
) -> BoxFuture<'a, T> {
    Box::pin(async move {
        let clock = SystemClock::new();
        let end = clock.wait_until(clock.now().plus_ms(PATIENCE_MS));
        tokio::select! {
            biased;
            outcome = expected => outcome,
            () = end => panic!("{what} never came"),
        }
    })
}
