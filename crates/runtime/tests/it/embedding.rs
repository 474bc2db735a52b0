//! The runtime inside of a Rust program.

use std::{cell::Cell, rc::Rc, time::Duration};

use taipan::{
    Error, EventLoop, Runtime,
    engine::{
        Context, JsResult, JsValue, NativeFunction, Source,
        job::{Job, JobExecutor as _, NativeAsyncJob},
        js_string,
    },
};

use crate::support::{logged, runtime};

/// A tokio runtime whose clock jumps to the next timer when nothing else is to be done.
fn paused() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a tokio runtime")
}

#[test]
fn runs_as_a_future_on_the_callers_runtime() {
    let (mut runtime, log) = runtime();
    let others = Rc::new(Cell::new(0));
    let counter = Rc::clone(&others);
    paused().block_on(async {
        let local = tokio::task::LocalSet::new();
        let other = async move {
            for _ in 0..10 {
                tokio::time::sleep(Duration::from_secs(60)).await;
                counter.set(counter.get() + 1);
            }
        };
        local.spawn_local(other);
        local
            .run_until(async {
                runtime
                    .eval("setTimeout(() => console.log('an hour later'), 3_600_000)")
                    .expect("a script");
                runtime.run_async().await.expect("the loop");
            })
            .await;
    });
    assert_eq!(log.take(), ["an hour later"]);
    assert_eq!(others.get(), 10);
}

#[test]
fn a_chain_of_due_timers_leaves_turns_to_others() {
    let (mut runtime, _) = runtime();
    runtime
        .eval("globalThis.stop = false; (function f() { if (!stop) setTimeout(f) })()")
        .expect("a script");
    let tokio = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a tokio runtime");
    let (sender, receiver) = tokio::sync::oneshot::channel();
    tokio.spawn(async move {
        tokio::task::yield_now().await;
        let _ = sender.send(());
    });
    tokio.block_on(async {
        tokio::select! {
            result = runtime.run_async() => panic!("the chain ended: {result:?}"),
            result = receiver => result.expect("the other task ran"),
        }
    });
    runtime.eval("stop = true").expect("a script");
    runtime.run().expect("the chain ends");
}

#[test]
fn a_dropped_run_loses_nothing() {
    let (mut runtime, log) = runtime();
    let (sender, receiver) = tokio::sync::oneshot::channel::<&str>();
    let job = NativeAsyncJob::new(async move |context| {
        let text = receiver.await.unwrap_or("lost");
        let source = format!("console.log('{text}')");
        context.borrow_mut().eval(Source::from_bytes(&source))
    });
    runtime.context().enqueue_job(Job::from(job));
    runtime
        .eval("setTimeout(() => console.log('timer'), 10_000)")
        .expect("a script");
    paused().block_on(async {
        let limit = Duration::from_secs(1);
        let timeout = tokio::time::timeout(limit, runtime.run_async()).await;
        assert!(timeout.is_err());
        sender.send("kept").expect("the job still waits");
        runtime.run_async().await.expect("the loop");
    });
    assert_eq!(log.take(), ["kept", "timer"]);
}

#[test]
fn a_promise_is_waited_for_while_other_work_goes_on() {
    let (mut runtime, log) = runtime();
    let promise = runtime
        .eval(
            "setInterval(() => {}, 5);
             setTimeout(() => console.log('meanwhile'), 1);
             new Promise(resolve => setTimeout(resolve, 20, 'value'))",
        )
        .expect("a promise");
    let value = runtime.resolve(promise).expect("a value");
    assert_eq!(value, js_string!("value").into());
    assert_eq!(log.take(), ["meanwhile"]);

    // Pending still when it is waited for, so the rejection is a result and not reported.
    let source = "new Promise((_, reject) => setTimeout(reject, 1, new TypeError('no')))";
    let promise = runtime.eval(source).expect("a promise");
    let error = runtime.resolve(promise).expect_err("a rejection");
    assert_eq!(error.to_string(), "TypeError: no");
    assert_eq!(runtime.uncaught_errors(), 0);
}

#[test]
fn a_value_that_is_no_promise_is_its_own_result() {
    let (mut runtime, _) = runtime();
    let value = runtime.resolve(JsValue::from(7)).expect("a value");
    assert_eq!(value.as_number(), Some(7.0));
}

#[test]
fn a_blocking_call_inside_of_a_runtime_is_refused() {
    let (mut runtime, _) = runtime();
    let result = paused().block_on(async { runtime.run() });
    assert!(matches!(result, Err(Error::WithinAsync)));
}

#[test]
fn host_functions_are_added_before_any_script_runs() {
    fn double(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
        let number = args
            .first()
            .cloned()
            .unwrap_or_default()
            .to_number(context)?;
        Ok(JsValue::from(number * 2.0))
    }
    let (builder, _) = logged();
    let mut runtime = builder
        .with_context(|context| {
            let native = NativeFunction::from_fn_ptr(double);
            context.register_global_builtin_callable(js_string!("double"), 1, native)
        })
        .build()
        .expect("a runtime");
    let value = runtime.eval("double(21)").expect("a value");
    assert_eq!(value.as_number(), Some(42.0));
}

#[test]
fn the_loop_works_for_a_bare_context() {
    let errors = Rc::new(Cell::new(0));
    let counter = Rc::clone(&errors);
    let event_loop = EventLoop::new(move |_, _, _| counter.set(counter.get() + 1));
    let mut context = Context::builder()
        .job_executor(Rc::clone(&event_loop))
        .build()
        .expect("a context");
    taipan_web::timers::register(&mut context).expect("timers");
    let source = "
        globalThis.order = [];
        setTimeout(() => order.push(2), 5); setTimeout(() => { order.push(1); throw 1 }, 1); order
    ";
    let order = context.eval(Source::from_bytes(source)).expect("an array");
    // Only microtasks run synchronously.
    context.run_jobs().expect("the microtasks");
    assert_eq!(order.to_string(&mut context).expect("text"), js_string!(""));
    {
        let cell = std::cell::RefCell::new(&mut context);
        let run = Rc::clone(&event_loop).run_jobs_async(&cell);
        paused().block_on(run).expect("the loop");
    }
    assert_eq!(
        order.to_string(&mut context).expect("text"),
        js_string!("1,2")
    );
    assert_eq!(errors.get(), 1);
}

#[test]
fn many_runtimes_live_on_one_thread_and_are_dropped_with_work_pending() {
    let mut runtimes: Vec<Runtime> = (0..8)
        .map(|_| {
            let (mut runtime, _) = runtime();
            runtime
                .eval("setInterval(() => {}, 1000); import('data:text/javascript,')")
                .expect("a script");
            runtime
        })
        .collect();
    runtimes.truncate(4);
    for runtime in &mut runtimes {
        let value = runtime.eval("6 * 7").expect("a value");
        assert_eq!(value.as_number(), Some(42.0));
    }
}

/// What a thread keeps is dropped in an order that nobody sees to: the collector's heap may go before the runtime.
#[test]
fn a_runtime_may_be_kept_by_its_thread() {
    thread_local! {
        static KEPT: std::cell::RefCell<Option<Runtime>> = const { std::cell::RefCell::new(None) };
    }
    for _ in 0..10 {
        let thread = std::thread::spawn(|| {
            KEPT.with(|kept| {
                let mut kept = kept.borrow_mut();
                let runtime = kept.insert(Runtime::new().expect("a runtime"));
                let source = "globalThis.all = []; for (let i = 0; i < 1000; i++) all.push({ i, f: () => i });
                    setTimeout(() => {}, 1e6); new WebAssembly.Memory({ initial: 1 }).buffer.byteLength";
                let length = runtime.eval_as::<u32>(source).expect("a number");
                assert_eq!(length, 65_536);
                let promise = runtime.eval("Promise.resolve(1)").expect("a promise");
                runtime.resolve(promise).expect("a value");
            });
        });
        thread.join().expect("the thread ends");
    }
}
