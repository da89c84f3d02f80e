//! The calls that a host may make, and what its peer may say.

use arbitrary::Arbitrary;

use super::given::{Given, Place};

/// One call. `on` chooses the handle: one that lives, one that is dead, or one that never was.
#[derive(Arbitrary, Debug)]
pub enum Action {
    Open {
        name: u8,
        profile: u8,
        owner: u8,
        is_alone: bool,
        is_small: bool,
    },
    Close {
        on: u8,
        linger: u8,
        report: Place,
    },
    Detach {
        on: u8,
        readiness: u8,
    },
    Shutdown {
        key: u8,
    },
    Poll {
        on: u8,
        capacity: u8,
        stride: u8,
        count: Place,
    },
    Release {
        on: u8,
    },
    Pause {
        on: u8,
    },
    Resume {
        on: u8,
    },
    Wait {
        on: u8,
        ms: u8,
    },
    Connect {
        on: u8,
    },
    Disconnect {
        on: u8,
    },
    RenewSession {
        on: u8,
    },
    SetEndpoint {
        on: u8,
        token: Given,
    },
    SetHello {
        on: u8,
        hello: Given,
    },
    SendText {
        on: u8,
        text: Given,
        number: Place,
    },
    SendBinary {
        on: u8,
        data: Given,
        number: Place,
    },
    Notify {
        on: u8,
        name: Given,
        json: Given,
        number: Place,
    },
    Request {
        on: u8,
        method: Given,
        json: Given,
        id: Place,
    },
    Cancel {
        on: u8,
        which: u8,
    },
    Respond {
        on: u8,
        which: u8,
        json: Given,
        number: Place,
    },
    RespondError {
        on: u8,
        which: u8,
        code: Given,
        message: Given,
        data: Given,
    },
    RespondAttachment {
        on: u8,
        which: u8,
        json: Given,
        pointer: Given,
        bytes: Given,
    },
    Defer {
        on: u8,
        which: u8,
        ms: u16,
        note: Given,
    },
    SetReadiness {
        on: u8,
        readiness: u8,
        reason: Given,
    },
    RestoreReadiness {
        on: u8,
        readiness: u8,
    },
    GetState {
        on: u8,
        size: u8,
        place: Place,
    },
    GetStats {
        on: u8,
        size: u8,
        place: Place,
    },
    Outstanding {
        on: u8,
        capacity: u8,
        count: Place,
    },
    JsonGet {
        json: Given,
        pointer: Given,
        size: u8,
    },
    ConfigInit {
        size: u8,
        version: u32,
        place: Place,
    },
    StatusName(u32),
    /// The peer says something on the connections there are; it replies to calls, or not.
    PeerSays {
        what: u8,
        id: u8,
    },
    PeerReplies(bool),
    PeerLeaves,
}
