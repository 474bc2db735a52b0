//! Errors that nobody catches: who is told of them, and in which order.

use std::{cell::RefCell, rc::Rc};

use boa_engine::{JsValue, NativeFunction, js_string};
use taipan::{Runtime, SourceKind, UncaughtKind};

use crate::support::{logged, runtime};

/// What was told to `on_uncaught`.
type Told = Rc<RefCell<Vec<(UncaughtKind, String)>>>;

/// A runtime that notes what is told to the embedder, and has a function `note` that notes, too.
fn telling() -> (Runtime, Told) {
    let (builder, _) = logged();
    let told = Told::default();
    let notes = Rc::clone(&told);
    let runtime = builder
        .on_uncaught(move |uncaught| {
            notes
                .borrow_mut()
                .push((uncaught.kind, uncaught.error.to_string()));
        })
        .build()
        .expect("a runtime");
    (runtime, told)
}

/// Runs a program whose listeners say `seen` by logging; what was told to the embedder.
fn told(source: &str) -> Vec<(UncaughtKind, String)> {
    let (mut runtime, told) = telling();
    runtime.eval(source).expect(source);
    runtime.run().expect("the loop");
    assert_eq!(runtime.uncaught_errors(), told.borrow().len(), "{source}");
    told.take()
}

#[test]
fn every_exception_comes_to_the_script_and_then_to_the_embedder() {
    use UncaughtKind::{Exception, Rejection};
    let source = "
        setTimeout(() => { throw new Error('timer') });
        queueMicrotask(() => { throw new Error('microtask') });
        const target = new EventTarget();
        target.addEventListener('x', () => { throw new Error('listener') });
        target.dispatchEvent(new Event('x'));
        reportError(new Error('reported'));
        Promise.reject(new Error('rejection'));
    ";
    let expected = [
        (Exception, "Error: listener"),
        (Exception, "Error: reported"),
        (Exception, "Error: microtask"),
        (Rejection, "Error: rejection"),
        (Exception, "Error: timer"),
    ]
    .map(|(kind, text)| (kind, text.to_owned()));
    assert_eq!(told(source), expected);

    // A listener that does nothing changes nothing.
    let listening = format!(
        "addEventListener('error', () => {{}});
         addEventListener('unhandledrejection', () => {{}}); {source}"
    );
    assert_eq!(told(&listening), expected);

    // One that cancels hides everything.
    let cancelling = format!(
        "addEventListener('error', (event) => event.preventDefault());
         addEventListener('unhandledrejection', (event) => event.preventDefault()); {source}"
    );
    assert_eq!(told(&cancelling), []);
    let handling = format!("onerror = () => true; onunhandledrejection = () => false; {source}");
    assert_eq!(told(&handling), []);
}

#[test]
fn an_exception_of_an_error_listener_goes_straight_to_the_embedder() {
    let source = "
        globalThis.count = 0;
        addEventListener('error', (event) => { count++; event.preventDefault(); throw new Error('again') });
        reportError(new Error('first'));
    ";
    let expected = [(UncaughtKind::Exception, "Error: again".to_owned())];
    assert_eq!(told(source), expected);
}

#[test]
fn a_promise_that_a_listener_handles_is_still_told_of_but_not_again() {
    let source = "
        globalThis.log = [];
        onrejectionhandled = (event) => log.push('handled ' + event.reason);
        onunhandledrejection = (event) => { event.promise.catch(() => {}); log.push(event.reason) };
        Promise.reject(1);
    ";
    assert_eq!(told(source), [(UncaughtKind::Rejection, "1".to_owned())]);
}

#[test]
fn a_promise_handled_too_late_is_told_of_again() {
    let (mut runtime, _) = telling();
    let source = "
        globalThis.log = [];
        onrejectionhandled = (event) => log.push('handled ' + event.reason, event.promise === promise);
        onunhandledrejection = (event) => { log.push('unhandled ' + event.reason); event.preventDefault() };
        const promise = Promise.reject(1);
        setTimeout(() => promise.catch(() => {}), 1);
    ";
    runtime.eval(source).expect("a script");
    runtime.run().expect("the loop");
    let log = runtime.eval("log.join()").expect("a log");
    assert_eq!(
        log.as_string(),
        Some(js_string!("unhandled 1,handled 1,true"))
    );
    assert_eq!(runtime.uncaught_errors(), 0);
}

#[test]
fn one_rejection_handled_while_another_is_told_of_is_none() {
    let expected = [(UncaughtKind::Rejection, "1".to_owned())];
    let source = "
        onunhandledrejection = () => second.catch(() => {});
        Promise.reject(1);
        const second = Promise.reject(2);
    ";
    assert_eq!(told(source), expected);
}

#[test]
fn a_program_whose_exception_is_taken_care_of_has_not_failed() {
    let url = "file:///program.js".parse().expect("a URL");
    for kind in [SourceKind::Script, SourceKind::Module] {
        for listener in [
            "onerror = () => true",
            "addEventListener('error', (event) => event.preventDefault())",
        ] {
            let (mut runtime, _) = runtime();
            let source = format!(
                "{listener}; setTimeout(() => globalThis.later = true); throw new Error('now')"
            );
            runtime
                .run_source(&source, &url, kind)
                .expect("it is taken care of");
            assert_eq!(runtime.uncaught_errors(), 0);
            let later = runtime.eval("later").expect("a value");
            assert_eq!(later.as_boolean(), Some(true), "the loop went on");
        }
        let (mut runtime, _) = runtime();
        let source = "addEventListener('error', () => {}); throw new Error('now')";
        let error = runtime
            .run_source(source, &url, kind)
            .expect_err("nobody takes care of it");
        assert_eq!(error.to_string(), "Error: now");
        assert_eq!(runtime.uncaught_errors(), 0, "it is the result");
    }
}

#[test]
fn what_an_embedder_runs_fails_whatever_the_script_listens_to() {
    let (mut runtime, _) = runtime();
    runtime
        .eval("globalThis.heard = 0; onerror = () => { heard++; return true }")
        .expect("a script");
    runtime.eval("throw new Error('1')").expect_err("it throws");
    runtime
        .eval_module("throw new Error('2')", None)
        .expect_err("it throws");
    let heard = runtime.eval("heard").expect("a number");
    assert_eq!(heard.as_number(), Some(0.0));
}

#[test]
fn a_limit_of_the_engine_is_told_to_the_embedder_alone() {
    let (mut runtime, told) = telling();
    runtime
        .context()
        .runtime_limits_mut()
        .set_loop_iteration_limit(1000);
    let source = "
        globalThis.heard = 0;
        onerror = () => { heard++; return true };
        addEventListener('x', () => { for (;;); });
        setTimeout(() => dispatchEvent(new Event('x')));
    ";
    runtime.eval(source).expect("a script");
    runtime.run().expect("the loop");
    assert_eq!(told.borrow().len(), 1, "{told:?}");
    let heard = runtime.eval("heard").expect("a number");
    assert_eq!(heard.as_number(), Some(0.0));
}

#[test]
fn microtasks_run_between_the_listeners_of_a_native_event() {
    let (builder, log) = logged();
    let mut runtime = builder
        .with_context(|context| {
            let fire = |_: &JsValue, _: &[JsValue], context: &mut boa_engine::Context| {
                let global = context.global_object();
                let job = boa_engine::job::GenericJob::new(
                    move |context| {
                        taipan_web::events::fire(&global, "native", context).map(JsValue::from)
                    },
                    context.realm().clone(),
                );
                context.enqueue_job(boa_engine::job::Job::GenericJob(job));
                Ok(JsValue::undefined())
            };
            let fire = NativeFunction::from_fn_ptr(fire);
            context.register_global_builtin_callable(js_string!("fireLater"), 0, fire)
        })
        .build()
        .expect("a runtime");
    let source = "
        for (const number of [1, 2]) {
            addEventListener('native', () => {
                console.log(number);
                queueMicrotask(() => console.log('microtask of ' + number));
            });
        }
        fireLater();
    ";
    runtime.eval(source).expect("a script");
    runtime.run().expect("the loop");
    assert_eq!(log.take(), ["1", "microtask of 1", "2", "microtask of 2"]);
    // The listeners of an event that a script dispatches are calls of that script.
    runtime
        .eval("dispatchEvent(new Event('native'))")
        .expect("a script");
    assert_eq!(log.take(), ["1", "2", "microtask of 1", "microtask of 2"]);
}

#[test]
fn a_timeout_signal_does_not_keep_the_loop_alive() {
    let (mut runtime, log) = runtime();
    let source = "
        AbortSignal.timeout(3_600_000).onabort = () => console.log('too late');
        AbortSignal.timeout(1).onabort = () => console.log('in time');
        setTimeout(() => console.log('done'), 30);
    ";
    runtime.eval(source).expect("a script");
    runtime.run().expect("the loop");
    assert_eq!(log.take(), ["in time", "done"]);
}
