//! `ReadableStreamDefaultController`: <https://streams.spec.whatwg.org/#rs-default-controller-class>.

use boa_engine::{Context, JsData, JsError, JsObject, JsResult, JsValue};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Interface, InterfaceBuilder, this_object, wrap};

use super::{
    operations::{
        Controller, State, add_read_request, close, error, fulfill_read_request, num_read_requests,
    },
    pulling::{PullController, Pulling, call_pull_if_needed, when_started},
    read_request::ReadRequest,
    readable_stream::ReadableStream,
    source::Source,
};
use crate::streams::support::{Chunk, Outcome, Queue, SizeAlgorithm, Slots, reason, type_error};

/// The platform object.
#[derive(Trace, Finalize, JsData)]
pub struct ReadableStreamDefaultController {
    /// `[[stream]]`
    stream: JsObject<ReadableStream>,
    /// `[[queue]]` and `[[queueTotalSize]]`
    queue: Queue<Chunk>,
    /// `[[closeRequested]]`
    close_requested: bool,
    pulling: Pulling,
    /// `[[strategyHWM]]`
    high_water_mark: f64,
    /// `[[strategySizeAlgorithm]]`
    size: Option<SizeAlgorithm>,
}

impl Interface for ReadableStreamDefaultController {
    const NAME: &'static str = "ReadableStreamDefaultController";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .getter("desiredSize", |this, _, _| {
                let this = this_object::<Self>(this)?;
                Ok(Self::desired_size(&this).map_or(JsValue::null(), JsValue::from))
            })
            .method("close", 0, |this, _, context| {
                let this = this_object::<Self>(this)?;
                if !Self::can_close_or_enqueue(&this) {
                    return Err(type_error(
                        "ReadableStreamDefaultController.close: the stream cannot be closed any more",
                    ));
                }
                Self::close(&this, context)?;
                Ok(JsValue::undefined())
            })
            .method("enqueue", 0, |this, args, context| {
                let this = this_object::<Self>(this)?;
                if !Self::can_close_or_enqueue(&this) {
                    return Err(type_error(
                        "ReadableStreamDefaultController.enqueue: the stream takes no more chunks",
                    ));
                }
                let chunk = args.first().cloned().unwrap_or_default();
                Self::enqueue(&this, Chunk::Value(chunk), context)?;
                Ok(JsValue::undefined())
            })
            .method("error", 0, |this, args, context| {
                let this = this_object::<Self>(this)?;
                let error = args.first().cloned().unwrap_or_default();
                <Self as PullController>::error(&this, error, context)?;
                Ok(JsValue::undefined())
            });
    }
}

impl PullController for ReadableStreamDefaultController {
    fn pulling(&mut self) -> &mut Pulling {
        &mut self.pulling
    }

    /// <https://streams.spec.whatwg.org/#readable-stream-default-controller-should-call-pull>
    fn should_call_pull(this: &JsObject<Self>) -> bool {
        if !Self::can_close_or_enqueue(this) || !this.with(|slots| slots.pulling.started) {
            return false;
        }
        num_read_requests(&Self::stream(this)) > 0
            || Self::desired_size(this).is_some_and(|size| size > 0.0)
    }

    /// <https://streams.spec.whatwg.org/#readable-stream-default-controller-error>
    fn error(this: &JsObject<Self>, reason: JsValue, context: &mut Context) -> JsResult<()> {
        let stream = Self::stream(this);
        if stream.with(|slots| slots.state) != State::Readable {
            return Ok(());
        }
        this.with(|slots| {
            slots.queue.reset();
            slots.clear_algorithms();
        });
        error(&stream, reason, context)
    }

    fn pull_native(_: &JsObject<Self>, _: &mut Context) -> JsResult<()> {
        // Streams of bytes that come from Rust have the other kind of controller.
        Ok(())
    }
}

impl ReadableStreamDefaultController {
    /// <https://streams.spec.whatwg.org/#set-up-readable-stream-default-controller>, up to the
    /// start algorithm.
    pub(super) fn create(
        stream: &JsObject<ReadableStream>,
        source: Source,
        high_water_mark: f64,
        size: SizeAlgorithm,
        context: &mut Context,
    ) -> JsObject<Self> {
        let controller = wrap(
            Self {
                stream: stream.clone(),
                queue: Queue::default(),
                close_requested: false,
                pulling: Pulling::new(source),
                high_water_mark,
                size: Some(size),
            },
            context,
        );
        stream.with(|slots| slots.controller = Some(Controller::Default(controller.clone())));
        controller
    }

    /// The rest of it, given the result of the start algorithm.
    pub(super) fn start(
        this: &JsObject<Self>,
        start: Outcome,
        context: &mut Context,
    ) -> JsResult<()> {
        when_started(this, start, context)
    }

    /// `[[stream]]`
    fn stream(this: &JsObject<Self>) -> JsObject<ReadableStream> {
        this.with(|slots| slots.stream.clone())
    }

    /// <https://streams.spec.whatwg.org/#readable-stream-default-controller-clear-algorithms>
    fn clear_algorithms(&mut self) {
        self.pulling.source = Source::Nothing;
        self.size = None;
    }

    /// <https://streams.spec.whatwg.org/#readable-stream-default-controller-can-close-or-enqueue>
    pub(in crate::streams) fn can_close_or_enqueue(this: &JsObject<Self>) -> bool {
        let (requested, stream) = this.with(|slots| (slots.close_requested, slots.stream.clone()));
        !requested && stream.with(|slots| slots.state) == State::Readable
    }

    /// <https://streams.spec.whatwg.org/#readable-stream-default-controller-get-desired-size>
    pub(in crate::streams) fn desired_size(this: &JsObject<Self>) -> Option<f64> {
        match Self::stream(this).with(|slots| slots.state) {
            State::Errored => None,
            State::Closed => Some(0.0),
            State::Readable => {
                Some(this.with(|slots| slots.high_water_mark - slots.queue.total_size()))
            }
        }
    }

    /// <https://streams.spec.whatwg.org/#rs-default-controller-has-backpressure>
    pub(in crate::streams) fn has_backpressure(this: &JsObject<Self>) -> bool {
        !Self::should_call_pull(this)
    }

    /// <https://streams.spec.whatwg.org/#readable-stream-default-controller-close>
    ///
    /// # Errors
    ///
    /// An error of the engine itself.
    pub(in crate::streams) fn close(this: &JsObject<Self>, context: &mut Context) -> JsResult<()> {
        if !Self::can_close_or_enqueue(this) {
            return Ok(());
        }
        let (stream, is_empty) = this.with(|slots| {
            slots.close_requested = true;
            let is_empty = slots.queue.is_empty();
            if is_empty {
                slots.clear_algorithms();
            }
            (slots.stream.clone(), is_empty)
        });
        if is_empty {
            close(&stream, context)?;
        }
        Ok(())
    }

    /// <https://streams.spec.whatwg.org/#readable-stream-default-controller-enqueue>
    ///
    /// # Errors
    ///
    /// Whatever the strategy throws; the stream is errored then.
    pub(in crate::streams) fn enqueue(
        this: &JsObject<Self>,
        mut chunk: Chunk,
        context: &mut Context,
    ) -> JsResult<()> {
        if !Self::can_close_or_enqueue(this) {
            return Ok(());
        }
        let stream = Self::stream(this);
        if num_read_requests(&stream) > 0 {
            fulfill_read_request(&stream, chunk, context)?;
        } else {
            let algorithm = this.with(|slots| slots.size.clone());
            let size = match &algorithm {
                Some(algorithm) => algorithm.size(&mut chunk, context),
                None => Ok(1.0),
            };
            let result = size.and_then(|size| this.with(|slots| slots.queue.enqueue(chunk, size)));
            if let Err(error) = result {
                let error = reason(error, context)?;
                <Self as PullController>::error(this, error.clone(), context)?;
                return Err(JsError::from_opaque(error));
            }
        }
        call_pull_if_needed(this, context)
    }

    /// <https://streams.spec.whatwg.org/#rs-default-controller-private-cancel>
    pub(super) fn cancel_steps(
        this: &JsObject<Self>,
        reason: JsValue,
        context: &mut Context,
    ) -> JsResult<Outcome> {
        let source = this.with(|slots| {
            slots.queue.reset();
            slots.pulling.source.clone()
        });
        let outcome = source.cancel(reason, context)?;
        this.with(Self::clear_algorithms);
        Ok(outcome)
    }

    /// <https://streams.spec.whatwg.org/#rs-default-controller-private-pull>
    pub(super) fn pull_steps(
        this: &JsObject<Self>,
        stream: &JsObject<ReadableStream>,
        request: ReadRequest,
        context: &mut Context,
    ) -> JsResult<()> {
        let (chunk, is_last) = this.with(|slots| {
            let chunk = slots.queue.dequeue();
            let is_last = chunk.is_some() && slots.close_requested && slots.queue.is_empty();
            if is_last {
                slots.clear_algorithms();
            }
            (chunk, is_last)
        });
        let Some(chunk) = chunk else {
            add_read_request(stream, request);
            return call_pull_if_needed(this, context);
        };
        if is_last {
            close(stream, context)?;
        } else {
            call_pull_if_needed(this, context)?;
        }
        request.chunk(chunk, context)
    }
}
