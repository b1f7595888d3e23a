//! Moments of the wire: RFC 3339 with up to nine places, in UTC or with New York's offset.
//! Must never read a clock; a time without a zone is refused.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};

use crate::domain::time::new_york;

/// A moment, written in UTC with a `Z` and without trailing zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp(pub Timestamp);

/// A moment, written with New York's offset, as the clock's answer has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LocalStamp(pub Timestamp);

/// A calendar day, `2026-11-22`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub Date);

fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
    let text = Cow::<str>::deserialize(from)?;
    text.parse().map_err(|_| D::Error::custom("a time as RFC 3339 writes it is needed"))
}

impl<'de> Deserialize<'de> for Stamp {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        read(from).map(Self)
    }
}

impl<'de> Deserialize<'de> for LocalStamp {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        read(from).map(Self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(from)?;
        let day = text.parse().map_err(|_| D::Error::custom("a day such as 2026-11-22 is needed"));
        day.map(Self)
    }
}

impl Serialize for Stamp {
    fn serialize<S: Serializer>(&self, into: S) -> Result<S::Ok, S::Error> {
        into.collect_str(&self.0)
    }
}

impl Serialize for LocalStamp {
    fn serialize<S: Serializer>(&self, into: S) -> Result<S::Ok, S::Error> {
        let zone = new_york();
        let offset = zone.to_offset(self.0);
        into.collect_str(&self.0.display_with_offset(offset))
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, into: S) -> Result<S::Ok, S::Error> {
        into.collect_str(&self.0)
    }
}
