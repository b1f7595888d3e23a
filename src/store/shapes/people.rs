//! The facts of people, roles, portfolios and people's own lists, as JSON.
//! Must never hold how somebody proves who they are.

use serde::Serialize;

use crate::desk::event::SignIn;
use crate::domain::numbers::Money;
use crate::domain::portfolios::Portfolio;
use crate::domain::roles::Role;
use crate::domain::symbols::Symbol;
use crate::domain::users::{User, Watchlist};

#[derive(Serialize)]
pub(in crate::store) struct SignInFacts<'a> {
    sign_in: String,
    user: i64,
    door: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
}

#[derive(Serialize)]
pub(in crate::store) struct UserFacts<'a> {
    id: i64,
    login: &'a str,
    name: &'a str,
    email: Option<&'a str>,
    slack_id: Option<&'a str>,
    role: &'static str,
    active: bool,
    version: i64,
}

#[derive(Serialize)]
pub(in crate::store) struct RoleFacts {
    name: &'static str,
    can_create_trade: bool,
    can_view_all_trades: bool,
    can_manage_portfolios: bool,
    max_trade_value: Option<String>,
    version: i64,
}

#[derive(Serialize)]
pub(in crate::store) struct PortfolioFacts<'a> {
    id: i64,
    name: &'a str,
    kind: &'static str,
    owner: i64,
    description: &'a str,
    may_short: bool,
    allocation: Option<String>,
    archived: bool,
    version: i64,
}

#[derive(Serialize)]
pub(in crate::store) struct WatchlistFacts<'a> {
    id: i64,
    user: i64,
    name: &'a str,
    symbols: Vec<&'a str>,
    version: i64,
}

pub(super) fn sign_in_facts<'a>(sign_in: &SignIn, why: Option<&'a str>) -> SignInFacts<'a> {
    SignInFacts {
        sign_in: sign_in.id.to_string(),
        user: sign_in.user.0,
        door: sign_in.door.as_str(),
        why,
    }
}

pub(super) fn user_facts(user: &User) -> UserFacts<'_> {
    UserFacts {
        id: user.id.0,
        login: user.login.as_str(),
        name: &user.name,
        email: user.email.as_deref(),
        slack_id: user.slack_id.as_deref(),
        role: user.role.as_str(),
        active: user.active,
        version: user.version,
    }
}

pub(super) fn role_facts(role: &Role) -> RoleFacts {
    RoleFacts {
        name: role.name.as_str(),
        can_create_trade: role.can_create_trade,
        can_view_all_trades: role.can_view_all_trades,
        can_manage_portfolios: role.can_manage_portfolios,
        max_trade_value: role.max_trade_value.map(Money::plain),
        version: role.version,
    }
}

pub(super) fn portfolio_facts(portfolio: &Portfolio) -> PortfolioFacts<'_> {
    PortfolioFacts {
        id: portfolio.id.0,
        name: &portfolio.name,
        kind: portfolio.kind.as_str(),
        owner: portfolio.owner.0,
        description: &portfolio.description,
        may_short: portfolio.may_short,
        allocation: portfolio.allocation.map(Money::plain),
        archived: portfolio.archived,
        version: portfolio.version,
    }
}

pub(super) fn watchlist_facts(list: &Watchlist) -> WatchlistFacts<'_> {
    WatchlistFacts {
        id: list.id.0,
        user: list.user.0,
        name: &list.name,
        symbols: list.symbols.iter().map(Symbol::as_str).collect(),
        version: list.version,
    }
}
