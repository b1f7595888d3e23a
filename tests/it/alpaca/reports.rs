//! What recorded bodies say to the desk, in the desk's own words.
//! Must never accept a fill that does not tell its shares and its price.

use trading_desk::domain::lifecycle::{Report, ReportKind};
use trading_desk::domain::numbers::{Price, Qty};
use trading_desk::venue::alpaca::reading::{of_order, of_update};
use trading_desk::venue::alpaca::wire::account::Activity;
use trading_desk::venue::alpaca::wire::orders::Order;
use trading_desk::venue::alpaca::wire::updates::{Message, TradeUpdate};

fn body(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/alpaca/samples");
    std::fs::read_to_string(format!("{folder}/{name}.json")).expect("the sample is there")
}

fn update(body: &str) -> TradeUpdate {
    match Message::read(body.as_bytes()).expect("it is read") {
        Message::TradeUpdate(update) => *update,
        other => panic!("{other:?}"),
    }
}

fn kinds(reports: &[Report]) -> Vec<&ReportKind> {
    reports.iter().map(|report| &report.kind).collect()
}

fn quantity(text: &str) -> Qty {
    Qty::parse(text).expect("a quantity")
}

fn price(text: &str) -> Price {
    Price::parse(text).expect("a price")
}

#[test]
fn a_fill_on_the_stream_tells_shares_price_and_total() {
    let report = of_update(&update(&body("ws_trade_update_fill")), None).expect("it is read");
    let report = report.expect("a fill is told");
    assert_eq!(report.client_id.as_str(), "manual/hitl-gate/v1:SANITIZED0000000000001");
    let ReportKind::Filled { quantity: shares, price: paid, total, .. } = report.kind else {
        panic!("{report:?}");
    };
    assert_eq!((shares, paid, total), (quantity("1"), price("737.91"), quantity("1")));
    let pending = update(&body("ws_trade_update_pending_new"));
    let pending = of_update(&pending, None).expect("it is read").expect("it is told");
    assert_eq!(pending.kind, ReportKind::Acked);
}

#[test]
fn a_fill_without_its_price_is_none() {
    let whole = update(&body("ws_trade_update_fill"));
    for (bent, words) in [
        (TradeUpdate { price: None, ..whole.clone() }, "price is missing"),
        (TradeUpdate { qty: None, ..whole.clone() }, "qty is missing"),
    ] {
        let error = of_update(&bent, None).expect_err("a fill has to tell it");
        assert_eq!(error.to_string(), words);
    }
}

#[test]
fn an_order_looked_up_tells_its_fills_and_its_end() {
    let fills: Vec<Activity> = serde_json::from_str(&body("activities_fill")).expect("read");
    let order: Order = serde_json::from_str(&body("order_filled_notional")).expect("read");
    let reports = of_order(&order, &fills, None).expect("it is read");
    let [acked, filled, complete] = &kinds(&reports)[..] else { panic!("{reports:?}") };
    assert_eq!(**acked, ReportKind::Acked);
    let ReportKind::Filled { quantity: shares, price: paid, total, .. } = filled else {
        panic!("{filled:?}");
    };
    assert_eq!((*shares, *paid), (quantity("0.057436865"), price("86.878")));
    assert_eq!(*total, quantity("0.057436865"));
    // Of an order in dollars nobody knew the shares before.
    assert_eq!(**complete, ReportKind::Complete { total: *total });

    let resting: Order = serde_json::from_str(&body("order_new_limit_resting")).expect("read");
    let reports = of_order(&resting, &fills, None).expect("it is read");
    assert_eq!(kinds(&reports), [&ReportKind::Acked, &ReportKind::Working]);

    let canceled: Vec<Order> = serde_json::from_str(&body("orders_list_canceled")).expect("read");
    let reports = of_order(&canceled[0], &fills, None).expect("it is read");
    let total = Qty::ZERO;
    assert_eq!(kinds(&reports), [&ReportKind::Acked, &ReportKind::Canceled { total }]);
}

#[test]
fn a_word_nobody_knows_is_unclear_and_never_final() {
    let text = body("order_new_limit_resting").replace("\"new\"", "\"levitating\"");
    let order: Order = serde_json::from_str(&text).expect("read");
    let reports = of_order(&order, &[], None).expect("it is read");
    let reason = "the venue says levitating".to_owned();
    assert_eq!(kinds(&reports), [&ReportKind::Acked, &ReportKind::Unclear { reason }]);
}
