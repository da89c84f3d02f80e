//! The raw profile: messages as they are, no hello, no envelope.

use super::inbound::Inbound;
use super::json;
use super::outbound::{BadPayload, BadPayloadKind};
use super::refusal::{Refusal, RefusalKind};

/// Every message is the host's.
pub(super) fn receive() -> Inbound {
    Inbound::Message
}

/// A text message must be UTF-8 (RFC 6455 section 5.6); nothing else is asked of it.
pub(super) fn check_payload(text: &[u8]) -> Result<(), BadPayload> {
    json::utf8(text).map(drop).map_err(|fault| BadPayload {
        kind: BadPayloadKind::BadUtf8,
        offset: fault.offset,
        detail: format!("{}; send bytes that are no text as a binary message", fault.what),
    })
}

/// There is no hello that could fail; kept so that each profile answers each question.
pub(super) fn closed_in_hello(code: u16) -> Refusal {
    Refusal {
        kind: RefusalKind::Hello,
        close_code: code,
        detail: format!("the peer closed with {code} at once; see its log for the reason"),
    }
}

#[cfg(test)]
mod tests {
    use crate::protocol::{BadPayloadKind, Conversation, Envelope, Inbound, Limits, Purpose};

    #[test]
    fn raw_hands_on_everything() {
        let mut raw = Conversation::Raw;
        assert_eq!(raw.receive(b"\xff", false, "", &Limits::default()), Inbound::Message);
        assert!(raw.is_acknowledged());
        assert_eq!((raw.protocol(), raw.readiness_changed("ready")), (0, None));
        assert_eq!((raw.response("1", ""), raw.event("e", true)), (Envelope::default(), Envelope::default()));
        assert_eq!(raw.check_payload("zoë".as_bytes(), Purpose::Text), Ok(()));
        assert_eq!(
            raw.check_payload(b"zo\xff", Purpose::Text).map_err(|bad| (bad.kind, bad.offset)),
            Err((BadPayloadKind::BadUtf8, 2))
        );
    }
}
