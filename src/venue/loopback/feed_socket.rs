//! One socket of the data stream: it is greeted, signs in, subscribes, and hears what it wants.
//! Must never gather messages for a socket that does not read: it is cut off instead.

use std::pin::pin;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::ws::{self, WebSocket};

use crate::bounds::SLOW_SOCKET_MS_MAX;
use crate::domain::time::{DeskTime, MarketTime};

use super::chaos::Spell;
use super::feed::{self, Feed, Said, Subscription};
use super::frame::{Form, Message, error, success};
use super::hall::Hall;
use super::plan::Plan;
use super::reel::Reels;
use super::seats::Seat;

/// Time to sign in, in milliseconds.
const SIGN_IN_MS: i64 = 10_000;
/// Longest wait for a slow socket to take the word that it is cut off, in milliseconds.
const FAREWELL_MS_MAX: i64 = 1_000;
/// Messages of one frame.
const FRAME_MESSAGES_MAX: usize = 500;
/// Age of what the delayed feed tells, in milliseconds.
const DELAY_MS: i64 = 15 * 60_000;
/// Longest wait between two looks, in milliseconds.
const WAIT_MS_MAX: i64 = 30_000;

/// How a socket was opened.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opened {
    /// On which feed.
    pub feed: Feed,
    /// In which form it talks.
    pub form: Form,
    /// The account, where the handshake said it.
    pub account: Option<usize>,
}

/// Talks until one side leaves.
pub(super) async fn talk(
    hall: Arc<Hall>,
    (mut socket, mut spell): (WebSocket, Spell),
    opened: Opened,
) {
    let mut line = Line::new(hall.clone(), opened);
    let mut greeting = vec![success("connected")];
    let mut leaves = false;
    if let Some(account) = opened.account {
        let answer = line.enter(account);
        leaves = answer.1;
        greeting.push(answer.0);
    }
    for message in greeting {
        if line.send(&mut socket, &[message], line.latest()).await.is_err() {
            return;
        }
    }
    let mut ending = pin!(hall.ending());
    while !leaves {
        let wait = hall.clock.wait_until(line.due());
        tokio::select! {
            biased;
            () = &mut ending => break,
            heard = socket.recv() => {
                let Some(Ok(heard)) = heard else { return };
                let answer = match heard {
                    ws::Message::Text(text) => line.hear(text.as_bytes()),
                    ws::Message::Binary(bytes) => line.hear(&bytes),
                    ws::Message::Close(_) => return,
                    ws::Message::Ping(_) | ws::Message::Pong(_) => continue,
                };
                leaves = answer.1;
                if line.send(&mut socket, &[answer.0], line.latest()).await.is_err() {
                    return;
                }
            }
            () = wait => {
                let Some(messages) = line.turn() else {
                    let late = error(404, "auth timeout");
                    drop(line.send(&mut socket, &[late], line.latest()).await);
                    break;
                };
                let latest = line.latest();
                for part in spell.heard(messages).chunks(FRAME_MESSAGES_MAX) {
                    if line.send(&mut socket, part, latest).await.is_err() {
                        return;
                    }
                }
            }
        }
    }
    // Whether the farewell arrives is not waited for.
    drop(socket.send(ws::Message::Close(None)).await);
}

/// The socket was cut off, or is gone.
struct Gone;

/// What is known of the other side.
struct Line {
    hall: Arc<Hall>,
    opened: Opened,
    seat: Option<Seat>,
    wanted: Subscription,
    reels: Reels,
    sign_in_by: DeskTime,
    next: DeskTime,
}

impl Line {
    fn new(hall: Arc<Hall>, opened: Opened) -> Self {
        let (desk, market) = hall.now();
        let (tape, facts) = match opened.feed {
            Feed::Test => (hall.test_tape.clone(), hall.test_facts.clone()),
            _ => (hall.tape.clone(), hall.facts.clone()),
        };
        let reels = Reels::new(tape, facts, (opened.feed, shown(opened.feed, market)));
        let sign_in_by = desk.plus_ms(SIGN_IN_MS);
        let wanted = Subscription::default();
        Self { hall, opened, seat: None, wanted, reels, sign_in_by, next: desk }
    }

    /// When to look next.
    fn due(&self) -> DeskTime {
        if self.seat.is_none() { self.sign_in_by } else { self.next }
    }

    /// Signs an account in: the answer, and whether the socket is closed after it.
    fn enter(&mut self, account: usize) -> (Message, bool) {
        let feed = self.opened.feed;
        if self.hall.options.plan == Plan::Basic && matches!(feed, Feed::Sip) {
            return (error(409, "insufficient subscription"), true);
        }
        match self.hall.seats.take((account, feed)) {
            None => (error(406, "connection limit exceeded"), true),
            Some(seat) => {
                self.seat = Some(seat);
                self.next = self.hall.clock.now().plus_ms(WAIT_MS_MAX);
                (success("authenticated"), false)
            }
        }
    }

    /// What to answer, and whether the socket is closed after it.
    fn hear(&mut self, frame: &[u8]) -> (Message, bool) {
        let Some(said) = feed::read(frame, self.opened.form) else {
            return (error(400, "invalid syntax"), false);
        };
        match (said.action.as_str(), self.seat.is_some()) {
            ("auth", true) => (error(403, "already authenticated"), false),
            ("auth", false) => match self.hall.keys.account(&said.key, &said.secret) {
                Ok(account) => self.enter(account),
                Err(_) => (error(402, "auth failed"), true),
            },
            ("subscribe" | "unsubscribe", false) => (error(401, "not authenticated"), false),
            ("subscribe" | "unsubscribe", true) => (self.subscribe(&said), false),
            _ => (error(400, "invalid syntax"), false),
        }
    }

    fn subscribe(&mut self, said: &Said) -> Message {
        let feed = self.opened.feed;
        if let Err(refusal) = self.wanted.change(said, (feed, self.hall.options.plan)) {
            return refusal;
        }
        let (desk, market) = self.hall.now();
        self.reels.follow(&self.wanted, shown(feed, market));
        self.next = desk.max(self.reel_due());
        self.wanted.written(feed)
    }

    /// What is to be said now; none where the other side never signed in.
    fn turn(&mut self) -> Option<Vec<Message>> {
        self.seat.as_ref()?;
        let (desk, market) = self.hall.now();
        let said = self.reels.turn(&self.wanted, shown(self.opened.feed, market));
        let soonest = desk.plus_ms(self.hall.options.cadence_ms.max(1));
        self.next = self.reel_due().clamp(soonest, desk.plus_ms(WAIT_MS_MAX).max(soonest));
        Some(said)
    }
    fn reel_due(&self) -> DeskTime {
        let due = self.reels.due();
        let due = if self.opened.feed == Feed::DelayedSip { due.plus_ms(DELAY_MS) } else { due };
        self.hall.timeline.desk(due)
    }

    fn framed(&self, messages: &[Message]) -> ws::Message {
        let frame = Bytes::from(self.opened.form.frame(messages));
        match self.opened.form {
            Form::Packed => ws::Message::Binary(frame),
            Form::Json => {
                let text = ws::Utf8Bytes::try_from(frame).expect("JSON is text");
                ws::Message::Text(text)
            }
        }
    }

    /// When all that is sent from now on must have been taken.
    fn latest(&self) -> DeskTime {
        self.hall.clock.now().plus_ms(SLOW_SOCKET_MS_MAX)
    }

    /// Sends a frame; whoever has not taken it by `latest` is cut off.
    async fn send(
        &self,
        socket: &mut WebSocket,
        messages: &[Message],
        latest: DeskTime,
    ) -> Result<(), Gone> {
        tokio::select! {
            biased;
            sent = socket.send(self.framed(messages)) => return sent.map_err(|_| Gone),
            () = self.hall.ending() => return Err(Gone),
            () = self.hall.clock.wait_until(latest) => {}
        }
        tracing::info!(code = 407, "slow client: its socket is cut off");
        let farewell = async {
            socket.send(self.framed(&[error(407, "slow client")])).await?;
            socket.send(ws::Message::Close(None)).await
        };
        let clock = &self.hall.clock;
        tokio::select! {
            biased;
            // Whether the farewell arrives does not matter: it is one either way.
            _ = farewell => {}
            () = self.hall.ending() => {}
            () = clock.wait_until(clock.now().plus_ms(FAREWELL_MS_MAX)) => {}
        }
        Err(Gone)
    }
}

/// The moment that a feed tells of.
fn shown(feed: Feed, now: MarketTime) -> MarketTime {
    if feed == Feed::DelayedSip { now.plus_ms(-DELAY_MS) } else { now }
}
