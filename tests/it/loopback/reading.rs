//! Facts that only are read: assets, the clock, the calendar.

use serde_json::json;

use super::stand::Stand;

#[tokio::test]
async fn assets_are_found_by_symbol_and_by_id() {
    let stand = Stand::at("2026-11-20T10:00").await;
    let all = stand.get("/v2/assets?status=active&asset_class=us_equity").await;
    let all = all.as_array().expect("a list");
    assert!(all.len() > 120);
    let apple = stand.get("/v2/assets/AAPL").await;
    assert!(all.contains(&apple));
    let id = apple["id"].as_str().expect("an id");
    assert_eq!(stand.get(&format!("/v2/assets/{id}")).await, apple);
    assert_eq!(stand.get(&format!("/v2/assets/{}", id.replace('-', ""))).await, apple);
    let text = "asset not found for ZZZZ";
    stand.refused("/v2/assets/ZZZZ").await.refuses(404, 40_410_000, text);
    let funds = stand.get("/v2/assets?exchange=ARCA").await;
    let exchanges = funds.as_array().expect("a list").iter().map(|asset| &asset["exchange"]);
    assert!(exchanges.clone().count() > 5);
    assert!(exchanges.into_iter().all(|exchange| *exchange == json!("ARCA")));
    assert_eq!(stand.get("/v2/assets?asset_class=crypto").await, json!([]));
}

#[tokio::test]
async fn the_clock_and_the_calendar_keep_the_exchanges_hours() {
    let stand = Stand::at("2026-11-25T10:00").await;
    let open = json!({"timestamp": "2026-11-25T10:00:00-05:00", "is_open": true,
        "next_open": "2026-11-27T09:30:00-05:00", "next_close": "2026-11-25T16:00:00-05:00"});
    assert_eq!(stand.get("/v2/clock").await, open);
    stand.move_to("2026-11-25T16:00");
    let closed = json!({"timestamp": "2026-11-25T16:00:00-05:00", "is_open": false,
        "next_open": "2026-11-27T09:30:00-05:00", "next_close": "2026-11-27T13:00:00-05:00"});
    assert_eq!(stand.get("/v2/clock").await, closed);
    let days = stand.get("/v2/calendar?start=2026-11-26&end=2026-11-30T00:00:00").await;
    let day = |date: &str, close: &str, late: &str, settles: &str| {
        json!({"date": date, "open": "09:30", "close": close, "session_open": "0400",
            "session_close": late, "settlement_date": settles})
    };
    let expected = json!([
        day("2026-11-27", "13:00", "1700", "2026-11-30"),
        day("2026-11-30", "16:00", "2000", "2026-12-01")
    ]);
    assert_eq!(days, expected);
    let all = stand.get("/v2/calendar").await;
    assert!(all.as_array().expect("a list").len() > 15_000);
}
