//! The `CompressionStream` interface.

use boa_engine::{Context, JsData, JsObject, JsResult, JsValue};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Interface, InterfaceBuilder};

use super::codec::{CodecTransform, Format};
use crate::streams::{GenericTransformStream, TransformStream, generic_transform_stream};

/// <https://compression.spec.whatwg.org/#compression-stream>
#[derive(Trace, Finalize, JsData)]
pub struct CompressionStream {
    transform: JsObject<TransformStream>,
}

impl Interface for CompressionStream {
    const NAME: &'static str = "CompressionStream";
    const LENGTH: usize = 1;

    fn members(interface: &mut InterfaceBuilder<'_>) {
        generic_transform_stream::<Self>(interface);
    }

    /// <https://compression.spec.whatwg.org/#dom-compressionstream-compressionstream>
    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let format = Format::of_arguments::<Self>(args, context)?;
        let transform = CodecTransform::new(Self::NAME, format.compressor());
        let transform = TransformStream::from_native(Box::new(transform), context)?;
        Ok(Self { transform })
    }
}

impl GenericTransformStream for CompressionStream {
    fn transform_stream(&self) -> JsObject<TransformStream> {
        self.transform.clone()
    }
}
