//! Stopping a runtime from outside.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::Waker,
};

use futures_util::task::AtomicWaker;

/// What a runtime and its terminators share.
#[derive(Debug, Default)]
pub(crate) struct Signal {
    raised: AtomicBool,
    /// Wakes the runtime while it waits.
    waker: AtomicWaker,
}

impl Signal {
    /// Whether the runtime is to stop.
    pub(crate) fn is_raised(&self) -> bool {
        self.raised.load(Ordering::Relaxed)
    }

    /// The same, once: what asks stops.
    pub(crate) fn take(&self) -> bool {
        // Most often it is not, and then nothing needs to be written.
        self.is_raised() && self.raised.swap(false, Ordering::Acquire)
    }

    /// Has `waker` woken by the next [`raise`](Self::raise).
    pub(crate) fn wake_by(&self, waker: &Waker) {
        self.waker.register(waker);
    }

    fn raise(&self) {
        self.raised.store(true, Ordering::Release);
        self.waker.wake();
    }
}

/// Stops what a [`Runtime`](crate::Runtime) runs, from any thread. Made by
/// [`Runtime::terminator`](crate::Runtime::terminator).
///
/// ```
/// use std::{thread, time::Duration};
///
/// let mut runtime = taipan::Runtime::builder().interruptible(true).build()?;
/// let terminator = runtime.terminator();
/// let thread = thread::spawn(move || {
///     thread::sleep(Duration::from_millis(20));
///     terminator.terminate();
/// });
/// runtime.eval("setTimeout(function again() { setTimeout(again) })")?;
/// assert!(matches!(runtime.run(), Err(taipan::Error::Terminated)));
/// # thread.join().unwrap();
///
/// // It runs what comes next.
/// assert_eq!(runtime.eval("6 * 7")?.as_number(), Some(42.0));
/// # Ok::<_, taipan::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Terminator(Arc<Signal>);

impl Terminator {
    /// One for a runtime that is yet to be made.
    pub(crate) fn unbound() -> Self {
        Self(Arc::default())
    }

    pub(crate) fn into_signal(self) -> Arc<Signal> {
        self.0
    }
}

impl Terminator {
    pub(crate) fn new(signal: Arc<Signal>) -> Self {
        Self(signal)
    }

    /// Has the run that is under way, or else the next one, fail with
    /// [`Error::Terminated`](crate::Error::Terminated).
    ///
    /// What the run left pending is discarded. Script that is stopped does not see it: no `catch` and no `finally` runs.
    /// The runtime lives and can be used again.
    ///
    /// It takes effect
    ///
    /// - between two jobs or microtasks, and while the runtime waits;
    /// - in a runtime that is [interruptible](crate::RuntimeBuilder::interruptible) also in WebAssembly code, within
    ///   milliseconds, and in script that goes back and forth between WebAssembly and JavaScript.
    ///
    /// That is all. Script that goes on running by itself is not stopped and can put it off as long as it likes: a loop
    /// of JavaScript, whatever other functions of JavaScript it calls, and functions of the engine that take long, such
    /// as sorting or a regular expression. The engine has no way to. Bound loops by
    /// [`Limits::loop_iterations`](crate::Limits::loop_iterations). Nor does it wait: when it returns, the run may still
    /// be under way, and where it has ended before, the next one fails.
    pub fn terminate(&self) {
        self.0.raise();
    }

    /// Whether [`terminate`](Self::terminate) was called and no run has failed for it yet.
    #[must_use]
    pub fn is_terminating(&self) -> bool {
        self.0.is_raised()
    }
}
