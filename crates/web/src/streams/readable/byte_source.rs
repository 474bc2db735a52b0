//! Chunks of bytes that come from Rust.

use std::{
    cell::RefCell,
    collections::VecDeque,
    rc::Rc,
    task::{self, Poll, Waker},
};

use boa_engine::{Context, JsError, JsNativeError, JsValue};
use bytes::Bytes;

/// Makes the JavaScript error of a source that failed, once there is a context to make it in.
pub type SourceError = Box<dyn FnOnce(&mut Context) -> JsError>;

/// What a readable byte stream gets its chunks from when no script is behind it.
///
/// A source is polled only while somebody reads, so not reading is not receiving. It must not hold
/// JavaScript objects: the collector does not see them there. It is dropped when it has ended, when
/// it was cancelled, or when its stream is garbage.
pub trait ByteSource: 'static {
    /// The next chunk; `None` at the end. Not called again after the end, an error or a
    /// cancellation.
    fn poll_chunk(
        &mut self,
        cx: &mut task::Context<'_>,
    ) -> Poll<Option<Result<Bytes, SourceError>>>;

    /// Waits for the failure of a source that nobody reads; `None` says that there will be none
    /// that can be known before everything is read. A source that knows of nothing before it is
    /// asked for chunks has none.
    fn poll_failure(&mut self, cx: &mut task::Context<'_>) -> Poll<Option<SourceError>> {
        let _ = cx;
        Poll::Ready(None)
    }

    /// Nobody is interested any more; the source is dropped next.
    fn cancel(&mut self) {}

    /// The same, for a source that can tell somebody why.
    fn cancel_with(&mut self, reason: JsValue) {
        let _ = reason;
        self.cancel();
    }

    /// How many bytes are still to come, where that is known.
    fn size_hint(&self) -> Option<u64> {
        None
    }
}

/// Bytes that are all there.
#[derive(Debug, Default)]
pub struct BufferedSource(VecDeque<Bytes>);

impl BufferedSource {
    /// A source of these chunks; empty ones are left out.
    pub fn new(chunks: impl IntoIterator<Item = Bytes>) -> Self {
        Self(
            chunks
                .into_iter()
                .filter(|chunk| !chunk.is_empty())
                .collect(),
        )
    }
}

impl ByteSource for BufferedSource {
    fn poll_chunk(
        &mut self,
        _: &mut task::Context<'_>,
    ) -> Poll<Option<Result<Bytes, SourceError>>> {
        Poll::Ready(self.0.pop_front().map(Ok))
    }

    fn size_hint(&self) -> Option<u64> {
        Some(self.0.iter().map(|chunk| chunk.len() as u64).sum())
    }
}

/// A source that two streams read, each at its own pace. What only one has read is kept for the
/// other one.
struct Shared {
    source: Option<Box<dyn ByteSource>>,
    /// What each side has not read yet; none for one that is gone.
    queues: [Option<VecDeque<SharedChunk>>; 2],
    /// Who waits for the next chunk.
    wakers: [Option<Waker>; 2],
}

type SharedChunk = Result<Bytes, SharedError>;

/// An error that is made once and given to both sides.
#[derive(Clone)]
struct SharedError(Rc<RefCell<ErrorState>>);

enum ErrorState {
    Unmade(Option<SourceError>),
    Made(JsError),
}

impl SharedError {
    fn new(error: SourceError) -> Self {
        Self(Rc::new(RefCell::new(ErrorState::Unmade(Some(error)))))
    }

    fn make(&self, context: &mut Context) -> JsError {
        let unmade = match &mut *self.0.borrow_mut() {
            ErrorState::Made(error) => return error.clone(),
            ErrorState::Unmade(error) => error.take(),
        };
        let Some(unmade) = unmade else {
            return JsNativeError::typ()
                .with_message("the stream failed")
                .into();
        };
        let error = unmade(context);
        // An object from now on, so that both sides get the same one.
        let error = match error.into_opaque(context) {
            Ok(value) => JsError::from_opaque(value),
            Err(error) => error,
        };
        *self.0.borrow_mut() = ErrorState::Made(error.clone());
        error
    }
}

/// One side of a teed source.
struct TeedSource {
    shared: Rc<RefCell<Shared>>,
    side: usize,
}

/// Two sources that both give what `source` gives.
pub(super) fn tee_source(
    source: Box<dyn ByteSource>,
) -> (Box<dyn ByteSource>, Box<dyn ByteSource>) {
    let shared = Rc::new(RefCell::new(Shared {
        source: Some(source),
        queues: [Some(VecDeque::new()), Some(VecDeque::new())],
        wakers: [None, None],
    }));
    let side = |side| {
        Box::new(TeedSource {
            shared: Rc::clone(&shared),
            side,
        })
    };
    (side(0), side(1))
}

impl Shared {
    /// Gives a chunk to everybody but `reader`, who gets it at once.
    fn share(&mut self, reader: usize, chunk: &SharedChunk) {
        for (side, queue) in self.queues.iter_mut().enumerate() {
            if side != reader
                && let Some(queue) = queue
            {
                queue.push_back(chunk.clone());
            }
        }
        self.wake();
    }

    fn wake(&mut self) {
        for waker in &mut self.wakers {
            if let Some(waker) = waker.take() {
                waker.wake();
            }
        }
    }
}

impl ByteSource for TeedSource {
    fn poll_chunk(
        &mut self,
        cx: &mut task::Context<'_>,
    ) -> Poll<Option<Result<Bytes, SourceError>>> {
        let shared = &mut *self.shared.borrow_mut();
        let unshare = |chunk: SharedChunk| {
            chunk.map_err(|error| -> SourceError { Box::new(move |context| error.make(context)) })
        };
        let queued = shared
            .queues
            .get_mut(self.side)
            .and_then(Option::as_mut)
            .and_then(VecDeque::pop_front);
        if let Some(chunk) = queued {
            return Poll::Ready(Some(unshare(chunk)));
        }
        let Some(source) = &mut shared.source else {
            return Poll::Ready(None);
        };
        match source.poll_chunk(cx) {
            Poll::Pending => {
                // The source knows only who has polled it last: whoever is woken wakes the other.
                if let Some(waker) = shared.wakers.get_mut(self.side) {
                    *waker = Some(cx.waker().clone());
                }
                Poll::Pending
            }
            Poll::Ready(None) => {
                shared.source = None;
                shared.wake();
                Poll::Ready(None)
            }
            Poll::Ready(Some(chunk)) => {
                let chunk = chunk.map_err(SharedError::new);
                if chunk.is_err() {
                    shared.source = None;
                }
                shared.share(self.side, &chunk);
                Poll::Ready(Some(unshare(chunk)))
            }
        }
    }

    fn size_hint(&self) -> Option<u64> {
        let shared = self.shared.borrow();
        let queued: u64 = shared
            .queues
            .get(self.side)?
            .iter()
            .flatten()
            .flatten()
            .map(|chunk| chunk.len() as u64)
            .sum();
        match &shared.source {
            Some(source) => Some(source.size_hint()? + queued),
            None => Some(queued),
        }
    }
}

impl Drop for TeedSource {
    fn drop(&mut self) {
        let mut shared = self.shared.borrow_mut();
        if let Some(queue) = shared.queues.get_mut(self.side) {
            *queue = None;
        }
        // If it was this side that the source would have woken, the other one has to ask anew.
        shared.wake();
        let is_unread = shared.queues.iter().all(Option::is_none);
        let source = if is_unread {
            shared.source.take()
        } else {
            None
        };
        drop(shared);
        if let Some(mut source) = source {
            source.cancel();
        }
    }
}
