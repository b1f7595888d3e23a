//! Cards about what only some orders ask for: hours beside the session, dollars.
//! Must never count on a price: what is asked of each is far on one side of the market.

use trading_desk::desk::port::Ticket;
use trading_desk::domain::lifecycle::ReportKind;
use trading_desk::domain::numbers::{Money, Qty};
use trading_desk::domain::orders::{OrderType, Side};
use trading_desk::domain::special::Special;

use super::table::{Table, has};

pub(super) async fn card_43_an_order_for_extended_hours_works_in_the_evening(table: &mut Table) {
    table.move_to("2026-11-20T17:00").await;
    let limit = OrderType::Limit { limit: table.far("SPY", 101) };
    let waits = table.ticket("SPY", Side::Buy, limit);
    let special = Special { extended_hours: true, ..Special::default() };
    let works = Ticket { special, ..table.ticket("SPY", Side::Buy, limit) };
    table.submit(&waits).await;
    table.filled(&works).await;
    table.look_up(&waits.client_id).await;
    assert!(table.fills(&waits.client_id).is_empty(), "it waits for the morning");
}

pub(super) async fn card_44_an_order_in_dollars_spends_no_more_and_says_when_it_is_complete(
    table: &mut Table,
) {
    let dollars = Money::dollars(1_000);
    let special = Special { dollars: Some(dollars), ..Special::default() };
    let ticket = Ticket { special, ..table.ticket("SPY", Side::Buy, OrderType::Market) };
    table.submit(&ticket).await;
    let is_complete = |kind: &ReportKind| matches!(kind, ReportKind::Complete { .. });
    table.until(&ticket, "its completion", |story| story.iter().any(is_complete)).await;
    let fills = table.fills(&ticket.client_id);
    let spent = fills.values().fold(Money::ZERO, |sum, (quantity, price)| sum + *quantity * *price);
    let total: Qty = fills.values().map(|(quantity, _)| *quantity).sum();
    assert!(spent <= dollars && spent > Money::dollars(980), "{spent}");
    let story = table.look_up(&ticket.client_id).await;
    assert!(has(&story, |kind| *kind == ReportKind::Complete { total }), "{story:?}");
}
