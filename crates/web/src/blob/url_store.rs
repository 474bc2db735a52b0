//! The URLs of blobs.
//!
//! Spec: <https://w3c.github.io/FileAPI/#url>

use std::{cell::RefCell, collections::HashMap};

use boa_engine::{Context, JsNativeError, JsResult, JsValue, js_string};
use bytes::Bytes;
use taipan_webidl::{InterfaceBuilder, convert, implementation};
use url::Origin;

use super::Blob;
use crate::random;

/// The blobs that URLs were made for. They are held by what they consist of: the objects may be collected.
///
/// <https://w3c.github.io/FileAPI/#BlobURLStore>
#[derive(Default)]
struct BlobUrlStore(RefCell<HashMap<String, (Bytes, String)>>);

/// Adds `URL.createObjectURL` and `URL.revokeObjectURL` to the interface `URL`.
///
/// <https://w3c.github.io/FileAPI/#creating-revoking>
pub fn url_members(interface: &mut InterfaceBuilder<'_>) {
    interface
        .static_method("createObjectURL", 1, create_object_url)
        .static_method("revokeObjectURL", 1, revoke_object_url);
}

/// The bytes and the type of the blob that `url` stands for, whatever its fragment.
///
/// <https://w3c.github.io/FileAPI/#blob-url-resolve>
#[must_use]
pub fn resolve(url: &str, context: &Context) -> Option<(Bytes, String)> {
    let store = context.get_data::<BlobUrlStore>()?;
    store.0.borrow().get(without_fragment(url)).cloned()
}

fn without_fragment(url: &str) -> &str {
    url.split_once('#').map_or(url, |(url, _)| url)
}

/// <https://w3c.github.io/FileAPI/#unicodeBlobURL>
fn generate(context: &Context) -> JsResult<String> {
    let origin = match crate::base_url(context).map(|url| url.origin()) {
        Some(origin @ Origin::Tuple(..)) => origin.ascii_serialization(),
        _ => String::from("null"),
    };
    Ok(format!("blob:{origin}/{}", random::uuid(context)?))
}

/// <https://w3c.github.io/FileAPI/#dfn-createObjectURL>
fn create_object_url(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let blob = convert::required_by(args, 0, 1, "URL.createObjectURL")?;
    let blob = blob
        .as_object()
        .and_then(|object| implementation::<Blob>(&object))
        .ok_or_else(|| {
            JsNativeError::typ().with_message("URL.createObjectURL: the argument is not a Blob")
        })?;
    let url = generate(context)?;
    let entry = (Blob::bytes(&blob), Blob::mime_type(&blob));
    if !context.has_data::<BlobUrlStore>() {
        context.insert_data(BlobUrlStore::default());
    }
    if let Some(store) = context.get_data::<BlobUrlStore>() {
        store.0.borrow_mut().insert(url.clone(), entry);
    }
    Ok(js_string!(url).into())
}

/// <https://w3c.github.io/FileAPI/#dfn-revokeObjectURL>
fn revoke_object_url(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let url = convert::required_by(args, 0, 1, "URL.revokeObjectURL")?;
    let url = convert::usv_string(url, context)?;
    if let Some(store) = context.get_data::<BlobUrlStore>() {
        // A URL with a fragment is none that was made here.
        store.0.borrow_mut().remove(&url);
    }
    Ok(JsValue::undefined())
}
