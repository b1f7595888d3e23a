//! Alpaca: its wire, and what comes of it for the desk.
//! Must never know the embedded market: both speak to the desk by the same two ports.

pub mod asking;
pub mod reading;
pub mod wire;
