//! What the desk opens with: everything it holds in memory, and nothing of the past beyond it.
//! Must never scan what grows with the years: each statement here walks an index made for it.

use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use crate::desk::event::Account;
use crate::desk::port::{LargestIds, Loaded, Opening, Past};
use crate::domain::ids::OrderId;

use super::cells::{Columns, Values};
use super::fault::StoreError;
use super::statement::all;
use super::{entries, fills, journal, lists, orders, portfolios, users};

/// Everything the desk holds in memory at its start.
pub(super) async fn load(
    connection: &mut SqliteConnection,
    opening: &Opening,
) -> Result<Loaded, StoreError> {
    let mut loaded = load_people(connection).await.map_err(during("loading the people"))?;
    load_lists(connection, &mut loaded).await.map_err(during("loading lists and settings"))?;
    let head = journal::head(connection).await.map_err(during("loading the journal's end"))?;
    loaded.sequence = head.sequence;
    let named = Values::default().text(opening.venue.as_str()).text(&opening.number);
    let found = all(connection, portfolios::ACCOUNT, named, portfolios::read_account).await;
    let found = found.map_err(during("loading the account"))?;
    if let Some((account, marked_through)) = found.into_iter().next() {
        loaded.marked_through = marked_through;
        load_account(connection, opening, &account, &mut loaded).await?;
        loaded.account = Some(account);
    }
    Ok(loaded)
}

/// Names the part of the work in which something went wrong.
fn during(doing: &'static str) -> impl Fn(StoreError) -> StoreError {
    move |error| error.during(doing)
}

async fn load_people(connection: &mut SqliteConnection) -> Result<Loaded, StoreError> {
    let none = Values::default;
    Ok(Loaded {
        roles: all(connection, users::ROLES, none(), users::read_role).await?,
        users: all(connection, users::USERS, none(), users::read_user).await?,
        credentials: all(connection, users::CREDENTIALS, none(), users::read_credential).await?,
        sign_ins: all(connection, users::OPEN_SIGN_INS, none(), users::read_sign_in).await?,
        ..Loaded::default()
    })
}

async fn load_lists(
    connection: &mut SqliteConnection,
    loaded: &mut Loaded,
) -> Result<(), StoreError> {
    let none = Values::default;
    loaded.watchlists = all(connection, lists::WATCHLISTS, none(), lists::read_watchlist).await?;
    loaded.settings = all(connection, lists::SETTINGS, none(), lists::read_setting).await?;
    let trading = all(connection, portfolios::TRADING, none(), portfolios::read_trading).await?;
    loaded.trading = trading.into_iter().next_back().unwrap_or_default();
    let largest = all(connection, portfolios::LARGEST, none(), read_largest).await?;
    loaded.largest = largest.into_iter().next_back().unwrap_or_default();
    Ok(())
}

/// What belongs to the active account alone.
async fn load_account(
    connection: &mut SqliteConnection,
    opening: &Opening,
    account: &Account,
    loaded: &mut Loaded,
) -> Result<(), StoreError> {
    let books = load_books(connection, opening, account, loaded).await;
    books.map_err(during("loading portfolios and positions"))?;
    let since = || Values::default().int(account.id.0).int(opening.today_from.ns());
    let orders = all(connection, orders::CURRENT_ORDERS, since(), orders::read_order).await;
    loaded.orders = orders.map_err(during("loading the orders"))?;
    loaded.orders.sort_by_key(|order| (order.placed, order.id));
    let sent = all(connection, orders::CURRENT_VENUE_ORDERS, since(), orders::read_venue_order);
    loaded.venue_orders = sent.await.map_err(during("loading the orders that were sent"))?;
    loaded.venue_orders.sort_by(|one, other| one.client_id.cmp(&other.client_id));
    let fills = all(connection, fills::CURRENT_FILLS, since(), fills::read_fill).await;
    loaded.fills = fills.map_err(during("loading the fills"))?;
    loaded.fills.sort_by(|one, other| {
        (one.at, &one.client_id, one.total).cmp(&(other.at, &other.client_id, other.total))
    });
    Ok(())
}

async fn load_books(
    connection: &mut SqliteConnection,
    opening: &Opening,
    account: &Account,
    loaded: &mut Loaded,
) -> Result<(), StoreError> {
    let of_account = || Values::default().int(account.id.0);
    loaded.portfolios =
        all(connection, portfolios::PORTFOLIOS, of_account(), portfolios::read_portfolio).await?;
    loaded.grants =
        all(connection, portfolios::ACCESS, of_account(), portfolios::read_grant).await?;
    loaded.positions =
        all(connection, portfolios::POSITIONS, of_account(), portfolios::read_position).await?;
    loaded.balances =
        all(connection, portfolios::BALANCES, of_account(), portfolios::read_balance).await?;
    loaded.marks = all(connection, entries::NEWEST_MARKS, of_account(), entries::read_mark).await?;
    if let Some(marked) = loaded.marked_through {
        let ended = opening.schedule.day_end(marked).ns();
        let since = of_account().int(ended).text(marked.to_string());
        loaded.unmarked = all(connection, entries::UNMARKED, since, entries::read_entry).await?;
    }
    Ok(())
}

/// An order however old, with all that belongs to it.
pub(super) async fn past(
    connection: &mut SqliteConnection,
    id: OrderId,
) -> Result<Option<Past>, StoreError> {
    let named = || Values::default().text(id.to_string());
    let found = all(connection, orders::ORDER, named(), orders::read_order).await?;
    let Some(order) = found.into_iter().next() else { return Ok(None) };
    let sent = named().int(order.account.0);
    let venue_orders =
        all(connection, orders::VENUE_ORDERS_OF, sent, orders::read_venue_order).await?;
    let fills = all(connection, fills::FILLS_OF, named(), fills::read_fill).await?;
    Ok(Some(Past { order, venue_orders, fills }))
}

fn read_largest(row: &SqliteRow) -> Result<LargestIds, StoreError> {
    let mut columns = Columns::of(row);
    Ok(LargestIds {
        user: columns.int()?,
        portfolio: columns.int()?,
        watchlist: columns.int()?,
        account: columns.int()?,
    })
}
