//! What must be looked up before a dial, on the helper thread: addresses and certificates.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
#[cfg(feature = "tls")]
use std::path::Path;
use std::path::PathBuf;
#[cfg(feature = "tls")]
use std::sync::Arc;

use super::address::{Endpoint, Host};
use super::failure::Failure;
#[cfg(feature = "tls")]
use super::tls;
use crate::session::event::Reason;

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
    #[cfg(feature = "tls")]
    pub tls: Option<Arc<rustls::ClientConfig>>,
}

/// Looks up the addresses of the endpoint and, for `wss`, the trusted certificates. Blocks.
///
/// # Errors
/// The name or the certificates were not found.
pub fn find(endpoint: &Endpoint, ca_file: Option<PathBuf>, resolver: Resolver) -> Result<Found, Failure> {
    let addresses = match (endpoint.known_addresses(), &endpoint.host) {
        (Some(known), _) => known,
        (None, Host::Ip(ip)) => vec![SocketAddr::new(*ip, endpoint.port)],
        (None, Host::Name(name)) => resolver(name, endpoint.port).map_err(|error| {
            let detail = format!("{name} was not found ({error}): check the url's host name and the network");
            Failure::new(Reason::Resolve, detail).with_os(&error)
        })?,
    };
    #[cfg(feature = "tls")]
    return Ok(Found {
        addresses,
        tls: if endpoint.secure { Some(tls::load_config(ca_file.as_deref().map(Path::new))?) } else { None },
    });
    #[cfg(not(feature = "tls"))]
    {
        drop(ca_file);
        Ok(Found { addresses })
    }
}
