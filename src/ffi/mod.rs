//! The C ABI: `include/framewire.h` seen from inside.
//!
//! Every export goes through `guard`; every pointer is checked in `sized` or `text`; every handle is
//! looked up in `handle`. The documentation of the exports is the header's, which is generated from here.
#![allow(clippy::missing_safety_doc, reason = "the header states the contract of pointers once for all calls")]

#[cfg(not(target_pointer_width = "64"))]
compile_error!("the C ABI of Framewire is for 64-bit targets only");

// In this order the header lists what they define.
mod constants;
mod event_constants;
mod types;

mod version;

mod config;

mod lifecycle;

mod frame;

mod send;

mod attachment;

mod readiness;

mod json;

mod outstanding;

mod state_file;

// What the calls stand on.
mod config_input;
mod entry;
mod error;
mod fault;
mod guard;
mod handle;
mod panic_log;
mod sized;
mod status;
mod text;

#[cfg(test)]
mod testing;

use core::ffi::c_void;

pub use attachment::*;
pub use config::*;
pub use constants::*;
pub use event_constants::*;
pub use frame::*;
pub use json::*;
pub use lifecycle::*;
pub use outstanding::*;
pub use readiness::*;
pub use send::*;
pub use state_file::*;
pub use types::*;
pub use version::*;
