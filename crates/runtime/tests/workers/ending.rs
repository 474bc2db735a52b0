//! How workers end.

use std::{
    thread,
    time::{Duration, Instant},
};

use taipan::{Error, Limits, engine::JsValue};

use super::{alone, comes_true, logged, runtime_of, threads, wasm};

const SPIN: &str = "(module (func (export \"spin\") (loop (br 0))))";

/// The script of a worker that says so and then never leaves WebAssembly.
fn spinning() -> String {
    format!(
        "const {{ spin }} = new WebAssembly.Instance(new WebAssembly.Module({})).exports;
         postMessage('spinning');
         spin();
         postMessage('unreachable');",
        wasm(SPIN)
    )
}

#[test]
fn a_program_is_over_when_nothing_can_come_any_more() {
    let _alone = alone();
    let (builder, log) = logged();
    let mut runtime = runtime_of(builder);
    runtime
        .eval(
            "globalThis.worker = start('onmessage = ({ data }) => setTimeout(() => postMessage(data * 2), 20)');
             worker.onmessage = ({ data }) => console.log(data);
             worker.postMessage(1);",
        )
        .expect("a script");
    runtime.run().expect("the loop");
    // The worker is still there, but it waits for messages as the program does.
    assert_eq!(log.take(), ["2"]);
    assert_eq!(threads(), 1);
    runtime.eval("worker.postMessage(21)").expect("a script");
    runtime.run().expect("the loop");
    assert_eq!(log.take(), ["42"]);
    runtime.eval("worker.terminate()").expect("a script");
    assert!(comes_true(|| threads() == 0));
    runtime.run().expect("the loop");
}

#[test]
fn a_worker_is_waited_for_while_it_works() {
    let _alone = alone();
    let (builder, log) = logged();
    let mut runtime = runtime_of(builder);
    runtime
        .eval(
            "start(`
                 const inner = new Worker(URL.createObjectURL(new Blob(['setTimeout(() => postMessage(1), 50)'])));
                 inner.onmessage = () => new BroadcastChannel('x').postMessage('done');
             `);
             new BroadcastChannel('x').onmessage = ({ data }) => console.log(data);",
        )
        .expect("a script");
    runtime.run().expect("the loop");
    assert_eq!(log.take(), ["done"]);
    drop(runtime);
    assert!(comes_true(|| threads() == 0));
}

#[test]
fn terminate_stops_a_hot_loop_of_webassembly() {
    let _alone = alone();
    let (builder, log) = logged();
    let mut runtime = runtime_of(builder);
    let worker = spinning();
    runtime
        .eval(&format!(
            "const worker = start(`{worker}`);
             worker.onmessage = ({{ data }}) => {{ console.log(data); setTimeout(() => worker.terminate(), 20); }};"
        ))
        .expect("a script");
    runtime.run().expect("the loop");
    assert_eq!(log.take(), ["spinning"]);
    assert!(comes_true(|| threads() == 0), "the loop goes on");
    assert_eq!(runtime.eval("6 * 7").expect("a value"), JsValue::from(42));
}

#[test]
fn a_runtime_that_is_dropped_stops_its_workers_and_theirs() {
    let _alone = alone();
    let (builder, log) = logged();
    let mut runtime = runtime_of(builder);
    let worker = spinning();
    runtime
        .eval(&format!(
            "const inner = {worker:?};
             const outer = start(`
                 const inner = new Worker(URL.createObjectURL(new Blob([${{JSON.stringify(inner)}}])));
                 inner.onmessage = ({{ data }}) => postMessage(data);
             `);
             globalThis.all = [outer, start('setInterval(() => {{}}, 1)'), start('onmessage = () => {{}}')];
             globalThis.spins = new Promise(resolve => {{ outer.onmessage = resolve; }});"
        ))
        .expect("a script");
    let spins = runtime.eval("spins").expect("a promise");
    runtime.resolve(spins).expect("a message");
    assert!(comes_true(|| threads() == 4));
    let start = Instant::now();
    drop(runtime);
    assert!(start.elapsed() < Duration::from_secs(2));
    assert!(comes_true(|| threads() == 0));
    assert!(log.take().is_empty());
}

#[test]
fn a_loop_of_javascript_holds_up_nobody_else() {
    let _alone = alone();
    let (builder, _) = logged();
    let mut runtime = runtime_of(builder);
    // It ends by itself after a while, for the sake of the other tests.
    runtime
        .eval(
            "const worker = start('postMessage(1); const end = Date.now() + 1500; while (Date.now() < end);');
             globalThis.loops = new Promise(resolve => { worker.onmessage = resolve; });
             loops.then(() => worker.terminate());",
        )
        .expect("a script");
    let start = Instant::now();
    let loops = runtime.eval("loops").expect("a promise");
    runtime.resolve(loops).expect("a message");
    drop(runtime);
    assert!(
        start.elapsed() < Duration::from_millis(1200),
        "it was waited for"
    );
    assert!(comes_true(|| threads() == 0));
}

#[test]
fn no_thread_is_left_of_many_workers() {
    let _alone = alone();
    let (builder, _) = logged();
    let mut runtime = runtime_of(builder);
    for round in 0..10 {
        runtime
            .eval(
                "globalThis.answered = 0;
                 for (let i = 0; i < 20; i++) {
                     const worker = start('onmessage = ({ data }) => postMessage(data)');
                     worker.onmessage = () => { answered++; worker.terminate(); };
                     worker.postMessage(i);
                 }",
            )
            .expect("a script");
        runtime.run().expect("the loop");
        let answered = runtime.eval("answered").expect("a number");
        assert_eq!(answered, JsValue::from(20), "round {round}");
        assert!(comes_true(|| threads() == 0), "round {round}");
    }
}

#[test]
fn a_stopped_run_stops_the_workers() {
    let _alone = alone();
    let (builder, _) = logged();
    let mut runtime = runtime_of(builder);
    let worker = spinning();
    runtime
        .eval(&format!("globalThis.worker = start(`{worker}`);"))
        .expect("a script");
    let terminator = runtime.terminator();
    let thread = thread::spawn(move || {
        thread::sleep(Duration::from_millis(100));
        terminator.terminate();
    });
    assert!(matches!(runtime.run(), Err(Error::Terminated)));
    thread.join().expect("the thread");
    assert!(comes_true(|| threads() == 0));
    runtime.run().expect("the loop");
}

#[test]
fn a_worker_that_exceeds_a_limit_ends_with_an_error() {
    let _alone = alone();
    let (builder, log) = logged();
    let limits = Limits::new().fuel(10_000_000);
    let mut runtime = runtime_of(builder.limits(limits));
    let worker = spinning();
    runtime
        .eval(&format!(
            "const worker = start(`{worker}`);
             worker.onerror = event => {{ event.preventDefault(); console.log(event.message); }};"
        ))
        .expect("a script");
    runtime.run().expect("the loop");
    let log = log.take();
    assert_eq!(log.len(), 1, "{log:?}");
    assert!(log[0].contains("fuel"), "{log:?}");
    assert!(comes_true(|| threads() == 0));
}

#[test]
fn a_worker_that_waits_uses_up_no_time() {
    let _alone = alone();
    let (builder, log) = logged();
    let limits = Limits::new().run_timeout(Duration::from_secs(1));
    let mut runtime = runtime_of(builder.limits(limits));
    runtime
        .eval(
            "globalThis.worker = start('onmessage = ({ data }) => postMessage(data)');
             worker.onmessage = ({ data }) => console.log(data);
             worker.onerror = event => console.log(event.message);
             worker.postMessage(1);",
        )
        .expect("a script");
    runtime.run().expect("the loop");
    thread::sleep(Duration::from_millis(1200));
    runtime.eval("worker.postMessage(2)").expect("a script");
    runtime.run().expect("the loop");
    assert_eq!(log.take(), ["1", "2"]);
    drop(runtime);
    assert!(comes_true(|| threads() == 0));
}
