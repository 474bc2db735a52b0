//! The `TextEncoderStream` interface.

use boa_engine::{Context, JsData, JsObject, JsResult, JsString, JsValue, string::JsStrVariant};
use boa_gc::{Finalize, Trace};
use bytes::Bytes;
use taipan_webidl::{Interface, InterfaceBuilder, convert};

use super::{encode::utf8_encode, text_encoder::common_members};
use crate::streams::{
    GenericTransformStream, NativeTransform, TransformStream, TransformStreamDefaultController,
    generic_transform_stream,
};

/// <https://encoding.spec.whatwg.org/#interface-textencoderstream>
#[derive(Trace, Finalize, JsData)]
pub struct TextEncoderStream {
    transform: JsObject<TransformStream>,
}

impl GenericTransformStream for TextEncoderStream {
    fn transform_stream(&self) -> JsObject<TransformStream> {
        self.transform.clone()
    }
}

impl Interface for TextEncoderStream {
    const NAME: &'static str = "TextEncoderStream";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        common_members::<Self>(interface);
        generic_transform_stream::<Self>(interface);
    }

    /// <https://encoding.spec.whatwg.org/#dom-textencoderstream>
    fn construct(_: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let transform = Box::new(EncoderTransform::default());
        let transform = TransformStream::from_native(transform, context)?;
        Ok(Self { transform })
    }
}

#[derive(Debug, Default)]
struct EncoderTransform {
    /// The last code unit of the chunk before, if that is the first half of a pair.
    ///
    /// <https://encoding.spec.whatwg.org/#textencoderstream-pending-high-surrogate>
    leading_surrogate: Option<u16>,
}

impl EncoderTransform {
    /// The next chunk in UTF-8, up to half a pair at its end.
    fn encode(&mut self, chunk: &JsString) -> Vec<u8> {
        let ends_in_half = match chunk.variant() {
            JsStrVariant::Utf16([.., last]) => (0xD800..0xDC00).contains(last),
            _ => false,
        };
        if self.leading_surrogate.is_none() && !ends_in_half {
            return utf8_encode(chunk);
        }
        if chunk.is_empty() {
            return Vec::new();
        }
        let mut units: Vec<u16> = self.leading_surrogate.take().into_iter().collect();
        units.extend(chunk.iter());
        if ends_in_half {
            self.leading_surrogate = units.pop();
        }
        utf8_encode(&JsString::from(units.as_slice()))
    }

    fn enqueue(
        bytes: Vec<u8>,
        controller: &JsObject<TransformStreamDefaultController>,
        context: &mut Context,
    ) -> JsResult<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        TransformStreamDefaultController::enqueue_bytes(controller, Bytes::from(bytes), context)
    }
}

impl NativeTransform for EncoderTransform {
    /// <https://encoding.spec.whatwg.org/#encode-and-enqueue-a-chunk>
    fn transform(
        &mut self,
        chunk: JsValue,
        controller: &JsObject<TransformStreamDefaultController>,
        context: &mut Context,
    ) -> JsResult<()> {
        let chunk = convert::dom_string(&chunk, context)?;
        let bytes = self.encode(&chunk);
        Self::enqueue(bytes, controller, context)
    }

    /// <https://encoding.spec.whatwg.org/#encode-and-flush>
    fn flush(
        &mut self,
        controller: &JsObject<TransformStreamDefaultController>,
        context: &mut Context,
    ) -> JsResult<()> {
        if self.leading_surrogate.take().is_some() {
            return Self::enqueue("\u{fffd}".into(), controller, context);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use boa_engine::js_string;

    #[test]
    fn pairs_may_be_split() {
        let mut encoder = EncoderTransform::default();
        for (chunk, expected) in [
            (js_string!("a"), "a"),
            (js_string!(&[0x61, 0xD83D]), "a"),
            (js_string!(), ""),
            (js_string!(&[0xDC0D]), "\u{1f40d}"),
            (js_string!(&[0xD83D]), ""),
            (js_string!(&[0xD83D]), "\u{fffd}"),
            (js_string!("b"), "\u{fffd}b"),
            (js_string!(&[0xDC0D, 0xD83D]), "\u{fffd}"),
            (js_string!(&[0xDC0D, 0xD83D]), "\u{1f40d}"),
        ] {
            assert_eq!(encoder.encode(&chunk), expected.as_bytes());
        }
        assert!(encoder.leading_surrogate.is_some());
    }
}
