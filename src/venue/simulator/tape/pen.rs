//! A place on a drawn symbol's drawn: steps from print to print, or jumps to any moment.
//! Must never show another picture after stepping than after jumping to the same moment.

use crate::domain::numbers::{Price, Qty};
use crate::domain::quotes::{Ticker, Trade};
use crate::domain::symbols::Symbol;
use crate::domain::time::MarketTime;

use super::Slot;
use super::drawn::Drawn;
use super::grid::price;
use super::minute::Print;
use super::sessions::Session;
use super::tree::Stretch;

const MINUTE_NS: i64 = 60_000_000_000;

/// A place on one symbol's drawn.
#[derive(Clone, Debug)]
pub(super) struct Pen {
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

impl Pen {
    /// A symbol's tape as it stands at `at`; `session` is `sessions.at(at)`.
    pub(super) fn new(
        drawn: &Drawn,
        (slot, symbol): (Slot, Symbol),
        session: &Session,
        at: MarketTime,
    ) -> Self {
        let day = drawn.day(slot, session);
        let zero = Price::ZERO;
        let picture = Ticker {
            symbol,
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
        if drawn.is_still(slot) {
            cursor.stand_still(drawn);
        } else {
            cursor.seek(drawn, at);
        }
        cursor
    }

    /// The current picture.
    pub(super) fn picture(&self) -> &Ticker {
        &self.picture
    }
    /// The session it stands in.
    pub(super) fn session(&self) -> &Session {
        &self.session
    }
    /// The earliest moment at which something may change: no need to look before.
    pub(super) fn due(&self) -> MarketTime {
        self.due
    }

    /// Steps over every print up to and with `until`, oldest first.
    pub(super) fn step(&mut self, drawn: &Drawn, until: MarketTime, mut visit: impl FnMut(&Print)) {
        while self.due <= until {
            match self.prints.get(self.next) {
                Some(print) => {
                    let print = *print;
                    self.next += 1;
                    self.take(&print);
                    visit(&print);
                }
                None => self.turn(drawn),
            }
            self.due = self.next_change(drawn);
        }
    }

    /// Goes to `until` without looking at what lies between. True where the picture changed.
    pub(super) fn jump(&mut self, drawn: &Drawn, until: MarketTime) -> bool {
        if self.due > until {
            return false;
        }
        if until < self.minute_start(self.minute + 2) {
            self.step(drawn, until, |_| {});
        } else if until < self.session.close {
            self.seek(drawn, until);
        } else {
            let named = (self.slot, self.picture.symbol);
            *self = Self::new(drawn, named, &drawn.sessions.at(until), until);
        }
        true
    }

    /// The newest trades up to `at`, where it stands, newest first; at most `count`, none older
    /// than a session.
    pub(super) fn trades(mut self, drawn: &Drawn, at: MarketTime, count: usize) -> Vec<Trade> {
        let mut found = Vec::with_capacity(count);
        if drawn.is_still(self.slot) {
            return found;
        }
        let mut minute = Some(self.minute);
        while let Some(current) = minute.filter(|_| found.len() < count) {
            let bar = self.find(drawn, current).1;
            self.load(drawn, &bar);
            let wanted = count - found.len();
            let past = self.prints.iter().rev().filter(|p| p.is_trade() && p.at <= at);
            found.extend(past.take(wanted).map(|p| Trade {
                price: p.last,
                size: p.traded,
                at: p.at,
            }));
            minute = current.checked_sub(1);
        }
        found
    }

    /// Loads the next minute, or the next session.
    fn turn(&mut self, drawn: &Drawn) {
        if self.minute + 1 < self.root.end {
            let bar = self.find(drawn, self.minute + 1).1;
            self.load(drawn, &bar);
        } else {
            let session = drawn.sessions.after(&self.session);
            let named = (self.slot, self.picture.symbol);
            let mut fresh = Self::new(drawn, named, &session, session.open.plus_ms(-1));
            std::mem::swap(&mut fresh.prints, &mut self.prints);
            *self = Self { prints: std::mem::take(&mut self.prints), ..fresh };
        }
    }

    fn next_change(&self, drawn: &Drawn) -> MarketTime {
        match self.prints.get(self.next) {
            Some(print) => print.at,
            None if self.minute + 1 < self.root.end => self.minute_start(self.minute + 1),
            None => drawn.sessions.after(&self.session).open,
        }
    }

    /// Puts the picture as it stands at `at`, a moment of this session or after it.
    fn seek(&mut self, drawn: &Drawn, at: MarketTime) {
        let into = (at.ns() - self.session.open.ns()).max(0) / MINUTE_NS;
        let minute = u32::try_from(into).map_or(self.root.end - 1, |m| m.min(self.root.end - 1));
        let (before, bar) = self.find(drawn, minute);
        self.picture.open = price(self.root.open);
        self.picture.high = price(before.high);
        self.picture.low = price(before.low);
        self.picture.volume = Qty::shares(before.volume);
        self.load(drawn, &bar);
        if minute > 0 && self.prints.first().is_some_and(|print| print.at > at) {
            // The last prints of the minute before still stand.
            let earlier = self.find(drawn, minute - 1).1;
            self.load(drawn, &earlier);
            let last_trade = self.prints.iter().rev().find(|print| print.is_trade()).copied();
            let last_quote = self.prints.last().copied();
            for print in last_trade.into_iter().chain(last_quote) {
                self.show(&print);
            }
            self.load(drawn, &bar);
        }
        while let Some(print) = self.prints.get(self.next).filter(|print| print.at <= at).copied() {
            self.next += 1;
            self.take(&print);
        }
        self.due = self.next_change(drawn);
    }

    /// The bar of a minute, and what the session had seen before it.
    fn find(&self, drawn: &Drawn, minute: u32) -> (Before, Stretch) {
        let halver = drawn.halver(self.slot, &self.session);
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

    fn load(&mut self, drawn: &Drawn, bar: &Stretch) {
        let mut prints = std::mem::take(&mut self.prints);
        drawn.print_minute(self.slot, &self.session, bar, &mut prints);
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
    fn stand_still(&mut self, drawn: &Drawn) {
        let close = drawn.close(self.slot, &self.session);
        let picture = &mut self.picture;
        picture.last = close;
        picture.open = close;
        picture.high = close;
        picture.low = close;
        picture.previous_close = close;
        self.minute = self.root.end - 1;
        self.due = self.next_change(drawn);
    }
}

/// What a session had seen before a minute.
#[derive(Clone, Copy, Debug)]
struct Before {
    high: i64,
    low: i64,
    volume: i64,
}
