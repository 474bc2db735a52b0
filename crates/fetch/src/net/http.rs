//! One HTTP exchange over hyper.

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

use bytes::{Bytes, BytesMut};
use futures_util::TryStreamExt;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Response, Uri, Version,
    header::{
        ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, AUTHORIZATION, CONNECTION, CONTENT_LENGTH,
        EXPECT, HOST, RANGE, TE, TRAILER, TRANSFER_ENCODING, UPGRADE, USER_AGENT,
    },
};
use http_body_util::{BodyDataStream, BodyExt, Full};
use hyper::{
    body::{Body, Incoming},
    ext::ReasonPhrase,
};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use tokio::io::AsyncReadExt;
use tokio_util::io::StreamReader;
use tower_service::Service;
use url::Url;

use super::{
    body::{BodySender, NativeBody},
    client::ClientOptions,
    decode,
    error::{FetchError, FetchErrorKind},
    limit::{self, Limit, Permit},
    ports,
    request::Request,
    response::NativeResponse,
};

/// How long an idle connection stays in the pool. Most servers close theirs a little later.
const IDLE_TIMEOUT: Duration = Duration::from_secs(50);

/// The flow-control windows of HTTP/2.
const HTTP2_STREAM_WINDOW: u32 = 1 << 20;
const HTTP2_CONNECTION_WINDOW: u32 = 64 << 20;

/// How many stale connections of the pool a request may meet before it fails.
const MAX_ATTEMPTS: usize = 8;

/// How large the chunks of decoded data are.
const DECODED_CHUNK: usize = 64 << 10;

/// Header fields that frame a message or belong to the connection: never the caller's business.
const CONNECTION_HEADERS: [HeaderName; 11] = [
    CONNECTION,
    CONTENT_LENGTH,
    EXPECT,
    HOST,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
    HeaderName::from_static("http2-settings"),
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
];

type BoxError = Box<dyn Error + Send + Sync>;

/// The connection pool.
#[derive(Clone)]
pub(super) struct Http {
    client: legacy::Client<TimedConnector, Full<Bytes>>,
    user_agent: HeaderValue,
    limit: Limit,
}

impl Http {
    /// Creates an empty pool.
    pub(super) fn new(options: &ClientOptions) -> Result<Self, BoxError> {
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
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .enable_http2()
            .wrap_connector(tcp);
        let client = legacy::Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE_TIMEOUT)
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            // What a fast but distant server may send ahead, per body and in all. That the second is much larger keeps
            // bodies nobody reads from holding up the others. (Not `http2_adaptive_window`: with it, several bodies at once
            // can come to a halt for good; the test of HTTP/2 shows it every other time.)
            .http2_initial_stream_window_size(HTTP2_STREAM_WINDOW)
            .http2_initial_connection_window_size(HTTP2_CONNECTION_WINDOW)
            .build(TimedConnector {
                inner: connector,
                limit: options.connect_timeout,
            });
        Ok(Self {
            client,
            user_agent: HeaderValue::from_str(&options.user_agent)?,
            limit: Limit::new(options.max_connections_per_host),
        })
    }

    /// Sends `request` and waits for the header of the response. Redirects are the caller's. The permit is for
    /// the connection that the body arrives on, if it has one of its own.
    ///
    /// <https://fetch.spec.whatwg.org/#http-network-or-cache-fetch>
    pub(super) async fn send(
        &self,
        request: &Request,
    ) -> Result<(Response<Incoming>, Option<Permit>), FetchError> {
        let url = &request.url;
        let fail = |reason: String| FetchError::new(FetchErrorKind::Request, url, reason);
        if let Some(port) = url.port().filter(|port| ports::is_bad_port(*port)) {
            return Err(fail(format!("port {port} is blocked")));
        }
        if matches!(request.method.as_str(), "CONNECT" | "TRACE" | "TRACK") {
            return Err(fail(format!("the method {} is blocked", request.method)));
        }
        let mut outgoing = http::Request::new(Full::new(request.body.clone().unwrap_or_default()));
        *outgoing.uri_mut() = request_uri(url).map_err(fail)?;
        *outgoing.method_mut() = request.method.clone();
        *outgoing.headers_mut() = self.headers(request).map_err(fail)?;
        let permit = self.limit.permit(url).await;
        let mut attempts = 0;
        loop {
            let attempt = async {
                let result = self.client.request(outgoing.clone()).await;
                (result, CONNECTED.with(Cell::get))
            };
            let (result, connected) = CONNECTED.scope(Cell::new(false), attempt).await;
            let error = match result {
                Ok(response) => {
                    // HTTP/2 has one connection for all.
                    let permit = (response.version() < Version::HTTP_2).then_some(permit);
                    return Ok((response, permit));
                }
                Err(error) => error,
            };
            attempts += 1;
            // RFC 9110, section 9.2.2: a server may close a connection just when the next request is on its
            // way. One that can be repeated without harm is, on another connection.
            if !connected
                && request.method.is_idempotent()
                && was_dropped(&error)
                && attempts < MAX_ATTEMPTS
            {
                continue;
            }
            let kind = if error.is_connect() {
                FetchErrorKind::Connect
            } else {
                FetchErrorKind::Protocol
            };
            // The outermost error only says "client error".
            let cause = error.source().unwrap_or(&error);
            return Err(FetchError::from_error(kind, url, cause));
        }
    }

    /// The header fields as they are sent.
    fn headers(&self, request: &Request) -> Result<HeaderMap, String> {
        let mut headers = request.headers.clone();
        for name in &CONNECTION_HEADERS {
            headers.remove(name);
        }
        // "If httpRequest's body is null and httpRequest's method is `POST` or `PUT`, then set
        // contentLength to 0"; hyper sees no difference between null and empty, and sends nothing.
        let empty = request.body.as_ref().is_none_or(Bytes::is_empty);
        if empty && (request.body.is_some() || matches!(request.method, Method::POST | Method::PUT))
        {
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        // Parts of a file are parts of what was asked for, not of a compressed copy of it.
        let encoding = if headers.contains_key(RANGE) {
            "identity"
        } else {
            decode::ACCEPT_ENCODING
        };
        for (name, value) in [
            (ACCEPT, HeaderValue::from_static("*/*")),
            (ACCEPT_LANGUAGE, HeaderValue::from_static("*")),
            (ACCEPT_ENCODING, HeaderValue::from_static(encoding)),
            (USER_AGENT, self.user_agent.clone()),
        ] {
            headers.entry(name).or_insert(value);
        }
        if let Some(value) = basic_authorization(&request.url)? {
            headers.entry(AUTHORIZATION).or_insert(value);
        }
        Ok(headers)
    }
}

tokio::task_local! {
    /// Whether a connection was asked for during a request: if not, one of the pool was used.
    static CONNECTED: Cell<bool>;
}

/// Whether the connection went away before anything came back on it.
fn was_dropped(error: &legacy::Error) -> bool {
    let mut source = error.source();
    while let Some(error) = source {
        if let Some(error) = error.downcast_ref::<hyper::Error>()
            && (error.is_incomplete_message() || error.is_canceled())
        {
            return true;
        }
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return matches!(
                error.kind(),
                io::ErrorKind::ConnectionReset
                    | io::ErrorKind::ConnectionAborted
                    | io::ErrorKind::BrokenPipe
            );
        }
        source = error.source();
    }
    false
}

/// What goes into the request line.
fn request_uri(url: &Url) -> Result<Uri, String> {
    let mut url = url.clone();
    url.set_fragment(None);
    // Both fail only for URLs that cannot have credentials; HTTP ones can.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    Uri::try_from(url.as_str()).map_err(|error| format!("the URL cannot be sent: {error}"))
}

/// `user:password@` in a URL as the header field it means.
fn basic_authorization(url: &Url) -> Result<Option<HeaderValue>, String> {
    if url.username().is_empty() && url.password().is_none() {
        return Ok(None);
    }
    let mut credentials: Vec<u8> = percent_encoding::percent_decode_str(url.username()).collect();
    credentials.push(b':');
    credentials.extend(percent_encoding::percent_decode_str(
        url.password().unwrap_or_default(),
    ));
    let mut value = HeaderValue::try_from(format!("Basic {}", base64(&credentials)))
        .map_err(|error| error.to_string())?;
    value.set_sensitive(true);
    Ok(Some(value))
}

/// RFC 4648 base64.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |index: usize| u32::from(group.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for index in 0..4 {
            text.push(if index <= group.len() {
                char::from(ALPHABET[(bits >> (18 - 6 * index)) as usize & 63])
            } else {
                '='
            });
        }
    }
    text
}

/// Makes a response of what hyper gave: its body decoded, on its way through a bounded channel. Must be
/// called on the I/O thread.
pub(super) fn into_response(
    response: Response<Incoming>,
    permit: Option<Permit>,
    url_list: Vec<Url>,
    url: &Url,
) -> Result<NativeResponse, FetchError> {
    let (parts, incoming) = response.into_parts();
    let codings = decode::codings(&parts.headers)
        .map_err(|reason| FetchError::new(FetchErrorKind::Decode, url, reason))?;
    let status_text = match parts.extensions.get::<ReasonPhrase>() {
        Some(reason) => reason
            .as_bytes()
            .iter()
            .map(|&byte| char::from(byte))
            .collect(),
        None if parts.version >= Version::HTTP_2 => String::new(),
        None => parts.status.canonical_reason().unwrap_or("").to_owned(),
    };
    let body = if incoming.is_end_stream() {
        NativeBody::empty()
    } else if codings.is_empty() {
        let (sender, body) = NativeBody::channel(url, incoming.size_hint().exact());
        spawn(permit, &body, pump(incoming, sender, url.clone()));
        body
    } else {
        let (sender, body) = NativeBody::channel(url, None);
        let pump = pump_decoded(incoming, codings, sender, url.clone());
        spawn(permit, &body, pump);
        body
    };
    Ok(NativeResponse {
        url_list,
        status: parts.status.as_u16(),
        status_text,
        headers: parts.headers,
        body,
    })
}

/// Has `pump` fill `body` in the background.
fn spawn(
    permit: Option<Permit>,
    body: &NativeBody,
    pump: impl Future<Output = ()> + Send + 'static,
) {
    match permit {
        Some(permit) => {
            let is_being_read = body.is_being_read();
            tokio::spawn(limit::holding(permit, is_being_read, pump));
        }
        None => {
            tokio::spawn(pump);
        }
    }
}

/// The largest body of a redirect that is read to keep its connection, and how long that may take.
const MAX_DISCARDED: u64 = 64 << 10;
const DISCARD_TIMEOUT: Duration = Duration::from_millis(500);

/// Gets rid of a body nobody wants. A short one is read, because its connection can be used again then: a redirect
/// mostly leads to the same server. Any other costs less if the connection is closed.
pub(super) async fn discard(response: Response<Incoming>) {
    let mut body = response.into_body();
    if body
        .size_hint()
        .upper()
        .is_none_or(|size| size > MAX_DISCARDED)
    {
        return;
    }
    let read = async { while let Some(Ok(_)) = body.frame().await {} };
    // Too slow or broken: the connection is closed.
    let _ = tokio::time::timeout(DISCARD_TIMEOUT, read).await;
}

/// Moves a body from the socket into its channel, until its end or until nobody wants it any more: then it
/// is dropped, and its connection with it.
async fn pump(mut incoming: Incoming, sender: BodySender, url: Url) {
    loop {
        let frame = tokio::select! {
            biased;
            () = sender.closed() => return,
            frame = incoming.frame() => frame,
        };
        match frame {
            None => return sender.finish().await,
            Some(Err(error)) => return sender.fail(body_error(&url, &error)).await,
            Some(Ok(frame)) => {
                // Trailers are of no interest.
                if let Ok(bytes) = frame.into_data()
                    && sender.send(bytes).await.is_err()
                {
                    return;
                }
            }
        }
    }
}

/// Like [`pump`], with content codings undone on the way.
async fn pump_decoded(
    incoming: Incoming,
    codings: Vec<decode::Coding>,
    sender: BodySender,
    url: Url,
) {
    let frames = {
        let url = url.clone();
        BodyDataStream::new(incoming)
            .map_err(move |error| io::Error::other(body_error(&url, &error)))
    };
    let mut decoded = decode::decode(StreamReader::new(frames), &codings);
    loop {
        let mut buffer = BytesMut::with_capacity(DECODED_CHUNK);
        let read = tokio::select! {
            biased;
            () = sender.closed() => return,
            read = decoded.read_buf(&mut buffer) => read,
        };
        match read {
            Ok(0) => return sender.finish().await,
            Ok(_) => {
                if sender.send(buffer.freeze()).await.is_err() {
                    return;
                }
            }
            Err(error) => {
                // An error of the transfer comes out of the decoder as it went in.
                let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
                let error = inner
                    .cloned()
                    .unwrap_or_else(|| decode_error(&url, &codings, &error));
                return sender.fail(error).await;
            }
        }
    }
}

/// A transfer that went wrong.
fn body_error(url: &Url, error: &hyper::Error) -> FetchError {
    let cause = error.source().and_then(|cause| cause.downcast_ref());
    if error.is_incomplete_message()
        || cause.is_some_and(|cause: &io::Error| cause.kind() == io::ErrorKind::UnexpectedEof)
    {
        let reason = "the connection was closed before the body was complete";
        return FetchError::new(FetchErrorKind::Body, url, reason);
    }
    FetchError::from_error(FetchErrorKind::Body, url, error)
}

/// A content coding that went wrong.
fn decode_error(url: &Url, codings: &[decode::Coding], error: &io::Error) -> FetchError {
    let names: Vec<&str> = codings.iter().map(|coding| coding.name()).collect();
    let names = names.join(", ");
    // flate2 says "BufError" for input that ends early, the others have a kind for it.
    let early =
        error.kind() == io::ErrorKind::UnexpectedEof || error.to_string() == "unexpected BufError";
    let reason = if early {
        format!("the body ended in the middle of its content coding ({names})")
    } else {
        format!("the body's content coding ({names}) is broken: {error}")
    };
    FetchError::new(FetchErrorKind::Decode, url, reason)
}

/// A connector that gives up after some time, name resolution and TLS included.
#[derive(Clone)]
struct TimedConnector {
    inner: HttpsConnector<HttpConnector>,
    limit: Duration,
}

impl Service<Uri> for TimedConnector {
    type Response = <HttpsConnector<HttpConnector> as Service<Uri>>::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        // Not set when the pool connects ahead in a task of its own: that is nobody's request.
        let _ = CONNECTED.try_with(|connected| connected.set(true));
        let connecting = self.inner.call(uri);
        let limit = self.limit;
        Box::pin(async move {
            tokio::time::timeout(limit, connecting)
                .await
                .unwrap_or_else(|_| {
                    let reason = format!("no connection within {} s", limit.as_secs_f64());
                    Err(io::Error::new(io::ErrorKind::TimedOut, reason).into())
                })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_of_every_remainder() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn credentials_become_a_header() {
        let url: Url = "http://us%65r:p%C3%A4ss@host/#f".parse().unwrap();
        let value = basic_authorization(&url).unwrap().unwrap();
        assert_eq!(value, format!("Basic {}", base64("user:päss".as_bytes())));
        assert_eq!(request_uri(&url).unwrap(), "http://host/");
        assert_eq!(
            basic_authorization(&"http://host/".parse().unwrap()).unwrap(),
            None
        );
    }

    #[test]
    fn every_url_of_the_standard_can_be_sent() {
        // What the URL parser leaves as it is must be acceptable to the HTTP library.
        let all: String = (0x21..0x7f).map(|byte: u8| char::from(byte)).collect();
        let path = all.replace(['#', '?', '\\'], "");
        let query = all.replace('#', "");
        let url: Url = format!("http://host/{path}?{query}").parse().unwrap();
        let uri = request_uri(&url).unwrap();
        assert_eq!(uri.to_string(), url.as_str());
    }
}
