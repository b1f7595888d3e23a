//! What is said on a socket of the data stream, and what is subscribed to after it.
//! Must never subscribe a socket to more than its plan allows.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::frame::{Form, Message, Value, error, text};
use super::plan::Plan;

/// Symbols of trades and quotes together that the basic plan allows.
const BASIC_SYMBOLS_MAX: usize = 30;
/// All symbols.
const ALL: &str = "*";

/// The feeds of the data stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Feed {
    /// One exchange's trades and quotes.
    Iex,
    /// All exchanges'.
    Sip,
    /// The same, 15 minutes late.
    DelayedSip,
    /// One made-up symbol around the clock.
    Test,
}

impl Feed {
    /// The feed of a path.
    pub(super) fn of(path: &str) -> Option<Self> {
        Some(match path {
            "/v2/iex" => Self::Iex,
            "/v2/sip" => Self::Sip,
            "/v2/delayed_sip" => Self::DelayedSip,
            "/v2/test" => Self::Test,
            _ => return None,
        })
    }
    /// Its name.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Iex => "iex",
            Self::Sip => "sip",
            Self::DelayedSip => "delayed_sip",
            Self::Test => "test",
        }
    }
}

/// What can be subscribed to, in the order of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Channel {
    Trades,
    Quotes,
    Bars,
    UpdatedBars,
    DailyBars,
    Statuses,
    Lulds,
    Corrections,
    CancelErrors,
}

impl Channel {
    const EVERY: [Self; 9] = [
        Self::Trades,
        Self::Quotes,
        Self::Bars,
        Self::UpdatedBars,
        Self::DailyBars,
        Self::Statuses,
        Self::Lulds,
        Self::Corrections,
        Self::CancelErrors,
    ];
    const fn as_str(self) -> &'static str {
        match self {
            Self::Trades => "trades",
            Self::Quotes => "quotes",
            Self::Bars => "bars",
            Self::UpdatedBars => "updatedBars",
            Self::DailyBars => "dailyBars",
            Self::Statuses => "statuses",
            Self::Lulds => "lulds",
            Self::Corrections => "corrections",
            Self::CancelErrors => "cancelErrors",
        }
    }
    const fn is_on(self, feed: Feed) -> bool {
        let on_test = matches!(self, Self::Trades | Self::Quotes | Self::Bars);
        on_test || !matches!(feed, Feed::Test)
    }
}

/// What a client says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Said {
    /// `auth`, `subscribe` or `unsubscribe`.
    pub action: String,
    /// The key.
    pub key: String,
    /// Its secret.
    pub secret: String,
    trades: Vec<String>,
    quotes: Vec<String>,
    bars: Vec<String>,
    #[serde(rename = "updatedBars")]
    updated_bars: Vec<String>,
    #[serde(rename = "dailyBars")]
    daily_bars: Vec<String>,
    statuses: Vec<String>,
    lulds: Vec<String>,
    /// Follows the trades, whatever is said of it.
    corrections: Vec<String>,
    #[serde(rename = "cancelErrors")]
    cancel_errors: Vec<String>,
    imbalances: Vec<String>,
    orderbooks: Vec<String>,
    news: Vec<String>,
}

/// Reads what a client says, in whichever form it says it.
pub(super) fn read(frame: &[u8], form: Form) -> Option<Said> {
    let json = || serde_json::from_slice(frame).ok();
    match form {
        Form::Json => json(),
        Form::Packed => rmp_serde::from_slice(frame).ok().or_else(json),
    }
}

impl Said {
    fn wishes(&self) -> [(Channel, &[String]); 7] {
        [
            (Channel::Trades, &self.trades),
            (Channel::Quotes, &self.quotes),
            (Channel::Bars, &self.bars),
            (Channel::UpdatedBars, &self.updated_bars),
            (Channel::DailyBars, &self.daily_bars),
            (Channel::Statuses, &self.statuses),
            (Channel::Lulds, &self.lulds),
        ]
    }
    /// True where something is wanted that this feed does not have.
    fn is_elsewhere(&self, feed: Feed) -> bool {
        let named = |list: &[String]| !list.is_empty();
        let other = [&self.imbalances, &self.orderbooks, &self.news];
        let off = self.wishes().iter().any(|(channel, list)| named(list) && !channel.is_on(feed));
        off || other.iter().any(|list| named(list))
    }
}

/// What a socket is subscribed to.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Subscription(BTreeMap<Channel, BTreeSet<String>>);

fn is_symbol(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'.';
    text == ALL || (!text.is_empty() && text.bytes().all(plain))
}

impl Subscription {
    /// Trades, quotes and minute bars of everything.
    pub(super) fn to_prices_of_all() -> Self {
        let channels = [Channel::Trades, Channel::Quotes, Channel::Bars];
        Self(channels.map(|channel| (channel, BTreeSet::from([ALL.to_owned()]))).into())
    }
    /// Takes what is said in; an error leaves everything as it was.
    pub(super) fn change(
        &mut self,
        said: &Said,
        (feed, plan): (Feed, Plan),
    ) -> Result<(), Message> {
        if said.is_elsewhere(feed) {
            return Err(error(410, "invalid subscribe action for this feed"));
        }
        let mut after = self.clone();
        for (channel, symbols) in said.wishes() {
            if !symbols.iter().all(|symbol| is_symbol(symbol)) {
                return Err(error(400, "invalid syntax"));
            }
            let set = after.0.entry(channel).or_default();
            if said.action == "unsubscribe" {
                set.retain(|symbol| !symbols.contains(symbol));
            } else {
                set.extend(symbols.iter().cloned());
            }
        }
        let trades = after.of(Channel::Trades).clone();
        after.0.insert(Channel::Corrections, trades.clone());
        after.0.insert(Channel::CancelErrors, trades);
        if plan == Plan::Basic && feed != Feed::Test {
            let (trades, quotes) = (after.of(Channel::Trades), after.of(Channel::Quotes));
            let all = trades.contains(ALL) || quotes.contains(ALL);
            if all || trades.len() + quotes.len() > BASIC_SYMBOLS_MAX {
                return Err(error(405, "symbol limit exceeded"));
            }
        }
        *self = after;
        Ok(())
    }

    fn of(&self, channel: Channel) -> &BTreeSet<String> {
        static NONE: BTreeSet<String> = BTreeSet::new();
        self.0.get(&channel).unwrap_or(&NONE)
    }
    /// True where a symbol's messages of a channel are wanted.
    pub(super) fn wants(&self, channel: Channel, symbol: &str) -> bool {
        let set = self.of(channel);
        set.contains(ALL) || set.contains(symbol)
    }
    /// True where anything of a symbol is wanted.
    pub(super) fn wants_any(&self, symbol: &str) -> bool {
        self.0.keys().any(|channel| self.wants(*channel, symbol))
    }
    /// The answer to a change: everything that is subscribed to.
    pub(super) fn written(&self, feed: Feed) -> Message {
        let mut message = vec![("T", text("subscription"))];
        for channel in Channel::EVERY.into_iter().filter(|channel| channel.is_on(feed)) {
            let symbols = self.of(channel).iter().cloned().collect();
            message.push((channel.as_str(), Value::Texts(symbols)));
        }
        message
    }
}

#[cfg(test)]
mod tests {
    use super::{Channel, Feed, Form, Plan, Said, Subscription, Value, read};

    fn said(text: &str) -> Said {
        read(text.as_bytes(), Form::Json).expect("it is JSON")
    }

    #[test]
    fn subscriptions_add_up_and_corrections_follow_the_trades() {
        let mut held = Subscription::default();
        let plus = (Feed::Sip, Plan::Plus);
        held.change(&said(r#"{"action":"subscribe","trades":["AAPL"],"bars":["*"]}"#), plus)
            .expect("it is allowed");
        held.change(&said(r#"{"action":"subscribe","trades":["KO"]}"#), plus).expect("allowed");
        held.change(&said(r#"{"action":"unsubscribe","trades":["AAPL"]}"#), plus).expect("allowed");
        assert!(held.wants(Channel::Trades, "KO") && !held.wants(Channel::Trades, "AAPL"));
        assert!(held.wants(Channel::Bars, "ANY") && held.wants(Channel::Corrections, "KO"));
        let written = held.written(Feed::Sip);
        assert_eq!(written.len(), 10);
        assert_eq!(written[1], ("trades", Value::Texts(vec!["KO".to_owned()])));
        assert_eq!(held.written(Feed::Test).len(), 4);
    }

    #[test]
    fn what_is_not_allowed_changes_nothing() {
        let mut held = Subscription::default();
        let names: Vec<String> = (0..31).map(|n| format!("\"S{n}\"")).collect();
        let many = format!(r#"{{"action":"subscribe","quotes":[{}]}}"#, names.join(","));
        let cases = [
            (many.as_str(), Feed::Iex, 405),
            (r#"{"action":"subscribe","trades":["*"]}"#, Feed::Iex, 405),
            (r#"{"action":"subscribe","trades":["a b"]}"#, Feed::Iex, 400),
            (r#"{"action":"subscribe","statuses":["FAKEPACA"]}"#, Feed::Test, 410),
            (r#"{"action":"subscribe","orderbooks":["A"]}"#, Feed::Iex, 410),
        ];
        for (text, feed, code) in cases {
            let refused = held.change(&said(text), (feed, Plan::Basic)).expect_err(text);
            assert_eq!(refused[1].1, Value::Count(code), "{text}");
            assert_eq!(held, Subscription::default());
        }
        held.change(&said(r#"{"action":"subscribe","bars":["*"]}"#), (Feed::Iex, Plan::Basic))
            .expect("bars are not limited");
    }
}
