//! Keeping a runtime within its limits.

use std::{
    cell::Cell,
    future::{Future, poll_fn},
    pin::pin,
    rc::Rc,
    sync::Arc,
    task::Poll,
    time::{Duration, Instant},
};

use boa_engine::{
    Context, JsError,
    error::{EngineError, RuntimeLimitError},
};

use taipan_wasm::{Metering, Refuel};

use super::{Limit, Limits, Signal, Terminator, heap::Heap};
use crate::Error;

/// An iteration of a loop takes the engine at least this long. Whoever has iterated more often than there was time for
/// has no time left: that is how the clock stops loops that the engine offers no other way to stop.
const LOOP_ITERATION: Duration = Duration::from_nanos(5);

/// How often a loop may go round however little time is left.
const FREE_ITERATIONS: u64 = 100_000;

/// How much fuel WebAssembly code gets at a time: for about a millisecond.
const FUEL: u64 = 1_000_000;

/// The clock is looked at once in so many calls between WebAssembly code and JavaScript.
const CROSSINGS: u32 = 16;

/// Why a run was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    Limit(Limit),
    Terminated,
}

/// Watches over one runtime.
#[derive(Debug)]
pub(crate) struct Governor {
    limits: Limits,
    signal: Arc<Signal>,
    /// When the runtime may run nothing any more.
    end: Option<Instant>,
    /// When the run must be over: its own limit, or that of the runtime.
    deadline: Cell<Option<(Instant, Limit)>>,
    /// How many runs are under way within each other.
    depth: Cell<usize>,
    /// Why the run was stopped, if it was.
    stopped: Cell<Option<Stop>>,
    /// What is left of the run's fuel.
    fuel: Cell<u64>,
    crossings: Cell<u32>,
    heap: Option<Heap>,
    /// How long script was run before this run, within its limits.
    active: Cell<Duration>,
    started: Cell<Instant>,
}

/// A run, for as long as it is under way.
#[derive(Debug)]
#[must_use]
pub(crate) struct Run(Rc<Governor>);

impl Drop for Run {
    fn drop(&mut self) {
        let governor = &self.0;
        let depth = governor.depth.get() - 1;
        governor.depth.set(depth);
        if depth > 0 {
            return;
        }
        governor.stopped.set(None);
        if let Some((end, _)) = governor.deadline.take() {
            // What a loop took longer than it may does not count, or the next one would have that time, too.
            let end = end.min(Instant::now());
            let active = end.saturating_duration_since(governor.started.get());
            governor.active.set(governor.active.get() + active);
        }
    }
}

impl Governor {
    pub(crate) fn new(limits: Limits) -> Rc<Self> {
        Self::with_terminator(limits, Terminator::unbound())
    }

    /// The same for a runtime that can be stopped already.
    pub(crate) fn with_terminator(limits: Limits, terminator: Terminator) -> Rc<Self> {
        let now = Instant::now();
        Rc::new(Self {
            end: limits.total_timeout.and_then(|time| now.checked_add(time)),
            fuel: Cell::new(limits.fuel.unwrap_or(u64::MAX)),
            heap: limits.heap.map(Heap::new),
            limits,
            signal: terminator.into_signal(),
            deadline: Cell::new(None),
            depth: Cell::new(0),
            stopped: Cell::new(None),
            crossings: Cell::new(0),
            active: Cell::new(Duration::ZERO),
            started: Cell::new(now),
        })
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(crate) fn terminator(&self) -> Terminator {
        Terminator::new(Arc::clone(&self.signal))
    }

    /// Whether a run may take a certain time, or a certain amount of fuel.
    pub(crate) fn limits_time(&self) -> bool {
        self.limits.interrupt()
    }

    /// Whether a run is under way.
    pub(crate) fn is_running(&self) -> bool {
        self.depth.get() > 0
    }

    /// Begins a run, or a part of the one that is under way.
    pub(crate) fn begin_run(self: &Rc<Self>) -> Run {
        let depth = self.depth.get();
        self.depth.set(depth + 1);
        if depth == 0 {
            self.fuel.set(self.limits.fuel.unwrap_or(u64::MAX));
            if let Some(heap) = &self.heap {
                heap.begin_run();
                if heap.is_exceeded() {
                    self.stop(Limit::HeapInUse {
                        limit: heap.limit(),
                        used: heap.used(),
                    });
                }
            }
            if self.limits.interrupt() {
                let now = Instant::now();
                self.started.set(now);
                self.deadline.set(self.deadline_from(now));
            }
        }
        Run(Rc::clone(self))
    }

    fn deadline_from(&self, now: Instant) -> Option<(Instant, Limit)> {
        let total = self.end.zip(self.limits.total_timeout);
        let total = total.map(|(end, time)| (end, Limit::TotalTimeout(time)));
        let run = self.limits.run_timeout.and_then(|time| {
            // What the clock cannot hold is for ever.
            Some((now.checked_add(time)?, Limit::RunTimeout(time)))
        });
        run.into_iter().chain(total).min_by_key(|(end, _)| *end)
    }

    /// When the run must be over.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.deadline.get().map(|(end, _)| end)
    }

    /// Whether the run must go no further: it has been stopped, or is now.
    pub(crate) fn is_stopped(&self) -> bool {
        if self.stopped.get().is_some() {
            return true;
        }
        // What is done to the context between runs is not of this concern.
        if self.depth.get() == 0 {
            return false;
        }
        if self.signal.take() {
            self.stopped.set(Some(Stop::Terminated));
            return true;
        }
        match self.deadline.get() {
            Some((end, limit)) if Instant::now() >= end => {
                self.stop(limit);
                true
            }
            _ => self.exceeds_heap(),
        }
    }

    fn exceeds_heap(&self) -> bool {
        match &self.heap {
            Some(heap) if heap.is_exceeded() => {
                self.stop(Limit::Heap(heap.limit()));
                true
            }
            _ => false,
        }
    }

    /// Whether script may use so many bytes only.
    pub(crate) fn limits_heap(&self) -> bool {
        self.heap.is_some()
    }

    /// How many bytes script may still use, if that is limited.
    pub(crate) fn heap_room(&self) -> Option<usize> {
        self.heap.as_ref().map(Heap::room)
    }

    /// Stops the run.
    pub(crate) fn stop(&self, limit: Limit) {
        if self.stopped.get().is_none() {
            self.stopped.set(Some(Stop::Limit(limit)));
        }
    }

    /// Stops the run because its time is up.
    fn expire(&self) {
        if let Some((_, limit)) = self.deadline.get() {
            self.stop(limit);
        }
    }

    /// Looks at an error of script that the engine made: what exceeded the number of iterations that there was time for
    /// exceeded the time.
    pub(crate) fn note(&self, error: &JsError) {
        let is_loop = matches!(
            error.as_engine(),
            Some(EngineError::RuntimeLimit(RuntimeLimitError::LoopIteration))
        );
        if is_loop && !self.is_stopped() && self.iterations_by_time() < self.iterations_by_count() {
            self.expire();
        }
    }

    /// For script that is running: an error that it cannot catch, if it must go no further.
    pub(crate) fn check(&self) -> Result<(), JsError> {
        if self.is_stopped() {
            Err(uncatchable())
        } else {
            Ok(())
        }
    }

    /// What the run fails with, if it was stopped.
    pub(crate) fn error(&self) -> Option<Error> {
        self.stopped.get().map(|stop| match stop {
            Stop::Limit(which) => Error::Limit {
                which,
                stack: String::new(),
            },
            Stop::Terminated => Error::Terminated,
        })
    }

    /// Sets the limits that the engine itself keeps, for a task that begins now.
    pub(crate) fn apply(&self, context: &mut Context) {
        let limits = context.runtime_limits_mut();
        if let Some(calls) = self.limits.recursion {
            limits.set_recursion_limit(calls.min(limits.recursion_limit()));
        }
        // What nobody asked us to limit, an embedder may have told the engine itself to.
        let asked = &self.limits;
        let by_time = asked.run_timeout.or(asked.total_timeout);
        if asked.loop_iterations.is_some() || by_time.is_some() {
            limits.set_loop_iteration_limit(self.loop_iterations());
        }
    }

    /// How often the loops of a function may go round.
    fn loop_iterations(&self) -> u64 {
        self.iterations_by_count().min(self.iterations_by_time())
    }

    fn iterations_by_count(&self) -> u64 {
        self.limits.loop_iterations.unwrap_or(u64::MAX)
    }

    /// How often they can have gone round when the time is up.
    fn iterations_by_time(&self) -> u64 {
        let Some(deadline) = self.deadline() else {
            return u64::MAX;
        };
        // A function may have been suspended since an earlier run.
        let time = self.active.get() + deadline.saturating_duration_since(self.started.get());
        let by_time = time.as_nanos() / LOOP_ITERATION.as_nanos();
        let by_time = u64::try_from(by_time).unwrap_or(u64::MAX);
        by_time.saturating_add(FREE_ITERATIONS)
    }

    /// Waits for `future` for as long as the run may go on; `None` if it was stopped.
    pub(crate) async fn wait<T>(&self, future: impl Future<Output = T>) -> Option<T> {
        let mut future = pin!(future);
        let deadline = self.deadline();
        let mut sleep = pin!(deadline.map(|end| tokio::time::sleep_until(end.into())));
        poll_fn(|cx| {
            // First, so that nothing is missed that happens from here on.
            self.signal.wake_by(cx.waker());
            if self.is_stopped() {
                return Poll::Ready(None);
            }
            if let Poll::Ready(value) = future.as_mut().poll(cx) {
                return Poll::Ready(Some(value));
            }
            match sleep.as_mut().as_pin_mut().map(|sleep| sleep.poll(cx)) {
                Some(Poll::Ready(())) => {
                    self.expire();
                    Poll::Ready(None)
                }
                _ => Poll::Pending,
            }
        })
        .await
    }
}

impl Metering for Governor {
    fn refuel(&self, needed: u64) -> Refuel {
        if let Err(error) = self.check() {
            return Refuel::Stop(error);
        }
        let Some(limit) = self.limits.fuel else {
            return Refuel::Continue(needed.max(FUEL));
        };
        let left = self.fuel.get();
        if needed > left {
            self.stop(Limit::Fuel(limit));
            return Refuel::Stop(uncatchable());
        }
        let fuel = needed.max(FUEL).min(left);
        self.fuel.set(left - fuel);
        Refuel::Continue(fuel)
    }

    fn take_back(&self, fuel: u64) {
        self.fuel.set(self.fuel.get().saturating_add(fuel));
    }

    fn cross(&self) -> Result<(), JsError> {
        let crossings = self.crossings.get().wrapping_add(1);
        self.crossings.set(crossings);
        if self.signal.is_raised()
            || self.stopped.get().is_some()
            || crossings.is_multiple_of(CROSSINGS)
        {
            return self.check();
        }
        Ok(())
    }
}

/// An error of the engine that no script can catch.
fn uncatchable() -> JsError {
    EngineError::RuntimeLimit(RuntimeLimitError::LoopIteration).into()
}
