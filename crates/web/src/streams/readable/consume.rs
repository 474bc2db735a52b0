//! Streams as Rust reads them.

use std::{
    cell::RefCell,
    future::poll_fn,
    rc::Rc,
    task::{self, Poll, Waker},
};

use boa_engine::{
    Context, JsError, JsObject, JsResult, JsValue,
    builtins::typed_array::TypedArrayKind,
    job::{Job, NativeAsyncJob},
    object::builtins::JsTypedArray,
};
use boa_gc::{Finalize, Trace};
use bytes::Bytes;
use taipan_webidl::{BufferSource, buffer_source::Allow};

use super::{
    ByteSource, SourceError,
    operations::cancel,
    read_request::{ReadRequest, ReadSteps},
    readable_stream::ReadableStream,
    readable_stream_default_reader::ReadableStreamDefaultReader,
};
use crate::streams::support::{Chunk, type_error};

/// What [`read_all`] calls in the end.
type OnDone = Box<dyn FnOnce(JsResult<Vec<u8>>, &mut Context) -> JsResult<()>>;

/// Reads everything out of a stream and hands the bytes to `on_done`.
///
/// What is not bytes is a `TypeError`, as is a stream that is locked or was read from.
///
/// <https://streams.spec.whatwg.org/#readablestreamdefaultreader-read-all-bytes>
///
/// # Errors
///
/// An error of the engine itself; what goes wrong with the stream is handed to `on_done`.
pub fn read_all(
    stream: &JsObject<ReadableStream>,
    context: &mut Context,
    on_done: impl FnOnce(JsResult<Vec<u8>>, &mut Context) -> JsResult<()> + 'static,
) -> JsResult<()> {
    let on_done: OnDone = Box::new(on_done);
    if let Some(source) = ReadableStream::take_byte_source(stream) {
        return read_source(source, on_done, context);
    }
    match ReadableStreamDefaultReader::acquire(stream, context) {
        Ok(reader) => {
            let read = ReadAll {
                reader: reader.clone(),
                rest: Rest {
                    bytes: Vec::new(),
                    on_done,
                },
            };
            read.next(context)
        }
        Err(error) => on_done(Err(error), context),
    }
}

/// Reads a source to its end, at once as far as it goes.
fn read_source(
    mut source: Box<dyn ByteSource>,
    on_done: OnDone,
    context: &mut Context,
) -> JsResult<()> {
    // The hint may be anything that a server says; memory is not.
    const MOST_RESERVED: u64 = 16 << 20;
    let hint = source.size_hint().unwrap_or(0).min(MOST_RESERVED);
    let mut bytes = Vec::with_capacity(usize::try_from(hint).unwrap_or(0));
    match poll_all(
        &mut *source,
        &mut bytes,
        &mut task::Context::from_waker(Waker::noop()),
    ) {
        Poll::Ready(end) => finish(end, bytes, on_done, context),
        Poll::Pending => {
            let realm = context.realm().clone();
            let job = async move |context: &RefCell<&mut Context>| {
                let end = poll_fn(|cx| poll_all(&mut *source, &mut bytes, cx)).await;
                drop(source);
                finish(end, bytes, on_done, &mut context.borrow_mut())?;
                Ok(JsValue::undefined())
            };
            context.enqueue_job(Job::AsyncJob(NativeAsyncJob::with_realm(job, realm)));
            Ok(())
        }
    }
}

fn poll_all(
    source: &mut dyn ByteSource,
    bytes: &mut Vec<u8>,
    cx: &mut task::Context<'_>,
) -> Poll<Result<(), SourceError>> {
    loop {
        match source.poll_chunk(cx) {
            Poll::Ready(Some(Ok(chunk))) => bytes.extend_from_slice(&chunk),
            Poll::Ready(Some(Err(error))) => return Poll::Ready(Err(error)),
            Poll::Ready(None) => return Poll::Ready(Ok(())),
            Poll::Pending => return Poll::Pending,
        }
    }
}

fn finish(
    end: Result<(), SourceError>,
    bytes: Vec<u8>,
    on_done: OnDone,
    context: &mut Context,
) -> JsResult<()> {
    let result = match end {
        Ok(()) => Ok(bytes),
        Err(error) => Err(error(context)),
    };
    on_done(result, context)
}

/// The bytes of a chunk, which must be a `Uint8Array`.
fn chunk_bytes(chunk: Chunk, context: &mut Context) -> JsResult<Bytes> {
    let value = match chunk {
        Chunk::Bytes(bytes) => return Ok(bytes),
        Chunk::Value(value) => value,
    };
    let is_uint8_array = value
        .as_object()
        .and_then(|object| JsTypedArray::from_object(object).ok())
        .is_some_and(|array| array.kind() == Some(TypedArrayKind::Uint8));
    if !is_uint8_array {
        return Err(type_error("a chunk of the stream is not a Uint8Array"));
    }
    let source = BufferSource::new(&value, "a chunk of the stream", Allow::default(), context)?;
    Ok(source.to_vec().into())
}

/// Reads a stream that has script behind it.
#[derive(Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
struct ReadAll {
    reader: JsObject<ReadableStreamDefaultReader>,
    #[unsafe_ignore_trace]
    rest: Rest,
}

struct Rest {
    bytes: Vec<u8>,
    on_done: OnDone,
}

impl ReadAll {
    fn next(self, context: &mut Context) -> JsResult<()> {
        let reader = self.reader.clone();
        let request = ReadRequest::Native(Box::new(self));
        ReadableStreamDefaultReader::read(&reader, request, context)
    }
}

impl ReadSteps for ReadAll {
    fn chunk(mut self: Box<Self>, chunk: Chunk, context: &mut Context) -> JsResult<()> {
        match chunk_bytes(chunk, context) {
            Ok(bytes) => {
                self.rest.bytes.extend_from_slice(&bytes);
                // Not from within this read: chunks may be there by the thousand.
                let then = crate::streams::support::steps(*self, |this: Self, _, context| {
                    this.next(context)
                });
                crate::streams::support::microtask(then, Ok(JsValue::undefined()), context);
                Ok(())
            }
            Err(error) => (self.rest.on_done)(Err(error), context),
        }
    }

    fn close(self: Box<Self>, context: &mut Context) -> JsResult<()> {
        let Rest { bytes, on_done } = self.rest;
        on_done(Ok(bytes), context)
    }

    fn error(self: Box<Self>, error: JsValue, context: &mut Context) -> JsResult<()> {
        (self.rest.on_done)(Err(JsError::from_opaque(error)), context)
    }
}

/// Any stream as chunks of bytes for Rust, read as fast as they are asked for. To drop or to cancel
/// the source before its end is to cancel the stream.
///
/// # Errors
///
/// A `TypeError` if the stream is locked.
pub fn into_byte_source(
    stream: &JsObject<ReadableStream>,
    context: &mut Context,
) -> JsResult<Box<dyn ByteSource>> {
    if let Some(source) = ReadableStream::take_byte_source(stream) {
        return Ok(source);
    }
    let reader = ReadableStreamDefaultReader::acquire(stream, context)?;
    let channel = Rc::new(RefCell::new(Channel::default()));
    let pump = Rc::clone(&channel);
    let stream = stream.clone();
    let realm = context.realm().clone();
    let job = async move |context: &RefCell<&mut Context>| {
        while poll_fn(|cx| pump.borrow_mut().poll_demand(cx)).await {
            let read = ReadRequest::Native(Box::new(ChannelRead(Rc::clone(&pump))));
            ReadableStreamDefaultReader::read(&reader, read, &mut context.borrow_mut())?;
        }
        if !pump.borrow().is_over {
            let error = pump.borrow_mut().failure.take();
            let context = &mut context.borrow_mut();
            let reason = match error {
                Some(error) => error,
                None => crate::streams::support::type_error_value("nobody reads", context)?,
            };
            cancel(&stream, reason, context)?;
        }
        Ok(JsValue::undefined())
    };
    context.enqueue_job(Job::AsyncJob(NativeAsyncJob::with_realm(job, realm)));
    Ok(Box::new(ChannelSource(channel)))
}

/// What a job that reads a stream, and the source that is read from, tell each other.
#[derive(Default)]
struct Channel {
    /// What was read and not fetched yet.
    chunk: Option<Result<Bytes, SourceError>>,
    /// Whether a chunk is wanted.
    demand: bool,
    /// Whether a read is under way.
    reading: bool,
    /// Whether the stream has ended or failed.
    is_over: bool,
    /// Whether nobody wants the rest.
    is_abandoned: bool,
    /// Why the rest is of no use, where that is the fault of a chunk.
    failure: Option<JsValue>,
    /// Wakes the job.
    job: Option<Waker>,
    /// Wakes whoever reads the source.
    consumer: Option<Waker>,
}

impl Channel {
    /// Waits until a chunk is wanted; `false` if none ever will be.
    fn poll_demand(&mut self, cx: &mut task::Context<'_>) -> Poll<bool> {
        if self.is_over || self.is_abandoned {
            return Poll::Ready(false);
        }
        if self.demand && !self.reading {
            self.demand = false;
            self.reading = true;
            return Poll::Ready(true);
        }
        self.job = Some(cx.waker().clone());
        Poll::Pending
    }

    /// Notes how a read ended.
    fn read(&mut self, chunk: Option<Result<Bytes, SourceError>>, is_over: bool) {
        self.reading = false;
        self.chunk = chunk;
        self.is_over |= is_over;
        wake(&mut self.consumer);
        wake(&mut self.job);
    }
}

fn wake(waker: &mut Option<Waker>) {
    if let Some(waker) = waker.take() {
        waker.wake();
    }
}

/// A read for a [`Channel`].
#[derive(Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
struct ChannelRead(#[unsafe_ignore_trace] Rc<RefCell<Channel>>);

impl ReadSteps for ChannelRead {
    fn chunk(self: Box<Self>, chunk: Chunk, context: &mut Context) -> JsResult<()> {
        match chunk_bytes(chunk, context) {
            Ok(bytes) => self.0.borrow_mut().read(Some(Ok(bytes)), false),
            Err(error) => {
                let value = crate::streams::support::reason(error, context)?;
                let mut channel = self.0.borrow_mut();
                channel.is_abandoned = true;
                channel.failure = Some(value.clone());
                let error: SourceError = Box::new(move |_| JsError::from_opaque(value));
                channel.read(Some(Err(error)), false);
            }
        }
        Ok(())
    }

    fn close(self: Box<Self>, _: &mut Context) -> JsResult<()> {
        self.0.borrow_mut().read(None, true);
        Ok(())
    }

    fn error(self: Box<Self>, error: JsValue, _: &mut Context) -> JsResult<()> {
        let error: SourceError = Box::new(move |_| JsError::from_opaque(error));
        self.0.borrow_mut().read(Some(Err(error)), true);
        Ok(())
    }
}

/// The end of a [`Channel`] that is read from.
struct ChannelSource(Rc<RefCell<Channel>>);

impl ByteSource for ChannelSource {
    fn poll_chunk(
        &mut self,
        cx: &mut task::Context<'_>,
    ) -> Poll<Option<Result<Bytes, SourceError>>> {
        let mut channel = self.0.borrow_mut();
        if let Some(chunk) = channel.chunk.take() {
            return Poll::Ready(Some(chunk));
        }
        if channel.is_over || channel.is_abandoned {
            return Poll::Ready(None);
        }
        channel.demand = !channel.reading;
        channel.consumer = Some(cx.waker().clone());
        wake(&mut channel.job);
        Poll::Pending
    }

    fn cancel_with(&mut self, reason: JsValue) {
        self.0.borrow_mut().failure = Some(reason);
        self.cancel();
    }

    fn cancel(&mut self) {
        let mut channel = self.0.borrow_mut();
        channel.is_abandoned = true;
        wake(&mut channel.job);
    }
}

impl Drop for ChannelSource {
    fn drop(&mut self) {
        self.cancel();
    }
}
