//! The characters of a data frame, one after the other: what is plain is taken as it stands.
//! Must never take what JSON would not: an odd character ends it, and the long way is gone.

/// Places of a number that are held.
pub(super) const PLACES: usize = 9;
/// Digits before the point that certainly fit.
const WHOLE_DIGITS_MAX: usize = 9;
/// Units of a whole, and nanoseconds of a second.
pub(super) const SECOND_NS: i64 = 1_000_000_000;
/// Powers of ten: what digits that are missing count.
pub(super) const POWERS: [i64; 10] =
    [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, SECOND_NS];

/// A digit's value.
pub(super) const fn digit(byte: u8) -> Option<u8> {
    let value = byte.wrapping_sub(b'0');
    if value < 10 { Some(value) } else { None }
}

/// Trades with one of these conditions do not tell the price at which the market is: out of their
/// sequence, averaged, of an earlier moment, odd lots.
const NOT_LAST: [&str; 15] =
    ["4", "7", "9", "B", "C", "G", "H", "I", "N", "P", "Q", "R", "U", "V", "W"];

/// True where a condition lets a trade tell the last price.
pub(super) fn tells_last(condition: &[u8]) -> bool {
    !NOT_LAST.iter().any(|not| not.as_bytes() == condition)
}

/// The frame is no array of messages from here on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a frame that is no list of messages")]
pub struct NoList;

/// A place in a frame.
#[derive(Debug)]
pub(super) struct Scan<'a> {
    text: &'a str,
    /// The next byte to be read.
    pub at: usize,
}

impl<'a> Scan<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
    pub(super) fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }
    pub(super) fn take(&mut self, wanted: u8) -> Option<()> {
        (self.peek()? == wanted).then(|| self.at += 1)
    }
    pub(super) fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }
    /// Nothing may follow the list.
    pub(super) fn end(&mut self) -> Result<(), NoList> {
        self.skip_blanks();
        if self.peek().is_none() { Ok(()) } else { Err(NoList) }
    }

    /// A string without escapes and control characters.
    pub(super) fn string(&mut self) -> Option<&'a [u8]> {
        self.take(b'"')?;
        let rest = &self.text.as_bytes()[self.at..];
        let end = rest.iter().position(|&byte| byte == b'"' || byte == b'\\' || byte < b' ')?;
        self.at += end + 1;
        (rest[end] == b'"').then(|| &rest[..end])
    }

    /// A whole number.
    pub(super) fn count(&mut self) -> Option<u64> {
        let (mut value, start) = (0_u64, self.at);
        while let Some(digit) = self.peek().and_then(digit) {
            value = value.checked_mul(10)?.checked_add(u64::from(digit))?;
            self.at += 1;
        }
        let digits = self.at - start;
        let leads = digits > 1 && self.text.as_bytes()[start] == b'0';
        // What follows a number is looked at by whoever asked for it.
        (digits > 0 && !leads).then_some(value)
    }

    /// A number above or equal to zero, in units of 1e-9.
    pub(super) fn number(&mut self) -> Option<i64> {
        let start = self.at;
        let whole = i64::try_from(self.count()?).ok()?;
        if self.at - start > WHOLE_DIGITS_MAX {
            return None;
        }
        let whole = whole * SECOND_NS;
        if self.take(b'.').is_none() {
            return Some(whole);
        }
        let (mut fraction, start) = (0, self.at);
        while let Some(digit) = self.peek().and_then(digit) {
            fraction = fraction * 10 + i64::from(digit);
            self.at += 1;
            if self.at - start > PLACES {
                return None;
            }
        }
        let places = self.at - start;
        (places > 0).then(|| whole + fraction * POWERS[PLACES - places])
    }

    /// A list of conditions: true where they let a trade tell the last price.
    pub(super) fn conditions(&mut self) -> Option<bool> {
        self.take(b'[')?;
        if self.take(b']').is_some() {
            return Some(true);
        }
        let mut all_tell = true;
        loop {
            let one = self.string()?;
            all_tell &= tells_last(one);
            match self.next()? {
                b',' => {}
                b']' => return Some(all_tell),
                _ => return None,
            }
        }
    }

    /// The extent of any object; whether it is valid is for its reader to say.
    pub(super) fn object(&mut self) -> Option<&'a str> {
        let (start, mut depth) = (self.at, 0_usize);
        if self.peek()? != b'{' {
            return None;
        }
        loop {
            match self.next()? {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => {
                    depth -= 1;
                    if depth == 0 {
                        return self.text.get(start..self.at);
                    }
                }
                b'"' => loop {
                    match self.next()? {
                        b'"' => break,
                        b'\\' => {
                            self.next()?;
                        }
                        _ => {}
                    }
                },
                _ => {}
            }
        }
    }
}
