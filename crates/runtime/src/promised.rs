//! Promises as futures.

use std::{
    cell::RefCell,
    future::Future,
    pin::Pin,
    rc::Rc,
    task::{self, Poll, Waker},
};

use boa_engine::{Context, JsArgs, JsError, JsResult, JsValue, object::builtins::JsPromise};
use taipan_webidl::promise;

use crate::{Error, FromJs, host_function::native};

/// What is known of a promise.
enum State<T> {
    Pending(Option<Waker>),
    Settled(T),
    /// The future has ended.
    Taken,
}

/// A future of what a promise comes to.
///
/// Whoever has one need not hold a context while it waits; the event loop must be driven by somebody meanwhile.
pub(crate) struct Settlement<T>(Rc<RefCell<State<T>>>);

impl<T: 'static> Settlement<T> {
    /// A future of what `convert` makes of the outcome of `promise`, which counts as handled.
    pub(crate) fn new(
        promise: &JsPromise,
        convert: fn(Result<JsValue, JsValue>, &mut Context) -> T,
        context: &mut Context,
    ) -> JsResult<Self> {
        let state = Rc::new(RefCell::new(State::Pending(None)));
        let reaction = |is_fulfilled: bool| {
            let state = Rc::downgrade(&state);
            native("", move |_, _, arguments, context| {
                // Nobody may be waiting any more.
                if let Some(state) = state.upgrade() {
                    let value = arguments.get_or_undefined(0).clone();
                    let outcome = if is_fulfilled { Ok(value) } else { Err(value) };
                    let settled = State::Settled(convert(outcome, context));
                    if let State::Pending(Some(waker)) = state.replace(settled) {
                        waker.wake();
                    }
                }
                Ok(JsValue::undefined())
            })
        };
        let (fulfilled, rejected) = (reaction(true), reaction(false));
        promise::react(promise, Some(fulfilled), Some(rejected), context)?;
        Ok(Self(state))
    }

    fn settled(outcome: T) -> Self {
        Self(Rc::new(RefCell::new(State::Settled(outcome))))
    }
}

impl<T> Future for Settlement<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<T> {
        let mut state = self.0.borrow_mut();
        match std::mem::replace(&mut *state, State::Taken) {
            State::Settled(outcome) => Poll::Ready(outcome),
            State::Pending(_) => {
                *state = State::Pending(Some(cx.waker().clone()));
                Poll::Pending
            }
            State::Taken => Poll::Pending,
        }
    }
}

/// The outcome of a promise as the engine has it.
pub(crate) fn settlement(
    promise: &JsPromise,
    context: &mut Context,
) -> JsResult<Settlement<JsResult<JsValue>>> {
    Settlement::new(
        promise,
        |outcome, _| outcome.map_err(JsError::from_opaque),
        context,
    )
}

/// A future of what a promise is fulfilled with.
///
/// As the parameter of a host function it takes any value: one that is no promise counts as fulfilled. It is the
/// result of a call where the caller does not want to wait at once. The promise counts as handled.
///
/// The future ends while something drives the runtime. It may be dropped.
///
/// ```
/// use taipan::{Error, Promised};
///
/// let mut runtime = taipan::Runtime::builder()
///     .async_function("both", |a: Promised<String>, b: Promised<String>| async move {
///         Ok::<_, Error>(a.await? + &b.await?)
///     })
///     .build()?;
/// let promise = runtime.eval(
///     "const later = new Promise(resolve => setTimeout(resolve, 1, 'tai')); both(later, 'pan')",
/// )?;
/// assert_eq!(runtime.resolve_as::<String>(promise)?, "taipan");
/// # Ok::<_, Error>(())
/// ```
#[must_use = "a future does nothing unless it is awaited"]
pub struct Promised<T>(Settlement<Result<T, Error>>);

impl<T> std::fmt::Debug for Promised<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Promised").finish_non_exhaustive()
    }
}

impl<T> Future for Promised<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(cx)
    }
}

impl<T: FromJs + 'static> FromJs for Promised<T> {
    fn from_js(value: &JsValue, context: &mut Context) -> JsResult<Self> {
        let converted = |value: &JsValue, context: &mut Context| {
            T::from_js(value, context).map_err(|error| Error::from_js(error, context))
        };
        if !value.is_object() {
            return Ok(Self(Settlement::settled(converted(value, context))));
        }
        // Any other object may have a method `then`.
        let promise = JsPromise::resolve(value.clone(), context)?;
        let settlement = Settlement::new(
            &promise,
            |outcome, context| {
                let value = outcome
                    .map_err(|reason| Error::from_js(JsError::from_opaque(reason), context))?;
                T::from_js(&value, context).map_err(|error| Error::from_js(error, context))
            },
            context,
        )?;
        Ok(Self(settlement))
    }
}
