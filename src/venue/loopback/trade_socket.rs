//! One socket of the trade-update stream: who listens signs in, says what it wants, and hears it.
//! Must never keep an update for a socket that is closed.

use std::pin::pin;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::ws::{Message, WebSocket};
use tokio::sync::mpsc;

use crate::bounds::{SLOW_SOCKET_MS_MAX, SOCKET_UPDATES_MAX};

use super::chaos::Spell;
use super::hall::Hall;
use super::updates::{self, TRADE_UPDATES, Wish};

/// Talks until one side leaves.
pub(super) async fn talk(hall: Arc<Hall>, (mut socket, mut spell): (WebSocket, Spell)) {
    let (mut ending, mut ending_too) = (pin!(hall.ending()), pin!(hall.ending()));
    let clock = hall.clock.clone();
    let mut line = Line { hall, account: None, updates: None, listens: false };
    'talk: loop {
        tokio::select! {
            biased;
            () = &mut ending => break,
            heard = socket.recv() => {
                let Some(Ok(heard)) = heard else { return };
                let reply = match heard {
                    Message::Text(text) => line.reply(text.as_bytes()),
                    Message::Binary(bytes) => line.reply(&bytes),
                    Message::Close(_) => return,
                    Message::Ping(_) | Message::Pong(_) => None,
                };
                if let Some(reply) = reply
                    && socket.send(Message::Binary(Bytes::from(reply))).await.is_err()
                {
                    return;
                }
            }
            update = line.next() => {
                // The account let go of a listener that did not keep up.
                let Some(update) = update else { break };
                for update in spell.heard(vec![update]) {
                    let frame = Bytes::copy_from_slice(update.as_bytes());
                    let sent = tokio::select! {
                        biased;
                        () = &mut ending_too => break 'talk,
                        sent = socket.send(Message::Binary(frame)) => sent,
                        () = clock.wait_until(clock.now().plus_ms(SLOW_SOCKET_MS_MAX)) => {
                            tracing::info!("slow client: its socket is cut off");
                            return;
                        }
                    };
                    if sent.is_err() {
                        return;
                    }
                }
            }
        }
    }
    // Whether the farewell arrives is not waited for.
    drop(socket.send(Message::Close(None)).await);
}

/// What is known of the other side.
struct Line {
    hall: Arc<Hall>,
    account: Option<usize>,
    updates: Option<mpsc::Receiver<Arc<str>>>,
    listens: bool,
}

impl Line {
    /// The next update; waits for ever where none is wanted.
    async fn next(&mut self) -> Option<Arc<str>> {
        match &mut self.updates {
            Some(updates) if self.listens => updates.recv().await,
            _ => std::future::pending().await,
        }
    }

    /// What to answer, if anything.
    fn reply(&mut self, frame: &[u8]) -> Option<String> {
        match updates::read(frame) {
            Wish::SignIn(key, secret) => {
                let found = self.hall.keys.account(&key, &secret).ok();
                self.account = found.or(self.account);
                Some(updates::verdict(found.is_some(), "authenticate"))
            }
            Wish::Listen(_) if self.account.is_none() => Some(updates::verdict(false, "listen")),
            Wish::Listen(streams) => {
                let known: Vec<String> =
                    streams.into_iter().filter(|one| one == TRADE_UPDATES).collect();
                self.listen(!known.is_empty());
                Some(updates::listening(&known))
            }
            Wish::Nothing => None,
        }
    }

    /// The list that was named replaces the one before: what was not wanted meanwhile is not
    /// told later.
    fn listen(&mut self, wanted: bool) {
        self.listens = wanted;
        if !wanted {
            self.updates = None;
        } else if self.updates.is_none()
            && let Some(account) = self.account
        {
            let (sender, receiver) = mpsc::channel(SOCKET_UPDATES_MAX);
            self.hall.account(account).listen(sender);
            self.updates = Some(receiver);
        }
    }
}
