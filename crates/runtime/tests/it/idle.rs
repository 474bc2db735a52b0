//! Waiting costs nothing.

use std::{
    sync::Arc,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use taipan::engine::{
    JsValue,
    job::{Job, NativeAsyncJob},
};
use tokio::sync::oneshot;

use crate::support::runtime;

#[test]
fn an_idle_loop_is_not_polled() {
    let (mut runtime, log) = runtime();
    runtime
        .eval("setTimeout(() => console.log('done'), 100)")
        .expect("a script");
    let before = runtime.event_loop().polls();
    runtime.run().expect("the loop");
    assert_eq!(log.take(), ["done"]);
    // Once to begin with and once when the timer is due. A loop that polls by itself
    // would have done so thousands of times.
    let polls = runtime.event_loop().polls() - before;
    assert!((2..=4).contains(&polls), "{polls}");
}

#[test]
fn an_async_job_is_woken_by_another_thread_and_polled_no_more_than_that() {
    let (mut runtime, log) = runtime();
    let (sender, receiver) = oneshot::channel::<i32>();
    let polls = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&polls);
    let job = NativeAsyncJob::new(async move |context| {
        let mut receiver = std::pin::pin!(receiver);
        let number = std::future::poll_fn(|cx| {
            counter.fetch_add(1, Ordering::Relaxed);
            receiver.as_mut().poll(cx)
        })
        .await
        .unwrap_or_default();
        let context = &mut context.borrow_mut();
        let source = format!("Promise.resolve({number}).then(n => console.log('got', n))");
        context.eval(taipan::engine::Source::from_bytes(&source))
    });
    runtime.context().enqueue_job(Job::from(job));
    let thread = thread::spawn(move || {
        thread::sleep(Duration::from_millis(50));
        sender.send(42)
    });
    let before = runtime.event_loop().polls();
    runtime.run().expect("the loop");
    thread.join().expect("the thread").expect("a receiver");
    assert_eq!(log.take(), ["got 42"]);
    assert_eq!(polls.load(Ordering::Relaxed), 2);
    let polls = runtime.event_loop().polls() - before;
    assert!((2..=4).contains(&polls), "{polls}");
}

#[test]
fn microtasks_run_after_every_poll_of_an_async_job_that_ran_script() {
    let (mut runtime, log) = runtime();
    let (first, wait_first) = oneshot::channel::<()>();
    let (second, wait_second) = oneshot::channel::<()>();
    let job = NativeAsyncJob::new(async move |context| {
        for (step, wait) in [wait_first, wait_second].into_iter().enumerate() {
            let _ = wait.await;
            let source = format!(
                "queueMicrotask(() => console.log('micro {step}')); console.log('job {step}')"
            );
            let source = taipan::engine::Source::from_bytes(&source);
            context.borrow_mut().eval(source)?;
        }
        Ok(JsValue::undefined())
    });
    runtime.context().enqueue_job(Job::from(job));
    let thread = thread::spawn(move || {
        for sender in [first, second] {
            thread::sleep(Duration::from_millis(10));
            let _ = sender.send(());
        }
    });
    runtime.run().expect("the loop");
    thread.join().expect("the thread");
    assert_eq!(log.take(), ["job 0", "micro 0", "job 1", "micro 1"]);
}

#[test]
fn a_finalization_registry_does_not_keep_the_loop_alive() {
    let (mut runtime, log) = runtime();
    runtime
        .eval("globalThis.r = new FinalizationRegistry(() => {}); r.register({}, 1); console.log('ok')")
        .expect("a script");
    runtime.run().expect("the loop");
    assert_eq!(log.take(), ["ok"]);
}
