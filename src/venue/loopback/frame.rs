//! Messages of the data stream, each written as JSON or as MessagePack from the same members.
//! Must never say in one form what it does not say in the other.

use crate::domain::time::MarketTime;
use crate::venue::alpaca::wire::digits::Number;

/// In which form a socket talks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Text frames of JSON.
    Json,
    /// Binary frames of MessagePack.
    Packed,
}

/// A member's value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// A text.
    Text(String),
    /// A number that may have places: a double in MessagePack.
    Number(Number),
    /// A whole number.
    Count(u64),
    /// A moment: RFC 3339 in JSON, a timestamp in MessagePack.
    Time(MarketTime),
    /// Texts.
    Texts(Vec<String>),
}

/// A message: its members in their order.
pub(super) type Message = Vec<(&'static str, Value)>;

/// A text as a value.
pub(super) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// A control message that all is well.
pub(super) fn success(message: &str) -> Message {
    vec![("T", text("success")), ("msg", text(message))]
}
/// A control message that something is not.
pub(super) fn error(code: u64, message: &str) -> Message {
    vec![("T", text("error")), ("code", Value::Count(code)), ("msg", text(message))]
}

impl Form {
    /// A frame of messages.
    pub(super) fn frame(self, messages: &[Message]) -> Vec<u8> {
        let mut out = Vec::with_capacity(128 * messages.len() + 2);
        match self {
            Self::Json => {
                out.push(b'[');
                for (index, message) in messages.iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    json(&mut out, message);
                }
                out.push(b']');
            }
            Self::Packed => {
                pack_length(&mut out, (0x90, 0xDC), messages.len());
                for message in messages {
                    pack(&mut out, message);
                }
            }
        }
        out
    }
}

/// A message alone, as JSON.
pub(super) fn json(out: &mut Vec<u8>, message: &Message) {
    let quoted = |out: &mut Vec<u8>, text: &str| {
        let text = serde_json::to_string(text).expect("a text can be written");
        out.extend_from_slice(text.as_bytes());
    };
    out.push(b'{');
    for (index, (name, value)) in message.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        quoted(out, name);
        out.push(b':');
        match value {
            Value::Text(text) => quoted(out, text),
            Value::Number(number) => out.extend_from_slice(number.as_str().as_bytes()),
            Value::Count(count) => out.extend_from_slice(count.to_string().as_bytes()),
            Value::Time(at) => quoted(out, &at.timestamp().to_string()),
            Value::Texts(texts) => {
                out.push(b'[');
                for (index, text) in texts.iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    quoted(out, text);
                }
                out.push(b']');
            }
        }
    }
    out.push(b'}');
}

/// The head of a list or a map: `small` for up to 15 members, else `large` and two bytes.
fn pack_length(out: &mut Vec<u8>, (small, large): (u8, u8), length: usize) {
    match u8::try_from(length) {
        Ok(length) if length < 16 => out.push(small | length),
        _ => {
            out.push(large);
            let length = u16::try_from(length).expect("frames are split long before");
            out.extend_from_slice(&length.to_be_bytes());
        }
    }
}

fn pack_text(out: &mut Vec<u8>, text: &str) {
    match u8::try_from(text.len()) {
        Ok(length) if length < 32 => out.push(0xA0 | length),
        Ok(length) => out.extend_from_slice(&[0xD9, length]),
        Err(_) => {
            let length = u32::try_from(text.len()).expect("a short text");
            out.push(0xDB);
            out.extend_from_slice(&length.to_be_bytes());
        }
    }
    out.extend_from_slice(text.as_bytes());
}

fn pack_count(out: &mut Vec<u8>, count: u64) {
    if let Ok(small) = u8::try_from(count)
        && small < 0x80
    {
        out.push(small);
    } else if let Ok(count) = u32::try_from(count) {
        out.push(0xCE);
        out.extend_from_slice(&count.to_be_bytes());
    } else {
        out.push(0xCF);
        out.extend_from_slice(&count.to_be_bytes());
    }
}

/// A moment as MessagePack's own timestamp: 30 bits of nanoseconds, 34 of seconds.
fn pack_time(out: &mut Vec<u8>, at: MarketTime) {
    const SECOND_NS: i64 = 1_000_000_000;
    let seconds = at.ns().div_euclid(SECOND_NS).max(0).unsigned_abs();
    let rest = at.ns().rem_euclid(SECOND_NS).unsigned_abs();
    out.extend_from_slice(&[0xD7, 0xFF]);
    out.extend_from_slice(&((rest << 34) | seconds).to_be_bytes());
}

fn pack(out: &mut Vec<u8>, message: &Message) {
    pack_length(out, (0x80, 0xDE), message.len());
    for (name, value) in message {
        pack_text(out, name);
        match value {
            Value::Text(text) => pack_text(out, text),
            Value::Number(number) => {
                out.push(0xCB);
                let double: f64 = number.as_str().parse().expect("digits are a number");
                out.extend_from_slice(&double.to_be_bytes());
            }
            Value::Count(count) => pack_count(out, *count),
            Value::Time(at) => pack_time(out, *at),
            Value::Texts(texts) => {
                pack_length(out, (0x90, 0xDC), texts.len());
                for text in texts {
                    pack_text(out, text);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, MarketTime, Number, Value, error, success, text};

    #[test]
    fn both_forms_say_the_same() {
        let message = vec![
            ("T", text("t")),
            ("p", Value::Number(Number::of("134.7"))),
            ("s", Value::Count(300)),
            ("t", Value::Time(MarketTime::from_ns(1_790_000_000_000_000_001))),
            ("c", Value::Texts(vec!["@".to_owned()])),
        ];
        let json = Form::Json.frame(&[success("connected"), message.clone()]);
        assert_eq!(
            String::from_utf8_lossy(&json),
            "[{\"T\":\"success\",\"msg\":\"connected\"},{\"T\":\"t\",\"p\":134.7,\"s\":300,\
             \"t\":\"2026-09-21T14:13:20.000000001Z\",\"c\":[\"@\"]}]"
        );
        let packed = Form::Packed.frame(&[message]);
        let mut expected = vec![0x91, 0x85, 0xA1, b'T', 0xA1, b't', 0xA1, b'p', 0xCB];
        expected.extend_from_slice(&134.7_f64.to_be_bytes());
        expected.extend_from_slice(&[0xA1, b's', 0xCE, 0, 0, 1, 44, 0xA1, b't', 0xD7, 0xFF]);
        let (nanosecond, seconds) = (1_u64, 1_790_000_000_u64);
        expected.extend_from_slice(&((nanosecond << 34) | seconds).to_be_bytes());
        expected.extend_from_slice(&[0xA1, b'c', 0x91, 0xA1, b'@']);
        assert_eq!(packed, expected);
        let refusal = Form::Json.frame(&[error(402, "auth failed")]);
        let expected = "[{\"T\":\"error\",\"code\":402,\"msg\":\"auth failed\"}]";
        assert_eq!(String::from_utf8_lossy(&refusal), expected);
    }
}
