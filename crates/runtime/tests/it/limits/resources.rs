//! Limits of what can be counted: memory, tables, timers, calls, iterations.

use taipan::engine::js_string;

use super::*;

const PAGE: usize = 1 << 16;

/// A module whose function grows a memory, or a table, until that fails, and gives what was reached.
const GROW: &str = "(module
    (memory (export \"memory\") 0)
    (table (export \"table\") 0 externref)
    (func (export \"memory_grow\") (result i32)
        (loop (br_if 0 (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
        (memory.size))
    (func (export \"table_grow\") (result i32)
        (loop (br_if 0 (i32.ne
            (table.grow (ref.null extern) (i32.const 1)) (i32.const -1))))
        (table.size)))";

fn number(runtime: &mut Runtime, source: &str) -> f64 {
    let value = runtime.eval(source).expect(source);
    value.as_number().expect(source)
}

/// The name of the error that a script catches.
fn caught(runtime: &mut Runtime, source: &str) -> String {
    let source = format!("try {{ {source}; 'nothing' }} catch (error) {{ `${{error}}` }}");
    let value = runtime.eval(&source).expect(&source);
    value.as_string().expect("a text").to_std_string_lossy()
}

#[test]
fn memories_have_so_many_bytes_together() {
    let mut runtime = limited(Limits::new().memory(100 * PAGE));
    let grow = instantiate(GROW);
    runtime.eval(&grow).expect("an instance");
    runtime
        .eval("globalThis.first = wasm; first.memory.grow(10)")
        .expect("within the limit");
    runtime.eval(&grow).expect("an instance");
    assert_eq!(number(&mut runtime, "wasm.memory_grow()"), 90.0);
    assert_eq!(number(&mut runtime, "first.memory_grow()"), 10.0);
    for source in [
        "first.memory.grow(1)",
        "new WebAssembly.Memory({ initial: 1 })",
    ] {
        let error = caught(&mut runtime, source);
        assert!(error.starts_with("RangeError"), "{source}: {error}");
    }
    lives(&mut runtime);
    // What is garbage does not count.
    runtime.eval("wasm = undefined").expect("garbage");
    for _ in 0..20 {
        let source = "new WebAssembly.Memory({ initial: 60 }).buffer.byteLength";
        assert_eq!(number(&mut runtime, source), (60 * PAGE) as f64);
    }
}

#[test]
fn memory_that_code_grows_is_found_among_garbage() {
    let mut runtime = limited(Limits::new().memory(100 * PAGE));
    let grow = instantiate(GROW);
    for _ in 0..5 {
        runtime.eval(&grow).expect("an instance");
        assert_eq!(number(&mut runtime, "wasm.memory_grow()"), 100.0);
        runtime.eval("wasm = undefined").expect("garbage");
    }
    lives(&mut runtime);
}

#[test]
fn tables_have_so_many_elements_together() {
    let mut runtime = limited(Limits::new().table_elements(1000));
    let grow = instantiate(GROW);
    runtime.eval(&grow).expect("an instance");
    runtime
        .eval("globalThis.first = wasm; first.table.grow(100)")
        .expect("within the limit");
    runtime.eval(&grow).expect("an instance");
    assert_eq!(number(&mut runtime, "wasm.table_grow()"), 900.0);
    assert_eq!(number(&mut runtime, "first.table_grow()"), 100.0);
    for source in [
        "first.table.grow(1)",
        "new WebAssembly.Table({ initial: 1, element: 'anyfunc' })",
    ] {
        let error = caught(&mut runtime, source);
        assert!(error.starts_with("RangeError"), "{source}: {error}");
    }
    lives(&mut runtime);
}

#[test]
fn so_many_timers_are_pending_at_once() {
    let mut runtime = limited(Limits::new().timers(10));
    for source in [
        "for (;;) setTimeout(() => {}, 1)",
        "for (;;) setInterval(() => {}, 1)",
    ] {
        let error = caught(&mut runtime, source);
        assert!(error.starts_with("RangeError: set"), "{error}");
        assert!(error.contains("no more than 10 timers"), "{error}");
        runtime
            .eval("for (let id = 1; id < 100; id++) clearTimeout(id)")
            .expect("none is left");
        lives(&mut runtime);
    }
    // Those that are due make room.
    runtime
        .eval("let left = 100; (function next() { if (left--) setTimeout(next) })()")
        .expect("one at a time");
    runtime.run().expect("the loop");
    assert_eq!(number(&mut runtime, "left"), -1.0);
}

#[test]
fn loops_go_round_so_many_times() {
    let sources = [
        "for (;;) {}",
        "let n = 0; while (n >= 0) n++",
        "do {} while (true)",
        "try { for (;;) {} } catch {}",
        "try { for (;;) {} } finally { for (;;) {} }",
        "(function f() { for (const x of (function* () { for (;;) yield 1 })()) {} })()",
        "[1].forEach(() => { for (;;) {} })",
        "new Promise(() => { for (;;) {} })",
        "label: for (;;) { for (;;) continue label }",
    ];
    let sources: Vec<_> = sources
        .iter()
        .map(|source| format!("{{ {source} }}"))
        .collect();
    let sources: Vec<_> = sources.iter().map(String::as_str).collect();
    let limit = 10_000;
    all_end(
        Limits::new().loop_iterations(limit),
        Limit::LoopIterations(limit),
        &sources,
    );
    let mut runtime = limited(Limits::new().loop_iterations(limit));
    let count = "let count = 0; for (let i = 0; i < 9_999; i++) count++; count";
    assert_eq!(number(&mut runtime, count), 9_999.0);
}

#[test]
fn a_loop_in_a_callback_is_reported() {
    let (builder, log) = crate::support::logged();
    let limits = Limits::new().loop_iterations(1000);
    let mut runtime = builder.limits(limits).build().expect("a runtime");
    runtime
        .eval("setTimeout(function hot() { for (;;) {} }); setTimeout(() => console.log('next'))")
        .expect("timers");
    runtime.run().expect("the loop goes on");
    assert_eq!(runtime.uncaught_errors(), 1);
    let log = log.take();
    assert!(log[0].contains("more often than the 1000 times"), "{log:?}");
    assert!(log[0].contains("hot"), "{log:?}");
    assert_eq!(log[1], "next");
}

#[test]
fn calls_nest_so_deep() {
    let limit = Limit::Recursion(100);
    let sources = [
        "(function f() { f() })()",
        "try { (function f() { f() })() } catch {}",
        "[1].map(function f() { [1].map(f) })",
        "const o = { get x() { return this.x } }; o.x",
    ];
    let mut runtime = limited(Limits::new().recursion(100));
    for source in sources {
        let error = error_of(&mut runtime, &format!("{{ {source} }}"));
        assert_eq!(error.limit(), Some(limit), "{source}: {error}");
        let exception = error.exception().expect("an exception");
        assert_eq!(exception.name.as_deref(), Some("RangeError"));
        lives(&mut runtime);
    }
    let deep = "(function f(n) { return n ? f(n - 1) + 1 : 0 })(90)";
    assert_eq!(number(&mut runtime, deep), 90.0);
    // More than the stack has room for is not to be had.
    let mut runtime = limited(Limits::new().recursion(usize::MAX));
    let error = error_of(&mut runtime, "(function f() { f() })()");
    assert!(
        matches!(error.limit(), Some(Limit::Recursion(_))),
        "{error}"
    );
}

// The allocator of these tests.
#[global_allocator]
static ALLOCATOR: taipan_alloc::CountingAllocator = taipan_alloc::CountingAllocator::new();

#[test]
fn the_heap_has_so_many_bytes() {
    const MIB: usize = 1 << 20;
    let limit = 32 * MIB;
    let sources = [
        "const all = []; for (;;) all.push({ all })",
        "const all = []; (function more() { all.push({ all }); queueMicrotask(more) })()",
        "let text = 'x'; const more = () => { text += text; setTimeout(more) }; more()",
        "const all = []; (async () => { for (;;) { all.push([1, 2, 3].concat(4)); await null } })()",
    ];
    let sources: Vec<_> = sources
        .iter()
        .map(|source| format!("{{ {source} }}"))
        .collect();
    for source in &sources {
        let mut runtime = limited(Limits::new().heap(limit / 2));
        let error = error_of(&mut runtime, source);
        assert_eq!(
            error.limit(),
            Some(Limit::Heap(limit / 2)),
            "{source}: {error}"
        );
        // What the script had is garbage: there is room for a next one, as often as one likes.
        lives(&mut runtime);
        let error = error_of(&mut runtime, source);
        assert_eq!(error.limit(), Some(Limit::Heap(limit / 2)), "{source}");
        lives(&mut runtime);
    }
    // A function that Rust calls, and a module.
    let mut runtime = limited(Limits::new().heap(limit / 2));
    runtime
        .eval("function grow() { const all = []; for (;;) all.push({ all }) }")
        .expect("a function");
    let error = runtime.call::<()>("grow", ()).expect_err("it ends");
    assert_eq!(error.limit(), Some(Limit::Heap(limit / 2)));
    lives(&mut runtime);
    let error = runtime
        .eval_module("{ const all = []; for (;;) all.push({ all }) }", None)
        .expect_err("it ends");
    assert_eq!(error.limit(), Some(Limit::Heap(limit / 2)));
    lives(&mut runtime);
    // What is still reachable is not garbage, and nothing can be run beside it.
    let source = "globalThis.all = []; for (;;) all.push({ all })";
    let error = error_of(&mut runtime, source);
    assert_eq!(error.limit(), Some(Limit::Heap(limit / 2)));
    let error = runtime.eval("1").expect_err("no room");
    assert!(
        matches!(error.limit(), Some(Limit::HeapInUse { limit: most, used }) if most == limit / 2 && used > most),
        "{error}"
    );
    assert!(
        error.to_string().contains("that earlier runs have left"),
        "{error}"
    );
    {
        let context = &mut runtime.context();
        let global = context.global_object();
        global
            .delete_property_or_throw(js_string!("all"), context)
            .expect("a property");
    }
    lives(&mut runtime);
}

#[test]
fn a_limited_heap_changes_nothing_else() {
    let mut runtime = limited(Limits::new().heap(1 << 30));
    lives(&mut runtime);
    let source = "globalThis.log = [];
        const timer = setInterval(() => { log.push('interval'); if (log.length > 5) clearInterval(timer) }, 1);
        setTimeout(() => { Promise.resolve().then(() => log.push('after')); log.push('timer') }, 0);
        queueMicrotask(() => log.push('microtask'));
        (async () => { await null; log.push('async'); await null; log.push('again') })();
        log.push('script');
        'value'";
    let value: String = runtime.eval_as(source).expect("a value");
    assert_eq!(value, "value");
    runtime.run().expect("the loop");
    let log: Vec<String> = runtime.get("log").expect("a list");
    assert_eq!(
        log[..6],
        ["script", "microtask", "async", "again", "timer", "after"]
    );
    assert!(log[6..].iter().all(|entry| entry == "interval"), "{log:?}");
    let error = runtime
        .eval("function inner() { throw new RangeError('mine') } inner()")
        .expect_err("an exception");
    assert_eq!(error.to_string(), "RangeError: mine");
    runtime
        .eval("var x = 1; let y = 2; function z() { return x + y }")
        .expect("declarations");
    assert_eq!(runtime.call::<i32>("z", ()).expect("a sum"), 3);
    let text: String = runtime
        .eval_as(
            "import('data:text/javascript,export default await 5').then(m => String(m.default))",
        )
        .expect("a text");
    assert_eq!(text, "5");
}

#[test]
fn what_there_is_no_room_for_is_refused() {
    let mut runtime = limited(Limits::new().heap(32 << 20));
    for source in [
        "'x'.repeat(2 ** 29)",
        "'x'.padStart(2 ** 30)",
        "'x'.padEnd(2 ** 30)",
        "new Array(2 ** 31).fill(0)",
        "Array.from({ length: 2 ** 31 })",
        "new Array(2 ** 31).join('xxx')",
        "new ArrayBuffer(2 ** 26)",
        "new Uint8Array(2 ** 26)",
        "new Float64Array(2 ** 23)",
        "new ArrayBuffer(1, { maxByteLength: 2 ** 26 })",
    ] {
        let error = caught(&mut runtime, source);
        assert!(error.starts_with("RangeError"), "{source}: {error}");
        lives(&mut runtime);
    }
    // Garbage makes room.
    let source = "let sum = 0;
        for (let i = 0; i < 100; i++) {
            sum += new ArrayBuffer(2 ** 22).byteLength + 'x'.repeat(2 ** 20).length;
            const all = []; for (let j = 0; j < 1000; j++) all.push({ all });
        }
        sum";
    assert_eq!(number(&mut runtime, source), (100 * (5 << 20)) as f64);
}

#[test]
fn who_waits_for_an_async_function_that_a_limit_ended_is_told() {
    let mut runtime = limited(Limits::new().loop_iterations(1000).recursion(100));
    for source in [
        "(async () => { await null; for (;;) {} })()",
        "(async () => { await null; (function f() { f() })() })()",
    ] {
        // The engine loses the error of such a function once it has awaited something.
        let error = runtime.eval_as::<()>(source).expect_err("it ends");
        assert!(matches!(error, Error::NeverSettles), "{source}: {error}");
        lives(&mut runtime);
    }
    let error = runtime
        .eval_as::<()>("(async () => { for (;;) {} })()")
        .expect_err("it ends");
    assert_eq!(error.limit(), Some(Limit::LoopIterations(1000)));
    // The clock loses nothing.
    let mut runtime = limited(Limits::new().run_timeout(SHORT));
    let error = runtime
        .eval_as::<()>("(async () => { await null; for (;;) {} })()")
        .expect_err("it ends");
    assert_eq!(error.limit(), Some(Limit::RunTimeout(SHORT)), "{error}");
}
