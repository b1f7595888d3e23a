//! The tape: trades, quotes and bars of every symbol as a function of (seed, market time) alone.
//! Must never keep a state: any moment, past or to come, is worked out from where it lies.
//!
//! From the top down: a season of days (days.rs) gives each day's first and last price; a day is
//! a tree of stretches (tree.rs) down to its minutes; a minute is a row of prints (minute.rs).
//! Each level is cut out of the one above, so a day's bar is made of its minutes, and those of
//! their trades, without anything being played from the start. Floats appear here alone, in the
//! operations that IEEE 754 fixes to the last bit and in libm's own functions; prices leave as
//! whole steps of their grid.

mod bars;
pub mod chance;
pub mod cursor;
mod days;
mod grid;
pub mod minute;
mod profile;
pub mod reels;
#[cfg(test)]
mod tests;
mod tree;

use std::collections::BTreeMap;

use jiff::civil::{Date, date};

use crate::desk::entropy::Entropy;
use crate::domain::hours::Schedule;
use crate::domain::numbers::Price;
use crate::domain::symbols::Symbol;
use crate::domain::time::MarketTime;

use super::listing::Listing;
use chance::Chance;
use days::{Mover, day_path};
use grid::{float, price, snap, steps, whole};
use minute::Manner;
use profile::Profile;
use tree::{Halver, Stretch, VOLUME_MIN, peak, trough};

/// Yearly deviation of the whole market.
const MARKET_VOLATILITY: f64 = 0.16;
/// Where the exchange sleeps, this part of a day's variance falls between close and open.
const OVERNIGHT: f64 = 0.3;

const LABEL_GAP: u64 = 50;
const LABEL_DAY_EXTREMES: u64 = 51;
const LABEL_DAY_VOLUME: u64 = 52;

/// A listed symbol's place on the tape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot(pub u16);

/// The tape of all listed symbols.
#[derive(Debug)]
pub struct Tape {
    schedule: Schedule,
    market: Chance,
    tracks: Vec<Track>,
    slots: BTreeMap<Symbol, Slot>,
    profiles: Vec<Profile>,
}

/// One symbol's standing values.
#[derive(Debug)]
struct Track {
    symbol: Symbol,
    chance: Chance,
    correlation: f64,
    rest: f64,
    /// Deviation of a usual day.
    daily: f64,
    reference: i64,
    volume: i64,
    manner: Manner,
    /// Halted or not tradable: its tape stands still.
    still: bool,
}

/// One session of the market, the same for all symbols.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its trading day.
    pub day: Date,
    /// First moment.
    pub open: MarketTime,
    /// First moment after it.
    pub close: MarketTime,
    number: i64,
    profile: usize,
}

/// One symbol's day: its whole bar, and the close before it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Day {
    previous_close: Price,
    root: Stretch,
}

impl Tape {
    /// The tape of a seed.
    pub fn new(seed: u64, schedule: Schedule, listings: &[Listing]) -> Self {
        let chance = Chance::new(Entropy::from_number(seed).split("tape").next_u64());
        let days_of_year = if schedule == Schedule::Nyse { 252.0 } else { 365.0 };
        let tracks = listings.iter().map(|listing| {
            let correlation =
                (listing.beta * MARKET_VOLATILITY / listing.volatility).clamp(-0.98, 0.98);
            let volume = i64::from(listing.daily_volume);
            let bustle = float(volume) / 100_000.0;
            Track {
                symbol: listing.asset.symbol,
                chance: chance.named(listing.asset.symbol.as_str()),
                correlation,
                rest: libm::sqrt(1.0 - correlation * correlation),
                daily: listing.volatility / libm::sqrt(days_of_year),
                reference: steps(listing.reference),
                volume,
                manner: Manner {
                    spread: listing.spread,
                    displayed: i64::from(listing.displayed),
                    trades: 4.0 + 2.2 * libm::log2(1.0 + bustle),
                },
                still: listing.asset.halted || !listing.asset.tradable,
            }
        });
        let tracks: Vec<Track> = tracks.collect();
        let slots =
            tracks.iter().zip(0..).map(|(track, slot)| (track.symbol, Slot(slot))).collect();
        let profiles = match schedule {
            Schedule::Nyse => [390, 210].map(Profile::of_session).to_vec(),
            Schedule::Always => [1_440, 1_380, 1_500].map(Profile::of_round_day).to_vec(),
        };
        Self { schedule, market: chance.named("the whole market"), tracks, slots, profiles }
    }

    /// The market's hours.
    pub fn schedule(&self) -> Schedule {
        self.schedule
    }
    /// The place of a symbol.
    pub fn slot(&self, symbol: Symbol) -> Option<Slot> {
        self.slots.get(&symbol).copied()
    }
    /// The symbol at a place.
    pub fn symbol(&self, slot: Slot) -> Symbol {
        self.track(slot).symbol
    }
    /// All places.
    pub fn all(&self) -> impl Iterator<Item = Slot> + use<> {
        (0..u16::try_from(self.tracks.len()).expect("fewer symbols than that")).map(Slot)
    }
    /// True where a symbol's tape stands still (halted, not tradable).
    pub fn is_still(&self, slot: Slot) -> bool {
        self.track(slot).still
    }

    /// The session under way at `at`, or the last one before it.
    pub fn session_at(&self, at: MarketTime) -> Session {
        let day = self.schedule.trading_day(at);
        let session = self.session_of(day);
        if session.open <= at { session } else { self.session_of(self.schedule.previous_day(day)) }
    }
    /// The session of a trading day.
    pub fn session_of(&self, day: Date) -> Session {
        let (open, close) = self.schedule.session(day).expect("a trading day has a session");
        let minutes = u32::try_from(close.ms_since(open) / 60_000).expect("a day of minutes");
        let profile = self.profiles.iter().position(|profile| profile.minutes() == minutes);
        let profile = profile.expect("a session is as long as one of the profiles");
        Session { day, open, close, number: number(day), profile }
    }
    /// A symbol's closing price on a trading day.
    pub fn close(&self, slot: Slot, session: &Session) -> Price {
        let track = self.track(slot);
        if track.still {
            price(track.reference)
        } else {
            price(self.day_end(track, session.number))
        }
    }

    fn track(&self, slot: Slot) -> &Track {
        &self.tracks[usize::from(slot.0)]
    }
    fn profile(&self, session: &Session) -> &Profile {
        &self.profiles[session.profile]
    }
    fn mover(&self, track: &Track) -> Mover {
        let Track { chance, correlation, rest, .. } = *track;
        Mover { own: chance, market: self.market, correlation, rest }
    }
    fn day_end(&self, track: &Track, number: i64) -> i64 {
        let weekends = self.schedule == Schedule::Nyse;
        let path = day_path(&self.mover(track), track.daily, weekends, number);
        snap(float(track.reference) * libm::exp(path.to))
    }

    /// What cuts a symbol's day into its stretches.
    fn halver(&self, slot: Slot, session: &Session) -> Halver<'_> {
        let mover = self.mover(self.track(slot));
        let day = session.number.cast_unsigned();
        let mover = Mover { own: mover.own.at(day), market: mover.market.at(day), ..mover };
        Halver { mover, profile: self.profile(session) }
    }

    /// A symbol's whole day.
    fn day(&self, slot: Slot, session: &Session) -> Day {
        let track = self.track(slot);
        let nyse = self.schedule == Schedule::Nyse;
        let path = day_path(&self.mover(track), track.daily, nyse, session.number);
        let halver = self.halver(slot, session);
        let overnight = if nyse { OVERNIGHT } else { 0.0 };
        let gap = libm::sqrt(path.variance * overnight * (1.0 - overnight))
            * halver.mover.normal(0, LABEL_GAP);
        let reference = float(track.reference);
        let open = snap(reference * libm::exp(path.from + (path.to - path.from) * overnight + gap));
        let close = snap(reference * libm::exp(path.to));
        let variance = path.variance * (1.0 - overnight) * float(open) * float(open);
        let draw = halver.mover.own.draw(LABEL_DAY_EXTREMES);
        let high = snap(peak(open, close, variance, draw.unit(0))).max(open).max(close);
        let low = snap(trough(open, close, variance, draw.unit(1))).min(open).min(close);
        let minutes = halver.profile.minutes();
        let wild = libm::sqrt(path.variance) / track.daily;
        let mood = 1.0 + 0.25 * halver.mover.own.draw(LABEL_DAY_VOLUME).normal();
        let volume = whole(float(track.volume) * mood * (0.4 + 0.6 * wild));
        let volume = volume.max(4 * VOLUME_MIN * i64::from(minutes));
        let before = number(self.schedule.previous_day(session.day));
        let previous_close = price(self.day_end(track, before));
        let root = Stretch { first: 0, end: minutes, open, high, low, close, volume, variance };
        Day { previous_close, root }
    }
}

/// Days since 1970-01-01.
fn number(day: Date) -> i64 {
    let since = day.duration_since(date(1970, 1, 1));
    since.as_hours() / 24
}
