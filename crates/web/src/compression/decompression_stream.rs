//! The `DecompressionStream` interface.

use boa_engine::{Context, JsData, JsObject, JsResult, JsValue};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Interface, InterfaceBuilder};

use super::codec::{CodecTransform, Format};
use crate::streams::{GenericTransformStream, TransformStream, generic_transform_stream};

/// <https://compression.spec.whatwg.org/#decompression-stream>
#[derive(Trace, Finalize, JsData)]
pub struct DecompressionStream {
    transform: JsObject<TransformStream>,
}

impl Interface for DecompressionStream {
    const NAME: &'static str = "DecompressionStream";
    const LENGTH: usize = 1;

    fn members(interface: &mut InterfaceBuilder<'_>) {
        generic_transform_stream::<Self>(interface);
    }

    /// <https://compression.spec.whatwg.org/#dom-decompressionstream-decompressionstream>
    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let format = Format::of_arguments::<Self>(args, context)?;
        let transform = CodecTransform::new(Self::NAME, format.decompressor());
        let transform = TransformStream::from_native(Box::new(transform), context)?;
        Ok(Self { transform })
    }
}

impl GenericTransformStream for DecompressionStream {
    fn transform_stream(&self) -> JsObject<TransformStream> {
        self.transform.clone()
    }
}
