//! Which symbols and which stretch of time a data call names.
//! Must never let a plan see what it may not.

use jiff::civil::Time;

use crate::domain::time::MarketTime;

use super::answer::Refused;
use super::plan::Plan;
use super::query::{Edge, Query, moment};

/// From when to when, both with them.
pub(super) type Range = (MarketTime, MarketTime);

/// Age from which the basic plan may see consolidated data, in milliseconds.
const RECENT_MS: i64 = 15 * 60_000;

/// A parameter that makes no sense to the data host.
pub(super) fn bad(message: impl Into<String>) -> Refused {
    Refused::plain(400, message)
}

/// The symbols that a call names.
pub(super) fn symbols(query: &Query) -> Result<Vec<String>, Refused> {
    let symbols = query.list("symbols");
    if symbols.is_empty() {
        return Err(bad("symbols is required"));
    }
    symbols.iter().try_for_each(|symbol| check_symbol(symbol))?;
    Ok(symbols)
}

/// A symbol as the data host takes it.
pub(super) fn check_symbol(symbol: &str) -> Result<(), Refused> {
    let plain = symbol.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'.');
    if plain && !symbol.starts_with('.') && !symbol.is_empty() {
        return Ok(());
    }
    Err(bad(format!("invalid symbol: {symbol} does not match ^[A-Z]+(\\.[A-Z]+)?$")))
}

/// From when to when a call wants rows.
pub(super) fn range(query: &Query, plan: Plan, now: MarketTime) -> Result<Range, Refused> {
    let time = |name: &str, edge: Edge| match query.get(name) {
        None => Ok(None),
        Some(text) => match moment(text, edge) {
            Some(at) => Ok(Some(at)),
            None => Err(bad(format!("invalid {name}: {text}"))),
        },
    };
    let today = MarketTime::from_new_york(now.date().to_datetime(Time::midnight()));
    let start = time("start", Edge::Start)?.unwrap_or(today);
    let given = time("end", Edge::End)?;
    let late = now.plus_ms(-RECENT_MS);
    let usual = if plan == Plan::Plus { now } else { late };
    let end = given.unwrap_or(usual);
    if given.is_some() && end < start {
        return Err(bad("end should not be before start"));
    }
    let consolidated = query.get("feed") == Some("sip");
    if plan == Plan::Basic && consolidated && end > late {
        let text = "subscription does not permit querying recent SIP data";
        return Err(Refused::coded(403, 42_210_000, text));
    }
    Ok((start, end.min(now)))
}
