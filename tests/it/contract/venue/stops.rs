//! Cards of stops: they wait beyond the market, and what they become once a trade reaches them.
//! Must never expect a price after a trigger: a market order takes what there is.

use trading_desk::domain::lifecycle::ReportKind;
use trading_desk::domain::numbers::{Price, Qty};
use trading_desk::domain::orders::{OrderType, Side, Trail};

use super::table::{Table, has};

pub(super) async fn card_31_a_stop_waits_and_is_filled_once_it_is_reached(table: &mut Table) {
    let far = table.far("AAPL", 120);
    let waits = table.ticket("AAPL", Side::Buy, OrderType::Stop { stop: far });
    table.submit(&waits).await;
    for _ in 0..10 {
        table.pass().await;
    }
    table.look_up(&waits.client_id).await;
    assert!(table.fills(&waits.client_id).is_empty(), "the market is far away");
    table.cancel(&waits).await;
    let stop = table.near("TSLA", 3);
    let ticket = table.ticket("TSLA", Side::Buy, OrderType::Stop { stop });
    table.filled(&ticket).await;
}

pub(super) async fn card_32_a_stop_on_the_wrong_side_is_refused(table: &mut Table) {
    let stop = table.far("AAPL", 80);
    let below = table.ticket("AAPL", Side::Buy, OrderType::Stop { stop });
    table.refused(&below, "stop price must be greater than current price").await;
    table.bought("AAPL").await;
    let stop = table.far("AAPL", 120);
    let above = table.ticket("AAPL", Side::Sell, OrderType::Stop { stop });
    table.refused(&above, "stop price must be less than current price").await;
}

pub(super) async fn card_33_a_stop_limit_is_filled_no_worse_than_its_limit(table: &mut Table) {
    let (stop, limit) = (table.near("TSLA", 3), table.far("TSLA", 102));
    let ticket = table.ticket("TSLA", Side::Buy, OrderType::StopLimit { stop, limit });
    table.filled(&ticket).await;
    for (_, price) in table.fills(&ticket.client_id).into_values() {
        assert!(price <= limit, "{price} is worse than {limit}");
    }
}

pub(super) async fn card_34_a_stop_limit_may_be_reached_and_not_filled(table: &mut Table) {
    // Reached by the next trades, and then at a price that nobody sells at.
    let (stop, limit) = (table.near("TSLA", 3), table.far("TSLA", 70));
    let ticket = table.ticket("TSLA", Side::Buy, OrderType::StopLimit { stop, limit });
    table.submit(&ticket).await;
    for _ in 0..30 {
        table.pass().await;
    }
    table.look_up(&ticket.client_id).await;
    assert!(table.fills(&ticket.client_id).is_empty());
    let reports = table.cancel(&ticket).await;
    let canceled = ReportKind::Canceled { total: Qty::ZERO };
    assert!(has(&reports, |kind| *kind == canceled), "{reports:?}");
}

pub(super) async fn card_35_a_trailing_stop_follows_and_sells(table: &mut Table) {
    table.bought("TSLA").await;
    let trail = Trail::Amount(Price::cents(5));
    let ticket = table.ticket("TSLA", Side::Sell, OrderType::TrailingStop { trail });
    table.filled(&ticket).await;
    // A wide one waits, and is canceled like any other order.
    table.bought("TSLA").await;
    let trail = Trail::Amount(table.far("TSLA", 20));
    let wide = table.ticket("TSLA", Side::Sell, OrderType::TrailingStop { trail });
    table.submit(&wide).await;
    for _ in 0..5 {
        table.pass().await;
    }
    assert!(table.fills(&wide.client_id).is_empty());
    let reports = table.cancel(&wide).await;
    assert!(has(&reports, |kind| matches!(kind, ReportKind::Canceled { .. })), "{reports:?}");
}
