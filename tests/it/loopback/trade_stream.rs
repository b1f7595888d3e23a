//! The trade-update stream: signing in, listening, and every order's story in its order.

use serde_json::{Value, json};

use super::socket::{Frame, Socket};
use super::stand::{Stand, id};

const OPEN: &str = "2026-11-20T10:00";

async fn listening(stand: &Stand, path: &str) -> Socket {
    let mut socket = Socket::open(stand.address(), path, &[]).await.expect("it opens");
    let (key, secret) = (&stand.key.id, &stand.key.secret);
    let sign_in = json!({"action": "authenticate", "data": {"key_id": key, "secret_key": secret}});
    socket.say(&sign_in.to_string()).await;
    let verdict = json!({"stream": "authorization",
        "data": {"status": "authorized", "action": "authenticate"}});
    assert_eq!(socket.json().await, verdict);
    socket.say(r#"{"action":"listen","data":{"streams":["trade_updates","else"]}}"#).await;
    let reply = json!({"stream": "listening", "data": {"streams": ["trade_updates"]}});
    assert_eq!(socket.json().await, reply);
    socket
}

async fn update(socket: &mut Socket) -> Value {
    let message = socket.json().await;
    assert_eq!(message["stream"], json!("trade_updates"));
    message["data"].clone()
}

#[tokio::test]
async fn nobody_listens_without_signing_in() {
    let stand = Stand::at(OPEN).await;
    let mut socket = Socket::open(stand.address(), "/stream", &[]).await.expect("it opens");
    socket.say(r#"{"action":"listen","data":{"streams":["trade_updates"]}}"#).await;
    let refused = json!({"stream": "authorization",
        "data": {"status": "unauthorized", "action": "listen"}});
    assert_eq!(socket.json().await, refused);
    socket.say(r#"{"action":"auth","key":"PK","secret":"wrong"}"#).await;
    let refused = json!({"stream": "authorization",
        "data": {"status": "unauthorized", "action": "authenticate"}});
    let Frame::Binary(bytes) = socket.next().await else { panic!("paper answers in binary") };
    let reply: Value = serde_json::from_slice(&bytes).expect("JSON");
    assert_eq!(reply, refused);
    let (key, secret) = (&stand.key.id, &stand.key.secret);
    socket.say(&json!({"action": "auth", "key": key, "secret": secret}).to_string()).await;
    assert_eq!(socket.json().await["data"]["status"], json!("authorized"));
}

#[tokio::test]
async fn an_order_is_told_from_the_first_word_to_the_last() {
    let stand = Stand::at(OPEN).await;
    let mut socket = listening(&stand, "/stream/").await;
    let body = r#"{"symbol":"AAPL","qty":1,"side":"buy","type":"market","time_in_force":"day"}"#;
    let order = stand.place(body).await;
    let mut told = Vec::new();
    for _ in 0..3 {
        told.push(update(&mut socket).await);
    }
    let events: Vec<&str> = told.iter().filter_map(|one| one["event"].as_str()).collect();
    assert_eq!(events, ["pending_new", "new", "fill"]);
    assert!(told.iter().all(|one| one["order"]["id"] == order["id"]));
    assert!(told[0].get("execution_id").is_none());
    assert!(told[1]["execution_id"].is_string());
    let (first, fill) = (&told[0], &told[2]);
    assert_eq!(first["order"]["status"], json!("pending_new"));
    assert_eq!((&fill["qty"], &fill["position_qty"]), (&json!("1"), &json!("1")));
    assert_eq!(fill["settle_date"], json!("2026-11-23"));
    assert_eq!(fill["order"]["filled_avg_price"], fill["price"]);
    let mut ids: Vec<&str> = told.iter().filter_map(|one| one["event_id"].as_str()).collect();
    assert!(ids.iter().all(|one| one.len() == 26));
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

#[tokio::test]
async fn cancels_replacements_and_the_end_of_the_day_are_told() {
    let stand = Stand::at(OPEN).await;
    let mut socket = listening(&stand, "/stream").await;
    let limit = r#"{"symbol":"KO","qty":1,"side":"buy","type":"limit","limit_price":1,
        "time_in_force":"day"}"#;
    let order = stand.place(limit).await;
    let path = format!("/v2/orders/{}", id(&order));
    let new = stand.call("PATCH", &path, r#"{"limit_price":2}"#).await.ok();
    let mut told = Vec::new();
    for _ in 0..5 {
        told.push(update(&mut socket).await);
    }
    let events: Vec<&str> = told.iter().filter_map(|one| one["event"].as_str()).collect();
    assert_eq!(events, ["pending_new", "new", "replaced", "pending_new", "new"]);
    assert_eq!(told[2]["order"]["id"], order["id"], "the old order is told of");
    assert_eq!(told[2]["order"]["replaced_by"], new["id"]);
    stand.call("DELETE", &format!("/v2/orders/{}", id(&new)), "").await;
    assert_eq!(update(&mut socket).await["event"], json!("canceled"));
    stand.place(limit).await;
    for expected in ["pending_new", "new"] {
        assert_eq!(update(&mut socket).await["event"], json!(expected));
    }
    // Nobody calls: the market itself tells that the day has ended.
    stand.move_to("2026-11-20T16:00");
    assert_eq!(update(&mut socket).await["event"], json!("expired"));
    let night = stand.place(limit).await;
    let told = update(&mut socket).await;
    assert_eq!((&told["event"], &told["order"]["id"]), (&json!("accepted"), &night["id"]));
    stand.loopback.stop().await;
    assert_eq!(socket.next().await, Frame::Close);
}

#[tokio::test]
async fn an_empty_list_stops_the_stream() {
    let stand = Stand::at(OPEN).await;
    let mut socket = listening(&stand, "/stream").await;
    socket.say(r#"{"action":"listen","data":{"streams":[]}}"#).await;
    assert_eq!(socket.json().await["data"]["streams"], json!([]));
    stand
        .place(r#"{"symbol":"AAPL","qty":1,"side":"buy","type":"market","time_in_force":"day"}"#)
        .await;
    socket.say(r#"{"action":"listen","data":{"streams":["trade_updates"]}}"#).await;
    assert_eq!(socket.json().await["stream"], json!("listening"), "nothing came between");
}
