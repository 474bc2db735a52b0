//! The `taipan` command against servers, good ones and bad ones.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod command;
mod compression;
mod connections;
mod early;
mod framing;
mod mdn;
mod mdn_pages;
mod mdn_style;
mod redirects;
mod responses;
#[cfg(target_os = "linux")]
mod terminal;
mod waiting;

use taipan_testkit::server::{Reply, Server};

/// A module that exports `answer`, with enough in it to be cut and spoiled.
const ANSWER: &str = r#"(module
  (memory (export "memory") 1)
  (data (i32.const 1024) "some text that is long enough to be sent in more than one piece")
  (func (export "answer") (result i32) (i32.const 42))
  (func (export "add") (param i32 i32) (result i32)
    (i32.add (local.get 0) (local.get 1))))"#;

/// The bytes of [`ANSWER`].
fn answer() -> Vec<u8> {
    wat::parse_str(ANSWER).unwrap()
}

/// A valid module of more than `length` bytes: [`ANSWER`] with many functions after it.
fn long_module(length: usize) -> Vec<u8> {
    let function = "(func (result i32) (i32.add (i32.const 1) (i32.const 2)))";
    // Each becomes a body of seven bytes and an entry of one.
    let functions = function.repeat(length / 8 + 1);
    let text =
        format!("(module (func (export \"answer\") (result i32) (i32.const 42)) {functions})");
    let bytes = wat::parse_str(&text).unwrap();
    assert!(bytes.len() > length);
    bytes
}

/// A server that gives every path the same reply.
fn serve(reply: Reply) -> Server {
    Server::start(move |_| reply.clone()).unwrap()
}

/// A program that prints the answer of the module at `module.wasm`, or the error.
const PROGRAM: &str = r"
WebAssembly.instantiateStreaming(fetch('module.wasm')).then(
  ({ instance }) => console.log(`answer ${instance.exports.answer()}`),
  (error) => console.log(`${error.constructor.name}: ${error.message}`),
);";
