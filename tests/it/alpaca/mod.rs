//! Alpaca's wire against bodies that Alpaca really sent (samples/README.md tells their origins).
//! Must never reach a network beyond this machine.

mod bodies;
mod broken;
mod calls;
mod exact;
mod reports;
mod server;
mod venue;
