//! Errors that no script caught.

use std::{cell::RefCell, rc::Rc};

use taipan::{Error, Level, UncaughtKind};

use crate::support::{logged, runtime};

/// What is reported of a script, and what it logs.
fn uncaught(source: &str) -> (Vec<(UncaughtKind, String)>, Vec<String>) {
    let reports = Rc::new(RefCell::new(Vec::new()));
    let (builder, log) = logged();
    let sink = Rc::clone(&reports);
    let mut runtime = builder
        .on_uncaught(move |uncaught| {
            sink.borrow_mut()
                .push((uncaught.kind, uncaught.error.to_string()));
        })
        .build()
        .expect("a runtime");
    runtime.eval(source).expect(source);
    runtime.run().expect("the loop");
    let reports = reports.take();
    assert_eq!(runtime.uncaught_errors(), reports.len());
    (reports, log.take())
}

#[test]
fn an_error_in_a_callback_does_not_lose_the_later_ones() {
    let (reports, log) = uncaught(
        "
        setTimeout(() => { queueMicrotask(() => console.log('micro')); throw new Error('one') });
        setTimeout(() => console.log('timer'));
        queueMicrotask(() => { throw new TypeError('two') });
        queueMicrotask(() => console.log('another micro'));
        ",
    );
    assert_eq!(
        reports,
        [
            (UncaughtKind::Exception, "TypeError: two".to_owned()),
            (UncaughtKind::Exception, "Error: one".to_owned()),
        ]
    );
    assert_eq!(log, ["another micro", "micro", "timer"]);
}

#[test]
fn an_interval_goes_on_after_an_error() {
    let (reports, log) = uncaught(
        "
        let n = 0;
        const id = setInterval(() => {
            if (++n === 3) { clearInterval(id); console.log('done') } else throw n;
        }, 1);
        ",
    );
    let reports: Vec<_> = reports.into_iter().map(|(_, text)| text).collect();
    assert_eq!(
        (reports, log),
        (
            vec!["1".to_owned(), "2".to_owned()],
            vec!["done".to_owned()]
        )
    );
}

#[test]
fn a_rejection_without_handler_is_reported() {
    let (reports, _) = uncaught("Promise.reject(new RangeError('no'))");
    assert_eq!(
        reports,
        [(UncaughtKind::Rejection, "RangeError: no".to_owned())]
    );
    let (reports, _) = uncaught("(async () => { await null; throw 7 })()");
    assert_eq!(reports, [(UncaughtKind::Rejection, "7".to_owned())]);
}

#[test]
fn a_rejection_handled_in_the_same_turn_is_not() {
    for source in [
        "const p = Promise.reject(1); p.catch(() => {})",
        "const p = Promise.reject(1); queueMicrotask(() => p.catch(() => {}))",
        "const p = Promise.reject(1);
         Promise.resolve().then(() => {}).then(() => {}).then(() => p.catch(() => {}))",
        "setTimeout(async () => { const p = Promise.reject(1); await null; try { await p } catch {} })",
        "Promise.allSettled(Array.from({ length: 1000 }, (_, i) => Promise.reject(i)))",
    ] {
        assert_eq!(uncaught(source), (vec![], vec![]), "{source}");
    }
}

#[test]
fn a_rejection_handled_in_a_later_turn_is() {
    let (reports, log) = uncaught(
        "const p = Promise.reject('late');
         setTimeout(() => p.catch(reason => console.log('handled', reason)))",
    );
    assert_eq!(reports, [(UncaughtKind::Rejection, "late".to_owned())]);
    assert_eq!(log, ["handled late"]);
}

#[test]
fn each_promise_of_a_chain_is_told_apart() {
    // The derived promise has no handler, the first one has.
    let (reports, _) = uncaught("Promise.reject(1).then(() => {})");
    assert_eq!(reports, [(UncaughtKind::Rejection, "1".to_owned())]);
}

#[test]
fn reports_go_to_the_console_unless_taken() {
    let (mut runtime, log) = runtime();
    runtime
        .eval("setTimeout(function timer() { throw new Error('in timer') }); Promise.reject(5)")
        .expect("a script");
    runtime.run().expect("the loop");
    let reports = log.of(Level::Error);
    assert_eq!(reports[0], "Uncaught (in promise) 5");
    assert!(
        reports[1].starts_with("Uncaught Error: in timer\n    at timer ("),
        "{reports:?}"
    );
    assert_eq!((reports.len(), runtime.uncaught_errors()), (2, 2));
}

#[test]
fn an_exception_keeps_name_message_stack_and_causes() {
    let (mut runtime, _) = runtime();
    let error = runtime
        .eval(
            "class MyError extends Error { get name() { return 'MyError' } }
             function thrower() {
                 throw new MyError('outer', { cause: new TypeError('inner', { cause: 'text' }) });
             }
             thrower()",
        )
        .expect_err("an exception");
    let exception = error.exception().expect("an exception");
    assert_eq!(exception.name.as_deref(), Some("MyError"));
    assert_eq!(exception.message, "outer");
    assert!(
        exception.stack.contains("at thrower ("),
        "{}",
        exception.stack
    );
    let inner = exception.cause.as_ref().expect("a cause");
    assert_eq!(inner.to_string(), "TypeError: inner");
    let report = exception.report();
    for part in [
        "MyError: outer\n",
        "Caused by: TypeError: inner\n",
        "Caused by: text",
    ] {
        assert!(report.contains(part), "{report}");
    }
}

#[test]
fn whatever_is_thrown_is_told() {
    let (builder, _) = logged();
    let builder = builder.with_context(|context| {
        let global = context.global_object();
        taipan_webidl::expose::<taipan_webidl::DomException>(&global, context);
        Ok(())
    });
    let mut runtime = builder.build().expect("a runtime");
    for (thrown, told) in [
        ("'text'", "text"),
        ("42", "42"),
        ("null", "null"),
        ("undefined", "undefined"),
        ("Symbol('s')", "Symbol(s)"),
        ("({ a: 1 })", "{ a: 1 }"),
        (
            "({ name: 'N', message: 'm' })",
            "{ name: 'N', message: 'm' }",
        ),
        ("({ name: 'Bob', age: 3 })", "{ name: 'Bob', age: 3 }"),
        ("(() => 1)", "[Function (anonymous)]"),
        ("function f() {}", "[Function: f]"),
        ("new Proxy(new Error('x'), {})", "[Proxy]"),
        ("new DOMException('m', 'AbortError')", "AbortError: m"),
        ("new WebAssembly.RuntimeError('m')", "RuntimeError: m"),
        (
            "({ get name() { throw 1 }, get message() { throw 2 } })",
            "{ name: [Getter], message: [Getter] }",
        ),
        (
            "new AggregateError([new Error('x')], 'many')",
            "AggregateError: many",
        ),
    ] {
        let error = runtime.eval(&format!("throw {thrown}")).expect_err(thrown);
        assert_eq!(error.to_string(), told);
    }
}

#[test]
fn an_aggregate_lists_its_errors_and_a_cycle_of_causes_ends() {
    let (mut runtime, _) = runtime();
    let error = runtime
        .eval("throw new AggregateError([new Error('x'), new TypeError('y')], 'many')")
        .expect_err("an exception");
    let report = error.report();
    assert!(
        report.contains("[0] Error: x") && report.contains("[1] TypeError: y"),
        "{report}"
    );
    let error = runtime
        .eval("const e = new Error('ring'); e.cause = e; throw e")
        .expect_err("an exception");
    assert_eq!(error.report().matches("ring").count(), 1, "{error:?}");
    let error = runtime
        .eval("const f = new Error('f', { cause: new Error('g') }); f.cause.cause = f; throw f")
        .expect_err("an exception");
    let report = error.report();
    assert_eq!(report.matches("Caused by: ").count(), 1, "{report}");
}

#[test]
fn an_error_may_leave_the_thread() {
    fn is_send<T: Send + Sync + 'static>(_: &T) {}
    let (mut runtime, _) = runtime();
    is_send(&runtime.eval("throw 1").expect_err("an exception"));
}

#[test]
fn a_promise_that_nothing_can_settle_is_told() {
    let (mut runtime, _) = runtime();
    let promise = runtime.eval("new Promise(() => {})").expect("a promise");
    assert!(matches!(runtime.resolve(promise), Err(Error::NeverSettles)));
}

/// Brings the engine to panic: it reads such a declaration, but knows of no place for the name.
const ENGINE_PANIC: &str = "(async function () { await using x = null })()";

#[test]
fn a_panic_of_the_engine_is_an_error_and_the_end_of_the_runtime() {
    fn is_fatal<T>(result: Result<T, Error>) -> bool {
        matches!(result, Err(Error::Engine(message)) if message.contains("boa_engine"))
    }
    let (mut first, _) = runtime();
    assert!(is_fatal(first.eval(ENGINE_PANIC)));
    assert!(is_fatal(first.eval("1")) && is_fatal(first.run()));
    assert!(is_fatal(first.eval_module("", None)));

    let (mut second, log) = runtime();
    let source = format!("setTimeout(() => {{ {ENGINE_PANIC} }}); setTimeout(console.log, 1)");
    second.eval(&source).expect("a script");
    assert!(is_fatal(second.run()) && is_fatal(second.run()));
    assert_eq!(log.take(), [""; 0]);
    // Others are not concerned.
    let (mut third, _) = runtime();
    assert!(third.eval("1").is_ok());
}

#[test]
fn a_panic_of_a_host_function_reaches_the_embedder() {
    use taipan::engine::{NativeFunction, js_string};
    let (builder, _) = logged();
    let mut runtime = builder
        .with_context(|context| {
            let function = NativeFunction::from_fn_ptr(|_, _, _| std::panic::panic_any("host"));
            context.register_global_callable(js_string!("fail"), 0, function)
        })
        .build()
        .expect("a runtime");
    let run = std::panic::AssertUnwindSafe(|| runtime.eval("fail()"));
    let payload = std::panic::catch_unwind(run).expect_err("a panic");
    assert_eq!(payload.downcast_ref::<&str>(), Some(&"host"));
}

#[test]
fn the_properties_of_an_error_are_reported() {
    let (mut runtime, _) = runtime();
    let error = runtime
        .eval("const e = new Error('x'); e.name = 'E'; throw Object.assign(e, { code: 5, a: [1] })")
        .expect_err("an exception");
    assert_eq!(error.to_string(), "E: x");
    let report = error.report();
    assert!(report.ends_with(" { code: 5, a: [ 1 ] }"), "{report}");
}
