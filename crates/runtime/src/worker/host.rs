//! A runtime as the parent of workers.

use std::{
    cell::RefCell,
    rc::{Rc, Weak},
    sync::Arc,
    time::Duration,
};

use boa_engine::{Context, JsNativeError, JsResult};
use taipan_web::{
    agent::{Agent, Group, Mailbox},
    events::ErrorDetails,
    worker::{WorkerHost, WorkerOptions, WorkerThread},
};
use taipan_webidl::DomException;

use super::{Inherited, loading::Loading, thread};
use crate::{Terminator, Uncaught, event_loop::EventLoop};

/// How long a runtime that is dropped waits for its workers to end. Those that cannot be stopped, since they are in a
/// loop of JavaScript, go on without it.
const PATIENCE: Duration = Duration::from_millis(100);

/// Takes an error that no script has caught, in this runtime or in one of its workers.
pub(crate) type Report = dyn Fn(ErrorDetails, Uncaught, &mut Context);

/// What a context does with errors of workers.
struct Reporting(Rc<Report>);

/// Reports an error of a worker in its parent, or in the parent of that.
pub(super) fn report(details: ErrorDetails, uncaught: Uncaught, context: &mut Context) {
    let reporting = context.get_data::<Reporting>();
    if let Some(report) = reporting.map(|reporting| Rc::clone(&reporting.0)) {
        report(details, uncaught, context);
    }
}

/// The workers of a runtime. They end when this is dropped.
pub(crate) struct Workers(Rc<Parenthood>);

/// What a runtime needs for having workers.
struct Parenthood {
    inherited: Arc<Inherited>,
    event_loop: Weak<EventLoop>,
    workers: RefCell<Vec<Thread>>,
}

impl Workers {
    pub(crate) fn new(inherited: Inherited, event_loop: Rc<EventLoop>) -> Self {
        Self(Rc::new(Parenthood {
            inherited: Arc::new(inherited),
            event_loop: Rc::downgrade(&event_loop),
            workers: RefCell::default(),
        }))
    }

    /// Defines `Worker`.
    pub(crate) fn register(&self, report: Rc<Report>, context: &mut Context) {
        context.insert_data(Reporting(report));
        taipan_web::worker::register(Rc::clone(&self.0) as Rc<dyn WorkerHost>, context);
    }
}

impl Workers {
    /// Ends all workers, and forgets their objects.
    pub(crate) fn terminate(&self, context: &Context) {
        for worker in self.0.workers.take() {
            worker.terminate();
        }
        if let Some(agent) = Agent::of(context) {
            agent.remove_workers();
        }
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        let workers = self.0.workers.take();
        for worker in &workers {
            worker.terminate();
        }
        // Workers do not wait for theirs: the main program does, for all.
        if let Some(worker) = workers.first()
            && !thread::is_worker()
        {
            worker.mailbox.group().wait(PATIENCE);
        }
    }
}

impl Parenthood {
    fn add(&self, worker: Thread) {
        let mut workers = self.workers.borrow_mut();
        if workers.len() == workers.capacity() {
            workers.retain(|worker| !worker.mailbox.is_closed());
        }
        workers.push(worker);
    }
}

impl WorkerHost for Parenthood {
    fn agent(&self, context: &mut Context) -> JsResult<Rc<Agent>> {
        if let Some(agent) = Agent::of(context) {
            return Ok(agent);
        }
        let event_loop = self.event_loop.upgrade().ok_or_else(gone)?;
        let mailbox = Group::main();
        event_loop.receive(Arc::clone(&mailbox));
        Ok(Agent::install(mailbox, context))
    }

    fn start(
        &self,
        options: WorkerOptions,
        context: &mut Context,
    ) -> JsResult<Rc<dyn WorkerThread>> {
        let parent = Arc::clone(options.parent.mailbox());
        let group = Arc::clone(parent.group());
        let limit = self.inherited.max_workers();
        let place = group.place(limit).ok_or_else(|| {
            let message = format!("Worker: there are {limit} workers already, which is the limit");
            DomException::new("QuotaExceededError", &message).into_error(context)
        })?;
        let mailbox = Mailbox::of_worker(&group);
        let loading = Loading::start(&options, &self.inherited.client, context);
        let terminator = Terminator::unbound();
        let start = thread::Start {
            inherited: Arc::clone(&self.inherited),
            options,
            loading,
            mailbox: Arc::clone(&mailbox),
            terminator: terminator.clone(),
            place,
        };
        if let Err(error) = start.spawn() {
            mailbox.close();
            return Err(JsNativeError::error()
                .with_message(format!("Worker: the system refuses a thread: {error}"))
                .into());
        }
        let thread = Thread {
            mailbox,
            terminator,
        };
        let child = thread.clone();
        parent.add_worker(&thread.mailbox, move || child.terminate());
        self.add(thread.clone());
        Ok(Rc::new(thread))
    }
}

fn gone() -> boa_engine::JsError {
    JsNativeError::error()
        .with_message("Worker: the event loop is gone")
        .into()
}

/// A worker that was started.
#[derive(Clone)]
struct Thread {
    mailbox: Arc<Mailbox>,
    terminator: Terminator,
}

impl WorkerThread for Thread {
    fn mailbox(&self) -> &Arc<Mailbox> {
        &self.mailbox
    }

    fn terminate(&self) {
        self.mailbox.terminate();
        self.terminator.terminate();
    }
}
