//! What the runtime adds to wasmi: kernels called from JavaScript, beside the same code in a plain
//! wasmi store with the settings of wasmi's own command (limit: 1.05 times).
#![allow(missing_docs, clippy::unwrap_used)]

mod support;

use boa_engine::JsValue;
use criterion::{Criterion, criterion_group, criterion_main};
use support::{bytes, function, runtime};

/// (name, argument, module with an export `run`)
const KERNELS: [(&str, i32, &str); 3] = [
    (
        "fib",
        25,
        r#"(module (func $fib (export "run") (param i32) (result i32)
            (if (result i32) (i32.lt_s (local.get 0) (i32.const 2))
                (then (local.get 0))
                (else (i32.add
                    (call $fib (i32.sub (local.get 0) (i32.const 1)))
                    (call $fib (i32.sub (local.get 0) (i32.const 2))))))))"#,
    ),
    (
        "crc",
        1_000_000,
        r#"(module (memory 1) (func (export "run") (param $n i32) (result i32)
            (local $i i32) (local $crc i32)
            (loop $l
                (i32.store8 (i32.and (local.get $i) (i32.const 0xffff)) (local.get $crc))
                (local.set $crc (i32.xor
                    (i32.shr_u (local.get $crc) (i32.const 1))
                    (i32.mul (i32.const 0xedb88320)
                        (i32.and (i32.const 1) (i32.xor (local.get $crc)
                            (i32.load8_u (i32.and (i32.mul (local.get $i) (i32.const 7)) (i32.const 0xffff))))))))
                (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
            (local.get $crc)))"#,
    ),
    (
        "mandelbrot",
        200_000,
        r#"(module (func (export "run") (param $n i32) (result i32)
            (local $i i32) (local $x f64) (local $y f64) (local $t f64) (local $in i32)
            (loop $l
                (local.set $t (f64.add (f64.sub (f64.mul (local.get $x) (local.get $x))
                    (f64.mul (local.get $y) (local.get $y))) (f64.const -0.7)))
                (local.set $y (f64.add (f64.mul (f64.const 2) (f64.mul (local.get $x) (local.get $y))) (f64.const 0.27)))
                (local.set $x (local.get $t))
                (if (f64.gt (f64.add (f64.mul (local.get $x) (local.get $x)) (f64.mul (local.get $y) (local.get $y))) (f64.const 4))
                    (then (local.set $x (f64.const 0)) (local.set $y (f64.const 0)))
                    (else (local.set $in (i32.add (local.get $in) (i32.const 1)))))
                (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
            (local.get $in)))"#,
    ),
];

fn kernels(criterion: &mut Criterion) {
    for (name, argument, wat) in KERNELS {
        let mut group = criterion.benchmark_group(name);
        group.sample_size(20);

        let mut config = wasmi::Config::default();
        config.compilation_mode(wasmi::CompilationMode::LazyTranslation);
        let engine = wasmi::Engine::new(&config);
        let module = wasmi::Module::new(&engine, wat::parse_str(wat).unwrap()).unwrap();
        let mut store = wasmi::Store::new(&engine, ());
        let instance = wasmi::Instance::new(&mut store, &module, &[]).unwrap();
        let run = instance.get_typed_func::<i32, i32>(&store, "run").unwrap();
        let expected = run.call(&mut store, argument).unwrap();
        group.bench_function("wasmi", |bencher| {
            bencher.iter(|| run.call(&mut store, argument).unwrap());
        });

        let mut runtime = runtime();
        bytes(&mut runtime, "bytes", wat);
        runtime
            .eval("var { run } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;")
            .unwrap();
        let run = function(&mut runtime, "run");
        let mut context = runtime.context();
        let argument = [JsValue::from(argument)];
        let value = run
            .call(&JsValue::undefined(), &argument, &mut context)
            .unwrap();
        assert_eq!(value.as_i32(), Some(expected));
        group.bench_function("taipan", |bencher| {
            bencher.iter(|| {
                run.call(&JsValue::undefined(), &argument, &mut context)
                    .unwrap()
            });
        });
        group.finish();
    }
}

criterion_group!(benches, kernels);
criterion_main!(benches);
