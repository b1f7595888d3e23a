//! Orders a second over REST by eight connections, beside a server that answers without a thought.
//! Must never count an order that was refused.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use crate::market::{Caller, Market};
use crate::stage::proc;
use crate::stage::report::{bounded, heading, line, now, since};

const CONNECTIONS: usize = 8;
const LENGTH: Duration = Duration::from_secs(4);
/// Shares that are there to be sold before the others come.
const STOCK: usize = 500;

pub(crate) fn run() {
    heading(&format!("Orders over REST, {CONNECTIONS} connections for {} s", LENGTH.as_secs()));
    let idle = bare();
    let answers = rate(
        || Caller::new(TcpStream::connect(idle).expect("it listens")),
        |_| Caller::call("POST", "/v2/orders", ("", ""), &order("buy")),
    );
    let market = Market::start(&["--hours", "always"], 1);
    let key = market.key(1);
    let mut first = Caller::new(market.connect());
    let all = order("buy").replace("\"qty\":1,", &format!("\"qty\":{STOCK},"));
    assert!(first.ask(&Caller::call("POST", "/v2/orders", key, &all)), "it is taken");
    let before = proc::cpu(market.process());
    let orders = rate(
        || Caller::new(market.connect()),
        |number| {
            let side = if number % 2 == 0 { "buy" } else { "sell" };
            Caller::call("POST", "/v2/orders", key, &order(side))
        },
    );
    let worked = proc::cpu(market.process()).saturating_sub(before);
    bounded("orders taken and filled a second", orders, "/s", (">= 5000", orders >= 5_000.0));
    let share = format!("{:.2}", orders / answers);
    line(
        "  beside a server that only answers",
        (String::new(), format!("{answers:.0}/s")),
        &share,
        "",
    );
    let each = worked.as_secs_f64() / (orders * LENGTH.as_secs_f64()) * 1e6;
    line("  processor time of an order", (format!("{each:.1} us"), String::new()), "", "");
}

/// A cheap share at the market: filled at once.
fn order(side: &str) -> String {
    format!(
        "{{\"symbol\":\"PLUG\",\"qty\":1,\"side\":\"{side}\",\"type\":\"market\",\
         \"time_in_force\":\"day\"}}"
    )
}

/// Calls answered with a 200 in a second, over all connections.
fn rate(connect: impl Fn() -> Caller, call: impl Fn(usize) -> Vec<u8> + Sync) -> f64 {
    let callers: Vec<Caller> = (0..CONNECTIONS).map(|_| connect()).collect();
    let start = now();
    let count: u32 = thread::scope(|scope| {
        let busy = callers.into_iter().map(|mut caller| {
            let call = &call;
            scope.spawn(move || {
                let (mut fine, mut number) = (0_u32, 0_usize);
                let calls = [call(0), call(1)];
                while since(start) < LENGTH {
                    fine += u32::from(caller.ask(&calls[number % 2]));
                    number += 1;
                }
                fine
            })
        });
        let busy: Vec<_> = busy.collect();
        busy.into_iter().map(|one| one.join().expect("it calls")).sum()
    });
    f64::from(count) / since(start).as_secs_f64()
}

/// A server that reads a call and answers what an order is answered, a thread for each line.
fn bare() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let body = "x".repeat(1_000);
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    thread::spawn(move || {
        for stream in listener.incoming().take(CONNECTIONS).flatten() {
            let answer = answer.clone();
            thread::spawn(move || answer_all(stream, answer.as_bytes()));
        }
    });
    address
}

fn answer_all(mut stream: TcpStream, answer: &[u8]) {
    let mut bytes = [0; 4_096];
    // A call is one small packet, and the next comes only after its answer.
    while stream.read(&mut bytes).is_ok_and(|count| count > 0) {
        if stream.write_all(answer).is_err() {
            return;
        }
    }
}
