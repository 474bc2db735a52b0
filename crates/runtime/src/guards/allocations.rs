//! Bounds for built-in functions that allocate as much as they are told to.
//!
//! The engine allocates without asking, and an allocation that fails ends the process. So functions that make something
//! large of a small number look first how large it would be: whether it is larger than anything may be, and, where the
//! heap is limited, whether there is room for it. Where it is limited, those that are called most often by a script that
//! fills the heap check the limit by the way.

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsString, JsValue, js_string,
    value::IntegerOrInfinity,
};

use super::{guard, replace};
use crate::event_loop::EventLoop;

/// The most characters that a string is made with: half a gigabyte of Latin ones, as in most engines.
const MAX_STRING: f64 = 536_870_888.0;

/// The most elements that anything is done with which takes memory for each: two gigabytes of values.
pub(super) const MAX_ELEMENTS: f64 = 134_217_727.0;

/// What an element of an array takes, in bytes.
const ELEMENT: f64 = 16.0;

/// What a character of a string takes, in bytes, if it is not a Latin one.
const CHARACTER: f64 = 2.0;

/// Puts the bounds into the current realm.
pub(super) fn register(context: &mut Context) -> JsResult<()> {
    let constructors = context.intrinsics().constructors();
    let string = constructors.string().prototype();
    let array = constructors.array().prototype();
    replace(&string, js_string!("repeat"), 1, repeat, context)?;
    replace(&string, js_string!("padStart"), 1, pad, context)?;
    replace(&string, js_string!("padEnd"), 1, pad, context)?;
    let event_loop = context.downcast_job_executor::<EventLoop>();
    if event_loop.is_some_and(|event_loop| event_loop.heap_room().is_some()) {
        guard(&array, js_string!("push"), 1, push, context)?;
        guard(&array, js_string!("concat"), 1, push, context)?;
    }
    Ok(())
}

/// Throws if the heap is limited and has no room for so many bytes.
fn require(bytes: f64, what: &str, context: &mut Context) -> JsResult<()> {
    let Some(event_loop) = context.downcast_job_executor::<EventLoop>() else {
        return Ok(());
    };
    match event_loop.heap_room() {
        Some(room) if bytes > room as f64 => Err(JsNativeError::range()
            .with_message(format!(
                "{what}: it does not fit in the {room} bytes that the heap has left"
            ))
            .into()),
        _ => Ok(()),
    }
}

/// Throws if there can be no string of so many characters.
pub(super) fn require_string(characters: f64, context: &mut Context) -> JsResult<()> {
    if characters > MAX_STRING {
        return Err(JsNativeError::range()
            .with_message("Invalid string length")
            .into());
    }
    require(characters * CHARACTER, "Invalid string length", context)
}

/// Throws if there can be no list of so many elements.
pub(super) fn require_elements(elements: f64, context: &mut Context) -> JsResult<()> {
    if elements > MAX_ELEMENTS {
        return Err(JsNativeError::range()
            .with_message("Invalid array length")
            .into());
    }
    require(elements * ELEMENT, "Invalid array length", context)
}

/// The text that a method of strings is called on.
fn text(this: &JsValue, context: &mut Context) -> JsResult<JsString> {
    this.require_object_coercible()?.to_string(context)
}

/// <https://tc39.es/ecma262/#sec-string.prototype.repeat>
fn repeat(
    this: &JsValue,
    args: &[JsValue],
    original: &JsObject,
    context: &mut Context,
) -> JsResult<JsValue> {
    let text = text(this, context)?;
    let count = args.first().cloned().unwrap_or_default();
    let count = count.to_integer_or_infinity(context)?;
    let count = match count {
        IntegerOrInfinity::Integer(count) => count as f64,
        IntegerOrInfinity::PositiveInfinity => f64::INFINITY,
        IntegerOrInfinity::NegativeInfinity => f64::NEG_INFINITY,
    };
    if count.is_finite() {
        require_string(text.len() as f64 * count, context)?;
    }
    original.call(&text.into(), &[count.into()], context)
}

/// <https://tc39.es/ecma262/#sec-stringpaddingbuiltinsimpl>
fn pad(
    this: &JsValue,
    args: &[JsValue],
    original: &JsObject,
    context: &mut Context,
) -> JsResult<JsValue> {
    let text = text(this, context)?;
    let length = args.first().cloned().unwrap_or_default();
    let length = length.to_length(context)? as f64;
    let mut arguments = vec![JsValue::from(length)];
    if length > text.len() as f64
        && let Some(filler) = args.get(1).filter(|filler| !filler.is_undefined())
    {
        let filler = filler.to_string(context)?;
        if filler.is_empty() {
            return Ok(text.into());
        }
        arguments.push(filler.into());
    }
    if length > text.len() as f64 {
        require_string(length, context)?;
    }
    original.call(&text.into(), &arguments, context)
}

/// Ends the run if the heap has more than it may.
fn push(_: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<()> {
    match context.downcast_job_executor::<EventLoop>() {
        Some(event_loop) => event_loop.check_governor(),
        None => Ok(()),
    }
}
