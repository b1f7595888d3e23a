//! The signals that ask a process to end: from a shell, from the system, from a closed terminal.
//! Must never end anything itself: whoever waits here stops in good order.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Sent to a process whose file outgrows a limit (`ulimit -f`): 25 on Linux and macOS.
const FILE_SIZE_EXCEEDED: i32 = 25;

/// From now on a file that may not grow is an error of its writer, who has words for it, and not
/// the end of the process. Needs a runtime to be entered.
pub fn outlive_file_limit() -> io::Result<()> {
    // The handler stays when its receiver goes.
    signal(SignalKind::from_raw(FILE_SIZE_EXCEEDED)).map(drop)
}

/// The signals that ask to end.
#[derive(Debug)]
pub struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl Signals {
    /// From now on these signals end nothing by themselves.
    pub fn catch() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    /// Waits for one of them, and says which.
    pub async fn next(&mut self) -> &'static str {
        tokio::select! {
            biased;
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.hang_up.recv() => "SIGHUP",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}
