//! Clients that do not read: they are cut off, and nothing is gathered for them.

use serde_json::{Value, json};
use tokio::task::yield_now;

use super::socket::{Frame, Socket};
use super::stand::Stand;

const OPEN: &str = "2026-11-20T10:00:05";
/// More than the machine takes for a socket that does not read.
const MINUTES_TOLD: i64 = 25;
const SLOW_MS: i64 = 5_000;

/// Opens a socket of the data stream and asks to come in; what is answered.
async fn asked_in(stand: &Stand) -> (Socket, Value) {
    let mut socket = Socket::open(stand.address(), "/v2/sip", &[]).await.expect("it opens");
    socket.json().await;
    let (key, secret) = (&stand.key.id, &stand.key.secret);
    socket.say(&json!({"action": "auth", "key": key, "secret": secret}).to_string()).await;
    let answer = socket.json().await;
    (socket, answer)
}

#[tokio::test]
async fn a_subscriber_that_does_not_read_is_cut_off() {
    let stand = Stand::at(OPEN).await;
    let (mut slow, answer) = asked_in(&stand).await;
    assert_eq!(answer[0]["msg"], "authenticated");
    let wish = json!({"action": "subscribe", "trades": ["*"], "quotes": ["*"], "bars": ["*"]});
    slow.say(&wish.to_string()).await;
    slow.json().await;
    stand.clock.advance_ms(MINUTES_TOLD * 60_000);
    // As long as it may still read, its seat is its own; then it is free for who comes next.
    let (_, answer) = asked_in(&stand).await;
    assert_eq!(answer, json!([{"T": "error", "code": 406, "msg": "connection limit exceeded"}]));
    for _ in 0..1_000 {
        yield_now().await;
    }
    let mut seated = None;
    for _ in 0..100 {
        stand.clock.advance_ms(SLOW_MS);
        let (socket, answer) = asked_in(&stand).await;
        if answer[0]["msg"] == "authenticated" {
            seated = Some(socket);
            break;
        }
    }
    seated.expect("its seat is free");
    let (mut count, mut last) = (0, Frame::End);
    loop {
        match slow.next().await {
            Frame::End => break,
            frame => (count, last) = (count + 1, frame),
        }
    }
    assert!(count > 0, "what was on the way is still read");
    // 25 minutes are some 900 frames of 500 messages: most of them were never made.
    assert!(count < 300, "{count} frames");
    assert!(matches!(last, Frame::Text(_) | Frame::Close), "{last:?}");
}

#[tokio::test]
async fn who_falls_behind_but_reads_again_in_time_misses_nothing() {
    let stand = Stand::at(OPEN).await;
    let (mut slow, _) = asked_in(&stand).await;
    slow.say(&json!({"action": "subscribe", "trades": ["*"], "quotes": ["*"]}).to_string()).await;
    slow.json().await;
    stand.clock.advance_ms(MINUTES_TOLD * 60_000);
    for _ in 0..1_000 {
        yield_now().await;
    }
    stand.clock.advance_ms(SLOW_MS - 1_000);
    let mut count = 0;
    while count < 100_000 {
        let messages = slow.json().await;
        count += messages.as_array().expect("a list").len();
    }
}

#[tokio::test]
async fn who_reads_again_too_late_is_told_why_it_is_cut_off() {
    let stand = Stand::at(OPEN).await;
    let (mut slow, _) = asked_in(&stand).await;
    slow.say(&json!({"action": "subscribe", "trades": ["*"], "quotes": ["*"]}).to_string()).await;
    slow.json().await;
    stand.clock.advance_ms(MINUTES_TOLD * 60_000);
    // The frame that the machine does not take any more is under way by then.
    for _ in 0..1_000 {
        yield_now().await;
    }
    stand.clock.advance_ms(SLOW_MS);
    for _ in 0..10 {
        yield_now().await;
    }
    let mut last = String::new();
    loop {
        match slow.next().await {
            Frame::Text(text) => last = text,
            other => {
                assert_eq!(other, Frame::Close);
                break;
            }
        }
    }
    assert_eq!(last, r#"[{"T":"error","code":407,"msg":"slow client"}]"#);
}
