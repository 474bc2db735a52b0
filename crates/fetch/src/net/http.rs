//! One HTTP exchange over hyper.

use std::{cell::Cell, error::Error, io, sync::Arc, time::Duration};

use http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, Version,
    header::{
        ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, AUTHORIZATION, CONNECTION, CONTENT_LENGTH,
        EXPECT, HOST, PROXY_AUTHORIZATION, RANGE, REFERER, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
        USER_AGENT,
    },
};
use hyper_util::{
    client::legacy,
    rt::{TokioExecutor, TokioTimer},
};
use taipan_web::permissions::{NotCapable, Permissions};
use url::Url;

use super::{
    cap::Cap,
    client::ClientOptions,
    connect::{BoxError, CONNECTED, Connector, TooMany},
    decode,
    error::{FetchError, FetchErrorKind},
    limit::Limit,
    outgoing::Outgoing,
    ports,
    receive::{self, Patience},
    request::{Request, RequestBody},
    response::NativeResponse,
    transport::{Transport, TransportFuture},
};

/// How long an idle connection stays in the pool. Most servers close theirs a little later.
const IDLE_TIMEOUT: Duration = Duration::from_secs(50);

/// The flow-control windows of HTTP/2.
const HTTP2_STREAM_WINDOW: u32 = 1 << 20;
const HTTP2_CONNECTION_WINDOW: u32 = 64 << 20;

/// How many stale connections of the pool a request may meet before it fails.
const MAX_ATTEMPTS: usize = 8;

/// The largest buffer of a connection of HTTP/1, and so the largest chunk of a body, and the largest header. Larger
/// ones are not faster, and several of them exist at a time.
const HTTP1_BUFFER: usize = 128 << 10;

/// How many header fields a response may have.
const MAX_HEADERS: usize = 1024;

/// How large the header of a response may be over HTTP/2.
const HTTP2_MAX_HEADER_LIST: u32 = 256 << 10;

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

/// The network: a pool of connections.
#[derive(Clone)]
pub(super) struct Http(Arc<Inner>);

struct Inner {
    client: legacy::Client<Connector, Outgoing>,
    /// Without a pool: every request has a connection of its own.
    fresh: legacy::Client<Connector, Outgoing>,
    connector: Connector,
    user_agent: HeaderValue,
    limit: Limit,
    idle_timeout: Option<Duration>,
}

impl Http {
    /// Creates an empty pool.
    pub(super) fn new(
        options: &ClientOptions,
        permissions: &Permissions,
        connections: &Cap,
    ) -> Result<Self, BoxError> {
        let connector = Connector::new(options, permissions, connections)?;
        let mut builder = legacy::Client::builder(TokioExecutor::new());
        builder
            .pool_idle_timeout(IDLE_TIMEOUT)
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            .http1_max_headers(MAX_HEADERS)
            .http1_max_buf_size(HTTP1_BUFFER)
            .http2_max_header_list_size(HTTP2_MAX_HEADER_LIST)
            // What a fast but distant server may send ahead, per body and in all. That the second is much larger keeps
            // bodies nobody reads from holding up the others. (Not `http2_adaptive_window`: with it, several bodies at once
            // can come to a halt for good; the test of HTTP/2 shows it every other time.)
            .http2_initial_stream_window_size(HTTP2_STREAM_WINDOW)
            .http2_initial_connection_window_size(HTTP2_CONNECTION_WINDOW);
        if connections.is_set() {
            // Connections that wait for further requests would leave none for other hosts.
            builder.pool_max_idle_per_host(0);
        }
        Ok(Self(Arc::new(Inner {
            client: builder.build(connector.clone()),
            fresh: builder.pool_max_idle_per_host(0).build(connector.clone()),
            connector,
            user_agent: HeaderValue::from_str(&options.user_agent)?,
            limit: Limit::new(options.max_connections_per_host),
            idle_timeout: options.idle_timeout,
        })))
    }
}

impl Transport for Http {
    fn send(&self, request: Request) -> TransportFuture {
        let inner = Arc::clone(&self.0);
        Box::pin(async move { inner.send(request).await })
    }
}

impl Inner {
    /// Sends `request` and waits for the header of the response.
    ///
    /// <https://fetch.spec.whatwg.org/#http-network-or-cache-fetch>
    async fn send(&self, mut request: Request) -> Result<NativeResponse, FetchError> {
        let body = request.body.take();
        let url = &request.url;
        let fail = |reason: String| FetchError::new(FetchErrorKind::Request, url, reason);
        if let Some(port) = url.port().filter(|port| ports::is_bad_port(*port)) {
            return Err(fail(format!("port {port} is blocked")));
        }
        if matches!(request.method.as_str(), "CONNECT" | "TRACE" | "TRACK") {
            return Err(fail(format!("the method {} is blocked", request.method)));
        }
        let patience = Patience {
            idle: self.idle_timeout,
            deadline: request.deadline,
        };
        let uri = request_uri(url).map_err(fail)?;
        let headers = self.headers(&request, body.as_ref(), &uri).map_err(fail)?;
        let permit = self.limit.permit(url).await;
        let mut body = body.map_or_else(Outgoing::empty, Outgoing::new);
        let mut attempts = 0;
        let mut misdirected = false;
        loop {
            let client = if misdirected {
                &self.fresh
            } else {
                &self.client
            };
            let again = body.again();
            let uploading = again.is_none();
            let mut outgoing = http::Request::new(body);
            *outgoing.uri_mut() = uri.clone();
            *outgoing.method_mut() = request.method.clone();
            *outgoing.headers_mut() = headers.clone();
            let attempt = async {
                let result = client.request(outgoing).await;
                (result, CONNECTED.with(Cell::get))
            };
            let attempt = CONNECTED.scope(Cell::new(false), attempt);
            // While something is sent nothing needs to arrive.
            let patience_for_header = Patience {
                idle: patience.idle.filter(|_| !uploading),
                ..patience
            };
            let (result, connected) = patience_for_header
                .wait(attempt)
                .await
                .map_err(|reason| reason.error(url))?;
            let (error, again) = match (result, again) {
                // <https://fetch.spec.whatwg.org/#http-network-or-cache-fetch>, step 16: the server says that it was
                // asked over the wrong connection.
                (Ok(response), Some(again))
                    if response.status() == StatusCode::MISDIRECTED_REQUEST && !misdirected =>
                {
                    misdirected = true;
                    body = again;
                    continue;
                }
                (Ok(response), _) if response.status() == StatusCode::SWITCHING_PROTOCOLS => {
                    let reason = "the server switched protocols, which nobody asked for";
                    return Err(FetchError::new(FetchErrorKind::Protocol, url, reason));
                }
                (Ok(response), _) => {
                    // HTTP/2 has one connection for all.
                    let permit = (response.version() < Version::HTTP_2).then_some(permit);
                    return receive::into_response(
                        response,
                        permit,
                        patience,
                        request.abort.clone(),
                        url,
                    );
                }
                (Err(error), again) => (error, again),
            };
            attempts += 1;
            // RFC 9110, section 9.2.2: a server may close a connection just when the next request is on its
            // way. One that can be repeated without harm is, on another connection.
            if let Some(again) = again
                && !connected
                && request.method.is_idempotent()
                && was_dropped(&error)
                && attempts < MAX_ATTEMPTS
            {
                body = again;
                continue;
            }
            return Err(send_error(url, &error));
        }
    }

    /// The header fields as they are sent.
    fn headers(
        &self,
        request: &Request,
        body: Option<&RequestBody>,
        uri: &Uri,
    ) -> Result<HeaderMap, String> {
        let mut headers = request.headers.clone();
        for name in &CONNECTION_HEADERS {
            headers.remove(name);
        }
        // "If httpRequest's body is null and httpRequest's method is `POST` or `PUT`, then set
        // contentLength to 0"; hyper sees no difference between null and empty, and sends nothing.
        let empty = body.is_none_or(RequestBody::is_empty);
        if empty && (body.is_some() || matches!(request.method, Method::POST | Method::PUT)) {
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
        if let Some(referrer) = &request.referrer
            && let Ok(value) = HeaderValue::from_str(referrer.as_str())
        {
            headers.entry(REFERER).or_insert(value);
        }
        if let Some(value) = self.connector.proxy_authorization(uri) {
            headers.entry(PROXY_AUTHORIZATION).or_insert(value);
        }
        Ok(headers)
    }
}

/// What went wrong before there was a response.
fn send_error(url: &Url, error: &legacy::Error) -> FetchError {
    // The outermost error only says "client error".
    let cause = error.source().unwrap_or(error);
    // The body of the request has its own reasons.
    let mut source = Some(cause);
    while let Some(error) = source {
        if let Some(error) = error.downcast_ref::<FetchError>() {
            return error.clone();
        }
        if let Some(refusal) = error.downcast_ref::<NotCapable>() {
            return FetchError::not_capable(url, refusal.clone());
        }
        source = error.source();
    }
    let kind = if is_limit(cause) {
        FetchErrorKind::Limit
    } else if error.is_connect() {
        FetchErrorKind::Connect
    } else {
        FetchErrorKind::Protocol
    };
    FetchError::from_error(kind, url, cause)
}

/// Whether there was no connection because there may be no more.
fn is_limit(error: &(dyn Error + 'static)) -> bool {
    let mut source = Some(error);
    while let Some(error) = source {
        if error.is::<TooMany>() {
            return true;
        }
        source = error.source();
    }
    false
}

/// Whether the connection went away before anything came back on it, or what came back was left over from the response
/// before.
fn was_dropped(error: &legacy::Error) -> bool {
    let mut source = error.source();
    while let Some(error) = source {
        if let Some(error) = error.downcast_ref::<hyper::Error>()
            && (error.is_incomplete_message() || error.is_canceled() || error.is_parse())
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
pub(super) fn request_uri(url: &Url) -> Result<Uri, String> {
    let mut url = url.clone();
    url.set_fragment(None);
    // Both fail only for URLs that cannot have credentials; HTTP ones can.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    let uri = Uri::try_from(url.as_str());
    let uri = uri.map_err(|error| format!("the URL cannot be sent: {error}"))?;
    // What was allowed by one parser is what is connected to by the other.
    if uri.host() != url.host_str() || uri.port_u16() != url.port() {
        return Err("the URL cannot be sent: its server can be read in two ways".to_owned());
    }
    Ok(uri)
}

/// `user:password@` in a URL as the header field it means.
pub(super) fn basic_authorization(url: &Url) -> Result<Option<HeaderValue>, String> {
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
