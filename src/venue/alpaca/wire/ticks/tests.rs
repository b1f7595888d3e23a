//! The short way against the long one: what both read is the same, and odd things go the long way.
//! Must never depend on chance: the same messages each time.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use super::{Message, Reader, Tick};
use crate::venue::alpaca::wire::feed::Item;

const TRADE: &str = "{\"T\":\"t\",\"S\":\"AAPL\",\"i\":52983525029461,\"x\":\"V\",\"p\":134.7,\
    \"s\":300,\"c\":[\"@\",\"I\"],\"t\":\"2026-11-20T15:00:00.123456789Z\",\"z\":\"C\"}";
const QUOTE: &str = "{\"T\":\"q\",\"S\":\"BRK.B\",\"bx\":\"U\",\"bp\":87.66,\"bs\":1,\"ax\":\"Q\",\
    \"ap\":87.6812,\"as\":4,\"c\":[\"R\"],\"t\":\"2026-11-20T15:00:00Z\",\"z\":\"C\"}";

/// What a frame is read as, message by message: ticks, and the texts that go the long way.
fn read(frame: &str) -> (Vec<Result<Tick, String>>, bool) {
    let mut found = Vec::new();
    let read = Reader::new().read(frame, |message| {
        found.push(match message {
            Message::Tick(tick) => Ok(tick),
            Message::Raw(text) => Err(text.to_owned()),
        });
    });
    (found, read.is_ok())
}

#[test]
fn the_usual_form_goes_the_short_way_and_says_the_same() {
    for text in [TRADE, QUOTE] {
        let long = Tick::of(&Item::read(text).expect("it is sound"));
        let (found, is_list) = read(&format!("[{text},{text}]"));
        assert!(is_list);
        let found: Vec<Option<Tick>> = found.into_iter().map(Result::ok).collect();
        assert_eq!(found, [long, long], "{text}");
    }
    let Some(Tick::Trade(trade)) = Tick::of(&Item::read(TRADE).expect("sound")) else { panic!() };
    assert!(!trade.tells_last, "an odd lot");
    assert_eq!((trade.id, trade.price.plain().as_str()), (Some(52_983_525_029_461), "134.70"));
}

#[test]
fn any_other_form_goes_the_long_way_whole() {
    for (from, to) in [
        ("\"p\":134.7", "\"p\": 134.7"),
        ("\"p\":134.7", "\"p\":1.347e2"),
        ("\"p\":134.7", "\"p\":\"134.7\""),
        ("\"p\":134.7", "\"p\":134.7123456789"),
        ("\"p\":134.7", "\"p\":0134.7"),
        ("\"p\":134.7", "\"p\":134."),
        ("\"p\":134.7", "\"p\":-134.7"),
        ("\"p\":134.7", "\"p\":99999999999"),
        ("\"p\":134.7", "\"new\":{\"a\":[\"}\"]},\"p\":134.7"),
        ("\"s\":300", "\"s\":300,\"s\":300"),
        ("\"s\":300,", ""),
        ("AAPL", "AAPL\\u0041"),
        ("AAPL", "a b"),
        ("15:00:00.123456789Z", "15:00:00-05:00"),
        ("15:00:00.", "25:00:00."),
        ("2026-11-20", "2026-13-20"),
        ("\"T\":\"t\"", "\"T\":\"b\""),
    ] {
        let text = TRADE.replacen(from, to, 1);
        assert_ne!(text, TRADE);
        let (found, is_list) = read(&format!("[{text}]"));
        assert_eq!((found, is_list), (vec![Err(text.clone())], true), "{text}");
    }
}

#[test]
fn a_frame_that_is_no_list_is_told_after_what_was_in_it() {
    for (frame, count, is_list) in [
        ("", 0, false),
        ("[", 0, false),
        ("[]", 0, true),
        (" [ ] ", 0, true),
        ("[1]", 0, false),
        ("[{}]x", 1, false),
        ("[{},{}", 2, false),
        ("[{\"a\":\"]}\\\"\"}]", 1, true),
        ("{\"T\":\"success\"}", 1, true),
        ("[{]", 1, false),
        ("[}", 0, false),
    ] {
        let (found, sound) = read(frame);
        assert_eq!((found.len(), sound), (count, is_list), "{frame}");
    }
}

/// Whatever is taken the short way is sound JSON and means the same the long way.
#[test]
fn what_is_bent_is_never_read_otherwise() {
    let mut chance = ChaCha8Rng::seed_from_u64(7);
    let signs = b"0123456789.,:\"[]{}eE-+ZTtqSpsbacxiz \\\n";
    let mut short = 0;
    for round in 0..40_000_usize {
        let mut text = if round % 2 == 0 { TRADE } else { QUOTE }.as_bytes().to_vec();
        for _ in 0..=chance.next_u32() % 2 {
            let at = chance.next_u32() as usize % text.len();
            let sign = signs[chance.next_u32() as usize % signs.len()];
            match chance.next_u32() % 3 {
                0 => text[at] = sign,
                1 => text.insert(at, sign),
                _ => drop(text.remove(at)),
            }
        }
        let text = String::from_utf8(text).expect("ASCII");
        let (found, is_list) = read(&format!("[{text}]"));
        if let ([Ok(tick)], true) = (&found[..], is_list) {
            short += 1;
            let item = Item::read(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(Tick::of(&item), Some(*tick), "{text}");
        }
    }
    assert!(short > 4_000, "only {short} went the short way");
}
