//! Functions of Rust that script can call.

use std::{cell::RefCell, future::Future, marker::PhantomData, pin::Pin};

use boa_engine::{
    Context, JsData, JsResult, JsString, JsValue, NativeFunction,
    job::{Job, NativeAsyncJob},
    object::{FunctionObjectBuilder, builtins::JsPromise},
};
use boa_gc::{Finalize, Trace};
use taipan_webidl::promise;

use crate::{ArgumentReader, FromArgument, Function, IntoJs};

/// Closures that script can call: up to eight parameters that are [`FromArgument`], and a result that is [`IntoJs`].
///
/// The first parameter may be `&mut Context`: then the closure can call functions of script and make values. What a
/// closure owns is not seen by the collector: a value of script in it lives as long as the closure does.
///
/// `Signature` is found by the compiler; it tells the closures with a context from those without.
///
/// ```
/// use taipan::engine::{Context, JsResult, JsValue};
///
/// let mut runtime = taipan::Runtime::builder()
///     .function("greet", |name: Option<String>| format!("hello {}", name.unwrap_or("world".into())))
///     .function("parse", |text: String| text.parse::<i32>())
///     .function("typeOf", |_: &mut Context, value: JsValue| value.type_of())
///     .build()?;
/// assert_eq!(runtime.eval_as::<String>("greet()")?, "hello world");
/// assert_eq!(runtime.eval_as::<String>("typeOf(parse('7')) + greet.length")?, "number0");
/// let error = runtime.eval("greet(7)").unwrap_err();
/// assert_eq!(error.to_string(), "TypeError: greet: argument 1: expected a string, got 7");
/// let error = runtime.eval("parse('x')").unwrap_err();
/// assert_eq!(error.to_string(), "Error: invalid digit found in string");
/// # Ok::<_, taipan::Error>(())
/// ```
pub trait HostFunction<Signature>: 'static {
    /// How many arguments the function must be given: its `length`.
    const LENGTH: usize;

    /// Calls the closure.
    ///
    /// # Errors
    ///
    /// Fails when an argument is missing or cannot be converted, or when the closure does.
    fn call(&self, arguments: ArgumentReader<'_>, context: &mut Context) -> JsResult<JsValue>;
}

/// What becomes of the future of a host function: a value, once there is a context again.
pub type HostFuture = Pin<Box<dyn Future<Output = Completion>>>;

/// Makes the value that a promise is settled with.
pub type Completion = Box<dyn FnOnce(&mut Context) -> JsResult<JsValue>>;

/// Closures that return a future; script gets a promise. See [`HostFunction`].
///
/// The future runs on the thread of the runtime and need not be `Send`. It is polled by whatever drives the runtime,
/// within tokio, so what tokio has for input, output and time can be used. The event loop stays alive until it ends.
///
/// ```
/// use std::time::Duration;
///
/// let mut runtime = taipan::Runtime::builder()
///     .async_function("sleep", |milliseconds: u64| async move {
///         tokio::time::sleep(Duration::from_millis(milliseconds)).await;
///         format!("slept {milliseconds} ms")
///     })
///     .build()?;
/// let promise = runtime.eval("(async () => (await sleep(5)) + '!')()")?;
/// assert_eq!(runtime.resolve_as::<String>(promise)?, "slept 5 ms!");
/// # Ok::<_, taipan::Error>(())
/// ```
pub trait AsyncHostFunction<Signature>: 'static {
    /// How many arguments the function must be given: its `length`.
    const LENGTH: usize;

    /// Calls the closure.
    ///
    /// # Errors
    ///
    /// Fails when an argument is missing or cannot be converted; the promise is rejected then.
    fn call(&self, arguments: ArgumentReader<'_>, context: &mut Context) -> JsResult<HostFuture>;
}

/// Marks the signature of closures whose first parameter is `&mut Context`.
#[derive(Debug)]
pub struct WithContext<Parameters>(PhantomData<Parameters>);

/// How many parameters there are up to the last one that must be given.
pub(crate) const fn required(parameters: &[bool]) -> usize {
    let mut count = parameters.len();
    while count > 0 && !parameters[count - 1] {
        count -= 1;
    }
    count
}

/// A future whose result becomes a value later.
pub(crate) fn completion<R: IntoJs + 'static>(
    future: impl Future<Output = R> + 'static,
) -> HostFuture {
    Box::pin(async move {
        let result = future.await;
        let completion: Completion = Box::new(move |context| result.into_js(context));
        completion
    })
}

/// Implements both traits for closures with these parameters.
macro_rules! closures {
    ($($parameter:ident)*) => {
        impl<F, R, $($parameter),*> HostFunction<($($parameter,)*)> for F
        where
            F: Fn($($parameter),*) -> R + 'static,
            R: IntoJs,
            $($parameter: FromArgument),*
        {
            const LENGTH: usize = required(&[$($parameter::REQUIRED),*]);

            #[allow(unused_mut, unused_variables, non_snake_case, reason = "there may be no parameter")]
            fn call(&self, mut arguments: ArgumentReader<'_>, context: &mut Context) -> JsResult<JsValue> {
                $(let $parameter = $parameter::from_argument(&mut arguments, context)?;)*
                self($($parameter),*).into_js(context)
            }
        }

        impl<F, R, $($parameter),*> HostFunction<WithContext<($($parameter,)*)>> for F
        where
            F: Fn(&mut Context, $($parameter),*) -> R + 'static,
            R: IntoJs,
            $($parameter: FromArgument),*
        {
            const LENGTH: usize = required(&[$($parameter::REQUIRED),*]);

            #[allow(unused_mut, unused_variables, non_snake_case, reason = "there may be no parameter")]
            fn call(&self, mut arguments: ArgumentReader<'_>, context: &mut Context) -> JsResult<JsValue> {
                $(let $parameter = $parameter::from_argument(&mut arguments, context)?;)*
                self(context, $($parameter),*).into_js(context)
            }
        }

        impl<F, U, R, $($parameter),*> AsyncHostFunction<($($parameter,)*)> for F
        where
            F: Fn($($parameter),*) -> U + 'static,
            U: Future<Output = R> + 'static,
            R: IntoJs + 'static,
            $($parameter: FromArgument),*
        {
            const LENGTH: usize = required(&[$($parameter::REQUIRED),*]);

            #[allow(unused_mut, unused_variables, non_snake_case, reason = "there may be no parameter")]
            fn call(&self, mut arguments: ArgumentReader<'_>, context: &mut Context) -> JsResult<HostFuture> {
                $(let $parameter = $parameter::from_argument(&mut arguments, context)?;)*
                Ok(completion(self($($parameter),*)))
            }
        }

        impl<F, U, R, $($parameter),*> AsyncHostFunction<WithContext<($($parameter,)*)>> for F
        where
            F: Fn(&mut Context, $($parameter),*) -> U + 'static,
            U: Future<Output = R> + 'static,
            R: IntoJs + 'static,
            $($parameter: FromArgument),*
        {
            const LENGTH: usize = required(&[$($parameter::REQUIRED),*]);

            #[allow(unused_mut, unused_variables, non_snake_case, reason = "there may be no parameter")]
            fn call(&self, mut arguments: ArgumentReader<'_>, context: &mut Context) -> JsResult<HostFuture> {
                $(let $parameter = $parameter::from_argument(&mut arguments, context)?;)*
                Ok(completion(self(context, $($parameter),*)))
            }
        }
    };
}

closures!();
closures!(A);
closures!(A B);
closures!(A B C);
closures!(A B C D);
closures!(A B C D E);
closures!(A B C D E G);
closures!(A B C D E G H);
closures!(A B C D E G H I);

/// A closure that is told its name, `this` and the arguments.
type Closure = dyn Fn(&str, &JsValue, &[JsValue], &mut Context) -> JsResult<JsValue>;

/// What the native function of a closure holds.
#[derive(Trace, Finalize, JsData)]
struct Captured {
    #[unsafe_ignore_trace]
    name: Box<str>,
    #[unsafe_ignore_trace]
    closure: Box<Closure>,
}

/// A native function for a closure that is told its name, `this` and the arguments.
pub(crate) fn native(
    name: &str,
    closure: impl Fn(&str, &JsValue, &[JsValue], &mut Context) -> JsResult<JsValue> + 'static,
) -> NativeFunction {
    let captured = Captured {
        name: name.into(),
        closure: Box::new(closure),
    };
    NativeFunction::from_copy_closure_with_captures(
        |this, arguments, captured: &Captured, context| {
            (captured.closure)(&captured.name, this, arguments, context)
        },
        captured,
    )
}

/// The native function of a closure.
pub(crate) fn sync_native<S: 'static, F: HostFunction<S>>(name: &str, f: F) -> NativeFunction {
    native(name, move |name, this, arguments, context| {
        f.call(
            ArgumentReader::new(name, this, arguments, F::LENGTH),
            context,
        )
    })
}

/// The native function of a closure that returns a future.
pub(crate) fn async_native<S: 'static, F: AsyncHostFunction<S>>(
    name: &str,
    f: F,
) -> NativeFunction {
    async_native_with(name, f, |completion| completion)
}

/// The same, with something to be done with the completion.
pub(crate) fn async_native_with<S: 'static, F: AsyncHostFunction<S>>(
    name: &str,
    f: F,
    then: impl Fn(Completion) -> Completion + Clone + 'static,
) -> NativeFunction {
    native(name, move |name, this, arguments, context| {
        let arguments = ArgumentReader::new(name, this, arguments, F::LENGTH);
        let then = then.clone();
        let future = f
            .call(arguments, context)
            .map(|future| -> HostFuture { Box::pin(async move { then(future.await) }) });
        Ok(promise_of(future, context)?.into())
    })
}

/// A promise that is settled when a future of a host function ends.
pub(crate) fn promise_of(
    future: JsResult<HostFuture>,
    context: &mut Context,
) -> JsResult<JsPromise> {
    let future = match future {
        Ok(future) => future,
        Err(error) => return promise::rejected(error, context),
    };
    let (promise, functions) = JsPromise::new_pending(context);
    let job = async move |context: &RefCell<&mut Context>| {
        let completion = future.await;
        let context = &mut context.borrow_mut();
        let result = completion(context);
        promise::settle(&functions, result, context)?;
        Ok(JsValue::undefined())
    };
    let realm = context.realm().clone();
    context.enqueue_job(Job::AsyncJob(NativeAsyncJob::with_realm(job, realm)));
    Ok(promise)
}

/// The function object of a native function.
pub(crate) fn function_object(
    name: &str,
    length: usize,
    native: NativeFunction,
    context: &mut Context,
) -> Function {
    FunctionObjectBuilder::new(context.realm(), native)
        .name(JsString::from(name))
        .length(length)
        .constructor(false)
        .build()
        .into()
}

impl Function {
    /// A function of script that calls a closure of Rust.
    ///
    /// ```
    /// use taipan::{Function, Runtime};
    ///
    /// let mut runtime = Runtime::new()?;
    /// let double = runtime.with(|context| Ok(Function::new("double", |x: f64| x * 2.0, context)))?;
    /// runtime.set("double", double)?;
    /// assert_eq!(runtime.eval_as::<Vec<f64>>("[1, 2].map(x => double(x))")?, [2.0, 4.0]);
    /// # Ok::<_, taipan::Error>(())
    /// ```
    pub fn new<S: 'static, F: HostFunction<S>>(name: &str, f: F, context: &mut Context) -> Self {
        function_object(name, F::LENGTH, sync_native(name, f), context)
    }

    /// A function of script that calls a closure of Rust which returns a future; it returns a promise.
    pub fn new_async<S: 'static, F: AsyncHostFunction<S>>(
        name: &str,
        f: F,
        context: &mut Context,
    ) -> Self {
        function_object(name, F::LENGTH, async_native(name, f), context)
    }
}
