//! A place on one symbol's tape, whichever its source: steps from print to print, or jumps.
//! Must never show another picture after stepping than after jumping to the same moment.

use crate::domain::quotes::{Ticker, Trade};
use crate::domain::time::MarketTime;

use super::minute::Print;
use super::needle::Needle;
use super::pen::Pen;
use super::sessions::Session;
use super::{Slot, Source, Tape};

/// A place on one symbol's tape. It is read with the tape it was made for.
#[derive(Clone, Debug)]
pub struct Cursor(Place);

#[derive(Clone, Debug)]
enum Place {
    Drawn(Box<Pen>),
    Recorded(Box<Needle>),
}

const ONE_TAPE: &str = "a cursor is read with the tape it was made for";

impl Cursor {
    /// A symbol's tape as it stands at `at`; `session` is `tape.session_at(at)`.
    pub fn new(tape: &Tape, slot: Slot, session: &Session, at: MarketTime) -> Self {
        Self(match &tape.source {
            Source::Drawn(drawn) => {
                let named = (slot, tape.symbol(slot));
                Place::Drawn(Box::new(Pen::new(drawn, named, session, at)))
            }
            Source::Recorded(recorded) => {
                Place::Recorded(Box::new(Needle::new(recorded, slot, at)))
            }
        })
    }

    /// The current picture.
    pub fn picture(&self) -> &Ticker {
        match &self.0 {
            Place::Drawn(pen) => pen.picture(),
            Place::Recorded(needle) => needle.picture(),
        }
    }
    /// The session it stands in.
    pub fn session(&self) -> &Session {
        match &self.0 {
            Place::Drawn(pen) => pen.session(),
            Place::Recorded(needle) => needle.session(),
        }
    }
    /// The earliest moment at which something may change: no need to look before.
    pub fn due(&self) -> MarketTime {
        match &self.0 {
            Place::Drawn(pen) => pen.due(),
            Place::Recorded(needle) => needle.due(),
        }
    }

    /// Steps over every print up to and with `until`, oldest first.
    pub fn step(&mut self, tape: &Tape, until: MarketTime, visit: impl FnMut(&Print)) {
        match (&mut self.0, &tape.source) {
            (Place::Drawn(pen), Source::Drawn(drawn)) => pen.step(drawn, until, visit),
            (Place::Recorded(needle), Source::Recorded(recorded)) => {
                needle.step(recorded, until, visit);
            }
            _ => unreachable!("{ONE_TAPE}"),
        }
    }
    /// Goes to `until` without looking at what lies between. True where the picture changed.
    pub fn jump(&mut self, tape: &Tape, until: MarketTime) -> bool {
        match (&mut self.0, &tape.source) {
            (Place::Drawn(pen), Source::Drawn(drawn)) => pen.jump(drawn, until),
            (Place::Recorded(needle), Source::Recorded(recorded)) => needle.jump(recorded, until),
            _ => unreachable!("{ONE_TAPE}"),
        }
    }
    /// The newest trades up to `at`, where it stands, newest first; at most `count`.
    pub(super) fn trades(self, tape: &Tape, at: MarketTime, count: usize) -> Vec<Trade> {
        match (self.0, &tape.source) {
            (Place::Drawn(pen), Source::Drawn(drawn)) => pen.trades(drawn, at, count),
            (Place::Recorded(needle), Source::Recorded(recorded)) => needle.trades(recorded, count),
            _ => unreachable!("{ONE_TAPE}"),
        }
    }
}
