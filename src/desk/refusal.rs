//! Why not: one variant per reason, holding its figures, shown in words (product.md section 1).
//! Must never be built from a string by the rules; a door matches on it once, in its own language.

use crate::bounds::{
    ALLOCATION_DOLLARS_MAX, ORDER_DOLLARS_MAX, ORDER_DOLLARS_MIN, ORDER_SHARES_MAX,
};
use crate::domain::numbers::{Money, Price, Qty};
use crate::domain::orders::{Side, TimeInForce};
use crate::domain::roles::{Grant, RoleName};
use crate::domain::special::LegRole;
use crate::domain::symbols::Symbol;

use super::distance::Distance;

pub mod mismatch;

use mismatch::{Mismatch, side_of};

/// The asker's problem: refused, nothing changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Unknown, or switched off; the same words for both.
    #[error("User not found or inactive. Contact admin.")]
    NotSignedIn,
    /// Login and password do not belong together; the same words for an unknown login.
    #[error("Login or password is wrong.")]
    WrongCredentials,
    /// Too many failures.
    #[error("Too many failed sign-ins. Try again in {seconds} s.")]
    TooManyFailures {
        /// Seconds to wait.
        seconds: i64,
    },
    /// The sign-in ended (age, sign-out, admin).
    #[error("This sign-in has ended. Sign in again.")]
    SignInEnded,
    /// First start was already made.
    #[error("This desk already has its people. Sign in instead.")]
    AlreadyFounded,
    /// A password that is too short, too long or too common.
    #[error("{0}")]
    WeakPassword(&'static str),

    /// Role without `can_create_trade`.
    #[error("Your role '{role}' cannot execute trades. An admin can change your role.")]
    RoleCannotTrade {
        /// The role.
        role: RoleName,
    },
    /// No grant.
    #[error("You don't have access to this portfolio. Its owner or an admin can give it.")]
    NoAccess,
    /// A grant too small.
    #[error(
        "You have '{held}' access but need '{needed}' access. Its owner or an admin can give it."
    )]
    AccessTooSmall {
        /// Held.
        held: Grant,
        /// Needed.
        needed: Grant,
    },
    /// No grant on a portfolio that the role shows all the same.
    #[error(
        "You see this portfolio but need '{needed}' access. Its owner or an admin can give it."
    )]
    OnlySeen {
        /// Needed.
        needed: Grant,
    },
    /// Beyond the role altogether.
    #[error("Your role '{role}' cannot do this. An admin can.")]
    RoleCannot {
        /// The role.
        role: RoleName,
    },

    /// Halted.
    #[error("Trading is halted: {reason}. Cancels stay possible; an admin lifts it.")]
    Halted {
        /// Why.
        reason: String,
    },
    /// Closing only, and the order opens.
    #[error(
        "The desk is closing only: {reason}. Orders that only reduce a position and cancels stay \
         possible; an admin lifts it."
    )]
    ClosingOnly {
        /// Why.
        reason: String,
    },
    /// Not there, or not visible to the asker; the same words for both.
    #[error("There is no such {what}")]
    NotFound {
        /// `order`, `portfolio`, `person`, `watchlist`.
        what: &'static str,
    },
    /// Somebody was faster.
    #[error(
        "This {what} was changed meanwhile: {now}; you wanted {wanted}. \
         Look again and decide again."
    )]
    Changed {
        /// `order`, `person`, ...
        what: &'static str,
        /// How it is now, in words.
        now: String,
        /// How the asker wanted it, in words.
        wanted: String,
    },
    /// A doubled name.
    #[error("The name '{name}' is taken")]
    NameTaken {
        /// The name.
        name: String,
    },
    /// A name that cannot be one.
    #[error("{what}: {why}")]
    BadName {
        /// `login`, `name`, ...
        what: &'static str,
        /// Why, in words.
        why: String,
    },
    /// The last admin.
    #[error("There must stay at least one active admin")]
    LastAdmin,
    /// The owner's grant.
    #[error("The owner's access cannot fall below 'trade'")]
    OwnerKeepsTrade,
    /// Cash that no portfolio can be given.
    #[error(
        "A portfolio is given 0.00 to {} of cash, not {cash}",
        Money::dollars(ALLOCATION_DOLLARS_MAX)
    )]
    BadAllocation {
        /// The cash.
        cash: Money,
    },
    /// Put away.
    #[error("This portfolio is archived: nothing trades in it")]
    Archived,
    /// A bound of the program.
    #[error("At most {max} {what}")]
    TooMany {
        /// What.
        what: &'static str,
        /// Bound.
        max: usize,
    },

    /// Not an asset, or not a tradable one.
    #[error("{symbol} is not a tradable symbol")]
    NotTradable {
        /// Symbol.
        symbol: Symbol,
    },
    /// Halted at the exchange.
    #[error("{symbol} is halted: orders are not taken until trading resumes")]
    SymbolHalted {
        /// Symbol.
        symbol: Symbol,
    },
    /// Market closed, and the time in force needs it open.
    #[error("The market is closed: a '{time_in_force}' order needs it open")]
    MarketClosed {
        /// Time in force.
        time_in_force: TimeInForce,
    },
    /// Type and time in force do not go together.
    #[error("A {order_type} order cannot be '{time_in_force}'")]
    TypeAndTime {
        /// Type.
        order_type: &'static str,
        /// Time in force.
        time_in_force: TimeInForce,
    },
    /// Terms that do not go together.
    #[error(transparent)]
    Mismatch(#[from] Mismatch),
    /// The price of an exit on the wrong side.
    #[error("The {} must be at least a cent {} {base}", role.words(), side_of(*above))]
    ExitSide {
        /// Which exit.
        role: LegRole,
        /// True where it has to lie above.
        above: bool,
        /// What it is measured from.
        base: Price,
    },
    /// Zero or less.
    #[error("The quantity must be above 0")]
    NoQuantity,
    /// Too many shares.
    #[error("{quantity} shares exceed the desk's {} per order", Qty::shares(ORDER_SHARES_MAX))]
    TooManyShares {
        /// Asked.
        quantity: Qty,
    },
    /// Too large.
    #[error(
        "Order value ${value} exceeds the desk's ${} per order",
        Money::dollars(ORDER_DOLLARS_MAX)
    )]
    TooLarge {
        /// Value.
        value: Money,
    },
    /// Too small to open a position with.
    #[error("The venue takes no order under ${}", Money::dollars(ORDER_DOLLARS_MIN))]
    TooSmall,
    /// Fractions.
    #[error("{symbol} trades in whole shares here: {why}")]
    WholeSharesOnly {
        /// Symbol.
        symbol: Symbol,
        /// Why.
        why: &'static str,
    },
    /// Off the grid.
    #[error("{price} is not on the price grid: steps of ${tick} here")]
    OffGrid {
        /// Price.
        price: Price,
        /// Step.
        tick: Price,
    },
    /// A price of nothing.
    #[error("The {which} price must be above 0")]
    NoPrice {
        /// `limit`, `stop`, `trail`.
        which: &'static str,
    },
    /// A trail that is too small or too large.
    #[error("The trail must be at least 0.1 % and below 100 % of the price")]
    BadTrail,
    /// No price known.
    #[error("No price for {symbol} yet: a limit order needs none")]
    NoMarketPrice {
        /// Symbol.
        symbol: Symbol,
    },
    /// A price too old.
    #[error("The last price of {symbol} is {seconds} s old: use a limit order")]
    StalePrice {
        /// Symbol.
        symbol: Symbol,
        /// Age.
        seconds: i64,
    },
    /// Through the collar.
    #[error(
        "{} {price} is {off} off the {} {}: the desk allows {} %",
        capital(which), off.of, off.base, off.allowed
    )]
    OutsideCollar {
        /// `limit` or `stop`.
        which: &'static str,
        /// Price given.
        price: Price,
        /// How far it is off.
        off: Distance,
    },
    /// A stop on the wrong side.
    #[error("A {side} stop must be {} the last price {last}", stop_lies(*side))]
    StopSide {
        /// Side of the order.
        side: Side,
        /// Last price.
        last: Price,
    },
    /// Too many working orders.
    #[error("You have {open} working orders; the desk allows {max}")]
    TooManyOpen {
        /// Open now.
        open: usize,
        /// Allowed.
        max: usize,
    },
    /// Too fast.
    #[error("{orders} orders in the last {seconds} s: the desk allows {max}. Wait a moment.")]
    TooFast {
        /// Orders counted.
        orders: usize,
        /// Window.
        seconds: i64,
        /// Allowed.
        max: usize,
    },
    /// The role's limit.
    #[error("Trade value ${} exceeds your limit of ${limit}", beside(*value, *limit))]
    OverLimit {
        /// Value.
        value: Money,
        /// Limit.
        limit: Money,
    },
    /// Going short where that is not allowed.
    #[error("Selling {quantity} {symbol} would go short: {free} free to sell in this portfolio")]
    WouldGoShort {
        /// Symbol.
        symbol: Symbol,
        /// Asked.
        quantity: Qty,
        /// Free: position less what working sales hold.
        free: Qty,
    },
    /// Not shortable.
    #[error("{symbol} cannot be sold short")]
    NotShortable {
        /// Symbol.
        symbol: Symbol,
    },
    /// Crossing zero.
    #[error(
        "This order would cross from {} in one go: {}",
        crossing(*side),
        if held.is_zero() {
            "other working orders close all of it, so wait for them or cancel them".to_owned()
        } else {
            format!("first close {held}, then open the rest")
        }
    )]
    CrossesZero {
        /// Side.
        side: Side,
        /// Shares to close first.
        held: Qty,
    },
    /// Not enough.
    #[error("The order needs ${value} of buying power, and ${available} is left")]
    BuyingPower {
        /// Needed.
        value: Money,
        /// Left, less reservations.
        available: Money,
    },
    /// An opposite order of the desk.
    #[error(
        "{whose} working {side} of {symbol} at {price} would meet this order: \
         the market refuses that as a wash trade"
    )]
    WashTrade {
        /// Whose: `Your`, or a person's name with 's.
        whose: String,
        /// Side of the order in the way.
        side: Side,
        /// Symbol.
        symbol: Symbol,
        /// Its price in words (`market`, `187.50`).
        price: String,
    },

    /// The ticket was open for too long.
    #[error("This ticket was open for over {hours} h: open a new one")]
    TicketTooOld {
        /// Hours allowed.
        hours: i64,
    },
    /// Same id, other terms.
    #[error("This order id was already used with other terms")]
    OrderIdReused,
    /// Final, or pending.
    #[error("This order is {state}: it cannot be {verb}")]
    NotInState {
        /// State in words.
        state: &'static str,
        /// `canceled`, `amended`.
        verb: &'static str,
    },
    /// Nothing changes.
    #[error("The new terms are the old ones")]
    NothingChanges,
    /// Below what is filled.
    #[error("{filled} shares are filled already: the new quantity must be above that")]
    BelowFilled {
        /// Filled.
        filled: Qty,
    },
    /// The desk cannot take more now.
    #[error("The desk is busy. Nothing was sent; try again.")]
    Busy,
    /// The desk is stopping, or its store failed.
    #[error("The desk is closing. Nothing was sent.")]
    Closing,
}

/// The word as a sentence begins.
fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

const fn stop_lies(side: Side) -> &'static str {
    match side {
        Side::Buy => "above",
        Side::Sell => "below",
    }
}

const fn crossing(side: Side) -> &'static str {
    match side {
        Side::Buy => "short to long",
        Side::Sell => "long to short",
    }
}

/// A reason to ask again: a person may override it; it is journaled with the order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Concern {
    /// The last price left the collar around the price that was shown.
    PriceMoved {
        /// Shown.
        shown: Price,
        /// Now.
        now: Price,
    },
    /// The limit is far on the safe side of the market, or the stop far from it: it may never fill.
    FarFromMarket(Distance),
    /// A like order went out moments ago.
    Duplicate {
        /// Seconds ago.
        seconds: i64,
    },
    /// The market is closed: the order waits for the open.
    WaitsForOpen,
}

/// An amount in cents; with all its places where cents would show it like the other.
fn beside(amount: Money, other: Money) -> String {
    let cents = amount.to_string();
    if cents == other.to_string() { amount.in_full() } else { cents }
}

impl Concern {
    /// True where overriding `self` covers `other` too: same reason, figures not worse.
    pub fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::PriceMoved { now: seen, .. }, Self::PriceMoved { now, .. }) => seen == now,
            // To a whole percent: a market that breathes while a person reads asks nobody again.
            (Self::FarFromMarket(seen), Self::FarFromMarket(off)) => {
                off.what == seen.what && off.percent() <= seen.percent()
            }
            // A like order that went out since then is another one.
            (Self::Duplicate { seconds: seen }, Self::Duplicate { seconds }) => seconds >= seen,
            (Self::WaitsForOpen, Self::WaitsForOpen) => true,
            _ => false,
        }
    }
}

impl std::fmt::Display for Concern {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::PriceMoved { shown, now } => {
                write!(out, "The price moved: you saw {shown}, it is {now} now")
            }
            Self::FarFromMarket(off) => {
                write!(out, "The {} is {off} away from the {} {}", off.what, off.of, off.base)
            }
            Self::Duplicate { seconds } => {
                write!(out, "You sent the same order {seconds} s ago")
            }
            Self::WaitsForOpen => {
                write!(out, "The market is closed: the order waits for the opening")
            }
        }
    }
}

/// Why a command did not happen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// Hard: no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Soft: a person may say "yes, I know".
    #[error("asks again")]
    NeedsAcknowledgement(Vec<Concern>),
    /// Our own failure; nothing was done.
    #[error(transparent)]
    Failed(#[from] Fault),
}

/// Our problem: logged with its causes, shown as "try again".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct Fault {
    /// What failed and what to do, in words fit for a screen; no secrets, no traces.
    pub what: String,
}

impl Fault {
    /// A fault in words.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into() }
    }
}
