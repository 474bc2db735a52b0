//! The examples of what WebAssembly modules may use.

use std::fs;

use crate::support::{examples, taipan};

/// Scripts, and what they print. Some have a module of the same name, and its text.
const EXAMPLES: [(&str, &str); 5] = [
    ("atomics", "0 1 2\n1 0 0 1\n3\n"),
    ("function-references", "100\n400\nTypeError\n"),
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
fn the_modules_are_what_their_texts_say() {
    for (name, _) in EXAMPLES {
        let path = examples().join(name);
        let Ok(text) = fs::read_to_string(path.with_extension("wat")) else {
            continue;
        };
        let module = fs::read(path.with_extension("wasm")).expect("the module");
        assert_eq!(wat::parse_str(text).expect("a module"), module, "{name}");
    }
}
