//! Test runners, expectation files and loopback servers for Taipan.
//!
//! A test file is a `*.any.js` in the style of web-platform-tests. The runner reads its
//! `META` comments ([`meta`]), gathers the scripts it wants into a [`job::Job`], and hands
//! that to a child process ([`child`]), so that a crash or a hang is the failure of one file.
//! What comes back is compared with a committed file of [`expectations`], which may only
//! improve. [`server`] serves the files, and misbehaves when a test asks for it.

#![forbid(unsafe_code)]

pub mod child;
pub mod differential;
pub mod expectations;
pub mod fuzz;
pub mod host;
pub mod hostile;
pub mod job;
pub mod meta;
pub mod mounts;
pub mod outcome;
pub mod random;
pub mod runner;
pub mod server;
pub mod soak;
pub mod suite;
pub mod suites;
pub mod summary;
pub mod wast;
pub mod wat_text;
pub mod wptserve;

/// The JavaScript half: the vocabulary the tests are written in.
pub const HARNESS: &str = include_str!("harness.js");
