//! `URLPatternInit`.
//!
//! <https://urlpattern.spec.whatwg.org/#dictdef-urlpatterninit>

use super::{Invalid, canonicalize, part::escape_pattern};
use crate::url::UrlRecord;

/// The components of a pattern, or of what is matched against one; those that are there.
///
/// <https://urlpattern.spec.whatwg.org/#dictdef-urlpatterninit>
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct UrlPatternInit {
    pub(super) protocol: Option<String>,
    pub(super) username: Option<String>,
    pub(super) password: Option<String>,
    pub(super) hostname: Option<String>,
    pub(super) port: Option<String>,
    pub(super) pathname: Option<String>,
    pub(super) search: Option<String>,
    pub(super) hash: Option<String>,
    pub(super) base_url: Option<String>,
}

/// What a [`UrlPatternInit`] is processed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Pattern,
    Url,
}

impl Purpose {
    /// A component in the form that the purpose needs it in.
    fn process(
        self,
        value: &str,
        canonicalize: impl FnOnce(&str) -> Result<String, Invalid>,
    ) -> Result<String, Invalid> {
        match self {
            Self::Pattern => Ok(value.to_owned()),
            Self::Url => canonicalize(value),
        }
    }

    /// <https://urlpattern.spec.whatwg.org/#process-a-base-url-string>
    fn of_base(self, value: &str) -> String {
        match self {
            Self::Pattern => escape_pattern(value),
            Self::Url => value.to_owned(),
        }
    }
}

impl UrlPatternInit {
    /// Components that are all there, and empty.
    fn empty() -> Self {
        let empty = || Some(String::new());
        Self {
            protocol: empty(),
            username: empty(),
            password: empty(),
            hostname: empty(),
            port: empty(),
            pathname: empty(),
            search: empty(),
            hash: empty(),
            base_url: None,
        }
    }

    /// The components of a URL.
    pub(super) fn of_url(url: &UrlRecord) -> Self {
        Self {
            protocol: Some(url.scheme().to_owned()),
            username: Some(url.username().to_owned()),
            password: Some(url.password().to_owned()),
            hostname: Some(url.hostname().to_owned()),
            port: Some(url.port()),
            pathname: Some(url.pathname().to_owned()),
            search: Some(url.query().unwrap_or_default().to_owned()),
            hash: Some(url.fragment().unwrap_or_default().to_owned()),
            base_url: None,
        }
    }

    /// <https://urlpattern.spec.whatwg.org/#process-a-urlpatterninit>
    pub(super) fn process(&self, purpose: Purpose) -> Result<Self, Invalid> {
        let mut result = match purpose {
            Purpose::Pattern => Self::default(),
            Purpose::Url => Self::empty(),
        };
        let base = match &self.base_url {
            None => None,
            Some(base) => Some(UrlRecord::parse(base, None).ok_or_else(|| {
                Invalid(format!("the base URL \"{base}\" is not an absolute URL"))
            })?),
        };
        if let Some(base) = &base {
            self.inherit(&mut result, base, purpose);
        }
        if let Some(protocol) = &self.protocol {
            let protocol = protocol.strip_suffix(':').unwrap_or(protocol);
            result.protocol = Some(purpose.process(protocol, canonicalize::protocol)?);
        }
        if let Some(username) = &self.username {
            result.username = Some(purpose.process(username, canonicalize::username)?);
        }
        if let Some(password) = &self.password {
            result.password = Some(purpose.process(password, canonicalize::password)?);
        }
        if let Some(hostname) = &self.hostname {
            result.hostname = Some(purpose.process(hostname, canonicalize::hostname)?);
        }
        let protocol = result.protocol.clone().unwrap_or_default();
        if let Some(port) = &self.port {
            let port = purpose.process(port, |port| canonicalize::port(port, Some(&protocol)))?;
            result.port = Some(port);
        }
        if let Some(pathname) = &self.pathname {
            let mut pathname = pathname.clone();
            if let Some(base) = &base
                && !base.has_opaque_path()
                && !is_absolute_pathname(&pathname, purpose)
            {
                let directory = purpose.of_base(base.pathname());
                if let Some((directory, _)) = directory.rsplit_once('/') {
                    pathname = format!("{directory}/{pathname}");
                }
            }
            let has_path = protocol.is_empty() || UrlRecord::is_special_scheme(&protocol);
            result.pathname = Some(purpose.process(&pathname, |pathname| {
                if has_path {
                    canonicalize::pathname(pathname)
                } else {
                    canonicalize::opaque_pathname(pathname)
                }
            })?);
        }
        if let Some(search) = &self.search {
            let search = search.strip_prefix('?').unwrap_or(search);
            result.search = Some(purpose.process(search, canonicalize::search)?);
        }
        if let Some(hash) = &self.hash {
            let hash = hash.strip_prefix('#').unwrap_or(hash);
            result.hash = Some(purpose.process(hash, canonicalize::hash)?);
        }
        Ok(result)
    }

    /// Takes from the base what comes before the first component that is given. A pattern takes no
    /// username and no password: it would match nothing else then.
    fn inherit(&self, result: &mut Self, base: &UrlRecord, purpose: Purpose) {
        let base = Self::of_url(base);
        let take = |value: Option<String>| value.map(|value| purpose.of_base(&value));
        let mut is_missing = self.protocol.is_none();
        if is_missing {
            result.protocol = take(base.protocol);
        }
        if purpose == Purpose::Url
            && is_missing
            && self.hostname.is_none()
            && self.port.is_none()
            && self.username.is_none()
        {
            result.username = take(base.username);
            if self.password.is_none() {
                result.password = take(base.password);
            }
        }
        for (given, slot, value) in [
            (&self.hostname, &mut result.hostname, base.hostname),
            (&self.port, &mut result.port, base.port),
            (&self.pathname, &mut result.pathname, base.pathname),
            (&self.search, &mut result.search, base.search),
            (&self.hash, &mut result.hash, base.hash),
        ] {
            is_missing = is_missing && given.is_none();
            if is_missing {
                *slot = take(value);
            }
        }
    }
}

/// <https://urlpattern.spec.whatwg.org/#is-an-absolute-pathname>
fn is_absolute_pathname(input: &str, purpose: Purpose) -> bool {
    input.starts_with('/')
        || purpose == Purpose::Pattern && (input.starts_with("\\/") || input.starts_with("{/"))
}
