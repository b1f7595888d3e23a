//! What a desk stands on: the embedded market or Alpaca, behind the same two ports.
//! Must never be asked which of the two it is: whoever holds it only starts and stops it.

use std::sync::Arc;

use crate::desk::event::VenueKind;
use crate::desk::port::{Market, Venue};
use crate::venue::alpaca::Alpaca;
use crate::venue::simulator::Simulator;

/// What a desk trades on, with what stopping it takes.
#[derive(Clone)]
pub(super) enum Ground {
    Embedded(Arc<Simulator>),
    Alpaca(Arc<Alpaca>),
}

impl Ground {
    pub(super) fn market(&self) -> Arc<dyn Market> {
        match self {
            Self::Embedded(simulator) => Arc::clone(simulator) as Arc<dyn Market>,
            Self::Alpaca(alpaca) => Arc::clone(alpaca) as Arc<dyn Market>,
        }
    }
    pub(super) fn venue(&self) -> Arc<dyn Venue> {
        match self {
            Self::Embedded(simulator) => Arc::clone(simulator) as Arc<dyn Venue>,
            Self::Alpaca(alpaca) => Arc::clone(alpaca) as Arc<dyn Venue>,
        }
    }
    pub(super) fn account(&self) -> (VenueKind, String) {
        match self {
            Self::Embedded(simulator) => {
                (VenueKind::Embedded, simulator.account_number().to_owned())
            }
            Self::Alpaca(alpaca) => (VenueKind::Alpaca, alpaca.account_number().to_owned()),
        }
    }
    pub(super) async fn stop(&self) {
        match self {
            Self::Embedded(simulator) => simulator.stop().await,
            Self::Alpaca(alpaca) => alpaca.stop().await,
        }
    }
}
