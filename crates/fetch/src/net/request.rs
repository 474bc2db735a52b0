//! What to fetch.

use bytes::Bytes;
use http::{HeaderMap, Method};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::{body::NativeBody, integrity::Integrity, referrer::ReferrerPolicy};

/// What happens when the server answers with a redirect.
///
/// <https://fetch.spec.whatwg.org/#concept-request-redirect-mode>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RedirectMode {
    /// Redirects are followed.
    #[default]
    Follow,
    /// A redirect is a network error.
    Error,
    /// The redirect itself is the response.
    Manual,
}

/// What is sent with a request.
#[derive(Debug)]
pub enum RequestBody {
    /// Bytes in memory: they can be sent again, after a redirect or on another connection.
    Bytes(Bytes),
    /// Bytes that come while they are sent, and so can be sent only once. The connection decides how fast they are
    /// read.
    Stream(NativeBody),
}

impl RequestBody {
    /// How many bytes there are, if that is known.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        match self {
            Self::Bytes(bytes) => Some(bytes.len() as u64),
            Self::Stream(body) => body.size_hint(),
        }
    }

    /// Whether there is nothing to send.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Bytes(bytes) if bytes.is_empty())
    }

    /// The body as a stream.
    #[must_use]
    pub fn into_native(self) -> NativeBody {
        match self {
            Self::Bytes(bytes) => NativeBody::from_bytes(bytes),
            Self::Stream(body) => body,
        }
    }
}

impl From<Bytes> for RequestBody {
    fn from(bytes: Bytes) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<NativeBody> for RequestBody {
    fn from(body: NativeBody) -> Self {
        match body.into_bytes() {
            Ok(bytes) => Self::Bytes(bytes),
            Err(body) => Self::Stream(body),
        }
    }
}

/// A request for the [`Client`](super::Client).
///
/// <https://fetch.spec.whatwg.org/#concept-request>
#[derive(Debug)]
#[non_exhaustive]
pub struct Request {
    /// Where to. A fragment is never sent; the response's URL inherits it.
    pub url: Url,
    /// The method, `GET` unless told otherwise.
    pub method: Method,
    /// Header fields. Those that frame the message (`Host`, `Content-Length`,
    /// `Transfer-Encoding`, `Connection` and its kin) are computed and ignored here;
    /// `Accept`, `Accept-Language`, `Accept-Encoding` and `User-Agent` get defaults when missing.
    pub headers: HeaderMap,
    /// The body. `None` is not the same as an empty one: only a body survives with its headers.
    pub body: Option<RequestBody>,
    /// What to do with redirects.
    pub redirect: RedirectMode,
    /// Where the request comes from, if that may be told; [`referrer_policy`](Self::referrer_policy) says how much of
    /// it.
    pub referrer: Option<Url>,
    /// How much of the [`referrer`](Self::referrer) is told to whom.
    pub referrer_policy: ReferrerPolicy,
    /// Digests of which the body of the response must have one.
    pub integrity: Integrity,
    /// The origin that the request comes from, if it has one: servers are told in an `Origin` header when the standard
    /// asks for it.
    pub origin: Option<url::Origin>,
    /// Whether the request has the mode `cors`, in which servers of other origins are always told.
    pub cors: bool,
    /// The only origin that may be asked, redirects included.
    pub same_origin: Option<url::Origin>,
    /// Breaks off the body of the response, even if nobody reads it. (So does dropping the response, for whoever can.)
    pub abort: Option<CancellationToken>,
    /// Whether the response may have any number of bytes.
    pub(crate) endless: bool,
    /// When all of the response must have arrived.
    pub(super) deadline: Option<Instant>,
    /// The URL that no permission is needed for.
    pub(super) own: Option<Url>,
}

impl Request {
    /// A `GET` request that follows redirects.
    #[must_use]
    pub fn get(url: Url) -> Self {
        Self {
            url,
            method: Method::GET,
            headers: HeaderMap::new(),
            body: None,
            redirect: RedirectMode::Follow,
            referrer: None,
            referrer_policy: ReferrerPolicy::default(),
            integrity: Integrity::default(),
            origin: None,
            cors: false,
            same_origin: None,
            abort: None,
            deadline: None,
            own: None,
            endless: false,
        }
    }

    /// The same request once more, unless its body can be sent only once.
    #[must_use]
    pub fn try_clone(&self) -> Option<Self> {
        let (request, lost_body) = self.again();
        (!lost_body).then_some(request)
    }

    /// Whether no permission is needed: it goes where whoever has the client wanted it to go, be it over TLS.
    pub(super) fn is_own(&self) -> bool {
        let Some(own) = &self.own else {
            return false;
        };
        let is_default = |url: &Url| url.port().is_none();
        own.host() == self.url.host()
            && (own.port_or_known_default() == self.url.port_or_known_default()
                || is_default(own) && is_default(&self.url))
    }

    /// The same request once more, and whether it lacks the body, because that can be sent only once.
    pub(super) fn again(&self) -> (Self, bool) {
        let (body, lost) = match &self.body {
            None => (None, false),
            Some(RequestBody::Bytes(bytes)) => (Some(RequestBody::Bytes(bytes.clone())), false),
            Some(RequestBody::Stream(_)) => (None, true),
        };
        let request = Self {
            url: self.url.clone(),
            method: self.method.clone(),
            headers: self.headers.clone(),
            body,
            redirect: self.redirect,
            referrer: self.referrer.clone(),
            referrer_policy: self.referrer_policy,
            integrity: self.integrity.clone(),
            origin: self.origin.clone(),
            cors: self.cors,
            same_origin: self.same_origin.clone(),
            abort: self.abort.clone(),
            deadline: self.deadline,
            own: self.own.clone(),
            endless: self.endless,
        };
        (request, lost)
    }
}
