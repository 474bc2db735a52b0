//! Every example runs, and prints what it is meant to.

use std::{path::PathBuf, process::Command};

/// Where cargo has put an example: beside the tests.
fn path(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("the path of the test");
    let profile = test
        .ancestors()
        .nth(2)
        .expect("the directory of the profile");
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let path = profile.join("examples").join(name);
    assert!(
        path.exists(),
        "{} is not there: run `cargo test` without choosing a target, or `cargo build --workspace --examples` before",
        path.display()
    );
    path
}

/// What an example prints.
fn run(name: &str) -> String {
    let output = Command::new(path(name)).output().expect("the example runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name}: {errors}");
    String::from_utf8(output.stdout).expect("text")
}

fn prints(name: &str, expected: &[&str]) {
    let text = run(name);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines, expected, "{name}");
}

#[test]
fn embed() {
    prints(
        "embed",
        &[
            "area: 307200",
            "script: greeting 2",
            "[\"hello ada\", \"hello bob\"]",
            "[1, 4, 9]",
            "(1, 2)",
            "RangeError: too far, because of a cliff",
            "in risky",
            "TypeError: element 2: expected an integer between 0 and 255, got \"three\"",
        ],
    );
}

#[test]
fn host_function() {
    prints(
        "host_function",
        &[
            "dark undefined",
            "in Rust: Some(\"dark\")",
            "3 3",
            "RangeError: 100 is more than 3 (OVERDRAWN)",
            "0,1,2",
            "-5",
            "Error: invalid digit found in string",
        ],
    );
}

#[test]
fn async_host() {
    prints(
        "async_host",
        &[
            "SLOW, quick, TypeError: no text",
            "result: 0",
            "result: 1",
            "result: 4",
            "calls: 3",
        ],
    );
}

#[test]
fn custom_loader() {
    prints(
        "custom_loader",
        &[
            "42 by package:/shapes/main.js",
            "TypeError: cannot import \"nothing\" from app:/main.js: cannot load \
             package:/nothing/main.js: there is no package at /nothing/main.js",
        ],
    );
}

#[test]
fn limits() {
    prints(
        "limits",
        &[
            "stopped by a limit: true",
            "1 + 1 = 2",
            "stopped by a limit: true",
            "1 + 1 = 2",
            "stopped by a limit: true",
            "1 + 1 = 2",
            "terminated",
            "2 + 2 = 4",
        ],
    );
}

#[test]
fn fetch_wasm() {
    prints(
        "fetch_wasm",
        &[
            "from WebAssembly: 42",
            "[ { name: 'run', kind: 'function' } ]",
            "NotCapable",
        ],
    );
}

#[test]
fn serde() {
    prints(
        "serde",
        &[
            "Pass",
            "Redirect(\"/fr/tea\")",
            "Answer { status: 413, headers: [(\"connection\", \"close\")] }",
            "Answer { status: 204, headers: [] }",
            "menu 3",
            "TypeError: retries: invalid value: integer `300`, expected u8",
            "TypeError: retires: unknown field `retires`, expected `name` or `retries`",
            "TypeError: describe: argument 1: answer.headers[0][1]: invalid type: integer `1`, \
             expected a string",
        ],
    );
}

#[test]
fn wasm_from_rust() {
    prints(
        "wasm_from_rust",
        &[
            "exports: memory, calls, reverse, spin",
            "reversed: napiat",
            "logged: [(16, 6)]",
            "true",
            "desserts",
            "calls: 2",
            "pages: 3",
            "RangeError: bytes 65530..65538 are out of bounds of a memory of 65536 bytes",
            "RuntimeError: out of bounds memory access",
            "stopped by a limit: true",
        ],
    );
}

#[test]
fn bare_boa() {
    let text = run("bare_boa");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 6, "{text}");
    // By functions, and as extensions.
    for lines in lines.chunks(3) {
        // Work on other threads ends in any order.
        let mut first = [lines[0], lines[1]];
        first.sort_unstable();
        assert_eq!(first, ["40 + 2 = 42", "9 bytes of some text"]);
        assert_eq!(lines[2], "a timer");
    }
}
