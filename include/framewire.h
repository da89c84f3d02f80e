/*
 * Framewire keeps a game editor wired to its tool server.
 *
 * A link owns a WebSocket on a thread of its own. The editor's frame loop polls the link and never waits: a
 * stalled frame costs no connection, a lost connection costs no frame. This header is the whole C API and its
 * manual: C99 and later, C++11 and later, 64-bit targets.
 *
 *     struct framewire_config config;
 *     struct framewire_error error;
 *     framewire_link link;
 *     framewire_config_init(&config, sizeof config, FRAMEWIRE_ABI_VERSION);
 *     config.name = FRAMEWIRE_STR("editor");
 *     config.url = FRAMEWIRE_STR("ws://127.0.0.1:9500/");
 *     if (framewire_open(&config, &link, &error) != FRAMEWIRE_OK) { puts(error.text); return; }
 *
 *     each frame:
 *     struct framewire_event events[16];
 *     uint64_t count;
 *     if (framewire_poll(link, events, sizeof events[0], 16, &count) == FRAMEWIRE_OK) {
 *         for (uint64_t i = 0; i < count; i++) { handle(&events[i]); }
 *         framewire_release(link);
 *     }
 *
 *     at the end:
 *     framewire_close(link, 2000, NULL, 0);
 *
 * THE CALLS
 *
 *     about the library   abi_version  version  status_name  now_ns
 *     life of a link      config_init  open  detach  close  shutdown
 *     connection          connect  disconnect  set_endpoint  set_hello  renew_session
 *     frame loop          poll  release  pause  resume  wait
 *     answers             respond  respond_attachment  respond_error  defer  outstanding
 *     messages and calls  send_text  send_binary  notify  request  cancel
 *     editor and link     set_readiness  restore_readiness  get_state  get_stats
 *     payloads            json_get
 *     programs outside    state_file_read  state_file_wait
 *
 * THE CONTRACT, which each function below only adds to
 *
 * Strings. A framewire_str is UTF-8 by pointer and length, without a NUL inside and without one at its end.
 * {NULL, 0} is absent; a pointer with length 0 is empty; NULL with a length is INVALID. Payloads (messages,
 * JSON, notes) are taken as they are and checked on the link's thread, where a fault becomes SEND_DROPPED.
 *
 * Ownership. What goes in is copied before the call returns, unless it says otherwise. Output parameters are
 * the caller's memory and are written only when the call succeeds, but for `error`, which always tells how a
 * call went, and the handle of framewire_open, which is 0 on failure. Nothing is to be freed by the caller.
 *
 * Loans. The events that a poll hands out point into the library's memory. That loan lasts until
 * framewire_release; while it is open, another poll of the link returns BUSY and touches nothing. No close or
 * detach, by whatever thread, frees lent memory: it stays until one framewire_release with the old handle, the
 * next attach to the link (framewire_open by its name), or framewire_shutdown.
 *
 * Handles. A framewire_link is a number that is never used twice. Zero, closed, detached, foreign or made-up ones are
 * STALE, at every call and in any state; they are never followed.
 *
 * Threads. Every function may be called from any thread at any time. One thread at a time polls a link; a
 * second one is told BUSY. No function calls back, and no thread of the library enters the host's code.
 *
 * Blocking. Only framewire_close, framewire_shutdown, framewire_wait and framewire_state_file_wait block: for
 * what their argument says, and a close for the moments that it names besides. framewire_state_file_read takes
 * as long as the system takes to read a small file. No other call waits, and none of those meant for the frame
 * loop makes a system call while nothing happens.
 *
 * Statuses. Every function that returns a framewire_status lists its own. Besides them each may return:
 *     FRAMEWIRE_FORKED    this process is a forked child; links stay with the parent. Nothing was done
 *     FRAMEWIRE_PANIC     the library failed inside and caught it; a LOG event has the words
 *     FRAMEWIRE_INTERNAL  the link's thread has failed; close the link and open another
 *
 * Panics. None crosses this interface, and the library writes nothing on standard output or standard error.
 *
 * Sizes. A call that takes a struct takes its size, or the stride of an array of them: pass sizeof of your
 * own. That is how hosts and libraries of different age work together: what an older host's struct lacks
 * gets defaults; what a newer host's struct has more must be zero on the way in (else UNSUPPORTED) and is
 * zeroed on the way out. Sizes that no header has (smaller than the first one's, over 4096, or no multiple of
 * the struct's alignment) are INVALID. Unknown numbers and bits, and reserved fields that are not zero, are
 * INVALID.
 *
 * Versions. FRAMEWIRE_ABI_VERSION is major << 16 | minor. A library serves hosts of its own major and of an
 * equal or lower minor; event kinds that are newer than the host's minor are not sent to it. Numbers are
 * never changed, fields only added at the end.
 *
 * Process. Links live on their own threads (named fw:NAME), with signals blocked. A host may exit without
 * closing. The first framewire_open pins the library in memory.
 */
#ifndef FRAMEWIRE_H
#define FRAMEWIRE_H


/* Generated from src/ffi by cbindgen: do not edit. `make generate` writes it anew. */

#include <stddef.h>
#include <stdint.h>

/// Version of this ABI: major << 16 | minor.
///
/// A library serves callers of the same major and of an equal or lower minor.
#define FRAMEWIRE_ABI_VERSION 65537

/// # Statuses
/// By blame: 0 done; 1-15 done, with a remark; 16-99 not now, try again; 100-199 the caller's doing;
/// 200-299 time or the peer was faster; 300 and up the library's.
///
/// Done.
#define FRAMEWIRE_OK 0

/// Done: the living link of that name was taken over.
#define FRAMEWIRE_ATTACHED 1

/// Done: the answer was too large for the peer (godot_ai: or for what the outbox has free), which gets a compact error in its
/// place.
#define FRAMEWIRE_REPLACED 2

/// Nothing to hand out. Poll again next frame.
#define FRAMEWIRE_EMPTY 16

/// Another thread polls this link or a loan is open: release it first. From `framewire_outstanding`: the list is being changed
/// this moment; ask again next frame.
#define FRAMEWIRE_BUSY 17

/// The outbox is full, or as many calls of ours are open as may be. Nothing was taken; try again after some frames.
#define FRAMEWIRE_WOULD_BLOCK 18

/// There is no connection that could take this. Wait for OPENED or ACKNOWLEDGED.
#define FRAMEWIRE_NOT_OPEN 19

/// The time given ran out.
#define FRAMEWIRE_TIMED_OUT 20

/// An argument is wrong: NULL where a value is needed, a number out of range, a malformed text.
#define FRAMEWIRE_INVALID 100

/// The handle is zero, closed, or was never handed out.
#define FRAMEWIRE_STALE 101

/// This library, build or profile does not do that.
#define FRAMEWIRE_UNSUPPORTED 102

/// A living link has this name. Close it, or choose another name.
#define FRAMEWIRE_NAME_IN_USE 103

/// The living link was opened with another configuration.
#define FRAMEWIRE_CONFIG_DIFFERS 104

/// The message is over the cap of the peer or of the link.
#define FRAMEWIRE_TOO_LARGE 105

/// No request and no call of this link has that id.
#define FRAMEWIRE_UNKNOWN 106

/// That request has been answered.
#define FRAMEWIRE_ALREADY_ANSWERED 107

/// A limit of the library is reached, such as the number of links in the process.
#define FRAMEWIRE_LIMIT 108

/// This process is a forked child; links stay with the parent.
#define FRAMEWIRE_FORKED 109

/// The request ran out of time before this call.
#define FRAMEWIRE_EXPIRED 200

/// The connection of the request ended before this call.
#define FRAMEWIRE_LOST 201

/// The library failed inside and caught it; a LOG event has the words. Please report it.
#define FRAMEWIRE_PANIC 300

/// The library met a state it did not expect. Please report it.
#define FRAMEWIRE_INTERNAL 301

/// The system refused a thread, a socket or memory.
#define FRAMEWIRE_NO_RESOURCES 302

/// # Phases of a link
/// `framewire_state.phase`.
///
/// Not connected, and not about to dial.
#define FRAMEWIRE_PHASE_DISCONNECTED 0

/// Waiting to dial again.
#define FRAMEWIRE_PHASE_WAITING 1

/// Looking up the host name, roots or capability.
#define FRAMEWIRE_PHASE_RESOLVING 2

/// TCP connection under way.
#define FRAMEWIRE_PHASE_CONNECTING 3

/// TLS handshake under way.
#define FRAMEWIRE_PHASE_SECURING 4

/// WebSocket upgrade under way.
#define FRAMEWIRE_PHASE_UPGRADING 5

/// Open; the profile's hello is under way.
#define FRAMEWIRE_PHASE_GREETING 6

/// Open and acknowledged.
#define FRAMEWIRE_PHASE_ACTIVE 7

/// The close is under way.
#define FRAMEWIRE_PHASE_CLOSING 8

/// The link is closed.
#define FRAMEWIRE_PHASE_CLOSED 9

/// # Readiness of the editor
/// For `framewire_set_readiness`, and `framewire_state.readiness`.
///
/// The editor starts.
#define FRAMEWIRE_READINESS_STARTING 0

/// Scripts compile.
#define FRAMEWIRE_READINESS_COMPILING 1

/// The scripting domain reloads.
#define FRAMEWIRE_READINESS_RELOADING 2

/// The editor comes back from a reload.
#define FRAMEWIRE_READINESS_RECOVERING 3

/// Assets are imported.
#define FRAMEWIRE_READINESS_IMPORTING 4

/// A scene plays.
#define FRAMEWIRE_READINESS_PLAYING 5

/// No scene is open.
#define FRAMEWIRE_READINESS_NO_SCENE 6

/// The editor takes any call.
#define FRAMEWIRE_READINESS_READY 7

/// The editor shuts down.
#define FRAMEWIRE_READINESS_STOPPING 8

/// The editor has stopped serving.
#define FRAMEWIRE_READINESS_STOPPED 9

/// The editor cannot serve.
#define FRAMEWIRE_READINESS_FAILED 10

/// # Profiles
/// `framewire_config.profile`: what is spoken inside the WebSocket.
///
/// Text and binary messages as they are.
#define FRAMEWIRE_PROFILE_RAW 0

/// JSON-RPC 2.0 in both directions. All members of `hello` may be left out: `messages` (an array of objects, sent as
/// they are at each open), `methods` (the names that the host handles: requests for others are answered -32601 by
/// themselves), `cancel_method` (the notification that tells the peer of a `framewire_cancel`, params `{"id": ...}`).
#define FRAMEWIRE_PROFILE_JSON_RPC 1

/// Godot AI servers, protocol 1 and 2.
#define FRAMEWIRE_PROFILE_GODOT_AI 2

/// unity-mcp servers, at `ws://127.0.0.1:8080/hub/plugin` unless they are told otherwise. Members of `hello`:
/// `project_hash` (must be there, and differ for every project: the first 16 hex digits of the SHA-1 of the path of its
/// Assets folder), `project_name`, `unity_version`, `project_path`, and `tools` (an array of objects that is told as it
/// is). A result that has `success` reaches the MCP client as it is; any other becomes the `data` of a success. The
/// server asks by a request called `ping` whether the frame loop runs: answer it with `{"message":"pong"}`.
#define FRAMEWIRE_PROFILE_UNITY_MCP 3

/// # Bits of `framewire_config.flags`
///
/// Hosts other than loopback may be dialled, by `wss://`.
#define FRAMEWIRE_CONFIG_ALLOW_REMOTE 1

/// Hosts other than loopback may be dialled by `ws://` too.
#define FRAMEWIRE_CONFIG_ALLOW_INSECURE_REMOTE 2

/// Do not dial before `framewire_connect`.
#define FRAMEWIRE_CONFIG_START_DISCONNECTED 4

/// # Reconnect policies
/// `framewire_config.reconnect`.
///
/// Dial again for ever.
#define FRAMEWIRE_RECONNECT_FOREVER 0

/// Dial again `reconnect_limit` times in a row.
#define FRAMEWIRE_RECONNECT_LIMITED 1

/// Never dial again by itself.
#define FRAMEWIRE_RECONNECT_NONE 2

/// # What a full inbox does to a raw link
/// `framewire_config.overflow`.
///
/// Stop reading until there is room.
#define FRAMEWIRE_OVERFLOW_PAUSE 0

/// Go on reading and drop what does not fit.
#define FRAMEWIRE_OVERFLOW_DROP_NEWEST 1

/// Close the connection with 1008.
#define FRAMEWIRE_OVERFLOW_CLOSE 2

/// # Log levels
/// `framewire_config.log_level` and `framewire_event.level`.
///
/// Something failed that needs attention.
#define FRAMEWIRE_LOG_ERROR 1

/// Something is wrong and was coped with.
#define FRAMEWIRE_LOG_WARN 2

/// The course of the connection.
#define FRAMEWIRE_LOG_INFO 3

/// More of it.
#define FRAMEWIRE_LOG_DEBUG 4

/// Every message, bodies cut at 200 bytes.
#define FRAMEWIRE_LOG_TRACE 5

/// # Kinds of JSON value
/// `framewire_json.kind`.
///
/// The pointer leads nowhere.
#define FRAMEWIRE_JSON_MISSING 0

/// `null`
#define FRAMEWIRE_JSON_NULL 1

/// `true` or `false`
#define FRAMEWIRE_JSON_BOOLEAN 2

/// A number.
#define FRAMEWIRE_JSON_NUMBER 3

/// A string.
#define FRAMEWIRE_JSON_STRING 4

/// An array.
#define FRAMEWIRE_JSON_ARRAY 5

/// An object.
#define FRAMEWIRE_JSON_OBJECT 6

/// # Bits of `framewire_json.flags`
///
/// The number is an integer that fits `integer`.
#define FRAMEWIRE_JSON_FLAG_INTEGER 1

/// The string holds escapes.
#define FRAMEWIRE_JSON_FLAG_ESCAPED 2

/// # Waits that never end
///
/// For `framewire_config.hold_ms`: a request waits for the frame loop for ever.
#define FRAMEWIRE_NEVER 4294967295

/// # Kinds of open call
/// `framewire_open_call.kind`.
///
/// A request of the peer that was handed out and is not answered.
#define FRAMEWIRE_OUTSTANDING_REQUEST 1

/// A request that an earlier owner took; its REQUEST_ORPHANED is still to be polled.
#define FRAMEWIRE_OUTSTANDING_ORPHAN 2

/// A call of ours, made with `framewire_request`.
#define FRAMEWIRE_OUTSTANDING_CALL 3

/// # What a state file says
/// `framewire_record.verdict`.
///
/// There is none: no editor of this project publishes its state.
#define FRAMEWIRE_VERDICT_MISSING 0

/// It cannot be read, or is no state file.
#define FRAMEWIRE_VERDICT_UNREADABLE 1

/// It says that an editor lives, and the editor is gone.
#define FRAMEWIRE_VERDICT_STALE 2

/// The editor is alive and busy: it starts, compiles, reloads, recovers or stops; or its process stands still.
#define FRAMEWIRE_VERDICT_BUSY 3

/// The editor has stopped serving, in good order.
#define FRAMEWIRE_VERDICT_STOPPED 4

/// The editor is alive and cannot serve: `last_error`.
#define FRAMEWIRE_VERDICT_FAILED 5

/// The editor is alive, polls, and its link is acknowledged.
#define FRAMEWIRE_VERDICT_READY 6

/// # Bits of `framewire_record.flags`
///
/// FAILED: the link alone is the cause; it is dialled again, and the editor becomes ready when it is back.
#define FRAMEWIRE_RECORD_FLAG_FAILED_BY_LINK 1

/// The file was left by another writer: only the first six keys are there.
#define FRAMEWIRE_RECORD_FLAG_FOREIGN 2

/// # Bits of the `flags` of `framewire_state_file_wait`
///
/// A failure ends the wait even if the link alone is the cause.
#define FRAMEWIRE_WAIT_FAIL_FAST 1

/// # Kinds of event
/// `framewire_event.kind`. Each names the fields that count for it, besides `kind`, `generation` and `time_ns`.
///
/// The WebSocket is open.
#define FRAMEWIRE_EVENT_OPENED 1

/// The server took the hello; `name` is its version.
#define FRAMEWIRE_EVENT_ACKNOWLEDGED 2

/// A dial failed: `reason`, `code`, `os_error`, `attempt`, `delay_ms`, `detail`.
#define FRAMEWIRE_EVENT_CONNECT_FAILED 3

/// A dial begins after an earlier connection or attempt: `attempt`, `delay_ms` waited.
#define FRAMEWIRE_EVENT_RECONNECTING 4

/// The connection ended; its last event: `code`, `reason`, `flags`, `count`, `settled`, `unconfirmed`, `skipped`, `detail`.
#define FRAMEWIRE_EVENT_CLOSED 5

/// A call for the host: `id`, `name`, `data`. Answer it once.
#define FRAMEWIRE_EVENT_REQUEST 6

/// A call that an earlier owner of the link took and never answered: as REQUEST, and `note`, `age_ns`, `count`, `flags`.
/// Finish it or fail it; it may have run in part.
#define FRAMEWIRE_EVENT_REQUEST_ORPHANED 7

/// A call handed out ended without its answer: `id`, `reason`.
#define FRAMEWIRE_EVENT_REQUEST_ENDED 8

/// The end of a call made with `framewire_request`: `id`, `name`, `reason`, `data`, `age_ns`; a failed one also `detail`,
/// `error_code` if the peer says one, and `code` if the host's JSON was at fault. A reply goes into a full inbox, too; what
/// does not fit even so is told as `FRAMEWIRE_REASON_OVERFLOW`.
#define FRAMEWIRE_EVENT_RESPONSE 9

/// A message that wants no answer: `name`, `data`.
#define FRAMEWIRE_EVENT_NOTIFICATION 10

/// A text message of a raw link: `data`.
#define FRAMEWIRE_EVENT_TEXT 11

/// A binary message of a raw link: `data`.
#define FRAMEWIRE_EVENT_BINARY 12

/// Sends `first` to `last` were not sent: `reason`, `code`, `detail`.
#define FRAMEWIRE_EVENT_SEND_DROPPED 13

/// `count` inbound messages were dropped: `reason`.
#define FRAMEWIRE_EVENT_DROPPED 14

/// A line for the log: `level`, `detail`; `count` older lines were lost.
#define FRAMEWIRE_EVENT_LOG 15

/// # Bits of `framewire_event.flags`
///
/// CLOSED: both close frames passed.
#define FRAMEWIRE_EVENT_FLAG_CLEAN 1

/// CLOSED: this side began the close.
#define FRAMEWIRE_EVENT_FLAG_BY_US 2

/// CLOSED, CONNECT_FAILED: the link does not dial again by itself.
#define FRAMEWIRE_EVENT_FLAG_FINAL 4

/// REQUEST_ORPHANED: the parameters were too large to be kept, `data` is absent.
#define FRAMEWIRE_EVENT_FLAG_PAYLOAD_GONE 8

/// # Reasons
/// `framewire_event.reason`.
///
/// No particular reason.
#define FRAMEWIRE_REASON_NONE 0

/// The host name could not be looked up.
#define FRAMEWIRE_REASON_RESOLVE 1

/// Nothing listens on the port, or the system refused the connection.
#define FRAMEWIRE_REASON_REFUSED 2

/// No route to the host, or the network is down.
#define FRAMEWIRE_REASON_UNREACHABLE 3

/// A deadline passed; `detail` names it.
#define FRAMEWIRE_REASON_TIMEOUT 4

/// The TLS handshake failed; `detail` says why.
#define FRAMEWIRE_REASON_TLS 5

/// The peer answered, but is no WebSocket server; `code` is its HTTP status.
#define FRAMEWIRE_REASON_NOT_WEBSOCKET 6

/// The address is not allowed: remote hosts must be asked for.
#define FRAMEWIRE_REASON_POLICY 7

/// The server speaks another protocol version.
#define FRAMEWIRE_REASON_PROTOCOL_MISMATCH 8

/// The server or this side refused the credentials.
#define FRAMEWIRE_REASON_AUTHENTICATION 9

/// The server ended or broke the hello.
#define FRAMEWIRE_REASON_HELLO 10

/// The server has a session of this id.
#define FRAMEWIRE_REASON_SESSION_TAKEN 11

/// The capability record could not be used; `detail` says why.
#define FRAMEWIRE_REASON_CAPABILITY 12

/// The peer closed.
#define FRAMEWIRE_REASON_CLOSED_BY_PEER 13

/// The host closed or disconnected.
#define FRAMEWIRE_REASON_CLOSED_BY_HOST 14

/// The connection broke.
#define FRAMEWIRE_REASON_CONNECTION_LOST 15

/// The peer was silent too long.
#define FRAMEWIRE_REASON_HEARTBEAT 16

/// The peer broke the WebSocket protocol.
#define FRAMEWIRE_REASON_PEER_VIOLATION 17

/// A message was over the cap.
#define FRAMEWIRE_REASON_MESSAGE_TOO_LARGE 18

/// The inbox was full. RESPONSE: the peer's reply found it full, beyond its bounds by more than `max_message` bytes with
/// it; there is no `data`. Replies up to that are kept.
#define FRAMEWIRE_REASON_OVERFLOW 19

/// The request ran out of time and was answered so.
#define FRAMEWIRE_REASON_EXPIRED 20

/// The connection of the request ended.
#define FRAMEWIRE_REASON_LOST 21

/// The host gave text that is no JSON of the needed kind; `code` is the byte offset.
#define FRAMEWIRE_REASON_BAD_JSON 22

/// The host gave text that is not UTF-8; `code` is the byte offset.
#define FRAMEWIRE_REASON_BAD_UTF8 23

/// The host took it back.
#define FRAMEWIRE_REASON_CANCELLED 24

/// The library failed; see the LOG event.
#define FRAMEWIRE_REASON_INTERNAL 25

/// The peer sent text that could not be understood.
#define FRAMEWIRE_REASON_MALFORMED 26

/// RESPONSE: the peer answered with an error: `error_code`, `detail`, `data`.
#define FRAMEWIRE_REASON_PEER_ERROR 27

/// RESPONSE: the peer's reply is neither a result nor an error.
#define FRAMEWIRE_REASON_BAD_REPLY 28

/// CLOSED: nobody polled or attached for `orphan_ms`; the link has ended.
#define FRAMEWIRE_REASON_ORPHANED 29

/// UTF-8 text by pointer and length, without a terminating NUL. `{NULL, 0}` means absent.
typedef struct framewire_str {
    /// First byte, or NULL when absent.
    const char *ptr;
    /// Length in bytes.
    uint64_t len;
} framewire_str;

/// What a call came to. See the `FRAMEWIRE_OK ...` constants and `framewire_status_name`.
typedef uint32_t framewire_status;

/// Everything a link is opened with. Fill it with `framewire_config_init`, then change what you need.
///
/// `name` and `url` must be set. Texts and waits are copied before `framewire_open` returns.
typedef struct framewire_config {
    /// Size of this struct as the caller compiled it; set by `framewire_config_init`.
    uint32_t size;
    /// ABI version the caller compiled against; set by `framewire_config_init`.
    uint32_t abi_version;
    /// Name of the link, unique in the process: 1 to 64 bytes.
    struct framewire_str name;
    /// Who the link belongs to (package and project); absent = empty.
    struct framewire_str owner;
    /// `ws://host:port/path` or `wss://host:port/path`.
    struct framewire_str url;
    /// Extra request headers, one `Name: value` a line, lines parted by LF; absent = none.
    struct framewire_str headers;
    /// WebSocket subprotocol to offer; absent = none.
    struct framewire_str subprotocol;
    /// PEM file whose certificates are trusted instead of the system's roots; absent = system roots. Revocation lists in it
    /// (`X509 CRL` sections, one for each authority) are obeyed; one that is past its nextUpdate is refused.
    struct framewire_str tls_ca_file;
    /// Hello fields of the profile, a JSON object; absent = none.
    struct framewire_str hello;
    /// Capability or authentication token of the profile; absent = looked up where the profile says.
    struct framewire_str token;
    /// Capability record file (godot_ai); absent = the default place for `http_port`.
    struct framewire_str capability_file;
    /// Reconnect waits in milliseconds, the last one repeating; NULL = 1 2 4 8 16 30 60 s.
    const uint32_t *reconnect_delays_ms;
    /// Number of entries at `reconnect_delays_ms`, at most 32.
    uint64_t reconnect_delay_count;
    /// `FRAMEWIRE_PROFILE_*`; default RAW.
    uint32_t profile;
    /// Protocol version of the profile; 0 = auto.
    uint32_t protocol;
    /// `FRAMEWIRE_CONFIG_*` bits; default none.
    uint32_t flags;
    /// HTTP port of the godot_ai server, which names its capability record; default 8000.
    uint32_t http_port;
    /// `FRAMEWIRE_RECONNECT_*`; default FOREVER.
    uint32_t reconnect;
    /// Redials before giving up, for `FRAMEWIRE_RECONNECT_LIMITED`.
    uint32_t reconnect_limit;
    /// Jitter taken off each wait, in percent of it: 0 (exact, the default) to 100.
    uint32_t reconnect_jitter_percent;
    /// `FRAMEWIRE_OVERFLOW_*`: what a full inbox does to a raw link; default PAUSE.
    uint32_t overflow;
    /// Largest message taken from the peer, bytes; default 64 MiB.
    uint64_t max_message;
    /// Largest message the peer takes, bytes; 0 = the profile's default.
    uint64_t peer_max_message;
    /// Bytes the inbox holds; default 32 MiB.
    uint64_t inbound_bytes;
    /// Bytes the outbox holds; 0 = the profile's default.
    uint64_t outbound_bytes;
    /// Messages the inbox holds; default 4096.
    uint32_t inbound_count;
    /// Messages the outbox holds; default 1024.
    uint32_t outbound_count;
    /// Requests open at a time; default 1024, at most 65536.
    uint32_t request_slots;
    /// JSON nesting taken from the peer; default 128.
    uint32_t max_depth;
    /// Payload bytes after which one poll stops; default 4 MiB; one event is always handed out.
    uint64_t budget_bytes;
    /// Deadline for looking up the host name, ms; default 5000.
    uint32_t resolve_timeout_ms;
    /// Deadline for the TCP connection, ms; default 5000.
    uint32_t connect_timeout_ms;
    /// Deadline for the TLS handshake, ms; default 5000.
    uint32_t tls_timeout_ms;
    /// Deadline for the WebSocket upgrade, ms; default 5000.
    uint32_t upgrade_timeout_ms;
    /// Deadline for the profile's hello, ms; default 10000.
    uint32_t hello_timeout_ms;
    /// Deadline of a request handed out and not deferred, and of a call of ours that names none, ms; default 300000; 0 = none.
    uint32_t request_timeout_ms;
    /// Wait for the peer's close frame, ms; 0 = the profile's default.
    uint32_t close_timeout_ms;
    /// Ping the peer this often, ms; default 20000; 0 = never.
    uint32_t heartbeat_interval_ms;
    /// Silence after which the connection counts as lost, ms; default 40000; 0 = never.
    uint32_t heartbeat_timeout_ms;
    /// Acknowledged time after which the reconnect counter starts again, ms; default 10000.
    uint32_t stable_ms;
    /// Least severe LOG event handed out: `FRAMEWIRE_LOG_*`; default INFO.
    uint32_t log_level;
    /// Must be zero.
    uint32_t reserved;
    /// File in which the link publishes what the editor is doing; absent = the default place of `project`, or none.
    struct framewire_str state_file;
    /// Directory of the editor's project; absent = none.
    struct framewire_str project;
    /// Text message sent every `keepalive_interval_ms`, for peers that count pings as silence; absent = none. raw and
    /// json_rpc (JSON) only: elsewhere UNSUPPORTED.
    struct framewire_str keepalive_message;
    /// Bytes of parameters kept for requests that are handed out and unanswered; default 4 MiB.
    uint64_t ledger_bytes;
    /// A request not handed out within this time is answered busy, ms; 0 = the profile's default; `FRAMEWIRE_NEVER`.
    uint32_t hold_ms;
    /// Time without a poll or an attach after which the link ends, ms; default 600000; 0 = never.
    uint32_t orphan_ms;
    /// Time without a poll after which the frame loop counts as silent, ms; default 2000; 0 = never.
    uint32_t stall_ms;
    /// Time that a ready editor waits for its link before the state file says failed, ms; default 30000; 0 = for ever.
    uint32_t ready_timeout_ms;
    /// Time that a detached link waits for an attach before the state file says failed, ms; default 600000; 0 = for ever.
    uint32_t reload_timeout_ms;
    /// How often `keepalive_message` is sent, ms; default 0 = never.
    uint32_t keepalive_interval_ms;
    /// Silence of the peer during a call of ours after which the call fails, ms; default 0 = never.
    uint32_t quiet_timeout_ms;
    /// Calls of ours under way at a time; default 256, which is the most.
    uint32_t max_calls;
} framewire_config;

/// A handle to a link. Zero is never a link.
typedef uint64_t framewire_link;

/// Why a call failed, in words. The caller owns the memory; the library only fills it in.
typedef struct framewire_error {
    /// The same status that the call returned.
    framewire_status status;
    /// Byte offset in `framewire_config` of the field at fault; `UINT32_MAX` when no field is.
    uint32_t field;
    /// What went wrong and what to do next: UTF-8, NUL-terminated, cut at a character boundary.
    char text[256];
} framewire_error;

/// How a close went, filled by `framewire_close`.
typedef struct framewire_close_report {
    /// Sends accepted and never wholly taken by the system.
    uint64_t unsent;
    /// Messages taken by the system that nothing shows the peer has read.
    uint64_t unconfirmed;
    /// Requests that were open and got the profile's closing error, or none.
    uint64_t unanswered;
    /// Events that were never polled.
    uint64_t undelivered;
    /// Close code of the last connection; 1006 without a close frame; 0 if there was none.
    uint32_t code;
    /// 1 if both close frames passed.
    uint32_t clean;
} framewire_close_report;

/// One thing that happened. Pointers are lent until `framewire_release`.
///
/// Which fields count depends on `kind`; the others are zero. A text that is empty is `{NULL, 0}`.
typedef struct framewire_event {
    /// `FRAMEWIRE_EVENT_*`.
    uint32_t kind;
    /// LOG: `FRAMEWIRE_LOG_*`.
    uint32_t level;
    /// Connection the event belongs to; 0 before the first. A failed dial and a new one name the last connection before them.
    uint64_t generation;
    /// Arrival on the clock of `framewire_now_ns`.
    uint64_t time_ns;
    /// REQUEST, REQUEST_ORPHANED, REQUEST_ENDED: the request; RESPONSE: the call.
    uint64_t id;
    /// SEND_DROPPED: first send number of the run.
    uint64_t first;
    /// SEND_DROPPED: last send number of the run.
    uint64_t last;
    /// DROPPED: messages; CLOSED: requests dropped unseen; REQUEST_ORPHANED: times handed out, this one included; LOG, CONNECT_FAILED, RECONNECTING: older ones folded away.
    uint64_t count;
    /// CLOSED: open requests and calls settled as lost.
    uint64_t settled;
    /// CLOSED: messages the system took that nothing shows the peer has read; 0 after a clean close.
    uint64_t unconfirmed;
    /// CLOSED: connections that opened and closed unseen before this one.
    uint64_t skipped;
    /// CLOSED: close code; CONNECT_FAILED: HTTP status or close code, 0 if none; SEND_DROPPED, RESPONSE: byte offset of the fault.
    uint32_t code;
    /// `FRAMEWIRE_REASON_*`.
    uint32_t reason;
    /// CONNECT_FAILED, CLOSED: error number of the operating system, 0 if none.
    int32_t os_error;
    /// `FRAMEWIRE_EVENT_FLAG_*` bits.
    uint32_t flags;
    /// RECONNECTING, CONNECT_FAILED: number of the attempt, from 1.
    uint32_t attempt;
    /// RECONNECTING, CONNECT_FAILED: wait before the next dial, ms.
    uint32_t delay_ms;
    /// REQUEST, REQUEST_ORPHANED, NOTIFICATION, RESPONSE: method; ACKNOWLEDGED: version of the server.
    struct framewire_str name;
    /// REQUEST, REQUEST_ORPHANED, NOTIFICATION: parameters as JSON; TEXT, BINARY, RESPONSE: the payload.
    struct framewire_str data;
    /// CONNECT_FAILED, CLOSED, SEND_DROPPED, RESPONSE, LOG: words for a person.
    struct framewire_str detail;
    /// REQUEST_ORPHANED: what the earlier owner left with `framewire_defer`.
    struct framewire_str note;
    /// REQUEST_ORPHANED: time since its arrival, ns; RESPONSE: time since the call.
    uint64_t age_ns;
    /// RESPONSE: the peer's error code.
    int64_t error_code;
} framewire_event;

/// What a link is doing, copied out by `framewire_get_state`.
typedef struct framewire_state {
    /// `FRAMEWIRE_PHASE_*`.
    uint32_t phase;
    /// `FRAMEWIRE_READINESS_*` as last set.
    uint32_t readiness;
    /// Current connection, or the last one; 0 before the first.
    uint64_t generation;
    /// Dial attempts since the counter was last reset.
    uint32_t attempt;
    /// Protocol version spoken; 0 before it is known.
    uint32_t protocol;
    /// Age of the last poll in ns (resolution: the I/O thread's wake-ups); `UINT64_MAX` before the first.
    uint64_t poll_age_ns;
    /// Requests handed out and unanswered.
    uint32_t requests_open;
    /// Requests waiting in the inbox.
    uint32_t requests_waiting;
    /// Bytes in the inbox or lent.
    uint64_t inbound_bytes;
    /// Bytes accepted and not yet taken by the system.
    uint64_t outbound_bytes;
    /// How deep `framewire_pause` is nested.
    uint32_t pause_depth;
    /// Length of `session_id`.
    uint32_t session_id_len;
    /// Length of `server_version`.
    uint32_t server_version_len;
    /// Must be ignored.
    uint32_t reserved;
    /// Session id told to the server: UTF-8, NUL-terminated.
    char session_id[136];
    /// Version told by the server: UTF-8, NUL-terminated.
    char server_version[136];
    /// 1 from `framewire_detach` to the next attach.
    uint32_t detached;
    /// Times that the link was attached to.
    uint32_t attaches;
    /// Requests of an earlier owner whose REQUEST_ORPHANED is still to be polled.
    uint32_t requests_orphaned;
    /// Calls of ours under way.
    uint32_t calls_open;
    /// `FRAMEWIRE_READINESS_*` as published in the state file: READY only after proof through link and frame loop.
    uint32_t published_readiness;
    /// 1 while there was no poll for `stall_ms`.
    uint32_t stalled;
} framewire_state;

/// Counters since the link was opened, copied out by `framewire_get_stats`.
typedef struct framewire_stats {
    /// Calls of `framewire_poll`.
    uint64_t polls;
    /// Events handed out.
    uint64_t events;
    /// Connections opened.
    uint64_t connections;
    /// Dials that failed.
    uint64_t connect_failures;
    /// Messages received.
    uint64_t messages_in;
    /// Payload bytes received.
    uint64_t bytes_in;
    /// Messages taken by the system.
    uint64_t messages_out;
    /// Payload bytes taken by the system.
    uint64_t bytes_out;
    /// Requests received.
    uint64_t requests;
    /// Requests answered by the host.
    uint64_t answered;
    /// Requests that ran out of time.
    uint64_t expired;
    /// Requests lost with their connection after they were handed out.
    uint64_t lost;
    /// Requests dropped unseen with their connection.
    uint64_t dropped_unseen;
    /// Requests answered busy.
    uint64_t refused_busy;
    /// Inbound messages dropped because the inbox was full.
    uint64_t dropped_full;
    /// Inbound messages that could not be understood.
    uint64_t malformed;
    /// Sends reported in SEND_DROPPED.
    uint64_t send_dropped;
    /// Polls that stopped at the budget with events left.
    uint64_t budget_stops;
    /// Wake-ups of the I/O thread.
    uint64_t wakeups;
    /// Wake signals sent by host threads.
    uint64_t wakes_sent;
    /// Times that the link was attached to.
    uint64_t attaches;
    /// Requests handed out again as REQUEST_ORPHANED.
    uint64_t orphaned;
    /// Requests that waited in vain for `hold_ms`: answered busy, or dropped where the peer wants no refusal.
    uint64_t held_too_long;
    /// Calls of ours.
    uint64_t calls;
    /// Replies to calls that had ended before, or that nobody made.
    uint64_t late_replies;
    /// State files written.
    uint64_t state_writes;
    /// State files that could not be written.
    uint64_t state_failures;
} framewire_stats;

/// A value found by `framewire_json_get`. `text` points into the caller's JSON.
typedef struct framewire_json {
    /// `FRAMEWIRE_JSON_*`.
    uint32_t kind;
    /// `FRAMEWIRE_JSON_FLAG_*` bits.
    uint32_t flags;
    /// Integer value, if `FRAMEWIRE_JSON_FLAG_INTEGER` is set; booleans as 0 and 1.
    int64_t integer;
    /// Number value; overflow becomes infinity.
    double number;
    /// Strings: between the quotes, escapes as they are; all else: the whole value.
    struct framewire_str text;
} framewire_json;

/// One open request or call, copied out by `framewire_outstanding`.
typedef struct framewire_open_call {
    /// The request or call.
    uint64_t id;
    /// Time since its arrival, or since the call, ns.
    uint64_t age_ns;
    /// Time left until its deadline, ns; `UINT64_MAX` = none.
    uint64_t remaining_ns;
    /// Bytes of the note that `framewire_defer` left.
    uint64_t note_len;
    /// `FRAMEWIRE_OUTSTANDING_*`.
    uint32_t kind;
    /// Times that the request was handed out; 0 for a call.
    uint32_t deliveries;
    /// Length of `method`.
    uint32_t method_len;
    /// Must be ignored.
    uint32_t reserved;
    /// Method: UTF-8, NUL-terminated, cut at a character boundary.
    char method[128];
} framewire_open_call;

/// What a state file says, filled by `framewire_state_file_read` and `framewire_state_file_wait`.
///
/// Texts are UTF-8, NUL-terminated, cut at a character boundary, empty where the file has none.
typedef struct framewire_record {
    /// `FRAMEWIRE_VERDICT_*`; the other fields count as far as the file could be read.
    uint32_t verdict;
    /// `FRAMEWIRE_READINESS_*` that the key `phase` names; `UINT32_MAX` = none that this library knows.
    uint32_t phase;
    /// `FRAMEWIRE_READINESS_*` as the editor itself said; `UINT32_MAX` = not told.
    uint32_t editor_phase;
    /// `FRAMEWIRE_PHASE_*` of the link; `UINT32_MAX` = not told.
    uint32_t link_phase;
    /// `FRAMEWIRE_RECORD_FLAG_*` bits.
    uint32_t flags;
    /// Process that wrote it; 0 = not told.
    uint32_t pid;
    /// When it was written, ms since 1970 UTC; 0 = not told.
    uint64_t updated_at_ms;
    /// Since when the frame loop is silent, ms since 1970 UTC; 0 = it is not.
    uint64_t silent_since_ms;
    /// Id of the operation that `phase` belongs to.
    char generation_id[64];
    /// Why.
    char reason[256];
    /// Where the link connects to.
    char endpoint[256];
    /// What failed.
    char last_error[512];
    /// Session id told to the server.
    char session_id[136];
    /// What is wrong with the file, and what to do next.
    char advice[256];
} framewire_record;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/// Tells the version of the ABI that this library serves: major << 16 | minor.
///
/// A host that loads the library at run time compares it before anything else: the major must equal its own,
/// the minor must not be below its own. `framewire_config_init` makes the same check.
///
/// Ownership: nothing is lent.
///
/// Threads: any.
///
/// Blocks: never.
///
/// Returns: the version; never 0. Also in a forked child.
uint32_t framewire_abi_version(void);

/// Tells the version of this library, for people: such as `0.1.0`.
///
/// Ownership: the text is static, and NUL-terminated besides.
///
/// Threads: any.
///
/// Blocks: never.
///
/// Returns: the text; never absent. Also in a forked child.
struct framewire_str framewire_version(void);

/// Names a status, for logs: `WOULD_BLOCK` for `FRAMEWIRE_WOULD_BLOCK`.
///
/// Ownership: the text is static, and NUL-terminated besides.
///
/// Threads: any.
///
/// Blocks: never.
///
/// Returns: the name; `?` for a number that is no status. Also in a forked child.
struct framewire_str framewire_status_name(framewire_status status);

/// Reads the clock that `framewire_event.time_ns` is on: monotonic, in nanoseconds, from a start of its own.
///
/// Compare it with `time_ns` to know how long an event waited. It is no time of day.
///
/// Ownership: nothing is lent.
///
/// Threads: any.
///
/// Blocks: never.
///
/// Returns: the time; 0 if the clock failed. Also in a forked child.
uint64_t framewire_now_ns(void);

/// Fills a configuration with the defaults; call it before setting any field.
///
/// Pass `sizeof *config` and `FRAMEWIRE_ABI_VERSION`: they tell the library which header the caller was
/// compiled with. After it, `name` and `url` are left to be set.
///
/// Ownership: `config` is the caller's. It holds no memory of the library's.
///
/// Threads: any.
///
/// Blocks: never.
///
/// Returns, having written nothing but in the first case:
/// - `FRAMEWIRE_OK`: filled
/// - `FRAMEWIRE_INVALID`: `config` is NULL or misaligned, or no configuration has this `size`
/// - `FRAMEWIRE_UNSUPPORTED`: the caller was compiled for another major, or a newer minor, ABI version: use
///   the library that came with the header, or a newer one
framewire_status framewire_config_init(struct framewire_config *config, uint64_t size, uint32_t abi_version);

/// Opens a link and starts its thread. It dials at once, unless START_DISCONNECTED is set.
///
/// If a living link has the same name, owner and profile, the caller attaches to it: the handle is new, the old one stale,
/// the connection goes on. What the old owner had polled and not answered comes once as REQUEST_ORPHANED; events that it
/// had not polled follow in order; its pauses are over. OPENED is not repeated: `framewire_get_state` says how the link
/// stands. Another `url`, `token` or `hello` counts from the next dial on; any other difference is refused. A link of this
/// name and owner that has ended by itself (`orphan_ms`) is closed, and a new one takes its place.
///
/// The call does not wait for a connection: OPENED, ACKNOWLEDGED or CONNECT_FAILED tell how it went. The first
/// open of a process also pins the library in memory: unloading it later has no effect.
///
/// Ownership: everything in `config` is copied before the call returns. `link` gets the handle, 0 on failure;
/// it is the caller's until `framewire_close`. `error` may be NULL; else it gets the status, the offset in
/// `framewire_config` of the field at fault, and words that say what to do.
///
/// Threads: any; where it attaches, the caller sees to it that no thread reads events lent to the old handle.
///
/// Blocks: never for the network. With `project` it looks at that directory; a link that has ended by itself is joined,
/// which is a matter of moments.
///
/// Returns:
/// - `FRAMEWIRE_OK`: open
/// - `FRAMEWIRE_ATTACHED`: the living link of this name was taken over
/// - `FRAMEWIRE_INVALID`: `config` or `link` is NULL or misaligned, or a field has a wrong value: see `error`
/// - `FRAMEWIRE_UNSUPPORTED`: another ABI version, a field of a newer one, or a feature this build lacks
/// - `FRAMEWIRE_NAME_IN_USE`: a living link of another owner or profile has this name, or another thread is opening or
///   closing it this moment: try again, close it first, or choose another
/// - `FRAMEWIRE_CONFIG_DIFFERS`: the living link was opened with another configuration: see `error`; nothing changed
/// - `FRAMEWIRE_LIMIT`: 4096 links are open in this process
/// - `FRAMEWIRE_NO_RESOURCES`: the system refused a thread, a descriptor or memory
framewire_status framewire_open(const struct framewire_config *config,
                                framewire_link *link,
                                struct framewire_error *error);

/// Dials now, cutting a reconnect wait short; undoes `framewire_disconnect`.
///
/// Without effect on a link that is connected or dialling.
///
/// Ownership: nothing changes hands.
///
/// Threads: any.
///
/// Blocks: never; events tell how it goes.
///
/// Returns:
/// - `FRAMEWIRE_OK`: the wish is passed on
/// - `FRAMEWIRE_WOULD_BLOCK`: too many wishes wait for the link; try again next frame
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
framewire_status framewire_connect(framewire_link link);

/// Closes the connection in good order and stays disconnected until `framewire_connect`.
///
/// The link itself stays open: what had arrived is delivered, then CLOSED.
///
/// Ownership: nothing changes hands; an open loan stays open.
///
/// Threads: any.
///
/// Blocks: never; CLOSED tells when it is done.
///
/// Returns:
/// - `FRAMEWIRE_OK`: the wish is passed on
/// - `FRAMEWIRE_WOULD_BLOCK`: too many wishes wait for the link; try again next frame
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
framewire_status framewire_disconnect(framewire_link link);

/// Sets where the next dial goes and with which token. A present connection stays.
///
/// Ownership: `url` and `token` are copied. An absent one keeps what was; an empty `token` wipes it. `error`
/// as for `framewire_open`.
///
/// Threads: any.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: taken, from the next dial on
/// - `FRAMEWIRE_LIMIT`: too many wishes wait for the link; try again next frame
/// - `FRAMEWIRE_INVALID`: `url` is not ws:// or wss:// with a host, or a text is malformed: see `error`
/// - `FRAMEWIRE_UNSUPPORTED`: `wss://` in a build without TLS
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
framewire_status framewire_set_endpoint(framewire_link link,
                                        struct framewire_str url,
                                        struct framewire_str token,
                                        struct framewire_error *error);

/// Sets the hello that the next connection begins with. With unity_mcp the server learns of changed `tools` at once.
///
/// Ownership: `hello`, a JSON object with fields of the profile, is copied. `error` as for `framewire_open`.
///
/// Threads: any.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: taken, from the next connection on
/// - `FRAMEWIRE_LIMIT`: too many wishes wait for the link; try again next frame
/// - `FRAMEWIRE_INVALID`: `hello` is absent, malformed or lacks what the profile needs: see `error`
/// - `FRAMEWIRE_UNSUPPORTED`: the profile has no hello
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
framewire_status framewire_set_hello(framewire_link link,
                                     struct framewire_str hello,
                                     struct framewire_error *error);

/// Takes a new session id at the next connection.
///
/// Without it the link keeps its session id over reconnects. A profile may also renew it by itself, such as
/// when the server says that the id is taken.
///
/// Ownership: nothing changes hands; `framewire_get_state` shows the id.
///
/// Threads: any.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: the wish is passed on
/// - `FRAMEWIRE_WOULD_BLOCK`: too many wishes wait for the link; try again next frame
/// - `FRAMEWIRE_UNSUPPORTED`: the profile has no session id
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
framewire_status framewire_renew_session(framewire_link link);

/// Gives the handle up and keeps the link: for a host whose scripting domain is about to be unloaded.
///
/// The socket stays open, pings are answered, requests wait. Whoever opens a link of the same name, owner and profile
/// later attaches to this one. Without a `framewire_detach` the next open attaches all the same.
///
/// Ownership: the handle is stale from here on. Events that are lent stay readable until one `framewire_release`, the
/// next attach, or `framewire_shutdown`. `readiness`, a `FRAMEWIRE_READINESS_*`, is set as by `framewire_set_readiness`.
///
/// Threads: any, also while another one polls or waits.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: detached
/// - `FRAMEWIRE_INVALID`: `readiness` is no `FRAMEWIRE_READINESS_*`; the link stays attached
/// - `FRAMEWIRE_STALE`: the link is closed or detached already, or the handle is none
framewire_status framewire_detach(framewire_link link,
                                  uint32_t readiness);

/// Closes a link: says goodbye to the peer, joins the thread, frees all but what is lent.
///
/// What was accepted is sent, as far as `linger_ms` allows; open requests get the profile's closing error;
/// then come the close frame and the wait for the peer's. With 0 the link says what fits at once and leaves.
/// The handle is stale from the beginning of this call on, for every thread.
///
/// Ownership: the handle is given back, unless INVALID is returned. Events that are lent stay readable until one
/// `framewire_release`, or `framewire_shutdown`. `report` may be NULL (then `size` is ignored); `size` is
/// `sizeof *report`.
///
/// Threads: any, also while another one polls, waits or reads lent events.
///
/// Blocks: for `linger_ms` milliseconds at most, and half a second at most for the end of the thread; two seconds
/// more at most where the state file is on a disk that does not answer.
///
/// Returns:
/// - `FRAMEWIRE_OK`: closed; `report` says what was left undone
/// - `FRAMEWIRE_INVALID`: `report` is misaligned, or no report has this `size`; the link lives on
/// - `FRAMEWIRE_STALE`: the link is closed, or being closed, or the handle is none; no report
framewire_status framewire_close(framewire_link link,
                                 uint32_t linger_ms,
                                 struct framewire_close_report *report,
                                 uint64_t size);

/// Closes every link of the process and ends every loan. For a host that is about to end, or tests.
///
/// A later `framewire_open` starts afresh. A link that another thread opens meanwhile may stay open.
///
/// Ownership: every handle is given back, and no lent event may be read any more.
///
/// Threads: any; the caller sees to it that no thread reads lent events.
///
/// Blocks: for `linger_ms` milliseconds at most in all, and the end of the threads.
///
/// Returns:
/// - `FRAMEWIRE_OK`: done, also if there was no link
framewire_status framewire_shutdown(uint32_t linger_ms);

/// Hands out waiting events, oldest first, and lends their memory.
///
/// Call it once a frame. It writes at most `capacity` events, each `stride` bytes after the one before
/// (`stride` is `sizeof(framewire_event)`), and their number to `count`. It stops early at the link's
/// `budget_bytes`; the rest comes with the next poll. An event kind newer than the caller's ABI is not sent.
///
/// Ownership: all that the events point to is lent until `framewire_release`, which is due after each poll
/// that returned `FRAMEWIRE_OK`. The array itself is the caller's throughout.
///
/// Threads: any, one at a time for each link.
///
/// Blocks: never. An idle poll makes no system call and allocates nothing.
///
/// Returns, having written nothing but in the first two cases:
/// - `FRAMEWIRE_OK`: `count` events are lent, 1 or more
/// - `FRAMEWIRE_EMPTY`: nothing waits, or the link is paused; `count` is 0 and nothing is lent
/// - `FRAMEWIRE_BUSY`: events are lent already, or another thread polls
/// - `FRAMEWIRE_INVALID`: `events` or `count` is NULL or misaligned, `capacity` is 0, or no event has this
///   `stride`
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
framewire_status framewire_poll(framewire_link link,
                                struct framewire_event *events,
                                uint64_t stride,
                                uint64_t capacity,
                                uint64_t *count);

/// Ends the loan of the last poll: its events' memory must not be read any more.
///
/// Due once after each poll that returned `FRAMEWIRE_OK`, and accepted once more after a close or a detach. Without an
/// open loan it does nothing.
///
/// Ownership: what the events pointed to goes back to the library, which frees it on its own thread.
///
/// Threads: any; usually the one that polled.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: nothing is lent any more
/// - `FRAMEWIRE_STALE`: the link is closed and its loan is over, or the handle is none
framewire_status framewire_release(framewire_link link);

/// Stops handing out events; the connection goes on.
///
/// For times when the host can take no event, such as a modal dialogue or an import. Polls of a paused link
/// return `FRAMEWIRE_EMPTY` and still count as a sign of life. Pauses nest; whoever attaches begins without.
///
/// Ownership: an open loan stays open.
///
/// Threads: any.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: paused, one level deeper
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
framewire_status framewire_pause(framewire_link link);

/// Undoes one `framewire_pause`; the last one lets events through again.
///
/// Ownership: nothing changes hands.
///
/// Threads: any.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: one pause is undone, or there was none
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
framewire_status framewire_resume(framewire_link link);

/// Waits until the link has something to poll. Not for the frame thread.
///
/// For programs without a frame loop, and for tools. Managed hosts give at most 250 ms a call, so that the
/// runtime can stop the thread.
///
/// Ownership: nothing changes hands; poll afterwards.
///
/// Threads: any, several at once.
///
/// Blocks: for `timeout_ms` milliseconds at most. An event, a close, a detach or an attach ends it early; while the link is paused no
/// event does, the last resume lets those held back do so.
///
/// Returns:
/// - `FRAMEWIRE_OK`: an event waits
/// - `FRAMEWIRE_TIMED_OUT`: the time is over
/// - `FRAMEWIRE_STALE`: the link was closed or given up, before or meanwhile, or the handle is none
framewire_status framewire_wait(framewire_link link,
                                uint32_t timeout_ms);

/// Sends a text message on a raw link.
///
/// Ownership: `text` is copied before the call returns; {NULL, 0} is an empty message, as in the event that brings one.
/// `number` may be NULL; else it gets the number of this send, by which SEND_DROPPED would report it.
///
/// Threads: any. Messages of one thread keep their order.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: taken; it will be sent, or reported in SEND_DROPPED
/// - `FRAMEWIRE_WOULD_BLOCK`: the outbox is full, or hundreds of SEND_DROPPED wait to be polled; nothing was
///   taken, try again in some frames
/// - `FRAMEWIRE_NOT_OPEN`: there is no connection
/// - `FRAMEWIRE_TOO_LARGE`: longer than the peer's cap or the whole outbox
/// - `FRAMEWIRE_UNSUPPORTED`: the profile has no such message
/// - `FRAMEWIRE_INVALID`: `text` has a length and no pointer, or no valid length. (Text that is not UTF-8 is found later
///   and reported in SEND_DROPPED.)
/// - `FRAMEWIRE_NO_RESOURCES`: there is no memory for the copy; nothing was taken
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
framewire_status framewire_send_text(framewire_link link,
                                     struct framewire_str text,
                                     uint64_t *number);

/// Sends a binary message on a raw link.
///
/// Ownership: the `len` bytes at `data` are copied before the call returns; NULL with 0 is an empty message.
/// `number` as for `framewire_send_text`.
///
/// Threads: any. Messages of one thread keep their order.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: taken; it will be sent, or reported in SEND_DROPPED
/// - `FRAMEWIRE_WOULD_BLOCK`: the outbox is full, or hundreds of SEND_DROPPED wait to be polled; nothing was
///   taken, try again in some frames
/// - `FRAMEWIRE_NOT_OPEN`: there is no connection
/// - `FRAMEWIRE_TOO_LARGE`: longer than the peer's cap or the whole outbox
/// - `FRAMEWIRE_UNSUPPORTED`: the profile has no such message
/// - `FRAMEWIRE_INVALID`: `data` is NULL and `len` is not 0, or `len` is beyond any memory
/// - `FRAMEWIRE_NO_RESOURCES`: there is no memory for the copy; nothing was taken
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
framewire_status framewire_send_binary(framewire_link link, const void *data, uint64_t len, uint64_t *number);

/// Sends a message that wants no answer: a notification, or an event of the profile.
///
/// Ownership: `name` and `json` are copied before the call returns. `json` holds the parameters, or is absent.
/// `number` as for `framewire_send_text`.
///
/// Threads: any. Messages of one thread keep their order.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: taken; it will be sent, or reported in SEND_DROPPED
/// - `FRAMEWIRE_WOULD_BLOCK`: the outbox is full, or hundreds of RESPONSE or SEND_DROPPED wait to be polled; nothing
///   was taken, try again in some frames
/// - `FRAMEWIRE_NOT_OPEN`: there is no connection, or the hello is not done
/// - `FRAMEWIRE_TOO_LARGE`: longer than the peer's cap or the whole outbox
/// - `FRAMEWIRE_UNSUPPORTED`: the profile has no such message
/// - `FRAMEWIRE_INVALID`: `name` is absent, empty, over 1024 bytes, not UTF-8 or holds a NUL; a length is wrong.
///   (A fault in `json` is found later and reported in SEND_DROPPED.)
/// - `FRAMEWIRE_NO_RESOURCES`: there is no memory for the copy; nothing was taken
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
framewire_status framewire_notify(framewire_link link,
                                  struct framewire_str name,
                                  struct framewire_str json,
                                  uint64_t *number);

/// Calls the peer. Exactly one RESPONSE event with the same id follows, whatever comes of it.
///
/// Its `reason` is NONE for a result (`data`). Else: PEER_ERROR (`error_code`, `detail`, `data`), BAD_REPLY, TIMEOUT
/// (`timeout_ms`, or the peer was silent for `quiet_timeout_ms`), CANCELLED (`framewire_cancel`), LOST (the connection
/// ended; told before its CLOSED), OVERFLOW (the inbox was full, and over full by a whole `max_message`),
/// MESSAGE_TOO_LARGE, BAD_JSON or BAD_UTF8 (`json` is wrong at byte `code`; nothing was
/// sent), INTERNAL. A call is never sent again: after TIMEOUT, CANCELLED and LOST it may have been carried out. Its
/// reply, should it still come, is counted in `late_replies` and not handed on. A call that was not sent also counts as
/// a send in SEND_DROPPED.
///
/// Ownership: `method` and `json` are copied before the call returns. `json` holds the parameters, or is
/// absent. `id` gets the call's id and must not be NULL: it is the only way to know the answer.
///
/// Threads: any. Another thread may poll the RESPONSE before this returns.
///
/// Blocks: never. `timeout_ms` bounds the wait for the RESPONSE, not this call; 0 = the link's
/// `request_timeout_ms`.
///
/// Returns:
/// - `FRAMEWIRE_OK`: taken; one RESPONSE with this id will follow
/// - `FRAMEWIRE_WOULD_BLOCK`: the outbox is full, `max_calls` calls are under way, or hundreds of RESPONSE or
///   SEND_DROPPED wait to be polled; nothing was taken, try again in some frames
/// - `FRAMEWIRE_NOT_OPEN`: there is no connection, or the hello is not done
/// - `FRAMEWIRE_TOO_LARGE`: longer than the peer's cap or the whole outbox
/// - `FRAMEWIRE_UNSUPPORTED`: the profile has no calls in this direction
/// - `FRAMEWIRE_INVALID`: `id` is NULL or misaligned; `method` is absent, empty, over 1024 bytes, not UTF-8 or holds a
///   NUL; a length is wrong. (A fault in `json` is found later and told by the RESPONSE.)
/// - `FRAMEWIRE_NO_RESOURCES`: there is no memory for the copy; nothing was taken
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
framewire_status framewire_request(framewire_link link,
                                   struct framewire_str method,
                                   struct framewire_str json,
                                   uint32_t timeout_ms,
                                   uint64_t *id);

/// Takes a call of `framewire_request` back.
///
/// What is returned is exact: OK means that the call's RESPONSE has the reason CANCELLED, even if the reply is just
/// coming in; anything else means that it has another, which waits to be polled if it was not. A json_rpc link whose
/// hello names a `cancel_method` tells the peer.
///
/// Ownership: nothing changes hands.
///
/// Threads: any.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: the call is over for this side; if it was sent, the peer may still carry it out
/// - `FRAMEWIRE_ALREADY_ANSWERED`: the peer's reply ended it before, or it could not be sent
/// - `FRAMEWIRE_EXPIRED`: it ran out of time before
/// - `FRAMEWIRE_LOST`: its connection ended before
/// - `FRAMEWIRE_UNKNOWN`: it was taken back before, or ended so long ago that nothing is known of it, or there was no
///   such call on this link
/// - `FRAMEWIRE_UNSUPPORTED`: the profile has no calls in this direction
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
framewire_status framewire_cancel(framewire_link link,
                                  uint64_t id);

/// Answers a request. What is returned settles it: there is exactly one answer to each.
///
/// Ownership: `json`, the result, is copied before the call returns. `number` as for `framewire_send_text`.
///
/// Threads: any; not only the one that polled the request.
///
/// Blocks: never. Answers may overtake each other.
///
/// Returns:
/// - `FRAMEWIRE_OK`: the answer is taken for the connection of the request (not: received by the peer)
/// - `FRAMEWIRE_REPLACED`: it is too large for the peer, or (godot_ai) for the bytes that are free in the outbox; the
///   peer gets a compact error, and the request is settled
/// - `FRAMEWIRE_WOULD_BLOCK`: the outbox is full (godot_ai: of messages); the request stays open, answer again in some
///   frames
/// - `FRAMEWIRE_EXPIRED`: the request ran out of time; the peer was told
/// - `FRAMEWIRE_LOST`: the connection of the request is gone
/// - `FRAMEWIRE_ALREADY_ANSWERED`: it was answered before
/// - `FRAMEWIRE_UNKNOWN`: no request of this link has that id
/// - `FRAMEWIRE_INVALID`: `json` is absent, or a length or pointer is wrong. (Text that is not JSON is found
///   later: the peer gets the profile's internal error, and SEND_DROPPED says where the fault is.)
/// - `FRAMEWIRE_NO_RESOURCES`: there is no memory for the copy; the request stays open
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
framewire_status framewire_respond(framewire_link link,
                                   uint64_t id,
                                   struct framewire_str json,
                                   uint64_t *number);

/// Answers a request with an error.
///
/// Ownership: all texts are copied before the call returns. `code` is a word of the profile, such as
/// `INVALID_PARAMS`; JSON-RPC takes a number in decimal. `message` is for people; absent = empty. `data` is
/// JSON with more; absent = none. `number` as for `framewire_send_text`.
///
/// Threads: any; not only the one that polled the request.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: the answer is taken for the connection of the request
/// - `FRAMEWIRE_REPLACED`: it is too large for the peer, which gets a compact error; the request is settled
/// - `FRAMEWIRE_WOULD_BLOCK`: the outbox is full; the request stays open, answer again in some frames
/// - `FRAMEWIRE_EXPIRED`: the request ran out of time; the peer was told
/// - `FRAMEWIRE_LOST`: the connection of the request is gone
/// - `FRAMEWIRE_ALREADY_ANSWERED`: it was answered before
/// - `FRAMEWIRE_UNKNOWN`: no request of this link has that id
/// - `FRAMEWIRE_INVALID`: `code` is absent, empty, over 1024 bytes, not UTF-8 or holds a NUL; `message` is not
///   UTF-8 or holds a NUL; a length or pointer is wrong
/// - `FRAMEWIRE_NO_RESOURCES`: there is no memory for the copy; the request stays open
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
framewire_status framewire_respond_error(framewire_link link,
                                         uint64_t id,
                                         struct framewire_str code,
                                         struct framewire_str message,
                                         struct framewire_str data,
                                         uint64_t *number);

/// Keeps a request open for longer: its answer will come in a later frame.
///
/// The deadline becomes `timeout_ms` from now; 0 = none. When it passes, the library answers with the
/// profile's time-out error and raises REQUEST_ENDED. May be called again.
///
/// Ownership: `note`, the host's own bytes, at most 64 KiB, is copied and kept with the request; absent = none.
///
/// Threads: any.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: the deadline is moved
/// - `FRAMEWIRE_EXPIRED`: the request ran out of time before
/// - `FRAMEWIRE_LOST`: the connection of the request is gone
/// - `FRAMEWIRE_ALREADY_ANSWERED`: it was answered before
/// - `FRAMEWIRE_UNKNOWN`: no request of this link has that id
/// - `FRAMEWIRE_WOULD_BLOCK`: the outbox is full, or the notes of all open requests would be over 4 MiB; the
///   deadline stays as it was, try again in some frames
/// - `FRAMEWIRE_TOO_LARGE`: `note` is over 64 KiB, or over the whole outbox
/// - `FRAMEWIRE_INVALID`: the length of `note` is wrong
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
framewire_status framewire_defer(framewire_link link,
                                 uint64_t id,
                                 uint32_t timeout_ms,
                                 struct framewire_str note);

/// Answers request `id` with `json`, in which the value at `json_pointer` becomes `bytes` as a string of base64.
///
/// The answer is over the peer's cap if `json` and the string together are: put a short value there, such as null.
/// In the outbox the bytes count as they are, not as base64.
///
/// Ownership: all is copied before the call returns: `json`, as for `framewire_respond`; `json_pointer` (RFC 6901), which
/// must lead to a value in it of any type (absent or empty: all of `json`); `len` bytes at `bytes`, NULL with 0 being
/// none. `number` may be NULL; else it gets the send number.
///
/// Threads: any.
///
/// Blocks: never; the bytes are encoded (RFC 4648, section 4) on the library's thread, while they leave.
///
/// Returns:
/// - `FRAMEWIRE_OK`: taken for this connection
/// - `FRAMEWIRE_REPLACED`: the answer would be over the peer's cap, or finds no room as with `framewire_respond`; the
///   profile's compact error goes in its place
/// - `FRAMEWIRE_WOULD_BLOCK`: the outbox is full, as with `framewire_respond`; the request stays open, try again in
///   some frames
/// - `FRAMEWIRE_EXPIRED`, `FRAMEWIRE_LOST`, `FRAMEWIRE_ALREADY_ANSWERED`, `FRAMEWIRE_UNKNOWN`: as for `framewire_respond`
/// - `FRAMEWIRE_UNSUPPORTED`: the profile has no requests
/// - `FRAMEWIRE_INVALID`: `json` is absent, a pointer or length is wrong, or `json_pointer` is no JSON pointer. (A fault
///   in `json`, or a pointer that leads nowhere, is found later: the peer gets the profile's internal error, and
///   SEND_DROPPED says where the fault is.)
/// - `FRAMEWIRE_NO_RESOURCES`: there is no memory for the copy; the request stays open
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
framewire_status framewire_respond_attachment(framewire_link link,
                                              uint64_t id,
                                              struct framewire_str json,
                                              struct framewire_str json_pointer,
                                              const void *bytes,
                                              uint64_t len,
                                              uint64_t *number);

/// Says what the editor can take. The server is told where its profile has a word for it.
///
/// Cheap enough to be called each frame: only a change goes out.
///
/// Ownership: `reason`, words for people, at most 1024 bytes, is copied; absent = none.
///
/// Threads: any.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: taken
/// - `FRAMEWIRE_INVALID`: `readiness` is no `FRAMEWIRE_READINESS_*`; `reason` is not UTF-8, holds a NUL or has
///   a wrong length
/// - `FRAMEWIRE_TOO_LARGE`: `reason` is over 1024 bytes
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
framewire_status framewire_set_readiness(framewire_link link,
                                         uint32_t readiness,
                                         struct framewire_str reason);

/// Ends a phase: what the editor was before it counts again, unless something else was set meanwhile.
///
/// For a compile that ends without a reload: `framewire_restore_readiness(link, FRAMEWIRE_READINESS_COMPILING)`.
///
/// Ownership: nothing changes hands.
///
/// Threads: any.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: restored, or another readiness was set meanwhile and stays
/// - `FRAMEWIRE_INVALID`: `readiness` is no `FRAMEWIRE_READINESS_*`
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
framewire_status framewire_restore_readiness(framewire_link link,
                                             uint32_t readiness);

/// Copies out what the link is doing: phase, connection, queues, session.
///
/// Ownership: `state` is the caller's; `size` is `sizeof *state`. Nothing is lent.
///
/// Threads: any.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: `state` is written
/// - `FRAMEWIRE_INVALID`: `state` is NULL or misaligned, or no state has this `size`; nothing is written
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none; nothing is written
framewire_status framewire_get_state(framewire_link link, struct framewire_state *state, uint64_t size);

/// Copies out the counters of the link. They only grow, and start at zero with the link.
///
/// Ownership: `stats` is the caller's; `size` is `sizeof *stats`. Nothing is lent.
///
/// Threads: any. The counters are read one by one, so they may be some events apart.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: `stats` is written
/// - `FRAMEWIRE_INVALID`: `stats` is NULL or misaligned, or no stats have this `size`; nothing is written
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none; nothing is written
framewire_status framewire_get_stats(framewire_link link, struct framewire_stats *stats, uint64_t size);

/// Reads one value of a JSON text by JSON Pointer (RFC 6901), such as `/params/nodes/0/name`.
///
/// The text is checked to its end, so that a damaged one is never half understood. An absent or empty pointer
/// is the whole text. Of duplicate keys the last wins. At most 1024 levels of nesting are read. Time is linear
/// in the length of the text: read large texts with a parser of your own, once.
///
/// Ownership: `value->text` points into `json` and lives as long as that. Nothing is allocated. `size` is
/// `sizeof *value`.
///
/// Threads: any. No link is involved.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: `value` is written; its kind is `FRAMEWIRE_JSON_MISSING` if the pointer leads nowhere
/// - `FRAMEWIRE_INVALID`: `json` is absent, not UTF-8, not JSON or nested too deep; `pointer` is no JSON
///   Pointer; `value` is NULL or misaligned, or no value has this `size`. Nothing is written
framewire_status framewire_json_get(struct framewire_str json,
                                    struct framewire_str pointer,
                                    struct framewire_json *value,
                                    uint64_t size);

/// Lists what is open: requests handed out and unanswered, orphans still to be polled, and calls of ours
/// that were sent.
///
/// Ownership: `entries` is the caller's, `capacity` of `stride` bytes each; `stride` is `sizeof *entries`. `count` gets
/// the number that is open, which may be more than `capacity`.
///
/// Threads: any.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: `count` is written, and as many entries as there was room for
/// - `FRAMEWIRE_BUSY`: the list is being changed this moment; try again
/// - `FRAMEWIRE_INVALID`: `entries` or `count` is NULL or misaligned, `capacity` is 0, or no entry has
///   this `stride`
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
framewire_status framewire_outstanding(framewire_link link,
                                       struct framewire_open_call *entries,
                                       uint64_t stride,
                                       uint64_t capacity,
                                       uint64_t *count);

/// Reads a state file, without any side effect on it.
///
/// Ownership: `path` is copied: the file, or the directory of a project. `record` is the caller's; `size` is
/// `sizeof *record`.
///
/// Threads: any.
///
/// Blocks: for as long as the system takes to read a small file.
///
/// Returns:
/// - `FRAMEWIRE_OK`: `record` is written; its `verdict` says what was found
/// - `FRAMEWIRE_INVALID`: `path` is absent or no text; `record` is NULL or misaligned, or no record has this `size`
framewire_status framewire_state_file_read(struct framewire_str path,
                                           struct framewire_record *record,
                                           uint64_t size);

/// Waits until a state file says ready, stopped, stale or failed for good.
///
/// A failure of the link alone is waited through, unless `flags` has `FRAMEWIRE_WAIT_FAIL_FAST`.
///
/// Ownership: as for `framewire_state_file_read`.
///
/// Threads: any but the frame thread.
///
/// Blocks: for `timeout_ms` milliseconds at most.
///
/// Returns:
/// - `FRAMEWIRE_OK`: `record` is written; its `verdict` says what ended the wait
/// - `FRAMEWIRE_TIMED_OUT`: the time is over; `record` says what was found last
/// - `FRAMEWIRE_INVALID`: as for `framewire_state_file_read`, or `flags` has unknown bits
framewire_status framewire_state_file_wait(struct framewire_str path,
                                           uint32_t timeout_ms,
                                           uint32_t flags,
                                           struct framewire_record *record,
                                           uint64_t size);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

/*
 * Helpers, in the header alone.
 */

/**
 * Makes a view of `len` bytes at `ptr`.
 *
 * Ownership: the view borrows; the bytes stay the caller's.
 * Threads: any.
 * Blocks: never.
 * Returns: the view.
 */
static inline struct framewire_str framewire_str_make(const char *ptr, uint64_t len)
{
    struct framewire_str view;
    view.ptr = ptr;
    view.len = len;
    return view;
}

/**
 * Makes a view of a NUL-terminated text; an absent one if `text` is NULL.
 *
 * Ownership: the view borrows; the text stays the caller's.
 * Threads: any.
 * Blocks: never.
 * Returns: the view.
 */
static inline struct framewire_str framewire_str_from(const char *text)
{
    uint64_t len = 0;
    if (text != NULL) {
        while (text[len] != 0) {
            len++;
        }
    }
    return framewire_str_make(text, len);
}

/** A view of a string literal. */
#define FRAMEWIRE_STR(literal) framewire_str_make("" literal, (uint64_t)(sizeof(literal) - 1u))

/** Whether a status says that the call did what was asked (OK, ATTACHED, REPLACED). */
#define FRAMEWIRE_SUCCEEDED(status) ((framewire_status)(status) < 16u)

/*
 * The layout, checked by the compiler that includes this header: a packed or 32-bit build fails here.
 * Define FRAMEWIRE_CHECK_LAYOUT to have every offset checked too.
 */
#if defined(__cplusplus)
#define FRAMEWIRE_ASSERT_(name, condition) static_assert(condition, #name)
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define FRAMEWIRE_ASSERT_(name, condition) _Static_assert(condition, #name)
#else
#define FRAMEWIRE_ASSERT_(name, condition) typedef char framewire_assert_##name[(condition) ? 1 : -1]
#endif

FRAMEWIRE_ASSERT_(sizeof_framewire_str, sizeof(struct framewire_str) == 16);
FRAMEWIRE_ASSERT_(sizeof_framewire_error, sizeof(struct framewire_error) == 264);
FRAMEWIRE_ASSERT_(sizeof_framewire_config, sizeof(struct framewire_config) == 392);
FRAMEWIRE_ASSERT_(sizeof_framewire_event, sizeof(struct framewire_event) == 184);
FRAMEWIRE_ASSERT_(sizeof_framewire_state, sizeof(struct framewire_state) == 368);
FRAMEWIRE_ASSERT_(sizeof_framewire_stats, sizeof(struct framewire_stats) == 216);
FRAMEWIRE_ASSERT_(sizeof_framewire_close_report, sizeof(struct framewire_close_report) == 40);
FRAMEWIRE_ASSERT_(sizeof_framewire_open_call, sizeof(struct framewire_open_call) == 176);
FRAMEWIRE_ASSERT_(sizeof_framewire_record, sizeof(struct framewire_record) == 1520);
FRAMEWIRE_ASSERT_(sizeof_framewire_json, sizeof(struct framewire_json) == 40);

#ifdef FRAMEWIRE_CHECK_LAYOUT
FRAMEWIRE_ASSERT_(framewire_str_ptr, offsetof(struct framewire_str, ptr) == 0);
FRAMEWIRE_ASSERT_(framewire_str_len, offsetof(struct framewire_str, len) == 8);
FRAMEWIRE_ASSERT_(framewire_error_status, offsetof(struct framewire_error, status) == 0);
FRAMEWIRE_ASSERT_(framewire_error_field, offsetof(struct framewire_error, field) == 4);
FRAMEWIRE_ASSERT_(framewire_error_text, offsetof(struct framewire_error, text) == 8);
FRAMEWIRE_ASSERT_(framewire_config_size, offsetof(struct framewire_config, size) == 0);
FRAMEWIRE_ASSERT_(framewire_config_abi_version, offsetof(struct framewire_config, abi_version) == 4);
FRAMEWIRE_ASSERT_(framewire_config_name, offsetof(struct framewire_config, name) == 8);
FRAMEWIRE_ASSERT_(framewire_config_owner, offsetof(struct framewire_config, owner) == 24);
FRAMEWIRE_ASSERT_(framewire_config_url, offsetof(struct framewire_config, url) == 40);
FRAMEWIRE_ASSERT_(framewire_config_headers, offsetof(struct framewire_config, headers) == 56);
FRAMEWIRE_ASSERT_(framewire_config_subprotocol, offsetof(struct framewire_config, subprotocol) == 72);
FRAMEWIRE_ASSERT_(framewire_config_tls_ca_file, offsetof(struct framewire_config, tls_ca_file) == 88);
FRAMEWIRE_ASSERT_(framewire_config_hello, offsetof(struct framewire_config, hello) == 104);
FRAMEWIRE_ASSERT_(framewire_config_token, offsetof(struct framewire_config, token) == 120);
FRAMEWIRE_ASSERT_(framewire_config_capability_file, offsetof(struct framewire_config, capability_file) == 136);
FRAMEWIRE_ASSERT_(framewire_config_reconnect_delays_ms, offsetof(struct framewire_config, reconnect_delays_ms) == 152);
FRAMEWIRE_ASSERT_(framewire_config_reconnect_delay_count, offsetof(struct framewire_config, reconnect_delay_count) == 160);
FRAMEWIRE_ASSERT_(framewire_config_profile, offsetof(struct framewire_config, profile) == 168);
FRAMEWIRE_ASSERT_(framewire_config_protocol, offsetof(struct framewire_config, protocol) == 172);
FRAMEWIRE_ASSERT_(framewire_config_flags, offsetof(struct framewire_config, flags) == 176);
FRAMEWIRE_ASSERT_(framewire_config_http_port, offsetof(struct framewire_config, http_port) == 180);
FRAMEWIRE_ASSERT_(framewire_config_reconnect, offsetof(struct framewire_config, reconnect) == 184);
FRAMEWIRE_ASSERT_(framewire_config_reconnect_limit, offsetof(struct framewire_config, reconnect_limit) == 188);
FRAMEWIRE_ASSERT_(framewire_config_reconnect_jitter_percent, offsetof(struct framewire_config, reconnect_jitter_percent) == 192);
FRAMEWIRE_ASSERT_(framewire_config_overflow, offsetof(struct framewire_config, overflow) == 196);
FRAMEWIRE_ASSERT_(framewire_config_max_message, offsetof(struct framewire_config, max_message) == 200);
FRAMEWIRE_ASSERT_(framewire_config_peer_max_message, offsetof(struct framewire_config, peer_max_message) == 208);
FRAMEWIRE_ASSERT_(framewire_config_inbound_bytes, offsetof(struct framewire_config, inbound_bytes) == 216);
FRAMEWIRE_ASSERT_(framewire_config_outbound_bytes, offsetof(struct framewire_config, outbound_bytes) == 224);
FRAMEWIRE_ASSERT_(framewire_config_inbound_count, offsetof(struct framewire_config, inbound_count) == 232);
FRAMEWIRE_ASSERT_(framewire_config_outbound_count, offsetof(struct framewire_config, outbound_count) == 236);
FRAMEWIRE_ASSERT_(framewire_config_request_slots, offsetof(struct framewire_config, request_slots) == 240);
FRAMEWIRE_ASSERT_(framewire_config_max_depth, offsetof(struct framewire_config, max_depth) == 244);
FRAMEWIRE_ASSERT_(framewire_config_budget_bytes, offsetof(struct framewire_config, budget_bytes) == 248);
FRAMEWIRE_ASSERT_(framewire_config_resolve_timeout_ms, offsetof(struct framewire_config, resolve_timeout_ms) == 256);
FRAMEWIRE_ASSERT_(framewire_config_connect_timeout_ms, offsetof(struct framewire_config, connect_timeout_ms) == 260);
FRAMEWIRE_ASSERT_(framewire_config_tls_timeout_ms, offsetof(struct framewire_config, tls_timeout_ms) == 264);
FRAMEWIRE_ASSERT_(framewire_config_upgrade_timeout_ms, offsetof(struct framewire_config, upgrade_timeout_ms) == 268);
FRAMEWIRE_ASSERT_(framewire_config_hello_timeout_ms, offsetof(struct framewire_config, hello_timeout_ms) == 272);
FRAMEWIRE_ASSERT_(framewire_config_request_timeout_ms, offsetof(struct framewire_config, request_timeout_ms) == 276);
FRAMEWIRE_ASSERT_(framewire_config_close_timeout_ms, offsetof(struct framewire_config, close_timeout_ms) == 280);
FRAMEWIRE_ASSERT_(framewire_config_heartbeat_interval_ms, offsetof(struct framewire_config, heartbeat_interval_ms) == 284);
FRAMEWIRE_ASSERT_(framewire_config_heartbeat_timeout_ms, offsetof(struct framewire_config, heartbeat_timeout_ms) == 288);
FRAMEWIRE_ASSERT_(framewire_config_stable_ms, offsetof(struct framewire_config, stable_ms) == 292);
FRAMEWIRE_ASSERT_(framewire_config_log_level, offsetof(struct framewire_config, log_level) == 296);
FRAMEWIRE_ASSERT_(framewire_config_reserved, offsetof(struct framewire_config, reserved) == 300);
FRAMEWIRE_ASSERT_(framewire_config_state_file, offsetof(struct framewire_config, state_file) == 304);
FRAMEWIRE_ASSERT_(framewire_config_project, offsetof(struct framewire_config, project) == 320);
FRAMEWIRE_ASSERT_(framewire_config_keepalive_message, offsetof(struct framewire_config, keepalive_message) == 336);
FRAMEWIRE_ASSERT_(framewire_config_ledger_bytes, offsetof(struct framewire_config, ledger_bytes) == 352);
FRAMEWIRE_ASSERT_(framewire_config_hold_ms, offsetof(struct framewire_config, hold_ms) == 360);
FRAMEWIRE_ASSERT_(framewire_config_orphan_ms, offsetof(struct framewire_config, orphan_ms) == 364);
FRAMEWIRE_ASSERT_(framewire_config_stall_ms, offsetof(struct framewire_config, stall_ms) == 368);
FRAMEWIRE_ASSERT_(framewire_config_ready_timeout_ms, offsetof(struct framewire_config, ready_timeout_ms) == 372);
FRAMEWIRE_ASSERT_(framewire_config_reload_timeout_ms, offsetof(struct framewire_config, reload_timeout_ms) == 376);
FRAMEWIRE_ASSERT_(framewire_config_keepalive_interval_ms, offsetof(struct framewire_config, keepalive_interval_ms) == 380);
FRAMEWIRE_ASSERT_(framewire_config_quiet_timeout_ms, offsetof(struct framewire_config, quiet_timeout_ms) == 384);
FRAMEWIRE_ASSERT_(framewire_config_max_calls, offsetof(struct framewire_config, max_calls) == 388);
FRAMEWIRE_ASSERT_(framewire_event_kind, offsetof(struct framewire_event, kind) == 0);
FRAMEWIRE_ASSERT_(framewire_event_level, offsetof(struct framewire_event, level) == 4);
FRAMEWIRE_ASSERT_(framewire_event_generation, offsetof(struct framewire_event, generation) == 8);
FRAMEWIRE_ASSERT_(framewire_event_time_ns, offsetof(struct framewire_event, time_ns) == 16);
FRAMEWIRE_ASSERT_(framewire_event_id, offsetof(struct framewire_event, id) == 24);
FRAMEWIRE_ASSERT_(framewire_event_first, offsetof(struct framewire_event, first) == 32);
FRAMEWIRE_ASSERT_(framewire_event_last, offsetof(struct framewire_event, last) == 40);
FRAMEWIRE_ASSERT_(framewire_event_count, offsetof(struct framewire_event, count) == 48);
FRAMEWIRE_ASSERT_(framewire_event_settled, offsetof(struct framewire_event, settled) == 56);
FRAMEWIRE_ASSERT_(framewire_event_unconfirmed, offsetof(struct framewire_event, unconfirmed) == 64);
FRAMEWIRE_ASSERT_(framewire_event_skipped, offsetof(struct framewire_event, skipped) == 72);
FRAMEWIRE_ASSERT_(framewire_event_code, offsetof(struct framewire_event, code) == 80);
FRAMEWIRE_ASSERT_(framewire_event_reason, offsetof(struct framewire_event, reason) == 84);
FRAMEWIRE_ASSERT_(framewire_event_os_error, offsetof(struct framewire_event, os_error) == 88);
FRAMEWIRE_ASSERT_(framewire_event_flags, offsetof(struct framewire_event, flags) == 92);
FRAMEWIRE_ASSERT_(framewire_event_attempt, offsetof(struct framewire_event, attempt) == 96);
FRAMEWIRE_ASSERT_(framewire_event_delay_ms, offsetof(struct framewire_event, delay_ms) == 100);
FRAMEWIRE_ASSERT_(framewire_event_name, offsetof(struct framewire_event, name) == 104);
FRAMEWIRE_ASSERT_(framewire_event_data, offsetof(struct framewire_event, data) == 120);
FRAMEWIRE_ASSERT_(framewire_event_detail, offsetof(struct framewire_event, detail) == 136);
FRAMEWIRE_ASSERT_(framewire_event_note, offsetof(struct framewire_event, note) == 152);
FRAMEWIRE_ASSERT_(framewire_event_age_ns, offsetof(struct framewire_event, age_ns) == 168);
FRAMEWIRE_ASSERT_(framewire_event_error_code, offsetof(struct framewire_event, error_code) == 176);
FRAMEWIRE_ASSERT_(framewire_state_phase, offsetof(struct framewire_state, phase) == 0);
FRAMEWIRE_ASSERT_(framewire_state_readiness, offsetof(struct framewire_state, readiness) == 4);
FRAMEWIRE_ASSERT_(framewire_state_generation, offsetof(struct framewire_state, generation) == 8);
FRAMEWIRE_ASSERT_(framewire_state_attempt, offsetof(struct framewire_state, attempt) == 16);
FRAMEWIRE_ASSERT_(framewire_state_protocol, offsetof(struct framewire_state, protocol) == 20);
FRAMEWIRE_ASSERT_(framewire_state_poll_age_ns, offsetof(struct framewire_state, poll_age_ns) == 24);
FRAMEWIRE_ASSERT_(framewire_state_requests_open, offsetof(struct framewire_state, requests_open) == 32);
FRAMEWIRE_ASSERT_(framewire_state_requests_waiting, offsetof(struct framewire_state, requests_waiting) == 36);
FRAMEWIRE_ASSERT_(framewire_state_inbound_bytes, offsetof(struct framewire_state, inbound_bytes) == 40);
FRAMEWIRE_ASSERT_(framewire_state_outbound_bytes, offsetof(struct framewire_state, outbound_bytes) == 48);
FRAMEWIRE_ASSERT_(framewire_state_pause_depth, offsetof(struct framewire_state, pause_depth) == 56);
FRAMEWIRE_ASSERT_(framewire_state_session_id_len, offsetof(struct framewire_state, session_id_len) == 60);
FRAMEWIRE_ASSERT_(framewire_state_server_version_len, offsetof(struct framewire_state, server_version_len) == 64);
FRAMEWIRE_ASSERT_(framewire_state_reserved, offsetof(struct framewire_state, reserved) == 68);
FRAMEWIRE_ASSERT_(framewire_state_session_id, offsetof(struct framewire_state, session_id) == 72);
FRAMEWIRE_ASSERT_(framewire_state_server_version, offsetof(struct framewire_state, server_version) == 208);
FRAMEWIRE_ASSERT_(framewire_state_detached, offsetof(struct framewire_state, detached) == 344);
FRAMEWIRE_ASSERT_(framewire_state_attaches, offsetof(struct framewire_state, attaches) == 348);
FRAMEWIRE_ASSERT_(framewire_state_requests_orphaned, offsetof(struct framewire_state, requests_orphaned) == 352);
FRAMEWIRE_ASSERT_(framewire_state_calls_open, offsetof(struct framewire_state, calls_open) == 356);
FRAMEWIRE_ASSERT_(framewire_state_published_readiness, offsetof(struct framewire_state, published_readiness) == 360);
FRAMEWIRE_ASSERT_(framewire_state_stalled, offsetof(struct framewire_state, stalled) == 364);
FRAMEWIRE_ASSERT_(framewire_stats_polls, offsetof(struct framewire_stats, polls) == 0);
FRAMEWIRE_ASSERT_(framewire_stats_events, offsetof(struct framewire_stats, events) == 8);
FRAMEWIRE_ASSERT_(framewire_stats_connections, offsetof(struct framewire_stats, connections) == 16);
FRAMEWIRE_ASSERT_(framewire_stats_connect_failures, offsetof(struct framewire_stats, connect_failures) == 24);
FRAMEWIRE_ASSERT_(framewire_stats_messages_in, offsetof(struct framewire_stats, messages_in) == 32);
FRAMEWIRE_ASSERT_(framewire_stats_bytes_in, offsetof(struct framewire_stats, bytes_in) == 40);
FRAMEWIRE_ASSERT_(framewire_stats_messages_out, offsetof(struct framewire_stats, messages_out) == 48);
FRAMEWIRE_ASSERT_(framewire_stats_bytes_out, offsetof(struct framewire_stats, bytes_out) == 56);
FRAMEWIRE_ASSERT_(framewire_stats_requests, offsetof(struct framewire_stats, requests) == 64);
FRAMEWIRE_ASSERT_(framewire_stats_answered, offsetof(struct framewire_stats, answered) == 72);
FRAMEWIRE_ASSERT_(framewire_stats_expired, offsetof(struct framewire_stats, expired) == 80);
FRAMEWIRE_ASSERT_(framewire_stats_lost, offsetof(struct framewire_stats, lost) == 88);
FRAMEWIRE_ASSERT_(framewire_stats_dropped_unseen, offsetof(struct framewire_stats, dropped_unseen) == 96);
FRAMEWIRE_ASSERT_(framewire_stats_refused_busy, offsetof(struct framewire_stats, refused_busy) == 104);
FRAMEWIRE_ASSERT_(framewire_stats_dropped_full, offsetof(struct framewire_stats, dropped_full) == 112);
FRAMEWIRE_ASSERT_(framewire_stats_malformed, offsetof(struct framewire_stats, malformed) == 120);
FRAMEWIRE_ASSERT_(framewire_stats_send_dropped, offsetof(struct framewire_stats, send_dropped) == 128);
FRAMEWIRE_ASSERT_(framewire_stats_budget_stops, offsetof(struct framewire_stats, budget_stops) == 136);
FRAMEWIRE_ASSERT_(framewire_stats_wakeups, offsetof(struct framewire_stats, wakeups) == 144);
FRAMEWIRE_ASSERT_(framewire_stats_wakes_sent, offsetof(struct framewire_stats, wakes_sent) == 152);
FRAMEWIRE_ASSERT_(framewire_stats_attaches, offsetof(struct framewire_stats, attaches) == 160);
FRAMEWIRE_ASSERT_(framewire_stats_orphaned, offsetof(struct framewire_stats, orphaned) == 168);
FRAMEWIRE_ASSERT_(framewire_stats_held_too_long, offsetof(struct framewire_stats, held_too_long) == 176);
FRAMEWIRE_ASSERT_(framewire_stats_calls, offsetof(struct framewire_stats, calls) == 184);
FRAMEWIRE_ASSERT_(framewire_stats_late_replies, offsetof(struct framewire_stats, late_replies) == 192);
FRAMEWIRE_ASSERT_(framewire_stats_state_writes, offsetof(struct framewire_stats, state_writes) == 200);
FRAMEWIRE_ASSERT_(framewire_stats_state_failures, offsetof(struct framewire_stats, state_failures) == 208);
FRAMEWIRE_ASSERT_(framewire_close_report_unsent, offsetof(struct framewire_close_report, unsent) == 0);
FRAMEWIRE_ASSERT_(framewire_close_report_unconfirmed, offsetof(struct framewire_close_report, unconfirmed) == 8);
FRAMEWIRE_ASSERT_(framewire_close_report_unanswered, offsetof(struct framewire_close_report, unanswered) == 16);
FRAMEWIRE_ASSERT_(framewire_close_report_undelivered, offsetof(struct framewire_close_report, undelivered) == 24);
FRAMEWIRE_ASSERT_(framewire_close_report_code, offsetof(struct framewire_close_report, code) == 32);
FRAMEWIRE_ASSERT_(framewire_close_report_clean, offsetof(struct framewire_close_report, clean) == 36);
FRAMEWIRE_ASSERT_(framewire_open_call_id, offsetof(struct framewire_open_call, id) == 0);
FRAMEWIRE_ASSERT_(framewire_open_call_age_ns, offsetof(struct framewire_open_call, age_ns) == 8);
FRAMEWIRE_ASSERT_(framewire_open_call_remaining_ns, offsetof(struct framewire_open_call, remaining_ns) == 16);
FRAMEWIRE_ASSERT_(framewire_open_call_note_len, offsetof(struct framewire_open_call, note_len) == 24);
FRAMEWIRE_ASSERT_(framewire_open_call_kind, offsetof(struct framewire_open_call, kind) == 32);
FRAMEWIRE_ASSERT_(framewire_open_call_deliveries, offsetof(struct framewire_open_call, deliveries) == 36);
FRAMEWIRE_ASSERT_(framewire_open_call_method_len, offsetof(struct framewire_open_call, method_len) == 40);
FRAMEWIRE_ASSERT_(framewire_open_call_reserved, offsetof(struct framewire_open_call, reserved) == 44);
FRAMEWIRE_ASSERT_(framewire_open_call_method, offsetof(struct framewire_open_call, method) == 48);
FRAMEWIRE_ASSERT_(framewire_record_verdict, offsetof(struct framewire_record, verdict) == 0);
FRAMEWIRE_ASSERT_(framewire_record_phase, offsetof(struct framewire_record, phase) == 4);
FRAMEWIRE_ASSERT_(framewire_record_editor_phase, offsetof(struct framewire_record, editor_phase) == 8);
FRAMEWIRE_ASSERT_(framewire_record_link_phase, offsetof(struct framewire_record, link_phase) == 12);
FRAMEWIRE_ASSERT_(framewire_record_flags, offsetof(struct framewire_record, flags) == 16);
FRAMEWIRE_ASSERT_(framewire_record_pid, offsetof(struct framewire_record, pid) == 20);
FRAMEWIRE_ASSERT_(framewire_record_updated_at_ms, offsetof(struct framewire_record, updated_at_ms) == 24);
FRAMEWIRE_ASSERT_(framewire_record_silent_since_ms, offsetof(struct framewire_record, silent_since_ms) == 32);
FRAMEWIRE_ASSERT_(framewire_record_generation_id, offsetof(struct framewire_record, generation_id) == 40);
FRAMEWIRE_ASSERT_(framewire_record_reason, offsetof(struct framewire_record, reason) == 104);
FRAMEWIRE_ASSERT_(framewire_record_endpoint, offsetof(struct framewire_record, endpoint) == 360);
FRAMEWIRE_ASSERT_(framewire_record_last_error, offsetof(struct framewire_record, last_error) == 616);
FRAMEWIRE_ASSERT_(framewire_record_session_id, offsetof(struct framewire_record, session_id) == 1128);
FRAMEWIRE_ASSERT_(framewire_record_advice, offsetof(struct framewire_record, advice) == 1264);
FRAMEWIRE_ASSERT_(framewire_json_kind, offsetof(struct framewire_json, kind) == 0);
FRAMEWIRE_ASSERT_(framewire_json_flags, offsetof(struct framewire_json, flags) == 4);
FRAMEWIRE_ASSERT_(framewire_json_integer, offsetof(struct framewire_json, integer) == 8);
FRAMEWIRE_ASSERT_(framewire_json_number, offsetof(struct framewire_json, number) == 16);
FRAMEWIRE_ASSERT_(framewire_json_text, offsetof(struct framewire_json, text) == 24);
#endif

#endif /* FRAMEWIRE_H */
