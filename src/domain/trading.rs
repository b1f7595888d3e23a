//! What the desk takes: everything, only what closes, or nothing.
//! Must never stand in the way of a cancel: those pass in every state.

/// What the desk takes, and why not more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TradingState {
    /// Orders of every kind.
    #[default]
    Active,
    /// Orders that only reduce a position.
    ClosingOnly {
        /// Why, in words.
        reason: String,
    },
    /// No order, and no new terms for one.
    Halted {
        /// Why, in words.
        reason: String,
    },
}

impl TradingState {
    /// The state of this word, as `as_str` gives it; all but `active` have a reason.
    pub fn of(word: &str, reason: Option<&str>) -> Option<Self> {
        match (word, reason.map(str::to_owned)) {
            ("active", None) => Some(Self::Active),
            ("closing_only", Some(reason)) => Some(Self::ClosingOnly { reason }),
            ("halted", Some(reason)) => Some(Self::Halted { reason }),
            _ => None,
        }
    }
    /// The name as written in the store.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::ClosingOnly { .. } => "closing_only",
            Self::Halted { .. } => "halted",
        }
    }
    /// Why the desk does not take everything.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Active => None,
            Self::ClosingOnly { reason } | Self::Halted { reason } => Some(reason),
        }
    }
    /// True where everything is taken.
    pub const fn is_active(&self) -> bool {
        matches!(self, Self::Active)
    }
    /// True where nothing is taken.
    pub const fn is_halted(&self) -> bool {
        matches!(self, Self::Halted { .. })
    }
}
