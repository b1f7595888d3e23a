//! People of the team, their own lists, and what they may call themselves.
//! Must never hold a secret: credentials are the store's and the desk's alone.

use super::ids::{UserId, WatchlistId};
use super::roles::RoleName;
use super::symbols::Symbol;
use super::text::clean_line;
use crate::bounds::{LOGIN_BYTES_MAX, NAME_CHARS_MAX};

/// One person. Never deleted, only switched off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Which.
    pub id: UserId,
    /// Unique ASCII name to sign in with.
    pub login: Login,
    /// Name for people, cleaned.
    pub name: String,
    /// E-mail address, if any.
    pub email: Option<String>,
    /// Slack user id, unique, if any.
    pub slack_id: Option<String>,
    /// Role.
    pub role: RoleName,
    /// False once switched off: refused everywhere at once.
    pub active: bool,
    /// Raised by one with every change.
    pub version: i64,
}

/// A login: 1 to 32 of `a-z 0-9 . _ -`, starting with a letter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Login(String);

/// Why a text cannot be a login or a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing was typed.
    #[error("a name is needed")]
    Empty,
    /// Longer than allowed.
    #[error("too long: at most {max} characters")]
    TooLong {
        /// Characters allowed.
        max: usize,
    },
    /// A character a login cannot have.
    #[error("use a-z, 0-9, dot, dash and underscore, starting with a letter")]
    NotPlain,
    /// Control, invisible or direction-changing characters.
    #[error("letters and plain signs only")]
    Harmful,
}

impl Login {
    /// Reads a login; upper case is lowered.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        if text.is_empty() {
            return Err(NameError::Empty);
        }
        if text.len() > LOGIN_BYTES_MAX {
            return Err(NameError::TooLong { max: LOGIN_BYTES_MAX });
        }
        let text = text.to_ascii_lowercase();
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b);
        if !text.as_bytes()[0].is_ascii_lowercase() || !text.bytes().all(plain) {
            return Err(NameError::NotPlain);
        }
        Ok(Self(text))
    }
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Login {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.pad(&self.0)
    }
}

/// Reads a name for people (of a person, a portfolio, a watchlist): not empty, not too long, and
/// the same after cleaning, so that nothing is dropped behind the typist's back.
pub fn parse_name(text: &str) -> Result<String, NameError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(NameError::Empty);
    }
    if text.chars().count() > NAME_CHARS_MAX {
        return Err(NameError::TooLong { max: NAME_CHARS_MAX });
    }
    let clean = clean_line(text, NAME_CHARS_MAX);
    if clean.chars().count() == text.chars().count() { Ok(clean) } else { Err(NameError::Harmful) }
}

/// A named list of symbols one person watches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watchlist {
    /// Which.
    pub id: WatchlistId,
    /// Whose.
    pub user: UserId,
    /// Name, unique for its owner.
    pub name: String,
    /// Symbols in the owner's order.
    pub symbols: Vec<Symbol>,
    /// Raised by one with every change.
    pub version: i64,
}

#[cfg(test)]
mod tests {
    use super::{Login, NameError, parse_name};

    #[test]
    fn logins_are_plain() {
        assert_eq!(Login::parse("Trader1").expect("plain").as_str(), "trader1");
        assert_eq!(Login::parse(""), Err(NameError::Empty));
        assert_eq!(Login::parse("1st"), Err(NameError::NotPlain));
        assert_eq!(Login::parse("tráder"), Err(NameError::NotPlain));
        assert_eq!(Login::parse("a b"), Err(NameError::NotPlain));
        assert!(Login::parse(&"a".repeat(33)).is_err());
    }

    #[test]
    fn names_are_not_changed_behind_the_typist() {
        assert_eq!(parse_name(" Ada Lovelace ").expect("plain"), "Ada Lovelace");
        assert_eq!(parse_name("a\u{202e}b"), Err(NameError::Harmful));
        assert_eq!(parse_name("a\u{1b}[2J"), Err(NameError::Harmful));
        assert_eq!(parse_name("   "), Err(NameError::Empty));
    }
}
