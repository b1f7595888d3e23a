//! What a setting takes: reads a text into a value, or says in words what would have been right.
//! Must never guess what was meant: a value that is nearly right is refused.

use std::path::PathBuf;

use jiff::tz::TimeZone;

use crate::domain::numbers::Money;

/// What a setting takes.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A path; `~/` stands for the home folder.
    Folder,
    /// One of these words.
    Word(&'static [&'static str]),
    /// `on` or `off`.
    Switch,
    /// A whole number.
    Count {
        /// Smallest.
        least: i64,
        /// Largest.
        most: i64,
    },
    /// Dollars, to the cent.
    Dollars {
        /// Least, whole dollars.
        least: i64,
        /// Most, whole dollars.
        most: i64,
    },
    /// `exchange`, `local`, or a name of the IANA time zone database.
    Zone,
}

/// A setting's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Of a folder.
    Folder(PathBuf),
    /// Of a word.
    Word(&'static str),
    /// Of a switch.
    Switch(bool),
    /// Of a whole number.
    Count(i64),
    /// Of an amount.
    Dollars(Money),
    /// Of a zone.
    Zone(String),
}

const CENT: i128 = Money::cents(1).units();

impl Kind {
    /// Reads a value; the error says what the setting takes.
    pub fn read(self, text: &str) -> Result<Value, String> {
        let takes = || self.takes();
        match self {
            // U+FFFD stands where bytes of the environment were not text: that is no path of ours.
            Self::Folder if text.is_empty() || text.contains(['\0', '\u{FFFD}']) => Err(takes()),
            Self::Folder => Ok(Value::Folder(PathBuf::from(text))),
            Self::Word(words) => {
                let found = words.iter().find(|word| **word == text);
                found.map(|word| Value::Word(word)).ok_or_else(takes)
            }
            Self::Switch => match text {
                "on" | "true" => Ok(Value::Switch(true)),
                "off" | "false" => Ok(Value::Switch(false)),
                _ => Err(takes()),
            },
            Self::Count { least, most } => {
                let count = text.parse().ok().filter(|count| (least..=most).contains(count));
                count.map(Value::Count).ok_or_else(takes)
            }
            Self::Dollars { least, most } => {
                let (least, most) = (Money::dollars(least), Money::dollars(most));
                let amount = Money::parse(text)
                    .ok()
                    .filter(|amount| (least..=most).contains(amount) && amount.units() % CENT == 0);
                amount.map(Value::Dollars).ok_or_else(takes)
            }
            Self::Zone => {
                let known = ["exchange", "local"].contains(&text) || TimeZone::get(text).is_ok();
                known.then(|| Value::Zone(text.to_owned())).ok_or_else(takes)
            }
        }
    }

    /// What it takes, in words.
    pub fn takes(self) -> String {
        match self {
            Self::Folder => "a path".to_owned(),
            Self::Word(words) => match words {
                [one] => (*one).to_owned(),
                [first @ .., last] => format!("{} or {last}", first.join(", ")),
                [] => String::new(),
            },
            Self::Switch => "on or off".to_owned(),
            Self::Count { least, most: i64::MAX } => format!("a whole number from {least} up"),
            Self::Count { least, most } => format!("a whole number from {least} to {most}"),
            Self::Dollars { least, most } => {
                format!("dollars from {least} to {most}, at most two places")
            }
            Self::Zone => "exchange, local, or a zone such as Europe/Berlin".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Value};
    use crate::domain::numbers::Money;

    const WORDS: Kind = Kind::Word(&["always", "nyse"]);
    const COUNT: Kind = Kind::Count { least: 0, most: 720 };
    const DOLLARS: Kind = Kind::Dollars { least: 1, most: 100 };

    #[test]
    fn values_are_read() {
        let cases = [
            (WORDS, "nyse", Value::Word("nyse")),
            (Kind::Switch, "off", Value::Switch(false)),
            (Kind::Switch, "true", Value::Switch(true)),
            (COUNT, "720", Value::Count(720)),
            (DOLLARS, "99.95", Value::Dollars(Money::cents(9_995))),
            (Kind::Zone, "Europe/Berlin", Value::Zone("Europe/Berlin".to_owned())),
            (Kind::Zone, "local", Value::Zone("local".to_owned())),
        ];
        for (kind, text, expected) in cases {
            assert_eq!(kind.read(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_wrong_value_is_told_what_is_taken() {
        let cases = [
            (Kind::Folder, "", "a path"),
            (WORDS, "NYSE", "always or nyse"),
            (Kind::Switch, "yes", "on or off"),
            (COUNT, "721", "a whole number from 0 to 720"),
            (COUNT, "-1", "a whole number from 0 to 720"),
            (COUNT, "1e2", "a whole number from 0 to 720"),
            (DOLLARS, "0.99", "dollars from 1 to 100, at most two places"),
            (DOLLARS, "1.001", "dollars from 1 to 100, at most two places"),
            (Kind::Zone, "Mars/Base", "exchange, local, or a zone such as Europe/Berlin"),
        ];
        for (kind, text, takes) in cases {
            assert_eq!(kind.read(text), Err(takes.to_owned()), "{text}");
        }
    }
}
