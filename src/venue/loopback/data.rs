//! Calls of the data host: bars, trades and quotes of the past, the latest of each, snapshots.
//! Must never show what has not happened yet.

use std::collections::BTreeMap;

use serde_json::json;

use crate::domain::hours::Schedule;
use crate::domain::time::MarketTime;
use crate::venue::alpaca::wire::data::{Bar, Quote, Snapshot, Trade};
use crate::venue::simulator::tape::minute::Print;
use crate::venue::simulator::tape::sessions::Session;
use crate::venue::simulator::tape::summed::Summed;
use crate::venue::simulator::tape::{Slot, Tape};

use super::answer::{Answer, Refused};
use super::hall::Hall;
use super::paging::{Asked, raw};
use super::pieces::{self, Place};
use super::plan::Plan;
use super::query::Query;
use super::span::{Range, bad, check_symbol, symbols};
use super::timeframe::Timeframe;

const FEEDS: [&str; 6] = ["iex", "sip", "delayed_sip", "boats", "otc", "overnight"];

/// What a data call looks at.
struct Sight<'a> {
    hall: &'a Hall,
    query: &'a Query,
    now: MarketTime,
    feed: String,
}

/// Answers a call below `/v2/stocks`.
pub(super) fn answer(hall: &Hall, query: &Query, rest: &[&str]) -> Result<Answer, Refused> {
    let (_, now) = hall.now();
    let feed = feed(query, hall.options.plan)?;
    let sight = Sight { hall, query, now, feed };
    match rest {
        ["meta", "exchanges"] => Ok(Answer::json(&exchanges())),
        ["meta", "conditions", kind @ ("trade" | "quote")] => Ok(Answer::json(&conditions(kind))),
        ["snapshots"] => sight.snapshots(),
        [kind @ ("bars" | "trades" | "quotes"), "latest"] => sight.latest_of_all(kind),
        [kind @ ("bars" | "trades" | "quotes")] => sight.past(kind, None),
        [symbol, "snapshot"] => sight.snapshot(symbol),
        [symbol, kind @ ("bars" | "trades" | "quotes"), "latest"] => sight.latest(symbol, kind),
        [symbol, kind @ ("bars" | "trades" | "quotes")] => sight.past(kind, Some(symbol)),
        _ => Err(Refused::missing("endpoint not found")),
    }
}

fn feed(query: &Query, plan: Plan) -> Result<String, Refused> {
    let usual = if plan == Plan::Plus { "sip" } else { "iex" };
    let feed = query.get("feed").unwrap_or(usual);
    if !FEEDS.contains(&feed) {
        return Err(bad(format!("invalid feed: {feed}")));
    }
    Ok(feed.to_owned())
}

impl Sight<'_> {
    fn tape(&self) -> &Tape {
        &self.hall.tape
    }
    fn place(&self, slot: Slot) -> Place {
        Place::of(&self.hall.facts.asset(slot).exchange, &self.feed)
    }
    fn no_recent_sip(&self) -> Result<(), Refused> {
        if self.hall.options.plan == Plan::Basic && self.feed == "sip" {
            let text = "subscription does not permit querying recent SIP data";
            return Err(Refused::coded(403, 42_210_000, text));
        }
        Ok(())
    }

    /// Rows of the past, page by page.
    fn past(&self, kind: &str, symbol: Option<&str>) -> Result<Answer, Refused> {
        if let Some(symbol) = symbol {
            check_symbol(symbol)?;
        }
        let asked = Asked::read(self.query, symbol, (self.hall.options.plan, self.now))?;
        let facts = &self.hall.facts;
        Ok(match kind {
            "bars" => {
                let text = self.query.get("timeframe");
                let text = text.ok_or_else(|| bad("timeframe is required"))?;
                let length = Timeframe::read(text).map_err(bad)?;
                asked.page("bars", facts, |slot, range, most| {
                    let bars = self.bars(slot, range, (length, most, asked.descending));
                    bars.into_iter().map(|bar| (bar.bar.start, pieces::bar(&bar))).collect()
                })
            }
            "trades" => asked.page("trades", facts, |slot, range, most| {
                let place = self.place(slot);
                self.prints(slot, range, (most, asked.descending), |print| {
                    let trade = || pieces::trade(place, (print.last, print.traded), print.at);
                    print.is_trade().then(trade)
                })
            }),
            _ => asked.page("quotes", facts, |slot, range, most| {
                let place = self.place(slot);
                self.prints(slot, range, (most, asked.descending), |print| {
                    print.is_quote.then(|| pieces::quote(place, print))
                })
            }),
        })
    }

    /// At most `most` rows made of prints, in the wanted order.
    fn prints<T>(
        &self,
        slot: Slot,
        (from, to): Range,
        (most, descending): (usize, bool),
        row: impl Fn(&Print) -> Option<T>,
    ) -> Vec<(MarketTime, T)> {
        let mut found = Vec::new();
        if !descending {
            self.tape().play(slot, (from, to), |print| {
                found.extend(row(print).map(|row| (print.at, row)));
                found.len() < most
            });
            return found;
        }
        // Backwards an hour of trading at a time, each played forward.
        let mut session = self.tape().session_at(to);
        let mut end = to;
        while end >= from && found.len() < most {
            let hour = end.plus_ms(-3_600_000);
            let start = hour.max(session.open).max(from);
            let mut part = Vec::new();
            self.tape().play(slot, (start, end), |print| {
                part.extend(row(print).map(|row| (print.at, row)));
                true
            });
            found.extend(part.into_iter().rev());
            if start == session.open {
                session = self.earlier(&session);
                end = MarketTime::from_ns(session.close.ns() - 1);
            } else {
                end = MarketTime::from_ns(start.ns() - 1);
            }
        }
        found.truncate(most);
        found
    }

    fn earlier(&self, session: &Session) -> Session {
        let schedule = self.tape().schedule();
        self.tape().session_of(schedule.previous_day(session.day))
    }

    /// At most `most` bars, in the wanted order.
    fn bars(
        &self,
        slot: Slot,
        (from, to): Range,
        (length, most, descending): (Timeframe, usize, bool),
    ) -> Vec<Summed> {
        if self.tape().is_still(slot) {
            return Vec::new();
        }
        let schedule = self.tape().schedule();
        let first = self.tape().session_at(from);
        // The bar that `end` lies in is shown whole, as far as it has happened.
        let last = if length.is_daily() { self.now } else { to };
        let mut session = if descending { self.tape().session_at(last) } else { first };
        let mut found: Vec<Summed> = Vec::new();
        // One more than wanted, so that the last wanted one is whole.
        while found.len() <= most + 1 && session.open <= last && session.close > first.open {
            let mut bars = self.bars_of(slot, &session, length);
            if descending {
                bars.reverse();
            }
            for bar in bars {
                match found.last_mut().filter(|last| last.bar.start == bar.bar.start) {
                    Some(other) if descending => *other = bar.with(other),
                    Some(other) => *other = other.with(&bar),
                    None => found.push(bar),
                }
            }
            let step = if descending { Schedule::previous_day } else { Schedule::next_day };
            session = self.tape().session_of(step(schedule, session.day));
        }
        found.retain(|bar| from <= bar.bar.start && bar.bar.start <= to);
        found.truncate(most);
        found
    }

    /// A session's bars as of now, oldest first.
    fn bars_of(&self, slot: Slot, session: &Session, length: Timeframe) -> Vec<Summed> {
        let tape = self.tape();
        let pieces = if length.is_daily() {
            tape.day_bar(slot, session, self.now).into_iter().collect()
        } else {
            tape.minutes(slot, session, (session.open, self.now))
        };
        let mut bars: Vec<Summed> = Vec::new();
        for mut piece in pieces {
            piece.bar.start = length.start(piece.bar.start, session.day);
            match bars.last_mut().filter(|last| last.bar.start == piece.bar.start) {
                Some(last) => *last = last.with(&piece),
                None => bars.push(piece),
            }
        }
        bars
    }

    fn latest_trade(&self, slot: Slot) -> Option<Trade> {
        let trade = self.tape().trades(slot, self.now, 1).first().copied()?;
        Some(pieces::trade(self.place(slot), (trade.price, trade.size), trade.at))
    }
    fn latest_quote(&self, slot: Slot) -> Option<Quote> {
        let picture = self.tape().picture(slot, self.now);
        if picture.bid.is_zero() || picture.ask.is_zero() {
            return None;
        }
        let print = Print {
            at: picture.at,
            last: picture.last,
            traded: picture.last_size,
            bid: picture.bid,
            bid_size: picture.bid_size,
            ask: picture.ask,
            ask_size: picture.ask_size,
            is_quote: true,
        };
        Some(pieces::quote(self.place(slot), &print))
    }
    fn latest_bar(&self, slot: Slot) -> Option<Bar> {
        let session = self.tape().session_at(self.now);
        let until = self.now.min(MarketTime::from_ns(session.close.ns() - 1));
        let minute = until.ms_since(session.open) / 60_000;
        let from = session.open.plus_ms((minute - 1).max(0) * 60_000);
        let minutes = self.tape().minutes(slot, &session, (from, until));
        minutes.last().map(pieces::bar)
    }
    fn day_bar(&self, slot: Slot, session: &Session) -> Option<Bar> {
        let bar = self.tape().day_bar(slot, session, self.now)?;
        let start = Timeframe::Day.start(session.open, session.day);
        let mut whole = bar;
        whole.bar.start = start;
        Some(pieces::bar(&whole))
    }

    fn newest(&self, slot: Slot, kind: &str) -> Option<Box<serde_json::value::RawValue>> {
        match kind {
            "bars" => self.latest_bar(slot).map(|bar| raw(&bar)),
            "trades" => self.latest_trade(slot).map(|trade| raw(&trade)),
            _ => self.latest_quote(slot).map(|quote| raw(&quote)),
        }
    }
    fn latest_of_all(&self, kind: &str) -> Result<Answer, Refused> {
        self.no_recent_sip()?;
        let symbols = symbols(self.query)?;
        let newest = |symbol: String| {
            let found = self.newest(self.hall.facts.symbol(&symbol)?, kind)?;
            Some((symbol, found))
        };
        let found: BTreeMap<String, _> = symbols.into_iter().filter_map(newest).collect();
        Ok(Answer::json(&BTreeMap::from([(kind, found)])))
    }
    fn latest(&self, symbol: &str, kind: &str) -> Result<Answer, Refused> {
        self.no_recent_sip()?;
        check_symbol(symbol)?;
        let one = kind.trim_end_matches('s');
        let slot = self.hall.facts.symbol(symbol);
        let found = slot.and_then(|slot| self.newest(slot, kind));
        let found =
            found.ok_or_else(|| Refused::plain(404, format!("no {one} found for {symbol}")))?;
        Ok(Answer::json(&BTreeMap::from([("symbol", raw(symbol)), (one, found)])))
    }

    fn picture(&self, slot: Slot) -> Snapshot {
        let session = self.tape().session_at(self.now);
        Snapshot {
            latest_trade: self.latest_trade(slot),
            latest_quote: self.latest_quote(slot),
            minute_bar: self.latest_bar(slot),
            daily_bar: self.day_bar(slot, &session),
            prev_daily_bar: self.day_bar(slot, &self.earlier(&session)),
        }
    }
    fn snapshots(&self) -> Result<Answer, Refused> {
        self.no_recent_sip()?;
        let symbols = symbols(self.query)?;
        let found = symbols.into_iter().map(|symbol| {
            let slot = self.hall.facts.symbol(&symbol);
            (symbol, slot.map(|slot| self.picture(slot)))
        });
        Ok(Answer::json(&found.collect::<BTreeMap<_, _>>()))
    }
    fn snapshot(&self, symbol: &str) -> Result<Answer, Refused> {
        self.no_recent_sip()?;
        check_symbol(symbol)?;
        let slot = self.hall.facts.symbol(symbol);
        let slot =
            slot.ok_or_else(|| Refused::plain(404, format!("no snapshot found for {symbol}")))?;
        let picture = self.picture(slot);
        let snapshot = BTreeMap::from([
            ("latestTrade", raw(&picture.latest_trade)),
            ("latestQuote", raw(&picture.latest_quote)),
            ("minuteBar", raw(&picture.minute_bar)),
            ("dailyBar", raw(&picture.daily_bar)),
            ("prevDailyBar", raw(&picture.prev_daily_bar)),
            ("symbol", raw(symbol)),
        ]);
        Ok(Answer::json(&snapshot))
    }
}

fn exchanges() -> serde_json::Value {
    json!({
        "A": "NYSE American (AMEX)", "N": "New York Stock Exchange", "P": "NYSE Arca",
        "Q": "NASDAQ", "V": "IEX", "Z": "Cboe BZ",
    })
}

fn conditions(kind: &str) -> serde_json::Value {
    match kind {
        "trade" => json!({ "@": "Regular Sale" }),
        _ => json!({ "R": "Regular Two Sided Open" }),
    }
}
