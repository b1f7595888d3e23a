//! Every message of both streams against the tables of the reference, in both forms of writing.
//! Must never accept a member that the tables do not name.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use trading_desk::venue::alpaca::stream::msgpack;

use super::fields::{ORDER, check};
use super::socket::{Frame, Socket};
use super::stand::{Stand, id};

/// Section 12: what an update has whatever it tells, and what an execution has besides.
const UPDATE: &str = "at time, event_id ulid, event text, timestamp time, order object";
const EXECUTION: &str = "execution_id uuid";
const FILL: &str = "price decimal, qty decimal, position_qty decimal, settle_date date";

/// Section 13: the messages of the data stream.
const TRADE: &str = "T text, S text, i integer, x text, p number, s integer, c texts, t time, \
    z text";
const QUOTE: &str = "T text, S text, bx text, bp number, bs integer, ax text, ap number, \
    as integer, c texts, t time, z text";
const BAR: &str = "T text, S text, o number, h number, l number, c number, v integer, n integer, \
    vw number, t time";
const BANDS: &str = "T text, S text, u number, d number, i text, t time, z text";
const SUBSCRIPTION: &str = "T text, trades texts, quotes texts, bars texts, updatedBars texts, \
    dailyBars texts, statuses texts, lulds texts, corrections texts, cancelErrors texts";
const SUCCESS: &str = "T text, msg text";
const ERROR: &str = "T text, code integer, msg text";

/// The order's table as the stream has it.
fn told_order() -> String {
    let rest = ORDER.replace("    ", "").replace(", subtag text?, source text?", "");
    format!("{rest}, cancel_requested_at time?")
}

/// Checks an update, and its name comes back.
#[track_caller]
fn check_update(message: &Value) -> String {
    assert_eq!(message["stream"], json!("trade_updates"));
    check("stream text, data object", message);
    let data = &message["data"];
    let event = data["event"].as_str().expect("a name");
    let parts: &[&str] = match event {
        "accepted" | "pending_new" => &[UPDATE],
        "fill" | "partial_fill" => &[UPDATE, EXECUTION, FILL],
        _ => &[UPDATE, EXECUTION],
    };
    check(&parts.join(", "), data);
    check(&told_order(), &data["order"]);
    for leg in data["order"]["legs"].as_array().into_iter().flatten() {
        check(&told_order(), leg);
    }
    event.to_owned()
}

#[tokio::test]
async fn every_update_has_the_members_of_its_table() {
    let stand = Stand::at("2026-11-20T10:00").await;
    let mut socket = Socket::open(stand.address(), "/stream", &[]).await.expect("it opens");
    let (key, secret) = (&stand.key.id, &stand.key.secret);
    socket.say(&json!({"action": "auth", "key": key, "secret": secret}).to_string()).await;
    let verdict = socket.json().await;
    check("stream text, data object", &verdict);
    check("status text, action text", &verdict["data"]);
    socket.say(r#"{"action":"listen","data":{"streams":["trade_updates"]}}"#).await;
    let listening = socket.json().await;
    check("stream text, data object", &listening);
    check("streams texts", &listening["data"]);

    let order = |rest: &str| format!(r#"{{"symbol":"AAPL","time_in_force":"day",{rest}}}"#);
    // Enough of them that one is filled in part at first.
    for _ in 0..30 {
        stand.place(&order(r#""qty":9,"side":"buy","type":"market""#)).await;
        stand.clock.advance_ms(2_000);
    }
    let limit = order(r#""qty":1,"side":"buy","type":"limit","limit_price":"2""#);
    let resting = stand.place(&limit).await;
    let path = format!("/v2/orders/{}", id(&resting));
    let new = stand.call("PATCH", &path, r#"{"limit_price":3}"#).await.ok();
    stand.call("DELETE", &format!("/v2/orders/{}", id(&new)), "").await;
    stand.place(&order(r#""qty":1,"side":"buy","type":"limit","limit_price":"2""#)).await;
    let bracket = r#""qty":2,"side":"buy","type":"market","order_class":"bracket",
        "take_profit":{"limit_price":"900"},"stop_loss":{"stop_price":"50"}"#;
    stand.place(&order(bracket)).await;
    stand.move_to("2026-11-20T16:00");
    stand.get("/v2/account").await;
    stand.place(&limit).await;
    let wanted: BTreeSet<&str> = BTreeSet::from([
        "accepted",
        "canceled",
        "expired",
        "fill",
        "held",
        "new",
        "partial_fill",
        "pending_new",
        "replaced",
    ]);
    let mut told = BTreeSet::new();
    // The order of the evening is the last to be told of.
    while !told.contains("accepted") {
        told.insert(check_update(&socket.json().await));
    }
    assert_eq!(told.iter().map(String::as_str).collect::<BTreeSet<_>>(), wanted);
}

/// Checks a message of the data stream, and its kind comes back.
#[track_caller]
fn check_message(message: &Value) -> String {
    let kind = message["T"].as_str().expect("a kind");
    let table = match kind {
        "t" => TRADE,
        "q" => QUOTE,
        "b" | "d" => BAR,
        "l" => BANDS,
        "subscription" => SUBSCRIPTION,
        "success" => SUCCESS,
        "error" => ERROR,
        other => panic!("no table has {other}"),
    };
    check(table, message);
    kind.to_owned()
}

/// The messages of a frame, whichever form it has.
async fn messages(socket: &mut Socket) -> Vec<Value> {
    let text = match socket.next().await {
        Frame::Text(text) => text,
        Frame::Binary(bytes) => msgpack::to_json(&bytes).expect("a frame of market data"),
        other => panic!("no frame: {other:?}"),
    };
    serde_json::from_str(&text).expect("an array")
}

#[tokio::test]
async fn every_message_of_the_data_stream_has_the_members_of_its_table() {
    let packed: &[(&str, &str)] = &[("Content-Type", "application/msgpack")];
    for (feed, headers) in [("/v2/sip", &[][..]), ("/v2/iex", packed)] {
        let stand = Stand::at("2026-11-20T10:00:05").await;
        let mut socket = Socket::open(stand.address(), feed, headers).await.expect("it opens");
        let mut told = BTreeSet::new();
        socket.say(r#"{"action":"subscribe","trades":["AAPL"]}"#).await;
        let (key, secret) = (&stand.key.id, &stand.key.secret);
        socket.say(&json!({"action": "auth", "key": key, "secret": secret}).to_string()).await;
        let wish = json!({"action": "subscribe", "trades": ["AAPL", "SPY"], "quotes": ["AAPL"],
            "bars": ["AAPL"], "dailyBars": ["AAPL"], "lulds": ["AAPL"]});
        socket.say(&wish.to_string()).await;
        while !told.contains("subscription") {
            told.extend(messages(&mut socket).await.iter().map(check_message));
        }
        stand.clock.advance_ms(60_000);
        while !told.contains("l") {
            told.extend(messages(&mut socket).await.iter().map(check_message));
        }
        let wanted = ["b", "d", "error", "l", "q", "subscription", "success", "t"];
        assert_eq!(told.iter().map(String::as_str).collect::<Vec<_>>(), wanted, "{feed}");
    }
}
