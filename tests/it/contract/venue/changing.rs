//! Cards of replacements: the new order takes the old one's place, or nothing changes at all.
//! Must never let a replacement buy what the old order bought already.

use trading_desk::desk::port::{Errand, Ticket};
use trading_desk::domain::lifecycle::ReportKind;
use trading_desk::domain::numbers::Qty;
use trading_desk::domain::orders::{OrderType, Side};

use super::table::{Table, has};

fn replace(old: &Ticket, new: &Ticket, filled: Qty) -> Errand {
    Errand::Replace { old: old.client_id.clone(), new: new.clone(), filled }
}

/// An order at rest that the venue says is at work: only such a one can be changed.
async fn at_work(table: &mut Table, text: &str) -> Ticket {
    let ticket = table.resting(text);
    table.submit(&ticket).await;
    let working = |kinds: &[ReportKind]| {
        kinds.iter().any(|kind| matches!(kind, ReportKind::Working | ReportKind::Acked))
    };
    table.until(&ticket, "the order at work", working).await;
    ticket
}

pub(super) async fn card_12_a_replacement_takes_the_place_of_the_old_order(table: &mut Table) {
    let old = at_work(table, "MSFT").await;
    let new = Ticket { quantity: Qty::shares(7), ..table.resting("MSFT") };
    let reports = table.send(replace(&old, &new, Qty::ZERO)).await;
    if table.is_real() && has(&reports, |kind| matches!(kind, ReportKind::ReplaceRejected { .. })) {
        return super::tell(
            "paper: at this hour orders are not replaced, so card 12 was not judged",
        );
    }
    let by = new.client_id.clone();
    let replaced = ReportKind::Replaced { by, total: Qty::ZERO };
    table.until(&old, "the replacement", |kinds| kinds.contains(&replaced)).await;
    let working = |kinds: &[ReportKind]| kinds.contains(&ReportKind::Working);
    table.until(&new, "the new order at work", working).await;
    let reports = table.cancel(&new).await;
    let canceled = ReportKind::Canceled { total: Qty::ZERO };
    assert!(has(&reports, |kind| *kind == canceled), "{reports:?}");
}

pub(super) async fn card_13_a_refused_replacement_changes_nothing(table: &mut Table) {
    let old = at_work(table, "MSFT").await;
    let too_many = Ticket { quantity: Qty::shares(1_000_000), ..table.resting("MSFT") };
    let reports = table.send(replace(&old, &too_many, Qty::ZERO)).await;
    assert!(
        has(&reports, |kind| matches!(kind, ReportKind::ReplaceRejected { .. })),
        "{reports:?}"
    );
    let story = table.look_up(&too_many.client_id).await;
    assert!(has(&story, |kind| *kind == ReportKind::NotFound), "{story:?}");
    let reports = table.cancel(&old).await;
    assert!(has(&reports, |kind| matches!(kind, ReportKind::Canceled { .. })), "it lived on");
}

pub(super) async fn card_14_a_replacement_of_nothing_is_not_found(table: &mut Table) {
    let (old, new) = (table.resting("MSFT"), table.resting("MSFT"));
    let reports = table.send(replace(&old, &new, Qty::ZERO)).await;
    assert!(has(&reports, |kind| *kind == ReportKind::NotFound), "{reports:?}");
    let story = table.look_up(&new.client_id).await;
    assert!(has(&story, |kind| *kind == ReportKind::NotFound), "{story:?}");
}

pub(super) async fn card_15_a_replacement_that_comes_twice_is_one(table: &mut Table) {
    let old = at_work(table, "MSFT").await;
    let new = Ticket { quantity: Qty::shares(7), ..table.resting("MSFT") };
    let first = table.send(replace(&old, &new, Qty::ZERO)).await;
    if table.is_real() && has(&first, |kind| matches!(kind, ReportKind::ReplaceRejected { .. })) {
        return super::tell(
            "paper: at this hour orders are not replaced, so card 15 was not judged",
        );
    }
    let again = table.send(replace(&old, &new, Qty::ZERO)).await;
    let by = new.client_id.clone();
    let replaced = ReportKind::Replaced { by, total: Qty::ZERO };
    assert!(has(&again, |kind| *kind == replaced), "{again:?}");
    let of_new = again.iter().filter(|report| report.client_id == new.client_id);
    assert!(of_new.count() > 0, "the story of both: {again:?}");
    let reports = table.cancel(&new).await;
    assert!(has(&reports, |kind| matches!(kind, ReportKind::Canceled { .. })), "{reports:?}");
}

pub(super) async fn card_28_a_replacement_that_saw_too_few_fills_is_refused(table: &mut Table) {
    let Some(old) = table.partly_filled("AAPL", 100).await else {
        assert!(table.is_real(), "one order in ten is filled in part at first");
        return super::tell("paper: no order was filled in part, so card 28 was not judged");
    };
    let order_type = OrderType::Market;
    let new = Ticket { quantity: Qty::shares(3), ..table.ticket("AAPL", old.side, order_type) };
    let reports = table.send(replace(&old, &new, Qty::ZERO)).await;
    assert!(
        has(&reports, |kind| matches!(kind, ReportKind::ReplaceRejected { .. })),
        "{reports:?}"
    );
    let story = table.look_up(&new.client_id).await;
    assert!(has(&story, |kind| *kind == ReportKind::NotFound), "{story:?}");
    table.until_filled(&old).await;
}

pub(super) async fn card_29_what_is_filled_is_not_replaced(table: &mut Table) {
    let old = table.bought("AAPL").await;
    let new = Ticket { quantity: Qty::shares(5), ..table.resting("AAPL") };
    let reports = table.send(replace(&old, &new, old.quantity)).await;
    assert!(
        has(&reports, |kind| matches!(kind, ReportKind::ReplaceRejected { .. })),
        "{reports:?}"
    );
    let story = table.look_up(&new.client_id).await;
    assert!(has(&story, |kind| *kind == ReportKind::NotFound), "{story:?}");
}

pub(super) async fn card_30_a_replacement_at_a_better_price_is_filled_once(table: &mut Table) {
    let old = at_work(table, "MSFT").await;
    let limit = table.far("MSFT", 101);
    let new = table.ticket("MSFT", Side::Buy, OrderType::Limit { limit });
    table.send(replace(&old, &new, Qty::ZERO)).await;
    table.until_filled(&new).await;
    table.look_up(&old.client_id).await;
    assert!(table.fills(&old.client_id).is_empty(), "the old order bought nothing");
}
