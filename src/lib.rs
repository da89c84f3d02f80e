//! Framewire.
pub mod ffi;
pub mod link;
pub mod protocol;
pub mod readiness;
pub mod session;
pub mod sys;
