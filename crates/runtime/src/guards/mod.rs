//! Bounds for built-in functions that recurse, or allocate, without the engine counting it.
//!
//! `String` of a deeply nested array calls `join`, which converts the elements, which
//! calls `join`; all of it native, on the native stack. Each of these calls goes through
//! the property, so a replacement there sees how much stack is left. What recurses within
//! itself is replaced as a whole (`flat`, `json`).

mod allocations;
mod arguments;
mod array_likes;
mod async_generators;
mod flat;
mod joining;
mod json;
mod prototypes;
mod text;

use boa_engine::{
    Context, JsError, JsNativeError, JsObject, JsResult, JsString, JsValue, NativeFunction,
    js_string,
    object::{FunctionObjectBuilder, builtins::JsProxy},
    property::PropertyDescriptor,
};

use crate::limits;

/// Says whether a function may do what it is called for.
type Check = fn(&JsValue, &[JsValue], &mut Context) -> JsResult<()>;

/// A function in place of another one, which it is given.
type Replacement = fn(&JsValue, &[JsValue], &JsObject, &mut Context) -> JsResult<JsValue>;

/// Puts the bounds into the current realm.
pub(crate) fn register(context: &mut Context) -> JsResult<()> {
    allocations::register(context)?;
    arguments::register(context)?;
    array_likes::register(context)?;
    async_generators::register(context)?;
    flat::register(context)?;
    joining::register(context)?;
    json::register(context)?;
    prototypes::register(context)
}

/// Whether there is any stack left.
fn require_stack() -> JsResult<()> {
    if limits::remaining_stack() == 0 {
        return Err(too_deep());
    }
    Ok(())
}

fn too_deep() -> JsError {
    JsNativeError::range()
        .with_message("Maximum call stack size exceeded")
        .into()
}

/// <https://tc39.es/ecma262/#sec-isarray>; `is_array` is the engine's own `Array.isArray`, which is asked about proxies.
fn is_array(object: &JsObject, is_array: &JsObject, context: &mut Context) -> JsResult<bool> {
    if object.is_array() || JsProxy::from_object(object.clone()).is_err() {
        return Ok(object.is_array());
    }
    let result = is_array.call(&JsValue::undefined(), &[object.clone().into()], context)?;
    Ok(result.to_boolean())
}

/// The engine's own `Array.isArray`.
fn engine_is_array(context: &mut Context) -> JsResult<JsObject> {
    let constructor = context.intrinsics().constructors().array().constructor();
    let function = constructor.get(js_string!("isArray"), context)?;
    function.as_callable().ok_or_else(|| {
        JsNativeError::typ()
            .with_message("Array.isArray is not a function")
            .into()
    })
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
    define(object, name, length, guarded, context)
}

/// Replaces a method by one that is given the old one.
fn replace(
    object: &JsObject,
    name: JsString,
    length: usize,
    replacement: Replacement,
    context: &mut Context,
) -> JsResult<()> {
    let Some(original) = object.get(name.clone(), context)?.as_callable() else {
        return Ok(());
    };
    let function = NativeFunction::from_copy_closure_with_captures(
        move |this: &JsValue, args: &[JsValue], original: &JsObject, context: &mut Context| {
            replacement(this, args, original, context)
        },
        original,
    );
    define(object, name, length, function, context)
}

/// Defines a method as the engine defines its own.
pub(crate) fn define(
    object: &JsObject,
    name: JsString,
    length: usize,
    function: NativeFunction,
    context: &mut Context,
) -> JsResult<()> {
    let function = FunctionObjectBuilder::new(context.realm(), function)
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
