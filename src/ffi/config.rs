//! `framewire_config`: its defaults, its versions, its fields.

use super::guard::guard;
use super::sized::Output;
use super::text::ABSENT;
use super::*;
use crate::link::Config;

/// Fills a configuration with the defaults; call it before setting any field.
///
/// Pass `sizeof *config` and `FRAMEWIRE_ABI_VERSION`: they tell the library which header the caller was
/// compiled with. After it, `name` and `url` are left to be set.
///
/// Ownership: `config` is the caller's. It holds no memory of the library's.
///
/// Threads: any.
///
/// Blocks: never.
///
/// Returns, having written nothing but in the first case:
/// - `FRAMEWIRE_OK`: filled
/// - `FRAMEWIRE_INVALID`: `config` is NULL or misaligned, or no configuration has this `size`
/// - `FRAMEWIRE_UNSUPPORTED`: the caller was compiled for another major, or a newer minor, ABI version: use
///   the library that came with the header, or a newer one
#[unsafe(no_mangle)]
pub unsafe extern "C" fn framewire_config_init(
    config: *mut framewire_config,
    size: u64,
    abi_version: u32,
) -> framewire_status {
    guard(|| {
        // SAFETY: the caller vouches for `size` bytes at `config`.
        let out = unsafe { Output::one(config, size)? };
        if !is_served(abi_version) {
            return Err(FRAMEWIRE_UNSUPPORTED);
        }
        // Plausible sizes fit.
        out.write(0, &framewire_config { size: size as u32, abi_version, ..defaults() });
        Ok(FRAMEWIRE_OK)
    })
}

/// The same major, and a minor that is not newer.
pub(super) fn is_served(abi_version: u32) -> bool {
    abi_version >> 16 == FRAMEWIRE_ABI_VERSION >> 16 && abi_version <= FRAMEWIRE_ABI_VERSION
}

/// The newest event kind that a caller of that ABI version knows.
pub(super) fn newest_event(abi_version: u32) -> u32 {
    /// Minor version and the newest event it has; a minor that adds events adds a row, in front.
    const NEWEST: &[(u32, u32)] = &[(0, FRAMEWIRE_EVENT_LOG)];
    let minor = abi_version & 0xFFFF;
    let known = NEWEST.iter().find(|(since, _)| *since <= minor);
    known.map_or(FRAMEWIRE_EVENT_LOG, |(_, newest)| *newest)
}

/// The defaults, which are those of [`Config::new`].
pub(super) fn defaults() -> framewire_config {
    let from = Config::new("", "");
    framewire_config {
        size: size_of::<framewire_config>() as u32,
        abi_version: FRAMEWIRE_ABI_VERSION,
        name: ABSENT,
        owner: ABSENT,
        url: ABSENT,
        headers: ABSENT,
        subprotocol: ABSENT,
        tls_ca_file: ABSENT,
        hello: ABSENT,
        token: ABSENT,
        capability_file: ABSENT,
        reconnect_delays_ms: core::ptr::null(),
        reconnect_delay_count: 0,
        profile: from.profile as u32,
        protocol: from.protocol,
        flags: 0,
        http_port: from.http_port.into(),
        reconnect: FRAMEWIRE_RECONNECT_FOREVER,
        reconnect_limit: 0,
        reconnect_jitter_percent: from.reconnect_jitter_percent,
        overflow: from.overflow as u32,
        max_message: from.max_message as u64,
        peer_max_message: 0,
        inbound_bytes: from.inbound_bytes as u64,
        outbound_bytes: 0,
        inbound_count: from.inbound_count as u32,
        outbound_count: from.outbound_count as u32,
        request_slots: from.request_slots as u32,
        max_depth: from.max_depth as u32,
        budget_bytes: from.budget_bytes as u64,
        resolve_timeout_ms: from.resolve_timeout_ms,
        connect_timeout_ms: from.connect_timeout_ms,
        tls_timeout_ms: from.tls_timeout_ms,
        upgrade_timeout_ms: from.upgrade_timeout_ms,
        hello_timeout_ms: from.hello_timeout_ms,
        request_timeout_ms: from.request_timeout_ms,
        close_timeout_ms: 0,
        heartbeat_interval_ms: from.heartbeat_interval_ms,
        heartbeat_timeout_ms: from.heartbeat_timeout_ms,
        stable_ms: from.stable_ms,
        log_level: from.log_level,
        reserved: 0,
        state_file: ABSENT,
        project: ABSENT,
        keepalive_message: ABSENT,
        ledger_bytes: from.ledger_bytes as u64,
        hold_ms: 0,
        orphan_ms: from.orphan_ms,
        stall_ms: from.stall_ms,
        ready_timeout_ms: from.ready_timeout_ms,
        reload_timeout_ms: from.reload_timeout_ms,
        keepalive_interval_ms: from.keepalive_interval_ms,
        quiet_timeout_ms: from.quiet_timeout_ms,
        max_calls: from.max_calls as u32,
    }
}

macro_rules! offset {
    ($field:ident) => {
        core::mem::offset_of!(framewire_config, $field) as u32
    };
}
pub(super) use offset;

/// Where the field of that name lies, for `framewire_error.field`.
pub(super) fn field_offset(name: &str) -> Option<u32> {
    macro_rules! find {
        ($($field:ident)*) => {
            match name {
                $(stringify!($field) => Some(offset!($field)),)*
                "allow_remote" | "allow_insecure_remote" | "start_disconnected" => Some(offset!(flags)),
                _ => None,
            }
        };
    }
    find! {
        name owner url headers subprotocol tls_ca_file hello token capability_file reconnect_delays_ms
        profile protocol flags http_port reconnect reconnect_limit reconnect_jitter_percent overflow
        max_message peer_max_message inbound_bytes outbound_bytes inbound_count outbound_count
        request_slots max_depth budget_bytes resolve_timeout_ms connect_timeout_ms tls_timeout_ms
        upgrade_timeout_ms hello_timeout_ms request_timeout_ms close_timeout_ms heartbeat_interval_ms
        heartbeat_timeout_ms stable_ms log_level state_file project keepalive_message ledger_bytes hold_ms
        orphan_ms stall_ms ready_timeout_ms reload_timeout_ms keepalive_interval_ms quiet_timeout_ms max_calls
    }
}
