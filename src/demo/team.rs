//! The demo's people: who they are, their portfolios, grants and watchlists.
//! Must never set a password: people of a demo are picked from a list.

use std::collections::BTreeMap;

use crate::desk::event::{Credential, EventKind};
use crate::domain::ids::{AccountId, PortfolioId, UserId, WatchlistId};
use crate::domain::numbers::{Money, Qty};
use crate::domain::portfolios::{Access, Portfolio, PortfolioKind};
use crate::domain::roles::{Grant, Role, RoleName};
use crate::domain::symbols::{Asset, Symbol};
use crate::domain::users::{Login, User, Watchlist};

/// The admin, who owns what is shared.
pub const ADMIN: UserId = UserId(1);
/// The first trader.
pub const TRADER_1: UserId = UserId(2);
/// The second trader.
pub const TRADER_2: UserId = UserId(3);
const ANALYST: UserId = UserId(4);
const VIEWER: UserId = UserId(5);

/// The shared portfolio of large names.
pub const GROWTH: PortfolioId = PortfolioId(1);
/// The shared portfolio of dividends.
pub const INCOME: PortfolioId = PortfolioId(2);
/// The shared portfolio that may go short.
pub const HEDGE: PortfolioId = PortfolioId(3);
/// The first trader's own.
pub const OWN_1: PortfolioId = PortfolioId(4);
/// The second trader's own.
pub const OWN_2: PortfolioId = PortfolioId(5);
const UNALLOCATED: PortfolioId = PortfolioId(6);

const PEOPLE: [(UserId, &str, &str, RoleName); 5] = [
    (ADMIN, "admin", "Dana Whitfield", RoleName::Admin),
    (TRADER_1, "trader1", "Marcus Oyelaran", RoleName::Trader),
    (TRADER_2, "trader2", "Yuki Tanaka", RoleName::Trader),
    (ANALYST, "analyst", "Priya Raman", RoleName::Analyst),
    (VIEWER, "viewer", "Tom Lindqvist", RoleName::Viewer),
];

struct Plan {
    id: PortfolioId,
    name: &'static str,
    kind: PortfolioKind,
    owner: UserId,
    description: &'static str,
    may_short: bool,
    /// Its share of the account's cash, in percent.
    percent: i64,
}

const PORTFOLIOS: [Plan; 6] = [
    Plan {
        id: GROWTH,
        name: "Growth",
        kind: PortfolioKind::Shared,
        owner: ADMIN,
        description: "Large technology and consumer names, held for months",
        may_short: false,
        percent: 40,
    },
    Plan {
        id: INCOME,
        name: "Income",
        kind: PortfolioKind::Shared,
        owner: ADMIN,
        description: "Banks, utilities, staples and bond funds that pay",
        may_short: false,
        percent: 25,
    },
    Plan {
        id: HEDGE,
        name: "Hedge",
        kind: PortfolioKind::Shared,
        owner: ADMIN,
        description: "Index funds against the rest; may go short",
        may_short: true,
        percent: 15,
    },
    Plan {
        id: OWN_1,
        name: "Marcus",
        kind: PortfolioKind::Personal,
        owner: TRADER_1,
        description: "Short-term ideas",
        may_short: false,
        percent: 7,
    },
    Plan {
        id: OWN_2,
        name: "Yuki",
        kind: PortfolioKind::Personal,
        owner: TRADER_2,
        description: "Consumer names and payments",
        may_short: false,
        percent: 7,
    },
    Plan {
        id: UNALLOCATED,
        name: "Unallocated",
        kind: PortfolioKind::Unallocated,
        owner: ADMIN,
        description: "What nobody has claimed",
        may_short: false,
        percent: 6,
    },
];

const GRANTS: [(PortfolioId, UserId, Grant); 13] = [
    (GROWTH, ADMIN, Grant::Admin),
    (GROWTH, TRADER_1, Grant::Trade),
    (GROWTH, TRADER_2, Grant::Trade),
    (GROWTH, VIEWER, Grant::View),
    (INCOME, ADMIN, Grant::Admin),
    (INCOME, TRADER_2, Grant::Trade),
    (INCOME, TRADER_1, Grant::View),
    (INCOME, VIEWER, Grant::View),
    (HEDGE, ADMIN, Grant::Admin),
    (HEDGE, TRADER_1, Grant::Trade),
    (OWN_1, TRADER_1, Grant::Admin),
    (OWN_2, TRADER_2, Grant::Admin),
    (UNALLOCATED, ADMIN, Grant::Admin),
];

const WATCHLISTS: [(UserId, &str, &str); 6] = [
    (ADMIN, "Overview", "SPY QQQ IWM DIA GLD TLT AAPL MSFT NVDA JPM XOM"),
    (TRADER_1, "Megacaps", "AAPL MSFT NVDA AMZN GOOGL META TSLA AVGO AMD NFLX SPY QQQ"),
    (TRADER_1, "Ideas", "PLTR COIN SOFI UBER RIVN SNAP F"),
    (TRADER_2, "Income", "JPM BAC KO PEP PG JNJ VZ T XOM CVX SCHD TLT BRK.B"),
    (ANALYST, "Sectors", "XLK XLF XLE XLV XLI XLP XLY XLU SPY"),
    (VIEWER, "Market", "SPY QQQ DIA AAPL MSFT AMZN"),
];

/// True for the first name of somebody's list: what they are likely to trade first.
pub fn heads_a_list(symbol: Symbol) -> bool {
    WATCHLISTS.iter().any(|(_, _, list)| list.split(' ').next() == Some(symbol.as_str()))
}

/// What each portfolio likes to trade.
pub const TASTES: [(PortfolioId, &str); 5] = [
    (GROWTH, "AAPL MSFT NVDA AMZN GOOGL META AVGO COST NFLX CRM ORCL LLY"),
    (INCOME, "JPM BAC KO PEP PG JNJ VZ T XOM CVX SCHD TLT BRK.B"),
    (HEDGE, "SPY QQQ IWM XLF XLK GLD"),
    (OWN_1, "AMD PLTR UBER COIN SOFI TSLA"),
    (OWN_2, "DIS NKE SBUX V MA MCD"),
];

/// The symbols of a list that the market has.
pub fn symbols(list: &str, assets: &BTreeMap<Symbol, Asset>) -> Vec<Symbol> {
    let read = list.split(' ').filter_map(|text| Symbol::parse(text).ok());
    read.filter(|symbol| assets.get(symbol).is_some_and(|asset| asset.tradable && !asset.halted))
        .collect()
}

/// Everything that happened before the week began: the roles, the people and what they were given.
pub fn founding(
    account: AccountId,
    cash: Money,
    assets: &BTreeMap<Symbol, Asset>,
) -> Vec<EventKind> {
    let mut events: Vec<EventKind> =
        RoleName::ALL.into_iter().map(|name| EventKind::RoleChanged(Role::seeded(name))).collect();
    for (id, login, name, role) in PEOPLE {
        events.push(EventKind::UserAdded(User {
            id,
            login: Login::parse(login).expect("the demo's logins are plain"),
            name: name.to_owned(),
            email: None,
            slack_id: None,
            role,
            active: true,
            version: 1,
        }));
        events.push(EventKind::CredentialSet(id));
    }
    for plan in PORTFOLIOS {
        events.push(EventKind::PortfolioCreated(Portfolio {
            id: plan.id,
            account,
            name: plan.name.to_owned(),
            kind: plan.kind,
            owner: plan.owner,
            description: plan.description.to_owned(),
            may_short: plan.may_short,
            allocation: Some(cash.share(Qty::shares(plan.percent), Qty::shares(100))),
            archived: false,
            version: 1,
        }));
    }
    for (portfolio, user, grant) in GRANTS {
        events.push(EventKind::GrantSet(Access::given(portfolio, user, grant)));
    }
    for (index, (user, name, list)) in (1..).zip(WATCHLISTS) {
        events.push(EventKind::WatchlistSaved(Watchlist {
            id: WatchlistId(index),
            user,
            name: name.to_owned(),
            symbols: symbols(list, assets),
            version: 1,
        }));
    }
    events
}

/// How each of the people proves who they are: not at all.
pub fn credentials() -> impl Iterator<Item = (UserId, Credential)> {
    PEOPLE.iter().map(|(id, ..)| (*id, Credential::Open))
}

#[cfg(test)]
mod tests {
    use super::{GRANTS, PEOPLE, PORTFOLIOS};
    use crate::domain::roles::Grant;

    #[test]
    fn the_whole_account_is_given_out_and_every_owner_holds_their_own() {
        assert_eq!(PORTFOLIOS.iter().map(|plan| plan.percent).sum::<i64>(), 100);
        for plan in PORTFOLIOS {
            assert!(GRANTS.contains(&(plan.id, plan.owner, Grant::Admin)), "{}", plan.name);
        }
        for (portfolio, user, _) in GRANTS {
            assert!(PORTFOLIOS.iter().any(|plan| plan.id == portfolio));
            assert!(PEOPLE.iter().any(|(id, ..)| *id == user));
        }
    }
}
