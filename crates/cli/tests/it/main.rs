//! The `taipan` binary as a user runs it.

mod arguments;
mod example;
mod exit;
mod support;
mod wasm_features;
