//! A plain client of web sockets: a handshake, frames, and nothing that is not asked for.
//! Must never answer a ping by itself: tests look at what the server does without it.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::patience::soon;

/// What came.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Frame {
    Text(String),
    Binary(Vec<u8>),
    Close,
    /// The connection ended.
    End,
}

pub(crate) struct Socket {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Socket {
    /// Opens a socket; the status where the handshake is refused.
    pub(crate) async fn open(
        address: SocketAddr,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Result<Self, u16> {
        let mut stream = TcpStream::connect(address).await.expect("it listens");
        let mut text = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n");
        text.push_str("Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n");
        text.push_str("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
        for (name, value) in headers {
            text.extend([name, ": ", value, "\r\n"]);
        }
        text.push_str("\r\n");
        stream.write_all(text.as_bytes()).await.expect("it reads");
        let mut socket = Self { stream, read: Vec::new() };
        loop {
            let end = socket.read.windows(4).position(|four| four == b"\r\n\r\n");
            if let Some(end) = end {
                let head = String::from_utf8_lossy(&socket.read[..end]).into_owned();
                socket.read.drain(..end + 4);
                let status = head.split(' ').nth(1).expect("a status").parse().expect("a number");
                return if status == 101 { Ok(socket) } else { Err(status) };
            }
            assert!(socket.more().await, "the handshake is answered");
        }
    }

    async fn more(&mut self) -> bool {
        let mut bytes = [0; 4_096];
        let count = soon("a word of the server", self.stream.read(&mut bytes)).await.unwrap_or(0);
        self.read.extend_from_slice(&bytes[..count]);
        count > 0
    }

    /// Sends a frame of a kind: 1 text, 2 binary, 0 the rest of a message; `last` ends it.
    pub(crate) async fn send_frame(&mut self, kind: u8, last: bool, payload: &[u8]) {
        let mut frame = vec![kind | if last { 0x80 } else { 0 }];
        match payload.len() {
            small @ 0..=125 => frame.push(0x80 | u8::try_from(small).expect("small")),
            length => {
                frame.push(0x80 | 0x7e);
                let length = u16::try_from(length).expect("tests send little");
                frame.extend_from_slice(&length.to_be_bytes());
            }
        }
        // A mask of zeros changes nothing and is a mask.
        frame.extend_from_slice(&[0; 4]);
        frame.extend_from_slice(payload);
        self.stream.write_all(&frame).await.expect("it reads");
    }
    pub(crate) async fn say(&mut self, text: &str) {
        self.send_frame(1, true, text.as_bytes()).await;
    }

    /// The next message; pings and pongs are passed over.
    pub(crate) async fn next(&mut self) -> Frame {
        loop {
            if let Some((kind, payload)) = self.take_frame() {
                match kind {
                    1 => return Frame::Text(String::from_utf8(payload).expect("text")),
                    2 => return Frame::Binary(payload),
                    8 => return Frame::Close,
                    _ => continue,
                }
            }
            if !self.more().await {
                return Frame::End;
            }
        }
    }

    fn take_frame(&mut self) -> Option<(u8, Vec<u8>)> {
        let (&first, &second) = (self.read.first()?, self.read.get(1)?);
        let (length, start) = match second & 0x7F {
            126 => {
                let bytes = self.read.get(2..4)?;
                (usize::from(u16::from_be_bytes(bytes.try_into().expect("two"))), 4)
            }
            127 => {
                let bytes = self.read.get(2..10)?;
                let length = u64::from_be_bytes(bytes.try_into().expect("eight"));
                (usize::try_from(length).expect("it fits"), 10)
            }
            small => (usize::from(small), 2),
        };
        let payload = self.read.get(start..start + length)?.to_vec();
        self.read.drain(..start + length);
        Some((first & 0x0F, payload))
    }

    /// The next message as JSON, whatever kind of frame it came in.
    pub(crate) async fn json(&mut self) -> Value {
        match self.next().await {
            Frame::Text(text) => serde_json::from_str(&text).expect("JSON"),
            Frame::Binary(bytes) => serde_json::from_slice(&bytes).expect("JSON"),
            other => panic!("no message: {other:?}"),
        }
    }
}
