//! Market data by calls: the latest, the past with its pages, and what is refused.

use serde_json::{Value, json};
use trading_desk::venue::loopback::plan::Plan;

use super::fields::differences;
use super::stand::Stand;

const OPEN: &str = "2026-11-20T11:30:30";
const TRADE: &str = "t time, x text, p number, s integer, c list, i integer, z text";
const QUOTE: &str =
    "t time, ax text, ap number, as integer, bx text, bp number, bs integer, c list, z text";
const BAR: &str = "t time, o number, h number, l number, c number, v integer, n integer, vw number";

#[track_caller]
fn check(table: &str, value: &Value) {
    let found = differences(table, value);
    assert!(found.is_empty(), "{found:?} in {value}");
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("no list: {value}"))
}

#[tokio::test]
async fn the_latest_of_each_agrees_with_the_snapshot() {
    let stand = Stand::at(OPEN).await;
    let snapshots = stand.get("/v2/stocks/snapshots?symbols=AAPL,ZZZZ,SPY").await;
    assert!(snapshots["ZZZZ"].is_null() && snapshots.get("SPY").is_some());
    let one = stand.get("/v2/stocks/AAPL/snapshot").await;
    assert_eq!(one["symbol"], json!("AAPL"));
    for (kind, singular, member, table) in [
        ("trades", "trade", "latestTrade", TRADE),
        ("quotes", "quote", "latestQuote", QUOTE),
        ("bars", "bar", "minuteBar", BAR),
    ] {
        let latest = stand.get(&format!("/v2/stocks/{kind}/latest?symbols=AAPL%2CZZZZ")).await;
        let found = &latest[kind]["AAPL"];
        check(table, found);
        assert!(latest[kind].get("ZZZZ").is_none(), "an unknown symbol is left out");
        let single = stand.get(&format!("/v2/stocks/AAPL/{kind}/latest?feed=sip")).await;
        assert_eq!((&single[singular], &single["symbol"]), (found, &json!("AAPL")));
        assert_eq!((&snapshots["AAPL"][member], &one[member]), (found, found));
    }
    check(BAR, &one["dailyBar"]);
    check(BAR, &one["prevDailyBar"]);
    let iex = stand.get("/v2/stocks/AAPL/trades/latest?feed=iex").await;
    assert_eq!(iex["trade"]["x"], json!("V"));
    let missing = stand.refused("/v2/stocks/ZZZZ/trades/latest").await;
    assert_eq!(
        (missing.status, missing.json()["message"].clone()),
        (404, json!("no trade found for ZZZZ"))
    );
}

#[tokio::test]
async fn pages_lose_and_double_nothing_in_either_direction() {
    let stand = Stand::at(OPEN).await;
    for (path, name, table) in [
        ("bars?timeframe=1Min&", "bars", BAR),
        ("trades?", "trades", TRADE),
        ("quotes?", "quotes", QUOTE),
    ] {
        for sort in ["asc", "desc"] {
            let base = format!(
                "/v2/stocks/{path}symbols=SPY,AAPL&sort={sort}&start=2026-11-20T15:00:00Z\
                 &end=2026-11-20T15:06:00Z"
            );
            let whole = stand.get(&base).await;
            assert!(whole["next_page_token"].is_null());
            let mut paged: Vec<Value> = Vec::new();
            let mut token = String::new();
            loop {
                let page = stand.get(&format!("{base}&limit=5&page_token={token}")).await;
                let rows: Vec<Value> = ["AAPL", "SPY"]
                    .iter()
                    .filter_map(|symbol| page[name][symbol].as_array())
                    .flatten()
                    .cloned()
                    .collect();
                assert!(rows.len() <= 5);
                paged.extend(rows);
                match page["next_page_token"].as_str() {
                    Some(next) => token = next.to_owned(),
                    None => break,
                }
            }
            let both = [list(&whole[name]["AAPL"]).clone(), list(&whole[name]["SPY"]).clone()];
            assert_eq!(paged, both.concat(), "{name} {sort}");
            assert!(paged.len() > 10);
            for row in &paged {
                check(table, row);
            }
            let times: Vec<&str> = both[0].iter().filter_map(|row| row["t"].as_str()).collect();
            let ordered = times.windows(2).all(|two| {
                let time = |text: &str| text.parse::<jiff::Timestamp>().expect("a time");
                let earlier = time(two[0]) < time(two[1]);
                earlier == (sort == "asc")
            });
            assert!(ordered, "{name} {sort}: {times:?}");
        }
    }
}

#[tokio::test]
async fn longer_bars_are_made_of_shorter_ones() {
    let stand = Stand::at(OPEN).await;
    let bars = |rest: &str| format!("/v2/stocks/AAPL/bars?{rest}");
    let sum = |bars: &Value| -> i64 {
        list(&bars["bars"]).iter().filter_map(|bar| bar["v"].as_i64()).sum()
    };
    let range = "start=2026-11-20&end=2026-11-20T16:29:59Z";
    let minutes = stand.get(&bars(&format!("timeframe=1Min&{range}"))).await;
    let hours = stand.get(&bars(&format!("timeframe=1Hour&{range}"))).await;
    assert_eq!(list(&minutes["bars"]).len(), 120, "9:30 to 11:29");
    assert_eq!(list(&hours["bars"]).len(), 3, "9, 10 and 11 o'clock");
    assert!(sum(&hours) >= sum(&minutes));
    assert_eq!(hours["bars"][0]["t"], json!("2026-11-20T14:00:00Z"));
    assert_eq!(hours["bars"][0]["o"], minutes["bars"][0]["o"]);
    let days = stand.get(&bars("timeframe=1Day&start=2026-11-09&end=2026-11-20")).await;
    let days = list(&days["bars"]);
    assert_eq!(days.len(), 10);
    assert_eq!(days[0]["t"], json!("2026-11-09T05:00:00Z"));
    let weeks = stand.get(&bars("timeframe=1Week&start=2026-11-09&end=2026-11-20")).await;
    let weeks = list(&weeks["bars"]);
    assert_eq!(weeks.len(), 2);
    assert_eq!((&weeks[0]["o"], &weeks[0]["c"]), (&days[0]["o"], &days[4]["c"]));
    let newest = stand.get(&bars("timeframe=1Day&start=2026-11-09&sort=desc&limit=1")).await;
    assert_eq!(newest["bars"][0], days[9]);
    assert!(newest["next_page_token"].is_string());
    let empty = stand.get(&bars("timeframe=1Min&start=2026-11-21&end=2026-11-21")).await;
    assert_eq!(empty, json!({"bars": null, "symbol": "AAPL", "next_page_token": null}));
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_with_400() {
    let stand = Stand::at(OPEN).await;
    for (path, message) in [
        ("bars?symbols=AAPL", "timeframe is required"),
        ("bars?symbols=AAPL&timeframe=2Fortnight", "invalid timeframe: 2Fortnight"),
        (
            "bars?symbols=AAPL&timeframe=60Min",
            "timeframe period number is larger than the maximum of 59",
        ),
        (
            "bars?symbols=AAPL&timeframe=1Min&limit=10001",
            "invalid limit: larger than the allowed maximum of 10000",
        ),
        ("trades?symbols=aapl", "invalid symbol: aapl does not match ^[A-Z]+(\\.[A-Z]+)?$"),
        ("trades?symbols=", "symbols is required"),
        ("trades?symbols=AAPL&feed=odd", "invalid feed: odd"),
        ("trades?symbols=AAPL&page_token=!", "invalid page_token"),
        ("quotes?symbols=AAPL&start=2026-11-20&end=2026-11-19", "end should not be before start"),
    ] {
        let reply = stand.refused(&format!("/v2/stocks/{path}")).await;
        assert_eq!((reply.status, reply.json()), (400, json!({"message": message})), "{path}");
    }
}

#[tokio::test]
async fn the_basic_plan_sees_consolidated_data_late() {
    let stand = Stand::with(OPEN, |options| options.plan = Plan::Basic).await;
    let message = "subscription does not permit querying recent SIP data";
    let recent = "/v2/stocks/trades?symbols=AAPL&feed=sip&end=2026-11-20T16:20:00Z";
    stand.refused(recent).await.refuses(403, 42_210_000, message);
    let latest = "/v2/stocks/AAPL/trades/latest?feed=sip";
    stand.refused(latest).await.refuses(403, 42_210_000, message);
    stand.get("/v2/stocks/trades?symbols=AAPL&feed=sip&end=2026-11-20T16:15:00Z").await;
    let usual = stand.get("/v2/stocks/AAPL/trades/latest").await;
    assert_eq!(usual["trade"]["x"], json!("V"), "its own feed is IEX");
}
