//! Portfolios: the sub-books of the shared account.
//! Must never hold positions: those are folds over entries (positions.rs).

use super::ids::{AccountId, PortfolioId, UserId};
use super::numbers::Money;
use super::roles::Grant;

/// Whose a portfolio is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PortfolioKind {
    /// One person's own.
    Personal,
    /// The team's, given out by grants.
    Shared,
    /// The account's book for what nobody has claimed.
    Unallocated,
}

impl PortfolioKind {
    /// The name as written in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Personal => "personal",
            Self::Shared => "shared",
            Self::Unallocated => "unallocated",
        }
    }
}

/// One book of one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Portfolio {
    /// Which.
    pub id: PortfolioId,
    /// Account it belongs to.
    pub account: AccountId,
    /// Unique name.
    pub name: String,
    /// Personal, shared, or the account's unallocated book.
    pub kind: PortfolioKind,
    /// Who made it; holds an `admin` grant that cannot fall below `trade`.
    pub owner: UserId,
    /// What it is for.
    pub description: String,
    /// True where positions may go below zero.
    pub may_short: bool,
    /// Cash given to it, if any.
    pub allocation: Option<Money>,
    /// True once put away: nothing trades in it.
    pub archived: bool,
    /// Raised by one with every change.
    pub version: i64,
}

impl Portfolio {
    /// Its cash and whether it may go short, in words: what can be edited.
    pub fn terms(&self) -> String {
        let cash = match self.allocation {
            Some(cash) => format!("cash {cash}"),
            None => "no cash of its own".to_owned(),
        };
        format!("{cash}, {} go short", if self.may_short { "may" } else { "may not" })
    }
}

/// What one person was given in one portfolio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// In which portfolio.
    pub portfolio: PortfolioId,
    /// Who.
    pub user: UserId,
    /// How much; none once it was taken away. What was taken away is kept, so that its version
    /// goes on: a number never stands for two different things.
    pub grant: Option<Grant>,
    /// Raised by one with every change.
    pub version: i64,
}

impl Access {
    /// As it is given for the first time.
    pub const fn given(portfolio: PortfolioId, user: UserId, grant: Grant) -> Self {
        Self { portfolio, user, grant: Some(grant), version: 1 }
    }
}
