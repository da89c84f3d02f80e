//! Every number of the C ABI. A number is forever: never renumbered, never reused.

/// Version of this ABI: major << 16 | minor.
///
/// A library serves callers of the same major and of an equal or lower minor.
pub const FRAMEWIRE_ABI_VERSION: u32 = 0x0001_0001;

/// # Statuses
/// By blame: 0 done; 1-15 done, with a remark; 16-99 not now, try again; 100-199 the caller's doing;
/// 200-299 time or the peer was faster; 300 and up the library's.
///
/// Done.
pub const FRAMEWIRE_OK: u32 = 0;

/// Done: the living link of that name was taken over.
pub const FRAMEWIRE_ATTACHED: u32 = 1;

/// Done: the answer was too large for the peer (godot_ai: or for what the outbox has free), which gets a compact error in its
/// place.
pub const FRAMEWIRE_REPLACED: u32 = 2;

/// Nothing to hand out. Poll again next frame.
pub const FRAMEWIRE_EMPTY: u32 = 16;

/// Another thread polls this link or a loan is open: release it first. From `framewire_outstanding`: the list is being changed
/// this moment; ask again next frame.
pub const FRAMEWIRE_BUSY: u32 = 17;

/// The outbox is full, or as many calls of ours are open as may be. Nothing was taken; try again after some frames.
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

/// No request and no call of this link has that id.
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

/// JSON-RPC 2.0 in both directions. All members of `hello` may be left out: `messages` (an array of objects, sent as
/// they are at each open), `methods` (the names that the host handles: requests for others are answered -32601 by
/// themselves), `cancel_method` (the notification that tells the peer of a `framewire_cancel`, params `{"id": ...}`).
pub const FRAMEWIRE_PROFILE_JSON_RPC: u32 = 1;

/// Godot AI servers, protocol 1 and 2.
pub const FRAMEWIRE_PROFILE_GODOT_AI: u32 = 2;

/// unity-mcp servers, at `ws://127.0.0.1:8080/hub/plugin` unless they are told otherwise. Members of `hello`:
/// `project_hash` (must be there, and differ for every project: the first 16 hex digits of the SHA-1 of the path of its
/// Assets folder), `project_name`, `unity_version`, `project_path`, and `tools` (an array of objects that is told as it
/// is). A result that has `success` reaches the MCP client as it is; any other becomes the `data` of a success. The
/// server asks by a request called `ping` whether the frame loop runs: answer it with `{"message":"pong"}`.
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

/// # Waits that never end
///
/// For `framewire_config.hold_ms`: a request waits for the frame loop for ever.
pub const FRAMEWIRE_NEVER: u32 = 0xFFFF_FFFF;

/// # Kinds of open call
/// `framewire_open_call.kind`.
///
/// A request of the peer that was handed out and is not answered.
pub const FRAMEWIRE_OUTSTANDING_REQUEST: u32 = 1;

/// A request that an earlier owner took; its REQUEST_ORPHANED is still to be polled.
pub const FRAMEWIRE_OUTSTANDING_ORPHAN: u32 = 2;

/// A call of ours, made with `framewire_request`.
pub const FRAMEWIRE_OUTSTANDING_CALL: u32 = 3;

/// # What a state file says
/// `framewire_record.verdict`.
///
/// There is none: no editor of this project publishes its state.
pub const FRAMEWIRE_VERDICT_MISSING: u32 = 0;

/// It cannot be read, or is no state file.
pub const FRAMEWIRE_VERDICT_UNREADABLE: u32 = 1;

/// It says that an editor lives, and the editor is gone.
pub const FRAMEWIRE_VERDICT_STALE: u32 = 2;

/// The editor is alive and busy: it starts, compiles, reloads, recovers or stops; or its process stands still.
pub const FRAMEWIRE_VERDICT_BUSY: u32 = 3;

/// The editor has stopped serving, in good order.
pub const FRAMEWIRE_VERDICT_STOPPED: u32 = 4;

/// The editor is alive and cannot serve: `last_error`.
pub const FRAMEWIRE_VERDICT_FAILED: u32 = 5;

/// The editor is alive, polls, and its link is acknowledged.
pub const FRAMEWIRE_VERDICT_READY: u32 = 6;

/// # Bits of `framewire_record.flags`
///
/// FAILED: the link alone is the cause; it is dialled again, and the editor becomes ready when it is back.
pub const FRAMEWIRE_RECORD_FLAG_FAILED_BY_LINK: u32 = 1;

/// The file was left by another writer: only the first six keys are there.
pub const FRAMEWIRE_RECORD_FLAG_FOREIGN: u32 = 2;

/// # Bits of the `flags` of `framewire_state_file_wait`
///
/// A failure ends the wait even if the link alone is the cause.
pub const FRAMEWIRE_WAIT_FAIL_FAST: u32 = 1;
