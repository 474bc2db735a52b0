//! Which servers may be asked.

use std::net::SocketAddr;

use url::Url;

use super::{
    InvalidRule,
    host_pattern::{HostPattern, Server},
    rule::{Rule, Verdict},
};

#[derive(Debug, Clone, Default)]
pub(super) struct NetRules(Rule<HostPattern>);

impl NetRules {
    pub(super) fn allow<T: AsRef<str>>(
        &mut self,
        hosts: impl IntoIterator<Item = T>,
    ) -> Result<(), InvalidRule> {
        for host in hosts {
            self.0.allow.push(host.as_ref().parse()?);
        }
        Ok(())
    }

    pub(super) fn allow_all(&mut self) {
        self.0.allow_all = true;
    }

    pub(super) fn deny<T: AsRef<str>>(
        &mut self,
        hosts: impl IntoIterator<Item = T>,
    ) -> Result<(), InvalidRule> {
        for host in hosts {
            self.0.deny.push(host.as_ref().parse()?);
        }
        Ok(())
    }

    pub(super) fn deny_all(&mut self) {
        self.0.deny_all = true;
    }

    pub(super) fn check(&self, url: &Url) -> Verdict {
        let Some(host) = url.host() else {
            // Nothing can be said of a server without a name.
            return self.0.verdict(|_| false, |_| false);
        };
        let server = Server::new(&host);
        let port = url.port_or_known_default();
        self.0.verdict(
            |pattern| pattern.allows(&server, port),
            |pattern| pattern.denies(&server, port),
        )
    }

    pub(super) fn check_resolved(&self, address: SocketAddr) -> Verdict {
        let port = Some(address.port());
        let denies = |pattern: &HostPattern| pattern.denies_address(address.ip(), port);
        // That the name may be asked was found out before.
        self.0.verdict(|_| true, denies).or_granted()
    }

    pub(super) fn denies_addresses(&self) -> bool {
        self.0.deny_all || self.0.deny.iter().any(HostPattern::is_address)
    }
}

impl Verdict {
    /// What is not denied was granted already.
    fn or_granted(self) -> Self {
        match self {
            Self::NotGranted => Self::Allowed,
            other => other,
        }
    }
}

/// The server of a URL as grants name it.
pub(super) fn describe(url: &Url) -> String {
    match (url.host_str(), url.port_or_known_default()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        (None, _) => format!("{}:", url.scheme()),
    }
}
