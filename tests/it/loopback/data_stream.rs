//! The data stream: greeting, signing in, subscribing, what is told, and who is turned away.

use serde_json::{Value, json};
use trading_desk::venue::loopback::plan::Plan;

use super::socket::{Frame, Socket};
use super::stand::Stand;

const OPEN: &str = "2026-11-20T10:00:05";

async fn opened(stand: &Stand, path: &str) -> Socket {
    let mut socket = Socket::open(stand.address(), path, &[]).await.expect("it opens");
    assert_eq!(socket.json().await, json!([{"T": "success", "msg": "connected"}]));
    socket
}

async fn signed_in(stand: &Stand, path: &str) -> Socket {
    let mut socket = opened(stand, path).await;
    let (key, secret) = (&stand.key.id, &stand.key.secret);
    socket.say(&json!({"action": "auth", "key": key, "secret": secret}).to_string()).await;
    assert_eq!(socket.json().await, json!([{"T": "success", "msg": "authenticated"}]));
    socket
}

fn refusal(code: u64, message: &str) -> Value {
    json!([{"T": "error", "code": code, "msg": message}])
}

#[tokio::test]
async fn what_was_subscribed_to_is_told_as_calls_tell_it() {
    let stand = Stand::at(OPEN).await;
    let mut socket = signed_in(&stand, "/v2/sip").await;
    let wish = json!({"action": "subscribe", "trades": ["AAPL"], "quotes": ["SPY"],
        "bars": ["*"], "dailyBars": ["AAPL"], "lulds": ["AAPL"]});
    socket.say(&wish.to_string()).await;
    let answer = json!([{"T": "subscription", "trades": ["AAPL"], "quotes": ["SPY"],
        "bars": ["*"], "updatedBars": [], "dailyBars": ["AAPL"], "statuses": [],
        "lulds": ["AAPL"], "corrections": ["AAPL"], "cancelErrors": ["AAPL"]}]);
    assert_eq!(socket.json().await, answer);
    stand.move_to("2026-11-20T10:01:00");
    let mut told: Vec<Value> = Vec::new();
    while told.last().is_none_or(|one| one["T"] != "b" && one["T"] != "d" && one["T"] != "l") {
        told.extend(socket.json().await.as_array().expect("a list").clone());
    }
    let kind = |kind: &str| -> Vec<&Value> { told.iter().filter(|one| one["T"] == kind).collect() };
    let path = "symbols=AAPL&start=2026-11-20T15:00:05.000000001Z&end=2026-11-20T15:01:00Z";
    let trades = stand.get(&format!("/v2/stocks/trades?{path}")).await;
    let trades = trades["trades"]["AAPL"].as_array().expect("a list").clone();
    let heard: Vec<Value> = kind("t")
        .into_iter()
        .map(|one| {
            let mut one = one.clone();
            let members = one.as_object_mut().expect("an object");
            members.retain(|name, _| !["T", "S"].contains(&name.as_str()));
            one
        })
        .collect();
    assert_eq!(heard, trades);
    assert!(kind("q").iter().all(|one| one["S"] == "SPY"));
    let bars = kind("b");
    assert!(bars.len() > 100, "{} bars", bars.len());
    let apple = bars.iter().find(|one| one["S"] == "AAPL").expect("it is among them");
    let past = stand.get("/v2/stocks/AAPL/bars?timeframe=1Min&start=2026-11-20T15:00:00Z").await;
    for name in ["o", "h", "l", "c", "v", "n", "vw", "t"] {
        assert_eq!(apple[name], past["bars"][0][name], "{name}");
    }
    let (days, bands) = (kind("d"), kind("l"));
    assert_eq!((days.len(), bands.len()), (1, 1));
    assert_eq!(days[0]["t"], json!("2026-11-20T05:00:00Z"));
    assert!(bands[0]["u"].as_f64() > bands[0]["d"].as_f64());
}

#[tokio::test]
async fn packed_frames_hold_the_same_and_fragments_are_put_together() {
    let stand = Stand::at(OPEN).await;
    let packed = [("Content-Type", "application/msgpack")];
    let mut socket = Socket::open(stand.address(), "/v2/test", &packed).await.expect("it opens");
    let Frame::Binary(greeting) = socket.next().await else { panic!("binary frames") };
    assert_eq!(greeting, b"\x91\x82\xa1T\xa7success\xa3msg\xa9connected");
    let (key, secret) = (stand.key.id.as_bytes(), stand.key.secret.as_bytes());
    let text = |bytes: &[u8]| {
        let length = u8::try_from(bytes.len()).expect("short");
        [&[0xD9, length], bytes].concat()
    };
    let parts: [&[u8]; 7] = [
        b"\x83\xa6action",
        &text(b"auth"),
        b"\xa3key",
        &text(key),
        b"\xa6secret",
        &text(secret),
        b"",
    ];
    // As Alpaca's own client sends it: in fragments, the last of them empty.
    socket.send_frame(2, false, &parts.concat()).await;
    socket.send_frame(0, true, b"").await;
    let Frame::Binary(answer) = socket.next().await else { panic!("binary frames") };
    assert_eq!(answer, b"\x91\x82\xa1T\xa7success\xa3msg\xadauthenticated");
    let wish = [b"\x82\xa6action".as_slice(), &text(b"subscribe"), b"\xa6trades\x91\xa8FAKEPACA"];
    socket.send_frame(2, true, &wish.concat()).await;
    let Frame::Binary(answer) = socket.next().await else { panic!("binary frames") };
    let expected =
        b"\x91\x84\xa1T\xacsubscription\xa6trades\x91\xa8FAKEPACA\xa6quotes\x90\xa4bars\x90";
    assert_eq!(answer, expected);
    stand.clock.advance_ms(60_000);
    let Frame::Binary(trades) = socket.next().await else { panic!("binary frames") };
    let stamp = trades.windows(4).position(|four| four == b"\xa1t\xd7\xff").expect("a timestamp");
    let bits: [u8; 8] = trades[stamp + 4..stamp + 12].try_into().expect("eight bytes");
    let seconds = i64::try_from(u64::from_be_bytes(bits) & ((1 << 34) - 1)).expect("seconds");
    let opened = super::stand::new_york(OPEN).timestamp().as_second();
    assert!((opened..=opened + 60).contains(&seconds));
}

#[tokio::test]
async fn whoever_may_not_is_told_why_and_closed() {
    let stand = Stand::at(OPEN).await;
    let mut socket = opened(&stand, "/v2/iex").await;
    socket.say(r#"{"action":"subscribe","trades":["AAPL"]}"#).await;
    assert_eq!(socket.json().await, refusal(401, "not authenticated"));
    socket.say("hello").await;
    assert_eq!(socket.json().await, refusal(400, "invalid syntax"));
    socket.say(r#"{"action":"auth","key":"PK","secret":"no"}"#).await;
    assert_eq!(socket.json().await, refusal(402, "auth failed"));
    assert_eq!(socket.next().await, Frame::Close);
    let mut first = signed_in(&stand, "/v2/iex").await;
    let sign_in =
        json!({"action": "auth", "key": stand.key.id, "secret": stand.key.secret}).to_string();
    first.say(&sign_in).await;
    assert_eq!(first.json().await, refusal(403, "already authenticated"));
    first.say(r#"{"action":"subscribe","orderbooks":["AAPL"]}"#).await;
    assert_eq!(first.json().await, refusal(410, "invalid subscribe action for this feed"));
    let mut second = opened(&stand, "/v2/iex").await;
    second.say(&sign_in).await;
    assert_eq!(second.json().await, refusal(406, "connection limit exceeded"));
    assert_eq!(second.next().await, Frame::Close);
    signed_in(&stand, "/v2/sip").await;
    let mut silent = opened(&stand, "/v2/test").await;
    stand.clock.advance_ms(10_000);
    assert_eq!(silent.json().await, refusal(404, "auth timeout"));
    assert_eq!(silent.next().await, Frame::Close);
    assert_eq!(Socket::open(stand.address(), "/v2/none", &[]).await.err(), Some(404));
}

#[tokio::test]
async fn a_seat_is_free_again_once_its_socket_is_gone() {
    let stand = Stand::at(OPEN).await;
    drop(signed_in(&stand, "/v2/iex").await);
    // The server notices at its own pace: who was before is asked again until it has.
    for _ in 0..1_000 {
        let mut socket = opened(&stand, "/v2/iex").await;
        let (key, secret) = (&stand.key.id, &stand.key.secret);
        socket.say(&json!({"action": "auth", "key": key, "secret": secret}).to_string()).await;
        if socket.json().await[0]["T"] == json!("success") {
            return;
        }
    }
    panic!("the seat is never free again");
}

#[tokio::test]
async fn the_basic_plan_has_thirty_symbols_and_no_consolidated_stream() {
    let stand = Stand::with(OPEN, |options| options.plan = Plan::Basic).await;
    let headers = [
        ("APCA-API-KEY-ID", stand.key.id.as_str()),
        ("APCA-API-SECRET-KEY", stand.key.secret.as_str()),
    ];
    let mut socket = Socket::open(stand.address(), "/v2/sip", &headers).await.expect("it opens");
    socket.json().await;
    assert_eq!(socket.json().await, refusal(409, "insufficient subscription"));
    assert_eq!(socket.next().await, Frame::Close);
    let mut socket = Socket::open(stand.address(), "/v2/iex", &headers).await.expect("it opens");
    socket.json().await;
    assert_eq!(socket.json().await, json!([{"T": "success", "msg": "authenticated"}]));
    socket.say(r#"{"action":"subscribe","quotes":["*"]}"#).await;
    assert_eq!(socket.json().await, refusal(405, "symbol limit exceeded"));
    socket.say(r#"{"action":"subscribe","bars":["*"],"trades":["AAPL"]}"#).await;
    assert_eq!(socket.json().await[0]["T"], json!("subscription"));
}
