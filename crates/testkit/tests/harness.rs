//! The harness and the runner notice what is wrong.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::ffi::OsString;
use std::fs;
use std::time::Duration;

use taipan_testkit::child::CHILD_ARGUMENT;
use taipan_testkit::outcome::{FileOutcome, FileStatus, SubtestStatus};
use taipan_testkit::runner::Runner;
use taipan_testkit::suite::Suite;

/// Runs one test file with the given text, by the given command.
fn run_by(command: Vec<OsString>, text: &str, timeout: Duration) -> FileOutcome {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("a.any.js"), text).unwrap();
    let runner = Runner::new(Suite::js_tests(directory.path()))
        .unwrap()
        .with_command(command)
        .with_timeout(timeout);
    let cases = runner.cases().unwrap();
    assert_eq!(cases.len(), 1);
    runner.run(&cases[0])
}

fn run(text: &str) -> FileOutcome {
    let command = vec![
        env!("CARGO_BIN_EXE_taipan-testkit").into(),
        CHILD_ARGUMENT.into(),
    ];
    run_by(command, text, Duration::from_secs(60))
}

/// Every body must fail as a subtest, by an assertion or by an exception.
#[track_caller]
fn all_fail(bodies: &[&str]) {
    let mut text = String::new();
    for body in bodies {
        text.push_str(&format!(
            "promise_test(async (t) => {{ {body} }}, {});\n",
            serde_json::Value::from(*body)
        ));
    }
    let outcome = run(&text);
    assert_eq!(outcome.status, FileStatus::Ok, "{outcome:#?}");
    assert_eq!(outcome.subtests.len(), bodies.len());
    for subtest in &outcome.subtests {
        assert_eq!(subtest.status, SubtestStatus::Fail, "{}", subtest.name);
        assert!(!subtest.message.is_empty(), "{}", subtest.name);
    }
}

#[test]
fn assertions_that_do_not_hold() {
    all_fail(&[
        "assert_true(1);",
        "assert_true(false);",
        "assert_false(0);",
        "assert_equals(1, 2);",
        "assert_equals(0, -0);",
        "assert_equals(1, 1n);",
        "assert_equals({}, {});",
        "assert_not_equals(NaN, NaN);",
        "assert_in_array(1, [2, 3]);",
        "assert_array_equals([1], [1, 2]);",
        "assert_array_equals([1, 0], [1, -0]);",
        "assert_array_equals([,], [undefined]);",
        "assert_array_equals(1, [1]);",
        "assert_object_equals({ a: 1 }, { a: 2 });",
        "assert_object_equals({ a: 1, b: 2 }, { a: 1 });",
        "assert_object_equals({ a: 1 }, { a: 1, b: 2 });",
        "assert_object_equals({ a: { b: 1 } }, { a: { b: 2 } });",
        "assert_less_than(2, 2);",
        "assert_greater_than(2, 2);",
        "assert_less_than_equal(3, 2);",
        "assert_greater_than_equal(1, 2);",
        "assert_less_than('1', 2);",
        "assert_between_inclusive(3, 0, 2);",
        "assert_between_exclusive(2, 0, 2);",
        "assert_approx_equals(1, 1.2, 0.1);",
        "assert_approx_equals(1, Infinity, 0.1);",
        "assert_regexp_match('a', /b/);",
        "assert_class_string([], 'Object');",
        "assert_own_property({}, 'a');",
        "assert_not_own_property({ a: 1 }, 'a');",
        "assert_inherits({ a: 1 }, 'a');",
        "assert_idl_attribute({}, 'a');",
        "assert_readonly({ a: 1 }, 'a');",
        "assert_implements(undefined);",
        "assert_unreached();",
        "throw new Error('thrown');",
        "throw undefined;",
    ]);
}

#[test]
fn exceptions_that_are_not_the_expected_ones() {
    all_fail(&[
        "assert_throws_js(TypeError, () => {});",
        "assert_throws_js(TypeError, () => { throw new RangeError(); });",
        "assert_throws_js(Error, () => { throw new TypeError(); });",
        "assert_throws_js(TypeError, () => { throw { name: 'TypeError' }; });",
        "assert_throws_js(TypeError, () => { throw 'TypeError'; });",
        "assert_throws_js(TypeError, () => { throw Object.assign(new TypeError(), { name: 'Other' }); });",
        "assert_throws_exactly(1, () => { throw 2; });",
        "assert_throws_exactly(1, () => {});",
        "assert_throws_dom('AbortError', () => { throw new Error(); });",
        "await promise_rejects_js(t, TypeError, Promise.resolve());",
        "await promise_rejects_js(t, TypeError, Promise.reject(new Error()));",
        "await promise_rejects_exactly(t, 1, Promise.reject(2));",
        "await promise_rejects_exactly(t, 1, Promise.resolve(1));",
        "await promise_rejects_dom(t, 'AbortError', Promise.reject(new Error()));",
    ]);
}

#[test]
fn assertions_that_hold() {
    let outcome = run(r"
        test(() => {
          assert_true(true);
          assert_false(false);
          assert_equals(NaN, NaN);
          assert_not_equals(0, -0);
          assert_in_array(NaN, [NaN]);
          assert_array_equals([1, NaN], [1, NaN]);
          assert_object_equals({ a: { b: [1] } }, { a: { b: [1] } });
          assert_less_than(1n, 2);
          assert_approx_equals(1, 1.05, 0.1);
          assert_approx_equals(Infinity, Infinity, 0.1);
          assert_class_string([], 'Array');
          assert_own_property({ a: 1 }, 'a');
          assert_inherits(Object.create({ a: 1 }), 'a');
          assert_readonly(Object.freeze({ a: 1 }), 'a');
          assert_throws_js(TypeError, () => null.x);
          assert_throws_exactly(-0, () => { throw -0; });
        }, 'all of them');
        promise_test(async (t) => {
          await promise_rejects_js(t, RangeError, Promise.reject(new RangeError()));
          await promise_rejects_exactly(t, t, Promise.reject(t));
        }, 'of promises');
        async_test((t) => { setTimeout(t.step_func_done(() => assert_true(true)), 1); }, 'later');
    ");
    assert_eq!(outcome.status, FileStatus::Ok, "{outcome:#?}");
    assert_eq!(outcome.passed(), 3, "{outcome:#?}");
    assert_eq!(outcome.subtests.len(), 3);
}

#[test]
fn promise_tests_run_one_after_the_other() {
    let outcome = run(r"
        const order = [];
        promise_test(async (t) => {
          t.add_cleanup(() => order.push('cleanup'));
          order.push('one');
          await new Promise((resolve) => setTimeout(resolve, 5));
          order.push('one again');
        }, 'one');
        promise_test(async () => {
          assert_array_equals(order, ['one', 'one again', 'cleanup']);
        }, 'two');
    ");
    assert_eq!(outcome.passed(), 2, "{outcome:#?}");
}

#[test]
fn equal_names_are_told_apart_and_optional_features_are_skipped() {
    let outcome = run(r"
        test(() => {}, 'a');
        test(() => {}, 'a');
        test(() => { assert_implements_optional(false); }, 'b');
    ");
    let names: Vec<&str> = outcome
        .subtests
        .iter()
        .map(|subtest| subtest.name.as_str())
        .collect();
    assert_eq!(names, ["a", "a (2)"]);
    assert_eq!(outcome.skipped, 1);
}

#[track_caller]
fn is_an_error(text: &str, message: &str) {
    let outcome = run(text);
    let FileStatus::Error(said) = &outcome.status else {
        panic!("{outcome:#?}");
    };
    assert!(said.contains(message), "{said}");
}

#[test]
fn mistakes_outside_subtests() {
    is_an_error("test(() => {}, 'a'); let = ;", "SyntaxError");
    is_an_error(
        "test(() => {}, 'a'); throw new Error('at large');",
        "at large",
    );
    is_an_error("setup(() => { throw new Error('in setup'); });", "in setup");
    is_an_error(
        "async_test((t) => setTimeout(() => t.done(), 20), 'a'); setTimeout(() => { throw new Error('in a timer'); }, 0);",
        "in a timer",
    );
    is_an_error(
        "test(() => { Promise.reject(new Error('unhandled')); }, 'a');",
        "unhandled",
    );
    is_an_error("test(() => Promise.resolve(), 'a');", "promise_test");
    is_an_error("// META: script=nobody.js\n", "nobody.js");
    is_an_error("test(() => { wat`(modul)`; }, 'a');", "line 1");
}

#[test]
fn a_subtest_that_never_ends() {
    let outcome = run("test(() => {}, 'a'); promise_test(() => new Promise(() => {}), 'b');");
    assert!(
        matches!(outcome.status, FileStatus::Error(_)),
        "{outcome:#?}"
    );
    assert_eq!(outcome.passed(), 1);
    assert_eq!(outcome.subtests[1].status, SubtestStatus::NotRun);
}

#[test]
fn a_file_that_hangs() {
    let command = vec![
        env!("CARGO_BIN_EXE_taipan-testkit").into(),
        CHILD_ARGUMENT.into(),
    ];
    let outcome = run_by(
        command,
        "test(() => {}, 'before'); test(() => { for (;;); }, 'hangs');",
        Duration::from_secs(5),
    );
    assert_eq!(outcome.status, FileStatus::Timeout);
    assert_eq!(outcome.passed(), 1, "what was reported before counts");
}

#[cfg(unix)]
#[test]
fn a_process_that_crashes() {
    let crash = ["sh", "-c", "echo last words >&2; kill -SEGV $$"]
        .map(OsString::from)
        .to_vec();
    let outcome = run_by(crash, "test(() => {}, 'a');", Duration::from_secs(30));
    let FileStatus::Crash(said) = &outcome.status else {
        panic!("{outcome:#?}");
    };
    assert!(said.contains("last words"), "{said}");
    let silent = ["true"].map(OsString::from).to_vec();
    let outcome = run_by(silent, "test(() => {}, 'a');", Duration::from_secs(30));
    assert!(
        matches!(outcome.status, FileStatus::Crash(_)),
        "to end well without a word is no success: {outcome:#?}"
    );
}
