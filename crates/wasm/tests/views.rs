//! How long the bytes live that an `ArrayBuffer` of a memory looks at: whatever grows, is detached, collected or dropped,
//! and in whatever order. Tools that see every access to memory make the most of these (see `tools/sanitize`).

mod common;

use std::panic::{AssertUnwindSafe, catch_unwind};

use boa_engine::{
    Context, JsObject, JsValue, NativeFunction, Source, js_string, object::builtins::JsArrayBuffer,
};
use common::{context, define_module, eval};

fn buffer(context: &mut Context, source: &str) -> JsArrayBuffer {
    let value = context
        .eval(Source::from_bytes(source))
        .unwrap_or_else(|error| panic!("{source}: {error}"));
    let object = value.as_object().expect("an object");
    JsArrayBuffer::from_object(object).expect("a buffer")
}

fn collect(context: &mut Context) {
    context.clear_kept_objects();
    for _ in 0..3 {
        boa_gc::force_collect();
    }
}

/// Takes over whatever address space is free, and writes all over it.
const SCRIBBLE: &str = "for (let i = 0; i < 10; i++) new Uint8Array(new WebAssembly.Memory({ initial: 2 }).buffer).fill(9); ''";

const GROWING: &str = r#"(module (import "m" "f" (func $f (result i32)))
    (memory (export "memory") 1 8)
    (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
    (func (export "call") (result i32) (i32.store8 (i32.const 0) (call $f)) (i32.load8_u (i32.const 0)))
    (func (export "trap") (memory.grow (i32.const 1)) drop unreachable))"#;

#[test]
fn views_of_a_memory_that_grows() {
    let mut context = context();
    define_module(&mut context, "bytes", GROWING);
    let result = eval(
        &mut context,
        r"
        let during;
        const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { m: { f() {
            // Grown by script while code of the same memory is running.
            during = new Uint8Array(memory.buffer);
            during[5] = 50;
            memory.grow(1);
            new Uint8Array(memory.buffer)[70000] = 77;
            return 33;
        } } });
        const { memory, grow, call, trap } = instance.exports;
        const first = new Uint8Array(memory.buffer), data = new DataView(memory.buffer);
        first[1] = 11;
        const out = [grow(0), first.length, grow(1), first.length, first[1], memory.buffer.byteLength >> 16];
        try { data.getUint8(1); } catch (e) { out.push(e.name); }
        const second = new Uint8Array(memory.buffer);
        out.push(second[1], call(), during.length, second.length, new Uint8Array(memory.buffer)[5]);
        const third = new Uint8Array(memory.buffer);
        out.push(third[0], third[70000], third.length >> 16);
        try { trap(); } catch (e) { out.push(e.name); }
        out.push(third.length, memory.buffer.byteLength >> 16);
        out.join()",
    );
    assert_eq!(
        result,
        "1,65536,1,0,,2,TypeError,11,33,0,0,50,33,77,3,RuntimeError,0,4"
    );
}

#[test]
fn a_view_that_grows_away_in_the_middle_of_a_built_in_function() {
    let mut context = context();
    let result = eval(
        &mut context,
        r"
        const out = [];
        const attempt = f => {
            const memory = new WebAssembly.Memory({ initial: 1, maximum: 4 });
            const view = new Uint8Array(memory.buffer);
            view[0] = 3; view[1] = 1; view[2] = 2;
            let result;
            try { result = f(view, () => memory.grow(1)); } catch (e) { result = e.name; }
            out.push(`${typeof result === 'object' ? 'object' : result}/${view.length}`);
        };
        attempt((view, grow) => view.fill({ valueOf() { grow(); return 1; } }));
        attempt((view, grow) => { view.subarray(0, 3).sort((a, b) => { grow(); return a - b; }); });
        attempt((view, grow) => view.set({ length: 2, get 0() { grow(); return 5; }, 1: 6 }));
        attempt((view, grow) => view.subarray(0, 4).map(x => { grow(); return x; }));
        attempt((view, grow) => view.indexOf(2, { valueOf() { grow(); return 0; } }));
        attempt((view, grow) => { view.copyWithin(0, 1, { valueOf() { grow(); return 3; } }); });
        attempt((view, grow) => new DataView(view.buffer).setUint8(0, { valueOf() { grow(); return 1; } }));
        attempt((view, grow) => { view[{ toString() { grow(); return '0'; } }] = 7; });
        attempt((view, grow) => view.buffer.slice({ valueOf() { grow(); return 0; } }, 4));
        out.join()",
    );
    for one in result.split(',') {
        assert!(one.ends_with("/0"), "the view is detached: {result}");
    }
}

#[test]
fn what_is_detached_is_let_go_of_and_what_is_not_stays() {
    let mut context = context();
    let old = buffer(
        &mut context,
        r"var memory = new WebAssembly.Memory({ initial: 1, maximum: 2 }); var old = memory.buffer;
          new Uint8Array(old)[3] = 7; old",
    );
    eval(&mut context, "memory.grow(1); ''");
    assert!(old.data().is_none());
    let new = buffer(&mut context, "memory.buffer");
    eval(&mut context, "old = memory = null; ''");
    collect(&mut context);
    eval(&mut context, SCRIBBLE);
    let data = new.data().expect("not detached");
    assert_eq!((data.len(), data[3], data[70_000]), (131_072, 7, 0));
}

#[test]
fn buffers_of_memories_are_not_transferred() {
    let mut context = context();
    let buffer = buffer(
        &mut context,
        "var memory = new WebAssembly.Memory({ initial: 1 }); new Uint8Array(memory.buffer)[2] = 5; memory.buffer",
    );
    assert!(taipan_webidl::buffer_source::transfer(&buffer, &mut context).is_err());
    assert_eq!(buffer.data().map(|data| data[2]), Some(5));
    // One that was detached by growing is not even that.
    eval(&mut context, "memory.grow(1); ''");
    assert!(taipan_webidl::buffer_source::transfer(&buffer, &mut context).is_err());
    collect(&mut context);
    assert_eq!(eval(&mut context, "new Uint8Array(memory.buffer)[2]"), "5");
}

#[test]
fn in_whatever_order_a_memory_its_buffer_and_its_instance_are_collected() {
    // Each bit says whether one of them outlives a collection that takes the others.
    for kept in 0..8 {
        let mut context = context();
        define_module(&mut context, "bytes", GROWING);
        let source = format!(
            r"
            var instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {{ m: {{ f: () => 44 }} }});
            var memory = instance.exports.memory;
            var view = new Uint8Array(memory.buffer);
            var call = instance.exports.call;
            view[100] = 55;
            var refs = [new WeakRef(instance), new WeakRef(memory), new WeakRef(view)];
            instance = null;
            if (!({kept} & 1)) call = null;
            if (!({kept} & 2)) memory = null;
            if (!({kept} & 4)) view = null;
            ''"
        );
        eval(&mut context, &source);
        collect(&mut context);
        eval(&mut context, SCRIBBLE);
        collect(&mut context);
        let result = eval(
            &mut context,
            r"
            const out = [];
            if (call) out.push(call());
            if (memory) out.push(new Uint8Array(memory.buffer)[100], memory.buffer.byteLength);
            if (view) out.push(view[100], view.length);
            out.join()",
        );
        let mut expected = Vec::new();
        if kept & 1 != 0 {
            expected.push("44");
        }
        for bit in [2, 4] {
            if kept & bit != 0 {
                expected.extend(["55", "65536"]);
            }
        }
        assert_eq!(result, expected.join(","), "kept {kept}");
        eval(&mut context, "call = memory = view = null; ''");
        collect(&mut context);
        let alive = eval(&mut context, "refs.filter(ref => ref.deref()).length");
        assert_eq!(alive, "0", "kept {kept}");
    }
}

#[test]
fn buffers_and_objects_that_outlive_their_context() {
    let (buffers, memory, call): (Vec<JsArrayBuffer>, JsObject, JsObject) = {
        let mut context = context();
        define_module(&mut context, "bytes", GROWING);
        eval(
            &mut context,
            r"
            var { memory, call, grow } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { m: { f: () => 1 } }).exports;
            var before = memory.buffer; grow(1);
            var resizable = new WebAssembly.Memory({ initial: 1, maximum: 2 }).toResizableBuffer();
            new Uint8Array(resizable).fill(4); new Uint8Array(memory.buffer).fill(3); ''",
        );
        let buffers = ["before", "memory.buffer", "resizable"];
        let buffers = buffers.map(|name| buffer(&mut context, name)).to_vec();
        let mut object = |name: &str| {
            let value = context.eval(Source::from_bytes(name)).expect("a value");
            value.as_object().expect("an object")
        };
        (buffers, object("memory"), object("call"))
    };
    boa_gc::force_collect();
    // Another one must not get the same address space.
    let mut other = context();
    eval(&mut other, SCRIBBLE);
    let bytes = |buffer: &JsArrayBuffer| buffer.data().map(|data| (data.len(), data[65_535]));
    assert_eq!(bytes(&buffers[0]), None);
    assert_eq!(bytes(&buffers[1]), Some((131_072, 3)));
    assert_eq!(bytes(&buffers[2]), Some((65_536, 4)));
    // Its store is gone, and so says everything that needs it.
    assert!(call.call(&JsValue::undefined(), &[], &mut other).is_err());
    assert!(memory.get(js_string!("buffer"), &mut other).is_err());
    drop(other);
    drop((memory, call));
    boa_gc::force_collect();
    assert_eq!(bytes(&buffers[1]), Some((131_072, 3)));
}

#[test]
fn contexts_are_dropped_in_any_order() {
    for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
        let mut contexts: Vec<Option<(Context, JsArrayBuffer)>> = (0..3)
            .map(|n| {
                let mut context = context();
                let source = format!(
                    "const memory = new WebAssembly.Memory({{ initial: 1 }}); new Uint8Array(memory.buffer).fill({n}); memory.buffer"
                );
                let buffer = buffer(&mut context, &source);
                Some((context, buffer))
            })
            .collect();
        for dropped in order {
            let (context, buffer) = contexts[dropped].take().expect("dropped once");
            drop(context);
            boa_gc::force_collect();
            assert_eq!(
                buffer.data().map(|data| usize::from(data[9])),
                Some(dropped)
            );
            for (n, other) in contexts.iter_mut().enumerate() {
                if let Some((context, buffer)) = other {
                    eval(context, SCRIBBLE);
                    assert_eq!(buffer.data().map(|data| usize::from(data[9])), Some(n));
                }
            }
        }
    }
}

#[test]
fn a_panic_in_a_host_function_leaves_memory_and_views_as_they_are() {
    let mut context = context();
    define_module(&mut context, "bytes", GROWING);
    let panics = NativeFunction::from_fn_ptr(|_, _, _| panic!("on purpose"));
    context
        .register_global_callable(js_string!("panics"), 0, panics)
        .expect("a global");
    eval(
        &mut context,
        r"
        var depth = 0;
        var exports = new WebAssembly.Instance(new WebAssembly.Module(bytes), { m: { f() {
            exports.memory.grow(1);
            new Uint8Array(exports.memory.buffer)[8] = depth;
            if (depth-- > 0) return exports.call();
            return shouldPanic ? panics() : 21;
        } } }).exports;
        var shouldPanic = true; ''",
    );
    for depth in [0, 3] {
        let source = format!("depth = {depth}; exports.call()");
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            context.eval(Source::from_bytes(&source)).map(drop)
        }));
        let payload = outcome.expect_err("the panic goes on");
        assert_eq!(payload.downcast_ref::<&str>(), Some(&"on purpose"));
        collect(&mut context);
    }
    // Nothing is borrowed, lent or pending: everything goes on in another evaluation.
    let result = eval(
        &mut context,
        "shouldPanic = false; depth = 0; [exports.call(), exports.memory.buffer.byteLength >> 16].join()",
    );
    assert_eq!(result, "21,7");
}
