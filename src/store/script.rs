//! Several constant statements as one constant text, so that one round trip to the connection's
//! thread runs them all. Must never be put together at run time: the compiler does it.
//!
//! A trip costs about as much as the statements themselves (two thread wake-ups), and a batch of
//! one order would need five. Each statement of a trip wakes its reader once more, so rows of one
//! table are one statement. Placeholders are numbered on from part to part.

use super::entries::{ADD_ENTRY, ADD_MARK, EARLIER_MARKS, NEWEST_MARKS, UNMARKED};
use super::fills::{ADD_FILL, CURRENT_FILLS};
use super::journal::{APPEND, HEAD};
use super::lists::{SETTINGS, WATCHLISTS};
use super::orders::{CURRENT_ORDERS, CURRENT_VENUE_ORDERS, PUT_ORDER, PUT_VENUE_ORDER};
use super::portfolios::{
    ACCESS, ACCOUNT, BALANCES, LARGEST, PORTFOLIOS, POSITIONS, PUT_BALANCE, PUT_POSITION, TRADING,
};
use super::reading::Reading;
use super::users::{CREDENTIALS, OPEN_SIGN_INS, ROLES, USERS};

/// Takes the write lock at once: a transaction that reads first may not be able to write later.
pub(super) const BEGIN: &str = "BEGIN IMMEDIATE";
pub(super) const COMMIT: &str = "COMMIT";

/// A constant text made of constant parts, each with its row of values so many times.
macro_rules! script {
    ($($part:expr => $times:expr),+) => {{
        const PARTS: &[(&str, usize)] = &[$(($part, $times)),+];
        const BYTES: [u8; length(PARTS)] = text(PARTS);
        match std::str::from_utf8(&BYTES) {
            Ok(text) => text,
            Err(_) => panic!("the parts are UTF-8"),
        }
    }};
}

macro_rules! reading {
    ($($doing:expr => $part:expr),+ $(,)?) => {
        Reading { doing: &[$($doing),+], text: script!($($part => 1),+) }
    };
}

/// What the desk opens with, whatever its account.
pub(super) const EVERYBODY: Reading = reading! {
    "loading the roles" => ROLES,
    "loading the people" => USERS,
    "loading the people's credentials" => CREDENTIALS,
    "loading the sign-ins" => OPEN_SIGN_INS,
    "loading the watchlists" => WATCHLISTS,
    "loading the settings" => SETTINGS,
    "loading the desk's state" => TRADING,
    "loading the journal's end" => HEAD,
    "loading the largest numbers" => LARGEST,
    "loading the account" => ACCOUNT,
};
/// And what belongs to its account.
pub(super) const OF_ACCOUNT: Reading = reading! {
    "loading the portfolios" => PORTFOLIOS,
    "loading the grants" => ACCESS,
    "loading the positions" => POSITIONS,
    "loading the cash" => BALANCES,
    "loading the daily marks" => NEWEST_MARKS,
    "loading the daily marks before them" => EARLIER_MARKS,
    "loading the entries without a mark" => UNMARKED,
    "loading the orders" => CURRENT_ORDERS,
    "loading the orders that were sent" => CURRENT_VENUE_ORDERS,
    "loading the fills" => CURRENT_FILLS,
};

/// A whole batch that comes often: its statements, each with `times` rows, and the text of all of
/// it between `BEGIN` and `COMMIT`.
pub(super) struct Whole {
    pub(super) parts: &'static [&'static str],
    pub(super) times: usize,
    pub(super) text: &'static str,
}

macro_rules! whole {
    ($times:expr; $($part:expr),+) => {
        Whole {
            parts: &[$($part),+],
            times: $times,
            text: script!(BEGIN => 1, $($part => $times),+, COMMIT => 1),
        }
    };
}

/// What one event of each of so many orders writes.
macro_rules! orders {
    ($times:expr) => {
        whole!($times; APPEND, PUT_ORDER, PUT_VENUE_ORDER)
    };
}

/// Up to eight orders that came together, and an execution.
pub(super) const WHOLES: [Whole; 9] = [
    orders!(1),
    orders!(2),
    orders!(3),
    orders!(4),
    orders!(5),
    orders!(6),
    orders!(7),
    orders!(8),
    whole!(1; APPEND, PUT_ORDER, PUT_VENUE_ORDER, ADD_FILL, ADD_ENTRY, PUT_POSITION, PUT_BALANCE),
];

/// A statement that comes many times in a batch, and its text with several rows of values.
pub(super) struct Often {
    pub(super) one: &'static str,
    /// Largest first: how many rows, and the text.
    pub(super) more: [(usize, &'static str); 3],
}

macro_rules! often {
    ($one:expr) => {
        Often {
            one: $one,
            more: [(8, script!($one => 8)), (4, script!($one => 4)), (2, script!($one => 2))],
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
const fn length(parts: &[(&str, usize)]) -> usize {
    let mut sink = Sink::<0> { bytes: [], used: 0 };
    write(parts, &mut sink);
    sink.used
}

/// The text made of `parts`, of `N` bytes.
const fn text<const N: usize>(parts: &[(&str, usize)]) -> [u8; N] {
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
const fn write<const N: usize>(parts: &[(&str, usize)], sink: &mut Sink<N>) {
    let (mut index, mut taken) = (0, 0);
    while index < parts.len() {
        if index > 0 {
            sink.push(b';');
        }
        let (part, times) = parts[index];
        let part = part.as_bytes();
        let (start, end) = row_of(part, times);
        taken = write_piece(part, (0, start), taken, sink);
        let mut row = 0;
        while row < times {
            if row > 0 {
                sink.push(b',');
            }
            taken = write_piece(part, (start, end), taken, sink);
            row += 1;
        }
        taken = write_piece(part, (end, part.len()), taken, sink);
        index += 1;
    }
}

/// Where the row of values of a part begins and ends; all of the part where it comes once.
const fn row_of(part: &[u8], times: usize) -> (usize, usize) {
    const BEFORE: &[u8] = b"VALUES ";
    if times == 1 {
        return (0, part.len());
    }
    let mut start = 0;
    while !is_at(BEFORE, part, start) {
        start += 1;
        assert!(start < part.len(), "only a statement with values can have several rows");
    }
    start += BEFORE.len();
    let mut end = start;
    while part[end] != b')' {
        end += 1;
    }
    (start, end + 1)
}

/// True where `words` stand in `part` at `start`.
const fn is_at(words: &[u8], part: &[u8], start: usize) -> bool {
    let mut at = 0;
    while at < words.len() && start + at < part.len() && part[start + at] == words[at] {
        at += 1;
    }
    at == words.len()
}

/// Writes a piece after `taken` placeholders; the number of placeholders after it.
const fn write_piece<const N: usize>(
    part: &[u8],
    (start, end): (usize, usize),
    taken: usize,
    sink: &mut Sink<N>,
) -> usize {
    let (mut at, mut largest) = (start, taken);
    while at < end {
        sink.push(part[at]);
        let is_placeholder = part[at] == b'$';
        at += 1;
        if is_placeholder {
            let mut number = taken;
            let mut own = 0;
            while at < end && part[at].is_ascii_digit() {
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
        const JOINED: &str =
            script!("A" => 1, "B ($2, $1)" => 1, "C $1" => 1, "D ($1, $10)" => 1, "E $1" => 1);
        assert_eq!(JOINED, "A;B ($2, $1);C $3;D ($4, $13);E $14");
    }

    #[test]
    fn a_row_of_values_is_repeated() {
        const ROWS: &str = script!("A $1" => 1, "B (b, c) VALUES ($1, $2) ON d" => 3, "E $1" => 1);
        assert_eq!(ROWS, "A $1;B (b, c) VALUES ($2, $3),($4, $5),($6, $7) ON d;E $8");
    }
}
