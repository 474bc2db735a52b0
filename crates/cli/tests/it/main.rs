//! The `taipan` binary as a user runs it.

mod arguments;
mod check;
mod command;
mod example;
mod exit;
mod inspect;
mod limits;
mod packages;
mod permissions;
mod repl;
mod support;
mod wasm_features;
mod watch;
