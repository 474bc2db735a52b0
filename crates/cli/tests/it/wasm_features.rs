//! The examples of what WebAssembly modules may use.

use std::fs;

use crate::support::{examples, taipan};

/// Scripts, and what they print. Some have a module of the same name, and its text.
const EXAMPLES: [(&str, &str); 6] = [
    ("atomics", "0 1 2\n1 0 0 1\n3\n"),
    ("function-references", "100\n400\nTypeError\n"),
    ("integer-references", "19\n40\n"),
    ("exceptions", "0 40 50 -1\ntrue 7\n"),
    ("js-string-builtins", "WebAssembly works with strings\n"),
    ("promise-integration", "13 8\n"),
];

#[test]
fn they_print_what_they_should() {
    for (name, expected) in EXAMPLES {
        let script = examples().join(name).with_extension("js");
        let run = taipan(&[script.to_str().expect("UTF-8")]);
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (Some(0), expected),
            "{name}: {run:?}"
        );
    }
}

#[test]
fn types_are_seen_if_that_is_asked_for() {
    let script = examples().join("type-reflection.js");
    let script = script.to_str().expect("UTF-8");
    let run = taipan(&["--experimental-wasm-type-reflection", script]);
    let expected = "f64: 40\nexternref: hello\n47 [ 'externref' ] 2\n";
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (Some(0), expected),
        "{run:?}"
    );
    let run = taipan(&[script]);
    assert_eq!(run.code, Some(1), "{run:?}");
}

#[test]
fn modules_are_imported() {
    let script = examples().join("wasm-modules.mjs");
    let run = taipan(&[script.to_str().expect("UTF-8")]);
    let expected = "WebAssembly says 40\nWebAssembly says 42\n42\ncount,add\n";
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (Some(0), expected),
        "{run:?}"
    );
}

#[test]
fn the_modules_are_what_their_texts_say() {
    for (name, _) in EXAMPLES
        .into_iter()
        .chain(["memory", "proposals", "wasm-modules", "type-reflection"].map(|name| (name, "")))
    {
        let path = examples().join(name);
        let Ok(text) = fs::read_to_string(path.with_extension("wat")) else {
            continue;
        };
        let module = fs::read(path.with_extension("wasm")).expect("the module");
        assert_eq!(wat::parse_str(text).expect("a module"), module, "{name}");
    }
}

/// A long computation gives way to timers; an ordinary call does not.
#[test]
fn time_slices_let_timers_go_on() {
    let script = r#"
        const bytes = new Uint8Array([0,97,115,109,1,0,0,0,1,6,1,96,1,127,1,127,3,2,1,0,7,5,1,1,102,0,0,10,18,1,16,0,
            3,64,32,0,65,1,107,34,0,13,0,11,32,0,11]);
        const { f } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
        let ticks = 0;
        const timer = setInterval(() => ticks++, 1);
        const result = await WebAssembly.promising(f)(30000000);
        const during = ticks;
        f(1000000);
        clearInterval(timer);
        console.log(result, during > 3, ticks === during);
    "#;
    let run = taipan(&["--module", "--time-slice", "5ms", "-e", script]);
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (Some(0), "0 true true\n"),
        "{run:?}"
    );
    let run = taipan(&["--module", "-e", script]);
    assert_eq!(run.stdout, "0 false true\n", "{run:?}");
    let run = taipan(&["--time-slice", "5", "-e", "0"]);
    assert_eq!(run.code, Some(2), "{run:?}");
}

/// Time slices end anywhere, but not while an exception is on its way.
#[test]
fn time_slices_and_exceptions() {
    let module = wat::parse_str(
        r#"(module
            (tag $t (param i32))
            (func $throw (param i32) (throw $t (local.get 0)))
            (func (export "f") (param i32) (result i32) (local $sum i32)
                (loop $l
                    (block $next
                        (block $h (result i32)
                            (try_table (catch $t $h) (call $throw (local.get 0)))
                            (br $next))
                        (local.set $sum (i32.add (local.get $sum))))
                    (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
                (local.get $sum)))"#,
    )
    .expect("a module");
    let script = format!(
        "const bytes = new Uint8Array({module:?});
        const {{ f }} = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
        console.log(await WebAssembly.promising(f)(300000) === (300000 * 300001 / 2 | 0));"
    );
    let run = taipan(&["--module", "--time-slice", "1ms", "-e", &script]);
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (Some(0), "true\n"),
        "{run:?}"
    );
}
