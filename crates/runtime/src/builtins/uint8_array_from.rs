//! `Uint8Array.from` of a string.
//!
//! `Uint8Array.from(atob(text), character => character.charCodeAt(0))` is how generated code gets the bytes of a module that
//! stands in it, megabytes of them. The engine makes an iterator result of every character and keeps them all. Nobody can
//! tell the difference as long as strings are iterated as they always are, so this calls the mapping function only.

use boa_engine::{
    Context, JsObject, JsResult, JsString, JsSymbol, JsValue, js_string, property::PropertyKey,
    string::CodePoint,
};
use boa_gc::{Finalize, Trace};
use taipan_web::bytes::uint8_array;

use super::replace;

/// What was there at the start.
#[derive(Debug, Trace, Finalize)]
struct Known {
    original: JsObject,
    /// `String.prototype` and its iterator method.
    strings: (JsObject, JsValue),
    /// The prototype of its iterators and their `next`.
    iterators: (JsObject, JsValue),
}

pub(super) fn register(context: &mut Context) -> JsResult<()> {
    let strings = context.intrinsics().constructors().string().prototype();
    let method = strings.get(JsSymbol::iterator(), context)?;
    let iterator = match method.as_callable() {
        Some(method) => method.call(&js_string!().into(), &[], context)?,
        None => return Ok(()),
    };
    let Some(iterators) = iterator
        .as_object()
        .and_then(|iterator| iterator.prototype())
    else {
        return Ok(());
    };
    let next = iterators.get(js_string!("next"), context)?;
    let constructor = context
        .intrinsics()
        .constructors()
        .typed_array()
        .constructor();
    if let Some(from) = constructor.get(js_string!("from"), context)?.as_object() {
        let known = |original| Known {
            original,
            strings: (strings, method),
            iterators: (iterators, next),
        };
        replace(&from, known, call, context);
    }
    Ok(())
}

/// Whether a property has the value that it had, without running any script.
fn is_unchanged((object, value): &(JsObject, JsValue), key: impl Into<PropertyKey>) -> bool {
    let descriptor = object.borrow().properties().get(&key.into());
    descriptor.is_some_and(|descriptor| descriptor.value() == Some(value))
}

/// <https://tc39.es/ecma262/#sec-%typedarray%.from>
fn call(
    this: &JsValue,
    args: &[JsValue],
    known: &Known,
    context: &mut Context,
) -> JsResult<JsValue> {
    let constructor = context
        .intrinsics()
        .constructors()
        .typed_uint8_array()
        .constructor();
    let text = args.first().and_then(JsValue::as_string);
    let map = args.get(1).and_then(JsValue::as_callable);
    let (Some(text), Some(map)) = (text, map) else {
        return known.original.call(this, args, context);
    };
    let is_plain = this
        .as_object()
        .is_some_and(|this| JsObject::equals(&this, &constructor))
        && is_unchanged(&known.strings, JsSymbol::iterator())
        && is_unchanged(&known.iterators, js_string!("next"));
    if !is_plain {
        return known.original.call(this, args, context);
    }
    let this_arg = args.get(2).cloned().unwrap_or_default();
    let mut latin: Vec<Option<JsString>> = vec![None; 256];
    let mut bytes = Vec::with_capacity(text.len());
    for (index, character) in text.code_points().enumerate() {
        let character = match character {
            CodePoint::Unicode(character) => match latin.get_mut(character as usize) {
                Some(known) => known.get_or_insert_with(|| single(character)).clone(),
                None => single(character),
            },
            CodePoint::UnpairedSurrogate(unit) => JsString::from(&[unit][..]),
        };
        let value = map.call(&this_arg, &[character.into(), index.into()], context)?;
        bytes.push(value.to_uint8(context)?);
    }
    Ok(uint8_array(&bytes, context)?.into())
}

fn single(character: char) -> JsString {
    JsString::from(&*character.encode_utf8(&mut [0; 4]))
}
