//! What must be looked up before a dial, on the helper thread: addresses and certificates.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::Path;

use super::address::{Endpoint, Host};
use super::failure::Failure;
use crate::session::event::Reason;

/// What TLS trusts.
#[cfg(feature = "tls")]
pub type TlsConfig = std::sync::Arc<rustls::ClientConfig>;
/// Nothing: this build has no TLS.
#[cfg(not(feature = "tls"))]
pub type TlsConfig = std::convert::Infallible;

/// Looks a host name up; may block as long as the system likes.
pub type Resolver = fn(&str, u16) -> io::Result<Vec<SocketAddr>>;

/// The system's own lookup (getaddrinfo).
pub fn system_resolver(name: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    Ok((name, port).to_socket_addrs()?.collect())
}

/// What was found.
#[derive(Debug)]
pub struct Found {
    /// Where the host is.
    pub addresses: Vec<SocketAddr>,
    /// What TLS trusts, if TLS is wanted.
    pub tls: Option<TlsConfig>,
}

/// Looks up the addresses of the endpoint and, for `wss`, the trusted certificates. Blocks.
///
/// # Errors
/// The name or the certificates were not found.
pub fn find(endpoint: &Endpoint, ca_file: Option<&Path>, resolver: Resolver) -> Result<Found, Failure> {
    let addresses = match (endpoint.known_addresses(), &endpoint.host) {
        (Some(known), _) => known,
        (None, Host::Ip(ip)) => vec![SocketAddr::new(*ip, endpoint.port)],
        (None, Host::Name(name)) => resolver(name, endpoint.port).map_err(|error| {
            let detail = format!("{name} was not found ({error}): check the url's host name and the network");
            Failure::new(Reason::Resolve, detail).with_os(&error)
        })?,
    };
    let tls = certificates(endpoint, ca_file)?;
    Ok(Found { addresses, tls })
}

#[cfg(feature = "tls")]
fn certificates(endpoint: &Endpoint, ca_file: Option<&Path>) -> Result<Option<TlsConfig>, Failure> {
    endpoint.secure.then(|| super::tls::load_config(ca_file)).transpose()
}

#[cfg(not(feature = "tls"))]
fn certificates(_: &Endpoint, _: Option<&Path>) -> Result<Option<TlsConfig>, Failure> {
    Ok(None)
}

#[cfg(test)]
#[path = "lookup_tests.rs"]
mod tests;
