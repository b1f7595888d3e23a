//! Recordings: what was served is served again, whatever the seed; what is damaged is said.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use tempfile::TempDir;

use trading_desk::clock::ManualClock;
use trading_desk::domain::time::DeskTime;
use trading_desk::venue::loopback::{Loopback, Options};

use super::socket::Socket;
use super::stand::{Stand, new_york};

const OPEN: &str = "2026-11-20T10:00:00";
const MINUTES: i64 = 5;
const WINDOW: &str = "start=2026-11-20T15:00:01Z&end=2026-11-20T15:04:59.9Z&limit=10000";

/// What a stand serves of a few symbols: prints and bars of the window, and the latest of each.
async fn served(stand: &Stand) -> Vec<Value> {
    let symbols = "symbols=AAPL,BRK.B,SPY,FFAI";
    let mut found = Vec::new();
    for kind in ["trades", "quotes", "bars"] {
        let length = if kind == "bars" { "&timeframe=1Min" } else { "" };
        found.push(stand.get(&format!("/v2/stocks/{kind}?{symbols}&{WINDOW}{length}")).await);
    }
    for kind in ["trades", "quotes"] {
        found.push(stand.get(&format!("/v2/stocks/{kind}/latest?{symbols}")).await);
    }
    found
}

/// All that is told of a symbol while the minutes go by.
async fn told(stand: &Stand, step_ms: i64, steps: usize) -> Vec<Value> {
    let mut socket = Socket::open(stand.address(), "/v2/sip", &[]).await.expect("it opens");
    socket.json().await;
    let (key, secret) = (&stand.key.id, &stand.key.secret);
    socket.say(&json!({"action": "auth", "key": key, "secret": secret}).to_string()).await;
    socket.json().await;
    let wish =
        json!({"action": "subscribe", "trades": ["SPY"], "quotes": ["SPY"], "bars": ["SPY"]});
    socket.say(&wish.to_string()).await;
    socket.json().await;
    let mut told = Vec::new();
    for _ in 0..steps {
        stand.clock.advance_ms(step_ms);
        told.extend(socket.json().await.as_array().expect("a list").clone());
    }
    told
}

#[tokio::test]
async fn what_was_recorded_is_served_again_by_any_seed_and_fills_orders() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("day.jsonl");
    let live = Stand::with(OPEN, |options| options.record = Some(file.clone())).await;
    let heard = told(&live, 60_000, usize::try_from(MINUTES).expect("few")).await;
    let before = served(&live).await;
    assert!(before[0]["trades"]["AAPL"].as_array().expect("a list").len() > 50);
    live.loopback.stop().await;

    let replay = |options: &mut Options| {
        (options.seed, options.speed) = (99, 60);
        options.replay = Some(file.clone());
    };
    let stand = Stand::with("2030-01-01T00:00:00", replay).await;
    // A second of the clock is a minute of the market.
    let again = told(&stand, 1_000, usize::try_from(MINUTES).expect("few")).await;
    let first = again.first().expect("something is told").clone();
    let from = heard.iter().position(|message| *message == first).expect("it was told before");
    assert!(from < 4, "only what stands at the very beginning is known from the start");
    assert_eq!(again, heard[from..]);
    assert_eq!(served(&stand).await, before);

    let quote = stand.get("/v2/stocks/SPY/quotes/latest").await;
    let order = stand
        .place(r#"{"symbol":"SPY","qty":"1","side":"buy","type":"market","time_in_force":"day"}"#)
        .await;
    let order = stand.order(&order).await;
    assert_eq!(order["status"], "filled");
    let price: f64 = order["filled_avg_price"].as_str().expect("text").parse().expect("a price");
    assert_eq!(Some(price), quote["quote"]["ap"].as_f64());
}

#[tokio::test]
async fn a_stream_that_others_wrote_down_is_replayed_as_it_is() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("day.jsonl");
    let line = |message: Value| message.to_string();
    let at = |second: &str| format!("2026-11-20T15:{second}Z");
    let quote = json!({"T": "q", "S": "AAPL", "bx": "V", "bp": 187.5, "bs": 200, "ax": "V",
        "ap": 187.52, "as": 100, "c": ["R"], "t": at("00:00.000000001"), "z": "C"});
    let spy = json!({"T": "t", "S": "SPY", "i": 7, "x": "V", "p": 601.25, "s": 3,
        "c": ["@", "I"], "t": "2026-11-20T10:00:00.25-05:00", "z": "B"});
    let late = json!({"T": "t", "S": "AAPL", "i": 9, "x": "V", "p": 187.51, "s": 50,
        "c": ["@"], "t": at("00:02.5"), "z": "C", "later": 1});
    let early = json!({"T": "t", "S": "AAPL", "i": 8, "x": "V", "p": 187.52, "s": 25,
        "c": ["@"], "t": at("00:01.5"), "z": "C"});
    let bar = json!({"T": "b", "S": "AAPL", "o": 187.5, "h": 187.6, "l": 187.4, "c": 187.51,
        "v": 900, "n": 12, "vw": 187.5043, "t": at("00:00")});
    let bid_alone = json!({"T": "q", "S": "AAPL", "bx": "V", "bp": 187.6, "bs": 1, "ax": "V",
        "ap": 0, "as": 0, "c": ["R"], "t": at("01:05"), "z": "C"});
    let lines = [
        line(json!([{"T": "success", "msg": "connected"}])),
        line(json!([quote, spy])),
        String::new(),
        line(late),
        line(early),
        line(bar),
        line(bid_alone),
    ];
    fs::write(&file, lines.join("\n")).expect("it is written");
    let stand = Stand::with(OPEN, |options| options.replay = Some(file.clone())).await;
    stand.move_to("2026-11-20T10:02:00");
    let trades = stand.get("/v2/stocks/trades?symbols=AAPL,SPY").await;
    let of = |trade: &Value| (trade["p"].clone(), trade["s"].clone(), trade["t"].clone());
    let apple: Vec<_> =
        trades["trades"]["AAPL"].as_array().expect("a list").iter().map(of).collect();
    assert_eq!(
        apple,
        [
            (json!(187.52), json!(25), json!("2026-11-20T15:00:01.5Z")),
            (json!(187.51), json!(50), json!("2026-11-20T15:00:02.5Z")),
        ]
    );
    assert_eq!(trades["trades"]["SPY"][0]["t"], json!("2026-11-20T15:00:00.25Z"));
    let quotes = stand.get("/v2/stocks/AAPL/quotes").await;
    assert_eq!(quotes["quotes"].as_array().expect("a list").len(), 2, "trades bring no quote");
    let bars = stand.get("/v2/stocks/AAPL/bars?timeframe=1Min").await;
    assert_eq!(bars["bars"].as_array().expect("a list").len(), 1);
    let bar = &bars["bars"][0];
    assert_eq!((&bar["v"], &bar["n"], &bar["h"]), (&json!(900), &json!(12), &json!(187.6)));
    assert_eq!(bar["vw"], json!(187.5043));
    let day = stand.get("/v2/stocks/AAPL/bars?timeframe=1Day").await;
    assert_eq!(day["bars"][0]["v"], json!(900));
    assert_eq!(
        stand.get("/v2/stocks/KO/bars?timeframe=1Day&start=2020-01-01").await["bars"],
        json!(null)
    );
}

/// Why a market does not open on a recording.
async fn refused(folder: &Path, text: Option<&[u8]>) -> String {
    let file = folder.join("bad.jsonl");
    if let Some(text) = text {
        fs::write(&file, text).expect("it is written");
    }
    let clock = ManualClock::new(DeskTime::from_ns(new_york(OPEN).ns()));
    let options = Options { replay: Some(file), ..Options::default() };
    let fault = Loopback::start(options, Arc::new(clock)).await.err().expect("it does not open");
    let words = fault.what.replace(&folder.display().to_string(), "");
    assert_eq!(words.lines().count(), 1, "{words}");
    words
}

#[tokio::test]
async fn a_damaged_recording_is_said_with_its_line() {
    const GOOD: &str = r#"{"T":"t","S":"AAPL","p":187.5,"s":1,"t":"2026-11-20T15:00:00Z"}"#;
    let folder = TempDir::new().expect("a folder");
    let words = refused(folder.path(), None).await;
    assert!(words.contains("/bad.jsonl is not there: name a file"), "{words}");
    let words = refused(folder.path(), Some(b"")).await;
    assert!(words.contains("/bad.jsonl is empty: a recording has a line"), "{words}");
    let words =
        refused(folder.path(), Some(b"[{\"T\":\"success\",\"msg\":\"connected\"}]\n")).await;
    assert!(words.contains("tells of no trade and of no quote"), "{words}");
    let huge = "x".repeat((1 << 20) + 1);
    let other = |from: &str, to: &str| GOOD.replace(from, to);
    let cases = [
        (GOOD[..40].to_owned(), "its JSON breaks off"),
        (other("187.5", "187.5.1"), "it is no JSON from column 30 on"),
        ("<html>".to_owned(), "it is no JSON from column 1 on"),
        ("7".to_owned(), "no message of Alpaca's data stream"),
        (other("AAPL", "ZZZZ"), "`ZZZZ` is not listed on the embedded market"),
        (other(r#""S":"AAPL","#, ""), "`` is not listed"),
        (other("187.5", "0"), "its `p` is no price above zero"),
        (other("187.5", "-1"), "its `p` cannot be -1"),
        (other("187.5", "null"), "a trade that cannot be read: a decimal number is needed"),
        (other(r#""s":1"#, r#""s":0"#), "a trade of no share"),
        (other(r#""s":1"#, r#""s":99999999999"#), "its `s` cannot be 99999999999"),
        (other("2026-11-20T15:00:00Z", "noon"), "a time as RFC 3339 writes it is needed"),
        (other("2026-11-20", "0001-01-01"), "is not of this century"),
        (other("15:00:00Z", "14:59:49Z"), "it is 11 seconds older than a line before it"),
        (other(r#","t":"2026-11-20T15:00:00Z""#, ""), "missing field `t`"),
        (huge, "it is longer than 1048576 bytes"),
    ];
    for (line, reason) in cases {
        let text = format!("{GOOD}\n{line}\n{GOOD}\n");
        let words = refused(folder.path(), Some(text.as_bytes())).await;
        assert!(words.starts_with("/bad.jsonl, line 2: "), "{reason}: {words}");
        assert!(words.contains(reason), "{reason}: {words}");
        assert!(words.ends_with("mend the line or take it out"), "{words}");
    }
    let words = refused(folder.path(), Some(&[GOOD.as_bytes(), b"\n\xFF\n"].concat())).await;
    assert!(words.contains("line 2: it is no text"), "{words}");
}

#[tokio::test]
async fn nothing_is_recorded_over_a_file_that_is_there() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("mine.jsonl");
    fs::write(&file, "mine").expect("it is written");
    let clock = ManualClock::new(DeskTime::from_ns(new_york(OPEN).ns()));
    let options = Options { record: Some(file.clone()), ..Options::default() };
    let fault = Loopback::start(options, Arc::new(clock)).await.err().expect("it does not open");
    assert!(fault.what.contains("is there already: name another file"), "{}", fault.what);
    assert_eq!(fs::read_to_string(&file).expect("it is there"), "mine");
}
