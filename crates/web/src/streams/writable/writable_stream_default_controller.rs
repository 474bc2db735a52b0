//! `WritableStreamDefaultController`: <https://streams.spec.whatwg.org/#ws-default-controller-class>.

use boa_engine::{Context, JsData, JsObject, JsResult, JsValue};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Interface, InterfaceBuilder, this_object, wrap};

use super::{
    operations::{
        State, close_queued_or_in_flight, deal_with_rejection, finish_erroring,
        finish_in_flight_close, finish_in_flight_close_with_error, finish_in_flight_write,
        finish_in_flight_write_with_error, start_erroring, state, update_backpressure,
    },
    sink::Sink,
    writable_stream::WritableStream,
};
use crate::{
    abort::{self, AbortSignal},
    streams::support::{Chunk, Outcome, Queue, SizeAlgorithm, Slots, reason, steps},
};

/// An entry of the queue.
#[derive(Clone, Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
enum Entry {
    Chunk(Chunk),
    /// <https://streams.spec.whatwg.org/#close-sentinel>
    Close,
}

/// `[[abortController]]`, of which only the signal is ever seen.
#[derive(Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
enum Abortion {
    /// Nobody has asked for the signal.
    Unseen,
    /// Nobody has, and it would be aborted with this reason.
    Aborted(JsValue),
    Signal(JsObject<AbortSignal>),
}

/// The platform object.
#[derive(Trace, Finalize, JsData)]
pub struct WritableStreamDefaultController {
    /// `[[stream]]`
    stream: JsObject<WritableStream>,
    /// `[[queue]]` and `[[queueTotalSize]]`
    queue: Queue<Entry>,
    abortion: Abortion,
    /// `[[started]]`
    pub(super) started: bool,
    /// `[[strategySizeAlgorithm]]`
    size: Option<SizeAlgorithm>,
    /// `[[strategyHWM]]`
    high_water_mark: f64,
    /// `[[writeAlgorithm]]`, `[[closeAlgorithm]]` and `[[abortAlgorithm]]`
    sink: Sink,
}

type Controller = JsObject<WritableStreamDefaultController>;

impl Interface for WritableStreamDefaultController {
    const NAME: &'static str = "WritableStreamDefaultController";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .getter("signal", |this, _, context| {
                let this = this_object::<Self>(this)?;
                Ok(Self::signal(&this, context)?.upcast().into())
            })
            .method("error", 0, |this, args, context| {
                let this = this_object::<Self>(this)?;
                let error = args.first().cloned().unwrap_or_default();
                Self::error_if_needed(&this, error, context)?;
                Ok(JsValue::undefined())
            });
    }
}

impl WritableStreamDefaultController {
    /// <https://streams.spec.whatwg.org/#set-up-writable-stream-default-controller>, up to the
    /// start algorithm.
    pub(super) fn create(
        stream: &JsObject<WritableStream>,
        sink: Sink,
        high_water_mark: f64,
        size: SizeAlgorithm,
        context: &mut Context,
    ) -> JsResult<Controller> {
        let controller = wrap(
            Self {
                stream: stream.clone(),
                queue: Queue::default(),
                abortion: Abortion::Unseen,
                started: false,
                size: Some(size),
                high_water_mark,
                sink,
            },
            context,
        );
        stream.with(|slots| slots.controller = Some(controller.clone()));
        update_backpressure(stream, Self::backpressure(&controller), context)?;
        Ok(controller)
    }

    /// The rest of it, given the result of the start algorithm.
    pub(super) fn start(this: &Controller, start: Outcome, context: &mut Context) -> JsResult<()> {
        let then = steps(this.clone(), |this: Controller, settlement, context| {
            this.with(|slots| slots.started = true);
            match settlement {
                Ok(_) => Self::advance_queue_if_needed(&this, context),
                Err(error) => deal_with_rejection(&Self::stream(&this), error, context),
            }
        });
        start.react(then, context)
    }

    fn stream(this: &Controller) -> JsObject<WritableStream> {
        this.with(|slots| slots.stream.clone())
    }

    /// <https://streams.spec.whatwg.org/#ws-default-controller-signal>
    fn signal(this: &Controller, context: &mut Context) -> JsResult<JsObject<AbortSignal>> {
        let aborted = this.with(|slots| match &slots.abortion {
            Abortion::Signal(signal) => Err(signal.clone()),
            Abortion::Aborted(reason) => Ok(Some(reason.clone())),
            Abortion::Unseen => Ok(None),
        });
        let reason = match aborted {
            Err(signal) => return Ok(signal),
            Ok(reason) => reason,
        };
        let signal = AbortSignal::create(context);
        this.with(|slots| slots.abortion = Abortion::Signal(signal.clone()));
        if let Some(reason) = reason {
            abort::signal_abort(&signal, given(&reason), context)?;
        }
        Ok(signal)
    }

    /// Signals abort on `[[abortController]]`.
    pub(super) fn signal_abort(
        this: &Controller,
        reason: &JsValue,
        context: &mut Context,
    ) -> JsResult<()> {
        let signal = this.with(|slots| match &slots.abortion {
            Abortion::Signal(signal) => Some(signal.clone()),
            Abortion::Unseen => {
                slots.abortion = Abortion::Aborted(reason.clone());
                None
            }
            Abortion::Aborted(_) => None,
        });
        match signal {
            Some(signal) => abort::signal_abort(&signal, given(reason), context),
            None => Ok(()),
        }
    }

    /// <https://streams.spec.whatwg.org/#writable-stream-default-controller-clear-algorithms>
    fn clear_algorithms(&mut self) {
        self.sink = Sink::Nothing;
        self.size = None;
    }

    /// <https://streams.spec.whatwg.org/#ws-default-controller-private-abort>
    pub(super) fn abort_steps(
        this: &Controller,
        reason: JsValue,
        context: &mut Context,
    ) -> JsResult<Outcome> {
        let sink = this.with(|slots| slots.sink.clone());
        let outcome = sink.abort(reason, context)?;
        this.with(Self::clear_algorithms);
        Ok(outcome)
    }

    /// <https://streams.spec.whatwg.org/#ws-default-controller-private-error>
    pub(super) fn error_steps(this: &Controller) {
        this.with(|slots| slots.queue.reset());
    }

    /// <https://streams.spec.whatwg.org/#writable-stream-default-controller-get-desired-size>
    pub(super) fn desired_size(this: &Controller) -> f64 {
        this.with(|slots| slots.high_water_mark - slots.queue.total_size())
    }

    /// <https://streams.spec.whatwg.org/#writable-stream-default-controller-get-backpressure>
    fn backpressure(this: &Controller) -> bool {
        Self::desired_size(this) <= 0.0
    }

    /// <https://streams.spec.whatwg.org/#writable-stream-default-controller-error-if-needed>
    pub(in crate::streams) fn error_if_needed(
        this: &Controller,
        error: JsValue,
        context: &mut Context,
    ) -> JsResult<()> {
        let stream = Self::stream(this);
        if state(&stream) == State::Writable {
            this.with(Self::clear_algorithms);
            start_erroring(&stream, error, context)?;
        }
        Ok(())
    }

    /// <https://streams.spec.whatwg.org/#writable-stream-default-controller-get-chunk-size>
    pub(super) fn chunk_size(
        this: &Controller,
        chunk: &mut Chunk,
        context: &mut Context,
    ) -> JsResult<f64> {
        let Some(size) = this.with(|slots| slots.size.clone()) else {
            return Ok(1.0);
        };
        match size.size(chunk, context) {
            Ok(size) => Ok(size),
            Err(error) => {
                let error = reason(error, context)?;
                Self::error_if_needed(this, error, context)?;
                Ok(1.0)
            }
        }
    }

    /// <https://streams.spec.whatwg.org/#writable-stream-default-controller-close>
    pub(super) fn close(this: &Controller, context: &mut Context) -> JsResult<()> {
        this.with(|slots| slots.queue.enqueue(Entry::Close, 0.0))?;
        Self::advance_queue_if_needed(this, context)
    }

    /// <https://streams.spec.whatwg.org/#writable-stream-default-controller-write>
    pub(super) fn write(
        this: &Controller,
        chunk: Chunk,
        size: f64,
        context: &mut Context,
    ) -> JsResult<()> {
        if let Err(error) = this.with(|slots| slots.queue.enqueue(Entry::Chunk(chunk), size)) {
            let error = reason(error, context)?;
            return Self::error_if_needed(this, error, context);
        }
        Self::update_backpressure(this, context)?;
        Self::advance_queue_if_needed(this, context)
    }

    fn update_backpressure(this: &Controller, context: &mut Context) -> JsResult<()> {
        let stream = Self::stream(this);
        if !close_queued_or_in_flight(&stream) && state(&stream) == State::Writable {
            update_backpressure(&stream, Self::backpressure(this), context)?;
        }
        Ok(())
    }

    /// <https://streams.spec.whatwg.org/#writable-stream-default-controller-advance-queue-if-needed>
    fn advance_queue_if_needed(this: &Controller, context: &mut Context) -> JsResult<()> {
        let stream = Self::stream(this);
        let is_busy = stream.with(|slots| slots.in_flight_write_request.is_some());
        if is_busy || !this.with(|slots| slots.started) {
            return Ok(());
        }
        if state(&stream) == State::Erroring {
            return finish_erroring(&stream, context);
        }
        match this.with(|slots| slots.queue.peek().cloned()) {
            None => Ok(()),
            Some(Entry::Close) => Self::process_close(this, &stream, context),
            Some(Entry::Chunk(chunk)) => Self::process_write(this, &stream, chunk, context),
        }
    }

    /// <https://streams.spec.whatwg.org/#writable-stream-default-controller-process-close>
    fn process_close(
        this: &Controller,
        stream: &JsObject<WritableStream>,
        context: &mut Context,
    ) -> JsResult<()> {
        stream.with(|slots| slots.in_flight_close_request = slots.close_request.take());
        let sink = this.with(|slots| {
            slots.queue.dequeue();
            slots.sink.clone()
        });
        let outcome = sink.close(context)?;
        this.with(Self::clear_algorithms);
        let then = steps(
            stream.clone(),
            |stream, settlement, context| match settlement {
                Ok(_) => finish_in_flight_close(&stream, context),
                Err(error) => finish_in_flight_close_with_error(&stream, error, context),
            },
        );
        outcome.react(then, context)
    }

    /// <https://streams.spec.whatwg.org/#writable-stream-default-controller-process-write>
    fn process_write(
        this: &Controller,
        stream: &JsObject<WritableStream>,
        chunk: Chunk,
        context: &mut Context,
    ) -> JsResult<()> {
        stream.with(|slots| slots.in_flight_write_request = slots.write_requests.pop_front());
        let sink = this.with(|slots| slots.sink.clone());
        let outcome = sink.write(chunk, this, context)?;
        let then = steps(this.clone(), |this: Controller, settlement, context| {
            let stream = Self::stream(&this);
            match settlement {
                Ok(_) => {
                    finish_in_flight_write(&stream, context)?;
                    this.with(|slots| slots.queue.dequeue());
                    Self::update_backpressure(&this, context)?;
                    Self::advance_queue_if_needed(&this, context)
                }
                Err(error) => {
                    if state(&stream) == State::Writable {
                        this.with(Self::clear_algorithms);
                    }
                    finish_in_flight_write_with_error(&stream, error, context)
                }
            }
        });
        outcome.react(then, context)
    }
}

/// An abort reason, if there is one.
fn given(reason: &JsValue) -> Option<JsValue> {
    (!reason.is_undefined()).then(|| reason.clone())
}
