//! Workers: scripts that run beside the one that started them, each in an [agent](crate::agent) of its own.
//!
//! Here are the interfaces and what parent and worker say to each other. How a worker gets its thread, its engine and
//! its scripts is for the embedder to say: the parent's side is a [`WorkerHost`], the worker's a [`ScopeHost`].
//!
//! Spec: <https://html.spec.whatwg.org/multipage/workers.html>

mod dedicated_worker_global_scope;
mod parent;
#[expect(clippy::module_inception, reason = "the interface is named so")]
mod worker;
mod worker_global_scope;
mod worker_location;

pub use dedicated_worker_global_scope::{
    DedicatedWorkerGlobalScope, ScopeOptions, enable_messages, register_scope,
};
pub use parent::{Fallback, Parent};
pub use worker::Worker;
pub use worker_global_scope::{ScopeHost, WorkerGlobalScope, WorkerNavigator};
pub use worker_location::{WorkerLocation, set_worker_url};

use std::{rc::Rc, sync::Arc};

use ::url::Url;
use boa_engine::{Context, JsResult};

use crate::{
    agent::{Agent, Mailbox},
    blob::url_store::{BlobUrlEntry, BlobUrlStore},
    structured_clone::Text,
};

/// <https://html.spec.whatwg.org/multipage/workers.html#workertype>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkerType {
    /// Its script is a classic one.
    Classic,
    /// Its script is a module.
    Module,
}

/// A worker that a script asks for.
#[derive(Debug)]
#[non_exhaustive]
pub struct WorkerOptions {
    /// Where its script is.
    pub url: Url,
    /// What its script is.
    pub kind: WorkerType,
    /// What it is called, for its `name`.
    pub name: Text,
    /// What the URL stood for when the worker was asked for, if it is the URL of a blob.
    pub blob: Option<BlobUrlEntry>,
    /// The URLs of blobs, which the worker shares.
    pub blob_urls: BlobUrlStore,
    /// What the worker is to tell about itself.
    pub parent: Parent,
}

/// What can start workers for the scripts of a context.
pub trait WorkerHost: 'static {
    /// The agent of the context, which is made when it is first needed.
    ///
    /// # Errors
    ///
    /// An error for the script.
    fn agent(&self, context: &mut Context) -> JsResult<Rc<Agent>>;

    /// Starts a worker. What keeps its script from running is told to its parent later.
    ///
    /// # Errors
    ///
    /// What the constructor is to throw.
    fn start(
        &self,
        options: WorkerOptions,
        context: &mut Context,
    ) -> JsResult<Rc<dyn WorkerThread>>;
}

/// A worker that was started, for its parent. It runs on when this is dropped.
pub trait WorkerThread: 'static {
    /// Where to send what it is to do.
    fn mailbox(&self) -> &Arc<Mailbox>;

    /// Ends it, whatever it is doing, if that can be done.
    fn terminate(&self);
}

/// The host of a context.
struct Host(Rc<dyn WorkerHost>);

fn host(context: &Context) -> Option<Rc<dyn WorkerHost>> {
    context.get_data::<Host>().map(|host| Rc::clone(&host.0))
}

/// Defines the interface `Worker` on the global object of the current realm.
pub fn register(host: Rc<dyn WorkerHost>, context: &mut Context) {
    context.insert_data(Host(host));
    let global = context.global_object();
    taipan_webidl::expose::<Worker>(&global, context);
}
