//! Readable byte streams whose chunks come from Rust.

use std::{
    cell::RefCell,
    future::poll_fn,
    rc::Rc,
    task::{self, Poll, Waker},
};

use boa_engine::{
    Context, JsObject, JsResult, JsValue,
    job::{Job, NativeAsyncJob},
};
use boa_gc::{Finalize, Trace};
use bytes::Bytes;

use super::{
    byte_source::{ByteSource, SourceError},
    pulling::PullController,
    readable_byte_stream_controller::ReadableByteStreamController,
};
use crate::streams::support::{Slots, reason};

/// A [`ByteSource`] behind a stream, until it has ended or was taken away.
#[derive(Clone, Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(in crate::streams) struct NativeSource(#[unsafe_ignore_trace] Rc<RefCell<State>>);

struct State {
    source: Option<Box<dyn ByteSource>>,
    /// Wakes the job that waits for the next chunk.
    waker: Option<Waker>,
    /// The job that waits for a failure.
    watcher: Watcher,
}

/// Whether there is a job that waits for a failure while nobody reads.
#[derive(Default)]
enum Watcher {
    #[default]
    None,
    /// It has not been polled yet, or is being woken.
    Woken,
    Waiting(Waker),
}

impl Watcher {
    fn wake(&mut self) {
        if let Self::Waiting(waker) = std::mem::take(self) {
            *self = Self::Woken;
            waker.wake();
        }
    }
}

/// What a poll gives.
type Polled = Option<Result<Bytes, SourceError>>;

impl NativeSource {
    pub(super) fn new(source: Box<dyn ByteSource>) -> Self {
        Self(Rc::new(RefCell::new(State {
            source: Some(source),
            waker: None,
            watcher: Watcher::None,
        })))
    }

    /// Has the stream fail when its source does, though nobody reads: somebody has asked for the
    /// promise that tells.
    pub(super) fn watch(
        controller: &JsObject<ReadableByteStreamController>,
        context: &mut Context,
    ) {
        let Some(this) = Self::of(controller) else {
            return;
        };
        {
            let mut state = this.0.borrow_mut();
            if !matches!(state.watcher, Watcher::None) {
                return;
            }
            state.watcher = Watcher::Woken;
        }
        let controller = controller.clone();
        let realm = context.realm().clone();
        let job = async move |context: &RefCell<&mut Context>| {
            let failure = poll_fn(|cx| this.poll_failure(cx)).await;
            if let Some(error) = failure {
                let context = &mut context.borrow_mut();
                let error = reason(error(context), context)?;
                ReadableByteStreamController::error(&controller, error, context)?;
            }
            Ok(JsValue::undefined())
        };
        context.enqueue_job(Job::AsyncJob(NativeAsyncJob::with_realm(job, realm)));
    }

    /// Waits for a failure; what fails is dropped. While a job waits for chunks, it is told.
    fn poll_failure(&self, cx: &mut task::Context<'_>) -> Poll<Option<SourceError>> {
        let mut state = self.0.borrow_mut();
        let state = &mut *state;
        let Some(source) = &mut state.source else {
            return Poll::Ready(None);
        };
        if state.waker.is_none() {
            match source.poll_failure(cx) {
                Poll::Ready(Some(error)) => {
                    state.source = None;
                    return Poll::Ready(Some(error));
                }
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => {}
            }
        }
        state.watcher = Watcher::Waiting(cx.waker().clone());
        Poll::Pending
    }

    /// Takes the source away.
    pub(super) fn take(&self) -> Option<Box<dyn ByteSource>> {
        let (source, waker) = {
            let mut state = self.0.borrow_mut();
            state.watcher.wake();
            (state.source.take(), state.waker.take())
        };
        if let Some(waker) = waker {
            waker.wake();
        }
        source
    }

    /// Tells the source that nobody is interested, and drops it.
    pub(super) fn cancel(&self) {
        if let Some(mut source) = self.take() {
            source.cancel();
        }
    }

    /// The next chunk that is not empty, for a job that waits for it. The source is dropped at
    /// its end.
    fn poll(&self, cx: &mut task::Context<'_>) -> Poll<Polled> {
        let polled = self.poll_once(cx);
        let mut state = self.0.borrow_mut();
        if polled.is_pending() {
            state.waker = Some(cx.waker().clone());
        } else if state.waker.take().is_some() {
            // Nobody reads for the moment.
            state.watcher.wake();
        }
        polled
    }

    fn poll_once(&self, cx: &mut task::Context<'_>) -> Poll<Polled> {
        let mut state = self.0.borrow_mut();
        let Some(source) = &mut state.source else {
            return Poll::Ready(None);
        };
        loop {
            match source.poll_chunk(cx) {
                Poll::Ready(Some(Ok(bytes))) if bytes.is_empty() => {}
                Poll::Ready(Some(Ok(bytes))) => return Poll::Ready(Some(Ok(bytes))),
                Poll::Ready(end) => {
                    let source = state.source.take();
                    state.watcher.wake();
                    drop(state);
                    drop(source);
                    return Poll::Ready(end);
                }
                Poll::Pending => return Poll::Pending,
            }
        }
    }

    /// The pull algorithm: chunks that are there are handed over at once; a job waits for others.
    pub(super) fn pull(
        controller: &JsObject<ReadableByteStreamController>,
        context: &mut Context,
    ) -> JsResult<()> {
        let Some(this) = Self::of(controller) else {
            return Ok(());
        };
        loop {
            match this.poll_once(&mut task::Context::from_waker(Waker::noop())) {
                Poll::Ready(polled) => {
                    if !deliver(controller, polled, context)? {
                        return Ok(());
                    }
                }
                Poll::Pending => {
                    this.wait(controller.clone(), context);
                    return Ok(());
                }
            }
        }
    }

    fn of(controller: &JsObject<ReadableByteStreamController>) -> Option<Self> {
        controller.with(|slots| match &slots.pulling().source {
            super::source::Source::Native(source) => Some(source.clone()),
            _ => None,
        })
    }

    /// Starts a job that delivers chunks as they come while somebody wants them.
    fn wait(&self, controller: JsObject<ReadableByteStreamController>, context: &mut Context) {
        let this = self.clone();
        let realm = context.realm().clone();
        let job = async move |context: &RefCell<&mut Context>| {
            loop {
                let polled = poll_fn(|cx| this.poll(cx)).await;
                // Nothing may be borrowed while a job waits.
                if !deliver(&controller, polled, &mut context.borrow_mut())? {
                    return Ok(JsValue::undefined());
                }
            }
        };
        context.enqueue_job(Job::AsyncJob(NativeAsyncJob::with_realm(job, realm)));
    }
}

/// Gives the stream what a poll gave. Says whether to poll again.
fn deliver(
    controller: &JsObject<ReadableByteStreamController>,
    polled: Polled,
    context: &mut Context,
) -> JsResult<bool> {
    match polled {
        Some(Ok(bytes)) => ReadableByteStreamController::enqueue_bytes(controller, bytes, context)?,
        Some(Err(error)) => {
            let error = reason(error(context), context)?;
            ReadableByteStreamController::error(controller, error, context)?;
        }
        None => ReadableByteStreamController::end(controller, context)?,
    }
    let again = controller.with(|slots| slots.pulling().finish())
        && ReadableByteStreamController::should_call_pull(controller);
    if again {
        controller.with(|slots| slots.pulling().pulling = true);
    }
    Ok(again)
}

impl ReadableByteStreamController {
    /// Closes a stream whose source has ended, and gives views that wait to be filled back.
    fn end(this: &JsObject<Self>, context: &mut Context) -> JsResult<()> {
        // Within an element of a view the stream is errored instead, and everybody knows.
        if Self::close(this, context).is_ok()
            && this.with(|slots| !slots.pending_pull_intos.is_empty())
        {
            Self::respond(this, 0, context)?;
        }
        Ok(())
    }
}
