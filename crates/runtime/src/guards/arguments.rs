//! `apply`, and what else makes arguments of an object.
//!
//! The engine takes memory for as many arguments as the object says there are, before it looks at any.

use boa_engine::{Context, JsObject, JsResult, JsValue, js_string, object::builtins::JsArray};

use super::{allocations::require_elements, array_likes::plain_length, replace};

/// The most arguments that a function is called with. The engine's own stack has room for so many twice.
const MAX_ARGUMENTS: f64 = 4_194_304.0;

/// Puts the bounds into the current realm.
pub(super) fn register(context: &mut Context) -> JsResult<()> {
    let intrinsics = context.intrinsics();
    let function = intrinsics.constructors().function().prototype();
    let reflect = intrinsics.objects().reflect();
    replace(&function, js_string!("apply"), 2, apply, context)?;
    replace(&reflect, js_string!("apply"), 3, reflect_apply, context)?;
    replace(
        &reflect,
        js_string!("construct"),
        2,
        reflect_construct,
        context,
    )
}

/// What an object has for arguments is read once; what is no object is for the engine to judge.
fn arguments(list: Option<&JsValue>, context: &mut Context) -> JsResult<Option<JsValue>> {
    let Some(object) = list.and_then(JsValue::as_object) else {
        return Ok(None);
    };
    if let Some(length) = plain_length(&object) {
        require(length, context)?;
        return Ok(None);
    }
    let length = object.get(js_string!("length"), context)?;
    let length = length.to_length(context)?;
    require(length as f64, context)?;
    let mut values = Vec::new();
    for index in 0..length {
        values.push(object.get(index, context)?);
    }
    Ok(Some(JsArray::from_iter(values, context).into()))
}

fn require(arguments: f64, context: &mut Context) -> JsResult<()> {
    if arguments > MAX_ARGUMENTS {
        return Err(super::too_deep());
    }
    require_elements(arguments, context)
}

/// Calls the engine's own function with the list at `index` as it was read.
fn call(
    this: &JsValue,
    args: &[JsValue],
    index: usize,
    original: &JsObject,
    context: &mut Context,
) -> JsResult<JsValue> {
    match arguments(args.get(index), context)? {
        None => original.call(this, args, context),
        Some(list) => {
            let mut args = args.to_vec();
            if let Some(place) = args.get_mut(index) {
                *place = list;
            }
            original.call(this, &args, context)
        }
    }
}

/// <https://tc39.es/ecma262/#sec-function.prototype.apply>
fn apply(
    this: &JsValue,
    args: &[JsValue],
    original: &JsObject,
    context: &mut Context,
) -> JsResult<JsValue> {
    if !this.is_callable() {
        return original.call(this, args, context);
    }
    call(this, args, 1, original, context)
}

/// <https://tc39.es/ecma262/#sec-reflect.apply>
fn reflect_apply(
    this: &JsValue,
    args: &[JsValue],
    original: &JsObject,
    context: &mut Context,
) -> JsResult<JsValue> {
    if !args.first().is_some_and(JsValue::is_callable) {
        return original.call(this, args, context);
    }
    call(this, args, 2, original, context)
}

/// <https://tc39.es/ecma262/#sec-reflect.construct>
fn reflect_construct(
    this: &JsValue,
    args: &[JsValue],
    original: &JsObject,
    context: &mut Context,
) -> JsResult<JsValue> {
    let is_constructor = |value: &JsValue| value.is_constructor();
    if !args.first().is_some_and(is_constructor) || !args.get(2).is_none_or(is_constructor) {
        return original.call(this, args, context);
    }
    call(this, args, 1, original, context)
}
