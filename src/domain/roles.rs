//! Roles, grants, and the one table of who may do what.
//! Must never look at a door, a session or a screen; `Role::allows` has one caller, desk/permit.rs.

use std::fmt;
use std::str::FromStr;

use super::numbers::Money;

/// The four roles. There are no others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RoleName {
    /// Runs the team.
    Admin,
    /// Trades within a limit.
    Trader,
    /// Sees everything, changes nothing.
    Analyst,
    /// Sees what is granted.
    Viewer,
}

impl RoleName {
    /// All four, most powerful first.
    pub const ALL: [Self; 4] = [Self::Admin, Self::Trader, Self::Analyst, Self::Viewer];
    /// The name as written in the store and on screen.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Trader => "trader",
            Self::Analyst => "analyst",
            Self::Viewer => "viewer",
        }
    }
}

impl fmt::Display for RoleName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

impl FromStr for RoleName {
    type Err = UnknownName;
    fn from_str(text: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(UnknownName)
    }
}

/// A stored or typed word that names nothing here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such name")]
pub struct UnknownName;

/// A role with its editable flags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Which of the four.
    pub name: RoleName,
    /// May enter, amend and flatten, where a grant allows it too.
    pub can_create_trade: bool,
    /// May see orders, positions and P&L of every portfolio.
    pub can_view_all_trades: bool,
    /// May create portfolios and grant access to any.
    pub can_manage_portfolios: bool,
    /// Largest value of one order; none = no limit.
    pub max_trade_value: Option<Money>,
    /// Raised by one with every change.
    pub version: i64,
}

impl Role {
    /// The role as seeded at first start (product.md section 1).
    pub const fn seeded(name: RoleName) -> Self {
        let (trade, view_all, manage, limit) = match name {
            RoleName::Admin => (true, true, true, None),
            RoleName::Trader => (true, false, false, Some(Money::dollars(50_000))),
            RoleName::Analyst => (false, true, false, Some(Money::ZERO)),
            RoleName::Viewer => (false, false, false, Some(Money::ZERO)),
        };
        Self {
            name,
            can_create_trade: trade,
            can_view_all_trades: view_all,
            can_manage_portfolios: manage,
            max_trade_value: limit,
            version: 1,
        }
    }

    /// The table of model.md section 3: what this role may do, given the grant held on the
    /// portfolio concerned (none for acts that concern no portfolio, or where there is no grant).
    pub fn allows(&self, act: Act, grant: Option<Grant>) -> Verdict {
        let admin = self.name == RoleName::Admin;
        let grant = if admin { Some(Grant::Admin) } else { grant };
        match act {
            Act::Trade if !self.can_create_trade => Verdict::RoleCannotTrade,
            Act::Trade | Act::Cancel => Verdict::by_grant(grant, Grant::Trade),
            Act::SeePortfolio if self.can_view_all_trades => Verdict::Allowed,
            Act::SeePortfolio => Verdict::by_grant(grant, Grant::View),
            Act::CreatePortfolio => Verdict::by_flag(self.can_manage_portfolios),
            Act::ManagePortfolio if self.can_manage_portfolios => Verdict::Allowed,
            Act::ManagePortfolio => Verdict::by_grant(grant, Grant::Admin),
            Act::SeeForeignOrders => Verdict::by_flag(admin || self.can_view_all_trades),
            Act::OwnSettings => Verdict::Allowed,
            Act::ManageUsers
            | Act::EditRoles
            | Act::SetLimits
            | Act::Halt
            | Act::Approve
            | Act::BookBreak
            | Act::ReadJournal
            | Act::ExportAll
            | Act::EndSignIns => Verdict::by_flag(admin),
        }
    }
}

/// How much of a portfolio somebody was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grant {
    /// See it.
    View,
    /// See it and trade in it.
    Trade,
    /// See it, trade in it, grant it.
    Admin,
}

impl Grant {
    /// All three, least first.
    pub const ALL: [Self; 3] = [Self::View, Self::Trade, Self::Admin];
    /// The name as written in the store and on screen.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Trade => "trade",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

impl FromStr for Grant {
    type Err = UnknownName;
    fn from_str(text: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|grant| grant.as_str() == text).ok_or(UnknownName)
    }
}

/// Something a person may or may not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// Place, amend, flatten in a portfolio.
    Trade,
    /// Cancel anyone's order in a portfolio.
    Cancel,
    /// See a portfolio's orders, positions and P&L.
    SeePortfolio,
    /// Make a portfolio.
    CreatePortfolio,
    /// Rename, describe, archive and grant a portfolio.
    ManagePortfolio,
    /// See orders that were made outside the desk.
    SeeForeignOrders,
    /// Own watchlists, settings and password.
    OwnSettings,
    /// Add, edit and switch off people.
    ManageUsers,
    /// Edit a role's flags and limit.
    EditRoles,
    /// Set limits of people and portfolios.
    SetLimits,
    /// Halt trading and lift the halt.
    Halt,
    /// Approve or decline a staged order.
    Approve,
    /// Book a difference with the venue.
    BookBreak,
    /// Read the whole journal.
    ReadJournal,
    /// Export everything.
    ExportAll,
    /// End somebody's sign-in.
    EndSignIns,
}

impl Act {
    /// Every act: a suite that walks the permission table walks this.
    pub const ALL: [Self; 16] = [
        Self::Trade,
        Self::Cancel,
        Self::SeePortfolio,
        Self::CreatePortfolio,
        Self::ManagePortfolio,
        Self::SeeForeignOrders,
        Self::OwnSettings,
        Self::ManageUsers,
        Self::EditRoles,
        Self::SetLimits,
        Self::Halt,
        Self::Approve,
        Self::BookBreak,
        Self::ReadJournal,
        Self::ExportAll,
        Self::EndSignIns,
    ];
    /// True where the answer depends on a portfolio's grant.
    pub const fn concerns_portfolio(self) -> bool {
        matches!(self, Self::Trade | Self::Cancel | Self::SeePortfolio | Self::ManagePortfolio)
    }
}

/// What the table says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Yes.
    Allowed,
    /// The role cannot trade at all.
    RoleCannotTrade,
    /// There is no grant on this portfolio.
    NoGrant,
    /// There is a grant, and it is too small.
    GrantTooSmall {
        /// What the person has.
        held: Grant,
        /// What it takes.
        needed: Grant,
    },
    /// Only a role with a flag this one does not have.
    RoleLacksFlag,
}

impl Verdict {
    fn by_grant(held: Option<Grant>, needed: Grant) -> Self {
        match held {
            Some(held) if held >= needed => Self::Allowed,
            Some(held) => Self::GrantTooSmall { held, needed },
            None => Self::NoGrant,
        }
    }
    const fn by_flag(flag: bool) -> Self {
        if flag { Self::Allowed } else { Self::RoleLacksFlag }
    }
}

#[cfg(test)]
mod tests;
