//! The server's side of godot_ai protocol 1.

pub mod hello;
pub mod sessions;
pub mod wire;
