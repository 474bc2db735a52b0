//! `setTimeout` and its kin.

use taipan::Level;

use crate::support::{logs, runtime};

#[test]
fn run_by_due_time_and_then_by_creation() {
    let source = "
        for (const [name, delay] of [['c', 30], ['a', 1], ['d', 30], ['b', 15]])
            setTimeout(console.log, delay, name);
    ";
    assert_eq!(logs(source), ["a", "b", "c", "d"]);
}

#[test]
fn pass_their_arguments_and_the_global_as_this() {
    let source = "
        setTimeout(function (...args) { console.log(this === globalThis, ...args) }, 0, 1, 'x');
    ";
    assert_eq!(logs(source), ["true 1 x"]);
}

#[test]
fn a_cleared_timer_does_not_run_nor_keep_the_loop_alive() {
    // The loop would not end for hours otherwise.
    let source = "
        const a = setTimeout(() => console.log('no'), 10_000_000);
        const b = setInterval(() => console.log('no'), 10_000_000);
        setTimeout(() => { clearTimeout(a); clearInterval(b); console.log('cleared') });
    ";
    assert_eq!(logs(source), ["cleared"]);
}

#[test]
fn a_timer_cleared_by_another_that_is_due_with_it_does_not_run() {
    let source = "
        let b;
        setTimeout(() => { console.log('a'); clearTimeout(b) });
        b = setTimeout(() => console.log('b'));
        setTimeout(() => console.log('c'));
    ";
    assert_eq!(logs(source), ["a", "c"]);
}

#[test]
fn an_interval_repeats_until_it_clears_itself() {
    let source = "
        let n = 0;
        const id = setInterval(() => {
            console.log(++n);
            if (n === 3) clearInterval(id);
        }, 1);
    ";
    assert_eq!(logs(source), ["1", "2", "3"]);
}

#[test]
fn either_function_clears_either_kind() {
    let source = "
        clearInterval(setTimeout(() => console.log('no')));
        clearTimeout(setInterval(() => console.log('no'), 1));
        clearTimeout(); clearTimeout(-1); clearTimeout(undefined); clearTimeout('x'); clearTimeout({});
        console.log('ok');
    ";
    assert_eq!(logs(source), ["ok"]);
}

#[test]
fn ids_are_positive_and_never_shared() {
    let source = "
        const ids = [setTimeout(() => {}), setInterval(() => {}, 1), setTimeout(() => {})];
        clearInterval(ids[1]);
        console.log(ids.every(id => Number.isInteger(id) && id > 0), new Set(ids).size);
    ";
    assert_eq!(logs(source), ["true 3"]);
}

#[test]
fn delays_are_converted_like_a_long() {
    // 2^32 is 0, and what is not a number or negative is 0 too.
    let source = "
        for (const delay of [2 ** 32, -5, 'abc', null, NaN, {}, 2 ** 31])
            setTimeout(() => console.log(String(delay)), delay);
        setTimeout(() => console.log('last'), 1);
    ";
    let expected = [
        "4294967296",
        "-5",
        "abc",
        "null",
        "NaN",
        "[object Object]",
        "2147483648",
        "last",
    ];
    assert_eq!(logs(source), expected);
}

#[test]
fn a_handler_that_is_not_callable_is_source_text() {
    let source = "
        try { setTimeout() } catch (error) { console.log(error.name) }
        try { setTimeout(Symbol()) } catch (error) { console.log(error.name) }
        setTimeout('var x = 1; console.log(x)');
        setTimeout({ toString: () => 'console.log(x + 1)' });
        const id = setInterval('console.log(++x); if (x == 3) clearInterval(id)', 1);
        globalThis.id = id;
    ";
    assert_eq!(logs(source), ["TypeError", "TypeError", "1", "2", "2", "3"]);
}

#[test]
fn source_text_nested_too_deeply_is_refused_and_not_fatal() {
    let (mut runtime, log) = runtime();
    runtime
        .eval("setTimeout('('.repeat(1_000_000)); setTimeout(() => console.log('next'))")
        .expect("a script");
    runtime.run().expect("the loop");
    assert_eq!(runtime.uncaught_errors(), 1);
    assert_eq!(log.of(Level::Log), ["next"]);
}

#[test]
fn deep_nesting_slows_a_timer_down_to_four_milliseconds() {
    // Told without a clock: a timer of 3 ms that is made by a deeply nested one comes
    // after one of 3 ms made at the same moment by a fresh task only if it was slowed.
    let source = "
        let level = 0;
        (function nest() {
            if (++level < 8) { setTimeout(nest); return }
            setTimeout(() => console.log('nested 0'));
            setTimeout(() => console.log('nested 3'), 3);
            setTimeout(() => console.log('nested 4'), 4);
        })();
    ";
    // All three are due after 4 ms: the order of creation decides.
    assert_eq!(logs(source), ["nested 0", "nested 3", "nested 4"]);
    let source = "
        setTimeout(() => console.log('3'), 3);
        setTimeout(() => console.log('0'));
    ";
    assert_eq!(logs(source), ["0", "3"]);
}

#[test]
fn the_functions_have_the_attributes_of_operations() {
    let (mut runtime, _) = runtime();
    for (name, length) in [
        ("setTimeout", 1),
        ("setInterval", 1),
        ("clearTimeout", 0),
        ("clearInterval", 0),
        ("queueMicrotask", 1),
    ] {
        let source = format!(
            "const d{name} = Object.getOwnPropertyDescriptor(globalThis, '{name}');
             let constructs = true;
             try {{ new {name}(() => {{}}) }} catch (e) {{ constructs = !(e instanceof TypeError) }}
             d{name}.writable && d{name}.enumerable && d{name}.configurable && !constructs
                 && {name}.name === '{name}' && {name}.length === {length}
                 && !Object.hasOwn({name}, 'prototype')"
        );
        let value = runtime.eval(&format!("{{{source}}}")).expect(name);
        assert_eq!(value.as_boolean(), Some(true), "{name}");
    }
}
