//! Prices that were recorded: what was heard of each symbol, and where it stood at any moment.
//! Must never show a price between two prints, nor one before the first or after the last.

use std::collections::BTreeMap;

use crate::domain::hours::Schedule;
use crate::domain::numbers::{Price, Qty};
use crate::domain::quotes::Ticker;
use crate::domain::symbols::Symbol;
use crate::domain::time::MarketTime;
use crate::venue::simulator::listing::Listing;

use super::Slot;
use super::minute::Print;
use super::sessions::{Session, Sessions};
use super::summed::Summed;

/// After so many prints the picture is noted down: so far is the longest way to any moment.
const MARK_EVERY: usize = 256;

/// What was heard of one symbol.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    /// Its trades and quotes, in the order of time.
    pub prints: Vec<Print>,
    /// Its minutes, by where they begin, as the bars told of them.
    pub minutes: BTreeMap<MarketTime, Summed>,
}

impl Heard {
    /// What was heard, in whichever order: trades without a quote, quotes without a trade, and
    /// minutes. A trade leaves the quote as it was; a quote of the same moment is the one it left.
    pub fn new(mut parts: Vec<Print>, minutes: BTreeMap<MarketTime, Summed>) -> Self {
        parts.sort_by_key(|print| print.at);
        let first = parts.iter().find(|print| print.is_trade()).or(parts.first());
        let mut last = first.map_or(Price::ZERO, first_price);
        let mut prints: Vec<Print> = Vec::with_capacity(parts.len());
        for part in parts {
            let before = prints.last_mut();
            if !part.is_quote {
                last = part.last;
                let quote = before.map_or(part, |before| *before);
                prints.push(Print {
                    at: part.at,
                    last,
                    traded: part.traded,
                    is_quote: false,
                    ..quote
                });
            } else if let Some(trade) = before.filter(|one| one.at == part.at && !one.is_quote) {
                *trade = Print { last, traded: trade.traded, ..part };
            } else {
                prints.push(Print { last, ..part });
            }
        }
        Self { prints, minutes }
    }
}

/// The recorded prices of all listed symbols.
#[derive(Debug)]
pub(super) struct Recorded {
    /// When the market is open.
    pub sessions: Sessions,
    strips: Vec<Strip>,
    begin: MarketTime,
}

/// One symbol's.
#[derive(Debug)]
struct Strip {
    heard: Heard,
    /// Where it stood before each `MARK_EVERY`th print.
    marks: Vec<Mark>,
}

/// Where a symbol stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    /// What it shows.
    pub picture: Ticker,
    /// The session of its last print.
    pub session: Session,
    next_open: MarketTime,
}

impl Recorded {
    pub(super) fn new(schedule: Schedule, listings: &[Listing], heard: Vec<Heard>) -> Self {
        let sessions = Sessions::new(schedule);
        let firsts = heard.iter().filter_map(|heard| heard.prints.first()).map(|print| print.at);
        let begin = firsts.min().unwrap_or_default();
        let strips = listings.iter().zip(heard);
        let strips = strips.map(|(listing, heard)| {
            let first = heard.prints.first().map_or(listing.reference, first_price);
            let session = sessions.at(begin);
            let symbol = listing.asset.symbol;
            let mut mark = Mark {
                picture: silent(symbol, first, begin),
                session,
                next_open: sessions.after(&session).open,
            };
            let mut marks = vec![mark];
            for prints in heard.prints.chunks(MARK_EVERY) {
                for print in prints {
                    mark.take(&sessions, print);
                }
                marks.push(mark);
            }
            Strip { heard, marks }
        });
        Self { strips: strips.collect(), begin, sessions }
    }

    /// The first print of all.
    pub(super) fn begin(&self) -> MarketTime {
        self.begin
    }
    /// True where nothing was heard of a symbol.
    pub(super) fn is_still(&self, slot: Slot) -> bool {
        let Heard { prints, minutes } = &self.strip(slot).heard;
        prints.is_empty() && minutes.is_empty()
    }
    /// A symbol's prints, in the order of time.
    pub(super) fn prints(&self, slot: Slot) -> &[Print] {
        &self.strip(slot).heard.prints
    }
    /// A symbol's minutes as bars told of them.
    pub(super) fn minutes(&self, slot: Slot) -> &BTreeMap<MarketTime, Summed> {
        &self.strip(slot).heard.minutes
    }
    /// How many prints of a symbol there were up to and with `at`, and where it stands after them.
    pub(super) fn mark(&self, slot: Slot, at: MarketTime) -> (usize, Mark) {
        let Strip { heard, marks } = self.strip(slot);
        let next = heard.prints.partition_point(|print| print.at <= at);
        let mut mark = marks[next / MARK_EVERY];
        for print in &heard.prints[next / MARK_EVERY * MARK_EVERY..next] {
            mark.take(&self.sessions, print);
        }
        (next, mark)
    }

    fn strip(&self, slot: Slot) -> &Strip {
        &self.strips[usize::from(slot.0)]
    }
}

impl Mark {
    /// Takes in the next print. Only what is traded in a session counts into its day.
    pub(super) fn take(&mut self, sessions: &Sessions, print: &Print) {
        let picture = &mut self.picture;
        if self.next_open <= print.at {
            self.session = sessions.at(print.at);
            self.next_open = sessions.after(&self.session).open;
            picture.previous_close = picture.last;
            (picture.open, picture.high, picture.low) = (print.last, print.last, print.last);
            picture.volume = Qty::ZERO;
        }
        picture.at = print.at;
        picture.last = print.last;
        (picture.bid, picture.bid_size) = (print.bid, print.bid_size);
        (picture.ask, picture.ask_size) = (print.ask, print.ask_size);
        if !print.is_trade() {
            return;
        }
        picture.last_size = print.traded;
        let session = &self.session;
        if session.open <= print.at && print.at < session.close {
            if picture.volume.is_zero() {
                (picture.open, picture.high, picture.low) = (print.last, print.last, print.last);
            }
            picture.high = picture.high.max(print.last);
            picture.low = picture.low.min(print.last);
            picture.volume += print.traded;
        }
    }
}

/// The price that a symbol is taken to have had before its first print.
fn first_price(print: &Print) -> Price {
    let known = [print.last, print.bid, print.ask];
    known.into_iter().find(|price| !price.is_zero()).unwrap_or(print.last)
}

/// A symbol before anything was heard of it: nobody bids or offers.
fn silent(symbol: Symbol, last: Price, at: MarketTime) -> Ticker {
    let (zero, none) = (Price::ZERO, Qty::ZERO);
    Ticker {
        symbol,
        last,
        last_size: none,
        bid: zero,
        bid_size: none,
        ask: zero,
        ask_size: none,
        open: last,
        high: last,
        low: last,
        previous_close: last,
        volume: none,
        at,
        polled: false,
    }
}
