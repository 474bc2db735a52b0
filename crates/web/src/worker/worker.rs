//! The `Worker` interface.

use std::rc::Rc;

use boa_engine::{
    Context, JsArgs, JsData, JsNativeError, JsObject, JsResult, JsValue,
    context::intrinsics::StandardConstructor,
};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{
    Dictionary, DomException, Inherits, Interface, InterfaceBuilder, convert, inherit, this_object,
};

use super::{DedicatedWorkerGlobalScope, Parent, WorkerOptions, WorkerThread, WorkerType, host};
use crate::{
    agent::Agent,
    blob::url_store::{self, BlobUrlStore},
    events::{EventTarget, event_handler},
    structured_clone::{Text, serialize_with_transfer, transfer_argument},
};

/// A worker, as the script sees it that has started it.
///
/// <https://html.spec.whatwg.org/multipage/workers.html#dedicated-workers-and-the-worker-interface>
#[derive(Trace, Finalize, JsData)]
pub struct Worker {
    target: JsObject<EventTarget>,
    #[unsafe_ignore_trace]
    id: u64,
    #[unsafe_ignore_trace]
    thread: Rc<dyn WorkerThread>,
}

impl std::fmt::Debug for Worker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Worker")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl Inherits<EventTarget> for Worker {
    fn base(&self) -> &JsObject<EventTarget> {
        &self.target
    }
}

impl Interface for Worker {
    const NAME: &'static str = "Worker";
    const LENGTH: usize = 1;

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .method("terminate", 0, terminate)
            .method("postMessage", 1, post_message);
        event_handler(interface, "onmessage");
        event_handler(interface, "onmessageerror");
        event_handler(interface, "onerror");
    }

    /// <https://html.spec.whatwg.org/multipage/workers.html#dom-worker>
    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let url = convert::usv_string(convert::required::<Self>(args, 0, 1)?, context)?;
        let options = Dictionary::new(args.get_or_undefined(1), "WorkerOptions")?;
        if let Some(credentials) = options.get("credentials", context)? {
            const CREDENTIALS: [&str; 3] = ["omit", "same-origin", "include"];
            // There are no credentials that could be sent along.
            convert::enumeration(&credentials, &CREDENTIALS, "Worker: credentials", context)?;
        }
        let name = match options.get("name", context)? {
            Some(name) => Text::from(&convert::dom_string(&name, context)?),
            None => Text::default(),
        };
        let kind = match options.get("type", context)? {
            Some(kind) => {
                match convert::enumeration(&kind, &["classic", "module"], "Worker: type", context)?
                {
                    "module" => WorkerType::Module,
                    _ => WorkerType::Classic,
                }
            }
            None => WorkerType::Classic,
        };
        let url = crate::parse_url(&url, context).map_err(|reason| {
            DomException::new("SyntaxError", &format!("Worker: {reason}")).into_error(context)
        })?;
        let host = host(context).ok_or_else(|| {
            JsNativeError::typ().with_message("Worker: there are no workers in this context")
        })?;
        let agent = host.agent(context)?;
        let id = agent.new_id();
        let blob = (url.scheme() == "blob")
            .then(|| url_store::resolve(url.as_str(), context))
            .flatten();
        let options = WorkerOptions {
            url,
            kind,
            name,
            blob,
            blob_urls: BlobUrlStore::of(context),
            parent: Parent::new(agent.mailbox(), id),
        };
        Ok(Self {
            target: EventTarget::new_base(context),
            id,
            thread: host.start(options, context)?,
        })
    }

    fn constructed(object: &JsObject<Self>, context: &mut Context) -> JsResult<()> {
        let id = object.borrow().data().id;
        if let Some(agent) = Agent::of(context) {
            agent.add_worker(id, object.clone());
        }
        Ok(())
    }

    fn parent(context: &mut Context) -> Option<StandardConstructor> {
        inherit::<Self, EventTarget>(context)
    }
}

/// Id and thread of a worker.
fn parts(this: &JsValue) -> JsResult<(u64, Rc<dyn WorkerThread>)> {
    let worker = this_object::<Worker>(this)?;
    let worker = worker.borrow();
    let worker = worker.data();
    Ok((worker.id, Rc::clone(&worker.thread)))
}

/// <https://html.spec.whatwg.org/multipage/workers.html#dom-worker-postmessage>
fn post_message(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (_, thread) = parts(this)?;
    let message = convert::required_by(args, 0, 1, "Worker.postMessage")?;
    let transfer = transfer_argument(args.get_or_undefined(1), context)?;
    let message = serialize_with_transfer(message, &transfer, context)?.into_message(context)?;
    thread.mailbox().send(Box::new(|context| {
        DedicatedWorkerGlobalScope::receive(message, context)
    }));
    Ok(JsValue::undefined())
}

/// <https://html.spec.whatwg.org/multipage/workers.html#dom-worker-terminate>
fn terminate(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (id, thread) = parts(this)?;
    // What it has sent, and was not received yet, finds nobody.
    if let Some(agent) = Agent::of(context) {
        agent.remove_worker(id);
    }
    thread.terminate();
    Ok(JsValue::undefined())
}
