//! What is kept alive, and what is not.

use boa_engine::{Context, Source, js_string, object::builtins::JsUint8Array, property::Attribute};

fn context() -> Context {
    let mut context = Context::default();
    taipan_wasm::register(&mut context, &taipan_wasm::Options::default()).expect("registers");
    context
}

fn define_module(context: &mut Context, name: &str, wat: &str) {
    let bytes = wat::parse_str(wat).expect("valid text");
    let array = JsUint8Array::from_iter(bytes, context).expect("an array");
    context
        .register_global_property(js_string!(name), array, Attribute::all())
        .expect("a global");
}

fn eval(context: &mut Context, source: &str) -> String {
    context
        .eval(Source::from_bytes(source))
        .unwrap_or_else(|error| panic!("{source}: {error}"))
        .to_string(context)
        .expect("a string")
        .to_std_string_escaped()
}

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
