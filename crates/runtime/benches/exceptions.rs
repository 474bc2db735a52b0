//! What exceptions of WebAssembly cost.
//!
//! - `throw`: a loop in which every turn fails three calls deep, with something to clean up on the
//!   way, as compiled C++ does it: with `try_table`, with the legacy instructions, and by returning
//!   codes (limit: 3 times that);
//! - `calls`: recursion in a module that could throw, beside the same in one that could not.
#![allow(missing_docs, clippy::unwrap_used)]

mod support;

use boa_engine::JsValue;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use support::{bytes, function, runtime};

const TURNS: u32 = 10_000;

/// What all three have: an allocator, a count of what is alive, and a little work.
const COMMON: &str = r#"
    (memory 1)
    (global $top (mut i32) (i32.const 1024))
    (func $allocate (param $size i32) (result i32)
        (global.get $top)
        (global.set $top (i32.add (global.get $top) (local.get $size))))
    (func $free (param $size i32)
        (global.set $top (i32.sub (global.get $top) (local.get $size))))
    (func $work (param $n i32) (result i32) (local $i i32) (local $hash i32)
        (local.set $i (i32.const 8))
        (loop $l
            (local.set $hash (i32.xor (i32.mul (local.get $hash) (i32.const 31)) (local.get $n)))
            (i32.store (i32.shl (local.get $i) (i32.const 2)) (local.get $hash))
            (br_if $l (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
        (local.get $hash))
"#;

const CODES: &str = r#"
    (func $inner (param $n i32) (result i32) (local $error i32)
        (drop (call $work (local.get $n)))
        (local.set $error (call $allocate (i32.const 16)))
        (i32.store (local.get $error) (local.get $n))
        (local.get $error))
    (func $middle (param $n i32) (result i32) (local $error i32)
        (drop (call $allocate (i32.const 32)))
        (local.set $error (call $inner (local.get $n)))
        (call $free (i32.const 32))
        (local.get $error))
    (func (export "run") (param $turns i32) (result i32) (local $sum i32) (local $error i32)
        (loop $l
            (if (local.tee $error (call $middle (local.get $turns)))
                (then
                    (local.set $sum (i32.add (local.get $sum) (i32.load (local.get $error))))
                    (call $free (i32.const 16))))
            (br_if $l (local.tee $turns (i32.sub (local.get $turns) (i32.const 1)))))
        (local.get $sum))
"#;

const THROWING: &str = r#"
    (tag $exception (param i32))
    (func $inner (param $n i32) (local $error i32)
        (drop (call $work (local.get $n)))
        (local.set $error (call $allocate (i32.const 16)))
        (i32.store (local.get $error) (local.get $n))
        (throw $exception (local.get $error)))
"#;

const TRY_TABLE: &str = r#"
    (func $middle (param $n i32) (local $exception exnref)
        (drop (call $allocate (i32.const 32)))
        (block $cleanup (result exnref)
            (try_table (catch_all_ref $cleanup) (call $inner (local.get $n)))
            (call $free (i32.const 32))
            (return))
        (local.set $exception)
        (call $free (i32.const 32))
        (throw_ref (local.get $exception)))
    (func (export "run") (param $turns i32) (result i32) (local $sum i32) (local $error i32)
        (loop $l
            (block $done
                (block $caught (result i32)
                    (try_table (catch $exception $caught) (call $middle (local.get $turns)))
                    (br $done))
                (local.set $error)
                (local.set $sum (i32.add (local.get $sum) (i32.load (local.get $error))))
                (call $free (i32.const 16)))
            (br_if $l (local.tee $turns (i32.sub (local.get $turns) (i32.const 1)))))
        (local.get $sum))
"#;

const LEGACY: &str = r#"
    (func $middle (param $n i32)
        (drop (call $allocate (i32.const 32)))
        try
            (call $inner (local.get $n))
        catch_all
            (call $free (i32.const 32))
            rethrow 0
        end
        (call $free (i32.const 32)))
    (func (export "run") (param $turns i32) (result i32) (local $sum i32) (local $error i32)
        (loop $l
            try
                (call $middle (local.get $turns))
            catch $exception
                (local.set $error)
                (local.set $sum (i32.add (local.get $sum) (i32.load (local.get $error))))
                (call $free (i32.const 16))
            end
            (br_if $l (local.tee $turns (i32.sub (local.get $turns) (i32.const 1)))))
        (local.get $sum))
"#;

fn fib(tag: &str) -> String {
    format!(
        r#"(module {tag} (func $fib (export "run") (param $n i32) (result i32)
            (if (result i32) (i32.lt_u (local.get $n) (i32.const 2))
                (then (local.get $n))
                (else (i32.add
                    (call $fib (i32.sub (local.get $n) (i32.const 1)))
                    (call $fib (i32.sub (local.get $n) (i32.const 2))))))))"#
    )
}

fn group(criterion: &mut Criterion, name: &str, argument: u32, modules: &[(&str, String)]) {
    let mut runtime = runtime();
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Elements(u64::from(argument)));
    let mut results = Vec::new();
    for (name, text) in modules {
        bytes(&mut runtime, "bytes", text);
        runtime
            .eval("var { run } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;")
            .unwrap();
        let run = function(&mut runtime, "run");
        let mut context = runtime.context();
        let call = |context: &mut boa_engine::Context| {
            run.call(&JsValue::undefined(), &[argument.into()], context)
                .unwrap()
        };
        results.push(call(&mut context).as_number());
        group.bench_function(*name, |bencher| bencher.iter(|| call(&mut context)));
    }
    group.finish();
    assert!(results.windows(2).all(|pair| pair[0] == pair[1]));
}

fn exceptions(criterion: &mut Criterion) {
    let module = |parts: &[&str]| format!("(module {COMMON} {})", parts.concat());
    group(
        criterion,
        "throw",
        TURNS,
        &[
            ("codes", module(&[CODES])),
            ("legacy", module(&[THROWING, LEGACY])),
            ("try_table", module(&[THROWING, TRY_TABLE])),
        ],
    );
    let plain = ("plain", fib(""));
    let aware = ("with a tag", fib("(tag)"));
    group(criterion, "calls", 24, &[plain, aware]);
}

criterion_group!(benches, exceptions);
criterion_main!(benches);
