//! What the next dial is made of: endpoint, token, capability, and the rest of the configuration that a dial needs.

use std::path::PathBuf;

use super::address::{Endpoint, Policy};
use super::capability_file::{self, Record};
use super::config::{Config, ProfileKind};
use super::dial_request::DialRequest;
use crate::protocol::{Capability, parse_capability_record};

/// Environment variable in which a launcher hands the capability to the editor.
const TOKEN_VARIABLE: &str = "GODOT_AI_WS_TOKEN";

/// Where the next dial goes and with which words.
#[derive(Debug)]
pub struct Target {
    request: DialRequest,
    token: Option<Capability>,
    environment: Option<Capability>,
    record: Option<PathBuf>,
}

impl Target {
    /// The target of a checked configuration. Reads the environment, once.
    ///
    /// # Errors
    /// The token is none; the text does not show it.
    pub fn new(config: &Config, endpoint: Endpoint) -> Result<Self, String> {
        let mut request = DialRequest::new(endpoint, config.max_message);
        request.headers.clone_from(&config.headers);
        request.subprotocol.clone_from(&config.subprotocol);
        request.tls_ca_file.clone_from(&config.tls_ca_file);
        request.policy = Policy {
            allow_remote: config.allow_remote || config.allow_insecure_remote,
            allow_insecure_remote: config.allow_insecure_remote,
        };
        request.resolve_timeout_ms = config.resolve_timeout_ms;
        request.connect_timeout_ms = config.connect_timeout_ms;
        request.tls_timeout_ms = config.tls_timeout_ms;
        request.upgrade_timeout_ms = config.upgrade_timeout_ms;
        // Protocol 1 knows no capability: nothing is looked for.
        let looks = config.profile == ProfileKind::GodotAi && config.protocol != 1;
        let environment = looks.then(|| std::env::var(TOKEN_VARIABLE).ok().filter(|token| !token.is_empty()));
        let record =
            looks.then(|| config.capability_file.clone().or_else(|| capability_file::default_path(config.http_port)));
        Ok(Self {
            request,
            token: token(config.token.as_deref())?,
            environment: environment.flatten().and_then(|secret| Capability::new(secret, TOKEN_VARIABLE).ok()),
            record: record.flatten(),
        })
    }

    /// Changes the endpoint.
    pub fn set_endpoint(&mut self, endpoint: Endpoint) {
        self.request.endpoint = endpoint;
    }

    /// Changes the token; empty wipes it.
    pub fn set_token(&mut self, token: Option<Capability>) {
        self.token = token;
    }

    /// Whether the endpoint names this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.request.endpoint)
    }

    /// The endpoint as others may see it: without the query, which may hold a secret.
    pub fn shown_endpoint(&self) -> String {
        let endpoint = &self.request.endpoint;
        let scheme = if endpoint.secure { "wss" } else { "ws" };
        let path = endpoint.path.split(['?', '#']).next().unwrap_or_default();
        format!("{scheme}://{endpoint}{path}")
    }

    /// Where a capability is looked for, for the texts of errors; never the capability itself.
    pub fn sought(&self) -> String {
        let record = self.record.as_ref().map_or(String::new(), |path| format!(", the record {}", path.display()));
        format!("the token of the configuration, {TOKEN_VARIABLE}{record}")
    }

    /// The request for the next dial; it looks for the record only where nothing better is known.
    pub fn request(&self) -> DialRequest {
        let mut request = self.request.clone();
        request.capability_file = self.record.clone().filter(|_| self.given().is_none());
        request
    }

    /// The capability of a dial that found `record`.
    ///
    /// # Errors
    /// The record is none; the text says so without its content.
    pub fn capability(&self, record: Option<&Record>) -> Result<Option<Capability>, String> {
        match (self.given(), record) {
            (Some(given), _) => Ok(Some(given.clone())),
            (None, Some(record)) => {
                let origin = format!("the record {}", record.path.display());
                parse_capability_record(&record.bytes, origin).map(Some)
            }
            (None, None) => Ok(None),
        }
    }

    fn given(&self) -> Option<&Capability> {
        self.token.as_ref().or(self.environment.as_ref())
    }
}

/// Whether `endpoint` is known to be on this machine before any look-up.
pub fn is_loopback(endpoint: &Endpoint) -> bool {
    endpoint.known_addresses().is_some_and(|known| known.iter().all(|address| address.ip().is_loopback()))
}

/// A token as the configuration gives it; empty is none.
///
/// # Errors
/// It is no token; the text does not show it.
pub fn token(text: Option<&str>) -> Result<Option<Capability>, String> {
    text.filter(|text| !text.is_empty()).map(|secret| Capability::new(secret, "the configuration")).transpose()
}
