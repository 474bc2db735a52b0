//! `FileReader`.
//!
//! Spec: <https://w3c.github.io/FileAPI/#APIASynch>

#[allow(clippy::module_inception)]
mod file_reader;
mod package;

pub use file_reader::FileReader;

use boa_engine::{Context, JsResult};

/// Defines the interfaces on the global object of the current realm.
///
/// # Errors
///
/// Fails when the global object refuses a property.
pub fn register(context: &mut Context) -> JsResult<()> {
    let global = context.global_object();
    taipan_webidl::expose::<FileReader>(&global, context);
    Ok(())
}
