//! Cards of endings: cancels in time and too late, times that run out, orders that get one try.
//! Must never take an answer to a cancel for the end of an order: the story tells the end.

use trading_desk::desk::port::{Errand, Ticket};
use trading_desk::domain::ids::{ClientOrderId, OrderId};
use trading_desk::domain::lifecycle::ReportKind;
use trading_desk::domain::numbers::Qty;
use trading_desk::domain::orders::{OrderType, Side, TimeInForce};

use super::table::{Table, has};

const CANCELED: ReportKind = ReportKind::Canceled { total: Qty::ZERO };

pub(super) async fn card_10_a_cancel_ends_an_order_and_may_come_twice(table: &mut Table) {
    let ticket = table.resting("MSFT");
    table.submit(&ticket).await;
    table.cancel(&ticket).await;
    let ended = |kinds: &[ReportKind]| kinds.contains(&CANCELED);
    table.until(&ticket, "the end", ended).await;
    let again = table.cancel(&ticket).await;
    assert!(has(&again, |kind| *kind == CANCELED), "a second cancel does no harm: {again:?}");
}

pub(super) async fn card_11_an_unknown_order_is_not_found(table: &mut Table) {
    let stranger = ClientOrderId::of(OrderId(uuid::Uuid::from_u128(table.next + 9_999)), 1);
    let reports = table.look_up(&stranger).await;
    assert!(has(&reports, |kind| *kind == ReportKind::NotFound), "{reports:?}");
    let reports = table.send(Errand::Cancel { client_id: stranger.clone() }).await;
    assert!(has(&reports, |kind| *kind == ReportKind::NotFound), "{reports:?}");
    assert!(reports.iter().all(|report| report.client_id == stranger));
}

pub(super) async fn card_24_what_is_filled_is_not_canceled(table: &mut Table) {
    let ticket = table.bought("AAPL").await;
    let reports = table.cancel(&ticket).await;
    let said_why = |kind: &ReportKind| match kind {
        ReportKind::CancelRejected { reason } => reason.contains("filled"),
        _ => false,
    };
    assert!(has(&reports, said_why), "{reports:?}");
    assert!(!has(&reports, |kind| matches!(kind, ReportKind::Canceled { .. })));
}

pub(super) async fn card_25_immediate_or_cancel_leaves_nothing_at_work(table: &mut Table) {
    let far = Ticket { time_in_force: TimeInForce::Ioc, ..table.resting("SPY") };
    table.submit(&far).await;
    table.until(&far, "the end", |kinds| kinds.contains(&CANCELED)).await;
    for _ in 0..10 {
        let limit = table.far("SPY", 101);
        let near = table.ticket("SPY", Side::Buy, OrderType::Limit { limit });
        let near = Ticket { time_in_force: TimeInForce::Ioc, ..near };
        table.submit(&near).await;
        let whole = near.quantity;
        let ended = move |kinds: &[ReportKind]| {
            kinds.iter().any(|kind| match kind {
                ReportKind::Filled { total, .. } => *total == whole,
                kind => matches!(kind, ReportKind::Canceled { .. }),
            })
        };
        table.until(&near, "the end", ended).await;
        let filled: Qty = table.fills(&near.client_id).into_values().map(|one| one.0).sum();
        let told = table.story(&near.client_id);
        let rest = told.iter().find_map(|kind| match kind {
            ReportKind::Canceled { total } => Some(*total),
            _ => None,
        });
        assert_eq!(filled, rest.unwrap_or(whole), "what was filled is told with the end");
    }
}

pub(super) async fn card_26_fill_or_kill_is_all_or_nothing(table: &mut Table) {
    let far = Ticket { time_in_force: TimeInForce::Fok, ..table.resting("SPY") };
    table.submit(&far).await;
    table.until(&far, "the end", |kinds| kinds.contains(&CANCELED)).await;
    for _ in 0..10 {
        let limit = table.far("SPY", 101);
        let near = table.ticket("SPY", Side::Buy, OrderType::Limit { limit });
        let near = Ticket { time_in_force: TimeInForce::Fok, ..near };
        table.submit(&near).await;
        table.until_filled(&near).await;
        assert!(!table.story(&near.client_id).contains(&CANCELED));
    }
}

pub(super) async fn card_27_a_partial_fill_leaves_the_rest_at_work(table: &mut Table) {
    let Some(ticket) = table.partly_filled("AAPL", 100).await else {
        assert!(table.is_real(), "one order in ten is filled in part at first");
        return super::tell("paper: no order was filled in part, so card 27 was not judged");
    };
    let so_far: Qty = table.fills(&ticket.client_id).into_values().map(|one| one.0).sum();
    assert!(so_far > Qty::ZERO && so_far < ticket.quantity);
    let ended = |kind: &ReportKind| matches!(kind, ReportKind::Canceled { .. });
    assert!(!table.story(&ticket.client_id).iter().any(ended), "the rest is at work");
    table.until_filled(&ticket).await;
    assert!(table.fills(&ticket.client_id).len() > 1);
}

pub(super) async fn card_39_a_day_order_expires_and_one_until_canceled_does_not(table: &mut Table) {
    let day = table.resting("MSFT");
    let lasting = Ticket { time_in_force: TimeInForce::Gtc, ..table.resting("SPY") };
    table.submit(&day).await;
    table.submit(&lasting).await;
    table.move_to("2026-11-20T16:00:01").await;
    let ended = |kinds: &[ReportKind]| kinds.contains(&ReportKind::Expired { total: Qty::ZERO });
    table.until(&day, "the end of the day", ended).await;
    table.move_to("2026-11-23T10:00").await;
    let story = table.look_up(&lasting.client_id).await;
    assert!(has(&story, |kind| *kind == ReportKind::Working), "{story:?}");
    let reports = table.cancel(&lasting).await;
    assert!(has(&reports, |kind| *kind == CANCELED), "{reports:?}");
}

/// An auction is one try: what it does not fill ends with it.
async fn after_the_auction(table: &mut Table, ticket: &Ticket) {
    let whole = ticket.quantity;
    let ended = move |kinds: &[ReportKind]| {
        kinds.iter().any(|kind| match kind {
            ReportKind::Filled { total, .. } => *total == whole,
            ReportKind::Canceled { .. } | ReportKind::Expired { .. } => true,
            _ => false,
        })
    };
    table.until(ticket, "the end of the auction", ended).await;
    assert!(!table.fills(&ticket.client_id).is_empty(), "{:?}", table.story(&ticket.client_id));
}

pub(super) async fn card_40_a_closing_order_is_filled_at_the_close(table: &mut Table) {
    let ticket = table.ticket("AAPL", Side::Buy, OrderType::Market);
    let ticket = Ticket { time_in_force: TimeInForce::Cls, ..ticket };
    let reports = table.submit(&ticket).await;
    assert!(has(&reports, |kind| *kind == ReportKind::Acked), "{reports:?}");
    table.move_to("2026-11-20T15:59:00").await;
    table.look_up(&ticket.client_id).await;
    assert!(table.fills(&ticket.client_id).is_empty(), "it waits for the close");
    table.move_to("2026-11-20T16:00:01").await;
    after_the_auction(table, &ticket).await;
}

pub(super) async fn card_41_an_opening_order_is_filled_at_the_open(table: &mut Table) {
    table.move_to("2026-11-22T20:00").await;
    let ticket = table.ticket("AAPL", Side::Buy, OrderType::Market);
    let ticket = Ticket { time_in_force: TimeInForce::Opg, ..ticket };
    let reports = table.submit(&ticket).await;
    assert!(has(&reports, |kind| *kind == ReportKind::Acked), "{reports:?}");
    table.move_to("2026-11-23T09:29:50").await;
    table.look_up(&ticket.client_id).await;
    assert!(table.fills(&ticket.client_id).is_empty(), "it waits for the open");
    table.move_to("2026-11-23T09:30:05").await;
    after_the_auction(table, &ticket).await;
}
