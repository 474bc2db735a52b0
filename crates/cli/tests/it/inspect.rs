//! `taipan inspect`.

use std::fs;

use crate::support::{Run, examples, serve, taipan};

const MODULE: &str = r#"(module $demo
  (import "env" "log" (func $log (param i32)))
  (import "env" "table" (table 1 funcref))
  (memory (export "memory") 1 2)
  (table $own 2 4 externref)
  (global (export "counter") (mut i64) (i64.const 0))
  (global funcref (ref.null func))
  (elem (i32.const 0) func $main)
  (data (i32.const 0) "hello")
  (func $main (export "run") (param i32 f64) (result i32) (local.get 0))
  (func $begin (call $log (i32.const 1)) (drop (i8x16.splat (i32.const 0))))
  (start $begin)
  (@custom "note" "text"))"#;

fn inspect(wat: &str, arguments: &[&str]) -> Run {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("demo.wasm");
    fs::write(&path, wat::parse_str(wat).expect("a module")).expect("a file");
    let mut all = vec!["inspect", path.to_str().expect("UTF-8")];
    all.extend(arguments);
    taipan(&all)
}

#[test]
fn tells_what_is_in_a_module() {
    let run = inspect(MODULE, &[]);
    assert_eq!(run.code, Some(0), "{run:?}");
    for part in [
        ", valid\n",
        "\"env\" \"log\"",
        "(func (param i32))",
        "\"run\"",
        "(func (param i32 f64) (result i32))",
        "$main",
        "2 defined, 1 imported, 3 with names",
        "function 2 $begin",
        "(memory 1 2)",
        "(table 2 4 externref)",
        "(global (mut i64))",
        "\n  SIMD\n",
        "custom",
        "\"note\"",
        "memory 0 is allocated outside of the engine",
        "active segments are written by a function",
    ] {
        assert!(run.stdout.contains(part), "{part}\n{}", run.stdout);
    }
    assert!(!run.stdout.contains("threads"), "{}", run.stdout);
}

#[test]
fn tells_programs_as_json() {
    let run = inspect(MODULE, &["--json"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let value: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(value["valid"], true);
    assert_eq!(value["name"], "demo");
    assert_eq!(value["imports"][0]["name"], "log");
    assert_eq!(value["exports"].as_array().map(Vec::len), Some(3));
    assert_eq!(value["functions"]["defined"], 2);
    assert_eq!(value["start"], 2);
    let custom: Vec<_> = value["sections"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|section| section["name"].as_str())
        .collect();
    assert_eq!(custom, ["note", "name"]);
}

#[test]
fn a_module_that_is_not_valid_is_shown_as_far_as_it_goes() {
    let run = inspect("(module (memory 1 1 shared))", &[]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stdout.contains("CompileError: "), "{run:?}");
    assert!(run.stdout.contains("\n  threads\n"), "{run:?}");
    assert!(run.stdout.contains("memory"), "{run:?}");
}

#[test]
fn a_module_may_be_at_a_url() {
    let url = format!("{}simple.wasm", serve(examples()));
    let run = taipan(&["inspect", &url]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.contains("imported_func"), "{run:?}");
    let run = taipan(&["inspect", &format!("{url}.missing")]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("404"), "{run:?}");
    let run = taipan(&["inspect", "/nowhere.wasm"]);
    assert!(run.stderr.contains("cannot read /nowhere.wasm"), "{run:?}");
}
