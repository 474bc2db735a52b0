//! `TransformStreamDefaultController`: <https://streams.spec.whatwg.org/#ts-default-controller-class>.

use boa_engine::{Context, JsData, JsError, JsObject, JsResult, JsValue};
use boa_gc::{Finalize, Trace};
use bytes::Bytes;
use taipan_webidl::{Interface, InterfaceBuilder, this_object, wrap};

use super::{transform_stream::TransformStream, transformer::Transformer};
use crate::streams::{
    readable::ReadableStreamDefaultController,
    support::{Chunk, Deferred, Slots, reason, type_error, type_error_value},
};

/// The platform object.
#[derive(Trace, Finalize, JsData)]
pub struct TransformStreamDefaultController {
    /// `[[stream]]`
    stream: JsObject<TransformStream>,
    /// `[[transformAlgorithm]]`, `[[flushAlgorithm]]` and `[[cancelAlgorithm]]`
    pub(super) transformer: Transformer,
    /// `[[finishPromise]]`
    pub(super) finish: Option<Deferred>,
}

impl Interface for TransformStreamDefaultController {
    const NAME: &'static str = "TransformStreamDefaultController";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .getter("desiredSize", |this, _, _| {
                let this = this_object::<Self>(this)?;
                let sides = TransformStream::sides(&Self::stream(&this))?;
                let size =
                    ReadableStreamDefaultController::desired_size(&sides.readable_controller);
                Ok(size.map_or(JsValue::null(), JsValue::from))
            })
            .method("enqueue", 0, |this, args, context| {
                let this = this_object::<Self>(this)?;
                let chunk = args.first().cloned().unwrap_or_default();
                Self::enqueue(&this, chunk, context)?;
                Ok(JsValue::undefined())
            })
            .method("error", 0, |this, args, context| {
                let this = this_object::<Self>(this)?;
                let error = args.first().cloned().unwrap_or_default();
                TransformStream::error(&Self::stream(&this), error, context)?;
                Ok(JsValue::undefined())
            })
            .method("terminate", 0, |this, _, context| {
                Self::terminate(&this_object::<Self>(this)?, context)?;
                Ok(JsValue::undefined())
            });
    }
}

impl TransformStreamDefaultController {
    /// <https://streams.spec.whatwg.org/#set-up-transform-stream-default-controller>
    pub(super) fn create(
        stream: &JsObject<TransformStream>,
        transformer: Transformer,
        context: &mut Context,
    ) -> JsObject<Self> {
        let controller = wrap(
            Self {
                stream: stream.clone(),
                transformer,
                finish: None,
            },
            context,
        );
        stream.with(|slots| slots.controller = Some(controller.clone()));
        controller
    }

    pub(super) fn stream(this: &JsObject<Self>) -> JsObject<TransformStream> {
        this.with(|slots| slots.stream.clone())
    }

    /// <https://streams.spec.whatwg.org/#transform-stream-default-controller-clear-algorithms>
    pub(super) fn clear_algorithms(&mut self) {
        self.transformer = Transformer::Nothing;
    }

    /// <https://streams.spec.whatwg.org/#transform-stream-default-controller-enqueue>
    ///
    /// # Errors
    ///
    /// A `TypeError` if the readable side does not take chunks any more, and what its strategy
    /// throws.
    pub fn enqueue(
        controller: &JsObject<Self>,
        chunk: impl Into<JsValue>,
        context: &mut Context,
    ) -> JsResult<()> {
        Self::enqueue_chunk(controller, Chunk::Value(chunk.into()), context)
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
        Self::enqueue_chunk(controller, Chunk::Bytes(chunk), context)
    }

    pub(super) fn enqueue_chunk(
        this: &JsObject<Self>,
        chunk: Chunk,
        context: &mut Context,
    ) -> JsResult<()> {
        let stream = Self::stream(this);
        let sides = TransformStream::sides(&stream)?;
        let readable = &sides.readable_controller;
        if !ReadableStreamDefaultController::can_close_or_enqueue(readable) {
            return Err(type_error("the readable side takes no more chunks"));
        }
        if let Err(error) = ReadableStreamDefaultController::enqueue(readable, chunk, context) {
            let error = reason(error, context)?;
            TransformStream::error_writable_and_unblock_write(&stream, error, context)?;
            return Err(Self::readable_error(&sides.readable));
        }
        let backpressure = ReadableStreamDefaultController::has_backpressure(readable);
        if backpressure != stream.with(|slots| slots.backpressure) {
            TransformStream::set_backpressure(&stream, true, context)?;
        }
        Ok(())
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
        let error = reason(error, context)?;
        TransformStream::error(&Self::stream(controller), error, context)
    }

    /// <https://streams.spec.whatwg.org/#transform-stream-default-controller-terminate>
    ///
    /// # Errors
    ///
    /// An error of the engine itself.
    pub fn terminate(controller: &JsObject<Self>, context: &mut Context) -> JsResult<()> {
        let stream = Self::stream(controller);
        let sides = TransformStream::sides(&stream)?;
        ReadableStreamDefaultController::close(&sides.readable_controller, context)?;
        let error = type_error_value("the TransformStream was terminated", context)?;
        TransformStream::error_writable_and_unblock_write(&stream, error, context)
    }
}
