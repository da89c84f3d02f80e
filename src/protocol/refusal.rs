//! Why a hello failed.

/// What kind of failure it was; decides when to dial again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RefusalKind {
    /// The peer speaks another protocol.
    ProtocolMismatch,
    /// One side did not take the other's credentials.
    Authentication,
    /// The configured protocol needs a capability, and none fit to use was found.
    Capability,
    /// The peer ended or broke the hello in another way.
    Hello,
    /// Another connection holds the session id.
    SessionTaken,
}

/// A failed hello.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What kind of failure.
    pub kind: RefusalKind,
    /// The WebSocket close code: to close with if this side refused, else the one received. 0: no connection was made.
    pub close_code: u16,
    /// What happened and what to do next, for a person. Holds no secret.
    pub detail: String,
}
