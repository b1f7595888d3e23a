//! Bodies like Alpaca's, but broken: each is read or refused with words, and nothing panics.
//! Must never depend on chance: one seed, the same million bodies each time.

use std::thread;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use super::bodies::{self, Sample};

const BODIES: u32 = 1_000_000;
/// Each lane has chance of its own, so that it does not matter how many are run at once.
const LANES: u32 = 8;
const SEED: u64 = 20_261_122;
/// A sample longer than this takes as much time as all others: it has its turn less often.
const LONG_BYTES: usize = 10_000;
const LONG_ONE_IN: usize = 20;
/// One body in so many is made huge: few suffice, and they take long.
const HUGE_ONE_IN: usize = 10_000;
const HUGE_BYTES: usize = 200_000;

/// Pieces that do not belong where they are put.
const STRANGE: [&str; 18] = [
    "null",
    "true",
    "7.5",
    "\"words\"",
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
        match below(chance, 8) {
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
            5 => {
                let piece = STRANGE[below(chance, STRANGE.len())];
                let end = (at + below(chance, 12)).min(bytes.len());
                bytes.splice(at..end, piece.bytes());
            }
            // Sound JSON, and a value of another kind than it should be.
            _ => {
                let piece = STRANGE[below(chance, STRANGE.len())];
                if let Some(value) = value_after(&bytes, at) {
                    bytes.splice(value, piece.bytes());
                }
            }
        }
    }
    if below(chance, HUGE_ONE_IN) == 0 && !bytes.is_empty() {
        let part = bytes[..bytes.len().min(64)].to_vec();
        let at = below(chance, bytes.len());
        let grown: Vec<u8> = part.iter().copied().cycle().take(HUGE_BYTES).collect();
        bytes.splice(at..at, grown);
    }
    bytes
}

/// Where the next member's plain value stands.
fn value_after(bytes: &[u8], at: usize) -> Option<std::ops::Range<usize>> {
    let colon = at + bytes[at..].windows(2).position(|two| two == b": ")?;
    let start = colon + 2;
    let length = bytes[start..].iter().position(|byte| b",}\n".contains(byte))?;
    Some(start..start + length)
}

/// How many of a lane's bodies were read, and how many refused.
fn lane(samples: &[Sample], number: u32) -> (u32, u32) {
    let mut chance = ChaCha8Rng::seed_from_u64(SEED + u64::from(number));
    let (mut read, mut refused) = (0, 0);
    for index in 0..BODIES / LANES {
        let (turn, place) = (index as usize / samples.len(), index as usize % samples.len());
        let mut sample = &samples[place];
        if sample.body.len() > LONG_BYTES && !turn.is_multiple_of(LONG_ONE_IN) {
            sample = &samples[(place + 1) % samples.len()];
        }
        let bytes = wounded(sample.body.as_bytes(), &mut chance);
        match (sample.reading.fits)(&String::from_utf8_lossy(&bytes)) {
            Ok(()) => read += 1,
            Err(words) => {
                assert!(!words.is_empty());
                refused += 1;
            }
        }
    }
    (read, refused)
}

#[test]
fn a_million_broken_bodies_are_read_or_refused() {
    let samples = bodies::all();
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let (mut read, mut refused) = (0, 0);
    let lanes: Vec<u32> = (0..LANES).collect();
    for group in lanes.chunks(cores) {
        thread::scope(|scope| {
            let started: Vec<_> =
                group.iter().map(|number| scope.spawn(|| lane(&samples, *number))).collect();
            for one in started {
                let counts = one.join().expect("nothing panics over a body");
                (read, refused) = (read + counts.0, refused + counts.1);
            }
        });
    }
    assert_eq!(read + refused, BODIES);
    assert!(read > BODIES / 100 && refused > BODIES / 3, "{read} read, {refused} refused");
}

#[test]
fn an_unknown_member_or_word_is_no_reason_to_refuse() {
    for Sample { name, body, reading } in bodies::all() {
        let wider = body.replacen('{', "{\"brand_new\":{\"a\":[1.5]},", 1);
        if name != "stock_snapshots" {
            assert!((reading.again)(&wider).is_ok(), "{name}");
        }
        let other = body.replace("\"status\": \"new\"", "\"status\": \"brand_new\"");
        assert!((reading.again)(&other).is_ok(), "{name}");
    }
}
