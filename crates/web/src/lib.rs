//! The web platform without the network, for the Boa engine.
//!
//! Everything here works with any Boa [`Context`](boa_engine::Context) and any
//! [`JobExecutor`](boa_engine::job::JobExecutor).

#![forbid(unsafe_code)]

mod base_url;
pub mod console;
mod define;
pub mod global_scope;
pub mod microtask;
pub mod timers;

pub use base_url::{base_url, set_base_url};
