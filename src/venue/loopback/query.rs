//! What stands behind the question mark of a call, read as leniently as Alpaca reads it.
//! Must never guess: a value that makes no sense is refused with its name.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};

use crate::domain::time::MarketTime;

use super::answer::Refused;

/// The parameters of a call, in the order they came.
#[derive(Clone, Debug, Default)]
pub(super) struct Query(Vec<(String, String)>);

/// Which edge of a day a bare date stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edge {
    /// Its first moment.
    Start,
    /// Its last moment.
    End,
}

impl Query {
    /// Reads the text behind the question mark.
    pub(super) fn read(text: &str) -> Self {
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        let pair = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name, true), decoded(value, true))
        };
        Self(pairs.map(pair).collect())
    }
    /// A value that was given and is not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(given, value)| given == name && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    }
    /// The parts of a value between commas; no part where it was not given.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        let parts = self.get(name).into_iter().flat_map(|value| value.split(','));
        parts.map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }
    /// A switch, in JSON's or Python's writing.
    pub(super) fn switch(&self, name: &str) -> Result<bool, Refused> {
        match self.get(name) {
            None | Some("false" | "False" | "0") => Ok(false),
            Some("true" | "True" | "1") => Ok(true),
            Some(other) => Err(wrong(name, other)),
        }
    }
    /// A whole number.
    pub(super) fn count(&self, name: &str) -> Result<Option<usize>, Refused> {
        let Some(text) = self.get(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| wrong(name, text))
    }
    /// A date.
    pub(super) fn date(&self, name: &str) -> Result<Option<Date>, Refused> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let day = text.get(..10).unwrap_or(text);
        day.parse().map(Some).map_err(|_| wrong(name, text))
    }
    /// A moment, or a date that stands for one of its edges.
    pub(super) fn time(&self, name: &str, edge: Edge) -> Result<Option<MarketTime>, Refused> {
        let Some(text) = self.get(name) else { return Ok(None) };
        moment(text, edge).map(Some).ok_or_else(|| wrong(name, text))
    }
}

/// A moment as clients write it: RFC 3339, the same without a zone (UTC), or a date (New York).
pub(super) fn moment(text: &str, edge: Edge) -> Option<MarketTime> {
    // A plus that nobody escaped arrives as a blank.
    let text = text.replace(' ', "+");
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(MarketTime::from_timestamp(time));
    }
    if text.len() == 10 {
        let day: Date = text.parse().ok()?;
        let start = MarketTime::from_new_york(day.to_datetime(Time::midnight()));
        if edge == Edge::Start {
            return Some(start);
        }
        let next = MarketTime::from_new_york(day.tomorrow().ok()?.to_datetime(Time::midnight()));
        return Some(MarketTime::from_ns(next.ns() - 1));
    }
    let civil: DateTime = text.parse().ok()?;
    let time = jiff::tz::TimeZone::UTC.to_timestamp(civil).ok()?;
    Some(MarketTime::from_timestamp(time))
}

fn wrong(name: &str, value: &str) -> Refused {
    let shown: String = value.chars().take(64).collect();
    Refused::parameter(format!("invalid {name}: {shown}"))
}

/// The text that a percent-encoded one stands for; bytes that are no text become marks.
pub(super) fn decoded(text: &str, plus_is_blank: bool) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        let digits = text.get(at..at + 2).filter(|_| byte == b'%');
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(value) => {
                out.push(value);
                at += 2;
            }
            None if byte == b'+' && plus_is_blank => out.push(b' '),
            None => out.push(byte),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{Edge, Query, decoded, moment};

    #[test]
    fn what_clients_send_is_understood() {
        let query = Query::read("symbols=AAPL%2CMSFT&nested=True&limit=7&client=a+b%2Fc&none=");
        assert_eq!(query.list("symbols"), ["AAPL", "MSFT"]);
        assert_eq!(query.switch("nested"), Ok(true));
        assert_eq!(query.switch("absent"), Ok(false));
        assert_eq!(query.count("limit"), Ok(Some(7)));
        assert_eq!(query.get("client"), Some("a b/c"));
        assert_eq!(query.get("none"), None);
        let refused = Query::read("limit=many").count("limit").expect_err("no number");
        assert_eq!(refused.body.message, "invalid limit: many");
        assert_eq!(decoded("100%", false), "100%");
    }

    #[test]
    fn times_are_read_in_every_writing() {
        let read = |text, edge| moment(text, edge).expect(text).timestamp().to_string();
        assert_eq!(read("2026-01-01T00:00:00+00:00", Edge::Start), "2026-01-01T00:00:00Z");
        assert_eq!(read("2026-01-01T00:00:00 00:00", Edge::Start), "2026-01-01T00:00:00Z");
        assert_eq!(read("2026-01-01T00:00:00Z", Edge::End), "2026-01-01T00:00:00Z");
        assert_eq!(read("2026-01-01T00:00:00", Edge::Start), "2026-01-01T00:00:00Z");
        assert_eq!(read("2026-07-01", Edge::Start), "2026-07-01T04:00:00Z");
        assert_eq!(read("2026-07-01", Edge::End), "2026-07-02T03:59:59.999999999Z");
        assert_eq!(moment("yesterday", Edge::Start), None);
    }
}
