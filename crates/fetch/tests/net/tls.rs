//! TLS, and HTTP/2 through it.
//!
//! `tls/` holds an authority and a certificate for 127.0.0.1 that it signed, valid for a hundred years. The key of
//! the authority was thrown away.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use taipan_fetch::net::{Client, ClientOptions, FetchErrorKind, Request};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer},
    },
    server::TlsStream,
};

use crate::common::within;

pub(crate) const AUTHORITY: &[u8] = include_bytes!("tls/authority.der");
const CERTIFICATE: &[u8] = include_bytes!("tls/server.der");
const KEY: &[u8] = include_bytes!("tls/server-key.der");

/// A listener and the number of connections it has accepted.
pub(crate) struct Server {
    pub(crate) url: String,
    connections: Arc<AtomicUsize>,
}

/// Serves TLS connections that speak one of `protocols` with `handler`.
pub(crate) async fn serve<F>(
    protocols: &[&str],
    handler: impl Fn(TlsStream<TcpStream>) -> F + Send + 'static,
) -> Server
where
    F: Future<Output = ()> + Send + 'static,
{
    let certificate = CertificateDer::from(CERTIFICATE);
    let key = PrivateKeyDer::try_from(KEY).unwrap();
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    config.alpn_protocols = protocols.iter().map(|name| (*name).into()).collect();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            if let Ok(stream) = acceptor.accept(stream).await {
                tokio::spawn(handler(stream));
            }
        }
    });
    Server { url, connections }
}

/// Answers every request of an HTTP/2 connection with its path and 4 MiB of zeros; "/reset" with a part of it.
async fn http2(stream: TlsStream<TcpStream>) {
    let mut connection = h2::server::handshake(stream).await.unwrap();
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        tokio::spawn(async move {
            let path = request.uri().path().to_owned();
            let response = http::Response::builder()
                .status(200)
                .header("x-path", &path)
                .body(())
                .unwrap();
            let mut body = respond.send_response(response, false).unwrap();
            if path == "/reset" {
                body.send_data(Bytes::from_static(b"abc"), false).unwrap();
                body.send_reset(h2::Reason::INTERNAL_ERROR);
                return;
            }
            body.send_data(vec![0; 4 << 20].into(), true).unwrap();
        });
    }
}

/// One HTTP/1.1 exchange.
async fn http1(mut stream: TlsStream<TcpStream>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    let response = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc";
    stream.write_all(response).await.unwrap();
    stream.flush().await.unwrap();
}

fn trusting() -> Client {
    Client::with_options(ClientOptions {
        extra_root_certificates: vec![AUTHORITY.to_vec()],
        ..ClientOptions::default()
    })
}

fn get(url: &str) -> Request {
    Request::get(url.parse().unwrap())
}

#[tokio::test]
async fn http1_over_tls() {
    for protocols in [&["http/1.1"][..], &[]] {
        let server = serve(protocols, http1).await;
        let response = within(trusting().fetch(get(&server.url))).await.unwrap();
        assert_eq!(response.status_text(), "OK");
        assert_eq!(within(response.into_body().bytes()).await.unwrap(), "abc");
    }
}

#[tokio::test]
async fn http2_is_negotiated_and_shares_a_connection() {
    let server = serve(&["h2", "http/1.1"], http2).await;
    let client = trusting();
    // The first request decides that there is one connection for all.
    let response = within(client.fetch(get(&server.url))).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.status_text(), "");
    let bodies = (0..20).map(|index| {
        let path = format!("/{index}");
        let response = client.fetch(get(&format!("{}{index}", server.url)));
        async move {
            let response = response.await.unwrap();
            assert_eq!(response.headers()["x-path"], path);
            response.into_body().bytes().await.unwrap()
        }
    });
    for body in within(futures_util::future::join_all(bodies)).await {
        assert_eq!(body.len(), 4 << 20);
    }
    assert_eq!(server.connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_reset_stream_is_an_error() {
    let server = serve(&["h2"], http2).await;
    let url = format!("{}reset", server.url);
    let result = within(trusting().fetch(get(&url))).await;
    let error = match result {
        // The reset may overtake the header.
        Err(error) => error,
        Ok(response) => within(response.into_body().bytes()).await.unwrap_err(),
    };
    assert!(
        matches!(
            error.kind(),
            FetchErrorKind::Body | FetchErrorKind::Protocol
        ),
        "{error}"
    );
}

#[tokio::test]
async fn an_unknown_authority_is_refused() {
    let server = serve(&["h2", "http/1.1"], http1).await;
    let error = within(Client::new().fetch(get(&server.url)))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), FetchErrorKind::Connect);
    assert!(error.reason().contains("certificate"), "{error}");
}

#[tokio::test]
async fn plain_http_on_a_tls_port() {
    let server = serve(&[], http1).await;
    let plain = server.url.replace("https:", "http:");
    within(trusting().fetch(get(&plain))).await.unwrap_err();
}

#[tokio::test]
async fn a_handshake_that_never_ends_is_given_up() {
    let server = crate::common::Server::once("").await;
    let client = Client::with_options(ClientOptions {
        connect_timeout: Duration::from_millis(20),
        ..ClientOptions::default()
    });
    let secure = server.url("/").replace("http:", "https:");
    let error = within(client.fetch(get(&secure))).await.unwrap_err();
    assert_eq!(error.kind(), FetchErrorKind::Connect);
    assert!(
        error.reason().contains("no connection within 0.02 s"),
        "{error}"
    );
}

#[tokio::test]
async fn through_a_tunnel() {
    let server = serve(&["h2", "http/1.1"], http2).await;
    let port = server.url.rsplit(':').next().unwrap();
    let port: u16 = port.trim_end_matches('/').parse().unwrap();
    let proxy = crate::common::Server::new(move |mut connection| async move {
        let head = connection.head().await.unwrap();
        assert!(head.starts_with("CONNECT "), "{head}");
        connection.write("HTTP/1.1 200 OK\r\n\r\n").await;
        connection.tunnel_to(port).await;
    })
    .await;
    let client = Client::with_options(ClientOptions {
        extra_root_certificates: vec![AUTHORITY.to_vec()],
        proxy: taipan_fetch::net::Proxy::Rules(taipan_fetch::net::ProxyRules {
            https: proxy.url("/"),
            ..Default::default()
        }),
        ..ClientOptions::default()
    });
    let response = within(client.fetch(get(&server.url))).await.unwrap();
    assert_eq!(response.status(), 200);
    // HTTP/2 was negotiated with the server, through the proxy.
    assert_eq!(response.status_text(), "");
    assert_eq!(proxy.connections(), 1);
}
