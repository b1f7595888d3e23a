//! The kinds of order that a ticket offers, the fields each needs, and the times that go with it.
//! Must never hold what is typed: that is the form's.

use crate::domain::orders::{OrderType, TimeInForce, Trail};

/// Buy or sell.
pub const SIDE: usize = 0;
/// Symbol, or words of a name until one is taken.
pub const SYMBOL: usize = 1;
/// Portfolio.
pub const PORTFOLIO: usize = 2;
/// Shares.
pub const QUANTITY: usize = 3;
/// Kind of order.
pub const KIND: usize = 4;
/// Stop price.
pub const STOP: usize = 5;
/// Limit price.
pub const LIMIT: usize = 6;
/// Trail.
pub const TRAIL: usize = 7;
/// Time in force.
pub const TIME: usize = 8;
/// Regular hours only, or those beside the session too.
pub const HOURS: usize = 9;
/// How the order belongs to others.
pub const CLASS: usize = 10;
/// Limit of the exit with a profit.
pub const PROFIT: usize = 11;
/// Stop of the exit with a loss.
pub const LOSS: usize = 12;
/// Limit of that exit, where it has one.
pub const LOSS_LIMIT: usize = 13;
/// Note.
pub const NOTE: usize = 14;

/// The kinds of order as the ticket offers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// At the best price there is.
    Market,
    /// At a price or better.
    Limit,
    /// At the market once a price is reached.
    Stop,
    /// At a limit once a price is reached.
    StopLimit,
    /// A stop that follows by dollars.
    TrailAmount,
    /// A stop that follows by percent.
    TrailPercent,
}

impl Kind {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 6] = [
        Self::Market,
        Self::Limit,
        Self::Stop,
        Self::StopLimit,
        Self::TrailAmount,
        Self::TrailPercent,
    ];
    /// The word in the field.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Market => "market",
            Self::Limit => "limit",
            Self::Stop => "stop",
            Self::StopLimit => "stop limit",
            Self::TrailAmount => "trailing $",
            Self::TrailPercent => "trailing %",
        }
    }
    /// The kind of an order.
    pub const fn of(order_type: OrderType) -> Self {
        match order_type {
            OrderType::Market => Self::Market,
            OrderType::Limit { .. } => Self::Limit,
            OrderType::Stop { .. } => Self::Stop,
            OrderType::StopLimit { .. } => Self::StopLimit,
            OrderType::TrailingStop { trail: Trail::Amount(_) } => Self::TrailAmount,
            OrderType::TrailingStop { trail: Trail::Percent(_) } => Self::TrailPercent,
        }
    }
    /// True where the ticket shows a field for it.
    pub const fn needs(self, field: usize) -> bool {
        match field {
            STOP => matches!(self, Self::Stop | Self::StopLimit),
            LIMIT => matches!(self, Self::Limit | Self::StopLimit),
            TRAIL => matches!(self, Self::TrailAmount | Self::TrailPercent),
            HOURS => matches!(self, Self::Limit),
            CLASS => matches!(self, Self::Market | Self::Limit),
            _ => true,
        }
    }
    /// The times in force that go with it (stops work day or gtc, as the broker has it).
    pub fn times(self) -> Vec<String> {
        let plain = matches!(self, Self::Market | Self::Limit);
        let offered = if plain { &TimeInForce::ALL[..] } else { &TimeInForce::ALL[..2] };
        offered.iter().map(|time| time.as_str().to_owned()).collect()
    }
}
