//! Limits of time and of fuel, and the terminator.

use std::thread;

use super::*;

const SPIN: &str = "(module
    (import \"js\" \"call\" (func $call))
    (func (export \"spin\") (loop (br 0)))
    (func (export \"fill\") (loop (memory.fill (i32.const 0) (i32.const 1) (i32.const 0x100000)) (br 0)))
    (func (export \"calls\") (loop (call $call) (br 0)))
    (func (export \"once\") (call $call))
    (func (export \"work\") (local $i i32) (loop (br_if 0 (i32.lt_u
        (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 10000)))))
    (memory 16))";

/// Instantiates `SPIN`; its import calls `hook`.
fn spin() -> String {
    format!(
        "globalThis.hook = () => {{}};
         globalThis.wasm = new WebAssembly.Instance(new WebAssembly.Module({}),
             {{ js: {{ call: () => hook() }} }}).exports;",
        wasm(SPIN)
    )
}

/// What never ends, but can be stopped wherever it is.
fn endless() -> Vec<String> {
    let spin = spin();
    let scripts = [
        "wasm.spin()",
        "wasm.fill()",
        "wasm.calls()",
        // Within each other.
        "hook = wasm.spin; wasm.once()",
        "let nested = 0; hook = () => { if (!nested++) wasm.calls() }; wasm.once()",
        // No handler of the script sees it.
        "try { wasm.spin() } catch {} finally { globalThis.seen = true }",
        "try { hook = wasm.spin; wasm.once() } catch {} finally { globalThis.seen = true }",
        "Promise.resolve().then(wasm.spin).catch(() => { globalThis.seen = true })",
        "(async () => { await null; wasm.spin() })()",
        "(async () => { await null; try { wasm.spin() } finally { globalThis.seen = true } })()",
        "(async function* () { await null; wasm.spin() })().next()",
        "new Promise(() => wasm.spin()).catch(() => { globalThis.seen = true })",
        "setTimeout(wasm.spin)",
        "setInterval(wasm.spin)",
        "addEventListener('hot', wasm.spin); dispatchEvent(new Event('hot'))",
        "[1, 2].map(wasm.spin)",
        "`${{ toString: wasm.spin }}`",
        "new ReadableStream({ pull: wasm.spin })",
        "WebAssembly.instantiate(new Uint8Array([0])).catch(wasm.spin)",
        // Jobs without an end.
        "(function again() { Promise.resolve().then(again) })()",
        "(async () => { for (;;) await null })()",
        "(function again() { queueMicrotask(again) })()",
        "(function again() { setTimeout(again) })()",
        "setInterval(() => {})",
        "setTimeout(() => {}, 1e9)",
        "(function again() { fetch('data:,').then(again) })()",
        "const channel = new MessageChannel(); channel.port1.onmessage = () => channel.port2.postMessage(0);
         channel.port2.postMessage(0)",
        "addEventListener('unhandledrejection', event => { event.preventDefault(); Promise.reject() });
         Promise.reject()",
    ];
    let scripts = scripts.iter();
    scripts
        .map(|script| format!("{{ {spin} }} {{ {script} }}"))
        .collect()
}

#[test]
fn a_run_ends_when_its_time_is_up() {
    let mut runtime = limited(Limits::new().run_timeout(SHORT));
    for source in endless() {
        let error = error_of(&mut runtime, &source);
        assert_eq!(
            error.limit(),
            Some(Limit::RunTimeout(SHORT)),
            "{source}: {error}"
        );
        lives(&mut runtime);
        let seen = runtime.eval("globalThis.seen").expect("a value");
        assert!(seen.is_undefined(), "{source}");
    }
    assert_eq!(runtime.uncaught_errors(), 0);
}

#[test]
fn a_terminator_ends_what_is_run() {
    let builder = Runtime::builder().interruptible(true);
    let mut runtime = builder.build().expect("a runtime");
    for source in endless() {
        let terminator = runtime.terminator();
        let thread = thread::spawn(move || {
            thread::sleep(SHORT);
            terminator.terminate();
        });
        let error = error_of(&mut runtime, &source);
        assert!(matches!(error, Error::Terminated), "{source}: {error}");
        thread.join().expect("the thread");
        assert!(!runtime.terminator().is_terminating());
        lives(&mut runtime);
        let seen = runtime.eval("globalThis.seen").expect("a value");
        assert!(seen.is_undefined(), "{source}");
    }
}

#[test]
fn a_terminator_ends_the_next_run_if_none_is_under_way() {
    let mut runtime = Runtime::new().expect("a runtime");
    runtime.terminator().terminate();
    assert!(runtime.terminator().is_terminating());
    assert!(matches!(runtime.eval("1"), Err(Error::Terminated)));
    lives(&mut runtime);
}

#[test]
fn loops_of_javascript_end_some_time_after_their_time() {
    let sources = [
        "for (;;) {}",
        "do {} while (true)",
        "setTimeout(() => { for (;;) {} })",
        "Promise.resolve().then(() => { for (;;) {} })",
        "(async () => { await null; for (;;) {} })()",
    ];
    // A loop goes round some times longer than it may.
    let time = SHORT * 6 / 10;
    all_end(
        Limits::new().run_timeout(time),
        Limit::RunTimeout(time),
        &sources,
    );
}

#[test]
fn a_runtime_runs_nothing_when_its_time_is_up() {
    let time = SHORT * 2;
    let limits = Limits::new().total_timeout(time).run_timeout(LONG);
    let mut runtime = limited(limits);
    lives(&mut runtime);
    for source in ["setInterval(() => {})", "1", "2"] {
        let error = error_of(&mut runtime, source);
        assert_eq!(error.limit(), Some(Limit::TotalTimeout(time)), "{error}");
    }
}

#[test]
fn waiting_for_a_program_is_part_of_the_run() {
    // It accepts connections and says nothing.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let url = format!("http://127.0.0.1:{port}/x.js")
        .parse()
        .expect("a URL");
    let mut runtime = Runtime::builder()
        .permissions(taipan::Permissions::all())
        .limits(Limits::new().run_timeout(SHORT))
        .build()
        .expect("a runtime");
    let error = runtime
        .run_url(&url, taipan::SourceKind::Detect)
        .expect_err("no program");
    assert_eq!(error.limit(), Some(Limit::RunTimeout(SHORT)));
    let source = format!("import('{url}')");
    let error = error_of(&mut runtime, &source);
    assert_eq!(error.limit(), Some(Limit::RunTimeout(SHORT)));
    lives(&mut runtime);
}

#[test]
fn fuel_is_counted_over_all_code_of_a_run() {
    let limit = Limit::Fuel(3_000_000);
    let mut runtime = limited(Limits::new().fuel(3_000_000));
    for source in [
        "wasm.spin()",
        "wasm.fill()",
        "hook = wasm.spin; wasm.once()",
        "setInterval(wasm.work)",
    ] {
        let error = error_of(&mut runtime, &format!("{{ {} }} {{ {source} }}", spin()));
        assert_eq!(error.limit(), Some(limit), "{source}: {error}");
        lives(&mut runtime);
    }
}

#[test]
fn fuel_that_is_left_is_left() {
    let count = instantiate(
        "(module (func (export \"count\") (param i32)
            (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))",
    );
    let mut runtime = limited(Limits::new().fuel(100_000));
    runtime.eval(&count).expect("an instance");
    // Each takes a part, and every run has the whole again.
    for _ in 0..10 {
        runtime
            .eval("for (let i = 0; i < 10; i++) wasm.count(1000)")
            .expect("enough");
    }
    let error = runtime
        .eval("for (let i = 0; i < 1000; i++) wasm.count(1000)")
        .expect_err("too much");
    assert_eq!(error.limit(), Some(Limit::Fuel(100_000)));
}

#[test]
fn code_that_runs_out_of_fuel_goes_on_where_it_was() {
    // A sum over memory, with calls, growing and filling in between, in many portions of fuel.
    let text = "(module
        (memory 1)
        (table $t 1 funcref)
        (func $fib (param i32) (result i32)
            (if (result i32) (i32.lt_u (local.get 0) (i32.const 2))
                (then (local.get 0))
                (else (i32.add
                    (call $fib (i32.sub (local.get 0) (i32.const 1)))
                    (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
        (func (export \"work\") (result i32) (local $i i32) (local $sum i32)
            (loop $next
                (drop (memory.grow (i32.const 1)))
                (drop (table.grow $t (ref.null func) (i32.const 100)))
                (memory.fill (i32.const 0) (local.get $i) (i32.const 0x10000))
                (local.set $sum (i32.add (local.get $sum) (i32.load8_u (i32.const 77))))
                (local.set $sum (i32.add (local.get $sum) (call $fib (i32.const 18))))
                (br_if $next (i32.lt_u
                    (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 100))))
            (i32.add (local.get $sum) (i32.add (memory.size) (table.size $t)))))";
    let source = format!("{} wasm.work()", instantiate(text));
    let plain = Runtime::new().expect("a runtime").eval(&source);
    let metered = limited(Limits::new().run_timeout(LONG)).eval(&source);
    let expected = 100 * 99 / 2 + 100 * 2584 + 101 + 10_001;
    for value in [plain, metered] {
        let value = value.expect("a sum").as_number();
        assert_eq!(value, Some(f64::from(expected)));
    }
}

#[test]
fn a_future_that_is_dropped_ends_its_run() {
    let tokio = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let mut runtime = limited(Limits::new().run_timeout(LONG));
    tokio.block_on(async {
        let ran = runtime.eval("setTimeout(() => { globalThis.late = 1 }, 50)");
        ran.expect("a timer");
        let run = tokio::time::timeout(Duration::from_millis(5), runtime.run_async());
        run.await.expect_err("not yet");
        // The next one goes on with what is pending.
        runtime.run_async().await.expect("the loop");
        assert_eq!(
            runtime.eval("late").expect("a value").as_number(),
            Some(1.0)
        );
    });
}

#[test]
fn modules_of_a_run_that_was_stopped_are_loaded_anew() {
    let files = crate::support::Files::new(&[
        ("a.js", "import './b.js'; export default 1"),
        ("b.js", "while (globalThis.stop) await null"),
    ]);
    let url = taipan::Url::from_file_path(files.path("a.js")).expect("a URL");
    let mut runtime = Runtime::builder()
        .permissions(taipan::Permissions::all())
        .limits(Limits::new().run_timeout(SHORT))
        .build()
        .expect("a runtime");
    let error = error_of(&mut runtime, &format!("stop = true; import('{url}')"));
    assert_eq!(error.limit(), Some(Limit::RunTimeout(SHORT)));
    let promise = runtime
        .eval(&format!(
            "stop = false; import('{url}').then(a => a.default)"
        ))
        .expect("a promise");
    let value = runtime.resolve(promise).expect("the module");
    assert_eq!(value.as_number(), Some(1.0));
}
