//! Symbols and the facts of an asset that decide whether and how it trades.
//! Must never hold a price: those move, these do not.

use std::fmt;
use std::str::FromStr;

use crate::bounds::SYMBOL_BYTES_MAX;

/// A ticker symbol: upper-case ASCII letters and digits, class shares with a dot (`BRK.B`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol {
    bytes: [u8; SYMBOL_BYTES_MAX],
}

/// Why a text is not a symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SymbolError {
    /// Nothing was typed.
    #[error("a symbol is needed")]
    Empty,
    /// A character no exchange uses.
    #[error("letters, digits and one dot only")]
    NotPlain,
    /// Longer than any symbol.
    #[error("at most {SYMBOL_BYTES_MAX} characters")]
    TooLong,
}

impl Symbol {
    /// Before every symbol: the start of a range over a map keyed by symbol.
    pub const FIRST: Self = Self { bytes: [0; SYMBOL_BYTES_MAX] };

    /// Reads a symbol; lower case is raised, anything else unusual refused.
    pub fn parse(text: &str) -> Result<Self, SymbolError> {
        if text.is_empty() {
            return Err(SymbolError::Empty);
        }
        if text.len() > SYMBOL_BYTES_MAX {
            return Err(SymbolError::TooLong);
        }
        let starts = text.as_bytes()[0].is_ascii_alphabetic();
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
        let dots = text.bytes().filter(|&byte| byte == b'.').count();
        if !starts || !plain || dots > 1 || text.ends_with('.') {
            return Err(SymbolError::NotPlain);
        }
        let mut bytes = [0; SYMBOL_BYTES_MAX];
        for (slot, byte) in bytes.iter_mut().zip(text.bytes()) {
            *slot = byte.to_ascii_uppercase();
        }
        Ok(Self { bytes })
    }
    /// The text.
    pub fn as_str(&self) -> &str {
        let end = self.bytes.iter().position(|&byte| byte == 0).unwrap_or(SYMBOL_BYTES_MAX);
        std::str::from_utf8(&self.bytes[..end]).expect("a symbol is ASCII")
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

impl fmt::Debug for Symbol {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl FromStr for Symbol {
    type Err = SymbolError;
    fn from_str(text: &str) -> Result<Self, SymbolError> {
        Self::parse(text)
    }
}

/// What kind of thing is traded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AssetClass {
    /// A share of a company.
    Stock,
    /// An exchange-traded fund.
    Fund,
}

/// The standing facts of one asset, as the venue tells them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "four facts of the broker that go any way")]
pub struct Asset {
    /// Ticker symbol.
    pub symbol: Symbol,
    /// Name for people, cleaned.
    pub name: String,
    /// Exchange it is listed on (`NYSE`, `NASDAQ`, `ARCA`, ...).
    pub exchange: String,
    /// Share or fund.
    pub class: AssetClass,
    /// False where the venue takes no order for it at all.
    pub tradable: bool,
    /// True while trading is halted: orders are refused, a position stays.
    pub halted: bool,
    /// True where parts of a share may be traded.
    pub fractionable: bool,
    /// True where it may be sold short.
    pub shortable: bool,
}
