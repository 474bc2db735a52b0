//! A response's body as a native stream of bytes.

use std::{
    collections::VecDeque,
    fmt,
    future::poll_fn,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tracing::Span;
use url::Url;

use super::{
    bounded::{self, Bounded},
    cap::Place,
    error::{FetchError, FetchErrorKind},
    io_thread::IoThread,
};

/// How many bytes may lie between the socket and the reader: what an unread body costs. A single chunk may be
/// larger, and then lies there alone.
const MAX_BUFFERED: usize = 512 << 10;

/// How many chunks may, so that small ones don't cost more than what is in them.
const CHANNEL_CHUNKS: usize = 64;

/// A stream of bytes with an explicit end.
///
/// [`chunk`](Self::chunk) yields data, then `Ok(None)` once at the real end or an error if the body
/// did not arrive whole; it never reports a truncated body as a complete one. Reading slowly
/// holds the sender back. Dropping the body closes the connection it came from, unless it had
/// been read to its end.
pub struct NativeBody {
    source: Source,
    size_hint: Option<u64>,
}

enum Source {
    /// Read to the end.
    Done,
    /// All in memory.
    Bytes(Bytes),
    /// Broken, and every further read says so again.
    Failed(FetchError),
    /// Filled by a task of the I/O thread.
    Channel(Channel),
    /// One side of a tee.
    Branch(Branch),
    /// Another one, within bounds.
    Bounded(Box<Bounded>),
}

struct Channel {
    receiver: mpsc::Receiver<Item>,
    url: Box<Url>,
    /// Whether anybody has asked for a chunk.
    being_read: Arc<AtomicBool>,
    fate: Arc<Mutex<Fate>>,
    /// The task that fills the channel dies with its thread: keep that alive.
    io_thread: Option<Arc<IoThread>>,
    /// The fetch that the body belongs to, for whoever watches; it ends with the body.
    span: Span,
    /// How many bytes have been read.
    received: u64,
}

/// What is known of the end of a body before its reader comes to it.
#[derive(Default)]
enum Fate {
    /// Nothing yet.
    #[default]
    Open,
    /// The same, and somebody wants to know.
    Awaited(Waker),
    Finished,
    Failed(FetchError),
    /// The sender was dropped.
    Abandoned,
}

impl Fate {
    /// Notes how it came out, once.
    fn settle(fate: &Mutex<Self>, outcome: Self) {
        let mut fate = lock(fate);
        match std::mem::replace(&mut *fate, outcome) {
            Self::Open => {}
            Self::Awaited(waker) => waker.wake(),
            settled => *fate = settled,
        }
    }
}

enum Item {
    /// Some bytes and their share of [`MAX_BUFFERED`].
    Data(Bytes, OwnedSemaphorePermit),
    End,
    Failed(FetchError),
}

impl Channel {
    fn abandoned(&self) -> FetchError {
        FetchError::new(
            FetchErrorKind::Aborted,
            &self.url,
            "the transfer was abandoned before the body was complete",
        )
    }
}

impl NativeBody {
    /// A body without bytes.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            source: Source::Done,
            size_hint: Some(0),
        }
    }

    /// A body that is in memory already.
    #[must_use]
    pub fn from_bytes(bytes: Bytes) -> Self {
        Self {
            size_hint: Some(bytes.len() as u64),
            source: Source::Bytes(bytes),
        }
    }

    /// A body and the sender that fills it, from any thread.
    ///
    /// `url` is named in the error that a reader gets when the sender is dropped before it has finished.
    /// `size_hint` is how many bytes there will be, if that is certain.
    #[must_use]
    pub fn channel(url: &Url, size_hint: Option<u64>) -> (BodySender, Self) {
        let (sender, receiver) = mpsc::channel(CHANNEL_CHUNKS);
        let fate = Arc::default();
        let source = Source::Channel(Channel {
            receiver,
            url: Box::new(url.clone()),
            being_read: Arc::default(),
            fate: Arc::clone(&fate),
            io_thread: None,
            span: Span::none(),
            received: 0,
        });
        let room = Arc::new(Semaphore::new(MAX_BUFFERED));
        let sender = BodySender { sender, room, fate };
        (sender, Self { source, size_hint })
    }

    /// Has the body fail when it turns out to have more than `limit` bytes, and hold its place until it was read.
    ///
    /// # Errors
    ///
    /// If it has more, for all that is known.
    pub(super) fn bounded(
        self,
        url: &Url,
        limit: Option<u64>,
        place: Place,
    ) -> Result<Self, FetchError> {
        let most = limit.unwrap_or(u64::MAX);
        if self.size_hint.is_some_and(|size| size > most) {
            return Err(bounded::too_large(url, most));
        }
        match self.source {
            // They are here already.
            Source::Done | Source::Bytes(_) | Source::Failed(_) => Ok(self),
            _ if limit.is_none() && !place.is_held() => Ok(self),
            _ => Ok(Self {
                size_hint: self.size_hint,
                source: Source::Bounded(Box::new(Bounded::new(self, url, most, place))),
            }),
        }
    }

    /// Keeps the thread running until the body is read.
    pub(super) fn keep_alive(&mut self, thread: &Arc<IoThread>) {
        match &mut self.source {
            Source::Channel(channel) => channel.io_thread = Some(Arc::clone(thread)),
            Source::Bounded(bounded) => bounded.body.keep_alive(thread),
            _ => {}
        }
    }

    /// Has the body tell `span` how many bytes were read of how many, and end it.
    pub(super) fn trace(&mut self, span: Span) {
        if let Source::Channel(channel) = &mut self.source {
            if let Some(length) = self.size_hint {
                span.record("length", length);
            }
            channel.span = span;
        }
    }

    /// Tells, from now on, whether anybody has begun to read the body.
    pub(super) fn is_being_read(&self) -> impl Fn() -> bool + Send + Sync + 'static {
        let being_read = match &self.source {
            Source::Channel(channel) => Some(Arc::clone(&channel.being_read)),
            _ => None,
        };
        move || {
            being_read
                .as_ref()
                .is_none_or(|being_read| being_read.load(Ordering::Relaxed))
        }
    }

    /// How many bytes the body will have in all, if the server said so. It is a hint: only reading
    /// tells.
    #[must_use]
    pub fn size_hint(&self) -> Option<u64> {
        self.size_hint
    }

    /// Waits for the next bytes; `Ok(None)` is the end. Chunks are never empty.
    ///
    /// The future may be dropped and made anew without losing anything.
    ///
    /// # Errors
    ///
    /// If the body is truncated, its framing or content coding is broken, or the connection failed.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, FetchError> {
        poll_fn(|cx| self.poll_chunk(cx)).await
    }

    /// The polling form of [`chunk`](Self::chunk).
    ///
    /// # Errors
    ///
    /// As [`chunk`](Self::chunk).
    pub fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, FetchError>> {
        let result = match &mut self.source {
            Source::Done => Ok(None),
            Source::Failed(error) => Err(error.clone()),
            Source::Bytes(bytes) => {
                let bytes = std::mem::take(bytes);
                Ok((!bytes.is_empty()).then_some(bytes))
            }
            Source::Channel(channel) => {
                channel.being_read.store(true, Ordering::Relaxed);
                match channel.receiver.poll_recv(cx) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(Some(Item::Data(bytes, _room))) => {
                        channel.received += bytes.len() as u64;
                        channel.span.record("received", channel.received);
                        Ok(Some(bytes))
                    }
                    Poll::Ready(Some(Item::End)) => Ok(None),
                    Poll::Ready(Some(Item::Failed(error))) => Err(error),
                    // The task was dropped before it came to an end: that is not an end.
                    Poll::Ready(None) => Err(channel.abandoned()),
                }
            }
            Source::Branch(branch) => match branch.poll_chunk(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(result) => result,
            },
            Source::Bounded(bounded) => match bounded.poll_chunk(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(result) => result,
            },
        };
        match &result {
            Ok(Some(_)) if !matches!(self.source, Source::Bytes(_)) => {}
            Ok(_) => self.source = Source::Done,
            Err(error) => self.source = Source::Failed(error.clone()),
        }
        Poll::Ready(result)
    }

    /// Waits for the failure of a body that is not being read: a reader learns of it at its place
    /// only, behind the bytes that have arrived. `None` says that the sender has come to the end, or
    /// that the body does not tell.
    pub fn poll_failure(&mut self, cx: &mut Context<'_>) -> Poll<Option<FetchError>> {
        let error = match &mut self.source {
            Source::Done | Source::Bytes(_) | Source::Branch(_) => return Poll::Ready(None),
            Source::Bounded(bounded) => match bounded.body.poll_failure(cx) {
                Poll::Ready(Some(error)) => error,
                other => return other,
            },
            Source::Failed(error) => error.clone(),
            Source::Channel(channel) => {
                let mut fate = lock(&channel.fate);
                match &*fate {
                    Fate::Open | Fate::Awaited(_) => {
                        *fate = Fate::Awaited(cx.waker().clone());
                        return Poll::Pending;
                    }
                    Fate::Finished => return Poll::Ready(None),
                    Fate::Failed(error) => error.clone(),
                    Fate::Abandoned => channel.abandoned(),
                }
            }
        };
        self.source = Source::Failed(error.clone());
        Poll::Ready(Some(error))
    }

    /// Reads the whole body.
    ///
    /// # Errors
    ///
    /// As [`chunk`](Self::chunk).
    pub async fn bytes(mut self) -> Result<Bytes, FetchError> {
        let Some(first) = self.chunk().await? else {
            return Ok(Bytes::new());
        };
        let Some(second) = self.chunk().await? else {
            return Ok(first);
        };
        // A hint is a claim of the server: do not allocate more than it has some right to.
        const MAX_TRUSTED: u64 = 16 << 20;
        let expected = self.size_hint.unwrap_or(0).min(MAX_TRUSTED);
        let mut all = Vec::with_capacity((expected as usize).max(first.len() + second.len()));
        all.extend_from_slice(&first);
        all.extend_from_slice(&second);
        while let Some(chunk) = self.chunk().await? {
            all.extend_from_slice(&chunk);
        }
        Ok(all.into())
    }

    /// The bytes of a body that is in memory already, without waiting for anything; any other body is given back.
    ///
    /// # Errors
    ///
    /// The body itself, if it has yet to arrive or failed to.
    pub fn into_bytes(self) -> Result<Bytes, Self> {
        match self.source {
            Source::Done => Ok(Bytes::new()),
            Source::Bytes(bytes) => Ok(bytes),
            source => Err(Self { source, ..self }),
        }
    }

    /// An error about it.
    pub(crate) fn error(&self, kind: FetchErrorKind, reason: &str) -> FetchError {
        match &self.source {
            Source::Channel(channel) => FetchError::new(kind, &channel.url, reason),
            Source::Branch(branch) => lock(&branch.tee.state).source.error(kind, reason),
            Source::Bounded(bounded) => bounded.body.error(kind, reason),
            Source::Failed(error) => error.clone(),
            Source::Done | Source::Bytes(_) => FetchError::nowhere(kind, reason),
        }
    }

    /// Whether there is nothing left of it.
    pub(crate) fn is_done(&self) -> bool {
        match &self.source {
            Source::Done => true,
            Source::Bytes(bytes) => bytes.is_empty(),
            Source::Branch(branch) => branch.is_done(),
            Source::Bounded(bounded) => bounded.body.is_done(),
            Source::Failed(_) | Source::Channel(_) => false,
        }
    }

    /// Whether it may have yet to arrive.
    pub(crate) fn is_streaming(&self) -> bool {
        matches!(
            self.source,
            Source::Channel(_) | Source::Branch(_) | Source::Bounded(_)
        )
    }

    /// Splits the body in two that yield the same bytes, and the same error.
    ///
    /// What one branch reads is kept for the other, without copying it. When one is dropped the
    /// other goes on; when both are, the source is dropped.
    #[must_use]
    pub fn tee(self) -> (Self, Self) {
        let size_hint = self.size_hint;
        let (first, second) = match self.source {
            Source::Done => (Source::Done, Source::Done),
            Source::Bytes(bytes) => (Source::Bytes(bytes.clone()), Source::Bytes(bytes)),
            Source::Failed(error) => (Source::Failed(error.clone()), Source::Failed(error)),
            source @ (Source::Channel(_) | Source::Branch(_) | Source::Bounded(_)) => {
                let tee = Arc::new(Tee {
                    state: Mutex::new(TeeState {
                        source: Self { source, size_hint },
                        queues: [Some(VecDeque::new()), Some(VecDeque::new())],
                    }),
                    wakers: Arc::default(),
                });
                let other = Arc::clone(&tee);
                (
                    Source::Branch(Branch { tee, index: 0 }),
                    Source::Branch(Branch {
                        tee: other,
                        index: 1,
                    }),
                )
            }
        };
        (
            Self {
                source: first,
                size_hint,
            },
            Self {
                source: second,
                size_hint,
            },
        )
    }
}

impl fmt::Debug for NativeBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match &self.source {
            Source::Done => "done",
            Source::Bytes(_) => "in memory",
            Source::Failed(_) => "failed",
            Source::Channel(_) => "streaming",
            Source::Branch(_) => "teed",
            Source::Bounded(_) => "bounded",
        };
        f.debug_struct("NativeBody")
            .field("state", &state)
            .field("size_hint", &self.size_hint)
            .finish_non_exhaustive()
    }
}

impl From<Bytes> for NativeBody {
    fn from(bytes: Bytes) -> Self {
        Self::from_bytes(bytes)
    }
}

/// The writing end of a body, made by [`NativeBody::channel`]. Dropping it without [`finish`](Self::finish) is an
/// error for the reader.
pub struct BodySender {
    sender: mpsc::Sender<Item>,
    room: Arc<Semaphore>,
    fate: Arc<Mutex<Fate>>,
}

impl Drop for BodySender {
    fn drop(&mut self) {
        Fate::settle(&self.fate, Fate::Abandoned);
    }
}

impl fmt::Debug for BodySender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BodySender").finish_non_exhaustive()
    }
}

/// The reader is gone: nothing more needs to be read from the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed;

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nobody reads the body any more")
    }
}

impl std::error::Error for Closed {}

impl BodySender {
    /// Hands over a chunk, waiting until there is room. Empty chunks are left out.
    ///
    /// # Errors
    ///
    /// If the reader is gone.
    pub async fn send(&self, bytes: Bytes) -> Result<(), Closed> {
        if bytes.is_empty() {
            return Ok(());
        }
        // `MAX_BUFFERED` fits in 32 bits.
        let size = bytes.len().min(MAX_BUFFERED) as u32;
        let room = Arc::clone(&self.room).acquire_many_owned(size);
        let room = tokio::select! {
            biased;
            // What is in the channel gives its room back only when somebody reads it.
            () = self.sender.closed() => return Err(Closed),
            room = room => room.map_err(|_| Closed)?,
        };
        let item = Item::Data(bytes, room);
        self.sender.send(item).await.map_err(|_| Closed)
    }

    /// Ends the body.
    pub async fn finish(self) {
        Fate::settle(&self.fate, Fate::Finished);
        // A reader that is gone does not care.
        let _ = self.sender.send(Item::End).await;
    }

    /// Breaks the body off.
    pub async fn fail(self, error: FetchError) {
        Fate::settle(&self.fate, Fate::Failed(error.clone()));
        let _ = self.sender.send(Item::Failed(error)).await;
    }

    /// Resolves when the reader is gone.
    pub async fn closed(&self) {
        self.sender.closed().await;
    }
}

/// A body that two readers share.
struct Tee {
    state: Mutex<TeeState>,
    wakers: Arc<TeeWakers>,
}

struct TeeState {
    source: NativeBody,
    /// What the other branch has read and this one has not; `None` once the branch is dropped.
    queues: [Option<VecDeque<Bytes>>; 2],
}

/// Wakes both branches: whichever polled the source last may have lost interest in the meantime.
#[derive(Default)]
struct TeeWakers(Mutex<[Option<Waker>; 2]>);

impl Wake for TeeWakers {
    fn wake(self: Arc<Self>) {
        let wakers = std::mem::take(&mut *lock(&self.0));
        for waker in wakers.into_iter().flatten() {
            waker.wake();
        }
    }
}

struct Branch {
    tee: Arc<Tee>,
    index: usize,
}

impl Branch {
    fn is_done(&self) -> bool {
        let state = lock(&self.tee.state);
        let queue = state.queues[self.index].as_ref();
        queue.is_none_or(VecDeque::is_empty) && state.source.is_done()
    }

    fn poll_chunk(&self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, FetchError>> {
        let mut state = lock(&self.tee.state);
        if let Some(bytes) = state.queues[self.index]
            .as_mut()
            .and_then(VecDeque::pop_front)
        {
            return Poll::Ready(Ok(Some(bytes)));
        }
        // Before polling, so that a wake-up in between is not lost.
        lock(&self.tee.wakers.0)[self.index] = Some(cx.waker().clone());
        let waker = Waker::from(Arc::clone(&self.tee.wakers));
        let result = match state.source.poll_chunk(&mut Context::from_waker(&waker)) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(result) => result,
        };
        // The end and an error need no queue: the source repeats them.
        if let Ok(Some(bytes)) = &result
            && let Some(queue) = &mut state.queues[1 - self.index]
        {
            queue.push_back(bytes.clone());
        }
        drop(state);
        waker.wake();
        Poll::Ready(result)
    }
}

impl Drop for Branch {
    fn drop(&mut self) {
        lock(&self.tee.state).queues[self.index] = None;
        lock(&self.tee.wakers.0)[self.index] = None;
    }
}

/// Locks a mutex whose data stays valid whatever happened to another holder.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn url() -> Url {
        "http://host/".parse().unwrap()
    }

    #[test]
    fn a_full_channel_holds_the_sender_back() {
        let (sender, mut body) = NativeBody::channel(&url(), None);
        let send = || sender.send(Bytes::from_static(b"x")).now_or_never();
        for _ in 0..CHANNEL_CHUNKS {
            assert!(send().is_some());
        }
        assert!(send().is_none());
        assert!(body.chunk().now_or_never().unwrap().is_ok());
        assert!(send().is_some());
        assert!(send().is_none());
        drop(body);
        assert!(matches!(send(), Some(Err(Closed))));
    }

    #[test]
    fn so_do_many_bytes() {
        let (sender, mut body) = NativeBody::channel(&url(), None);
        let send = |size| sender.send(vec![0; size].into()).now_or_never();
        assert!(send(MAX_BUFFERED - 1).is_some());
        assert!(send(2).is_none());
        assert!(send(1).is_some());
        for _ in 0..2 {
            assert!(body.chunk().now_or_never().unwrap().is_ok());
        }
        // One that is larger than the limit passes, but alone.
        assert!(send(MAX_BUFFERED * 2).is_some());
        assert!(send(1).is_none());
        drop(body);
        assert!(matches!(send(1), Some(Err(Closed))));
    }

    #[test]
    fn a_lost_sender_is_not_the_end() {
        let (sender, mut body) = NativeBody::channel(&url(), None);
        assert!(
            sender
                .send(Bytes::from_static(b"x"))
                .now_or_never()
                .is_some()
        );
        drop(sender);
        assert!(body.chunk().now_or_never().unwrap().unwrap().is_some());
        for _ in 0..2 {
            let error = body.chunk().now_or_never().unwrap().unwrap_err();
            assert_eq!(error.kind(), FetchErrorKind::Aborted);
        }
    }

    #[test]
    fn bytes_in_memory() {
        let mut body = NativeBody::from_bytes(Bytes::from_static(b"abc"));
        let (mut first, second) = NativeBody::from_bytes(Bytes::from_static(b"abc")).tee();
        for body in [&mut body, &mut first] {
            let chunk = body.chunk().now_or_never().unwrap().unwrap();
            assert_eq!(chunk.unwrap(), "abc");
            assert_eq!(body.chunk().now_or_never().unwrap().unwrap(), None);
        }
        assert_eq!(second.bytes().now_or_never().unwrap().unwrap(), "abc");
        let empty = NativeBody::from_bytes(Bytes::new());
        assert!(empty.bytes().now_or_never().unwrap().unwrap().is_empty());
    }
}
