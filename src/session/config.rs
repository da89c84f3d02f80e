//! What a session is made with.

use super::backoff::Reconnect;
use crate::protocol::{Hello, ProfileKind};

/// What a full inbox does to a raw link. The numbers are those of `FRAMEWIRE_OVERFLOW_*`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u32)]
pub enum Overflow {
    /// Stop reading until there is room.
    #[default]
    Pause = 0,
    /// Go on reading, drop what does not fit.
    DropNewest = 1,
    /// Close the connection with 1008.
    Close = 2,
}

/// A message that shows a peer which counts pings as silence that this side lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeepAlive {
    /// The text message.
    pub message: String,
    /// It is sent this often, ns.
    pub interval: u64,
}

/// What a session is made with. Times are ns; `None` = never.
#[derive(Clone, Debug)]
pub struct SessionConfig {
    /// Wire profile.
    pub profile: ProfileKind,
    /// Protocol version asked for; 0 = auto.
    pub protocol: u32,
    /// Fields of the hello.
    pub hello: Hello,
    /// Where a capability was looked for, for the texts of errors.
    pub capability_sought: String,
    /// Whether the endpoint is on this machine.
    pub is_loopback: bool,
    /// When to stop dialling.
    pub reconnect: Reconnect,
    /// Waits between dials, ms.
    pub reconnect_delays_ms: Vec<u32>,
    /// Jitter taken off each wait, percent.
    pub reconnect_jitter_percent: u32,
    /// Seed of the jitter.
    pub seed: u64,
    /// What a full inbox does to a raw link.
    pub overflow: Overflow,
    /// JSON nesting taken from the peer.
    pub max_depth: usize,
    /// Largest message the peer takes, bytes.
    pub peer_max_message: usize,
    /// Deadline of the hello.
    pub hello_timeout: u64,
    /// How long a request waits to be handed out, where the peer does not say.
    pub hold: Option<u64>,
    /// How long a host may not show itself before the link ends.
    pub orphan: Option<u64>,
    /// Payload bytes kept for requests that are handed out.
    pub ledger_bytes: usize,
    /// Deadline of a request that is not deferred, and of a call of ours that names none.
    pub request_timeout: Option<u64>,
    /// A call of ours fails when the peer sent no message for so long.
    pub quiet_timeout: Option<u64>,
    /// What is sent from time to time.
    pub keepalive: Option<KeepAlive>,
    /// Wait for the peer's close frame and end.
    pub close_timeout: u64,
    /// Ping this often.
    pub heartbeat_interval: Option<u64>,
    /// Silence that counts as loss.
    pub heartbeat_timeout: Option<u64>,
    /// Acknowledged time that counts as stable.
    pub stable: u64,
    /// Least severe log line delivered.
    pub log_level: u32,
}
