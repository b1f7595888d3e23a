//! The market-data stream read and applied to the price book, beside two other clients.
//! Must never give one of them other frames than the others: all read the same file.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use trading_desk::desk::prices::PriceBoard;
use trading_desk::domain::symbols::Symbol;
use trading_desk::venue::alpaca::keys::Keys;
use trading_desk::venue::alpaca::stream::line::Talk;
use trading_desk::venue::alpaca::stream::pictures::Pictures;
use trading_desk::venue::alpaca::stream::prices::{News, Prices, Said};
use trading_desk::venue::alpaca::wire::data::Snapshot;

use crate::stage::proc;
use crate::stage::report::{folder, heading, line, median, ratio, time, word};

const MESSAGES: u32 = 200_000;
const SYMBOLS: u64 = 130;
const ROUNDS: usize = 7;
/// Rounds of the slow yardstick.
const SLOW_ROUNDS: usize = 3;
/// Where the yardsticks are, once somebody has made them.
const PYTHON: &str = "target/yardsticks/bin/python";
const APCA: &str = "benches/yardsticks/apca/target/release/yardstick-apca";

pub(crate) fn run() {
    let folder = folder("wire");
    let frames = frames();
    let path = folder.join("frames.jsonl");
    fs::write(&path, frames.join("\n")).expect("room");
    let bytes: usize = frames.iter().map(String::len).sum();
    println!("{MESSAGES} messages, {} bytes each", bytes / MESSAGES as usize);
    let mut ours: Vec<Duration> = (0..ROUNDS).map(|_| apply_all(&frames)).collect();
    let ours = median(&mut ours);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = |rounds| {
        let mut command = Command::new(root.join(PYTHON));
        command.arg(root.join("benches/yardsticks/alpaca_py.py")).arg(&path).arg(rounds);
        command
    };
    let apca = |rounds| {
        let mut command = Command::new(root.join(APCA));
        command.arg(&path).arg(rounds);
        command
    };
    heading("Market data read and applied to the price book, one core");
    beside("alpaca-py, to its models", ours, timed(python(SLOW_ROUNDS.to_string())), (15.0, 40.0));
    beside("apca", ours, timed(apca(ROUNDS.to_string())), (4.0, 4.0));
    fs::remove_dir_all(&folder).expect("the folder is ours");
}

/// A line for a yardstick; `least` times it is the goal, `aim` what is aimed at.
fn beside(what: &str, ours: Duration, other: Option<Duration>, (least, aim): (f64, f64)) {
    let Some(other) = other else {
        return line(what, (time(ours / MESSAGES), "not at hand".to_owned()), "", "");
    };
    let times = ratio(other, ours);
    let goal =
        format!(">= {least} x: {}, aim {aim} x: {}", word(times >= least), word(times >= aim));
    line(what, (time(ours / MESSAGES), time(other / MESSAGES)), &format!("{times:.1}"), &goal);
}

/// The median time of a program's rounds; none where it is not at hand.
fn timed(mut command: Command) -> Option<Duration> {
    let output = command.output().ok()?;
    let words = String::from_utf8(output.stdout).ok()?;
    let of_line = |line: &str| {
        let (count, seconds) = line.split_once(' ')?;
        assert_eq!(count, MESSAGES.to_string(), "it read all of them");
        Some(Duration::from_secs_f64(seconds.trim().parse().ok()?))
    };
    let mut times: Vec<Duration> = words.lines().filter_map(of_line).collect();
    if times.is_empty() {
        eprintln!("{}", String::from_utf8_lossy(&output.stderr));
        return None;
    }
    Some(median(&mut times))
}

/// All frames as the client takes them: heard, applied to the pictures, put on the board.
fn apply_all(frames: &[String]) -> Duration {
    let mut talk = Prices::new(Keys::new("PKBENCH", "secret").expect("a pair"));
    let mut pictures = Pictures::default();
    let shot: Snapshot = serde_json::from_str(
        "{\"latestTrade\":{\"t\":\"2026-11-20T14:00:00Z\",\"p\":10,\"s\":5,\"i\":7}}",
    )
    .expect("a snapshot");
    for number in 0..SYMBOLS {
        let symbol = Symbol::parse(&name(number)).expect("plain");
        pictures.snapshot(symbol, &shot, false, None).expect("a picture");
    }
    let board = PriceBoard::new();
    // Time that others took does not count, for none of the three.
    let start = proc::cpu(std::process::id());
    for frame in frames {
        for said in talk.heard(frame.as_bytes()).said {
            let Said::News(news) = said else { continue };
            for one in &news {
                match one {
                    News::Tick(tick) => pictures.tick(tick),
                    News::Item(item) => pictures.apply(item),
                }
            }
        }
        board.put(&pictures.take_changed());
    }
    let taken = proc::cpu(std::process::id()).saturating_sub(start);
    assert_eq!(talk.unknown(), 0, "all of it was read");
    assert!(board.get(Symbol::parse(&name(0)).expect("plain")).is_some());
    taken
}

/// Numbers that look like chance and are the same each time.
struct Draw(u64);

impl Draw {
    const fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

fn name(number: u64) -> String {
    let letter = |place: u64| char::from(b'A' + u8::try_from(place % 26).expect("a letter"));
    let mut name = String::from_iter([letter(number), letter(number / 26), letter(number / 7)]);
    if number.is_multiple_of(3) {
        name.push(letter(number / 5));
    }
    // No two numbers share a name.
    name.push(letter(number / 26));
    name
}

/// Frames as Alpaca sends them: 80 quotes, 19 trades and a bar in a hundred, some symbols far
/// busier than others, about six and a half messages a frame.
fn frames() -> Vec<String> {
    let mut draw = Draw(0x9E37_79B9_7F4A_7C15);
    let (mut frames, mut left, mut at) = (Vec::new(), MESSAGES, 0_u64);
    while left > 0 {
        let count = u32::try_from(1 + draw.below(12)).expect("small").min(left);
        left -= count;
        let mut frame = "[".to_owned();
        for index in 0..count {
            if index > 0 {
                frame.push(',');
            }
            at += draw.below(30_000);
            message(&mut frame, &mut draw, at);
        }
        frame.push(']');
        frames.push(frame);
    }
    frames
}

fn message(frame: &mut String, draw: &mut Draw, at: u64) {
    let least = draw.below(SYMBOLS).min(draw.below(SYMBOLS));
    let symbol = name(least);
    let cents = 1_000 + least * 97 + draw.below(60);
    let price = |cents: u64| format!("{}.{:02}", cents / 100, cents % 100);
    let price = |cents| price(cents).trim_end_matches('0').trim_end_matches('.').to_owned();
    let t = format!(
        "2026-11-20T15:{:02}:{:02}.{:06}Z",
        at / 60_000_000,
        at / 1_000_000 % 60,
        at % 1_000_000
    );
    let kind = draw.below(100);
    let (bid, ask) = (price(cents), price(cents + 1 + draw.below(3)));
    let (size, other) = (1 + draw.below(900), 1 + draw.below(900));
    let written = if kind < 80 {
        write!(
            frame,
            "{{\"T\":\"q\",\"S\":\"{symbol}\",\"bx\":\"V\",\"bp\":{bid},\"bs\":{size},\
             \"ax\":\"Q\",\"ap\":{ask},\"as\":{other},\"c\":[\"R\"],\"t\":\"{t}\",\"z\":\"C\"}}"
        )
    } else if kind < 99 {
        write!(
            frame,
            "{{\"T\":\"t\",\"S\":\"{symbol}\",\"i\":{at},\"x\":\"V\",\"p\":{bid},\"s\":{size},\
             \"c\":[\"@\"],\"t\":\"{t}\",\"z\":\"C\"}}"
        )
    } else {
        write!(
            frame,
            "{{\"T\":\"b\",\"S\":\"{symbol}\",\"o\":{bid},\"h\":{ask},\"l\":{bid},\"c\":{ask},\
             \"v\":{size},\"n\":{other},\"vw\":{bid},\"t\":\"{t}\"}}"
        )
    };
    written.expect("a string takes all");
}
