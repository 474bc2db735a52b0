//! Bringing parts of URLs into the form that they have in a URL.
//!
//! <https://urlpattern.spec.whatwg.org/#canon>

use super::Invalid;
use crate::url::{Part, UrlRecord};

/// <https://urlpattern.spec.whatwg.org/#create-a-dummy-url-record>
fn dummy() -> Result<UrlRecord, Invalid> {
    parsed("https://dummy.invalid/")
}

fn parsed(url: &str) -> Result<UrlRecord, Invalid> {
    UrlRecord::parse(url, None).ok_or_else(|| Invalid(format!("\"{url}\" is not a URL")))
}

/// What a part of a URL is after it was set to `value`.
fn after_setting(url: &mut UrlRecord, part: Part, value: &str) -> Result<(), Invalid> {
    if url.set_part(part, value) {
        Ok(())
    } else {
        Err(Invalid(format!("\"{value}\" is not a {part}")))
    }
}

/// <https://urlpattern.spec.whatwg.org/#canonicalize-a-protocol>
pub(super) fn protocol(value: &str) -> Result<String, Invalid> {
    if value.is_empty() {
        return Ok(String::new());
    }
    Ok(parsed(&format!("{value}://dummy.invalid/"))?
        .scheme()
        .to_owned())
}

/// <https://urlpattern.spec.whatwg.org/#canonicalize-a-username>
pub(super) fn username(value: &str) -> Result<String, Invalid> {
    let mut url = dummy()?;
    url.set_username(value);
    Ok(url.username().to_owned())
}

/// <https://urlpattern.spec.whatwg.org/#canonicalize-a-password>
pub(super) fn password(value: &str) -> Result<String, Invalid> {
    let mut url = dummy()?;
    url.set_password(value);
    Ok(url.password().to_owned())
}

/// <https://urlpattern.spec.whatwg.org/#canonicalize-a-hostname>
pub(super) fn hostname(value: &str) -> Result<String, Invalid> {
    if value.is_empty() {
        return Ok(String::new());
    }
    let mut url = dummy()?;
    after_setting(&mut url, Part::Hostname, value)?;
    Ok(url.hostname().to_owned())
}

/// <https://urlpattern.spec.whatwg.org/#canonicalize-an-ipv6-hostname>
pub(super) fn ipv6_hostname(value: &str) -> Result<String, Invalid> {
    let is_allowed = |c: char| c.is_ascii_hexdigit() || matches!(c, '[' | ']' | ':');
    if value.chars().all(is_allowed) {
        Ok(value.to_ascii_lowercase())
    } else {
        Err(Invalid(format!("\"{value}\" is not in an IPv6 address")))
    }
}

/// <https://urlpattern.spec.whatwg.org/#canonicalize-a-port>
pub(super) fn port(value: &str, protocol: Option<&str>) -> Result<String, Invalid> {
    if value.is_empty() {
        return Ok(String::new());
    }
    let mut url = match protocol {
        // Any scheme without a default port.
        None | Some("") => parsed("dummy://dummy.invalid/")?,
        Some(protocol) => parsed(&format!("{protocol}://dummy.invalid/"))?,
    };
    after_setting(&mut url, Part::Port, value)?;
    Ok(url.port())
}

/// <https://urlpattern.spec.whatwg.org/#canonicalize-a-pathname>
pub(super) fn pathname(value: &str) -> Result<String, Invalid> {
    if value.is_empty() {
        return Ok(String::new());
    }
    let mut url = dummy()?;
    if value.starts_with('/') {
        after_setting(&mut url, Part::Pathname, value)?;
        return Ok(url.pathname().to_owned());
    }
    // The parser would put a slash before the path, and take leading dots away.
    after_setting(&mut url, Part::Pathname, &format!("/-{value}"))?;
    Ok(url.pathname().get(2..).unwrap_or_default().to_owned())
}

/// <https://urlpattern.spec.whatwg.org/#canonicalize-an-opaque-pathname>
pub(super) fn opaque_pathname(value: &str) -> Result<String, Invalid> {
    if value.is_empty() {
        return Ok(String::new());
    }
    let mut url = parsed("data:")?;
    after_setting(&mut url, Part::OpaquePathname, value)?;
    Ok(url.pathname().to_owned())
}

/// <https://urlpattern.spec.whatwg.org/#canonicalize-a-search>
pub(super) fn search(value: &str) -> Result<String, Invalid> {
    let mut url = dummy()?;
    after_setting(&mut url, Part::Query, value)?;
    Ok(url.query().unwrap_or_default().to_owned())
}

/// <https://urlpattern.spec.whatwg.org/#canonicalize-a-hash>
pub(super) fn hash(value: &str) -> Result<String, Invalid> {
    let mut url = dummy()?;
    after_setting(&mut url, Part::Fragment, value)?;
    Ok(url.fragment().unwrap_or_default().to_owned())
}
