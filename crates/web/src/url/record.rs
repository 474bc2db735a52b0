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

/// What [`UrlRecord::set_part`] sets.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part {
    Hostname,
    Port,
    Pathname,
    OpaquePathname,
    Query,
    Fragment,
}

impl Display for Part {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hostname => "hostname",
            Self::Port => "port",
            Self::Pathname | Self::OpaquePathname => "pathname",
            Self::Query => "query",
            Self::Fragment => "fragment",
        })
    }
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

impl UrlRecord {
    /// Parses an absolute URL, or one that is relative to `base`.
    ///
    /// <https://url.spec.whatwg.org/#concept-basic-url-parser>
    #[must_use]
    pub fn parse(input: &str, base: Option<&Self>) -> Option<Self> {
        parser::parse(input, base)
    }

    /// <https://url.spec.whatwg.org/#concept-url-scheme>
    #[must_use]
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// <https://url.spec.whatwg.org/#concept-url-username>
    #[must_use]
    pub fn username(&self) -> &str {
        &self.username
    }

    /// <https://url.spec.whatwg.org/#concept-url-password>
    #[must_use]
    pub fn password(&self) -> &str {
        &self.password
    }

    /// <https://url.spec.whatwg.org/#dom-url-port>
    #[must_use]
    pub fn port(&self) -> String {
        self.port.map_or_else(String::new, |port| port.to_string())
    }

    /// <https://url.spec.whatwg.org/#dom-url-pathname>
    #[must_use]
    pub fn pathname(&self) -> &str {
        &self.path
    }

    /// <https://url.spec.whatwg.org/#url-opaque-path>
    #[must_use]
    pub fn has_opaque_path(&self) -> bool {
        self.has_opaque_path
    }

    /// <https://url.spec.whatwg.org/#concept-url-query>
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// <https://url.spec.whatwg.org/#concept-url-fragment>
    #[must_use]
    pub fn fragment(&self) -> Option<&str> {
        self.fragment.as_deref()
    }

    /// <https://url.spec.whatwg.org/#special-scheme>
    pub(crate) fn is_special_scheme(scheme: &str) -> bool {
        special(scheme).is_some()
    }

    /// <https://url.spec.whatwg.org/#default-port>, in digits.
    pub(crate) fn default_port_of(scheme: &str) -> Option<String> {
        Some(special(scheme)??.to_string())
    }

    /// <https://url.spec.whatwg.org/#is-special>
    pub(super) fn is_special(&self) -> bool {
        Self::is_special_scheme(&self.scheme)
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

    /// Runs the parser on a part alone, after that was emptied. Whether it succeeds.
    ///
    /// <https://url.spec.whatwg.org/#basic-url-parser-state-override>
    pub(crate) fn set_part(&mut self, part: Part, value: &str) -> bool {
        let state = match part {
            Part::Hostname => State::Hostname,
            Part::Port => State::Port,
            Part::Pathname => {
                self.path.clear();
                State::PathStart
            }
            Part::OpaquePathname => {
                self.path.clear();
                self.has_opaque_path = true;
                State::OpaquePath
            }
            Part::Query => {
                self.query = Some(String::new());
                State::Query
            }
            Part::Fragment => {
                self.fragment = Some(String::new());
                State::Fragment
            }
        };
        parser::override_parse(self, value, state)
    }

    /// <https://url.spec.whatwg.org/#dom-url-protocol>
    pub(super) fn set_protocol(&mut self, value: &str) {
        // Like every setter, this one says nothing about a value that is not accepted.
        parser::override_parse(self, &format!("{value}:"), State::SchemeStart);
    }

    /// <https://url.spec.whatwg.org/#dom-url-username>
    pub(crate) fn set_username(&mut self, value: &str) {
        if !self.cannot_have_a_username_password_port() {
            self.username.clear();
            percent_encode::append(value, percent_encode::userinfo, &mut self.username);
        }
    }

    /// <https://url.spec.whatwg.org/#dom-url-password>
    pub(crate) fn set_password(&mut self, value: &str) {
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
            self.set_part(Part::Hostname, value);
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
            self.set_part(Part::Port, value);
        }
    }

    /// <https://url.spec.whatwg.org/#dom-url-pathname>
    pub(super) fn set_pathname(&mut self, value: &str) {
        if !self.has_opaque_path {
            self.set_part(Part::Pathname, value);
        }
    }

    /// <https://url.spec.whatwg.org/#dom-url-search>
    pub(super) fn set_search(&mut self, value: &str) {
        self.query = None;
        if !value.is_empty() {
            self.set_part(Part::Query, value.strip_prefix('?').unwrap_or(value));
        }
    }

    /// <https://url.spec.whatwg.org/#dom-url-hash>
    pub(super) fn set_hash(&mut self, value: &str) {
        self.fragment = None;
        if !value.is_empty() {
            self.set_part(Part::Fragment, value.strip_prefix('#').unwrap_or(value));
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
