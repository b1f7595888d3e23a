//! Reads recorded market data: Alpaca's own stream messages, one line of JSON after another.
//! Must never guess at a line it cannot read: it says which one it is, and what is wrong with it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::bounds::{RECORDING_DISORDER_MS_MAX, RECORDING_LINE_BYTES_MAX, RECORDING_PRINTS_MAX};
use crate::desk::refusal::Fault;
use crate::domain::numbers::{NumberError, Price, Qty};
use crate::domain::quotes::Bar;
use crate::domain::symbols::Symbol;
use crate::domain::time::MarketTime;
use crate::venue::alpaca::wire::data;
use crate::venue::alpaca::wire::digits::Number;
use crate::venue::alpaca::wire::times::Stamp;
use crate::venue::simulator::listing::Listing;
use crate::venue::simulator::tape::minute::Print;
use crate::venue::simulator::tape::recorded::Heard;
use crate::venue::simulator::tape::summed::Summed;

const MINUTE_MS: i64 = 60_000;
/// The first second of 2000 and that of 2100: what lies outside is no recording.
const CENTURY: std::ops::Range<i64> = 946_684_800..4_102_444_800;

/// What a recording holds of each listed symbol, in the order of the listings.
pub(super) fn read(path: &Path, listings: &[Listing]) -> Result<Vec<Heard>, Fault> {
    let name = path.display();
    let unread = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => Fault::new(format!(
            "{name} is not there: name a file that `desk market --record` has written"
        )),
        _ => Fault::new(format!("{name} cannot be read: {error}")),
    };
    let mut file = BufReader::new(File::open(path).map_err(unread)?);
    let mut reading = Reading::new(listings);
    let (mut line, mut number) = (Vec::new(), 0_u64);
    loop {
        line.clear();
        let most = RECORDING_LINE_BYTES_MAX as u64 + 1;
        if file.by_ref().take(most).read_until(b'\n', &mut line).map_err(unread)? == 0 {
            break;
        }
        number += 1;
        reading.line(&line).map_err(|what| {
            Fault::new(format!("{name}, line {number}: {what}; mend the line or take it out"))
        })?;
    }
    if reading.count == 0 {
        let what = if number == 0 { "is empty" } else { "tells of no trade and of no quote" };
        return Err(Fault::new(format!(
            "{name} {what}: a recording has a line of JSON for each trade, quote and minute bar, \
             as Alpaca's data stream writes them"
        )));
    }
    Ok(reading.heard.into_iter().map(Part::whole).collect())
}

/// What was read of one symbol.
#[derive(Default)]
struct Part {
    prints: Vec<Print>,
    minutes: BTreeMap<MarketTime, Summed>,
    /// Shares of all trades, and of all bars.
    traded: [Qty; 2],
}

impl Part {
    fn whole(self) -> Heard {
        Heard::new(self.prints, self.minutes)
    }
    /// Counts shares, as far as they can be counted.
    fn count(&mut self, kind: usize, shares: Qty) -> Result<(), String> {
        let sum = self.traded[kind].checked_add(shares);
        self.traded[kind] = sum.ok_or("that is more shares than can be counted")?;
        Ok(())
    }
}

/// A recording as far as it was read.
struct Reading {
    places: BTreeMap<Symbol, usize>,
    heard: Vec<Part>,
    count: usize,
    newest: Option<MarketTime>,
}

/// What every message says of itself.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(rename = "T", borrow)]
    kind: Cow<'a, str>,
    #[serde(rename = "S", borrow, default)]
    symbol: Cow<'a, str>,
}

impl Reading {
    fn new(listings: &[Listing]) -> Self {
        let places = listings.iter().map(|listing| listing.asset.symbol).zip(0..).collect();
        let heard = listings.iter().map(|_| Part::default()).collect();
        Self { places, heard, count: 0, newest: None }
    }

    /// A line: one message, or a list of them as a frame holds them.
    fn line(&mut self, line: &[u8]) -> Result<(), String> {
        if line.len() > RECORDING_LINE_BYTES_MAX {
            return Err(format!("it is longer than {RECORDING_LINE_BYTES_MAX} bytes"));
        }
        let text = str::from_utf8(line).map_err(|_| "it is no text")?.trim();
        if text.is_empty() {
            return Ok(());
        }
        let unread = |error: serde_json::Error| {
            if error.is_eof() {
                "its JSON breaks off".to_owned()
            } else {
                format!("it is no JSON from column {} on", error.column())
            }
        };
        if text.starts_with('[') {
            let messages: Vec<&RawValue> = serde_json::from_str(text).map_err(unread)?;
            return messages.into_iter().try_for_each(|message| self.message(message));
        }
        let message: &RawValue = serde_json::from_str(text).map_err(unread)?;
        self.message(message)
    }

    fn message(&mut self, message: &RawValue) -> Result<(), String> {
        let text = message.get();
        let head: Head<'_> = serde_json::from_str(text)
            .map_err(|_| "it is no message of Alpaca's data stream, which has a member `T`")?;
        if !matches!(head.kind.as_ref(), "t" | "q" | "b") {
            // Greetings, subscriptions, bars of a day, halts: a stream that was written down whole
            // has them, and they are not prices.
            return Ok(());
        }
        let symbol = Symbol::parse(&head.symbol).ok();
        let place = symbol.and_then(|symbol| self.places.get(&symbol).copied());
        let place = place
            .ok_or_else(|| format!("`{}` is not listed on the embedded market", head.symbol))?;
        match head.kind.as_ref() {
            "t" => self.trade(place, &decoded("trade", text)?),
            "q" => self.quote(place, &decoded("quote", text)?),
            _ => self.bar(place, &decoded("bar", text)?),
        }
    }

    fn trade(&mut self, place: usize, trade: &data::Trade) -> Result<(), String> {
        let traded = size("s", &trade.s)?;
        if traded.is_zero() {
            return Err("a trade of no share".to_owned());
        }
        self.heard[place].count(0, traded)?;
        let print = Print {
            at: self.time(trade.t, 0)?,
            last: above_zero("p", &trade.p)?,
            traded,
            bid: Price::ZERO,
            bid_size: Qty::ZERO,
            ask: Price::ZERO,
            ask_size: Qty::ZERO,
            is_quote: false,
        };
        self.print(place, print)
    }

    fn quote(&mut self, place: usize, quote: &data::Quote) -> Result<(), String> {
        let print = Print {
            at: self.time(quote.t, 0)?,
            last: Price::ZERO,
            traded: Qty::ZERO,
            bid: price("bp", &quote.bp)?,
            bid_size: size("bs", &quote.bs)?,
            ask: price("ap", &quote.ap)?,
            ask_size: size("as", &quote.ask_size)?,
            is_quote: true,
        };
        self.print(place, print)
    }

    fn print(&mut self, place: usize, print: Print) -> Result<(), String> {
        if self.count == RECORDING_PRINTS_MAX {
            return Err(format!(
                "it comes after {RECORDING_PRINTS_MAX} trades and quotes, which is the most that \
                 can be replayed at once"
            ));
        }
        self.count += 1;
        self.heard[place].prints.push(print);
        Ok(())
    }

    fn bar(&mut self, place: usize, bar: &data::Bar) -> Result<(), String> {
        let start = self.time(bar.t, MINUTE_MS)?;
        if start.ns() % (MINUTE_MS * 1_000_000) != 0 {
            return Err("a minute bar that does not begin with a minute".to_owned());
        }
        let volume = size("v", &bar.v)?;
        self.heard[place].count(1, volume)?;
        let close = above_zero("c", &bar.c)?;
        let average = bar.vw.as_ref().map_or(Ok(close), |average| above_zero("vw", average))?;
        let trades = bar.n.as_ref().map_or(Ok(0), |count| {
            count.as_str().parse().map_err(|_| "its `n` is no number of trades")
        })?;
        let whole = Bar {
            start,
            open: above_zero("o", &bar.o)?,
            high: above_zero("h", &bar.h)?,
            low: above_zero("l", &bar.l)?,
            close,
            volume,
        };
        let summed = Summed { bar: whole, trades, value: volume * average };
        self.heard[place].minutes.insert(start, summed);
        Ok(())
    }

    /// A message's time. Streams of several exchanges are a little out of order; a line that is
    /// much older than one before it means that the file was put together wrongly.
    fn time(&mut self, stamp: Stamp, delay_ms: i64) -> Result<MarketTime, String> {
        if !CENTURY.contains(&stamp.0.as_second()) {
            return Err(format!("its time {} is not of this century", stamp.0));
        }
        let at = MarketTime::from_timestamp(stamp.0);
        let told = at.plus_ms(delay_ms);
        let newest = self.newest.map_or(told, |newest| newest.max(told));
        let late_ms = newest.ms_since(told);
        if late_ms > RECORDING_DISORDER_MS_MAX {
            return Err(format!(
                "it is {} seconds older than a line before it: a recording goes forward in time",
                late_ms / 1_000
            ));
        }
        self.newest = Some(newest);
        Ok(at)
    }
}

fn decoded<'a, T: Deserialize<'a>>(what: &str, text: &'a str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| {
        // serde ends with a place in the line, which is that of the message alone.
        let error = error.to_string();
        let reason = error.split(" at line ").next().unwrap_or_default();
        format!("a {what} that cannot be read: {reason}")
    })
}

fn price(name: &str, number: &Number) -> Result<Price, String> {
    number.price().map_err(|error| wrong(name, number, error))
}

fn above_zero(name: &str, number: &Number) -> Result<Price, String> {
    match price(name, number)? {
        Price::ZERO => Err(format!("its `{name}` is no price above zero")),
        price => Ok(price),
    }
}

fn size(name: &str, number: &Number) -> Result<Qty, String> {
    Qty::parse(number.as_str()).map_err(|error| wrong(name, number, error))
}

fn wrong(name: &str, number: &Number, error: NumberError) -> String {
    format!("its `{name}` cannot be {}: {error}", number.as_str())
}
