//! What a `ReadableByteStreamController` does with its pull-into descriptors.
//!
//! <https://streams.spec.whatwg.org/#rbs-controller-abstract-ops>

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsValue, builtins::array_buffer::AlignedVec,
    object::builtins::JsArrayBuffer,
};
use taipan_webidl::{ArrayBufferView, buffer_source};

use super::{
    operations::{
        State, add_read_into_request, byob_reader, default_reader, fulfill_read_into_request,
        fulfill_read_request, num_read_into_requests, num_read_requests, take_read_request,
    },
    pull_into::{Entry, PullInto, ReaderType},
    pulling::{PullController, call_pull_if_needed},
    read_request::ReadIntoRequest,
    readable_byte_stream_controller::ReadableByteStreamController,
    readable_stream::ReadableStream,
};
use crate::streams::support::{Chunk, Slots, reason, type_error, type_error_value};

impl ReadableByteStreamController {
    /// The steps of <https://streams.spec.whatwg.org/#readable-byte-stream-controller-enqueue>
    /// from the transfer of the chunk on.
    pub(super) fn enqueue_entry(
        this: &JsObject<Self>,
        entry: Entry,
        context: &mut Context,
    ) -> JsResult<()> {
        let first = this.with(|slots| {
            slots
                .pending_pull_intos
                .front()
                .map(|first| (first.buffer.clone(), first.reader_type))
        });
        if let Some((buffer, reader_type)) = first {
            if buffer.data().is_none() {
                return Err(type_error("the buffer of the BYOB request is detached"));
            }
            Self::invalidate_byob_request(this);
            let buffer = buffer_source::transfer(&buffer, context)?;
            Self::set_first_buffer(this, buffer);
            if reader_type == ReaderType::None
                && let Some(first) = Self::shift_pending_pull_into(this)
            {
                Self::enqueue_detached_pull_into(this, &first, context)?;
            }
        }
        let stream = Self::stream(this);
        if default_reader(&stream).is_some() {
            Self::process_read_requests_using_queue(this, &stream, context)?;
            if num_read_requests(&stream) == 0 {
                this.with(|slots| slots.queue.enqueue(entry));
            } else {
                Self::shift_pending_pull_into(this);
                let chunk = entry.into_chunk(context)?;
                fulfill_read_request(&stream, chunk, context)?;
            }
        } else {
            this.with(|slots| slots.queue.enqueue(entry));
            if byob_reader(&stream).is_some() {
                let filled = Self::process_pull_intos_using_queue(this);
                Self::commit_all(&stream, filled, context)?;
            }
        }
        call_pull_if_needed(this, context)
    }

    fn set_first_buffer(this: &JsObject<Self>, buffer: JsArrayBuffer) {
        this.with(|slots| {
            if let Some(first) = slots.pending_pull_intos.front_mut() {
                first.buffer = buffer;
            }
        });
    }

    /// <https://streams.spec.whatwg.org/#readable-byte-stream-controller-shift-pending-pull-into>
    fn shift_pending_pull_into(this: &JsObject<Self>) -> Option<PullInto> {
        this.with(|slots| slots.pending_pull_intos.pop_front())
    }

    /// <https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamcontrollerenqueueclonedchunktoqueue>
    fn enqueue_cloned(
        this: &JsObject<Self>,
        buffer: &JsArrayBuffer,
        byte_offset: usize,
        byte_length: usize,
        context: &mut Context,
    ) -> JsResult<()> {
        match clone_buffer(buffer, byte_offset, byte_length, context) {
            Ok(buffer) => {
                this.with(|slots| {
                    slots.queue.enqueue(Entry::Buffer {
                        buffer,
                        byte_offset: 0,
                        byte_length,
                    });
                });
                Ok(())
            }
            Err(error) => {
                let error = reason(error, context)?;
                <Self as PullController>::error(this, error.clone(), context)?;
                Err(boa_engine::JsError::from_opaque(error))
            }
        }
    }

    /// <https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamcontrollerenqueuedetachedpullintotoqueue>,
    /// for a descriptor that was removed from the list already.
    fn enqueue_detached_pull_into(
        this: &JsObject<Self>,
        descriptor: &PullInto,
        context: &mut Context,
    ) -> JsResult<()> {
        if descriptor.bytes_filled == 0 {
            return Ok(());
        }
        Self::enqueue_cloned(
            this,
            &descriptor.buffer,
            descriptor.byte_offset,
            descriptor.bytes_filled,
            context,
        )
    }

    /// <https://streams.spec.whatwg.org/#readable-byte-stream-controller-process-pull-into-descriptors-using-queue>
    fn process_pull_intos_using_queue(this: &JsObject<Self>) -> Vec<PullInto> {
        this.with(|slots| {
            let mut filled = Vec::new();
            while slots.queue.total_size() > 0
                && let Some(mut first) = slots.pending_pull_intos.pop_front()
            {
                if slots.queue.fill(&mut first) {
                    filled.push(first);
                } else {
                    // All bytes are used up.
                    slots.pending_pull_intos.push_front(first);
                }
            }
            filled
        })
    }

    /// <https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamcontrollerprocessreadrequestsusingqueue>
    fn process_read_requests_using_queue(
        this: &JsObject<Self>,
        stream: &JsObject<ReadableStream>,
        context: &mut Context,
    ) -> JsResult<()> {
        while this.with(|slots| slots.queue.total_size() > 0)
            && let Some(request) = take_read_request(stream)
        {
            Self::fill_read_request_from_queue(this, request, context)?;
        }
        Ok(())
    }

    /// <https://streams.spec.whatwg.org/#readable-byte-stream-controller-commit-pull-into-descriptor>
    fn commit(
        stream: &JsObject<ReadableStream>,
        descriptor: PullInto,
        context: &mut Context,
    ) -> JsResult<()> {
        let done = stream.with(|slots| slots.state) == State::Closed;
        let reader_type = descriptor.reader_type;
        let view = descriptor.into_view(context)?.into();
        if reader_type == ReaderType::Default {
            // A default reader has no requests left once the stream is closed.
            fulfill_read_request(stream, Chunk::Value(view), context)
        } else {
            fulfill_read_into_request(stream, view, done, context)
        }
    }

    fn commit_all(
        stream: &JsObject<ReadableStream>,
        descriptors: impl IntoIterator<Item = PullInto>,
        context: &mut Context,
    ) -> JsResult<()> {
        for descriptor in descriptors {
            Self::commit(stream, descriptor, context)?;
        }
        Ok(())
    }

    /// <https://streams.spec.whatwg.org/#readable-byte-stream-controller-pull-into>
    pub(super) fn pull_into(
        this: &JsObject<Self>,
        view: &ArrayBufferView,
        min: usize,
        request: ReadIntoRequest,
        context: &mut Context,
    ) -> JsResult<()> {
        let stream = Self::stream(this);
        let buffer = match buffer_source::transfer(&view.buffer, context) {
            Ok(buffer) => buffer,
            Err(error) => {
                let error = reason(error, context)?;
                return request.error(error, context);
            }
        };
        let mut descriptor = PullInto {
            buffer_byte_length: buffer.byte_length(),
            buffer,
            byte_offset: view.byte_offset,
            byte_length: view.byte_length,
            bytes_filled: 0,
            minimum_fill: min * view.kind.element_size(),
            view_kind: view.kind,
            reader_type: ReaderType::Byob,
        };
        if this.with(|slots| !slots.pending_pull_intos.is_empty()) {
            this.with(|slots| slots.pending_pull_intos.push_back(descriptor));
            add_read_into_request(&stream, request);
            return Ok(());
        }
        if Self::state(this) == State::Closed {
            let view = descriptor.view_kind.construct(
                descriptor.buffer,
                descriptor.byte_offset,
                0,
                context,
            )?;
            return request.close(view.into(), context);
        }
        if this.with(|slots| slots.queue.total_size() > 0) {
            if this.with(|slots| slots.queue.fill(&mut descriptor)) {
                let view = descriptor.into_view(context)?;
                Self::handle_queue_drain(this, context)?;
                return request.chunk(view.into(), context);
            }
            if this.with(|slots| slots.close_requested) {
                let error = type_error_value(
                    "the stream closes before the view is filled as far as was asked for",
                    context,
                )?;
                <Self as PullController>::error(this, error.clone(), context)?;
                return request.error(error, context);
            }
        }
        this.with(|slots| slots.pending_pull_intos.push_back(descriptor));
        add_read_into_request(&stream, request);
        call_pull_if_needed(this, context)
    }

    /// <https://streams.spec.whatwg.org/#readable-byte-stream-controller-respond>
    pub(super) fn respond(
        this: &JsObject<Self>,
        written: usize,
        context: &mut Context,
    ) -> JsResult<()> {
        let Some((buffer, room)) = this.with(|slots| {
            slots
                .pending_pull_intos
                .front()
                .map(|first| (first.buffer.clone(), first.byte_length - first.bytes_filled))
        }) else {
            return Ok(());
        };
        Self::check_written(this, written)?;
        if written > room {
            return Err(JsNativeError::range()
                .with_message("more bytes were written than the view has room for")
                .into());
        }
        let buffer = buffer_source::transfer(&buffer, context)?;
        Self::set_first_buffer(this, buffer);
        Self::respond_internal(this, written, context)
    }

    /// A closed stream can only be told of no bytes, any other of some.
    fn check_written(this: &JsObject<Self>, written: usize) -> JsResult<()> {
        match (Self::state(this), written) {
            (State::Closed, 1..) => Err(type_error("bytes were written to a closed stream")),
            (State::Readable, 0) => Err(type_error(
                "no bytes were written though the stream is not closed",
            )),
            _ => Ok(()),
        }
    }

    /// <https://streams.spec.whatwg.org/#readable-byte-stream-controller-respond-with-new-view>
    pub(super) fn respond_with_new_view(
        this: &JsObject<Self>,
        view: &ArrayBufferView,
        context: &mut Context,
    ) -> JsResult<()> {
        Self::check_written(this, view.byte_length)?;
        let problem = this.with(|slots| {
            let first = slots.pending_pull_intos.front()?;
            if first.byte_offset + first.bytes_filled != view.byte_offset {
                Some("the view does not start where the request's view does")
            } else if first.buffer_byte_length != view.buffer.byte_length() {
                Some("the view's buffer is not as long as that of the request's view")
            } else if first.bytes_filled + view.byte_length > first.byte_length {
                Some("the view is longer than the request's view")
            } else {
                None
            }
        });
        if let Some(problem) = problem {
            return Err(JsNativeError::range().with_message(problem).into());
        }
        let buffer = buffer_source::transfer(&view.buffer, context)?;
        Self::set_first_buffer(this, buffer);
        Self::respond_internal(this, view.byte_length, context)
    }

    /// <https://streams.spec.whatwg.org/#readable-byte-stream-controller-respond-internal>
    fn respond_internal(
        this: &JsObject<Self>,
        written: usize,
        context: &mut Context,
    ) -> JsResult<()> {
        Self::invalidate_byob_request(this);
        if Self::state(this) == State::Closed {
            Self::respond_in_closed_state(this, context)?;
        } else {
            Self::respond_in_readable_state(this, written, context)?;
        }
        call_pull_if_needed(this, context)
    }

    /// <https://streams.spec.whatwg.org/#readable-byte-stream-controller-respond-in-closed-state>
    fn respond_in_closed_state(this: &JsObject<Self>, context: &mut Context) -> JsResult<()> {
        let stream = Self::stream(this);
        let count = num_read_into_requests(&stream);
        let filled = this.with(|slots| {
            if slots
                .pending_pull_intos
                .front()
                .is_some_and(|first| first.reader_type == ReaderType::None)
            {
                slots.pending_pull_intos.pop_front();
            }
            let count = count.min(slots.pending_pull_intos.len());
            slots.pending_pull_intos.drain(..count).collect::<Vec<_>>()
        });
        Self::commit_all(&stream, filled, context)
    }

    /// <https://streams.spec.whatwg.org/#readable-byte-stream-controller-respond-in-readable-state>
    fn respond_in_readable_state(
        this: &JsObject<Self>,
        written: usize,
        context: &mut Context,
    ) -> JsResult<()> {
        let descriptor = this.with(|slots| {
            let first = slots.pending_pull_intos.front_mut()?;
            first.bytes_filled += written;
            if first.reader_type != ReaderType::None && first.bytes_filled < first.minimum_fill {
                return None;
            }
            slots.pending_pull_intos.pop_front()
        });
        let Some(mut descriptor) = descriptor else {
            return Ok(());
        };
        let stream = Self::stream(this);
        if descriptor.reader_type == ReaderType::None {
            Self::enqueue_detached_pull_into(this, &descriptor, context)?;
            let filled = Self::process_pull_intos_using_queue(this);
            return Self::commit_all(&stream, filled, context);
        }
        let remainder = descriptor.remainder();
        if remainder > 0 {
            let end = descriptor.byte_offset + descriptor.bytes_filled;
            Self::enqueue_cloned(
                this,
                &descriptor.buffer,
                end - remainder,
                remainder,
                context,
            )?;
        }
        descriptor.bytes_filled -= remainder;
        let filled = Self::process_pull_intos_using_queue(this);
        Self::commit(&stream, descriptor, context)?;
        Self::commit_all(&stream, filled, context)
    }
}

/// A new buffer with part of the bytes of `buffer`.
fn clone_buffer(
    buffer: &JsArrayBuffer,
    byte_offset: usize,
    byte_length: usize,
    context: &mut Context,
) -> JsResult<JsArrayBuffer> {
    buffer_source::external_memory(byte_length);
    let block = buffer
        .data()
        .and_then(|data| {
            data.get(byte_offset..byte_offset.saturating_add(byte_length))
                .map(|data| AlignedVec::from_slice(0, data))
        })
        .ok_or_else(|| type_error("the buffer is detached"))?;
    JsArrayBuffer::from_byte_block(block, context)
}

/// <https://streams.spec.whatwg.org/#abstract-opdef-cloneasuint8array>
pub(super) fn clone_as_uint8_array(
    view: &ArrayBufferView,
    context: &mut Context,
) -> JsResult<JsValue> {
    let buffer = clone_buffer(&view.buffer, view.byte_offset, view.byte_length, context)?;
    let array =
        taipan_webidl::ViewKind::UINT8_ARRAY.construct(buffer, 0, view.byte_length, context)?;
    Ok(array.into())
}
