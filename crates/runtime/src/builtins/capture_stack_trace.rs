//! `Error.captureStackTrace`, which the engine lacks.
//!
//! Spec: <https://tc39.es/proposal-error-capturestacktrace/>

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsString, JsValue, js_string,
    property::PropertyDescriptor,
};

use super::method;

const NAME: &str = "captureStackTrace";

pub(super) fn register(context: &mut Context) -> JsResult<()> {
    let error = context.intrinsics().constructors().error().constructor();
    method(&error, js_string!(NAME), 2, capture, context)
}

/// Gives an object a property `stack` that says who calls; of the calls of a function, and what that has called, nothing.
fn capture(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let Some(target) = args.first().and_then(JsValue::as_object) else {
        return Err(JsNativeError::typ()
            .with_message("Error.captureStackTrace: the first argument must be an object")
            .into());
    };
    let constructor = context.intrinsics().constructors().error().constructor();
    let error = constructor.construct(&[], None, context)?;
    let stack = error.get(js_string!("stack"), context)?;
    let stack = stack.as_string().map(|stack| stack.to_std_string_lossy());
    let stack = stack.unwrap_or_default();
    let mut stack = behind(&stack, NAME).unwrap_or(&stack);
    let hidden = args.get(1).and_then(JsValue::as_callable);
    if let Some(name) = hidden.and_then(|function| name_of(&function)) {
        stack = behind(stack, &name).unwrap_or(stack);
    }
    target.define_property_or_throw(
        js_string!("stack"),
        PropertyDescriptor::builder()
            .value(JsString::from(stack))
            .writable(true)
            .enumerable(false)
            .configurable(true),
        context,
    )?;
    Ok(JsValue::undefined())
}

/// The name of a function, without running any script.
fn name_of(function: &JsObject) -> Option<String> {
    let name = function
        .borrow()
        .properties()
        .get(&js_string!("name").into());
    let name = name?.value()?.as_string()?.to_std_string_lossy();
    (!name.is_empty()).then_some(name)
}

/// The lines behind the first one of a function.
fn behind<'a>(stack: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = stack;
    while !rest.is_empty() {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let frame = line.trim_start().strip_prefix("at ");
        if frame
            .and_then(|frame| frame.strip_prefix(name))
            .is_some_and(|place| place.starts_with(" ("))
        {
            return Some(after);
        }
        rest = after;
    }
    None
}
