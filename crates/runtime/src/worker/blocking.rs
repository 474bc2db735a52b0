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
    // Script runs in a task of tokio, which lets its channels give so much at a time and then wait for the task to end.
    let mut future = pin!(tokio::task::unconstrained(future));
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

    #[test]
    fn waits_within_a_task_for_as_much_as_there_is() {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let received = runtime.expect("a runtime").block_on(async {
            let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
            for message in 0..1000 {
                sender.send(message).expect("a receiver");
            }
            drop(sender);
            let all = async {
                let mut count = 0;
                while receiver.recv().await.is_some() {
                    count += 1;
                }
                count
            };
            let start = std::time::Instant::now();
            wait(all, || start.elapsed() > Duration::from_secs(5))
        });
        assert_eq!(received, Some(1000));
    }
}
