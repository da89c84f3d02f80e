//! Everything that is given to a session in the table.

use bytes::Bytes;
use framewire::protocol::Hello;
use framewire::session::event::Reason;
use framewire::session::failure::Failure;
use framewire::session::input::{Arrival, Entropy, Farewell, Input, Send, Step, What};
use framewire::session::note::Notes;
use framewire::session::timers::Timer;

/// What is done to a session.
pub enum Trial {
    Give(fn() -> Input),
    /// Its deadline, which is the only one so near, comes.
    Timer(Timer),
}

/// The kinds of inputs.
pub const NAMES: [&str; 22] = [
    "Connect",
    "Disconnect",
    "Close",
    "EndpointChanged",
    "SetHello",
    "RenewSession",
    "ReadinessChanged",
    "DialStep",
    "DialOpened",
    "DialFailed",
    "Message",
    "Ping",
    "Pong",
    "PeerClose",
    "Lost",
    "Taken",
    "Send",
    "Log",
    "Quiet",
    "Timeout",
    "Attached",
    "CallsCancelled",
];

/// The kind of an input. A new one does not compile until it has a name here, and fails until it has rows.
pub fn name_of(input: &Input) -> &'static str {
    match input {
        Input::Connect => NAMES[0],
        Input::Disconnect(_) => NAMES[1],
        Input::Close => NAMES[2],
        Input::EndpointChanged { .. } => NAMES[3],
        Input::SetHello(_) => NAMES[4],
        Input::RenewSession => NAMES[5],
        Input::ReadinessChanged => NAMES[6],
        Input::DialStep(_) => NAMES[7],
        Input::DialOpened { .. } => NAMES[8],
        Input::DialFailed(_) => NAMES[9],
        Input::Message(_) => NAMES[10],
        Input::Ping => NAMES[11],
        Input::Pong(_) => NAMES[12],
        Input::PeerClose { .. } => NAMES[13],
        Input::Lost(_) => NAMES[14],
        Input::Taken { .. } => NAMES[15],
        Input::Send(_) => NAMES[16],
        Input::Log { .. } => NAMES[17],
        Input::Quiet => NAMES[18],
        Input::Timeout => NAMES[19],
        Input::Attached => NAMES[20],
        Input::CallsCancelled => NAMES[21],
    }
}

/// Every row of the table. A send is one of the only connection that was; [`FIRST_OPEN`] stands for its request.
pub const INPUTS: &[(&str, Trial)] = &[
    ("connect", Trial::Give(|| Input::Connect)),
    ("disconnect", Trial::Give(|| Input::Disconnect(Farewell::default()))),
    ("close", Trial::Give(|| Input::Close)),
    ("endpoint changed", Trial::Give(|| Input::EndpointChanged { is_loopback: true })),
    ("set hello", Trial::Give(|| Input::SetHello(Box::new(Hello::Raw)))),
    ("renew session", Trial::Give(|| Input::RenewSession)),
    ("readiness changed", Trial::Give(|| Input::ReadinessChanged)),
    ("attached", Trial::Give(|| Input::Attached)),
    ("step connecting", Trial::Give(|| Input::DialStep(Step::Connecting))),
    ("step securing", Trial::Give(|| Input::DialStep(Step::Securing))),
    ("step upgrading", Trial::Give(|| Input::DialStep(Step::Upgrading))),
    ("dial opened", Trial::Give(opened)),
    ("dial failed", Trial::Give(|| Input::DialFailed(Failure::new(Reason::Refused, "refused")))),
    ("message: acknowledgement", Trial::Give(|| text(ACK, true))),
    ("message: command", Trial::Give(|| text(r#"{"request_id":"2","command":"c"}"#, true))),
    ("message: command, no room", Trial::Give(|| text(r#"{"request_id":"2","command":"c"}"#, false))),
    ("message: command, bad", Trial::Give(|| text(r#"{"request_id":"2","command":[]}"#, true))),
    ("message: of no interest", Trial::Give(|| text("{}", true))),
    ("message: malformed", Trial::Give(|| text("{", true))),
    ("ping", Trial::Give(|| Input::Ping)),
    ("pong", Trial::Give(|| Input::Pong(Bytes::from_static(b"12345678")))),
    ("peer close", Trial::Give(|| Input::PeerClose { code: 1001, reason: String::new() })),
    ("lost", Trial::Give(|| Input::Lost(Failure::new(Reason::ConnectionLost, "reset")))),
    ("taken in part", Trial::Give(|| Input::Taken { offset: 1, is_all: false })),
    ("taken", Trial::Give(|| Input::Taken { offset: u64::MAX, is_all: true })),
    ("send: text", Trial::Give(|| send(What::Text(b"text".to_vec())))),
    ("send: binary", Trial::Give(|| send(What::Binary(vec![0])))),
    ("send: notification", Trial::Give(|| send(What::Notify { buffer: b"{}name".to_vec(), name: 4 }))),
    ("send: answer", Trial::Give(|| send(What::Respond { id: FIRST_OPEN, json: b"{}".to_vec() }))),
    ("send: bad answer", Trial::Give(|| send(What::Respond { id: FIRST_OPEN, json: b"{".to_vec() }))),
    (
        "send: error answer",
        Trial::Give(|| send(What::RespondError { id: FIRST_OPEN, buffer: b"codewords".to_vec(), code: 4, message: 5 })),
    ),
    ("send: stand-in", Trial::Give(|| send(What::Replace { id: FIRST_OPEN, buffered: 1, message: 2 }))),
    (
        "send: deferral",
        Trial::Give(|| {
            send(What::Defer { id: FIRST_OPEN, deadline: u64::MAX, note: Notes::default().keep(b"").unwrap() })
        }),
    ),
    (
        "send: call",
        Trial::Give(|| send(What::Call { id: FIRST_OPEN, buffer: b"{}name".to_vec(), method: 4, timeout_ms: 0 })),
    ),
    ("calls cancelled", Trial::Give(|| Input::CallsCancelled)),
    ("log", Trial::Give(|| Input::Log { level: 3, text: "words".into() })),
    ("quiet", Trial::Give(|| Input::Quiet)),
    ("timer: redial", Trial::Timer(Timer::Redial)),
    ("timer: hello", Trial::Timer(Timer::Hello)),
    ("timer: heartbeat", Trial::Timer(Timer::Heartbeat)),
    ("timer: silence", Trial::Timer(Timer::Silence)),
    ("timer: requests", Trial::Timer(Timer::Requests)),
    ("timer: calls", Trial::Timer(Timer::Calls)),
    ("timer: keep-alive", Trial::Timer(Timer::KeepAlive)),
    ("timer: close", Trial::Timer(Timer::Close)),
];

pub const ACK: &str = r#"{"type":"handshake_ack","server_version":"2.4.2"}"#;
/// Stands for the id of the one request that is open where commands can come, or of a call just made.
const FIRST_OPEN: u64 = u64::MAX;

pub fn text(text: &'static str, has_room: bool) -> Input {
    let payload = Bytes::from_static(text.as_bytes());
    Input::Message(Arrival { is_text: true, payload, has_room, places: 1, reply_room: usize::MAX })
}

pub fn opened() -> Input {
    Input::DialOpened { capability: None, entropy: Box::new(Entropy::default()) }
}

pub fn send(what: What) -> Input {
    Input::Send(Send { number: 1, generation: 1, reserved: 4, what })
}
