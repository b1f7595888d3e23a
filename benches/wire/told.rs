//! Market data told to four subscribers at once, and to a fifth that does not read.
//! Must never look into the messages: they are counted by their braces, so that counting is cheap.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use crate::market::Market;
use crate::stage::proc;
use crate::stage::report::{bounded, heading, line, now, since};

const SUBSCRIBERS: usize = 4;
const LENGTH: Duration = Duration::from_secs(5);
/// Market seconds in a second: the tape prints more than is to be told, and looks stay short.
const SPEED: &str = "400";

pub(crate) fn run() {
    heading(&format!("Market data to {SUBSCRIBERS} subscribers for {} s", LENGTH.as_secs()));
    let market = Market::start(&["--hours", "always", "--speed", SPEED], SUBSCRIBERS + 1);
    let lines: Vec<TcpStream> = (1..=SUBSCRIBERS).map(|one| subscribed(&market, one)).collect();
    let before = proc::cpu(market.process());
    let counts = told(lines);
    let worked = proc::cpu(market.process()).saturating_sub(before);
    let all: f64 = counts.iter().sum();
    let least = counts.iter().copied().fold(f64::INFINITY, f64::min);
    bounded("messages a second, all of them", all, "/s", (">= 100000", all >= 100_000.0));
    line("  the slowest of them", (format!("{least:.0}/s"), String::new()), "", "");
    let each = worked.as_secs_f64() / (all * LENGTH.as_secs_f64()) * 1e6;
    line("  processor time of a message", (format!("{each:.2} us"), String::new()), "", "");
    let lines: Vec<TcpStream> = (1..=SUBSCRIBERS).map(|one| subscribed(&market, one)).collect();
    let silent = subscribed(&market, SUBSCRIBERS + 1);
    let memory = proc::mib(market.process(), "RssAnon");
    told(lines);
    let grown = proc::mib(market.process(), "RssAnon") - memory;
    bounded("memory beside one that does not read", grown, " MiB", ("<= 16", grown <= 16.0));
    drop(silent);
}

/// A socket that has asked for all trades and quotes.
fn subscribed(market: &Market, account: usize) -> TcpStream {
    let mut stream = market.connect();
    let (id, secret) = market.key(account);
    let head = format!(
        "GET /v2/sip HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         APCA-API-KEY-ID: {id}\r\nAPCA-API-SECRET-KEY: {secret}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).expect("it reads");
    let wish = b"{\"action\":\"subscribe\",\"trades\":[\"*\"],\"quotes\":[\"*\"]}";
    let length = u8::try_from(wish.len()).expect("short");
    // A mask of zeros changes nothing and is a mask.
    let frame = [&[0x81, 0x80 | length, 0, 0, 0, 0][..], wish].concat();
    stream.write_all(&frame).expect("it reads");
    let (mut bytes, mut answer) = ([0; 4_096], Vec::new());
    while !answer.windows(14).any(|part| part == b"\"subscription\"") {
        let count = stream.read(&mut bytes).expect("it answers");
        assert!(count > 0, "{}", String::from_utf8_lossy(&answer));
        answer.extend_from_slice(&bytes[..count]);
    }
    stream
}

/// Messages a second that each of them was told.
fn told(lines: Vec<TcpStream>) -> Vec<f64> {
    let start = now();
    thread::scope(|scope| {
        let busy = lines.into_iter().map(|mut stream| {
            scope.spawn(move || {
                let (mut bytes, mut count) = (vec![0; 1 << 18], 0_usize);
                while since(start) < LENGTH {
                    let read = stream.read(&mut bytes).expect("it goes on");
                    assert!(read > 0, "the line stays");
                    count +=
                        bytes[..read].iter().map(|&byte| usize::from(byte == b'{')).sum::<usize>();
                }
                f64::from(u32::try_from(count).expect("it fits")) / since(start).as_secs_f64()
            })
        });
        let busy: Vec<_> = busy.collect();
        busy.into_iter().map(|one| one.join().expect("it reads")).collect()
    })
}
