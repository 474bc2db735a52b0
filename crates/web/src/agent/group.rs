//! The agents of one program.

use std::{
    fmt,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use super::Mailbox;
use crate::structured_clone::Text;

/// A main program with its workers, and theirs.
///
/// It counts the workers that have something to do. One that has not can get something only from another agent, so when
/// there is none, and the main program has nothing to do either, nothing will ever happen again.
#[derive(Default)]
pub struct Group {
    /// How many workers have something to do.
    active: AtomicUsize,
    /// How many threads there are.
    threads: Mutex<usize>,
    thread_ended: Condvar,
    members: Mutex<Vec<Weak<Mailbox>>>,
    main: Mutex<Weak<Mailbox>>,
}

impl fmt::Debug for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Group")
            .field("active", &self.active)
            .field("threads", &*lock(&self.threads))
            .finish_non_exhaustive()
    }
}

/// A thread that panicked has left nothing half done: what is changed under these locks is changed at once.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Group {
    /// A group of one: the mailbox of the main program.
    #[must_use]
    pub fn main() -> Arc<Mailbox> {
        let group = Arc::<Self>::default();
        let mailbox = Mailbox::of_main(Arc::clone(&group));
        *lock(&group.main) = Arc::downgrade(&mailbox);
        group.add(&mailbox);
        mailbox
    }

    pub(super) fn add(&self, mailbox: &Arc<Mailbox>) {
        let mut members = lock(&self.members);
        members.retain(|member| member.strong_count() > 0);
        members.push(Arc::downgrade(mailbox));
    }

    fn members(&self) -> Vec<Arc<Mailbox>> {
        let members = lock(&self.members);
        members.iter().filter_map(Weak::upgrade).collect()
    }

    /// The other agents that listen to a broadcast channel.
    pub(crate) fn listeners(&self, name: &Text, except: &Arc<Mailbox>) -> Vec<Arc<Mailbox>> {
        let mut members = self.members();
        members.retain(|member| !Arc::ptr_eq(member, except) && member.listens_to(name));
        members
    }

    /// Whether any worker has something to do.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.active.load(Ordering::SeqCst) > 0
    }

    pub(super) fn activate(&self) {
        self.active.fetch_add(1, Ordering::SeqCst);
    }

    /// The last one to go to rest tells the main program, which may be waiting for nothing else.
    pub(super) fn rest(&self) {
        if self.active.fetch_sub(1, Ordering::SeqCst) == 1 {
            let main = lock(&self.main).upgrade();
            if let Some(main) = main {
                main.wake();
            }
        }
    }

    /// A place for the thread of one more worker, unless there are `limit` already.
    pub fn place(self: &Arc<Self>, limit: usize) -> Option<WorkerPlace> {
        let mut threads = lock(&self.threads);
        if *threads >= limit {
            return None;
        }
        *threads += 1;
        Some(WorkerPlace(Arc::clone(self)))
    }

    /// Waits until the threads of all workers have come to their end, or until `patience` is over; says whether they
    /// have.
    pub fn wait(&self, patience: Duration) -> bool {
        let deadline = Instant::now() + patience;
        let mut threads = lock(&self.threads);
        while *threads > 0 {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            threads = self
                .thread_ended
                .wait_timeout(threads, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        true
    }

    /// How many workers have a thread.
    #[must_use]
    pub fn threads(&self) -> usize {
        *lock(&self.threads)
    }
}

/// The place of one worker's thread, which holds it to its end.
#[derive(Debug)]
pub struct WorkerPlace(Arc<Group>);

impl Drop for WorkerPlace {
    fn drop(&mut self) {
        *lock(&self.0.threads) -= 1;
        self.0.thread_ended.notify_all();
    }
}
