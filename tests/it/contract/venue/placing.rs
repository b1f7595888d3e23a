//! Cards of placing: what is taken, what is refused and in which words, and what one id means.
//! Must never look at a venue's insides: only what it says counts.

use trading_desk::desk::port::{Errand, Ticket};
use trading_desk::domain::lifecycle::ReportKind;
use trading_desk::domain::numbers::{Price, Qty};
use trading_desk::domain::orders::{OrderType, Side, TimeInForce};

use super::stands::listed;
use super::table::{Table, has, symbol};

/// How far an asker waits before going away, in turns of its task.
const TURNS: [usize; 8] = [0, 1, 2, 4, 8, 16, 64, 256];

pub(super) async fn card_01_a_resting_order_is_taken_and_stays(table: &mut Table) {
    let ticket = table.resting("MSFT");
    let reports = table.submit(&ticket).await;
    assert!(has(&reports, |kind| *kind == ReportKind::Acked), "{reports:?}");
    for _ in 0..5 {
        table.pass().await;
    }
    let story = table.look_up(&ticket.client_id).await;
    let at_rest = |kind: &ReportKind| matches!(kind, ReportKind::Acked | ReportKind::Working);
    assert!(!story.is_empty() && story.iter().all(|report| at_rest(&report.kind)), "{story:?}");
    assert!(table.fills(&ticket.client_id).is_empty());
}

pub(super) async fn card_02_the_same_id_is_the_same_order_while_it_works(table: &mut Table) {
    let before = table.funds().await;
    let ticket = table.resting("MSFT");
    for _ in 0..3 {
        let reports = table.submit(&ticket).await;
        let refused = |kind: &ReportKind| matches!(kind, ReportKind::Rejected { .. });
        assert!(!reports.is_empty() && !has(&reports, refused), "{reports:?}");
    }
    let reports = table.cancel(&ticket).await;
    assert!(has(&reports, |kind| matches!(kind, ReportKind::Canceled { .. })), "{reports:?}");
    let story = table.look_up(&ticket.client_id).await;
    assert!(has(&story, |kind| matches!(kind, ReportKind::Canceled { .. })), "one, and it ended");
    assert_eq!(table.funds().await.cash, before.cash);
}

pub(super) async fn card_03_more_than_the_account_can_buy_is_refused(table: &mut Table) {
    let ticket = Ticket { quantity: Qty::shares(1_000_000), ..table.resting("SPY") };
    table.refused(&ticket, "insufficient buying power").await;
}

pub(super) async fn card_04_a_price_between_the_ticks_is_refused(table: &mut Table) {
    let odd = Price::from_units(table.far("SPY", 80).units() + Price::CENT.units() / 2);
    let words = "sub-penny increment does not fulfill minimum pricing criteria";
    let limit = table.ticket("SPY", Side::Buy, OrderType::Limit { limit: odd });
    table.refused(&limit, words).await;
    let odd = Price::from_units(table.far("SPY", 120).units() + Price::CENT.units() / 2);
    let stop = table.ticket("SPY", Side::Buy, OrderType::Stop { stop: odd });
    table.refused(&stop, words).await;
}

pub(super) async fn card_05_an_unknown_symbol_is_refused(table: &mut Table) {
    let ticket = Ticket { symbol: symbol("ZZNOSUCH"), ..table.resting("SPY") };
    table.refused(&ticket, "ZZNOSUCH").await;
}

pub(super) async fn card_06_what_is_listed_but_not_traded_is_refused(table: &mut Table) {
    let still = listed(table, |asset| !asset.tradable).expect("every exchange lists some");
    let ticket = Ticket { symbol: still, ..table.resting("SPY") };
    table.refused(&ticket, "not tradable").await;
}

pub(super) async fn card_07_parts_of_a_share_have_their_rules(table: &mut Table) {
    let half = Qty::parse("0.5").expect("plain");
    let lasting = Ticket {
        quantity: half,
        time_in_force: TimeInForce::Gtc,
        ..table.ticket("SPY", Side::Buy, OrderType::Market)
    };
    table.refused(&lasting, "fractional orders must be DAY orders").await;
    let whole_only = listed(table, |asset| asset.tradable && !asset.fractionable && !asset.halted);
    let whole_only = whole_only.expect("every exchange lists some");
    let ticket = Ticket { symbol: whole_only, quantity: half, ..table.resting("SPY") };
    table.refused(&ticket, "is not fractionable").await;
    let part = Ticket { quantity: half, ..table.resting("SPY") };
    let reports = table.submit(&part).await;
    assert!(has(&reports, |kind| *kind == ReportKind::Acked), "{reports:?}");
    let reports = table.cancel(&part).await;
    assert!(has(&reports, |kind| matches!(kind, ReportKind::Canceled { .. })), "{reports:?}");
}

pub(super) async fn card_08_times_in_force_that_do_not_go_with_a_stop_are_refused(
    table: &mut Table,
) {
    for time_in_force in [TimeInForce::Ioc, TimeInForce::Fok, TimeInForce::Opg] {
        let stop = table.far("SPY", 120);
        let ticket = table.ticket("SPY", Side::Buy, OrderType::Stop { stop });
        table.refused(&Ticket { time_in_force, ..ticket }, "").await;
    }
}

pub(super) async fn card_09_opening_and_closing_orders_wait_or_are_refused_in_words(
    table: &mut Table,
) {
    for (time_in_force, words) in [
        (TimeInForce::Opg, "opg orders must be submitted after 7:00pm and before 9:28am"),
        (TimeInForce::Cls, "cls orders must be submitted after 7:00pm and before 3:5"),
    ] {
        let ticket = Ticket { time_in_force, ..table.resting("SPY") };
        let reports = table.submit(&ticket).await;
        let said = |kind: &ReportKind| match kind {
            ReportKind::Rejected { reason } => reason.contains(words),
            kind => *kind == ReportKind::Acked,
        };
        assert!(has(&reports, said), "{reports:?}");
        assert!(table.fills(&ticket.client_id).is_empty());
        table.cancel(&ticket).await;
    }
}

pub(super) async fn card_18_a_market_order_is_taken_and_filled_piece_by_piece(table: &mut Table) {
    for number in 0..20 {
        let side = if number % 2 == 0 { Side::Buy } else { Side::Sell };
        let ticket = table.ticket("AAPL", side, OrderType::Market);
        table.filled(&ticket).await;
        let first = table.story(&ticket.client_id).into_iter().next();
        assert_eq!(first, Some(ReportKind::Acked), "taken before anything else");
    }
}

pub(super) async fn card_19_a_limit_order_the_market_meets_is_filled_no_worse(table: &mut Table) {
    for number in 0..10 {
        let side = if number % 2 == 0 { Side::Buy } else { Side::Sell };
        let limit = match side {
            Side::Buy => table.far("TSLA", 101),
            Side::Sell => table.far("TSLA", 99),
        };
        let ticket = table.ticket("TSLA", side, OrderType::Limit { limit });
        table.filled(&ticket).await;
        for (_, price) in table.fills(&ticket.client_id).into_values() {
            match side {
                Side::Buy => assert!(price <= limit),
                Side::Sell => assert!(price >= limit),
            }
        }
    }
}

pub(super) async fn card_20_the_same_id_is_the_same_order_once_it_is_filled(table: &mut Table) {
    let ticket = table.bought("AAPL").await;
    let before = table.fills(&ticket.client_id);
    let cash = table.funds().await.cash;
    for _ in 0..3 {
        table.submit(&ticket).await;
    }
    assert_eq!(table.fills(&ticket.client_id), before, "nothing is bought twice");
    assert_eq!(table.funds().await.cash, cash);
}

/// Whoever asks may go away in the middle: its process ends, its line breaks. What the venue did
/// is found by the id, and the same id sent again is never a second order.
pub(super) async fn card_21_an_asker_who_went_away_finds_one_order_or_none(table: &mut Table) {
    let before = table.funds().await.cash;
    let mut spent = trading_desk::domain::numbers::Money::ZERO;
    for turns in TURNS {
        let ticket = table.ticket("AAPL", Side::Buy, OrderType::Market);
        table.sent.push(ticket.clone());
        table.pass().await;
        let venue = table.venue.clone();
        let mut asked = venue.send(Errand::Submit(ticket.clone()));
        for _ in 0..turns {
            if futures::poll!(&mut asked).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(asked);
        let story = table.look_up(&ticket.client_id).await;
        assert!(!has(&story, |kind| matches!(kind, ReportKind::Unclear { .. })), "{story:?}");
        table.filled(&ticket).await;
        let fills = table.fills(&ticket.client_id);
        spent += fills.into_values().map(|(piece, price)| piece * price).sum();
    }
    let after = table.funds().await.cash;
    let cents = (before - after - spent).to_cents();
    assert!(cents.abs() <= 1, "{cents} cents were spent on orders that nobody knows");
}

pub(super) async fn card_22_what_could_meet_an_own_order_is_refused(table: &mut Table) {
    table.bought("AAPL").await;
    let limit = table.far("AAPL", 120);
    let resting = table.ticket("AAPL", Side::Sell, OrderType::Limit { limit });
    let reports = table.submit(&resting).await;
    assert!(has(&reports, |kind| *kind == ReportKind::Acked), "{reports:?}");
    let words = "potential wash trade detected";
    let market = table.ticket("AAPL", Side::Buy, OrderType::Market);
    table.refused(&market, words).await;
    let meets = table.ticket("AAPL", Side::Buy, OrderType::Limit { limit });
    table.refused(&meets, words).await;
    let apart = table.resting("AAPL");
    let reports = table.submit(&apart).await;
    assert!(has(&reports, |kind| *kind == ReportKind::Acked), "they never meet: {reports:?}");
}

pub(super) async fn card_23_more_than_is_held_is_not_sold(table: &mut Table) {
    table.bought("AAPL").await;
    let sale = table.ticket("AAPL", Side::Sell, OrderType::Market);
    let too_many = Ticket { quantity: Qty::shares(11), ..sale };
    table.refused(&too_many, "insufficient qty available for order").await;
    let limit = table.far("AAPL", 120);
    let resting = table.ticket("AAPL", Side::Sell, OrderType::Limit { limit });
    table.submit(&resting).await;
    let again = table.ticket("AAPL", Side::Sell, OrderType::Limit { limit });
    table.refused(&again, "insufficient qty available for order").await;
}

pub(super) async fn card_42_an_order_of_the_night_waits_for_the_morning(table: &mut Table) {
    table.move_to("2026-11-20T17:00").await;
    let ticket = table.ticket("AAPL", Side::Buy, OrderType::Market);
    let reports = table.submit(&ticket).await;
    assert!(has(&reports, |kind| *kind == ReportKind::Acked), "{reports:?}");
    table.move_to("2026-11-23T09:29").await;
    table.look_up(&ticket.client_id).await;
    assert!(table.fills(&ticket.client_id).is_empty(), "nobody trades at night");
    table.move_to("2026-11-23T09:30").await;
    table.until_filled(&ticket).await;
}
