//! One connection's talk: dispatch to the profile that is spoken.

use super::godot_ai::{self, GodotAi};
use super::hello::Hello;
use super::inbound::{Inbound, Limits};
use super::json_rpc::{self, JsonRpc};
use super::outbound::{BadPayload, Envelope, Purpose, check_object};
use super::refusal::Refusal;
use super::unity_mcp::{self, UnityMcp};
use super::{Capability, raw};

/// What a connection is opened with.
#[derive(Clone, Copy, Debug)]
pub struct Opening<'a> {
    /// The link's hello; says which profile is spoken.
    pub hello: &'a Hello,
    /// From [`session_id`](super::session_id); kept over reconnects until renewed.
    pub session_id: &'a str,
    /// The readiness of this moment, in the profile's word.
    pub readiness: &'a str,
    /// The protocol version as configured; 0 = auto.
    pub protocol: u32,
    /// Capability or token, if one was found.
    pub capability: Option<&'a Capability>,
    /// Where a capability was looked for, for texts: "the config, GODOT_AI_WS_TOKEN, the record /path".
    pub capability_sought: &'a str,
    /// 32 bytes that nobody can guess, fresh for every connection.
    pub nonce: [u8; 32],
}

/// The protocol version to speak. Auto is 2 exactly when a capability was found, else 1; nothing that a peer says
/// lowers it. 0 where the profile has no versions.
///
/// # Errors
/// Protocol 2 is wanted and there is no capability fit for it. Tell the host and do not dial; look again at the next dial.
pub fn choose_protocol(
    hello: &Hello,
    configured: u32,
    capability: Option<&Capability>,
    capability_sought: &str,
) -> Result<u32, Refusal> {
    match hello {
        Hello::Raw | Hello::JsonRpc(_) | Hello::UnityMcp(_) => Ok(0),
        Hello::GodotAi(_) => godot_ai::choose_protocol(configured, capability, capability_sought),
    }
}

/// One connection's talk, from the open WebSocket to its end.
#[derive(Debug)]
pub enum Conversation {
    /// Messages as they are.
    Raw,
    /// With a Godot AI server.
    GodotAi(Box<GodotAi>),
    /// With a JSON-RPC 2.0 peer.
    JsonRpc(Box<JsonRpc>),
    /// With a unity-mcp server.
    UnityMcp(Box<UnityMcp>),
}

impl Conversation {
    /// Begins the talk; also returns the text messages to send as soon as the WebSocket is open.
    ///
    /// # Errors
    /// As [`choose_protocol`].
    pub fn open(opening: &Opening<'_>) -> Result<(Self, Vec<String>), Refusal> {
        match opening.hello {
            Hello::Raw => Ok((Self::Raw, Vec::new())),
            Hello::GodotAi(hello) => {
                let (talk, first) = GodotAi::open(hello, opening)?;
                Ok((Self::GodotAi(Box::new(talk)), vec![first]))
            }
            Hello::JsonRpc(hello) => {
                let (talk, first) = JsonRpc::open(hello);
                Ok((Self::JsonRpc(Box::new(talk)), first))
            }
            // The server speaks first.
            Hello::UnityMcp(hello) => Ok((Self::UnityMcp(Box::new(UnityMcp::open(hello))), Vec::new())),
        }
    }

    /// Reads a message of the peer. `readiness`: that of this moment, in the profile's word, for an [`Inbound::Answer`].
    pub fn receive(&mut self, message: &[u8], is_text: bool, readiness: &str, limits: &Limits) -> Inbound {
        match self {
            Self::Raw => raw::receive(),
            Self::GodotAi(talk) => talk.receive(message, is_text, readiness, limits),
            Self::JsonRpc(talk) => talk.receive(message, limits),
            Self::UnityMcp(talk) => talk.receive(message, limits),
        }
    }

    /// Whether the hello is done; from the start where there is none.
    pub fn is_acknowledged(&self) -> bool {
        match self {
            Self::Raw | Self::JsonRpc(_) => true,
            Self::GodotAi(talk) => talk.is_acknowledged(),
            Self::UnityMcp(talk) => talk.is_acknowledged(),
        }
    }

    /// The protocol version spoken; 0 where the profile has none.
    pub fn protocol(&self) -> u32 {
        match self {
            Self::Raw | Self::JsonRpc(_) | Self::UnityMcp(_) => 0,
            Self::GodotAi(talk) => talk.protocol(),
        }
    }

    /// The readiness that the hello told the peer, once it did: what differs from it at the acknowledgement is to be
    /// sent as [`readiness_changed`](Self::readiness_changed).
    pub fn readiness_told(&self) -> Option<&str> {
        match self {
            Self::Raw | Self::JsonRpc(_) | Self::UnityMcp(_) => None,
            Self::GodotAi(talk) => talk.readiness_told(),
        }
    }

    /// What the peer meant by closing before it acknowledged the hello. `code`: 1005 without one, 1006 without a close frame.
    pub fn closed_in_hello(&self, code: u16, reason: &str) -> Refusal {
        match self {
            Self::Raw | Self::JsonRpc(_) => raw::closed_in_hello(code),
            Self::GodotAi(talk) => talk.closed_in_hello(code, reason),
            Self::UnityMcp(talk) => talk.closed_in_hello(code, reason),
        }
    }

    /// What stands around the host's answer, a payload that [`check_payload`](Self::check_payload) took. Empty for raw.
    pub fn response(&self, wire_id: &str, readiness: &str) -> Envelope {
        match self {
            Self::Raw => Envelope::default(),
            Self::GodotAi(_) => godot_ai::encode::response(wire_id, readiness),
            Self::JsonRpc(_) => json_rpc::encode::response(wire_id),
            Self::UnityMcp(_) => unity_mcp::encode::response(wire_id),
        }
    }

    /// What stands before an answer whose envelope the host worded, in the place of its opening brace. Empty for profiles
    /// that leave the envelope to the library.
    pub fn envelope_start(&self, wire_id: &str) -> Vec<u8> {
        match self {
            Self::Raw | Self::JsonRpc(_) | Self::UnityMcp(_) => Vec::new(),
            Self::GodotAi(_) => godot_ai::encode::envelope_start(wire_id),
        }
    }

    /// The host's error answer. `data_json`: a payload that [`check_payload`](Self::check_payload) took. This and the
    /// texts below are empty for raw, which has no requests.
    pub fn error(&self, wire_id: &str, code: &str, message: &str, data_json: Option<&str>, readiness: &str) -> String {
        match self {
            Self::Raw => String::new(),
            Self::GodotAi(_) => godot_ai::encode::error(wire_id, code, message, data_json, readiness),
            Self::JsonRpc(_) => json_rpc::encode::error(wire_id, code, message, data_json),
            Self::UnityMcp(_) => unity_mcp::encode::error(wire_id, code, message, data_json),
        }
    }

    /// What stands around the content of a notification of ours, which may be empty where `has_content` is false.
    /// Empty for profiles without notifications.
    pub fn event(&self, name: &str, has_content: bool) -> Envelope {
        match self {
            Self::Raw | Self::UnityMcp(_) => Envelope::default(),
            Self::GodotAi(_) => godot_ai::encode::event(name),
            Self::JsonRpc(_) => json_rpc::encode::notification(name, has_content),
        }
    }

    /// Tells the peer of a new readiness; `None` where it is not to be told, or not yet (see [`readiness_told`](Self::readiness_told)).
    pub fn readiness_changed(&self, readiness: &str) -> Option<String> {
        match self {
            Self::Raw | Self::JsonRpc(_) | Self::UnityMcp(_) => None,
            Self::GodotAi(talk) => talk.is_acknowledged().then(|| godot_ai::encode::readiness_changed(readiness)),
        }
    }

    /// In place of an answer that is larger than the peer takes, or that does not fit the outbound bound now. All in bytes.
    pub fn too_large(&self, wire_id: &str, buffered: usize, message: usize, limit: usize, readiness: &str) -> String {
        match self {
            Self::Raw => String::new(),
            Self::GodotAi(_) => godot_ai::compact::too_large(wire_id, buffered, message, limit, readiness),
            Self::JsonRpc(_) => json_rpc::compact::too_large(wire_id, buffered, message, limit),
            Self::UnityMcp(_) => unity_mcp::compact::too_large(wire_id, buffered, message, limit),
        }
    }

    /// In place of an answer that did not come in time.
    pub fn expired(&self, wire_id: &str, method: &str, elapsed_ms: u64, timeout_ms: u64, readiness: &str) -> String {
        match self {
            Self::Raw => String::new(),
            Self::GodotAi(_) => godot_ai::compact::expired(wire_id, method, elapsed_ms, timeout_ms, readiness),
            Self::JsonRpc(_) => json_rpc::compact::expired(wire_id, method, elapsed_ms, timeout_ms),
            Self::UnityMcp(_) => unity_mcp::compact::expired(wire_id, method, elapsed_ms, timeout_ms),
        }
    }

    /// Refuses a request that was not handed out; the peer may try again. `why`: "the editor's queue is full".
    pub fn busy(&self, wire_id: &str, why: &str, stall_ms: u64, readiness: &str) -> String {
        match self {
            Self::Raw => String::new(),
            Self::GodotAi(_) => godot_ai::compact::busy(wire_id, why, stall_ms, readiness),
            Self::JsonRpc(_) => json_rpc::compact::busy(wire_id, why, stall_ms, readiness),
            Self::UnityMcp(_) => unity_mcp::compact::busy(wire_id, why, stall_ms, readiness),
        }
    }

    /// Ends a request that was handed out and not answered, because this side closes.
    pub fn closing(&self, wire_id: &str, readiness: &str) -> String {
        match self {
            Self::Raw => String::new(),
            Self::GodotAi(_) => godot_ai::compact::closing(wire_id, readiness),
            Self::JsonRpc(_) => json_rpc::compact::closing(wire_id),
            Self::UnityMcp(_) => unity_mcp::compact::closing(wire_id),
        }
    }

    /// In place of an answer that [`check_payload`](Self::check_payload) did not take; `detail` is its text.
    pub fn bad_answer(&self, wire_id: &str, detail: &str, readiness: &str) -> String {
        match self {
            Self::Raw => String::new(),
            Self::GodotAi(_) => godot_ai::compact::bad_answer(wire_id, detail, readiness),
            Self::JsonRpc(_) => json_rpc::compact::bad_answer(wire_id, detail),
            Self::UnityMcp(_) => unity_mcp::compact::bad_answer(wire_id, detail),
        }
    }

    /// Whether the host's bytes may go out as payload. godot_ai and unity_mcp: one JSON object; json_rpc: one JSON
    /// value, an object or array for parameters; raw: UTF-8, for text messages.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn check_payload(&self, json: &[u8], purpose: Purpose) -> Result<(), BadPayload> {
        match self {
            Self::Raw => raw::check_payload(json),
            Self::GodotAi(_) | Self::UnityMcp(_) => check_object(json),
            Self::JsonRpc(_) => json_rpc::encode::check_payload(json, purpose),
        }
    }

    /// What stands around the parameters of a call of ours, which are empty where `has_parameters` is false. Empty for
    /// profiles without calls.
    pub fn call(&self, wire_id: &str, method: &str, has_parameters: bool) -> Envelope {
        match self {
            Self::Raw | Self::GodotAi(_) | Self::UnityMcp(_) => Envelope::default(),
            Self::JsonRpc(_) => json_rpc::encode::call(wire_id, method, has_parameters),
        }
    }

    /// Tells the peer that a call of ours was taken back; `None` where the link is not configured to.
    pub fn cancelled(&self, wire_id: &str) -> Option<String> {
        match self {
            Self::Raw | Self::GodotAi(_) | Self::UnityMcp(_) => None,
            Self::JsonRpc(talk) => talk.cancelled(wire_id),
        }
    }

    /// What the peer is to be told of the link's hello and was not told yet, to be asked for once the hello is done and
    /// when the link's hello changed; mostly nothing, since that counts from the next connection on.
    pub fn hello_changed(&mut self, hello: &Hello) -> Option<String> {
        match (self, hello) {
            (Self::UnityMcp(talk), Hello::UnityMcp(hello)) => talk.hello_changed(hello),
            _ => None,
        }
    }

    /// The session id that the peer gave this connection, where it is the peer who does.
    pub fn given_session_id(&self) -> Option<&str> {
        match self {
            Self::Raw | Self::GodotAi(_) | Self::JsonRpc(_) => None,
            Self::UnityMcp(talk) => talk.session_id(),
        }
    }
}
