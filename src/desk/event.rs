//! What has happened: past tense, cannot be refused. Everything the desk knows came out of these.
//! Must never carry a secret, and must carry the row as it is after, so that appliers only replace.

use jiff::civil::Date;

use crate::domain::entries::Entry;
use crate::domain::ids::{
    AccountId, CommandId, OrderId, PortfolioId, Sequence, SignInId, UserId, WatchlistId,
};
use crate::domain::marks::DailyMark;
use crate::domain::numbers::{Money, Price, Qty};
use crate::domain::orders::{Amendment, Draft, Fill, Order, VenueOrder};
use crate::domain::portfolios::{Access, Portfolio};
use crate::domain::positions::Position;
use crate::domain::roles::Role;
use crate::domain::time::Moment;
use crate::domain::trading::TradingState;
use crate::domain::users::{User, Watchlist};

/// A way into the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Door {
    /// The terminal of the process itself.
    Terminal,
    /// Another terminal on the same desk.
    AttachedTerminal,
    /// A shell command.
    Shell,
    /// The HTTP interface.
    Api,
    /// Slack.
    Slack,
    /// The screen over ssh.
    Ssh,
    /// The venue.
    Venue,
    /// The desk itself.
    Timer,
}

impl Door {
    /// The name as written in the journal.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::AttachedTerminal => "attached terminal",
            Self::Shell => "shell",
            Self::Api => "api",
            Self::Slack => "slack",
            Self::Ssh => "ssh",
            Self::Venue => "venue",
            Self::Timer => "timer",
        }
    }
}

/// Who or what caused an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cause {
    /// The person.
    pub user: Option<UserId>,
    /// The sign-in.
    pub sign_in: Option<SignInId>,
    /// The door.
    pub door: Door,
    /// The command of theirs that did it: all events of one command hold the same id. None for
    /// what the venue reports and what the desk does by itself.
    pub command: Option<CommandId>,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its line in the journal.
    pub sequence: Sequence,
    /// When, on both clocks.
    pub at: Moment,
    /// Account it concerns.
    pub account: AccountId,
    /// Who or what caused it.
    pub cause: Cause,
    /// What.
    pub kind: EventKind,
}

/// The kinds of event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// The account was used for the first time.
    AccountPinned(Account),
    /// Somebody proved who they are.
    SignedIn(SignIn),
    /// Somebody could not.
    SignInFailed {
        /// The login that was tried, cleaned.
        login: String,
    },
    /// Somebody who is signed in could not prove again who they are (a locked screen, their own
    /// password).
    ProofFailed {
        /// Who.
        user: UserId,
    },
    /// A sign-in ended.
    SignInEnded {
        /// Which, as it is now.
        sign_in: SignIn,
        /// Why, in words.
        why: String,
    },
    /// A person was added.
    UserAdded(User),
    /// A person was changed (switched on or off, role, name).
    UserChanged(User),
    /// A person's way to prove who they are was set (never which).
    CredentialSet(UserId),
    /// A role's flags or limit changed.
    RoleChanged(Role),
    /// A portfolio was made.
    PortfolioCreated(Portfolio),
    /// A portfolio was changed.
    PortfolioChanged(Portfolio),
    /// Access was given, changed, or taken away.
    GrantSet(Access),
    /// A watchlist was kept.
    WatchlistSaved(Watchlist),
    /// A watchlist was dropped.
    WatchlistDropped {
        /// Whose.
        user: UserId,
        /// Which.
        id: WatchlistId,
    },
    /// A person's setting was kept.
    SettingSaved(Setting),
    /// An order was refused because its sender may not trade there: no order of the book.
    OrderDenied {
        /// The id of the ticket it came with. No order of that id is meant: somebody may have
        /// taken the id of another's.
        ticket: OrderId,
        /// For which book.
        portfolio: PortfolioId,
        /// Its terms.
        draft: Draft,
        /// Why, in words.
        reason: String,
    },
    /// An order was refused by a rule: it is kept, rejected, and nothing was ever sent for it.
    OrderRefused {
        /// The id of the ticket it came with, which is free to be sent again.
        ticket: OrderId,
        /// The refused order, under an id of its own.
        order: Box<Order>,
    },
    /// New terms for an order were refused by a rule; the order is as it was.
    AmendRefused {
        /// Which order.
        order: OrderId,
        /// Its book.
        portfolio: PortfolioId,
        /// What was asked.
        amendment: Amendment,
        /// Why, in words.
        reason: String,
    },
    /// Something happened to an order.
    Order {
        /// The order after it.
        order: Box<Order>,
        /// Its current venue order after it.
        venue_order: Box<VenueOrder>,
        /// What happened.
        step: OrderStep,
    },
    /// A venue order beside the current one changed: a replaced one, or a replacement on its way.
    VenueOrderChanged(VenueOrder),
    /// An execution was booked.
    Filled(Box<Filled>),
    /// Something else was booked.
    Booked {
        /// The line.
        entry: Box<Entry>,
        /// The position after it, where it has a symbol.
        position: Option<Position>,
        /// The portfolio's cash after it.
        balance: Balance,
    },
    /// A trading day ended and its marks were written.
    DayMarked {
        /// Trading day.
        date: Date,
        /// A mark for each position held, and for each closed since the day before.
        marks: Vec<DailyMark>,
    },
    /// What the desk takes was set: trading was halted, narrowed to closing, or goes on.
    TradingSet(TradingState),
}

/// What happened to an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderStep {
    /// Written down, to be sent.
    Intended,
    /// The venue has it.
    Acked,
    /// It is at work.
    Working,
    /// A cancel was asked.
    CancelAsked,
    /// The part that closed a position is filled; the part that opens the next one follows.
    Continued,
    /// New terms were asked.
    AmendAsked(Amendment),
    /// The new terms hold.
    Amended,
    /// A cancel was refused by the venue.
    CancelRefused(String),
    /// New terms were refused by the venue.
    AmendRefused(String),
    /// Canceled.
    Canceled,
    /// Expired.
    Expired,
    /// Rejected by the venue.
    Rejected(String),
    /// At rest until the next session.
    DoneForDay,
    /// Something that somebody should know, in a sentence.
    Noted(String),
    /// Its fate is not known.
    Unclear(String),
    /// It is known again after a look-up.
    Cleared,
    /// Filled, in part or whole (the execution is in `Filled`).
    Filled {
        /// Shares.
        quantity: Qty,
        /// Price.
        price: Price,
    },
}

/// An execution with everything it changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// The order after it.
    pub order: Order,
    /// The venue order after it.
    pub venue_order: VenueOrder,
    /// The execution.
    pub fill: Fill,
    /// Its line in the book.
    pub entry: Entry,
    /// The position after it.
    pub position: Position,
    /// The portfolio's cash after it.
    pub balance: Balance,
}

/// A venue's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Which.
    pub id: AccountId,
    /// Where.
    pub venue: VenueKind,
    /// The venue's number for it.
    pub number: String,
}

/// What the desk can trade on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum VenueKind {
    /// Alpaca paper trading.
    Alpaca,
    /// The built-in market.
    Embedded,
    /// Trades done elsewhere are recorded.
    Ledger,
}

impl VenueKind {
    /// The name as written in the store and in settings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Alpaca => "alpaca",
            Self::Embedded => "embedded",
            Self::Ledger => "ledger",
        }
    }
}

/// One time somebody proved who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// Which.
    pub id: SignInId,
    /// Who.
    pub user: UserId,
    /// Through which door.
    pub door: Door,
    /// Since when.
    pub opened: Moment,
    /// Until when, once ended.
    pub ended: Option<Moment>,
}

/// How a person proves who they are.
#[derive(Clone, PartialEq, Eq)]
pub enum Credential {
    /// A password, as an argon2id hash in PHC text.
    Password(String),
    /// Nothing: people of a demo, who are picked from a list. Only ever seeded, never set.
    Open,
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Self::Password(_) => "Password(..)",
            Self::Open => "Open",
        })
    }
}

/// One person's setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Whose.
    pub user: UserId,
    /// Name.
    pub name: String,
    /// Value.
    pub value: String,
    /// Raised by one with every change.
    pub version: i64,
}

/// A portfolio's cash: its entries' sum (the allocation is the portfolio's).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    /// Book.
    pub portfolio: PortfolioId,
    /// Sum of its entries' cash.
    pub cash: Money,
}
