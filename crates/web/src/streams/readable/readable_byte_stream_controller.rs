//! `ReadableByteStreamController`: <https://streams.spec.whatwg.org/#rbs-controller-class>.
//!
//! What happens to its pull-into descriptors is in `byte_stream_operations`.

use std::collections::VecDeque;

use boa_engine::{Context, JsData, JsObject, JsResult, JsValue, object::builtins::JsArrayBuffer};
use boa_gc::{Finalize, Trace};
use bytes::Bytes;
use taipan_webidl::{
    ArrayBufferView, Interface, InterfaceBuilder, ViewKind, buffer_source, convert, this_object,
    wrap,
};

use super::{
    native_source::NativeSource,
    operations::{
        Controller, State, add_read_request, close, error, num_read_into_requests,
        num_read_requests,
    },
    pull_into::{ByteQueue, Entry, PullInto, ReaderType},
    pulling::{PullController, Pulling, call_pull_if_needed, when_started},
    read_request::ReadRequest,
    readable_stream::ReadableStream,
    readable_stream_byob_request::ReadableStreamBYOBRequest,
    source::Source,
};
use crate::streams::support::{Outcome, Slots, reason, type_error, type_error_value};

/// The platform object.
#[derive(Trace, Finalize, JsData)]
pub struct ReadableByteStreamController {
    /// `[[stream]]`
    pub(super) stream: JsObject<ReadableStream>,
    /// `[[queue]]` and `[[queueTotalSize]]`
    pub(super) queue: ByteQueue,
    /// `[[closeRequested]]`
    pub(super) close_requested: bool,
    pub(super) pulling: Pulling,
    /// `[[strategyHWM]]`
    high_water_mark: f64,
    /// `[[autoAllocateChunkSize]]`
    auto_allocate_chunk_size: Option<usize>,
    /// `[[byobRequest]]`
    byob_request: Option<JsObject<ReadableStreamBYOBRequest>>,
    /// `[[pendingPullIntos]]`
    pub(super) pending_pull_intos: VecDeque<PullInto>,
}

impl Interface for ReadableByteStreamController {
    const NAME: &'static str = "ReadableByteStreamController";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .getter("byobRequest", |this, _, context| {
                let this = this_object::<Self>(this)?;
                Ok(match Self::byob_request(&this, context)? {
                    Some(request) => request.upcast().into(),
                    None => JsValue::null(),
                })
            })
            .getter("desiredSize", |this, _, _| {
                let this = this_object::<Self>(this)?;
                Ok(Self::desired_size(&this).map_or(JsValue::null(), JsValue::from))
            })
            .method("close", 0, close_method)
            .method("enqueue", 1, enqueue_method)
            .method("error", 0, |this, args, context| {
                let this = this_object::<Self>(this)?;
                let error = args.first().cloned().unwrap_or_default();
                <Self as PullController>::error(&this, error, context)?;
                Ok(JsValue::undefined())
            });
    }
}

/// <https://streams.spec.whatwg.org/#rbs-controller-close>
fn close_method(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<ReadableByteStreamController>(this)?;
    if !ReadableByteStreamController::can_close_or_enqueue(&this) {
        return Err(type_error(
            "ReadableByteStreamController.close: the stream cannot be closed any more",
        ));
    }
    ReadableByteStreamController::close(&this, context)?;
    Ok(JsValue::undefined())
}

/// <https://streams.spec.whatwg.org/#rbs-controller-enqueue>
fn enqueue_method(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    const WHAT: &str = "ReadableByteStreamController.enqueue";
    let this = this_object::<ReadableByteStreamController>(this)?;
    let chunk = convert::required_by(args, 0, 1, WHAT)?;
    let chunk = ArrayBufferView::new(
        chunk,
        "ReadableByteStreamController.enqueue: the chunk",
        context,
    )?;
    if chunk.byte_length == 0 || chunk.buffer.byte_length() == 0 {
        return Err(type_error(format!("{WHAT}: the chunk is empty")));
    }
    if !ReadableByteStreamController::can_close_or_enqueue(&this) {
        return Err(type_error(format!(
            "{WHAT}: the stream takes no more chunks"
        )));
    }
    ReadableByteStreamController::enqueue(&this, &chunk, context)?;
    Ok(JsValue::undefined())
}

impl PullController for ReadableByteStreamController {
    fn pulling(&mut self) -> &mut Pulling {
        &mut self.pulling
    }

    /// <https://streams.spec.whatwg.org/#readable-byte-stream-controller-should-call-pull>
    fn should_call_pull(this: &JsObject<Self>) -> bool {
        if !Self::can_close_or_enqueue(this) || !this.with(|slots| slots.pulling.started) {
            return false;
        }
        let stream = Self::stream(this);
        num_read_requests(&stream) > 0
            || num_read_into_requests(&stream) > 0
            || Self::desired_size(this).is_some_and(|size| size > 0.0)
    }

    /// <https://streams.spec.whatwg.org/#readable-byte-stream-controller-error>
    fn error(this: &JsObject<Self>, reason: JsValue, context: &mut Context) -> JsResult<()> {
        let stream = Self::stream(this);
        if stream.with(|slots| slots.state) != State::Readable {
            return Ok(());
        }
        Self::clear_pending_pull_intos(this);
        this.with(|slots| {
            slots.queue.reset();
            slots.clear_algorithms();
        });
        error(&stream, reason, context)
    }

    fn pull_native(this: &JsObject<Self>, context: &mut Context) -> JsResult<()> {
        NativeSource::pull(this, context)
    }
}

impl ReadableByteStreamController {
    /// <https://streams.spec.whatwg.org/#set-up-readable-byte-stream-controller>, up to the start
    /// algorithm.
    pub(super) fn create(
        stream: &JsObject<ReadableStream>,
        source: Source,
        high_water_mark: f64,
        auto_allocate_chunk_size: Option<usize>,
        context: &mut Context,
    ) -> JsObject<Self> {
        let controller = wrap(
            Self {
                stream: stream.clone(),
                queue: ByteQueue::default(),
                close_requested: false,
                pulling: Pulling::new(source),
                high_water_mark,
                auto_allocate_chunk_size,
                byob_request: None,
                pending_pull_intos: VecDeque::new(),
            },
            context,
        );
        stream.with(|slots| slots.controller = Some(Controller::Byte(controller.clone())));
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
    pub(super) fn stream(this: &JsObject<Self>) -> JsObject<ReadableStream> {
        this.with(|slots| slots.stream.clone())
    }

    /// `[[state]]` of the stream.
    pub(super) fn state(this: &JsObject<Self>) -> State {
        Self::stream(this).with(|slots| slots.state)
    }

    fn can_close_or_enqueue(this: &JsObject<Self>) -> bool {
        !this.with(|slots| slots.close_requested) && Self::state(this) == State::Readable
    }

    /// <https://streams.spec.whatwg.org/#readable-byte-stream-controller-clear-algorithms>
    fn clear_algorithms(&mut self) {
        self.pulling.source = Source::Nothing;
    }

    /// <https://streams.spec.whatwg.org/#readable-byte-stream-controller-clear-pending-pull-intos>
    fn clear_pending_pull_intos(this: &JsObject<Self>) {
        Self::invalidate_byob_request(this);
        this.with(|slots| slots.pending_pull_intos.clear());
    }

    /// <https://streams.spec.whatwg.org/#readable-byte-stream-controller-invalidate-byob-request>
    pub(super) fn invalidate_byob_request(this: &JsObject<Self>) {
        if let Some(request) = this.with(|slots| slots.byob_request.take()) {
            request.with(ReadableStreamBYOBRequest::invalidate);
        }
    }

    /// <https://streams.spec.whatwg.org/#readable-byte-stream-controller-get-byob-request>
    pub(super) fn byob_request(
        this: &JsObject<Self>,
        context: &mut Context,
    ) -> JsResult<Option<JsObject<ReadableStreamBYOBRequest>>> {
        let (known, first) = this.with(|slots| {
            let first = slots.pending_pull_intos.front().map(|first| {
                (
                    first.buffer.clone(),
                    first.byte_offset + first.bytes_filled,
                    first.byte_length - first.bytes_filled,
                )
            });
            (slots.byob_request.clone(), first)
        });
        let (None, Some((buffer, offset, length))) = (&known, first) else {
            return Ok(known);
        };
        let view = ViewKind::UINT8_ARRAY.construct(buffer, offset, length, context)?;
        let request = wrap(ReadableStreamBYOBRequest::new(this.clone(), view), context);
        this.with(|slots| slots.byob_request = Some(request.clone()));
        Ok(Some(request))
    }

    /// <https://streams.spec.whatwg.org/#readable-byte-stream-controller-get-desired-size>
    fn desired_size(this: &JsObject<Self>) -> Option<f64> {
        match Self::state(this) {
            State::Errored => None,
            State::Closed => Some(0.0),
            State::Readable => {
                Some(this.with(|slots| slots.high_water_mark - slots.queue.total_size() as f64))
            }
        }
    }

    /// <https://streams.spec.whatwg.org/#readable-byte-stream-controller-close>
    pub(super) fn close(this: &JsObject<Self>, context: &mut Context) -> JsResult<()> {
        if !Self::can_close_or_enqueue(this) {
            return Ok(());
        }
        let (is_waiting, remainder) = this.with(|slots| {
            slots.close_requested = slots.queue.total_size() > 0;
            let remainder = slots
                .pending_pull_intos
                .front()
                .map_or(0, PullInto::remainder);
            (slots.close_requested, remainder)
        });
        if is_waiting {
            return Ok(());
        }
        if remainder != 0 {
            let error =
                type_error_value("the stream closes within an element of the view", context)?;
            <Self as PullController>::error(this, error.clone(), context)?;
            return Err(boa_engine::JsError::from_opaque(error));
        }
        this.with(Self::clear_algorithms);
        close(&Self::stream(this), context)
    }

    /// <https://streams.spec.whatwg.org/#readable-byte-stream-controller-enqueue>
    pub(super) fn enqueue(
        this: &JsObject<Self>,
        chunk: &ArrayBufferView,
        context: &mut Context,
    ) -> JsResult<()> {
        if !Self::can_close_or_enqueue(this) {
            return Ok(());
        }
        let buffer = buffer_source::transfer(&chunk.buffer, context)?;
        let entry = Entry::Buffer {
            buffer,
            byte_offset: chunk.byte_offset,
            byte_length: chunk.byte_length,
        };
        Self::enqueue_entry(this, entry, context)
    }

    /// The same for bytes out of Rust.
    pub(super) fn enqueue_bytes(
        this: &JsObject<Self>,
        bytes: Bytes,
        context: &mut Context,
    ) -> JsResult<()> {
        if !Self::can_close_or_enqueue(this) {
            return Ok(());
        }
        Self::enqueue_entry(this, Entry::Bytes(bytes), context)
    }

    /// <https://streams.spec.whatwg.org/#rbs-controller-private-cancel>
    pub(super) fn cancel_steps(
        this: &JsObject<Self>,
        reason: JsValue,
        context: &mut Context,
    ) -> JsResult<Outcome> {
        Self::clear_pending_pull_intos(this);
        let source = this.with(|slots| {
            slots.queue.reset();
            slots.pulling.source.clone()
        });
        let outcome = source.cancel(reason, context)?;
        this.with(Self::clear_algorithms);
        Ok(outcome)
    }

    /// <https://streams.spec.whatwg.org/#rbs-controller-private-pull>
    pub(super) fn pull_steps(
        this: &JsObject<Self>,
        stream: &JsObject<ReadableStream>,
        request: ReadRequest,
        context: &mut Context,
    ) -> JsResult<()> {
        let (has_bytes, auto_allocate) =
            this.with(|slots| (slots.queue.total_size() > 0, slots.auto_allocate_chunk_size));
        if has_bytes {
            return Self::fill_read_request_from_queue(this, request, context);
        }
        if let Some(size) = auto_allocate {
            match allocate(size, context) {
                Ok(buffer) => this.with(|slots| {
                    slots.pending_pull_intos.push_back(PullInto {
                        buffer,
                        buffer_byte_length: size,
                        byte_offset: 0,
                        byte_length: size,
                        bytes_filled: 0,
                        minimum_fill: 1,
                        view_kind: ViewKind::UINT8_ARRAY,
                        reader_type: ReaderType::Default,
                    });
                }),
                Err(error) => {
                    let error = reason(error, context)?;
                    return request.error(error, context);
                }
            }
        }
        add_read_request(stream, request);
        call_pull_if_needed(this, context)
    }

    /// <https://streams.spec.whatwg.org/#readable-byte-stream-controller-fill-read-request-from-queue>
    pub(super) fn fill_read_request_from_queue(
        this: &JsObject<Self>,
        request: ReadRequest,
        context: &mut Context,
    ) -> JsResult<()> {
        let Some(entry) = this.with(|slots| slots.queue.dequeue()) else {
            return Ok(());
        };
        Self::handle_queue_drain(this, context)?;
        let chunk = entry.into_chunk(context)?;
        request.chunk(chunk, context)
    }

    /// <https://streams.spec.whatwg.org/#readable-byte-stream-controller-handle-queue-drain>
    pub(super) fn handle_queue_drain(this: &JsObject<Self>, context: &mut Context) -> JsResult<()> {
        let is_drained = this.with(|slots| {
            let is_drained = slots.queue.total_size() == 0 && slots.close_requested;
            if is_drained {
                slots.clear_algorithms();
            }
            is_drained
        });
        if is_drained {
            close(&Self::stream(this), context)
        } else {
            call_pull_if_needed(this, context)
        }
    }

    /// <https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamcontroller-releasesteps>
    pub(super) fn release_steps(this: &JsObject<Self>) {
        this.with(|slots| {
            slots.pending_pull_intos.truncate(1);
            if let Some(first) = slots.pending_pull_intos.front_mut() {
                first.reader_type = ReaderType::None;
            }
        });
    }
}

fn allocate(size: usize, context: &mut Context) -> JsResult<JsArrayBuffer> {
    buffer_source::external_memory(size);
    JsArrayBuffer::new(size, context)
}
