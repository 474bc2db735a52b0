//! The global operation `structuredClone`.

use boa_engine::{Context, JsArgs, JsNativeError, JsResult, JsValue};
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

/// The member `transfer` of a `StructuredSerializeOptions`.
///
/// <https://html.spec.whatwg.org/multipage/web-messaging.html#structuredserializeoptions>
///
/// # Errors
///
/// A `TypeError` if the value is no such dictionary, and whatever getting the member throws.
pub fn transfer_option(value: &JsValue, context: &mut Context) -> JsResult<Vec<JsValue>> {
    let options = Dictionary::new(value, "StructuredSerializeOptions")?;
    match options.get("transfer", context)? {
        Some(transfer) => objects(&transfer, context),
        None => Ok(Vec::new()),
    }
}

/// `sequence<object>`
pub(crate) fn objects(value: &JsValue, context: &mut Context) -> JsResult<Vec<JsValue>> {
    convert::sequence(
        value,
        "transfer",
        |item, _| {
            if item.is_object() {
                Ok(item.clone())
            } else {
                Err(JsNativeError::typ()
                    .with_message("transfer: what is transferred must be an object")
                    .into())
            }
        },
        context,
    )
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
