//! The `TextDecoderStream` interface.

use boa_engine::{Context, JsData, JsObject, JsResult, JsValue};
use boa_gc::{Finalize, Trace};
use bytes::Bytes;
use taipan_webidl::{Interface, InterfaceBuilder};

use super::{
    decode::{DecoderOptions, Decoding, Malformed},
    text_decoder::{Input, TextDecoderCommon, malformed, options_of_arguments},
};
use crate::streams::{
    GenericTransformStream, NativeTransform, TransformStream, TransformStreamDefaultController,
    generic_transform_stream,
};

/// <https://encoding.spec.whatwg.org/#interface-textdecoderstream>
#[derive(Trace, Finalize, JsData)]
pub struct TextDecoderStream {
    #[unsafe_ignore_trace]
    options: DecoderOptions,
    transform: JsObject<TransformStream>,
}

impl TextDecoderCommon for TextDecoderStream {
    fn options(&self) -> DecoderOptions {
        self.options
    }
}

impl GenericTransformStream for TextDecoderStream {
    fn transform_stream(&self) -> JsObject<TransformStream> {
        self.transform.clone()
    }
}

impl Interface for TextDecoderStream {
    const NAME: &'static str = "TextDecoderStream";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        Self::common_members(interface);
        generic_transform_stream::<Self>(interface);
    }

    /// <https://encoding.spec.whatwg.org/#dom-textdecoderstream>
    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let options = options_of_arguments::<Self>(args, context)?;
        let transform = Box::new(DecoderTransform(Decoding::new(options)));
        let transform = TransformStream::from_native(transform, context)?;
        Ok(Self { options, transform })
    }
}

struct DecoderTransform(Decoding);

impl DecoderTransform {
    fn enqueue(
        &self,
        text: Result<boa_engine::JsString, Malformed>,
        controller: &JsObject<TransformStreamDefaultController>,
        context: &mut Context,
    ) -> JsResult<()> {
        let text = text.map_err(|Malformed| malformed::<TextDecoderStream>(&self.0))?;
        if text.is_empty() {
            return Ok(());
        }
        TransformStreamDefaultController::enqueue(controller, text, context)
    }
}

impl NativeTransform for DecoderTransform {
    /// <https://encoding.spec.whatwg.org/#decode-and-enqueue-a-chunk>
    fn transform(
        &mut self,
        chunk: JsValue,
        controller: &JsObject<TransformStreamDefaultController>,
        context: &mut Context,
    ) -> JsResult<()> {
        let chunk = Input::new::<TextDecoderStream>(&chunk, context)?;
        let text = chunk.with_bytes(|bytes| self.0.decode(bytes, true));
        self.enqueue(text, controller, context)
    }

    fn transform_bytes(
        &mut self,
        chunk: Bytes,
        controller: &JsObject<TransformStreamDefaultController>,
        context: &mut Context,
    ) -> JsResult<()> {
        let text = self.0.decode(&chunk, true);
        self.enqueue(text, controller, context)
    }

    /// <https://encoding.spec.whatwg.org/#flush-and-enqueue>
    fn flush(
        &mut self,
        controller: &JsObject<TransformStreamDefaultController>,
        context: &mut Context,
    ) -> JsResult<()> {
        let text = self.0.decode(&[], false);
        self.enqueue(text, controller, context)
    }
}
