//! What the tape prints for a socket's symbols, message by message in the order of time.
//! Must never skip a print of a symbol that is subscribed to, nor show one twice.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::time::MarketTime;
use crate::venue::simulator::tape::cursor::Cursor;
use crate::venue::simulator::tape::minute::Print;
use crate::venue::simulator::tape::summed::Summed;
use crate::venue::simulator::tape::{Slot, Tape};

use super::facts::Facts;
use super::feed::{Channel, Feed, Subscription};
use super::figures::{bare_price, bare_quantity};
use super::frame::{Message, Value, text};
use super::pieces::{self, Place, REGULAR_QUOTE, REGULAR_TRADE};

const MINUTE_MS: i64 = 60_000;
/// A socket that is further behind begins anew: it is the present that it wants.
const BEHIND_MS_MAX: i64 = 30 * MINUTE_MS;
/// Bands lie so far from the last trade, in percent.
const BAND_PERCENT: (i64, i64) = (95, 105);

/// The place on the tape of each symbol that a socket wants.
pub(super) struct Reels {
    tape: Arc<Tape>,
    facts: Arc<Facts>,
    feed: Feed,
    cursors: BTreeMap<Slot, Cursor>,
    days: BTreeMap<Slot, Summed>,
    now: MarketTime,
    minute: MarketTime,
}

/// The minute that a moment lies in.
fn minute_of(at: MarketTime) -> MarketTime {
    let ns = MINUTE_MS * 1_000_000;
    MarketTime::from_ns(at.ns().div_euclid(ns) * ns)
}

impl Reels {
    pub(super) fn new(tape: Arc<Tape>, facts: Arc<Facts>, (feed, now): (Feed, MarketTime)) -> Self {
        let minute = minute_of(now);
        let (cursors, days) = (BTreeMap::new(), BTreeMap::new());
        Self { tape, facts, feed, cursors, days, now, minute }
    }

    /// Takes in what is wanted from `now` on.
    pub(super) fn follow(&mut self, wanted: &Subscription, now: MarketTime) {
        self.rest(now);
        for slot in self.tape.all() {
            if !wanted.wants_any(self.facts.asset(slot).symbol.as_str()) {
                self.cursors.remove(&slot);
                self.days.remove(&slot);
            } else if !self.cursors.contains_key(&slot) {
                let session = self.tape.session_at(self.now);
                let cursor = Cursor::new(&self.tape, slot, &session, self.now);
                self.cursors.insert(slot, cursor);
            }
        }
    }
    /// Comes to `now` without a word where it is far behind.
    fn rest(&mut self, now: MarketTime) {
        if now.ms_since(self.now) > BEHIND_MS_MAX || self.cursors.is_empty() {
            self.now = self.now.max(now);
            self.minute = minute_of(self.now);
            for cursor in self.cursors.values_mut() {
                cursor.jump(&self.tape, self.now);
            }
            self.days.clear();
        }
    }
    /// Nothing is to be said before this moment.
    pub(super) fn due(&self) -> MarketTime {
        let prints = self.cursors.values().map(Cursor::due).min();
        let minute = self.minute.plus_ms(MINUTE_MS);
        prints.map_or(minute, |prints| prints.min(minute))
    }

    /// What is to be said up to `now`.
    pub(super) fn turn(&mut self, wanted: &Subscription, now: MarketTime) -> Vec<Message> {
        self.rest(now);
        let mut said: Vec<(MarketTime, Slot, Message)> = Vec::new();
        for (slot, cursor) in &mut self.cursors {
            let asset = self.facts.asset(*slot);
            let symbol = asset.symbol.as_str();
            let place = Place::of(&asset.exchange, self.feed.as_str());
            let trades = wanted.wants(Channel::Trades, symbol);
            let quotes = wanted.wants(Channel::Quotes, symbol);
            cursor.step(&self.tape, now, |print| {
                if trades && print.is_trade() {
                    said.push((print.at, *slot, trade(symbol, place, print)));
                }
                if quotes && print.is_quote {
                    said.push((print.at, *slot, quote(symbol, place, print)));
                }
            });
        }
        while self.minute.plus_ms(MINUTE_MS) <= now {
            let start = self.minute;
            self.minute = start.plus_ms(MINUTE_MS);
            for slot in self.cursors.keys().copied().collect::<Vec<_>>() {
                self.end_minute((slot, start), wanted, &mut said);
            }
        }
        self.now = self.now.max(now);
        said.sort_by_key(|(at, slot, _)| (*at, *slot));
        said.into_iter().map(|(_, _, message)| message).collect()
    }

    /// A minute of a symbol is over: its bar, the day's bar so far, the bands.
    fn end_minute(
        &mut self,
        (slot, start): (Slot, MarketTime),
        wanted: &Subscription,
        said: &mut Vec<(MarketTime, Slot, Message)>,
    ) {
        let asset = self.facts.asset(slot);
        let symbol = asset.symbol.as_str();
        let wants = |channel| wanted.wants(channel, symbol);
        let (bars, days) = (wants(Channel::Bars), wants(Channel::DailyBars));
        let bands = wants(Channel::Lulds);
        if !bars && !days && !bands {
            return;
        }
        let end = start.plus_ms(MINUTE_MS);
        let session = self.tape.session_at(start);
        let last = MarketTime::from_ns(end.ns() - 1);
        let minutes = self.tape.minutes(slot, &session, (start, last));
        let Some(minute) = minutes.last() else { return };
        if bars {
            said.push((end, slot, bar("b", symbol, minute)));
        }
        if days {
            let held = self.days.get(&slot).filter(|day| day.bar.start == session.open);
            let whole = held.map(|day| day.with(minute));
            let whole = whole.or_else(|| self.tape.day_bar(slot, &session, last));
            if let Some(whole) = whole {
                self.days.insert(slot, whole);
                let mut shown = whole;
                let length = super::timeframe::Timeframe::Day;
                shown.bar.start = length.start(session.open, session.day);
                said.push((end, slot, bar("d", symbol, &shown)));
            }
        }
        if bands {
            let place = Place::of(&asset.exchange, self.feed.as_str());
            said.push((end, slot, luld((symbol, end), place, minute)));
        }
    }
}

fn trade(symbol: &str, place: Place, print: &Print) -> Message {
    vec![
        ("T", text("t")),
        ("S", text(symbol)),
        ("i", Value::Count(pieces::trade_id(print.at))),
        ("x", text(place.exchange)),
        ("p", Value::Number(bare_price(print.last))),
        ("s", Value::Count(shares(print.traded))),
        ("c", Value::Texts(vec![REGULAR_TRADE.to_owned()])),
        ("t", Value::Time(print.at)),
        ("z", text(place.tape)),
    ]
}

fn quote(symbol: &str, place: Place, print: &Print) -> Message {
    vec![
        ("T", text("q")),
        ("S", text(symbol)),
        ("bx", text(place.exchange)),
        ("bp", Value::Number(bare_price(print.bid))),
        ("bs", Value::Count(shares(print.bid_size))),
        ("ax", text(place.exchange)),
        ("ap", Value::Number(bare_price(print.ask))),
        ("as", Value::Count(shares(print.ask_size))),
        ("c", Value::Texts(vec![REGULAR_QUOTE.to_owned()])),
        ("t", Value::Time(print.at)),
        ("z", text(place.tape)),
    ]
}

fn bar(kind: &str, symbol: &str, summed: &Summed) -> Message {
    let Summed { bar, trades, .. } = summed;
    vec![
        ("T", text(kind)),
        ("S", text(symbol)),
        ("o", Value::Number(bare_price(bar.open))),
        ("h", Value::Number(bare_price(bar.high))),
        ("l", Value::Number(bare_price(bar.low))),
        ("c", Value::Number(bare_price(bar.close))),
        ("v", Value::Count(shares(bar.volume))),
        ("t", Value::Time(bar.start)),
        ("n", Value::Count(*trades)),
        ("vw", Value::Number(bare_price(summed.average()))),
    ]
}

fn luld((symbol, at): (&str, MarketTime), place: Place, minute: &Summed) -> Message {
    let (low, high) = BAND_PERCENT;
    let on_grid = |percent: i64| {
        let price = minute.bar.close.percent(percent);
        let tick = price.tick().units();
        bare_price(crate::domain::numbers::Price::from_units(price.units() / tick * tick))
    };
    vec![
        ("T", text("l")),
        ("S", text(symbol)),
        ("u", Value::Number(on_grid(high))),
        ("d", Value::Number(on_grid(low))),
        ("i", text("B")),
        ("t", Value::Time(at)),
        ("z", text(place.tape)),
    ]
}

/// Whole shares; the tape prints no others.
fn shares(quantity: crate::domain::numbers::Qty) -> u64 {
    bare_quantity(quantity).as_str().parse().unwrap_or(0)
}
