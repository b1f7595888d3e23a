//! Venues: what the desk trades on, behind the two ports `Venue` and `Market`.
//! Must never know a front end, the store, or who may do what.

pub mod alpaca;
pub mod loopback;
pub mod simulator;
