//! A broker of the tests' own on a local port: it answers what a test tells it to, oddities too.
//! Must never answer on its own: what no test scripted is a 404 with a broker's words.

use std::sync::{Arc, Mutex};

use futures::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Message, Role};

use crate::patience::soon;

/// What was asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub method: String,
    /// Path with its query.
    pub target: String,
    pub head: String,
    pub body: String,
}

impl Asked {
    pub(crate) fn line(&self) -> String {
        format!("{} {}", self.method, self.target)
    }
}

/// What is answered.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// Status, lines of the head, body.
    Full(u16, String, Vec<u8>),
    /// Like the first, and then the line is closed.
    Last(u16, String, Vec<u8>),
    /// The beginning of an answer, and then the line is closed.
    Torn(Vec<u8>),
    /// The line is closed without a word.
    Cut,
    /// Nothing, for ever.
    Silence,
    /// A WebSocket: the test holds the other end.
    Upgrade,
}

pub(crate) fn json(status: u16, body: impl Into<String>) -> Answer {
    Answer::Full(status, "Content-Type: application/json\r\n".into(), body.into().into_bytes())
}

type Script = Arc<dyn Fn(&Asked) -> Answer + Send + Sync>;

/// The test's end of a WebSocket.
pub(crate) struct Socket {
    pub path: String,
    inner: WebSocketStream<TcpStream>,
}

impl Socket {
    pub(crate) async fn send(&mut self, text: &str) {
        self.inner.send(Message::Text(text.into())).await.expect("the client listens");
    }
    pub(crate) async fn send_binary(&mut self, text: &str) {
        let bytes = text.as_bytes().to_vec();
        self.inner.send(Message::Binary(bytes.into())).await.expect("the client listens");
    }
    /// The next message that is no ping or pong; none once the client has gone.
    pub(crate) async fn heard(&mut self) -> Option<String> {
        loop {
            match soon("a word of the client", self.inner.next()).await? {
                Ok(Message::Text(text)) => return Some(text.to_string()),
                Ok(Message::Binary(bytes)) => {
                    return Some(String::from_utf8_lossy(&bytes).into_owned());
                }
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }
    /// The raw line: nothing is read from it, so no ping is ever answered.
    pub(crate) fn into_silence(self) -> WebSocketStream<TcpStream> {
        self.inner
    }
    pub(crate) async fn close(mut self) {
        let _ = self.inner.close(None).await;
    }
}

/// The server, and all that it was asked.
pub(crate) struct Server {
    pub address: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    pub sockets: mpsc::UnboundedReceiver<Socket>,
}

impl Server {
    pub(crate) async fn start(script: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("it has one"));
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let (opened, sockets) = mpsc::unbounded_channel();
        let (script, log): (Script, _) = (Arc::new(script), asked.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, script.clone(), log.clone(), opened.clone()));
            }
        });
        Self { address, asked, sockets }
    }
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("nobody panics over it").clone()
    }
    pub(crate) fn lines(&self) -> Vec<String> {
        self.asked().iter().map(Asked::line).collect()
    }
}

async fn serve(
    mut stream: TcpStream,
    script: Script,
    log: Arc<Mutex<Vec<Asked>>>,
    opened: mpsc::UnboundedSender<Socket>,
) {
    while let Some(asked) = read(&mut stream).await {
        let answer = script(&asked);
        log.lock().expect("nobody panics over it").push(asked.clone());
        match answer {
            Answer::Full(status, head, body) => write(&mut stream, status, &head, &body).await,
            Answer::Last(status, head, body) => {
                let head = format!("{head}Connection: close\r\n");
                return write(&mut stream, status, &head, &body).await;
            }
            Answer::Torn(bytes) => {
                let _ = stream.write_all(&bytes).await;
                return;
            }
            Answer::Cut => return,
            Answer::Silence => std::future::pending().await,
            Answer::Upgrade => {
                let key = header(&asked.head, "sec-websocket-key").expect("a handshake has it");
                let accept = derive_accept_key(key.as_bytes());
                let head = format!(
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
                     Connection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"
                );
                let _ = stream.write_all(head.as_bytes()).await;
                let inner = WebSocketStream::from_raw_socket(stream, Role::Server, None).await;
                let _ = opened.send(Socket { path: asked.target, inner });
                return;
            }
        }
    }
}

fn header(head: &str, name: &str) -> Option<String> {
    let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

async fn read(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let mut more = [0; 4_096];
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        match stream.read(&mut more).await {
            Ok(count) if count > 0 => bytes.extend_from_slice(&more[..count]),
            _ => return None,
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let length = header(&head, "content-length").and_then(|length| length.parse().ok());
    while bytes.len() < end + length.unwrap_or(0) {
        match stream.read(&mut more).await {
            Ok(count) if count > 0 => bytes.extend_from_slice(&more[..count]),
            _ => return None,
        }
    }
    let mut words = head.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let body = String::from_utf8_lossy(&bytes[end..]).into_owned();
    Some(Asked { method, target, head, body })
}

async fn write(stream: &mut TcpStream, status: u16, head: &str, body: &[u8]) {
    let length = body.len();
    let head = format!("HTTP/1.1 {status} Said\r\n{head}Content-Length: {length}\r\n\r\n");
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(body).await;
}
