//! Agents: the main program and its workers, each with a thread, an engine and an event loop of its own, and what they
//! send each other.
//!
//! All that goes from one agent to another goes through the [`Mailbox`] of the receiver, as a task for its event loop.
//! So a [`Group`] of agents knows whether anything can still happen in it.
//!
//! Spec: <https://html.spec.whatwg.org/multipage/webappapis.html#agents-and-agent-clusters>

mod group;
mod mailbox;

pub(crate) use group::lock;
pub use group::{Group, WorkerPlace};
pub use mailbox::{Mail, Mailbox};

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
    sync::Arc,
};

use boa_engine::{
    Context, JsObject, JsResult,
    error::{EngineError, RuntimeLimitError},
};

use crate::{
    messaging::{RemotePorts, open_channels},
    worker::Worker,
};

/// What a context knows of itself as one agent among others. There is none as long as a program has no workers.
pub struct Agent {
    mailbox: Arc<Mailbox>,
    next_id: Cell<u64>,
    pub(crate) ports: RemotePorts,
    /// The objects of the workers that run. They are alive as long as they may get messages.
    workers: RefCell<HashMap<u64, JsObject<Worker>>>,
}

impl std::fmt::Debug for Agent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Agent")
            .field("workers", &self.workers.borrow().len())
            .finish_non_exhaustive()
    }
}

impl Agent {
    /// The agent of a context that is one.
    #[must_use]
    pub fn of(context: &Context) -> Option<Rc<Self>> {
        context.get_data::<Rc<Self>>().cloned()
    }

    /// Makes a context the agent that receives what comes to `mailbox`. Whoever calls this has its event loop run what
    /// comes.
    pub fn install(mailbox: Arc<Mailbox>, context: &mut Context) -> Rc<Self> {
        mailbox.set_channels(open_channels(context));
        let agent = Rc::new(Self {
            mailbox,
            next_id: Cell::new(0),
            ports: RemotePorts::default(),
            workers: RefCell::default(),
        });
        context.insert_data(Rc::clone(&agent));
        agent
    }

    /// Has script go no further that runs in an agent which was ended from outside. Operations by which script could go
    /// on for ever with others look here.
    ///
    /// # Errors
    ///
    /// An error of the engine, which no script can catch.
    pub fn check(context: &Context) -> JsResult<()> {
        match context.get_data::<Rc<Self>>() {
            Some(agent) if agent.mailbox.is_terminated() => {
                Err(EngineError::RuntimeLimit(RuntimeLimitError::LoopIteration).into())
            }
            _ => Ok(()),
        }
    }

    /// Where others send what this agent is to do.
    #[must_use]
    pub fn mailbox(&self) -> &Arc<Mailbox> {
        &self.mailbox
    }

    /// A number that nothing else in this agent has.
    pub(crate) fn new_id(&self) -> u64 {
        let id = self.next_id.get();
        self.next_id.set(id + 1);
        id
    }

    pub(crate) fn add_worker(&self, id: u64, worker: JsObject<Worker>) {
        self.workers.borrow_mut().insert(id, worker);
    }

    pub(crate) fn worker(&self, id: u64) -> Option<JsObject<Worker>> {
        self.workers.borrow().get(&id).cloned()
    }

    /// Forgets all workers: what comes from them finds nobody.
    pub fn remove_workers(&self) {
        let removed = self.workers.take();
        drop(removed);
    }

    pub(crate) fn remove_worker(&self, id: u64) {
        let removed = self.workers.borrow_mut().remove(&id);
        drop(removed);
    }
}
