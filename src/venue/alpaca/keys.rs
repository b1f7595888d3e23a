//! The broker's keys and hosts: which may be used, and where each call goes.
//! Must never let a live account through, nor show a secret in any text.

use std::fmt;

use reqwest::Url;

/// The paper host, and the hosts of market data.
const PAPER: &str = "https://paper-api.alpaca.markets";
const DATA: &str = "https://data.alpaca.markets";
const DATA_STREAM: &str = "wss://stream.data.alpaca.markets";
/// Hosts that may be named besides those of this machine.
const ALLOWED: [&str; 5] = [
    "paper-api.alpaca.markets",
    "data.alpaca.markets",
    "data.sandbox.alpaca.markets",
    "stream.data.alpaca.markets",
    "stream.data.sandbox.alpaca.markets",
];
/// What a live key begins with; a paper key begins with `PK`.
const LIVE_KEY: &str = "AK";

/// A pair of keys. Neither half is ever printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Keys {
    id: String,
    secret: String,
}

/// Addresses as somebody gave them; what is none follows from the others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// Of trading.
    pub base: Option<String>,
    /// Of market data.
    pub data: Option<String>,
    /// Of the market-data stream.
    pub data_stream: Option<String>,
    /// The feed: `iex`, `sip`, ...
    pub feed: Option<String>,
}

/// Where each call goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hosts {
    /// Of trading.
    pub trading: Url,
    /// Of market data.
    pub data: Url,
    /// The trade-update stream.
    pub trades: String,
    /// The market-data stream, with its feed.
    pub prices: String,
    /// The feed.
    pub feed: String,
}

/// Why keys or hosts are not used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Half of the pair is missing.
    #[error("{0} is missing: set it beside the other half of the pair")]
    Missing(&'static str),
    /// A key with characters that no key has.
    #[error("{0} has characters that no key has: copy it again, without quotes and spaces")]
    NotAKey(&'static str),
    /// A key of a live account.
    #[error(
        "this is a key of a live account, and the desk trades on paper alone: make a key in the \
         paper account (its id begins with PK)"
    )]
    LiveKey,
    /// An address that is none.
    #[error("{name} is no address: \"{value}\"")]
    NotAnAddress {
        /// Which setting.
        name: &'static str,
        /// What it says.
        value: String,
    },
    /// The live host, or any other that is not Alpaca's paper world.
    #[error(
        "the desk does not trade on {0}: it knows Alpaca's paper host \
         (https://paper-api.alpaca.markets) and addresses of this machine"
    )]
    Host(String),
    /// Keys would travel in the open.
    #[error("{0} has to begin with https: keys do not travel in the open")]
    InTheOpen(String),
}

impl Keys {
    /// A pair for paper trading.
    ///
    /// # Errors
    /// Where half of it is missing, it is none, or it is for a live account.
    pub fn new(id: &str, secret: &str) -> Result<Self, Unfit> {
        for (name, value) in [("ALPACA_API_KEY_ID", id), ("ALPACA_SECRET_KEY", secret)] {
            if value.is_empty() {
                return Err(Unfit::Missing(name));
            }
            if value.len() > 256 || !value.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(Unfit::NotAKey(name));
            }
        }
        if id.starts_with(LIVE_KEY) {
            return Err(Unfit::LiveKey);
        }
        Ok(Self { id: id.to_owned(), secret: secret.to_owned() })
    }
    /// A text that tells this pair at a host from every other, to be hashed and never shown.
    pub fn mark(&self, host: &str) -> String {
        format!("{host} {} {}", self.id, self.secret)
    }
    /// The name of the pair, for a header.
    pub(super) fn id(&self) -> &str {
        &self.id
    }
    /// The secret, for a header.
    pub(super) fn secret(&self) -> &str {
        &self.secret
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Keys(..)")
    }
}

impl Hosts {
    /// Where calls go, from what was given.
    ///
    /// # Errors
    /// Where an address is none, or not of Alpaca's paper world or this machine.
    pub fn of(given: &Given) -> Result<Self, Unfit> {
        let base = given.base.as_deref().unwrap_or(PAPER);
        let trading = checked("ALPACA_BASE_URL", base, &["/v2"])?;
        let local = is_local(&trading);
        let host = trading.host_str().unwrap_or_default();
        if !local && host != ALLOWED[0] {
            return Err(Unfit::Host(host.to_owned()));
        }
        let here = trading.as_str().trim_end_matches('/');
        let data = given.data.as_deref().unwrap_or(if local { here } else { DATA });
        let data = checked("APCA_API_DATA_URL", data, &["/v2"])?;
        let local_stream = as_socket(here);
        let stream = given.data_stream.as_deref();
        let stream = stream.unwrap_or(if local { &local_stream } else { DATA_STREAM });
        let stream = checked("APCA_API_STREAM_URL", &as_http(stream), &["/v2", "/stream"])?;
        let feed = given.feed.clone().unwrap_or_else(|| "iex".to_owned());
        if feed.is_empty() || !feed.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        {
            return Err(Unfit::NotAnAddress { name: "alpaca.feed", value: feed });
        }
        let stream = as_socket(stream.as_str().trim_end_matches('/'));
        Ok(Self {
            trades: format!("{}/stream", as_socket(here)),
            prices: format!("{stream}/v2/{feed}"),
            trading,
            data,
            feed,
        })
    }
    /// True where it is all on this machine: no proxy stands between.
    pub fn is_local(&self) -> bool {
        is_local(&self.trading)
    }
    /// The trading host, as people read it.
    pub fn name(&self) -> String {
        let host = self.trading.host_str().unwrap_or_default();
        self.trading.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }
}

/// An address, without the path that some programs write behind it.
fn checked(name: &'static str, text: &str, tails: &[&str]) -> Result<Url, Unfit> {
    let wrong = || Unfit::NotAnAddress { name, value: text.chars().take(80).collect() };
    let mut cut = text.trim().trim_end_matches('/');
    for tail in tails {
        cut = cut.strip_suffix(tail).unwrap_or(cut);
    }
    let url = Url::parse(cut).map_err(|_| wrong())?;
    let has_more = !matches!(url.path(), "" | "/") || url.query().is_some();
    if has_more || !url.username().is_empty() || url.password().is_some() {
        return Err(wrong());
    }
    let host = url.host_str().ok_or_else(wrong)?;
    let local = is_local(&url);
    if !local && !ALLOWED.contains(&host) {
        return Err(Unfit::Host(host.to_owned()));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if local => Ok(url),
        "http" => Err(Unfit::InTheOpen(url.to_string())),
        _ => Err(wrong()),
    }
}

fn is_local(url: &Url) -> bool {
    matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"))
}

fn as_socket(http: &str) -> String {
    http.strip_prefix("http").map_or_else(|| http.to_owned(), |rest| format!("ws{rest}"))
}

fn as_http(socket: &str) -> String {
    socket.strip_prefix("ws").map_or_else(|| socket.to_owned(), |rest| format!("http{rest}"))
}

#[cfg(test)]
mod tests {
    use super::{Given, Hosts, Keys, Unfit};

    fn at(base: &str) -> Result<Hosts, Unfit> {
        Hosts::of(&Given { base: Some(base.to_owned()), ..Given::default() })
    }

    #[test]
    fn without_a_word_everything_goes_to_the_paper_world() {
        let hosts = Hosts::of(&Given::default()).expect("the paper hosts");
        assert_eq!(hosts.trading.as_str(), "https://paper-api.alpaca.markets/");
        assert_eq!(hosts.data.as_str(), "https://data.alpaca.markets/");
        assert_eq!(hosts.trades, "wss://paper-api.alpaca.markets/stream");
        assert_eq!(hosts.prices, "wss://stream.data.alpaca.markets/v2/iex");
        assert_eq!(hosts.name(), "paper-api.alpaca.markets");
        assert_eq!(at("https://paper-api.alpaca.markets/v2/"), Ok(hosts));
    }

    #[test]
    fn a_market_of_this_machine_serves_everything_at_one_address() {
        let hosts = at("http://127.0.0.1:8181").expect("this machine");
        assert!(hosts.is_local());
        assert_eq!(hosts.data.as_str(), "http://127.0.0.1:8181/");
        assert_eq!(hosts.trades, "ws://127.0.0.1:8181/stream");
        assert_eq!(hosts.prices, "ws://127.0.0.1:8181/v2/iex");
        let given = Given {
            base: Some("http://localhost:1".to_owned()),
            data_stream: Some("ws://localhost:2/".to_owned()),
            feed: Some("test".to_owned()),
            ..Given::default()
        };
        assert_eq!(Hosts::of(&given).expect("this machine").prices, "ws://localhost:2/v2/test");
    }

    #[test]
    fn the_live_host_and_strangers_are_refused() {
        for base in [
            "https://api.alpaca.markets",
            "https://paper-api.alpaca.markets.evil.example",
            "https://data.alpaca.markets",
            "https://example.com",
        ] {
            assert!(matches!(at(base), Err(Unfit::Host(_))), "{base}");
        }
        assert!(matches!(at("http://paper-api.alpaca.markets"), Err(Unfit::InTheOpen(_))));
        for base in ["", "paper", "ftp://127.0.0.1", "https://a:b@paper-api.alpaca.markets"] {
            assert!(matches!(at(base), Err(Unfit::NotAnAddress { .. })), "{base}");
        }
        let data = Given { data: Some("https://example.com".into()), ..Given::default() };
        assert!(matches!(Hosts::of(&data), Err(Unfit::Host(_))));
    }

    #[test]
    fn live_keys_and_halves_are_refused_and_none_is_shown() {
        assert_eq!(Keys::new("AKX", "s"), Err(Unfit::LiveKey));
        assert_eq!(Keys::new("", "s"), Err(Unfit::Missing("ALPACA_API_KEY_ID")));
        assert_eq!(Keys::new("PK1", ""), Err(Unfit::Missing("ALPACA_SECRET_KEY")));
        assert_eq!(Keys::new("PK 1", "s"), Err(Unfit::NotAKey("ALPACA_API_KEY_ID")));
        let keys = Keys::new("PKcanary", "canary").expect("a pair");
        assert!(!format!("{keys:?}").contains("canary"));
    }
}
