//! Rows of people: users, roles, how each proves who they are, and sign-ins.
//! Must never print a credential: it is written, read, and handed to the desk, nothing else.

use sqlx::sqlite::SqliteRow;

use crate::desk::event::{Credential, SignIn};
use crate::domain::ids::UserId;
use crate::domain::numbers::Money;
use crate::domain::roles::Role;
use crate::domain::time::{DeskTime, MarketTime, Moment};
use crate::domain::users::{Login, User};

use super::cells::{Columns, Values};
use super::fault::StoreError;
use super::statement::Statement;
use super::words;

const PUT_ROLE: &str = "INSERT INTO roles (name, can_create_trade, can_view_all_trades,
        can_manage_portfolios, max_trade_value, version)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (name) DO UPDATE SET
        can_create_trade = excluded.can_create_trade,
        can_view_all_trades = excluded.can_view_all_trades,
        can_manage_portfolios = excluded.can_manage_portfolios,
        max_trade_value = excluded.max_trade_value, version = excluded.version";
const PUT_USER: &str = "INSERT INTO users
        (id, login, name, email, slack_id, role, active, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (id) DO UPDATE SET
        login = excluded.login, name = excluded.name, email = excluded.email,
        slack_id = excluded.slack_id, role = excluded.role, active = excluded.active,
        version = excluded.version";
const PUT_CREDENTIAL: &str = "INSERT INTO credentials (user_id, kind, phc) VALUES ($1, $2, $3)
    ON CONFLICT (user_id) DO UPDATE SET kind = excluded.kind, phc = excluded.phc";
const PUT_SIGN_IN: &str = "INSERT INTO sign_ins (id, user_id, door, opened_desk_ns,
        opened_market_ns, ended_desk_ns, ended_market_ns)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (id) DO UPDATE SET
        ended_desk_ns = excluded.ended_desk_ns, ended_market_ns = excluded.ended_market_ns";
/// Most powerful first, as people list them.
pub(super) const ROLES: &str = "SELECT name, can_create_trade, can_view_all_trades,
        can_manage_portfolios, max_trade_value, version
    FROM roles
    ORDER BY CASE name WHEN 'admin' THEN 1 WHEN 'trader' THEN 2 WHEN 'analyst' THEN 3 ELSE 4 END";
pub(super) const USERS: &str =
    "SELECT id, login, name, email, slack_id, role, active, version FROM users ORDER BY id";
pub(super) const CREDENTIALS: &str = "SELECT user_id, kind, phc FROM credentials ORDER BY user_id";
pub(super) const OPEN_SIGN_INS: &str = "SELECT id, user_id, door, opened_desk_ns, opened_market_ns,
        ended_desk_ns, ended_market_ns
    FROM sign_ins WHERE ended_desk_ns IS NULL ORDER BY opened_desk_ns, id";

/// Every statement of this file.
#[cfg(test)]
pub(super) const SQL: &[&str] =
    &[PUT_ROLE, PUT_USER, PUT_CREDENTIAL, PUT_SIGN_IN, ROLES, USERS, CREDENTIALS, OPEN_SIGN_INS];

pub(super) fn put_role(role: &Role) -> Statement {
    let values = Values::default()
        .text(role.name.as_str())
        .flag(role.can_create_trade)
        .flag(role.can_view_all_trades)
        .flag(role.can_manage_portfolios)
        .text_or_null(role.max_trade_value.map(Money::plain))
        .int(role.version);
    Statement::new(PUT_ROLE, values)
}

pub(super) fn put_user(user: &User) -> Statement {
    let values = Values::default()
        .int(user.id.0)
        .text(user.login.as_str())
        .text(&user.name)
        .text_or_null(user.email.clone())
        .text_or_null(user.slack_id.clone())
        .text(user.role.as_str())
        .flag(user.active)
        .int(user.version);
    Statement::new(PUT_USER, values)
}

pub(super) fn put_credential(user: UserId, credential: &Credential) -> Statement {
    let (kind, phc) = match credential {
        Credential::Password(phc) => ("password", Some(phc.clone())),
        Credential::Open => ("open", None),
    };
    Statement::new(PUT_CREDENTIAL, Values::default().int(user.0).text(kind).text_or_null(phc))
}

pub(super) fn put_sign_in(sign_in: &SignIn) -> Statement {
    let values = Values::default()
        .text(sign_in.id.to_string())
        .int(sign_in.user.0)
        .text(sign_in.door.as_str())
        .moment(sign_in.opened)
        .int_or_null(sign_in.ended.map(|ended| ended.desk.ns()))
        .int_or_null(sign_in.ended.map(|ended| ended.market.ns()));
    Statement::new(PUT_SIGN_IN, values)
}

pub(super) fn read_role(row: &SqliteRow) -> Result<Role, StoreError> {
    let mut columns = Columns::of(row);
    Ok(Role {
        name: columns.parsed()?,
        can_create_trade: columns.flag()?,
        can_view_all_trades: columns.flag()?,
        can_manage_portfolios: columns.flag()?,
        max_trade_value: columns.money_or_null()?,
        version: columns.int()?,
    })
}

pub(super) fn read_user(row: &SqliteRow) -> Result<User, StoreError> {
    let mut columns = Columns::of(row);
    Ok(User {
        id: UserId(columns.int()?),
        login: columns.word(|text| Login::parse(text).ok())?,
        name: columns.text()?.to_owned(),
        email: columns.text_or_null()?.map(str::to_owned),
        slack_id: columns.text_or_null()?.map(str::to_owned),
        role: columns.parsed()?,
        active: columns.flag()?,
        version: columns.int()?,
    })
}

pub(super) fn read_credential(row: &SqliteRow) -> Result<(UserId, Credential), StoreError> {
    let mut columns = Columns::of(row);
    let user = UserId(columns.int()?);
    let kind = columns.text()?;
    let credential = match (kind, columns.text_or_null()?) {
        ("password", Some(phc)) => Credential::Password(phc.to_owned()),
        ("open", None) => Credential::Open,
        _ => {
            let column = "credentials.kind".to_owned();
            return Err(StoreError::Unreadable { column, text: kind.to_owned() });
        }
    };
    Ok((user, credential))
}

pub(super) fn read_sign_in(row: &SqliteRow) -> Result<SignIn, StoreError> {
    let mut columns = Columns::of(row);
    Ok(SignIn {
        id: columns.parsed()?,
        user: UserId(columns.int()?),
        door: columns.word(words::parse_door)?,
        opened: columns.moment()?,
        ended: match (columns.int_or_null()?, columns.int_or_null()?) {
            (Some(desk), Some(market)) => {
                Some(Moment { desk: DeskTime::from_ns(desk), market: MarketTime::from_ns(market) })
            }
            _ => None,
        },
    })
}
