//! What `desk doctor` finds at the broker: keys, account, clock, hours, streams, rate budget.
//! Must never place, change or cancel anything: it only looks.

use std::path::Path;
use std::sync::Arc;

use jiff::ToSpan;

use crate::cli::doctor::Finding;
use crate::config::Config;
use crate::config::broker::Broker;
use crate::desk::entropy::Entropy;
use crate::desk::port::{Clock, StreamState};
use crate::domain::hours::Schedule;
use crate::domain::time::MarketTime;
use crate::venue::alpaca::rest::Rest;
use crate::venue::alpaca::stream::line::Line;
use crate::venue::alpaca::stream::socket::{Place, Told, Wanted, keep};
use crate::venue::alpaca::stream::trades::Trades;

use super::broker::check;

/// A clock that is off by more is told, and by how much, in milliseconds.
const SKEW_MS_NOTED: i64 = 2_000;
/// A clock that is off by more cannot be traded with, in milliseconds.
const SKEW_MS_MAX: i64 = 30_000;
/// Longest wait for the trade stream, in milliseconds.
const STREAM_WAIT_MS: i64 = 10_000;
/// Days of the broker's calendar that are compared with the built-in one.
const DAYS_COMPARED: i64 = 60;

/// Looks at everything at the broker; nothing but the keys where those are not fit.
pub(super) async fn examine(config: &Config, clock: &Arc<dyn Clock>) -> Vec<Finding> {
    let broker = match config.broker() {
        Err(fault) => return vec![Finding::bad("keys", super::sentence(&fault))],
        Ok(broker) => broker,
    };
    let host = broker.hosts.name();
    let words = format!("{} set, for {host}", broker.origin);
    let mut findings = vec![Finding::good("keys", words)];
    findings.push(match check(&broker, clock).await {
        Err(unfit) => {
            findings.push(Finding::bad("account", super::sentence(&unfit)));
            return findings;
        }
        Ok(found) => {
            let cash = found.cash.map_or_else(|| "not told".to_owned(), |cash| format!("${cash}"));
            Finding::good("account", format!("{} is ACTIVE; cash {cash}", found.number))
        }
    });
    let rest = Rest::new(broker.keys.clone(), broker.hosts.clone(), Arc::clone(clock));
    findings.push(skew(&rest).await);
    findings.push(hours(&rest, clock.as_ref()).await);
    findings.push(stream(&broker, clock).await);
    let (left, limit) = rest.left();
    findings.push(if left * 4 < limit {
        let words = format!("{left} of {limit} calls a minute left: another program uses the keys");
        Finding::warn("rate budget", words)
    } else {
        Finding::good("rate budget", format!("{left} of {limit} calls a minute left"))
    });
    findings.push(secrets(&config.secrets_file()));
    findings
}

/// The broker's clock against this machine's. Its own answer tells the time to the millisecond.
async fn skew(rest: &Rest) -> Finding {
    let subject = "broker's clock";
    let told = rest.market_clock().await;
    match told {
        Err(trouble) => Finding::warn(subject, super::sentence(&trouble)),
        Ok(_) => match rest.skew_ms() {
            None => Finding::good(subject, "it tells no time beside its answers"),
            Some(skew) => off(skew),
        },
    }
}

fn off(skew_ms: i64) -> Finding {
    let subject = "broker's clock";
    let by = skew_ms.abs();
    let way = if skew_ms > 0 { "behind" } else { "ahead of" };
    let seconds = by / 1_000;
    if by > SKEW_MS_MAX {
        let words = format!(
            "this machine's clock is {seconds} s {way} the broker's: set it (timedatectl \
             set-ntp true); the age of prices and the hours would be wrong"
        );
        Finding::bad(subject, words)
    } else if by > SKEW_MS_NOTED {
        Finding::warn(subject, format!("this machine's clock is {seconds} s {way} the broker's"))
    } else {
        Finding::good(subject, "as this machine's, to two seconds")
    }
}

/// The broker's calendar against the built-in one.
async fn hours(rest: &Rest, clock: &dyn Clock) -> Finding {
    let subject = "calendar";
    let today = MarketTime::from_ns(clock.now().ns()).date();
    let end = today.saturating_add(DAYS_COMPARED.days());
    let theirs = match rest.calendar(today, end).await {
        Err(trouble) => return Finding::warn(subject, super::sentence(&trouble)),
        Ok(days) => days,
    };
    let mut differs = Vec::new();
    let mut day = today;
    while day <= end {
        let close = Schedule::Nyse.session(day).map(|(_, close)| close.new_york().time());
        let told = theirs.iter().find(|one| one.date.0 == day).map(|one| one.close.clone());
        let ours = close.map(|close| close.strftime("%H:%M").to_string());
        if ours.as_deref() != told.as_deref().map(|told| told.get(..5).unwrap_or(told)) {
            differs.push(day.to_string());
        }
        day = day.saturating_add(1.day());
    }
    if differs.is_empty() {
        Finding::good(subject, format!("as the built-in one, for {DAYS_COMPARED} days"))
    } else {
        let words = format!("the broker's differs from the built-in one on {}", differs.join(", "));
        Finding::warn(subject, words)
    }
}

/// Signs in to the trade stream, and leaves again.
async fn stream(broker: &Broker, clock: &Arc<dyn Clock>) -> Finding {
    let subject = "stream";
    let (tells, mut told) = tokio::sync::mpsc::channel(64);
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let (nothing, what) = tokio::sync::watch::channel(());
    let trades = Trades::new(broker.keys.clone());
    let line = Line::new("doctor", trades, Entropy::from_number(0), clock.now());
    let place = Place { url: broker.hosts.trades.clone(), msgpack: false };
    let wanted = Wanted { stop: stopped, what, tell: |_, ()| Vec::new() };
    let task = tokio::spawn(keep(line, place, Arc::clone(clock), tells, wanted));
    let mut late = clock.wait_until(clock.now().plus_ms(STREAM_WAIT_MS));
    let found = loop {
        tokio::select! {
            biased;
            state = told.recv() => match state {
                Some(Told::State(StreamState::Live)) => {
                    break Finding::good(subject, "trade updates come");
                }
                Some(Told::State(StreamState::Offline)) => {
                    let words = "the trade stream does not take these keys; fills are polled";
                    break Finding::warn(subject, words);
                }
                Some(_) => {}
                None => break Finding::warn(subject, "the trade stream ended; fills are polled"),
            },
            () = &mut late => {
                let words = "the trade stream was not reached in 10 s (another program of these \
                             keys may hold it); fills are polled";
                break Finding::warn(subject, words);
            }
        }
    };
    stop.send_replace(true);
    let _ = task.await;
    drop(nothing);
    found
}

fn secrets(path: &Path) -> Finding {
    let words = if path.exists() { "readable by you alone" } else { "not there" };
    Finding::good("secrets file", format!("{}: {words}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::off;
    use crate::cli::doctor::Verdict;

    #[test]
    fn a_clock_that_is_off_is_told_with_what_to_do() {
        assert_eq!(off(-1_500).verdict, Verdict::Good);
        assert_eq!(off(5_000).verdict, Verdict::Warn);
        let found = off(600_000);
        assert_eq!(found.verdict, Verdict::Bad);
        assert!(
            found.words.contains("600 s behind") && found.words.contains("set it"),
            "{found:?}"
        );
    }
}
