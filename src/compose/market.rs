//! Runs the embedded Alpaca from its flags until somebody asks it to end.
//! Must never open a store or a screen: it stands beside the desk, not under it.

use std::sync::Arc;

use crate::cli::market::{self as noun, Hours, Market};
use crate::clock::SystemClock;
use crate::domain::hours::Schedule;
use crate::venue::loopback::{Loopback, Options};

use super::signals::Signals;

/// Serves until a signal asks to end.
pub async fn serve(asked: &Market) -> anyhow::Result<bool> {
    let mut signals = Signals::catch()?;
    let loopback = Loopback::start(options(asked), Arc::new(SystemClock::new())).await?;
    let pairs: Vec<(&str, &str)> =
        loopback.keys().iter().map(|pair| (pair.id.as_str(), pair.secret.as_str())).collect();
    noun::print(loopback.address(), &pairs);
    let mut trouble = loopback.trouble();
    tokio::select! {
        biased;
        _ = signals.next() => {}
        // An error means that nobody is left to have trouble.
        _ = trouble.wait_for(Option::is_some) => {}
    }
    loopback.stop().await;
    let fault = trouble.borrow().clone();
    fault.map_or(Ok(true), |fault| Err(fault.into()))
}

fn options(asked: &Market) -> Options {
    Options {
        listen: asked.listen,
        seed: asked.seed,
        speed: asked.speed,
        schedule: match asked.hours {
            Hours::Nyse => Schedule::Nyse,
            Hours::Always => Schedule::Always,
        },
        rate: asked.rate.0,
        accounts: asked.accounts,
        record: asked.record.clone(),
        replay: asked.replay.clone(),
        chaos: asked.chaos.map(|seed| seed.unwrap_or(asked.seed)),
        ..Options::default()
    }
}
