//! The namespace in a plain context with the engine's own job executor.

mod common;

use boa_engine::{Source, js_string};
use common::{context, define_module, eval};

#[test]
fn calls_exports_and_imports() {
    let mut context = context();
    define_module(
        &mut context,
        "bytes",
        r#"(module
            (import "m" "f" (func $f (param i32 i64 f64) (result i32)))
            (memory (export "memory") 1)
            (func (export "run") (param i32) (result i32)
                (i32.store (i32.const 8) (local.get 0))
                (call $f (local.get 0) (i64.const -5) (f64.const 1.5))))"#,
    );
    let result = eval(
        &mut context,
        r"
        let seen;
        const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
            m: { f(...args) { seen = args; return args[0] + 1.9; } },
        });
        const { run, memory } = instance.exports;
        const result = run(41);
        [result, seen.map(x => typeof x + x), new Uint8Array(memory.buffer)[8],
         run.name, run.length, instance.exports.run === run, Object.isFrozen(instance.exports)].join()
        ",
    );
    assert_eq!(result, "42,number41,bigint-5,number1.5,41,1,1,true,true");
}

#[test]
fn exceptions_keep_their_identity_and_traps_are_runtime_errors() {
    let mut context = context();
    define_module(
        &mut context,
        "bytes",
        r#"(module
            (import "m" "f" (func $f))
            (func (export "call") (call $f))
            (func (export "trap") (unreachable)))"#,
    );
    let result = eval(
        &mut context,
        r"
        const error = { mine: true };
        const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { m: { f() { throw error; } } });
        const caught = [];
        for (const f of [exports.call, exports.trap]) try { f(); } catch (e) { caught.push(e); }
        [caught[0] === error, caught[1] instanceof WebAssembly.RuntimeError, caught[1].message].join()
        ",
    );
    assert_eq!(result, "true,true,unreachable");
}

#[test]
fn a_buffer_is_detached_by_growth_in_webassembly() {
    let mut context = context();
    define_module(
        &mut context,
        "bytes",
        r#"(module (memory (export "memory") 1 5)
            (func (export "grow") (result i32) (memory.grow (i32.const 1))))"#,
    );
    let result = eval(
        &mut context,
        r"
        const { memory, grow } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
        const first = memory.buffer;
        new Uint8Array(first)[7] = 9;
        [first === memory.buffer, grow(), first.byteLength, memory.buffer.byteLength,
         memory.buffer === first, new Uint8Array(memory.buffer)[7]].join()
        ",
    );
    assert_eq!(result, "true,1,0,131072,false,9");
}

#[test]
fn promises_settle_when_jobs_run() {
    let mut context = context();
    define_module(
        &mut context,
        "bytes",
        r#"(module (func (export "f") (result i32) i32.const 7))"#,
    );
    eval(
        &mut context,
        r"
        var outcomes = [];
        WebAssembly.instantiate(bytes).then(({ instance }) => outcomes.push(instance.exports.f()));
        WebAssembly.compile(new Uint8Array(3)).catch(e => outcomes.push(e.constructor.name));
        WebAssembly.instantiateStreaming(1).catch(e => outcomes.push(e.constructor.name));
        ''",
    );
    context.run_jobs().expect("jobs run");
    let mut outcomes: Vec<String> = eval(&mut context, "outcomes.join()")
        .split(',')
        .map(str::to_owned)
        .collect();
    outcomes.sort();
    assert_eq!(outcomes, ["7", "CompileError", "TypeError"]);
}

#[test]
fn deep_nesting_is_a_range_error_and_harmless() {
    let mut context = context();
    define_module(
        &mut context,
        "bytes",
        r#"(module (import "m" "f" (func $f)) (func (export "call") (call $f)))"#,
    );
    let source = r"(() => {
        let depth = 0;
        const { call } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
            m: { f() { depth++; call(); } },
        }).exports;
        let name;
        try { call(); } catch (e) { name = e.name; }
        return [name, depth > 100, call.name].join();
        })()";
    assert_eq!(eval(&mut context, source), "RangeError,true,1");

    // As far as this crate's own limit, on whatever stack the thread has.
    context.runtime_limits_mut().set_recursion_limit(1_000_000);
    context
        .runtime_limits_mut()
        .set_stack_size_limit(10_000_000);
    let source = source.replace("> 100", "> 10000");
    assert_eq!(eval(&mut context, &source), "RangeError,true,1");
}

#[test]
fn a_panic_of_a_host_function_unwinds_to_the_embedder() {
    use boa_engine::{NativeFunction, native_function::NativeFunctionPointer};
    const PANIC: NativeFunctionPointer = |_, _, _| panic!("on purpose");
    let mut context = context();
    context
        .register_global_callable(js_string!("boom"), 0, NativeFunction::from_fn_ptr(PANIC))
        .expect("a global");
    define_module(
        &mut context,
        "bytes",
        r#"(module (import "m" "f" (func $f)) (func (export "call") (call $f))
            (func (export "fine") (result i32) (i32.const 3)))"#,
    );
    eval(
        &mut context,
        "var { call, fine } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { m: { f: boom } }).exports; ''",
    );
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        context.eval(Source::from_bytes("call()"))
    }));
    let payload = outcome.expect_err("the panic arrives");
    assert_eq!(payload.downcast_ref::<&str>(), Some(&"on purpose"));
    assert_eq!(eval(&mut context, "fine()"), "3");
}

#[test]
fn endless_recursion_in_webassembly_is_a_range_error() {
    let mut context = context();
    define_module(
        &mut context,
        "bytes",
        r#"(module (func $f (export "f") (param i32) (result i32)
                (i32.add (call $f (i32.add (local.get 0) (i32.const 1))) (i32.const 1)))
            (table funcref (elem $g))
            (func $g (export "g") (call_indirect (i32.const 0))))"#,
    );
    let source = r"(() => {
        const { f, g } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
        const names = [];
        for (let i = 0; i < 3; i++) {
            try { f(0); } catch (e) { names.push(e.name); }
            try { g(); } catch (e) { names.push(e.name); }
        }
        return new Set(names).size + names.join();
        })()";
    assert_eq!(
        eval(&mut context, source),
        "1RangeError,RangeError,RangeError,RangeError,RangeError,RangeError"
    );
}
