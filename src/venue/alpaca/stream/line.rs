//! One line to a stream: dialled, greeted, watched, and dialled again after waits with chance in
//! them. Must never do anything itself, nor read a clock: events come in, effects go out.

use crate::bounds::{
    BROKEN_LINE_WAIT_MS_MAX, GREETING_WAIT_MS_MAX, PING_ANSWER_MS_MAX, PING_EVERY_MS,
    REFUSED_LINE_WAIT_MS_MIN, STEADY_LINE_MS,
};
use crate::desk::entropy::Entropy;
use crate::desk::port::StreamState;
use crate::domain::time::DeskTime;

/// What is spoken on a line.
pub trait Talk {
    /// What it says to the rest of the house.
    type Said;
    /// The line is open: what to say first.
    fn opened(&mut self) -> Vec<String>;
    /// A message came, text or binary.
    fn heard(&mut self, message: &[u8]) -> Heard<Self::Said>;
}

/// What comes of a message.
#[derive(Debug, PartialEq)]
pub struct Heard<S> {
    /// To be sent.
    pub send: Vec<String>,
    /// To be told.
    pub said: Vec<S>,
    /// What becomes of the line.
    pub verdict: Verdict,
}

impl<S> Default for Heard<S> {
    fn default() -> Self {
        Self { send: Vec::new(), said: Vec::new(), verdict: Verdict::GoOn }
    }
}

/// What becomes of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It goes on.
    GoOn,
    /// Signed in and subscribed: it is live.
    Ready,
    /// Of no use any more: dial again.
    Redial(String),
    /// Another line of these keys is counted still: dial again, slowly.
    Crowded(String),
    /// Of no use before something changes: dial again after so many milliseconds.
    Rest(i64, String),
}

/// What happens to a line.
#[derive(Debug)]
pub enum Event<'a> {
    /// Nothing but time.
    Alarm,
    /// The line is open.
    Opened,
    /// A message came.
    Heard(&'a [u8]),
    /// The other end lives: a ping or a pong of it came.
    Alive,
    /// The handshake was refused with this HTTP status.
    Refused(u16),
    /// It could not be opened, or broke, or was closed; in words.
    Broken(String),
}

/// What is to be done.
#[derive(Debug, PartialEq)]
pub enum Effect<S> {
    /// Open the line; one that is open, or being opened, is let go first.
    Dial,
    /// Let the line go.
    HangUp,
    /// Send this.
    Send(String),
    /// Send a ping.
    Ping,
    /// The line's state changed.
    State(StreamState),
    /// Something was said.
    Said(S),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// Nothing is open; to be dialled then.
    Waiting(DeskTime),
    /// Being opened, or greeting, since then.
    Opening(DeskTime),
    /// Live since then.
    Live(DeskTime),
}

/// A line and what is spoken on it.
#[derive(Debug)]
pub struct Line<T> {
    /// What is spoken.
    pub talk: T,
    name: &'static str,
    at: At,
    attempt: u32,
    heard: DeskTime,
    pinged: Option<DeskTime>,
    told: Option<StreamState>,
    chance: Entropy,
}

impl<T: Talk> Line<T> {
    /// A line to be dialled at once.
    pub fn new(name: &'static str, talk: T, chance: Entropy, now: DeskTime) -> Self {
        let at = At::Waiting(now);
        Self { talk, name, at, attempt: 0, heard: now, pinged: None, told: None, chance }
    }

    /// When to come back with an alarm at the latest.
    pub fn alarm(&self) -> DeskTime {
        match (self.at, self.pinged) {
            (At::Waiting(until), _) => until,
            (At::Opening(since), _) => since.plus_ms(GREETING_WAIT_MS_MAX),
            (At::Live(_), Some(pinged)) => pinged.plus_ms(PING_ANSWER_MS_MAX),
            (At::Live(_), None) => self.heard.plus_ms(PING_EVERY_MS),
        }
    }

    /// True while it is live.
    pub const fn is_live(&self) -> bool {
        matches!(self.at, At::Live(_))
    }

    /// What an event leads to.
    pub fn handle(&mut self, event: Event<'_>, now: DeskTime) -> Vec<Effect<T::Said>> {
        let mut out = Vec::new();
        match event {
            Event::Alarm => self.look(now, &mut out),
            // What came of a line that was let go meanwhile is none of this one.
            _ if matches!(self.at, At::Waiting(_)) => {}
            Event::Opened => {
                self.hear(now);
                self.at = At::Opening(now);
                out.extend(self.talk.opened().into_iter().map(Effect::Send));
            }
            Event::Heard(message) => {
                self.hear(now);
                let Heard { send, said, verdict } = self.talk.heard(message);
                out.extend(send.into_iter().map(Effect::Send));
                out.extend(said.into_iter().map(Effect::Said));
                self.judge(verdict, now, &mut out);
            }
            Event::Alive => self.hear(now),
            Event::Refused(status) => {
                let why = format!("the handshake was refused with HTTP {status}");
                let verdict = match status {
                    406 | 429 => Verdict::Crowded(why),
                    401..=403 => Verdict::Rest(BROKEN_LINE_WAIT_MS_MAX, why),
                    _ => Verdict::Redial(why),
                };
                self.judge(verdict, now, &mut out);
            }
            Event::Broken(why) => self.judge(Verdict::Redial(why), now, &mut out),
        }
        out
    }

    fn hear(&mut self, now: DeskTime) {
        self.heard = now;
        self.pinged = None;
    }

    /// What time alone leads to.
    fn look(&mut self, now: DeskTime, out: &mut Vec<Effect<T::Said>>) {
        if now < self.alarm() {
            return;
        }
        match (self.at, self.pinged) {
            (At::Waiting(_), _) => {
                self.attempt = self.attempt.saturating_add(1);
                self.at = At::Opening(now);
                self.tell(StreamState::Reconnecting(self.attempt), out);
                out.push(Effect::Dial);
            }
            (At::Opening(_), _) => {
                let why = "nobody greeted in time".to_owned();
                self.judge(Verdict::Redial(why), now, out);
            }
            (At::Live(_), Some(_)) => {
                let why = "a ping was not answered: the line is dead".to_owned();
                self.judge(Verdict::Redial(why), now, out);
            }
            (At::Live(_), None) => {
                self.pinged = Some(now);
                out.push(Effect::Ping);
            }
        }
    }

    fn judge(&mut self, verdict: Verdict, now: DeskTime, out: &mut Vec<Effect<T::Said>>) {
        let doubled = 1_000_i64.checked_shl(self.attempt.saturating_sub(1).min(16));
        let own = doubled.unwrap_or(i64::MAX).clamp(1_000, BROKEN_LINE_WAIT_MS_MAX);
        let (wait, state, why) = match verdict {
            Verdict::GoOn => return,
            Verdict::Ready => {
                self.at = At::Live(now);
                return self.tell(StreamState::Live, out);
            }
            Verdict::Redial(why) => {
                // A line that was up for a while has earned a quick return.
                let is_steady = matches!(self.at, At::Live(since)
                    if now.ms_since(since) >= STEADY_LINE_MS);
                if is_steady {
                    self.attempt = 0;
                }
                (if is_steady { 1_000 } else { own }, None, why)
            }
            Verdict::Crowded(why) => (own.max(REFUSED_LINE_WAIT_MS_MIN), None, why),
            Verdict::Rest(ms, why) => (ms, Some(StreamState::Offline), why),
        };
        tracing::warn!(line = self.name, attempt = self.attempt, why, "the line is down");
        let half = wait / 2;
        let random = i64::try_from(self.chance.next_u64() >> 1).unwrap_or(0);
        self.at = At::Waiting(now.plus_ms(half + random.rem_euclid(half.max(1))));
        self.pinged = None;
        out.push(Effect::HangUp);
        self.tell(state.unwrap_or(StreamState::Reconnecting(self.attempt + 1)), out);
    }

    fn tell(&mut self, state: StreamState, out: &mut Vec<Effect<T::Said>>) {
        if self.told != Some(state) {
            self.told = Some(state);
            out.push(Effect::State(state));
        }
    }
}

#[cfg(test)]
mod tests;
