//! The numbers of profiles, phases and the like as constants of the class, each the library's own.

use framewire::link::{OpenKind, Overflow, ProfileKind};
use framewire::readiness::Readiness;
use framewire::session::phase::Phase;
use godot::prelude::*;

use super::FramewireLink;

#[godot_api(secondary)]
#[allow(dead_code, reason = "the engine reads them")]
impl FramewireLink {
    /// Text and binary messages as they are.
    #[constant]
    pub(super) const PROFILE_RAW: i64 = ProfileKind::Raw as i64;

    /// JSON-RPC 2.0 in both directions. All members of [code]hello[/code] may be left out: [code]messages[/code] (an
    /// Array of Dictionaries, sent as they are at each open), [code]methods[/code] (the names that you handle: requests
    /// for others are answered -32601 by themselves), [code]cancel_method[/code] (the notification that tells the
    /// server of a [method cancel]).
    #[constant]
    pub(super) const PROFILE_JSON_RPC: i64 = ProfileKind::JsonRpc as i64;

    /// Godot AI servers, protocol 1 and 2.
    #[constant]
    pub(super) const PROFILE_GODOT_AI: i64 = ProfileKind::GodotAi as i64;

    /// Servers of unity-mcp. [code]hello[/code] needs [code]project_hash[/code], which must differ for every project.
    #[constant]
    pub(super) const PROFILE_UNITY_MCP: i64 = ProfileKind::UnityMcp as i64;

    /// Not connected, and not about to dial.
    #[constant]
    pub(super) const PHASE_DISCONNECTED: i64 = Phase::Disconnected as i64;

    /// Waiting to dial again.
    #[constant]
    pub(super) const PHASE_WAITING: i64 = Phase::Waiting as i64;

    /// Looking up the host name, roots or capability.
    #[constant]
    pub(super) const PHASE_RESOLVING: i64 = Phase::Resolving as i64;

    /// TCP connection under way.
    #[constant]
    pub(super) const PHASE_CONNECTING: i64 = Phase::Connecting as i64;

    /// TLS handshake under way.
    #[constant]
    pub(super) const PHASE_SECURING: i64 = Phase::Securing as i64;

    /// WebSocket upgrade under way.
    #[constant]
    pub(super) const PHASE_UPGRADING: i64 = Phase::Upgrading as i64;

    /// Open; the profile's hello is under way.
    #[constant]
    pub(super) const PHASE_GREETING: i64 = Phase::Greeting as i64;

    /// Open and acknowledged.
    #[constant]
    pub(super) const PHASE_ACTIVE: i64 = Phase::Active as i64;

    /// The close is under way.
    #[constant]
    pub(super) const PHASE_CLOSING: i64 = Phase::Closing as i64;

    /// The link is closed.
    #[constant]
    pub(super) const PHASE_CLOSED: i64 = Phase::Closed as i64;

    /// The editor starts.
    #[constant]
    pub(super) const READINESS_STARTING: i64 = Readiness::Starting as i64;

    /// Scripts compile.
    #[constant]
    pub(super) const READINESS_COMPILING: i64 = Readiness::Compiling as i64;

    /// Scripts or extensions reload.
    #[constant]
    pub(super) const READINESS_RELOADING: i64 = Readiness::Reloading as i64;

    /// The editor comes back from a reload.
    #[constant]
    pub(super) const READINESS_RECOVERING: i64 = Readiness::Recovering as i64;

    /// Assets are imported.
    #[constant]
    pub(super) const READINESS_IMPORTING: i64 = Readiness::Importing as i64;

    /// A scene plays.
    #[constant]
    pub(super) const READINESS_PLAYING: i64 = Readiness::Playing as i64;

    /// No scene is open.
    #[constant]
    pub(super) const READINESS_NO_SCENE: i64 = Readiness::NoScene as i64;

    /// The editor takes any call.
    #[constant]
    pub(super) const READINESS_READY: i64 = Readiness::Ready as i64;

    /// The editor shuts down.
    #[constant]
    pub(super) const READINESS_STOPPING: i64 = Readiness::Stopping as i64;

    /// The editor has stopped serving.
    #[constant]
    pub(super) const READINESS_STOPPED: i64 = Readiness::Stopped as i64;

    /// The editor cannot serve.
    #[constant]
    pub(super) const READINESS_FAILED: i64 = Readiness::Failed as i64;

    /// Dial again for ever.
    #[constant]
    pub(super) const RECONNECT_FOREVER: i64 = 0;

    /// Dial again [code]reconnect_limit[/code] times in a row.
    #[constant]
    pub(super) const RECONNECT_LIMITED: i64 = 1;

    /// Never dial again by itself.
    #[constant]
    pub(super) const RECONNECT_NONE: i64 = 2;

    /// Stop reading until there is room.
    #[constant]
    pub(super) const OVERFLOW_PAUSE: i64 = Overflow::Pause as i64;

    /// Go on reading and drop what does not fit.
    #[constant]
    pub(super) const OVERFLOW_DROP_NEWEST: i64 = Overflow::DropNewest as i64;

    /// Close the connection with 1008.
    #[constant]
    pub(super) const OVERFLOW_CLOSE: i64 = Overflow::Close as i64;

    /// A request of the peer that was handed out and is not answered.
    #[constant]
    pub(super) const OUTSTANDING_REQUEST: i64 = OpenKind::Request as i64;

    /// A request that an earlier owner took; its [signal request_orphaned] is still to be polled.
    #[constant]
    pub(super) const OUTSTANDING_ORPHAN: i64 = OpenKind::Orphan as i64;

    /// A call of ours, made with [method request].
    #[constant]
    pub(super) const OUTSTANDING_CALL: i64 = OpenKind::Call as i64;

    /// Something failed that needs attention.
    #[constant]
    pub(super) const LOG_ERROR: i64 = 1;

    /// Something is wrong and was coped with.
    #[constant]
    pub(super) const LOG_WARN: i64 = 2;

    /// The course of the connection.
    #[constant]
    pub(super) const LOG_INFO: i64 = 3;

    /// More of it.
    #[constant]
    pub(super) const LOG_DEBUG: i64 = 4;

    /// Every message, bodies cut at 200 bytes.
    #[constant]
    pub(super) const LOG_TRACE: i64 = 5;
}
