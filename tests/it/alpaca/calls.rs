//! The REST client against a broker of the tests' own: what is sent, and what odd answers become.
//! Must never wait for real time: what takes long is moved by hand.

use std::sync::Arc;

use trading_desk::clock::ManualClock;
use trading_desk::desk::port::Clock;
use trading_desk::domain::time::DeskTime;
use trading_desk::venue::alpaca::budget::Lane;
use trading_desk::venue::alpaca::keys::{Given, Hosts, Keys};
use trading_desk::venue::alpaca::rest::Rest;
use trading_desk::venue::alpaca::rest::data::Stretch;
use trading_desk::venue::alpaca::rest::trading::{OrdersWanted, Part};
use trading_desk::venue::alpaca::rest::trouble::{Kind, Trouble};
use trading_desk::venue::alpaca::wire::orders::PlaceOrder;

use super::server::{Answer, Asked, Server, json};
use crate::patience::soon;

const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/alpaca/samples");

pub(crate) fn sample(name: &str) -> String {
    std::fs::read_to_string(format!("{SAMPLES}/{name}.json")).expect("the sample is there")
}

fn clock() -> ManualClock {
    ManualClock::new(DeskTime::from_ns(1_795_000_000_000_000_000))
}

fn client(server: &Server, clock: &ManualClock) -> Rest {
    let keys = Keys::new("PKTEST", "canary-secret").expect("a pair");
    let given = Given { base: Some(server.address.clone()), ..Given::default() };
    Rest::new(keys, Hosts::of(&given).expect("this machine"), Arc::new(clock.clone()))
}

/// A server that gives everybody the same answer.
async fn always(answer: Answer) -> Server {
    Server::start(move |_| answer.clone()).await
}

fn buy_one() -> PlaceOrder {
    let text = "{\"symbol\":\"AAPL\",\"qty\":\"1.50\",\"side\":\"buy\",\"type\":\"limit\",\
                \"time_in_force\":\"day\",\"limit_price\":\"0.9858\",\"client_order_id\":\"one\"}";
    serde_json::from_str(text).expect("an order")
}

#[tokio::test]
async fn every_call_carries_the_keys_and_asks_as_the_reference_says() {
    let server = Server::start(|asked: &Asked| match asked.line().as_str() {
        "GET /v2/account" => json(200, sample("account_paper_current")),
        "POST /v2/orders" => json(200, sample("order_new_limit_resting")),
        "DELETE /v2/orders" => json(207, sample("orders_cancel_all_207")),
        "DELETE /v2/orders/61e69015" => Answer::Full(204, String::new(), Vec::new()),
        "DELETE /v2/positions?cancel_orders=true" => json(207, sample("positions_close_all_207")),
        "DELETE /v2/positions/BRK.B?percentage=12.5" | "GET /v2/orders/x%2Fy?nested=true" => {
            json(200, sample("order_new_limit_resting"))
        }
        "GET /v2/clock" => json(200, sample("clock_open")),
        _ => json(404, "{\"code\":40410000,\"message\":\"endpoint not found\"}"),
    })
    .await;
    let rest = client(&server, &clock());
    let account = rest.account(Lane::Poll).await.expect("an account");
    assert_eq!(account.cash.expect("it has cash").as_str(), "100005.83");
    rest.place(&buy_one()).await.expect("an order");
    assert_eq!(rest.cancel_all().await.expect("one answer each").len(), 2);
    rest.cancel("61e69015").await.expect("taken");
    rest.close_all(true).await.expect("one answer each");
    rest.close("BRK.B", &Part::Percent("12.5".into())).await.expect("an order");
    assert!(rest.order(Lane::LookUp, "x/y").await.expect("an order").is_some());
    rest.market_clock().await.expect("a clock");
    assert_eq!(rest.order_by_client_id(Lane::LookUp, "a+b/c").await, Ok(None));
    let last = server.asked().pop().expect("it was asked");
    assert_eq!(last.target, "/v2/orders:by_client_order_id?client_order_id=a%2Bb%2Fc");
    for asked in server.asked() {
        let head = asked.head.to_ascii_lowercase();
        assert!(head.contains("apca-api-key-id: pktest"), "{head}");
        assert!(head.contains("apca-api-secret-key: canary-secret"), "{head}");
    }
    let placed = server.asked().into_iter().find(|asked| asked.method == "POST");
    let body = placed.expect("it was placed").body;
    assert!(body.contains("\"qty\":\"1.50\"") && body.contains("\"0.9858\""), "{body}");
}

#[tokio::test]
async fn lists_are_read_to_their_end() {
    let fills = |from: usize, to: usize| {
        let fill = |number: usize| {
            format!("{{\"id\":\"2026::{number:04}\",\"activity_type\":\"FILL\",\"qty\":\"1\"}}")
        };
        format!("[{}]", (from..to).map(fill).collect::<Vec<_>>().join(","))
    };
    let bar = "{\"t\":\"2026-11-20T15:00:00Z\",\"o\":1.10,\"h\":2,\"l\":1,\"c\":1.50,\"v\":9}";
    let server = Server::start(move |asked: &Asked| {
        let target = asked.target.as_str();
        if target.contains("page_token=2026%3A%3A0099") {
            json(200, fills(100, 130))
        } else if target.contains("/activities/FILL") {
            json(200, fills(0, 100))
        } else if target.contains("page_token=next") {
            json(200, format!("{{\"bars\":{{\"A\":[{bar}],\"B\":null}},\"next_page_token\":null}}"))
        } else {
            let bars = format!("{{\"A\":[{bar},{bar}]}}");
            json(200, format!("{{\"bars\":{bars},\"next_page_token\":\"next\"}}"))
        }
    })
    .await;
    let rest = client(&server, &clock());
    let all = rest.fills(Lane::Poll, None, None).await.expect("two pages");
    assert_eq!(all.len(), 130);
    let symbols = ["A".to_owned(), "B".to_owned()];
    let bars = rest.bars(&symbols, "1Min", &Stretch::default()).await.expect("two pages");
    assert_eq!((bars["A"].len(), bars["B"].len()), (3, 0));
    assert_eq!(bars["A"][0].o.as_str(), "1.10");
    let asked = server.lines();
    assert!(asked[2].contains("symbols=A%2CB") && asked[2].contains("feed=iex"), "{asked:?}");
    // A broker that gives the same page for ever does not hold anybody for ever.
    let stuck = always(json(200, fills(0, 100))).await;
    let all = client(&stuck, &clock()).fills(Lane::Poll, None, None).await.expect("it ends");
    assert_eq!((all.len(), stuck.asked().len()), (100, 2));
}

#[tokio::test]
async fn orders_of_one_moment_at_a_pages_end_are_not_lost() {
    let one = sample("order_new_limit_resting");
    let page = |from: usize, to: usize| {
        let order = |number: usize| {
            let id = format!("\"id\":\"{number:08}-0000-4000-8000-000000000000\"");
            let start = one.find("\"id\"").expect("an id");
            let end = start + one[start..].find(',').expect("more");
            format!("{}{id}{}", &one[..start], &one[end..])
        };
        format!("[{}]", (from..to).map(order).collect::<Vec<_>>().join(","))
    };
    let (first, second) = (page(0, 500), page(499, 520));
    let server = Server::start(move |asked: &Asked| {
        let is_second = asked.target.contains("until=");
        json(200, if is_second { second.clone() } else { first.clone() })
    })
    .await;
    let wanted = OrdersWanted { status: Some("all"), ..OrdersWanted::default() };
    let all = client(&server, &clock()).all_orders(wanted).await.expect("two pages");
    assert_eq!(all.len(), 520);
}

#[tokio::test]
async fn odd_answers_become_trouble_of_the_right_kind() {
    let html = b"<html><body>Please sign in to the proxy</body></html>".to_vec();
    let web = |status| Answer::Full(status, "Content-Type: text/html\r\n".into(), html.clone());
    let half = b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{\"id\":".to_vec();
    let away = "Location: http://127.0.0.1:1/v2/orders\r\n".to_owned();
    for (name, answer) in [
        ("a web page with 200", web(200)),
        ("a web page with 403", web(403)),
        ("a web page with 504", web(504)),
        ("half an answer", Answer::Torn(half)),
        ("no answer", Answer::Cut),
        ("500 in JSON", json(500, "{\"code\":50010000,\"message\":\"internal server error\"}")),
        ("another shape", json(200, "[]")),
        ("null", json(200, "null")),
        ("huge", json(200, format!("{{\"id\":\"{}\"", "x".repeat(5 << 20)))),
        ("sent elsewhere", Answer::Full(307, away, Vec::new())),
    ] {
        let server = always(answer).await;
        let trouble = client(&server, &clock()).place(&buy_one()).await.expect_err(name);
        assert!(matches!(trouble, Trouble::Unclear(_)), "{name}: {trouble:?}");
        assert!(!trouble.to_string().contains("canary"), "{name}: {trouble}");
        assert_eq!(server.asked().len(), 1, "{name}: an order is never sent twice blindly");
    }
    let server = always(json(422, sample("error_422_duplicate_client_order_id"))).await;
    let trouble = client(&server, &clock()).place(&buy_one()).await.expect_err("refused");
    assert_eq!(trouble.kind(), Some(Kind::Duplicate));
}

#[tokio::test]
async fn a_server_that_closes_after_each_answer_is_called_anew() {
    let body = sample("account_paper_current").into_bytes();
    let server = always(Answer::Last(200, String::new(), body)).await;
    let rest = client(&server, &clock());
    for _ in 0..5 {
        rest.account(Lane::Poll).await.expect("an account");
    }
    assert_eq!(server.asked().len(), 5);
}

#[tokio::test]
async fn nobody_there_is_known_to_have_done_nothing() {
    let mut gone = always(Answer::Cut).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    gone.address = format!("http://{}", listener.local_addr().expect("it has one"));
    drop(listener);
    let trouble = client(&gone, &clock()).place(&buy_one()).await.expect_err("nobody");
    assert!(matches!(trouble, Trouble::NotSent(_)) && trouble.is_undone(), "{trouble:?}");
}

#[tokio::test]
async fn a_call_that_is_not_answered_ends() {
    let (server, clock) = (always(Answer::Silence).await, clock());
    let rest = client(&server, &clock);
    let call = tokio::spawn(async move { rest.place(&buy_one()).await });
    let asked = async {
        while server.asked().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    soon("a call", asked).await;
    clock.advance_ms(10_000);
    let trouble = call.await.expect("no panic").expect_err("silence");
    assert_eq!(trouble.to_string(), "no clear answer from Alpaca: no answer within 10 s");
}

#[tokio::test]
async fn a_429_holds_polls_back_and_headers_are_believed() {
    let server = Server::start(|asked: &Asked| match asked.target.as_str() {
        "/v2/clock" => Answer::Full(429, String::new(), Vec::new()),
        "/v2/positions" => {
            let head = "X-RateLimit-Limit: 200\r\nX-RateLimit-Remaining: 40\r\n".to_owned();
            Answer::Full(200, head, b"[]".to_vec())
        }
        _ => json(200, sample("account_paper_current")),
    })
    .await;
    let clock = clock();
    let rest = Arc::new(client(&server, &clock));
    rest.positions().await.expect("none");
    assert_eq!(rest.left(), (40, 200), "others use the same keys");
    let poll = tokio::spawn({
        let rest = rest.clone();
        async move { rest.account(Lane::Poll).await }
    });
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
    assert_eq!(server.asked().len(), 1, "what is left is not for polls");
    clock.advance_ms(61_000);
    poll.await.expect("no panic").expect("an account");
    assert_eq!(rest.market_clock().await, Err(Trouble::Throttled));
    let until = clock.now().plus_ms(2_000);
    let late = tokio::spawn({
        let (rest, clock) = (rest.clone(), clock.clone());
        async move { rest.account(Lane::Submit).await.map(|_| clock.now()) }
    });
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
    clock.set(until);
    assert_eq!(late.await.expect("no panic"), Ok(until));
}
