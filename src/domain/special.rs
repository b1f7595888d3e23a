//! What only some orders ask for beside the terms that every order has.
//! Must never hold a rule: what goes with what is risk's to say.

use std::fmt;

use super::numbers::{Money, Price};

/// What only some orders ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Special {
    /// True to work before and after the regular session too.
    pub extended_hours: bool,
    /// Dollars to be traded: the quantity is then what they come to, as far as it is known.
    pub dollars: Option<Money>,
    /// The orders that belong to it.
    pub group: Group,
}

/// What is said behind an order's terms: ` extended`, ` bracket 195.00 / 180.00`, or nothing.
impl fmt::Display for Special {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.extended_hours {
            out.write_str(" extended")?;
        }
        self.group.fmt(out)
    }
}

/// How an order belongs to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OrderClass {
    /// On its own.
    Simple,
    /// An entry with a take-profit and a stop-loss.
    Bracket,
    /// A take-profit and a stop-loss, of which one cancels the other.
    Oco,
    /// An entry that triggers one other.
    Oto,
}

impl OrderClass {
    /// All four, in the order a ticket offers them.
    pub const ALL: [Self; 4] = [Self::Simple, Self::Bracket, Self::Oco, Self::Oto];
    /// Alpaca's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Bracket => "bracket",
            Self::Oco => "oco",
            Self::Oto => "oto",
        }
    }
}

/// Which exit of a position a leg is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LegRole {
    /// The exit with a profit.
    TakeProfit,
    /// The exit with a loss.
    StopLoss,
}

impl LegRole {
    /// The name as written in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TakeProfit => "take_profit",
            Self::StopLoss => "stop_loss",
        }
    }
    /// The same as people say it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::TakeProfit => "take profit",
            Self::StopLoss => "stop loss",
        }
    }
}

/// The exit with a loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StopLoss {
    /// Its trigger.
    pub stop: Price,
    /// Its limit, which makes it a stop-limit order.
    pub limit: Option<Price>,
}

/// The one exit of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// With a profit, at this limit.
    TakeProfit(Price),
    /// With a loss.
    StopLoss(StopLoss),
}

/// The class of an order with the prices of the orders that belong to it, and no others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Group {
    /// None.
    #[default]
    Simple,
    /// The order enters, and either exit leaves.
    Bracket {
        /// Limit of the exit with a profit.
        take_profit: Price,
        /// The exit with a loss.
        stop_loss: StopLoss,
    },
    /// The order itself is the exit with a profit.
    Oco {
        /// The exit with a loss.
        stop_loss: StopLoss,
    },
    /// The order enters, and one exit leaves.
    Oto(Exit),
}

impl Group {
    /// Its class.
    pub const fn class(self) -> OrderClass {
        match self {
            Self::Simple => OrderClass::Simple,
            Self::Bracket { .. } => OrderClass::Bracket,
            Self::Oco { .. } => OrderClass::Oco,
            Self::Oto(_) => OrderClass::Oto,
        }
    }
    /// True where the order opens a position that its legs leave.
    pub const fn enters(self) -> bool {
        matches!(self, Self::Bracket { .. } | Self::Oto(_))
    }
    /// Limit of the leg that leaves with a profit.
    pub const fn take_profit(self) -> Option<Price> {
        match self {
            Self::Bracket { take_profit, .. } | Self::Oto(Exit::TakeProfit(take_profit)) => {
                Some(take_profit)
            }
            _ => None,
        }
    }
    /// The leg that leaves with a loss.
    pub const fn stop_loss(self) -> Option<StopLoss> {
        match self {
            Self::Bracket { stop_loss, .. }
            | Self::Oco { stop_loss }
            | Self::Oto(Exit::StopLoss(stop_loss)) => Some(stop_loss),
            _ => None,
        }
    }
    /// The group of a class with these exits; none where one is missing or one too many.
    pub const fn of(
        class: OrderClass,
        take_profit: Option<Price>,
        stop_loss: Option<StopLoss>,
    ) -> Option<Self> {
        Some(match (class, take_profit, stop_loss) {
            (OrderClass::Simple, None, None) => Self::Simple,
            (OrderClass::Bracket, Some(take_profit), Some(stop_loss)) => {
                Self::Bracket { take_profit, stop_loss }
            }
            (OrderClass::Oco, None, Some(stop_loss)) => Self::Oco { stop_loss },
            (OrderClass::Oto, Some(limit), None) => Self::Oto(Exit::TakeProfit(limit)),
            (OrderClass::Oto, None, Some(stop_loss)) => Self::Oto(Exit::StopLoss(stop_loss)),
            _ => return None,
        })
    }
}

/// ` bracket, profit 195.00, loss 180.00`; nothing for an order on its own.
impl fmt::Display for Group {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::Simple {
            return Ok(());
        }
        write!(out, " {}", self.class().as_str())?;
        if let Some(limit) = self.take_profit() {
            write!(out, ", profit {limit}")?;
        }
        match self.stop_loss() {
            Some(StopLoss { stop, limit: Some(limit) }) => {
                write!(out, ", loss {stop} limit {limit}")
            }
            Some(StopLoss { stop, limit: None }) => write!(out, ", loss {stop}"),
            None => Ok(()),
        }
    }
}
