//! Input and output on whichever thread has time for it.

use std::{
    cell::RefCell,
    fmt,
    future::{Future, poll_fn},
    io,
    pin::pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
    time::Duration,
};

use futures_util::task::AtomicWaker;
use tokio::runtime::{Builder, Handle, Runtime};

/// How many names are resolved and files read at the same time.
const MAX_BLOCKING_THREADS: usize = 64;

/// How often the watching thread looks whether somebody drives.
const TICK: Duration = Duration::from_millis(1);

/// After so many ticks without a change it sleeps until there is one.
const PATIENCE: u32 = 16;

/// A tokio runtime that is driven by a thread which waits for something, and by a thread of its own while nobody
/// waits.
///
/// What arrives while a program has nothing to do but to wait for it is read on the thread that waits: handing it over
/// from another one would take longer than reading it. As soon as the program is busy for more than a millisecond or two,
/// the other thread takes over, so transfers go on during a long computation.
#[derive(Clone)]
pub struct Reactor(Arc<Inner>);

struct Inner {
    /// Present until the value is dropped.
    runtime: Option<Runtime>,
    /// How many threads wait, and so would drive.
    waiting: AtomicUsize,
    /// Counts how often a thread has ended waiting.
    turns: AtomicU64,
    /// Whether the watching thread sleeps until somebody ends waiting.
    is_asleep: AtomicBool,
    /// Has the watching thread end driving.
    watcher: AtomicWaker,
    watch: Mutex<Watch>,
}

#[derive(Default)]
struct Watch {
    /// How many want the reactor to be driven.
    users: usize,
    /// Whether there is a watching thread, or is about to be.
    is_watched: bool,
    thread: Option<Thread>,
}

thread_local! {
    /// The reactor that this thread runs a future with.
    static CURRENT: RefCell<Option<Reactor>> = const { RefCell::new(None) };
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Name resolution and file reads may sit in a blocking call; nobody waits for them.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Inner {
    fn watch(&self) -> MutexGuard<'_, Watch> {
        self.watch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn block_on<T>(&self, future: impl Future<Output = T>) -> Option<T> {
        // It is there as long as anybody can ask.
        self.runtime
            .as_ref()
            .map(|runtime| runtime.block_on(future))
    }
}

impl Reactor {
    /// A reactor that nobody drives yet.
    ///
    /// # Errors
    ///
    /// If the system does not give what is needed to wait for sockets.
    pub fn new() -> io::Result<Self> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .thread_name("taipan-fetch-blocking")
            .max_blocking_threads(MAX_BLOCKING_THREADS)
            .build()?;
        Ok(Self(Arc::new(Inner {
            runtime: Some(runtime),
            waiting: AtomicUsize::new(0),
            turns: AtomicU64::new(0),
            is_asleep: AtomicBool::new(false),
            watcher: AtomicWaker::new(),
            watch: Mutex::default(),
        })))
    }

    /// The reactor that this thread runs a future with, if it does.
    pub(super) fn current() -> Option<Self> {
        CURRENT.with_borrow(Clone::clone)
    }

    /// The runtime's handle, for spawning from any thread.
    pub(super) fn handle(&self) -> &Handle {
        match &self.0.runtime {
            Some(runtime) => runtime.handle(),
            None => unreachable!("the runtime is there until the reactor is dropped"),
        }
    }

    /// Runs `future` to its end on this thread, within tokio's context but not as one of its tasks: while it is polled,
    /// another thread may drive the reactor, and while it waits this one does. A [`Client`](super::Client) that is first
    /// used in `future` uses this reactor.
    ///
    /// # Panics
    ///
    /// If this thread is one of a tokio runtime that is running.
    pub fn run<T>(&self, future: impl Future<Output = T>) -> T {
        let _context = self.handle().enter();
        let _scope = Scope(CURRENT.replace(Some(self.clone())));
        let mut future = pin!(future);
        let signal = Arc::new(Signal::default());
        let waker = Waker::from(Arc::clone(&signal));
        loop {
            if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                return output;
            }
            // Whoever always has something to do leaves the driving to the watching thread.
            if !signal.take() {
                self.wait(&signal);
            }
        }
    }

    /// Drives until there is a signal.
    fn wait(&self, signal: &Signal) {
        let inner = &*self.0;
        inner.waiting.fetch_add(1, Ordering::SeqCst);
        inner.watcher.wake();
        let _waiting = Waiting(inner);
        inner.block_on(poll_fn(|cx| signal.poll(cx)));
    }

    /// Wants the reactor to be driven. True if a thread has to be started for that, which is to call
    /// [`watch`](Self::watch).
    pub(super) fn begin_use(&self) -> bool {
        let mut watch = self.0.watch();
        watch.users += 1;
        !std::mem::replace(&mut watch.is_watched, true)
    }

    /// Takes it back.
    pub(super) fn end_use(&self) {
        let thread = {
            let mut watch = self.0.watch();
            watch.users -= 1;
            if watch.users > 0 {
                return;
            }
            watch.thread.clone()
        };
        self.0.watcher.wake();
        if let Some(thread) = thread {
            thread.unpark();
        }
    }

    /// Sees to it that the reactor is driven, as long as anybody wants that; at once if `is_own`, if nobody else will.
    pub(super) fn watch(self, is_own: bool) {
        let inner = &*self.0;
        inner.watch().thread = Some(thread::current());
        let mut seen = inner.turns.load(Ordering::SeqCst);
        let mut ticks = u32::from(is_own);
        loop {
            {
                let mut watch = inner.watch();
                if watch.users == 0 {
                    watch.is_watched = false;
                    watch.thread = None;
                    return;
                }
            }
            let turns = inner.turns.load(Ordering::SeqCst);
            if turns != seen {
                seen = turns;
                ticks = 0;
            }
            let is_driven = inner.waiting.load(Ordering::SeqCst) > 0;
            if !is_driven && ticks > 0 {
                // The same as at the last tick: all are busy.
                inner.block_on(poll_fn(|cx| {
                    inner.watcher.register(cx.waker());
                    let ends = inner.waiting.load(Ordering::SeqCst) > 0 || inner.watch().users == 0;
                    if ends { Poll::Ready(()) } else { Poll::Pending }
                }));
                ticks = 0;
            } else if is_driven && ticks >= PATIENCE {
                inner.is_asleep.store(true, Ordering::SeqCst);
                // Whoever ends waiting from here on sees that.
                if inner.waiting.load(Ordering::SeqCst) > 0 && inner.watch().users > 0 {
                    thread::park();
                }
                inner.is_asleep.store(false, Ordering::SeqCst);
                ticks = 0;
            } else {
                ticks += 1;
                thread::park_timeout(TICK);
            }
        }
    }
}

impl fmt::Debug for Reactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reactor")
            .field("waiting", &self.0.waiting.load(Ordering::Relaxed))
            .finish_non_exhaustive()
    }
}

/// Restores the reactor of the thread.
struct Scope(Option<Reactor>);

impl Drop for Scope {
    fn drop(&mut self) {
        let former = self.0.take();
        CURRENT.replace(former);
    }
}

/// One that waits.
struct Waiting<'a>(&'a Inner);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let inner = self.0;
        inner.turns.fetch_add(1, Ordering::SeqCst);
        inner.waiting.fetch_sub(1, Ordering::SeqCst);
        if inner.is_asleep.load(Ordering::SeqCst) && inner.is_asleep.swap(false, Ordering::SeqCst) {
            let thread = inner.watch().thread.clone();
            if let Some(thread) = thread {
                thread.unpark();
            }
        }
    }
}

/// Whether a future was woken.
#[derive(Default)]
struct Signal {
    is_given: AtomicBool,
    waker: AtomicWaker,
}

impl Signal {
    fn take(&self) -> bool {
        self.is_given.swap(false, Ordering::SeqCst)
    }

    fn poll(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.waker.register(cx.waker());
        if self.take() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.is_given.store(true, Ordering::SeqCst);
        self.waker.wake();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;
    use tokio::sync::oneshot;

    fn watched(reactor: &Reactor) -> thread::JoinHandle<()> {
        assert!(reactor.begin_use());
        let watched = reactor.clone();
        thread::spawn(move || watched.watch(false))
    }

    #[test]
    fn drives_while_it_waits() {
        let reactor = Reactor::new().unwrap();
        let this = thread::current().id();
        let ran_on = reactor.run(async {
            let (sender, receiver) = oneshot::channel();
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(2)).await;
                sender.send(thread::current().id())
            });
            receiver.await.unwrap()
        });
        assert_eq!(ran_on, this);
    }

    #[test]
    fn is_driven_by_the_watching_thread_while_the_program_is_busy() {
        let reactor = Reactor::new().unwrap();
        let thread = watched(&reactor);
        for _ in 0..5 {
            reactor.run(async {
                let (sender, mut receiver) = oneshot::channel();
                tokio::spawn(async move {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                    sender.send(thread::current().id())
                });
                let ran_on = loop {
                    match receiver.try_recv() {
                        Ok(id) => break id,
                        Err(_) => thread::yield_now(),
                    }
                };
                assert_ne!(ran_on, thread::current().id());
                // It gives the reactor back.
                let mut id = ran_on;
                while id != thread::current().id() {
                    let (sender, receiver) = oneshot::channel();
                    tokio::spawn(async move {
                        tokio::time::sleep(Duration::from_millis(1)).await;
                        sender.send(thread::current().id())
                    });
                    id = receiver.await.unwrap();
                }
            });
        }
        reactor.end_use();
        thread.join().unwrap();
    }

    #[test]
    fn is_driven_after_a_long_wait() {
        let reactor = Reactor::new().unwrap();
        let thread = watched(&reactor);
        reactor.run(tokio_sleep(100));
        let (sender, receiver) = std::sync::mpsc::channel();
        reactor.handle().spawn(async move {
            tokio::time::sleep(Duration::from_millis(1)).await;
            sender.send(())
        });
        receiver.recv_timeout(Duration::from_secs(20)).unwrap();
        reactor.end_use();
        thread.join().unwrap();
    }

    async fn tokio_sleep(millis: u64) {
        tokio::time::sleep(Duration::from_millis(millis)).await;
    }

    #[test]
    fn is_driven_while_a_future_wakes_itself() {
        let reactor = Reactor::new().unwrap();
        let thread = watched(&reactor);
        let start = Instant::now();
        reactor.run(async {
            let done = Arc::new(AtomicBool::new(false));
            let set = Arc::clone(&done);
            tokio::spawn(async move {
                tokio_sleep(1).await;
                set.store(true, Ordering::SeqCst);
            });
            poll_fn(|cx| {
                if done.load(Ordering::SeqCst) || start.elapsed() > Duration::from_secs(20) {
                    return Poll::Ready(());
                }
                cx.waker().wake_by_ref();
                Poll::Pending
            })
            .await;
            assert!(done.load(Ordering::SeqCst));
        });
        reactor.end_use();
        thread.join().unwrap();
    }

    #[test]
    fn two_threads_wait_at_once() {
        let reactor = Reactor::new().unwrap();
        let other = reactor.clone();
        let thread = thread::spawn(move || {
            for _ in 0..50 {
                other.run(tokio_sleep(1));
            }
        });
        for _ in 0..50 {
            reactor.run(tokio_sleep(1));
        }
        thread.join().unwrap();
    }

    #[test]
    fn ends_when_nobody_wants_it() {
        let reactor = Reactor::new().unwrap();
        for _ in 0..3 {
            let thread = watched(&reactor);
            assert!(!reactor.begin_use());
            reactor.end_use();
            reactor.end_use();
            thread.join().unwrap();
        }
    }
}
