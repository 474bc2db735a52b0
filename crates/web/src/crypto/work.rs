//! Work away from the thread of the context.

use std::{
    cell::RefCell,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::Duration,
};

use boa_engine::{
    Context, JsResult, JsValue,
    job::{Job, NativeAsyncJob},
    object::builtins::JsPromise,
};
use taipan_webidl::promise;
use tokio::sync::oneshot;

use super::failure::{Failure, Outcome};
use crate::random;

/// What takes no longer than this much data does is done at once.
const AT_ONCE: usize = 128 * 1024;
/// A thread that has had nothing to do for so long ends.
const IDLE: Duration = Duration::from_secs(5);

type Task = Box<dyn FnOnce() + Send>;

/// Threads that take tasks from a queue. They are started as needed, and end when idle.
struct Pool {
    sender: Mutex<Sender<Task>>,
    receiver: Mutex<Receiver<Task>>,
    counts: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    /// Tasks that wait or run.
    tasks: usize,
    threads: usize,
}

/// Nothing panics while it holds one of the locks.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Pool {
    fn get() -> &'static Arc<Self> {
        static POOL: OnceLock<Arc<Pool>> = OnceLock::new();
        POOL.get_or_init(|| {
            let (sender, receiver) = channel();
            Arc::new(Self {
                sender: Mutex::new(sender),
                receiver: Mutex::new(receiver),
                counts: Mutex::default(),
            })
        })
    }

    /// Runs a task soon. It is dropped if there is no thread to be had.
    fn spawn(self: &Arc<Self>, task: Task) {
        let limit = thread::available_parallelism().map_or(1, usize::from);
        let mut counts = lock(&self.counts);
        if counts.threads < limit.min(counts.tasks + 1) {
            let this = Arc::clone(self);
            let started = thread::Builder::new()
                .name("taipan-crypto".to_owned())
                .spawn(move || this.run());
            match started {
                Ok(_) => counts.threads += 1,
                Err(_) if counts.threads == 0 => return,
                Err(_) => {}
            }
        }
        if lock(&self.sender).send(task).is_ok() {
            counts.tasks += 1;
        }
    }

    fn run(&self) {
        loop {
            let next = lock(&self.receiver).recv_timeout(IDLE);
            match next {
                Ok(task) => {
                    // Whoever waits for a task that panics finds its channel closed.
                    let _ = catch_unwind(AssertUnwindSafe(task));
                    lock(&self.counts).tasks -= 1;
                }
                Err(_) => {
                    let mut counts = lock(&self.counts);
                    // A task may have come since.
                    if counts.tasks == 0 {
                        counts.threads -= 1;
                        break;
                    }
                }
            }
        }
    }
}

/// How long an operation takes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Cost {
    /// As long as reading so many bytes.
    Bytes(usize),
    /// Long enough for a thread of its own.
    High,
}

/// A promise for what `finish` makes of the outcome of `work`, which runs on another thread if it
/// takes long and the order in which random numbers are drawn does not matter.
pub(super) fn perform<T: Send + 'static>(
    cost: Cost,
    work: impl FnOnce() -> Outcome<T> + Send + 'static,
    finish: impl FnOnce(T, &mut Context) -> JsResult<JsValue> + 'static,
    context: &mut Context,
) -> JsResult<JsValue> {
    let settle = move |outcome: Outcome<T>, context: &mut Context| match outcome {
        Ok(value) => finish(value, context),
        Err(failure) => Err(failure.throw(context)),
    };
    let source = random::chosen(context);
    let is_at_once = matches!(cost, Cost::Bytes(bytes) if bytes <= AT_ONCE) || source.is_some();
    let work = move || random::with_source(source, work)?;
    if is_at_once {
        let value = settle(work(), context)?;
        return Ok(promise::resolved(value, context)?.into());
    }
    let (promise, functions) = JsPromise::new_pending(context);
    let (sender, receiver) = oneshot::channel();
    let task: Task = Box::new(move || {
        // Nobody may be waiting any more.
        let _ = sender.send(work());
    });
    Pool::get().spawn(task);
    let realm = context.realm().clone();
    let job = async move |context: &RefCell<&mut Context>| {
        let outcome = receiver
            .await
            .unwrap_or_else(|_| Err(Failure::operation("the operation was given up")));
        let context = &mut context.borrow_mut();
        let result = settle(outcome, context);
        promise::settle(&functions, result, context)?;
        Ok(JsValue::undefined())
    };
    context.enqueue_job(Job::AsyncJob(NativeAsyncJob::with_realm(job, realm)));
    Ok(promise.into())
}
