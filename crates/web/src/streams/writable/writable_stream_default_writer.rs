//! `WritableStreamDefaultWriter`: <https://streams.spec.whatwg.org/#default-writer-class>.

use boa_engine::{Context, JsData, JsObject, JsResult, JsValue};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Interface, InterfaceBuilder, convert, this_object, wrap};

use super::{
    operations::{State, abort, close, close_queued_or_in_flight, desired_size, state},
    writable_stream::WritableStream,
    writable_stream_default_controller::WritableStreamDefaultController,
};
use crate::streams::support::{Chunk, Deferred, Outcome, Slots, type_error, type_error_value};

/// The platform object.
#[derive(Trace, Finalize, JsData)]
pub struct WritableStreamDefaultWriter {
    /// `[[stream]]`
    stream: Option<JsObject<WritableStream>>,
    /// `[[readyPromise]]`
    pub(in crate::streams) ready: Deferred,
    /// `[[closedPromise]]`
    pub(in crate::streams) closed: Deferred,
}

impl Interface for WritableStreamDefaultWriter {
    const NAME: &'static str = "WritableStreamDefaultWriter";
    const LENGTH: usize = 1;

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .promise_getter("closed", |this, _, context| {
                let this = this_object::<Self>(this)?;
                let closed = this.with(|slots| slots.closed.clone());
                Ok(closed.promise(context)?.into())
            })
            .getter("desiredSize", |this, _, _| {
                let stream = Self::stream(&this_object::<Self>(this)?)?;
                Ok(desired_size(&stream).map_or(JsValue::null(), JsValue::from))
            })
            .promise_getter("ready", |this, _, context| {
                let this = this_object::<Self>(this)?;
                let ready = this.with(|slots| slots.ready.clone());
                Ok(ready.promise(context)?.into())
            })
            .promise_method("abort", 0, |this, args, context| {
                let stream = Self::stream(&this_object::<Self>(this)?)?;
                let reason = args.first().cloned().unwrap_or_default();
                Ok(abort(&stream, reason, context)?.promise(context)?.into())
            })
            .promise_method("close", 0, |this, _, context| {
                let stream = Self::stream(&this_object::<Self>(this)?)?;
                if close_queued_or_in_flight(&stream) {
                    return Err(type_error(
                        "WritableStreamDefaultWriter.close: the stream is closing",
                    ));
                }
                Ok(close(&stream, context)?.promise(context)?.into())
            })
            .method("releaseLock", 0, |this, _, context| {
                Self::release(&this_object::<Self>(this)?, context)?;
                Ok(JsValue::undefined())
            })
            .promise_method("write", 0, |this, args, context| {
                let this = this_object::<Self>(this)?;
                let chunk = args.first().cloned().unwrap_or_default();
                let write = Self::write(&this, Chunk::Value(chunk), context)?;
                Ok(write.promise(context)?.into())
            });
    }

    /// <https://streams.spec.whatwg.org/#default-writer-constructor>
    fn construct(args: &[JsValue], _: &mut Context) -> JsResult<Self> {
        let stream = convert::required::<Self>(args, 0, 1)?;
        let stream = this_object::<WritableStream>(stream)
            .map_err(|_| type_error("WritableStreamDefaultWriter: not a WritableStream"))?;
        Self::new(stream)
    }

    fn constructed(object: &JsObject<Self>, _: &mut Context) -> JsResult<()> {
        Self::attach(object)
    }
}

impl WritableStreamDefaultWriter {
    /// <https://streams.spec.whatwg.org/#set-up-writable-stream-default-writer>
    fn new(stream: JsObject<WritableStream>) -> JsResult<Self> {
        if WritableStream::is_locked(&stream) {
            return Err(type_error("the WritableStream is locked to a writer"));
        }
        let is_closing = close_queued_or_in_flight(&stream);
        let (ready, closed) = stream.with(|slots| {
            let rejected = || Deferred::settled_handled(Err(slots.stored_error.clone()));
            match slots.state {
                State::Writable if !is_closing && slots.backpressure => {
                    (Deferred::new_handled(), Deferred::new_handled())
                }
                State::Writable => (Deferred::fulfilled(), Deferred::new_handled()),
                State::Erroring => (rejected(), Deferred::new_handled()),
                State::Closed => (Deferred::fulfilled(), Deferred::fulfilled()),
                State::Errored => (rejected(), rejected()),
            }
        });
        Ok(Self {
            stream: Some(stream),
            ready,
            closed,
        })
    }

    /// Makes the writer the one of its stream.
    fn attach(this: &JsObject<Self>) -> JsResult<()> {
        Self::stream(this)?.with(|slots| slots.writer = Some(this.clone()));
        Ok(())
    }

    /// <https://streams.spec.whatwg.org/#acquire-writable-stream-default-writer>
    ///
    /// # Errors
    ///
    /// A `TypeError` if the stream is locked.
    pub(in crate::streams) fn acquire(
        stream: &JsObject<WritableStream>,
        context: &mut Context,
    ) -> JsResult<JsObject<Self>> {
        let writer = wrap(Self::new(stream.clone())?, context);
        Self::attach(&writer)?;
        Ok(writer)
    }

    /// `[[stream]]`; a `TypeError` if the writer was released.
    fn stream(this: &JsObject<Self>) -> JsResult<JsObject<WritableStream>> {
        this.with(|slots| slots.stream.clone())
            .ok_or_else(|| type_error("the WritableStreamDefaultWriter was released"))
    }

    /// <https://streams.spec.whatwg.org/#writable-stream-default-writer-ensure-ready-promise-rejected>
    pub(super) fn ensure_ready_rejected(
        this: &JsObject<Self>,
        error: JsValue,
        context: &mut Context,
    ) -> JsResult<()> {
        let ready = this.with(|slots| renewed(&mut slots.ready, &error));
        ready.reject(error, context)
    }

    /// <https://streams.spec.whatwg.org/#writable-stream-default-writer-release>
    ///
    /// # Errors
    ///
    /// An error of the engine itself.
    pub(in crate::streams) fn release(
        this: &JsObject<Self>,
        context: &mut Context,
    ) -> JsResult<()> {
        let Ok(stream) = Self::stream(this) else {
            return Ok(());
        };
        let error = type_error_value("the writer was released", context)?;
        Self::ensure_ready_rejected(this, error.clone(), context)?;
        let closed = this.with(|slots| renewed(&mut slots.closed, &error));
        closed.reject(error, context)?;
        stream.with(|slots| slots.writer = None);
        this.with(|slots| slots.stream = None);
        Ok(())
    }

    /// <https://streams.spec.whatwg.org/#writable-stream-default-writer-write>
    ///
    /// # Errors
    ///
    /// A `TypeError` if the writer was released.
    pub(in crate::streams) fn write(
        this: &JsObject<Self>,
        mut chunk: Chunk,
        context: &mut Context,
    ) -> JsResult<Outcome> {
        let stream = Self::stream(this)?;
        let Some(controller) = stream.with(|slots| slots.controller.clone()) else {
            return Err(type_error("the WritableStream is not set up"));
        };
        let size = WritableStreamDefaultController::chunk_size(&controller, &mut chunk, context)?;
        // That has run script.
        let is_same = Self::stream(this).is_ok_and(|now| JsObject::equals(&now, &stream));
        if !is_same {
            let error = type_error_value("the writer was released", context)?;
            return Ok(Outcome::Rejected(error));
        }
        let closing = close_queued_or_in_flight(&stream);
        match state(&stream) {
            State::Errored => {}
            State::Closed => return closed_error(context),
            State::Writable | State::Erroring if closing => return closed_error(context),
            State::Erroring => {}
            State::Writable => {
                let promise = Deferred::new();
                stream.with(|slots| slots.write_requests.push_back(promise.clone()));
                WritableStreamDefaultController::write(&controller, chunk, size, context)?;
                return Ok(Outcome::Deferred(promise));
            }
        }
        Ok(Outcome::Rejected(
            stream.with(|slots| slots.stored_error.clone()),
        ))
    }
}

fn closed_error(context: &mut Context) -> JsResult<Outcome> {
    let error = type_error_value("the WritableStream is closing or closed", context)?;
    Ok(Outcome::Rejected(error))
}

/// The promise in `slot`, if it is pending; otherwise one rejected with `error` takes its place.
fn renewed(slot: &mut Deferred, error: &JsValue) -> Deferred {
    if !slot.is_pending() {
        *slot = Deferred::settled_handled(Err(error.clone()));
    }
    slot.clone()
}
