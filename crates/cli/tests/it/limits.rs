//! A program that uses up more than it may ends, and says of what.

use std::time::{Duration, Instant};

use crate::support::{taipan, taipan_with_input};

/// A module that spins, as JavaScript.
const SPIN: &str = "new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([
    0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0,
    10, 9, 1, 7, 0, 3, 64, 12, 0, 11, 11]))).exports.f()";

#[test]
fn a_program_ends_when_it_exceeds_a_limit() {
    for (flag, program, message) in [
        ("--timeout=100ms", "setInterval(() => {})", "100ms"),
        ("--timeout=100ms", SPIN, "100ms"),
        ("--timeout=0.1", "for (;;) {}", "100ms"),
        (
            "--timeout=100ms",
            "await new Promise(() => setTimeout(() => {}, 1e9))",
            "100ms",
        ),
        ("--fuel=1000000", SPIN, "1000000 units of fuel"),
        ("--max-loop-iterations=1000", "for (;;) {}", "1000 times"),
        (
            "--max-recursion=50",
            "(function f() { f() })()",
            "RangeError",
        ),
        (
            "--max-memory=1MiB",
            "new WebAssembly.Memory({ initial: 17 })",
            "RangeError",
        ),
        (
            "--max-table-elements=10",
            "new WebAssembly.Table({ initial: 11, element: 'anyfunc' })",
            "RangeError",
        ),
        (
            "--max-heap=64MiB",
            "const s = 'x'.repeat(2 ** 27)",
            "RangeError",
        ),
        ("--max-heap=64MiB", "new ArrayBuffer(2 ** 27)", "RangeError"),
        (
            "--max-heap=64MiB",
            "const a = []; for (;;) a.push({ a })",
            "67108864 bytes",
        ),
        (
            "--max-heap=24MiB",
            "const a = []; for (;;) { a.push({ a }); await null }",
            "25165824 bytes",
        ),
        (
            "--max-timers=3",
            "for (;;) setTimeout(() => {})",
            "no more than 3 timers",
        ),
        (
            "--max-response=10",
            "await (await fetch('data:,more than ten bytes')).text()",
            "more than the 10 bytes",
        ),
    ] {
        let start = Instant::now();
        let run = taipan(&[flag, "-e", program]);
        assert_eq!(run.code, Some(1), "{flag} {program}: {run:?}");
        assert!(run.stderr.contains(message), "{flag} {program}: {run:?}");
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "{flag} {program}"
        );
    }
}

#[test]
fn a_program_within_its_limits_runs() {
    let run = taipan(&[
        "--timeout=1m",
        "--fuel=1000",
        "--max-memory=64MiB",
        "--max-response=1k",
        "--max-connections=2",
        "--max-fetches=2",
        "--max-workers=1",
        "-e",
        "new WebAssembly.Memory({ initial: 1 }); console.log('done')",
    ]);
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (Some(0), "done\n"),
        "{run:?}"
    );
}

#[test]
fn limits_that_are_none_are_refused() {
    for flag in [
        "--timeout=soon",
        "--max-memory=lots",
        "--fuel=-1",
        "--deterministic=x",
    ] {
        let run = taipan(&[flag, "-e", "1"]);
        assert_eq!(run.code, Some(2), "{flag}: {run:?}");
    }
}

#[test]
fn a_deterministic_program_does_the_same_every_time() {
    let program =
        "setTimeout(() => console.log(Date.now(), Math.random(), crypto.randomUUID()), 6e4)";
    let run = |flag| taipan_with_input(&[flag], program).stdout;
    let first = run("--deterministic");
    assert!(first.starts_with("946684860000 "), "{first}");
    assert_eq!(run("--deterministic"), first);
    assert_eq!(run("--deterministic=0"), first);
    assert_ne!(run("--deterministic=1"), first);
}
