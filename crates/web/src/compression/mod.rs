//! `CompressionStream` and `DecompressionStream`.
//!
//! Spec: <https://compression.spec.whatwg.org/>

mod brotli;
mod codec;
mod compression_stream;
mod decompression_stream;
mod deflate;
mod gzip;

pub use compression_stream::CompressionStream;
pub use decompression_stream::DecompressionStream;

use boa_engine::{Context, JsResult};
use taipan_webidl::expose;

/// Defines the interfaces on the global object of the current realm.
///
/// # Errors
///
/// Fails when the global object refuses a property.
pub fn register(context: &mut Context) -> JsResult<()> {
    let global = context.global_object();
    expose::<CompressionStream>(&global, context);
    expose::<DecompressionStream>(&global, context);
    Ok(())
}
