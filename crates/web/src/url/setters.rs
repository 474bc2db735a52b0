//! The setters of `URL`'s attributes, as far as the `url` crate needs help with them.

use url::{Url as UrlRecord, quirks};

/// <https://url.spec.whatwg.org/#dom-url-origin>
pub(super) fn origin(url: &UrlRecord) -> String {
    quirks::origin(url)
}

/// <https://url.spec.whatwg.org/#dom-url-protocol>
pub(super) fn set_protocol(url: &mut UrlRecord, value: &str) {
    // The specification's setters say nothing about a value that they do not accept.
    let _ = quirks::set_protocol(url, value);
}

/// <https://url.spec.whatwg.org/#dom-url-username>
pub(super) fn set_username(url: &mut UrlRecord, value: &str) {
    let _ = quirks::set_username(url, value);
}

/// <https://url.spec.whatwg.org/#dom-url-password>
pub(super) fn set_password(url: &mut UrlRecord, value: &str) {
    let _ = quirks::set_password(url, value);
}

/// <https://url.spec.whatwg.org/#dom-url-host>
pub(super) fn set_host(url: &mut UrlRecord, value: &str) {
    let _ = quirks::set_host(url, value);
}

/// <https://url.spec.whatwg.org/#dom-url-hostname>
pub(super) fn set_hostname(url: &mut UrlRecord, value: &str) {
    let _ = quirks::set_hostname(url, value);
}

/// <https://url.spec.whatwg.org/#dom-url-port>
pub(super) fn set_port(url: &mut UrlRecord, value: &str) {
    let _ = quirks::set_port(url, value);
}

/// <https://url.spec.whatwg.org/#dom-url-pathname>
pub(super) fn set_pathname(url: &mut UrlRecord, value: &str) {
    quirks::set_pathname(url, value);
}

/// <https://url.spec.whatwg.org/#dom-url-hash>
pub(super) fn set_hash(url: &mut UrlRecord, value: &str) {
    quirks::set_hash(url, value);
}
