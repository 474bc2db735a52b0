//! `Blob`, `File` and the URLs of blobs.
//!
//! Spec: <https://w3c.github.io/FileAPI/>

#[allow(clippy::module_inception)]
mod blob;
mod file;
mod parts;
pub mod url_store;

pub use blob::Blob;
pub use file::File;

use boa_engine::{Context, JsResult};

/// Defines the interfaces on the global object of the current realm.
///
/// # Errors
///
/// Fails when the global object refuses a property.
pub fn register(context: &mut Context) -> JsResult<()> {
    let global = context.global_object();
    taipan_webidl::expose::<Blob>(&global, context);
    taipan_webidl::expose::<File>(&global, context);
    Ok(())
}
