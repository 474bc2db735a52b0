//! What is kept alive, and what is not.

mod common;

use boa_engine::{Context, Source, js_string, property::Attribute};
use common::{context, define_module, eval};

fn collect(context: &mut Context) {
    context.clear_kept_objects();
    // Ephemerons and the values that hang on them take more than one round.
    for _ in 0..3 {
        boa_gc::force_collect();
    }
}

const ALIVE: &str = "refs.filter(ref => ref.deref() !== undefined).length";

#[test]
fn instances_in_cycles_with_their_imports_are_collected() {
    let mut context = context();
    define_module(
        &mut context,
        "bytes",
        r#"(module (import "m" "f" (func $f)) (memory (export "memory") 1)
            (func (export "run") (call $f)))"#,
    );
    eval(
        &mut context,
        r"
        var refs = [];
        const module = new WebAssembly.Module(bytes);
        (() => {
            for (let i = 0; i < 100; i++) {
                let instance;
                const f = () => instance.exports;
                instance = new WebAssembly.Instance(module, { m: { f } });
                instance.exports.run();
                instance.exports.memory.buffer;
                refs.push(new WeakRef(f), new WeakRef(instance), new WeakRef(instance.exports.run),
                          new WeakRef(instance.exports.memory));
            }
        })(); ''",
    );
    assert_eq!(eval(&mut context, ALIVE), "400");
    collect(&mut context);
    assert_eq!(eval(&mut context, ALIVE), "0");
}

#[test]
fn instances_that_share_a_table_live_and_die_together() {
    let mut context = context();
    define_module(
        &mut context,
        "putter",
        r#"(module (import "m" "f" (func $f (result i32))) (import "m" "t" (table 1 funcref))
            (func $g (result i32) (call $f)) (elem (i32.const 0) $g))"#,
    );
    define_module(
        &mut context,
        "caller",
        r#"(module (import "m" "t" (table 1 funcref)) (type $t (func (result i32)))
            (func (export "run") (result i32) (call_indirect (type $t) (i32.const 0))))"#,
    );
    eval(
        &mut context,
        r"
        var refs = [], run;
        (() => {
            const t = new WebAssembly.Table({ element: 'anyfunc', initial: 1 });
            const f = () => 42;
            new WebAssembly.Instance(new WebAssembly.Module(putter), { m: { f, t } });
            run = new WebAssembly.Instance(new WebAssembly.Module(caller), { m: { t } }).exports.run;
            refs.push(new WeakRef(f), new WeakRef(t));
        })(); ''",
    );
    collect(&mut context);
    // The callable is reached from `run` alone, through the table and the other instance.
    assert_eq!(eval(&mut context, "run()"), "42");
    eval(&mut context, "run = null; ''");
    collect(&mut context);
    assert_eq!(eval(&mut context, ALIVE), "0");
}

#[test]
fn host_values_are_kept_by_who_holds_them() {
    let mut context = context();
    define_module(
        &mut context,
        "bytes",
        r#"(module (global $g (mut externref) (ref.null extern))
            (func (export "set") (param externref) (global.set $g (local.get 0)))
            (func (export "get") (result externref) (global.get $g)))"#,
    );
    eval(
        &mut context,
        r"
        var refs = [];
        var instance = new WebAssembly.Instance(new WebAssembly.Module(bytes));
        (() => { const o = { n: 5 }; instance.exports.set(o); refs.push(new WeakRef(o)); })(); ''",
    );
    collect(&mut context);
    assert_eq!(
        eval(
            &mut context,
            "const o = instance.exports.get(); o === refs[0].deref() && o.n"
        ),
        "5"
    );
    collect(&mut context);
    eval(&mut context, "instance = null; ''");
    collect(&mut context);
    // A constant of the script's scope still holds it; the cell does not any more.
    assert_eq!(eval(&mut context, ALIVE), "1");
}

#[test]
fn a_view_outlives_its_memory() {
    let mut context = context();
    define_module(
        &mut context,
        "bytes",
        r#"(module (memory (export "memory") 1) (data (i32.const 0) "abc"))"#,
    );
    eval(
        &mut context,
        r"
        var view;
        (() => {
            view = new Uint8Array(new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports.memory.buffer);
        })(); ''",
    );
    collect(&mut context);
    // Memories made now must not take over the view's region.
    eval(
        &mut context,
        "for (let i = 0; i < 10; i++) new Uint8Array(new WebAssembly.Memory({ initial: 1 }).buffer).fill(7); ''",
    );
    collect(&mut context);
    assert_eq!(
        eval(
            &mut context,
            "view[0] = 120; [view[0], view[1], view.length].join()"
        ),
        "120,98,65536"
    );
    drop(context);
    boa_gc::force_collect();
}

#[test]
fn the_memory_limit_counts_what_is_alive() {
    let mut context = Context::default();
    let mut options = taipan_wasm::Options::default();
    options.memory_limit = 4 << 20;
    taipan_wasm::register(&mut context, &options).expect("registers");
    let result = eval(
        &mut context,
        r"(() => {
            let made = 0;
            // More than the limit in all, but each is garbage by the time of the next.
            for (let i = 0; i < 20; i++) { new WebAssembly.Memory({ initial: 16 }); made++; }
            const kept = [];
            let error;
            try { for (;;) kept.push(new WebAssembly.Memory({ initial: 16 })); } catch (e) { error = e; }
            let grow;
            try { kept[0].grow(1000); } catch (e) { grow = e.name; }
            return [made, kept.length, error.name, grow].join();
        })()",
    );
    assert_eq!(result, "20,4,RangeError,RangeError");
}

/// Runs `source`, collects, and evaluates `check`.
fn after_collection(modules: &[(&str, &str)], source: &str, check: &str) -> String {
    let mut context = context();
    for (name, wat) in modules {
        define_module(&mut context, name, wat);
    }
    eval(&mut context, source);
    collect(&mut context);
    eval(&mut context, check)
}

const KEEPER: &str = r#"(module (type $f (func (result i32)))
    (global $g (mut externref) (ref.null extern)) (table $t 1 funcref)
    (func (export "set") (param externref) (global.set $g (local.get 0)))
    (func (export "get") (result externref) (global.get $g))
    (func (export "setFunction") (param funcref) (table.set $t (i32.const 0) (local.get 0)))
    (func (export "callFunction") (result i32) (call_indirect (type $f) (i32.const 0))))"#;

#[test]
fn references_passed_by_indirect_calls_are_kept_by_the_callee() {
    let caller = r#"(module
        (import "m" "table" (table 2 funcref)) (import "m" "value" (func $value (result externref)))
        (memory 1) (data (i32.const 0) "\d2\04")
        (type $takesExtern (func (param externref))) (type $takesFunction (func (param funcref)))
        (func $mine (result i32) (i32.load16_u (i32.const 0))) (elem declare func $mine)
        (func (export "run")
            (call_indirect (type $takesExtern) (call $value) (i32.const 0))
            (call_indirect (type $takesFunction) (ref.func $mine) (i32.const 1))))"#;
    assert_eq!(
        after_collection(
            &[("keeper", KEEPER), ("caller", caller)],
            r"
            var keep = new WebAssembly.Instance(new WebAssembly.Module(keeper)).exports;
            (() => {
                const table = new WebAssembly.Table({ element: 'anyfunc', initial: 2 });
                table.set(0, keep.set);
                table.set(1, keep.setFunction);
                new WebAssembly.Instance(new WebAssembly.Module(caller),
                    { m: { table, value: () => ({ mine: 7 }) } }).exports.run();
            })(); ''",
            "for (let i = 0; i < 100; i++) new Uint8Array(new WebAssembly.Memory({ initial: 1 }).buffer).fill(9); \
             [keep.get().mine, keep.callFunction()].join()",
        ),
        "7,1234"
    );
}

#[test]
fn references_passed_through_an_immutable_global_are_kept_by_the_callee() {
    let owner = r#"(module (global $g (mut externref) (ref.null extern))
        (func $set (param externref) (global.set $g (local.get 0)))
        (func (export "get") (result externref) (global.get $g))
        (global (export "f") funcref (ref.func $set)))"#;
    let caller = r#"(module (import "m" "f" (global $f funcref)) (import "m" "value" (func $value (result externref)))
        (table 1 funcref) (type $t (func (param externref)))
        (func (export "run") (table.set (i32.const 0) (global.get $f))
            (call_indirect (type $t) (call $value) (i32.const 0))))"#;
    assert_eq!(
        after_collection(
            &[("owner", owner), ("caller", caller)],
            r"
            var own = new WebAssembly.Instance(new WebAssembly.Module(owner)).exports;
            (() => {
                new WebAssembly.Instance(new WebAssembly.Module(caller),
                    { m: { f: own.f, value: () => ({ mine: 8 }) } }).exports.run();
            })(); ''",
            "own.get().mine",
        ),
        "8"
    );
}

#[test]
fn a_function_object_that_a_table_holds_keeps_its_identity() {
    let module = r#"(module (func (export "f")))"#;
    assert_eq!(
        after_collection(
            &[("bytes", module)],
            r"
            var table = new WebAssembly.Table({ element: 'anyfunc', initial: 1 });
            (() => {
                const { f } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
                f.expando = 5;
                table.set(0, f);
            })(); ''",
            "table.get(0).expando",
        ),
        "5"
    );
}

#[test]
fn a_failed_link_leaves_nothing_behind() {
    let module = r#"(module (import "m" "t" (table 1 funcref)) (import "m" "f" (func))
        (import "m" "g" (global i32)))"#;
    assert_eq!(
        after_collection(
            &[("bytes", module)],
            r"
            var refs = [], table = new WebAssembly.Table({ element: 'anyfunc', initial: 1 });
            (() => {
                const module = new WebAssembly.Module(bytes);
                for (let i = 0; i < 20; i++) {
                    const f = () => i;
                    refs.push(new WeakRef(f));
                    try { new WebAssembly.Instance(module, { m: { t: table, f, g: 'no number' } }); } catch {}
                    try { new WebAssembly.Instance(module, { m: { t: table, f,
                        g: new WebAssembly.Global({ value: 'i32', mutable: true }) } }); } catch {}
                }
            })(); ''",
            ALIVE,
        ),
        "0"
    );
}

#[test]
fn what_a_rejected_streaming_call_was_given_is_collected() {
    let mut context = context();
    eval(
        &mut context,
        r"
        var refs = [];
        (() => {
            for (const source of [1, Promise.reject(new Error()), new Promise(() => {})]) {
                const imports = { m: { f() {} } };
                refs.push(new WeakRef(imports));
                WebAssembly.instantiateStreaming(source, imports).catch(() => {});
            }
        })(); ''",
    );
    context.run_jobs().expect("jobs run");
    collect(&mut context);
    assert_eq!(eval(&mut context, ALIVE), "0");
}

#[test]
fn imports_are_matched_as_they_are_at_instantiation() {
    let mut context = context();
    define_module(
        &mut context,
        "bytes",
        r#"(module (import "m" "memory" (memory 5)) (import "m" "t" (table $t 5 funcref)) (export "t" (table $t)))"#,
    );
    eval(
        &mut context,
        r"
        var outcome = 'pending';
        (() => {
            const memory = new WebAssembly.Memory({ initial: 1 });
            const t = new WebAssembly.Table({ element: 'anyfunc', initial: 1, maximum: 10 });
            t.expando = 3;
            const promise = WebAssembly.instantiate(new WebAssembly.Module(bytes), { m: { memory, t } });
            memory.grow(9);
            t.grow(9);
            promise.then(({ exports }) => { outcome = exports.t.length + ',' + exports.t.expando; },
                         error => { outcome = String(error); });
        })(); ''",
    );
    collect(&mut context);
    context.run_jobs().expect("jobs run");
    assert_eq!(eval(&mut context, "outcome"), "10,3");
}

#[test]
fn a_buffer_outlives_its_context() {
    use boa_engine::object::builtins::JsArrayBuffer;
    let mut context = context();
    let buffer = context
        .eval(Source::from_bytes(
            "const { buffer } = new WebAssembly.Memory({ initial: 1 }); new Uint8Array(buffer)[9] = 77; buffer",
        ))
        .expect("no exception")
        .as_object()
        .and_then(|object| JsArrayBuffer::from_object(object).ok())
        .expect("a buffer");
    drop(context);
    boa_gc::force_collect();
    // A new context must not get the same memory either.
    let mut other = self::context();
    eval(
        &mut other,
        "for (let i = 0; i < 10; i++) new Uint8Array(new WebAssembly.Memory({ initial: 1 }).buffer).fill(1); ''",
    );
    let data = buffer.data().expect("not detached");
    assert_eq!((data.len(), data[9], data[10]), (65536, 77, 0));
}

#[test]
fn objects_of_another_context_are_refused() {
    let mut one = context();
    let memory = one
        .eval(Source::from_bytes("new WebAssembly.Memory({ initial: 1 })"))
        .expect("no exception");
    let mut other = context();
    define_module(
        &mut other,
        "bytes",
        r#"(module (import "m" "memory" (memory 1)))"#,
    );
    other
        .register_global_property(js_string!("foreign"), memory, Attribute::all())
        .expect("a global");
    assert_eq!(
        eval(
            &mut other,
            "try { new WebAssembly.Instance(new WebAssembly.Module(bytes), { m: { memory: foreign } }); } \
             catch (e) { e.constructor.name }",
        ),
        "TypeError"
    );
}

#[test]
fn dead_memories_are_collected_by_their_size() {
    let mut context = context();
    // A gigabyte in all.
    eval(
        &mut context,
        r"
        var refs = [];
        for (let i = 0; i < 256; i++) {
            const memory = new WebAssembly.Memory({ initial: 64 });
            new Uint8Array(memory.buffer)[0] = 1;
            refs.push(new WeakRef(memory));
        } ''",
    );
    // What a WeakRef was made of lives to the end of the job, as the specification has it.
    context.clear_kept_objects();
    eval(
        &mut context,
        "new WebAssembly.Memory({ initial: 1024 }); ''",
    );
    let alive: usize = eval(&mut context, ALIVE).parse().expect("a number");
    assert!(alive < 40, "{alive} of 256 memories are alive");
}

#[test]
fn values_that_no_table_or_global_holds_any_more_are_let_go_of() {
    let mut context = context();
    define_module(
        &mut context,
        "bytes",
        r#"(module (import "m" "f" (func $f (param externref externref)))
            (table $t (export "t") 4 externref) (global $g (mut externref) (ref.null extern))
            (func (export "nothing") (param externref))
            (func (export "store") (param externref)
                (table.set $t (i32.const 2) (local.get 0)) (global.set $g (local.get 0)))
            (func (export "global") (result externref) (global.get $g))
            (func (export "call") (param externref externref) (call $f (local.get 0) (local.get 1))))"#,
    );
    eval(
        &mut context,
        r"
        var refs = [], kept, seen = 0;
        var { nothing, store, global, call, t } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
            m: { f(a, b) { for (let i = 0; i < 20000; i++) nothing({}); if (a.n === 1 && b.n === 2) seen++; } },
        }).exports;
        (() => {
            kept = new WeakRef({ n: 42 });
            store(kept.deref());
            for (let i = 0; i < 20000; i++) {
                const o = { i };
                nothing(o);
                if (i % 100 === 0) refs.push(new WeakRef(o));
            }
            // References on their way while others come and go, as arguments and in a host function.
            call({ n: 1 }, { n: 2 });
            const table = new WebAssembly.Table({ element: 'externref', initial: 2 }, { n: 3 });
            for (let i = 0; i < 20000; i++) table.set(0, { i });
            t.set(1, table.get(1));
        })(); ''",
    );
    collect(&mut context);
    let alive: usize = eval(&mut context, ALIVE).parse().expect("a number");
    assert!(alive < 100, "{alive} of 200 values are alive");
    assert_eq!(
        eval(
            &mut context,
            "[seen, global() === kept.deref(), t.get(2).n, t.get(1).n].join()"
        ),
        "1,true,42,3"
    );
}

#[test]
fn payloads_of_exceptions_are_let_go() {
    let mut context = context();
    define_module(
        &mut context,
        "bytes",
        r#"(module
            (import "m" "f" (func $f))
            (tag $t (export "t") (param externref))
            (func (export "throw") (param externref) (throw $t (local.get 0)))
            (func (export "swallow")
                (block $h (result exnref)
                    (try_table (catch_all_ref $h) (call $f))
                    (return))
                drop)
            (func (export "catch") (result externref)
                (block $h (result externref)
                    (try_table (catch $t $h) (call $f))
                    (unreachable))))"#,
    );
    eval(
        &mut context,
        r"
        var refs = [];
        let payload;
        const tag = () => instance.exports.t;
        const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
            m: { f() { instance.exports.throw(payload); } },
        });
        (() => {
            for (let i = 0; i < 10_000; i++) {
                payload = { i };
                if (i % 100 === 0) refs.push(new WeakRef(payload));
                try { instance.exports.throw(payload); } catch (e) { e.getArg(tag(), 0); }
                instance.exports.swallow();
                instance.exports.catch();
            }
            payload = undefined;
        })(); ''",
    );
    collect(&mut context);
    // What was handed over since references were last looked through may still be there.
    let alive: usize = eval(&mut context, ALIVE).parse().expect("a number");
    assert!(alive < 50, "{alive} of 100 payloads are alive");

    // Nothing keeps an instance that has thrown, and been thrown through.
    eval(
        &mut context,
        r"
        refs = [];
        (() => {
            for (let i = 0; i < 50; i++) {
                let other;
                const f = () => { other.exports.throw({ other }); };
                other = new WebAssembly.Instance(new WebAssembly.Module(bytes), { m: { f } });
                other.exports.swallow();
                try { f(); } catch (e) { refs.push(new WeakRef(e)); }
                refs.push(new WeakRef(other), new WeakRef(f), new WeakRef(other.exports.t));
            }
        })(); ''",
    );
    collect(&mut context);
    assert_eq!(eval(&mut context, ALIVE), "0");
}

#[test]
fn activations_that_wait_for_ever_are_collected() {
    let mut context = context();
    define_module(
        &mut context,
        "bytes",
        r#"(module
            (import "m" "f" (func $f (param externref) (result externref)))
            (func (export "run") (param externref) (result externref)
                (call $f (local.get 0))))"#,
    );
    eval(
        &mut context,
        r"
        var refs = [];
        (() => {
            for (let i = 0; i < 50; i++) {
                const f = new WebAssembly.Suspending(() => new Promise(() => {}));
                const { run } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { m: { f } }).exports;
                const value = { i };
                refs.push(new WeakRef(run), new WeakRef(value), new WeakRef(WebAssembly.promising(run)(value)));
            }
        })(); ''",
    );
    collect(&mut context);
    assert_eq!(eval(&mut context, ALIVE), "0");
}

const GUEST: &str = r#"(module (import "m" "t" (table 2 funcref)) (import "m" "g" (global $g (mut externref)))
    (import "m" "f" (func $f (result i32)))
    (func $run (export "run") (result i32) (call $f)) (elem declare func $run)
    (func (export "leave") (param i32) (table.set (local.get 0) (ref.func $run)))
    (func (export "keep") (param externref) (global.set $g (local.get 0))))"#;

#[test]
fn guests_of_a_shared_table_are_let_go_of_when_nothing_of_them_is_in_it_any_more() {
    let mut context = context();
    define_module(&mut context, "guest", GUEST);
    define_module(
        &mut context,
        "host",
        r#"(module (table (export "t") 2 funcref) (type $f (func (result i32)))
            (global (export "g") (mut externref) (ref.null extern))
            (func (export "call") (param i32) (result i32) (call_indirect (type $f) (local.get 0))))"#,
    );
    eval(
        &mut context,
        r"
        var refs = [];
        var { t, g, call } = new WebAssembly.Instance(new WebAssembly.Module(host)).exports;
        (() => {
            const module = new WebAssembly.Module(guest);
            for (let i = 0; i < 2000; i++) {
                const f = () => i;
                const { leave, keep } = new WebAssembly.Instance(module, { m: { t, g, f } }).exports;
                leave(i % 2);
                // A value that only the host's global has in the end.
                keep({ i });
                refs.push(new WeakRef(f));
            }
        })(); ''",
    );
    collect(&mut context);
    let alive: usize = eval(&mut context, ALIVE).parse().expect("a number");
    assert!(alive < 600, "{alive} of 2000 guests are alive");
    // Those that the table has are, and so is what the last one has left in the global.
    assert_eq!(
        eval(&mut context, "[call(0), call(1), g.value.i].join()"),
        "1998,1999,1999"
    );
    collect(&mut context);
    assert_eq!(
        eval(&mut context, "[call(0), call(1), g.value.i].join()"),
        "1998,1999,1999"
    );
}

#[test]
fn values_in_a_shared_table_outlive_who_has_put_them_there() {
    let putter = r#"(module (import "m" "t" (table 3000 externref)) (import "m" "g" (global $g (mut externref)))
        (func (export "put") (param i32 externref)
            (table.set (local.get 0) (local.get 1)) (global.set $g (local.get 1))))"#;
    let mut context = context();
    define_module(&mut context, "putter", putter);
    eval(
        &mut context,
        r"
        var refs = [];
        var t = new WebAssembly.Table({ element: 'externref', initial: 3000 });
        var g = new WebAssembly.Global({ value: 'externref', mutable: true }, null);
        (() => {
            const module = new WebAssembly.Module(putter);
            for (let i = 0; i < 3000; i++) {
                const { put } = new WebAssembly.Instance(module, { m: { t, g } }).exports;
                for (let k = 0; k < 5; k++) put(i, { i, k });
                refs.push(new WeakRef(put));
            }
        })(); ''",
    );
    collect(&mut context);
    let alive: usize = eval(&mut context, ALIVE).parse().expect("a number");
    assert!(alive < 600, "{alive} of 3000 instances are alive");
    let check = r"
        let right = g.value.i === 2999 && g.value.k === 4;
        for (let i = 0; i < 3000; i++) right &&= t.get(i).i === i && t.get(i).k === 4;
        right";
    assert_eq!(eval(&mut context, &format!("{{ {check} }}")), "true");
}

#[test]
fn a_store_with_nothing_alive_in_it_is_made_anew() {
    let mut options = taipan_wasm::Options::default();
    // The engine never gives tables back: the limit counts all that there ever were in a store.
    options.table_limit = 20_000_000;
    let mut context = Context::default();
    taipan_wasm::register(&mut context, &options).expect("registers");
    define_module(
        &mut context,
        "bytes",
        r#"(module (import "m" "f" (func $f (param externref) (result externref)))
            (import "wasm:js-string" "concat" (func $concat (param externref externref) (result (ref extern))))
            (table (export "t") 10000 externref) (memory (export "memory") 1) (tag $e (export "e") (param i32))
            (func (export "run") (param externref) (result externref)
                (call $concat (call $f (local.get 0)) (local.get 0)))
            (func (export "throw") (throw $e (i32.const 7))))"#,
    );
    let source = r"
        (() => {
            const module = new WebAssembly.Module(bytes, { builtins: ['js-string'] });
            let right = 0;
            const cycle = i => {
                const { run, t, memory, e, throw: raise } =
                    new WebAssembly.Instance(module, { m: { f: x => x + i } }).exports;
                t.set(1, { i });
                new Uint8Array(memory.buffer)[0] = 1;
                try { raise(); } catch (error) { right += error.getArg(e, 0) === 7; }
                right += run('a') === `a${i}a` && t.get(1).i === i;
            };
            for (let i = 0; i < 5000; i++) cycle(i);
            return right;
        })()";
    assert_eq!(eval(&mut context, source), "10000");
    // What has outlived all of them still works.
    eval(
        &mut context,
        "var kept = new WebAssembly.Instance(new WebAssembly.Module(bytes, { builtins: ['js-string'] }), { m: { f: x => x } }).exports; \
         kept.t.set(5, 'five'); ''",
    );
    let source = source.replace("5000", "900").replace("10000", "1800");
    assert_eq!(eval(&mut context, &source), "1800");
    assert_eq!(
        eval(
            &mut context,
            "[kept.run('b'), kept.t.get(5), kept.memory.buffer.byteLength].join()"
        ),
        "bb,five,65536"
    );
}
