//! What scripts may do.
//!
//! [`Permissions`] says which servers may be asked, which files may be read and which variables of the environment may
//! be looked at. Whoever does such a thing for a script asks it first: `fetch` and the sockets of `taipan_fetch`,
//! module loaders, and functions that an embedder gives to scripts.

mod env_rules;
mod host_pattern;
mod net_rules;
mod not_capable;
mod read_rules;
mod rule;

use std::{ffi::OsStr, fs::File, path::Path, sync::Arc};

use boa_engine::Context;
use url::Url;

use env_rules::EnvRules;
use net_rules::NetRules;
pub use not_capable::{Capability, NotCapable};
pub use read_rules::ReadError;
use read_rules::ReadRules;

/// What scripts may do: which servers they may ask, which files they may read, which variables of the environment they
/// may look at.
///
/// What is denied is denied, whatever else allows it, and in whatever order it is told.
///
/// ```
/// use taipan_web::permissions::Permissions;
///
/// let permissions = Permissions::none()
///     .allow_net(["example.com", "*.example.org:443", "127.0.0.1:8080", "[::1]:80"])
///     .allow_read(["/srv/data"])
///     .deny_read(["/srv/data/private"]);
/// assert!(permissions.check_net(&"https://example.com/a".parse()?).is_ok());
/// let refusal = permissions.check_net(&"https://example.net/".parse()?).unwrap_err();
/// assert_eq!(refusal.to_string(), r#"Requires net access to "example.net:443", which is not granted"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Net
///
/// A grant names a host, and a port if it is to be for that one only. A host is a name (`example.com`, in any case, in
/// Unicode or in Punycode), all names below one (`*.example.com`, which `example.com` is not), an IP address (IPv6 in
/// brackets) or a network of addresses (`10.0.0.0/8`, `fd00::/8`). Every URL of a chain of redirects is checked, as
/// the URL parser has it: `http://0x7f.1/` is 127.0.0.1.
///
/// Names are granted as names: one that is granted may resolve to any address. Addresses that are denied are denied as
/// addresses: no connection is made to one, whatever name leads there, except by a proxy, which resolves names itself. A
/// name that is denied can still be reached by its addresses.
///
/// # Read
///
/// A grant is a file, or a folder with all that is in it. The path that is asked for must be inside, and so must be the
/// file that it leads to in the end, symbolic links resolved. The file is opened before it is checked for the last time,
/// so that nobody can put another one in its place meanwhile. A file that has names in several folders (hard links) is
/// in each of them.
///
/// On Linux a grant of `/` is none for `/proc`, which shows the memory and the environment of processes, unless all
/// of the environment is granted, too; grants of folders within `/proc` are for those.
///
/// # Env
///
/// A grant is the name of a variable, or the beginning of names with an asterisk (`LC_*`). What of the platform looks
/// into the environment for a script is `navigator.language`. Proxies are set by variables too, but for the runtime
/// and not for scripts: these count unless they are denied.
#[derive(Debug, Clone)]
pub struct Permissions(Arc<Rules>);

#[derive(Debug, Clone, Default)]
struct Rules {
    net: NetRules,
    read: ReadRules,
    env: EnvRules,
    /// The first rule that could not be understood.
    invalid: Option<InvalidRule>,
    /// Whether refusals name the flags of a command.
    names_flags: bool,
}

/// A host, a path or the name of a variable that says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidRule {
    rule: String,
    reason: String,
}

impl InvalidRule {
    fn new(rule: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            rule: rule.into(),
            reason: reason.into(),
        }
    }
}

impl std::fmt::Display for InvalidRule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { rule, reason } = self;
        write!(f, "\"{rule}\" cannot be allowed or denied: {reason}")
    }
}

impl std::error::Error for InvalidRule {}

impl Default for Permissions {
    /// The same as [`none`](Self::none).
    fn default() -> Self {
        Self::none()
    }
}

impl Permissions {
    /// Nothing is allowed.
    #[must_use]
    pub fn none() -> Self {
        Self(Arc::default())
    }

    /// Everything is allowed.
    #[must_use]
    pub fn all() -> Self {
        Self::none()
            .allow_net_all()
            .allow_read_all()
            .allow_env_all()
    }

    fn change(mut self, f: impl FnOnce(&mut Rules) -> Result<(), InvalidRule>) -> Self {
        let rules = Arc::make_mut(&mut self.0);
        if let Err(invalid) = f(rules) {
            rules.invalid.get_or_insert(invalid);
        }
        self
    }

    /// Allows requests to these hosts, see [Net](Self#net).
    ///
    /// Of what cannot be understood [`validate`](Self::validate) tells.
    #[must_use]
    pub fn allow_net<T: AsRef<str>>(self, hosts: impl IntoIterator<Item = T>) -> Self {
        self.change(|rules| rules.net.allow(hosts))
    }

    /// Allows requests to all hosts.
    #[must_use]
    pub fn allow_net_all(self) -> Self {
        self.change(|rules| {
            rules.net.allow_all();
            Ok(())
        })
    }

    /// Denies requests to these hosts, see [Net](Self#net).
    #[must_use]
    pub fn deny_net<T: AsRef<str>>(self, hosts: impl IntoIterator<Item = T>) -> Self {
        self.change(|rules| rules.net.deny(hosts))
    }

    /// Denies requests to all hosts.
    #[must_use]
    pub fn deny_net_all(self) -> Self {
        self.change(|rules| {
            rules.net.deny_all();
            Ok(())
        })
    }

    /// Allows to read these files, and what is in these folders, see [Read](Self#read). Relative paths are of the
    /// current directory of this moment; a link that is there now is followed now.
    #[must_use]
    pub fn allow_read<T: AsRef<Path>>(self, paths: impl IntoIterator<Item = T>) -> Self {
        self.change(|rules| rules.read.allow(paths))
    }

    /// Allows to read all files.
    #[must_use]
    pub fn allow_read_all(self) -> Self {
        self.change(|rules| {
            rules.read.allow_all();
            Ok(())
        })
    }

    /// Denies to read these files, and what is in these folders. Links are followed when a file is read.
    #[must_use]
    pub fn deny_read<T: AsRef<Path>>(self, paths: impl IntoIterator<Item = T>) -> Self {
        self.change(|rules| rules.read.deny(paths))
    }

    /// Denies to read any file.
    #[must_use]
    pub fn deny_read_all(self) -> Self {
        self.change(|rules| {
            rules.read.deny_all();
            Ok(())
        })
    }

    /// Allows to look at these variables of the environment, see [Env](Self#env).
    #[must_use]
    pub fn allow_env<T: AsRef<str>>(self, names: impl IntoIterator<Item = T>) -> Self {
        self.change(|rules| rules.env.allow(names))
    }

    /// Allows to look at all variables of the environment.
    #[must_use]
    pub fn allow_env_all(self) -> Self {
        self.change(|rules| {
            rules.env.allow_all();
            Ok(())
        })
    }

    /// Denies to look at these variables of the environment.
    #[must_use]
    pub fn deny_env<T: AsRef<str>>(self, names: impl IntoIterator<Item = T>) -> Self {
        self.change(|rules| rules.env.deny(names))
    }

    /// Denies to look at any variable of the environment.
    #[must_use]
    pub fn deny_env_all(self) -> Self {
        self.change(|rules| {
            rules.env.deny_all();
            Ok(())
        })
    }

    /// Has refusals name the flag of a command (`--allow-net`, `--allow-read`, `--allow-env`) that would grant what is
    /// missing.
    #[must_use]
    pub fn with_flags_in_refusals(self) -> Self {
        self.change(|rules| {
            rules.names_flags = true;
            Ok(())
        })
    }

    /// Whether every rule could be understood. As long as one could not, everything is refused.
    ///
    /// # Errors
    ///
    /// The first rule that could not be.
    ///
    /// ```
    /// use taipan_web::permissions::Permissions;
    ///
    /// let permissions = Permissions::all().deny_net(["http://example.com/"]);
    /// assert!(permissions.validate().is_err());
    /// assert!(permissions.check_net(&"http://example.org/".parse()?).is_err());
    /// # Ok::<(), url::ParseError>(())
    /// ```
    pub fn validate(&self) -> Result<(), InvalidRule> {
        self.0.invalid.clone().map_or(Ok(()), Err)
    }

    /// Whether the server of a URL may be asked: its host, at its port or that of the scheme.
    ///
    /// # Errors
    ///
    /// If it may not.
    pub fn check_net(&self, url: &Url) -> Result<(), NotCapable> {
        self.verdict(self.0.net.check(url), Capability::Net, || {
            net_rules::describe(url)
        })
    }

    /// Whether a connection may be made to an address that a name has resolved to: unless the address itself is denied.
    ///
    /// # Errors
    ///
    /// If it may not.
    pub fn check_resolved(&self, address: std::net::SocketAddr) -> Result<(), NotCapable> {
        let verdict = self.0.net.check_resolved(address);
        self.verdict(verdict, Capability::Net, || address.to_string())
    }

    /// Whether any address is denied, so that [`check_resolved`](Self::check_resolved) says anything.
    #[must_use]
    pub fn denies_addresses(&self) -> bool {
        self.0.invalid.is_some() || self.0.net.denies_addresses()
    }

    /// Whether a file may be read: the path, and what it leads to now. To read it, [`open`](Self::open) it.
    ///
    /// # Errors
    ///
    /// If it may not, and if that cannot be said because there is no such file.
    pub fn check_read(&self, path: impl AsRef<Path>) -> Result<(), ReadError> {
        self.checked(|| self.0.read.resolve(path.as_ref(), self.has_all_env()))
            .map(drop)
    }

    /// Opens a regular file to read it, if it may be read.
    ///
    /// ```no_run
    /// # use taipan_web::permissions::Permissions;
    /// let permissions = Permissions::none().allow_read(["/srv/data"]);
    /// let file = permissions.open("/srv/data/table.csv")?;
    /// # Ok::<(), taipan_web::permissions::ReadError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If it may not be read or cannot be opened; with [`IsADirectory`](std::io::ErrorKind::IsADirectory) if it is a
    /// folder. What is no regular file is refused: a pipe or a device may never end.
    pub fn open(&self, path: impl AsRef<Path>) -> Result<File, ReadError> {
        self.checked(|| self.0.read.open(path.as_ref(), self.has_all_env()))
    }

    /// Whether a variable of the environment may be looked at.
    ///
    /// # Errors
    ///
    /// If it may not.
    pub fn check_env(&self, name: &str) -> Result<(), NotCapable> {
        self.verdict(self.0.env.check(name), Capability::Env, || name.to_owned())
    }

    /// A variable of the environment, if it is set, may be looked at, and is Unicode.
    #[must_use]
    pub fn env(&self, name: &str) -> Option<String> {
        self.check_env(name).ok()?;
        std::env::var(name).ok()
    }

    /// Whether a variable of the environment is denied, which is more than that it is not allowed.
    #[must_use]
    pub fn denies_env(&self, name: &str) -> bool {
        self.0.invalid.is_some() || self.0.env.check(name) == rule::Verdict::Denied
    }

    fn has_all_env(&self) -> bool {
        self.0.env.is_unrestricted()
    }

    fn verdict(
        &self,
        verdict: rule::Verdict,
        capability: Capability,
        target: impl FnOnce() -> String,
    ) -> Result<(), NotCapable> {
        if let Some(invalid) = &self.0.invalid {
            return Err(NotCapable::invalid(capability, target(), invalid));
        }
        match verdict {
            rule::Verdict::Allowed => Ok(()),
            refused => Err(NotCapable::new(
                capability,
                target(),
                refused == rule::Verdict::Denied,
                self.0.names_flags,
            )),
        }
    }

    fn checked<T>(
        &self,
        read: impl FnOnce() -> Result<T, read_rules::Refused>,
    ) -> Result<T, ReadError> {
        if let Some(invalid) = &self.0.invalid {
            let refusal = NotCapable::invalid(Capability::Read, String::new(), invalid);
            return Err(refusal.into());
        }
        read().map_err(|refused| match refused {
            read_rules::Refused::Io(error) => error.into(),
            read_rules::Refused::Rule(path, verdict) => NotCapable::new(
                Capability::Read,
                path.display().to_string(),
                verdict == rule::Verdict::Denied,
                self.0.names_flags,
            )
            .into(),
        })
    }

    /// What scripts of a context may do. If nothing was [set](Self::set), everything is allowed: an engine without an
    /// embedder has no one to ask.
    #[must_use]
    pub fn of(context: &Context) -> Self {
        context
            .get_data::<Self>()
            .cloned()
            .unwrap_or_else(Self::all)
    }

    /// Sets what scripts of a context may do.
    pub fn set(self, context: &mut Context) {
        context.insert_data(self);
    }
}

/// The name of a variable as it is compared: on Windows case does not matter.
fn env_name(name: impl AsRef<OsStr>) -> String {
    let name = name.as_ref().to_string_lossy();
    if cfg!(windows) {
        name.to_uppercase()
    } else {
        name.into_owned()
    }
}
