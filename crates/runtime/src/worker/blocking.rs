//! Waiting for a future in the middle of a script.

use std::{
    future::Future,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
    time::Duration,
};

/// How often it is looked whether to give up.
const INTERVAL: Duration = Duration::from_millis(10);

/// Wakes a thread that sleeps.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Blocks the thread until `future` is ready, or until `gives_up` says so.
///
/// The event loop must not turn meanwhile, and tokio lets nobody block within itself; what is waited for is done by
/// another thread.
pub(super) fn wait<F: Future>(future: F, gives_up: impl Fn() -> bool) -> Option<F::Output> {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut cx = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return Some(output);
        }
        if gives_up() {
            return None;
        }
        thread::park_timeout(INTERVAL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_for_another_thread_or_gives_up() {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let thread = thread::spawn(move || {
            thread::sleep(Duration::from_millis(20));
            sender.send(7)
        });
        assert_eq!(wait(receiver, || false), Some(Ok(7)));
        assert_eq!(thread.join().ok(), Some(Ok(())));
        assert_eq!(wait(std::future::pending::<()>(), || true), None);
    }
}
