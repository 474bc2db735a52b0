//! Conversions of arguments and results.

use std::sync::Arc;

use boa_engine::{Context, JsNativeError, JsResult, JsValue};
use taipan_webidl::{BufferSource, buffer_source::Allow, convert, implementation};

use super::{crypto_key::CryptoKey, key::Key, usages};
use crate::crypto::usages::Usages;

/// An argument or member of the type `CryptoKey`.
pub(super) fn crypto_key(value: &JsValue, what: &str, _: &mut Context) -> JsResult<Arc<Key>> {
    value
        .as_object()
        .and_then(|object| implementation::<CryptoKey>(&object))
        .map(|key| key.borrow().data().key())
        .ok_or_else(|| {
            JsNativeError::typ()
                .with_message(format!("{what} must be a CryptoKey"))
                .into()
        })
}

/// An argument of the type `BufferSource`: a copy of its bytes.
pub(super) fn bytes(value: &JsValue, what: &str, context: &mut Context) -> JsResult<Vec<u8>> {
    Ok(BufferSource::new(value, what, Allow::default(), context)?.to_vec())
}

/// An argument of the type `sequence<KeyUsage>`.
pub(super) fn key_usages(value: &JsValue, context: &mut Context) -> JsResult<Usages> {
    let usages = convert::sequence(
        value,
        "keyUsages",
        |usage, context| {
            let name = convert::enumeration(usage, &usages::NAMES, "keyUsages", context)?;
            Ok(Usages::named(name).unwrap_or_default())
        },
        context,
    )?;
    Ok(usages.into_iter().collect())
}
