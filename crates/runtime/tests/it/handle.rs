//! A runtime on a thread of its own.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use taipan::{
    Error, Function, Promised, Runtime, RuntimeHandle, SourceKind, engine::JsNativeError,
};

use crate::support::Files;

fn spawn() -> RuntimeHandle {
    let builder = || Runtime::builder().permissions(taipan::Permissions::all());
    RuntimeHandle::spawn(builder).expect("a thread")
}

#[test]
fn a_handle_goes_anywhere() {
    fn is_shared<T: Send + Sync + Clone + 'static>(_: &T) {}
    let script = spawn();
    is_shared(&script);
    let script = RuntimeHandle::clone(&script);
    let depth =
        script.eval::<u32>("let n = 0; const f = () => { n++; if (n < 20000) f() }; f(); n");
    assert_eq!(depth.wait().expect("a number"), 20_000);
    let thrown = script.eval::<()>("throw new RangeError('no')").wait();
    assert_eq!(
        thrown.expect_err("an exception").to_string(),
        "RangeError: no"
    );
    let wrong = script.eval::<u8>("'x'").wait();
    assert!(
        wrong
            .expect_err("no number")
            .to_string()
            .contains("got \"x\"")
    );
}

#[test]
fn the_loop_turns_by_itself_and_idle_waits_for_it() {
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    let script = RuntimeHandle::spawn(move || {
        Runtime::builder().function("tick", move || {
            counter.fetch_add(1, Ordering::SeqCst) as u32
        })
    })
    .expect("a thread");
    let source = "let id = setInterval(() => { if (tick() === 4) clearInterval(id) }, 1)";
    script.eval::<()>(source).wait().expect("a script");
    script.idle().wait().expect("the end");
    assert_eq!(count.load(Ordering::SeqCst), 5);
}

#[test]
fn several_answers_are_under_way_at_once() {
    let script = spawn();
    // The first can only end when the second has run.
    let first = script.eval::<u8>("let go; new Promise(done => go = done)");
    let third = script.eval::<u8>("new Promise(done => setTimeout(done, 5, 3))");
    script.eval::<()>("go(1)").wait().expect("a script");
    assert_eq!(first.wait().expect("a number"), 1);
    assert_eq!(third.wait().expect("a number"), 3);
    let rejected = script
        .eval::<u8>("Promise.reject(new TypeError('r'))")
        .wait();
    assert_eq!(
        rejected.expect_err("a rejection").to_string(),
        "TypeError: r"
    );
}

#[test]
fn asynchronous_callers_await() {
    let script = spawn();
    let tokio = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    tokio.expect("tokio").block_on(async {
        let sums: Vec<_> = (0..8)
            .map(|n| {
                let script = script.clone();
                tokio::spawn(async move {
                    script.eval::<()>("globalThis.f = async n => n * 2").await?;
                    script.call::<u32>("f", (n,)).await
                })
            })
            .collect();
        for (n, sum) in sums.into_iter().enumerate() {
            assert_eq!(
                sum.await.expect("no panic").expect("a number") as usize,
                n * 2
            );
        }
        assert!(matches!(
            script.eval::<u8>("1").wait(),
            Err(Error::WithinAsync)
        ));
        script.shut_down().await.expect("the end");
        assert!(matches!(script.eval::<u8>("1").await, Err(Error::Closed)));
    });
}

#[test]
fn programs_and_modules_run() {
    let files = Files::new(&[
        (
            "main.mjs",
            "import { x } from './x.mjs'; setTimeout(() => globalThis.x = x, 5)",
        ),
        ("x.mjs", "export const x = 7"),
        ("bad.js", "nothing()"),
    ]);
    let script = spawn();
    script
        .run_file(files.path("main.mjs"), SourceKind::Detect)
        .wait()
        .expect("a program");
    assert_eq!(script.eval::<u8>("x").wait().expect("a number"), 7);
    let error = script
        .run_file(files.path("bad.js"), SourceKind::Detect)
        .wait();
    assert!(
        error
            .expect_err("an exception")
            .to_string()
            .starts_with("ReferenceError")
    );
    let error = script
        .run_file(files.path("none.js"), SourceKind::Detect)
        .wait();
    assert!(matches!(error, Err(Error::File { .. })));
    let url = "data:text/javascript,globalThis.y = 8"
        .parse()
        .expect("a URL");
    script
        .run_url(url, SourceKind::Script)
        .wait()
        .expect("a program");
    assert_eq!(script.eval::<u8>("y").wait().expect("a number"), 8);
    let (a,): (u8,) = script
        .eval_module::<std::collections::HashMap<String, (u8,)>>(
            "export const list = [await 9]",
            None,
        )
        .wait()
        .map(|exports| exports["list"])
        .expect("exports");
    assert_eq!(a, 9);
}

#[test]
fn closures_run_with_the_context() {
    let script = spawn();
    let answer = script.with(|context| {
        let f = Function::new("f", |a: u8| a + 1, context);
        f.call::<u8>((1,), context)
    });
    assert_eq!(answer.wait().expect("a number"), 2);
    let failed = script.with::<()>(|_| Err(JsNativeError::typ().with_message("no").into()));
    assert_eq!(
        failed.wait().expect_err("an error").to_string(),
        "TypeError: no"
    );
    script
        .eval::<()>("async function later() { return 5 }")
        .wait()
        .expect("a script");
    let promised = script.with_promise(|context| {
        let later: Function = taipan::get_property(&context.global_object(), "later", context)?;
        later.call::<Promised<u8>>((), context)
    });
    assert_eq!(promised.wait().expect("a number"), 5);
}

#[test]
fn shutting_down_gives_up_what_is_pending() {
    let alive = Arc::new(());
    let held = Arc::clone(&alive);
    let script = RuntimeHandle::spawn(move || {
        Runtime::builder().function("hold", move || Arc::strong_count(&held) as u32)
    })
    .expect("a thread");
    let pending = script.eval::<u8>("setInterval(() => {}, 1); new Promise(() => {})");
    assert_eq!(script.eval::<u32>("hold()").wait().expect("a number"), 2);
    script.shut_down().wait().expect("the end");
    assert_eq!(Arc::strong_count(&alive), 1);
    assert!(matches!(pending.wait(), Err(Error::Closed)));
    assert!(script.is_closed());
    script.shut_down().wait().expect("the end, again");
    assert!(matches!(script.idle().wait(), Err(Error::Closed)));
}

#[test]
fn a_thread_ends_with_its_last_handle() {
    let ended = Arc::new(Mutex::new(()));
    let held = Arc::clone(&ended);
    let script = RuntimeHandle::spawn(move || {
        Runtime::builder().function("hold", move || drop(held.lock()))
    })
    .expect("a thread");
    script
        .eval::<()>("setInterval(() => hold(), 1); undefined")
        .wait()
        .expect("a script");
    drop(script);
    let start = Instant::now();
    while Arc::strong_count(&ended) > 1 {
        assert!(start.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn what_fails_at_the_start_is_told() {
    let error = RuntimeHandle::spawn(|| {
        Runtime::builder().with_context(|_| Err(JsNativeError::typ().with_message("set-up").into()))
    });
    assert_eq!(
        error.expect_err("an error").to_string(),
        "TypeError: set-up"
    );
    let panicked = std::panic::catch_unwind(|| RuntimeHandle::spawn(|| std::panic::panic_any(5)));
    assert_eq!(panicked.expect_err("a panic").downcast_ref(), Some(&5));
}

#[test]
fn a_panic_reaches_who_waits_and_ends_the_thread() {
    let script = spawn();
    let answer = script.with::<()>(|_| std::panic::panic_any("closure"));
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| answer.wait()));
    assert_eq!(
        panicked.expect_err("a panic").downcast_ref(),
        Some(&"closure")
    );
    assert!(matches!(script.eval::<u8>("1").wait(), Err(Error::Closed)));

    let script = RuntimeHandle::spawn(|| {
        Runtime::builder().function("fail", || -> () { std::panic::panic_any("host") })
    })
    .expect("a thread");
    let answer = script.eval::<u8>("setTimeout(fail, 1); new Promise(() => {})");
    let error = answer.wait().expect_err("an error");
    assert_eq!(
        error.to_string(),
        "the engine failed: a host function panicked"
    );
    let script = spawn();
    let engine = script.eval::<()>("(async function () { await using x = null })()");
    assert!(matches!(engine.wait(), Err(Error::Engine(_))));
    assert!(matches!(
        script.eval::<u8>("1").wait(),
        Err(Error::Engine(_))
    ));
}

#[test]
fn what_is_stopped_fails_and_the_runtime_goes_on() {
    use taipan::{Limit, Limits};
    let limits = Limits::new().run_timeout(Duration::from_millis(100));
    let script = RuntimeHandle::spawn(|| Runtime::builder().limits(limits)).expect("a thread");
    let pending = script.eval::<()>("new Promise(() => {})");
    let endless = script.eval::<()>("for (;;);").wait().expect_err("a limit");
    assert!(
        matches!(endless.limit(), Some(Limit::RunTimeout(_))),
        "{endless}"
    );
    assert!(matches!(pending.wait(), Err(Error::Limit { .. })));
    assert_eq!(script.eval::<u8>("5").wait().expect("a number"), 5);
    let chain = "(function f() { Promise.resolve().then(f) })()";
    script.eval::<()>(chain).wait().expect_err("a limit");
    assert_eq!(script.eval::<u8>("6").wait().expect("a number"), 6);

    let script = spawn();
    let terminator = script.terminator();
    let pending = script.eval::<()>("setInterval(() => {}, 1); new Promise(() => {})");
    assert_eq!(script.eval::<u8>("7").wait().expect("a number"), 7);
    terminator.terminate();
    assert!(matches!(pending.wait(), Err(Error::Terminated)));
    assert_eq!(script.eval::<u8>("8").wait().expect("a number"), 8);
    script.idle().wait().expect("nothing is left");
}
