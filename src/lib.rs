//! The map of the desk's house: which room holds what, and what each must never know.
//! Must never hold code: a room is a module, and this file is the way to it.
//!
//! ```text
//! compose     main  compose  config  clock  demo            names every concrete type, wires them
//!    |
//! edge        tui  cli  |  store  venue                       doors ask; adapters serve
//!    |
//! desk        the only door: permission, risk, order lifecycle, one writer
//!    |
//! domain      values and rules; no I/O, no async, no clock, no serde
//! ```
//!
//! Import downwards only; `tests/it/house.rs` holds the house to it.
//!
//! | room | owns | must never know |
//! |---|---|---|
//! | [`bounds`] | every bound of the program | what its numbers are for |
//! | [`domain`] | values and rules | time of day, SQL, JSON, terminals |
//! | [`desk`] | permission, the order lifecycle, the books | which venue, store or screen it has |
//! | [`store`] | every row and the journal, in one SQLite file | permissions, venues, screens |
//! | [`venue`] | what is traded on: embedded market, Alpaca | the store, permissions, screens |
//! | [`clock`] | system time, sleeping, system random | what the time is wanted for |

pub mod bounds;
pub mod cli;
pub mod clock;
pub mod compose;
pub mod config;
pub mod demo;
pub mod desk;
pub mod domain;
pub mod store;
pub mod tui;
pub mod venue;
