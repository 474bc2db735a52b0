//! Streams.
//!
//! Spec: <https://streams.spec.whatwg.org/>

mod byte_source;
mod consume;
mod native_transform;
mod readable_stream;
mod transform_stream;
mod transform_stream_default_controller;
mod writable_stream;

pub use byte_source::{BufferedSource, ByteSource, SourceError};
pub use consume::{into_byte_source, read_all};
pub use native_transform::{GenericTransformStream, NativeTransform, generic_transform_stream};
pub use readable_stream::ReadableStream;
pub use transform_stream::TransformStream;
pub use transform_stream_default_controller::TransformStreamDefaultController;
pub use writable_stream::WritableStream;

use boa_engine::{Context, JsResult};

/// Defines the interfaces on the global object of the current realm.
///
/// # Errors
///
/// Fails when the global object refuses a property.
pub fn register(context: &mut Context) -> JsResult<()> {
    let global = context.global_object();
    taipan_webidl::expose::<ReadableStream>(&global, context);
    taipan_webidl::expose::<WritableStream>(&global, context);
    taipan_webidl::expose::<TransformStream>(&global, context);
    taipan_webidl::expose::<TransformStreamDefaultController>(&global, context);
    Ok(())
}
