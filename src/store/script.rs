//! Several constant statements as one constant text, so that one round trip to the connection's
//! thread runs them all. Must never be put together at run time: the compiler does it.
//!
//! A trip costs about as much as the statements themselves (two thread wake-ups), and a batch of
//! one order would need five. Placeholders are numbered on from part to part.

use super::entries::{ADD_ENTRY, ADD_MARK};
use super::fills::ADD_FILL;
use super::journal::APPEND;
use super::orders::{PUT_ORDER, PUT_VENUE_ORDER};
use super::portfolios::{PUT_BALANCE, PUT_POSITION};

/// Takes the write lock at once: a transaction that reads first may not be able to write later.
pub(super) const BEGIN: &str = "BEGIN IMMEDIATE";
pub(super) const COMMIT: &str = "COMMIT";

/// A constant text made of constant parts.
macro_rules! script {
    ($($part:expr),+) => {{
        const PARTS: &[&str] = &[$($part),+];
        const BYTES: [u8; length(PARTS)] = text(PARTS);
        match std::str::from_utf8(&BYTES) {
            Ok(text) => text,
            Err(_) => panic!("the parts are UTF-8"),
        }
    }};
}

/// A whole batch that comes often: its statements between `BEGIN` and `COMMIT`, and all of it.
pub(super) struct Whole {
    pub(super) parts: &'static [&'static str],
    pub(super) text: &'static str,
}

/// What one event of an order writes; what an execution writes.
pub(super) const WHOLES: [Whole; 2] = [
    Whole {
        parts: &[APPEND, PUT_ORDER, PUT_VENUE_ORDER],
        text: script!(BEGIN, APPEND, PUT_ORDER, PUT_VENUE_ORDER, COMMIT),
    },
    Whole {
        parts: &[
            APPEND,
            PUT_ORDER,
            PUT_VENUE_ORDER,
            ADD_FILL,
            ADD_ENTRY,
            PUT_POSITION,
            PUT_BALANCE,
        ],
        text: script!(
            BEGIN,
            APPEND,
            PUT_ORDER,
            PUT_VENUE_ORDER,
            ADD_FILL,
            ADD_ENTRY,
            PUT_POSITION,
            PUT_BALANCE,
            COMMIT
        ),
    },
];

/// A statement that comes many times in a batch, and its text several times over.
pub(super) struct Often {
    pub(super) one: &'static str,
    /// Largest first: how many times, and the text.
    pub(super) more: [(usize, &'static str); 2],
}

macro_rules! often {
    ($one:expr) => {
        Often {
            one: $one,
            more: [
                (8, script!($one, $one, $one, $one, $one, $one, $one, $one)),
                (2, script!($one, $one)),
            ],
        }
    };
}

pub(super) const OFTEN: [Often; 8] = [
    often!(APPEND),
    often!(PUT_ORDER),
    often!(PUT_VENUE_ORDER),
    often!(ADD_FILL),
    often!(ADD_ENTRY),
    often!(PUT_POSITION),
    often!(PUT_BALANCE),
    often!(ADD_MARK),
];

/// Bytes of the text made of `parts`.
const fn length(parts: &[&str]) -> usize {
    let mut sink = Sink::<0> { bytes: [], used: 0 };
    write(parts, &mut sink);
    sink.used
}

/// The text made of `parts`, of `N` bytes.
const fn text<const N: usize>(parts: &[&str]) -> [u8; N] {
    let mut sink = Sink { bytes: [0; N], used: 0 };
    write(parts, &mut sink);
    sink.bytes
}

/// Takes bytes, and counts those beyond its room too.
struct Sink<const N: usize> {
    bytes: [u8; N],
    used: usize,
}

impl<const N: usize> Sink<N> {
    const fn push(&mut self, byte: u8) {
        if self.used < N {
            self.bytes[self.used] = byte;
        }
        self.used += 1;
    }

    #[expect(clippy::cast_possible_truncation, reason = "a digit fits a byte")]
    const fn push_number(&mut self, number: usize) {
        let mut scale = 1;
        while number / scale >= 10 {
            scale *= 10;
        }
        while scale > 0 {
            self.push(b'0' + (number / scale % 10) as u8);
            scale /= 10;
        }
    }
}

/// Writes the parts, a semicolon between two, each part's placeholders after those before it.
const fn write<const N: usize>(parts: &[&str], sink: &mut Sink<N>) {
    let (mut index, mut taken) = (0, 0);
    while index < parts.len() {
        if index > 0 {
            sink.push(b';');
        }
        taken = write_part(parts[index].as_bytes(), taken, sink);
        index += 1;
    }
}

/// Writes one part after `taken` placeholders; the number of placeholders after it.
const fn write_part<const N: usize>(part: &[u8], taken: usize, sink: &mut Sink<N>) -> usize {
    let (mut at, mut largest) = (0, taken);
    while at < part.len() {
        sink.push(part[at]);
        let is_placeholder = part[at] == b'$';
        at += 1;
        if is_placeholder {
            let mut number = taken;
            let mut own = 0;
            while at < part.len() && part[at].is_ascii_digit() {
                own = own * 10 + (part[at] - b'0') as usize;
                at += 1;
            }
            number += own;
            sink.push_number(number);
            largest = if number > largest { number } else { largest };
        }
    }
    largest
}

#[cfg(test)]
mod tests {
    use super::{length, text};

    #[test]
    fn placeholders_are_numbered_on() {
        const JOINED: &str = script!("A", "B ($2, $1)", "C $1", "D ($1, $10)", "E $1");
        assert_eq!(JOINED, "A;B ($2, $1);C $3;D ($4, $13);E $14");
    }
}
