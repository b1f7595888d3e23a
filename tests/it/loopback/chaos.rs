//! Chaos as a client meets it: every mishap, and an exchange that none of them touches.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::yield_now;

use trading_desk::domain::hours::Schedule;

use super::socket::{Frame, Socket};
use super::stand::Stand;

const OPEN: &str = "2026-11-20T10:00:05";
const ORDERS: usize = 300;
/// An end of every socket is nearer than this, in milliseconds.
const SOCKET_MS_MAX: i64 = 125_000;

async fn stand(seed: u64) -> Stand {
    maybe_wild(Some(seed), 1).await
}

async fn maybe_wild(wild: Option<u64>, speed: u32) -> Stand {
    Stand::with(OPEN, |options| {
        options.chaos = wild;
        options.speed = speed;
        options.schedule = Schedule::Always;
    })
    .await
}

/// Sends a call and reads what comes until the connection ends; time runs on while it waits.
async fn raw(stand: &Stand, method: &str, path: &str, body: &str) -> String {
    let (id, secret) = (&stand.key.id, &stand.key.secret);
    let call = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         APCA-API-KEY-ID: {id}\r\nAPCA-API-SECRET-KEY: {secret}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let talk = async {
        let mut stream = TcpStream::connect(stand.address()).await.expect("it listens");
        stream.write_all(call.as_bytes()).await.expect("it reads");
        let mut answer = Vec::new();
        // A connection that is reset has said what it had to say.
        drop(stream.read_to_end(&mut answer).await);
        String::from_utf8(answer).expect("text")
    };
    let mut talk = Box::pin(talk);
    loop {
        tokio::select! {
            biased;
            answer = &mut talk => return answer,
            () = yield_now() => stand.clock.advance_ms(1),
        }
    }
}

/// The status of an answer, and its body where all of it came.
fn parts(answer: &str) -> (u16, Option<&str>) {
    let Some((head, body)) = answer.split_once("\r\n\r\n") else { return (0, None) };
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.and_then(|length| length.parse().ok()).unwrap_or(0);
    (status, (body.len() == length).then_some(body))
}

async fn placed(stand: &Stand, number: usize) -> (u16, bool) {
    let order = json!({"symbol": "AAPL", "qty": "1", "side": "buy", "type": "limit",
        "limit_price": "1.00", "time_in_force": "gtc", "client_order_id": format!("c{number}")});
    let answer = raw(stand, "POST", "/v2/orders", &order.to_string()).await;
    let (status, body) = parts(&answer);
    (status, body.is_some())
}

/// The client's ids of the orders that the exchange has, however often it must be asked.
async fn taken(stand: &Stand) -> BTreeSet<String> {
    for _ in 0..100 {
        let answer = raw(stand, "GET", "/v2/orders?status=all&limit=500", "").await;
        if let (200, Some(body)) = parts(&answer) {
            let orders: Vec<serde_json::Value> = serde_json::from_str(body).expect("a list");
            let ids: Vec<String> = orders
                .iter()
                .map(|order| order["client_order_id"].as_str().expect("an id").to_owned())
                .collect();
            let once: BTreeSet<String> = ids.iter().cloned().collect();
            assert_eq!(once.len(), ids.len(), "no order is there twice");
            return once;
        }
    }
    panic!("it never answers");
}

#[tokio::test]
async fn a_failed_call_was_carried_out_or_not_and_the_exchange_knows_which() {
    let stand = stand(7).await;
    let mut said = Vec::new();
    for number in 0..ORDERS {
        said.push(placed(&stand, number).await);
    }
    let taken = taken(&stand).await;
    let mut counts: BTreeMap<(u16, bool), usize> = BTreeMap::new();
    for (number, (status, whole)) in said.iter().enumerate() {
        let is_there = taken.contains(&format!("c{number}"));
        match (status, whole) {
            // A 200 is true even where the connection broke before its body was there; so is a
            // connection that broke before anything was.
            (0 | 200, _) => assert!(is_there, "order {number}"),
            (429, true) => assert!(!is_there, "order {number}"),
            (500 | 502 | 503 | 504, true) => {}
            other => panic!("{other:?}"),
        }
        *counts.entry((*status, is_there)).or_default() += 1;
    }
    let failed = |done| {
        let failures =
            counts.iter().filter(|((status, there), _)| *status >= 500 && *there == done);
        failures.map(|(_, count)| *count).sum::<usize>()
    };
    assert!(failed(true) > 2 && failed(false) > 2, "{counts:?}");
    assert!(counts[&(429, false)] > 2, "{counts:?}");
    assert!(said.iter().any(|(status, whole)| *status <= 200 && !whole), "{counts:?}");
    assert!(counts[&(200, true)] > ORDERS / 2, "{counts:?}");
    let again = self::stand(7).await;
    for (number, before) in said.iter().enumerate().take(50) {
        assert_eq!(placed(&again, number).await.0.max(200), before.0.max(200), "order {number}");
    }
}

#[tokio::test]
async fn one_call_too_many_says_when_to_come_again_or_says_nothing() {
    let stand = stand(1).await;
    let mut seen = BTreeSet::new();
    for _ in 0..400 {
        let answer = raw(&stand, "GET", "/v2/clock", "").await;
        if parts(&answer).0 != 429 {
            continue;
        }
        let says = answer.contains("retry-after: 1") && answer.contains("x-ratelimit-remaining: 0");
        assert_eq!(says, answer.contains("x-ratelimit"), "{answer}");
        assert!(answer.contains(r#""code":42910000"#), "{answer}");
        seen.insert(says);
    }
    assert_eq!(seen, BTreeSet::from([false, true]));
}

#[tokio::test]
async fn a_connection_is_closed_after_a_reply_now_and_then() {
    let stand = stand(3).await;
    let mut closed = 0;
    for _ in 0..200 {
        let (id, secret) = (&stand.key.id, &stand.key.secret);
        let call = format!(
            "GET /v2/clock HTTP/1.1\r\nHost: localhost\r\nAPCA-API-KEY-ID: {id}\r\n\
             APCA-API-SECRET-KEY: {secret}\r\n\r\n"
        );
        let talk = async {
            let mut stream = TcpStream::connect(stand.address()).await.expect("it listens");
            stream.write_all(call.as_bytes()).await.expect("it reads");
            let mut answer = [0; 4_096];
            let count = stream.read(&mut answer).await.unwrap_or(0);
            String::from_utf8_lossy(&answer[..count]).into_owned()
        };
        let mut talk = Box::pin(talk);
        let answer = loop {
            tokio::select! {
                biased;
                answer = &mut talk => break answer,
                () = yield_now() => stand.clock.advance_ms(1),
            }
        };
        closed += usize::from(answer.contains("connection: close"));
    }
    assert!((1..20).contains(&closed), "{closed}");
}

/// A socket of the data stream that was not turned away.
async fn opened(stand: &Stand) -> Socket {
    for _ in 0..20 {
        match Socket::open(stand.address(), "/v2/test", &[]).await {
            Ok(mut socket) => {
                socket.json().await;
                return socket;
            }
            Err(status) => assert_eq!(status, 429),
        }
    }
    panic!("every handshake is refused");
}

#[tokio::test]
async fn every_socket_falls_mute_or_is_cut_and_a_mute_one_answers_no_ping() {
    let stand = stand(5).await;
    let (mut mute, mut cut) = (0, 0);
    for _ in 0..10 {
        let mut socket = opened(&stand).await;
        let (key, secret) = (&stand.key.id, &stand.key.secret);
        socket.say(&json!({"action": "auth", "key": key, "secret": secret}).to_string()).await;
        assert_eq!(socket.json().await[0]["msg"], "authenticated");
        stand.clock.advance_ms(SOCKET_MS_MAX);
        // What it would have said was due at the same moment: its end comes first.
        socket.send_frame(9, true, b"there?").await;
        socket.say("nonsense that would be refused").await;
        let mut next = Box::pin(socket.next());
        let silent = async {
            for _ in 0..200 {
                yield_now().await;
            }
        };
        tokio::select! {
            biased;
            frame = &mut next => {
                assert_eq!(frame, Frame::End, "it is gone without a word");
                cut += 1;
                continue;
            }
            () = silent => mute += 1,
        }
        // Nobody holds a mute one for ever, nor its seat.
        stand.clock.advance_ms(90_000);
        assert_eq!(next.await, Frame::End);
    }
    assert!(mute > 0 && cut > 0, "{mute} mute, {cut} cut");
}

#[tokio::test]
async fn messages_are_lost_and_doubled_and_never_invented() {
    let calm = maybe_wild(None, 60).await;
    let wild = maybe_wild(Some(5), 60).await;
    let mut told = Vec::new();
    for stand in [&calm, &wild] {
        let mut socket = opened(stand).await;
        let (key, secret) = (&stand.key.id, &stand.key.secret);
        socket.say(&json!({"action": "auth", "key": key, "secret": secret}).to_string()).await;
        socket.json().await;
        let wish = json!({"action": "subscribe", "trades": ["FAKEPACA"], "quotes": ["FAKEPACA"]});
        socket.say(&wish.to_string()).await;
        socket.json().await;
        let mut heard: Vec<String> = Vec::new();
        for _ in 0..4 {
            stand.clock.advance_ms(1_000);
            let messages = socket.json().await;
            heard.extend(messages.as_array().expect("a list").iter().map(ToString::to_string));
        }
        told.push(heard);
    }
    let all: BTreeSet<&String> = told[0].iter().collect();
    assert!(told[1].iter().all(|message| all.contains(message)));
    let heard: BTreeSet<&String> = told[1].iter().collect();
    assert!(heard.len() < all.len(), "some are lost");
    assert!(heard.len() < told[1].len(), "some come twice");
}
