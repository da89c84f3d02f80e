//! The way of a caller's `framewire_config` into a [`Config`] of the link: copied, and checked field by field.

use super::config::{defaults, is_served, newest_event, offset};
use super::error::{Fault, NO_FIELD};
use super::sized::{AbiStruct, BadInput, read};
use super::text::text;
use super::*;
use crate::link::{Config, Hold, Overflow, ProfileKind, Reconnect};

/// Most entries of `reconnect_delays_ms`.
const DELAYS: u64 = 32;

/// Every bit of `flags` that this library knows.
const FLAGS: u32 =
    FRAMEWIRE_CONFIG_ALLOW_REMOTE | FRAMEWIRE_CONFIG_ALLOW_INSECURE_REMOTE | FRAMEWIRE_CONFIG_START_DISCONNECTED;

/// The caller's configuration as the link's own, every string copied.
///
/// # Safety
/// `config` is NULL, or points to as many readable bytes as its field `size` says, and its pointers to what
/// their lengths say.
pub(super) unsafe fn convert(config: *const framewire_config) -> Result<Config, Fault> {
    // SAFETY: this function has the same contract.
    let given = unsafe { take(config)? };
    // SAFETY: the caller vouches for the pointers of the configuration.
    let texts = unsafe { Texts::read(&given)? };
    // SAFETY: as above.
    let delays = unsafe { delays(&given)? };
    let defaults = Config::new("", "");

    Ok(Config {
        name: texts.name.to_owned(),
        owner: texts.owner.unwrap_or_default().to_owned(),
        url: texts.url.to_owned(),
        headers: headers(texts.headers.unwrap_or_default())?,
        subprotocol: texts.subprotocol.map(str::to_owned),
        tls_ca_file: texts.tls_ca_file.map(Into::into),
        profile: profile(given.profile)?,
        protocol: given.protocol,
        hello: texts.hello.map(str::to_owned),
        token: texts.token.map(str::to_owned),
        capability_file: texts.capability_file.map(Into::into),
        http_port: http_port(given.http_port)?,
        allow_remote: given.flags & FRAMEWIRE_CONFIG_ALLOW_REMOTE != 0,
        allow_insecure_remote: given.flags & FRAMEWIRE_CONFIG_ALLOW_INSECURE_REMOTE != 0,
        start_disconnected: given.flags & FRAMEWIRE_CONFIG_START_DISCONNECTED != 0,
        reconnect: reconnect(given.reconnect, given.reconnect_limit)?,
        reconnect_delays_ms: delays.map_or(defaults.reconnect_delays_ms, <[u32]>::to_vec),
        reconnect_jitter_percent: given.reconnect_jitter_percent,
        overflow: overflow(given.overflow)?,
        max_message: count(given.max_message),
        peer_max_message: unless_zero(given.peer_max_message).map(count),
        inbound_bytes: count(given.inbound_bytes),
        outbound_bytes: unless_zero(given.outbound_bytes).map(count),
        inbound_count: count(given.inbound_count.into()),
        outbound_count: count(given.outbound_count.into()),
        request_slots: count(given.request_slots.into()),
        max_depth: count(given.max_depth.into()),
        budget_bytes: count(given.budget_bytes),
        resolve_timeout_ms: given.resolve_timeout_ms,
        connect_timeout_ms: given.connect_timeout_ms,
        tls_timeout_ms: given.tls_timeout_ms,
        upgrade_timeout_ms: given.upgrade_timeout_ms,
        hello_timeout_ms: given.hello_timeout_ms,
        request_timeout_ms: given.request_timeout_ms,
        close_timeout_ms: (given.close_timeout_ms != 0).then_some(given.close_timeout_ms),
        heartbeat_interval_ms: given.heartbeat_interval_ms,
        heartbeat_timeout_ms: given.heartbeat_timeout_ms,
        stable_ms: given.stable_ms,
        log_level: given.log_level,
        state_file: texts.state_file.map(Into::into),
        project: texts.project.map(Into::into),
        keepalive_message: texts.keepalive_message.map(str::to_owned),
        ledger_bytes: count(given.ledger_bytes),
        hold_ms: hold(given.hold_ms),
        orphan_ms: given.orphan_ms,
        stall_ms: given.stall_ms,
        ready_timeout_ms: given.ready_timeout_ms,
        reload_timeout_ms: given.reload_timeout_ms,
        keepalive_interval_ms: given.keepalive_interval_ms,
        quiet_timeout_ms: given.quiet_timeout_ms,
        max_calls: count(given.max_calls.into()),
        newest_event: newest_event(given.abi_version),
        decoder: None,
        decoded_bytes: defaults.decoded_bytes,
        test_turn_limit: None,
    })
}

/// Copies the struct out and checks what needs no other memory: sizes, versions, numbers, bits.
///
/// # Safety
/// As for [`convert`].
unsafe fn take(config: *const framewire_config) -> Result<framewire_config, Fault> {
    if config.is_null() || !config.is_aligned() {
        return Err(Fault::invalid(NO_FIELD, "`config` is NULL or misaligned: pass a framewire_config"));
    }
    // SAFETY: not NULL and aligned; the caller vouches at least for the first two fields.
    let (size, abi_version) = unsafe { ((*config).size, (*config).abi_version) };
    if (size as usize) < framewire_config::OLDEST {
        let text = "`size` is too small for any framewire_config: fill it with framewire_config_init first";
        return Err(Fault::invalid(offset!(size), text));
    }
    if !is_served(abi_version) {
        let text = format!(
            "the caller was compiled for ABI {}.{}, this library serves {}.{}: use the library that came \
             with the header, or a newer one",
            abi_version >> 16,
            abi_version & 0xFFFF,
            FRAMEWIRE_ABI_VERSION >> 16,
            FRAMEWIRE_ABI_VERSION & 0xFFFF,
        );
        return Err(Fault::new(FRAMEWIRE_UNSUPPORTED, offset!(abi_version), text));
    }
    // SAFETY: the caller vouches for `size` bytes.
    let given = unsafe { read(config, size.into(), defaults()) }.map_err(|bad| match bad {
        BadInput::Invalid => {
            let text = "no framewire_config has this `size`: fill it with framewire_config_init first";
            Fault::invalid(offset!(size), text)
        }
        BadInput::Newer => {
            let text = "a field is set that this library does not know: use a newer library, or leave it zero";
            Fault::new(FRAMEWIRE_UNSUPPORTED, offset!(size), text)
        }
    })?;
    let wrong = if given.flags & !FLAGS != 0 {
        Some((offset!(flags), "`flags` has unknown bits: combine FRAMEWIRE_CONFIG_* only"))
    } else if given.reconnect_jitter_percent > 100 {
        Some((offset!(reconnect_jitter_percent), "`reconnect_jitter_percent` is over 100: give 0 to 100"))
    } else if !(FRAMEWIRE_LOG_ERROR..=FRAMEWIRE_LOG_TRACE).contains(&given.log_level) {
        Some((offset!(log_level), "`log_level` is no FRAMEWIRE_LOG_*: give 1 (error) to 5 (trace)"))
    } else if given.reserved != 0 {
        Some((offset!(reserved), "`reserved` must be zero: fill the struct with framewire_config_init first"))
    } else {
        None
    };
    wrong.map_or(Ok(given), |(field, text)| Err(Fault::invalid(field, text)))
}

/// The texts of a configuration, checked.
struct Texts<'a> {
    name: &'a str,
    owner: Option<&'a str>,
    url: &'a str,
    headers: Option<&'a str>,
    subprotocol: Option<&'a str>,
    tls_ca_file: Option<&'a str>,
    hello: Option<&'a str>,
    token: Option<&'a str>,
    capability_file: Option<&'a str>,
    state_file: Option<&'a str>,
    project: Option<&'a str>,
    keepalive_message: Option<&'a str>,
}

impl<'a> Texts<'a> {
    /// # Safety
    /// Each text is readable for its length while the result is in use.
    unsafe fn read(given: &framewire_config) -> Result<Self, Fault> {
        macro_rules! optional {
            ($field:ident) => {
                // SAFETY: this function has the same contract.
                unsafe { text(given.$field) }
                    .map_err(|fault| Fault::bad_text(offset!($field), stringify!($field), fault))?
            };
        }
        macro_rules! needed {
            ($field:ident, $advice:literal) => {
                optional!($field).ok_or_else(|| {
                    Fault::invalid(offset!($field), concat!("`", stringify!($field), "` is absent: ", $advice))
                })?
            };
        }
        Ok(Texts {
            name: needed!(name, "give the link a name of 1 to 64 bytes"),
            owner: optional!(owner),
            url: needed!(url, "give it as ws://host:port/path"),
            headers: optional!(headers),
            subprotocol: optional!(subprotocol),
            tls_ca_file: optional!(tls_ca_file),
            hello: optional!(hello),
            token: optional!(token),
            capability_file: optional!(capability_file),
            state_file: optional!(state_file),
            project: optional!(project),
            keepalive_message: optional!(keepalive_message),
        })
    }
}

/// The reconnect waits; `None` = the default ones.
///
/// # Safety
/// `reconnect_delays_ms` is NULL, or points to `reconnect_delay_count` readable numbers.
unsafe fn delays<'a>(given: &framewire_config) -> Result<Option<&'a [u32]>, Fault> {
    let (first, count) = (given.reconnect_delays_ms, given.reconnect_delay_count);
    if first.is_null() && count == 0 {
        return Ok(None);
    }
    if first.is_null() || !first.is_aligned() {
        let text = "`reconnect_delays_ms` is NULL or misaligned: point it to `reconnect_delay_count` numbers";
        return Err(Fault::invalid(offset!(reconnect_delays_ms), text));
    }
    if !(1..=DELAYS).contains(&count) {
        let text = "`reconnect_delay_count` is out of range: give 1 to 32 waits, or NULL and 0 for the default";
        return Err(Fault::invalid(offset!(reconnect_delay_count), text));
    }
    // SAFETY: not NULL, aligned, at most 32 numbers; readable by this function's contract.
    Ok(Some(unsafe { core::slice::from_raw_parts(first, count as usize) }))
}

/// `Name: value` lines. What the names and values may be is for the link to check.
fn headers(lines: &str) -> Result<Vec<(String, String)>, Fault> {
    let lines = lines.split('\n').filter(|line| !line.trim().is_empty());
    lines
        .map(|line| match line.split_once(':') {
            Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.trim().to_owned())),
            _ => Err(Fault::invalid(offset!(headers), "`headers` has a line that is not `Name: value`")),
        })
        .collect()
}

fn profile(number: u32) -> Result<ProfileKind, Fault> {
    match number {
        FRAMEWIRE_PROFILE_RAW => Ok(ProfileKind::Raw),
        FRAMEWIRE_PROFILE_JSON_RPC => Ok(ProfileKind::JsonRpc),
        FRAMEWIRE_PROFILE_GODOT_AI => Ok(ProfileKind::GodotAi),
        FRAMEWIRE_PROFILE_UNITY_MCP => Ok(ProfileKind::UnityMcp),
        _ => Err(Fault::invalid(offset!(profile), "`profile` is no FRAMEWIRE_PROFILE_*")),
    }
}

fn reconnect(number: u32, limit: u32) -> Result<Reconnect, Fault> {
    match number {
        FRAMEWIRE_RECONNECT_FOREVER => Ok(Reconnect::Forever),
        FRAMEWIRE_RECONNECT_LIMITED => Ok(Reconnect::Limited(limit)),
        FRAMEWIRE_RECONNECT_NONE => Ok(Reconnect::None),
        _ => Err(Fault::invalid(offset!(reconnect), "`reconnect` is no FRAMEWIRE_RECONNECT_*")),
    }
}

fn overflow(number: u32) -> Result<Overflow, Fault> {
    match number {
        FRAMEWIRE_OVERFLOW_PAUSE => Ok(Overflow::Pause),
        FRAMEWIRE_OVERFLOW_DROP_NEWEST => Ok(Overflow::DropNewest),
        FRAMEWIRE_OVERFLOW_CLOSE => Ok(Overflow::Close),
        _ => Err(Fault::invalid(offset!(overflow), "`overflow` is no FRAMEWIRE_OVERFLOW_*")),
    }
}

fn http_port(number: u32) -> Result<u16, Fault> {
    let port = u16::try_from(number).ok().filter(|&port| port != 0);
    port.ok_or_else(|| Fault::invalid(offset!(http_port), "`http_port` is no port: give 1 to 65535"))
}

fn hold(ms: u32) -> Hold {
    match ms {
        0 => Hold::Profile,
        FRAMEWIRE_NEVER => Hold::Never,
        ms => Hold::Ms(ms),
    }
}

fn unless_zero(number: u64) -> Option<u64> {
    (number != 0).then_some(number)
}

/// 64-bit targets only, so nothing is lost.
fn count(number: u64) -> usize {
    number as usize
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
