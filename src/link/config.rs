//! What a link is opened with, and the checks on it.

pub use crate::protocol::ProfileKind;
pub use crate::session::backoff::Reconnect;
pub use crate::session::config::Overflow;

use super::address::Endpoint;
use super::report::{ConfigError, ConfigErrorKind};
use super::target::Target;
use super::upgrade;
use crate::protocol::Hello;
use crate::session::config::SessionConfig;
use crate::session::slots::MAX_SLOTS;

/// Everything a link is opened with. Start from [`Config::new`] and change what you need.
///
/// Each field is documented at its twin in `framewire_config`.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "documented at the twin in `framewire_config`")]
pub struct Config {
    pub name: String,
    pub owner: String,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub subprotocol: Option<String>,
    pub tls_ca_file: Option<std::path::PathBuf>,
    pub profile: ProfileKind,
    /// 0 = auto.
    pub protocol: u32,
    pub hello: Option<String>,
    pub token: Option<String>,
    pub capability_file: Option<std::path::PathBuf>,
    pub http_port: u16,
    pub allow_remote: bool,
    pub allow_insecure_remote: bool,
    pub start_disconnected: bool,
    pub reconnect: Reconnect,
    pub reconnect_delays_ms: Vec<u32>,
    pub reconnect_jitter_percent: u32,
    pub overflow: Overflow,
    pub max_message: usize,
    /// `None` = the profile's default.
    pub peer_max_message: Option<usize>,
    pub inbound_bytes: usize,
    /// `None` = the profile's default.
    pub outbound_bytes: Option<usize>,
    pub inbound_count: usize,
    pub outbound_count: usize,
    pub request_slots: usize,
    pub max_depth: usize,
    pub budget_bytes: usize,
    pub resolve_timeout_ms: u32,
    pub connect_timeout_ms: u32,
    pub tls_timeout_ms: u32,
    pub upgrade_timeout_ms: u32,
    pub hello_timeout_ms: u32,
    pub request_timeout_ms: u32,
    /// `None` = the profile's default.
    pub close_timeout_ms: Option<u32>,
    pub heartbeat_interval_ms: u32,
    pub heartbeat_timeout_ms: u32,
    pub stable_ms: u32,
    pub log_level: u32,
    /// Events with a higher number are not handed out: what the caller's ABI knows.
    pub newest_event: u32,
    /// For tests of the I/O loop: messages read before the thread looks at everything else. Not in the C ABI.
    #[doc(hidden)]
    pub test_turn_limit: Option<usize>,
}

impl Config {
    /// A configuration of that name and url, all else at its default.
    pub fn new(name: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            owner: String::new(),
            url: url.into(),
            headers: Vec::new(),
            subprotocol: None,
            tls_ca_file: None,
            profile: ProfileKind::Raw,
            protocol: 0,
            hello: None,
            token: None,
            capability_file: None,
            http_port: 8000,
            allow_remote: false,
            allow_insecure_remote: false,
            start_disconnected: false,
            reconnect: Reconnect::Forever,
            reconnect_delays_ms: vec![1000, 2000, 4000, 8000, 16000, 30000, 60000],
            reconnect_jitter_percent: 0,
            overflow: Overflow::Pause,
            max_message: 64 << 20,
            peer_max_message: None,
            inbound_bytes: 32 << 20,
            outbound_bytes: None,
            inbound_count: 4096,
            outbound_count: 1024,
            request_slots: 1024,
            max_depth: 128,
            budget_bytes: 4 << 20,
            resolve_timeout_ms: 5000,
            connect_timeout_ms: 5000,
            tls_timeout_ms: 5000,
            upgrade_timeout_ms: 5000,
            hello_timeout_ms: 10_000,
            request_timeout_ms: 300_000,
            close_timeout_ms: None,
            heartbeat_interval_ms: 20_000,
            heartbeat_timeout_ms: 40_000,
            stable_ms: 10_000,
            log_level: 3,
            newest_event: u32::MAX,
            test_turn_limit: None,
        }
    }
}

/// A configuration that was found good, in the forms that the parts of a link need.
#[derive(Debug)]
pub(super) struct Checked {
    pub session: SessionConfig,
    pub target: Target,
    pub outbound_bytes: usize,
}

/// Checks a configuration.
///
/// # Errors
/// The first field that is wrong, and what to do about it.
pub(super) fn check(config: &Config) -> Result<Checked, ConfigError> {
    let facts = config.profile.facts().ok_or_else(|| ConfigError {
        kind: ConfigErrorKind::Unsupported,
        field: Some("profile"),
        text: format!("this version does not speak the {} profile: choose raw or godot_ai", config.profile.name()),
    })?;
    check_numbers(config)?;
    let name = config.name.as_str();
    if name.is_empty() || name.len() > 64 || name.chars().any(char::is_control) {
        return Err(ConfigError::invalid("name", "the name must be 1 to 64 bytes without control characters"));
    }
    let endpoint = Endpoint::parse(&config.url).map_err(|text| ConfigError::invalid("url", text))?;
    for (name, value) in &config.headers {
        upgrade::check_header(name, value).map_err(|text| ConfigError::invalid("headers", text))?;
    }
    if let Some(subprotocol) = &config.subprotocol {
        upgrade::check_subprotocol(subprotocol).map_err(|text| ConfigError::invalid("subprotocol", text))?;
    }
    let hello = Hello::parse(config.profile, config.hello.as_deref());
    let hello = hello.map_err(|text| ConfigError::invalid("hello", text))?;
    let target = Target::new(config, endpoint).map_err(|text| ConfigError::invalid("token", text))?;
    let milliseconds = |ms: u32| u64::from(ms) * 1_000_000;
    let or_never = |ms: u32| (ms > 0).then(|| milliseconds(ms));
    let mut seed = [0; 8];
    // A seed of zeros only makes two links wait alike.
    let _ = getrandom::fill(&mut seed);
    let session = SessionConfig {
        profile: config.profile,
        protocol: config.protocol,
        hello,
        capability_sought: target.sought(),
        is_loopback: target.is_loopback(),
        reconnect: config.reconnect,
        reconnect_delays_ms: config.reconnect_delays_ms.clone(),
        reconnect_jitter_percent: config.reconnect_jitter_percent,
        seed: u64::from_le_bytes(seed),
        overflow: config.overflow,
        max_depth: config.max_depth,
        peer_max_message: config.peer_max_message.or(facts.peer_max_message).unwrap_or(usize::MAX),
        hello_timeout: milliseconds(config.hello_timeout_ms),
        request_timeout: or_never(config.request_timeout_ms),
        close_timeout: milliseconds(config.close_timeout_ms.unwrap_or(facts.close_timeout_ms)),
        heartbeat_interval: or_never(config.heartbeat_interval_ms),
        heartbeat_timeout: or_never(config.heartbeat_timeout_ms),
        stable: milliseconds(config.stable_ms),
        log_level: config.log_level,
    };
    Ok(Checked { session, target, outbound_bytes: config.outbound_bytes.unwrap_or(facts.outbound_bytes) })
}

fn check_numbers(config: &Config) -> Result<(), ConfigError> {
    const LARGEST: usize = 1 << 40;
    const DAY_MS: usize = 86_400_000;
    let ranges: [(&'static str, usize, usize, usize); 16] = [
        ("max_message", config.max_message, 1, 1 << 32),
        ("peer_max_message", config.peer_max_message.unwrap_or(1), 1, LARGEST),
        ("inbound_bytes", config.inbound_bytes, 1, LARGEST),
        ("outbound_bytes", config.outbound_bytes.unwrap_or(1), 1, LARGEST),
        ("inbound_count", config.inbound_count, 1, 1 << 20),
        ("outbound_count", config.outbound_count, 1, 1 << 20),
        ("request_slots", config.request_slots, 1, MAX_SLOTS),
        ("max_depth", config.max_depth, 1, 1 << 16),
        ("budget_bytes", config.budget_bytes, 1, LARGEST),
        ("reconnect_jitter_percent", config.reconnect_jitter_percent as usize, 0, 100),
        ("resolve_timeout_ms", config.resolve_timeout_ms as usize, 1, DAY_MS),
        ("connect_timeout_ms", config.connect_timeout_ms as usize, 1, DAY_MS),
        ("tls_timeout_ms", config.tls_timeout_ms as usize, 1, DAY_MS),
        ("upgrade_timeout_ms", config.upgrade_timeout_ms as usize, 1, DAY_MS),
        ("hello_timeout_ms", config.hello_timeout_ms as usize, 1, DAY_MS),
        ("log_level", config.log_level as usize, 0, 5),
    ];
    for (field, value, least, most) in ranges {
        if !(least..=most).contains(&value) {
            return Err(ConfigError::invalid(field, format!("{field} is {value}: it must be {least} to {most}")));
        }
    }
    if !config.profile.has_protocol(config.protocol) {
        let text = format!("the {} profile has no protocol {}: use 0", config.profile.name(), config.protocol);
        return Err(ConfigError::invalid("protocol", text));
    }
    if config.reconnect_delays_ms.is_empty() || config.reconnect_delays_ms.len() > 32 {
        return Err(ConfigError::invalid("reconnect_delays_ms", "give 1 to 32 waits, or none for the default"));
    }
    Ok(())
}
