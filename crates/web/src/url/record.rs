//! URL records: <https://url.spec.whatwg.org/#url-representation>.

use std::fmt::{self, Display, Formatter};

use super::{
    parser::{self, State},
    percent_encode,
};

/// A URL.
///
/// <https://url.spec.whatwg.org/#concept-url>
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UrlRecord {
    pub(super) scheme: String,
    pub(super) username: String,
    pub(super) password: String,
    /// Serialized; empty for the empty host.
    pub(super) host: Option<String>,
    pub(super) port: Option<u16>,
    /// Serialized: a slash before every segment, or anything if it is opaque.
    pub(super) path: String,
    pub(super) has_opaque_path: bool,
    pub(super) query: Option<String>,
    pub(super) fragment: Option<String>,
}

/// The special schemes and their default ports.
///
/// <https://url.spec.whatwg.org/#special-scheme>
fn special(scheme: &str) -> Option<Option<u16>> {
    match scheme {
        "ftp" => Some(Some(21)),
        "file" => Some(None),
        "http" | "ws" => Some(Some(80)),
        "https" | "wss" => Some(Some(443)),
        _ => None,
    }
}

/// <https://url.spec.whatwg.org/#is-special>, of a scheme.
pub(super) fn is_special_scheme(scheme: &str) -> bool {
    special(scheme).is_some()
}

impl UrlRecord {
    /// Parses an absolute URL, or one that is relative to `base`.
    ///
    /// <https://url.spec.whatwg.org/#concept-basic-url-parser>
    #[must_use]
    pub fn parse(input: &str, base: Option<&Self>) -> Option<Self> {
        parser::parse(input, base)
    }

    /// <https://url.spec.whatwg.org/#is-special>
    pub(super) fn is_special(&self) -> bool {
        is_special_scheme(&self.scheme)
    }

    /// <https://url.spec.whatwg.org/#default-port>
    pub(super) fn default_port(&self) -> Option<u16> {
        special(&self.scheme).flatten()
    }

    /// <https://url.spec.whatwg.org/#include-credentials>
    pub(super) fn includes_credentials(&self) -> bool {
        !self.username.is_empty() || !self.password.is_empty()
    }

    /// <https://url.spec.whatwg.org/#cannot-have-a-username-password-port>
    fn cannot_have_a_username_password_port(&self) -> bool {
        self.host.as_deref().is_none_or(str::is_empty) || self.scheme == "file"
    }

    /// The URL as a whole: <https://url.spec.whatwg.org/#dom-url-href>.
    #[must_use]
    pub fn href(&self) -> String {
        self.to_string()
    }

    /// <https://url.spec.whatwg.org/#dom-url-origin>
    #[must_use]
    pub fn origin(&self) -> String {
        match self.scheme.as_str() {
            "ftp" | "http" | "https" | "ws" | "wss" => {
                format!("{}://{}", self.scheme, self.host_and_port())
            }
            "blob" => match Self::parse(&self.path, None) {
                Some(url) if matches!(url.scheme.as_str(), "http" | "https") => url.origin(),
                _ => String::from("null"),
            },
            _ => String::from("null"),
        }
    }

    /// <https://url.spec.whatwg.org/#dom-url-protocol>
    #[must_use]
    pub fn protocol(&self) -> String {
        format!("{}:", self.scheme)
    }

    /// <https://url.spec.whatwg.org/#dom-url-host>
    #[must_use]
    pub fn host_and_port(&self) -> String {
        match self.port {
            None => self.hostname().to_owned(),
            Some(port) => format!("{}:{port}", self.hostname()),
        }
    }

    /// <https://url.spec.whatwg.org/#dom-url-hostname>
    #[must_use]
    pub fn hostname(&self) -> &str {
        self.host.as_deref().unwrap_or_default()
    }

    /// <https://url.spec.whatwg.org/#dom-url-search>
    #[must_use]
    pub fn search(&self) -> String {
        prefixed('?', self.query.as_deref())
    }

    /// <https://url.spec.whatwg.org/#dom-url-hash>
    #[must_use]
    pub fn hash(&self) -> String {
        prefixed('#', self.fragment.as_deref())
    }

    /// <https://url.spec.whatwg.org/#dom-url-protocol>
    pub(super) fn set_protocol(&mut self, value: &str) {
        parser::override_parse(self, &format!("{value}:"), State::SchemeStart);
    }

    /// <https://url.spec.whatwg.org/#dom-url-username>
    pub(super) fn set_username(&mut self, value: &str) {
        if !self.cannot_have_a_username_password_port() {
            self.username.clear();
            percent_encode::append(value, percent_encode::userinfo, &mut self.username);
        }
    }

    /// <https://url.spec.whatwg.org/#dom-url-password>
    pub(super) fn set_password(&mut self, value: &str) {
        if !self.cannot_have_a_username_password_port() {
            self.password.clear();
            percent_encode::append(value, percent_encode::userinfo, &mut self.password);
        }
    }

    /// <https://url.spec.whatwg.org/#dom-url-host>
    pub(super) fn set_host(&mut self, value: &str) {
        if !self.has_opaque_path {
            parser::override_parse(self, value, State::Host);
        }
    }

    /// <https://url.spec.whatwg.org/#dom-url-hostname>
    pub(super) fn set_hostname(&mut self, value: &str) {
        if !self.has_opaque_path {
            parser::override_parse(self, value, State::Hostname);
        }
    }

    /// <https://url.spec.whatwg.org/#dom-url-port>
    pub(super) fn set_port(&mut self, value: &str) {
        if self.cannot_have_a_username_password_port() {
            return;
        }
        if value.is_empty() {
            self.port = None;
        } else {
            parser::override_parse(self, value, State::Port);
        }
    }

    /// <https://url.spec.whatwg.org/#dom-url-pathname>
    pub(super) fn set_pathname(&mut self, value: &str) {
        if !self.has_opaque_path {
            self.path.clear();
            parser::override_parse(self, value, State::PathStart);
        }
    }

    /// <https://url.spec.whatwg.org/#dom-url-search>
    pub(super) fn set_search(&mut self, value: &str) {
        self.query = None;
        if !value.is_empty() {
            self.query = Some(String::new());
            let value = value.strip_prefix('?').unwrap_or(value);
            parser::override_parse(self, value, State::Query);
        }
    }

    /// <https://url.spec.whatwg.org/#dom-url-hash>
    pub(super) fn set_hash(&mut self, value: &str) {
        self.fragment = None;
        if !value.is_empty() {
            self.fragment = Some(String::new());
            let value = value.strip_prefix('#').unwrap_or(value);
            parser::override_parse(self, value, State::Fragment);
        }
    }
}

/// A part with what it starts with, or nothing if there is none.
fn prefixed(prefix: char, part: Option<&str>) -> String {
    match part {
        None | Some("") => String::new(),
        Some(part) => format!("{prefix}{part}"),
    }
}

/// <https://url.spec.whatwg.org/#concept-url-serializer>
impl Display for UrlRecord {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.scheme)?;
        f.write_str(":")?;
        match &self.host {
            Some(host) => {
                f.write_str("//")?;
                if self.includes_credentials() {
                    f.write_str(&self.username)?;
                    if !self.password.is_empty() {
                        write!(f, ":{}", self.password)?;
                    }
                    f.write_str("@")?;
                }
                f.write_str(host)?;
                if let Some(port) = self.port {
                    write!(f, ":{port}")?;
                }
            }
            // Otherwise the path's first segment would read as a host.
            None if !self.has_opaque_path && self.path.starts_with("//") => f.write_str("/.")?,
            None => {}
        }
        f.write_str(&self.path)?;
        if let Some(query) = &self.query {
            write!(f, "?{query}")?;
        }
        if let Some(fragment) = &self.fragment {
            write!(f, "#{fragment}")?;
        }
        Ok(())
    }
}
