//! How much longer a runtime with everything takes to make than an empty context of the engine, and how long it takes
//! from `new Worker` to the worker's first message.
//!
//!     cargo bench -p taipan-testkit --bench start_up
//!
//! The limits are 1 ms and 3 ms.
#![allow(clippy::unwrap_used, reason = "what fails here fails the benchmark")]

mod support;

use std::time::{Duration, Instant};

use support::by_turns;
use taipan::Runtime;
use taipan::engine::Context;

const ROUNDS: usize = 200;

fn main() {
    let (ours, theirs) = by_turns(
        ROUNDS,
        || {
            let start = Instant::now();
            let runtime = Runtime::builder().build().unwrap();
            let time = start.elapsed();
            drop(runtime);
            time
        },
        || {
            let start = Instant::now();
            let context = Context::default();
            let time = start.elapsed();
            drop(context);
            time
        },
    );
    let more = ours.saturating_sub(theirs);
    let verdict = if more.as_micros() <= 1000 {
        "within"
    } else {
        "BEYOND"
    };
    println!(
        "a runtime {ours:.1?}, an empty context {theirs:.1?}: {more:.1?} more, {verdict} 1 ms"
    );
    let worker = workers();
    let verdict = if worker.as_micros() <= 3000 {
        "within"
    } else {
        "BEYOND"
    };
    println!("from `new Worker` to its first message {worker:.1?}, {verdict} 3 ms");
}

/// The median time of one worker after the other.
fn workers() -> Duration {
    let mut runtime = Runtime::builder().build().unwrap();
    runtime
        .eval("const url = URL.createObjectURL(new Blob(['postMessage(0)']));")
        .unwrap();
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            let message = runtime
                .eval(
                    "{
                        const worker = new Worker(url);
                        new Promise(resolve => {
                            worker.onmessage = () => { worker.terminate(); resolve(); };
                        })
                    }",
                )
                .unwrap();
            runtime.resolve(message).unwrap();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[ROUNDS / 2]
}
