//! Bounds for built-in functions that recurse without the engine counting it.
//!
//! `String` of a deeply nested array calls `join`, which converts the elements, which
//! calls `join`; all of it native, on the native stack. Each of these calls goes through
//! the property, so a replacement there sees how much stack is left.

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsString, JsValue, NativeFunction, js_string,
    object::FunctionObjectBuilder, property::PropertyDescriptor,
};

use crate::limits;

/// Puts the bounds into the current realm.
pub(crate) fn register(context: &mut Context) -> JsResult<()> {
    let prototype = context.intrinsics().constructors().array().prototype();
    for (name, length) in [(js_string!("join"), 1), (js_string!("toLocaleString"), 0)] {
        guard(&prototype, name, length, context)?;
    }
    Ok(())
}

/// Replaces a method by one that throws when the stack is used up.
fn guard(object: &JsObject, name: JsString, length: usize, context: &mut Context) -> JsResult<()> {
    let Some(original) = object.get(name.clone(), context)?.as_callable() else {
        return Ok(());
    };
    let guarded = NativeFunction::from_copy_closure_with_captures(
        |this: &JsValue, args: &[JsValue], original: &JsObject, context: &mut Context| {
            if limits::remaining_stack() == 0 {
                return Err(JsNativeError::range()
                    .with_message("Maximum call stack size exceeded")
                    .into());
            }
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
