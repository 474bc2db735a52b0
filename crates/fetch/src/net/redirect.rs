//! What a redirect does to a request.

use http::{
    HeaderMap, HeaderName, Method,
    header::{
        AUTHORIZATION, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LOCATION, CONTENT_TYPE, COOKIE,
        LOCATION, PROXY_AUTHORIZATION,
    },
};
use url::Url;

use super::{
    error::{FetchError, FetchErrorKind},
    referrer::ReferrerPolicy,
    request::{RedirectMode, Request},
};

/// How many redirects are followed: <https://fetch.spec.whatwg.org/#http-redirect-fetch>, step 7.
pub(super) const MAX_REDIRECTS: usize = 20;

/// <https://fetch.spec.whatwg.org/#request-body-header-name>
const BODY_HEADERS: [HeaderName; 4] = [
    CONTENT_ENCODING,
    CONTENT_LANGUAGE,
    CONTENT_LOCATION,
    CONTENT_TYPE,
];

/// What must not follow a redirect to another origin. The standard names `Authorization`; the others are out of
/// a page's reach in a browser, here they are not and are just as secret.
const SECRET_HEADERS: [HeaderName; 3] = [AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION];

/// Whether the status is one of those that redirect.
///
/// <https://fetch.spec.whatwg.org/#redirect-status>
pub(super) fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// Turns `request` into the one that a redirect asks for, and says whether there is one.
///
/// `lost_body` says that the request had a body that cannot be sent again; `followed` is the number of redirects so
/// far.
///
/// <https://fetch.spec.whatwg.org/#http-redirect-fetch>
pub(super) fn follow(
    request: &mut Request,
    lost_body: bool,
    status: u16,
    headers: &HeaderMap,
    followed: usize,
) -> Result<bool, FetchError> {
    if !is_redirect(status) || request.redirect == RedirectMode::Manual {
        return Ok(false);
    }
    let fail = |reason: String| FetchError::new(FetchErrorKind::Redirect, &request.url, reason);
    if request.redirect == RedirectMode::Error {
        return Err(fail(format!(
            "redirected with status {} although redirects are not allowed",
            status
        )));
    }
    // Steps 3 and 4: without a location it is a response like any other.
    let Some(location) = location(&request.url, headers).map_err(&fail)? else {
        return Ok(false);
    };
    // Step 6.
    if !matches!(location.scheme(), "http" | "https") {
        return Err(fail(format!(
            "redirected to a {}: URL; only http: and https: can be redirected to",
            location.scheme()
        )));
    }
    // Step 7.
    if followed >= MAX_REDIRECTS {
        return Err(fail(format!("redirected more than {MAX_REDIRECTS} times")));
    }
    // Step 10.
    if lost_body && status != 303 {
        return Err(fail(format!(
            "redirected with status {status}, but the body of the request is a stream and cannot be sent again"
        )));
    }
    // Step 12.
    let to_get = match status {
        301 | 302 => request.method == Method::POST,
        303 => request.method != Method::GET && request.method != Method::HEAD,
        _ => false,
    };
    if to_get {
        request.method = Method::GET;
        request.body = None;
        for name in &BODY_HEADERS {
            request.headers.remove(name);
        }
    }
    // Step 13.
    if location.origin() != request.url.origin() {
        for name in &SECRET_HEADERS {
            request.headers.remove(name);
        }
    }
    // Step 17.
    if let Some(policy) = ReferrerPolicy::from_headers(headers) {
        request.referrer_policy = policy;
    }
    request.url = location;
    Ok(true)
}

/// <https://fetch.spec.whatwg.org/#concept-response-location-url>
fn location(url: &Url, headers: &HeaderMap) -> Result<Option<Url>, String> {
    let mut values = headers.get_all(LOCATION).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.any(|other| other != value) {
        return Err("redirected to several different locations at once".to_owned());
    }
    // What is not ASCII is taken for the bytes of a URL, in whatever encoding they are.
    let mut text = String::with_capacity(value.len());
    for &byte in value.as_bytes() {
        if byte.is_ascii() {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    let mut location = url
        .join(&text)
        .map_err(|error| format!("redirected to an invalid URL ({error}): {text}"))?;
    if location.fragment().is_none() {
        location.set_fragment(url.fragment());
    }
    Ok(Some(location))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::HeaderValue;

    use super::*;

    fn request(url: &str, method: Method) -> Request {
        let mut request = Request::get(url.parse().unwrap());
        request.method = method;
        request.body = Some(Bytes::from_static(b"body").into());
        for name in BODY_HEADERS.iter().chain(&SECRET_HEADERS) {
            request.headers.insert(name, HeaderValue::from_static("x"));
        }
        request
    }

    fn to(location: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(LOCATION, location.parse().unwrap());
        headers
    }

    fn follow_once(request: &mut Request, status: u16, location: &str) -> Result<bool, FetchError> {
        follow(request, false, status, &to(location), 0)
    }

    #[test]
    fn methods() {
        for (status, method, expected) in [
            (301, Method::POST, Method::GET),
            (302, Method::POST, Method::GET),
            (303, Method::POST, Method::GET),
            (307, Method::POST, Method::POST),
            (308, Method::POST, Method::POST),
            (301, Method::PUT, Method::PUT),
            (302, Method::PUT, Method::PUT),
            (303, Method::PUT, Method::GET),
            (303, Method::HEAD, Method::HEAD),
        ] {
            let mut request = request("http://a/", method.clone());
            assert!(follow_once(&mut request, status, "/b").unwrap());
            assert_eq!(request.method, expected, "{status} {method}");
            let rewritten = expected == Method::GET;
            assert_eq!(request.body.is_none(), rewritten, "{status} {method}");
            assert_eq!(
                request.headers.contains_key(CONTENT_TYPE),
                !rewritten,
                "{status} {method}"
            );
            assert_eq!(request.url.as_str(), "http://a/b");
        }
    }

    #[test]
    fn secrets_stay_with_their_origin() {
        for (location, kept) in [
            ("http://a/other", true),
            ("http://a:81/", false),
            ("https://a/", false),
            ("http://b/", false),
        ] {
            let mut request = request("http://a/", Method::GET);
            assert!(follow_once(&mut request, 302, location).unwrap());
            for name in &SECRET_HEADERS {
                assert_eq!(
                    request.headers.contains_key(name),
                    kept,
                    "{location} {name}"
                );
            }
        }
    }

    #[test]
    fn fragments_are_inherited() {
        for (location, expected) in [("/b", "http://a/b#x"), ("/b#y", "http://a/b#y")] {
            let mut request = request("http://a/#x", Method::GET);
            assert!(follow_once(&mut request, 302, location).unwrap());
            assert_eq!(request.url.as_str(), expected);
        }
    }

    #[test]
    fn bytes_beyond_ascii() {
        for (location, expected) in [
            (&b"/\xc3\xa9"[..], "http://a/%C3%A9"),
            (b"/?\xff", "http://a/?%FF"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(LOCATION, HeaderValue::from_bytes(location).unwrap());
            let mut request = request("http://a/", Method::GET);
            assert!(follow(&mut request, false, 302, &headers, 0).unwrap());
            assert_eq!(request.url.as_str(), expected);
        }
    }

    #[test]
    fn what_is_not_followed() {
        let mut plain = request("http://a/", Method::GET);
        assert!(!follow_once(&mut plain, 200, "/b").unwrap());
        assert!(!follow_once(&mut plain, 304, "/b").unwrap());
        assert!(!follow(&mut plain, false, 302, &HeaderMap::new(), 0).unwrap());
        plain.redirect = RedirectMode::Manual;
        assert!(!follow_once(&mut plain, 302, "/b").unwrap());
    }

    #[test]
    fn a_stream_is_not_sent_twice() {
        for (status, allowed) in [(301, false), (302, false), (303, true), (307, false)] {
            let mut request = request("http://a/", Method::POST);
            request.body = None;
            let result = follow(&mut request, true, status, &to("/"), 0);
            assert_eq!(result.is_ok(), allowed, "{status}");
        }
    }

    #[test]
    fn errors() {
        for (location, reason) in [
            ("file:///etc/passwd", "file: URL"),
            ("data:,x", "data: URL"),
            ("http://[", "invalid URL"),
        ] {
            let mut request = request("http://a/", Method::GET);
            let error = follow_once(&mut request, 302, location).unwrap_err();
            assert_eq!(error.kind(), FetchErrorKind::Redirect);
            assert!(error.reason().contains(reason), "{error}");
        }
        let mut request = request("http://a/", Method::GET);
        let error = follow(&mut request, false, 302, &to("/"), MAX_REDIRECTS).unwrap_err();
        assert!(error.reason().contains("more than 20"), "{error}");

        let mut several = to("/b");
        several.append(LOCATION, HeaderValue::from_static("/c"));
        let error = follow(&mut request, false, 302, &several, 0).unwrap_err();
        assert!(error.reason().contains("several"), "{error}");

        request.redirect = RedirectMode::Error;
        let error = follow_once(&mut request, 302, "/b").unwrap_err();
        assert!(error.reason().contains("not allowed"), "{error}");
    }
}
