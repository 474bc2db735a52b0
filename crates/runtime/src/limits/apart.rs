//! Running script on a stack of its own.
//!
//! Where the engine stops script by an error that cannot be caught, it leaves on its stack what the outermost function
//! worked with, and never takes it from there again: whatever that holds is alive for ever. A generator has a stack of its
//! own. What is called from within one leaves nothing but the generator, which is garbage.
//!
//! It takes some microseconds, so only runtimes with a limit to the heap do it, which have to have room for a next run.

use std::cell::Cell;

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsValue, NativeFunction, Source, js_string,
    object::FunctionObjectBuilder,
};
use boa_gc::{Finalize, Trace};

/// What it takes.
struct Apart {
    /// A generator function that calls its argument.
    run: JsObject,
    /// `next` of generators, as it was before any script ran.
    next: JsObject,
}

type Steps = Box<dyn FnOnce(&mut Context) -> JsResult<JsValue>>;

/// Something to be done once.
#[derive(Trace, Finalize)]
struct Once(#[unsafe_ignore_trace] Cell<Option<Steps>>);

/// Has [`call`] do so in this context.
///
/// # Errors
///
/// Fails when the engine does.
pub(crate) fn install(context: &mut Context) -> JsResult<()> {
    let missing = || JsNativeError::typ().with_message("there are no generators");
    let run = context.eval(Source::from_bytes("(function* (steps) { return steps() })"))?;
    let run = run.as_callable().ok_or_else(missing)?;
    let prototype = run.get(js_string!("prototype"), context)?;
    let prototype = prototype.as_object().ok_or_else(missing)?;
    let next = prototype.get(js_string!("next"), context)?;
    let next = next.as_callable().ok_or_else(missing)?;
    context.insert_data(Apart { run, next });
    Ok(())
}

/// Calls `steps`, on a stack of its own if that was asked for.
///
/// # Errors
///
/// Fails with what `steps` does.
pub(crate) fn call(
    steps: impl FnOnce(&mut Context) -> JsResult<JsValue> + 'static,
    context: &mut Context,
) -> JsResult<JsValue> {
    let Some(Apart { run, next }) = context.get_data::<Apart>() else {
        return steps(context);
    };
    let (run, next) = (run.clone(), next.clone());
    let once = Once(Cell::new(Some(Box::new(steps))));
    let steps = NativeFunction::from_copy_closure_with_captures(
        |_, _, once: &Once, context| match once.0.take() {
            Some(steps) => steps(context),
            None => Ok(JsValue::undefined()),
        },
        once,
    );
    let steps = FunctionObjectBuilder::new(context.realm(), steps).build();
    let generator = run.call(&JsValue::undefined(), &[steps.into()], context)?;
    let result = next.call(&generator, &[], context)?;
    match result.as_object() {
        Some(result) => result.get(js_string!("value"), context),
        None => Ok(JsValue::undefined()),
    }
}
