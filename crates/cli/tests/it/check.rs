//! `taipan check`.

use crate::support::{Run, command, examples, files};

fn check(entries: &[(&str, &str)], arguments: &[&str]) -> Run {
    let directory = files(entries);
    let output = command()
        .arg("check")
        .args(arguments)
        .current_dir(directory.path())
        .output();
    output.expect("the binary runs").into()
}

#[test]
fn what_is_right_passes_without_being_run() {
    let run = check(
        &[
            ("a.js", "throw new Error('not run')"),
            (
                "b.mjs",
                "import { c } from './c.js'; import d from './d.json' with { type: 'json' }; import 'https://example.invalid/x.js'; c; d",
            ),
            ("c.js", "export const c = 1; export * from './e.js'"),
            ("d.json", "{}"),
            ("e.js", "export const e = await 1"),
        ],
        &["a.js", "b.mjs"],
    );
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.stdout, "");
    assert_eq!(run.stderr, "5 files checked, no errors\n");
}

#[test]
fn all_errors_are_told_with_their_lines() {
    let run = check(
        &[
            ("a.js", "let x = 1;\nlet y = ;\n"),
            (
                "b.mjs",
                "import { nope, yes } from './c.js'; import './d.js'; import 'bare'; import './missing.js'",
            ),
            ("c.js", "export const yes = 1"),
            ("d.js", "foo(\n"),
            ("e.json", "{ \"a\": 1,\n }"),
        ],
        &["a.js", "b.mjs", "e.json", "nowhere.js"],
    );
    assert_eq!(run.code, Some(1), "{run:?}");
    for part in [
        "\nlet y = ;\n        ^\n    at file://",
        "/a.js:2:9\n",
        "/d.js:1:5\n",
        "/c.js has no export named \"nope\"\n",
        "cannot resolve \"bare\"",
        "/missing.js: ",
        "/e.json:2:",
        "cannot read nowhere.js",
        "6 files checked, 7 errors\n",
    ] {
        assert!(run.stderr.contains(part), "{part}\n{}", run.stderr);
    }
    assert!(!run.stderr.contains("named \"yes\""), "{}", run.stderr);
}

#[test]
fn the_kind_decides() {
    let entries = &[("a.js", "with (a) {}"), ("b.cjs", "with (a) {}")][..];
    assert_eq!(check(entries, &["a.js", "b.cjs"]).code, Some(0));
    assert_eq!(check(entries, &["--module", "a.js"]).code, Some(1));
    let module = &[("a.mjs", "with (a) {}")][..];
    assert_eq!(check(module, &["a.mjs"]).code, Some(1));
    assert_eq!(check(module, &["--script", "a.mjs"]).code, Some(0));
}

#[test]
fn modules_of_webassembly_are_validated() {
    let module = examples().join("simple.wasm");
    let module = module.to_str().expect("UTF-8");
    let run = check(&[], &[module]);
    assert_eq!(
        (run.code, run.stderr.as_str()),
        (Some(0), "1 file checked, no errors\n")
    );
    let run = check(&[("bad.wasm", "\0asm\u{1}\0\0\0\u{7f}")], &["bad.wasm"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stderr.starts_with("CompileError: ") && run.stderr.contains("bad.wasm"),
        "{run:?}"
    );
}
