//! `WritableStream`: <https://streams.spec.whatwg.org/#ws-class>.

use std::collections::VecDeque;

use boa_engine::{Context, JsData, JsNativeError, JsObject, JsResult, JsValue};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Interface, InterfaceBuilder, this_object};

use super::{
    byte_sink::{ByteSink, NativeSink},
    operations::{State, abort, close, close_queued_or_in_flight, create_writable_stream},
    sink::{Sink, UnderlyingSink},
    writable_stream_default_controller::WritableStreamDefaultController,
    writable_stream_default_writer::WritableStreamDefaultWriter,
};
use crate::streams::{
    readable::underlying_object,
    support::{Deferred, Outcome, QueuingStrategy, SizeAlgorithm, Slots, type_error},
};

/// The platform object.
#[derive(Trace, Finalize, JsData)]
pub struct WritableStream {
    /// `[[state]]`
    #[unsafe_ignore_trace]
    pub(super) state: State,
    /// `[[storedError]]`
    pub(in crate::streams) stored_error: JsValue,
    /// `[[writer]]`
    pub(super) writer: Option<JsObject<WritableStreamDefaultWriter>>,
    /// `[[controller]]`
    pub(super) controller: Option<JsObject<WritableStreamDefaultController>>,
    /// `[[inFlightWriteRequest]]`
    pub(super) in_flight_write_request: Option<Deferred>,
    /// `[[closeRequest]]`
    pub(super) close_request: Option<Deferred>,
    /// `[[inFlightCloseRequest]]`
    pub(super) in_flight_close_request: Option<Deferred>,
    /// `[[pendingAbortRequest]]`
    pub(super) pending_abort_request: Option<PendingAbortRequest>,
    /// `[[writeRequests]]`
    pub(super) write_requests: VecDeque<Deferred>,
    /// `[[backpressure]]`
    pub(super) backpressure: bool,
    /// What the constructor was given, until there is an object to set up.
    setup: Option<Setup>,
}

/// <https://streams.spec.whatwg.org/#pending-abort-request>
#[derive(Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(super) struct PendingAbortRequest {
    pub(super) promise: Deferred,
    pub(super) reason: JsValue,
    pub(super) was_already_erroring: bool,
}

/// What setting up a stream for an underlying sink needs.
#[derive(Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
struct Setup {
    underlying: UnderlyingSink,
    #[unsafe_ignore_trace]
    strategy: QueuingStrategy,
}

impl WritableStream {
    /// <https://streams.spec.whatwg.org/#initialize-writable-stream>
    pub(super) fn new() -> Self {
        Self::with_setup(None)
    }

    fn with_setup(setup: Option<Setup>) -> Self {
        Self {
            state: State::Writable,
            stored_error: JsValue::undefined(),
            writer: None,
            controller: None,
            in_flight_write_request: None,
            close_request: None,
            in_flight_close_request: None,
            pending_abort_request: None,
            write_requests: VecDeque::new(),
            backpressure: false,
            setup,
        }
    }

    /// A writable stream whose chunks, buffers and views on them, go to Rust.
    ///
    /// <https://streams.spec.whatwg.org/#writablestream-set-up>
    ///
    /// # Errors
    ///
    /// An error of the engine itself.
    pub fn from_byte_sink(
        sink: Box<dyn ByteSink>,
        context: &mut Context,
    ) -> JsResult<JsObject<Self>> {
        let sink = Sink::Native(NativeSink::new(sink));
        let (stream, _) =
            create_writable_stream(Outcome::Fulfilled, sink, 1.0, SizeAlgorithm::One, context)?;
        Ok(stream)
    }

    /// <https://streams.spec.whatwg.org/#is-writable-stream-locked>
    #[must_use]
    pub fn is_locked(stream: &JsObject<Self>) -> bool {
        stream.with(|slots| slots.writer.is_some())
    }
}

impl Interface for WritableStream {
    const NAME: &'static str = "WritableStream";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .getter("locked", |this, _, _| {
                Ok(Self::is_locked(&this_object::<Self>(this)?).into())
            })
            .promise_method("abort", 0, |this, args, context| {
                let this = this_object::<Self>(this)?;
                if Self::is_locked(&this) {
                    return Err(type_error("WritableStream.abort: the stream is locked"));
                }
                let reason = args.first().cloned().unwrap_or_default();
                Ok(abort(&this, reason, context)?.promise(context)?.into())
            })
            .promise_method("close", 0, |this, _, context| {
                let this = this_object::<Self>(this)?;
                if Self::is_locked(&this) {
                    return Err(type_error("WritableStream.close: the stream is locked"));
                }
                if close_queued_or_in_flight(&this) {
                    return Err(type_error("WritableStream.close: the stream is closing"));
                }
                Ok(close(&this, context)?.promise(context)?.into())
            })
            .method("getWriter", 0, |this, _, context| {
                let this = this_object::<Self>(this)?;
                let writer = WritableStreamDefaultWriter::acquire(&this, context)?;
                Ok(writer.upcast().into())
            });
    }

    /// <https://streams.spec.whatwg.org/#ws-constructor>
    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let sink = underlying_object(args, "WritableStream: the underlying sink")?;
        let strategy = QueuingStrategy::from_argument(args.get(1), context)?;
        let underlying = UnderlyingSink::new(&sink, context)?;
        if underlying.has_type {
            return Err(JsNativeError::range()
                .with_message("WritableStream: no type of underlying sink is known")
                .into());
        }
        Ok(Self::with_setup(Some(Setup {
            underlying,
            strategy,
        })))
    }

    fn constructed(object: &JsObject<Self>, context: &mut Context) -> JsResult<()> {
        let Some(Setup {
            underlying,
            strategy,
        }) = object.with(|slots| slots.setup.take())
        else {
            return Ok(());
        };
        let high_water_mark = strategy.high_water_mark(1.0)?;
        let size = strategy.size_algorithm(context);
        let controller = WritableStreamDefaultController::create(
            object,
            underlying.sink,
            high_water_mark,
            size,
            context,
        )?;
        let start = match &underlying.start {
            Some(start) => {
                let result = start.invoke(&[controller.clone().upcast().into()], context)?;
                Outcome::resolved_with(result, context)?
            }
            None => Outcome::Fulfilled,
        };
        WritableStreamDefaultController::start(&controller, start, context)
    }
}
