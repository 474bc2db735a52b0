//! The event loop: Boa's [`JobExecutor`] on tokio.
//!
//! One task, then every microtask in the order they were queued, then the objects kept
//! alive by `WeakRef` are released and rejected promises nobody handled are reported;
//! and again. Tasks are due timers, generic jobs and polls of async jobs. When there is
//! none, the loop sleeps until a timer is due, an async job wakes it, or a job is queued.
//!
//! An error that leaves a task is reported and the loop goes on.
//!
//! Spec: <https://html.spec.whatwg.org/multipage/webappapis.html#event-loop-processing-model>

mod async_jobs;
mod driver;
mod rejections;
mod timer_queue;

use std::{
    cell::{Cell, OnceCell, RefCell},
    collections::VecDeque,
    future::poll_fn,
    rc::{Rc, Weak},
    sync::Arc,
    task::Waker,
    time::Duration,
};

use boa_engine::{
    Context, JsError, JsNativeError, JsResult, JsValue,
    builtins::promise::OperationType,
    error::{EngineError, PanicError},
    job::{GenericJob, Job, JobExecutor, NativeAsyncJob, PromiseJob},
    object::builtins::JsPromise,
};

pub(crate) use async_jobs::AsyncJobs;
pub(crate) use driver::Driver;
use rejections::RejectionTracker;
use taipan_web::{agent::Mailbox, events, timers};
use taipan_webidl::{gc_stress, ordered::Order};
use timer_queue::{TimerJob, TimerQueue};

use crate::{
    clock::{Clock, SystemClock},
    error::fatal,
    limits::{self, Governor, apart},
    pressure,
};

/// Where an error comes from that no script caught.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UncaughtKind {
    /// An exception left a callback, a microtask or another job.
    Exception,
    /// A promise was rejected and had no handler when the microtasks of the turn were done.
    Rejection,
}

/// Takes errors no script caught.
pub(crate) type Reporter = Box<dyn Fn(UncaughtKind, JsError, &mut Context)>;

/// The job executor of a runtime.
///
/// It is reached from a context through [`Context::downcast_job_executor`]. A
/// [`Runtime`](crate::Runtime) drives it; a bare context may use it too, then
/// [`JobExecutor::run_jobs_async`] drives it until nothing is pending.
pub struct EventLoop {
    this: Weak<Self>,
    microtasks: RefCell<VecDeque<PromiseJob>>,
    tasks: RefCell<VecDeque<GenericJob>>,
    timers: RefCell<TimerQueue>,
    /// Async jobs that wait for their first poll.
    new_async: RefCell<Vec<NativeAsyncJob>>,
    /// The same for jobs that never keep the loop alive.
    new_background: RefCell<Vec<NativeAsyncJob>>,
    /// The "performing a microtask checkpoint".
    in_microtasks: Cell<bool>,
    rejections: RejectionTracker,
    reporter: Reporter,
    clock: Arc<dyn Clock>,
    /// Wakes the loop while it sleeps.
    waker: RefCell<Option<Waker>>,
    /// Counts polls of async jobs: tells the driver whether one ran.
    async_polls: Cell<u64>,
    /// Counts how often the loop was polled.
    polls: Cell<u64>,
    /// Set when the engine can no longer be trusted to run this context.
    fatal: RefCell<Option<String>>,
    /// What stops a run that exceeds its limits.
    governor: OnceCell<Rc<Governor>>,
    /// What comes from other agents, if this is one of several.
    mailbox: RefCell<Option<Arc<Mailbox>>>,
    /// Set when the results of asynchronous work come in an order that does not change.
    order: OnceCell<Order>,
}

impl std::fmt::Debug for EventLoop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EventLoop")
            .field("microtasks", &self.microtasks.borrow().len())
            .field("tasks", &self.tasks.borrow().len())
            .field("timers", &self.timers.borrow().len())
            .finish_non_exhaustive()
    }
}

impl EventLoop {
    /// An empty loop that hands errors nobody caught to `reporter`.
    pub fn new(reporter: impl Fn(UncaughtKind, JsError, &mut Context) + 'static) -> Rc<Self> {
        Self::with_clock(Arc::new(SystemClock::default()), reporter)
    }

    /// The same with timers that go by `clock`.
    pub fn with_clock(
        clock: Arc<dyn Clock>,
        reporter: impl Fn(UncaughtKind, JsError, &mut Context) + 'static,
    ) -> Rc<Self> {
        Rc::new_cyclic(|this| Self {
            this: this.clone(),
            microtasks: RefCell::default(),
            tasks: RefCell::default(),
            timers: RefCell::default(),
            new_async: RefCell::default(),
            new_background: RefCell::default(),
            in_microtasks: Cell::new(false),
            rejections: RejectionTracker::default(),
            reporter: Box::new(reporter),
            clock,
            waker: RefCell::default(),
            async_polls: Cell::new(0),
            polls: Cell::new(0),
            fatal: RefCell::default(),
            governor: OnceCell::new(),
            mailbox: RefCell::default(),
            order: OnceCell::new(),
        })
    }

    /// How often the loop was polled since it was made.
    ///
    /// An idle loop is not polled at all, which this makes visible.
    #[must_use]
    pub fn polls(&self) -> u64 {
        self.polls.get()
    }

    /// To be called by the host hook of the same name, so that rejections are reported.
    ///
    /// Spec: <https://tc39.es/ecma262/#sec-host-promise-rejection-tracker>
    pub fn promise_rejection_tracker(
        &self,
        promise: JsPromise,
        operation: OperationType,
        context: &mut Context,
    ) {
        if let Err(error) = self.rejections.track(promise, operation, context) {
            self.report(error, context);
        }
    }

    /// Makes what the web platform has to ask its event loop ask this one, which is the job
    /// executor of `context`: exceptions that listeners throw come to the reporter, microtasks
    /// run between listeners, and timers that nobody waits for do not keep the loop alive.
    pub fn attach(self: &Rc<Self>, context: &mut Context) {
        let this = Rc::downgrade(self);
        events::set_exception_report(
            move |error, context| {
                if let Some(this) = this.upgrade() {
                    this.report_unhandled(UncaughtKind::Exception, error, context);
                }
            },
            context,
        );
        events::set_microtask_checkpoint(
            |context| {
                if let Some(this) = context.downcast_job_executor::<Self>() {
                    this.run_microtasks(context);
                }
            },
            context,
        );
        timers::set_background_timers(
            |job, context| {
                if let Some(this) = context.downcast_job_executor::<Self>() {
                    this.add_timer(TimerJob::background(job));
                    this.notify();
                }
            },
            context,
        );
    }

    /// Has `governor` stop what exceeds its limits.
    pub(crate) fn set_governor(&self, governor: Rc<Governor>) {
        // It is set once, when the runtime is made.
        let _ = self.governor.set(governor);
    }

    /// Has the results of asynchronous work come in the order of `order`, and when there is nothing else to do.
    pub(crate) fn set_order(&self, order: Order) {
        let _ = self.order.set(order);
    }

    /// How many bytes script may still use, if that is limited.
    pub(crate) fn heap_room(&self) -> Option<usize> {
        self.governor
            .get()
            .and_then(|governor| governor.heap_room())
    }

    /// Whether loops may go round so many times only, whatever time there is.
    pub(crate) fn limits_loops(&self) -> bool {
        self.governor
            .get()
            .is_some_and(|governor| governor.limits().loop_iterations.is_some())
    }

    /// For script that is running: an error that it cannot catch, if it must go no further.
    pub(crate) fn check_governor(&self) -> JsResult<()> {
        match self.governor.get() {
            Some(governor) => governor.check(),
            None => Ok(()),
        }
    }

    /// Whether nothing more must run: the engine has failed, or the run was stopped.
    fn is_halted(&self) -> bool {
        self.fatal.borrow().is_some() || self.governor.get().is_some_and(|it| it.is_stopped())
    }

    /// Lets go of everything that is pending but the clean-up of finalization registries, which never ends.
    pub(crate) fn discard(&self, context: &mut Context) {
        // Out of their cells first: dropping a job may queue or cancel others.
        let microtasks = std::mem::take(&mut *self.microtasks.borrow_mut());
        let tasks = std::mem::take(&mut *self.tasks.borrow_mut());
        let timers = std::mem::take(&mut *self.timers.borrow_mut());
        let jobs = std::mem::take(&mut *self.new_async.borrow_mut());
        drop((microtasks, tasks, timers, jobs));
        self.rejections.discard();
        timers::discard(context);
        context.clear_kept_objects();
    }

    /// Has the loop run what comes to `mailbox`, each as a task, and wait for it.
    pub(crate) fn receive(self: &Rc<Self>, mailbox: Arc<Mailbox>) {
        self.mailbox.replace(Some(Arc::clone(&mailbox)));
        let job = NativeAsyncJob::new(async move |context| {
            loop {
                let mail = poll_fn(|cx| mailbox.poll_mail(cx)).await;
                let context = &mut context.borrow_mut();
                let realm = context.realm().clone();
                for steps in mail {
                    let steps = move |context: &mut Context| {
                        steps(context)?;
                        Ok(JsValue::undefined())
                    };
                    let job = Job::GenericJob(GenericJob::new(steps, realm.clone()));
                    context.enqueue_job(job);
                }
            }
        });
        self.new_background.borrow_mut().push(job);
        self.notify();
    }

    /// Whether a worker's loop is to end.
    fn is_stopped(&self) -> bool {
        let mailbox = self.mailbox.borrow();
        mailbox.as_ref().is_some_and(|mailbox| mailbox.is_stopped())
    }

    /// Whether the loop is to wait when there is nothing to do but that: if something of its own is `pending`, or if
    /// something may come from others.
    fn waits(&self, pending: bool) -> bool {
        let waits = match &*self.mailbox.borrow() {
            Some(mailbox) => mailbox.wait(pending),
            None => pending,
        };
        // Where a run may take a certain time only, a worker that waits for mail is in none.
        let is_limited = || self.governor.get().is_some_and(|it| it.limits_time());
        waits && (pending || self.is_main() || !is_limited())
    }

    /// Whether this is not the loop of a worker.
    fn is_main(&self) -> bool {
        let mailbox = self.mailbox.borrow();
        mailbox.as_ref().is_none_or(|mailbox| mailbox.is_main())
    }

    /// Whether something may come from other agents.
    fn has_others(&self) -> bool {
        let mailbox = self.mailbox.borrow();
        mailbox.as_ref().is_some_and(|mailbox| mailbox.is_awaited())
    }

    /// What made this runtime unusable, if anything did.
    pub(crate) fn fatal(&self) -> Option<String> {
        self.fatal.borrow().clone()
    }

    /// The same as a result of the engine.
    fn result(&self) -> JsResult<()> {
        match self.fatal() {
            Some(message) => Err(EngineError::Panic(PanicError::new(message)).into()),
            None => Ok(()),
        }
    }

    /// Remembers an error that is the engine's end.
    pub(crate) fn note_fatal(&self, error: &JsError) {
        if let Some(message) = fatal(error) {
            self.fail(message);
        }
    }

    /// Remembers that the engine failed. What it said first is the reason.
    pub(crate) fn fail(&self, message: String) {
        self.fatal.borrow_mut().get_or_insert(message);
    }

    /// Prepares the context for a task.
    pub(crate) fn begin_task(&self, context: &mut Context) {
        pressure::relieve();
        gc_stress::boundary();
        limits::apply(context);
        if let Some(governor) = self.governor.get() {
            governor.apply(context);
        }
        timers::begin_task(context);
    }

    /// Reports an exception that left a task: first to the script, which may take care of it.
    pub(crate) fn report(&self, error: JsError, context: &mut Context) {
        if let Some(governor) = self.governor.get() {
            governor.note(&error);
            // That is what the run as a whole fails with.
            if governor.is_stopped() {
                return;
            }
        }
        match events::fire_error(&error, context) {
            Ok(true) => {}
            Ok(false) => self.report_unhandled(UncaughtKind::Exception, error, context),
            Err(fatal) => {
                self.report_unhandled(UncaughtKind::Exception, error, context);
                self.report_unhandled(UncaughtKind::Exception, fatal, context);
            }
        }
    }

    /// Hands an error to the reporter, and remembers it when it is the engine's end.
    fn report_unhandled(&self, kind: UncaughtKind, error: JsError, context: &mut Context) {
        self.note_fatal(&error);
        (self.reporter)(kind, error, context);
    }

    /// Runs every microtask, then does what is due at the end of a turn.
    ///
    /// Spec: <https://html.spec.whatwg.org/multipage/webappapis.html#perform-a-microtask-checkpoint>
    pub(crate) fn checkpoint(&self, context: &mut Context) {
        loop {
            self.run_microtasks(context);
            if self.is_halted() {
                return;
            }
            context.clear_kept_objects();
            // This may run script and so queue microtasks.
            let notified = self.rejections.notify(context, |error, context| {
                self.report_unhandled(UncaughtKind::Rejection, error, context);
            });
            if !notified {
                return;
            }
        }
    }

    /// Runs microtasks until there is none; none within a microtask.
    fn run_microtasks(&self, context: &mut Context) {
        if self.microtasks.borrow().is_empty() || self.in_microtasks.replace(true) {
            return;
        }
        match self.this.upgrade().filter(|_| self.is_apart()) {
            None => self.drain_microtasks(context),
            Some(this) => {
                let drain = move |context: &mut Context| {
                    this.drain_microtasks(context);
                    Ok(JsValue::undefined())
                };
                if let Err(error) = apart::call(drain, context) {
                    self.report(error, context);
                }
            }
        }
        self.in_microtasks.set(false);
    }

    /// Whether script runs on stacks of its own.
    fn is_apart(&self) -> bool {
        self.governor.get().is_some_and(|it| it.limits_heap())
    }

    fn drain_microtasks(&self, context: &mut Context) {
        while !self.is_halted() {
            // The queue must not be borrowed while the job runs: it queues more.
            let job = self.microtasks.borrow_mut().pop_front();
            let Some(job) = job else { break };
            gc_stress::boundary();
            if let Err(error) = job.call(context) {
                self.report(error, context);
            }
        }
    }

    /// Calls a timer, and gives what repeats it.
    fn call_timer(
        &self,
        timer: TimerJob,
        context: &mut Context,
    ) -> (JsResult<()>, Option<TimerJob>) {
        if !self.is_apart() {
            let mut timer = timer;
            let result = timer.call(context);
            return (result, timer.next());
        }
        let shared = Rc::new(RefCell::new(Some(timer)));
        let called = Rc::clone(&shared);
        let call = move |context: &mut Context| {
            let Some(mut timer) = called.take() else {
                return Ok(JsValue::undefined());
            };
            let result = timer.call(context);
            called.replace(timer.next());
            result.map(|()| JsValue::undefined())
        };
        let result = apart::call(call, context).map(drop);
        (result, shared.take())
    }

    /// Runs at most one generic job and one due timer, each with its checkpoint; says
    /// whether there was any.
    fn run_tasks(&self, context: &mut Context) -> bool {
        let mut ran = false;
        let job = self.tasks.borrow_mut().pop_front();
        if let Some(job) = job {
            ran = true;
            self.begin_task(context);
            let result = apart::call(move |context| job.call(context), context);
            self.finish_task(result.map(drop), context);
        }
        if self.is_halted() || self.is_stopped() {
            return ran;
        }
        let timer = self.timers.borrow_mut().pop_due(self.clock.now());
        if let Some(timer) = timer {
            ran = true;
            self.begin_task(context);
            let (result, next) = self.call_timer(timer, context);
            if let Some(next) = next {
                self.add_timer(next);
            }
            self.finish_task(result, context);
        }
        ran
    }

    /// Reports a task's error and runs the checkpoint behind it.
    fn finish_task(&self, result: JsResult<()>, context: &mut Context) {
        if let Err(error) = result {
            self.report(error, context);
        }
        self.checkpoint(context);
    }

    /// Whether there is something to do without waiting.
    fn is_ready(&self) -> bool {
        !self.microtasks.borrow().is_empty()
            || !self.tasks.borrow().is_empty()
            || !self.new_async.borrow().is_empty()
            || !self.new_background.borrow().is_empty()
    }

    /// The clock that timers go by.
    fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// Whether there is a timer that keeps the loop alive.
    fn awaits_timer(&self) -> bool {
        self.timers.borrow().awaited() > 0
    }

    /// When the next timer is due.
    fn next_due(&self) -> Option<Duration> {
        self.timers.borrow().next_due()
    }

    /// Queues a timer, and makes its cancellation take it out of the queue again, so that
    /// a cancelled timer never keeps the loop alive.
    fn add_timer(&self, job: TimerJob) {
        let due = self.clock.now().saturating_add(job.delay());
        let token = job.token();
        let key = self.timers.borrow_mut().insert(due, job);
        let this = self.this.clone();
        token.push_callback(move |_| {
            if let Some(this) = this.upgrade() {
                let removed = this.timers.borrow_mut().remove(key);
                // Dropped only now: dropping a job may drop what queues or cancels others.
                drop(removed);
            }
        });
    }

    /// Wakes the loop if it sleeps.
    fn notify(&self) {
        if let Some(waker) = self.waker.borrow_mut().take() {
            waker.wake();
        }
    }
}

impl JobExecutor for EventLoop {
    fn enqueue_job(self: Rc<Self>, job: Job, context: &mut Context) {
        match job {
            Job::PromiseJob(job) => self.microtasks.borrow_mut().push_back(job),
            Job::GenericJob(job) => self.tasks.borrow_mut().push_back(job),
            Job::AsyncJob(job) => self.new_async.borrow_mut().push(job),
            Job::TimeoutJob(job) => self.add_timer(TimerJob::from(job)),
            Job::IntervalJob(job) => self.add_timer(TimerJob::from(job)),
            Job::FinalizationRegistryCleanupJob(job) => self.new_background.borrow_mut().push(job),
            // A kind of job this version of the engine does not have. Losing it silently
            // would be worse than to say so.
            other => {
                let error = JsNativeError::error()
                    .with_message(format!("the event loop does not know this job: {other:?}"));
                self.report(error.into(), context);
            }
        }
        self.notify();
    }

    /// Runs the microtasks only: a synchronous caller cannot wait for timers or for work
    /// off this thread without stopping everything else.
    fn run_jobs(self: Rc<Self>, context: &mut Context) -> JsResult<()> {
        self.checkpoint(context);
        self.result()
    }

    /// Drives the loop until nothing is pending.
    ///
    /// Async jobs live in the returned future: dropping it early loses them. A
    /// [`Runtime`](crate::Runtime) keeps them itself and has no such trap.
    async fn run_jobs_async(self: Rc<Self>, context: &RefCell<&mut Context>) -> JsResult<()> {
        let jobs = AsyncJobs::default();
        let mut driver = Driver::default();
        std::future::poll_fn(|cx| driver.poll(&self, context, &jobs, &mut |_| false, cx)).await;
        self.result()
    }
}
