//! `queueMicrotask`.
//!
//! Spec: <https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#microtask-queuing>

use boa_engine::{
    Context, JsArgs, JsNativeError, JsResult, JsValue,
    job::{Job, PromiseJob},
};

use crate::define::global_operation;

/// Defines `queueMicrotask` on the global object.
///
/// # Errors
///
/// Fails when the global object refuses the property.
pub fn register(context: &mut Context) -> JsResult<()> {
    global_operation("queueMicrotask", 1, queue_microtask, context)
}

/// <https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#dom-queuemicrotask>
fn queue_microtask(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let Some(callback) = args.get_or_undefined(0).as_callable() else {
        return Err(JsNativeError::typ()
            .with_message("queueMicrotask: the callback is not a function")
            .into());
    };
    let realm = context.realm().clone();
    // An exception of the callback is the job's result: the executor reports it.
    let job = PromiseJob::with_realm(
        move |context| callback.call(&JsValue::undefined(), &[], context),
        realm,
    );
    context.enqueue_job(Job::PromiseJob(job));
    Ok(JsValue::undefined())
}
