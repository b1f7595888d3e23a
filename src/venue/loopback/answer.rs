//! What the embedded Alpaca answers to a call: a body and a status, or a refusal in Alpaca's words.
//! Must never decide anything: it only puts what was decided on the wire.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::venue::alpaca::wire::errors::ErrorBody;
use crate::venue::simulator::exchange::Exchange;
use crate::venue::simulator::exchange::refusal::Refusal;

use super::figures;

/// Code of a body that cannot be read.
const MALFORMED: i64 = 40_010_000;
/// Code of a parameter that is missing or wrong.
const PARAMETER: i64 = 40_010_001;
/// Code of a rule that forbids it.
const RULE: i64 = 42_210_000;
/// Code of what the account may not do.
const FORBIDDEN: i64 = 40_310_000;
/// Code of what is not there.
const MISSING: i64 = 40_410_000;

/// A body read into its shape, which is that of an object.
pub(super) fn object<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refused> {
    // A list would be read as the members of an object in their order.
    let opens = body.iter().find(|byte| !byte.is_ascii_whitespace());
    if opens != Some(&b'{') {
        return Err(Refused::malformed());
    }
    serde_json::from_slice(body).map_err(|_| Refused::malformed())
}

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    /// HTTP status.
    pub status: u16,
    /// What is in it.
    pub body: Body,
    /// True where the client is told how to sign in.
    pub challenges: bool,
}

/// What is in an answer.
#[derive(Debug)]
pub(super) enum Body {
    /// Nothing.
    Empty,
    /// JSON.
    Json(Vec<u8>),
    /// A page of the gate before the API.
    Html(&'static str),
}

/// A page of the gate before the API, under its headline.
macro_rules! gate_page {
    ($headline:literal) => {
        concat!(
            "<html>\r\n<head><title>",
            $headline,
            "</title></head>\r\n<body>\r\n<center><h1>",
            $headline,
            "</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
        )
    };
}

/// The page that the gate shows to whoever has no key.
pub(super) const GATE_PAGE: &str = gate_page!("401 Authorization Required");
/// The page of a gate that got no sense out of what is behind it.
pub(super) const BAD_GATEWAY_PAGE: &str = gate_page!("502 Bad Gateway");
/// The page of a gate that has nothing behind it.
pub(super) const UNAVAILABLE_PAGE: &str = gate_page!("503 Service Temporarily Unavailable");
/// The page of a gate that waited too long for what is behind it.
pub(super) const TIMEOUT_PAGE: &str = gate_page!("504 Gateway Time-out");

impl Answer {
    /// A body with status 200.
    pub(super) fn json<T: Serialize + ?Sized>(value: &T) -> Self {
        Self::with(200, value)
    }
    /// Several answers in one, with status 207.
    pub(super) fn several<T: Serialize + ?Sized>(value: &T) -> Self {
        Self::with(207, value)
    }
    /// Done, and nothing to say: status 204.
    pub(super) const fn done() -> Self {
        Self { status: 204, body: Body::Empty, challenges: false }
    }
    /// A page instead of JSON.
    pub(super) const fn page(status: u16, page: &'static str) -> Self {
        Self { status, body: Body::Html(page), challenges: status == 401 }
    }
    /// A body with a status.
    pub(super) fn with<T: Serialize + ?Sized>(status: u16, value: &T) -> Self {
        let body = serde_json::to_vec(value).expect("an answer of ours can be written");
        Self { status, body: Body::Json(body), challenges: false }
    }
}

/// A refusal: its status and its body.
#[derive(Debug, PartialEq)]
pub(super) struct Refused {
    /// HTTP status.
    pub status: u16,
    /// What it says.
    pub body: Box<ErrorBody>,
}

impl Refused {
    /// A refusal with a code.
    pub(super) fn coded(status: u16, code: i64, message: impl Into<String>) -> Self {
        let body = ErrorBody { code: Some(code), message: message.into(), ..Default::default() };
        Self { status, body: Box::new(body) }
    }
    /// A refusal without a code.
    pub(super) fn plain(status: u16, message: impl Into<String>) -> Self {
        let body = ErrorBody { message: message.into(), ..Default::default() };
        Self { status, body: Box::new(body) }
    }
    /// The body is no JSON, or holds another type than is needed.
    pub(super) fn malformed() -> Self {
        Self::coded(422, MALFORMED, "request body format is invalid")
    }
    /// A parameter is missing or wrong.
    pub(super) fn parameter(message: impl Into<String>) -> Self {
        Self::coded(422, PARAMETER, message)
    }
    /// A rule forbids it.
    pub(super) fn rule(message: impl Into<String>) -> Self {
        Self::coded(422, RULE, message)
    }
    /// The account may not.
    pub(super) fn forbidden(message: impl Into<String>) -> Self {
        Self::coded(403, FORBIDDEN, message)
    }
    /// It is not there.
    pub(super) fn missing(message: impl Into<String>) -> Self {
        Self::coded(404, MISSING, message)
    }

    /// What the exchange said no to, with its figures.
    pub(super) fn by(exchange: &Exchange, refusal: &Refusal) -> Self {
        let (status, code) = refusal.code();
        let mut body = ErrorBody {
            code: Some(code.into()),
            message: refusal.to_string(),
            ..Default::default()
        };
        match refusal {
            Refusal::InsufficientQty { symbol, existing, held, .. } => {
                body.available = Some(figures::quantity(*existing - *held));
                body.existing_qty = Some(figures::quantity(*existing));
                body.held_for_orders = Some(figures::quantity(*held));
                body.symbol = Some(symbol.to_string());
            }
            Refusal::WashTrade { existing, reason } => {
                let id = exchange.venue_id(exchange.order(*existing));
                body.existing_order_id = Some(id.to_string());
                body.reject_reason = Some((*reason).to_owned());
            }
            Refusal::BuyingPower { available, needed } => {
                body.buying_power = Some(figures::cents(*available));
                body.cost_basis = Some(figures::cents(*needed));
            }
            Refusal::BasePrice { base, .. } => body.base_price = Some(figures::price(*base)),
            Refusal::StopSide { market, stop, .. } => {
                body.market_price = Some(figures::price(*market));
                body.stop_price = Some(figures::price(*stop));
            }
            _ => {}
        }
        Self { status, body: Box::new(body) }
    }
}

impl From<Refused> for Answer {
    fn from(refused: Refused) -> Self {
        Self::with(refused.status, &refused.body)
    }
}
