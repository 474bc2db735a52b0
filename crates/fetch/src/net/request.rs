//! What to fetch.

use bytes::Bytes;
use http::{HeaderMap, Method};
use url::Url;

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

/// A request for the [`Client`](super::Client).
///
/// <https://fetch.spec.whatwg.org/#concept-request>
#[derive(Debug, Clone)]
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
    pub body: Option<Bytes>,
    /// What to do with redirects.
    pub redirect: RedirectMode,
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
        }
    }
}
