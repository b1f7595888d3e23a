//! What Alpaca's wire costs: reading its market data, and serving it as the embedded Alpaca does.
//! Must never be read as a test: it prints, and a person compares.
//!
//! `cargo bench --bench wire -- decode` runs one part alone; parts: `decode`, `orders`, `told`.
//! The yardsticks of `decode` are programs of their own and are left out where they are not at
//! hand: `tests/clients/run` makes the environment with alpaca-py, and
//! `cargo build --release --manifest-path benches/yardsticks/apca/Cargo.toml` builds the other.

#[path = "../stage/mod.rs"]
mod stage;

mod decode;
mod market;
mod orders;
mod told;

use stage::report::wants;

fn main() {
    if wants("decode") {
        decode::run();
    }
    if wants("orders") {
        orders::run();
    }
    if wants("told") {
        told::run();
    }
}
