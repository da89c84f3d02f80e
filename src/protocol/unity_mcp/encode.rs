//! Words the messages that carry what the host says.
#![allow(dead_code, clippy::todo, reason = "being written")]

use crate::protocol::outbound::{BadPayload, Envelope};

pub(in crate::protocol) fn response(_wire_id: &str) -> Envelope {
    todo!()
}

pub(in crate::protocol) fn error(_wire_id: &str, _code: &str, _message: &str, _data_json: Option<&str>) -> String {
    todo!()
}

pub(in crate::protocol) fn check_payload(_json: &[u8]) -> Result<(), BadPayload> {
    todo!()
}
