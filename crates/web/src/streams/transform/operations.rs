//! Abstract operations on transform streams.
//!
//! <https://streams.spec.whatwg.org/#ts-abstract-ops>

use boa_engine::{Context, JsError, JsObject, JsResult, JsValue};
use boa_gc::{Finalize, Trace};

use super::{
    transform_stream::{Sides, TransformStream},
    transform_stream_default_controller::TransformStreamDefaultController,
    transformer::Transformer,
};
use crate::streams::{
    readable::{PullController, ReadableStream, ReadableStreamDefaultController},
    support::{Chunk, Deferred, Outcome, Settlement, Slots, steps},
    writable::{self, WritableState, WritableStreamDefaultController},
};

type Stream = JsObject<TransformStream>;

/// What is done once an algorithm that ends a stream is settled, given the stream, its sides, the
/// reason and the settlement; it gives what the `[[finishPromise]]` is settled with.
type End = fn(&Stream, &Sides, JsValue, Settlement, &mut Context) -> JsResult<Settlement>;

/// An algorithm under way that ends a stream.
#[derive(Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
struct Finishing {
    stream: Stream,
    reason: JsValue,
    #[unsafe_ignore_trace]
    end: End,
    promise: Deferred,
}

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

    /// What closing, aborting and cancelling have in common: the first of them decides, and the
    /// others get its `[[finishPromise]]`. `begin` performs an algorithm of the transformer, and
    /// `end` does the rest once that is settled.
    fn finish(
        this: &Stream,
        reason: JsValue,
        begin: impl FnOnce(
            &Transformer,
            &JsObject<TransformStreamDefaultController>,
            &JsValue,
            &mut Context,
        ) -> JsResult<Outcome>,
        end: End,
        context: &mut Context,
    ) -> JsResult<Outcome> {
        let controller = Self::controller(this)?;
        let finish = Deferred::new();
        let earlier = controller.with(|slots| match &slots.finish {
            Some(finish) => Some(finish.clone()),
            None => {
                slots.finish = Some(finish.clone());
                None
            }
        });
        if let Some(finish) = earlier {
            return Ok(Outcome::Deferred(finish));
        }
        let transformer = controller.with(|slots| slots.transformer.clone());
        let outcome = begin(&transformer, &controller, &reason, context)?;
        controller.with(TransformStreamDefaultController::clear_algorithms);
        let finishing = Finishing {
            stream: this.clone(),
            reason,
            end,
            promise: finish.clone(),
        };
        let then = steps(
            finishing,
            |this: Finishing, settlement: Settlement, context| {
                let sides = Self::sides(&this.stream)?;
                let settlement =
                    (this.end)(&this.stream, &sides, this.reason, settlement, context)?;
                this.promise.settle(settlement, context)
            },
        );
        outcome.react(then, context)?;
        Ok(Outcome::Deferred(finish))
    }

    /// <https://streams.spec.whatwg.org/#transform-stream-default-sink-abort-algorithm>
    pub(in crate::streams) fn sink_abort(
        this: &Stream,
        reason: JsValue,
        context: &mut Context,
    ) -> JsResult<Outcome> {
        let begin = |transformer: &Transformer, _: &_, reason: &JsValue, context: &mut Context| {
            transformer.cancel(reason.clone(), context)
        };
        let end: End = |_, sides, reason, settlement, context| {
            if settlement.is_ok() && ReadableStream::is_errored(&sides.readable) {
                return Ok(Err(ReadableStream::stored_error(&sides.readable)));
            }
            let error = settlement.as_ref().err().cloned().unwrap_or(reason);
            ReadableStreamDefaultController::error(&sides.readable_controller, error, context)?;
            Ok(settlement)
        };
        Self::finish(this, reason, begin, end, context)
    }

    /// <https://streams.spec.whatwg.org/#transform-stream-default-sink-close-algorithm>
    pub(in crate::streams) fn sink_close(
        this: &Stream,
        context: &mut Context,
    ) -> JsResult<Outcome> {
        let begin =
            |transformer: &Transformer,
             controller: &JsObject<TransformStreamDefaultController>,
             _: &JsValue,
             context: &mut Context| transformer.flush(controller, context);
        let end: End = |_, sides, _, settlement, context| {
            let controller = &sides.readable_controller;
            match &settlement {
                Ok(_) if ReadableStream::is_errored(&sides.readable) => {
                    return Ok(Err(ReadableStream::stored_error(&sides.readable)));
                }
                Ok(_) => ReadableStreamDefaultController::close(controller, context)?,
                Err(error) => {
                    ReadableStreamDefaultController::error(controller, error.clone(), context)?;
                }
            }
            Ok(settlement)
        };
        Self::finish(this, JsValue::undefined(), begin, end, context)
    }

    /// <https://streams.spec.whatwg.org/#transform-stream-default-source-cancel>
    pub(in crate::streams) fn source_cancel(
        this: &Stream,
        reason: JsValue,
        context: &mut Context,
    ) -> JsResult<Outcome> {
        let begin = |transformer: &Transformer, _: &_, reason: &JsValue, context: &mut Context| {
            transformer.cancel(reason.clone(), context)
        };
        let end: End = |this, sides, reason, settlement, context| {
            if settlement.is_ok() && writable::state(&sides.writable) == WritableState::Errored {
                return Ok(Err(sides.writable.with(|slots| slots.stored_error.clone())));
            }
            let error = settlement.as_ref().err().cloned().unwrap_or(reason);
            let controller = &sides.writable_controller;
            WritableStreamDefaultController::error_if_needed(controller, error, context)?;
            Self::unblock_write(this, context)?;
            Ok(settlement)
        };
        Self::finish(this, reason, begin, end, context)
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
