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
            "<ref *1> { n: 1, self: [Circular *1] }",
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
            "new Uint8Array([1, 2]), new ArrayBuffer(2)",
            "Uint8Array(2) [ 1, 2 ] ArrayBuffer { [Uint8Contents]: <00 00>, byteLength: 2 }",
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
            "{ [Symbol(Symbol.toStringTag)]: 'Tag' }",
        ),
        (
            "'%s is %d years and %i, %f, %j %%', 'Bob', 42.5, 42.9, 1.5, 'rest'",
            "Bob is 42.5 years and 42, 1.5, \"rest\" %",
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
    assert_eq!(shown("new Array(1e9)"), "[ <1000000000 empty items> ]");
}

#[test]
fn an_error_is_shown_with_stack_and_cause() {
    let text = shown("new TypeError('outer', { cause: new Error('inner') })");
    assert!(text.starts_with("TypeError: outer\n    at "), "{text}");
    assert!(text.contains("[cause]: Error: inner\n"), "{text}");
    let text = shown("[Object.assign(new Error('e'), { code: 5 })]");
    assert!(
        text.contains("Error: e") && text.contains(" {\n    code: 5\n  }"),
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
        console.log('%o %O %c', hostile, hostile, hostile);
        console.log(new Proxy(hostile, new Proxy({}, { get: trap })));
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
    assert!(text.ends_with(",\n    2\n  ]\n}"), "{text}");
    let ring =
        shown("(() => { const e = new AggregateError([]); e.errors.push(e, e); return e })()");
    assert!(
        ring.contains("[errors]: [ [Circular *1], [Circular *1] ]") && ring.len() < 10_000,
        "{ring}"
    );
    let text = shown("new AggregateError(Array(120).fill(1))");
    assert!(text.contains("... 20 more items"), "{text}");
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

/// Expressions and what is shown of each; the form is the one that people know from other runtimes.
const CASES: &str = include_str!("inspect.txt");

#[test]
fn every_kind_of_value_has_its_form() {
    let mut wrong = Vec::new();
    for case in CASES.split(">>> ").skip(1) {
        let (source, expected) = case.split_once('\n').expect("an expression on a line");
        let code = format!("globalThis.value = ({source}); console.log(value)");
        let text = logs(&code).join("\n");
        if text != expected.trim_end_matches('\n') {
            wrong.push(format!("{source}\n{text}\nbut expected\n{expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn format_specifiers() {
    for (arguments, expected) in [
        ("'%s|%s', -0, 12n", "-0|12n"),
        ("'%s', { a: { b: 1 } }", "{ a: [Object] }"),
        ("'%s', { toString() { return 'mine' } }", "mine"),
        ("'%s', new (class A { toString() { return 'A!' } })", "A!"),
        ("'%s', new Date(0)", "1970-01-01T00:00:00.000Z"),
        ("'%s', Object.create(null)", "[Object: null prototype] {}"),
        ("'%s', Symbol('q'), null", "Symbol(q) null"),
        ("'%d|%d|%d|%d', '42', {}, Symbol(), 7n", "42|NaN|NaN|7n"),
        ("'%i|%i|%i', 4.9, '12px', -3.9", "4|12|-3"),
        ("'%f|%f', '1.5x', Symbol()", "1.5|NaN"),
        ("'%j', { a: [1] }", "{\"a\":[1]}"),
        ("'%o', [1]", "[ 1, [length]: 1 ]"),
        ("'%x', 1", "%x 1"),
        ("'%s %s', 'only'", "only %s"),
        ("'100%%'", "100%%"),
        ("'100%%', 1", "100% 1"),
        ("'%'", "%"),
        ("'%', 1", "% 1"),
        ("'%s%', 'x'", "x%"),
    ] {
        assert_eq!(shown(arguments), expected, "{arguments}");
    }
}

#[test]
fn objects_may_show_themselves() {
    let custom = "[Symbol.for('nodejs.util.inspect.custom')]";
    for (value, expected) in [
        ("{ KEY() { return 'mine' } }", "mine"),
        ("{ KEY() { return { a: 1 } } }", "{ a: 1 }"),
        (
            "{ KEY() { return this }, b: 1 }",
            "{\n  b: 1,\n  [Symbol(nodejs.util.inspect.custom)]: [Function: [nodejs.util.inspect.custom]]\n}",
        ),
        (
            "[{ KEY(depth) { return `${depth}\\n2` } }]",
            "[\n  1\n  2\n]",
        ),
        (
            "{ KEY(d, options, inspect) { return inspect('x', options) } }",
            "'x'",
        ),
        (
            "{ KEY(d, options) { return options.stylize('x', 'number') } }",
            "x",
        ),
        ("class { static KEY() { return 'static' } }", "static"),
        ("(class A { KEY() { return 'instance' } }).prototype", "{}"),
        (
            "{ get KEY() { throw 1 } }",
            "{ [Symbol(nodejs.util.inspect.custom)]: [Getter] }",
        ),
    ] {
        assert_eq!(shown(&value.replace("KEY", custom)), expected, "{value}");
    }
    let source = format!(
        "const value = {{ {custom}() {{ throw new RangeError('mine') }} }};
         try {{ console.log(value) }} catch (error) {{ console.log(error.message) }}
         console.dir(value)"
    );
    let lines = logs(&source);
    assert_eq!(lines.first().map(String::as_str), Some("mine"));
    assert!(lines.last().is_some_and(|text| text.contains("[Function")));
}

#[test]
fn dir_takes_options() {
    for (arguments, expected) in [
        ("{ a: { b: 1 } }, { depth: 0 }", "{ a: [Object] }"),
        (
            "{ a: { b: { c: { d: {} } } } }, { depth: null }",
            "{\n  a: { b: { c: { d: {} } } }\n}",
        ),
        (
            "[1, 'a', null, Symbol('s')], { colors: true }",
            "[ \x1b[33m1\x1b[39m, \x1b[32m'a'\x1b[39m, \x1b[1mnull\x1b[22m, \x1b[32mSymbol(s)\x1b[39m ]",
        ),
        ("{ b: 1, a: 2 }, { sorted: true }", "{ a: 2, b: 1 }"),
        (
            "[1, 2, 3], { maxArrayLength: 1 }",
            "[ 1, ... 2 more items ]",
        ),
        (
            "'xxxx', { maxStringLength: 2 }",
            "'xx'... 2 more characters",
        ),
        ("[1], { showHidden: true }", "[ 1, [length]: 1 ]"),
        (
            "{ a: { b: 1 } }, { compact: false }",
            "{\n  a: {\n    b: 1\n  }\n}",
        ),
        ("'text'", "'text'"),
    ] {
        let text = logs(&format!("console.dir({arguments})")).join("\n");
        assert_eq!(text, expected, "{arguments}");
    }
}

#[test]
fn tables_of_maps_and_sets() {
    let text = logs("console.table(new Map([['k', { a: 1, b: 2, c: 3 }]]))").join("\n");
    let expected = "\
┌───────────────────┬─────┬──────────┐
│ (iteration index) │ Key │ Values   │
├───────────────────┼─────┼──────────┤
│ 0                 │ 'k' │ [Object] │
└───────────────────┴─────┴──────────┘";
    assert_eq!(text, expected);
    let text = logs("console.table(new Set(['中']))").join("\n");
    let expected = "\
┌───────────────────┬────────┐
│ (iteration index) │ Values │
├───────────────────┼────────┤
│ 0                 │ '中'   │
└───────────────────┴────────┘";
    assert_eq!(text, expected);
}

#[test]
fn a_dom_exception_is_shown_as_an_error() {
    let text = shown("new DOMException('gone', 'AbortError')");
    assert!(
        text.starts_with("DOMException [AbortError]: gone\n    at <main>"),
        "{text}"
    );
}

#[test]
fn a_trace_has_places() {
    let text = logs("function f() { console.trace('%s', 'here') } f()").join("\n");
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("Trace: here"));
    assert!(
        lines
            .next()
            .is_some_and(|line| line.starts_with("    at f (")),
        "{text}"
    );
}
