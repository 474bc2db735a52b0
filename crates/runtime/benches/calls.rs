//! What a call between JavaScript and WebAssembly costs, each beside what it is compared with:
//!
//! - `exported`: a loop that calls an exported function, beside the same loop calling a native
//!   function of the engine (limit: 1.4 times);
//! - `imported`: WebAssembly code that calls an imported JavaScript function, beside Rust code
//!   that calls the same function (limit: 1.3 times).
#![allow(missing_docs, clippy::unwrap_used)]

mod support;

use boa_engine::{JsValue, NativeFunction, js_string};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use support::{bytes, function, runtime};

const CALLS: u32 = 10_000;

fn calls(criterion: &mut Criterion) {
    let mut runtime = runtime();
    bytes(
        &mut runtime,
        "bytes",
        &format!(
            r#"(module
            (import "m" "f" (func $f (param i32 i32) (result i32)))
            (func (export "add") (param i32 i32) (result i32)
                (i32.add (local.get 0) (local.get 1)))
            (func (export "nop"))
            (func (export "fadd") (param f64 f64) (result f64)
                (f64.add (local.get 0) (local.get 1)))
            (func (export "run") (result i32) (local $i i32) (local $sum i32)
                (loop $l
                    (local.set $sum (call $f (local.get $sum) (i32.const 1)))
                    (br_if $l (i32.lt_u
                        (local.tee $i (i32.add (local.get $i) (i32.const 1)))
                        (i32.const {CALLS}))))
                (local.get $sum)))"#
        ),
    );
    runtime
        .context()
        .register_global_callable(
            js_string!("nativeAdd"),
            2,
            NativeFunction::from_fn_ptr(|_, args, context| {
                let a = args[0].to_i32(context)?;
                let b = args[1].to_i32(context)?;
                Ok(JsValue::from(a.wrapping_add(b)))
            }),
        )
        .unwrap();
    runtime
        .eval(&format!(
            "var add2 = (a, b) => a + b | 0;
             var {{ add, nop, fadd, run }} = new WebAssembly.Instance(new WebAssembly.Module(bytes), {{ m: {{ f: add2 }} }}).exports;
             var empty = () => {{ let s = 0; for (let i = 0; i < {CALLS}; i++) s = i; return s; }};
             var native = () => {{ const f = nativeAdd; let s = 0; for (let i = 0; i < {CALLS}; i++) s = f(s, 1); return s; }};
             var exported = () => {{ const f = add; let s = 0; for (let i = 0; i < {CALLS}; i++) s = f(s, 1); return s; }};
             var exportedFloat = () => {{ const f = fadd; let s = 0; for (let i = 0; i < {CALLS}; i++) s = f(s, 1.5); return s; }};
             var exportedNop = () => {{ const f = nop; for (let i = 0; i < {CALLS}; i++) f(); }};"
        ))
        .unwrap();

    let mut group = criterion.benchmark_group("exported");
    group.throughput(Throughput::Elements(u64::from(CALLS)));
    for name in [
        "empty",
        "native",
        "exported",
        "exportedFloat",
        "exportedNop",
    ] {
        let f = function(&mut runtime, name);
        let mut context = runtime.context();
        group.bench_function(name, |bencher| {
            bencher.iter(|| f.call(&JsValue::undefined(), &[], &mut context).unwrap());
        });
    }
    group.finish();

    let mut group = criterion.benchmark_group("imported");
    group.throughput(Throughput::Elements(u64::from(CALLS)));
    let add2 = function(&mut runtime, "add2");
    let run = function(&mut runtime, "run");
    let mut context = runtime.context();
    group.bench_function("rust", |bencher| {
        bencher.iter(|| {
            let mut sum = JsValue::from(0);
            for _ in 0..CALLS {
                sum = add2
                    .call(
                        &JsValue::undefined(),
                        &[sum, JsValue::from(1)],
                        &mut context,
                    )
                    .unwrap();
            }
            sum
        });
    });
    group.bench_function("webassembly", |bencher| {
        bencher.iter(|| run.call(&JsValue::undefined(), &[], &mut context).unwrap());
    });
    group.finish();
}

criterion_group!(benches, calls);
criterion_main!(benches);
