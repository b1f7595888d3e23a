//! Who may come in, how often, and what the account says of itself.

use serde_json::{Value, json};
use trading_desk::domain::hours::Schedule;

use super::stand::Stand;

const OPEN: &str = "2026-11-20T10:00";

#[tokio::test]
async fn strangers_are_refused_as_alpaca_refuses_them() {
    let stand = Stand::at(OPEN).await;
    let (id, secret) = (stand.key.id.clone(), stand.key.secret.clone());
    let nameless = stand.call_with("GET", "/v2/account", (&[], "")).await;
    assert_eq!(
        (nameless.status, nameless.text.as_str()),
        (401, "{\"message\":\"unauthorized.\"}\n")
    );
    let challenge = nameless.headers["www-authenticate"].as_str();
    assert_eq!(challenge, "Bearer, Basic realm=\"alpaca.markets\"");
    for path in ["/v2/clock", "/v2/calendar"] {
        let page = stand.call_with("GET", path, (&[], "")).await;
        assert_eq!((page.status, page.headers["content-type"].as_str()), (401, "text/html"));
        assert!(page.text.contains("nginx"), "{}", page.text);
    }
    let wrong = [("APCA-API-KEY-ID", id.as_str()), ("APCA-API-SECRET-KEY", "wrong")];
    let wrong = stand.call_with("GET", "/v2/account", (&wrong, "")).await;
    assert_eq!((wrong.status, wrong.json()), (401, json!({"message": "unauthorized."})));
    let live = [("APCA-API-KEY-ID", "AKLIVE"), ("APCA-API-SECRET-KEY", "any")];
    let live = stand.call_with("GET", "/v2/account", (&live, "")).await;
    live.refuses(401, 40_110_000, "request is not authorized");
    let lower = [("apca-api-key-id", id.as_str()), ("apca-api-secret-key", secret.as_str())];
    stand.call_with("GET", "/v2/account", (&lower, "")).await.ok();
    let data = stand.call_with("GET", "/v2/stocks/bars", (&[], "")).await;
    assert_eq!((data.status, data.json()), (403, json!({"message": "forbidden."})));
    stand.refused("/v2/nothing").await.refuses(404, 40_410_000, "endpoint not found");
}

#[tokio::test]
async fn every_answer_has_an_id_and_the_calls_of_a_minute_are_counted() {
    let stand = Stand::with(OPEN, |options| options.rate = Some(3)).await;
    let mut ids = Vec::new();
    for left in ["2", "1", "0"] {
        let reply = stand.call("GET", "/v2/clock", "").await;
        assert_eq!(reply.headers["x-ratelimit-limit"], "3");
        assert_eq!(reply.headers["x-ratelimit-remaining"], left);
        let reset: i64 = reply.headers["x-ratelimit-reset"].parse().expect("seconds");
        assert_eq!(reset, super::stand::new_york(OPEN).timestamp().as_second() + 60);
        ids.push(reply.headers["x-request-id"].clone());
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3, "each answer has an id of its own");
    let late = stand.call("GET", "/v2/clock", "").await;
    late.refuses(429, 42_910_000, "rate limit exceeded");
    assert!(!late.headers.contains_key("x-ratelimit-limit"), "a 429 comes without figures");
    assert!(!late.headers.contains_key("retry-after"));
    stand.clock.advance_ms(60_000);
    assert_eq!(stand.call("GET", "/v2/clock", "").await.status, 200);
}

#[tokio::test]
async fn accounts_know_nothing_of_each_other() {
    let stand = Stand::at(OPEN).await;
    stand
        .place(r#"{"symbol":"AAPL","qty":1,"side":"buy","type":"market","time_in_force":"day"}"#)
        .await;
    assert_eq!(stand.get("/v2/positions").await.as_array().map(Vec::len), Some(1));
    let other = stand.loopback.keys()[1].clone();
    let headers = [("APCA-API-KEY-ID", &*other.id), ("APCA-API-SECRET-KEY", &*other.secret)];
    let reply = stand.call_with("GET", "/v2/positions", (&headers, "")).await;
    assert_eq!(reply.ok(), json!([]));
    let account = stand.call_with("GET", "/v2/account", (&headers, "")).await.ok();
    assert_eq!(account["cash"], json!("100000"));
    assert_ne!(account["id"], stand.get("/v2/account").await["id"]);
}

#[tokio::test]
async fn money_adds_up_and_is_shown_in_cents() {
    let stand = Stand::at(OPEN).await;
    let order = r#"{"symbol":"SPY","qty":"7","side":"buy","type":"market","time_in_force":"day"}"#;
    let order = stand.place(order).await;
    let filled = stand.order(&order).await;
    let account = stand.get("/v2/account").await;
    let figure = |value: &serde_json::Value| value.as_str().expect("text").parse::<f64>();
    let price = figure(&filled["filled_avg_price"]).expect("a price");
    let cash = figure(&account["cash"]).expect("cash");
    assert!((cash - (100_000.0 - 7.0 * price)).abs() < 0.005, "{account}");
    let equity = figure(&account["equity"]).expect("equity");
    let long = figure(&account["long_market_value"]).expect("long");
    assert!((equity - cash - long).abs() < 0.005, "{account}");
    assert_eq!(account["multiplier"], json!("4"));
    assert_eq!(account["last_equity"], json!("100000"));
}

#[tokio::test]
async fn switches_change_alone_and_null_leaves_them() {
    let stand = Stand::at(OPEN).await;
    let path = "/v2/account/configurations";
    let before = stand.get(path).await;
    let body = r#"{"no_shorting":true,"suspend_trade":null,"pdt_check":null}"#;
    let after = stand.call("PATCH", path, body).await.ok();
    assert_eq!((&before["no_shorting"], &after["no_shorting"]), (&json!(false), &json!(true)));
    assert_eq!(after["suspend_trade"], json!(false));
    let short = r#"{"symbol":"SPY","qty":1,"side":"sell","type":"market","time_in_force":"day"}"#;
    let refused = stand.call("POST", "/v2/orders", short).await;
    refused.refuses(403, 40_310_000, "account is not allowed to short");
    stand.call("PATCH", path, r#"{"suspend_trade":true,"fractional_trading":false}"#).await.ok();
    let refused = stand.call("POST", "/v2/orders", &short.replace("sell", "buy")).await;
    refused.refuses(403, 40_310_000, "new orders are rejected by user request");
    assert_eq!(stand.get("/v2/account").await["trade_suspended_by_user"], json!(true));
    stand.call("PATCH", path, r#"{"suspend_trade":false,"max_margin_multiplier":"1"}"#).await.ok();
    let part = r#"{"symbol":"SPY","qty":0.5,"side":"buy","type":"market","time_in_force":"day"}"#;
    let refused = stand.call("POST", "/v2/orders", part).await;
    refused.refuses(403, 40_310_000, "fractional trading is disabled for this account");
    assert_eq!(stand.get("/v2/account").await["buying_power"], json!("100000"));
    let wrong = stand.call("PATCH", path, r#"{"max_margin_multiplier":"3"}"#).await;
    wrong.refuses(422, 40_010_001, "invalid max_margin_multiplier");
}

#[tokio::test]
async fn watchlists_are_kept_by_id_and_by_name() {
    let stand = Stand::at(OPEN).await;
    let body = r#"{"name":"mine","symbols":["AAPL","SPY"]}"#;
    let made = stand.call("POST", "/v2/watchlists", body).await.ok();
    let path = format!("/v2/watchlists/{}", made["id"].as_str().expect("an id"));
    let again = stand.call("POST", "/v2/watchlists", body).await;
    again.refuses(422, 40_010_001, "watchlist name must be unique");
    let list = stand.get("/v2/watchlists").await;
    assert!(list[0].get("assets").is_none(), "the list comes without assets");
    let symbols = |list: &serde_json::Value| -> Vec<String> {
        let assets = list["assets"].as_array().expect("assets").iter();
        assets.map(|asset| asset["symbol"].as_str().expect("a symbol").to_owned()).collect()
    };
    assert_eq!(symbols(&stand.get(&path).await), ["AAPL", "SPY"]);
    let more = stand.call("POST", &path, r#"{"symbol":"MSFT"}"#).await.ok();
    assert_eq!(symbols(&more), ["AAPL", "SPY", "MSFT"]);
    let less = stand.call("DELETE", &format!("{path}/SPY"), "").await.ok();
    assert_eq!(symbols(&less), ["AAPL", "MSFT"]);
    let named = stand.get("/v2/watchlists:by_name?name=mine").await;
    assert_eq!(named["id"], made["id"]);
    let other = stand.call("PUT", &path, r#"{"name":"theirs","symbols":["KO"]}"#).await.ok();
    assert_eq!((symbols(&other), &other["name"]), (vec!["KO".to_owned()], &json!("theirs")));
    assert_eq!(stand.call("DELETE", &path, "").await.status, 204);
    assert_eq!(stand.refused(&path).await.status, 404);
}

#[tokio::test]
async fn the_last_of_the_history_is_today_in_the_evening_too() {
    // Around the clock a day begins in the evening of the one before.
    for moment in ["2026-11-22T12:00", "2026-11-22T21:45", "2026-11-22T23:59"] {
        let stand = Stand::with(moment, |options| options.schedule = Schedule::Always).await;
        let shown = stand.get("/v2/account/portfolio/history?period=1W&timeframe=1D").await;
        let equity = shown["equity"].as_array().expect("a list");
        assert_eq!(equity.last().and_then(Value::as_f64), Some(100_000.0), "{moment}");
    }
}
