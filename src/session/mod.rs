//! The session: a pure state machine.
pub mod event;
