//! The runtime as an embedder sees it, a file for each concern.

mod console;
mod conversions;
mod deterministic;
mod embedding;
mod errors;
mod handle;
mod host_classes;
mod host_functions;
mod idle;
mod limits;
mod messages;
mod modules;
mod modules_http;
mod network;
mod ordering;
mod permissions;
mod recursion;
mod reporting;
mod serde;
mod sources;
mod support;
mod timers;
mod wasm;
