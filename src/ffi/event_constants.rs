//! The numbers of events: kinds, flags, reasons. A number is forever, as in `constants.rs`.

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

/// A call that an earlier owner of the link took and never answered: as REQUEST, and `note`, `age_ns`, `count`, `flags`.
/// Finish it or fail it; it may have run in part.
pub const FRAMEWIRE_EVENT_REQUEST_ORPHANED: u32 = 7;

/// A call handed out ended without its answer: `id`, `reason`.
pub const FRAMEWIRE_EVENT_REQUEST_ENDED: u32 = 8;

/// The end of a call made with `framewire_request`: `id`, `name`, `reason`, `data`, `age_ns`; a failed one also `detail`,
/// `error_code` if the peer says one, and `code` if the host's JSON was at fault. A reply goes into a full inbox, too; what
/// does not fit even so is told as `FRAMEWIRE_REASON_OVERFLOW`.
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

/// REQUEST_ORPHANED: the parameters were too large to be kept, `data` is absent.
pub const FRAMEWIRE_EVENT_FLAG_PAYLOAD_GONE: u32 = 8;

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

/// The inbox was full. RESPONSE: the peer's reply found it full, beyond its bounds by more than `max_message` bytes with
/// it; there is no `data`. Replies up to that are kept.
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

/// RESPONSE: the peer answered with an error: `error_code`, `detail`, `data`.
pub const FRAMEWIRE_REASON_PEER_ERROR: u32 = 27;

/// RESPONSE: the peer's reply is neither a result nor an error.
pub const FRAMEWIRE_REASON_BAD_REPLY: u32 = 28;

/// CLOSED: nobody polled or attached for `orphan_ms`; the link has ended.
pub const FRAMEWIRE_REASON_ORPHANED: u32 = 29;
