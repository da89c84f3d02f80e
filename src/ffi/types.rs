//! The structs that cross the C ABI.
//!
//! They only ever grow at the end and have no padding; sizes and offsets are pinned in `bindings/abi.txt`.
#![allow(non_camel_case_types)]

use core::ffi::c_char;

/// A handle to a link. Zero is never a link.
pub type framewire_link = u64;

/// What a call came to. See the `FRAMEWIRE_OK ...` constants and `framewire_status_name`.
pub type framewire_status = u32;

/// UTF-8 text by pointer and length, without a terminating NUL. `{NULL, 0}` means absent.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct framewire_str {
    /// First byte, or NULL when absent.
    pub ptr: *const c_char,
    /// Length in bytes.
    pub len: u64,
}

/// Why a call failed, in words. The caller owns the memory; the library only fills it in.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct framewire_error {
    /// The same status that the call returned.
    pub status: framewire_status,
    /// Byte offset in `framewire_config` of the field at fault; `UINT32_MAX` when no field is.
    pub field: u32,
    /// What went wrong and what to do next: UTF-8, NUL-terminated, cut at a character boundary.
    pub text: [c_char; 256],
}

/// Everything a link is opened with. Fill it with `framewire_config_init`, then change what you need.
///
/// `name` and `url` must be set. Texts and waits are copied before `framewire_open` returns.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct framewire_config {
    /// Size of this struct as the caller compiled it; set by `framewire_config_init`.
    pub size: u32,
    /// ABI version the caller compiled against; set by `framewire_config_init`.
    pub abi_version: u32,
    /// Name of the link, unique in the process: 1 to 64 bytes.
    pub name: framewire_str,
    /// Who the link belongs to (package and project); absent = empty.
    pub owner: framewire_str,
    /// `ws://host:port/path` or `wss://host:port/path`.
    pub url: framewire_str,
    /// Extra request headers, one `Name: value` a line, lines parted by LF; absent = none.
    pub headers: framewire_str,
    /// WebSocket subprotocol to offer; absent = none.
    pub subprotocol: framewire_str,
    /// PEM file whose certificates are trusted instead of the system's roots; absent = system roots. Revocation lists in it
    /// (`X509 CRL` sections, one for each authority) are obeyed; one that is past its nextUpdate is refused.
    pub tls_ca_file: framewire_str,
    /// Hello fields of the profile, a JSON object; absent = none.
    pub hello: framewire_str,
    /// Capability or authentication token of the profile; absent = looked up where the profile says.
    pub token: framewire_str,
    /// Capability record file (godot_ai); absent = the default place for `http_port`.
    pub capability_file: framewire_str,
    /// Reconnect waits in milliseconds, the last one repeating; NULL = 1 2 4 8 16 30 60 s.
    pub reconnect_delays_ms: *const u32,
    /// Number of entries at `reconnect_delays_ms`, at most 32.
    pub reconnect_delay_count: u64,
    /// `FRAMEWIRE_PROFILE_*`; default RAW.
    pub profile: u32,
    /// Protocol version of the profile; 0 = auto.
    pub protocol: u32,
    /// `FRAMEWIRE_CONFIG_*` bits; default none.
    pub flags: u32,
    /// HTTP port of the godot_ai server, which names its capability record; default 8000.
    pub http_port: u32,
    /// `FRAMEWIRE_RECONNECT_*`; default FOREVER.
    pub reconnect: u32,
    /// Redials before giving up, for `FRAMEWIRE_RECONNECT_LIMITED`.
    pub reconnect_limit: u32,
    /// Jitter taken off each wait, in percent of it: 0 (exact, the default) to 100.
    pub reconnect_jitter_percent: u32,
    /// `FRAMEWIRE_OVERFLOW_*`: what a full inbox does to a raw link; default PAUSE.
    pub overflow: u32,
    /// Largest message taken from the peer, bytes; default 64 MiB.
    pub max_message: u64,
    /// Largest message the peer takes, bytes; 0 = the profile's default.
    pub peer_max_message: u64,
    /// Bytes the inbox holds; default 32 MiB.
    pub inbound_bytes: u64,
    /// Bytes the outbox holds; 0 = the profile's default.
    pub outbound_bytes: u64,
    /// Messages the inbox holds; default 4096.
    pub inbound_count: u32,
    /// Messages the outbox holds; default 1024.
    pub outbound_count: u32,
    /// Requests open at a time; default 1024, at most 65536.
    pub request_slots: u32,
    /// JSON nesting taken from the peer; default 128.
    pub max_depth: u32,
    /// Payload bytes after which one poll stops; default 4 MiB; one event is always handed out.
    pub budget_bytes: u64,
    /// Deadline for looking up the host name, ms; default 5000.
    pub resolve_timeout_ms: u32,
    /// Deadline for the TCP connection, ms; default 5000.
    pub connect_timeout_ms: u32,
    /// Deadline for the TLS handshake, ms; default 5000.
    pub tls_timeout_ms: u32,
    /// Deadline for the WebSocket upgrade, ms; default 5000.
    pub upgrade_timeout_ms: u32,
    /// Deadline for the profile's hello, ms; default 10000.
    pub hello_timeout_ms: u32,
    /// Deadline of a request handed out and not deferred, and of a call of ours that names none, ms; default 300000; 0 = none.
    pub request_timeout_ms: u32,
    /// Wait for the peer's close frame, ms; 0 = the profile's default.
    pub close_timeout_ms: u32,
    /// Ping the peer this often, ms; default 20000; 0 = never.
    pub heartbeat_interval_ms: u32,
    /// Silence after which the connection counts as lost, ms; default 40000; 0 = never.
    pub heartbeat_timeout_ms: u32,
    /// Acknowledged time after which the reconnect counter starts again, ms; default 10000.
    pub stable_ms: u32,
    /// Least severe LOG event handed out: `FRAMEWIRE_LOG_*`; default INFO.
    pub log_level: u32,
    /// Must be zero.
    pub reserved: u32,
    /// File in which the link publishes what the editor is doing; absent = the default place of `project`, or none.
    pub state_file: framewire_str,
    /// Directory of the editor's project; absent = none.
    pub project: framewire_str,
    /// Text message sent every `keepalive_interval_ms`, for peers that count pings as silence; absent = none. raw and
    /// json_rpc (JSON) only: elsewhere UNSUPPORTED.
    pub keepalive_message: framewire_str,
    /// Bytes of parameters kept for requests that are handed out and unanswered; default 4 MiB.
    pub ledger_bytes: u64,
    /// A request not handed out within this time is answered busy, ms; 0 = the profile's default; `FRAMEWIRE_NEVER`.
    pub hold_ms: u32,
    /// Time without a poll or an attach after which the link ends, ms; default 600000; 0 = never.
    pub orphan_ms: u32,
    /// Time without a poll after which the frame loop counts as silent, ms; default 2000; 0 = never.
    pub stall_ms: u32,
    /// Time that a ready editor waits for its link before the state file says failed, ms; default 30000; 0 = for ever.
    pub ready_timeout_ms: u32,
    /// Time that a detached link waits for an attach before the state file says failed, ms; default 600000; 0 = for ever.
    pub reload_timeout_ms: u32,
    /// How often `keepalive_message` is sent, ms; default 0 = never.
    pub keepalive_interval_ms: u32,
    /// Silence of the peer during a call of ours after which the call fails, ms; default 0 = never.
    pub quiet_timeout_ms: u32,
    /// Calls of ours under way at a time; default 256, which is the most.
    pub max_calls: u32,
}

/// One thing that happened. Pointers are lent until `framewire_release`.
///
/// Which fields count depends on `kind`; the others are zero. A text that is empty is `{NULL, 0}`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct framewire_event {
    /// `FRAMEWIRE_EVENT_*`.
    pub kind: u32,
    /// LOG: `FRAMEWIRE_LOG_*`.
    pub level: u32,
    /// Connection the event belongs to; 0 before the first. A failed dial and a new one name the last connection before them.
    pub generation: u64,
    /// Arrival on the clock of `framewire_now_ns`.
    pub time_ns: u64,
    /// REQUEST, REQUEST_ORPHANED, REQUEST_ENDED: the request; RESPONSE: the call.
    pub id: u64,
    /// SEND_DROPPED: first send number of the run.
    pub first: u64,
    /// SEND_DROPPED: last send number of the run.
    pub last: u64,
    /// DROPPED: messages; CLOSED: requests dropped unseen; REQUEST_ORPHANED: times handed out, this one included; LOG, CONNECT_FAILED, RECONNECTING: older ones folded away.
    pub count: u64,
    /// CLOSED: open requests and calls settled as lost.
    pub settled: u64,
    /// CLOSED: messages the system took that nothing shows the peer has read; 0 after a clean close.
    pub unconfirmed: u64,
    /// CLOSED: connections that opened and closed unseen before this one.
    pub skipped: u64,
    /// CLOSED: close code; CONNECT_FAILED: HTTP status or close code, 0 if none; SEND_DROPPED, RESPONSE: byte offset of the fault.
    pub code: u32,
    /// `FRAMEWIRE_REASON_*`.
    pub reason: u32,
    /// CONNECT_FAILED, CLOSED: error number of the operating system, 0 if none.
    pub os_error: i32,
    /// `FRAMEWIRE_EVENT_FLAG_*` bits.
    pub flags: u32,
    /// RECONNECTING, CONNECT_FAILED: number of the attempt, from 1.
    pub attempt: u32,
    /// RECONNECTING, CONNECT_FAILED: wait before the next dial, ms.
    pub delay_ms: u32,
    /// REQUEST, REQUEST_ORPHANED, NOTIFICATION, RESPONSE: method; ACKNOWLEDGED: version of the server.
    pub name: framewire_str,
    /// REQUEST, REQUEST_ORPHANED, NOTIFICATION: parameters as JSON; TEXT, BINARY, RESPONSE: the payload.
    pub data: framewire_str,
    /// CONNECT_FAILED, CLOSED, SEND_DROPPED, RESPONSE, LOG: words for a person.
    pub detail: framewire_str,
    /// REQUEST_ORPHANED: what the earlier owner left with `framewire_defer`.
    pub note: framewire_str,
    /// REQUEST_ORPHANED: time since its arrival, ns; RESPONSE: time since the call.
    pub age_ns: u64,
    /// RESPONSE: the peer's error code.
    pub error_code: i64,
}

/// What a link is doing, copied out by `framewire_get_state`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct framewire_state {
    /// `FRAMEWIRE_PHASE_*`.
    pub phase: u32,
    /// `FRAMEWIRE_READINESS_*` as last set.
    pub readiness: u32,
    /// Current connection, or the last one; 0 before the first.
    pub generation: u64,
    /// Dial attempts since the counter was last reset.
    pub attempt: u32,
    /// Protocol version spoken; 0 before it is known.
    pub protocol: u32,
    /// Age of the last poll in ns (resolution: the I/O thread's wake-ups); `UINT64_MAX` before the first.
    pub poll_age_ns: u64,
    /// Requests handed out and unanswered.
    pub requests_open: u32,
    /// Requests waiting in the inbox.
    pub requests_waiting: u32,
    /// Bytes in the inbox or lent.
    pub inbound_bytes: u64,
    /// Bytes accepted and not yet taken by the system.
    pub outbound_bytes: u64,
    /// How deep `framewire_pause` is nested.
    pub pause_depth: u32,
    /// Length of `session_id`.
    pub session_id_len: u32,
    /// Length of `server_version`.
    pub server_version_len: u32,
    /// Must be ignored.
    pub reserved: u32,
    /// Session id told to the server: UTF-8, NUL-terminated.
    pub session_id: [c_char; 136],
    /// Version told by the server: UTF-8, NUL-terminated.
    pub server_version: [c_char; 136],
    /// 1 from `framewire_detach` to the next attach.
    pub detached: u32,
    /// Times that the link was attached to.
    pub attaches: u32,
    /// Requests of an earlier owner whose REQUEST_ORPHANED is still to be polled.
    pub requests_orphaned: u32,
    /// Calls of ours under way.
    pub calls_open: u32,
    /// `FRAMEWIRE_READINESS_*` as published in the state file: READY only after proof through link and frame loop.
    pub published_readiness: u32,
    /// 1 while there was no poll for `stall_ms`.
    pub stalled: u32,
}

/// Counters since the link was opened, copied out by `framewire_get_stats`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct framewire_stats {
    /// Calls of `framewire_poll`.
    pub polls: u64,
    /// Events handed out.
    pub events: u64,
    /// Connections opened.
    pub connections: u64,
    /// Dials that failed.
    pub connect_failures: u64,
    /// Messages received.
    pub messages_in: u64,
    /// Payload bytes received.
    pub bytes_in: u64,
    /// Messages taken by the system.
    pub messages_out: u64,
    /// Payload bytes taken by the system.
    pub bytes_out: u64,
    /// Requests received.
    pub requests: u64,
    /// Requests answered by the host.
    pub answered: u64,
    /// Requests that ran out of time.
    pub expired: u64,
    /// Requests lost with their connection after they were handed out.
    pub lost: u64,
    /// Requests dropped unseen with their connection.
    pub dropped_unseen: u64,
    /// Requests answered busy.
    pub refused_busy: u64,
    /// Inbound messages dropped because the inbox was full.
    pub dropped_full: u64,
    /// Inbound messages that could not be understood.
    pub malformed: u64,
    /// Sends reported in SEND_DROPPED.
    pub send_dropped: u64,
    /// Polls that stopped at the budget with events left.
    pub budget_stops: u64,
    /// Wake-ups of the I/O thread.
    pub wakeups: u64,
    /// Wake signals sent by host threads.
    pub wakes_sent: u64,
    /// Times that the link was attached to.
    pub attaches: u64,
    /// Requests handed out again as REQUEST_ORPHANED.
    pub orphaned: u64,
    /// Requests that waited in vain for `hold_ms`: answered busy, or dropped where the peer wants no refusal.
    pub held_too_long: u64,
    /// Calls of ours.
    pub calls: u64,
    /// Replies to calls that had ended before, or that nobody made.
    pub late_replies: u64,
    /// State files written.
    pub state_writes: u64,
    /// State files that could not be written.
    pub state_failures: u64,
}

/// How a close went, filled by `framewire_close`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct framewire_close_report {
    /// Sends accepted and never wholly taken by the system.
    pub unsent: u64,
    /// Messages taken by the system that nothing shows the peer has read.
    pub unconfirmed: u64,
    /// Requests that were open and got the profile's closing error, or none.
    pub unanswered: u64,
    /// Events that were never polled.
    pub undelivered: u64,
    /// Close code of the last connection; 1006 without a close frame; 0 if there was none.
    pub code: u32,
    /// 1 if both close frames passed.
    pub clean: u32,
}

/// A value found by `framewire_json_get`. `text` points into the caller's JSON.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct framewire_json {
    /// `FRAMEWIRE_JSON_*`.
    pub kind: u32,
    /// `FRAMEWIRE_JSON_FLAG_*` bits.
    pub flags: u32,
    /// Integer value, if `FRAMEWIRE_JSON_FLAG_INTEGER` is set; booleans as 0 and 1.
    pub integer: i64,
    /// Number value; overflow becomes infinity.
    pub number: f64,
    /// Strings: between the quotes, escapes as they are; all else: the whole value.
    pub text: framewire_str,
}
