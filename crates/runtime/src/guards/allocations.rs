//! Bounds for built-in functions that allocate as much as they are told to.
//!
//! The engine allocates without asking, and an allocation that fails ends the process. So, where the heap is limited,
//! functions that make something large of a small number look first whether there is room for it. Those that are called
//! most often by a script that fills the heap check its limit by the way.

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsValue, js_string, property::PropertyKey,
};

use super::guard;
use crate::event_loop::EventLoop;

/// What an element of an array takes, in bytes.
const ELEMENT: f64 = 16.0;

/// What a character of a string takes, in bytes, if it is not a Latin one.
const CHARACTER: f64 = 2.0;

/// Puts the bounds into the current realm.
pub(super) fn register(context: &mut Context) -> JsResult<()> {
    let constructors = context.intrinsics().constructors();
    let string = constructors.string().prototype();
    let array = constructors.array().prototype();
    let from = constructors.array().constructor();
    guard(&string, js_string!("repeat"), 1, repeat, context)?;
    guard(&string, js_string!("padStart"), 1, pad, context)?;
    guard(&string, js_string!("padEnd"), 1, pad, context)?;
    guard(&array, js_string!("fill"), 1, fill, context)?;
    guard(&array, js_string!("push"), 1, push, context)?;
    guard(&array, js_string!("concat"), 1, push, context)?;
    guard(&from, js_string!("from"), 1, array_from, context)
}

/// Throws if there is no room for so many bytes.
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

fn length(value: &JsValue) -> f64 {
    value.as_string().map_or(0, |text| text.len()) as f64
}

/// A number that conversion does nothing to.
fn number(args: &[JsValue], index: usize) -> f64 {
    args.get(index).and_then(JsValue::as_number).unwrap_or(0.0)
}

/// The `length` of an object, if it can be had without running script.
fn array_length(object: Option<&JsObject>) -> f64 {
    let Some(object) = object else { return 0.0 };
    let key = PropertyKey::from(js_string!("length"));
    let descriptor = object.borrow().properties().get(&key);
    let value = descriptor.and_then(|descriptor| descriptor.value().cloned());
    value.and_then(|value| value.as_number()).unwrap_or(0.0)
}

/// Whether there is no room for the separators that `join` puts between the elements.
pub(super) fn join(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<()> {
    let separator = args
        .first()
        .filter(|value| value.is_string())
        .map_or(1.0, length);
    let bytes = array_length(this.as_object().as_ref()) * separator * CHARACTER;
    require(bytes, "Invalid string length", context)
}

fn repeat(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<()> {
    let bytes = length(this) * number(args, 0) * CHARACTER;
    require(bytes, "Invalid string length", context)
}

fn pad(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<()> {
    require(
        number(args, 0) * CHARACTER,
        "Invalid string length",
        context,
    )
}

fn fill(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<()> {
    let bytes = array_length(this.as_object().as_ref()) * ELEMENT;
    require(bytes, "Invalid array length", context)
}

fn array_from(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<()> {
    let source = args.first().and_then(JsValue::as_object);
    let bytes = array_length(source.as_ref()) * ELEMENT;
    require(bytes, "Invalid array length", context)
}

/// Ends the run if the heap has more than it may.
fn push(_: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<()> {
    match context.downcast_job_executor::<EventLoop>() {
        Some(event_loop) => event_loop.check_governor(),
        None => Ok(()),
    }
}
