//! What the system tells of a process: the time it worked, the memory it holds.
//! Must never be asked on another system than Linux: `/proc` is where this is.

use std::fs;
use std::time::Duration;

/// Ticks of a second in `/proc/PID/stat`; the same on every Linux that people use.
const TICKS_A_SECOND: u64 = 100;

/// Time that all threads of a process have worked.
pub(crate) fn cpu(process: u32) -> Duration {
    // Nanoseconds on a CPU by thread: finer than the ticks of `stat`.
    let tasks = fs::read_dir(format!("/proc/{process}/task")).expect("it runs");
    let mut ns = 0;
    for task in tasks.filter_map(Result::ok) {
        // A thread may end between being listed and being read.
        let text = fs::read_to_string(task.path().join("schedstat")).unwrap_or_default();
        ns += text.split(' ').next().and_then(|first| first.parse::<u64>().ok()).unwrap_or(0);
    }
    Duration::from_nanos(ns)
}

/// The same by `/proc/PID/stat`, threads that have ended included, in steps of 10 ms.
pub(crate) fn cpu_ticks(process: u32) -> Duration {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).expect("it runs");
    let rest = text.rsplit(')').next().unwrap_or_default();
    let fields: Vec<u64> = rest.split_whitespace().map(|one| one.parse().unwrap_or(0)).collect();
    Duration::from_millis((fields[11] + fields[12]) * 1_000 / TICKS_A_SECOND)
}

/// A figure of `/proc/PID/status`, in MiB (`VmRSS`, `RssAnon`, `VmHWM`).
pub(crate) fn mib(process: u32, name: &str) -> f64 {
    let text = fs::read_to_string(format!("/proc/{process}/status")).expect("it runs");
    let line = text.lines().find(|line| line.starts_with(name)).expect("every process has it");
    let kib: f64 = line.split_whitespace().nth(1).and_then(|one| one.parse().ok()).unwrap_or(0.0);
    kib / 1_024.0
}
