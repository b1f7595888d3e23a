//! A place on a recorded symbol's tape: the next print to be heard, and the picture until then.
//! Must never show another picture after stepping than after jumping to the same moment.

use crate::domain::quotes::{Ticker, Trade};
use crate::domain::time::MarketTime;

use super::Slot;
use super::minute::Print;
use super::recorded::{Mark, Recorded};
use super::sessions::Session;

/// A place on one symbol's tape.
#[derive(Clone, Debug)]
pub(super) struct Needle {
    slot: Slot,
    next: usize,
    mark: Mark,
    due: MarketTime,
}

impl Needle {
    /// A symbol's tape as it stands at `at`.
    pub(super) fn new(recorded: &Recorded, slot: Slot, at: MarketTime) -> Self {
        let (next, mark) = recorded.mark(slot, at);
        Self { slot, next, mark, due: due(recorded.prints(slot).get(next)) }
    }
    /// The current picture.
    pub(super) fn picture(&self) -> &Ticker {
        &self.mark.picture
    }
    /// The session it stands in.
    pub(super) fn session(&self) -> &Session {
        &self.mark.session
    }
    /// When the next print is.
    pub(super) fn due(&self) -> MarketTime {
        self.due
    }
    /// Steps over every print up to and with `until`, oldest first.
    pub(super) fn step(
        &mut self,
        recorded: &Recorded,
        until: MarketTime,
        mut visit: impl FnMut(&Print),
    ) {
        let left = &recorded.prints(self.slot)[self.next..];
        for print in left.iter().take_while(|print| print.at <= until) {
            self.next += 1;
            self.mark.take(&recorded.sessions, print);
            visit(print);
        }
        self.due = due(recorded.prints(self.slot).get(self.next));
    }
    /// Goes to `until` without looking at what lies between. True where the picture changed.
    pub(super) fn jump(&mut self, recorded: &Recorded, until: MarketTime) -> bool {
        let changes = self.due <= until;
        if changes {
            *self = Self::new(recorded, self.slot, until);
        }
        changes
    }
    /// The newest trades before where it stands, newest first; at most `count`, none older than
    /// its session.
    pub(super) fn trades(&self, recorded: &Recorded, count: usize) -> Vec<Trade> {
        let past = recorded.prints(self.slot)[..self.next].iter().rev();
        let past = past.take_while(|print| self.mark.session.open <= print.at);
        let trades = past.filter(|print| print.is_trade());
        let trade = |print: &Print| Trade { price: print.last, size: print.traded, at: print.at };
        trades.take(count).map(trade).collect()
    }
}

fn due(next: Option<&Print>) -> MarketTime {
    next.map_or(MarketTime::from_ns(i64::MAX), |print| print.at)
}
