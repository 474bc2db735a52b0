//! `ReadableStream`: <https://streams.spec.whatwg.org/#rs-class>.

use boa_engine::{
    Context, JsData, JsNativeError, JsObject, JsResult,
    builtins::array_buffer::AlignedVec,
    object::builtins::{JsArrayBuffer, JsUint8Array},
};
use boa_gc::{Finalize, Trace};
use bytes::Bytes;
use taipan_webidl::{Interface, InterfaceBuilder, wrap};

use super::{BufferedSource, ByteSource};

/// The platform object.
#[derive(Trace, Finalize, JsData)]
pub struct ReadableStream {
    #[unsafe_ignore_trace]
    source: Option<Box<dyn ByteSource>>,
    #[unsafe_ignore_trace]
    disturbed: bool,
}

impl Interface for ReadableStream {
    const NAME: &'static str = "ReadableStream";

    fn members(_: &mut InterfaceBuilder<'_>) {}
}

impl ReadableStream {
    /// A readable byte stream whose chunks come from Rust. Nothing is asked of the source before
    /// somebody reads.
    ///
    /// # Errors
    ///
    /// An error of the engine itself.
    pub fn from_byte_source(
        source: Box<dyn ByteSource>,
        context: &mut Context,
    ) -> JsResult<JsObject<Self>> {
        let stream = Self {
            source: Some(source),
            disturbed: false,
        };
        Ok(wrap(stream, context))
    }

    /// A readable byte stream of the given bytes.
    ///
    /// # Errors
    ///
    /// An error of the engine itself.
    pub fn from_bytes(bytes: Bytes, context: &mut Context) -> JsResult<JsObject<Self>> {
        Self::from_byte_source(Box::new(BufferedSource::new([bytes])), context)
    }

    /// <https://streams.spec.whatwg.org/#readablestream-locked>
    #[must_use]
    pub fn is_locked(stream: &JsObject<Self>) -> bool {
        stream.borrow().data().disturbed
    }

    /// <https://streams.spec.whatwg.org/#is-readable-stream-disturbed>
    #[must_use]
    pub fn is_disturbed(stream: &JsObject<Self>) -> bool {
        stream.borrow().data().disturbed
    }

    /// <https://streams.spec.whatwg.org/#readablestream-errored>
    #[must_use]
    pub fn is_errored(stream: &JsObject<Self>) -> bool {
        let _ = stream;
        false
    }

    /// <https://streams.spec.whatwg.org/#readablestream-closed>
    #[must_use]
    pub fn is_closed(stream: &JsObject<Self>) -> bool {
        let _ = stream;
        false
    }

    /// The source behind a stream that came out of Rust and that nobody has locked or read from;
    /// the stream is locked and disturbed from then on, as though it was being read.
    #[must_use]
    pub fn take_byte_source(stream: &JsObject<Self>) -> Option<Box<dyn ByteSource>> {
        let mut stream = stream.borrow_mut();
        let stream = stream.data_mut();
        stream.disturbed = true;
        stream.source.take()
    }

    /// <https://streams.spec.whatwg.org/#readablestream-tee>
    ///
    /// # Errors
    ///
    /// A `TypeError` if the stream is locked.
    pub fn tee(
        stream: &JsObject<Self>,
        context: &mut Context,
    ) -> JsResult<(JsObject<Self>, JsObject<Self>)> {
        let _ = (stream, context);
        Err(JsNativeError::typ().with_message("not available").into())
    }
}

/// A new `Uint8Array` with the given bytes.
pub(crate) fn uint8_array(bytes: &[u8], context: &mut Context) -> JsResult<JsUint8Array> {
    let buffer = JsArrayBuffer::from_byte_block(AlignedVec::from_slice(0, bytes), context)?;
    JsUint8Array::from_array_buffer(buffer, context)
}
