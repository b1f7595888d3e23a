//! Cards about what only some orders ask for: hours beside the session.
//! Must never count on a price: what is asked of each is far on one side of the market.

use trading_desk::desk::port::Ticket;
use trading_desk::domain::orders::{OrderType, Side};
use trading_desk::domain::special::Special;

use super::table::Table;

pub(super) async fn card_43_an_order_for_extended_hours_works_in_the_evening(table: &mut Table) {
    table.move_to("2026-11-20T17:00").await;
    let limit = OrderType::Limit { limit: table.far("SPY", 101) };
    let waits = table.ticket("SPY", Side::Buy, limit);
    let special = Special { extended_hours: true };
    let works = Ticket { special, ..table.ticket("SPY", Side::Buy, limit) };
    table.submit(&waits).await;
    table.filled(&works).await;
    table.look_up(&waits.client_id).await;
    assert!(table.fills(&waits.client_id).is_empty(), "it waits for the morning");
}
