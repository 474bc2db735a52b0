//! Linear memory as JavaScript sees it:
//!
//! - `loop`: a `Uint8Array` loop over the memory, beside the same loop over a buffer of its own
//!   (limit: 1.05 times);
//! - `buffer`: `memory.buffer` of 1 MiB and of 1 GiB (limit: the same);
//! - `grow`: 1,000 growths by one page of a memory of 64 MiB, each followed by an access (limit:
//!   50 ms).
#![allow(missing_docs, clippy::unwrap_used)]

mod support;

use boa_engine::JsValue;
use criterion::{Criterion, criterion_group, criterion_main};
use support::{function, runtime};

fn memory(criterion: &mut Criterion) {
    let mut runtime = runtime();
    runtime
        .eval(
            "var own = new Uint8Array(65536), wasm = new Uint8Array(new WebAssembly.Memory({ initial: 1 }).buffer);
             var walk = view => { let s = 0; for (let i = 0; i < view.length; i++) { view[i] = i; s += view[i]; } return s; };
             var loopOwn = () => walk(own), loopWasm = () => walk(wasm);
             var small = new WebAssembly.Memory({ initial: 16 }), large = new WebAssembly.Memory({ initial: 16384 });
             var ask = memory => { let b; for (let i = 0; i < 1000; i++) b = memory.buffer; return b; };
             var bufferSmall = () => ask(small), bufferLarge = () => ask(large);
             var growMany = () => {
                 const memory = new WebAssembly.Memory({ initial: 1024 });
                 for (let i = 0; i < 1000; i++) { memory.grow(1); new Uint8Array(memory.buffer)[memory.buffer.byteLength - 1] = 1; }
             };",
        )
        .unwrap();
    for (group, names) in [
        ("loop", ["loopOwn", "loopWasm"].as_slice()),
        ("buffer", &["bufferSmall", "bufferLarge"]),
        ("grow", &["growMany"]),
    ] {
        let mut group = criterion.benchmark_group(group);
        group.sample_size(20);
        for name in names {
            let f = function(&mut runtime, name);
            let mut context = runtime.context();
            group.bench_function(*name, |bencher| {
                bencher.iter(|| f.call(&JsValue::undefined(), &[], &mut context).unwrap());
            });
        }
        group.finish();
    }
}

criterion_group!(benches, memory);
criterion_main!(benches);
