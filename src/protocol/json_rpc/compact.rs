//! Words the answers that this side gives in the host's stead, none longer than
//! [`LARGEST_COMPACT`](crate::protocol::LARGEST_COMPACT).
#![allow(dead_code, clippy::todo, reason = "being written")]

pub(in crate::protocol) fn too_large(_wire_id: &str, _buffered: usize, _message: usize, _limit: usize) -> String {
    todo!()
}

pub(in crate::protocol) fn expired(_wire_id: &str, _method: &str, _elapsed_ms: u64, _timeout_ms: u64) -> String {
    todo!()
}

pub(in crate::protocol) fn busy(_wire_id: &str, _why: &str, _stall_ms: u64, _readiness: &str) -> String {
    todo!()
}

pub(in crate::protocol) fn closing(_wire_id: &str) -> String {
    todo!()
}

pub(in crate::protocol) fn bad_answer(_wire_id: &str, _detail: &str) -> String {
    todo!()
}
