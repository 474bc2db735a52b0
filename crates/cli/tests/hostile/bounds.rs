//! What ends the process when nothing else does.

use std::{
    process::{Command, Output},
    time::{Duration, Instant},
};

fn taipan(arguments: &[&str]) -> (Output, Duration) {
    let start = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_taipan"))
        .args(arguments)
        .env_remove("RUST_BACKTRACE")
        .output()
        .expect("the command runs");
    (output, start.elapsed())
}

#[track_caller]
fn ends_with(arguments: &[&str], code: i32, message: &str) -> Duration {
    let (output, time) = taipan(arguments);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {stderr}");
    assert!(stderr.contains(message), "{arguments:?}: {stderr}");
    time
}

#[test]
fn a_function_of_the_engine_that_goes_on_for_ever() {
    let program = "console.log('begin'); new Array(2 ** 32 - 1).indexOf(1)";
    let message = "longer than the 500ms it may take, and could not be stopped where it was";
    let time = ends_with(&["--timeout=500ms", "-e", program], 1, message);
    assert!(time < Duration::from_secs(20), "{time:?}");
    let (output, _) = taipan(&["--timeout=500ms", "-e", program]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "begin\n");
}

#[cfg(target_os = "linux")]
#[test]
fn memory_that_nothing_counts() {
    let program = "let s = 'x'; for (;;) s += s";
    ends_with(
        &["--max-rss=300MiB", "--timeout=60s", "-e", program],
        3,
        "out of memory",
    );
}

#[cfg(unix)]
#[test]
fn the_native_stack() {
    let program = "const p = new Proxy({}, { getPrototypeOf: () => null }); Object.setPrototypeOf(p, Object.create(p)); p.x";
    ends_with(&["-e", program], 3, "overflowed its stack");
}

#[test]
fn a_program_within_its_bounds() {
    let program = "setTimeout(() => console.log(new Uint8Array(1e6).length), 10)";
    let (output, _) = taipan(&["--timeout=1m", "--max-rss=1GiB", "-e", program]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "1000000\n");
}
