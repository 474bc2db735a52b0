//! Transform streams: <https://streams.spec.whatwg.org/#ts>.

mod native_transform;
mod operations;
mod transform_stream;
mod transform_stream_default_controller;
mod transformer;

pub use native_transform::{GenericTransformStream, NativeTransform, generic_transform_stream};
pub use transform_stream::TransformStream;
pub use transform_stream_default_controller::TransformStreamDefaultController;
