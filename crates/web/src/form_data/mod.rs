//! `FormData`, and the bodies that forms are sent as.
//!
//! Spec: <https://xhr.spec.whatwg.org/#interface-formdata>

#[allow(clippy::module_inception)]
mod form_data;
pub mod multipart;

pub use form_data::{FormData, FormDataValue};

use boa_engine::{Context, JsResult};

/// Defines the interfaces on the global object of the current realm.
///
/// # Errors
///
/// Fails when the global object refuses a property.
pub fn register(context: &mut Context) -> JsResult<()> {
    let global = context.global_object();
    taipan_webidl::expose::<FormData>(&global, context);
    Ok(())
}

/// The entries that a body of the type `application/x-www-form-urlencoded` stands for.
///
/// <https://url.spec.whatwg.org/#concept-urlencoded-parser>
#[must_use]
pub fn parse_urlencoded(bytes: &[u8]) -> Vec<(String, FormDataValue)> {
    crate::url::parse(bytes)
        .into_iter()
        .map(|(name, value)| (name, FormDataValue::String(value)))
        .collect()
}
