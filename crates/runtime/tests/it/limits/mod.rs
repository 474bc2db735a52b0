//! Every limit ends what exceeds it, with an error that names it, and the runtime lives on.

mod clock;
pub(crate) mod network;
mod resources;

use std::time::{Duration, Instant};

use taipan::{Error, Limit, Limits, Permissions, Runtime};

/// Long enough for what must work, short enough to wait for.
const SHORT: Duration = Duration::from_millis(100);

/// Nothing may take longer than this, in a debug build on a busy machine either.
const LONG: Duration = Duration::from_secs(20);

/// A module in text format, as an expression of JavaScript for its bytes.
fn wasm(text: &str) -> String {
    let bytes = wat::parse_str(text).expect("a module");
    format!("new Uint8Array({bytes:?})")
}

/// Instantiates a module without imports under the name `wasm`.
fn instantiate(text: &str) -> String {
    let bytes = wasm(text);
    format!("globalThis.wasm = new WebAssembly.Instance(new WebAssembly.Module({bytes})).exports;")
}

fn limited(limits: Limits) -> Runtime {
    let builder = Runtime::builder()
        .permissions(Permissions::all())
        .limits(limits);
    builder.build().expect("a runtime")
}

/// That the runtime runs what comes next: script, microtasks, timers and WebAssembly.
fn lives(runtime: &mut Runtime) {
    let add = instantiate(
        "(module (func (export \"add\") (param i32 i32) (result i32)
            (i32.add (local.get 0) (local.get 1))))",
    );
    let promise = runtime
        .eval(&format!(
            "{add} new Promise(done => setTimeout(() => done(wasm.add(40, 2))))"
        ))
        .expect("the next script runs");
    let value = runtime.resolve(promise).expect("the promise is settled");
    assert_eq!(value.as_number(), Some(42.0));
    runtime.run().expect("nothing is left of what was stopped");
}

/// The error of a source and all that comes of it, which must come in time.
fn error_of(runtime: &mut Runtime, source: &str) -> Error {
    let start = Instant::now();
    let result = runtime.eval(source).map(drop).and_then(|()| runtime.run());
    let error = result.expect_err(source);
    let took = start.elapsed();
    assert!(took < LONG, "{source} took {took:?}");
    error
}

/// That each of the sources ends by `limit`, and the runtime lives on.
fn all_end(limits: Limits, limit: Limit, sources: &[&str]) {
    let mut runtime = limited(limits);
    for source in sources {
        let error = error_of(&mut runtime, source);
        assert_eq!(error.limit(), Some(limit), "{source}: {error}");
        lives(&mut runtime);
    }
}
