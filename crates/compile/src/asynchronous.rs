//! Compilation that never runs on the thread which asks for it.
//!
//! A [`CompileSink`] takes the bytes and a [`CompileFuture`] gives the module. Between them, a task
//! on the worker threads drives a [`StreamingCompiler`]. It exists only while there is something
//! to do: whoever brings bytes, or an end, schedules it if it is not scheduled yet.

use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, poll_fn};
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;

use crate::cache::{Hasher, Key};
use crate::pool::{self, lock};
use crate::{CompileError, CompileOptions, CompiledModule, ModuleCache, StreamingCompiler};

/// Bytes that may wait to be consumed before [`CompileSink::push`] does.
const MAX_UNCONSUMED: usize = 4 << 20;

/// What a compilation comes to.
type Outcome = Result<(CompiledModule, wasmi::Module), CompileError>;

/// Starts the compilation of a module whose bytes will arrive in the sink.
///
/// All parsing, validation and lowering, and the making of the engine's module, happen on worker
/// threads. The engine should have been made with
/// [`CompileOptions::engine_config`].
pub fn spawn(engine: wasmi::Engine, options: CompileOptions) -> (CompileSink, CompileFuture) {
    start(engine, options, None)
}

/// The same for an engine that has a cache: a module which is there is not compiled again, and one
/// that is not will be.
pub fn spawn_cached(
    engine: wasmi::Engine,
    options: CompileOptions,
    cache: Arc<ModuleCache>,
) -> (CompileSink, CompileFuture) {
    let cache = (!cache.is_off()).then_some(cache);
    start(engine, options, cache)
}

fn start(
    engine: wasmi::Engine,
    options: CompileOptions,
    cache: Option<Arc<ModuleCache>>,
) -> (CompileSink, CompileFuture) {
    let key = match &cache {
        Some(_) => Hashing::Begun(Hasher::new()),
        None => Hashing::Done(None),
    };
    let job = Arc::new(Job {
        engine,
        cache: cache.map(|cache| (cache, options.clone())),
        state: Mutex::new(State {
            compiler: Some(Work {
                compiler: StreamingCompiler::new(options),
                key,
                has_begun: false,
            }),
            ..State::default()
        }),
    });
    // A worker which finds an invalid function body must be heard even if no more bytes come. The
    // compiler belongs to the job, so it may not keep the job alive.
    let weak = Arc::downgrade(&job);
    if let Some(work) = &mut lock(&job.state).compiler {
        work.compiler.on_error(Arc::new(move || {
            if let Some(job) = weak.upgrade() {
                job.schedule(|_| {});
            }
        }));
    }
    let sink = CompileSink {
        job: Arc::clone(&job),
        finished: false,
    };
    (sink, CompileFuture { job })
}

struct Job {
    engine: wasmi::Engine,
    /// Where modules are kept, with the options by which they are found.
    cache: Option<(Arc<ModuleCache>, CompileOptions)>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Absent while the task uses it, and once there is an outcome.
    compiler: Option<Work>,
    chunks: VecDeque<Bytes>,
    /// How many bytes have been pushed and not consumed yet.
    unconsumed: usize,
    /// Whether all bytes have been pushed.
    finished: bool,
    /// Whether the task exists.
    scheduled: bool,
    /// Whether there is something that the task has not looked at.
    news: bool,
    /// Whether the outcome is known or unwanted.
    closed: bool,
    outcome: Option<Outcome>,
    /// Whoever waits for room, for the end of all interest, and for the outcome.
    sink: Option<Waker>,
    closing: Option<Waker>,
    future: Option<Waker>,
}

/// What the task works with.
struct Work {
    compiler: StreamingCompiler,
    key: Hashing,
    /// Whether there was a byte.
    has_begun: bool,
}

/// The key by which the module is to be kept.
enum Hashing {
    /// What has been hashed is what has been compiled.
    Begun(Hasher),
    /// All bytes have been looked at, or the module is not to be kept.
    Done(Option<Key>),
}

impl State {
    /// Records the outcome, unless there is one already, and returns whom to wake.
    fn close(&mut self, outcome: Option<Outcome>) -> [Option<Waker>; 3] {
        if self.closed {
            return [None, None, None];
        }
        self.closed = true;
        self.outcome = outcome;
        self.chunks.clear();
        self.unconsumed = 0;
        [self.sink.take(), self.closing.take(), self.future.take()]
    }
}

fn wake(wakers: impl IntoIterator<Item = Option<Waker>>) {
    for waker in wakers.into_iter().flatten() {
        waker.wake();
    }
}

impl Job {
    /// Makes a change and sees to it that the task looks at it.
    fn schedule(self: &Arc<Self>, change: impl FnOnce(&mut State)) {
        {
            let mut state = lock(&self.state);
            if state.closed {
                return;
            }
            change(&mut state);
            state.news = true;
            if mem::replace(&mut state.scheduled, true) {
                return;
            }
        }
        let job = Arc::clone(self);
        pool::submit(move || {
            // A panic would leave the future waiting for ever.
            if catch_unwind(AssertUnwindSafe(|| job.run())).is_err() {
                let error = CompileError::internal("the compiler failed");
                job.close(Some(Err(error)));
            }
        });
    }

    fn close(&self, outcome: Option<Outcome>) {
        let (wakers, work) = {
            let mut state = lock(&self.state);
            (state.close(outcome), state.compiler.take())
        };
        // Outside of the lock: both may run code of others.
        drop(work);
        wake(wakers);
    }

    /// The task: consumes what there is.
    fn run(&self) {
        loop {
            let (mut work, chunks, finished) = {
                let mut state = lock(&self.state);
                state.news = false;
                let Some(work) = state.compiler.take() else {
                    return;
                };
                (work, mem::take(&mut state.chunks), state.finished)
            };
            if finished
                && !work.has_begun
                && let Some((cache, options)) = &self.cache
            {
                let key = cache.key(chunks.iter().map(|chunk| &chunk[..]), options);
                if let Some(key) = &key
                    && let Some(known) = cache.get(key, &self.engine)
                {
                    return self.close(Some(Ok(known)));
                }
                work.key = Hashing::Done(key);
            }
            let mut outcome = Ok(());
            for chunk in chunks {
                work.has_begun = true;
                outcome = work.compiler.push(&chunk);
                if outcome.is_err() {
                    break;
                }
                // The workers validate function bodies meanwhile.
                if let Hashing::Begun(hasher) = &mut work.key
                    && let Some((cache, _)) = &self.cache
                {
                    hasher.update(&chunk, cache);
                }
                if !self.consumed(chunk.len()) {
                    return;
                }
            }
            if outcome.is_ok() && !finished && !lock(&self.state).news {
                // The next bytes may be long in coming: look at all there is.
                outcome = work.compiler.flush();
            }
            if let Err(error) = outcome {
                return self.close(Some(Err(error)));
            }
            if finished {
                let outcome = self.complete(work);
                return self.close(Some(outcome));
            }
            let mut state = lock(&self.state);
            if state.closed {
                // Dropping the compiler, which stops its workers, does not need the lock.
                drop(state);
                return;
            }
            state.compiler = Some(work);
            if !state.news {
                state.scheduled = false;
                return;
            }
        }
    }

    fn complete(&self, work: Work) -> Outcome {
        let key = match (work.key, &self.cache) {
            (Hashing::Begun(hasher), Some((cache, options))) => {
                let key = hasher.finish(options);
                if let Some(key) = &key
                    && let Some(known) = cache.get(key, &self.engine)
                {
                    return Ok(known);
                }
                key
            }
            (Hashing::Begun(_), None) => None,
            (Hashing::Done(key), _) => key,
        };
        let module = work.compiler.finish()?;
        let translated = module.instantiate_module(&self.engine)?;
        let compiled = (module, translated);
        if let (Some(key), Some((cache, _))) = (key, &self.cache) {
            cache.insert(key, &compiled);
        }
        Ok(compiled)
    }

    /// Makes room for more; false if nobody wants the outcome any more.
    fn consumed(&self, bytes: usize) -> bool {
        let waker = {
            let mut state = lock(&self.state);
            if state.closed {
                return false;
            }
            state.unconsumed = state.unconsumed.saturating_sub(bytes);
            (state.unconsumed < MAX_UNCONSUMED)
                .then(|| state.sink.take())
                .flatten()
        };
        wake([waker]);
        true
    }
}

/// Takes the bytes of a module that is being compiled on other threads.
///
/// Dropping it without [`finish`](Self::finish) aborts the compilation.
pub struct CompileSink {
    job: Arc<Job>,
    finished: bool,
}

impl CompileSink {
    /// Hands over the next bytes, waiting while too many have not been consumed yet.
    ///
    /// # Errors
    ///
    /// If the bytes are of no use, because the module is already known to be invalid or nobody
    /// wants it any more. Stop reading it then.
    pub async fn push(&mut self, chunk: Bytes) -> Result<(), Closed> {
        poll_fn(|context| self.poll_ready(context)).await?;
        self.enqueue(chunk)
    }

    /// Whether there is room for more bytes; wakes the task when there is.
    ///
    /// # Errors
    ///
    /// As for [`push`](Self::push).
    pub fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Closed>> {
        let mut state = lock(&self.job.state);
        if state.closed {
            return Poll::Ready(Err(Closed));
        }
        if state.unconsumed < MAX_UNCONSUMED {
            return Poll::Ready(Ok(()));
        }
        state.sink = Some(context.waker().clone());
        Poll::Pending
    }

    /// Hands over the next bytes without waiting; see [`poll_ready`](Self::poll_ready).
    ///
    /// # Errors
    ///
    /// As for [`push`](Self::push).
    pub fn enqueue(&mut self, chunk: Bytes) -> Result<(), Closed> {
        if !chunk.is_empty() {
            self.job.schedule(|state| {
                state.unconsumed += chunk.len();
                state.chunks.push_back(chunk);
            });
        }
        if self.is_closed() {
            Err(Closed)
        } else {
            Ok(())
        }
    }

    /// Says that the module is complete.
    pub fn finish(mut self) {
        self.finished = true;
        self.job.schedule(|state| state.finished = true);
    }

    /// Whether more bytes are of no use.
    pub fn is_closed(&self) -> bool {
        lock(&self.job.state).closed
    }

    /// Resolves when more bytes are of no use: the module is known to be invalid, or its
    /// [`CompileFuture`] was dropped.
    ///
    /// Whoever waits for a slow source of bytes should wait for this as well, and drop the source.
    pub async fn closed(&mut self) {
        poll_fn(|context| self.poll_closed(context)).await;
    }

    /// The polling form of [`closed`](Self::closed). Only the task that polled last is woken; one
    /// that waits in [`poll_ready`](Self::poll_ready) is another.
    pub fn poll_closed(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let mut state = lock(&self.job.state);
        if state.closed {
            return Poll::Ready(());
        }
        state.closing = Some(context.waker().clone());
        Poll::Pending
    }
}

impl Drop for CompileSink {
    fn drop(&mut self) {
        if !self.finished {
            self.job.close(Some(Err(CompileError::aborted())));
        }
    }
}

impl fmt::Debug for CompileSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompileSink")
            .field("closed", &self.is_closed())
            .finish_non_exhaustive()
    }
}

/// The bytes are of no use: the module is invalid, or nobody wants it any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the compilation has ended before all bytes of the module were taken")]
pub struct Closed;

/// Resolves to the module whose bytes a [`CompileSink`] takes.
///
/// It resolves as soon as the module is known to be invalid, whether or not more bytes come.
/// Dropping it aborts the compilation.
#[must_use = "dropping the future aborts the compilation"]
pub struct CompileFuture {
    job: Arc<Job>,
}

impl Future for CompileFuture {
    type Output = Outcome;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Outcome> {
        let mut state = lock(&self.job.state);
        match state.outcome.take() {
            Some(outcome) => Poll::Ready(outcome),
            None => {
                state.future = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl Drop for CompileFuture {
    fn drop(&mut self) {
        self.job.close(None);
    }
}

impl fmt::Debug for CompileFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompileFuture").finish_non_exhaustive()
    }
}
