//! Functions that put strings together.
//!
//! The engine takes memory for as many strings as there are said to be, and then for all of them at once. Where it is plain
//! how many and how long that is it is looked at before; else the strings are put together here, and the length is looked at
//! before each.

use boa_engine::{
    Context, JsObject, JsResult, JsString, JsValue, js_string, object::builtins::JsTypedArray,
    property::PropertyKey,
};

use super::{
    allocations::{require_elements, require_string},
    array_likes::{Length, plain_length},
    replace, require_stack,
    text::Text,
};

/// From how many characters on a text is looked at: what is smaller fits everywhere.
const LARGE: usize = 1 << 16;

/// Puts the bounds into the current realm.
pub(super) fn register(context: &mut Context) -> JsResult<()> {
    let constructors = context.intrinsics().constructors();
    let array = constructors.array().prototype();
    let typed_array = constructors.typed_array().prototype();
    let string = constructors.string().constructor();
    replace(&array, js_string!("join"), 1, join, context)?;
    replace(&typed_array, js_string!("join"), 1, join_numbers, context)?;
    let name = js_string!("toLocaleString");
    replace(&typed_array, name, 0, localized_numbers, context)?;
    replace(&string, js_string!("raw"), 1, raw, context)
}

/// Adds a string to a text, if there can be one as long.
fn append(text: &mut Text, string: &JsString, context: &mut Context) -> JsResult<()> {
    let length = text.len() + string.len();
    if length > LARGE {
        require_string(length as f64, context)?;
    }
    text.string(string.as_str());
    Ok(())
}

/// How long the separator is that `join` is given, if that is plain.
fn separator_length(separator: Option<&JsValue>) -> Option<usize> {
    match separator {
        Some(separator) if !separator.is_undefined() => Some(separator.as_string()?.len()),
        _ => Some(1),
    }
}

/// Throws if there cannot be so many elements, or so many separators between them.
fn require(length: f64, separator: usize, context: &mut Context) -> JsResult<()> {
    require_elements(length, context)?;
    require_string((length - 1.0).max(0.0) * separator as f64, context)
}

/// <https://tc39.es/ecma262/#sec-array.prototype.join>
fn join(
    this: &JsValue,
    args: &[JsValue],
    engine: &JsObject,
    context: &mut Context,
) -> JsResult<JsValue> {
    require_stack()?;
    match (Length::of(this, context)?, separator_length(args.first())) {
        (Length::Other, _) => engine.call(this, args, context),
        (Length::Plain(length), Some(separator)) => {
            require(length, separator, context)?;
            engine.call(this, args, context)
        }
        (Length::Plain(length), None) => {
            let length = JsValue::from(length).to_length(context)?;
            join_elements(&this.to_object(context)?, length, args, context)
        }
        (Length::Told(object, length), _) => join_elements(&object, length, args, context),
    }
}

/// How many elements a typed array has: none if it is not one, or out of bounds.
fn numbers(this: &JsValue, context: &mut Context) -> JsResult<u64> {
    let array = this.as_object().map(JsTypedArray::from_object);
    match array {
        Some(Ok(array)) => Ok(array.length(context)? as u64),
        _ => Ok(0),
    }
}

/// <https://tc39.es/ecma262/#sec-%typedarray%.prototype.join>
fn join_numbers(
    this: &JsValue,
    args: &[JsValue],
    engine: &JsObject,
    context: &mut Context,
) -> JsResult<JsValue> {
    let length = numbers(this, context)?;
    if let Some(separator) = separator_length(args.first()) {
        require(length as f64, separator, context)?;
    } else if length > 0 {
        return join_elements(&this.to_object(context)?, length, args, context);
    }
    engine.call(this, args, context)
}

/// <https://tc39.es/ecma262/#sec-%typedarray%.prototype.tolocalestring>
fn localized_numbers(
    this: &JsValue,
    args: &[JsValue],
    engine: &JsObject,
    context: &mut Context,
) -> JsResult<JsValue> {
    let length = numbers(this, context)?;
    require_elements(length as f64, context)?;
    engine.call(this, args, context)
}

fn join_elements(
    object: &JsObject,
    length: u64,
    args: &[JsValue],
    context: &mut Context,
) -> JsResult<JsValue> {
    require_elements(length as f64, context)?;
    let separator = match args.first() {
        Some(separator) if !separator.is_undefined() => separator.to_string(context)?,
        _ => js_string!(","),
    };
    require(length as f64, separator.len(), context)?;
    let mut text = Text::default();
    for place in 0..length {
        if place > 0 {
            append(&mut text, &separator, context)?;
        }
        let element = object.get(place, context)?;
        // An array in itself is nothing there.
        let is_itself = element
            .as_object()
            .is_some_and(|element| element == *object);
        if !element.is_null_or_undefined() && !is_itself {
            let element = element.to_string(context)?;
            append(&mut text, &element, context)?;
        }
    }
    Ok(text.into_string().into())
}

/// <https://tc39.es/ecma262/#sec-string.raw>
fn raw(
    this: &JsValue,
    args: &[JsValue],
    engine: &JsObject,
    context: &mut Context,
) -> JsResult<JsValue> {
    if let Some(length) = plain_segments(args.first()) {
        require_elements(length, context)?;
        return engine.call(this, args, context);
    }
    let (template, substitutions) = match args {
        [template, substitutions @ ..] => (template.clone(), substitutions),
        [] => (JsValue::undefined(), args),
    };
    let template = template.to_object(context)?;
    let raw = template.get(js_string!("raw"), context)?;
    let raw = raw.to_object(context)?;
    let length = raw.get(js_string!("length"), context)?;
    let length = length.to_length(context)?;
    require_elements(length as f64, context)?;
    let mut text = Text::default();
    for place in 0..length {
        let segment = raw.get(place, context)?.to_string(context)?;
        append(&mut text, &segment, context)?;
        let index = usize::try_from(place).unwrap_or(usize::MAX);
        if place + 1 < length
            && let Some(substitution) = substitutions.get(index)
        {
            let substitution = substitution.to_string(context)?;
            append(&mut text, &substitution, context)?;
        }
    }
    Ok(text.into_string().into())
}

/// How many segments a template has, if that is plain: of those that are written in a program it is.
fn plain_segments(template: Option<&JsValue>) -> Option<f64> {
    let key = PropertyKey::from(js_string!("raw"));
    let property = template?.as_object()?.borrow().properties().get(&key)?;
    plain_length(&property.value()?.as_object()?)
}
