//! An order's terms in Alpaca's words: side, kind, time in force.
//! Must never read them back: a word that came later than this program is nobody's term.

use crate::domain::orders::{OrderType, Side, TimeInForce};

use super::orders::{Duration, Kind, OrderSide};

impl From<Side> for OrderSide {
    fn from(side: Side) -> Self {
        match side {
            Side::Buy => Self::Buy,
            Side::Sell => Self::Sell,
        }
    }
}

impl From<OrderType> for Kind {
    fn from(order_type: OrderType) -> Self {
        match order_type {
            OrderType::Market => Self::Market,
            OrderType::Limit { .. } => Self::Limit,
            OrderType::Stop { .. } => Self::Stop,
            OrderType::StopLimit { .. } => Self::StopLimit,
            OrderType::TrailingStop { .. } => Self::TrailingStop,
        }
    }
}

impl From<TimeInForce> for Duration {
    fn from(time_in_force: TimeInForce) -> Self {
        match time_in_force {
            TimeInForce::Day => Self::Day,
            TimeInForce::Gtc => Self::Gtc,
            TimeInForce::Opg => Self::Opg,
            TimeInForce::Cls => Self::Cls,
            TimeInForce::Ioc => Self::Ioc,
            TimeInForce::Fok => Self::Fok,
        }
    }
}
