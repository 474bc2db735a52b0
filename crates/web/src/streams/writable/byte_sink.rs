//! Chunks of bytes that go to Rust.

use std::{
    cell::RefCell,
    future::poll_fn,
    rc::Rc,
    task::{self, Poll, Waker},
};

use boa_engine::{
    Context, JsError, JsResult, JsValue,
    job::{Job, NativeAsyncJob},
};
use boa_gc::{Finalize, Trace};
use bytes::Bytes;
use taipan_webidl::{BufferSource, buffer_source::Allow};

use crate::streams::{
    SourceError,
    support::{Chunk, Deferred, Outcome},
};

/// What a writable stream gives its chunks to when no script is behind it.
///
/// It is given one chunk after the other, and nothing while it is busy. It must not hold JavaScript
/// objects: the collector does not see them there. It is dropped once it was closed or aborted or
/// has failed, or when its stream is garbage.
pub trait ByteSink: 'static {
    /// Takes a chunk, which it may take parts off while it is busy; called again with the rest
    /// until it is ready.
    fn poll_write(
        &mut self,
        chunk: &mut Bytes,
        cx: &mut task::Context<'_>,
    ) -> Poll<Result<(), SourceError>>;

    /// All chunks were written.
    fn poll_close(&mut self, cx: &mut task::Context<'_>) -> Poll<Result<(), SourceError>> {
        let _ = cx;
        Poll::Ready(Ok(()))
    }

    /// No more will be written, and what was may be thrown away; the sink is dropped next.
    fn abort(&mut self) {}
}

/// A [`ByteSink`] behind a stream.
#[derive(Clone, Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(in crate::streams) struct NativeSink(
    #[unsafe_ignore_trace] Rc<RefCell<Option<Box<dyn ByteSink>>>>,
);

/// What the sink is to do.
enum Task {
    Write(Bytes),
    Close,
}

impl NativeSink {
    pub(super) fn new(sink: Box<dyn ByteSink>) -> Self {
        Self(Rc::new(RefCell::new(Some(sink))))
    }

    /// The write algorithm.
    pub(super) fn write(&self, chunk: Chunk, context: &mut Context) -> JsResult<Outcome> {
        let bytes = match chunk {
            Chunk::Bytes(bytes) => bytes,
            Chunk::Value(value) => {
                match BufferSource::new(&value, "the chunk", Allow::default(), context) {
                    Ok(source) => source.to_vec().into(),
                    Err(error) => {
                        // The stream is errored by it, and the sink of no use any more.
                        drop(self.0.borrow_mut().take());
                        return Outcome::from_result(Err(error), context);
                    }
                }
            }
        };
        self.perform(Task::Write(bytes), context)
    }

    /// The close algorithm.
    pub(super) fn close(&self, context: &mut Context) -> JsResult<Outcome> {
        self.perform(Task::Close, context)
    }

    /// The abort algorithm.
    pub(super) fn abort(&self) {
        let sink = self.0.borrow_mut().take();
        if let Some(mut sink) = sink {
            sink.abort();
        }
    }

    fn poll(&self, task: &mut Task, cx: &mut task::Context<'_>) -> Poll<Result<(), SourceError>> {
        let mut slot = self.0.borrow_mut();
        let Some(sink) = &mut *slot else {
            return Poll::Ready(Ok(()));
        };
        let polled = match task {
            Task::Write(chunk) => sink.poll_write(chunk, cx),
            Task::Close => sink.poll_close(cx),
        };
        let is_over = match (&polled, task) {
            (Poll::Pending, _) | (Poll::Ready(Ok(())), Task::Write(_)) => false,
            (Poll::Ready(Err(_)), _) | (Poll::Ready(Ok(())), Task::Close) => true,
        };
        let done = if is_over { slot.take() } else { None };
        drop(slot);
        drop(done);
        polled
    }

    /// Has the sink do something: at once if it can, otherwise in a job that waits for it.
    fn perform(&self, mut task: Task, context: &mut Context) -> JsResult<Outcome> {
        match self.poll(&mut task, &mut task::Context::from_waker(Waker::noop())) {
            Poll::Ready(result) => {
                let result = result.map_err(|error| error(context));
                Outcome::from_result(result, context)
            }
            Poll::Pending => {
                let this = self.clone();
                let done = Deferred::new();
                let promise = done.clone();
                let realm = context.realm().clone();
                let job = async move |context: &RefCell<&mut Context>| {
                    let result = poll_fn(|cx| this.poll(&mut task, cx)).await;
                    // Nothing may be borrowed while a job waits.
                    let context = &mut context.borrow_mut();
                    let settlement = match result {
                        Ok(()) => Ok(JsValue::undefined()),
                        Err(error) => {
                            let error: JsError = error(context);
                            Err(error.into_opaque(context)?)
                        }
                    };
                    done.settle(settlement, context)?;
                    Ok(JsValue::undefined())
                };
                context.enqueue_job(Job::AsyncJob(NativeAsyncJob::with_realm(job, realm)));
                Ok(Outcome::Deferred(promise))
            }
        }
    }
}
