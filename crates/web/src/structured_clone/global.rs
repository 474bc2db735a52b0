//! The global operation `structuredClone`.

use boa_engine::{Context, JsArgs, JsNativeError, JsResult, JsSymbol, JsValue};
use taipan_webidl::{Dictionary, convert};

use super::{deserialize, serialize_with_transfer};

/// A clone of `value`, to which what is in `transfer` is handed over.
///
/// # Errors
///
/// A `DataCloneError` if there is something in the value that cannot be cloned, and whatever its getters throw.
pub fn structured_clone(
    value: &JsValue,
    transfer: &[JsValue],
    context: &mut Context,
) -> JsResult<JsValue> {
    let serialized = serialize_with_transfer(value, transfer, context)?;
    let (clone, _) = deserialize(serialized, context)?;
    Ok(clone)
}

/// What is to be transferred by an operation that takes either a sequence of objects, or a dictionary that has one as
/// its member `transfer`.
///
/// <https://html.spec.whatwg.org/multipage/web-messaging.html#structuredserializeoptions>
///
/// # Errors
///
/// A `TypeError` if the value is neither, and whatever looking at it throws.
pub fn transfer_argument(value: &JsValue, context: &mut Context) -> JsResult<Vec<JsValue>> {
    if let Some(object) = value.as_object()
        && let Some(method) = convert::get_method(&object, JsSymbol::iterator(), context)?
    {
        return convert::iterate(&object, &method, object_of, context);
    }
    transfer_option(value, context)
}

/// The member `transfer` of a `StructuredSerializeOptions`.
fn transfer_option(value: &JsValue, context: &mut Context) -> JsResult<Vec<JsValue>> {
    let options = Dictionary::new(value, "StructuredSerializeOptions")?;
    match options.get("transfer", context)? {
        Some(transfer) => convert::sequence(&transfer, "transfer", object_of, context),
        None => Ok(Vec::new()),
    }
}

/// `object`
fn object_of(value: &JsValue, _: &mut Context) -> JsResult<JsValue> {
    if value.is_object() {
        return Ok(value.clone());
    }
    Err(JsNativeError::typ()
        .with_message("transfer: what is transferred must be an object")
        .into())
}

/// <https://html.spec.whatwg.org/multipage/structured-data.html#dom-structuredclone>
pub(super) fn structured_clone_operation(
    _: &JsValue,
    args: &[JsValue],
    context: &mut Context,
) -> JsResult<JsValue> {
    let value = convert::required_by(args, 0, 1, "structuredClone")?;
    let transfer = transfer_option(args.get_or_undefined(1), context)?;
    structured_clone(value, &transfer, context)
}
