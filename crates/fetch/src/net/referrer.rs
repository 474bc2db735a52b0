//! How much a request tells about where it comes from.

use std::net::IpAddr;

use http::{HeaderMap, HeaderName};
use url::{Host, Url};

/// <https://w3c.github.io/webappsec-referrer-policy/#referrer-policies>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReferrerPolicy {
    /// Nothing.
    NoReferrer,
    /// The whole URL, unless the request goes from a secure origin to one that is not.
    NoReferrerWhenDowngrade,
    /// The whole URL, and nothing to other origins.
    SameOrigin,
    /// The origin.
    Origin,
    /// The origin, unless the request goes from a secure origin to one that is not.
    StrictOrigin,
    /// The whole URL, and the origin alone to other origins.
    OriginWhenCrossOrigin,
    /// The whole URL, the origin alone to other origins, and nothing to those that are less secure.
    #[default]
    StrictOriginWhenCrossOrigin,
    /// The whole URL, always.
    UnsafeUrl,
}

impl ReferrerPolicy {
    /// The policies' names.
    pub const NAMES: [&'static str; 8] = [
        "no-referrer",
        "no-referrer-when-downgrade",
        "same-origin",
        "origin",
        "strict-origin",
        "origin-when-cross-origin",
        "strict-origin-when-cross-origin",
        "unsafe-url",
    ];

    /// The policy of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "no-referrer" => Self::NoReferrer,
            "no-referrer-when-downgrade" => Self::NoReferrerWhenDowngrade,
            "same-origin" => Self::SameOrigin,
            "origin" => Self::Origin,
            "strict-origin" => Self::StrictOrigin,
            "origin-when-cross-origin" => Self::OriginWhenCrossOrigin,
            "strict-origin-when-cross-origin" => Self::StrictOriginWhenCrossOrigin,
            "unsafe-url" => Self::UnsafeUrl,
            _ => return None,
        })
    }

    /// The policy that a redirect asks for, if it does.
    ///
    /// <https://w3c.github.io/webappsec-referrer-policy/#parse-referrer-policy-from-header>
    pub(super) fn from_headers(headers: &HeaderMap) -> Option<Self> {
        headers
            .get_all(HeaderName::from_static("referrer-policy"))
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .filter_map(|name| Self::from_name(name.trim()))
            .next_back()
    }
}

/// The value of `Referer`.
///
/// <https://w3c.github.io/webappsec-referrer-policy/#determine-requests-referrer>
pub(super) fn determine(source: &Url, policy: ReferrerPolicy, target: &Url) -> Option<Url> {
    let mut url = strip(source, false)?;
    let origin = strip(source, true)?;
    if url.as_str().len() > MAX_LENGTH {
        url = origin.clone();
    }
    let same_origin = source.origin() == target.origin();
    let downgrade = is_trustworthy(source) && !is_trustworthy(target);
    match policy {
        ReferrerPolicy::NoReferrer => None,
        ReferrerPolicy::Origin => Some(origin),
        ReferrerPolicy::UnsafeUrl => Some(url),
        ReferrerPolicy::StrictOrigin => (!downgrade).then_some(origin),
        ReferrerPolicy::StrictOriginWhenCrossOrigin => {
            if same_origin {
                Some(url)
            } else {
                (!downgrade).then_some(origin)
            }
        }
        ReferrerPolicy::SameOrigin => same_origin.then_some(url),
        ReferrerPolicy::OriginWhenCrossOrigin => Some(if same_origin { url } else { origin }),
        ReferrerPolicy::NoReferrerWhenDowngrade => (!downgrade).then_some(url),
    }
}

/// A longer URL says its origin only.
const MAX_LENGTH: usize = 4096;

/// <https://w3c.github.io/webappsec-referrer-policy/#strip-url>
fn strip(url: &Url, origin_only: bool) -> Option<Url> {
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    let mut url = url.clone();
    // Neither fails for these schemes.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
    if origin_only {
        url.set_path("");
        url.set_query(None);
    }
    Some(url)
}

/// <https://w3c.github.io/webappsec-secure-contexts/#is-url-trustworthy>
fn is_trustworthy(url: &Url) -> bool {
    match url.scheme() {
        "https" | "wss" | "file" => true,
        "http" | "ws" => match url.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies() {
        let (here, there, less) = ("https://a/x?y", "https://b/", "http://b/");
        for (policy, to_same, to_other, to_insecure) in [
            ("no-referrer", None, None, None),
            (
                "no-referrer-when-downgrade",
                Some("https://a/p?q"),
                Some("https://a/p?q"),
                None,
            ),
            ("same-origin", Some("https://a/p?q"), None, None),
            (
                "origin",
                Some("https://a/"),
                Some("https://a/"),
                Some("https://a/"),
            ),
            (
                "strict-origin",
                Some("https://a/"),
                Some("https://a/"),
                None,
            ),
            (
                "origin-when-cross-origin",
                Some("https://a/p?q"),
                Some("https://a/"),
                Some("https://a/"),
            ),
            (
                "strict-origin-when-cross-origin",
                Some("https://a/p?q"),
                Some("https://a/"),
                None,
            ),
            (
                "unsafe-url",
                Some("https://a/p?q"),
                Some("https://a/p?q"),
                Some("https://a/p?q"),
            ),
        ] {
            assert!(ReferrerPolicy::NAMES.contains(&policy));
            let source: Url = "https://user:secret@a/p?q#f".parse().unwrap();
            let determine = |target: &str| {
                let policy = ReferrerPolicy::from_name(policy).unwrap();
                determine(&source, policy, &target.parse().unwrap()).map(String::from)
            };
            assert_eq!(determine(here).as_deref(), to_same, "{policy}");
            assert_eq!(determine(there).as_deref(), to_other, "{policy}");
            assert_eq!(determine(less).as_deref(), to_insecure, "{policy}");
        }
        let file: Url = "file:///home/me/script.js".parse().unwrap();
        let target = "http://localhost/".parse().unwrap();
        assert_eq!(
            super::determine(&file, ReferrerPolicy::UnsafeUrl, &target),
            None
        );
    }

    #[test]
    fn the_last_policy_that_is_known_counts() {
        let mut headers = HeaderMap::new();
        assert_eq!(ReferrerPolicy::from_headers(&headers), None);
        for value in ["no-referrer, origin", "future-policy"] {
            headers.append("referrer-policy", value.parse().unwrap());
        }
        assert_eq!(
            ReferrerPolicy::from_headers(&headers),
            Some(ReferrerPolicy::Origin)
        );
    }
}
