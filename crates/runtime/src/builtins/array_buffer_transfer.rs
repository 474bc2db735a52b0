//! `ArrayBuffer.prototype.transfer` and its kin, which the engine lacks.
//!
//! Spec: <https://tc39.es/ecma262/#sec-arraybuffer.prototype.transfer>

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsValue, NativeFunction, js_string,
    object::{FunctionObjectBuilder, builtins::JsArrayBuffer},
    property::PropertyDescriptor,
};
use taipan_webidl::buffer_source::{external_memory, is_resizable, transfer as move_bytes};

use crate::guards;

pub(super) fn register(context: &mut Context) -> JsResult<()> {
    let prototype = context
        .intrinsics()
        .constructors()
        .array_buffer()
        .prototype();
    // As it is now: what script may put there is not asked.
    let maximum = (prototype
        .borrow()
        .properties()
        .get(&js_string!("maxByteLength").into()))
    .and_then(|property| property.get().cloned())
    .and_then(|getter| getter.as_callable());
    if let Some(maximum) = maximum {
        let transfer = NativeFunction::from_copy_closure_with_captures(
            |this, args, maximum: &JsObject, context| transfer(this, args, Some(maximum), context),
            maximum,
        );
        guards::define(&prototype, js_string!("transfer"), 0, transfer, context)?;
    }
    let fixed =
        NativeFunction::from_fn_ptr(|this, args, context| transfer(this, args, None, context));
    let name = js_string!("transferToFixedLength");
    guards::define(&prototype, name, 0, fixed, context)?;
    let detached = NativeFunction::from_fn_ptr(|this, _, _| {
        Ok(this_buffer(this, "detached")?.data().is_none().into())
    });
    let getter = FunctionObjectBuilder::new(context.realm(), detached)
        .name(js_string!("get detached"))
        .build();
    prototype.define_property_or_throw(
        js_string!("detached"),
        PropertyDescriptor::builder()
            .get(getter)
            .enumerable(false)
            .configurable(true),
        context,
    )?;
    Ok(())
}

fn this_buffer(this: &JsValue, what: &str) -> JsResult<JsArrayBuffer> {
    let buffer = this.as_object().map(JsArrayBuffer::from_object);
    match buffer {
        Some(Ok(buffer)) => Ok(buffer),
        _ => Err(JsNativeError::typ()
            .with_message(format!(
                "ArrayBuffer.prototype.{what}: this is not an ArrayBuffer"
            ))
            .into()),
    }
}

/// <https://tc39.es/ecma262/#sec-arraybuffercopyanddetach>
///
/// `maximum` is what tells the most bytes that a buffer may have, if the new one may have as many.
fn transfer(
    this: &JsValue,
    args: &[JsValue],
    maximum: Option<&JsObject>,
    context: &mut Context,
) -> JsResult<JsValue> {
    let buffer = this_buffer(this, "transfer")?;
    let new_length = match args.first() {
        Some(length) if !length.is_undefined() => Some(length.to_index(context)?),
        _ => None,
    };
    let old_length = buffer.byte_length() as u64;
    let length = new_length.unwrap_or(old_length);
    let mut most = None;
    if buffer.data().is_some() {
        if let Some(maximum) = maximum
            && is_resizable(&buffer)
        {
            most = Some(maximum.call(this, &[], context)?.to_index(context)?);
        }
        let limit = context.host_hooks().max_buffer_size(context);
        if length > most.unwrap_or(limit).min(limit) {
            return Err(too_large(length));
        }
    }
    if length == old_length && most.is_none() {
        return Ok(JsValue::from(move_bytes(&buffer, context)?));
    }
    let moved = move_bytes(&buffer, context)?;
    let mut block = moved.detach(&JsValue::undefined())?;
    let capacity = most.unwrap_or(length) as usize;
    let length = length as usize;
    external_memory(capacity.saturating_sub(block.len()));
    if block
        .try_reserve_exact(capacity.saturating_sub(block.len()))
        .is_err()
    {
        return Err(too_large(capacity as u64));
    }
    block.resize(length, 0);
    let new = JsArrayBuffer::from_byte_block(block, context)?;
    let new = match most {
        Some(most) => new.with_max_byte_length(most),
        None => new,
    };
    Ok(JsValue::from(new))
}

fn too_large(length: u64) -> boa_engine::JsError {
    JsNativeError::range()
        .with_message(format!("{length} bytes do not fit in the ArrayBuffer"))
        .into()
}
