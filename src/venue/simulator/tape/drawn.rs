//! Prices that are drawn: every moment of every symbol as a function of (seed, market time) alone.
//! Must never keep a state: any moment, past or to come, is worked out from where it lies.

use crate::desk::entropy::Entropy;
use crate::domain::hours::Schedule;
use crate::domain::numbers::{Price, Qty};
use crate::venue::simulator::listing::Listing;

use super::Slot;
use super::chance::Chance;
use super::days::{Mover, day_path};
use super::grid::{float, price, snap, steps, whole};
use super::minute::{Manner, Minute, Print};
use super::profile::Profile;
use super::sessions::{Session, Sessions, number};
use super::tree::{Halver, Stretch, VOLUME_MIN, peak, trough};

/// Yearly deviation of the whole market.
const MARKET_VOLATILITY: f64 = 0.16;
/// Where the exchange sleeps, this part of a day's variance falls between close and open.
const OVERNIGHT: f64 = 0.3;

const LABEL_GAP: u64 = 50;
const LABEL_DAY_EXTREMES: u64 = 51;
const LABEL_DAY_VOLUME: u64 = 52;

/// The prices of a seed.
#[derive(Debug)]
pub(super) struct Drawn {
    /// When the market is open.
    pub sessions: Sessions,
    market: Chance,
    tracks: Vec<Track>,
}

/// One symbol's standing values.
#[derive(Debug)]
struct Track {
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

/// One symbol's day: its whole bar, and the close before it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Day {
    pub previous_close: Price,
    pub root: Stretch,
}

impl Drawn {
    /// The prices of a seed.
    pub(super) fn new(seed: u64, schedule: Schedule, listings: &[Listing]) -> Self {
        let chance = Chance::new(Entropy::from_number(seed).split("tape").next_u64());
        let days_of_year = if schedule == Schedule::Nyse { 252.0 } else { 365.0 };
        let tracks = listings.iter().map(|listing| {
            let correlation =
                (listing.beta * MARKET_VOLATILITY / listing.volatility).clamp(-0.98, 0.98);
            let volume = i64::from(listing.daily_volume);
            let bustle = float(volume) / 100_000.0;
            Track {
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
        let tracks = tracks.collect();
        let market = chance.named("the whole market");
        Self { sessions: Sessions::new(schedule), market, tracks }
    }

    /// True where a symbol's tape stands still (halted, not tradable).
    pub(super) fn is_still(&self, slot: Slot) -> bool {
        self.track(slot).still
    }
    /// A symbol's closing price on a trading day.
    pub(super) fn close(&self, slot: Slot, session: &Session) -> Price {
        let track = self.track(slot);
        if track.still {
            price(track.reference)
        } else {
            price(self.day_end(track, session.number))
        }
    }

    /// Prints a minute of a session.
    pub(super) fn print_minute(
        &self,
        slot: Slot,
        session: &Session,
        bar: &Stretch,
        prints: &mut Vec<Print>,
    ) {
        let track = self.track(slot);
        let minute = Minute {
            bar,
            start: session.open.plus_ms(i64::from(bar.first) * 60_000),
            bustle: self.bustle(slot, session, bar.volume),
            chance: track.chance.at(session.number.cast_unsigned()),
            manner: track.manner,
        };
        minute.print(prints);
    }

    /// A minute's volume against a usual minute's.
    fn bustle(&self, slot: Slot, session: &Session, volume: i64) -> f64 {
        let usual = float(self.track(slot).volume);
        float(volume) / (usual / f64::from(self.profile(session).minutes()))
    }

    /// How many trades a whole minute with a volume has.
    pub(super) fn trades_of(&self, slot: Slot, session: &Session, volume: Qty) -> u64 {
        let shares = volume.units() / Qty::shares(1).units();
        let count = self.track(slot).manner.count(self.bustle(slot, session, shares), shares);
        count.unsigned_abs()
    }

    fn track(&self, slot: Slot) -> &Track {
        &self.tracks[usize::from(slot.0)]
    }
    fn profile(&self, session: &Session) -> &Profile {
        self.sessions.profile(session)
    }
    fn mover(&self, track: &Track) -> Mover {
        let Track { chance, correlation, rest, .. } = *track;
        Mover { own: chance, market: self.market, correlation, rest }
    }
    fn day_end(&self, track: &Track, number: i64) -> i64 {
        let weekends = self.sessions.schedule == Schedule::Nyse;
        let path = day_path(&self.mover(track), track.daily, weekends, number);
        snap(float(track.reference) * libm::exp(path.to))
    }

    /// What cuts a symbol's day into its stretches.
    pub(super) fn halver(&self, slot: Slot, session: &Session) -> Halver<'_> {
        let mover = self.mover(self.track(slot));
        let day = session.number.cast_unsigned();
        let mover = Mover { own: mover.own.at(day), market: mover.market.at(day), ..mover };
        Halver { mover, profile: self.profile(session) }
    }

    /// A symbol's whole day.
    pub(super) fn day(&self, slot: Slot, session: &Session) -> Day {
        let track = self.track(slot);
        let nyse = self.sessions.schedule == Schedule::Nyse;
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
        let before = number(self.sessions.schedule.previous_day(session.day));
        let previous_close = price(self.day_end(track, before));
        let root = Stretch { first: 0, end: minutes, open, high, low, close, volume, variance };
        Day { previous_close, root }
    }
}
