//! Each target of `fuzz/`, for a few seconds, from the committed seeds.

use std::time::Duration;

use taipan_testkit::fuzz::{self, Target};

#[track_caller]
fn fuzz(name: &str) {
    let target = Target::named(name).expect("a target");
    let summary = fuzz::run(target, Duration::from_secs(4), 1).expect("seeds");
    if let Some((input, message)) = summary.failure {
        panic!("{name}, input {}: {message}\n{input:?}", summary.inputs);
    }
}

#[test]
fn modules() {
    fuzz("module");
}

#[test]
fn modules_in_chunks() {
    fuzz("chunks");
}

#[test]
fn imports() {
    fuzz("imports");
}

#[test]
fn responses() {
    fuzz("http");
}

#[test]
fn texts() {
    fuzz("text");
}

#[test]
fn clones() {
    fuzz("clone");
}
