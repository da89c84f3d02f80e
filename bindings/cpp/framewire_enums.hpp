/// The numbers of framewire.h as enumerations. Included by framewire.hpp.
#ifndef FRAMEWIRE_ENUMS_HPP
#define FRAMEWIRE_ENUMS_HPP

#include "framewire.h"

#include <cstdint>

namespace framewire {

/// What a call came to: `FRAMEWIRE_OK` and its neighbours. A newer library may return others.
enum class [[nodiscard]] Status : std::uint32_t {
    ok = FRAMEWIRE_OK,
    attached = FRAMEWIRE_ATTACHED,
    replaced = FRAMEWIRE_REPLACED,
    empty = FRAMEWIRE_EMPTY,
    busy = FRAMEWIRE_BUSY,
    would_block = FRAMEWIRE_WOULD_BLOCK,
    not_open = FRAMEWIRE_NOT_OPEN,
    timed_out = FRAMEWIRE_TIMED_OUT,
    invalid = FRAMEWIRE_INVALID,
    stale = FRAMEWIRE_STALE,
    unsupported = FRAMEWIRE_UNSUPPORTED,
    name_in_use = FRAMEWIRE_NAME_IN_USE,
    config_differs = FRAMEWIRE_CONFIG_DIFFERS,
    too_large = FRAMEWIRE_TOO_LARGE,
    unknown = FRAMEWIRE_UNKNOWN,
    already_answered = FRAMEWIRE_ALREADY_ANSWERED,
    limit = FRAMEWIRE_LIMIT,
    forked = FRAMEWIRE_FORKED,
    expired = FRAMEWIRE_EXPIRED,
    lost = FRAMEWIRE_LOST,
    panic = FRAMEWIRE_PANIC,
    internal = FRAMEWIRE_INTERNAL,
    no_resources = FRAMEWIRE_NO_RESOURCES,
};

/// Kind of an event: `FRAMEWIRE_EVENT_*`.
enum class EventKind : std::uint32_t {
    opened = FRAMEWIRE_EVENT_OPENED,
    acknowledged = FRAMEWIRE_EVENT_ACKNOWLEDGED,
    connect_failed = FRAMEWIRE_EVENT_CONNECT_FAILED,
    reconnecting = FRAMEWIRE_EVENT_RECONNECTING,
    closed = FRAMEWIRE_EVENT_CLOSED,
    request = FRAMEWIRE_EVENT_REQUEST,
    request_orphaned = FRAMEWIRE_EVENT_REQUEST_ORPHANED,
    request_ended = FRAMEWIRE_EVENT_REQUEST_ENDED,
    response = FRAMEWIRE_EVENT_RESPONSE,
    notification = FRAMEWIRE_EVENT_NOTIFICATION,
    text = FRAMEWIRE_EVENT_TEXT,
    binary = FRAMEWIRE_EVENT_BINARY,
    send_dropped = FRAMEWIRE_EVENT_SEND_DROPPED,
    dropped = FRAMEWIRE_EVENT_DROPPED,
    log = FRAMEWIRE_EVENT_LOG,
};

/// Why something happened: `FRAMEWIRE_REASON_*`.
enum class Reason : std::uint32_t {
    none = FRAMEWIRE_REASON_NONE,
    resolve = FRAMEWIRE_REASON_RESOLVE,
    refused = FRAMEWIRE_REASON_REFUSED,
    unreachable = FRAMEWIRE_REASON_UNREACHABLE,
    timeout = FRAMEWIRE_REASON_TIMEOUT,
    tls = FRAMEWIRE_REASON_TLS,
    not_websocket = FRAMEWIRE_REASON_NOT_WEBSOCKET,
    policy = FRAMEWIRE_REASON_POLICY,
    protocol_mismatch = FRAMEWIRE_REASON_PROTOCOL_MISMATCH,
    authentication = FRAMEWIRE_REASON_AUTHENTICATION,
    hello = FRAMEWIRE_REASON_HELLO,
    session_taken = FRAMEWIRE_REASON_SESSION_TAKEN,
    capability = FRAMEWIRE_REASON_CAPABILITY,
    closed_by_peer = FRAMEWIRE_REASON_CLOSED_BY_PEER,
    closed_by_host = FRAMEWIRE_REASON_CLOSED_BY_HOST,
    connection_lost = FRAMEWIRE_REASON_CONNECTION_LOST,
    heartbeat = FRAMEWIRE_REASON_HEARTBEAT,
    peer_violation = FRAMEWIRE_REASON_PEER_VIOLATION,
    message_too_large = FRAMEWIRE_REASON_MESSAGE_TOO_LARGE,
    overflow = FRAMEWIRE_REASON_OVERFLOW,
    expired = FRAMEWIRE_REASON_EXPIRED,
    lost = FRAMEWIRE_REASON_LOST,
    bad_json = FRAMEWIRE_REASON_BAD_JSON,
    bad_utf8 = FRAMEWIRE_REASON_BAD_UTF8,
    cancelled = FRAMEWIRE_REASON_CANCELLED,
    internal = FRAMEWIRE_REASON_INTERNAL,
    malformed = FRAMEWIRE_REASON_MALFORMED,
    peer_error = FRAMEWIRE_REASON_PEER_ERROR,
    bad_reply = FRAMEWIRE_REASON_BAD_REPLY,
    orphaned = FRAMEWIRE_REASON_ORPHANED,
};

/// What a link is doing: `FRAMEWIRE_PHASE_*`.
enum class Phase : std::uint32_t {
    disconnected = FRAMEWIRE_PHASE_DISCONNECTED,
    waiting = FRAMEWIRE_PHASE_WAITING,
    resolving = FRAMEWIRE_PHASE_RESOLVING,
    connecting = FRAMEWIRE_PHASE_CONNECTING,
    securing = FRAMEWIRE_PHASE_SECURING,
    upgrading = FRAMEWIRE_PHASE_UPGRADING,
    greeting = FRAMEWIRE_PHASE_GREETING,
    active = FRAMEWIRE_PHASE_ACTIVE,
    closing = FRAMEWIRE_PHASE_CLOSING,
    closed = FRAMEWIRE_PHASE_CLOSED,
};

/// What the editor can take: `FRAMEWIRE_READINESS_*`.
enum class Readiness : std::uint32_t {
    starting = FRAMEWIRE_READINESS_STARTING,
    compiling = FRAMEWIRE_READINESS_COMPILING,
    reloading = FRAMEWIRE_READINESS_RELOADING,
    recovering = FRAMEWIRE_READINESS_RECOVERING,
    importing = FRAMEWIRE_READINESS_IMPORTING,
    playing = FRAMEWIRE_READINESS_PLAYING,
    no_scene = FRAMEWIRE_READINESS_NO_SCENE,
    ready = FRAMEWIRE_READINESS_READY,
    stopping = FRAMEWIRE_READINESS_STOPPING,
    stopped = FRAMEWIRE_READINESS_STOPPED,
    failed = FRAMEWIRE_READINESS_FAILED,
};

/// Wire profile: `FRAMEWIRE_PROFILE_*`.
enum class Profile : std::uint32_t {
    raw = FRAMEWIRE_PROFILE_RAW,
    json_rpc = FRAMEWIRE_PROFILE_JSON_RPC,
    godot_ai = FRAMEWIRE_PROFILE_GODOT_AI,
    unity_mcp = FRAMEWIRE_PROFILE_UNITY_MCP,
};

/// What a full inbox does to a raw link: `FRAMEWIRE_OVERFLOW_*`.
enum class Overflow : std::uint32_t {
    pause = FRAMEWIRE_OVERFLOW_PAUSE,
    drop_newest = FRAMEWIRE_OVERFLOW_DROP_NEWEST,
    close = FRAMEWIRE_OVERFLOW_CLOSE,
};

/// Kind of a JSON value: `FRAMEWIRE_JSON_*`.
enum class JsonKind : std::uint32_t {
    missing = FRAMEWIRE_JSON_MISSING,
    null = FRAMEWIRE_JSON_NULL,
    boolean = FRAMEWIRE_JSON_BOOLEAN,
    number = FRAMEWIRE_JSON_NUMBER,
    string = FRAMEWIRE_JSON_STRING,
    array = FRAMEWIRE_JSON_ARRAY,
    object = FRAMEWIRE_JSON_OBJECT,
};

}  // namespace framewire

#endif  // FRAMEWIRE_ENUMS_HPP
