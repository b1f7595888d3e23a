//! Pages of market data: rows by symbol and time, so many a call, and a mark where the next begins.
//! Must never lose or double a row between two pages.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::value::RawValue;

use crate::domain::time::MarketTime;
use crate::venue::simulator::tape::Slot;

use super::answer::{Answer, Refused};
use super::facts::Facts;
use super::plan::Plan;
use super::query::Query;
use super::span::{Range, range, symbols};

const LIMIT: usize = 1_000;
const LIMIT_MAX: usize = 10_000;
const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Which rows a call wants.
#[derive(Debug)]
pub(super) struct Asked {
    /// Symbols, in their order.
    pub symbols: Vec<String>,
    /// True where one symbol was named in the path.
    pub single: bool,
    /// From when to when, both with them.
    pub range: Range,
    /// Rows of a page.
    pub limit: usize,
    /// True for the newest first.
    pub descending: bool,
    mark: Option<(String, MarketTime)>,
}

impl Asked {
    /// Reads what a call wants; `path_symbol` is the one in the path.
    pub(super) fn read(
        query: &Query,
        path_symbol: Option<&str>,
        (plan, now): (Plan, MarketTime),
    ) -> Result<Self, Refused> {
        let mut names = match path_symbol {
            Some(symbol) => vec![symbol.to_owned()],
            None => symbols(query)?,
        };
        names.sort();
        names.dedup();
        let limit = match query.get("limit") {
            None => LIMIT,
            Some(text) => match text.parse::<usize>() {
                Ok(limit) if limit > LIMIT_MAX => {
                    let what = "invalid limit: larger than the allowed maximum of 10000";
                    return Err(Refused::plain(400, what));
                }
                Ok(limit) if limit > 0 => limit,
                _ => return Err(Refused::plain(400, format!("invalid limit: {text}"))),
            },
        };
        let descending = match query.get("sort") {
            None | Some("asc") => false,
            Some("desc") => true,
            Some(other) => return Err(Refused::plain(400, format!("invalid sort: {other}"))),
        };
        let mark = match query.get("page_token") {
            None => None,
            Some(token) => {
                let mark = read_mark(token);
                Some(mark.ok_or_else(|| Refused::plain(400, "invalid page_token"))?)
            }
        };
        let range = range(query, plan, now)?;
        let single = path_symbol.is_some();
        Ok(Self { symbols: names, single, range, limit, descending, mark })
    }

    /// What of a symbol is still to be shown; none where all of it was on earlier pages.
    fn left_of(&self, symbol: &str) -> Option<Range> {
        let Some((marked, at)) = &self.mark else { return Some(self.range) };
        let (from, to) = self.range;
        match symbol.cmp(marked) {
            std::cmp::Ordering::Less => None,
            std::cmp::Ordering::Greater => Some(self.range),
            std::cmp::Ordering::Equal if self.descending => Some((from, to.min(*at))),
            std::cmp::Ordering::Equal => Some((from.max(*at), to)),
        }
    }

    /// Fills a page: `rows` gives at most so many rows of a symbol in the wanted order, each with
    /// its time.
    pub(super) fn page<T: Serialize>(
        &self,
        name: &'static str,
        facts: &Facts,
        mut rows: impl FnMut(Slot, Range, usize) -> Vec<(MarketTime, T)>,
    ) -> Answer {
        let mut found: BTreeMap<&str, Vec<T>> = BTreeMap::new();
        let mut left = self.limit;
        let mut next = None;
        for symbol in &self.symbols {
            let (Some(slot), Some(range)) = (facts.symbol(symbol), self.left_of(symbol)) else {
                continue;
            };
            let mut page = rows(slot, range, left + 1);
            if page.len() > left {
                next = Some(mark(symbol, page[left].0));
                page.truncate(left);
            }
            left -= page.len();
            if !page.is_empty() {
                found.insert(symbol, page.into_iter().map(|(_, row)| row).collect());
            }
            if next.is_some() {
                break;
            }
        }
        let mut members: BTreeMap<&str, Box<RawValue>> = BTreeMap::new();
        members.insert("next_page_token", raw(&next));
        if self.single {
            let symbol = self.symbols[0].as_str();
            members.insert(name, raw(&found.remove(symbol)));
            members.insert("symbol", raw(&symbol));
        } else {
            members.insert(name, raw(&found));
        }
        Answer::json(&members)
    }
}

/// A value as it is written.
pub(super) fn raw<T: Serialize + ?Sized>(value: &T) -> Box<RawValue> {
    serde_json::value::to_raw_value(value).expect("an answer of ours can be written")
}

/// Where the next page begins, as a text that says nothing to people.
fn mark(symbol: &str, at: MarketTime) -> String {
    let text = format!("{symbol}|{}", at.ns());
    let mut out = String::new();
    for three in text.as_bytes().chunks(3) {
        let bits = three.iter().fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte));
        let bits = bits << (8 * (3 - three.len()));
        for place in 0..=three.len() {
            let index = (bits >> (18 - 6 * place)) & 63;
            out.push(char::from(SIGNS[index as usize]));
        }
    }
    out
}

fn read_mark(token: &str) -> Option<(String, MarketTime)> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for byte in token.trim_end_matches('=').bytes() {
        let index = SIGNS.iter().position(|sign| *sign == byte)?;
        bits = ((bits << 6) | u32::try_from(index).ok()?) & 0xFFFF;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xFF).ok()?);
        }
    }
    let text = String::from_utf8(bytes).ok()?;
    let (symbol, ns) = text.split_once('|')?;
    Some((symbol.to_owned(), MarketTime::from_ns(ns.parse().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::{MarketTime, mark, read_mark};

    #[test]
    fn marks_come_back() {
        for (symbol, ns) in [("A", 0), ("AAPL", 1_790_000_000_000_000_001), ("BRK.B", 77)] {
            let at = MarketTime::from_ns(ns);
            assert_eq!(read_mark(&mark(symbol, at)), Some((symbol.to_owned(), at)));
        }
        for wrong in ["", "!", "AAAA", "QQ=="] {
            assert_eq!(read_mark(wrong), None, "{wrong}");
        }
    }
}
