//! Programs that do their worst (`js-tests/hostile`), in runtimes that are embedded and limited, each in a process of its
//! own: the right error, no signal, and the runtime goes on.

use taipan_testkit::hostile::{self, Case, How};

fn all(small: bool) {
    let how = How::embedded(env!("CARGO_BIN_EXE_taipan-testkit"), small);
    let select = |case: &Case| {
        case.excused.is_none()
            && !case.needs_supervision()
            && !(small && case.excused_on_small_stack.is_some())
    };
    assert!(hostile::main(select, &how, false).expect("the programs run"));
}

#[test]
fn on_a_thread_for_javascript() {
    all(false);
}

#[test]
fn on_a_thread_with_a_small_stack() {
    all(true);
}
