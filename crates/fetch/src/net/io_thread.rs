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
        keep_freed_blocks();
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

/// Has the allocator keep blocks of the size that bodies arrive in.
///
/// glibc gives such blocks back to the system as soon as they are free, and has to ask for them anew
/// for the next chunk: for a large body that is a fifth of all the work. It does so until a larger
/// block than these was freed once, by which it knows that they come and go. Other allocators need no
/// such hint, and it costs nothing there.
fn keep_freed_blocks() {
    const LARGER: usize = 1 << 20;
    drop(std::hint::black_box(Vec::<u8>::with_capacity(LARGER)));
}
