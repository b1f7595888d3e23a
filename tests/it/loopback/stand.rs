//! An embedded Alpaca of its own for each test, with a clock moved by hand and a plain HTTP client.
//! Must never share a port, a clock or an account between tests.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::patience::soon;
use trading_desk::clock::ManualClock;
use trading_desk::domain::hours::Schedule;
use trading_desk::domain::time::{DeskTime, MarketTime};
use trading_desk::venue::loopback::keys::KeyPair;
use trading_desk::venue::loopback::{Loopback, Options};

/// A server, its clock, and the key that calls are made with.
pub(crate) struct Stand {
    pub(crate) loopback: Loopback,
    pub(crate) clock: ManualClock,
    pub(crate) key: KeyPair,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) text: String,
}

impl Reply {
    /// The body as JSON; nothing where it is empty.
    pub(crate) fn json(&self) -> Value {
        if self.text.is_empty() {
            return Value::Null;
        }
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }
    /// A refusal: status, code and text as expected.
    #[track_caller]
    pub(crate) fn refuses(&self, status: u16, code: i64, message: &str) -> Value {
        let body = self.json();
        let found = (self.status, body["code"].as_i64(), body["message"].as_str());
        assert_eq!(found, (status, Some(code), Some(message)), "{}", self.text);
        body
    }
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text);
        self.json()
    }
}

/// A moment on New York's clocks.
pub(crate) fn new_york(text: &str) -> MarketTime {
    MarketTime::from_new_york(text.parse().expect("a civil time"))
}

impl Stand {
    /// Opens at a moment of New York, on the exchange's hours and without a limit of calls.
    pub(crate) async fn at(moment: &str) -> Self {
        Self::with(moment, |_| {}).await
    }
    /// The same, with other options.
    pub(crate) async fn with(moment: &str, change: impl FnOnce(&mut Options)) -> Self {
        let start = new_york(moment);
        let clock = ManualClock::new(DeskTime::from_ns(start.ns()));
        let mut options =
            Options { schedule: Schedule::Nyse, rate: None, accounts: 2, ..Options::default() };
        change(&mut options);
        let loopback = Loopback::start(options, Arc::new(clock.clone())).await.expect("it opens");
        let key = loopback.keys()[0].clone();
        Self { loopback, clock, key }
    }
    pub(crate) fn address(&self) -> SocketAddr {
        self.loopback.address()
    }
    /// Moves market time on to a moment of New York.
    pub(crate) fn move_to(&self, moment: &str) {
        self.clock.set(DeskTime::from_ns(new_york(moment).ns()));
    }

    /// A call with the stand's key.
    pub(crate) async fn call(&self, method: &str, path: &str, body: &str) -> Reply {
        let headers = [
            ("APCA-API-KEY-ID", self.key.id.as_str()),
            ("APCA-API-SECRET-KEY", self.key.secret.as_str()),
        ];
        self.call_with(method, path, (&headers, body)).await
    }
    pub(crate) async fn get(&self, path: &str) -> Value {
        self.call("GET", path, "").await.ok()
    }
    pub(crate) async fn refused(&self, path: &str) -> Reply {
        self.call("GET", path, "").await
    }
    /// Places an order and answers it as it was taken.
    pub(crate) async fn place(&self, body: &str) -> Value {
        self.call("POST", "/v2/orders", body).await.ok()
    }
    pub(crate) async fn order(&self, order: &Value) -> Value {
        self.get(&format!("/v2/orders/{}", id(order))).await
    }
    /// A call with headers of its own.
    pub(crate) async fn call_with(
        &self,
        method: &str,
        path: &str,
        (headers, body): (&[(&str, &str)], &str),
    ) -> Reply {
        let mut text = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n");
        text.push_str("Connection: close\r\nContent-Type: application/json\r\n");
        for (name, value) in headers {
            text.extend([name, ": ", value, "\r\n"]);
        }
        let length = format!("Content-Length: {}\r\n\r\n", body.len());
        text.extend([length.as_str(), body]);
        let mut stream = TcpStream::connect(self.address()).await.expect("it listens");
        stream.write_all(text.as_bytes()).await.expect("it reads");
        let mut answer = Vec::new();
        let count = soon("an answer", stream.read_to_end(&mut answer)).await;
        count.expect("it answers");
        read(&String::from_utf8(answer).expect("text"))
    }
}

/// The id of an order.
pub(crate) fn id(order: &Value) -> &str {
    order["id"].as_str().expect("an order has an id")
}

fn read(answer: &str) -> Reply {
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).expect("a status");
    let header = |line: &str| {
        let (name, value) = line.split_once(':').expect("a header");
        (name.to_ascii_lowercase(), value.trim().to_owned())
    };
    Reply {
        status: status.parse().expect("a number"),
        headers: lines.map(header).collect(),
        text: body.to_owned(),
    }
}
