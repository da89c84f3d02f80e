//! Where a link dials, and whether it may. Pure.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tungstenite::http::Uri;

/// Longest url taken, in bytes.
const URL_BYTES: usize = 8192;

/// The host of a url.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    /// A name, in lower case.
    Name(String),
    /// An address.
    Ip(IpAddr),
}

impl fmt::Display for Host {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => formatter.write_str(name),
            Self::Ip(IpAddr::V6(ip)) => write!(formatter, "[{ip}]"),
            Self::Ip(IpAddr::V4(ip)) => write!(formatter, "{ip}"),
        }
    }
}

/// A `ws://` or `wss://` url, taken apart. Displays as `host:port`: a path or query may hold
/// secrets and is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// `wss`.
    pub secure: bool,
    /// The host.
    pub host: Host,
    /// The port, never 0.
    pub port: u16,
    /// Path and query, from the first `/`.
    pub path: String,
}

impl fmt::Display for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.host, self.port)
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "wss" } else { "ws" };
        write!(formatter, "Endpoint({scheme}://{self}/..)")
    }
}

/// Which hosts may be dialled. The default: this machine only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Other hosts by `wss://`.
    pub allow_remote: bool,
    /// Other hosts by `ws://` too.
    pub allow_insecure_remote: bool,
}

impl Endpoint {
    /// Takes a url apart.
    ///
    /// # Errors
    /// What is wrong with it and what to write instead. The text holds nothing of the url.
    pub fn parse(url: &str) -> Result<Self, String> {
        const SHAPE: &str = "write ws://HOST:PORT/PATH or wss://HOST:PORT/PATH";
        if url.len() > URL_BYTES {
            return Err(format!("the url is longer than {URL_BYTES} bytes: shorten it"));
        }
        if let Some(bad) = url.chars().find(|c| c.is_control() || c.is_whitespace()) {
            return Err(format!("the url holds the character U+{:04X}: remove it", u32::from(bad)));
        }
        if url.contains('#') {
            return Err("the url has a fragment (#), which a WebSocket url may not have: remove it".into());
        }
        let uri: Uri = url.parse().map_err(|error| format!("the url cannot be read ({error}): {SHAPE}"))?;
        let secure = match uri.scheme_str().map(str::to_ascii_lowercase).as_deref() {
            Some("ws") => false,
            Some("wss") => true,
            Some("http" | "https") => {
                return Err("the url is one for HTTP: write ws:// for http://, wss:// for https://".into());
            }
            _ => return Err(format!("the url is not one of a WebSocket: {SHAPE}")),
        };
        let authority = uri.authority().ok_or_else(|| format!("the url names no host: {SHAPE}"))?;
        if authority.as_str().contains('@') {
            return Err("the url holds a user name or password: send credentials by a header or the token".into());
        }
        let host = parse_host(authority.host())?;
        let after_host = authority.as_str().get(authority.host().len()..).unwrap_or_default();
        let port = match after_host.strip_prefix(':') {
            None if after_host.is_empty() => {
                if secure {
                    443
                } else {
                    80
                }
            }
            None => return Err(format!("the url's host and port cannot be read: {SHAPE}")),
            Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => match digits.parse() {
                Ok(0) | Err(_) => {
                    return Err("the url's port is not between 1 and 65535: give the server's port".into());
                }
                Ok(port) => port,
            },
            Some(_) => return Err("the url's port is not a number: give the server's port".into()),
        };
        let path = match uri.path_and_query() {
            Some(path) if path.as_str().starts_with('/') => path.as_str().to_owned(),
            Some(path) => format!("/{}", path.as_str()),
            None => "/".to_owned(),
        };
        // The parser lets UTF-8 pass; a request line is ASCII (RFC 9112, section 3).
        if !path.is_ascii() {
            return Err("the url's path or query holds characters that are not ASCII: percent-encode them".into());
        }
        Ok(Self { secure, host, port, path })
    }

    /// The value of the Host header: the port is left out where it is the scheme's own.
    pub fn host_header(&self) -> String {
        let usual = if self.secure { 443 } else { 80 };
        if self.port == usual { self.host.to_string() } else { self.to_string() }
    }

    /// The addresses, if no lookup is needed: a literal, or `localhost`, which is this machine by
    /// definition (RFC 6761, section 6.3) and tried by IPv4 first.
    pub fn known_addresses(&self) -> Option<Vec<SocketAddr>> {
        let ips = match &self.host {
            Host::Ip(ip) => vec![*ip],
            Host::Name(name) if name.strip_suffix('.').unwrap_or(name) == "localhost" => {
                vec![IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)]
            }
            Host::Name(_) => return None,
        };
        Some(ips.into_iter().map(|ip| SocketAddr::new(ip, self.port)).collect())
    }

    /// Of `addresses`, those that may be dialled, in order and once each.
    ///
    /// # Errors
    /// None may; the text says which setting would allow it.
    pub fn permitted(&self, addresses: &[SocketAddr], policy: Policy) -> Result<Vec<SocketAddr>, String> {
        let mut permitted: Vec<SocketAddr> = Vec::new();
        for address in addresses {
            if policy.permits(address.ip(), self.secure) && !permitted.contains(address) {
                permitted.push(*address);
            }
        }
        match (permitted.is_empty(), addresses.first()) {
            (false, _) => Ok(permitted),
            (true, None) => Err(format!("{} has no address: check the host name", self.host)),
            (true, Some(refused)) => Err(policy.refusal(&self.host, refused.ip(), self.secure)),
        }
    }
}

impl Policy {
    /// Whether that address may be dialled.
    pub fn permits(self, ip: IpAddr, secure: bool) -> bool {
        let remote = self.allow_insecure_remote || (secure && self.allow_remote);
        remote || ip.to_canonical().is_loopback()
    }

    fn refusal(self, host: &Host, ip: IpAddr, secure: bool) -> String {
        let place = match host {
            Host::Name(name) => format!("{name} ({ip})"),
            Host::Ip(_) => ip.to_string(),
        };
        let remedy = match (secure, self.allow_remote) {
            (true, _) => "set allow_remote to dial it",
            (false, true) => "use wss://, or set allow_insecure_remote to dial it in the clear",
            (false, false) => "use wss:// and set allow_remote, or set allow_insecure_remote to dial it in the clear",
        };
        format!("{place} is not on this machine: {remedy}")
    }
}

fn parse_host(text: &str) -> Result<Host, String> {
    if text.is_empty() {
        return Err("the url names no host: give the server's host name or address".into());
    }
    if let Some(inner) = text.strip_prefix('[') {
        let literal = inner.strip_suffix(']').and_then(|literal| literal.parse::<Ipv6Addr>().ok());
        return literal.map(|ip| Host::Ip(IpAddr::V6(ip))).ok_or_else(|| {
            "the url's address in brackets is no IPv6 address (zones are not taken): correct it".into()
        });
    }
    if let Ok(ip) = text.parse::<Ipv4Addr>() {
        return Ok(Host::Ip(IpAddr::V4(ip)));
    }
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    if text.len() > 253 || !text.bytes().all(legal) || text.starts_with('.') {
        return Err("the url's host is no host name (letters, digits, - and . only): write names in other scripts in their xn-- form".into());
    }
    Ok(Host::Name(text.to_ascii_lowercase()))
}

#[cfg(test)]
#[path = "address_tests.rs"]
mod tests;
