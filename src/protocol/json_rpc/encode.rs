//! Words the messages that carry what the host says.
#![allow(dead_code, clippy::todo, reason = "being written")]

use crate::protocol::outbound::{BadPayload, Envelope, Purpose};

pub(in crate::protocol) fn response(_wire_id: &str) -> Envelope {
    todo!()
}

pub(in crate::protocol) fn error(_wire_id: &str, _code: &str, _message: &str, _data_json: Option<&str>) -> String {
    todo!()
}

pub(in crate::protocol) fn notification(_name: &str, _has_content: bool) -> Envelope {
    todo!()
}

pub(in crate::protocol) fn call(_wire_id: &str, _method: &str, _has_parameters: bool) -> Envelope {
    todo!()
}

pub(in crate::protocol) fn check_payload(_json: &[u8], _purpose: Purpose) -> Result<(), BadPayload> {
    todo!()
}
