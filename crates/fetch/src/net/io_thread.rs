//! The thread on which input and output happen while nobody else has time for it.

use std::{io, thread};

use tokio::runtime::Handle;

use super::reactor::Reactor;

/// Sees to it that a [`Reactor`] is driven, until the value is dropped: by a thread of its own whenever nobody else
/// does.
///
/// Dropping it does not wait: tasks that are still running are dropped with the reactor, which closes their
/// connections and ends their channels.
#[derive(Debug)]
pub(super) struct IoThread {
    reactor: Reactor,
}

impl IoThread {
    /// Starts the thread, for the reactor that this thread is running in if there is one, or for a new one.
    pub(super) fn start() -> io::Result<Self> {
        keep_freed_blocks();
        let current = Reactor::current();
        let is_own = current.is_none();
        let reactor = match current {
            Some(reactor) => reactor,
            None => Reactor::new()?,
        };
        if reactor.begin_use() {
            let watched = reactor.clone();
            let thread = thread::Builder::new()
                .name("taipan-fetch".to_owned())
                .spawn(move || watched.watch(is_own));
            if let Err(error) = thread {
                reactor.end_use();
                return Err(error);
            }
        }
        Ok(Self { reactor })
    }

    /// The runtime's handle, for spawning from any thread.
    pub(super) fn handle(&self) -> &Handle {
        self.reactor.handle()
    }
}

impl Drop for IoThread {
    fn drop(&mut self) {
        self.reactor.end_use();
    }
}

/// Has the allocator keep blocks of the size that bodies arrive in.
///
/// glibc gives such blocks back to the system as soon as they are free, and has to ask for them anew
/// for the next chunk: for a large body that is a fifth of all the work. It does so until a larger
/// block than these was freed once, by which it knows that they come and go. Other allocators need no
/// such hint, and it costs nothing there.
fn keep_freed_blocks() {
    const LARGER: usize = 2 << 20;
    drop(std::hint::black_box(Vec::<u8>::with_capacity(LARGER)));
}
