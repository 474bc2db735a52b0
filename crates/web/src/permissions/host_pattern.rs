//! Hosts that are allowed or denied.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

use url::Host;

use super::InvalidRule;

/// A host, or several, and a port or all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HostPattern {
    host: Hosts,
    port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Hosts {
    /// A name, as URLs have it, without the dot of the root.
    Name(String),
    /// All names below one.
    Below(String),
    /// An address; IPv4 addresses in the form of IPv6 ones are such of IPv4.
    Address(IpAddr),
    /// Addresses that begin with so many bits.
    Network(IpAddr, u8),
}

/// What a URL names as its server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Server {
    Name(String),
    Address(IpAddr),
}

impl Server {
    pub(super) fn new<S: AsRef<str>>(host: &Host<S>) -> Self {
        match host {
            Host::Domain(name) => Self::Name(without_root(name.as_ref()).to_ascii_lowercase()),
            Host::Ipv4(address) => Self::Address((*address).into()),
            Host::Ipv6(address) => Self::Address(IpAddr::V6(*address).to_canonical()),
        }
    }
}

/// A name without the dot that stands for the root of all names.
fn without_root(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

/// The addresses that a connection to `address` may reach: itself, and those that it stands for.
fn reached(address: IpAddr) -> impl Iterator<Item = IpAddr> {
    let address = address.to_canonical();
    let other = match address {
        // To connect to no address in particular is to connect to this machine.
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Some(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Some(Ipv6Addr::LOCALHOST.into()),
        IpAddr::V6(Ipv6Addr::LOCALHOST) | IpAddr::V4(_) => None,
        IpAddr::V6(address) => embedded(address).map(IpAddr::V4),
    };
    [Some(address), other].into_iter().flatten()
}

/// The IPv4 address that routers find in an address: RFC 4291 (section 2.5.5.1), RFC 6052 and RFC 3056.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let (high, low) = match address.segments() {
        [0, 0, 0, 0, 0, 0, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => (high, low),
        [0x2002, high, low, ..] => (high, low),
        _ => return None,
    };
    Some(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)))
}

fn is_in(address: IpAddr, network: IpAddr, bits: u8) -> bool {
    let bits = u32::from(bits);
    match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) => {
            let difference = address.to_bits() ^ network.to_bits();
            difference.leading_zeros() >= bits
        }
        (IpAddr::V6(address), IpAddr::V6(network)) => {
            let difference = address.to_bits() ^ network.to_bits();
            difference.leading_zeros() >= bits
        }
        _ => false,
    }
}

impl HostPattern {
    fn has_port(&self, port: Option<u16>) -> bool {
        self.port.is_none() || self.port == port
    }

    /// Whether it allows a server.
    pub(super) fn allows(&self, server: &Server, port: Option<u16>) -> bool {
        self.has_port(port)
            && match (&self.host, server) {
                (Hosts::Name(own), Server::Name(name)) => own == name,
                (Hosts::Below(parent), Server::Name(name)) => is_below(name, parent),
                (_, Server::Address(address)) => self.has_address(*address),
                (Hosts::Address(_) | Hosts::Network(..), Server::Name(_)) => false,
            }
    }

    /// Whether it denies a server, which it also does if that only leads to what is denied.
    pub(super) fn denies(&self, server: &Server, port: Option<u16>) -> bool {
        match server {
            Server::Address(address) => self.denies_address(*address, port),
            Server::Name(_) => self.allows(server, port),
        }
    }

    /// Whether it denies to connect to an address.
    pub(super) fn denies_address(&self, address: IpAddr, port: Option<u16>) -> bool {
        self.has_port(port) && reached(address).any(|address| self.has_address(address))
    }

    fn has_address(&self, address: IpAddr) -> bool {
        match &self.host {
            Hosts::Address(own) => *own == address,
            Hosts::Network(network, bits) => is_in(address, *network, *bits),
            Hosts::Name(_) | Hosts::Below(_) => false,
        }
    }

    /// Whether it is about addresses.
    pub(super) fn is_address(&self) -> bool {
        matches!(self.host, Hosts::Address(_) | Hosts::Network(..))
    }
}

fn is_below(name: &str, parent: &str) -> bool {
    name.strip_suffix(parent)
        .and_then(|rest| rest.strip_suffix('.'))
        .is_some_and(|rest| !rest.is_empty())
}

impl FromStr for HostPattern {
    type Err = InvalidRule;

    fn from_str(text: &str) -> Result<Self, InvalidRule> {
        let invalid = |reason: &str| InvalidRule::new(text, reason);
        if text.is_empty() {
            return Err(invalid("a host has a name or an address"));
        }
        if let Some((network, bits)) = text.split_once('/')
            && let Ok(network) = unbracketed(network).parse::<IpAddr>()
        {
            let most = if network.is_ipv4() { 32 } else { 128 };
            let bits = number::<u8>(bits).filter(|bits| *bits <= most);
            let bits = bits.ok_or_else(|| invalid("the network has no such number of bits"))?;
            let host = match (network, network.to_canonical()) {
                // The bits before the IPv4 address are the same in all of them.
                (IpAddr::V6(_), canonical @ IpAddr::V4(_)) if bits >= 96 => {
                    Hosts::Network(canonical, bits - 96)
                }
                _ => Hosts::Network(network, bits),
            };
            return Ok(Self { host, port: None });
        }
        if text.contains(['/', '\\', '@', '?', '#']) {
            return Err(invalid(
                "it is to be a host, with or without a port, and no URL",
            ));
        }
        let (host, port) = if text.starts_with('[') {
            let end = text.find(']').ok_or_else(|| invalid("a bracket is open"))?;
            let (host, rest) = text.split_at(end + 1);
            (host, rest)
        } else {
            let end = text.find(':').unwrap_or(text.len());
            text.split_at(end)
        };
        let port = match port.strip_prefix(':') {
            Some(port) if port.contains(':') => {
                return Err(invalid("an IPv6 address is to be in brackets"));
            }
            Some(port) => Some(number(port).ok_or_else(|| invalid("there is no such port"))?),
            None if port.is_empty() => None,
            None => return Err(invalid("a port begins with a colon")),
        };
        let (name, is_parent) = match host.strip_prefix("*.") {
            Some(parent) => (parent, true),
            None => (host, false),
        };
        if name.contains('*') {
            return Err(invalid(
                "an asterisk stands before the first dot, and alone",
            ));
        }
        let parsed = Host::parse(name).map_err(|error| invalid(&error.to_string()))?;
        let host = match Server::new(&parsed) {
            Server::Name(name) if name.is_empty() => return Err(invalid("the name is empty")),
            Server::Name(name) if is_parent => Hosts::Below(name),
            Server::Name(name) => Hosts::Name(name),
            Server::Address(_) if is_parent => {
                return Err(invalid("nothing is below an address"));
            }
            Server::Address(address) => Hosts::Address(address),
        };
        Ok(Self { host, port })
    }
}

fn unbracketed(text: &str) -> &str {
    let inner = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    inner.unwrap_or(text)
}

/// A number in digits and nothing else.
fn number<T: FromStr>(text: &str) -> Option<T> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    fn parse(text: &str) -> HostPattern {
        text.parse().expect(text)
    }

    fn server(url: &str) -> (Server, Option<u16>) {
        let url = Url::parse(url).expect(url);
        let server = Server::new(&url.host().expect("a host"));
        (server, url.port_or_known_default())
    }

    fn allows(pattern: &str, url: &str) -> bool {
        let (server, port) = server(url);
        parse(pattern).allows(&server, port)
    }

    fn denies(pattern: &str, url: &str) -> bool {
        let (server, port) = server(url);
        parse(pattern).denies(&server, port)
    }

    #[test]
    fn hosts_and_ports() {
        for (pattern, url, expected) in [
            ("example.com", "http://example.com/", true),
            ("example.com", "https://EXAMPLE.com.:8443/", true),
            ("Example.COM.", "https://example.com/", true),
            ("example.com", "https://a.example.com/", false),
            ("example.com", "https://example.com.evil.org/", false),
            ("example.com", "https://notexample.com/", false),
            ("example.com:443", "https://example.com/", true),
            ("example.com:443", "wss://example.com/", true),
            ("example.com:443", "http://example.com/", false),
            ("example.com:80", "ws://example.com/", true),
            ("*.example.com", "http://a.example.com/", true),
            ("*.example.com", "http://a.b.example.com./", true),
            ("*.example.com", "http://example.com/", false),
            ("*.example.com", "http://.example.com/", false),
            ("*.example.com", "http://aexample.com/", false),
            ("*.example.com:81", "http://a.example.com:81/", true),
            ("*.example.com:81", "http://a.example.com/", false),
            ("b\u{fc}cher.example", "http://xn--bcher-kva.example/", true),
            ("127.0.0.1:8080", "http://127.0.0.1:8080/", true),
            ("127.0.0.1", "http://0x7f.1/", true),
            ("0x7f.1", "http://127.0.0.1/", true),
            ("127.0.0.1", "http://[::ffff:127.0.0.1]/", true),
            ("127.0.0.1", "http://127.0.0.2/", false),
            ("127.0.0.1", "http://0.0.0.0/", false),
            ("[::1]:80", "http://[0:0::1]/", true),
            ("[::1]:80", "http://[::1]:81/", false),
            ("[::1]", "http://[::2]/", false),
            ("10.0.0.0/8", "http://10.1.2.3/", true),
            ("10.0.0.0/8", "http://11.1.2.3/", false),
            ("0.0.0.0/0", "http://11.1.2.3/", true),
            ("0.0.0.0/0", "http://[2000::1]/", false),
            ("fd00::/8", "http://[fdff::1]/", true),
            ("[fd00::]/8", "http://[fe00::1]/", false),
            ("::ffff:10.0.0.0/104", "http://10.1.2.3/", true),
            ("10.0.0.0/8", "http://example.com/", false),
        ] {
            assert_eq!(allows(pattern, url), expected, "{pattern} {url}");
        }
    }

    #[test]
    fn what_is_denied_is_so_by_every_way() {
        for (pattern, url, expected) in [
            ("127.0.0.1", "http://0.0.0.0/", true),
            ("127.0.0.0/8", "http://0/", true),
            ("127.0.0.1:81", "http://0.0.0.0/", false),
            ("[::1]", "http://[::]/", true),
            ("127.0.0.1", "http://[::ffff:7f00:1]/", true),
            ("127.0.0.1", "http://[::127.0.0.1]/", true),
            ("10.0.0.0/8", "http://[64:ff9b::10.1.2.3]/", true),
            ("10.0.0.0/8", "http://[2002:a01:203::]/", true),
            ("10.0.0.0/8", "http://[2001:a01:203::]/", false),
            ("0.0.0.1", "http://[::1]/", false),
            ("example.com", "http://example.com./", true),
            ("*.example.com", "http://a.example.com/", true),
        ] {
            assert_eq!(denies(pattern, url), expected, "{pattern} {url}");
        }
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for (text, part) in [
            ("", "a name or an address"),
            ("http://example.com", "no URL"),
            ("example.com/path", "no URL"),
            ("user@example.com", "no URL"),
            ("example.com:", "no such port"),
            ("example.com:http", "no such port"),
            ("example.com:65536", "no such port"),
            ("example.com:+80", "no such port"),
            ("::1", "brackets"),
            ("[::1", "bracket"),
            ("[::1]80", "colon"),
            ("[::1x]", ""),
            ("10.0.0.0/33", "bits"),
            ("fd00::/129", "bits"),
            ("*", "asterisk"),
            ("*.*.com", "asterisk"),
            ("a.*.com", "asterisk"),
            ("*.127.0.0.1", "below an address"),
            ("a b", ""),
            (".", ""),
        ] {
            let error = text.parse::<HostPattern>().expect_err(text);
            assert!(error.to_string().contains(part), "{error}");
        }
    }
}
