//! Values and rules of the desk: no I/O, no async, no clock, no serialisation.
//! Must never know the time of day, SQL, JSON or a terminal.

pub mod breaks;
mod digits;
pub mod entries;
pub mod hours;
pub mod ids;
pub mod lifecycle;
pub mod marks;
pub mod numbers;
pub mod orders;
pub mod portfolios;
pub mod positions;
pub mod quotes;
pub mod roles;
pub mod special;
pub mod symbols;
pub mod text;
pub mod time;
pub mod trading;
pub mod users;
