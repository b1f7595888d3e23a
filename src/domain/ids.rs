//! Names of things: one type each, so that a portfolio is never taken for a user.
//! Must never make an id out of nothing: new ones come from the desk's entropy.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::bounds::CLIENT_ORDER_ID_BYTES_MAX;

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
