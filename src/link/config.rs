//! What a link is opened with.

use std::fmt;

use super::decoder::Decoder;
pub use crate::protocol::ProfileKind;
pub use crate::session::backoff::Reconnect;
pub use crate::session::config::Overflow;

/// How long a request waits to be handed out before it is answered busy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hold {
    /// As long as the profile says.
    #[default]
    Profile,
    /// For ever.
    Never,
    /// That many ms.
    Ms(u32),
}

/// Everything a link is opened with. Start from [`Config::new`] and change what you need.
///
/// Each field is documented at its twin in `framewire_config`. Its `Debug` form shows what holds no secret.
#[derive(Clone)]
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
    pub state_file: Option<std::path::PathBuf>,
    pub project: Option<std::path::PathBuf>,
    pub keepalive_message: Option<String>,
    pub ledger_bytes: usize,
    pub hold_ms: Hold,
    pub orphan_ms: u32,
    pub stall_ms: u32,
    pub ready_timeout_ms: u32,
    pub reload_timeout_ms: u32,
    pub keepalive_interval_ms: u32,
    pub quiet_timeout_ms: u32,
    pub max_calls: usize,
    /// Events with a higher number are not handed out: what the caller's ABI knows.
    pub newest_event: u32,
    /// Makes host values of payloads on a thread of its own; `None` = events come with their bytes alone. A new owner's
    /// decoder takes over what is not decoded yet. Not in the C ABI.
    pub decoder: Option<std::sync::Arc<dyn Decoder>>,
    /// Bytes of decoded values, as the decoder estimates them, that may wait for the frame loop or be lent to it. Beyond
    /// it nothing more is decoded until some came back; one always goes. Not in the C ABI.
    pub decoded_bytes: usize,
    /// For tests of the I/O loop: messages read before the thread looks at everything else. Not in the C ABI.
    #[doc(hidden)]
    pub test_turn_limit: Option<usize>,
}

impl fmt::Debug for Config {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Config")
            .field("name", &self.name)
            .field("profile", &self.profile)
            .field("protocol", &self.protocol)
            .finish_non_exhaustive()
    }
}

/// The first of the fields in which two configurations differ, but for those that may. Each field stands in one of the
/// lists, or this does not compile.
macro_rules! difference {
    ($left:ident, $right:ident, may differ: $($free:ident)*, may not: $($field:ident)*) => {
        let Config { $($free: _,)* $($field,)* } = $left;
        $(if *$field != $right.$field {
            return Some(stringify!($field));
        })*
    };
}

impl Config {
    /// The first field in which another configuration differs that a living link cannot take over: not those of the
    /// next dial (`url`, `token`, `hello`), not what the host's language binding brings along.
    pub(super) fn difference(&self, other: &Self) -> Option<&'static str> {
        difference! { self, other,
            may differ: url token hello start_disconnected newest_event decoder test_turn_limit,
            may not:
            name owner headers subprotocol tls_ca_file profile protocol capability_file http_port allow_remote
            allow_insecure_remote reconnect reconnect_delays_ms reconnect_jitter_percent overflow max_message
            peer_max_message inbound_bytes outbound_bytes inbound_count outbound_count request_slots max_depth
            budget_bytes resolve_timeout_ms connect_timeout_ms tls_timeout_ms upgrade_timeout_ms hello_timeout_ms
            request_timeout_ms close_timeout_ms heartbeat_interval_ms heartbeat_timeout_ms stable_ms log_level
            state_file project keepalive_message ledger_bytes hold_ms orphan_ms stall_ms ready_timeout_ms
            reload_timeout_ms keepalive_interval_ms quiet_timeout_ms max_calls
            decoded_bytes
        }
        None
    }

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
            state_file: None,
            project: None,
            keepalive_message: None,
            ledger_bytes: 4 << 20,
            hold_ms: Hold::Profile,
            orphan_ms: 600_000,
            stall_ms: 2000,
            ready_timeout_ms: 30_000,
            reload_timeout_ms: 600_000,
            keepalive_interval_ms: 0,
            quiet_timeout_ms: 0,
            max_calls: 256,
            newest_event: u32::MAX,
            decoder: None,
            decoded_bytes: 64 << 20,
            test_turn_limit: None,
        }
    }
}
