//! Where a request says that it comes from.

use http::{HeaderValue, Method, header::ORIGIN};
use url::{Origin, Url};

use super::{referrer::ReferrerPolicy, request::Request};

/// What is to be known of a chain of redirects in order to tell servers where it started.
#[derive(Debug, Default)]
pub(super) struct Chain {
    last: Option<Url>,
    /// <https://fetch.spec.whatwg.org/#concept-request-response-tainting>, that it is "cors"
    pub(super) is_cross_origin: bool,
    /// <https://fetch.spec.whatwg.org/#concept-request-tainted-origin>
    is_tainted: bool,
}

impl Chain {
    /// Adds the `Origin` header to a request, if it needs one and the script did not set it.
    ///
    /// <https://fetch.spec.whatwg.org/#append-a-request-origin-header>
    pub(super) fn add_origin(&mut self, request: &mut Request) {
        let Some(origin) = &request.origin else {
            return;
        };
        let url = &request.url;
        if let Some(last) = &self.last {
            self.is_tainted |= last.origin() != url.origin() && last.origin() != *origin;
        }
        self.is_cross_origin |= request.cors && *origin != url.origin();
        self.last = Some(url.clone());
        let safe = matches!(request.method, Method::GET | Method::HEAD);
        if request.headers.contains_key(ORIGIN) || (safe && !self.is_cross_origin) {
            return;
        }
        let hidden = self.is_tainted
            || (!self.is_cross_origin
                && !request.cors
                && is_hidden(origin, url, request.referrer_policy));
        let text = if hidden {
            "null".to_owned()
        } else {
            origin.ascii_serialization()
        };
        if let Ok(value) = HeaderValue::from_str(&text) {
            request.headers.insert(ORIGIN, value);
        }
    }
}

/// Step 3 of the algorithm: whether the referrer policy keeps the origin secret, too.
fn is_hidden(origin: &Origin, url: &Url, policy: ReferrerPolicy) -> bool {
    match policy {
        ReferrerPolicy::NoReferrer => true,
        ReferrerPolicy::NoReferrerWhenDowngrade
        | ReferrerPolicy::StrictOrigin
        | ReferrerPolicy::StrictOriginWhenCrossOrigin => {
            let secure = matches!(origin, Origin::Tuple(scheme, ..) if scheme == "https");
            secure && url.scheme() != "https"
        }
        ReferrerPolicy::SameOrigin => *origin != url.origin(),
        ReferrerPolicy::Origin
        | ReferrerPolicy::OriginWhenCrossOrigin
        | ReferrerPolicy::UnsafeUrl => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: Method, cors: bool, url: &str) -> Request {
        let mut request = Request::get(url.parse().unwrap());
        request.method = method;
        request.cors = cors;
        let here: Url = "http://here/".parse().unwrap();
        request.origin = Some(here.origin());
        request
    }

    fn sent(chain: &mut Chain, mut request: Request) -> Option<String> {
        chain.add_origin(&mut request);
        let value = request.headers.get(ORIGIN)?;
        value.to_str().ok().map(str::to_owned)
    }

    #[test]
    fn who_is_told() {
        for (method, cors, url, expected) in [
            (Method::GET, true, "http://here/", None),
            (Method::GET, true, "http://there/", Some("http://here")),
            (Method::GET, false, "http://there/", None),
            (Method::POST, true, "http://here/", Some("http://here")),
            (Method::POST, false, "http://here/", Some("http://here")),
        ] {
            let origin = sent(&mut Chain::default(), request(method.clone(), cors, url));
            assert_eq!(origin.as_deref(), expected, "{method} {cors} {url}");
        }
        let mut unknown = request(Method::POST, true, "http://there/");
        unknown.origin = None;
        assert_eq!(sent(&mut Chain::default(), unknown), None);
    }

    #[test]
    fn a_way_through_others_hides_the_origin() {
        for (urls, expected) in [
            (["http://here/", "http://there/"], "http://here"),
            (["http://there/", "http://there/2"], "http://here"),
            (["http://there/", "http://here/"], "null"),
            (["http://there/", "http://elsewhere/"], "null"),
        ] {
            let mut chain = Chain::default();
            let mut last = None;
            for url in urls {
                last = sent(&mut chain, request(Method::GET, true, url));
            }
            assert_eq!(last.as_deref(), Some(expected), "{urls:?}");
        }
    }

    #[test]
    fn a_policy_may_hide_it() {
        let mut quiet = request(Method::POST, false, "http://here/");
        quiet.referrer_policy = ReferrerPolicy::NoReferrer;
        assert_eq!(sent(&mut Chain::default(), quiet).as_deref(), Some("null"));
    }
}
