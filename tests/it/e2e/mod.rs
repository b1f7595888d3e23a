//! The whole desk from outside: the handle with the real store and market, and the real binary.
//! Must never wait for an amount of time: a condition is awaited, with a bound.

mod day_end;
mod desk;
mod endings;
mod kept;
mod screen;
mod terminal;
mod test_desk;
mod trading;
