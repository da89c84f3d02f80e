//! How the sessions of the targets are configured, but for what an input chooses.

use framewire::protocol::{Hello, ProfileKind};
use framewire::session::backoff::Reconnect;
use framewire::session::config::{Overflow, SessionConfig};

/// A millisecond, ns.
pub const MILLISECOND: u64 = 1_000_000;
/// A second, ns.
pub const SECOND: u64 = 1000 * MILLISECOND;

/// Short times, small bounds, every timer on.
pub fn config(profile: ProfileKind, hello: Hello) -> SessionConfig {
    SessionConfig {
        profile,
        protocol: 0,
        hello,
        capability_sought: "the config".into(),
        is_loopback: true,
        reconnect: Reconnect::Forever,
        reconnect_delays_ms: vec![100, 200, 400],
        reconnect_jitter_percent: 0,
        seed: 1,
        overflow: Overflow::Pause,
        max_depth: 16,
        peer_max_message: 1 << 16,
        hello_timeout: 3 * SECOND,
        hold: Some(SECOND),
        orphan: None,
        ledger_bytes: 1 << 12,
        request_timeout: Some(4 * SECOND),
        quiet_timeout: None,
        keepalive: None,
        close_timeout: SECOND / 4,
        heartbeat_interval: Some(2 * SECOND),
        heartbeat_timeout: Some(5 * SECOND),
        stable: 2 * SECOND,
        log_level: 5,
    }
}
