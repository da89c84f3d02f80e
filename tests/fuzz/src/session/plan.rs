//! What a session is made with.

use arbitrary::Arbitrary;
use framewire::protocol::{Hello, ProfileKind};
use framewire::session::backoff::Reconnect;
use framewire::session::config::{KeepAlive, Overflow, SessionConfig};

use crate::settings::{self, MILLISECOND, SECOND};

/// The choices that an input makes before it acts.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub struct Plan {
    profile: u8,
    protocol: u8,
    reconnect: u8,
    overflow: u8,
    slots: u8,
    calls: u8,
    peer_max: u8,
    times: u8,
    pub has_capability: bool,
    has_keepalive: bool,
}

impl Plan {
    pub fn profile(&self) -> ProfileKind {
        ProfileKind::from_number(u32::from(self.profile % 4)).expect("there are four")
    }

    pub fn slots(&self) -> usize {
        usize::from(self.slots % 5) + 1
    }

    pub fn calls(&self) -> usize {
        usize::from(self.calls % 3) + 1
    }

    /// A hello of the profile; several differ in what the peer is told.
    pub fn hello(&self, which: u8) -> Hello {
        let text = match (self.profile(), which % 3) {
            (ProfileKind::UnityMcp, 0) => Some(r#"{"project_hash":"h"}"#),
            (ProfileKind::UnityMcp, 1) => Some(r#"{"project_hash":"h","tools":[{"name":"t"}]}"#),
            (ProfileKind::UnityMcp, _) => Some(r#"{"project_hash":"h","tools":[]}"#),
            (ProfileKind::GodotAi, 1) => Some(r#"{"session_id":"fixed@1"}"#),
            (ProfileKind::JsonRpc, 1) => Some(r#"{"cancel_method":"c","messages":[{"method":"first"}]}"#),
            (ProfileKind::JsonRpc, 2) => Some(r#"{"methods":["m0","m1"]}"#),
            _ => None,
        };
        Hello::parse(self.profile(), text).expect("it is a hello")
    }

    pub fn config(&self) -> SessionConfig {
        let profile = self.profile();
        let time = |bit: u8, long: u64| (self.times >> bit & 1 == 0).then_some(long);
        SessionConfig {
            protocol: if profile == ProfileKind::GodotAi { u32::from(self.protocol % 3) } else { 0 },
            reconnect: [Reconnect::Forever, Reconnect::Limited(2), Reconnect::None][usize::from(self.reconnect % 3)],
            reconnect_jitter_percent: u32::from(self.reconnect >> 2),
            seed: u64::from(self.times),
            overflow: [Overflow::Pause, Overflow::DropNewest, Overflow::Close][usize::from(self.overflow % 3)],
            peer_max_message: [1 << 16, 400, 900][usize::from(self.peer_max % 3)],
            hold: time(0, SECOND),
            request_timeout: time(1, 4 * SECOND),
            quiet_timeout: time(2, 2 * SECOND),
            orphan: time(3, 20 * SECOND),
            heartbeat_interval: time(4, 2 * SECOND),
            heartbeat_timeout: time(5, 5 * SECOND),
            ledger_bytes: if self.times >> 6 & 1 == 0 { 1 << 12 } else { 40 },
            keepalive: (self.has_keepalive && matches!(profile, ProfileKind::Raw | ProfileKind::JsonRpc))
                .then(|| KeepAlive { message: r#"{"method":"alive"}"#.into(), interval: 700 * MILLISECOND }),
            ..settings::config(profile, self.hello(self.protocol >> 2))
        }
    }
}
