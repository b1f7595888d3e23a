//! Positions, closing them, and the account's past.

use serde_json::{Value, json};

use super::stand::Stand;

const OPEN: &str = "2026-11-20T10:00";

async fn buy(stand: &Stand, symbol: &str, quantity: &str) {
    let body = format!(
        r#"{{"symbol":"{symbol}","qty":{quantity},"side":"buy","type":"market",
        "time_in_force":"day"}}"#
    );
    stand.place(&body).await;
}

#[tokio::test]
async fn positions_are_closed_whole_in_part_and_all_at_once() {
    let stand = Stand::at(OPEN).await;
    for (symbol, quantity) in [("AAPL", "10"), ("SPY", "4"), ("KO", "1.5")] {
        buy(&stand, symbol, quantity).await;
    }
    stand.move_to("2026-11-20T10:10");
    let part = stand.call("DELETE", "/v2/positions/AAPL?qty=2.5", "").await.ok();
    assert_eq!((&part["side"], &part["qty"]), (&json!("sell"), &json!("2.5")));
    stand.move_to("2026-11-20T10:20");
    assert_eq!(stand.get("/v2/positions/AAPL").await["qty"], json!("7.5"));
    let share = stand.call("DELETE", "/v2/positions/SPY?percentage=50", "").await.ok();
    assert_eq!(share["qty"], json!("2"));
    stand.move_to("2026-11-20T10:30");
    let both = stand.call("DELETE", "/v2/positions/SPY?percentage=50&qty=1", "").await;
    both.refuses(422, 40_010_001, "only one of qty or percentage is accepted");
    let far = r#"{"symbol":"SPY","qty":2,"side":"sell","type":"limit","limit_price":9000,
        "time_in_force":"day"}"#;
    stand.place(far).await;
    let held = stand.get("/v2/positions/SPY").await;
    assert_eq!((&held["qty"], &held["qty_available"]), (&json!("2"), &json!("0")));
    let refused = stand.call("DELETE", "/v2/positions/SPY", "").await;
    let text = "insufficient qty available for order (requested: 2, available: 0)";
    let body = refused.refuses(403, 40_310_000, text);
    assert_eq!(body["held_for_orders"], json!("2"));
    let all = stand.call("DELETE", "/v2/positions", "").await;
    assert_eq!(all.status, 207);
    let statuses = |value: &Value| -> Vec<(String, u64)> {
        let lines = value.as_array().expect("lines").iter();
        lines
            .map(|line| {
                let symbol = line["symbol"].as_str().expect("a symbol").to_owned();
                (symbol, line["status"].as_u64().expect("a status"))
            })
            .collect()
    };
    let found = statuses(&all.json());
    assert!(found.contains(&("SPY".to_owned(), 403)) && found.len() == 3, "{found:?}");
    stand.move_to("2026-11-20T10:40");
    let rest = stand.call("DELETE", "/v2/positions?cancel_orders=True", "").await;
    assert_eq!(statuses(&rest.json()), [("SPY".to_owned(), 200)]);
    stand.move_to("2026-11-20T10:50");
    assert_eq!(stand.get("/v2/positions").await, json!([]));
    stand.refused("/v2/positions/SPY").await.refuses(404, 40_410_000, "position does not exist");
    stand.refused("/v2/positions/XX").await.refuses(404, 40_410_000, "symbol not found: XX");
}

#[tokio::test]
async fn a_short_position_is_negative_throughout() {
    let stand = Stand::at(OPEN).await;
    let sale = r#"{"symbol":"AAPL","qty":3,"side":"sell","type":"market","time_in_force":"day"}"#;
    let order = stand.place(sale).await;
    assert_eq!(order["position_intent"], json!("sell_to_open"));
    stand.move_to("2026-11-20T10:10");
    let position = stand.get("/v2/positions/AAPL").await;
    assert_eq!((&position["qty"], &position["side"]), (&json!("-3"), &json!("short")));
    for name in ["market_value", "cost_basis"] {
        assert!(position[name].as_str().expect("text").starts_with('-'), "{position}");
    }
    let closed = stand.call("DELETE", "/v2/positions/AAPL", "").await.ok();
    assert_eq!(closed["position_intent"], json!("buy_to_close"));
}

#[tokio::test]
async fn activities_are_paged_from_the_newest_on() {
    let stand = Stand::at(OPEN).await;
    for _ in 0..5 {
        buy(&stand, "AAPL", "1").await;
        stand.clock.advance_ms(60_000);
    }
    let all = stand.get("/v2/account/activities").await;
    let all = all.as_array().expect("a list");
    assert_eq!(all.len(), 6);
    assert_eq!(all[5]["activity_type"], json!("JNLC"));
    let name = |one: &Value| one["id"].as_str().expect("an id").to_owned();
    assert!(name(&all[4]).starts_with("20261120100000000::"), "{}", all[4]);
    let (mut paged, mut token): (Vec<Value>, String) = (Vec::new(), String::new());
    loop {
        let path = format!("/v2/account/activities/FILL?page_size=2&page_token={token}");
        let page = stand.get(&path).await;
        let page = page.as_array().expect("a page").clone();
        token = page.last().map(name).unwrap_or_default();
        let is_last = page.len() < 2;
        paged.extend(page);
        if is_last {
            break;
        }
    }
    assert_eq!(paged, all[..5]);
    let oldest = stand.get("/v2/account/activities?direction=asc&activity_types=FILL").await;
    assert_eq!(oldest[0], all[4]);
    assert_eq!(stand.get("/v2/account/activities?date=2026-11-19").await, json!([]));
    let too_many = stand.refused("/v2/account/activities?page_size=101").await;
    assert_eq!(too_many.status, 422);
}

#[tokio::test]
async fn the_history_follows_the_equity() {
    let stand = Stand::at(OPEN).await;
    buy(&stand, "AAPL", "100").await;
    stand.move_to("2026-11-24T12:00");
    let path = "/v2/account/portfolio/history?period=1W&timeframe=1D";
    let history = stand.get(path).await;
    let account = stand.get("/v2/account").await;
    let equity = history["equity"].as_array().expect("a list");
    let now: f64 = account["equity"].as_str().expect("text").parse().expect("a number");
    assert!((equity.last().and_then(Value::as_f64).expect("a number") - now).abs() < 0.005);
    let closed: f64 = account["last_equity"].as_str().expect("text").parse().expect("a number");
    let before = equity[equity.len() - 2].as_f64().expect("a number");
    assert!((before - closed).abs() < 0.005, "{before} {closed}");
    assert_eq!(history["timestamp"].as_array().map(Vec::len), Some(equity.len()));
    let minutes = stand.get("/v2/account/portfolio/history?period=1D&timeframe=15Min").await;
    assert_eq!(minutes["timeframe"], json!("15Min"));
    for wrong in ["period=1X", "timeframe=7Min", "period=1M&start=2026-11-01&end=2026-11-02"] {
        let reply = stand.refused(&format!("/v2/account/portfolio/history?{wrong}")).await;
        assert_eq!(reply.status, 422, "{wrong}");
    }
}
