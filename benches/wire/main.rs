//! What Alpaca's wire costs: reading its market data, and serving it as the embedded Alpaca does.
//! Must never be read as a test: it prints, and a person compares.
//!
//! `cargo bench --bench wire -- decode` runs one part alone; parts: `decode`, `orders`, `told`.
//! The yardsticks of `decode` are programs of their own and are left out where they are not at
//! hand: `python3 -m venv target/yardsticks && target/yardsticks/bin/pip install alpaca-py==0.44.0`
//! (with msgpack compiled: the environment of `tests/clients` has it in Python, and far slower) and
//! `cargo build --release --manifest-path benches/yardsticks/apca/Cargo.toml`.

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
