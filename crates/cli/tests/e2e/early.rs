//! A mistake early in a long body: the program hears of it at once, and the connection is
//! dropped.

use taipan_testkit::server::{Encoding, Exchange, Framing, Gate, Pace, Reply, Server};

use super::command::{PATIENCE, start_on};
use super::{PROGRAM, long_module};

/// A long module with another byte at `offset`.
fn spoiled(offset: usize, byte: u8) -> Vec<u8> {
    let mut module = long_module(2_000_000);
    assert_ne!(module[offset], byte);
    module[offset] = byte;
    module
}

/// Runs a program that stays alive after the error, so that the connection does not end
/// with the process, and gives its output and what became of the module's request.
#[track_caller]
fn run_and_stay(module: Reply) -> (String, Exchange) {
    let gate = Gate::new();
    let held = gate.clone();
    let server = Server::start(move |request| {
        if request.path == "/hold" {
            Reply::new("go").pace(Pace::GatedHead(held.clone()))
        } else {
            module.clone()
        }
    })
    .unwrap();
    let mut running = start_on(&server, &format!("fetch('/hold');\n{PROGRAM}"));
    let exchange = server.wait_for("/module.wasm", PATIENCE);
    assert!(!running.has_ended(), "the program is still there");
    gate.open();
    let out = running.finish().success();
    (out, exchange.expect("the connection was dropped"))
}

#[track_caller]
fn is_refused_early(reply: Reply, length: usize) {
    let (out, exchange) = run_and_stay(reply);
    assert!(out.starts_with("CompileError: "), "{out}");
    assert!(exchange.abandoned, "the client gave up");
    assert!(
        exchange.sent < length,
        "{} of {length} bytes were sent",
        exchange.sent
    );
}

#[test]
fn when_nothing_more_comes() {
    for (offset, byte) in [(0, 1), (4, 2), (8, 77)] {
        let module = spoiled(offset, byte);
        let length = module.len();
        is_refused_early(Reply::wasm(module).pace(Pace::Stalled(10_000)), length);
    }
}

#[test]
fn when_more_comes_slowly() {
    let module = spoiled(8, 77);
    let length = module.len();
    // All of it would take most of a minute.
    let reply = Reply::wasm(module).pace(Pace::Rate(50_000));
    is_refused_early(reply, length);
}

#[test]
fn in_chunks() {
    let module = spoiled(8, 77);
    let length = module.len();
    is_refused_early(
        Reply::wasm(module)
            .framing(Framing::Chunked)
            .pace(Pace::Stalled(10_000)),
        length,
    );
}

#[test]
fn compressed() {
    let module = spoiled(8, 77);
    let reply = Reply::wasm(module)
        .encoded(Encoding::Gzip)
        .unwrap()
        .pace(Pace::Stalled(2_000));
    is_refused_early(reply, usize::MAX);
}

#[test]
fn in_a_function_body() {
    // Everything before the code is right; the first body has an unknown instruction.
    let mut module = long_module(2_000_000);
    let length = module.len();
    let body = [0x04, 0x00, 0x41, 0x2a, 0x0b];
    let at = module
        .windows(body.len())
        .position(|window| window == body)
        .unwrap();
    module[at + 2] = 0xff;
    is_refused_early(
        Reply::wasm(module).pace(Pace::Stalled(at + 200_000)),
        length,
    );
}
