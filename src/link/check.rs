//! The checks on a configuration: what is wrong is said before anything is started.

use super::address::Endpoint;
use super::config::{Config, Hold};
use super::report::{ConfigError, ConfigErrorKind};
use super::target::Target;
use super::upgrade;
use crate::protocol::{Hello, ProfileKind};
use crate::session::call_table::MAX_CALLS;
use crate::session::config::{KeepAlive, SessionConfig};
use crate::session::slots::MAX_SLOTS;

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
    let facts = config.profile.facts();
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
        hold: match config.hold_ms {
            Hold::Profile => facts.hold_ms.map(milliseconds),
            Hold::Never => None,
            Hold::Ms(ms) => Some(milliseconds(ms)),
        },
        orphan: or_never(config.orphan_ms),
        ledger_bytes: config.ledger_bytes,
        request_timeout: or_never(config.request_timeout_ms),
        quiet_timeout: or_never(config.quiet_timeout_ms),
        keepalive: keepalive(config)?,
        close_timeout: milliseconds(config.close_timeout_ms.unwrap_or(facts.close_timeout_ms)),
        heartbeat_interval: or_never(config.heartbeat_interval_ms),
        heartbeat_timeout: or_never(config.heartbeat_timeout_ms),
        stable: milliseconds(config.stable_ms),
        log_level: config.log_level,
    };
    Ok(Checked { session, target, outbound_bytes: config.outbound_bytes.unwrap_or(facts.outbound_bytes) })
}

/// The keep-alive, where the configuration has one.
fn keepalive(config: &Config) -> Result<Option<KeepAlive>, ConfigError> {
    const FIELD: &str = "keepalive_message";
    let Some(message) = config.keepalive_message.as_ref().filter(|message| !message.is_empty()) else {
        return Ok(None);
    };
    match config.profile {
        ProfileKind::Raw => {}
        ProfileKind::JsonRpc => {
            serde_json::from_str::<serde::de::IgnoredAny>(message).map_err(|error| {
                let text = format!("keepalive_message is not JSON ({error}): give a notification that the peer takes");
                ConfigError::invalid(FIELD, text)
            })?;
        }
        ProfileKind::GodotAi | ProfileKind::UnityMcp => {
            let name = config.profile.name();
            let text = format!("the {name} profile has no keep-alive message: leave it out, the link pings by itself");
            return Err(ConfigError { field: Some(FIELD), ..ConfigError::of(ConfigErrorKind::Unsupported, text) });
        }
    }
    let interval = u64::from(config.keepalive_interval_ms) * 1_000_000;
    Ok((interval > 0).then(|| KeepAlive { message: message.clone(), interval }))
}

fn check_numbers(config: &Config) -> Result<(), ConfigError> {
    const LARGEST: usize = 1 << 40;
    const DAY_MS: usize = 86_400_000;
    let ranges: [(&'static str, usize, usize, usize); 19] = [
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
        ("ledger_bytes", config.ledger_bytes, 0, LARGEST),
        ("stall_ms", config.stall_ms as usize, 1, DAY_MS),
        ("max_calls", config.max_calls, 1, MAX_CALLS),
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
