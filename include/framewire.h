#ifndef FRAMEWIRE_H
#define FRAMEWIRE_H

/* Generated from src/ffi by cbindgen: do not edit. `make generate` writes it anew. */

#include <stdint.h>
#include <stddef.h>

// Version of this ABI: major << 16 | minor. A library serves callers of the same major and an equal or lower minor.
#define FRAMEWIRE_ABI_VERSION 65536

// Done.
#define FRAMEWIRE_OK 0

// Done: the living link of that name was taken over.
#define FRAMEWIRE_ATTACHED 1

// Done: the answer was too large for the peer, which gets a compact error in its place.
#define FRAMEWIRE_REPLACED 2

// Nothing to hand out. Poll again next frame.
#define FRAMEWIRE_EMPTY 16

// Another thread polls this link, or a loan is open. Release it first.
#define FRAMEWIRE_BUSY 17

// The outbox is full. Nothing was taken; try again after some frames.
#define FRAMEWIRE_WOULD_BLOCK 18

// There is no connection that could take this. Wait for OPENED or ACKNOWLEDGED.
#define FRAMEWIRE_NOT_OPEN 19

// The time given ran out.
#define FRAMEWIRE_TIMED_OUT 20

// An argument is wrong: NULL where a value is needed, a number out of range, a malformed text.
#define FRAMEWIRE_INVALID 100

// The handle is zero, closed, or was never handed out.
#define FRAMEWIRE_STALE 101

// This library, build or profile does not do that.
#define FRAMEWIRE_UNSUPPORTED 102

// A living link has this name. Close it, or choose another name.
#define FRAMEWIRE_NAME_IN_USE 103

// The living link was opened with another configuration.
#define FRAMEWIRE_CONFIG_DIFFERS 104

// The message is over the cap of the peer or of the link.
#define FRAMEWIRE_TOO_LARGE 105

// No request of this link has that id.
#define FRAMEWIRE_UNKNOWN 106

// That request has been answered.
#define FRAMEWIRE_ALREADY_ANSWERED 107

// A limit of the library is reached, such as the number of links in the process.
#define FRAMEWIRE_LIMIT 108

// This process is a forked child; links stay with the parent.
#define FRAMEWIRE_FORKED 109

// The request ran out of time before this call.
#define FRAMEWIRE_EXPIRED 200

// The connection of the request ended before this call.
#define FRAMEWIRE_LOST 201

// The library failed inside and caught it; a LOG event has the words. Please report it.
#define FRAMEWIRE_PANIC 300

// The library met a state it did not expect. Please report it.
#define FRAMEWIRE_INTERNAL 301

// The system refused a thread, a socket or memory.
#define FRAMEWIRE_NO_RESOURCES 302

// The WebSocket is open.
#define FRAMEWIRE_EVENT_OPENED 1

// The server took the hello; `name` is its version.
#define FRAMEWIRE_EVENT_ACKNOWLEDGED 2

// A dial failed: `reason`, `code`, `os_error`, `attempt`, `delay_ms`, `detail`.
#define FRAMEWIRE_EVENT_CONNECT_FAILED 3

// A dial begins after an earlier connection or attempt: `attempt`, `delay_ms` waited.
#define FRAMEWIRE_EVENT_RECONNECTING 4

// The connection ended; its last event: `code`, `reason`, `flags`, `count`, `settled`, `unconfirmed`, `skipped`, `detail`.
#define FRAMEWIRE_EVENT_CLOSED 5

// A call for the host: `id`, `name`, `data`. Answer it once.
#define FRAMEWIRE_EVENT_REQUEST 6

// A call that an earlier owner took and never answered.
#define FRAMEWIRE_EVENT_REQUEST_ORPHANED 7

// A call handed out ended without its answer: `id`, `reason`.
#define FRAMEWIRE_EVENT_REQUEST_ENDED 8

// The end of a call made with `framewire_request`: `id`, `reason`, `data`.
#define FRAMEWIRE_EVENT_RESPONSE 9

// A message that wants no answer: `name`, `data`.
#define FRAMEWIRE_EVENT_NOTIFICATION 10

// A text message of a raw link: `data`.
#define FRAMEWIRE_EVENT_TEXT 11

// A binary message of a raw link: `data`.
#define FRAMEWIRE_EVENT_BINARY 12

// Sends `first` to `last` were not sent: `reason`, `code`, `detail`.
#define FRAMEWIRE_EVENT_SEND_DROPPED 13

// `count` inbound messages were dropped: `reason`.
#define FRAMEWIRE_EVENT_DROPPED 14

// A line for the log: `level`, `detail`; `count` older lines were lost.
#define FRAMEWIRE_EVENT_LOG 15

// CLOSED: both close frames passed.
#define FRAMEWIRE_EVENT_FLAG_CLEAN 1

// CLOSED: this side began the close.
#define FRAMEWIRE_EVENT_FLAG_BY_US 2

// CLOSED, CONNECT_FAILED: the link does not dial again by itself.
#define FRAMEWIRE_EVENT_FLAG_FINAL 4

// No particular reason.
#define FRAMEWIRE_REASON_NONE 0

// The host name could not be looked up.
#define FRAMEWIRE_REASON_RESOLVE 1

// Nothing listens on the port, or the system refused the connection.
#define FRAMEWIRE_REASON_REFUSED 2

// No route to the host, or the network is down.
#define FRAMEWIRE_REASON_UNREACHABLE 3

// A deadline passed; `detail` names it.
#define FRAMEWIRE_REASON_TIMEOUT 4

// The TLS handshake failed; `detail` says why.
#define FRAMEWIRE_REASON_TLS 5

// The peer answered, but is no WebSocket server; `code` is its HTTP status.
#define FRAMEWIRE_REASON_NOT_WEBSOCKET 6

// The address is not allowed: remote hosts must be asked for.
#define FRAMEWIRE_REASON_POLICY 7

// The server speaks another protocol version.
#define FRAMEWIRE_REASON_PROTOCOL_MISMATCH 8

// The server or this side refused the credentials.
#define FRAMEWIRE_REASON_AUTHENTICATION 9

// The server ended or broke the hello.
#define FRAMEWIRE_REASON_HELLO 10

// The server has a session of this id.
#define FRAMEWIRE_REASON_SESSION_TAKEN 11

// The capability record could not be used; `detail` says why.
#define FRAMEWIRE_REASON_CAPABILITY 12

// The peer closed.
#define FRAMEWIRE_REASON_CLOSED_BY_PEER 13

// The host closed or disconnected.
#define FRAMEWIRE_REASON_CLOSED_BY_HOST 14

// The connection broke.
#define FRAMEWIRE_REASON_CONNECTION_LOST 15

// The peer was silent too long.
#define FRAMEWIRE_REASON_HEARTBEAT 16

// The peer broke the WebSocket protocol.
#define FRAMEWIRE_REASON_PEER_VIOLATION 17

// A message was over the cap.
#define FRAMEWIRE_REASON_MESSAGE_TOO_LARGE 18

// The inbox was full.
#define FRAMEWIRE_REASON_OVERFLOW 19

// The request ran out of time and was answered so.
#define FRAMEWIRE_REASON_EXPIRED 20

// The connection of the request ended.
#define FRAMEWIRE_REASON_LOST 21

// The host gave text that is no JSON of the needed kind; `code` is the byte offset.
#define FRAMEWIRE_REASON_BAD_JSON 22

// The host gave text that is not UTF-8; `code` is the byte offset.
#define FRAMEWIRE_REASON_BAD_UTF8 23

// The host took it back.
#define FRAMEWIRE_REASON_CANCELLED 24

// The library failed; see the LOG event.
#define FRAMEWIRE_REASON_INTERNAL 25

// The peer sent text that could not be understood.
#define FRAMEWIRE_REASON_MALFORMED 26

// Not connected, and not about to dial.
#define FRAMEWIRE_PHASE_DISCONNECTED 0

// Waiting to dial again.
#define FRAMEWIRE_PHASE_WAITING 1

// Looking up the host name, roots or capability.
#define FRAMEWIRE_PHASE_RESOLVING 2

// TCP connection under way.
#define FRAMEWIRE_PHASE_CONNECTING 3

// TLS handshake under way.
#define FRAMEWIRE_PHASE_SECURING 4

// WebSocket upgrade under way.
#define FRAMEWIRE_PHASE_UPGRADING 5

// Open; the profile's hello is under way.
#define FRAMEWIRE_PHASE_GREETING 6

// Open and acknowledged.
#define FRAMEWIRE_PHASE_ACTIVE 7

// The close is under way.
#define FRAMEWIRE_PHASE_CLOSING 8

// The link is closed.
#define FRAMEWIRE_PHASE_CLOSED 9

// The editor starts.
#define FRAMEWIRE_READINESS_STARTING 0

// Scripts compile.
#define FRAMEWIRE_READINESS_COMPILING 1

// The scripting domain reloads.
#define FRAMEWIRE_READINESS_RELOADING 2

// The editor comes back from a reload.
#define FRAMEWIRE_READINESS_RECOVERING 3

// Assets are imported.
#define FRAMEWIRE_READINESS_IMPORTING 4

// A scene plays.
#define FRAMEWIRE_READINESS_PLAYING 5

// No scene is open.
#define FRAMEWIRE_READINESS_NO_SCENE 6

// The editor takes any call.
#define FRAMEWIRE_READINESS_READY 7

// The editor shuts down.
#define FRAMEWIRE_READINESS_STOPPING 8

// The editor has stopped serving.
#define FRAMEWIRE_READINESS_STOPPED 9

// The editor cannot serve.
#define FRAMEWIRE_READINESS_FAILED 10

// Text and binary messages as they are.
#define FRAMEWIRE_PROFILE_RAW 0

// JSON-RPC 2.0 in both directions.
#define FRAMEWIRE_PROFILE_JSON_RPC 1

// Godot AI servers, protocol 1 and 2.
#define FRAMEWIRE_PROFILE_GODOT_AI 2

// unity-mcp servers.
#define FRAMEWIRE_PROFILE_UNITY_MCP 3

// Hosts other than loopback may be dialled, by `wss://`.
#define FRAMEWIRE_CONFIG_ALLOW_REMOTE 1

// Hosts other than loopback may be dialled by `ws://` too.
#define FRAMEWIRE_CONFIG_ALLOW_INSECURE_REMOTE 2

// Do not dial before `framewire_connect`.
#define FRAMEWIRE_CONFIG_START_DISCONNECTED 4

// Dial again for ever.
#define FRAMEWIRE_RECONNECT_FOREVER 0

// Dial again `reconnect_limit` times in a row.
#define FRAMEWIRE_RECONNECT_LIMITED 1

// Never dial again by itself.
#define FRAMEWIRE_RECONNECT_NONE 2

// Stop reading until there is room.
#define FRAMEWIRE_OVERFLOW_PAUSE 0

// Go on reading and drop what does not fit.
#define FRAMEWIRE_OVERFLOW_DROP_NEWEST 1

// Close the connection with 1008.
#define FRAMEWIRE_OVERFLOW_CLOSE 2

// Something failed that needs attention.
#define FRAMEWIRE_LOG_ERROR 1

// Something is wrong and was coped with.
#define FRAMEWIRE_LOG_WARN 2

// The course of the connection.
#define FRAMEWIRE_LOG_INFO 3

// More of it.
#define FRAMEWIRE_LOG_DEBUG 4

// Every message, bodies cut at 200 bytes.
#define FRAMEWIRE_LOG_TRACE 5

// The pointer leads nowhere.
#define FRAMEWIRE_JSON_MISSING 0

// `null`
#define FRAMEWIRE_JSON_NULL 1

// `true` or `false`
#define FRAMEWIRE_JSON_BOOLEAN 2

// A number.
#define FRAMEWIRE_JSON_NUMBER 3

// A string.
#define FRAMEWIRE_JSON_STRING 4

// An array.
#define FRAMEWIRE_JSON_ARRAY 5

// An object.
#define FRAMEWIRE_JSON_OBJECT 6

// The number is an integer that fits `integer`.
#define FRAMEWIRE_JSON_FLAG_INTEGER 1

// The string holds escapes.
#define FRAMEWIRE_JSON_FLAG_ESCAPED 2

// UTF-8 text by pointer and length, without a terminating NUL. `{NULL, 0}` means absent.
typedef struct framewire_str {
    // First byte, or NULL when absent.
    const char *ptr;
    // Length in bytes.
    uint64_t len;
} framewire_str;

// What a call came to. See the `FRAMEWIRE_OK ...` constants and `framewire_status_name`.
typedef uint32_t framewire_status;

// Everything a link is opened with. Fill it with `framewire_config_init`, then change what you need.
typedef struct framewire_config {
    // Size of this struct as the caller compiled it; set by `framewire_config_init`.
    uint32_t size;
    // ABI version the caller compiled against; set by `framewire_config_init`.
    uint32_t abi_version;
    // Name of the link, unique in the process: 1 to 64 bytes.
    struct framewire_str name;
    // Who the link belongs to (package and project); absent = empty.
    struct framewire_str owner;
    // `ws://host:port/path` or `wss://host:port/path`.
    struct framewire_str url;
    // Extra request headers, one `Name: value` a line, lines parted by LF; absent = none.
    struct framewire_str headers;
    // WebSocket subprotocol to offer; absent = none.
    struct framewire_str subprotocol;
    // PEM file whose certificates are trusted instead of the system's roots; absent = system roots.
    struct framewire_str tls_ca_file;
    // Hello fields of the profile, a JSON object; absent = none.
    struct framewire_str hello;
    // Capability or authentication token of the profile; absent = looked up where the profile says.
    struct framewire_str token;
    // Capability record file (godot_ai); absent = the default place for `http_port`.
    struct framewire_str capability_file;
    // Reconnect waits in milliseconds, the last one repeating; NULL = 1 2 4 8 16 30 60 s.
    const uint32_t *reconnect_delays_ms;
    // Number of entries at `reconnect_delays_ms`, at most 32.
    uint64_t reconnect_delay_count;
    // `FRAMEWIRE_PROFILE_*`.
    uint32_t profile;
    // Protocol version of the profile; 0 = auto.
    uint32_t protocol;
    // `FRAMEWIRE_CONFIG_*` bits.
    uint32_t flags;
    // HTTP port of the godot_ai server, which names its capability record; default 8000.
    uint32_t http_port;
    // `FRAMEWIRE_RECONNECT_*`.
    uint32_t reconnect;
    // Redials before giving up, for `FRAMEWIRE_RECONNECT_LIMITED`.
    uint32_t reconnect_limit;
    // Jitter taken off each wait, in percent of it: 0 (exact) to 100.
    uint32_t reconnect_jitter_percent;
    // `FRAMEWIRE_OVERFLOW_*`: what a full inbox does to a raw link.
    uint32_t overflow;
    // Largest message taken from the peer, bytes; default 64 MiB.
    uint64_t max_message;
    // Largest message the peer takes, bytes; 0 = the profile's default.
    uint64_t peer_max_message;
    // Bytes the inbox holds; default 32 MiB.
    uint64_t inbound_bytes;
    // Bytes the outbox holds; 0 = the profile's default.
    uint64_t outbound_bytes;
    // Messages the inbox holds; default 4096.
    uint32_t inbound_count;
    // Messages the outbox holds; default 1024.
    uint32_t outbound_count;
    // Requests open at a time; default 1024, at most 65536.
    uint32_t request_slots;
    // JSON nesting taken from the peer; default 128.
    uint32_t max_depth;
    // Payload bytes after which one poll stops; default 4 MiB; one event is always handed out.
    uint64_t budget_bytes;
    // Deadline for looking up the host name, ms; default 5000.
    uint32_t resolve_timeout_ms;
    // Deadline for the TCP connection, ms; default 5000.
    uint32_t connect_timeout_ms;
    // Deadline for the TLS handshake, ms; default 5000.
    uint32_t tls_timeout_ms;
    // Deadline for the WebSocket upgrade, ms; default 5000.
    uint32_t upgrade_timeout_ms;
    // Deadline for the profile's hello, ms; default 10000.
    uint32_t hello_timeout_ms;
    // Deadline of a request handed out and not deferred, ms; default 300000; 0 = none.
    uint32_t request_timeout_ms;
    // Wait for the peer's close frame, ms; 0 = the profile's default.
    uint32_t close_timeout_ms;
    // Ping the peer this often, ms; default 20000; 0 = never.
    uint32_t heartbeat_interval_ms;
    // Silence after which the connection counts as lost, ms; default 40000; 0 = never.
    uint32_t heartbeat_timeout_ms;
    // Acknowledged time after which the reconnect counter starts again, ms; default 10000.
    uint32_t stable_ms;
    // Least severe LOG event handed out: `FRAMEWIRE_LOG_*`; default INFO.
    uint32_t log_level;
    // Must be zero.
    uint32_t reserved;
} framewire_config;

// A handle to a link. Zero is never a link.
typedef uint64_t framewire_link;

// Why a call failed, in words. The caller owns the memory; the library only fills it in.
typedef struct framewire_error {
    // The same status that the call returned.
    framewire_status status;
    // Byte offset in `framewire_config` of the field at fault; `UINT32_MAX` when no field is.
    uint32_t field;
    // What went wrong and what to do next: UTF-8, NUL-terminated, cut at a character boundary.
    char text[256];
} framewire_error;

// One thing that happened. Pointers are lent until `framewire_release`.
//
// Which fields count depends on `kind`; the others are zero.
typedef struct framewire_event {
    // `FRAMEWIRE_EVENT_*`.
    uint32_t kind;
    // LOG: `FRAMEWIRE_LOG_*`.
    uint32_t level;
    // Connection the event belongs to; 0 before the first.
    uint64_t generation;
    // Arrival on the clock of `framewire_now_ns`.
    uint64_t time_ns;
    // REQUEST, REQUEST_ENDED, RESPONSE: the request.
    uint64_t id;
    // SEND_DROPPED: first send number of the run.
    uint64_t first;
    // SEND_DROPPED: last send number of the run.
    uint64_t last;
    // DROPPED: messages; CLOSED: requests dropped unseen; LOG, CONNECT_FAILED, RECONNECTING: older ones folded away.
    uint64_t count;
    // CLOSED: open requests and calls settled as lost.
    uint64_t settled;
    // CLOSED: messages the system took that nothing shows the peer has read; 0 after a clean close.
    uint64_t unconfirmed;
    // CLOSED: connections that opened and closed unseen before this one.
    uint64_t skipped;
    // CLOSED: close code; CONNECT_FAILED: HTTP status or close code, 0 if none; SEND_DROPPED: byte offset of the fault.
    uint32_t code;
    // `FRAMEWIRE_REASON_*`.
    uint32_t reason;
    // CONNECT_FAILED, CLOSED: error number of the operating system, 0 if none.
    int32_t os_error;
    // `FRAMEWIRE_EVENT_FLAG_*` bits.
    uint32_t flags;
    // RECONNECTING, CONNECT_FAILED: number of the attempt, from 1.
    uint32_t attempt;
    // RECONNECTING, CONNECT_FAILED: wait before the next dial, ms.
    uint32_t delay_ms;
    // REQUEST, NOTIFICATION: method; ACKNOWLEDGED: version of the server.
    struct framewire_str name;
    // REQUEST, NOTIFICATION: parameters as JSON; TEXT, BINARY, RESPONSE: the payload.
    struct framewire_str data;
    // CONNECT_FAILED, CLOSED, SEND_DROPPED, LOG: words for a person.
    struct framewire_str detail;
} framewire_event;

// A value found by `framewire_json_get`. `text` points into the caller's JSON.
typedef struct framewire_json {
    // `FRAMEWIRE_JSON_*`.
    uint32_t kind;
    // `FRAMEWIRE_JSON_FLAG_*` bits.
    uint32_t flags;
    // Integer value, if `FRAMEWIRE_JSON_FLAG_INTEGER` is set; booleans as 0 and 1.
    int64_t integer;
    // Number value; overflow becomes infinity.
    double number;
    // Strings: between the quotes, escapes as they are; all else: the whole value.
    struct framewire_str text;
} framewire_json;

// What a link is doing, copied out by `framewire_get_state`.
typedef struct framewire_state {
    // `FRAMEWIRE_PHASE_*`.
    uint32_t phase;
    // `FRAMEWIRE_READINESS_*` as last set.
    uint32_t readiness;
    // Current connection, or the last one; 0 before the first.
    uint64_t generation;
    // Dial attempts since the counter was last reset.
    uint32_t attempt;
    // Protocol version spoken; 0 before it is known.
    uint32_t protocol;
    // Age of the last poll in ns (resolution: the I/O thread's wake-ups); `UINT64_MAX` before the first.
    uint64_t poll_age_ns;
    // Requests handed out and unanswered.
    uint32_t requests_open;
    // Requests waiting in the inbox.
    uint32_t requests_waiting;
    // Bytes in the inbox or lent.
    uint64_t inbound_bytes;
    // Bytes accepted and not yet taken by the system.
    uint64_t outbound_bytes;
    // How deep `framewire_pause` is nested.
    uint32_t pause_depth;
    // Length of `session_id`.
    uint32_t session_id_len;
    // Length of `server_version`.
    uint32_t server_version_len;
    // Must be ignored.
    uint32_t reserved;
    // Session id told to the server: UTF-8, NUL-terminated.
    char session_id[136];
    // Version told by the server: UTF-8, NUL-terminated.
    char server_version[136];
} framewire_state;

// Counters since the link was opened, copied out by `framewire_get_stats`.
typedef struct framewire_stats {
    // Calls of `framewire_poll`.
    uint64_t polls;
    // Events handed out.
    uint64_t events;
    // Connections opened.
    uint64_t connections;
    // Dials that failed.
    uint64_t connect_failures;
    // Messages received.
    uint64_t messages_in;
    // Payload bytes received.
    uint64_t bytes_in;
    // Messages taken by the system.
    uint64_t messages_out;
    // Payload bytes taken by the system.
    uint64_t bytes_out;
    // Requests received.
    uint64_t requests;
    // Requests answered by the host.
    uint64_t answered;
    // Requests that ran out of time.
    uint64_t expired;
    // Requests lost with their connection after they were handed out.
    uint64_t lost;
    // Requests dropped unseen with their connection.
    uint64_t dropped_unseen;
    // Requests answered busy.
    uint64_t refused_busy;
    // Inbound messages dropped because the inbox was full.
    uint64_t dropped_full;
    // Inbound messages that could not be understood.
    uint64_t malformed;
    // Sends reported in SEND_DROPPED.
    uint64_t send_dropped;
    // Polls that stopped at the budget with events left.
    uint64_t budget_stops;
    // Wake-ups of the I/O thread.
    uint64_t wakeups;
    // Wake signals sent by host threads.
    uint64_t wakes_sent;
} framewire_stats;

// How a close went, filled by `framewire_close`.
typedef struct framewire_close_report {
    // Sends accepted and never wholly taken by the system.
    uint64_t unsent;
    // Messages taken by the system that nothing shows the peer has read.
    uint64_t unconfirmed;
    // Requests that were open and got the profile's closing error, or none.
    uint64_t unanswered;
    // Events that were never polled.
    uint64_t undelivered;
    // Close code of the last connection; 1006 without a close frame; 0 if there was none.
    uint32_t code;
    // 1 if both close frames passed.
    uint32_t clean;
} framewire_close_report;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// ABI version of this library, `major << 16 | minor`.
uint32_t framewire_abi_version(void);

// Version of this library, for people.
struct framewire_str framewire_version(void);

// Name of a status, for logs.
struct framewire_str framewire_status_name(framewire_status status);

// Now, in ns, on the clock of `framewire_event.time_ns`.
uint64_t framewire_now_ns(void);

// Fills `config` with defaults.
framewire_status framewire_config_init(struct framewire_config *config, uint64_t size, uint32_t abi_version);

// Opens a link.
framewire_status framewire_open(const struct framewire_config *config,
                                framewire_link *link,
                                struct framewire_error *error);

// Hands out events.
framewire_status framewire_poll(framewire_link link,
                                struct framewire_event *events,
                                uint64_t stride,
                                uint64_t capacity,
                                uint64_t *count);

// Ends the loan.
framewire_status framewire_release(framewire_link link);

// Pauses; nests.
framewire_status framewire_pause(framewire_link link);

// Undoes one pause.
framewire_status framewire_resume(framewire_link link);

// Waits for an event, off the frame thread.
framewire_status framewire_wait(framewire_link link, uint32_t timeout_ms);

// Dials now.
framewire_status framewire_connect(framewire_link link);

// Closes the connection and stays closed.
framewire_status framewire_disconnect(framewire_link link);

// Sets url and token for the next dial.
framewire_status framewire_set_endpoint(framewire_link link,
                                        struct framewire_str url,
                                        struct framewire_str token,
                                        struct framewire_error *error);

// Sets the hello for the next connection.
framewire_status framewire_set_hello(framewire_link link,
                                     struct framewire_str hello,
                                     struct framewire_error *error);

// New session id at the next connection.
framewire_status framewire_renew_session(framewire_link link);

// Sends a text message (raw).
framewire_status framewire_send_text(framewire_link link, struct framewire_str text, uint64_t *number);

// Sends a binary message (raw).
framewire_status framewire_send_binary(framewire_link link, const void *data, uint64_t len, uint64_t *number);

// Sends a notification or event.
framewire_status framewire_notify(framewire_link link,
                                  struct framewire_str name,
                                  struct framewire_str json,
                                  uint64_t *number);

// Calls the peer.
framewire_status framewire_request(framewire_link link,
                                   struct framewire_str method,
                                   struct framewire_str json,
                                   uint32_t timeout_ms,
                                   uint64_t *id);

// Takes a call back.
framewire_status framewire_cancel(framewire_link link, uint64_t id);

// Answers a request.
framewire_status framewire_respond(framewire_link link,
                                   uint64_t id,
                                   struct framewire_str json,
                                   uint64_t *number);

// Answers a request with an error.
framewire_status framewire_respond_error(framewire_link link,
                                         uint64_t id,
                                         struct framewire_str code,
                                         struct framewire_str message,
                                         struct framewire_str data,
                                         uint64_t *number);

// Keeps a request open for longer.
framewire_status framewire_defer(framewire_link link,
                                 uint64_t id,
                                 uint32_t timeout_ms,
                                 struct framewire_str note);

// Reads one value of a JSON text by JSON pointer (RFC 6901), without allocating.
framewire_status framewire_json_get(struct framewire_str json,
                                    struct framewire_str pointer,
                                    struct framewire_json *value,
                                    uint64_t size);

// Says what the editor can take.
framewire_status framewire_set_readiness(framewire_link link,
                                         uint32_t readiness,
                                         struct framewire_str reason);

// Copies the state out.
framewire_status framewire_get_state(framewire_link link, struct framewire_state *state, uint64_t size);

// Copies the counters out.
framewire_status framewire_get_stats(framewire_link link, struct framewire_stats *stats, uint64_t size);

// Closes a link; blocks for `linger_ms` at most.
framewire_status framewire_close(framewire_link link,
                                 uint32_t linger_ms,
                                 struct framewire_close_report *report,
                                 uint64_t size);

// Closes every link; blocks for `linger_ms` at most.
framewire_status framewire_shutdown(uint32_t linger_ms);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* FRAMEWIRE_H */
