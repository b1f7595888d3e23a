//! The venue against a broker of the tests' own: placing, canceling, replacing, polling, streams.
//! Must never wait for real time: the clock is moved by hand.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::sync::mpsc;
use trading_desk::clock::ManualClock;
use trading_desk::desk::entropy::Entropy;
use trading_desk::desk::port::{Errand, Feed, Followed, Market, StreamState, Ticket, Venue};
use trading_desk::desk::prices::PriceBoard;
use trading_desk::domain::ids::{ClientOrderId, OrderId};
use trading_desk::domain::lifecycle::{Report, ReportKind};
use trading_desk::domain::numbers::{Price, Qty};
use trading_desk::domain::orders::{OrderType, Side, TimeInForce};
use trading_desk::domain::special::Special;
use trading_desk::domain::symbols::Symbol;
use trading_desk::domain::time::DeskTime;
use trading_desk::venue::alpaca::keys::{Given, Hosts, Keys};
use trading_desk::venue::alpaca::{Alpaca, Options};

use super::calls::sample;
use super::server::{Answer, Asked, Server, Socket, json};
use crate::patience::soon;

mod lines;

const ID: &str = "00000000-0000-0000-0000-000000000001";

/// An order as the broker tells it.
fn told(id: &str, status: &str, filled: &str, more: &str) -> String {
    format!(
        "{{\"id\":\"venue-{id}\",\"client_order_id\":\"{id}\",{}\"symbol\":\"AAPL\",\
         \"qty\":\"10\",\"filled_qty\":\"{filled}\",\"order_class\":\"\",\"type\":\"limit\",\
         \"side\":\"buy\",\"time_in_force\":\"day\",\"limit_price\":\"10\",\"status\":\"{status}\",\
         \"extended_hours\":false{more}}}",
        "\"created_at\":\"2026-11-20T15:00:00Z\",\"updated_at\":\"2026-11-20T15:00:01Z\",\
         \"submitted_at\":\"2026-11-20T15:00:00Z\",\"asset_id\":\"x\","
    )
}

fn fill(id: &str, quantity: &str, total: &str) -> String {
    format!(
        "{{\"id\":\"20261120::{total}\",\"activity_type\":\"FILL\",\"order_id\":\"venue-{id}\",\
         \"qty\":\"{quantity}\",\"cum_qty\":\"{total}\",\"price\":\"10.01\",\
         \"transaction_time\":\"2026-11-20T15:00:01Z\"}}"
    )
}

const NOT_FOUND: &str = "{\"code\":40410000,\"message\":\"order not found\"}";

/// What every start asks, quietly answered; none for what a test has to answer itself.
fn quiet(asked: &Asked) -> Option<Answer> {
    let path = asked.target.split('?').next().unwrap_or_default();
    match (asked.method.as_str(), path) {
        ("GET", "/v2/account") => {
            let account = sample("account_paper_current");
            Some(json(200, account))
        }
        ("GET", "/v2/assets") => Some(json(200, sample("assets_two_equities"))),
        ("GET", "/v2/account/activities/FILL" | "/v2/orders" | "/v2/positions") => {
            Some(json(200, "[]"))
        }
        ("GET", "/stream" | "/v2/iex") => Some(Answer::Upgrade),
        ("GET", "/v2/stocks/snapshots") => Some(json(200, "{}")),
        _ => None,
    }
}

struct Table {
    server: Server,
    alpaca: Arc<Alpaca>,
    feed: mpsc::Receiver<Feed>,
    board: PriceBoard,
    clock: ManualClock,
    /// How often the money was told: each round of polling ends with it.
    rounds: usize,
}

async fn table(script: impl Fn(&Asked) -> Option<Answer> + Send + Sync + 'static) -> Table {
    let server = Server::start(move |asked| {
        let answer = script(asked).or_else(|| quiet(asked));
        answer.unwrap_or_else(|| json(404, NOT_FOUND))
    })
    .await;
    let clock = ManualClock::new(DeskTime::from_ns(1_795_000_000_000_000_000));
    let given = Given { base: Some(server.address.clone()), ..Given::default() };
    let account: serde_json::Value =
        serde_json::from_str(&sample("account_paper_current")).expect("JSON");
    let options = Options {
        keys: Keys::new("PKTEST", "canary").expect("a pair"),
        hosts: Hosts::of(&given).expect("this machine"),
        account_number: account["account_number"].as_str().expect("a number").to_owned(),
        assets_file: None,
        chance: Entropy::from_number(1),
    };
    let (says, feed) = mpsc::channel(1_024);
    let board = PriceBoard::new();
    let alpaca = Alpaca::start(options, Arc::new(clock.clone()), board.clone(), says);
    Table { server, alpaca, feed, board, clock, rounds: 0 }
}

fn ticket() -> Ticket {
    Ticket {
        client_id: ClientOrderId::of(OrderId(ID.parse().expect("an id")), 1),
        symbol: Symbol::parse("AAPL").expect("plain"),
        side: Side::Buy,
        quantity: Qty::shares(10),
        order_type: OrderType::Limit { limit: Price::cents(1_000) },
        time_in_force: TimeInForce::Day,
        special: Special::default(),
    }
}

fn kinds(reports: &[Report]) -> Vec<&ReportKind> {
    reports.iter().map(|report| &report.kind).collect()
}

impl Table {
    async fn send(&self, errand: Errand) -> Vec<Report> {
        self.alpaca.send(errand).await
    }
    fn asked(&self, line: &str) -> usize {
        self.server.lines().iter().filter(|asked| asked.starts_with(line)).count()
    }
    /// Waits until the broker was asked for something so many times.
    async fn until_asked(&self, line: &str, times: usize) {
        let asked = async {
            while self.asked(line) < times {
                tokio::task::yield_now().await;
            }
        };
        soon(line, asked).await;
    }
    async fn heard(&mut self) -> Feed {
        let heard = soon("a word of the venue", self.feed.recv()).await.expect("it goes on");
        // What the account holds is the last word of a round.
        self.rounds += usize::from(matches!(heard, Feed::Standing(_)));
        heard
    }
    /// The next report on the feed.
    async fn report(&mut self) -> Report {
        loop {
            if let Feed::Report(report) = self.heard().await {
                return report;
            }
        }
    }
    /// The next state of the line on the feed.
    async fn state(&mut self) -> StreamState {
        loop {
            if let Feed::Stream(state) = self.heard().await {
                return state;
            }
        }
    }
    /// Waits until so many rounds of polling are over, and the next is waited for.
    async fn polled(&mut self, rounds: usize) {
        while self.rounds < rounds {
            self.heard().await;
        }
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
    }
    /// The next WebSocket to this path.
    async fn socket(&mut self, path: &str) -> Socket {
        loop {
            let socket = soon(path, self.server.sockets.recv()).await.expect("it goes on");
            if socket.path == path {
                return socket;
            }
        }
    }
    /// The trade stream, signed in.
    async fn trades(&mut self) -> Socket {
        let mut socket = self.socket("/stream").await;
        let auth = socket.heard().await.expect("it speaks first");
        assert!(auth.contains("\"authenticate\"") && auth.contains("PKTEST"), "{auth}");
        let data = "{\"status\":\"authorized\",\"action\":\"authenticate\"}";
        let yes = format!("{{\"stream\":\"authorization\",\"data\":{data}}}");
        socket.send_binary(&yes).await;
        assert!(socket.heard().await.expect("it listens").contains("\"listen\""));
        let data = "{\"streams\":[\"trade_updates\"]}";
        socket.send_binary(&format!("{{\"stream\":\"listening\",\"data\":{data}}}")).await;
        socket
    }
}

#[tokio::test]
async fn an_order_that_may_have_arrived_is_looked_for_and_never_placed_twice() {
    let table = table(|asked: &Asked| match asked.method.as_str() {
        "POST" => Some(Answer::Full(504, String::new(), b"<html>".to_vec())),
        _ if asked.target.contains("orders:by_client") => Some(json(200, told(ID, "new", "0", ""))),
        _ => None,
    })
    .await;
    let reports = table.send(Errand::Submit(ticket())).await;
    assert_eq!(kinds(&reports), [&ReportKind::Acked, &ReportKind::Working]);
    assert_eq!(table.asked("POST"), 1);
}

#[tokio::test]
async fn an_order_that_did_not_arrive_is_placed_again_under_the_same_id() {
    let tries = AtomicUsize::new(0);
    let table = table(move |asked: &Asked| match asked.method.as_str() {
        "POST" if tries.fetch_add(1, Ordering::Relaxed) == 0 => Some(Answer::Cut),
        "POST" => Some(json(200, told(ID, "pending_new", "0", ""))),
        _ => None,
    })
    .await;
    let reports = table.send(Errand::Submit(ticket())).await;
    assert_eq!(kinds(&reports), [&ReportKind::Acked]);
    let placed = table.server.asked().into_iter().filter(|asked| asked.method == "POST");
    let bodies: Vec<String> = placed.map(|asked| asked.body).collect();
    assert_eq!(bodies.len(), 2);
    assert!(bodies[0] == bodies[1] && bodies[0].contains(ID), "{bodies:?}");
    let between: Vec<String> = table.server.lines();
    let first = between.iter().position(|line| line.starts_with("POST")).expect("placed");
    let looked = between[first..].iter().any(|line| line.contains("orders:by_client"));
    assert!(looked, "looked for before it is placed again: {between:?}");
}

#[tokio::test]
async fn without_a_clear_answer_the_fate_stays_unknown() {
    let table = table(|asked: &Asked| match asked.method.as_str() {
        "POST" => Some(Answer::Cut),
        _ if asked.target.contains("orders:by_client") => Some(json(500, "{}")),
        _ => None,
    })
    .await;
    let reports = table.send(Errand::Submit(ticket())).await;
    assert!(matches!(kinds(&reports)[..], [ReportKind::Unclear { .. }]), "{reports:?}");
    assert_eq!(table.asked("POST"), 1);
}

#[tokio::test]
async fn an_id_that_was_used_is_the_order_that_has_it() {
    let table = table(|asked: &Asked| match asked.method.as_str() {
        "POST" => Some(json(422, sample("error_422_duplicate_client_order_id"))),
        _ if asked.target.contains("orders:by_client") => {
            Some(json(200, told(ID, "filled", "10", "")))
        }
        _ if asked.target.contains("/activities/FILL") => {
            Some(json(200, format!("[{},{}]", fill(ID, "4", "4"), fill(ID, "6", "10"))))
        }
        _ => None,
    })
    .await;
    let reports = table.send(Errand::Submit(ticket())).await;
    let [ReportKind::Acked, ReportKind::Filled { total: first, .. }, last] = kinds(&reports)[..]
    else {
        panic!("{reports:?}");
    };
    assert_eq!(*first, Qty::shares(4));
    let whole = Qty::shares(10);
    assert!(matches!(last, ReportKind::Filled { total, .. } if *total == whole), "{last:?}");
}

#[tokio::test]
async fn a_refusal_comes_in_the_brokers_words_and_in_ours() {
    let table = table(|asked: &Asked| {
        let refusal = sample("error_403_insufficient_buying_power");
        (asked.method == "POST").then(|| json(403, refusal))
    })
    .await;
    let reports = table.send(Errand::Submit(ticket())).await;
    let [ReportKind::Rejected { reason }] = kinds(&reports)[..] else { panic!("{reports:?}") };
    assert!(reason.starts_with("insufficient buying power"), "{reason}");
    assert!(reason.ends_with("the account has too little to buy with"), "{reason}");
}

#[tokio::test]
async fn a_cancel_tells_what_came_of_it() {
    let canceled = AtomicUsize::new(0);
    let table = table(move |asked: &Asked| match asked.method.as_str() {
        "DELETE" if canceled.fetch_add(1, Ordering::Relaxed) == 0 => {
            Some(Answer::Full(204, String::new(), Vec::new()))
        }
        "DELETE" => Some(json(
            422,
            "{\"code\":42210000,\"message\":\"order is already in \\\"filled\\\" state\"}",
        )),
        _ if asked.target.contains("orders:by_client") => {
            Some(json(200, told(ID, "canceled", "0", "")))
        }
        _ => None,
    })
    .await;
    let cancel = Errand::Cancel { client_id: ticket().client_id };
    let reports = table.send(cancel.clone()).await;
    let end = ReportKind::Canceled { total: Qty::ZERO };
    assert_eq!(kinds(&reports), [&ReportKind::Acked, &end]);
    assert_eq!(table.asked(&format!("DELETE /v2/orders/venue-{ID}")), 1);
    let reports = table.send(cancel).await;
    let last = reports.last().expect("an answer").kind.clone();
    assert!(matches!(last, ReportKind::CancelRejected { .. }), "{reports:?}");
    let unknown = ClientOrderId::from_outside("unknown");
    let stranger = self::table(|_| None).await;
    let reports = stranger.send(Errand::Cancel { client_id: unknown }).await;
    assert_eq!(kinds(&reports), [&ReportKind::NotFound]);
}

#[tokio::test]
async fn an_order_is_changed_in_place_and_one_that_was_filled_in_part_is_followed() {
    let new_id = format!("{ID}-2");
    let new = Ticket {
        client_id: ClientOrderId::from_outside(&new_id),
        quantity: Qty::shares(6),
        ..ticket()
    };
    let old = ticket().client_id;
    let made = new_id.clone();
    let is_changed = AtomicUsize::new(0);
    let fresh = table(move |asked: &Asked| match asked.method.as_str() {
        "PATCH" => {
            is_changed.store(1, Ordering::Relaxed);
            Some(json(200, told(&made, "accepted", "0", "")))
        }
        _ if asked.target.ends_with(&format!("client_order_id={ID}")) => {
            let by = format!(",\"replaced_by\":\"venue-{made}\"");
            let is_changed = is_changed.load(Ordering::Relaxed) == 1;
            let status = if is_changed { "replaced" } else { "new" };
            Some(json(200, told(ID, status, "0", if is_changed { &by } else { "" })))
        }
        _ => None,
    })
    .await;
    let errand = |filled| Errand::Replace { old: old.clone(), filled, new: new.clone() };
    let reports = fresh.send(errand(Qty::ZERO)).await;
    let by = new.client_id.clone();
    let replaced = ReportKind::Replaced { by: by.clone(), total: Qty::ZERO };
    assert!(kinds(&reports).contains(&&replaced), "{reports:?}");
    assert!(reports.iter().any(|report| report.client_id == by), "{reports:?}");

    let made = new_id.clone();
    let partly = table(move |asked: &Asked| match asked.method.as_str() {
        "POST" => Some(json(200, told(&made, "new", "0", ""))),
        "DELETE" => Some(Answer::Full(204, String::new(), Vec::new())),
        _ if asked.target.ends_with(&format!("client_order_id={ID}")) => {
            Some(json(200, told(ID, "partially_filled", "4", "")))
        }
        _ if asked.target.starts_with("/v2/orders/venue-") => {
            Some(json(200, told(ID, "canceled", "4", "")))
        }
        _ if asked.target.contains("/activities/FILL") => {
            Some(json(200, format!("[{}]", fill(ID, "4", "4"))))
        }
        _ => None,
    })
    .await;
    let reports = partly.send(errand(Qty::shares(4))).await;
    let replaced = ReportKind::Replaced { by, total: Qty::shares(4) };
    assert!(kinds(&reports).contains(&&replaced), "{reports:?}");
    assert_eq!((partly.asked("POST"), partly.asked("PATCH")), (1, 0));
    let reports = partly.send(errand(Qty::shares(1))).await;
    let last = &reports.last().expect("an answer").kind;
    assert!(matches!(last, ReportKind::ReplaceRejected { .. }), "more was filled: {reports:?}");
    assert_eq!(partly.asked("POST"), 1);
}

#[tokio::test]
async fn executions_come_by_the_stream_and_what_it_loses_is_polled() {
    let fills: Arc<Mutex<String>> = Arc::new(Mutex::new("[]".to_owned()));
    let listed = fills.clone();
    let mut table = table(move |asked: &Asked| match asked.target.as_str() {
        target if target.contains("/activities/FILL") => {
            Some(json(200, listed.lock().expect("no panic").clone()))
        }
        target if target.starts_with(&format!("/v2/orders/venue-{ID}")) => {
            Some(json(200, told(ID, "filled", "10", "")))
        }
        _ => None,
    })
    .await;
    let mut socket = table.trades().await;
    table.polled(2).await;
    let order = told(ID, "partially_filled", "4", "");
    let update = format!(
        "{{\"stream\":\"trade_updates\",\"data\":{{\"event\":\"partial_fill\",\"qty\":\"4\",\
         \"price\":\"10.01\",\"execution_id\":\"e1\",\"order\":{order}}}}}"
    );
    socket.send_binary(&update).await;
    let report = table.report().await;
    assert!(matches!(report.kind, ReportKind::Filled { total, .. } if total == Qty::shares(4)));
    // The rest is lost on the way; the list has it.
    *fills.lock().expect("no panic") = format!("[{}]", fill(ID, "6", "10"));
    table.clock.advance_ms(15_000);
    let report = table.report().await;
    assert!(matches!(report.kind, ReportKind::Filled { total, .. } if total == Qty::shares(10)));
}
