//! `MessagePack` frames of the market-data stream, turned into the JSON that they stand for.
//! Must never trust a length: a frame that promises more than it holds is no frame.

use std::fmt::Write as _;

use jiff::Timestamp;

/// Maps and arrays inside of each other, at most.
const DEPTH_MAX: u8 = 16;

/// Why bytes are no frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotMsgpack {
    /// It ends before it should.
    #[error("it ends in the middle")]
    Short,
    /// A kind of value that JSON does not have, or too many inside of each other.
    #[error("a value of a kind that market data does not have")]
    Kind,
}

/// The JSON text of a frame. Prices are doubles there: each is written with the fewest digits
/// that mean it, which are those that were typed.
///
/// # Errors
/// Where the bytes are no frame of market data.
pub fn to_json(frame: &[u8]) -> Result<String, NotMsgpack> {
    let mut reader = Reader { rest: frame, out: String::with_capacity(frame.len() * 2) };
    reader.value(0)?;
    if reader.rest.is_empty() { Ok(reader.out) } else { Err(NotMsgpack::Kind) }
}

struct Reader<'a> {
    rest: &'a [u8],
    out: String,
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], NotMsgpack> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(NotMsgpack::Short)?;
        self.rest = rest;
        Ok(taken)
    }
    fn unsigned(&mut self, bytes: usize) -> Result<u64, NotMsgpack> {
        let taken = self.take(bytes)?;
        Ok(taken.iter().fold(0, |sum, byte| (sum << 8) | u64::from(*byte)))
    }
    fn length(&mut self, bytes: usize) -> Result<usize, NotMsgpack> {
        usize::try_from(self.unsigned(bytes)?).map_err(|_| NotMsgpack::Short)
    }
    fn signed(&mut self, bytes: usize) -> Result<i64, NotMsgpack> {
        let shift = 64 - 8 * u32::try_from(bytes).map_err(|_| NotMsgpack::Kind)?;
        Ok((self.unsigned(bytes)? << shift).cast_signed() >> shift)
    }

    fn value(&mut self, depth: u8) -> Result<(), NotMsgpack> {
        if depth > DEPTH_MAX {
            return Err(NotMsgpack::Kind);
        }
        let kind = self.take(1)?[0];
        match kind {
            0x00..=0x7f => self.write(i64::from(kind)),
            0xe0..=0xff => self.write(i64::from(kind.cast_signed())),
            0x80..=0x8f => self.map(usize::from(kind & 0x0f), depth)?,
            0x90..=0x9f => self.array(usize::from(kind & 0x0f), depth)?,
            0xa0..=0xbf => self.text(usize::from(kind & 0x1f))?,
            0xc0 => self.out.push_str("null"),
            0xc2 => self.out.push_str("false"),
            0xc3 => self.out.push_str("true"),
            0xc7..=0xc9 => {
                let length = self.length(1 << (kind - 0xc7))?;
                self.extension(length)?;
            }
            0xca => {
                let bits = u32::try_from(self.unsigned(4)?).map_err(|_| NotMsgpack::Kind)?;
                self.number(f32::from_bits(bits).is_finite(), f32::from_bits(bits))?;
            }
            0xcb => {
                let double = f64::from_bits(self.unsigned(8)?);
                self.number(double.is_finite(), double)?;
            }
            0xcc..=0xcf => {
                let number = self.unsigned(1 << (kind - 0xcc))?;
                self.write(number);
            }
            0xd0..=0xd3 => {
                let number = self.signed(1 << (kind - 0xd0))?;
                self.write(number);
            }
            0xd4..=0xd8 => self.extension(1 << (kind - 0xd4))?,
            0xd9..=0xdb => {
                let length = self.length(1 << (kind - 0xd9))?;
                self.text(length)?;
            }
            0xdc | 0xdd => {
                let count = self.length(2 << (kind - 0xdc))?;
                self.array(count, depth)?;
            }
            0xde | 0xdf => {
                let count = self.length(2 << (kind - 0xde))?;
                self.map(count, depth)?;
            }
            0xc1 | 0xc4..=0xc6 => return Err(NotMsgpack::Kind),
        }
        Ok(())
    }

    fn write(&mut self, value: impl std::fmt::Display) {
        write!(self.out, "{value}").expect("a string takes all");
    }
    fn number(&mut self, is_finite: bool, value: impl std::fmt::Display) -> Result<(), NotMsgpack> {
        if !is_finite {
            return Err(NotMsgpack::Kind);
        }
        self.write(value);
        Ok(())
    }
    fn text(&mut self, length: usize) -> Result<(), NotMsgpack> {
        let text = String::from_utf8_lossy(self.take(length)?);
        self.out.push_str(&serde_json::to_string(&text).map_err(|_| NotMsgpack::Kind)?);
        Ok(())
    }
    fn array(&mut self, count: usize, depth: u8) -> Result<(), NotMsgpack> {
        self.out.push('[');
        for index in 0..count {
            if index > 0 {
                self.out.push(',');
            }
            self.value(depth + 1)?;
        }
        self.out.push(']');
        Ok(())
    }
    fn map(&mut self, count: usize, depth: u8) -> Result<(), NotMsgpack> {
        self.out.push('{');
        for index in 0..count {
            if index > 0 {
                self.out.push(',');
            }
            let kind = *self.rest.first().ok_or(NotMsgpack::Short)?;
            if !matches!(kind, 0xa0..=0xbf | 0xd9..=0xdb) {
                return Err(NotMsgpack::Kind);
            }
            self.value(depth + 1)?;
            self.out.push(':');
            self.value(depth + 1)?;
        }
        self.out.push('}');
        Ok(())
    }
    /// A moment, the one extension that market data has.
    fn extension(&mut self, length: usize) -> Result<(), NotMsgpack> {
        if self.take(1)?[0] != 0xff {
            return Err(NotMsgpack::Kind);
        }
        let (seconds, nanos) = match length {
            4 => (self.signed(4)? & 0xffff_ffff, 0),
            8 => {
                let both = self.unsigned(8)?;
                ((both & 0x3_ffff_ffff).cast_signed(), both >> 34)
            }
            12 => {
                let nanos = self.unsigned(4)?;
                (self.signed(8)?, nanos)
            }
            _ => return Err(NotMsgpack::Kind),
        };
        let nanos = i32::try_from(nanos).map_err(|_| NotMsgpack::Kind)?;
        let time = Timestamp::new(seconds, nanos).map_err(|_| NotMsgpack::Kind)?;
        write!(self.out, "\"{time}\"").expect("a string takes all");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{NotMsgpack, to_json};

    /// `[{"T":"t","S":"AAPL","p":134.7,"s":100,"c":["@"],"t":2026-11-20T15:00:00.5Z}]`.
    const TRADE: &[u8] =
        b"\x91\x86\xa1T\xa1t\xa1S\xa4AAPL\xa1p\xcb\x40\x60\xd6\x66\x66\x66\x66\x66\
        \xa1s\x64\xa1c\x91\xa1@\xa1t\xd7\xff\x77\x35\x94\x00\x6a\x1d\x57\x70";

    #[test]
    fn a_trade_is_the_json_that_it_stands_for() {
        let text = to_json(TRADE).expect("a frame");
        assert!(
            text.starts_with("[{\"T\":\"t\",\"S\":\"AAPL\",\"p\":134.7,\"s\":100,\"c\":[\"@\"]")
        );
        assert!(text.contains(".5Z\"}]"), "{text}");
    }

    #[test]
    fn every_kind_of_value_is_read() {
        for (bytes, text) in [
            (&b"\xc0"[..], "null"),
            (b"\xc2", "false"),
            (b"\xc3", "true"),
            (b"\x07", "7"),
            (b"\xff", "-1"),
            (b"\xcc\xff", "255"),
            (b"\xcd\x01\x00", "256"),
            (b"\xcf\xff\xff\xff\xff\xff\xff\xff\xff", "18446744073709551615"),
            (b"\xd0\x80", "-128"),
            (b"\xd1\xff\x00", "-256"),
            (b"\xd3\x80\x00\x00\x00\x00\x00\x00\x00", "-9223372036854775808"),
            (b"\xca\x3f\x80\x00\x00", "1"),
            (b"\xcb\x3f\xb9\x99\x99\x99\x99\x99\x9a", "0.1"),
            (b"\xd9\x02\"\n", "\"\\\"\\n\""),
            (b"\xda\x00\x01a", "\"a\""),
            (b"\xdc\x00\x01\xc0", "[null]"),
            (b"\xde\x00\x01\xa1a\x01", "{\"a\":1}"),
            (b"\xd6\xff\x00\x00\x00\x01", "\"1970-01-01T00:00:01Z\""),
        ] {
            assert_eq!(to_json(bytes).as_deref(), Ok(text), "{bytes:x?}");
        }
    }

    #[test]
    fn what_is_no_frame_is_refused_and_never_trusted() {
        for end in 0..TRADE.len() {
            assert_eq!(to_json(&TRADE[..end]), Err(NotMsgpack::Short), "{end}");
        }
        for bytes in [
            &b"\xdd\xff\xff\xff\xff"[..],
            b"\xdf\xff\xff\xff\xff\xa1a",
            b"\xdb\xff\xff\xff\xffabc",
            b"\xc1",
            b"\xc4\x01a",
            b"\x81\x01\x02",
            b"\x01\x02",
            b"\xcb\x7f\xf0\x00\x00\x00\x00\x00\x00",
            b"\xc7\x05\xff12345",
            b"\xd4\x01a",
        ] {
            assert!(to_json(bytes).is_err(), "{bytes:x?}");
        }
        assert!(to_json(&vec![0x91; 100_000]).is_err(), "no depth ends the program");
    }
}
