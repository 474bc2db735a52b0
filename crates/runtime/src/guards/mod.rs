//! Bounds for built-in functions that recurse, or allocate, without the engine counting it.
//!
//! `String` of a deeply nested array calls `join`, which converts the elements, which
//! calls `join`; all of it native, on the native stack. Each of these calls goes through
//! the property, so a replacement there sees how much stack is left.

mod allocations;

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsString, JsValue, NativeFunction, js_string,
    object::FunctionObjectBuilder, property::PropertyDescriptor,
};

use crate::{event_loop::EventLoop, limits};

/// Says whether a function may do what it is called for.
type Check = fn(&JsValue, &[JsValue], &mut Context) -> JsResult<()>;

/// Puts the bounds into the current realm.
pub(crate) fn register(context: &mut Context) -> JsResult<()> {
    let prototype = context.intrinsics().constructors().array().prototype();
    guard(&prototype, js_string!("join"), 1, join, context)?;
    guard(&prototype, js_string!("toLocaleString"), 0, stack, context)?;
    let event_loop = context.downcast_job_executor::<EventLoop>();
    if event_loop.is_some_and(|event_loop| event_loop.heap_room().is_some()) {
        allocations::register(context)?;
    }
    Ok(())
}

/// Whether there is any stack left.
fn stack(_: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<()> {
    if limits::remaining_stack() == 0 {
        return Err(JsNativeError::range()
            .with_message("Maximum call stack size exceeded")
            .into());
    }
    Ok(())
}

fn join(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<()> {
    stack(this, args, context)?;
    allocations::join(this, args, context)
}

/// Replaces a method by one that checks first whether it may do what it is called for.
fn guard(
    object: &JsObject,
    name: JsString,
    length: usize,
    check: Check,
    context: &mut Context,
) -> JsResult<()> {
    let Some(original) = object.get(name.clone(), context)?.as_callable() else {
        return Ok(());
    };
    let guarded = NativeFunction::from_copy_closure_with_captures(
        move |this: &JsValue, args: &[JsValue], original: &JsObject, context: &mut Context| {
            check(this, args, context)?;
            original.call(this, args, context)
        },
        original,
    );
    let function = FunctionObjectBuilder::new(context.realm(), guarded)
        .name(name.clone())
        .length(length)
        .constructor(false)
        .build();
    object.define_property_or_throw(
        name,
        PropertyDescriptor::builder()
            .value(function)
            .writable(true)
            .enumerable(false)
            .configurable(true),
        context,
    )?;
    Ok(())
}
