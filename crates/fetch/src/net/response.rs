//! What came back.

use http::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::body::NativeBody;

/// A response whose body is still under way.
///
/// <https://fetch.spec.whatwg.org/#concept-response>
#[derive(Debug)]
pub struct NativeResponse {
    pub(super) url_list: Vec<Url>,
    pub(super) is_cross_origin: bool,
    pub(super) status: u16,
    pub(super) status_text: String,
    pub(super) headers: HeaderMap,
    pub(super) body: NativeBody,
}

impl NativeResponse {
    /// A response without headers and with an empty body, for a [`Transport`](super::Transport) to return.
    #[must_use]
    pub fn new(status: u16) -> Self {
        Self {
            url_list: Vec::new(),
            is_cross_origin: false,
            status,
            status_text: http::StatusCode::from_u16(status)
                .ok()
                .and_then(|status| status.canonical_reason())
                .unwrap_or_default()
                .to_owned(),
            headers: HeaderMap::new(),
            body: NativeBody::empty(),
        }
    }

    /// A response that came from nowhere but `url`.
    pub(crate) fn local(url: Url, status: u16) -> Self {
        Self {
            url_list: vec![url],
            ..Self::new(status)
        }
    }

    /// Sets the reason phrase.
    #[must_use]
    pub fn with_status_text(mut self, text: impl Into<String>) -> Self {
        self.status_text = text.into();
        self
    }

    /// Adds a header field. What HTTP could not carry is left out.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            self.headers.append(name, value);
        }
        self
    }

    /// Sets all header fields.
    #[must_use]
    pub fn with_headers(mut self, headers: HeaderMap) -> Self {
        self.headers = headers;
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<NativeBody>) -> Self {
        self.body = body.into();
        self
    }

    /// The URL that answered: the last one of the [`url_list`](Self::url_list).
    ///
    /// # Panics
    ///
    /// Never: the list holds at least the URL of the request.
    #[must_use]
    pub fn url(&self) -> &Url {
        self.url_list.last().expect("a response has a URL")
    }

    /// Every URL on the way, the requested one first.
    ///
    /// <https://fetch.spec.whatwg.org/#concept-response-url-list>
    #[must_use]
    pub fn url_list(&self) -> &[Url] {
        &self.url_list
    }

    /// Whether at least one redirect was followed.
    #[must_use]
    pub fn redirected(&self) -> bool {
        self.url_list.len() > 1
    }

    /// Whether it is the answer of another origin to a request with the mode `cors`.
    #[must_use]
    pub fn is_cross_origin(&self) -> bool {
        self.is_cross_origin
    }

    /// The status code.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The reason phrase; empty over HTTP/2, which has none.
    #[must_use]
    pub fn status_text(&self) -> &str {
        &self.status_text
    }

    /// Whether the status is in the range 200 to 299.
    ///
    /// <https://fetch.spec.whatwg.org/#ok-status>
    #[must_use]
    pub fn ok(&self) -> bool {
        (200..=299).contains(&self.status)
    }

    /// The header fields as they were received. `Content-Encoding` and `Content-Length` are
    /// left in place although the body is decoded.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body, to be read where it is.
    pub fn body_mut(&mut self) -> &mut NativeBody {
        &mut self.body
    }

    /// Takes the body out.
    #[must_use]
    pub fn into_body(self) -> NativeBody {
        self.body
    }
}
