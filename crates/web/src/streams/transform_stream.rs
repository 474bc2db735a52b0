//! `TransformStream`: <https://streams.spec.whatwg.org/#ts-class>.

use boa_engine::{Context, JsData, JsNativeError, JsObject, JsResult};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Interface, InterfaceBuilder};

use super::{NativeTransform, ReadableStream, WritableStream};

/// The platform object.
#[derive(Trace, Finalize, JsData)]
pub struct TransformStream {
    readable: JsObject<ReadableStream>,
    writable: JsObject<WritableStream>,
}

impl Interface for TransformStream {
    const NAME: &'static str = "TransformStream";

    fn members(_: &mut InterfaceBuilder<'_>) {}
}

impl TransformStream {
    /// A transform stream with a transformer that is written in Rust.
    ///
    /// <https://streams.spec.whatwg.org/#transformstream-set-up>
    ///
    /// # Errors
    ///
    /// An error of the engine itself.
    pub fn from_native(
        transform: Box<dyn NativeTransform>,
        context: &mut Context,
    ) -> JsResult<JsObject<Self>> {
        let _ = (transform, context);
        Err(JsNativeError::typ().with_message("not available").into())
    }

    /// The readable side.
    #[must_use]
    pub fn readable(stream: &JsObject<Self>) -> JsObject<ReadableStream> {
        stream.borrow().data().readable.clone()
    }

    /// The writable side.
    #[must_use]
    pub fn writable(stream: &JsObject<Self>) -> JsObject<WritableStream> {
        stream.borrow().data().writable.clone()
    }
}
