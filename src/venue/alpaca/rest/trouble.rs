//! What can go wrong with a call: refused by the broker, never sent, or its fate not known.
//! Must never take words of somebody between for the broker's: only its own JSON is a refusal.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::bounds::REASON_CHARS_MAX;
use crate::domain::text::clean_line;

use super::super::wire::errors::ErrorBody;

/// Why a call did not bring what was asked.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Trouble {
    /// The broker said no.
    #[error("{0}")]
    Refused(Box<Refused>),
    /// The broker took nothing: too many calls.
    #[error("Alpaca takes no more calls for a moment (HTTP 429)")]
    Throttled,
    /// Nothing left this machine.
    #[error("Alpaca cannot be reached: {0}")]
    NotSent(String),
    /// It may or may not have been done.
    #[error("no clear answer from Alpaca: {0}")]
    Unclear(String),
}

/// The broker's no, in its words and in ours.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// HTTP status: it decides.
    pub status: u16,
    /// What it means.
    pub kind: Kind,
    /// Alpaca's own words and figures.
    pub body: ErrorBody,
}

/// What a refusal means, as far as its status and its words tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The keys are wrong, or for another host.
    Keys,
    /// There is no such thing.
    NotFound,
    /// The client id was used before: the first call arrived.
    Duplicate,
    /// Too little to buy with.
    BuyingPower,
    /// Too few shares free to sell.
    Shares,
    /// An opposite order is at work.
    WashTrade,
    /// The symbol cannot be sold short, or the account may not.
    Short,
    /// The account may not trade, or not this.
    Account,
    /// The order is done already: there is nothing to cancel or to replace.
    Done,
    /// The order cannot be replaced at this moment.
    NotReplaceable,
    /// The symbol is unknown, inactive or not tradable.
    Asset,
    /// Not at this hour.
    Hours,
    /// A price off the grid or on the wrong side of the market.
    Price,
    /// The plan does not give it.
    Plan,
    /// The order's terms do not go together.
    Terms,
    /// Something else.
    Other,
}

/// (fragment of Alpaca's words, what it means), the first that fits; its documents call statuses
/// stable and words not, yet one code covers many causes.
const WORDS: &[(&str, Kind)] = &[
    ("client_order_id must be unique", Kind::Duplicate),
    ("insufficient buying power", Kind::BuyingPower),
    ("insufficient day trading buying power", Kind::BuyingPower),
    ("insufficient qty", Kind::Shares),
    ("wash trade", Kind::WashTrade),
    ("cannot be sold short", Kind::Short),
    ("not allowed to short", Kind::Short),
    ("short sell", Kind::Short),
    ("fractional orders cannot be sold short", Kind::Short),
    ("rejected by user request", Kind::Account),
    ("not authorized to trade", Kind::Account),
    ("restricted to liquidation", Kind::Account),
    ("trading is disabled", Kind::Account),
    ("pattern day trading", Kind::Account),
    ("not allowed for account", Kind::Account),
    ("order is already in", Kind::Done),
    ("order is not open", Kind::Done),
    ("unable to replace", Kind::NotReplaceable),
    ("cannot replace", Kind::NotReplaceable),
    ("parameters are not changed", Kind::NotReplaceable),
    ("not tradable", Kind::Asset),
    ("is not active", Kind::Asset),
    ("not fractionable", Kind::Asset),
    ("could not find", Kind::Asset),
    ("no available quote", Kind::Asset),
    ("trading halt", Kind::Asset),
    ("must be submitted after", Kind::Hours),
    ("extended hours", Kind::Hours),
    ("sub-penny", Kind::Price),
    ("price must be", Kind::Price),
    ("base_price", Kind::Price),
    ("subscription does not permit", Kind::Plan),
];

impl Kind {
    fn of(status: u16, words: &str) -> Self {
        let found = WORDS.iter().find(|(fragment, _)| words.contains(fragment));
        match (status, found) {
            (401, _) => Self::Keys,
            (403, None) if words.starts_with("forbidden") => Self::Keys,
            (404, _) => Self::NotFound,
            (422, None) if words.starts_with("asset \"") => Self::Asset,
            (_, Some((_, kind))) => *kind,
            (422, None) => Self::Terms,
            (403, None) => Self::Account,
            _ => Self::Other,
        }
    }

    /// What to do, in the desk's words; none where Alpaca's say it all.
    pub const fn advice(self) -> Option<&'static str> {
        Some(match self {
            Self::Keys => "the keys do not open this account: check both, and the host",
            Self::BuyingPower => "the account has too little to buy with",
            Self::Shares => "shares are held by other open orders: cancel those first",
            Self::WashTrade => "an opposite order of this account is at work: cancel it first",
            Self::Short => "this cannot be sold short here",
            Self::Account => "the broker does not let this account trade so",
            Self::Done => "the order is done already",
            Self::NotReplaceable => "it cannot be changed now: cancel it and place a new one",
            Self::Asset => "the broker does not trade this symbol so",
            Self::Hours => "the broker does not take it at this hour",
            Self::Price => "the broker does not take this price",
            Self::Plan => "the data plan of these keys does not give it",
            Self::Terms => "these terms do not go together at the broker",
            Self::NotFound | Self::Duplicate | Self::Other => return None,
        })
    }
}

impl std::fmt::Display for Refused {
    /// Alpaca's words first, its figures behind them, then ours.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&clean_line(&self.body.message, REASON_CHARS_MAX / 2))?;
        if let Some(reason) = &self.body.reject_reason {
            write!(out, " ({})", clean_line(reason, 60))?;
        }
        if let (Some(has), Some(needs)) = (&self.body.buying_power, &self.body.cost_basis) {
            write!(out, " (buying power: ${}, cost: ${})", has.as_str(), needs.as_str())?;
        }
        match self.kind.advice() {
            Some(advice) => write!(out, ": {advice}"),
            None => Ok(()),
        }
    }
}

/// What an error body has to hold to be the broker's: its code may be a number in a string.
#[derive(Deserialize)]
struct Least<'a> {
    message: String,
    #[serde(borrow, default)]
    code: Option<&'a RawValue>,
}

/// An answer that is no success, read: its status decides, and its body tells the rest.
pub(super) fn of_answer(status: u16, body: &[u8]) -> Trouble {
    let told = serde_json::from_slice::<ErrorBody>(body).ok().or_else(|| {
        // Members that are not as documented must not cost the words.
        let Least { message, code } = serde_json::from_slice(body).ok()?;
        let code = code.and_then(|code| code.get().trim_matches('"').parse().ok());
        Some(ErrorBody { code, message, ..ErrorBody::default() })
    });
    match (status, told) {
        (429, _) => Trouble::Throttled,
        (401, told) => refused(status, told.unwrap_or_else(|| plain("unauthorized"))),
        (400..=499, Some(body)) if status != 408 => refused(status, body),
        (300..=399, _) => Trouble::Unclear(format!(
            "HTTP {status}: something between sends the call elsewhere; look at the proxy"
        )),
        (500..=599, Some(body)) => {
            let words = clean_line(&body.message, REASON_CHARS_MAX / 2);
            Trouble::Unclear(format!("HTTP {status}, {words}"))
        }
        (status, _) => Trouble::Unclear(format!("HTTP {status}, {}", excerpt(body))),
    }
}

fn refused(status: u16, body: ErrorBody) -> Trouble {
    let kind = Kind::of(status, &body.message);
    Trouble::Refused(Box::new(Refused { status, kind, body }))
}

fn plain(words: &str) -> ErrorBody {
    ErrorBody { message: words.to_owned(), ..ErrorBody::default() }
}

/// What a body that is no JSON looks like, in a few words.
pub(super) fn excerpt(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(400)]);
    let text = text.trim();
    if text.is_empty() {
        return "without a word".to_owned();
    }
    let low = text.to_ascii_lowercase();
    if low.starts_with("<!doctype") || low.starts_with("<html") {
        return "a web page instead of an answer: something between answers for Alpaca".to_owned();
    }
    format!("an answer nobody can read: {}", clean_line(text, 80))
}

impl Trouble {
    /// What the refusal means; none for trouble of another kind.
    pub fn kind(&self) -> Option<Kind> {
        match self {
            Self::Refused(refused) => Some(refused.kind),
            _ => None,
        }
    }
    /// True where the broker certainly did nothing, and the same call may do it later.
    pub const fn is_undone(&self) -> bool {
        matches!(self, Self::Throttled | Self::NotSent(_))
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Trouble, of_answer};

    fn kind(status: u16, body: &str) -> Option<Kind> {
        of_answer(status, body.as_bytes()).kind()
    }
    fn says(message: &str) -> String {
        format!("{{\"code\":40310000,\"message\":{message:?}}}")
    }

    #[test]
    fn status_and_words_decide_together() {
        for (status, words, expected) in [
            (401, "unauthorized.", Kind::Keys),
            (401, "request is not authorized", Kind::Keys),
            (403, "forbidden.", Kind::Keys),
            (403, "insufficient buying power", Kind::BuyingPower),
            (
                403,
                "insufficient qty available for order (requested: 1, available: 0)",
                Kind::Shares,
            ),
            (403, "potential wash trade detected. use complex orders", Kind::WashTrade),
            (403, "account is not allowed to short", Kind::Short),
            (403, "new orders are rejected by user request", Kind::Account),
            (403, "trade denied due to pattern day trading protection", Kind::Account),
            (403, "asset \"OCGN\" is not fractionable", Kind::Asset),
            (403, "something nobody has seen", Kind::Account),
            (404, "order not found for x", Kind::NotFound),
            (422, "client_order_id must be unique", Kind::Duplicate),
            (422, "asset \"ZZZZ\" not found", Kind::Asset),
            (422, "asset \"STKH\" cannot be sold short", Kind::Short),
            (422, "qty or notional is required", Kind::Terms),
            (422, "order is already in \"filled\" state", Kind::Done),
            (422, "cannot replace order in accepted status", Kind::NotReplaceable),
            (422, "extended hours order must be DAY or GTC limit orders", Kind::Hours),
            (422, "stop price must be less than current price", Kind::Price),
            (422, "invalid limit_price 290.123. sub-penny increment does not fulfill", Kind::Price),
            (403, "subscription does not permit querying recent SIP data", Kind::Plan),
            (400, "invalid symbol: x", Kind::Other),
        ] {
            assert_eq!(kind(status, &says(words)), Some(expected), "{status} {words}");
        }
    }

    #[test]
    fn a_refusal_is_told_in_its_own_words_and_in_ours() {
        let body = "{\"code\":40310000,\"message\":\"insufficient buying power\",\
                    \"buying_power\":\"5\",\"cost_basis\":\"10.5\"}";
        assert_eq!(
            of_answer(403, body.as_bytes()).to_string(),
            "insufficient buying power (buying power: $5, cost: $10.5): \
             the account has too little to buy with"
        );
    }

    #[test]
    fn only_the_brokers_own_json_is_a_refusal() {
        let page = b"<html><body>Forbidden by proxy</body></html>";
        for status in [400, 403, 404, 407, 422, 500, 502, 504, 302] {
            let trouble = of_answer(status, page);
            assert!(matches!(trouble, Trouble::Unclear(_)), "{status}: {trouble}");
        }
        assert!(of_answer(502, page).to_string().contains("a web page"), "told what it is");
        assert_eq!(kind(401, "<html>401 Authorization Required</html>"), Some(Kind::Keys));
        for body in ["", "{", "null", "[]", "{\"message\":null}"] {
            assert!(matches!(of_answer(422, body.as_bytes()), Trouble::Unclear(_)), "{body}");
            assert_eq!(of_answer(429, body.as_bytes()), Trouble::Throttled);
        }
        assert!(matches!(of_answer(500, says("x").as_bytes()), Trouble::Unclear(_)));
        assert!(matches!(of_answer(408, says("x").as_bytes()), Trouble::Unclear(_)));
    }

    #[test]
    fn members_that_are_not_as_documented_do_not_cost_the_words() {
        let odd = "{\"code\":\"40310000\",\"message\":\"insufficient buying power\",\
                   \"buying_power\":{},\"related_orders\":7}";
        assert_eq!(kind(403, odd), Some(Kind::BuyingPower));
    }

    #[test]
    fn hostile_words_cannot_write_on_the_screen() {
        let trouble = of_answer(422, says("bad \u{1b}[2J\n\u{202e}words").as_bytes());
        assert!(!trouble.to_string().contains(['\u{1b}', '\n', '\u{202e}']), "{trouble}");
    }
}
