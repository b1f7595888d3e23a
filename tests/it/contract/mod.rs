//! The suites that every adapter of a kind must pass.

mod store;
mod venue;
