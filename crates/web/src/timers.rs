//! `setTimeout`, `setInterval`, `clearTimeout`, `clearInterval`.
//!
//! A timer becomes a [`TimeoutJob`]: when it is due is the executor's business, what it
//! does and how its id lives is decided here.
//!
//! Spec: <https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#timers>

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
};

use boa_engine::{
    Context, JsArgs, JsNativeError, JsObject, JsResult, JsString, JsValue,
    job::{CancellationToken, Job, NativeJob, TimeoutJob},
};
use taipan_webidl::convert;

use crate::define::global_operation;

/// From this nesting level on, a timeout is at least [`NESTED_MINIMUM`].
const NESTING_LIMIT: u32 = 5;
/// The least timeout of a deeply nested timer, in milliseconds.
const NESTED_MINIMUM: u64 = 4;

/// The timers of one environment.
#[derive(Default)]
struct Timers {
    /// The "map of setTimeout and setInterval IDs".
    active: RefCell<HashMap<u32, CancellationToken>>,
    /// How many there may be.
    limit: Cell<Option<usize>>,
    /// The id given last.
    last_id: Cell<u32>,
    /// The "timer nesting level" of the running task; zero when it is no timer's task.
    nesting: Cell<u32>,
}

/// <https://html.spec.whatwg.org/multipage/webappapis.html#timerhandler>
enum Handler {
    Function(JsObject),
    /// Source text, evaluated each time.
    Source(JsString),
}

impl Handler {
    fn from_value(value: &JsValue, context: &mut Context) -> JsResult<Self> {
        match value.as_callable() {
            Some(function) => Ok(Self::Function(function)),
            None => convert::dom_string(value, context).map(Self::Source),
        }
    }

    fn call(&self, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
        match self {
            Self::Function(function) => {
                let this = JsValue::from(context.global_object());
                function.call(&this, arguments, context)
            }
            // As an indirect eval, which asks the host whether the text may be compiled.
            Self::Source(source) => {
                let eval = context.intrinsics().objects().eval();
                eval.call(&JsValue::undefined(), &[source.clone().into()], context)
            }
        }
    }
}

/// What one timer does when it is due.
struct Timer {
    id: u32,
    handler: Handler,
    arguments: Vec<JsValue>,
    /// The timeout asked for, in milliseconds.
    timeout: u64,
    repeat: bool,
}

/// Defines the four functions on the global object.
///
/// # Errors
///
/// Fails when the global object refuses a property.
pub fn register(context: &mut Context) -> JsResult<()> {
    context.insert_data(Rc::new(Timers::default()));
    global_operation("setTimeout", 1, set_timeout, context)?;
    global_operation("setInterval", 1, set_interval, context)?;
    global_operation("clearTimeout", 0, clear_timer, context)?;
    global_operation("clearInterval", 0, clear_timer, context)
}

/// Tells the timers that a task starts which no timer queued.
///
/// An event loop calls this before every task. Nesting is counted through microtasks too
/// (a chain of `await`ed timeouts is a chain), so only the loop knows where a task ends.
pub fn begin_task(context: &Context) {
    if let Some(timers) = context.get_data::<Rc<Timers>>() {
        timers.nesting.set(0);
    }
}

/// Sets how many timers there may be at once: `setTimeout` and `setInterval` throw a `RangeError` when there are as
/// many.
pub fn set_limit(limit: Option<usize>, context: &Context) {
    if let Some(timers) = context.get_data::<Rc<Timers>>() {
        timers.limit.set(limit);
    }
}

/// Forgets all timers, of which the event loop has let go.
pub fn discard(context: &Context) {
    if let Some(timers) = context.get_data::<Rc<Timers>>() {
        let active = timers.active.take();
        drop(active);
    }
}

/// Queues a timer that does not keep the event loop alive.
pub type BackgroundTimers = fn(TimeoutJob, &mut Context);

struct Background(BackgroundTimers);

/// Tells how to queue timers that do not keep the event loop alive. In a context where nobody did, they
/// are timers as all others.
pub fn set_background_timers(enqueue: BackgroundTimers, context: &mut Context) {
    context.insert_data(Background(enqueue));
}

/// Queues a timer that does not keep the event loop alive.
pub(crate) fn enqueue_background(job: TimeoutJob, context: &mut Context) {
    match context.get_data::<Background>() {
        Some(Background(enqueue)) => enqueue(job, context),
        None => context.enqueue_job(Job::TimeoutJob(job)),
    }
}

fn timers(context: &Context) -> JsResult<Rc<Timers>> {
    context.get_data::<Rc<Timers>>().cloned().ok_or_else(|| {
        JsNativeError::typ()
            .with_message("timers are not registered in this context")
            .into()
    })
}

/// <https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#dom-settimeout>
fn set_timeout(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    set_timer("setTimeout", args, false, context)
}

/// <https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#dom-setinterval>
fn set_interval(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    set_timer("setInterval", args, true, context)
}

/// The common part of both: conversion of the arguments and a fresh id.
fn set_timer(
    name: &str,
    args: &[JsValue],
    repeat: bool,
    context: &mut Context,
) -> JsResult<JsValue> {
    let handler = convert::required_by(args, 0, 1, name)?;
    let handler = Handler::from_value(handler, context)?;
    // `long timeout`: modulo 2^32, and what is then negative means zero.
    let timeout = args.get_or_undefined(1).to_i32(context)?;
    let timeout = u64::try_from(timeout).unwrap_or(0);
    let arguments = args.get(2..).unwrap_or_default().to_vec();

    let timers = timers(context)?;
    if let Some(limit) = timers.limit.get()
        && timers.active.borrow().len() >= limit
    {
        return Err(JsNativeError::range()
            .with_message(format!(
                "{name}: there may be no more than {limit} timers at once"
            ))
            .into());
    }
    let id = timers.fresh_id();
    let timer = Timer {
        id,
        handler,
        arguments,
        timeout,
        repeat,
    };
    timers.schedule(timer, context);
    Ok(JsValue::from(id))
}

/// <https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#dom-cleartimeout>
///
/// Either function clears either kind.
fn clear_timer(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let id = args.get_or_undefined(0).to_i32(context)?;
    if let Ok(id) = u32::try_from(id) {
        let token = timers(context)?.active.borrow_mut().remove(&id);
        if let Some(token) = token {
            token.cancel(context);
        }
    }
    Ok(JsValue::undefined())
}

impl Timers {
    /// An id greater than zero which no active timer has.
    fn fresh_id(&self) -> u32 {
        let active = self.active.borrow();
        let mut id = self.last_id.get();
        loop {
            // Ids are `long`s to the script, so they stay below 2^31.
            id = if id >= i32::MAX.unsigned_abs() {
                1
            } else {
                id + 1
            };
            if !active.contains_key(&id) {
                self.last_id.set(id);
                return id;
            }
        }
    }

    /// The timer initialization steps.
    ///
    /// <https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#timer-initialisation-steps>
    fn schedule(self: &Rc<Self>, timer: Timer, context: &mut Context) {
        let nesting = self.nesting.get();
        let timeout = if nesting > NESTING_LIMIT {
            timer.timeout.max(NESTED_MINIMUM)
        } else {
            timer.timeout
        };
        let id = timer.id;
        let this = Rc::clone(self);
        let realm = context.realm().clone();
        let job = TimeoutJob::new(
            NativeJob::with_realm(
                move |context| this.fire(timer, nesting.saturating_add(1), context),
                realm,
            ),
            timeout,
        );
        self.active
            .borrow_mut()
            .insert(id, job.cancellation_token().clone());
        context.enqueue_job(Job::TimeoutJob(job));
    }

    /// The task of a timer that is due.
    fn fire(
        self: &Rc<Self>,
        timer: Timer,
        nesting: u32,
        context: &mut Context,
    ) -> JsResult<JsValue> {
        // The executor may have taken the job out of its queue before it was cleared.
        if !self.active.borrow().contains_key(&timer.id) {
            return Ok(JsValue::undefined());
        }
        self.nesting.set(nesting);
        let result = timer.handler.call(&timer.arguments, context);

        if timer.repeat {
            // The handler may have cleared its own interval.
            if self.active.borrow().contains_key(&timer.id) {
                self.schedule(timer, context);
            }
        } else {
            self.active.borrow_mut().remove(&timer.id);
        }
        // An exception is the executor's to report; an interval goes on all the same.
        result
    }
}
