//! How much longer a runtime with everything takes to make than an empty context of the engine.
//!
//!     cargo bench -p taipan-testkit --bench start_up
//!
//! The limit is 1 ms.
#![allow(clippy::unwrap_used, reason = "what fails here fails the benchmark")]

mod support;

use std::time::Instant;

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
}
