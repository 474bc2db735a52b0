//! What turns the loop.

use std::{
    cell::RefCell,
    rc::Rc,
    task::{self, Poll},
    time::Duration,
};

use boa_engine::Context;

use super::{AsyncJobs, EventLoop};
use crate::clock::{Clock, Sleep};

/// After so many turns the driver lets others have the thread: a chain of timers that are
/// always due would otherwise starve what else runs on this tokio runtime.
const TURNS_PER_POLL: u32 = 64;

/// One run of the loop. It keeps nothing but the sleep, so it may be dropped at any time.
#[derive(Default)]
pub(crate) struct Driver {
    /// Until when it sleeps, and whether nothing but timers is pending.
    sleep: Option<((Duration, bool), Sleep)>,
}

impl Driver {
    /// Turns the loop until `is_done` says so, or nothing is pending, or the engine failed.
    pub(crate) fn poll<'a>(
        &mut self,
        event_loop: &Rc<EventLoop>,
        context: &'a RefCell<&mut Context>,
        jobs: &AsyncJobs<'a>,
        is_done: &mut dyn FnMut(&mut Context) -> bool,
        cx: &mut task::Context<'_>,
    ) -> Poll<()> {
        event_loop.polls.set(event_loop.polls.get() + 1);
        for _ in 0..TURNS_PER_POLL {
            // Microtasks queued from outside of any task, by an embedder, come first.
            {
                let context = &mut context.borrow_mut();
                event_loop.begin_task(context);
                event_loop.checkpoint(context);
            }
            if self.is_over(event_loop, context, is_done) {
                return Poll::Ready(());
            }
            jobs.start_new(event_loop, context);
            let ran_tasks = event_loop.run_tasks(&mut context.borrow_mut());
            if event_loop.is_stopped() {
                return Poll::Ready(());
            }
            if let Some(order) = event_loop.order.get() {
                if ran_tasks && !event_loop.is_halted() {
                    continue;
                }
                order.admit();
            }
            let before = event_loop.async_polls.get();
            jobs.poll(event_loop, cx);
            let ran_async = before != event_loop.async_polls.get();

            if self.is_over(event_loop, context, is_done) {
                return Poll::Ready(());
            }
            if ran_tasks || ran_async || event_loop.is_ready() {
                continue;
            }
            let due = event_loop.next_due();
            let is_idle = jobs.is_idle();
            if !event_loop.waits(event_loop.awaits_timer() || !is_idle) {
                return Poll::Ready(());
            }
            let only_timers = is_idle && !event_loop.has_others();
            // `jobs.poll` has left this waker with every job; whoever queues one from
            // outside takes it from here.
            *event_loop.waker.borrow_mut() = Some(cx.waker().clone());
            if self
                .poll_sleep(event_loop.clock(), due, only_timers, cx)
                .is_pending()
            {
                return Poll::Pending;
            }
        }
        // Still busy: come back after everyone else had a turn.
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    fn is_over(
        &self,
        event_loop: &EventLoop,
        context: &RefCell<&mut Context>,
        is_done: &mut dyn FnMut(&mut Context) -> bool,
    ) -> bool {
        event_loop.is_halted() || event_loop.is_stopped() || is_done(&mut context.borrow_mut())
    }

    /// Waits until `due`; for ever when there is no such time.
    fn poll_sleep(
        &mut self,
        clock: &dyn Clock,
        due: Option<Duration>,
        only_timers: bool,
        cx: &mut task::Context<'_>,
    ) -> Poll<()> {
        let Some(due) = due else {
            self.sleep = None;
            return Poll::Pending;
        };
        let wanted = (due, only_timers);
        let sleep = match self.sleep.take() {
            Some((known, sleep)) if known == wanted => sleep,
            _ => clock.sleep_until(due, only_timers),
        };
        let (_, sleep) = self.sleep.insert((wanted, sleep));
        let polled = sleep.as_mut().poll(cx);
        if polled.is_ready() {
            self.sleep = None;
        }
        polled
    }
}
