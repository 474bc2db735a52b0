//! Servers that make a program wait.

use std::thread;
use std::time::Duration;

use taipan_testkit::server::{Framing, Gate, Pace, Reply};

use super::command::{run_on, start_on};
use super::{PROGRAM, answer, serve};

/// As long as something that should not happen is waited for.
const A_WHILE: Duration = Duration::from_millis(300);

#[test]
fn in_the_middle_of_a_body() {
    for offset in [0, 1, 8, 50] {
        let gate = Gate::new();
        let server = serve(Reply::wasm(answer()).pace(Pace::Gated(offset, gate.clone())));
        let mut running = start_on(&server, PROGRAM);
        thread::sleep(A_WHILE);
        assert!(!running.has_ended(), "it waits at {offset}");
        gate.open();
        assert_eq!(running.finish().success(), "answer 42\n");
    }
}

#[test]
fn after_the_last_byte() {
    let gate = Gate::new();
    let module = answer();
    let length = module.len();
    let server = serve(
        Reply::wasm(module)
            .framing(Framing::Chunked)
            .pace(Pace::Gated(length, gate.clone())),
    );
    let mut running = start_on(&server, PROGRAM);
    thread::sleep(A_WHILE);
    assert!(!running.has_ended(), "the body has not ended");
    gate.open();
    assert_eq!(running.finish().success(), "answer 42\n");
}

#[test]
fn before_the_first_byte() {
    let gate = Gate::new();
    let server = serve(Reply::wasm(answer()).pace(Pace::GatedHead(gate.clone())));
    let mut running = start_on(&server, PROGRAM);
    thread::sleep(A_WHILE);
    assert!(!running.has_ended());
    gate.open();
    assert_eq!(running.finish().success(), "answer 42\n");
}

#[test]
fn timers_go_on_meanwhile() {
    let gate = Gate::new();
    let opener = gate.clone();
    let module = answer();
    let server = taipan_testkit::server::Server::start(move |request| {
        if request.path == "/open" {
            opener.open();
            Reply::new("open")
        } else {
            Reply::wasm(module.clone()).pace(Pace::Gated(30, gate.clone()))
        }
    })
    .unwrap();
    let code = format!(
        "{PROGRAM}
        let turns = 0;
        const timer = setInterval(() => {{
          if (++turns === 20) {{
            clearInterval(timer);
            console.log('twenty turns');
            fetch('/open');
          }}
        }}, 1);"
    );
    assert_eq!(
        run_on(&server, &code).success(),
        "twenty turns\nanswer 42\n"
    );
}
