//! Cards about what only some orders ask for: hours beside the session, dollars,
//! and orders that belong together.
//! Must never count on a price: what is asked of each is far on one side of the market.

use trading_desk::desk::port::{Errand, Ticket};
use trading_desk::domain::ids::ClientOrderId;
use trading_desk::domain::lifecycle::ReportKind;
use trading_desk::domain::numbers::{Money, Qty};
use trading_desk::domain::orders::{OrderType, Side};
use trading_desk::domain::special::{Exit, Group, LegRole, Special, StopLoss};

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

/// A leg of a ticket, as the desk speaks of it.
fn leg(ticket: &Ticket, role: LegRole) -> Ticket {
    let id = ticket.client_id.order().expect("the desk's own").leg(role);
    Ticket { client_id: ClientOrderId::of(id, 1), ..ticket.clone() }
}

fn is_working(story: &[ReportKind]) -> bool {
    story.contains(&ReportKind::Working)
}

fn is_canceled(story: &[ReportKind]) -> bool {
    story.iter().any(|kind| matches!(kind, ReportKind::Canceled { .. }))
}

fn grouped(group: Group, ticket: Ticket) -> Ticket {
    Ticket { special: Special { group, ..Special::default() }, ..ticket }
}

pub(super) async fn card_45_a_bracket_enters_and_the_exit_that_is_filled_ends_the_other(
    table: &mut Table,
) {
    let stop_loss = StopLoss { stop: table.far("SPY", 80), limit: Some(table.far("SPY", 79)) };
    let take_profit = table.near("SPY", 30);
    let group = Group::Bracket { take_profit, stop_loss };
    let ticket = grouped(group, table.ticket("SPY", Side::Buy, OrderType::Market));
    table.filled(&ticket).await;
    let (profit, loss) = (leg(&ticket, LegRole::TakeProfit), leg(&ticket, LegRole::StopLoss));
    table.until(&profit, "the exit at work", is_working).await;
    table.look_up(&loss.client_id).await;
    assert_eq!(table.story(&loss.client_id).first(), Some(&ReportKind::Acked));
    assert!(!is_working(&table.story(&loss.client_id)), "it is held");
    table.cancel(&profit).await;
    for leg in [&profit, &loss] {
        table.until(leg, "its end with the group", is_canceled).await;
    }
}

pub(super) async fn card_46_a_bracket_that_is_canceled_leaves_no_exit(table: &mut Table) {
    let stop_loss = StopLoss { stop: table.far("SPY", 70), limit: None };
    let group = Group::Bracket { take_profit: table.far("SPY", 90), stop_loss };
    let ticket = grouped(group, table.resting("SPY"));
    let reports = table.submit(&ticket).await;
    assert!(has(&reports, |kind| *kind == ReportKind::Acked), "{reports:?}");
    table.cancel(&ticket).await;
    for role in [LegRole::TakeProfit, LegRole::StopLoss] {
        table.until(&leg(&ticket, role), "its end with the entry", is_canceled).await;
    }
}

pub(super) async fn card_47_an_oto_sends_its_one_exit_after_the_entry(table: &mut Table) {
    let stop_loss = StopLoss { stop: table.far("SPY", 80), limit: None };
    let group = Group::Oto(Exit::StopLoss(stop_loss));
    let ticket = grouped(group, table.ticket("SPY", Side::Buy, OrderType::Market));
    table.filled(&ticket).await;
    let loss = leg(&ticket, LegRole::StopLoss);
    table.until(&loss, "the exit at work", is_working).await;
    table.cancel(&loss).await;
    table.until(&loss, "its end", is_canceled).await;
}

pub(super) async fn card_48_an_oco_leaves_once_and_ends_as_one(table: &mut Table) {
    table.bought("SPY").await;
    let limit = table.far("SPY", 120);
    let stop_loss = StopLoss { stop: table.far("SPY", 80), limit: None };
    let sale = table.ticket("SPY", Side::Sell, OrderType::Limit { limit });
    let ticket = grouped(Group::Oco { stop_loss }, sale);
    let reports = table.submit(&ticket).await;
    assert!(has(&reports, |kind| *kind == ReportKind::Acked), "{reports:?}");
    let new_limit = OrderType::Limit { limit: table.far("SPY", 121) };
    let order = ticket.client_id.order().expect("the desk's own");
    let new =
        Ticket { client_id: ClientOrderId::of(order, 2), order_type: new_limit, ..ticket.clone() };
    let old = ticket.client_id.clone();
    let filled = Qty::ZERO;
    table.pass().await;
    table.send(Errand::Replace { old, filled, new: new.clone() }).await;
    let is_replaced =
        |story: &[ReportKind]| story.iter().any(|kind| matches!(kind, ReportKind::Replaced { .. }));
    table.until(&ticket, "its replacement", is_replaced).await;
    table.cancel(&new).await;
    table.until(&leg(&ticket, LegRole::StopLoss), "its end with the other", is_canceled).await;
}
