//! Reads the frames of a file with the types of the `apca` crate, and prints how long it took.
//! Must never read what the bench beside it does not: same frames, same book of bid and ask.
//!
//! SPDX-License-Identifier: GPL-3.0-or-later

use std::collections::BTreeMap;

use apca::data::v2::stream::DataMessage;

/// Nanoseconds that this program has worked: time that others took does not count.
fn worked_ns() -> u64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").expect("Linux tells it");
    text.split(' ').next().and_then(|first| first.parse().ok()).expect("a number")
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().expect("a file of frames, one a line");
    let rounds: usize = arguments.next().map_or(5, |text| text.parse().expect("rounds"));
    let text = std::fs::read_to_string(path).expect("the frames are there");
    let frames: Vec<&str> = text.lines().collect();
    for _ in 0..rounds {
        let (start, mut count) = (worked_ns(), 0_usize);
        let mut quotes = BTreeMap::new();
        let mut trades = BTreeMap::new();
        for frame in &frames {
            let messages: Vec<DataMessage> = serde_json::from_str(frame).expect("a frame");
            for message in messages {
                count += 1;
                match message {
                    DataMessage::Quote(quote) => {
                        quotes.insert(quote.symbol, (quote.bid_price, quote.ask_price));
                    }
                    DataMessage::Trade(trade) => {
                        trades.insert(trade.symbol, trade.trade_price);
                    }
                    _ => {}
                }
            }
        }
        println!("{count} {}", (worked_ns() - start) as f64 / 1e9);
    }
}
