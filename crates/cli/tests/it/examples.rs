//! The examples of the table in README.md.

use std::fs;

use crate::support::{examples, taipan};

/// What they print.
const OUTPUTS: [(&str, &str); 12] = [
    (
        "built-ins.js",
        r#"68656c6c6f aGVsbG8
8 4 1,2,3,4
[ 1, 4, 9 ]
true 8 hello
"#,
    ),
    (
        "fetch.js",
        r#"(module
200 application/json 42
application/x-www-form-urlencoded;charset=UTF-8 q=a+b
AbortError
"#,
    ),
    (
        "streams.js",
        r#"one
two
three
"#,
    ),
    (
        "events.js",
        r#"changed to 1
changed to 3
not handled: as was to be expected
"#,
    ),
    (
        "text.js",
        r#"https://example.org/b?q=1&name=Zo%C3%AB#top
42
テスト
4 Wm/Dqw==
"#,
    ),
    (
        "data.js",
        r#"note.txt 9 some text
true true 1970-01-01T00:00:00.000Z
0 1000
"#,
    ),
    (
        "crypto.js",
        r#"2cf24dba5fb0a30e
64 true
21 hello
36
"#,
    ),
    (
        "observability.js",
        r#"{ list: [ 1, 2, 3 ], map: Map(1) { 'key' => Set(1) { 'value' } } }
text has 2 parts
true [ 'start' ]
Taipan true
"#,
    ),
    (
        "scripts.mjs",
        r#"HELLO ADA!
HELLO ZOË!
scripts.mjs true
"#,
    ),
    (
        "event-loop.js",
        r#"1 the script
2 its end
3 a reaction
4 a microtask
5 the next reaction
6 a timer
7 another one
8 its microtask
9 the last one
"#,
    ),
    (
        "memory.js",
        r#"100
0 131072
16384 7
"#,
    ),
    (
        "proposals.js",
        r#"SIMD: 30
relaxed SIMD: 10
tail calls: 1
several values: [ 3, 2 ]
wide arithmetic: [ '1', 'fffffffffffffffe' ]
several memories, copied in bulk: from one to the other
a memory with 64-bit addresses: 42
a page of one byte: 3
references of the host: true null
extended constants: 42
saturating conversion, sign extension: 2147483647 -1
"#,
    ),
];

/// What other tests run.
const OTHERS: [&str; 13] = [
    "atomics.js",
    "exceptions.js",
    "function-references.js",
    "import-map.mjs",
    "instantiate-streaming.js",
    "integer-references.js",
    "js-string-builtins.js",
    "promise-integration.js",
    "time-slices.js",
    "type-reflection.js",
    "wasm-modules-log.mjs",
    "wasm-modules.mjs",
    "worker.js",
];

#[test]
fn they_print_what_they_should() {
    for (name, expected) in OUTPUTS {
        let script = examples().join(name);
        let run = taipan(&[script.to_str().expect("UTF-8")]);
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (Some(0), expected),
            "{name}: {run:?}"
        );
    }
}

#[test]
fn a_timer_goes_on_with_time_slices() {
    let script = examples().join("time-slices.js");
    let script = script.to_str().expect("UTF-8");
    let run = taipan(&["--time-slice=5ms", script]);
    let expected = "33860 primes, and the timer went on\n";
    assert_eq!((run.code, &*run.stdout), (Some(0), expected), "{run:?}");
    let run = taipan(&[script]);
    let expected = "33860 primes, and the timer had to wait\n";
    assert_eq!((run.code, &*run.stdout), (Some(0), expected), "{run:?}");
}

#[test]
fn names_are_what_the_import_map_says() {
    let map = examples().join("import-map.json");
    let script = examples().join("import-map.mjs");
    let map = format!("--import-map={}", map.display());
    let run = taipan(&[&map, script.to_str().expect("UTF-8")]);
    assert_eq!(
        (run.code, &*run.stdout),
        (Some(0), "hello you!\n"),
        "{run:?}"
    );
}

/// No example is left out, here or in README.md.
#[test]
fn all_of_them_are_run_and_named() {
    let readme = examples().join("../README.md");
    let readme = fs::read_to_string(readme).expect("README.md");
    for entry in fs::read_dir(examples()).expect("the examples") {
        let path = entry.expect("an entry").path();
        let extension = path.extension().and_then(|extension| extension.to_str());
        if !matches!(extension, Some("js" | "mjs")) {
            continue;
        }
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.expect("UTF-8");
        let known = OUTPUTS.iter().any(|(known, _)| *known == name) || OTHERS.contains(&name);
        assert!(known, "{name}");
        // This one is imported by another.
        let named = readme.contains(&format!("(examples/{name})"));
        assert!(named || name == "wasm-modules-log.mjs", "{name}");
    }
}
