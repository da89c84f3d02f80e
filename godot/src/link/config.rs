//! A Dictionary as the configuration of a link: each key is a field of [`Config`] under its own name.

use std::sync::Arc;

use framewire::link::{Config, Hold, Overflow, ProfileKind, Reconnect};
use godot::prelude::*;

use super::config_value::{Given, Wrong};
use crate::value::{JsonDecoder, Options};

/// Default of [`Opening::poll_events`]: with usual handlers a fraction of a millisecond.
const POLL_EVENTS: usize = 64;

/// What the Dictionary of an open comes to.
pub struct Opening {
    /// The link's own.
    pub config: Config,
    /// What one poll hands out at most.
    pub poll_events: usize,
}

/// A Dictionary half read.
struct Reading {
    config: Config,
    poll_events: usize,
    /// Whether payloads are decoded, or handed out as text alone.
    decode: bool,
    options: Options,
    reconnect_limit: Option<u32>,
}

/// Keys that are known, for those that are nearly so.
const KEYS: &[&str] = &[
    "name",
    "owner",
    "url",
    "headers",
    "subprotocol",
    "tls_ca_file",
    "profile",
    "protocol",
    "hello",
    "token",
    "capability_file",
    "http_port",
    "allow_remote",
    "allow_insecure_remote",
    "start_disconnected",
    "reconnect",
    "reconnect_limit",
    "reconnect_delays_ms",
    "reconnect_jitter_percent",
    "overflow",
    "max_message",
    "peer_max_message",
    "inbound_bytes",
    "outbound_bytes",
    "inbound_count",
    "outbound_count",
    "request_slots",
    "max_depth",
    "budget_bytes",
    "poll_events",
    "resolve_timeout_ms",
    "connect_timeout_ms",
    "tls_timeout_ms",
    "upgrade_timeout_ms",
    "hello_timeout_ms",
    "request_timeout_ms",
    "close_timeout_ms",
    "heartbeat_interval_ms",
    "heartbeat_timeout_ms",
    "stable_ms",
    "log_level",
    "state_file",
    "project",
    "keepalive_message",
    "ledger_bytes",
    "hold_ms",
    "orphan_ms",
    "stall_ms",
    "ready_timeout_ms",
    "reload_timeout_ms",
    "keepalive_interval_ms",
    "quiet_timeout_ms",
    "max_calls",
    "decode",
    "decoded_bytes",
    "integers_as_int",
    "node_budget",
];

/// Reads `given`.
///
/// # Errors
/// The first key that is unknown or whose value is of a wrong type, and what to do about it. What the values may be is
/// for the link to check.
pub fn read(given: &VarDictionary) -> Result<Opening, Wrong> {
    let config = Config::new("", "");
    let mut reading =
        Reading { config, poll_events: POLL_EVENTS, decode: true, options: Options::default(), reconnect_limit: None };
    for (key, value) in given.iter_shared() {
        let key = key.stringify().to_string();
        if value.is_nil() {
            // As good as left out, once the key is known.
            known(&key)?;
        } else {
            take(&mut reading, Given::new(&key, &value))?;
        }
    }
    let Reading { mut config, poll_events, decode, options, reconnect_limit } = reading;
    if let Reconnect::Limited(limit) = &mut config.reconnect {
        let text = "`reconnect` is limited and `reconnect_limit` is missing: say how often to dial again";
        *limit = reconnect_limit.ok_or_else(|| Wrong(text.into()))?;
    }
    if decode {
        config.decoder = Some(Arc::new(JsonDecoder(options)));
    }
    Ok(Opening { config, poll_events })
}

fn known(key: &str) -> Result<(), Wrong> {
    if KEYS.contains(&key) { Ok(()) } else { Err(unknown(key)) }
}

/// Names the key that was probably meant.
fn unknown(key: &str) -> Wrong {
    let similarity = |known: &&&str| strsim::jaro_winkler(key, known);
    let nearest = KEYS.iter().max_by(|left, right| similarity(left).total_cmp(&similarity(right)));
    Wrong(format!("`{key}` is no key of a configuration: did you mean `{}`?", nearest.unwrap_or(&"name")))
}

fn take(reading: &mut Reading, given: Given) -> Result<(), Wrong> {
    let config = &mut reading.config;
    match given.key {
        "name" => config.name = given.text()?,
        "owner" => config.owner = given.text()?,
        "url" => config.url = given.text()?,
        "headers" => config.headers = given.headers()?,
        "subprotocol" => config.subprotocol = given.optional_text()?,
        "tls_ca_file" => config.tls_ca_file = given.path()?,
        "profile" => config.profile = profile(&given)?,
        "protocol" => config.protocol = given.number()?,
        "hello" => config.hello = given.json()?,
        "token" => config.token = given.optional_text()?,
        "capability_file" => config.capability_file = given.path()?,
        "http_port" => config.http_port = given.port()?,
        "allow_remote" => config.allow_remote = given.truth()?,
        "allow_insecure_remote" => config.allow_insecure_remote = given.truth()?,
        "start_disconnected" => config.start_disconnected = given.truth()?,
        "reconnect" => config.reconnect = reconnect(&given)?,
        "reconnect_limit" => reading.reconnect_limit = Some(given.number()?),
        "reconnect_delays_ms" => config.reconnect_delays_ms = given.numbers()?,
        "reconnect_jitter_percent" => config.reconnect_jitter_percent = given.number()?,
        "overflow" => config.overflow = overflow(&given)?,
        "max_message" => config.max_message = given.number()?,
        "peer_max_message" => config.peer_max_message = unless_zero(given.number()?),
        "inbound_bytes" => config.inbound_bytes = given.number()?,
        "outbound_bytes" => config.outbound_bytes = unless_zero(given.number()?),
        "inbound_count" => config.inbound_count = given.number()?,
        "outbound_count" => config.outbound_count = given.number()?,
        "request_slots" => config.request_slots = given.number()?,
        "max_depth" => config.max_depth = given.number()?,
        "budget_bytes" => config.budget_bytes = given.number()?,
        "poll_events" => reading.poll_events = given.count()?,
        "resolve_timeout_ms" => config.resolve_timeout_ms = given.number()?,
        "connect_timeout_ms" => config.connect_timeout_ms = given.number()?,
        "tls_timeout_ms" => config.tls_timeout_ms = given.number()?,
        "upgrade_timeout_ms" => config.upgrade_timeout_ms = given.number()?,
        "hello_timeout_ms" => config.hello_timeout_ms = given.number()?,
        "request_timeout_ms" => config.request_timeout_ms = given.number()?,
        "close_timeout_ms" => config.close_timeout_ms = unless_zero(given.number()?),
        "heartbeat_interval_ms" => config.heartbeat_interval_ms = given.number()?,
        "heartbeat_timeout_ms" => config.heartbeat_timeout_ms = given.number()?,
        "stable_ms" => config.stable_ms = given.number()?,
        "log_level" => config.log_level = given.number()?,
        "state_file" => config.state_file = given.path()?,
        "project" => config.project = given.path()?,
        "keepalive_message" => config.keepalive_message = given.optional_text()?,
        "ledger_bytes" => config.ledger_bytes = given.number()?,
        "hold_ms" => config.hold_ms = hold(&given)?,
        "orphan_ms" => config.orphan_ms = given.number()?,
        "stall_ms" => config.stall_ms = given.number()?,
        "ready_timeout_ms" => config.ready_timeout_ms = given.number()?,
        "reload_timeout_ms" => config.reload_timeout_ms = given.number()?,
        "keepalive_interval_ms" => config.keepalive_interval_ms = given.number()?,
        "quiet_timeout_ms" => config.quiet_timeout_ms = given.number()?,
        "max_calls" => config.max_calls = given.number()?,
        "decode" => reading.decode = given.truth()?,
        "decoded_bytes" => config.decoded_bytes = given.number()?,
        "integers_as_int" => reading.options.integers_as_int = given.truth()?,
        "node_budget" => reading.options.node_budget = given.number()?,
        key => return Err(unknown(key)),
    }
    Ok(())
}

fn profile(given: &Given) -> Result<ProfileKind, Wrong> {
    let all: Vec<_> = (0..).map_while(ProfileKind::from_number).map(|kind| (kind.name(), kind)).collect();
    given.choice(&all)
}

fn reconnect(given: &Given) -> Result<Reconnect, Wrong> {
    given.choice(&[("forever", Reconnect::Forever), ("limited", Reconnect::Limited(0)), ("none", Reconnect::None)])
}

fn overflow(given: &Given) -> Result<Overflow, Wrong> {
    given.choice(&[("pause", Overflow::Pause), ("drop_newest", Overflow::DropNewest), ("close", Overflow::Close)])
}

/// -1 and the number that C has for it are "never".
fn hold(given: &Given) -> Result<Hold, Wrong> {
    const NEVER: i64 = 0xFFFF_FFFF;
    Ok(match given.integer()? {
        0 => Hold::Profile,
        -1 | NEVER => Hold::Never,
        _ => Hold::Ms(given.number()?),
    })
}

fn unless_zero<T: Default + PartialEq>(number: T) -> Option<T> {
    (number != T::default()).then_some(number)
}
