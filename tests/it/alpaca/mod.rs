//! Alpaca's wire against bodies that Alpaca really sent (samples/README.md tells their origins).
//! Must never reach a network.

mod bodies;
mod broken;
mod exact;
mod reports;
