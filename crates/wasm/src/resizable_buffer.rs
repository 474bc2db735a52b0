//! `ArrayBuffer`s whose length is that of a memory.
//!
//! The engine knows nothing of hosts that handle the resizing of a buffer. So
//! `ArrayBuffer.prototype.resize` is replaced by a function that asks the memory first. If a script
//! gets at the engine's own function nevertheless, its buffer has the wrong length until the memory
//! grows, and never more than what is reserved for the memory.

use boa_engine::{
    Context, JsObject, JsResult, JsValue, NativeFunction, builtins::array_buffer::ArrayBuffer,
    js_string, object::FunctionObjectBuilder, property::PropertyDescriptor,
};

use crate::memory;

/// Replaces `ArrayBuffer.prototype.resize` in the current realm.
///
/// <https://tc39.es/ecma262/#sec-arraybuffer.prototype.resize>
///
/// # Errors
/// An error of the engine itself.
pub(crate) fn install(context: &mut Context) -> JsResult<()> {
    let prototype = context
        .intrinsics()
        .constructors()
        .array_buffer()
        .prototype();
    let name = js_string!("resize");
    let Some(original) = prototype.get(name.clone(), context)?.as_callable() else {
        return Ok(());
    };
    let steps = NativeFunction::from_copy_closure_with_captures(resize, original);
    let function = FunctionObjectBuilder::new(context.realm(), steps)
        .name(name.clone())
        .length(1)
        .constructor(false)
        .build();
    prototype.define_property_or_throw(
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

fn resize(
    this: &JsValue,
    args: &[JsValue],
    original: &JsObject,
    context: &mut Context,
) -> JsResult<JsValue> {
    let buffer = this.as_object().filter(JsObject::is::<ArrayBuffer>);
    let Some(buffer) = buffer else {
        // It says what is wrong.
        return original.call(this, args, context);
    };
    let length = args
        .first()
        .cloned()
        .unwrap_or_default()
        .to_index(context)?;
    match memory::resize_buffer(&buffer, length, context)? {
        Some(()) => Ok(JsValue::undefined()),
        None => original.call(this, &[JsValue::from(length as f64)], context),
    }
}
