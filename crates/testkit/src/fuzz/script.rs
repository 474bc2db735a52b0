//! Targets that are scripts.

use std::{cell::RefCell, time::Duration};

use bytes::Bytes;
use taipan::{Error, Level, Limit, Limits, Runtime};

const SCRIPT: &str = include_str!("targets.js");

/// How many inputs a runtime is used for.
const INPUTS: u32 = 500;

thread_local! {
    static RUNTIME: RefCell<Option<(Runtime, u32)>> = const { RefCell::new(None) };
}

/// Calls a function of `targets.js` with an input. What it throws, or rejects with, is a rule that was broken; what it
/// exceeds is a limit.
pub(super) fn call(name: &str, input: &[u8]) {
    RUNTIME.with(|place| {
        let mut place = place.borrow_mut();
        let (mut runtime, inputs) = match place.take() {
            Some((runtime, inputs)) if inputs < INPUTS => (runtime, inputs),
            _ => (new_runtime(), 0),
        };
        let result: Result<(), Error> =
            runtime.call(&format!("targets.{name}"), (Bytes::copy_from_slice(input),));
        match result {
            Ok(()) => *place = Some((runtime, inputs + 1)),
            // A module may well go on for ever.
            Err(error) if matches!(error.limit(), Some(Limit::Fuel(_))) => {
                *place = Some((runtime, inputs + 1));
            }
            Err(error) => panic!("{name}: {}", error.report()),
        }
    });
}

fn new_runtime() -> Runtime {
    let limits = Limits::new()
        .run_timeout(Duration::from_secs(20))
        .fuel(20_000_000)
        .heap(512 << 20)
        // What sanitizers do to the code takes several times as much stack.
        .recursion(4_000)
        .memory(1 << 30)
        .table_elements(10_000_000);
    let runtime = Runtime::builder()
        .limits(limits)
        .console(|_: Level, _: &str| {})
        .build();
    let mut runtime = runtime.unwrap_or_else(|error| panic!("no runtime: {error}"));
    if let Err(error) = runtime.eval(SCRIPT) {
        panic!("the targets are no script: {}", error.report());
    }
    runtime
}
