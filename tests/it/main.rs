//! The one integration binary: everything that is tested from outside the crate.

mod alpaca;
mod contract;
mod e2e;
mod house;
mod loopback;
mod patience;
mod readme;
mod shell;
mod sim;
