//! `data:` URLs.

use bytes::Bytes;
use data_url::DataUrl;
use http::{HeaderMap, HeaderValue, header::CONTENT_TYPE};
use url::Url;

use super::{
    body::NativeBody,
    error::{FetchError, FetchErrorKind},
    response::NativeResponse,
};

/// Answers a request for a `data:` URL.
///
/// <https://fetch.spec.whatwg.org/#data-url-processor>
pub(super) fn fetch(url: Url) -> Result<NativeResponse, FetchError> {
    let fail = |reason: &str| FetchError::new(FetchErrorKind::Data, &url, reason);
    let data = DataUrl::process(url.as_str()).map_err(|error| fail(&error.to_string()))?;
    let (bytes, _fragment) = data
        .decode_to_vec()
        .map_err(|_| fail("data url has an invalid base64 body"))?;
    let content_type = HeaderValue::from_str(&data.mime_type().to_string())
        .map_err(|_| fail("data url has an invalid MIME type"))?;
    let mut headers = HeaderMap::with_capacity(1);
    headers.insert(CONTENT_TYPE, content_type);
    Ok(NativeResponse {
        url_list: vec![url],
        is_cross_origin: false,
        status: 200,
        status_text: "OK".to_owned(),
        headers,
        body: NativeBody::from_bytes(Bytes::from(bytes)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(url: &str) -> Result<(String, Bytes), FetchError> {
        let response = fetch(url.parse().unwrap())?;
        let content_type = response.headers()[CONTENT_TYPE]
            .to_str()
            .unwrap()
            .to_owned();
        let body = futures_util::FutureExt::now_or_never(response.into_body().bytes());
        Ok((content_type, body.unwrap().unwrap()))
    }

    #[test]
    fn plain_and_base64() {
        let (content_type, body) = get("data:,a%20b#fragment").unwrap();
        assert_eq!(content_type, "text/plain;charset=US-ASCII");
        assert_eq!(&body[..], b"a b");
        let (content_type, body) = get("data:application/wasm;base64,AGFzbQEAAAA=").unwrap();
        assert_eq!(content_type, "application/wasm");
        assert_eq!(&body[..], b"\0asm\x01\0\0\0");
    }

    #[test]
    fn malformed() {
        for (url, reason) in [
            ("data:text/plain", "missing comma"),
            ("data:;base64,A", "invalid base64"),
        ] {
            let error = get(url).unwrap_err();
            assert_eq!(error.kind(), FetchErrorKind::Data);
            assert!(error.reason().contains(reason), "{error}");
        }
    }
}
