//! The picture of each symbol, put together from snapshots, trades, quotes and the day's bar.
//! Must never show a price that nobody told: before its first snapshot a symbol has no picture.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::super::wire::data::{Bar, Snapshot};
use super::super::wire::digits::Number;
use super::super::wire::feed::{Correction, Item};
use super::super::wire::ticks::{QuoteTick, Tick, TradeTick};
use super::super::wire::times::Stamp;
use crate::domain::numbers::{Price, Qty};
use crate::domain::quotes::Ticker;
use crate::domain::symbols::Symbol;
use crate::domain::time::MarketTime;

/// What is known of one symbol.
#[derive(Clone, Debug)]
struct Known {
    ticker: Ticker,
    /// Day of the figures of the day, and when it begins and ends.
    day: Date,
    span: (MarketTime, MarketTime),
    last_id: Option<u64>,
    traded: MarketTime,
    quoted: MarketTime,
    halted: bool,
    /// True where it changed since the changes were last taken.
    is_new: bool,
}

/// All pictures.
#[derive(Debug, Default)]
pub struct Pictures {
    known: BTreeMap<Symbol, Known>,
    /// What a message changed since the changes were last taken.
    changed: Vec<Symbol>,
}

fn moment(stamp: Stamp) -> MarketTime {
    MarketTime::from_timestamp(stamp.0)
}

fn price(number: &Number) -> Option<Price> {
    number.price().ok().filter(|price| *price > Price::ZERO)
}

/// A trade's id as a number, which is what Alpaca gives.
fn trade_id(id: &Number) -> Option<u64> {
    id.as_str().parse().ok()
}

/// When a day of New York begins and ends.
fn span_of(day: Date) -> (MarketTime, MarketTime) {
    let midnight = |day: Date| MarketTime::from_new_york(day.at(0, 0, 0, 0));
    (midnight(day), midnight(day.saturating_add(jiff::Span::new().days(1))))
}

impl Pictures {
    /// The picture of a symbol.
    pub fn get(&self, symbol: Symbol) -> Option<Ticker> {
        self.known.get(&symbol).map(|known| known.ticker)
    }
    /// True while the symbol is halted, as far as the stream told.
    pub fn is_halted(&self, symbol: Symbol) -> bool {
        self.known.get(&symbol).is_some_and(|known| known.halted)
    }

    /// Takes in a snapshot; the picture after it, where there is one. It was so at `seen`, where
    /// that is later than its last trade and quote: nothing has happened since.
    pub fn snapshot(
        &mut self,
        symbol: Symbol,
        shot: &Snapshot,
        polled: bool,
        seen: Option<MarketTime>,
    ) -> Option<Ticker> {
        let had = self.known.remove(&symbol);
        let known = Known::of(symbol, shot, polled)?;
        let known = match had {
            // What the stream told meanwhile is newer than the snapshot.
            Some(had) if had.traded > known.traded || had.quoted > known.quoted => {
                had.merged(&known)
            }
            Some(had) => Known { halted: had.halted, is_new: had.is_new, ..known },
            None => known,
        };
        let mut known = known;
        known.ticker.at = known.ticker.at.max(seen.unwrap_or_default());
        let ticker = known.ticker;
        self.known.insert(symbol, known);
        Some(ticker)
    }

    /// Takes in a trade or a quote.
    pub fn tick(&mut self, tick: &Tick) {
        let symbol = match tick {
            Tick::Trade(trade) => trade.symbol,
            Tick::Quote(quote) => quote.symbol,
        };
        let Some(known) = self.known.get_mut(&symbol) else { return };
        let changed = match tick {
            Tick::Trade(trade) => known.trade(trade),
            Tick::Quote(quote) => known.quote(quote),
        };
        if changed.is_some() && known.note_change() {
            self.changed.push(symbol);
        }
    }

    /// Takes in a message of the stream. A trade that was none makes the picture old: the next
    /// poll asks for what takes its place.
    pub fn apply(&mut self, item: &Item) {
        if let Some(tick) = Tick::of(item) {
            return self.tick(&tick);
        }
        let (Item::DailyBar(name, _)
        | Item::Status(name, _)
        | Item::Correction(name, _)
        | Item::CancelError(name, _)) = item
        else {
            return;
        };
        let Ok(symbol) = Symbol::parse(name) else { return };
        let Some(known) = self.known.get_mut(&symbol) else { return };
        let changed = match item {
            Item::DailyBar(_, bar) => known.day_bar(bar),
            Item::Correction(_, correction) => known.correct(correction),
            Item::CancelError(_, canceled)
                if known.last_id.is_some() && known.last_id == trade_id(&canceled.i) =>
            {
                known.last_id = None;
                (known.traded, known.quoted) = (MarketTime::default(), MarketTime::default());
                known.ticker.at = MarketTime::default();
                None
            }
            Item::Status(_, status) => {
                known.halted = matches!(status.sc.as_str(), "2" | "H" | "P" | "F");
                None
            }
            _ => None,
        };
        if changed.is_some() && known.note_change() {
            self.changed.push(symbol);
        }
    }

    /// The pictures that messages changed since this was last asked.
    pub fn take_changed(&mut self) -> Vec<Ticker> {
        let known = &mut self.known;
        let pictures = self.changed.drain(..).filter_map(|symbol| {
            let known = known.get_mut(&symbol)?;
            known.is_new = false;
            Some(known.ticker)
        });
        pictures.collect()
    }
}

impl Known {
    /// Notes a change that a message made; true where it is the first since they were taken.
    const fn note_change(&mut self) -> bool {
        self.ticker.polled = false;
        !std::mem::replace(&mut self.is_new, true)
    }

    /// The day of a moment.
    fn day_of(&self, at: MarketTime) -> Date {
        let is_same = self.span.0 <= at && at < self.span.1;
        if is_same { self.day } else { at.date() }
    }

    fn of(symbol: Symbol, shot: &Snapshot, polled: bool) -> Option<Self> {
        let trade = shot.latest_trade.as_ref();
        let bar = shot.daily_bar.as_ref();
        let last = trade.and_then(|trade| price(&trade.p)).or(bar.and_then(|bar| price(&bar.c)))?;
        let traded = trade.map(|trade| moment(trade.t));
        let at = traded.or(bar.map(|bar| moment(bar.t)))?;
        let mut known = Self {
            ticker: Ticker {
                symbol,
                last,
                last_size: trade.and_then(|trade| trade.s.quantity().ok()).unwrap_or_default(),
                bid: Price::ZERO,
                bid_size: Qty::ZERO,
                ask: Price::ZERO,
                ask_size: Qty::ZERO,
                open: last,
                high: last,
                low: last,
                previous_close: last,
                volume: Qty::ZERO,
                at,
                polled,
            },
            day: at.date(),
            span: span_of(at.date()),
            last_id: trade.and_then(|trade| trade_id(trade.i.as_ref()?)),
            traded: at,
            quoted: MarketTime::default(),
            halted: false,
            is_new: false,
        };
        if let Some(bar) = bar {
            // Before the first trade of a day the newest bar is that of the day before.
            if moment(bar.t).date() == known.day {
                known.day_bar(bar);
                let before = shot.prev_daily_bar.as_ref().and_then(|bar| price(&bar.c));
                known.ticker.previous_close = before.unwrap_or(known.ticker.open);
            } else {
                known.ticker.previous_close = price(&bar.c).unwrap_or(last);
            }
        }
        if let Some(quote) = &shot.latest_quote {
            QuoteTick::of(symbol, quote).and_then(|quote| known.quote(&quote));
        }
        Some(known)
    }

    /// This, newer, with what only the snapshot tells.
    fn merged(self, shot: &Self) -> Self {
        let fresh = self.ticker;
        let (trade, quote) = (self.traded > shot.traded, self.quoted > shot.quoted);
        let mut ticker = shot.ticker;
        if trade {
            (ticker.last, ticker.last_size) = (fresh.last, fresh.last_size);
            ticker.high = ticker.high.max(fresh.last);
            ticker.low = ticker.low.min(fresh.last);
        }
        if quote {
            (ticker.bid, ticker.bid_size) = (fresh.bid, fresh.bid_size);
            (ticker.ask, ticker.ask_size) = (fresh.ask, fresh.ask_size);
        }
        ticker.at = fresh.at.max(ticker.at);
        ticker.polled = fresh.polled;
        Self {
            ticker,
            day: shot.day,
            span: shot.span,
            last_id: if trade { self.last_id } else { shot.last_id },
            traded: self.traded.max(shot.traded),
            quoted: self.quoted.max(shot.quoted),
            halted: self.halted,
            is_new: self.is_new,
        }
    }

    fn trade(&mut self, trade: &TradeTick) -> Option<()> {
        let TradeTick { price: last, size, at, .. } = *trade;
        if last <= Price::ZERO {
            return None;
        }
        let day = self.day_of(at);
        if day > self.day {
            let ticker = &mut self.ticker;
            ticker.previous_close = ticker.last;
            (ticker.open, ticker.high, ticker.low) = (last, last, last);
            ticker.volume = Qty::ZERO;
            (self.day, self.span) = (day, span_of(day));
        }
        if day == self.day {
            self.ticker.volume = self.ticker.volume.checked_add(size)?;
        }
        if trade.tells_last && at >= self.traded {
            let ticker = &mut self.ticker;
            (ticker.last, ticker.last_size) = (last, size);
            (ticker.high, ticker.low) = (ticker.high.max(last), ticker.low.min(last));
            ticker.at = ticker.at.max(at);
            self.traded = at;
            self.last_id = trade.id;
        }
        Some(())
    }

    fn quote(&mut self, quote: &QuoteTick) -> Option<()> {
        let QuoteTick { bid, ask, at, .. } = *quote;
        if at < self.quoted {
            return None;
        }
        self.quoted = at;
        let ticker = &mut self.ticker;
        (ticker.bid, ticker.bid_size) = bid;
        (ticker.ask, ticker.ask_size) = ask;
        ticker.at = ticker.at.max(at);
        Some(())
    }

    fn day_bar(&mut self, bar: &Bar) -> Option<()> {
        if moment(bar.t).date() < self.day {
            return None;
        }
        let ticker = &mut self.ticker;
        ticker.open = price(&bar.o)?;
        ticker.high = price(&bar.h)?;
        ticker.low = price(&bar.l)?;
        ticker.volume = bar.v.quantity().ok()?;
        Some(())
    }

    fn correct(&mut self, correction: &Correction) -> Option<()> {
        if self.last_id.is_none() || self.last_id != trade_id(&correction.oi) {
            return None;
        }
        self.ticker.last = price(&correction.cp)?;
        self.ticker.last_size = correction.cs.quantity().ok()?;
        self.last_id = trade_id(&correction.ci);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::Pictures;
    use crate::domain::numbers::Price;
    use crate::domain::quotes::Ticker;
    use crate::domain::symbols::Symbol;
    use crate::domain::time::MarketTime;
    use crate::venue::alpaca::wire::data::Snapshot;
    use crate::venue::alpaca::wire::feed::Item;

    fn aapl() -> Symbol {
        Symbol::parse("AAPL").expect("plain")
    }
    fn money(text: &str) -> Price {
        Price::parse(text).expect("a price")
    }
    fn shot(day: &str, trade: &str) -> Snapshot {
        let text = format!(
            "{{\"latestTrade\":{{\"t\":\"{trade}\",\"p\":10.50,\"s\":5,\"i\":7}},\
             \"latestQuote\":{{\"t\":\"{trade}\",\"bp\":10.4,\"bs\":100,\"ap\":0,\"as\":0}},\
             \"dailyBar\":{{\"t\":\"{day}T05:00:00Z\",\"o\":10,\"h\":11,\"l\":9,\"c\":10.25,\
             \"v\":900}},\"prevDailyBar\":{{\"t\":\"2026-11-18T05:00:00Z\",\"o\":8,\"h\":8,\
             \"l\":8,\"c\":8.75,\"v\":1}}}}"
        );
        serde_json::from_str(&text).expect("a snapshot")
    }
    fn pictures() -> Pictures {
        let mut pictures = Pictures::default();
        pictures.snapshot(aapl(), &shot("2026-11-19", "2026-11-19T15:00:00Z"), false, None);
        pictures
    }
    /// Takes a message in; the new picture where it changed.
    fn applied(pictures: &mut Pictures, item: &Item) -> Option<Ticker> {
        pictures.take_changed();
        pictures.apply(item);
        pictures.take_changed().pop()
    }
    fn trade(at: &str, price: &str, conditions: &str) -> Item {
        let text = format!(
            "{{\"T\":\"t\",\"S\":\"AAPL\",\"i\":8,\"p\":{price},\"s\":10,\"c\":[{conditions}],\
             \"t\":\"2026-11-{at}Z\"}}"
        );
        Item::read(&text).expect("a trade")
    }

    #[test]
    fn a_snapshot_is_a_whole_picture() {
        let ticker = pictures().get(aapl()).expect("known");
        assert_eq!(
            (ticker.last, ticker.bid, ticker.ask),
            (money("10.5"), money("10.4"), Price::ZERO)
        );
        assert_eq!((ticker.open, ticker.high, ticker.low), (money("10"), money("11"), money("9")));
        assert_eq!(ticker.previous_close, money("8.75"));
        assert!(!ticker.polled);
    }

    #[test]
    fn before_the_first_bar_of_a_day_the_newest_bar_is_yesterdays() {
        let mut pictures = Pictures::default();
        let early = shot("2026-11-19", "2026-11-20T12:00:00Z");
        let ticker = pictures.snapshot(aapl(), &early, true, None).expect("a picture");
        assert_eq!(ticker.previous_close, money("10.25"));
        assert_eq!((ticker.open, ticker.volume.is_zero()), (money("10.5"), true));
        assert!(ticker.polled);
        assert!(pictures.snapshot(aapl(), &Snapshot::default(), true, None).is_none());
    }

    #[test]
    fn trades_move_the_last_price_and_those_that_do_not_tell_it_do_not() {
        let mut pictures = pictures();
        let ticker = applied(&mut pictures, &trade("19T15:00:01", "11.50", "\"@\"")).expect("told");
        assert_eq!((ticker.last, ticker.high), (money("11.5"), money("11.5")));
        assert_eq!(ticker.volume.plain(), "910");
        for (at, conditions) in [("19T15:00:02", "\"I\""), ("19T14:00:00", "\"@\"")] {
            pictures.apply(&trade(at, "99", conditions));
            assert_eq!(pictures.get(aapl()).expect("known").last, money("11.5"), "{at}");
        }
        let ticker = applied(&mut pictures, &trade("20T14:31:00", "12", "\"@\"")).expect("told");
        assert_eq!((ticker.previous_close, ticker.open), (money("11.5"), money("12")));
        let stranger = "{\"T\":\"t\",\"S\":\"ZZZ\",\"p\":1,\"s\":1,\"t\":\"2026-11-20T15:00:00Z\"}";
        let stranger = Item::read(stranger).expect("a trade");
        assert!(applied(&mut pictures, &stranger).is_none());
    }

    #[test]
    fn a_trade_that_was_not_so_is_corrected_or_asked_for_anew() {
        let mut pictures = pictures();
        let words = |text: &str| Item::read(text).expect("read");
        let corrected = words(
            "{\"T\":\"c\",\"S\":\"AAPL\",\"x\":\"V\",\"oi\":7,\"op\":10.5,\"os\":5,\"ci\":9,\
             \"cp\":10.45,\"cs\":5,\"t\":\"2026-11-19T15:01:00Z\"}",
        );
        let ticker = applied(&mut pictures, &corrected).expect("told");
        assert_eq!(ticker.last, money("10.45"));
        assert!(applied(&mut pictures, &corrected).is_none(), "another trade by now");
        let none = words(
            "{\"T\":\"x\",\"S\":\"AAPL\",\"i\":9,\"x\":\"V\",\"p\":10.45,\"s\":5,\"a\":\"C\",\
             \"t\":\"2026-11-19T15:02:00Z\"}",
        );
        assert_eq!(applied(&mut pictures, &none), None);
        let at = pictures.get(aapl()).expect("known").at;
        assert_eq!(at, MarketTime::default(), "old enough to be asked for");
        let halt = |code: &str| {
            words(&format!(
                "{{\"T\":\"s\",\"S\":\"AAPL\",\"sc\":\"{code}\",\"t\":\"2026-11-19T15:00:00Z\"}}"
            ))
        };
        pictures.apply(&halt("H"));
        assert!(pictures.is_halted(aapl()));
        pictures.apply(&halt("T"));
        assert!(!pictures.is_halted(aapl()));
    }

    #[test]
    fn a_late_snapshot_does_not_take_back_what_the_stream_told() {
        let mut pictures = pictures();
        pictures.apply(&trade("19T15:00:05", "11.50", "\"@\""));
        let late = shot("2026-11-19", "2026-11-19T15:00:03Z");
        let ticker = pictures.snapshot(aapl(), &late, true, None).expect("a picture");
        assert_eq!((ticker.last, ticker.bid), (money("11.5"), money("10.4")));
    }
}
