//! What a worker tells the agent that has started it.

use std::{fmt, sync::Arc};

use boa_engine::{Context, JsObject, JsResult};

use crate::{
    agent::{Agent, Mail, Mailbox},
    events::{ErrorDetails, has_listeners},
    messaging::deliver_message,
    structured_clone::Message,
};

/// What is done in the parent with an error that no listener there has dealt with.
pub type Fallback = Box<dyn FnOnce(&mut Context) + Send>;

/// The way from a worker to its `Worker` object.
#[derive(Clone)]
pub struct Parent {
    mailbox: Arc<Mailbox>,
    /// The number that the worker has there.
    id: u64,
}

impl fmt::Debug for Parent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parent")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl Parent {
    pub(super) fn new(mailbox: &Arc<Mailbox>, id: u64) -> Self {
        Self {
            mailbox: Arc::clone(mailbox),
            id,
        }
    }

    /// The mailbox of the parent.
    #[must_use]
    pub fn mailbox(&self) -> &Arc<Mailbox> {
        &self.mailbox
    }

    /// Has the parent do something, whether it still has the worker or not.
    pub fn send(&self, mail: Mail) {
        self.mailbox.send(mail);
    }

    /// Has the parent do something with the `Worker` object, unless the worker was terminated.
    fn send_to_worker(
        &self,
        steps: impl FnOnce(&JsObject, &mut Context) -> JsResult<()> + Send + 'static,
    ) {
        let id = self.id;
        self.send(Box::new(move |context| {
            match Agent::of(context).and_then(|agent| agent.worker(id)) {
                Some(worker) => steps(&worker.upcast(), context),
                None => Ok(()),
            }
        }));
    }

    pub(super) fn post(&self, message: Message) {
        self.send_to_worker(|worker, context| deliver_message(worker, message, "", context));
    }

    /// Tells of an error that nobody in the worker has caught: to the `Worker` object first, then to the parent's
    /// global object, and if no listener deals with it to `fallback`.
    ///
    /// <https://html.spec.whatwg.org/multipage/webappapis.html#report-an-exception>
    pub fn report(&self, details: ErrorDetails, fallback: Fallback) {
        self.send_to_worker(move |worker, context| {
            let handled = details.fire(worker, context)? || details.fire_at_global(context)?;
            if !handled {
                fallback(context);
            }
            Ok(())
        });
    }

    /// Tells of a rejection that nobody in the worker has handled, which is no event for the parent.
    pub fn report_rejection(&self, fallback: Fallback) {
        self.send_to_worker(move |_, context| {
            fallback(context);
            Ok(())
        });
    }

    /// Tells that the worker's script could not be loaded. It is for `fallback` only if nobody listens.
    ///
    /// <https://html.spec.whatwg.org/multipage/workers.html#worker-processing-model>, "on complete"
    pub fn fail(&self, details: ErrorDetails, fallback: Fallback) {
        self.send_to_worker(move |worker, context| {
            let is_heard = has_listeners(worker, "error", context);
            if !details.fire(worker, context)? && !is_heard {
                fallback(context);
            }
            Ok(())
        });
    }

    /// Tells that nothing comes from the worker any more.
    pub fn ended(&self) {
        let id = self.id;
        self.send(Box::new(move |context| {
            if let Some(agent) = Agent::of(context) {
                agent.remove_worker(id);
            }
            Ok(())
        }));
    }
}
