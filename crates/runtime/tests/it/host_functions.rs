//! Functions of Rust in script, and functions of script in Rust.

use std::{
    cell::{Cell, RefCell},
    error::Error as StdError,
    fmt, io,
    rc::Rc,
    time::Duration,
};

use taipan::{
    Error, ErrorClass, Function, HostError, IntoJsError, Promised, Rest, Runtime, This,
    engine::{Context, JsError, JsNativeError, JsObject, JsResult, JsValue},
};

use crate::support::logged;

#[test]
fn parameters_are_converted_and_counted() {
    let mut runtime = Runtime::builder()
        .function("none", || 7)
        .function("four", |a: u8, b: Option<u8>, c: u8, d: Option<String>| {
            format!("{a} {b:?} {c} {d:?}")
        })
        .function("rest", |a: u8, Rest(more): Rest<String>| {
            format!("{a} {more:?}")
        })
        .function("this", |This(this): This<JsObject>, context: Option<u8>| {
            format!("{} {context:?}", this.is_array())
        })
        .build()
        .expect("a runtime");
    for (source, expected) in [
        ("none(1, 2)", "7"),
        ("four(1, null, 3)", "1 None 3 None"),
        ("four(1, 2, 3, 'x')", "1 Some(2) 3 Some(\"x\")"),
        ("rest(1)", "1 []"),
        ("rest(1, 'a', 'b')", "1 [\"a\", \"b\"]"),
        ("this.call([])", "true None"),
        (
            "[none.length, four.length, rest.length, four.name].join()",
            "0,3,1,four",
        ),
        ("Object.keys(globalThis).includes('none')", "false"),
    ] {
        let source = source.replace("this.call", "globalThis['this'].call");
        let value = runtime.eval(&source).expect(&source);
        let text = value.to_string(&mut runtime.context()).expect("a string");
        assert_eq!(text.to_std_string_lossy(), expected, "{source}");
    }
    for (source, expected) in [
        (
            "four(1, 2)",
            "four: 3 arguments required, but only 2 present",
        ),
        ("rest()", "rest: 1 argument required, but only 0 present"),
        (
            "rest(1, 'a', 2)",
            "rest: argument 3: expected a string, got 2",
        ),
        (
            "globalThis['this'].call(1)",
            "this: this: expected an object, got 1",
        ),
        ("new none()", "not a constructor"),
    ] {
        let error = runtime.eval(source).expect_err(source).to_string();
        assert!(
            error.starts_with("TypeError: ") && error.contains(expected),
            "{error}"
        );
    }
}

#[test]
fn closures_keep_what_they_own() {
    let calls = Rc::new(Cell::new(0));
    let counter = Rc::clone(&calls);
    let mut runtime = Runtime::builder()
        .function("count", move || counter.set(counter.get() + 1))
        .build()
        .expect("a runtime");
    runtime
        .eval("for (let i = 0; i < 3; i++) count()")
        .expect("a script");
    assert_eq!((calls.get(), Rc::strong_count(&calls)), (3, 2));
    // With all that a runtime has, which nothing else keeps.
    drop(runtime);
    taipan::engine::gc::force_collect();
    assert_eq!(Rc::strong_count(&calls), 1);
}

#[test]
fn a_function_may_call_back_at_any_time() {
    let saved: Rc<RefCell<Option<Function>>> = Rc::default();
    let slot = Rc::clone(&saved);
    let mut runtime = Runtime::builder()
        .function("save", move |f: Function| {
            *slot.borrow_mut() = Some(f);
        })
        .function(
            "apply",
            |context: &mut Context, f: Function, Rest(args): Rest<JsValue>| {
                f.call::<JsValue>(&*args, context)
            },
        )
        .build()
        .expect("a runtime");
    let nested = runtime.eval_as::<u8>("apply(apply, apply, (a, b) => a + b, 1, 2)");
    assert_eq!(nested.expect("a number"), 3);
    runtime
        .eval("let n = 0; save(x => { queueMicrotask(() => n += x); return n })")
        .expect("a script");
    let f = saved.borrow().clone().expect("a function");
    assert_eq!(runtime.call_function::<i32>(&f, (5,)).expect("a number"), 0);
    // Microtasks have run.
    assert_eq!(runtime.get::<i32>("n").expect("a number"), 5);
    let error = runtime.eval("apply(() => { throw new RangeError('inside') })");
    let error = error.expect_err("an exception");
    assert_eq!(error.to_string(), "RangeError: inside");
    let constructed = runtime.with(|context| {
        let f: Function = taipan::get_property(&context.global_object(), "Map", context)?;
        f.construct::<JsObject>((), context)
    });
    assert!(constructed.is_ok());
    let arrow: Function = runtime.eval_as("() => 1").expect("a function");
    let error = runtime.with(|context| arrow.construct::<JsObject>((), context));
    assert!(
        error
            .expect_err("no constructor")
            .to_string()
            .contains("expected a constructor")
    );
}

#[test]
fn futures_become_promises() {
    let (builder, log) = logged();
    let mut runtime = builder
        .async_function("sleep", |ms: u64, value: JsValue| async move {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            value
        })
        .async_function("fail", |message: String| async move {
            Err::<(), _>(HostError::new(ErrorClass::Range, message))
        })
        .async_function("with", |context: &mut Context, f: Function| {
            let result: JsResult<Promised<u32>> = f.call((), context);
            async move {
                let promised = result.map_err(|error| error.to_string())?;
                promised
                    .await
                    .map(|n| n + 1)
                    .map_err(|error| error.to_string())
            }
        })
        .build()
        .expect("a runtime");
    runtime
        .eval(
            "(async () => {
                 console.log(await Promise.all([sleep(4, 'late'), sleep(1, 'early')]));
                 console.log(await Promise.race([sleep(40, 'late'), sleep(1, 'early')]));
                 for (const f of [() => fail('no'), () => fail(1), () => sleep(), () => with_(() => 'x')])
                     await f().catch(error => console.log(String(error)));
                 console.log(await with_(async () => { await sleep(1); return 41 }));
                 console.log(await with_(() => 1));
                 console.log(sleep(0) instanceof Promise, sleep.length);
             })()"
                .replace("with_", "globalThis.with")
                .as_str(),
        )
        .expect("a script");
    runtime.run().expect("the loop");
    assert_eq!(runtime.uncaught_errors(), 0, "{:?}", log.take());
    assert_eq!(
        log.take(),
        [
            "[ 'late', 'early' ]",
            "early",
            "RangeError: no",
            "TypeError: fail: argument 1: expected a string, got 1",
            "TypeError: sleep: 1 argument required, but only 0 present",
            "Error: TypeError: expected an integer between 0 and 4294967295, got \"x\"",
            "42",
            "2",
            "true 1",
        ]
    );
}

#[test]
fn promised_values_end_and_may_be_dropped() {
    let (builder, _) = logged();
    let mut runtime = builder.build().expect("a runtime");
    let promised: Promised<u8> = runtime
        .eval_as("({ p: new Promise(done => setTimeout(done, 1, 8)) }).p.then(() => [9])[0] ?? 3")
        .expect("a value");
    let tokio = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("tokio");
    assert_eq!(
        tokio
            .block_on(runtime.run_until(promised))
            .expect("the loop")
            .expect("a value"),
        3
    );

    let list: Vec<Promised<u8>> = runtime
        .eval_as("[Promise.reject(new TypeError('no')), Promise.resolve('x'), new Promise(() => {}), { then(f) { f(7) } }]")
        .expect("a list");
    let mut list = list.into_iter();
    let mut next = || list.next().expect("one more");
    let (rejected, wrong, never, thenable) = (next(), next(), next(), next());
    drop(never);
    let outcome =
        tokio.block_on(runtime.run_until(async { (rejected.await, wrong.await, thenable.await) }));
    let (rejected, wrong, thenable) = outcome.expect("the loop");
    assert_eq!(
        rejected.expect_err("a rejection").to_string(),
        "TypeError: no"
    );
    assert!(
        wrong
            .expect_err("no number")
            .to_string()
            .contains("got \"x\"")
    );
    assert_eq!(thenable.expect("a value"), 7);
    runtime.run().expect("the loop");
    assert_eq!(runtime.uncaught_errors(), 0);
}

#[derive(Debug)]
struct Layered(u8);

impl fmt::Display for Layered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "layer {}", self.0)
    }
}

impl StdError for Layered {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        static LAYERS: [Layered; 3] = [Layered(0), Layered(1), Layered(2)];
        LAYERS
            .get(usize::from(self.0).checked_sub(1)?)
            .map(|layer| layer as _)
    }
}

impl IntoJsError for Layered {
    fn into_js_error(self, context: &mut Context) -> JsError {
        HostError::new(ErrorClass::Named("LayerError"), self).into_js_error(context)
    }
}

#[test]
fn errors_of_rust_keep_their_class_and_sources() {
    let mut runtime = Runtime::builder()
        .function("layered", |n: u8| Err::<(), _>(Layered(n)))
        .function("io", || {
            std::fs::read("/nowhere/at/all").map(|bytes| bytes.len())
        })
        .function("text", || Err::<(), _>("just text"))
        .function("native", || {
            Err::<(), _>(JsNativeError::uri().with_message("native"))
        })
        .function("boxed", || {
            Err::<(), Box<dyn StdError + Send + Sync>>(Box::new(Layered(1)))
        })
        .function("made", |class: u8| {
            let class = [
                ErrorClass::Error,
                ErrorClass::Type,
                ErrorClass::Range,
                ErrorClass::Syntax,
                ErrorClass::Reference,
                ErrorClass::Eval,
                ErrorClass::Uri,
                ErrorClass::Dom("NotFoundError"),
            ][usize::from(class)];
            Err::<(), _>(HostError::new(class, "m").with_code("CODE"))
        })
        .build()
        .expect("a runtime");
    let error = runtime.eval("layered(2)").expect_err("an exception");
    let exception = error.exception().expect("an exception");
    assert_eq!(exception.to_string(), "LayerError: layer 2");
    let mut causes = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        causes.push(cause.to_string());
        next = cause.source();
    }
    assert_eq!(causes, ["Error: layer 1", "Error: layer 0"]);
    assert_eq!(
        exception.downcast_host::<Layered>().expect("the error").0,
        2
    );
    assert!(exception.downcast_host::<io::Error>().is_none());
    // Script may have had it in its hands.
    let error = runtime
        .eval("try { layered(1) } catch (e) { e.message = 'other'; throw e }")
        .expect_err("an exception");
    let exception = error.exception().expect("an exception");
    assert_eq!(exception.message, "other");
    assert_eq!(
        exception.downcast_host::<Layered>().expect("the error").0,
        1
    );
    let wrapped =
        runtime.eval("try { layered(1) } catch (cause) { throw new Error('w', { cause }) }");
    let wrapped = wrapped.expect_err("an exception");
    let cause = wrapped
        .exception()
        .and_then(|e| e.cause.as_ref())
        .expect("a cause");
    assert_eq!(cause.downcast_host::<Layered>().expect("the error").0, 1);

    for (source, expected) in [
        (
            "io()",
            "Error: No such file or directory (os error 2)|ENOENT",
        ),
        ("text()", "Error: just text|"),
        ("native()", "URIError: native|"),
        ("boxed()", "Error: layer 1|"),
        ("made(0)", "Error: m|CODE"),
        ("made(1)", "TypeError: m|CODE"),
        ("made(2)", "RangeError: m|CODE"),
        ("made(3)", "SyntaxError: m|CODE"),
        ("made(4)", "ReferenceError: m|CODE"),
        ("made(5)", "EvalError: m|CODE"),
        ("made(6)", "URIError: m|CODE"),
        ("made(7)", "NotFoundError: m|CODE"),
    ] {
        let source = format!(
            "try {{ {source} }} catch (e) {{
                 [e + '|' + (typeof e.code === 'string' ? e.code : ''), e instanceof Error, typeof e.stack].join('|') }}"
        );
        let told: String = runtime.eval_as(&source).expect(&source);
        assert_eq!(told, format!("{expected}|true|string"));
    }
    let stack: String = runtime
        .eval_as("function outer() { layered(0) } try { outer() } catch (e) { e.stack }")
        .expect("a stack");
    assert!(stack.contains("outer"), "{stack}");
}

#[test]
fn exceptions_go_to_rust_and_back() {
    let mut runtime = Runtime::builder()
        .async_function("through", |promise: Promised<()>| promise)
        .build()
        .expect("a runtime");
    let told: String = runtime
        .eval_as(
            "(async () => {
                 class MyError extends Error { name = 'MyError' }
                 try {
                     await through((async function inner() {
                         throw new MyError('m', { cause: new TypeError('c', { cause: 'text' }) });
                     })());
                 } catch (e) {
                     return [e, e instanceof Error, e.cause, e.cause instanceof TypeError, e.cause.cause,
                         e.stack.includes('inner')].join('|');
                 }
             })()",
        )
        .expect("a string");
    assert_eq!(told, "MyError: m|true|TypeError: c|true|text|true");
    let error = runtime
        .eval("throw new AggregateError([new RangeError('r'), 5], 'a')")
        .expect_err("one");
    let exception = error.exception().expect("an exception").clone();
    let value = runtime
        .with(|context| exception.to_js(context))
        .expect("a value");
    runtime.set("e", value).expect("a variable");
    let told: String = runtime
        .eval_as("[e.name, e.message, ...e.errors].join('|')")
        .expect("a string");
    assert_eq!(told, "AggregateError|a|RangeError: r|5");
}

#[test]
fn a_blocking_call_within_tokio_is_refused_and_the_async_ones_work() {
    let tokio = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("tokio");
    tokio.block_on(async {
        let mut runtime = Runtime::new().expect("a runtime");
        let source = "new Promise(done => setTimeout(done, 1, 5))";
        assert!(matches!(
            runtime.eval_as::<u8>(source),
            Err(Error::WithinAsync)
        ));
        assert_eq!(
            runtime.eval_as_async::<u8>(source).await.expect("a number"),
            5
        );
        runtime
            .eval("async function f(x) { await 0; return x * 2 }")
            .expect("a script");
        assert_eq!(
            runtime.call_async::<u8>("f", (4,)).await.expect("a number"),
            8
        );
        let f: Function = runtime.get("f").expect("a function");
        assert_eq!(
            runtime
                .call_function_async::<u8>(&f, (5,))
                .await
                .expect("a number"),
            10
        );
    });
}
