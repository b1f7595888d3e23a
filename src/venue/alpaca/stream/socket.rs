//! The WebSocket under a line: opens it, carries what the line says, hears what comes.
//! Must never decide when to open or to let go: the line says so, and time comes by its alarm.

use std::sync::Arc;

use futures::future::BoxFuture;
use futures::{FutureExt, SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use super::line::{Effect, Event, Line, Talk};
use crate::bounds::STREAM_MESSAGE_BYTES_MAX;
use crate::desk::port::{Clock, StreamState};
use crate::domain::text::clean_line;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;
type Opening = BoxFuture<'static, Result<Socket, Error>>;

/// What a line tells the rest of the house.
#[derive(Debug)]
pub enum Told<S> {
    /// Its state changed.
    State(StreamState),
    /// Something was said on it.
    Said(S),
}

/// Where a stream is, and how it is asked to speak.
#[derive(Clone, Debug)]
pub struct Place {
    /// Address.
    pub url: String,
    /// True to ask for `MessagePack`; else JSON.
    pub msgpack: bool,
}

/// What the shell holds open.
enum Held {
    Nothing,
    Opening(Opening),
    Open(Box<Socket>),
}

/// Keeps a line up until it is stopped or nobody listens. `changes` carries what changes the talk
/// (what is wanted): a function over it that says what to send.
pub async fn keep<T, W>(
    mut line: Line<T>,
    place: Place,
    clock: Arc<dyn Clock>,
    told: mpsc::Sender<Told<T::Said>>,
    mut wanted: Wanted<T, W>,
) where
    T: Talk,
    W: Clone + Send + Sync,
{
    let mut held = Held::Nothing;
    let mut effects = Vec::new();
    loop {
        for effect in effects {
            match effect {
                Effect::Dial => held = Held::Opening(open(&place)),
                Effect::HangUp => held = Held::Nothing,
                Effect::Send(text) => say(&mut held, Message::text(text)).await,
                Effect::Ping => say(&mut held, Message::Ping(Vec::new().into())).await,
                Effect::State(state) => {
                    if told.send(Told::State(state)).await.is_err() {
                        return;
                    }
                }
                Effect::Said(said) => {
                    if told.send(Told::Said(said)).await.is_err() {
                        return;
                    }
                }
            }
        }
        let alarm = clock.wait_until(line.alarm());
        effects = tokio::select! {
            biased;
            _ = wanted.stop.wait_for(|&stop| stop) => return,
            event = next(&mut held) => {
                let now = clock.now();
                match event {
                    Came::Opened(socket) => {
                        held = Held::Open(socket);
                        line.handle(Event::Opened, now)
                    }
                    Came::Message(bytes) => line.handle(Event::Heard(&bytes), now),
                    Came::Alive => line.handle(Event::Alive, now),
                    Came::Refused(status) => line.handle(Event::Refused(status), now),
                    Came::Broken(why) => line.handle(Event::Broken(why), now),
                }
            }
            Ok(()) = wanted.what.changed() => {
                let what = wanted.what.borrow_and_update().clone();
                (wanted.tell)(&mut line.talk, what).into_iter().map(Effect::Send).collect()
            }
            () = alarm => line.handle(Event::Alarm, clock.now()),
        };
    }
}

/// What is wanted of a line, and how its talk is told.
pub struct Wanted<T, W> {
    /// True once it is over.
    pub stop: watch::Receiver<bool>,
    /// What is wanted now.
    pub what: watch::Receiver<W>,
    /// Tells the talk; what it wants to send comes back.
    pub tell: fn(&mut T, W) -> Vec<String>,
}

/// What came of what is held.
enum Came {
    Opened(Box<Socket>),
    Message(Vec<u8>),
    Alive,
    Refused(u16),
    Broken(String),
}

fn open(place: &Place) -> Opening {
    super::super::rest::prepare_tls();
    let request = place.url.as_str().into_client_request().map(|mut request| {
        let kind = if place.msgpack { "application/msgpack" } else { "application/json" };
        request.headers_mut().insert("content-type", HeaderValue::from_static(kind));
        request
    });
    let config = WebSocketConfig::default()
        .max_message_size(Some(STREAM_MESSAGE_BYTES_MAX))
        .max_frame_size(Some(STREAM_MESSAGE_BYTES_MAX));
    async move {
        let (socket, _) = connect_async_with_config(request?, Some(config), true).await?;
        Ok(socket)
    }
    .boxed()
}

async fn next(held: &mut Held) -> Came {
    match held {
        Held::Nothing => std::future::pending().await,
        Held::Opening(opening) => match opening.await {
            Ok(socket) => Came::Opened(Box::new(socket)),
            Err(error) => {
                *held = Held::Nothing;
                failed(error)
            }
        },
        Held::Open(socket) => match socket.next().await {
            Some(Ok(Message::Text(text))) => Came::Message(text.as_bytes().to_vec()),
            Some(Ok(Message::Binary(bytes))) => Came::Message(bytes.to_vec()),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Came::Alive,
            Some(Ok(Message::Close(frame))) => {
                *held = Held::Nothing;
                Came::Broken(frame.map_or_else(
                    || "closed without a word".to_owned(),
                    |frame| {
                        format!("closed with {}: {}", frame.code, clean_line(&frame.reason, 80))
                    },
                ))
            }
            Some(Err(error)) => {
                *held = Held::Nothing;
                failed(error)
            }
            None => {
                *held = Held::Nothing;
                Came::Broken("the line broke".to_owned())
            }
        },
    }
}

fn failed(error: Error) -> Came {
    match error {
        Error::Http(answer) => Came::Refused(answer.status().as_u16()),
        other => Came::Broken(clean_line(&other.to_string(), 120)),
    }
}

/// Sends; a line that cannot be written to is found broken when it is read.
async fn say(held: &mut Held, message: Message) {
    if let Held::Open(socket) = held
        && let Err(error) = socket.send(message).await
    {
        tracing::debug!(%error, "a message was not sent");
    }
}
