//! A runtime as that of a worker.

use std::{
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

use boa_engine::{Context, JsError, JsResult, error::RuntimeLimitError};
use futures_util::future::LocalBoxFuture;
use taipan_fetch::{Wait, Waited, XmlHttpRequestOptions, net::Client};
use taipan_web::{
    agent::{Agent, Mailbox},
    blob::url_store::{self, BlobUrlEntry, BlobUrlStore},
    worker::{Parent, ScopeHost, ScopeOptions, register_scope},
};
use taipan_webidl::DomException;
use url::Url;

use super::{Report, blocking, host};
use crate::{
    Terminator, Uncaught, UncaughtKind,
    event_loop::EventLoop,
    loader::{self, Asker, LoadError, Loaded, Loader},
};

/// What makes a runtime that of a worker.
pub(crate) struct Scope {
    pub(super) options: ScopeOptions,
    pub(super) mailbox: Arc<Mailbox>,
    pub(super) blob_urls: BlobUrlStore,
    /// The connections of its parent, unless it is to have its own.
    pub(super) client: Option<Client>,
    pub(super) terminator: Terminator,
}

impl Scope {
    /// What it loads with.
    pub(crate) fn client(&self) -> Option<Client> {
        self.client.clone()
    }

    /// What the parent stops it by.
    pub(crate) fn terminator(&self) -> Terminator {
        self.terminator.clone()
    }

    /// Where errors go that nobody here has caught: to the parent.
    pub(crate) fn report(&self) -> Rc<Report> {
        let parent = self.options.parent.clone();
        Rc::new(move |details, uncaught, _| report_to(&parent, details, uncaught))
    }

    /// Makes the context that of a worker.
    pub(crate) fn register(
        self,
        event_loop: &Rc<EventLoop>,
        loader: &Rc<Loader>,
        context: &mut Context,
    ) -> JsResult<()> {
        self.blob_urls.share_with(context);
        Agent::install(Arc::clone(&self.mailbox), context);
        event_loop.receive(Arc::clone(&self.mailbox));
        let options = XmlHttpRequestOptions {
            parse_document: None,
            wait: Some(wait(&self.mailbox)),
        };
        taipan_fetch::register_xml_http_request(options, context);
        let host = GlobalScope {
            mailbox: self.mailbox,
            loader: Rc::clone(loader),
        };
        register_scope(self.options, Rc::new(host), context)
    }
}

/// How a worker waits in the middle of a script, until it is to stop.
fn wait(mailbox: &Arc<Mailbox>) -> Wait {
    let mailbox = Arc::clone(mailbox);
    Rc::new(
        move |future: LocalBoxFuture<'_, ()>, timeout: Option<Duration>| {
            let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
            let is_late = || deadline.is_some_and(|deadline| Instant::now() >= deadline);
            match blocking::wait(future, || mailbox.is_stopped() || is_late()) {
                Some(()) => Waited::Ready,
                None if mailbox.is_stopped() => Waited::Stopped,
                None => Waited::TimedOut,
            }
        },
    )
}

/// Tells the parent of an error.
fn report_to(parent: &Parent, details: taipan_web::events::ErrorDetails, uncaught: Uncaught) {
    let kind = uncaught.kind;
    let again = details.clone();
    let fallback = Box::new(move |context: &mut Context| host::report(again, uncaught, context));
    match kind {
        UncaughtKind::Exception => parent.report(details, fallback),
        UncaughtKind::Rejection => parent.report_rejection(fallback),
    }
}

/// What the global object of the worker can do.
struct GlobalScope {
    mailbox: Arc<Mailbox>,
    loader: Rc<Loader>,
}

impl GlobalScope {
    /// <https://html.spec.whatwg.org/multipage/webappapis.html#fetch-a-classic-worker-imported-script>
    fn load(
        &self,
        url: &Url,
        blob: Option<BlobUrlEntry>,
        context: &mut Context,
    ) -> JsResult<Loaded> {
        let loaded = if url.scheme() == "blob" {
            Loaded::of_blob(url, blob)
        } else if url.scheme() == "file" && !is_local(context) {
            Err(LoadError::new(
                url,
                "only local workers may import local files",
            ))
        } else {
            let loading = loader::load(url, self.loader.client(), Asker::Script);
            match blocking::wait(loading, || self.mailbox.is_stopped()) {
                Some(loaded) => loaded,
                // What no script can catch: nothing of it is to run any more.
                None => return Err(JsError::from(RuntimeLimitError::LoopIteration)),
            }
        };
        loaded
            .and_then(|loaded| loaded.check_javascript().map(|()| loaded))
            .map_err(|error| {
                error.into_js_or(context, |message, context| {
                    DomException::new("NetworkError", &format!("importScripts: {message}"))
                        .into_error(context)
                })
            })
    }
}

/// Whether the worker's script is a local file.
fn is_local(context: &Context) -> bool {
    taipan_web::base_url(context).is_none_or(|base| base.scheme() == "file")
}

impl ScopeHost for GlobalScope {
    fn import_scripts(&self, urls: Vec<Url>, context: &mut Context) -> JsResult<()> {
        // The first script may revoke the URL of the second: a URL keeps the blob it stood for when it was parsed.
        let urls: Vec<_> = urls
            .into_iter()
            .map(|url| {
                let is_blob = url.scheme() == "blob";
                let blob = is_blob.then(|| url_store::resolve(url.as_str(), context));
                (url, blob.flatten())
            })
            .collect();
        for (url, blob) in urls {
            let loaded = self.load(&url, blob, context)?;
            loader::parse_script(&loaded.text, Some(&loaded.url), context)?.evaluate(context)?;
        }
        Ok(())
    }

    fn close(&self) {
        self.mailbox.stop();
    }
}
