//! What keeps signals alive, and what does not.

use boa_engine::{Context, JsValue, NativeFunction, Source, js_string};
use taipan_web::abort::{self, AbortSignal};

fn context() -> Context {
    let mut context = Context::default();
    taipan_web::register(&mut context).expect("the platform");
    context
}

fn eval(source: &str, context: &mut Context) -> JsValue {
    context
        .eval(Source::from_bytes(source))
        .unwrap_or_else(|error| panic!("{source}: {error}"))
}

/// How many of the signals that `make` gives are left after a collection.
fn left(make: &str) -> f64 {
    let context = &mut context();
    let source = format!(
        "globalThis.controller = new AbortController();
         globalThis.made = [];
         for (let i = 0; i < 100; i++) {{ made.push(new WeakRef({make})); }}"
    );
    eval(&source, context);
    context.clear_kept_objects();
    boa_gc::force_collect();
    let count = "made.filter((signal) => signal.deref() !== undefined).length";
    eval(count, context).as_number().expect("a number")
}

#[test]
fn signals_that_nobody_listens_to_are_collected() {
    assert_eq!(left("new AbortController().signal"), 0.0);
    assert_eq!(left("AbortSignal.any([controller.signal])"), 0.0);
    assert_eq!(
        left("AbortSignal.any([AbortSignal.any([controller.signal])])"),
        0.0
    );
    assert_eq!(left("AbortSignal.timeout(1_000_000)"), 0.0);
    assert_eq!(
        left("AbortSignal.any([AbortSignal.timeout(1_000_000)])"),
        0.0
    );
}

#[test]
fn signals_that_somebody_listens_to_stay_while_they_can_be_aborted() {
    let listening = |signal: &str| {
        left(&format!(
            "(() => {{ const signal = {signal}; signal.onabort = () => {{}}; return signal; }})()"
        ))
    };
    assert_eq!(listening("AbortSignal.any([controller.signal])"), 100.0);
    assert_eq!(listening("AbortSignal.timeout(1_000_000)"), 100.0);
    assert_eq!(
        listening("AbortSignal.any([AbortSignal.timeout(1_000_000)])"),
        100.0
    );
    // Nothing can abort these any more.
    assert_eq!(listening("AbortSignal.abort()"), 0.0);
    assert_eq!(listening("new AbortController().signal"), 0.0);
    assert_eq!(
        listening("AbortSignal.any([new AbortController().signal])"),
        0.0
    );
    let no_more = "(() => {
        const signal = AbortSignal.any([controller.signal]);
        signal.onabort = () => {};
        signal.onabort = null;
        return signal;
    })()";
    assert_eq!(left(no_more), 0.0);
}

#[test]
fn algorithms_are_run_once_in_order_and_before_the_listeners() {
    let context = &mut context();
    eval("globalThis.log = []", context);
    let signal = AbortSignal::create(context);
    let global = context.global_object();
    global
        .set(js_string!("signal"), signal.clone().upcast(), true, context)
        .expect("a property");
    eval("signal.onabort = () => log.push('listener')", context);
    let note = |number: i32| {
        NativeFunction::from_copy_closure(move |_, args, context| {
            let log = context.global_object().get(js_string!("log"), context)?;
            let entry = js_string!(format!(
                "{number}{}",
                args[0].to_string(context)?.to_std_string_lossy()
            ));
            let log = log.as_object().expect("an array");
            let length = log.get(js_string!("length"), context)?.to_u32(context)?;
            log.set(length, entry, true, context)?;
            Ok(JsValue::undefined())
        })
    };
    abort::add_algorithm(&signal, note(1), context);
    let second = abort::add_algorithm(&signal, note(2), context);
    abort::add_algorithm(&signal, note(3), context);
    abort::remove_algorithm(&signal, second);
    let reason = JsValue::from(js_string!("!"));
    for _ in 0..2 {
        abort::signal_abort(&signal, Some(reason.clone()), context).expect("no engine error");
    }
    abort::add_algorithm(&signal, note(4), context);
    assert!(AbortSignal::is_aborted(&signal));
    assert_eq!(AbortSignal::reason(&signal), reason);
    let log = eval("log.join()", context);
    assert_eq!(log.as_string(), Some(js_string!("1!,3!,listener")));
}

#[test]
fn a_signal_keeps_no_listeners_that_were_removed() {
    let context = &mut context();
    let source = "
        globalThis.controller = new AbortController();
        globalThis.targets = [];
        for (let i = 0; i < 100; i++) {
            const target = new EventTarget();
            const listener = () => {};
            target.addEventListener('x', listener, { signal: controller.signal, once: i % 2 == 0 });
            if (i % 2 == 0) target.dispatchEvent(new Event('x'));
            else target.removeEventListener('x', listener);
            targets.push(new WeakRef(target));
        }
    ";
    eval(source, context);
    context.clear_kept_objects();
    boa_gc::force_collect();
    let count = "targets.filter((target) => target.deref() !== undefined).length";
    assert_eq!(eval(count, context).as_number(), Some(0.0));
}
