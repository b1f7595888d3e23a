//! The trading floor: tape and exchange moved on together, print by print, in the order of time.
//! Must never let the steps it is called in matter: only the times of the orders do.

use std::sync::Arc;

use crate::desk::port::Ticket;
use crate::domain::hours::Schedule;
use crate::domain::quotes::Ticker;
use crate::domain::time::MarketTime;

use super::exchange::Exchange;
use super::exchange::book::Touch;
use super::exchange::order::{OrderKey, Wishes};
use super::exchange::refusal::Refusal;
use super::tape::cursor::Cursor;
use super::tape::minute::Print;
use super::tape::{Slot, Tape};

/// Tape, exchange, and how far both have come.
#[derive(Debug)]
pub struct Floor {
    tape: Arc<Tape>,
    exchange: Exchange,
    cursors: Vec<Cursor>,
    /// Symbols whose picture changed since they were last taken.
    changed: Vec<bool>,
    now: MarketTime,
    /// Up to here each print has met the open orders.
    traded: MarketTime,
    day_end: MarketTime,
}

/// Prints are gathered for so long at a time, in milliseconds: a leap over a weekend (a laptop that
/// slept) takes no more room than a usual step.
const SLICE_MS: i64 = 600_000;

impl Floor {
    /// Opens the floor at `at`. Orders that were open before meet the market as it is then.
    pub fn open(tape: Arc<Tape>, mut exchange: Exchange, at: MarketTime) -> Self {
        let session = tape.session_at(at);
        let cursors: Vec<Cursor> =
            tape.all().map(|slot| Cursor::new(&tape, slot, &session, at)).collect();
        for (slot, cursor) in tape.all().zip(&cursors) {
            exchange.look(slot, touch(cursor.picture()), session.open);
        }
        exchange.resume(at);
        let schedule = tape.schedule();
        Self {
            changed: vec![true; cursors.len()],
            day_end: schedule.day_end(schedule.trading_day(at)),
            tape,
            exchange,
            cursors,
            now: at,
            traded: at,
        }
    }

    /// The exchange.
    pub fn exchange(&self) -> &Exchange {
        &self.exchange
    }
    /// The exchange, to take its events.
    pub fn exchange_mut(&mut self) -> &mut Exchange {
        &mut self.exchange
    }
    /// The tape.
    pub fn tape(&self) -> &Arc<Tape> {
        &self.tape
    }
    /// How far it has come.
    pub fn now(&self) -> MarketTime {
        self.now
    }
    /// A symbol's picture as of now.
    pub fn picture(&self, slot: Slot) -> &Ticker {
        self.cursors[usize::from(slot.0)].picture()
    }
    /// Nothing happens on its own before this moment.
    pub fn due(&self) -> MarketTime {
        let prints = self.cursors.iter().map(Cursor::due).min();
        prints.map_or(self.day_end, |prints| prints.min(self.day_end))
    }
    /// The pictures that changed since the last call.
    pub fn take_changed(&mut self) -> Vec<Ticker> {
        let pairs = self.cursors.iter().zip(&mut self.changed);
        let changed = pairs
            .filter_map(|(cursor, changed)| std::mem::take(changed).then(|| *cursor.picture()));
        changed.collect()
    }

    /// Moves on to `to`: every print meets the open orders, every day's end is kept. A time that
    /// has passed changes nothing.
    pub fn advance(&mut self, to: MarketTime) {
        loop {
            let late = self.exchange.late_due().filter(|&late| late < self.day_end);
            if let Some(late) = late.filter(|&late| late <= to) {
                self.trade(late);
                self.exchange.end_late(late);
                continue;
            }
            if self.day_end > to {
                break;
            }
            let end = self.day_end;
            self.trade(MarketTime::from_ns(end.ns() - 1));
            self.exchange.end_day(end);
            let schedule = self.schedule();
            self.day_end = schedule.day_end(schedule.trading_day(end));
        }
        self.trade(to);
        for slot in self.tape.all() {
            let index = usize::from(slot.0);
            if self.cursors[index].jump(&self.tape, to) {
                self.changed[index] = true;
                let cursor = &self.cursors[index];
                self.exchange.look(slot, touch(cursor.picture()), cursor.session().open);
            }
        }
        self.now = self.now.max(to);
    }

    /// Shows each print up to `to` to the symbols with open orders, in the order of time.
    fn trade(&mut self, to: MarketTime) {
        while self.traded < to {
            self.traded = self.traded.plus_ms(SLICE_MS).min(to);
            self.trade_slice(self.traded);
        }
    }

    fn trade_slice(&mut self, to: MarketTime) {
        let mut prints: Vec<(MarketTime, Slot, Print, MarketTime)> = Vec::new();
        for slot in self.tape.all().filter(|&slot| self.exchange.has_open(slot)) {
            let cursor = &mut self.cursors[usize::from(slot.0)];
            while cursor.due() <= to {
                let until = cursor.due();
                let already = prints.len();
                cursor
                    .step(&self.tape, until, |print| prints.push((print.at, slot, *print, until)));
                let session = cursor.session().open;
                prints[already..].iter_mut().for_each(|print| print.3 = session);
            }
        }
        // Prints of one symbol at one moment keep their order.
        prints.sort_by_key(|(at, slot, ..)| (*at, *slot));
        for (_, slot, print, session) in prints {
            self.changed[usize::from(slot.0)] = true;
            self.exchange.observe(slot, &print, session);
        }
    }

    /// Takes an order at `at`, or at the floor's own time where that is later.
    pub fn submit(&mut self, at: MarketTime, ticket: &Ticket) -> Result<OrderKey, Refusal> {
        self.submit_special(at, (ticket, &Wishes::default()))
    }
    /// Takes an order that asks for more than its ticket holds.
    pub fn submit_special(
        &mut self,
        at: MarketTime,
        (ticket, wishes): (&Ticket, &Wishes),
    ) -> Result<OrderKey, Refusal> {
        self.advance(at);
        let slot = self.slot(ticket)?;
        self.exchange.submit_special(self.now, slot, (ticket, wishes))
    }
    /// Cancels an order.
    pub fn cancel(&mut self, at: MarketTime, order: OrderKey) -> Result<(), Refusal> {
        self.advance(at);
        self.exchange.cancel(self.now, order)
    }
    /// Replaces an order.
    pub fn replace(
        &mut self,
        at: MarketTime,
        old: OrderKey,
        new: &Ticket,
    ) -> Result<OrderKey, Refusal> {
        self.advance(at);
        let slot = self.slot(new)?;
        self.exchange.replace(self.now, old, (slot, new))
    }

    fn slot(&self, ticket: &Ticket) -> Result<Slot, Refusal> {
        self.tape.slot(ticket.symbol).ok_or(Refusal::UnknownAsset(ticket.symbol))
    }
    fn schedule(&self) -> Schedule {
        self.tape.schedule()
    }
}

fn touch(picture: &Ticker) -> Touch {
    Touch { last: picture.last, bid: picture.bid, ask: picture.ask }
}
