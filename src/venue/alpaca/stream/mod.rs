//! Alpaca's two streams: a line that stays up by itself, and what is spoken on each.
//! Must never be the only source of an execution: what a stream does not say is polled.

pub mod choice;
pub mod line;
pub mod msgpack;
pub mod pictures;
pub mod prices;
pub mod socket;
pub mod trades;
