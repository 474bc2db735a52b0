//! Exit codes and reports.

use std::process::Stdio;

use crate::support::{command, files, taipan};

/// Runs code that must fail; gives what it reported.
fn failed(code: &str) -> String {
    let run = taipan(&["-e", code]);
    assert_eq!(run.code, Some(1), "{code}: {run:?}");
    run.stderr
}

#[test]
fn an_uncaught_error_is_reported_with_stack_and_cause() {
    let directory = files(&[(
        "a.js",
        "function thrower() {\n  throw new TypeError('outer', { cause: new Error('inner') });\n}\nthrower();",
    )]);
    let path = directory.path().join("a.js");
    let run = taipan(&[path.to_str().expect("UTF-8")]);
    assert_eq!(run.code, Some(1));
    let lines: Vec<_> = run.stderr.lines().collect();
    assert_eq!(lines[0], "Uncaught TypeError: outer");
    assert!(
        lines[1].starts_with("  throw new TypeError('outer'"),
        "{lines:?}"
    );
    assert_eq!(lines[2], "        ^");
    assert!(
        lines[3].starts_with("    at thrower (file://") && lines[3].contains("a.js:2:9"),
        "{lines:?}"
    );
    assert!(lines.contains(&"Caused by: Error: inner"), "{lines:?}");
}

#[test]
fn an_uncaught_error_does_not_stop_what_was_begun() {
    let run = taipan(&[
        "-e",
        "setTimeout(() => console.log('later')); throw new Error('now')",
    ]);
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (Some(1), "later\n"),
        "{run:?}"
    );
    let run = taipan(&[
        "-e",
        "setTimeout(() => { throw 1 }); setTimeout(() => console.log('later'))",
    ]);
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (Some(1), "later\n"),
        "{run:?}"
    );
    assert_eq!(run.stderr, "Uncaught 1\n");
}

#[test]
fn an_unhandled_rejection_is_reported() {
    let report = failed("Promise.reject(new RangeError('no'))");
    assert!(
        report.starts_with("Uncaught (in promise) RangeError: no\n"),
        "{report}"
    );
    assert!(failed("await Promise.reject(new Error('top'))").starts_with("Uncaught Error: top"));
    assert!(failed("import('./nowhere.js')").contains("nowhere.js"));
}

#[test]
fn a_rejection_handled_in_time_is_not() {
    let run = taipan(&[
        "-e",
        "const p = Promise.reject(1); queueMicrotask(() => p.catch(() => {}))",
    ]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
}

#[test]
fn a_caught_error_is_no_failure() {
    let run = taipan(&["-e", "try { null.x } catch {} setTimeout(() => {}, 1)"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
}

#[test]
fn syntax_errors_name_their_place() {
    for (code, place, excerpt) in [
        ("let let = 1", "eval.js:1:5\n", "\nlet let = 1\n    ^\n"),
        ("\n\tfoo(1,", "eval.js:2:8\n", "\n\tfoo(1,\n\t      ^\n"),
        ("export { a }", "eval.js:1:", "\nexport { a }\n"),
    ] {
        let report = failed(code);
        assert!(report.starts_with("Uncaught SyntaxError: "), "{report}");
        assert!(report.contains(place), "{report}");
        assert!(report.contains(excerpt), "{report}");
    }
}

#[test]
fn an_error_of_a_module_from_a_server_shows_its_line() {
    let directory = files(&[("a.mjs", "export const f = () => {\n  null.x;\n};")]);
    let base = crate::support::serve(directory.path().to_owned());
    let run = taipan(&["-e", &format!("import {{ f }} from '{base}a.mjs'; f()")]);
    assert!(
        run.stderr.contains("\n  null.x;\n") && run.stderr.contains("a.mjs:2:"),
        "{run:?}"
    );
}

#[test]
fn what_was_thrown_by_no_error_is_told() {
    assert_eq!(failed("throw { a: 1 }"), "Uncaught { a: 1 }\n");
}

#[test]
fn a_trap_names_the_function_that_was_called() {
    let code = |names: &str| {
        // (module (func (export "boom") unreachable))
        let bytes =
            "0,97,115,109,1,0,0,0,1,4,1,96,0,0,3,2,1,0,7,8,1,4,98,111,111,109,0,0,10,5,1,3,0,0,11";
        format!(
            "new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from([{bytes}{names}]))).exports.boom()"
        )
    };
    let report = failed(&code(""));
    let lines: Vec<_> = report.lines().collect();
    assert_eq!(lines[0], "Uncaught RuntimeError: unreachable");
    assert_eq!(lines[3], "    at boom (wasm-function[0])", "{report}");
    assert!(lines[4].starts_with("    at <main> (file://"), "{report}");
    assert!(lines[5].contains("not recorded"), "{report}");
    // A name section with a module's name.
    let report = failed(&code(",0,12,4,110,97,109,101,0,5,4,100,101,109,111"));
    assert!(
        report.contains("    at demo.boom (wasm-function[0])\n"),
        "{report}"
    );
}

#[test]
fn a_trap_names_functions_that_are_not_exported() {
    let module = r#"(module $demo
      (table (export "table") 1 funcref)
      (elem (i32.const 0) func $inner)
      (func $inner unreachable))"#;
    let directory = files(&[(
        "a.mjs",
        "const { instance } = await WebAssembly.instantiateStreaming(fetch('a.wasm'));
         const inner = instance.exports.table.get(0);
         console.log(inner.name);
         inner();",
    )]);
    let bytes = wat::parse_str(module).expect("a module");
    std::fs::write(directory.path().join("a.wasm"), bytes).expect("a file");
    let run = taipan(&[directory.path().join("a.mjs").to_str().expect("UTF-8")]);
    assert_eq!(run.stdout, "0\n", "{run:?}");
    assert!(
        run.stderr
            .contains("    at demo.inner (wasm-function[0])\n"),
        "{run:?}"
    );
}

#[test]
fn a_module_of_webassembly_is_no_program() {
    let module = crate::support::examples().join("simple.wasm");
    let run = taipan(&[module.to_str().expect("UTF-8")]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("taipan inspect"), "{run:?}");
}

#[test]
fn colours_are_asked_for() {
    let run = |force: &str, no: &str| {
        let output = command()
            .args(["-e", "null.x"])
            .env("FORCE_COLOR", force)
            .env("NO_COLOR", no)
            .output()
            .expect("the binary runs");
        String::from_utf8(output.stderr)
            .expect("UTF-8")
            .contains("\x1b[")
    };
    assert!(run("1", "") && run("1", "1"));
    assert!(!run("", "") && !run("0", "") && !run("", "1"));
}

#[test]
fn a_missing_file_is_told() {
    let run = taipan(&["no-such-file.js"]);
    assert_eq!(run.code, Some(1));
    assert!(
        run.stderr
            .starts_with("taipan: cannot read no-such-file.js: "),
        "{run:?}"
    );
    let run = taipan(&["gopher://example.org/a.js"]);
    assert_eq!(run.code, Some(1));
    assert!(
        run.stderr.contains("\"gopher:\" is not supported"),
        "{run:?}"
    );
}

#[test]
fn endless_recursion_and_deep_nesting_end_orderly() {
    let report = failed("(function f() { f() })()");
    assert!(
        report.starts_with("Uncaught RangeError: Maximum call stack size exceeded\n"),
        "{report}"
    );
    assert!(
        report.contains("more times") && report.lines().count() < 10,
        "{report}"
    );
    assert!(failed("(function f() { [1].map(f) })()").contains("RangeError"));
    assert!(failed("eval('('.repeat(1e6))").contains("SyntaxError"));
    let source = format!("{}1{}", "(".repeat(1_000_000), ")".repeat(1_000_000));
    let directory = files(&[("deep.js", &source)]);
    let path = directory.path().join("deep.js");
    let run = taipan(&[path.to_str().expect("UTF-8")]);
    assert_eq!(run.code, Some(1));
    assert!(
        run.stderr
            .contains("SyntaxError: the source text is nested too deeply"),
        "{run:?}"
    );
}

#[test]
fn a_reader_that_goes_away_is_no_crash() {
    // The pipe is closed before anything is written.
    let mut child = command()
        .args([
            "-e",
            "setTimeout(() => { for (let i = 0; i < 1000; i++) console.log(i) }, 50)",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the binary ends");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[test]
fn a_failure_of_the_engine_is_told_in_a_line() {
    let report = failed("(async function () { await using x = null })()");
    assert!(
        report.starts_with("taipan: the engine failed: ") && report.lines().count() == 1,
        "{report}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn standard_output_that_cannot_be_written_is_a_failure() {
    let full = std::fs::File::options().write(true).open("/dev/full");
    let output = command()
        .args(["-e", "console.log('lost')"])
        .stdout(full.expect("a device"))
        .output()
        .expect("the binary runs");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let report = String::from_utf8_lossy(&output.stderr);
    assert!(
        report.starts_with("taipan: cannot write to standard output: "),
        "{report}"
    );
}

#[test]
fn an_error_that_the_program_takes_care_of_is_no_failure() {
    let listeners = "addEventListener('error', (event) => { console.log(event.message); event.preventDefault() });
        onunhandledrejection = (event) => { console.log(event.reason); return false };";
    let run = taipan(&[
        "-e",
        &format!(
            "{listeners} setTimeout(() => {{ throw 1 }}); Promise.reject(2); throw new Error('3')"
        ),
    ]);
    assert_eq!(
        (run.code, run.stdout.as_str(), run.stderr.as_str()),
        (Some(0), "Uncaught Error: 3\n2\nUncaught 1\n", ""),
        "{run:?}"
    );
    // Listening alone changes nothing.
    let report = failed("addEventListener('error', () => {}); reportError(new Error('no'))");
    assert!(report.starts_with("Uncaught Error: no\n"), "{report}");
}

#[test]
fn a_timeout_that_nothing_waits_for_does_not_keep_the_program() {
    let run = taipan(&["-e", "AbortSignal.timeout(100_000).onabort = () => {}"]);
    assert_eq!(run.code, Some(0), "{run:?}");
}
