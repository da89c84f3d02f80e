//! What a dial is asked for.

use std::fmt;
use std::path::PathBuf;

use super::address::{Endpoint, Policy};
use super::lookup::{self, Resolver};
#[cfg(doc)]
use super::upgrade;

/// What to dial, and how.
#[derive(Clone)]
pub struct DialRequest {
    /// The server.
    pub endpoint: Endpoint,
    /// Extra request headers; see [`upgrade::check_header`].
    pub headers: Vec<(String, String)>,
    /// Subprotocol to offer; see [`upgrade::check_subprotocol`].
    pub subprotocol: Option<String>,
    /// PEM file of what to trust instead of the system's roots.
    pub tls_ca_file: Option<PathBuf>,
    /// Which hosts may be dialled.
    pub policy: Policy,
    /// Deadline for name and certificates, and for the capability record, ms.
    pub resolve_timeout_ms: u32,
    /// Deadline for TCP, all addresses together, ms.
    pub connect_timeout_ms: u32,
    /// Deadline for the TLS handshake, ms.
    pub tls_timeout_ms: u32,
    /// Deadline for the upgrade, ms.
    pub upgrade_timeout_ms: u32,
    /// Largest message taken, bytes.
    pub max_message: usize,
    /// Capability record to read, once the server has answered the upgrade: a server that has just
    /// started may write it after it listens.
    pub capability_file: Option<PathBuf>,
    /// How names are looked up: [`lookup::system_resolver`] but in tests.
    pub resolver: Resolver,
}

impl fmt::Debug for DialRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("DialRequest").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

impl DialRequest {
    /// A request with every timeout at 5 s, all else off.
    pub fn new(endpoint: Endpoint, max_message: usize) -> Self {
        const TIMEOUT_MS: u32 = 5000;
        Self {
            endpoint,
            headers: Vec::new(),
            subprotocol: None,
            tls_ca_file: None,
            policy: Policy::default(),
            resolve_timeout_ms: TIMEOUT_MS,
            connect_timeout_ms: TIMEOUT_MS,
            tls_timeout_ms: TIMEOUT_MS,
            upgrade_timeout_ms: TIMEOUT_MS,
            max_message,
            capability_file: None,
            resolver: lookup::system_resolver,
        }
    }
}
