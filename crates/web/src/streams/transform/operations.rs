//! Abstract operations on transform streams.
//!
//! <https://streams.spec.whatwg.org/#ts-abstract-ops>

use boa_engine::{Context, JsError, JsObject, JsResult, JsValue};

use super::{
    transform_stream::TransformStream,
    transform_stream_default_controller::TransformStreamDefaultController,
};
use crate::streams::{
    readable::{PullController, ReadableStream, ReadableStreamDefaultController},
    support::{Chunk, Deferred, Outcome, Settlement, Slots, steps},
    writable::{self, WritableState, WritableStreamDefaultController},
};

type Stream = JsObject<TransformStream>;

impl TransformStream {
    /// `[[controller]]`
    fn controller(this: &Stream) -> JsResult<JsObject<TransformStreamDefaultController>> {
        this.with(|slots| slots.controller.clone())
            .ok_or_else(|| crate::streams::support::type_error("the TransformStream is not set up"))
    }

    /// <https://streams.spec.whatwg.org/#transform-stream-error>
    pub(super) fn error(this: &Stream, error: JsValue, context: &mut Context) -> JsResult<()> {
        let sides = Self::sides(this)?;
        ReadableStreamDefaultController::error(&sides.readable_controller, error.clone(), context)?;
        Self::error_writable_and_unblock_write(this, error, context)
    }

    /// <https://streams.spec.whatwg.org/#transform-stream-error-writable-and-unblock-write>
    pub(super) fn error_writable_and_unblock_write(
        this: &Stream,
        error: JsValue,
        context: &mut Context,
    ) -> JsResult<()> {
        Self::controller(this)?.with(TransformStreamDefaultController::clear_algorithms);
        let controller = &Self::sides(this)?.writable_controller;
        WritableStreamDefaultController::error_if_needed(controller, error, context)?;
        Self::unblock_write(this, context)
    }

    /// <https://streams.spec.whatwg.org/#transform-stream-set-backpressure>
    pub(super) fn set_backpressure(
        this: &Stream,
        backpressure: bool,
        context: &mut Context,
    ) -> JsResult<()> {
        let change = this.with(|slots| {
            slots.backpressure = backpressure;
            std::mem::replace(&mut slots.backpressure_change, Deferred::new())
        });
        change.resolve(context)
    }

    /// <https://streams.spec.whatwg.org/#transformstream-unblockwrite>
    fn unblock_write(this: &Stream, context: &mut Context) -> JsResult<()> {
        if this.with(|slots| slots.backpressure) {
            Self::set_backpressure(this, false, context)?;
        }
        Ok(())
    }

    /// <https://streams.spec.whatwg.org/#transform-stream-default-sink-write-algorithm>
    pub(in crate::streams) fn sink_write(
        this: &Stream,
        chunk: Chunk,
        context: &mut Context,
    ) -> JsResult<Outcome> {
        let (backpressure, change) =
            this.with(|slots| (slots.backpressure, slots.backpressure_change.clone()));
        let controller = Self::controller(this)?;
        if !backpressure {
            return TransformStreamDefaultController::perform_transform(
                &controller,
                chunk,
                context,
            );
        }
        let result = Deferred::new();
        let then = steps(
            (this.clone(), chunk, result.clone()),
            |(this, chunk, result): (Stream, Chunk, Deferred), _, context| {
                let writable = Self::sides(&this)?.writable.clone();
                if writable::state(&writable) == WritableState::Erroring {
                    let error = writable.with(|slots| slots.stored_error.clone());
                    return result.reject(error, context);
                }
                let controller = Self::controller(&this)?;
                let outcome = TransformStreamDefaultController::perform_transform(
                    &controller,
                    chunk,
                    context,
                )?;
                result.follow(outcome, context);
                Ok(())
            },
        );
        change.react(then, context);
        Ok(Outcome::Deferred(result))
    }

    /// What `[[finishPromise]]` is for: the first of closing, aborting and cancelling decides.
    /// `None` if it was decided; otherwise the promise for what is decided now.
    fn finish(
        controller: &JsObject<TransformStreamDefaultController>,
    ) -> Result<Deferred, Deferred> {
        controller.with(|slots| match &slots.finish {
            Some(finish) => Err(finish.clone()),
            None => {
                let finish = Deferred::new();
                slots.finish = Some(finish.clone());
                Ok(finish)
            }
        })
    }

    /// <https://streams.spec.whatwg.org/#transform-stream-default-sink-abort-algorithm>
    pub(in crate::streams) fn sink_abort(
        this: &Stream,
        reason: JsValue,
        context: &mut Context,
    ) -> JsResult<Outcome> {
        let controller = Self::controller(this)?;
        let finish = match Self::finish(&controller) {
            Ok(finish) => finish,
            Err(finish) => return Ok(Outcome::Deferred(finish)),
        };
        let transformer = controller.with(|slots| slots.transformer.clone());
        let outcome = transformer.cancel(reason.clone(), context)?;
        controller.with(TransformStreamDefaultController::clear_algorithms);
        let then = steps(
            (this.clone(), finish.clone(), reason),
            |(this, finish, reason): (Stream, Deferred, JsValue),
             settlement: Settlement,
             context| {
                let sides = Self::sides(&this)?;
                let error = |error: JsValue, context: &mut Context| {
                    ReadableStreamDefaultController::error(
                        &sides.readable_controller,
                        error,
                        context,
                    )
                };
                match settlement {
                    Ok(_) if ReadableStream::is_errored(&sides.readable) => {
                        finish.reject(ReadableStream::stored_error(&sides.readable), context)
                    }
                    Ok(_) => {
                        error(reason, context)?;
                        finish.resolve(context)
                    }
                    Err(reason) => {
                        error(reason.clone(), context)?;
                        finish.reject(reason, context)
                    }
                }
            },
        );
        outcome.react(then, context)?;
        Ok(Outcome::Deferred(finish))
    }

    /// <https://streams.spec.whatwg.org/#transform-stream-default-sink-close-algorithm>
    pub(in crate::streams) fn sink_close(
        this: &Stream,
        context: &mut Context,
    ) -> JsResult<Outcome> {
        let controller = Self::controller(this)?;
        let finish = match Self::finish(&controller) {
            Ok(finish) => finish,
            Err(finish) => return Ok(Outcome::Deferred(finish)),
        };
        let transformer = controller.with(|slots| slots.transformer.clone());
        let outcome = transformer.flush(&controller, context)?;
        controller.with(TransformStreamDefaultController::clear_algorithms);
        let then = steps(
            (this.clone(), finish.clone()),
            |(this, finish): (Stream, Deferred), settlement: Settlement, context| {
                let sides = Self::sides(&this)?;
                match settlement {
                    Ok(_) if ReadableStream::is_errored(&sides.readable) => {
                        finish.reject(ReadableStream::stored_error(&sides.readable), context)
                    }
                    Ok(_) => {
                        ReadableStreamDefaultController::close(
                            &sides.readable_controller,
                            context,
                        )?;
                        finish.resolve(context)
                    }
                    Err(reason) => {
                        ReadableStreamDefaultController::error(
                            &sides.readable_controller,
                            reason.clone(),
                            context,
                        )?;
                        finish.reject(reason, context)
                    }
                }
            },
        );
        outcome.react(then, context)?;
        Ok(Outcome::Deferred(finish))
    }

    /// <https://streams.spec.whatwg.org/#transform-stream-default-source-cancel>
    pub(in crate::streams) fn source_cancel(
        this: &Stream,
        reason: JsValue,
        context: &mut Context,
    ) -> JsResult<Outcome> {
        let controller = Self::controller(this)?;
        let finish = match Self::finish(&controller) {
            Ok(finish) => finish,
            Err(finish) => return Ok(Outcome::Deferred(finish)),
        };
        let transformer = controller.with(|slots| slots.transformer.clone());
        let outcome = transformer.cancel(reason.clone(), context)?;
        controller.with(TransformStreamDefaultController::clear_algorithms);
        let then = steps(
            (this.clone(), finish.clone(), reason),
            |(this, finish, reason): (Stream, Deferred, JsValue),
             settlement: Settlement,
             context| {
                let sides = Self::sides(&this)?;
                if settlement.is_ok() && writable::state(&sides.writable) == WritableState::Errored
                {
                    let error = sides.writable.with(|slots| slots.stored_error.clone());
                    return finish.reject(error, context);
                }
                let error = settlement.as_ref().err().cloned().unwrap_or(reason);
                WritableStreamDefaultController::error_if_needed(
                    &sides.writable_controller,
                    error,
                    context,
                )?;
                Self::unblock_write(&this, context)?;
                finish.settle(settlement.map(|_| JsValue::undefined()), context)
            },
        );
        outcome.react(then, context)?;
        Ok(Outcome::Deferred(finish))
    }

    /// <https://streams.spec.whatwg.org/#transform-stream-default-source-pull>
    pub(in crate::streams) fn source_pull(
        this: &Stream,
        context: &mut Context,
    ) -> JsResult<Outcome> {
        Self::set_backpressure(this, false, context)?;
        Ok(Outcome::Deferred(
            this.with(|slots| slots.backpressure_change.clone()),
        ))
    }
}

impl TransformStreamDefaultController {
    /// <https://streams.spec.whatwg.org/#transform-stream-default-controller-perform-transform>
    fn perform_transform(
        this: &JsObject<Self>,
        chunk: Chunk,
        context: &mut Context,
    ) -> JsResult<Outcome> {
        let transformer = this.with(|slots| slots.transformer.clone());
        let outcome = match transformer.transform(chunk, this, context) {
            Ok(outcome) => outcome,
            Err(error) => Outcome::from_result(Err(error), context)?,
        };
        let result = Deferred::new();
        let then = steps(
            (this.clone(), result.clone()),
            |(this, result): (JsObject<Self>, Deferred), settlement: Settlement, context| {
                if let Err(error) = &settlement {
                    TransformStream::error(&Self::stream(&this), error.clone(), context)?;
                }
                result.settle(settlement.map(|_| JsValue::undefined()), context)
            },
        );
        outcome.react(then, context)?;
        Ok(Outcome::Deferred(result))
    }

    /// What is thrown when the readable side takes no chunk because it is errored.
    pub(super) fn readable_error(readable: &JsObject<ReadableStream>) -> JsError {
        JsError::from_opaque(ReadableStream::stored_error(readable))
    }
}
