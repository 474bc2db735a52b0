//! Streams.
//!
//! Spec: <https://streams.spec.whatwg.org/>

mod byte_length_queuing_strategy;
mod count_queuing_strategy;
mod readable;
mod strategy;
mod support;
mod transform;
mod writable;

pub use byte_length_queuing_strategy::ByteLengthQueuingStrategy;
pub use count_queuing_strategy::CountQueuingStrategy;
pub use readable::{
    BufferedSource, ByteSource, ReadableByteStreamController, ReadableStream,
    ReadableStreamBYOBReader, ReadableStreamBYOBRequest, ReadableStreamDefaultController,
    ReadableStreamDefaultReader, SourceError, into_byte_source, read_all,
};
pub use transform::{
    GenericTransformStream, NativeTransform, TransformStream, TransformStreamDefaultController,
    generic_transform_stream,
};
pub use writable::{
    ByteSink, WritableStream, WritableStreamDefaultController, WritableStreamDefaultWriter,
};

use boa_engine::{Context, JsResult};
use taipan_webidl::expose;

/// Defines the interfaces on the global object of the current realm.
///
/// # Errors
///
/// Fails when the global object refuses a property.
pub fn register(context: &mut Context) -> JsResult<()> {
    let global = context.global_object();
    expose::<ByteLengthQueuingStrategy>(&global, context);
    expose::<CountQueuingStrategy>(&global, context);
    expose::<ReadableByteStreamController>(&global, context);
    expose::<ReadableStream>(&global, context);
    expose::<ReadableStreamBYOBReader>(&global, context);
    expose::<ReadableStreamBYOBRequest>(&global, context);
    expose::<ReadableStreamDefaultController>(&global, context);
    expose::<ReadableStreamDefaultReader>(&global, context);
    expose::<TransformStream>(&global, context);
    expose::<TransformStreamDefaultController>(&global, context);
    expose::<WritableStream>(&global, context);
    expose::<WritableStreamDefaultController>(&global, context);
    expose::<WritableStreamDefaultWriter>(&global, context);
    Ok(())
}
