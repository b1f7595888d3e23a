//! Lines that are refused, end or fall silent: what is asked meanwhile, when one is dialled again.
//! Must never wait for real time: the clock is moved by hand.

use super::*;

#[tokio::test]
async fn while_the_stream_is_refused_fills_are_polled_every_five_seconds() {
    let mut table = table(|asked: &Asked| {
        let is_socket = asked.target == "/stream" || asked.target == "/v2/iex";
        is_socket.then(|| Answer::Full(429, String::new(), Vec::new()))
    })
    .await;
    assert!(matches!(table.state().await, StreamState::Reconnecting(_) | StreamState::Offline));
    for round in 1..6 {
        table.polled(round).await;
        table.clock.advance_ms(5_000);
    }
    assert_eq!(table.asked("GET /v2/account/activities/FILL"), 5);
    assert!(table.asked("GET /stream") <= 5, "it is not hammered");
}

#[tokio::test]
async fn after_a_new_line_everything_is_asked_for_at_once() {
    let mut table = table(|_| None).await;
    let socket = table.trades().await;
    table.until_asked("GET /v2/account/activities/FILL", 2).await;
    let before = table.asked("GET /v2/account/activities/FILL");
    socket.close().await;
    let again = async {
        loop {
            table.clock.advance_ms(100);
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
            let socket = table.server.sockets.try_recv().ok();
            if let Some(socket) = socket.filter(|socket| socket.path == "/stream") {
                return socket;
            }
        }
    };
    let mut socket = soon("another line", again).await;
    assert!(socket.heard().await.expect("it speaks").contains("authenticate"));
    let data = "{\"status\":\"authorized\",\"action\":\"authenticate\"}";
    socket.send(&format!("{{\"stream\":\"authorization\",\"data\":{data}}}")).await;
    socket.heard().await.expect("it listens");
    let data = "{\"streams\":[\"trade_updates\"]}";
    socket.send(&format!("{{\"stream\":\"listening\",\"data\":{data}}}")).await;
    table.until_asked("GET /v2/account/activities/FILL", before + 1).await;
}

#[tokio::test]
async fn a_line_that_answers_no_ping_is_let_go_and_dialled_again() {
    let mut table = table(|_| None).await;
    let silent = table.trades().await.into_silence();
    let mut dialled = false;
    for _ in 0..400 {
        table.clock.advance_ms(100);
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        dialled |= table.server.sockets.try_recv().is_ok_and(|one| one.path == "/stream");
        if dialled {
            break;
        }
    }
    drop(silent);
    assert!(dialled, "twenty seconds of silence are the end of a line");
}

#[tokio::test]
async fn prices_come_by_the_stream_where_there_is_room_and_by_polls_where_not() {
    let shots = sample("stock_snapshots");
    let mut table = table(move |asked: &Asked| {
        asked.target.starts_with("/v2/stocks/snapshots").then(|| json(200, shots.clone()))
    })
    .await;
    let symbols = ["AAPL", "MSFT"].map(|name| Symbol::parse(name).expect("plain"));
    let held = [symbols[0]].into();
    table.alpaca.follow(Followed { held, shown: symbols.to_vec(), ..Followed::default() });
    let mut socket = table.socket("/v2/iex").await;
    socket.send("[{\"T\":\"success\",\"msg\":\"connected\"}]").await;
    assert!(socket.heard().await.expect("it signs in").contains("\"auth\""));
    socket.send("[{\"T\":\"success\",\"msg\":\"authenticated\"}]").await;
    assert!(socket.heard().await.expect("it subscribes").contains("[\"AAPL\",\"MSFT\"]"));
    socket.send("[{\"T\":\"error\",\"code\":405,\"msg\":\"symbol limit exceeded\"}]").await;
    let fewer = socket.heard().await.expect("it asks for less");
    assert!(fewer.contains("[\"AAPL\"]"), "what is held comes first: {fewer}");
    let both = "\"trades\":[\"AAPL\"],\"quotes\":[\"AAPL\"]";
    socket.send(&format!("[{{\"T\":\"subscription\",{both}}}]")).await;
    let trade = "{\"T\":\"t\",\"S\":\"AAPL\",\"i\":1,\"p\":140.25,\"s\":5,\"c\":[\"@\"],\
                 \"t\":\"2026-11-20T15:00:00Z\"}";
    let traded = Price::cents(14_025);
    let mut watch = table.board.watch();
    let told = async {
        while table.board.get(symbols[0]).is_none_or(|ticker| ticker.last != traded) {
            socket.send(&format!("[{trade}]")).await;
            watch.take();
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
        }
    };
    soon("a streamed price", told).await;
    let streamed = table.board.get(symbols[0]).expect("a picture");
    assert!(!streamed.polled, "it was told");
    let polled = table.board.get(symbols[1]).expect("a picture");
    assert!(polled.polled, "it is marked as asked for");
}

#[tokio::test]
async fn what_the_account_holds_is_told_and_orders_made_elsewhere_are_shown() {
    let mut table = table(|asked: &Asked| match asked.target.split('?').next() {
        Some("/v2/positions") => Some(json(200, sample("positions_list"))),
        Some("/v2/orders") => {
            let ours = told(ID, "new", "0", "");
            let theirs = told("typed-by-hand", "new", "0", "");
            Some(json(200, format!("[{ours},{theirs}]")))
        }
        _ => None,
    })
    .await;
    let standing = loop {
        if let Feed::Standing(standing) = table.heard().await {
            break standing;
        }
    };
    let positions: Vec<serde_json::Value> =
        serde_json::from_str(&sample("positions_list")).expect("JSON");
    assert_eq!(standing.holdings.len(), positions.len());
    for held in positions {
        let symbol = Symbol::parse(held["symbol"].as_str().expect("text")).expect("plain");
        let quantity = Qty::parse_signed(held["qty"].as_str().expect("text")).expect("a quantity");
        assert_eq!(standing.holdings[&symbol].quantity, quantity, "{symbol}");
    }
    let foreign: Vec<&str> = standing.foreign.iter().map(|one| one.venue_id.as_str()).collect();
    assert_eq!(foreign, ["venue-typed-by-hand"]);
    assert_eq!(table.asked("DELETE") + table.asked("PATCH"), 0, "they are left alone");
}
