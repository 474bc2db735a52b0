//! The worker threads that all compilations of the process share.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;

type Task = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct Queue {
    tasks: Mutex<VecDeque<Task>>,
    arrival: Condvar,
}

/// A queue of tasks and the threads that work on it.
struct Pool {
    queue: Arc<Queue>,
    /// How many threads the system was willing to start, at most one for each processor.
    workers: usize,
}

/// Started when first needed, and never stopped: idle threads cost nothing but address space.
static POOL: OnceLock<Pool> = OnceLock::new();

/// Takes a lock whether or not a holder panicked: no holder in this crate leaves the data in a
/// state which the next one could not go on from.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs `task` on a worker thread, in the order of submission.
///
/// Where the system refuses to start any thread, it runs now, on this one.
pub(crate) fn submit(task: impl FnOnce() + Send + 'static) {
    let pool = POOL.get_or_init(Pool::start);
    if pool.workers == 0 {
        run(Box::new(task));
        return;
    }
    lock(&pool.queue.tasks).push_back(Box::new(task));
    pool.queue.arrival.notify_one();
}

impl Pool {
    fn start() -> Self {
        let queue = Arc::new(Queue::default());
        let wanted = thread::available_parallelism().map_or(1, usize::from);
        let workers = (0..wanted)
            .filter(|index| {
                let queue = Arc::clone(&queue);
                thread::Builder::new()
                    .name(format!("wasm-compile-{index}"))
                    .spawn(move || work(&queue))
                    .is_ok()
            })
            .count();
        Self { queue, workers }
    }
}

fn work(queue: &Queue) -> ! {
    loop {
        let mut tasks = lock(&queue.tasks);
        let task = loop {
            match tasks.pop_front() {
                Some(task) => break task,
                None => {
                    tasks = queue
                        .arrival
                        .wait(tasks)
                        .unwrap_or_else(PoisonError::into_inner);
                }
            }
        };
        drop(tasks);
        run(task);
    }
}

fn run(task: Task) {
    // Tasks tell those who wait for them that they panicked; a worker survives in any case.
    let _ = catch_unwind(AssertUnwindSafe(task));
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::submit;

    #[test]
    fn tasks_run_and_panics_do_not_kill_workers() {
        let (sender, receiver) = mpsc::channel();
        for index in 0..100 {
            let sender = sender.clone();
            submit(move || {
                if index % 3 == 0 {
                    std::panic::resume_unwind(Box::new("a task's own trouble"));
                }
                sender.send(index).unwrap();
            });
        }
        drop(sender);
        let mut seen: Vec<_> = receiver.iter().collect();
        seen.sort_unstable();
        let expected: Vec<_> = (0..100).filter(|index| index % 3 != 0).collect();
        assert_eq!(seen, expected);
    }
}
