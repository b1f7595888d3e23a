//! Numbers of the wire with every digit that came: `Decimal` is written as a string, `Number` bare.
//! Must never pass through a float: 0.1 has no end there, and a cent is lost sooner or later.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::bounds::WIRE_DIGITS_MAX;
use crate::domain::numbers::{Money, NumberError, Price, Qty};

/// A decimal that Alpaca writes as a JSON string (`"qty":"1"`), read from a string or a number.
#[derive(Clone, PartialEq, Eq)]
pub struct Decimal(Box<str>);

/// A decimal that Alpaca writes as a JSON number (`"p":134.7`), read from a number or a string.
#[derive(Clone, PartialEq, Eq)]
pub struct Number(Box<str>);

/// The plain digits of a JSON number: an exponent is written out, nothing is rounded. `None` where
/// the text is no number, or longer than any number of this wire.
fn plain(text: &str) -> Option<Box<str>> {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        None => (text, 0),
        Some(at) => (&text[..at], text[at + 1..].parse::<i64>().ok()?),
    };
    let (sign, digits) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let leads = whole.len() > 1 && whole.starts_with('0');
    if leads || digits.ends_with('.') || text.len() > WIRE_DIGITS_MAX {
        return None;
    }
    if exponent == 0 {
        return Some(mantissa.into());
    }
    let longest = i64::try_from(WIRE_DIGITS_MAX).ok()?;
    if exponent.abs() > longest {
        return None;
    }
    let point = i64::try_from(whole.len()).ok()? + exponent;
    let zeros = |count: i64| "0".repeat(usize::try_from(count).unwrap_or(0));
    let digits = format!("{whole}{fraction}");
    let length = i64::try_from(digits.len()).ok()?;
    let written = if point <= 0 {
        format!("0.{}{digits}", zeros(-point))
    } else if point >= length {
        format!("{digits}{}", zeros(point - length))
    } else {
        let (whole, fraction) = digits.split_at(usize::try_from(point).ok()?);
        format!("{whole}.{fraction}")
    };
    // 0.05e3 is 0050 by now, and 50 on every wire.
    let cut = written.trim_start_matches('0');
    let zero = if cut.is_empty() || cut.starts_with('.') { "0" } else { "" };
    Some(format!("{sign}{zero}{cut}").into())
}

/// The digits of a JSON string or a JSON number.
fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Box<str>, D::Error> {
    let raw = <&RawValue>::deserialize(deserializer)?.get();
    let text = raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(raw);
    plain(text).ok_or_else(|| D::Error::custom("a decimal number is needed"))
}

macro_rules! wire_number {
    ($name:ident) => {
        impl $name {
            /// From plain digits, as the domain's numbers write them.
            ///
            /// # Panics
            /// Where the text is no decimal number: the caller made it.
            pub fn of(digits: &str) -> Self {
                Self(plain(digits).expect("a number of ours is made of digits"))
            }
            /// The digits, without an exponent.
            pub fn as_str(&self) -> &str {
                &self.0
            }
            /// As a quantity; negative for a short position.
            pub fn quantity(&self) -> Result<Qty, NumberError> {
                Qty::parse_signed(&self.0)
            }
            /// As a price of a share.
            pub fn price(&self) -> Result<Price, NumberError> {
                Price::parse(&self.0)
            }
            /// As an amount of dollars.
            pub fn money(&self) -> Result<Money, NumberError> {
                Money::parse(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                read(deserializer).map(Self)
            }
        }
    };
}

wire_number!(Decimal);
wire_number!(Number);

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw = RawValue::from_string(self.0.to_string());
        raw.expect("plain digits are a JSON number").serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::{Decimal, Number, plain};

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(plain(text).as_deref(), expected, "{text}");
    }

    #[test]
    fn digits_stay_and_exponents_are_written_out() {
        check("100003.74258806517", Some("100003.74258806517"));
        check("-0.00000", Some("-0.00000"));
        check("1e-7", Some("0.0000001"));
        check("1.25E+3", Some("1250"));
        check("12.5e-1", Some("1.25"));
        check("-12e2", Some("-1200"));
        check("0.05e3", Some("50"));
        for wrong in [
            "",
            "-",
            "007",
            "00.5",
            ".5",
            "5.",
            "1.2.3",
            "NaN",
            "1e",
            "1e999999999999",
            "0x1",
            "1 ",
        ] {
            check(wrong, None);
        }
        check(&"9".repeat(10_000), None);
    }

    #[test]
    fn strings_and_numbers_are_read_and_each_is_written_its_way() {
        for text in ["\"1.50\"", "1.50"] {
            let decimal: Decimal = serde_json::from_str(text).expect("a number");
            assert_eq!(serde_json::to_string(&decimal).expect("writable"), "\"1.50\"");
            let number: Number = serde_json::from_str(text).expect("a number");
            assert_eq!(serde_json::to_string(&number).expect("writable"), "1.50");
        }
        for wrong in ["\"\"", "true", "{}", "[1]", "\"1\\u0030\"", "\"-\""] {
            assert!(serde_json::from_str::<Decimal>(wrong).is_err(), "{wrong}");
        }
        let none: Option<Decimal> = serde_json::from_str("null").expect("nothing is allowed");
        assert!(none.is_none());
    }
}
