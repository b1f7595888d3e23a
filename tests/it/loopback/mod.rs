//! The embedded Alpaca over its port: calls and sockets as a client of Alpaca makes them.
//! Must never sleep: market time is moved by hand, and every wait is for an answer.

mod accounts;
mod chaos;
mod data;
mod data_stream;
mod fields;
mod groups;
mod orders;
mod positions;
mod program;
mod reading;
mod replay;
mod slow;
mod socket;
mod stand;
mod told_fields;
mod trade_stream;
