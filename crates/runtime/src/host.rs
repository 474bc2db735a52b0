//! The context together with the futures that borrow it.

use std::{
    cell::{RefCell, RefMut},
    rc::Rc,
    task::{self, Poll},
};

use boa_engine::Context;

use crate::event_loop::{AsyncJobs, Driver, EventLoop};

/// A context and its async jobs.
///
/// Boa's async jobs borrow the context's cell. Kept beside it, they outlive a single run
/// of the loop: a caller may wait for one promise, go away, and come back later without
/// losing what else was pending; and a future that drives the loop may be dropped.
#[ouroboros::self_referencing]
pub(crate) struct Host {
    context: Box<Context>,
    #[borrows(mut context)]
    #[not_covariant]
    cell: RefCell<&'this mut Context>,
    #[borrows(cell)]
    #[not_covariant]
    jobs: AsyncJobs<'this>,
}

impl Host {
    /// Takes over a context.
    pub(crate) fn from_context(context: Context) -> Self {
        HostBuilder {
            context: Box::new(context),
            cell_builder: |context| RefCell::new(context),
            jobs_builder: |_| AsyncJobs::default(),
        }
        .build()
    }

    /// The context.
    pub(crate) fn context(&self) -> RefMut<'_, Context> {
        self.with_cell(|cell| RefMut::map(cell.borrow_mut(), |context| &mut **context))
    }

    /// Lets go of the jobs that are pending.
    pub(crate) fn discard_jobs(&self) {
        self.with_jobs(|jobs| jobs.discard());
    }

    /// Turns the event loop, see [`Driver::poll`].
    pub(crate) fn poll(
        &self,
        driver: &mut Driver,
        event_loop: &Rc<EventLoop>,
        is_done: &mut dyn FnMut(&mut Context) -> bool,
        cx: &mut task::Context<'_>,
    ) -> Poll<()> {
        self.with(|this| driver.poll(event_loop, this.cell, this.jobs, is_done, cx))
    }
}
