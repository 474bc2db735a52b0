//! Jobs that wait for work off the JavaScript thread.

use std::{
    cell::RefCell,
    future::{Future, poll_fn},
    pin::Pin,
    rc::Rc,
    task::{self, Poll},
};

use boa_engine::{Context, job::NativeAsyncJob};
use futures_util::{Stream, stream::FuturesUnordered};

use super::EventLoop;

type JobFuture<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// The async jobs that were started and are not done.
///
/// They borrow the context's cell, so they live beside it and not in the executor, which
/// the context itself owns.
#[derive(Default)]
pub(crate) struct AsyncJobs<'a> {
    /// Jobs that keep the loop alive.
    pending: RefCell<FuturesUnordered<JobFuture<'a>>>,
    /// Jobs that do not: the clean-up of finalization registries never ends.
    background: RefCell<FuturesUnordered<JobFuture<'a>>>,
}

impl<'a> AsyncJobs<'a> {
    /// Takes over the jobs that were queued since the last time.
    pub(super) fn start_new(&self, event_loop: &Rc<EventLoop>, context: &'a RefCell<&mut Context>) {
        let queues = [
            (&event_loop.new_async, &self.pending),
            (&event_loop.new_background, &self.background),
        ];
        for (queued, started) in queues {
            // Out of its cell first: calling a job may queue another.
            let queued = std::mem::take(&mut *queued.borrow_mut());
            for job in queued {
                started
                    .borrow()
                    .push(turn_by_turn(Rc::clone(event_loop), job, context));
            }
        }
    }

    /// Polls the jobs that were woken.
    pub(super) fn poll(&self, event_loop: &EventLoop, cx: &mut task::Context<'_>) {
        for jobs in [&self.pending, &self.background] {
            while !event_loop.is_halted()
                && !event_loop.is_stopped()
                && let Poll::Ready(Some(())) = Pin::new(&mut *jobs.borrow_mut()).poll_next(cx)
            {
            }
        }
    }

    /// Lets go of all jobs that keep the loop alive.
    pub(crate) fn discard(&self) {
        // Out of its cell first: dropping a job may drop what looks here.
        let jobs = std::mem::take(&mut *self.pending.borrow_mut());
        drop(jobs);
    }

    /// Whether no job keeps the loop alive.
    pub(super) fn is_idle(&self) -> bool {
        self.pending.borrow().is_empty()
    }
}

/// Makes every poll of a job a task of its own: prepared as one, its error reported, the
/// microtasks run behind it. A job may run script and stay pending.
fn turn_by_turn<'a>(
    event_loop: Rc<EventLoop>,
    job: NativeAsyncJob,
    context: &'a RefCell<&mut Context>,
) -> JobFuture<'a> {
    let mut future = job.call(context);
    Box::pin(poll_fn(move |cx| {
        event_loop
            .async_polls
            .set(event_loop.async_polls.get().wrapping_add(1));
        event_loop.begin_task(&mut context.borrow_mut());
        let polled = Pin::new(&mut future).poll(cx);
        let context = &mut context.borrow_mut();
        if let Poll::Ready(Err(error)) = &polled {
            event_loop.report(error.clone(), context);
        }
        event_loop.checkpoint(context);
        polled.map(drop)
    }))
}
