//! `TransformStreamDefaultController`: <https://streams.spec.whatwg.org/#ts-default-controller-class>.

use boa_engine::{Context, JsData, JsError, JsNativeError, JsObject, JsResult, JsValue};
use boa_gc::{Finalize, Trace};
use bytes::Bytes;
use taipan_webidl::{Interface, InterfaceBuilder};

/// The platform object.
#[derive(Trace, Finalize, JsData)]
pub struct TransformStreamDefaultController {}

impl Interface for TransformStreamDefaultController {
    const NAME: &'static str = "TransformStreamDefaultController";

    fn members(_: &mut InterfaceBuilder<'_>) {}
}

impl TransformStreamDefaultController {
    /// <https://streams.spec.whatwg.org/#transform-stream-default-controller-enqueue>
    ///
    /// # Errors
    ///
    /// A `TypeError` if the readable side does not take chunks any more.
    pub fn enqueue(
        controller: &JsObject<Self>,
        chunk: impl Into<JsValue>,
        context: &mut Context,
    ) -> JsResult<()> {
        let _ = (controller, chunk, context);
        Err(JsNativeError::typ().with_message("not available").into())
    }

    /// Enqueues bytes, which become a `Uint8Array` if a script reads them.
    ///
    /// # Errors
    ///
    /// A `TypeError` if the readable side does not take chunks any more.
    pub fn enqueue_bytes(
        controller: &JsObject<Self>,
        chunk: Bytes,
        context: &mut Context,
    ) -> JsResult<()> {
        let _ = (controller, chunk, context);
        Err(JsNativeError::typ().with_message("not available").into())
    }

    /// <https://streams.spec.whatwg.org/#transform-stream-default-controller-error>
    ///
    /// # Errors
    ///
    /// An error of the engine itself.
    pub fn error(
        controller: &JsObject<Self>,
        error: JsError,
        context: &mut Context,
    ) -> JsResult<()> {
        let _ = (controller, context);
        Err(error)
    }

    /// <https://streams.spec.whatwg.org/#transform-stream-default-controller-terminate>
    ///
    /// # Errors
    ///
    /// An error of the engine itself.
    pub fn terminate(controller: &JsObject<Self>, context: &mut Context) -> JsResult<()> {
        let _ = (controller, context);
        Err(JsNativeError::typ().with_message("not available").into())
    }
}
