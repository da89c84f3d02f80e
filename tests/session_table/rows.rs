//! The rows: for each input eleven cells, one a place. `-` is "nothing changes and nothing is to be done"; an arrow
//! names the next phase; then what is to be done, in its order, and the events in capitals.
//!
//! `say` is a message of the session itself, `send` one of the host. The raw profile has no hello, so that its column
//! for Greeting is that of Active.

/// An input, and its outcome in each place:
/// Disconnected, Waiting, Resolving, Connecting, Securing, Upgrading, Greeting, Active, Closing, Over, Closed.
pub type Row = (&'static str, [&'static str; 11]);

/// The godot_ai profile, protocol 1. In Greeting and Active one command was polled and is open.
#[rustfmt::skip]
pub const GODOT_AI: &[Row] = &[
    ("connect", ["-> Resolving dial", "-> Resolving RECONNECTING dial", "-", "-", "-", "-", "-", "-", "-", "-", "-"]),
    ("disconnect", [
        "-", "-> Disconnected", "-> Disconnected abort", "-> Disconnected abort", "-> Disconnected abort",
        "-> Disconnected abort", "-> Closing say REQUEST_ENDED close", "-> Closing say REQUEST_ENDED close", "-", "-",
        "-",
    ]),
    ("close", [
        "-> Closed finished", "-> Closed finished", "-> Closed abort finished", "-> Closed abort finished",
        "-> Closed abort finished", "-> Closed abort finished", "-> Closing say REQUEST_ENDED close",
        "-> Closing say REQUEST_ENDED close", "-", "-", "-",
    ]),
    ("endpoint changed", ["-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"]),
    ("set hello", ["-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"]),
    ("renew session", ["-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"]),
    ("readiness changed", ["-", "-", "-", "-", "-", "-", "-", "say", "-", "-", "-"]),
    ("attached", ["-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"]),
    ("step connecting", ["-", "-", "-> Connecting", "-", "-", "-", "-", "-", "-", "-", "-"]),
    ("step securing", ["-", "-", "-", "-> Securing", "-", "-", "-", "-", "-", "-", "-"]),
    ("step upgrading", ["-", "-", "-", "-> Upgrading", "-> Upgrading", "-", "-", "-", "-", "-", "-"]),
    ("dial opened", ["-", "-", "-", "-", "-", "-> Greeting OPENED say", "-", "-", "-", "-", "-"]),
    ("dial failed", [
        "-", "-", "-> Waiting LOG CONNECT_FAILED", "-> Waiting LOG CONNECT_FAILED", "-> Waiting LOG CONNECT_FAILED",
        "-> Waiting LOG CONNECT_FAILED", "-", "-", "-", "-", "-",
    ]),
    ("message: acknowledgement", ["-", "-", "-", "-", "-", "-", "-> Active ACKNOWLEDGED", "-", "-", "-", "-"]),
    ("message: command", ["-", "-", "-", "-", "-", "-", "REQUEST", "REQUEST", "-", "-", "-"]),
    ("message: command, no room", ["-", "-", "-", "-", "-", "-", "say", "say", "-", "-", "-"]),
    ("message: command, bad", ["-", "-", "-", "-", "-", "-", "say", "say", "-", "-", "-"]),
    ("message: of no interest", ["-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"]),
    ("message: malformed", ["-", "-", "-", "-", "-", "-", "LOG", "LOG", "-", "-", "-"]),
    ("ping", ["-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"]),
    ("pong", ["-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"]),
    ("peer close", [
        "-", "-", "-", "-", "-", "-", "-> Closing REQUEST_ENDED", "-> Closing REQUEST_ENDED", "-", "-", "-",
    ]),
    ("lost", [
        "-", "-", "-", "-", "-", "-", "-> Closing drop REQUEST_ENDED quiesce",
        "-> Closing drop REQUEST_ENDED quiesce", "drop quiesce", "-", "-",
    ]),
    ("taken in part", ["-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"]),
    ("taken", ["-", "-", "-", "-", "-", "-", "-", "-", "shut", "-", "-"]),
    ("send: text", [
        "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED",
        "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED", "send", "release", "release",
        "release SEND_DROPPED",
    ]),
    ("send: binary", [
        "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED",
        "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED", "send", "release", "release",
        "release SEND_DROPPED",
    ]),
    ("send: notification", [
        "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED",
        "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED", "send", "release", "release",
        "release SEND_DROPPED",
    ]),
    ("send: answer", [
        "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED",
        "release SEND_DROPPED", "release SEND_DROPPED", "send", "send", "release", "release", "release SEND_DROPPED",
    ]),
    ("send: bad answer", [
        "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED",
        "release SEND_DROPPED", "release SEND_DROPPED", "say release SEND_DROPPED", "say release SEND_DROPPED",
        "release", "release", "release SEND_DROPPED",
    ]),
    ("send: error answer", [
        "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED",
        "release SEND_DROPPED", "release SEND_DROPPED", "send", "send", "release", "release", "release SEND_DROPPED",
    ]),
    ("send: stand-in", [
        "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED",
        "release SEND_DROPPED", "release SEND_DROPPED", "send", "send", "release", "release", "release SEND_DROPPED",
    ]),
    ("send: deferral", [
        "release", "release", "release", "release", "release", "release", "release", "release", "release", "release",
        "release",
    ]),
    ("send: call", [
        "RESPONSE release SEND_DROPPED", "RESPONSE release SEND_DROPPED", "RESPONSE release SEND_DROPPED",
        "RESPONSE release SEND_DROPPED", "RESPONSE release SEND_DROPPED", "RESPONSE release SEND_DROPPED",
        "RESPONSE release SEND_DROPPED", "send", "RESPONSE release", "RESPONSE release",
        "RESPONSE release SEND_DROPPED",
    ]),
    ("calls cancelled", ["-", "-", "-", "-", "-", "-", "-", "RESPONSE", "-", "-", "-"]),
    ("log", ["LOG", "LOG", "LOG", "LOG", "LOG", "LOG", "LOG", "LOG", "LOG", "LOG", "LOG"]),
    ("quiet", ["-", "-", "-", "-", "-", "-", "-", "-", "-", "-> Disconnected CLOSED", "-"]),
    ("timer: redial", ["-", "-> Resolving RECONNECTING dial", "-", "-", "-", "-", "-", "-", "-", "-", "-"]),
    ("timer: hello", ["-", "-", "-", "-", "-", "-", "-> Closing drop REQUEST_ENDED quiesce", "-", "-", "-", "-"]),
    ("timer: heartbeat", ["-", "-", "-", "-", "-", "-", "ping", "ping", "-", "-", "-"]),
    ("timer: silence", [
        "-", "-", "-", "-", "-", "-", "-> Closing drop REQUEST_ENDED quiesce",
        "-> Closing drop REQUEST_ENDED quiesce", "-", "-", "-",
    ]),
    ("timer: requests", ["-", "-", "-", "-", "-", "-", "say REQUEST_ENDED", "say REQUEST_ENDED", "-", "-", "-"]),
    ("timer: calls", ["-", "-", "-", "-", "-", "-", "-", "RESPONSE", "-", "-", "-"]),
    ("timer: keep-alive", ["-", "-", "-", "-", "-", "-", "-", "say", "-", "-", "-"]),
    ("timer: close", ["-", "-", "-", "-", "-", "-", "-", "-", "drop quiesce", "-", "-"]),
];

/// The raw profile.
#[rustfmt::skip]
pub const RAW: &[Row] = &[
    ("connect", ["-> Resolving dial", "-> Resolving RECONNECTING dial", "-", "-", "-", "-", "-", "-", "-", "-", "-"]),
    ("disconnect", [
        "-", "-> Disconnected", "-> Disconnected abort", "-> Disconnected abort", "-> Disconnected abort",
        "-> Disconnected abort", "-> Closing close", "-> Closing close", "-", "-", "-",
    ]),
    ("close", [
        "-> Closed finished", "-> Closed finished", "-> Closed abort finished", "-> Closed abort finished",
        "-> Closed abort finished", "-> Closed abort finished", "-> Closing close", "-> Closing close", "-", "-", "-",
    ]),
    ("endpoint changed", ["-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"]),
    ("set hello", ["-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"]),
    ("renew session", ["-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"]),
    ("readiness changed", ["-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"]),
    ("attached", ["-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"]),
    ("step connecting", ["-", "-", "-> Connecting", "-", "-", "-", "-", "-", "-", "-", "-"]),
    ("step securing", ["-", "-", "-", "-> Securing", "-", "-", "-", "-", "-", "-", "-"]),
    ("step upgrading", ["-", "-", "-", "-> Upgrading", "-> Upgrading", "-", "-", "-", "-", "-", "-"]),
    ("dial opened", ["-", "-", "-", "-", "-", "-> Active OPENED", "-", "-", "-", "-", "-"]),
    ("dial failed", [
        "-", "-", "-> Waiting LOG CONNECT_FAILED", "-> Waiting LOG CONNECT_FAILED", "-> Waiting LOG CONNECT_FAILED",
        "-> Waiting LOG CONNECT_FAILED", "-", "-", "-", "-", "-",
    ]),
    ("message: acknowledgement", ["-", "-", "-", "-", "-", "-", "TEXT", "TEXT", "-", "-", "-"]),
    ("message: command", ["-", "-", "-", "-", "-", "-", "TEXT", "TEXT", "-", "-", "-"]),
    ("message: command, no room", ["-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"]),
    ("message: command, bad", ["-", "-", "-", "-", "-", "-", "TEXT", "TEXT", "-", "-", "-"]),
    ("message: of no interest", ["-", "-", "-", "-", "-", "-", "TEXT", "TEXT", "-", "-", "-"]),
    ("message: malformed", ["-", "-", "-", "-", "-", "-", "TEXT", "TEXT", "-", "-", "-"]),
    ("ping", ["-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"]),
    ("pong", ["-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"]),
    ("peer close", ["-", "-", "-", "-", "-", "-", "-> Closing", "-> Closing", "-", "-", "-"]),
    ("lost", [
        "-", "-", "-", "-", "-", "-", "-> Closing drop quiesce", "-> Closing drop quiesce", "drop quiesce", "-", "-",
    ]),
    ("taken in part", ["-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"]),
    ("taken", ["-", "-", "-", "-", "-", "-", "-", "-", "shut", "-", "-"]),
    ("send: text", [
        "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED",
        "release SEND_DROPPED", "release SEND_DROPPED", "send", "send", "release", "release", "release SEND_DROPPED",
    ]),
    ("send: binary", [
        "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED",
        "release SEND_DROPPED", "release SEND_DROPPED", "send", "send", "release", "release", "release SEND_DROPPED",
    ]),
    ("send: notification", [
        "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED",
        "release SEND_DROPPED", "release SEND_DROPPED", "send", "send", "release", "release", "release SEND_DROPPED",
    ]),
    ("send: answer", [
        "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED",
        "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED", "release",
        "release", "release SEND_DROPPED",
    ]),
    ("send: bad answer", [
        "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED",
        "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED", "release",
        "release", "release SEND_DROPPED",
    ]),
    ("send: error answer", [
        "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED",
        "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED", "release",
        "release", "release SEND_DROPPED",
    ]),
    ("send: stand-in", [
        "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED",
        "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED", "release SEND_DROPPED", "release",
        "release", "release SEND_DROPPED",
    ]),
    ("send: deferral", [
        "release", "release", "release", "release", "release", "release", "release", "release", "release", "release",
        "release",
    ]),
    ("send: call", [
        "RESPONSE release SEND_DROPPED", "RESPONSE release SEND_DROPPED", "RESPONSE release SEND_DROPPED",
        "RESPONSE release SEND_DROPPED", "RESPONSE release SEND_DROPPED", "RESPONSE release SEND_DROPPED",
        "send", "send", "RESPONSE release", "RESPONSE release",
        "RESPONSE release SEND_DROPPED",
    ]),
    ("calls cancelled", ["-", "-", "-", "-", "-", "-", "RESPONSE", "RESPONSE", "-", "-", "-"]),
    ("log", ["LOG", "LOG", "LOG", "LOG", "LOG", "LOG", "LOG", "LOG", "LOG", "LOG", "LOG"]),
    ("quiet", ["-", "-", "-", "-", "-", "-", "-", "-", "-", "-> Disconnected CLOSED", "-"]),
    ("timer: redial", ["-", "-> Resolving RECONNECTING dial", "-", "-", "-", "-", "-", "-", "-", "-", "-"]),
    ("timer: hello", ["-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"]),
    ("timer: heartbeat", ["-", "-", "-", "-", "-", "-", "ping", "ping", "-", "-", "-"]),
    ("timer: silence", [
        "-", "-", "-", "-", "-", "-", "-> Closing drop quiesce", "-> Closing drop quiesce", "-", "-", "-",
    ]),
    ("timer: requests", ["-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"]),
    ("timer: calls", ["-", "-", "-", "-", "-", "-", "RESPONSE", "RESPONSE", "-", "-", "-"]),
    ("timer: keep-alive", ["-", "-", "-", "-", "-", "-", "say", "say", "-", "-", "-"]),
    ("timer: close", ["-", "-", "-", "-", "-", "-", "-", "-", "drop quiesce", "-", "-"]),
];
