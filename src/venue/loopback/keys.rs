//! Key pairs, and which account a call is for: by headers, or by HTTP Basic.
//! Must never let a call through that has no pair of ours.

use axum::http::HeaderMap;

use crate::desk::entropy::Entropy;

use super::answer::{Answer, GATE_PAGE, Refused};

const KEY_SIGNS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const SECRET_SIGNS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// What follows `PK`, the mark of a paper key.
const KEY_LENGTH: usize = 18;
const SECRET_LENGTH: usize = 40;

/// A key and its secret.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyPair {
    /// The key's id; that of a paper account begins with `PK`.
    pub id: String,
    /// Its secret.
    pub secret: String,
}

/// The secret stays out of every log.
impl std::fmt::Debug for KeyPair {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "KeyPair({})", self.id)
    }
}

impl KeyPair {
    /// The pair of the n-th account of a seed.
    pub(super) fn of(seed: u64, number: usize) -> Self {
        let source = Entropy::from_number(seed).split("keys");
        let mut source = source.split(&number.to_string());
        let mut draw = |signs: &[u8], length: usize| -> String {
            let below = |bits: u64| usize::try_from(bits % signs.len() as u64).unwrap_or(0);
            (0..length).map(|_| char::from(signs[below(source.next_u64())])).collect()
        };
        let id = format!("PK{}", draw(KEY_SIGNS, KEY_LENGTH));
        Self { id, secret: draw(SECRET_SIGNS, SECRET_LENGTH) }
    }
}

/// All pairs, in the order of their accounts.
#[derive(Debug)]
pub(super) struct Keys(Vec<KeyPair>);

/// Why a call has no account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stranger {
    /// It came without a key.
    Nameless,
    /// With a live key.
    Live,
    /// With a key that no account has.
    Unknown,
    /// With a wrong secret.
    WrongSecret,
}

impl Keys {
    pub(super) fn new(pairs: Vec<KeyPair>) -> Self {
        Self(pairs)
    }
    pub(super) fn all(&self) -> &[KeyPair] {
        &self.0
    }
    /// The account of a key and a secret.
    pub(super) fn account(&self, id: &str, secret: &str) -> Result<usize, Stranger> {
        let Some(found) = self.0.iter().position(|pair| pair.id == id) else {
            return Err(if id.starts_with("AK") { Stranger::Live } else { Stranger::Unknown });
        };
        if same(self.0[found].secret.as_bytes(), secret.as_bytes()) {
            Ok(found)
        } else {
            Err(Stranger::WrongSecret)
        }
    }
    /// The account of a call.
    pub(super) fn caller(&self, headers: &HeaderMap) -> Result<usize, Stranger> {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let pair = (text("apca-api-key-id"), text("apca-api-secret-key"));
        if let (Some(id), Some(secret)) = pair {
            return self.account(id, secret);
        }
        let basic = text("authorization").and_then(|value| value.strip_prefix("Basic "));
        let pair = basic.and_then(|coded| String::from_utf8(base64(coded)?).ok());
        match pair.as_deref().and_then(|pair| pair.split_once(':')) {
            Some((id, secret)) => self.account(id, secret),
            None => Err(Stranger::Nameless),
        }
    }
}

impl Stranger {
    /// How the trading host answers, by path.
    pub(super) fn trading_answer(self, path: &str) -> Answer {
        match self {
            Self::Nameless if matches!(path, "/v2/clock" | "/v2/calendar") => {
                Answer::page(401, GATE_PAGE)
            }
            Self::Live => {
                Answer::from(Refused::coded(401, 40_110_000, "request is not authorized"))
            }
            Self::Nameless | Self::Unknown | Self::WrongSecret => {
                let mut answer = Answer::from(Refused::plain(401, "unauthorized."));
                answer.challenges = self == Self::Nameless;
                if let super::answer::Body::Json(body) = &mut answer.body {
                    body.push(b'\n');
                }
                answer
            }
        }
    }
    /// How the data host answers.
    pub(super) fn data_answer(self) -> Answer {
        match self {
            Self::Nameless => Answer::from(Refused::plain(403, "forbidden.")),
            Self::Live | Self::Unknown | Self::WrongSecret => {
                Answer::from(Refused::plain(401, "unauthorized."))
            }
        }
    }
}

/// Compares without telling by its time where the difference is.
fn same(one: &[u8], other: &[u8]) -> bool {
    let differences = one.iter().zip(other).fold(0, |sum, (one, other)| sum | (one ^ other));
    one.len() == other.len() && differences == 0
}

/// Bytes that are written as base 64; none where the text is not.
fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bits: u32 = 0;
    let mut count = 0;
    let mut out = Vec::with_capacity(text.len());
    for byte in text.trim().trim_end_matches('=').bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from((bits >> count) & 0xFF).expect("eight bits"));
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue};

    use super::{KeyPair, Keys, Stranger, base64};

    #[test]
    fn a_call_is_known_by_headers_or_basic_and_not_otherwise() {
        let keys = Keys::new(vec![KeyPair::of(1, 0), KeyPair::of(1, 1)]);
        let second = keys.all()[1].clone();
        assert!(second.id.starts_with("PK") && second.id.len() == 20);
        assert_ne!(keys.all()[0], second);
        let call = |pairs: &[(&'static str, String)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, HeaderValue::from_str(value).expect("plain"));
            }
            keys.caller(&headers)
        };
        let (id, secret) = (second.id.clone(), second.secret.clone());
        assert_eq!(
            call(&[("apca-api-key-id", id.clone()), ("apca-api-secret-key", secret)]),
            Ok(1)
        );
        let wrong = call(&[("apca-api-key-id", id), ("apca-api-secret-key", "x".to_owned())]);
        assert_eq!(wrong, Err(Stranger::WrongSecret));
        assert_eq!(call(&[]), Err(Stranger::Nameless));
        assert_eq!(base64("YTpi").as_deref(), Some(&b"a:b"[..]));
        assert_eq!(base64("YTpiYw==").as_deref(), Some(&b"a:bc"[..]));
        assert_eq!(call(&[("authorization", "Basic YTpi".to_owned())]), Err(Stranger::Unknown));
    }
}
