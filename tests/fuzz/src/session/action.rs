//! Everything that can happen to a session and its host.

use arbitrary::Arbitrary;

/// One thing that happens. Which of several is meant, is taken modulo their number.
#[derive(Arbitrary, Debug)]
pub enum Action {
    /// Time goes on by so many steps of 1 ms, 50 ms, 1 s or 1 h; timers are looked at, or not.
    Pass {
        steps: u8,
        step: u8,
        is_seen: bool,
    },
    /// Time goes on to the next timer, and a little further.
    ToTimer {
        late: u8,
    },
    /// Whatever it takes until the link may be used.
    Up {
        has_capability: bool,
    },
    /// A call comes in and is polled at once.
    Work {
        id: u8,
        method: u8,
        params: u8,
    },
    Connect,
    Disconnect {
        code: u8,
        drains: bool,
    },
    Close {
        drains: bool,
    },
    EndpointChanged {
        is_loopback: bool,
    },
    SetHello(u8),
    RenewSession,
    Readiness(u8),
    Log {
        level: u8,
    },
    /// One step of the way to a connection, whichever is next.
    Dial {
        has_capability: bool,
    },
    /// The same, in any order.
    Step(u8),
    DialOpened {
        has_capability: bool,
    },
    DialFailed(u8),
    Message {
        said: Said,
        room: Room,
    },
    /// What the server says next in its hello.
    Greet,
    Ping,
    Pong {
        is_true: bool,
    },
    PeerClose(u8),
    Lost(u8),
    Taken(u16),
    TakeSends(u8),
    Quiet,
    SeeHost {
        silence: u8,
        is_detached: bool,
        is_paused: bool,
    },
    Poll(u8),
    Release,
    FreeSpent,
    Attach,
    SeeAttach,
    Answer {
        which: u8,
        how: Answer,
    },
    Defer {
        which: u8,
        ms: u16,
        note: u8,
    },
    Send {
        kind: u8,
        length: u16,
        is_bad: bool,
    },
    Call {
        params: u8,
        timeout_ms: u16,
    },
    Cancel(u8),
    SeeCancelled,
}

/// What the inbox has room for.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub struct Room {
    pub is_there: bool,
    pub places: u8,
    pub reply: u8,
}

/// A message of the peer.
#[derive(Arbitrary, Debug)]
pub enum Said {
    Request {
        id: u8,
        method: u8,
        params: u8,
        timeout: u8,
    },
    Notification {
        name: u8,
    },
    /// A reply to the call of that place, or to none.
    Reply {
        which: u8,
        how: u8,
    },
    Batch(Vec<u8>),
    Sign,
    Bytes(Vec<u8>),
}

/// How the host answers.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub enum Answer {
    Json(u16),
    Bad,
    Envelope(u16),
    Attachment { length: u16, is_lost: bool },
    Error { data: u8 },
    Replace,
}
