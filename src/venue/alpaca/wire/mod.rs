//! Alpaca's wire, shape by shape: what is read from it and what is written to it.
//! Must never fail on a member it does not know, and never turn a number into a float.

#[macro_use]
mod words;

pub mod account;
pub mod assets;
pub mod data;
pub mod digits;
pub mod errors;
pub mod feed;
pub mod orders;
mod scan;
mod terms;
pub mod ticks;
pub mod times;
pub mod updates;
