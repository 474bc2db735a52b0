//! The thread on which all input and output happens.

use std::{io, thread};

use tokio::{
    runtime::{Builder, Handle},
    sync::oneshot,
};

/// How many names are resolved and files read at the same time.
const MAX_BLOCKING_THREADS: usize = 64;

/// A thread that drives a tokio runtime until the value is dropped.
///
/// Dropping it does not wait: tasks that are still running are dropped by the thread on its
/// way out, which closes their connections and ends their channels.
#[derive(Debug)]
pub(super) struct IoThread {
    handle: Handle,
    /// Never sent to: that it is dropped is the signal.
    _alive: oneshot::Sender<()>,
}

impl IoThread {
    /// Starts the thread.
    pub(super) fn start() -> io::Result<Self> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .thread_name("taipan-fetch-blocking")
            .max_blocking_threads(MAX_BLOCKING_THREADS)
            .build()?;
        let handle = runtime.handle().clone();
        let (alive, dropped) = oneshot::channel::<()>();
        thread::Builder::new()
            .name("taipan-fetch".to_owned())
            .spawn(move || {
                // An error is the expected outcome: it says that the sender is gone.
                let _ = runtime.block_on(dropped);
                // Name resolution and file reads may sit in a blocking call; nobody waits for them.
                runtime.shutdown_background();
            })?;
        Ok(Self {
            handle,
            _alive: alive,
        })
    }

    /// The runtime's handle, for spawning from any thread.
    pub(super) fn handle(&self) -> &Handle {
        &self.handle
    }
}
