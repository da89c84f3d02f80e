//! What is fixed about each wire profile.

/// Wire profile. The numbers are those of `FRAMEWIRE_PROFILE_*`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum ProfileKind {
    /// Text and binary as they are.
    #[default]
    Raw = 0,
    /// JSON-RPC 2.0.
    JsonRpc = 1,
    /// Godot AI servers.
    GodotAi = 2,
    /// unity-mcp servers.
    UnityMcp = 3,
}

impl ProfileKind {
    /// The profile of that number, if there is one.
    pub const fn from_number(number: u32) -> Option<Self> {
        match number {
            0 => Some(Self::Raw),
            1 => Some(Self::JsonRpc),
            2 => Some(Self::GodotAi),
            3 => Some(Self::UnityMcp),
            _ => None,
        }
    }

    /// Its name in texts for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::JsonRpc => "json_rpc",
            Self::GodotAi => "godot_ai",
            Self::UnityMcp => "unity_mcp",
        }
    }

    /// What is fixed about it.
    pub const fn facts(self) -> &'static Profile {
        match self {
            Self::Raw => &RAW,
            Self::GodotAi => &GODOT_AI,
            Self::JsonRpc => &JSON_RPC,
            Self::UnityMcp => &UNITY_MCP,
        }
    }

    /// Whether a link of this profile may be configured with that protocol version; 0 (auto) always may.
    pub const fn has_protocol(self, number: u32) -> bool {
        match self {
            Self::GodotAi => number <= 2,
            _ => number == 0,
        }
    }
}

/// What is fixed about a profile: defaults, and which calls make sense on a link of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Default for the largest message that the peer takes, bytes; `None`: no bound is known.
    pub peer_max_message: Option<usize>,
    /// Default bound on outbound bytes not yet taken by the system.
    pub outbound_bytes: usize,
    /// Default bound on the closing handshake, ms.
    pub close_timeout_ms: u32,
    /// Default for how long a request waits to be handed out before it is refused as busy, ms; `None`: for ever.
    pub hold_ms: Option<u32>,
    /// Nothing of the host may be sent before the peer has acknowledged the hello.
    pub needs_ack: bool,
    /// Text and binary messages may be sent and are handed out.
    pub raw_messages: bool,
    /// The peer may call the host.
    pub answers_requests: bool,
    /// The host may word the whole envelope of an answer.
    pub takes_envelopes: bool,
    /// The host may call the peer.
    pub makes_requests: bool,
    /// The host may notify the peer.
    pub notifies: bool,
    /// An answer that does not fit the outbound bound *now* is replaced by the compact error, rather than refused.
    pub replaces_when_full: bool,
    /// The peer is told of every change of readiness.
    pub publishes_readiness: bool,
}

const RAW: Profile = Profile {
    peer_max_message: None,
    outbound_bytes: 64 << 20,
    close_timeout_ms: 5000,
    hold_ms: None,
    needs_ack: false,
    raw_messages: true,
    answers_requests: false,
    takes_envelopes: false,
    makes_requests: false,
    notifies: false,
    replaces_when_full: false,
    publishes_readiness: false,
};

/// The servers take 4 MiB inclusive. They keep a session id blocked until the TCP connection has ended,
/// hence the short closing handshake.
const GODOT_AI: Profile = Profile {
    peer_max_message: Some(4 << 20),
    outbound_bytes: 4 << 20,
    close_timeout_ms: 250,
    hold_ms: Some(4000),
    needs_ack: true,
    raw_messages: false,
    answers_requests: true,
    takes_envelopes: true,
    makes_requests: false,
    notifies: true,
    replaces_when_full: true,
    publishes_readiness: true,
};

const JSON_RPC: Profile = Profile {
    peer_max_message: None,
    outbound_bytes: 64 << 20,
    close_timeout_ms: 5000,
    hold_ms: Some(28_000),
    needs_ack: false,
    raw_messages: false,
    answers_requests: true,
    takes_envelopes: false,
    makes_requests: true,
    notifies: true,
    replaces_when_full: false,
    publishes_readiness: false,
};

/// The server takes 16 MiB. Each `execute` says how long its caller waits, which goes before `hold_ms`.
const UNITY_MCP: Profile = Profile {
    peer_max_message: Some(16 << 20),
    outbound_bytes: 17 << 20,
    close_timeout_ms: 5000,
    hold_ms: Some(28_000),
    needs_ack: true,
    raw_messages: false,
    answers_requests: true,
    takes_envelopes: false,
    makes_requests: false,
    notifies: false,
    replaces_when_full: false,
    publishes_readiness: false,
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_kinds() {
        for number in 0..4 {
            assert_eq!(ProfileKind::from_number(number).map(|kind| kind as u32), Some(number));
        }
        assert_eq!(ProfileKind::from_number(4), None);
        let names = [ProfileKind::Raw, ProfileKind::JsonRpc, ProfileKind::GodotAi, ProfileKind::UnityMcp]
            .map(ProfileKind::name);
        assert_eq!(names, ["raw", "json_rpc", "godot_ai", "unity_mcp"]);
    }

    #[test]
    fn sizes_are_those_that_the_servers_take() {
        let sizes = |kind: ProfileKind| (kind.facts().peer_max_message, kind.facts().outbound_bytes);
        assert_eq!(sizes(ProfileKind::Raw), (None, 67_108_864));
        assert_eq!(sizes(ProfileKind::JsonRpc), (None, 67_108_864));
        assert_eq!(sizes(ProfileKind::GodotAi), (Some(4_194_304), 4_194_304));
        assert_eq!(sizes(ProfileKind::UnityMcp), (Some(16_777_216), 17_825_792), "a message and what is around it");
    }

    #[test]
    fn protocols_of_each_profile() {
        let accepted = |kind: ProfileKind| (0..5).filter(|number| kind.has_protocol(*number)).collect::<Vec<_>>();
        assert_eq!(accepted(ProfileKind::Raw), [0]);
        assert_eq!(accepted(ProfileKind::JsonRpc), [0]);
        assert_eq!(accepted(ProfileKind::GodotAi), [0, 1, 2]);
    }
}
