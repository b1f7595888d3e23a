//! The tape: trades, quotes and bars of every symbol at any moment, drawn by a seed or recorded.
//! Must never keep how far somebody has read: any moment, past or to come, can be asked for.
//!
//! Drawn prices, from the top down: a season of days (days.rs) gives each day's first and last
//! price; a day is a tree of stretches (tree.rs) down to its minutes; a minute is a row of prints
//! (minute.rs). Each level is cut out of the one above, so a day's bar is made of its minutes, and
//! those of their trades, without anything being played from the start. Floats appear here alone,
//! in the operations that IEEE 754 fixes to the last bit and in libm's own functions; prices leave
//! as whole steps of their grid.
//!
//! Recorded prices (recorded.rs) are the prints as somebody heard them, and nothing between.

mod bars;
pub mod chance;
pub mod cursor;
mod days;
mod drawn;
mod grid;
pub mod minute;
mod needle;
mod pen;
mod profile;
pub mod recorded;
mod reels;
pub mod sessions;
pub mod summed;
#[cfg(test)]
mod tests;
mod tree;

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::domain::hours::Schedule;
use crate::domain::numbers::Price;
use crate::domain::quotes::{Ticker, Trade};
use crate::domain::symbols::Symbol;
use crate::domain::time::MarketTime;

use super::listing::Listing;
use cursor::Cursor;
use drawn::Drawn;
use recorded::{Heard, Recorded};
use sessions::{Session, Sessions};

/// A listed symbol's place on the tape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot(pub u16);

/// The tape of all listed symbols.
#[derive(Debug)]
pub struct Tape {
    symbols: Vec<Symbol>,
    slots: BTreeMap<Symbol, Slot>,
    source: Source,
}

/// Where its prices come from.
#[derive(Debug)]
enum Source {
    Drawn(Drawn),
    Recorded(Recorded),
}

impl Tape {
    /// The tape of a seed.
    pub fn new(seed: u64, schedule: Schedule, listings: &[Listing]) -> Self {
        Self::of(listings, Source::Drawn(Drawn::new(seed, schedule, listings)))
    }
    /// The tape of what was heard of each listed symbol, in the order of the listings.
    pub fn recorded(schedule: Schedule, listings: &[Listing], heard: Vec<Heard>) -> Self {
        Self::of(listings, Source::Recorded(Recorded::new(schedule, listings, heard)))
    }
    fn of(listings: &[Listing], source: Source) -> Self {
        let symbols: Vec<Symbol> = listings.iter().map(|listing| listing.asset.symbol).collect();
        let slots = symbols.iter().copied().zip((0..).map(Slot)).collect();
        Self { symbols, slots, source }
    }

    /// The market's hours.
    pub fn schedule(&self) -> Schedule {
        self.sessions().schedule
    }
    /// The place of a symbol.
    pub fn slot(&self, symbol: Symbol) -> Option<Slot> {
        self.slots.get(&symbol).copied()
    }
    /// The symbol at a place.
    pub fn symbol(&self, slot: Slot) -> Symbol {
        self.symbols[usize::from(slot.0)]
    }
    /// All places.
    pub fn all(&self) -> impl Iterator<Item = Slot> + use<> {
        (0..u16::try_from(self.symbols.len()).expect("fewer symbols than that")).map(Slot)
    }
    /// True where a symbol's tape stands still (halted, not tradable, never heard of).
    pub fn is_still(&self, slot: Slot) -> bool {
        match &self.source {
            Source::Drawn(drawn) => drawn.is_still(slot),
            Source::Recorded(recorded) => recorded.is_still(slot),
        }
    }
    /// Before this moment nothing is known.
    pub fn begin(&self) -> MarketTime {
        match &self.source {
            Source::Drawn(_) => MarketTime::from_ns(i64::MIN),
            Source::Recorded(recorded) => recorded.begin(),
        }
    }

    /// The session under way at `at`, or the last one before it.
    pub fn session_at(&self, at: MarketTime) -> Session {
        self.sessions().at(at)
    }
    /// The session of a trading day.
    pub fn session_of(&self, day: Date) -> Session {
        self.sessions().of(day)
    }
    /// A symbol's closing price on a trading day.
    pub fn close(&self, slot: Slot, session: &Session) -> Price {
        match &self.source {
            Source::Drawn(drawn) => drawn.close(slot, session),
            Source::Recorded(recorded) => {
                let last = MarketTime::from_ns(session.close.ns() - 1);
                recorded.mark(slot, last).1.picture.last
            }
        }
    }
    /// A symbol's picture at any moment.
    pub fn picture(&self, slot: Slot, at: MarketTime) -> Ticker {
        *Cursor::new(self, slot, &self.session_at(at), at).picture()
    }
    /// The newest trades up to `at`, newest first; at most `count`, none older than a session.
    pub fn trades(&self, slot: Slot, at: MarketTime, count: usize) -> Vec<Trade> {
        Cursor::new(self, slot, &self.session_at(at), at).trades(self, at, count)
    }

    fn sessions(&self) -> &Sessions {
        match &self.source {
            Source::Drawn(drawn) => &drawn.sessions,
            Source::Recorded(recorded) => &recorded.sessions,
        }
    }
}
