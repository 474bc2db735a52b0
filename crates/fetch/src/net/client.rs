//! The client: one entrance for every scheme.

use std::{
    collections::HashMap,
    fmt,
    future::Future,
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll, ready},
    time::Duration,
};

use taipan_web::permissions::Permissions;
use tokio::{sync::oneshot, time::Instant};
use tracing::field::Empty;
use url::Url;

use super::{
    body::NativeBody,
    cap::Cap,
    data,
    error::{FetchError, FetchErrorKind},
    file,
    http::Http,
    integrity::Integrity,
    io_thread::IoThread,
    origin::Chain,
    receive::Patience,
    redirect, referrer,
    request::Request,
    response::NativeResponse,
    transport::Transport,
};

/// Says whether a URL may be fetched, or why not. It is asked for every URL of a redirect chain.
pub type UrlFilter = Arc<dyn Fn(&Url) -> Result<(), String> + Send + Sync>;

/// Which proxy requests go through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Proxy {
    /// What the environment says: `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, or their lower-case forms,
    /// as curl reads them.
    #[default]
    Environment,
    /// None.
    None,
    /// These.
    Rules(ProxyRules),
}

/// Proxies by the scheme of the URL that is asked for.
///
/// A proxy is a URL of the scheme `http`, `https`, `socks4`, `socks4a`, `socks5` or `socks5h`, and may have a user name
/// and a password. An empty one is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProxyRules {
    /// For `http:` URLs.
    pub http: String,
    /// For `https:` URLs.
    pub https: String,
    /// What to ask directly: domains with their subdomains, IP addresses and networks, separated by commas; `*` is
    /// everything.
    pub except: String,
}

/// How a [`Client`] behaves.
#[derive(Clone)]
pub struct ClientOptions {
    /// The `User-Agent` for requests that don't have one. Default: `Taipan/` and the version.
    pub user_agent: String,
    /// The time limit for name resolution, TCP and TLS together. Default: 30 seconds.
    pub connect_timeout: Duration,
    /// How long a server may send nothing, before the header of a response and between any two parts of its body,
    /// before the request fails. Default: for ever.
    pub idle_timeout: Option<Duration>,
    /// How long a fetch may take until the last byte of the response has arrived. Default: for ever.
    ///
    /// With a [`transport`](Self::transport) or for a scheme of one's own, until the header has.
    pub total_timeout: Option<Duration>,
    /// Which proxy requests go through. Default: what the environment says.
    pub proxy: Proxy,
    /// How many requests over HTTP/1 may be under way to one host at once; further ones wait. Default: 256.
    ///
    /// A request is under way until its body was read to the end or dropped, or was left unread for a while.
    pub max_connections_per_host: usize,
    /// How many connections may be open at once, those of web sockets and event streams included. A request that
    /// would need a further one, and gets none within a second, fails. Default: any number.
    ///
    /// With this limit no connection is kept open for the next request.
    pub max_connections: Option<usize>,
    /// How many responses may be under way at once: asked for, or not yet read to the end. A further request fails if
    /// there are as many for another second. Default: any number.
    pub max_fetches: Option<usize>,
    /// How many bytes the body of a response may have, after decoding; one that has more fails. The streams of
    /// `EventSource` may be endless. Default: any number.
    pub max_response_size: Option<u64>,
    /// Whether a response comes only when all of its body has, in one piece, so that how it was cut in pieces on its way
    /// cannot be seen. The streams of `EventSource` come as they come. Default: no.
    pub whole_bodies: bool,
    /// Which URLs may be fetched. Default: all.
    pub url_filter: Option<UrlFilter>,
    /// Certificates (X.509, DER) of authorities to trust besides Mozilla's list.
    pub extra_root_certificates: Vec<Vec<u8>>,
    /// What answers requests for `http:` and `https:` URLs. Default: the network.
    pub transport: Option<Arc<dyn Transport>>,
    /// What answers requests for URLs of other schemes, by the scheme in lower case. They may take the place of `data`
    /// and `file`.
    pub schemes: HashMap<String, Arc<dyn Transport>>,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            user_agent: concat!("Taipan/", env!("CARGO_PKG_VERSION")).to_owned(),
            connect_timeout: Duration::from_secs(30),
            idle_timeout: None,
            total_timeout: None,
            proxy: Proxy::default(),
            max_connections_per_host: 256,
            max_connections: None,
            max_fetches: None,
            max_response_size: None,
            whole_bodies: false,
            url_filter: None,
            extra_root_certificates: Vec::new(),
            transport: None,
            schemes: HashMap::new(),
        }
    }
}

impl fmt::Debug for ClientOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientOptions")
            .field("user_agent", &self.user_agent)
            .field("connect_timeout", &self.connect_timeout)
            .field("idle_timeout", &self.idle_timeout)
            .field("total_timeout", &self.total_timeout)
            .field("proxy", &self.proxy)
            .field("max_connections_per_host", &self.max_connections_per_host)
            .field("max_connections", &self.max_connections)
            .field("max_fetches", &self.max_fetches)
            .field("max_response_size", &self.max_response_size)
            .field("url_filter", &self.url_filter.is_some())
            .field(
                "extra_root_certificates",
                &self.extra_root_certificates.len(),
            )
            .field("transport", &self.transport.is_some())
            .field("schemes", &self.schemes.keys())
            .finish()
    }
}

/// Fetches URLs of the schemes `http`, `https`, `file` and `data`.
///
/// Clones share one connection pool and one thread, which starts with the first request and ends
/// with the last of the clones and of the bodies that are still being read.
#[derive(Clone, Debug)]
pub struct Client {
    shared: Arc<Shared>,
}

struct Shared {
    options: ClientOptions,
    permissions: Permissions,
    connections: Cap,
    fetches: Cap,
    backend: OnceLock<Result<Backend, String>>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("options", &self.options)
            .field("permissions", &self.permissions)
            .field("started", &self.backend.get().is_some())
            .finish()
    }
}

struct Backend {
    io_thread: Arc<IoThread>,
    transport: Arc<dyn Transport>,
}

impl Backend {
    fn start(shared: &Shared) -> Result<Self, String> {
        let Shared {
            options,
            permissions,
            connections,
            ..
        } = shared;
        let http =
            || Http::new(options, permissions, connections).map_err(|error| error.to_string());
        Ok(Self {
            transport: match &options.transport {
                Some(transport) => Arc::clone(transport),
                None => Arc::new(http()?),
            },
            io_thread: Arc::new(
                IoThread::start()
                    .map_err(|error| format!("cannot start the network thread: {error}"))?,
            ),
        })
    }
}

impl Default for Client {
    fn default() -> Self {
        Self::with_options(ClientOptions::default())
    }
}

impl Client {
    /// A client with the default options.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A client with these options, which may fetch everything.
    #[must_use]
    pub fn with_options(options: ClientOptions) -> Self {
        Self::with_permissions(options, Permissions::all())
    }

    /// A client that makes only the requests that are allowed. Every URL of a chain of redirects is checked.
    ///
    /// What answers in the place of the network ([`ClientOptions::transport`]) is asked for URLs of allowed hosts
    /// only. A scheme of one's own ([`ClientOptions::schemes`]) is allowed by its being there.
    ///
    /// ```
    /// use taipan_fetch::{Permissions, net::{Client, ClientOptions, FetchErrorKind, Request}};
    ///
    /// let permissions = Permissions::none().allow_net(["example.com"]);
    /// let client = Client::with_permissions(ClientOptions::default(), permissions);
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// let error = client.fetch(Request::get("http://example.org/".parse()?)).await.unwrap_err();
    /// assert_eq!(error.kind(), FetchErrorKind::NotCapable);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_permissions(options: ClientOptions, permissions: Permissions) -> Self {
        Self {
            shared: Arc::new(Shared {
                connections: Cap::new(options.max_connections),
                fetches: Cap::new(options.max_fetches),
                options,
                permissions,
                backend: OnceLock::new(),
            }),
        }
    }

    /// The options that it was made with.
    #[must_use]
    pub fn options(&self) -> &ClientOptions {
        &self.shared.options
    }

    /// What it may fetch.
    #[must_use]
    pub fn permissions(&self) -> &Permissions {
        &self.shared.permissions
    }

    /// The connections that may be open.
    pub(super) fn connections(&self) -> &Cap {
        &self.shared.connections
    }

    /// Whether a limit on connections or responses is reached. What is garbage may hold some.
    pub(crate) fn is_full(&self) -> bool {
        self.shared.connections.is_full() || self.shared.fetches.is_full()
    }

    fn backend(&self) -> Result<&Backend, String> {
        self.shared
            .backend
            .get_or_init(|| Backend::start(&self.shared))
            .as_ref()
            .map_err(Clone::clone)
    }

    /// Starts a request at once and returns a future of the response's header.
    ///
    /// The future can be awaited on any executor; dropping it cancels the request.
    ///
    /// With a subscriber of the crate `tracing` a request is a span `fetch` of the target `taipan::fetch`, from here
    /// to the end of the response's body; it has the fields `url`, `length` and `received`, in bytes.
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
        let span = tracing::info_span!(
            target: "taipan::fetch", "fetch", %url, length = Empty, received = Empty
        );
        let shared = Arc::clone(&self.shared);
        let transport = Arc::clone(&backend.transport);
        let (mut sender, receiver) = oneshot::channel();
        backend.io_thread.handle().spawn(async move {
            let result = tokio::select! {
                biased;
                () = sender.closed() => return,
                result = run(&shared, transport, request) => result,
            };
            let result = result.map(|mut response| {
                response.body.trace(span);
                response
            });
            // The receiver may have gone just now; the response is dropped then.
            let _ = sender.send(result);
        });
        ResponseFuture(State::Waiting {
            receiver,
            io_thread: Arc::clone(&backend.io_thread),
            url,
        })
    }

    /// The same on behalf of whoever has the client, and of no script: no permission is needed for the host of the
    /// URL, nor to be redirected within it.
    pub fn fetch_unasked(&self, mut request: Request) -> ResponseFuture {
        request.own = Some(request.url.clone());
        self.fetch(request)
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

/// <https://fetch.spec.whatwg.org/#concept-main-fetch>
async fn run(
    shared: &Shared,
    transport: Arc<dyn Transport>,
    mut request: Request,
) -> Result<NativeResponse, FetchError> {
    let url = request.url.clone();
    let integrity = std::mem::take(&mut request.integrity);
    request.deadline = shared
        .options
        .total_timeout
        .map(|limit| Instant::now() + limit);
    let patience = Patience {
        idle: None,
        deadline: request.deadline,
    };
    let limit = shared
        .options
        .max_response_size
        .filter(|_| !request.endless);
    let is_whole = shared.options.whole_bodies && !request.endless;
    let exchange = async {
        let place = shared.fetches.place().await.map_err(|most| {
            let reason = format!("no more than {most} responses may be under way at once");
            FetchError::new(FetchErrorKind::Limit, &url, reason)
        })?;
        let mut response = follow(shared, transport, request).await?;
        let body = std::mem::replace(&mut response.body, NativeBody::empty());
        response.body = body.bounded(&url, limit, place)?;
        if integrity.is_empty() && !is_whole {
            return Ok(response);
        }
        check(response, &integrity).await
    };
    patience
        .wait(exchange)
        .await
        .unwrap_or_else(|reason| Err(reason.error(&url)))
}

/// Makes exchanges until one is no redirect.
async fn follow(
    shared: &Shared,
    transport: Arc<dyn Transport>,
    mut request: Request,
) -> Result<NativeResponse, FetchError> {
    let Shared {
        options,
        permissions,
        ..
    } = shared;
    let mut url_list = Vec::new();
    let mut chain = Chain::default();
    loop {
        let url = request.url.clone();
        let fail = |kind, reason: String| Err(FetchError::new(kind, &url, reason));
        if matches!(url.scheme(), "http" | "https") && !request.is_own() {
            let allowed = permissions.check_net(&url);
            allowed.map_err(|refusal| FetchError::not_capable(&url, refusal))?;
        }
        if let Some(filter) = &options.url_filter
            && let Err(reason) = filter(&url)
        {
            return fail(FetchErrorKind::Denied, reason);
        }
        if let Some(origin) = &request.same_origin
            && *origin != url.origin()
            && !matches!(url.scheme(), "data" | "blob" | "about")
        {
            let reason = "a request with the mode \"same-origin\" went to another origin";
            return fail(FetchErrorKind::Request, reason.to_owned());
        }
        let referrer = request.referrer.as_ref();
        request.referrer =
            referrer.and_then(|source| referrer::determine(source, request.referrer_policy, &url));
        // <https://fetch.spec.whatwg.org/#scheme-fetch>
        let mut response = match (options.schemes.get(url.scheme()), url.scheme()) {
            (_, "http" | "https") => {
                let (mut next, lost_body) = request.again();
                chain.add_origin(&mut request);
                let response = transport.send(request).await?;
                let followed = url_list.len();
                let (status, headers) = (response.status, &response.headers);
                if redirect::follow(&mut next, lost_body, status, headers, followed)? {
                    url_list.push(url);
                    discard(response.body).await;
                    request = next;
                    continue;
                }
                response
            }
            // Only the first URL can be one of these: redirects lead to HTTP or fail.
            (Some(transport), _) => transport.send(request).await?,
            (None, "data") => data::fetch(request.url)?,
            (None, "file") => file::fetch(request, permissions).await?,
            (None, scheme) => {
                let reason = format!("the scheme \"{scheme}\" is not supported");
                return fail(FetchErrorKind::Request, reason);
            }
        };
        url_list.push(url);
        response.url_list = url_list;
        response.is_cross_origin = chain.is_cross_origin;
        return Ok(response);
    }
}

/// Reads the body, which nobody may see before it is known to be whole, and the right one.
///
/// <https://fetch.spec.whatwg.org/#concept-main-fetch>, step 22
async fn check(
    mut response: NativeResponse,
    integrity: &Integrity,
) -> Result<NativeResponse, FetchError> {
    let mut chunks = Vec::new();
    while let Some(chunk) = response.body.chunk().await? {
        chunks.push(chunk);
    }
    if !integrity.is_empty() && !integrity.matches(&chunks) {
        let reason = "the body has none of the digests that the request asks for";
        let url = response.url();
        return Err(FetchError::new(FetchErrorKind::Integrity, url, reason));
    }
    response.body = NativeBody::from_bytes(chunks.concat().into());
    Ok(response)
}

/// The largest body of a redirect that is read to keep its connection, and how long that may take.
const MAX_DISCARDED: u64 = 64 << 10;
const DISCARD_TIMEOUT: Duration = Duration::from_millis(500);

/// Gets rid of a body nobody wants. A short one is read, because its connection can be used again then: a redirect
/// mostly leads to the same server. Any other costs less if the connection is closed.
async fn discard(mut body: NativeBody) {
    if body.size_hint().is_none_or(|size| size > MAX_DISCARDED) {
        return;
    }
    let read = async { while let Ok(Some(_)) = body.chunk().await {} };
    // Too slow or broken: the connection is closed.
    let _ = tokio::time::timeout(DISCARD_TIMEOUT, read).await;
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
