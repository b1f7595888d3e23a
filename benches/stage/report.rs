//! How the benches tell their figures: ours, the yardstick of the same run, the ratio, the goal.
//! Must never fail a run: a goal that is missed is printed, and a person decides.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Now, on the steady clock.
#[expect(clippy::disallowed_methods, reason = "a bench reads the clock to time what it runs")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Time since then.
pub(crate) fn since(start: Instant) -> Duration {
    now().duration_since(start)
}

/// True where this part was asked for (`cargo bench --bench NAME -- PART`), or none was.
pub(crate) fn wants(part: &str) -> bool {
    let mut named = std::env::args().skip(1).filter(|one| !one.starts_with('-')).peekable();
    named.peek().is_none() || named.any(|one| one == part)
}

/// A folder of this run: under `DESK_BENCH_DIR`, or under `target/`. It has to be on a disk.
pub(crate) fn folder(bench: &str) -> PathBuf {
    #[expect(clippy::disallowed_methods, reason = "a bench takes its folder from its caller")]
    let base = std::env::var_os("DESK_BENCH_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("target").join("bench"),
        PathBuf::from,
    );
    let folder = base.join(format!("{bench}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}

/// The time that so many hundredths stay under.
pub(crate) fn hundredth(times: &mut [Duration], hundredth: usize) -> Duration {
    times.sort_unstable();
    times[(times.len() - 1) * hundredth / 100]
}

/// The middle one.
pub(crate) fn median(times: &mut [Duration]) -> Duration {
    hundredth(times, 50)
}

/// How many times the other.
pub(crate) fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}

/// The heading of the lines that follow.
pub(crate) fn heading(title: &str) {
    println!("\n{title}");
    println!("{:<46} {:>12} {:>12} {:>8}  goal", "", "desk", "yardstick", "ratio");
}

/// A figure beside its yardstick; `allowed` is how many times that it may be.
pub(crate) fn against(what: &str, ours: Duration, yardstick: Duration, allowed: f64) {
    let times = ratio(ours, yardstick);
    let goal = format!("<= {allowed} x: {}", word(times <= allowed));
    line(what, (time(ours), time(yardstick)), &format!("{times:.2}"), &goal);
}

/// A figure with a bound of its own.
pub(crate) fn bounded(what: &str, ours: f64, unit: &str, (goal, met): (&str, bool)) {
    let goal = format!("{goal}: {}", word(met));
    line(what, (format!("{}{unit}", short(ours)), String::new()), "", &goal);
}

/// A figure beside another, without a goal.
pub(crate) fn beside(what: &str, ours: Duration, yardstick: Option<Duration>) {
    let times = yardstick.map(|other| format!("{:.2}", ratio(ours, other)));
    let yardstick = yardstick.map(time).unwrap_or_default();
    line(what, (time(ours), yardstick), &times.unwrap_or_default(), "");
}

/// A count as a figure to divide.
pub(crate) fn figure(count: u64) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}

/// Any line.
pub(crate) fn line(what: &str, (ours, yardstick): (String, String), ratio: &str, goal: &str) {
    let text = format!("{what:<46} {ours:>12} {yardstick:>12} {ratio:>8}  {goal}");
    println!("{}", text.trim_end());
}

/// A time, with as many digits as matter.
pub(crate) fn time(time: Duration) -> String {
    let us = time.as_secs_f64() * 1e6;
    match us {
        ..1_000.0 => format!("{us:.1} us"),
        ..1_000_000.0 => format!("{:.2} ms", us / 1e3),
        _ => format!("{:.2} s", us / 1e6),
    }
}

/// `met` or `MISSED`.
pub(crate) const fn word(met: bool) -> &'static str {
    if met { "met" } else { "MISSED" }
}

fn short(figure: f64) -> String {
    if figure.fract() == 0.0 || figure.abs() >= 1_000.0 {
        format!("{figure:.0}")
    } else {
        format!("{figure:.2}")
    }
}
