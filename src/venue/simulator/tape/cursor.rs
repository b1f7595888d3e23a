//! A place on one symbol's tape: steps from print to print, or jumps to any moment.
//! Must never show another picture after stepping than after jumping to the same moment.

use crate::domain::numbers::{Price, Qty};
use crate::domain::quotes::{Ticker, Trade};
use crate::domain::time::MarketTime;

use super::minute::{Minute, Print};
use super::tree::Stretch;
use super::{Session, Slot, Tape, price};

const MINUTE_NS: i64 = 60_000_000_000;

/// A place on one symbol's tape.
#[derive(Clone, Debug)]
pub struct Cursor {
    slot: Slot,
    session: Session,
    root: Stretch,
    picture: Ticker,
    /// The minute whose prints are loaded.
    minute: u32,
    prints: Vec<Print>,
    next: usize,
    /// When something may change next.
    due: MarketTime,
}

impl Cursor {
    /// A symbol's tape as it stands at `at`; `session` is `tape.session_at(at)`.
    pub fn new(tape: &Tape, slot: Slot, session: &Session, at: MarketTime) -> Self {
        let day = tape.day(slot, session);
        let zero = Price::ZERO;
        let picture = Ticker {
            symbol: tape.symbol(slot),
            last: day.previous_close,
            last_size: Qty::ZERO,
            bid: zero,
            bid_size: Qty::ZERO,
            ask: zero,
            ask_size: Qty::ZERO,
            open: price(day.root.open),
            high: price(day.root.open),
            low: price(day.root.open),
            previous_close: day.previous_close,
            volume: Qty::ZERO,
            at: session.open,
            polled: false,
        };
        let mut cursor = Self {
            slot,
            session: *session,
            root: day.root,
            picture,
            minute: 0,
            prints: Vec::new(),
            next: 0,
            due: MarketTime::from_ns(i64::MAX),
        };
        if tape.is_still(slot) {
            cursor.stand_still(tape);
        } else {
            cursor.seek(tape, at);
        }
        cursor
    }

    /// The current picture.
    pub fn picture(&self) -> &Ticker {
        &self.picture
    }
    /// The session it stands in.
    pub fn session(&self) -> &Session {
        &self.session
    }
    /// The earliest moment at which something may change: no need to look before.
    pub fn due(&self) -> MarketTime {
        self.due
    }

    /// Steps over every print up to and with `until`, oldest first.
    pub fn step(&mut self, tape: &Tape, until: MarketTime, mut visit: impl FnMut(&Print)) {
        while self.due <= until {
            match self.prints.get(self.next) {
                Some(print) => {
                    let print = *print;
                    self.next += 1;
                    self.take(&print);
                    visit(&print);
                }
                None => self.turn(tape),
            }
            self.due = self.next_change(tape);
        }
    }

    /// Goes to `until` without looking at what lies between. True where the picture changed.
    pub fn jump(&mut self, tape: &Tape, until: MarketTime) -> bool {
        if self.due > until {
            return false;
        }
        if until < self.minute_start(self.minute + 2) {
            self.step(tape, until, |_| {});
        } else if until < self.session.close {
            self.seek(tape, until);
        } else {
            *self = Self::new(tape, self.slot, &tape.session_at(until), until);
        }
        true
    }

    /// Loads the next minute, or the next session.
    fn turn(&mut self, tape: &Tape) {
        if self.minute + 1 < self.root.end {
            let bar = self.find(tape, self.minute + 1).1;
            self.load(tape, &bar);
        } else {
            let day = tape.schedule().next_day(self.session.day);
            let session = tape.session_of(day);
            let slot = self.slot;
            let mut fresh = Self::new(tape, slot, &session, session.open.plus_ms(-1));
            std::mem::swap(&mut fresh.prints, &mut self.prints);
            *self = Self { prints: std::mem::take(&mut self.prints), ..fresh };
        }
    }

    fn next_change(&self, tape: &Tape) -> MarketTime {
        match self.prints.get(self.next) {
            Some(print) => print.at,
            None if self.minute + 1 < self.root.end => self.minute_start(self.minute + 1),
            None => tape.session_of(tape.schedule().next_day(self.session.day)).open,
        }
    }

    /// Puts the picture as it stands at `at`, a moment of this session or after it.
    fn seek(&mut self, tape: &Tape, at: MarketTime) {
        let into = (at.ns() - self.session.open.ns()).max(0) / MINUTE_NS;
        let minute = u32::try_from(into).map_or(self.root.end - 1, |m| m.min(self.root.end - 1));
        let (before, bar) = self.find(tape, minute);
        self.picture.open = price(self.root.open);
        self.picture.high = price(before.high);
        self.picture.low = price(before.low);
        self.picture.volume = Qty::shares(before.volume);
        self.load(tape, &bar);
        if minute > 0 && self.prints.first().is_some_and(|print| print.at > at) {
            // The last prints of the minute before still stand.
            let earlier = self.find(tape, minute - 1).1;
            self.load(tape, &earlier);
            let last_trade = self.prints.iter().rev().find(|print| print.is_trade()).copied();
            let last_quote = self.prints.last().copied();
            for print in last_trade.into_iter().chain(last_quote) {
                self.show(&print);
            }
            self.load(tape, &bar);
        }
        while let Some(print) = self.prints.get(self.next).filter(|print| print.at <= at).copied() {
            self.next += 1;
            self.take(&print);
        }
        self.due = self.next_change(tape);
    }

    /// The bar of a minute, and what the session had seen before it.
    fn find(&self, tape: &Tape, minute: u32) -> (Before, Stretch) {
        let halver = tape.halver(self.slot, &self.session);
        let open = self.root.open;
        let mut before = Before { high: open, low: open, volume: 0 };
        let mut stretch = self.root;
        while !stretch.is_minute() {
            let (left, right) = halver.halves(&stretch);
            if minute < left.end {
                stretch = left;
            } else {
                before.high = before.high.max(left.high);
                before.low = before.low.min(left.low);
                before.volume += left.volume;
                stretch = right;
            }
        }
        (before, stretch)
    }

    fn load(&mut self, tape: &Tape, bar: &Stretch) {
        let mut prints = std::mem::take(&mut self.prints);
        tape.print_minute(self.slot, &self.session, bar, &mut prints);
        self.prints = prints;
        self.minute = bar.first;
        self.next = 0;
    }

    fn minute_start(&self, minute: u32) -> MarketTime {
        self.session.open.plus_ms(i64::from(minute) * 60_000)
    }

    /// Shows a print without counting it.
    fn show(&mut self, print: &Print) {
        let picture = &mut self.picture;
        picture.at = print.at;
        picture.last = print.last;
        picture.bid = print.bid;
        picture.bid_size = print.bid_size;
        picture.ask = print.ask;
        picture.ask_size = print.ask_size;
        if print.is_trade() {
            picture.last_size = print.traded;
        }
    }

    /// Shows a print and counts its trade into the day.
    fn take(&mut self, print: &Print) {
        self.show(print);
        if print.is_trade() {
            self.picture.high = self.picture.high.max(print.last);
            self.picture.low = self.picture.low.min(print.last);
            self.picture.volume += print.traded;
        }
    }

    /// A halted symbol: the last price, nobody bids or offers, nothing will change.
    fn stand_still(&mut self, tape: &Tape) {
        let close = tape.close(self.slot, &self.session);
        let picture = &mut self.picture;
        picture.last = close;
        picture.open = close;
        picture.high = close;
        picture.low = close;
        picture.previous_close = close;
        self.minute = self.root.end - 1;
        self.due = self.next_change(tape);
    }
}

/// What a session had seen before a minute.
#[derive(Clone, Copy, Debug)]
struct Before {
    high: i64,
    low: i64,
    volume: i64,
}

impl Tape {
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
        let usual = super::float(self.track(slot).volume);
        super::float(volume) / (usual / f64::from(self.profile(session).minutes()))
    }

    /// How many trades a whole minute with a volume has.
    pub(super) fn trades_of(&self, slot: Slot, session: &Session, volume: Qty) -> u64 {
        let shares = volume.units() / Qty::shares(1).units();
        let count = self.track(slot).manner.count(self.bustle(slot, session, shares), shares);
        count.unsigned_abs()
    }

    /// A symbol's picture at any moment.
    pub fn picture(&self, slot: Slot, at: MarketTime) -> Ticker {
        *Cursor::new(self, slot, &self.session_at(at), at).picture()
    }

    /// The newest trades up to `at`, newest first; at most `count`, none older than a session.
    pub fn trades(&self, slot: Slot, at: MarketTime, count: usize) -> Vec<Trade> {
        let session = self.session_at(at);
        let mut cursor = Cursor::new(self, slot, &session, at);
        let mut found = Vec::with_capacity(count);
        if self.is_still(slot) {
            return found;
        }
        let mut minute = Some(cursor.minute);
        while let Some(current) = minute.filter(|_| found.len() < count) {
            let bar = cursor.find(self, current).1;
            cursor.load(self, &bar);
            let wanted = count - found.len();
            let past = cursor.prints.iter().rev().filter(|p| p.is_trade() && p.at <= at);
            found.extend(past.take(wanted).map(|p| Trade {
                price: p.last,
                size: p.traded,
                at: p.at,
            }));
            minute = current.checked_sub(1);
        }
        found
    }
}
