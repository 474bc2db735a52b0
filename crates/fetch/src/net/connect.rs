//! Connections: directly or through a proxy, with TLS where the URL asks for it.

use std::{
    cell::Cell,
    error::Error,
    future::Future,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use http::{HeaderValue, Uri};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::{
    client::{
        legacy::connect::{
            Connected, Connection, HttpConnector,
            proxy::{SocksV4, SocksV5, Tunnel},
        },
        proxy::matcher::{Intercept, Matcher},
    },
    rt::TokioIo,
};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use taipan_web::permissions::Permissions;
use tokio::net::TcpStream;
use tower_service::Service;

use super::{
    cap::{Cap, Place},
    client::{ClientOptions, Proxy},
    resolver::Resolver,
};

pub(super) type BoxError = Box<dyn Error + Send + Sync>;
pub(super) type BoxFuture<T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send>>;

tokio::task_local! {
    /// Whether a connection was asked for during a request: if not, one of the pool was used.
    pub(super) static CONNECTED: Cell<bool>;
}

/// Which requests go through which proxy.
fn matcher(proxy: &Proxy, permissions: &Permissions) -> Matcher {
    match proxy {
        Proxy::Environment => from_environment(permissions),
        Proxy::None => Matcher::builder().build(),
        Proxy::Rules(rules) => Matcher::builder()
            .http(rules.http.clone())
            .https(rules.https.clone())
            .no(rules.except.clone())
            .build(),
    }
}

/// What the variables say that are not denied.
fn from_environment(permissions: &Permissions) -> Matcher {
    const VARIABLES: [[&str; 2]; 4] = [
        ["ALL_PROXY", "all_proxy"],
        ["HTTP_PROXY", "http_proxy"],
        ["HTTPS_PROXY", "https_proxy"],
        ["NO_PROXY", "no_proxy"],
    ];
    let is_denied = |name: &&str| permissions.denies_env(name);
    // In a CGI program `HTTP_PROXY` may be a header of the request, which `from_env` knows.
    if !VARIABLES.iter().flatten().any(is_denied) || std::env::var_os("REQUEST_METHOD").is_some() {
        return Matcher::from_env();
    }
    let [all, http, https, no] = VARIABLES.map(|names| {
        let mut names = names.iter().filter(|name| !is_denied(name));
        names
            .find_map(|name| std::env::var(name).ok())
            .unwrap_or_default()
    });
    Matcher::builder()
        .all(all)
        .http(http)
        .https(https)
        .no(no)
        .build()
}

/// Makes a connection for a URL, and gives up after some time, name resolution, proxies and TLS included.
#[derive(Clone)]
pub(super) struct Connector {
    inner: HttpsConnector<Route>,
    matcher: Arc<Matcher>,
    limit: Duration,
    connections: Cap,
}

impl Connector {
    pub(super) fn new(
        options: &ClientOptions,
        permissions: &Permissions,
        connections: &Cap,
    ) -> Result<Self, BoxError> {
        Self::build(options, permissions, connections, false)
    }

    /// A connector for connections that change to another protocol: over HTTP/1, and through proxies by tunnels only.
    pub(super) fn for_upgrades(
        options: &ClientOptions,
        permissions: &Permissions,
        connections: &Cap,
    ) -> Result<Self, BoxError> {
        Self::build(options, permissions, connections, true)
    }

    fn build(
        options: &ClientOptions,
        permissions: &Permissions,
        connections: &Cap,
        upgrades: bool,
    ) -> Result<Self, BoxError> {
        let mut roots = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        for certificate in &options.extra_root_certificates {
            roots.add(certificate.clone().into())?;
        }
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        let matcher = Arc::new(matcher(&options.proxy, permissions));
        let route = Route {
            // Proxies are asked over HTTP/1.
            proxy: HttpsConnectorBuilder::new()
                .with_tls_config(tls.clone())
                .https_or_http()
                .enable_http1()
                .wrap_connector(tcp.clone()),
            tcp,
            matcher: Arc::clone(&matcher),
            tunnels: upgrades,
            permissions: permissions.clone(),
        };
        let builder = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1();
        let inner = if upgrades {
            builder.wrap_connector(route)
        } else {
            builder.enable_http2().wrap_connector(route)
        };
        Ok(Self {
            inner,
            matcher,
            limit: options.connect_timeout,
            connections: connections.clone(),
        })
    }

    /// What the proxy on the way to `uri` wants to see in every request; tunnels have seen it before.
    pub(super) fn proxy_authorization(&self, uri: &Uri) -> Option<HeaderValue> {
        if uri.scheme() != Some(&http::uri::Scheme::HTTP) {
            return None;
        }
        self.matcher.intercept(uri)?.basic_auth().cloned()
    }
}

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<Stream>;
    type Error = BoxError;
    type Future = BoxFuture<Self::Response>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        // Not set when the pool connects ahead in a task of its own: that is nobody's request.
        let _ = CONNECTED.try_with(|connected| connected.set(true));
        let connecting = self.inner.call(uri);
        let limit = self.limit;
        let connections = self.connections.clone();
        Box::pin(async move {
            let place = connections.place().await.map_err(TooMany)?;
            let connected = tokio::time::timeout(limit, connecting).await;
            let mut connection = connected.unwrap_or_else(|_| {
                let reason = format!("no connection within {} s", limit.as_secs_f64());
                Err(io::Error::new(io::ErrorKind::TimedOut, reason).into())
            })?;
            let stream = match &mut connection {
                MaybeHttpsStream::Http(stream) => stream,
                MaybeHttpsStream::Https(tls) => tls.inner_mut().get_mut().0.inner_mut(),
            };
            stream.place = place;
            Ok(connection)
        })
    }
}

/// There are as many connections as there may be.
#[derive(Debug)]
pub(super) struct TooMany(usize);

impl std::fmt::Display for TooMany {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "no more than {} connections may be open at once", self.0)
    }
}

impl Error for TooMany {}

/// Gets as far as the server, without speaking to it.
#[derive(Clone)]
pub(super) struct Route {
    tcp: HttpConnector,
    proxy: HttpsConnector<HttpConnector>,
    matcher: Arc<Matcher>,
    /// Whether proxies are asked for tunnels always, and not only if the URL asks for TLS.
    tunnels: bool,
    /// Which addresses are denied. Those of proxies are not asked for by scripts.
    permissions: Permissions,
}

impl Route {
    /// Through a proxy.
    fn through(&self, proxy: &Intercept, target: Uri) -> BoxFuture<Stream> {
        let address = proxy.uri().clone();
        let scheme = address.scheme_str().unwrap_or_default().to_owned();
        match scheme.as_str() {
            "socks5" | "socks5h" => {
                let mut socks =
                    SocksV5::new(address, self.tcp.clone()).local_dns(scheme == "socks5");
                if let Some((user, password)) = proxy.raw_auth() {
                    socks = socks.with_auth(user.to_owned(), password.to_owned());
                }
                Box::pin(async move { Ok(Stream::direct(socks.call(target).await?)) })
            }
            "socks4" | "socks4a" => {
                let mut socks =
                    SocksV4::new(address, self.tcp.clone()).local_dns(scheme == "socks4");
                Box::pin(async move { Ok(Stream::direct(socks.call(target).await?)) })
            }
            _ if self.tunnels || target.scheme() == Some(&http::uri::Scheme::HTTPS) => {
                let mut tunnel = Tunnel::new(address, self.proxy.clone());
                if let Some(authorization) = proxy.basic_auth() {
                    tunnel = tunnel.with_auth(authorization.clone());
                }
                Box::pin(async move {
                    let io = tunnel.call(target).await?;
                    Ok(Stream {
                        io,
                        asks_proxy: false,
                        place: Place::default(),
                    })
                })
            }
            _ => {
                let connecting = self.proxy.clone().call(address);
                Box::pin(async move {
                    let io = connecting.await?;
                    Ok(Stream {
                        io,
                        asks_proxy: true,
                        place: Place::default(),
                    })
                })
            }
        }
    }
}

impl Service<Uri> for Route {
    type Response = Stream;
    type Error = BoxError;
    type Future = BoxFuture<Stream>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.tcp.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        if let Some(proxy) = self.matcher.intercept(&uri) {
            return self.through(&proxy, uri);
        }
        if self.permissions.denies_addresses() {
            let connecting = Resolver::connector(&uri, &self.permissions).call(uri);
            return Box::pin(async move { Ok(Stream::direct(connecting.await?)) });
        }
        let connecting = self.tcp.call(uri);
        Box::pin(async move { Ok(Stream::direct(connecting.await?)) })
    }
}

/// A connection as [`Route`] makes it.
pub(super) struct Stream {
    io: MaybeHttpsStream<TokioIo<TcpStream>>,
    /// Whether the other end is a proxy that wants to be told the whole URL.
    asks_proxy: bool,
    /// Its place among the connections that are open.
    place: Place,
}

impl Stream {
    fn direct(stream: TokioIo<TcpStream>) -> Self {
        Self {
            io: MaybeHttpsStream::Http(stream),
            asks_proxy: false,
            place: Place::default(),
        }
    }
}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        self.io.connected().proxy(self.asks_proxy)
    }
}

impl Read for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_read(cx, buf)
    }
}

impl Write for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().io).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().io).poll_write_vectored(cx, bufs)
    }
}
