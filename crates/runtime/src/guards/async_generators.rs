//! Asynchronous generators whose bodies are stopped by a limit.
//!
//! What exceeds a limit of the engine no script can catch. The engine takes it that nothing at all comes out of the body of
//! an asynchronous generator, and asserts it when it has put everything back in its place. So that panic is caught where
//! the generator was resumed, and becomes what should have come: a promise that is rejected. The engine's record of calls
//! keeps an entry, which stacks of later errors show below their own. The generator itself never goes on.

use boa_engine::{
    Context, JsError, JsObject, JsResult, JsValue, error::RuntimeLimitError, js_string,
    object::builtins::JsPromise,
};

use super::{replace, require_stack, too_deep};
use crate::{event_loop::EventLoop, panics};

/// The assertion, as the hook for panics tells it.
const ASSERTION: &str = "!result.is_throw_completion()";

/// Puts it into the current realm.
pub(super) fn register(context: &mut Context) -> JsResult<()> {
    let prototype = context.intrinsics().objects().async_generator();
    for name in [
        js_string!("next"),
        js_string!("return"),
        js_string!("throw"),
    ] {
        replace(&prototype, name, 1, resume, context)?;
    }
    Ok(())
}

fn is_assertion(message: &str) -> bool {
    message.contains(ASSERTION) && message.contains("async_generator")
}

fn resume(
    this: &JsValue,
    args: &[JsValue],
    engine: &JsObject,
    context: &mut Context,
) -> JsResult<JsValue> {
    // A level of recursion takes more of the native stack here than elsewhere.
    if require_stack().is_err() {
        return rejected(context);
    }
    let realm = context.realm().clone();
    let result = panics::catch_if(is_assertion, || engine.call(this, args, context));
    if let Ok(result) = result {
        return result;
    }
    // The engine's own function would have done so in the end.
    drop(context.enter_realm(realm));
    if let Some(event_loop) = context.downcast_job_executor::<EventLoop>() {
        event_loop.check_governor()?;
        if event_loop.limits_loops() {
            // Which limit it was is not known; what ends a loop must not be caught.
            return Err(JsError::from(RuntimeLimitError::LoopIteration));
        }
    }
    rejected(context)
}

fn rejected(context: &mut Context) -> JsResult<JsValue> {
    Ok(JsPromise::reject(too_deep(), context)?.into())
}
