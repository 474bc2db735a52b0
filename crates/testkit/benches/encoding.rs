//! What `TextDecoder` and `TextEncoder` cost where glue code calls them all the time.
//!
//!     cargo bench -p taipan-testkit --bench encoding
//!
//! - decoding 32 bytes, beside a call of a native function that does nothing (limit: 3 times);
//! - writing 32 bytes by `encodeInto`, beside the same;
//! - decoding 1 MB of ASCII, beside copying it.
//!
//! Of the small ones the time of the loop itself is taken off.
#![allow(clippy::unwrap_used, reason = "what fails here fails the benchmark")]

mod support;

use std::hint::black_box;
use std::time::{Duration, Instant};

use support::{by_turns, median, tell};
use taipan::Runtime;
use taipan::engine::{JsString, JsValue, NativeFunction};

const ROUNDS: usize = 15;
const CALLS: u32 = 20_000;
const LARGE: usize = 1 << 20;

fn runtime() -> Runtime {
    let mut runtime = Runtime::builder()
        .with_context(|context| {
            let nothing = NativeFunction::from_fn_ptr(|_, _, _| Ok(JsValue::undefined()));
            context.register_global_callable(JsString::from("nothing"), 0, nothing)
        })
        .build()
        .unwrap();
    runtime
        .eval(&format!(
            "var decoder = new TextDecoder(), encoder = new TextEncoder();
             var view = encoder.encode('0123456789abcdef0123456789ABCDEF');
             var heap = new Uint8Array(65536);
             heap.set(view, 1000);
             var text = '0123456789abcdef0123456789ABCDEF';
             var large = new Uint8Array({LARGE}).fill(97);
             function loopOnly() {{ for (let i = 0; i < {CALLS}; i++); }}
             function loopNothing() {{ const f = nothing; for (let i = 0; i < {CALLS}; i++) f(view); }}
             function loopDecode() {{ for (let i = 0; i < {CALLS}; i++) decoder.decode(view); }}
             function loopGlue() {{ for (let i = 0; i < {CALLS}; i++) decoder.decode(heap.subarray(1000, 1032)); }}
             function loopSubarray() {{ for (let i = 0; i < {CALLS}; i++) heap.subarray(1000, 1032); }}
             function loopInto() {{ for (let i = 0; i < {CALLS}; i++) encoder.encodeInto(text, heap); }}
             function decodeLarge() {{ decoder.decode(large); }}"
        ))
        .unwrap();
    runtime
}

fn call(runtime: &mut Runtime, name: &str) -> Duration {
    let source = format!("{name}()");
    let start = Instant::now();
    runtime.eval(&source).unwrap();
    start.elapsed()
}

fn main() {
    let mut runtime = runtime();
    let mut of = |name: &str| {
        let times: Vec<_> = (0..=ROUNDS).map(|_| call(&mut runtime, name)).collect();
        median(&times[1..]).as_secs_f64() * 1e9 / f64::from(CALLS)
    };
    let empty = of("loopOnly");
    let nothing = of("loopNothing") - empty;
    let decode = of("loopDecode") - empty;
    let glue = of("loopGlue") - of("loopSubarray");
    let into = of("loopInto") - empty;
    println!(
        "a call of nothing {nothing:.0} ns, decode of 32 bytes {decode:.0} ns (of a subarray made for it {glue:.0} ns), encodeInto of 32 characters {into:.0} ns"
    );
    tell(
        "decode of 32 bytes against a call of nothing",
        decode,
        nothing,
        3.0,
    );
    tell(
        "encodeInto of 32 characters against a call of nothing",
        into,
        nothing,
        3.0,
    );

    let source = vec![97_u8; LARGE];
    let (ours, theirs) = by_turns(
        ROUNDS,
        || call(&mut runtime, "decodeLarge"),
        || {
            let start = Instant::now();
            black_box(black_box(&source).clone());
            start.elapsed()
        },
    );
    println!("1 MB of ASCII: decode {ours:.1?}, a copy {theirs:.1?}");
    tell(
        "decode of 1 MB against a copy",
        ours.as_secs_f64(),
        theirs.as_secs_f64(),
        3.0,
    );
}
