//! What `console` writes.

use taipan::Level;

use crate::support::{logs, runtime};

/// What `console.log` makes of the arguments.
fn shown(arguments: &str) -> String {
    logs(&format!("console.log({arguments})")).join("\n")
}

#[test]
fn values_are_shown_as_users_know_them() {
    for (arguments, expected) in [
        ("'a', 1, { x: 1 }", "a 1 { x: 1 }"),
        ("", ""),
        (
            "undefined, null, true, -0, NaN, 10n, Symbol('s')",
            "undefined null true -0 NaN 10n Symbol(s)",
        ),
        (
            "['a', [1, , , 2], {}]",
            "[ 'a', [ 1, <2 empty items>, 2 ], {} ]",
        ),
        (
            "{ 'a-b': 1, [Symbol('s')]: 2, 3: 4, get g() { return 1 }, set s(v) {} }",
            "{ '3': 4, 'a-b': 1, g: [Getter], s: [Setter], [Symbol(s)]: 2 }",
        ),
        (
            "{ a: { b: { c: { d: 1 } } } }",
            "{ a: { b: { c: [Object] } } }",
        ),
        (
            "(() => { const o = { n: 1 }; o.self = o; return o })()",
            "{ n: 1, self: [Circular] }",
        ),
        ("new (class Foo { x = 1 })", "Foo { x: 1 }"),
        ("Object.create(null)", "[Object: null prototype] {}"),
        (
            "() => 1, function f() {}, class A {}, class B extends Array {}, Map",
            "[Function (anonymous)] [Function: f] [class A] [class B extends Array] [Function: Map]",
        ),
        (
            "new Map([['k', { v: 1 }]]), new Set([1, 'x'])",
            "Map(1) { 'k' => { v: 1 } } Set(2) { 1, 'x' }",
        ),
        (
            "new Uint8Array([1, 2]), new ArrayBuffer(8)",
            "Uint8Array(2) [ 1, 2 ] ArrayBuffer { byteLength: 8 }",
        ),
        (
            "new Date(0), new Date(NaN), /a.b/gi",
            "1970-01-01T00:00:00.000Z Invalid Date /a.b/gi",
        ),
        (
            "Promise.resolve(1), new Promise(() => {})",
            "Promise { 1 } Promise { <pending> }",
        ),
        (
            "new Proxy({}, { get() { throw 1 }, ownKeys() { throw 2 } })",
            "[Proxy]",
        ),
        (
            "\"it's\", [\"it's\", 'a\\nb']",
            "it's [ \"it's\", 'a\\nb' ]",
        ),
        (
            "{ [Symbol.toStringTag]: 'Tag' }",
            "Object [Tag] { [Symbol(Symbol.toStringTag)]: 'Tag' }",
        ),
        (
            "'%s is %d years and %i, %f, %j %%', 'Bob', 42.5, 42.9, 1.5, 'rest'",
            "Bob is 42.5 years and 42, 1.5, %j % rest",
        ),
        ("'%o %O', { a: 1 }, { b: 2 }, '%s'", "{ a: 1 } { b: 2 } %s"),
        ("'%cred', 'color: red'", "red"),
        ("'100%', 1", "100% 1"),
        (
            "new Number(-0), new Boolean(false), Object(1n)",
            "[Number: -0] [Boolean: false] [BigInt: 1n]",
        ),
    ] {
        assert_eq!(shown(arguments), expected, "{arguments}");
    }
}

#[test]
fn long_values_are_broken_into_lines_and_cut() {
    let text = shown("{ a: 'x'.repeat(50), b: 'y'.repeat(50) }");
    assert_eq!(
        text,
        format!(
            "{{\n  a: '{}',\n  b: '{}'\n}}",
            "x".repeat(50),
            "y".repeat(50)
        )
    );
    let text = shown("Array.from({ length: 500 }, () => 1)");
    assert!(text.ends_with("  ... 400 more items\n]"), "{text}");
    let text = shown("new Array(1e9)");
    assert!(
        text.contains("empty items") && text.contains("more items"),
        "{text}"
    );
}

#[test]
fn an_error_is_shown_with_stack_and_cause() {
    let text = shown("new TypeError('outer', { cause: new Error('inner') })");
    assert!(text.starts_with("TypeError: outer\n    at "), "{text}");
    assert!(text.contains("[cause]: Error: inner\n"), "{text}");
    let text = shown("[Object.assign(new Error('e'), { code: 5 })]");
    assert!(
        text.contains("Error: e") && text.contains("{ code: 5 }"),
        "{text}"
    );
}

#[test]
fn showing_runs_no_script() {
    let source = "
        let ran = 0;
        const trap = () => { ran++; throw 1 };
        const hostile = {
            get x() { return trap() }, toString: trap, toJSON: trap,
            get [Symbol.toStringTag]() { return trap() }, get constructor() { return trap() },
        };
        console.log(hostile, [hostile], new Map([[hostile, hostile]]));
        console.log('%s %d %o', hostile, hostile, hostile);
        console.log(ran);
    ";
    assert_eq!(logs(source).last().map(String::as_str), Some("0"));
}

#[test]
fn deep_and_wide_values_end() {
    let source = "
        let deep = {}; for (let i = 0; i < 100000; i++) deep = { deep };
        let error = new Error('e'); for (let i = 0; i < 10000; i++) error = new Error('x', { cause: error });
        console.log(deep); console.log(error); console.log('done');
    ";
    assert_eq!(logs(source).last().map(String::as_str), Some("done"));
}

#[test]
fn each_function_has_its_level() {
    let (mut runtime, log) = runtime();
    runtime
        .eval("for (const name of ['debug', 'log', 'info', 'warn', 'error']) console[name](name);
               console.assert(true, 'no'); console.assert(false, 'n = %d', 5); console.assert(false)")
        .expect("a script");
    let levels = [
        Level::Debug,
        Level::Log,
        Level::Info,
        Level::Warn,
        Level::Error,
    ];
    assert_eq!(
        levels.map(|level| log.of(level).join("|")),
        [
            "debug",
            "log",
            "info",
            "warn",
            "error|Assertion failed: n = 5|Assertion failed"
        ]
    );
}

#[test]
fn groups_indent_and_counters_count() {
    let source = "
        console.group('g'); console.log('a\\nb'); console.group(); console.log('c');
        console.groupEnd(); console.groupEnd(); console.groupEnd(); console.log('d');
        console.count(); console.count('x'); console.count(); console.countReset(); console.count();
        console.countReset('nope'); console.timeEnd('nope');
    ";
    assert_eq!(
        logs(source),
        [
            "g",
            "  a\n  b",
            "    c",
            "d",
            "default: 1",
            "x: 1",
            "default: 2",
            "default: 1",
            "Count for 'nope' does not exist",
            "Timer 'nope' does not exist",
        ]
    );
}

#[test]
fn a_table_has_a_column_for_each_property() {
    let text = logs("console.table([{ a: 1, b: 'x' }, { c: true }, 5])").join("\n");
    let expected = "\
┌─────────┬───┬─────┬──────┬────────┐
│ (index) │ a │ b   │ c    │ Values │
├─────────┼───┼─────┼──────┼────────┤
│ 0       │ 1 │ 'x' │      │        │
│ 1       │   │     │ true │        │
│ 2       │   │     │      │ 5      │
└─────────┴───┴─────┴──────┴────────┘";
    assert_eq!(text, expected);
    assert_eq!(logs("console.table('text')"), ["text"]);
}

#[test]
fn the_object_is_a_namespace() {
    let source = "
        const d = Object.getOwnPropertyDescriptor(globalThis, 'console');
        console.log(d.writable, d.enumerable, d.configurable,
            Object.prototype.toString.call(console), Object.keys(console).includes('log'),
            Object.getPrototypeOf(Object.getPrototypeOf(console)) === Object.prototype,
            Object.keys(Object.getPrototypeOf(console)).length);
        const { log } = console; log('detached');
    ";
    assert_eq!(
        logs(source),
        ["true false true [object console] true true 0", "detached"]
    );
}

#[test]
fn an_aggregate_error_is_shown_with_its_errors() {
    let text = shown("new AggregateError([new TypeError('one'), 2], 'many')");
    assert!(text.starts_with("AggregateError: many\n"), "{text}");
    assert!(
        text.contains("\n  [errors]: [\n    TypeError: one\n"),
        "{text}"
    );
    assert!(text.ends_with(",\n    2\n  ]"), "{text}");
    let ring =
        shown("(() => { const e = new AggregateError([]); e.errors.push(e, e); return e })()");
    assert!(
        ring.contains("[errors]: [Array]") && ring.len() < 10_000,
        "{ring}"
    );
    let text = shown("new AggregateError(Array(20).fill(1))");
    assert!(text.contains("... 12 more items"), "{text}");
}

#[test]
fn a_response_and_headers_are_shown_with_what_they_have() {
    assert_eq!(shown("new Headers()"), "Headers {}");
    assert_eq!(
        shown("new Headers({ b: '2', 'A-c': '1' })"),
        "Headers { 'a-c': '1', b: '2' }"
    );
    let text = shown("new Response('x', { status: 404, headers: { a: 'b' } })");
    for part in [
        "Response {",
        "status: 404",
        "ok: false",
        "headers: Headers {",
        "a: 'b'",
    ] {
        assert!(text.contains(part), "{text}");
    }
    // No script runs, and what only looks like one has nothing.
    let code = "(() => {
        const log = []; const f = name => () => { log.push(name) };
        Object.defineProperty(Response.prototype, 'status', { get: f('status') });
        Headers.prototype.forEach = f('forEach');
        Object.defineProperty(Array.prototype, '0', { set: f('set'), configurable: true });
        console.log(new Response());
        delete Array.prototype[0];
        return [log, Object.create(Response.prototype)];
    })()";
    let text = shown(code);
    assert!(text.contains("status: 200"), "{text}");
    assert!(text.ends_with("[ [], Response {} ]"), "{text}");
}
