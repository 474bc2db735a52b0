//! The URLs of blobs.
//!
//! Spec: <https://w3c.github.io/FileAPI/#url>

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex},
};

use boa_engine::{Context, JsNativeError, JsResult, JsValue, js_string};
use bytes::Bytes;
use taipan_webidl::{InterfaceBuilder, convert, implementation};
use url::Origin;

use super::Blob;
use crate::{agent::lock, random};

/// The blobs that URLs were made for, by all agents of a program. They are held by what they consist of: the objects may
/// be collected.
///
/// <https://w3c.github.io/FileAPI/#BlobURLStore>
#[derive(Debug, Clone, Default)]
pub struct BlobUrlStore(Arc<Mutex<HashMap<String, BlobUrlEntry>>>);

/// The bytes and the type of a blob.
pub type BlobUrlEntry = (Bytes, String);

/// What a context knows of the store.
#[derive(Default)]
struct Known {
    store: BlobUrlStore,
    /// The URLs that were made here. They are revoked when the context is gone.
    ///
    /// <https://w3c.github.io/FileAPI/#lifeTime>
    own: RefCell<HashSet<String>>,
}

impl Drop for Known {
    fn drop(&mut self) {
        let own = self.own.take();
        if !own.is_empty() {
            lock(&self.store.0).retain(|url, _| !own.contains(url));
        }
    }
}

impl BlobUrlStore {
    /// The store of a context.
    pub fn of(context: &mut Context) -> Self {
        if !context.has_data::<Known>() {
            context.insert_data(Known::default());
        }
        let known = context.get_data::<Known>();
        known.map(|known| known.store.clone()).unwrap_or_default()
    }

    /// Has a context that has made no URLs yet share this store.
    pub fn share_with(self, context: &mut Context) {
        context.insert_data(Known {
            store: self,
            own: RefCell::default(),
        });
    }
}

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
pub fn resolve(url: &str, context: &Context) -> Option<BlobUrlEntry> {
    let known = context.get_data::<Known>()?;
    lock(&known.store.0).get(without_fragment(url)).cloned()
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
    let store = BlobUrlStore::of(context);
    lock(&store.0).insert(url.clone(), entry);
    if let Some(known) = context.get_data::<Known>() {
        known.own.borrow_mut().insert(url.clone());
    }
    Ok(js_string!(url).into())
}

/// <https://w3c.github.io/FileAPI/#dfn-revokeObjectURL>
fn revoke_object_url(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let url = convert::required_by(args, 0, 1, "URL.revokeObjectURL")?;
    let url = convert::usv_string(url, context)?;
    if let Some(known) = context.get_data::<Known>() {
        // A URL with a fragment is none that was made.
        lock(&known.store.0).remove(&url);
        known.own.borrow_mut().remove(&url);
    }
    Ok(JsValue::undefined())
}
