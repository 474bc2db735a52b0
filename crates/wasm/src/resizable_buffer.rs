//! Buffers whose length is that of a memory.
//!
//! The engine knows nothing of hosts that handle the resizing of a buffer. So
//! `ArrayBuffer.prototype.resize` and `SharedArrayBuffer.prototype.grow` are replaced by functions
//! that ask the memory first. If a script gets at the engine's own function nevertheless, its buffer
//! has the wrong length until the memory grows, and never more than what is reserved for the memory.

use boa_engine::{
    Context, JsData, JsNativeError, JsObject, JsResult, JsString, JsValue, NativeFunction,
    builtins::array_buffer::{ArrayBuffer, SharedArrayBuffer},
    js_string,
    object::FunctionObjectBuilder,
    property::PropertyDescriptor,
};
use boa_gc::{Finalize, Trace};

use crate::{memory, shared_memory};

/// The engine's own `SharedArrayBuffer.prototype.grow`, kept with its realm.
#[derive(Trace, Finalize, JsData)]
struct EngineGrow(JsObject);

/// Replaces `ArrayBuffer.prototype.resize` and `SharedArrayBuffer.prototype.grow` in the current
/// realm.
///
/// <https://tc39.es/ecma262/#sec-arraybuffer.prototype.resize>
///
/// # Errors
/// An error of the engine itself.
pub(crate) fn install(context: &mut Context) -> JsResult<()> {
    let constructors = context.intrinsics().constructors();
    let unshared = constructors.array_buffer().prototype();
    let shared = constructors.shared_array_buffer().prototype();
    replace(&unshared, js_string!("resize"), resize, context)?;
    if let Some(original) = replace(&shared, js_string!("grow"), grow, context)? {
        let realm = context.realm().clone();
        realm.host_defined_mut().insert(EngineGrow(original));
    }
    Ok(())
}

/// Puts `steps` in the place of a method, which they get.
fn replace(
    prototype: &JsObject,
    name: JsString,
    steps: fn(&JsValue, &[JsValue], &JsObject, &mut Context) -> JsResult<JsValue>,
    context: &mut Context,
) -> JsResult<Option<JsObject>> {
    let Some(original) = prototype.get(name.clone(), context)?.as_callable() else {
        return Ok(None);
    };
    let steps = NativeFunction::from_copy_closure_with_captures(steps, original.clone());
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
    Ok(Some(original))
}

fn new_length(args: &[JsValue], context: &mut Context) -> JsResult<u64> {
    let length = args.first().cloned().unwrap_or_default();
    length.to_index(context)
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
    let length = new_length(args, context)?;
    match memory::resize_buffer(&buffer, length, context)? {
        Some(()) => Ok(JsValue::undefined()),
        None => original.call(this, &[JsValue::from(length as f64)], context),
    }
}

/// <https://tc39.es/ecma262/#sec-sharedarraybuffer.prototype.grow>
fn grow(
    this: &JsValue,
    args: &[JsValue],
    original: &JsObject,
    context: &mut Context,
) -> JsResult<JsValue> {
    let buffer = this.as_object().filter(JsObject::is::<SharedArrayBuffer>);
    let Some(buffer) = buffer else {
        return original.call(this, args, context);
    };
    let length = new_length(args, context)?;
    shared_memory::check_length(&buffer, length, context)?;
    original.call(this, &[JsValue::from(length as f64)], context)
}

/// Grows a growable buffer to `length` bytes by the engine's own function.
///
/// # Errors
/// A `RangeError` if it cannot have that length.
pub(crate) fn grow_shared(buffer: &JsObject, length: usize, context: &mut Context) -> JsResult<()> {
    let known = {
        let host_defined = context.realm().host_defined();
        let known = host_defined.get::<EngineGrow>();
        known.map(|EngineGrow(function)| function.clone())
    };
    let function = known.ok_or_else(|| {
        JsNativeError::error().with_message("WebAssembly is not registered in this realm")
    })?;
    let length = JsValue::from(length as f64);
    function.call(&buffer.clone().into(), &[length], context)?;
    Ok(())
}
