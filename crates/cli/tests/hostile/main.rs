//! Programs that do their worst (`js-tests/hostile`), each in a process of its own: the right error, no signal, no end
//! later than the deadline.

mod bounds;

use taipan_testkit::hostile::{self, How};

/// Runs the programs of a file.
fn all_of(group: &str) {
    let how = How::command(env!("CARGO_BIN_EXE_taipan"));
    let group = format!("{group}: ");
    let select = |case: &hostile::Case| case.name.starts_with(&group) && case.excused.is_none();
    assert!(hostile::main(select, &how, false).expect("the programs run"));
}

#[test]
fn recursion() {
    all_of("recursion");
}

#[test]
fn nesting() {
    all_of("nesting");
}

#[test]
fn allocation() {
    all_of("allocation");
}

#[test]
fn webassembly() {
    all_of("webassembly");
}

#[test]
fn page() {
    all_of("page");
}

/// What cannot be put right from outside of the engine, see the reason at each program. No signal ends it, either.
#[test]
#[ignore = "the engine's own: recursion through a proxy that tells another prototype, and through imports"]
fn known_not_to_come_out_right() {
    let how = How::command(env!("CARGO_BIN_EXE_taipan"));
    let mut cases = hostile::read(&hostile::directory()).expect("programs");
    cases.retain(|case| case.excused.is_some());
    for outcome in hostile::run(&cases, &how).expect("the programs run") {
        assert!(outcome.is_right(), "{outcome}");
    }
}

#[test]
fn no_signal_ends_what_does_not_come_out_right() {
    let how = How::command(env!("CARGO_BIN_EXE_taipan"));
    let mut cases = hostile::read(&hostile::directory()).expect("programs");
    cases.retain(|case| case.excused.is_some());
    assert!(!cases.is_empty());
    for outcome in hostile::run(&cases, &how).expect("the programs run") {
        let ends = ["memory", "an error that is none of script", "RangeError"];
        assert!(ends.contains(&outcome.got.as_str()), "{outcome}");
    }
}
