//! Names of things: one type each, so that a portfolio is never taken for a user.
//! Must never make an id out of nothing: new ones come from the desk's entropy.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use super::special::LegRole;
use crate::bounds::CLIENT_ORDER_ID_BYTES_MAX;

/// The bit of a leg's id in its seventh byte, and that of an exit with a loss in its ninth.
const LEG: u8 = 0x80;
const LOSS: u8 = 0x40;

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(out)
            }
        }
    };
}

number_id!(
    /// A person of the team.
    UserId
);
number_id!(
    /// A book of positions.
    PortfolioId
);
number_id!(
    /// A venue's account, pinned at first use.
    AccountId
);
number_id!(
    /// A watchlist of one person.
    WatchlistId
);
number_id!(
    /// A line of the journal, from 1 without gaps; 0 stands before the first.
    #[derive(Default)]
    Sequence
);

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(out)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                Uuid::from_str(text).map(Self)
            }
        }
    };
}

uuid_id!(
    /// One decision of one person: made when the ticket opens, and the first client order id.
    OrderId
);
uuid_id!(
    /// One time somebody proved who they are.
    SignInId
);
uuid_id!(
    /// One command as a door sent it.
    CommandId
);

impl OrderId {
    /// The id of a leg of this order. It is made of the parent's, so that each tells of the other
    /// whoever lost count: the highest bit of the version says that it is a leg, the second bit of
    /// the variant which one. No id that is drawn has either.
    #[must_use]
    pub fn leg(self, role: LegRole) -> Self {
        let mut bytes = *self.0.as_bytes();
        bytes[6] |= LEG;
        if role == LegRole::StopLoss {
            bytes[8] |= LOSS;
        }
        Self(Uuid::from_bytes(bytes))
    }
    /// The order whose leg it is, and which; none where it is no leg.
    pub fn leg_of(self) -> Option<(Self, LegRole)> {
        let mut bytes = *self.0.as_bytes();
        if bytes[6] & LEG == 0 {
            return None;
        }
        let role = if bytes[8] & LOSS == 0 { LegRole::TakeProfit } else { LegRole::StopLoss };
        bytes[6] &= !LEG;
        bytes[8] &= !LOSS;
        Some((Self(Uuid::from_bytes(bytes)), role))
    }
    /// The last six digits: enough for people to tell orders apart on a screen.
    pub fn short(self) -> String {
        let text = self.0.simple().to_string();
        text[text.len() - 6..].to_owned()
    }
}

/// The id the desk gives an order at the venue: the order id, or the order id with `-N` for its
/// N-th replacement. Unique for ever per account, and the key of a venue order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientOrderId(String);

impl ClientOrderId {
    /// The id of the `attempt`-th venue order of `order`, counted from 1.
    pub fn of(order: OrderId, attempt: u32) -> Self {
        let text = match attempt {
            1 => order.to_string(),
            later => format!("{order}-{later}"),
        };
        assert!(text.len() <= CLIENT_ORDER_ID_BYTES_MAX, "attempts are few");
        Self(text)
    }
    /// As a venue or the store wrote it; what it means is decided by looking it up.
    pub fn from_outside(text: &str) -> Self {
        Self(text.chars().filter(char::is_ascii_graphic).take(128).collect())
    }
    /// The order whose venue order it would be, were it the desk's own; none for any other text.
    pub fn order(&self) -> Option<OrderId> {
        let order: OrderId = self.0.get(..36)?.parse().ok()?;
        let attempt = self.0[36..].strip_prefix('-').and_then(|attempt| attempt.parse().ok());
        (*self == Self::of(order, attempt.unwrap_or(1))).then_some(order)
    }
    /// The text, for a wire or the store.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClientOrderId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

#[cfg(test)]
mod tests {
    use super::{LegRole, OrderId, Uuid};

    #[test]
    fn a_leg_and_its_parent_tell_of_each_other() {
        let text = "0199c0de-0000-7000-8000-00000000abcd";
        let order: OrderId = text.parse().expect("an id");
        let legs = [LegRole::TakeProfit, LegRole::StopLoss].map(|role| order.leg(role));
        assert_eq!(legs[0].to_string(), "0199c0de-0000-f000-8000-00000000abcd");
        assert_eq!(legs[1].to_string(), "0199c0de-0000-f000-c000-00000000abcd");
        assert_eq!(legs[0].leg_of(), Some((order, LegRole::TakeProfit)));
        assert_eq!(legs[1].leg_of(), Some((order, LegRole::StopLoss)));
        let drawn = "a5a1b4e3-7d8c-4b1e-bfff-ffffffffffff".parse().map(OrderId);
        for plain in [order, OrderId(Uuid::from_u128(9)), drawn.expect("an id")] {
            assert_eq!(plain.leg_of(), None);
        }
    }
}
