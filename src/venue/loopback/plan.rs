//! What of market data an account's plan lets it see.
//! Must never decide anything: whoever shows data asks here what it may.

/// What an account's plan lets it see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// The free one: IEX, 30 symbols on the stream, consolidated data 15 minutes late.
    Basic,
    /// All feeds, as many symbols as wanted.
    Plus,
}
