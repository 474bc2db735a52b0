//! The `taipan` binary as a user runs it.

mod arguments;
mod check;
mod command;
mod example;
mod examples;
mod exit;
mod import_maps;
mod inspect;
mod limits;
mod packages;
mod permissions;
mod repl;
mod support;
mod wasm_features;
mod watch;
