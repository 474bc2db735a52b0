//! Loading the script of a worker, while its thread and its engine start.

use std::future::poll_fn;

use boa_engine::Context;
use taipan_fetch::net::{Client, Request};
use taipan_web::{agent::Mailbox, worker::WorkerOptions, worker::WorkerType};
use tokio::sync::oneshot;
use url::{Origin, Url};

use crate::loader::{self, Asker, LoadError, Loaded, Loader};

/// A script that is being loaded.
pub(super) enum Loading {
    /// It is known already what came of it.
    Known(Result<Loaded, LoadError>),
    /// It is under way, on the client's thread.
    UnderWay(oneshot::Receiver<Result<Loaded, LoadError>>),
    /// It is for the worker's thread to read: handing it over would take longer.
    ForWorker,
}

impl Loading {
    /// What came of it; nothing if the worker is to stop.
    pub(super) async fn finish(
        self,
        url: &Url,
        loader: &Loader,
        mailbox: &Mailbox,
    ) -> Option<Result<Loaded, LoadError>> {
        Some(match self {
            Self::Known(result) => result,
            Self::UnderWay(receiver) => {
                tokio::select! {
                    biased;
                    () = poll_fn(|cx| mailbox.poll_stopped(cx)) => return None,
                    result = receiver => result.unwrap_or_else(|_| {
                        Err(LoadError::new(url, "the network thread stopped"))
                    }),
                }
            }
            Self::ForWorker => match loader.load_embedded(url).await {
                Ok(Some(loaded)) => Ok(loaded),
                Ok(None) => loader::load(url, loader.client(), Asker::Script).await,
                Err(error) => Err(error),
            },
        })
    }

    /// Starts loading.
    ///
    /// <https://html.spec.whatwg.org/multipage/workers.html#worker-processing-model>, steps 11 to 13
    pub(super) fn start(options: &WorkerOptions, client: &Client, context: &Context) -> Self {
        let url = &options.url;
        let base = taipan_web::base_url(context);
        if url.scheme() == "blob" {
            return Self::Known(Loaded::of_blob(url, options.blob.clone()));
        }
        if url.scheme() == "file" {
            let is_local = base.as_ref().is_none_or(|base| base.scheme() == "file");
            return match is_local {
                true => Self::ForWorker,
                false => Self::Known(Err(LoadError::new(
                    url,
                    "only local programs may start local workers",
                ))),
            };
        }
        if !loader::is_fetched(url, client) {
            return Self::ForWorker;
        }
        let mut request = Request::get(url.clone());
        // What comes from a server starts workers from there only, redirects included.
        request.same_origin = base.map(|base| base.origin()).filter(
            |origin| matches!(origin, Origin::Tuple(scheme, ..) if scheme.starts_with("http")),
        );
        let (sender, receiver) = oneshot::channel();
        let fetching = client.clone();
        let spawned = client.spawn(async move {
            let loaded = loader::load_fetched(request, &fetching, Asker::Script).await;
            // The worker may be gone by now.
            let _ = sender.send(loaded);
        });
        match spawned {
            Ok(()) => Self::UnderWay(receiver),
            Err(reason) => Self::Known(Err(LoadError::new(url, reason))),
        }
    }
}

/// Whether what was loaded may be the script of a worker.
///
/// <https://html.spec.whatwg.org/multipage/webappapis.html#fetch-a-classic-worker-script>
pub(super) fn check(loaded: &Loaded, kind: WorkerType) -> Result<(), LoadError> {
    let is_from_server = loaded.url.scheme().starts_with("http");
    match kind {
        WorkerType::Classic if !is_from_server => Ok(()),
        WorkerType::Classic | WorkerType::Module => loaded.check_javascript(),
    }
}
