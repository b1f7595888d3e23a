//! Alpaca over REST: one call at a time through the budget, its answer read or its trouble told.
//! Must never call anything twice by itself: whether a call may be repeated is not known here.

pub mod data;
pub mod trading;
pub mod trouble;

use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response, StatusCode, Url};
use serde::de::DeserializeOwned;

use crate::bounds::{ANSWER_BYTES_MAX, CALL_WAIT_MS_MAX, CONNECT_WAIT_MS_MAX};
use crate::desk::port::Clock;
use crate::domain::time::DeskTime;

use super::budget::{Budget, Lane, Told};
use super::keys::{Hosts, Keys};
use trouble::Trouble;

/// The client. Nothing of it touches the network, or TLS, before the first call.
pub struct Rest {
    keys: Keys,
    hosts: Hosts,
    clock: Arc<dyn Clock>,
    http: OnceLock<Client>,
    trading: Gate,
    data: Gate,
    /// The broker's time less ours, in milliseconds, as the last answer's date told it.
    skew_ms: Mutex<Option<i64>>,
}

/// Which of the two quotas a call counts on, and which host it goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// Orders, account, assets, clock, calendar.
    Trading,
    /// Prices.
    Data,
}

/// A call before it is made.
pub(super) struct Call {
    pub method: Method,
    pub side: Side,
    pub lane: Lane,
    /// The path's parts, each of which is escaped.
    pub path: Vec<String>,
    pub query: Vec<(&'static str, String)>,
    pub body: Option<Vec<u8>>,
    pub bytes_max: usize,
}

impl Call {
    pub(super) fn new(method: Method, lane: Lane, path: &[&str]) -> Self {
        Self {
            method,
            side: Side::Trading,
            lane,
            path: path.iter().map(|part| (*part).to_owned()).collect(),
            query: Vec::new(),
            body: None,
            bytes_max: ANSWER_BYTES_MAX,
        }
    }
    pub(super) fn get(lane: Lane, path: &[&str]) -> Self {
        Self::new(Method::GET, lane, path)
    }
    #[must_use]
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }
    #[must_use]
    pub(super) fn maybe(self, name: &'static str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }
    /// # Panics
    /// Where a body of ours cannot be written as JSON: all are made of text.
    #[must_use]
    pub(super) fn body(mut self, body: &impl serde::Serialize) -> Self {
        self.body = Some(serde_json::to_vec(body).expect("our bodies are plain data"));
        self
    }
}

/// A success, not yet read.
pub(super) struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Answer {
    /// Reads the body.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, Trouble> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let body = trouble::excerpt(&self.body);
            Trouble::Unclear(format!("HTTP {}, {body} ({error})", self.status))
        })
    }
}

/// The budget with those who wait for it.
struct Gate {
    budget: Mutex<Budget>,
}

impl Gate {
    fn new() -> Self {
        Self { budget: Mutex::new(Budget::default()) }
    }
    fn with<T>(&self, act: impl FnOnce(&mut Budget) -> T) -> T {
        act(&mut self.budget.lock().expect("nobody panics over the budget"))
    }
    async fn pass(&self, lane: Lane, clock: &dyn Clock) {
        loop {
            match self.with(|budget| budget.take(lane, clock.now())) {
                Ok(()) => return,
                Err(again) => clock.wait_until(again).await,
            }
        }
    }
}

/// Makes TLS ready to be used, once for the program: both clients of this house share one.
pub(super) fn prepare_tls() {
    // Somebody was first: then it is ready.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

impl Rest {
    /// A client that has not called yet.
    pub fn new(keys: Keys, hosts: Hosts, clock: Arc<dyn Clock>) -> Self {
        Self {
            keys,
            hosts,
            clock,
            http: OnceLock::new(),
            trading: Gate::new(),
            data: Gate::new(),
            skew_ms: Mutex::new(None),
        }
    }
    /// Where it calls.
    pub const fn hosts(&self) -> &Hosts {
        &self.hosts
    }
    /// Calls left on the trading side, and those a minute has.
    pub fn left(&self) -> (u32, u32) {
        self.trading.with(|budget| budget.left(self.clock.now()))
    }
    /// The broker's time less ours, in milliseconds; none before the first answer.
    pub fn skew_ms(&self) -> Option<i64> {
        *self.skew_ms.lock().expect("nobody panics over the skew")
    }

    fn http(&self) -> Result<&Client, Trouble> {
        if let Some(http) = self.http.get() {
            return Ok(http);
        }
        prepare_tls();
        let mut headers = HeaderMap::new();
        for (name, value) in
            [("apca-api-key-id", self.keys.id()), ("apca-api-secret-key", self.keys.secret())]
        {
            let mut value = HeaderValue::from_str(value).expect("keys are plain characters");
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        let mut builder = Client::builder()
            .default_headers(headers)
            .user_agent(concat!("trading-desk/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .connect_timeout(Duration::from_millis(CONNECT_WAIT_MS_MAX))
            .tcp_nodelay(true);
        if self.hosts.is_local() {
            builder = builder.no_proxy();
        }
        let made = builder.build().map_err(|error| Trouble::NotSent(words(&error)))?;
        Ok(self.http.get_or_init(|| made))
    }

    /// Makes a call once it may be made; anything but a success is trouble.
    pub(super) async fn call(&self, call: Call) -> Result<Answer, Trouble> {
        let gate = if call.side == Side::Trading { &self.trading } else { &self.data };
        gate.pass(call.lane, self.clock.as_ref()).await;
        let late = self.clock.wait_until(self.clock.now().plus_ms(CALL_WAIT_MS_MAX));
        let (status, told, body) = tokio::select! {
            biased;
            done = self.make(call) => done?,
            () = late => {
                let seconds = CALL_WAIT_MS_MAX / 1_000;
                return Err(Trouble::Unclear(format!("no answer within {seconds} s")));
            }
        };
        let now = self.clock.now();
        if status.as_u16() == 429 {
            gate.with(|budget| budget.refused(told, now));
        } else {
            gate.with(|budget| budget.answered(told, now));
        }
        if status.is_success() {
            return Ok(Answer { status: status.as_u16(), body });
        }
        Err(trouble::of_answer(status.as_u16(), &body))
    }

    async fn make(&self, call: Call) -> Result<(StatusCode, Told, Vec<u8>), Trouble> {
        let http = self.http()?;
        let mut request = http.request(call.method, self.url(call.side, &call.path, &call.query));
        if let Some(body) = call.body {
            request = request.header("content-type", "application/json").body(body);
        }
        let mut response = request.send().await.map_err(|error| not_answered(&error))?;
        let status = response.status();
        let told = told(response.headers());
        self.note_date(&response);
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(None) => return Ok((status, told, body)),
                Ok(Some(more)) if body.len() + more.len() <= call.bytes_max => {
                    body.extend_from_slice(&more);
                }
                Ok(Some(_)) => {
                    let most = call.bytes_max >> 20;
                    let why = format!("an answer of more than {most} MB");
                    return Err(Trouble::Unclear(why));
                }
                Err(error) => {
                    let why = format!("the answer broke off: {}", words(&error));
                    return Err(Trouble::Unclear(why));
                }
            }
        }
    }

    fn url(&self, side: Side, path: &[String], query: &[(&'static str, String)]) -> Url {
        let host = if side == Side::Trading { &self.hosts.trading } else { &self.hosts.data };
        let mut url = host.clone();
        url.path_segments_mut().expect("a host has a path").pop_if_empty().extend(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    fn note_date(&self, response: &Response) {
        let date = response.headers().get("date").and_then(|date| date.to_str().ok());
        let date = date.and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
        if let Some(date) = date {
            let theirs = DeskTime::from_timestamp(date.timestamp());
            let skew = theirs.ms_since(self.clock.now());
            *self.skew_ms.lock().expect("nobody panics over the skew") = Some(skew);
        }
    }
}

fn told(headers: &HeaderMap) -> Told {
    let number =
        |name| headers.get(name).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    Told {
        limit: number("x-ratelimit-limit").and_then(|limit: i64| u32::try_from(limit).ok()),
        remaining: number("x-ratelimit-remaining").and_then(|left| u32::try_from(left).ok()),
        reset_s: number("x-ratelimit-reset"),
        retry_after_s: number("retry-after"),
    }
}

/// A call without an answer: only one that found no connection certainly did nothing.
fn not_answered(error: &reqwest::Error) -> Trouble {
    if error.is_connect() || error.is_builder() {
        Trouble::NotSent(words(error))
    } else {
        Trouble::Unclear(words(error))
    }
}

/// The innermost cause: the outer ones repeat the address.
fn words(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    crate::domain::text::clean_line(&cause.to_string(), 120)
}
