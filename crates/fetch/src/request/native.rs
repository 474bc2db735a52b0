//! Requests as the network layer takes them.

use boa_engine::{Context, JsError, JsNativeError, JsObject, JsResult};
use http::{
    HeaderMap, HeaderValue, Method,
    header::{
        CACHE_CONTROL, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE,
        PRAGMA, RANGE,
    },
};
use url::Origin;

use super::{Parts, Referrer, Request};
use crate::{
    abort::Abort,
    body,
    net::{Integrity, NativeBody, NativeResponse, RedirectMode, ReferrerPolicy, Request as Native},
};

/// What a request turns into.
#[derive(Debug)]
pub(crate) enum Outgoing {
    /// To be sent.
    Request(Box<Native>),
    /// The answer is here already.
    Response(Box<NativeResponse>),
}

impl Request {
    /// Takes the request for its way to the network; its body is used afterwards.
    ///
    /// # Errors
    ///
    /// A `TypeError` if it cannot be sent.
    pub(crate) fn send(
        this: &JsObject<Self>,
        abort: Option<&Abort>,
        context: &mut Context,
    ) -> JsResult<Outgoing> {
        let (parts, mut headers) = {
            let this = this.borrow();
            let this = this.data();
            let headers = this.headers.borrow().data().list().to_map();
            (this.parts.clone(), headers.map_err(failed)?)
        };
        if parts.url.scheme() == "blob" {
            return blob_response(&parts, &headers)
                .map(|response| Outgoing::Response(Box::new(response)));
        }
        if parts.cache == "only-if-cached" {
            return Err(failed("there is no cache"));
        }
        cache_headers(parts.cache, &mut headers);
        let mut request = Native::get(parts.url.clone());
        request.method = Method::from_bytes(parts.method.as_bytes()).map_err(failed)?;
        request.headers = headers;
        request.abort = abort.map(Abort::token);
        request.redirect = match parts.redirect {
            "error" => RedirectMode::Error,
            "manual" => RedirectMode::Manual,
            _ => RedirectMode::Follow,
        };
        let base = taipan_web::base_url(context);
        // A script from a file has no origin that would mean anything to a server.
        let origin = base.as_ref().map(url::Url::origin);
        request.origin = origin.filter(Origin::is_tuple);
        if parts.mode == "same-origin" {
            request.same_origin = request.origin.clone();
        }
        request.cors = parts.mode == "cors";
        request.referrer = match parts.referrer {
            Referrer::None => None,
            Referrer::Client => base,
            Referrer::Url(url) => Some(url),
        };
        if let Some(policy) = ReferrerPolicy::from_name(parts.referrer_policy) {
            request.referrer_policy = policy;
        }
        if !parts.integrity.is_empty() {
            request.integrity = Integrity::parse(&parts.integrity.to_std_string_lossy());
        }
        request.body = body::upload(this, &parts.url, abort, context)?;
        Ok(Outgoing::Request(Box::new(request)))
    }
}

fn failed(reason: impl std::fmt::Display) -> JsError {
    JsNativeError::typ()
        .with_message(format!("fetch failed: {reason}"))
        .into()
}

/// What a cache mode asks of the caches on the way.
///
/// <https://fetch.spec.whatwg.org/#http-network-or-cache-fetch>, steps 8.15 to 8.17
fn cache_headers(mode: &str, headers: &mut HeaderMap) {
    let is_conditional = [
        IF_MODIFIED_SINCE,
        IF_NONE_MATCH,
        IF_UNMODIFIED_SINCE,
        IF_MATCH,
        IF_RANGE,
    ]
    .iter()
    .any(|name| headers.contains_key(name));
    match mode {
        "default" if !is_conditional => {}
        "no-cache" => {
            headers
                .entry(CACHE_CONTROL)
                .or_insert(HeaderValue::from_static("max-age=0"));
        }
        "default" | "no-store" | "reload" => {
            for name in [PRAGMA, CACHE_CONTROL] {
                headers
                    .entry(name)
                    .or_insert(HeaderValue::from_static("no-cache"));
            }
        }
        _ => {}
    }
}

/// The answer to a request for the URL of a blob.
///
/// <https://fetch.spec.whatwg.org/#scheme-fetch>, "blob"
fn blob_response(parts: &Parts, headers: &HeaderMap) -> JsResult<NativeResponse> {
    let fail = |reason: &str| failed(format!("{}: {reason}", parts.url));
    if parts.method != "GET" {
        return Err(fail(&format!(
            "the method {} does not work on blobs",
            parts.method
        )));
    }
    let Some((bytes, kind)) = &parts.blob else {
        return Err(fail("there is no such blob"));
    };
    let whole = bytes.len();
    let (status, bytes, range) = match headers.get(RANGE) {
        None => (200, bytes.clone(), None),
        Some(value) => {
            let (first, last) = parse_range(value.as_bytes(), whole)
                .ok_or_else(|| fail("the range asked for cannot be had"))?;
            let range = format!("bytes {first}-{last}/{whole}");
            (206, bytes.slice(first..=last), Some(range))
        }
    };
    let mut response = NativeResponse::local(parts.url.clone(), status)
        .with_header("content-length", &bytes.len().to_string())
        .with_header("content-type", if is_mime_type(kind) { kind } else { "" });
    if let Some(range) = range {
        response = response.with_header("content-range", &range);
    }
    Ok(response.with_body(NativeBody::from_bytes(bytes)))
}

fn is_mime_type(text: &str) -> bool {
    text.parse::<data_url::mime::Mime>().is_ok()
}

/// The first and the last byte of a range of something that has `length`.
///
/// <https://fetch.spec.whatwg.org/#simple-range-header-value>, white space allowed
fn parse_range(value: &[u8], length: usize) -> Option<(usize, usize)> {
    let text = std::str::from_utf8(value).ok()?;
    let (unit, range) = text.split_once('=')?;
    let blank = [' ', '\t'];
    // Blanks may follow the unit, and not come before it.
    if unit.trim_end_matches(blank) != "bytes" {
        return None;
    }
    let (first, last) = range.split_once('-')?;
    let number = |text: &str| -> Option<Option<u64>> {
        let text = text.trim_matches(blank);
        if text.is_empty() {
            return Some(None);
        }
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        // More digits than fit are more bytes than there are.
        digits.then(|| Some(text.parse().unwrap_or(u64::MAX)))
    };
    let length = length as u64;
    let end = length.checked_sub(1)?;
    let (first, last) = match (number(first)?, number(last)?) {
        (None, None) => return None,
        (None, Some(0)) => return None,
        (None, Some(count)) => (length.saturating_sub(count), end),
        (Some(first), None) => (first, end),
        (Some(first), Some(last)) if first <= last => (first, last.min(end)),
        (Some(_), Some(_)) => return None,
    };
    (first < length).then_some((first as usize, last as usize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        for (value, expected) in [
            ("bytes=0-0", Some((0, 0))),
            ("bytes=2-", Some((2, 9))),
            ("bytes=-3", Some((7, 9))),
            ("bytes=-30", Some((0, 9))),
            ("bytes \t=\t 6-", Some((6, 9))),
            ("bytes=5 - 7", Some((5, 7))),
            ("bytes=4-100000000000000000000000", Some((4, 9))),
            ("bytes=10-", None),
            ("bytes=-0", None),
            ("bytes=3-2", None),
            ("bytes=-", None),
            ("bytes=", None),
            ("byte=0-", None),
            (" bytes=0-", None),
            ("bytes=0-1,3-4", None),
            ("bytes=+1-2", None),
            ("", None),
        ] {
            assert_eq!(parse_range(value.as_bytes(), 10), expected, "{value:?}");
        }
        assert_eq!(parse_range(b"bytes=0-", 0), None);
    }

    #[test]
    fn cache_modes() {
        for (mode, conditional, expected) in [
            ("default", false, None),
            ("default", true, Some("no-cache")),
            ("no-store", false, Some("no-cache")),
            ("reload", false, Some("no-cache")),
            ("no-cache", false, Some("max-age=0")),
            ("force-cache", false, None),
        ] {
            let mut headers = HeaderMap::new();
            if conditional {
                headers.insert(IF_NONE_MATCH, HeaderValue::from_static("x"));
            }
            cache_headers(mode, &mut headers);
            let value = headers
                .get(CACHE_CONTROL)
                .map(|value| value.to_str().unwrap());
            assert_eq!(value, expected, "{mode}");
        }
    }
}
