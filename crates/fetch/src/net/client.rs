//! The client: one entrance for every scheme.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::sync::oneshot;
use url::Url;

use super::{
    data,
    error::{FetchError, FetchErrorKind},
    file,
    http::{self, Http},
    io_thread::IoThread,
    redirect,
    request::Request,
    response::NativeResponse,
};

/// Says whether a URL may be fetched, or why not. It is asked for every URL of a redirect chain.
pub type UrlFilter = Arc<dyn Fn(&Url) -> Result<(), String> + Send + Sync>;

/// How a [`Client`] behaves.
#[derive(Clone)]
pub struct ClientOptions {
    /// The `User-Agent` for requests that don't have one. Default: `Taipan/` and the version.
    pub user_agent: String,
    /// The time limit for name resolution, TCP and TLS together. Default: 30 seconds.
    pub connect_timeout: Duration,
    /// How many requests over HTTP/1 may be under way to one host at once; further ones wait. Default: 256.
    ///
    /// A request is under way until its body was read to the end or dropped, or was left unread for a while.
    pub max_connections_per_host: usize,
    /// Which URLs may be fetched. Default: all.
    pub url_filter: Option<UrlFilter>,
    /// Certificates (X.509, DER) of authorities to trust besides Mozilla's list.
    pub extra_root_certificates: Vec<Vec<u8>>,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            user_agent: concat!("Taipan/", env!("CARGO_PKG_VERSION")).to_owned(),
            connect_timeout: Duration::from_secs(30),
            max_connections_per_host: 256,
            url_filter: None,
            extra_root_certificates: Vec::new(),
        }
    }
}

impl fmt::Debug for ClientOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientOptions")
            .field("user_agent", &self.user_agent)
            .field("connect_timeout", &self.connect_timeout)
            .field("max_connections_per_host", &self.max_connections_per_host)
            .field("url_filter", &self.url_filter.is_some())
            .field(
                "extra_root_certificates",
                &self.extra_root_certificates.len(),
            )
            .finish()
    }
}

/// Fetches URLs of the schemes `http`, `https`, `file` and `data`.
///
/// Clones share one connection pool and one thread, which starts with the first request and ends
/// with the last of the clones and of the bodies that are still being read.
#[derive(Clone, Debug, Default)]
pub struct Client {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    options: ClientOptions,
    backend: OnceLock<Result<Backend, String>>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("options", &self.options)
            .field("started", &self.backend.get().is_some())
            .finish()
    }
}

struct Backend {
    io_thread: Arc<IoThread>,
    http: Http,
}

impl Backend {
    fn start(options: &ClientOptions) -> Result<Self, String> {
        Ok(Self {
            http: Http::new(options).map_err(|error| error.to_string())?,
            io_thread: Arc::new(
                IoThread::start()
                    .map_err(|error| format!("cannot start the network thread: {error}"))?,
            ),
        })
    }
}

impl Client {
    /// A client with the default options.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A client with these options.
    #[must_use]
    pub fn with_options(options: ClientOptions) -> Self {
        Self {
            shared: Arc::new(Shared {
                options,
                backend: OnceLock::new(),
            }),
        }
    }

    fn backend(&self) -> Result<&Backend, String> {
        self.shared
            .backend
            .get_or_init(|| Backend::start(&self.shared.options))
            .as_ref()
            .map_err(Clone::clone)
    }

    /// Starts a request at once and returns a future of the response's header.
    ///
    /// The future can be awaited on any executor; dropping it cancels the request.
    ///
    /// <https://fetch.spec.whatwg.org/#concept-main-fetch>
    pub fn fetch(&self, request: Request) -> ResponseFuture {
        let backend = match self.backend() {
            Ok(backend) => backend,
            Err(reason) => {
                let error = FetchError::new(FetchErrorKind::Request, &request.url, reason);
                return ResponseFuture(State::Failed(Some(error)));
            }
        };
        let url = request.url.clone();
        let http = backend.http.clone();
        let filter = self.shared.options.url_filter.clone();
        let (mut sender, receiver) = oneshot::channel();
        backend.io_thread.handle().spawn(async move {
            let result = tokio::select! {
                biased;
                () = sender.closed() => return,
                result = run(http, filter, request) => result,
            };
            // The receiver may have gone just now; the response is dropped then.
            let _ = sender.send(result);
        });
        ResponseFuture(State::Waiting {
            receiver,
            io_thread: Arc::clone(&backend.io_thread),
            url,
        })
    }

    /// Runs a future on the client's thread, detached.
    ///
    /// It is dropped unfinished if the last clone of the client and the last body go away first.
    ///
    /// # Errors
    ///
    /// If the thread cannot be started.
    pub fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) -> Result<(), String> {
        self.backend()?.io_thread.handle().spawn(future);
        Ok(())
    }
}

/// <https://fetch.spec.whatwg.org/#scheme-fetch>
async fn run(
    http: Http,
    filter: Option<UrlFilter>,
    mut request: Request,
) -> Result<NativeResponse, FetchError> {
    let mut url_list = Vec::new();
    loop {
        let url = &request.url;
        if let Some(filter) = &filter {
            filter(url).map_err(|reason| FetchError::new(FetchErrorKind::Denied, url, reason))?;
        }
        match url.scheme() {
            "http" | "https" => {
                let (response, permit) = http.send(&request).await?;
                url_list.push(url.clone());
                let followed = url_list.len() - 1;
                if !redirect::follow(
                    &mut request,
                    response.status(),
                    response.headers(),
                    followed,
                )? {
                    return http::into_response(response, permit, url_list, &request.url);
                }
                http::discard(response).await;
                // Before the next request asks for one.
                drop(permit);
            }
            // Only the first URL can be one of these: redirects lead to HTTP or fail.
            "data" => return data::fetch(request.url),
            "file" => return file::fetch(request).await,
            scheme => {
                let reason = format!("the scheme \"{scheme}\" is not supported");
                return Err(FetchError::new(FetchErrorKind::Request, url, reason));
            }
        }
    }
}

/// A response under way. See [`Client::fetch`].
#[must_use = "dropping it cancels the request"]
pub struct ResponseFuture(State);

enum State {
    Failed(Option<FetchError>),
    Waiting {
        receiver: oneshot::Receiver<Result<NativeResponse, FetchError>>,
        io_thread: Arc<IoThread>,
        url: Url,
    },
}

impl fmt::Debug for ResponseFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}

impl Future for ResponseFuture {
    type Output = Result<NativeResponse, FetchError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            State::Failed(error) => match error.take() {
                Some(error) => Poll::Ready(Err(error)),
                None => Poll::Pending,
            },
            State::Waiting {
                receiver,
                io_thread,
                url,
            } => Poll::Ready(match ready!(Pin::new(receiver).poll(cx)) {
                Ok(Ok(mut response)) => {
                    // Here rather than there: a task that held its own thread would keep it for ever.
                    response.body.keep_alive(io_thread);
                    Ok(response)
                }
                Ok(Err(error)) => Err(error),
                Err(_) => Err(FetchError::new(
                    FetchErrorKind::Aborted,
                    url,
                    "the network thread stopped",
                )),
            }),
        }
    }
}
