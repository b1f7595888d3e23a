//! What the desk opens with: everything it holds in memory, and nothing of the past beyond it.
//! Must never scan what grows with the years: each statement here walks an index made for it.

use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use crate::desk::event::Account;
use crate::desk::port::{LargestIds, Loaded, Opening, Past};
use crate::domain::ids::{AccountId, OrderId};

use super::cells::{Columns, Values};
use super::fault::StoreError;
use super::journal::Head;
use super::reading::Sections;
use super::statement::all;
use super::{entries, fills, journal, lists, orders, portfolios, script, users};

/// A date after every other, as the store writes dates.
const NEVER: &str = "9999-12-31";

/// Everything the desk holds in memory at its start.
pub(super) async fn load(
    connection: &mut SqliteConnection,
    opening: &Opening,
) -> Result<Loaded, StoreError> {
    let values = Values::default().text(opening.venue.as_str()).text(&opening.number);
    let mut sections = Sections::of(connection, &script::EVERYBODY, values).await?;
    let mut loaded = Loaded {
        roles: sections.next(users::read_role)?,
        users: sections.next(users::read_user)?,
        credentials: sections.next(users::read_credential)?,
        sign_ins: sections.next(users::read_sign_in)?,
        watchlists: sections.next(lists::read_watchlist)?,
        settings: sections.next(lists::read_setting)?,
        trading: sections.next(portfolios::read_trading)?.pop().unwrap_or_default(),
        sequence: sections.next(journal::read_head)?.pop().unwrap_or(Head::EMPTY).sequence,
        largest: sections.next(read_largest)?.pop().unwrap_or_default(),
        ..Loaded::default()
    };
    if let Some((account, marked_through)) = sections.next(portfolios::read_account)?.pop() {
        loaded.marked_through = marked_through;
        load_account(connection, opening, &account, &mut loaded).await?;
        loaded.account = Some(account);
    }
    Ok(loaded)
}

/// What belongs to the active account alone.
async fn load_account(
    connection: &mut SqliteConnection,
    opening: &Opening,
    account: &Account,
    loaded: &mut Loaded,
) -> Result<(), StoreError> {
    let AccountId(id) = account.id;
    // Before the first mark every entry is of a day that has none yet, and is looked at then.
    let (ended, marked) = loaded.marked_through.map_or_else(
        || (i64::MAX, NEVER.to_owned()),
        |marked| (opening.schedule.day_end(marked).ns(), marked.to_string()),
    );
    let today = opening.today_from.ns();
    let of_books = Values::default().int(id).int(id).int(id).int(id).int(id);
    let of_earlier = Values::default().int(id).text(marked.clone());
    let of_entries = Values::default().int(id).int(ended).text(marked);
    let of_orders = || Values::default().int(id).int(today);
    let values =
        [of_books, of_earlier, of_entries, of_orders(), of_orders(), of_orders()].into_iter();
    let mut sections =
        Sections::of(connection, &script::OF_ACCOUNT, Values::joined(values)).await?;
    loaded.portfolios = sections.next(portfolios::read_portfolio)?;
    loaded.grants = sections.next(portfolios::read_grant)?;
    loaded.positions = sections.next(portfolios::read_position)?;
    loaded.balances = sections.next(portfolios::read_balance)?;
    loaded.marks = sections.next(entries::read_mark)?;
    loaded.earlier_marks = sections.next(entries::read_mark)?;
    loaded.unmarked = sections.next(entries::read_entry)?;
    loaded.orders = sections.next(orders::read_order)?;
    loaded.orders.sort_by_key(|order| (order.placed, order.id));
    loaded.venue_orders = sections.next(orders::read_venue_order)?;
    loaded.venue_orders.sort_by(|one, other| one.client_id.cmp(&other.client_id));
    loaded.fills = sections.next(fills::read_fill)?;
    loaded.fills.sort_by(|one, other| {
        (one.at, &one.client_id, one.total).cmp(&(other.at, &other.client_id, other.total))
    });
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
