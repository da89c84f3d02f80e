//! `framewire status`, `wait` and `fix`: what an editor's state file says, for people and scripts.

mod exit;
pub mod fix;
mod json;
mod place;
pub mod status;
mod text;
mod time;
pub mod wait;
