//! Bodies like Alpaca's, but broken: each is read or refused with words, and nothing panics.
//! Must never depend on chance: one seed, the same million bodies each time.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use super::bodies;

const BODIES: u32 = 1_000_000;

/// Pieces that do not belong where they are put.
const STRANGE: [&str; 16] = [
    "null",
    "true",
    "-1",
    "1e400",
    "99999999999999999999999999999999999999",
    "\"\"",
    "\"9999999999999999999999999\"",
    "\"2026-13-45T99:99:99Z\"",
    "{}",
    "[]",
    "[[[[[[[[",
    "\\u0000",
    "\"\\ud800\"",
    "<html><body>504 Gateway Time-out</body></html>",
    "0.1e-99",
    "\u{1f4a5}",
];

fn below(chance: &mut ChaCha8Rng, end: usize) -> usize {
    let end = u64::try_from(end.max(1)).expect("a length fits");
    usize::try_from(chance.next_u64() % end).expect("it is below a length")
}

/// The body with one to three wounds: cut, bent, doubled, or with something strange inside.
fn wounded(body: &[u8], chance: &mut ChaCha8Rng) -> Vec<u8> {
    let mut bytes = body.to_vec();
    for _ in 0..=below(chance, 3) {
        let at = below(chance, bytes.len());
        match below(chance, 6) {
            0 => bytes.truncate(at),
            1 if !bytes.is_empty() => bytes[at] = chance.next_u32().to_le_bytes()[0],
            2 => bytes.insert(at, chance.next_u32().to_le_bytes()[0]),
            3 if !bytes.is_empty() => {
                let end = (at + below(chance, 40)).min(bytes.len());
                bytes.drain(at..end);
            }
            4 => {
                let end = (at + below(chance, 200)).min(bytes.len());
                let part = bytes[at..end].to_vec();
                bytes.splice(at..at, part);
            }
            _ => {
                let piece = STRANGE[below(chance, STRANGE.len())];
                let end = (at + below(chance, 12)).min(bytes.len());
                bytes.splice(at..end, piece.bytes());
            }
        }
    }
    bytes
}

#[test]
fn a_million_broken_bodies_are_read_or_refused() {
    let samples = bodies::all();
    let mut chance = ChaCha8Rng::seed_from_u64(20_261_122);
    let (mut read, mut refused) = (0_u32, 0_u32);
    for index in 0..BODIES {
        let (_, body, reading) = &samples[index as usize % samples.len()];
        let bytes = wounded(body.as_bytes(), &mut chance);
        match reading(&String::from_utf8_lossy(&bytes)) {
            Ok(_) => read += 1,
            Err(words) => {
                assert!(!words.is_empty());
                refused += 1;
            }
        }
    }
    assert!(read > BODIES / 100 && refused > BODIES / 3, "{read} read, {refused} refused");
}

#[test]
fn an_unknown_member_or_word_is_no_reason_to_refuse() {
    for (name, body, reading) in bodies::all() {
        let wider = body.replacen('{', "{\"brand_new\":{\"a\":[1.5]},", 1);
        if name != "stock_snapshots" {
            assert!(reading(&wider).is_ok(), "{name}");
        }
        let other = body.replace("\"status\": \"new\"", "\"status\": \"brand_new\"");
        assert!(reading(&other).is_ok(), "{name}");
    }
}
