//! The verbs of the command line: what each takes, word by word, and what it is for.
//! Must never carry anything out.

/// What may stand at a place of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// A number of shares.
    Quantity,
    /// A symbol.
    Symbol,
    /// The rest of an order: `@ 187.5`, `stop 180`, `trail 2%`, `gtc`, `in "Growth"`.
    Terms,
    /// `all`.
    All,
    /// A symbol whose orders are meant.
    Which,
    /// A theme.
    Theme,
    /// `add`, `off` or `on`.
    UserDeed,
    /// `new`.
    New,
    /// A login, known or new.
    Login,
    /// A role.
    Role,
    /// A portfolio.
    Portfolio,
    /// `view`, `trade`, `admin` or `none`.
    Grant,
    /// A setting.
    Setting,
    /// Words as they are, up to the end.
    Words,
    /// `personal` or `shared`.
    Kind,
}

/// One verb.
pub struct Verb {
    /// The first word.
    pub name: &'static str,
    /// How it is written.
    pub usage: &'static str,
    /// What it is for.
    pub help: &'static str,
    /// What may stand behind it.
    pub slots: &'static [Slot],
}

/// Every verb; actions can be named besides.
pub const VERBS: [Verb; 18] = [
    Verb {
        name: "buy",
        usage: "buy 100 AAPL @ 187.5 gtc",
        help: "Open a buy ticket, filled in",
        slots: &[Slot::Quantity, Slot::Symbol, Slot::Terms],
    },
    Verb {
        name: "sell",
        usage: "sell 100 AAPL stop 180",
        help: "Open a sell ticket, filled in",
        slots: &[Slot::Quantity, Slot::Symbol, Slot::Terms],
    },
    Verb {
        name: "cancel",
        usage: "cancel all AAPL",
        help: "Cancel the selected order, or all that are listed first",
        slots: &[Slot::All, Slot::Which],
    },
    Verb {
        name: "flatten",
        usage: "flatten AAPL",
        help: "Close a position; asks with the quantity",
        slots: &[Slot::Symbol],
    },
    Verb { name: "symbol", usage: "symbol AAPL", help: "Show a symbol", slots: &[Slot::Symbol] },
    Verb {
        name: "portfolio",
        usage: "portfolio new \"Growth\" shared 250000",
        help: "Show a portfolio, make one, or edit its cash",
        slots: &[Slot::New, Slot::Words, Slot::Kind],
    },
    Verb {
        name: "grant",
        usage: "grant \"Growth\" trader1 trade",
        help: "Give, change or take away (none) access to a portfolio",
        slots: &[Slot::Portfolio, Slot::Login, Slot::Grant],
    },
    Verb {
        name: "user",
        usage: "user add ada trader \"Ada Byron\"",
        help: "Add a person, switch one off or on",
        slots: &[Slot::UserDeed, Slot::Login, Slot::Role, Slot::Words],
    },
    Verb {
        name: "password",
        usage: "password ada",
        help: "Set your password, or as an admin another's",
        slots: &[Slot::Login],
    },
    Verb {
        name: "theme",
        usage: "theme light",
        help: "Look like this theme",
        slots: &[Slot::Theme],
    },
    Verb {
        name: "set",
        usage: "set confirm_above 25000",
        help: "Change one of your settings",
        slots: &[Slot::Setting, Slot::Words],
    },
    Verb {
        name: "halt",
        usage: "halt fat finger on the feed",
        help: "Halt trading, with the reason; asks for the word",
        slots: &[Slot::Words],
    },
    Verb {
        name: "closing-only",
        usage: "closing-only the feed is late",
        help: "Take only orders that reduce a position, with the reason; asks first",
        slots: &[Slot::Words],
    },
    Verb {
        name: "lift",
        usage: "lift",
        help: "Lift a halt or closing only; asks first",
        slots: &[],
    },
    Verb {
        name: "breaks",
        usage: "breaks",
        help: "Show where the books and the broker differ, and orders made elsewhere",
        slots: &[],
    },
    Verb {
        name: "book",
        usage: "book AAPL \"Growth\" bought by phone",
        help: "Book such a difference (a symbol, or cash) to a portfolio, with the reason",
        slots: &[Slot::Which, Slot::Portfolio, Slot::Words],
    },
    Verb { name: "lock", usage: "lock", help: "Lock the screen; prices go on", slots: &[] },
    Verb { name: "quit", usage: "quit", help: "Leave the desk", slots: &[] },
];

/// The verb of this name.
pub fn verb(name: &str) -> Option<&'static Verb> {
    VERBS.iter().find(|verb| verb.name == name)
}
