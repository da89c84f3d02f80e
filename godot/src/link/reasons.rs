//! Reasons as constants of the class, and by name.

use framewire::session::event::Reason;
use godot::prelude::*;

use super::FramewireLink;

#[godot_api(secondary)]
#[allow(dead_code, reason = "the engine reads them")]
impl FramewireLink {
    /// No particular reason.
    #[constant]
    const REASON_NONE: i64 = Reason::None as i64;

    /// The host name could not be looked up.
    #[constant]
    const REASON_RESOLVE: i64 = Reason::Resolve as i64;

    /// Nothing listens on the port, or the system refused the connection.
    #[constant]
    const REASON_REFUSED: i64 = Reason::Refused as i64;

    /// No route to the host, or the network is down.
    #[constant]
    const REASON_UNREACHABLE: i64 = Reason::Unreachable as i64;

    /// A deadline passed; the message names it.
    #[constant]
    const REASON_TIMEOUT: i64 = Reason::Timeout as i64;

    /// The TLS handshake failed; the message says why.
    #[constant]
    const REASON_TLS: i64 = Reason::Tls as i64;

    /// The server answered, but not as a WebSocket server; [code]code[/code] is its HTTP status.
    #[constant]
    const REASON_NOT_WEBSOCKET: i64 = Reason::NotWebSocket as i64;

    /// The address is not allowed: remote hosts must be asked for with [code]allow_remote[/code].
    #[constant]
    const REASON_POLICY: i64 = Reason::Policy as i64;

    /// The server speaks another protocol version.
    #[constant]
    const REASON_PROTOCOL_MISMATCH: i64 = Reason::ProtocolMismatch as i64;

    /// The server or this side refused the credentials.
    #[constant]
    const REASON_AUTHENTICATION: i64 = Reason::Authentication as i64;

    /// The server ended or broke the hello.
    #[constant]
    const REASON_HELLO: i64 = Reason::Hello as i64;

    /// The server has a session of this id.
    #[constant]
    const REASON_SESSION_TAKEN: i64 = Reason::SessionTaken as i64;

    /// The capability record could not be used; the message says why.
    #[constant]
    const REASON_CAPABILITY: i64 = Reason::Capability as i64;

    /// The peer closed.
    #[constant]
    const REASON_CLOSED_BY_PEER: i64 = Reason::ClosedByPeer as i64;

    /// You closed or disconnected.
    #[constant]
    const REASON_CLOSED_BY_HOST: i64 = Reason::ClosedByHost as i64;

    /// The connection broke.
    #[constant]
    const REASON_CONNECTION_LOST: i64 = Reason::ConnectionLost as i64;

    /// The peer was silent too long.
    #[constant]
    const REASON_HEARTBEAT: i64 = Reason::Heartbeat as i64;

    /// The peer broke the WebSocket protocol.
    #[constant]
    const REASON_PEER_VIOLATION: i64 = Reason::PeerViolation as i64;

    /// A message was over the cap.
    #[constant]
    const REASON_MESSAGE_TOO_LARGE: i64 = Reason::MessageTooLarge as i64;

    /// Too much waited to be polled.
    #[constant]
    const REASON_OVERFLOW: i64 = Reason::Overflow as i64;

    /// The request ran out of time and was answered so.
    #[constant]
    const REASON_EXPIRED: i64 = Reason::Expired as i64;

    /// The connection of the request ended.
    #[constant]
    const REASON_LOST: i64 = Reason::Lost as i64;

    /// You gave text that is no JSON of the needed kind.
    #[constant]
    const REASON_BAD_JSON: i64 = Reason::BadJson as i64;

    /// You gave text that is not UTF-8.
    #[constant]
    const REASON_BAD_UTF8: i64 = Reason::BadUtf8 as i64;

    /// You took it back.
    #[constant]
    const REASON_CANCELLED: i64 = Reason::Cancelled as i64;

    /// The library failed; [signal log_message] has the words. Please report it.
    #[constant]
    const REASON_INTERNAL: i64 = Reason::Internal as i64;

    /// The peer sent text that could not be understood.
    #[constant]
    const REASON_MALFORMED: i64 = Reason::Malformed as i64;

    /// The server answered a call with an error.
    #[constant]
    const REASON_PEER_ERROR: i64 = Reason::PeerError as i64;

    /// The server's reply to a call is neither a result nor an error.
    #[constant]
    const REASON_BAD_REPLY: i64 = Reason::BadReply as i64;

    /// Nobody polled for [code]orphan_ms[/code]; the link has ended.
    #[constant]
    const REASON_ORPHANED: i64 = Reason::Orphaned as i64;
}

/// The name of a reason: its constant without the prefix.
pub fn name(reason: Reason) -> &'static str {
    match reason {
        Reason::None => "NONE",
        Reason::Resolve => "RESOLVE",
        Reason::Refused => "REFUSED",
        Reason::Unreachable => "UNREACHABLE",
        Reason::Timeout => "TIMEOUT",
        Reason::Tls => "TLS",
        Reason::NotWebSocket => "NOT_WEBSOCKET",
        Reason::Policy => "POLICY",
        Reason::ProtocolMismatch => "PROTOCOL_MISMATCH",
        Reason::Authentication => "AUTHENTICATION",
        Reason::Hello => "HELLO",
        Reason::SessionTaken => "SESSION_TAKEN",
        Reason::Capability => "CAPABILITY",
        Reason::ClosedByPeer => "CLOSED_BY_PEER",
        Reason::ClosedByHost => "CLOSED_BY_HOST",
        Reason::ConnectionLost => "CONNECTION_LOST",
        Reason::Heartbeat => "HEARTBEAT",
        Reason::PeerViolation => "PEER_VIOLATION",
        Reason::MessageTooLarge => "MESSAGE_TOO_LARGE",
        Reason::Overflow => "OVERFLOW",
        Reason::Expired => "EXPIRED",
        Reason::Lost => "LOST",
        Reason::BadJson => "BAD_JSON",
        Reason::BadUtf8 => "BAD_UTF8",
        Reason::Cancelled => "CANCELLED",
        Reason::Internal => "INTERNAL",
        Reason::Malformed => "MALFORMED",
        Reason::PeerError => "PEER_ERROR",
        Reason::BadReply => "BAD_REPLY",
        Reason::Orphaned => "ORPHANED",
    }
}
