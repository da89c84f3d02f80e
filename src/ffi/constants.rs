//! Every number of the C ABI. A number is forever: never renumbered, never reused.

/// Version of this ABI: major << 16 | minor.
///
/// A library serves callers of the same major and of an equal or lower minor.
pub const FRAMEWIRE_ABI_VERSION: u32 = 0x0001_0000;

/// # Statuses
/// By blame: 0 done; 1-15 done, with a remark; 16-99 not now, try again; 100-199 the caller's doing;
/// 200-299 time or the peer was faster; 300 and up the library's.
///
/// Done.
pub const FRAMEWIRE_OK: u32 = 0;

/// Done: the living link of that name was taken over.
pub const FRAMEWIRE_ATTACHED: u32 = 1;

/// Done: the answer was too large for the peer, which gets a compact error in its place.
pub const FRAMEWIRE_REPLACED: u32 = 2;

/// Nothing to hand out. Poll again next frame.
pub const FRAMEWIRE_EMPTY: u32 = 16;

/// Another thread polls this link, or a loan is open. Release it first.
pub const FRAMEWIRE_BUSY: u32 = 17;

/// The outbox is full. Nothing was taken; try again after some frames.
pub const FRAMEWIRE_WOULD_BLOCK: u32 = 18;

/// There is no connection that could take this. Wait for OPENED or ACKNOWLEDGED.
pub const FRAMEWIRE_NOT_OPEN: u32 = 19;

/// The time given ran out.
pub const FRAMEWIRE_TIMED_OUT: u32 = 20;

/// An argument is wrong: NULL where a value is needed, a number out of range, a malformed text.
pub const FRAMEWIRE_INVALID: u32 = 100;

/// The handle is zero, closed, or was never handed out.
pub const FRAMEWIRE_STALE: u32 = 101;

/// This library, build or profile does not do that.
pub const FRAMEWIRE_UNSUPPORTED: u32 = 102;

/// A living link has this name. Close it, or choose another name.
pub const FRAMEWIRE_NAME_IN_USE: u32 = 103;

/// The living link was opened with another configuration.
pub const FRAMEWIRE_CONFIG_DIFFERS: u32 = 104;

/// The message is over the cap of the peer or of the link.
pub const FRAMEWIRE_TOO_LARGE: u32 = 105;

/// No request of this link has that id.
pub const FRAMEWIRE_UNKNOWN: u32 = 106;

/// That request has been answered.
pub const FRAMEWIRE_ALREADY_ANSWERED: u32 = 107;

/// A limit of the library is reached, such as the number of links in the process.
pub const FRAMEWIRE_LIMIT: u32 = 108;

/// This process is a forked child; links stay with the parent.
pub const FRAMEWIRE_FORKED: u32 = 109;

/// The request ran out of time before this call.
pub const FRAMEWIRE_EXPIRED: u32 = 200;

/// The connection of the request ended before this call.
pub const FRAMEWIRE_LOST: u32 = 201;

/// The library failed inside and caught it; a LOG event has the words. Please report it.
pub const FRAMEWIRE_PANIC: u32 = 300;

/// The library met a state it did not expect. Please report it.
pub const FRAMEWIRE_INTERNAL: u32 = 301;

/// The system refused a thread, a socket or memory.
pub const FRAMEWIRE_NO_RESOURCES: u32 = 302;

/// # Kinds of event
/// `framewire_event.kind`. Each names the fields that count for it, besides `kind`, `generation` and `time_ns`.
///
/// The WebSocket is open.
pub const FRAMEWIRE_EVENT_OPENED: u32 = 1;

/// The server took the hello; `name` is its version.
pub const FRAMEWIRE_EVENT_ACKNOWLEDGED: u32 = 2;

/// A dial failed: `reason`, `code`, `os_error`, `attempt`, `delay_ms`, `detail`.
pub const FRAMEWIRE_EVENT_CONNECT_FAILED: u32 = 3;

/// A dial begins after an earlier connection or attempt: `attempt`, `delay_ms` waited.
pub const FRAMEWIRE_EVENT_RECONNECTING: u32 = 4;

/// The connection ended; its last event: `code`, `reason`, `flags`, `count`, `settled`, `unconfirmed`, `skipped`, `detail`.
pub const FRAMEWIRE_EVENT_CLOSED: u32 = 5;

/// A call for the host: `id`, `name`, `data`. Answer it once.
pub const FRAMEWIRE_EVENT_REQUEST: u32 = 6;

/// A call that an earlier owner took and never answered.
pub const FRAMEWIRE_EVENT_REQUEST_ORPHANED: u32 = 7;

/// A call handed out ended without its answer: `id`, `reason`.
pub const FRAMEWIRE_EVENT_REQUEST_ENDED: u32 = 8;

/// The end of a call made with `framewire_request`: `id`, `reason`, `data`.
pub const FRAMEWIRE_EVENT_RESPONSE: u32 = 9;

/// A message that wants no answer: `name`, `data`.
pub const FRAMEWIRE_EVENT_NOTIFICATION: u32 = 10;

/// A text message of a raw link: `data`.
pub const FRAMEWIRE_EVENT_TEXT: u32 = 11;

/// A binary message of a raw link: `data`.
pub const FRAMEWIRE_EVENT_BINARY: u32 = 12;

/// Sends `first` to `last` were not sent: `reason`, `code`, `detail`.
pub const FRAMEWIRE_EVENT_SEND_DROPPED: u32 = 13;

/// `count` inbound messages were dropped: `reason`.
pub const FRAMEWIRE_EVENT_DROPPED: u32 = 14;

/// A line for the log: `level`, `detail`; `count` older lines were lost.
pub const FRAMEWIRE_EVENT_LOG: u32 = 15;

/// # Bits of `framewire_event.flags`
///
/// CLOSED: both close frames passed.
pub const FRAMEWIRE_EVENT_FLAG_CLEAN: u32 = 1;

/// CLOSED: this side began the close.
pub const FRAMEWIRE_EVENT_FLAG_BY_US: u32 = 2;

/// CLOSED, CONNECT_FAILED: the link does not dial again by itself.
pub const FRAMEWIRE_EVENT_FLAG_FINAL: u32 = 4;

/// # Reasons
/// `framewire_event.reason`.
///
/// No particular reason.
pub const FRAMEWIRE_REASON_NONE: u32 = 0;

/// The host name could not be looked up.
pub const FRAMEWIRE_REASON_RESOLVE: u32 = 1;

/// Nothing listens on the port, or the system refused the connection.
pub const FRAMEWIRE_REASON_REFUSED: u32 = 2;

/// No route to the host, or the network is down.
pub const FRAMEWIRE_REASON_UNREACHABLE: u32 = 3;

/// A deadline passed; `detail` names it.
pub const FRAMEWIRE_REASON_TIMEOUT: u32 = 4;

/// The TLS handshake failed; `detail` says why.
pub const FRAMEWIRE_REASON_TLS: u32 = 5;

/// The peer answered, but is no WebSocket server; `code` is its HTTP status.
pub const FRAMEWIRE_REASON_NOT_WEBSOCKET: u32 = 6;

/// The address is not allowed: remote hosts must be asked for.
pub const FRAMEWIRE_REASON_POLICY: u32 = 7;

/// The server speaks another protocol version.
pub const FRAMEWIRE_REASON_PROTOCOL_MISMATCH: u32 = 8;

/// The server or this side refused the credentials.
pub const FRAMEWIRE_REASON_AUTHENTICATION: u32 = 9;

/// The server ended or broke the hello.
pub const FRAMEWIRE_REASON_HELLO: u32 = 10;

/// The server has a session of this id.
pub const FRAMEWIRE_REASON_SESSION_TAKEN: u32 = 11;

/// The capability record could not be used; `detail` says why.
pub const FRAMEWIRE_REASON_CAPABILITY: u32 = 12;

/// The peer closed.
pub const FRAMEWIRE_REASON_CLOSED_BY_PEER: u32 = 13;

/// The host closed or disconnected.
pub const FRAMEWIRE_REASON_CLOSED_BY_HOST: u32 = 14;

/// The connection broke.
pub const FRAMEWIRE_REASON_CONNECTION_LOST: u32 = 15;

/// The peer was silent too long.
pub const FRAMEWIRE_REASON_HEARTBEAT: u32 = 16;

/// The peer broke the WebSocket protocol.
pub const FRAMEWIRE_REASON_PEER_VIOLATION: u32 = 17;

/// A message was over the cap.
pub const FRAMEWIRE_REASON_MESSAGE_TOO_LARGE: u32 = 18;

/// The inbox was full.
pub const FRAMEWIRE_REASON_OVERFLOW: u32 = 19;

/// The request ran out of time and was answered so.
pub const FRAMEWIRE_REASON_EXPIRED: u32 = 20;

/// The connection of the request ended.
pub const FRAMEWIRE_REASON_LOST: u32 = 21;

/// The host gave text that is no JSON of the needed kind; `code` is the byte offset.
pub const FRAMEWIRE_REASON_BAD_JSON: u32 = 22;

/// The host gave text that is not UTF-8; `code` is the byte offset.
pub const FRAMEWIRE_REASON_BAD_UTF8: u32 = 23;

/// The host took it back.
pub const FRAMEWIRE_REASON_CANCELLED: u32 = 24;

/// The library failed; see the LOG event.
pub const FRAMEWIRE_REASON_INTERNAL: u32 = 25;

/// The peer sent text that could not be understood.
pub const FRAMEWIRE_REASON_MALFORMED: u32 = 26;

/// # Phases of a link
/// `framewire_state.phase`.
///
/// Not connected, and not about to dial.
pub const FRAMEWIRE_PHASE_DISCONNECTED: u32 = 0;

/// Waiting to dial again.
pub const FRAMEWIRE_PHASE_WAITING: u32 = 1;

/// Looking up the host name, roots or capability.
pub const FRAMEWIRE_PHASE_RESOLVING: u32 = 2;

/// TCP connection under way.
pub const FRAMEWIRE_PHASE_CONNECTING: u32 = 3;

/// TLS handshake under way.
pub const FRAMEWIRE_PHASE_SECURING: u32 = 4;

/// WebSocket upgrade under way.
pub const FRAMEWIRE_PHASE_UPGRADING: u32 = 5;

/// Open; the profile's hello is under way.
pub const FRAMEWIRE_PHASE_GREETING: u32 = 6;

/// Open and acknowledged.
pub const FRAMEWIRE_PHASE_ACTIVE: u32 = 7;

/// The close is under way.
pub const FRAMEWIRE_PHASE_CLOSING: u32 = 8;

/// The link is closed.
pub const FRAMEWIRE_PHASE_CLOSED: u32 = 9;

/// # Readiness of the editor
/// For `framewire_set_readiness`, and `framewire_state.readiness`.
///
/// The editor starts.
pub const FRAMEWIRE_READINESS_STARTING: u32 = 0;

/// Scripts compile.
pub const FRAMEWIRE_READINESS_COMPILING: u32 = 1;

/// The scripting domain reloads.
pub const FRAMEWIRE_READINESS_RELOADING: u32 = 2;

/// The editor comes back from a reload.
pub const FRAMEWIRE_READINESS_RECOVERING: u32 = 3;

/// Assets are imported.
pub const FRAMEWIRE_READINESS_IMPORTING: u32 = 4;

/// A scene plays.
pub const FRAMEWIRE_READINESS_PLAYING: u32 = 5;

/// No scene is open.
pub const FRAMEWIRE_READINESS_NO_SCENE: u32 = 6;

/// The editor takes any call.
pub const FRAMEWIRE_READINESS_READY: u32 = 7;

/// The editor shuts down.
pub const FRAMEWIRE_READINESS_STOPPING: u32 = 8;

/// The editor has stopped serving.
pub const FRAMEWIRE_READINESS_STOPPED: u32 = 9;

/// The editor cannot serve.
pub const FRAMEWIRE_READINESS_FAILED: u32 = 10;

/// # Profiles
/// `framewire_config.profile`: what is spoken inside the WebSocket.
///
/// Text and binary messages as they are.
pub const FRAMEWIRE_PROFILE_RAW: u32 = 0;

/// JSON-RPC 2.0 in both directions.
pub const FRAMEWIRE_PROFILE_JSON_RPC: u32 = 1;

/// Godot AI servers, protocol 1 and 2.
pub const FRAMEWIRE_PROFILE_GODOT_AI: u32 = 2;

/// unity-mcp servers.
pub const FRAMEWIRE_PROFILE_UNITY_MCP: u32 = 3;

/// # Bits of `framewire_config.flags`
///
/// Hosts other than loopback may be dialled, by `wss://`.
pub const FRAMEWIRE_CONFIG_ALLOW_REMOTE: u32 = 1;

/// Hosts other than loopback may be dialled by `ws://` too.
pub const FRAMEWIRE_CONFIG_ALLOW_INSECURE_REMOTE: u32 = 2;

/// Do not dial before `framewire_connect`.
pub const FRAMEWIRE_CONFIG_START_DISCONNECTED: u32 = 4;

/// # Reconnect policies
/// `framewire_config.reconnect`.
///
/// Dial again for ever.
pub const FRAMEWIRE_RECONNECT_FOREVER: u32 = 0;

/// Dial again `reconnect_limit` times in a row.
pub const FRAMEWIRE_RECONNECT_LIMITED: u32 = 1;

/// Never dial again by itself.
pub const FRAMEWIRE_RECONNECT_NONE: u32 = 2;

/// # What a full inbox does to a raw link
/// `framewire_config.overflow`.
///
/// Stop reading until there is room.
pub const FRAMEWIRE_OVERFLOW_PAUSE: u32 = 0;

/// Go on reading and drop what does not fit.
pub const FRAMEWIRE_OVERFLOW_DROP_NEWEST: u32 = 1;

/// Close the connection with 1008.
pub const FRAMEWIRE_OVERFLOW_CLOSE: u32 = 2;

/// # Log levels
/// `framewire_config.log_level` and `framewire_event.level`.
///
/// Something failed that needs attention.
pub const FRAMEWIRE_LOG_ERROR: u32 = 1;

/// Something is wrong and was coped with.
pub const FRAMEWIRE_LOG_WARN: u32 = 2;

/// The course of the connection.
pub const FRAMEWIRE_LOG_INFO: u32 = 3;

/// More of it.
pub const FRAMEWIRE_LOG_DEBUG: u32 = 4;

/// Every message, bodies cut at 200 bytes.
pub const FRAMEWIRE_LOG_TRACE: u32 = 5;

/// # Kinds of JSON value
/// `framewire_json.kind`.
///
/// The pointer leads nowhere.
pub const FRAMEWIRE_JSON_MISSING: u32 = 0;

/// `null`
pub const FRAMEWIRE_JSON_NULL: u32 = 1;

/// `true` or `false`
pub const FRAMEWIRE_JSON_BOOLEAN: u32 = 2;

/// A number.
pub const FRAMEWIRE_JSON_NUMBER: u32 = 3;

/// A string.
pub const FRAMEWIRE_JSON_STRING: u32 = 4;

/// An array.
pub const FRAMEWIRE_JSON_ARRAY: u32 = 5;

/// An object.
pub const FRAMEWIRE_JSON_OBJECT: u32 = 6;

/// # Bits of `framewire_json.flags`
///
/// The number is an integer that fits `integer`.
pub const FRAMEWIRE_JSON_FLAG_INTEGER: u32 = 1;

/// The string holds escapes.
pub const FRAMEWIRE_JSON_FLAG_ESCAPED: u32 = 2;
