//! Why a fetch failed.

use std::{error::Error, fmt, sync::Arc};

use taipan_web::permissions::NotCapable;
use url::Url;

/// What kind of failure a [`FetchError`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FetchErrorKind {
    /// The request cannot be made: its scheme, port, method or headers don't allow it.
    Request,
    /// A [`UrlFilter`](super::UrlFilter) refused the URL.
    Denied,
    /// The permissions of the client do not allow it.
    NotCapable,
    /// No connection could be made: name resolution, TCP, TLS or the time limit for them.
    Connect,
    /// The peer broke the protocol or the connection before the response's header was complete.
    Protocol,
    /// A redirect could not be followed, or was not allowed to be.
    Redirect,
    /// A file could not be read.
    File,
    /// A `data:` URL is malformed.
    Data,
    /// The body ended early or its transfer coding is broken.
    Body,
    /// The body's content coding (`gzip`, `br`, ...) is broken.
    Decode,
    /// The body is not the one that the integrity metadata of the request asks for.
    Integrity,
    /// A time limit was reached.
    Timeout,
    /// Another limit was reached: on the size of a body, the number of connections or that of requests.
    Limit,
    /// The body of the request broke off.
    Upload,
    /// The client was shut down or the stream given up before its end.
    Aborted,
}

/// A network error: the URL it concerns, what kind it is, and the reason in words.
///
/// It is cheap to clone, so that both branches of a teed body can report it.
#[derive(Debug, Clone)]
pub struct FetchError(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    kind: FetchErrorKind,
    url: String,
    reason: String,
    not_capable: Option<NotCapable>,
}

impl FetchError {
    /// Creates an error of `kind` about `url`.
    pub fn new(kind: FetchErrorKind, url: &Url, reason: impl Into<String>) -> Self {
        Self(Arc::new(Inner {
            kind,
            url: display_url(url),
            reason: reason.into(),
            not_capable: None,
        }))
    }

    /// Creates the error of a request that is not allowed.
    #[must_use]
    pub fn not_capable(url: &Url, refusal: NotCapable) -> Self {
        Self(Arc::new(Inner {
            kind: FetchErrorKind::NotCapable,
            url: display_url(url),
            reason: refusal.to_string(),
            not_capable: Some(refusal),
        }))
    }

    /// Creates an error about nothing that has a URL.
    pub(crate) fn nowhere(kind: FetchErrorKind, reason: &str) -> Self {
        Self(Arc::new(Inner {
            kind,
            url: "(no URL)".to_owned(),
            reason: reason.to_owned(),
            not_capable: None,
        }))
    }

    /// Creates an error whose reason is `error` and everything that caused it.
    pub(crate) fn from_error(kind: FetchErrorKind, url: &Url, error: &dyn Error) -> Self {
        Self::new(kind, url, chain(error))
    }

    /// What kind of failure this is.
    #[must_use]
    pub fn kind(&self) -> FetchErrorKind {
        self.0.kind
    }

    /// The URL that failed. After redirects it is the last one. User name and password are left out.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// The reason in words, without the URL.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.0.reason
    }

    /// The permission that is missing, if that is why it failed.
    #[must_use]
    pub fn refusal(&self) -> Option<&NotCapable> {
        self.0.not_capable.as_ref()
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.url, self.0.reason)
    }
}

impl Error for FetchError {}

/// The longest part of a URL that a message shows: `data:` URLs can be megabytes long.
const MAX_SHOWN_URL: usize = 256;

/// Serialises a URL for people: without credentials and of bounded length.
fn display_url(url: &Url) -> String {
    let mut shown = if url.username().is_empty() && url.password().is_none() {
        url.as_str().to_owned()
    } else {
        let mut url = url.clone();
        // Both fail only for URLs that cannot have credentials, which have none to hide.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        url.into()
    };
    if shown.len() > MAX_SHOWN_URL {
        // A serialised URL is ASCII except for fragments of opaque URLs: find a boundary.
        let mut end = MAX_SHOWN_URL;
        while !shown.is_char_boundary(end) {
            end -= 1;
        }
        shown.truncate(end);
        shown.push_str("...");
    }
    shown
}

/// Joins the messages of `error` and of its sources. A source whose words are already in the
/// message of its parent is left out: hyper and io errors like to repeat one another.
fn chain(error: &dyn Error) -> String {
    let mut message = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let part = error.to_string();
        if !message.contains(&part) {
            message.push_str(": ");
            message.push_str(&part);
        }
        source = error.source();
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[test]
    fn credentials_are_not_shown() {
        let error = FetchError::new(
            FetchErrorKind::Connect,
            &url("http://user:secret@host/path"),
            "refused",
        );
        assert_eq!(error.to_string(), "http://host/path: refused");
    }

    #[test]
    fn long_urls_are_cut() {
        let long = format!("data:,{}", "a".repeat(10_000));
        let error = FetchError::new(FetchErrorKind::Data, &url(&long), "no");
        assert_eq!(error.url().len(), MAX_SHOWN_URL + 3);
    }

    #[test]
    fn chains_sources_once() {
        #[derive(Debug)]
        struct Outer(std::io::Error);
        impl fmt::Display for Outer {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("outer")
            }
        }
        impl Error for Outer {
            fn source(&self) -> Option<&(dyn Error + 'static)> {
                Some(&self.0)
            }
        }
        assert_eq!(
            chain(&Outer(std::io::Error::other("inner"))),
            "outer: inner"
        );
        assert_eq!(chain(&Outer(std::io::Error::other("outer"))), "outer");
    }
}
