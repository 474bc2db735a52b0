//! The example with a WebAssembly module, every way it can be run.

use std::fs;

use crate::support::{command, examples, serve, taipan};

const SCRIPT: &str = "instantiate-streaming.js";

#[test]
fn prints_42_from_a_file() {
    let script = examples().join(SCRIPT);
    // From another directory: its URL resolves against the script, not against that.
    let elsewhere = tempfile::tempdir().expect("a directory");
    let output = command().arg(script).current_dir(elsewhere.path()).output();
    let output = output.expect("the binary runs");
    assert_eq!(
        (output.status.code(), &*output.stdout),
        (Some(0), &b"42\n"[..]),
        "{output:?}"
    );
}

#[test]
fn prints_42_with_a_base_url() {
    let script = examples().join(SCRIPT);
    // Only the script is there, so the module comes from the server.
    let elsewhere = tempfile::tempdir().expect("a directory");
    let copy = elsewhere.path().join("copy.js");
    fs::copy(script, &copy).expect("a copy");
    let base = serve(examples());
    let run = taipan(&["--base-url", &base, copy.to_str().expect("UTF-8")]);
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (Some(0), "42\n"),
        "{run:?}"
    );
}

#[test]
fn prints_42_from_a_server() {
    let run = taipan(&[&format!("{}{SCRIPT}", serve(examples()))]);
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (Some(0), "42\n"),
        "{run:?}"
    );
}

#[test]
fn says_what_is_missing_when_the_module_is() {
    let elsewhere = tempfile::tempdir().expect("a directory");
    let copy = elsewhere.path().join("copy.js");
    fs::copy(examples().join(SCRIPT), &copy).expect("a copy");
    let run = taipan(&[copy.to_str().expect("UTF-8")]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""), "{run:?}");
    assert!(
        run.stderr.starts_with("Uncaught (in promise) TypeError"),
        "{run:?}"
    );
}

#[test]
fn the_module_is_what_its_text_says() {
    let text = fs::read_to_string(examples().join("simple.wat")).expect("the text");
    let module = fs::read(examples().join("simple.wasm")).expect("the module");
    assert_eq!(wat::parse_str(text).expect("a module"), module);
}

#[test]
fn counts_primes_in_workers() {
    let script = examples().join("worker.js");
    let run = taipan(&[script.to_str().expect("UTF-8")]);
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (Some(0), "669 + 560 + 525 + 508 = 2262 primes below 20000\n"),
        "{run:?}"
    );
}
