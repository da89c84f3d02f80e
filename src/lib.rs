//! Keeps a game editor wired to its tool server.
//!
//! A [`link::Link`] owns a WebSocket on a thread of its own; the editor's frame loop polls it and never
//! waits. C and C++ programs use the same thing through `include/framewire.h`.
//!
//! ```no_run
//! use framewire::link::{Config, Link};
//! use framewire::session::event::EventKind;
//!
//! let (link, mut inbox) = Link::open(Config::new("editor", "ws://127.0.0.1:9500")).map_err(|e| e.text)?;
//! // Once a frame:
//! inbox.poll(64, |_, event| {
//!     if event.kind == EventKind::Request {
//!         let _ = link.respond(event.id, br#"{"done":true}"#);
//!     }
//! });
//! inbox.release();
//! # Ok::<(), String>(())
//! ```
//!
//! The modules are layers, and imports go down only:
//! `ffi` (feature `capi`) → [`link`] → [`session`] → [`protocol`], [`readiness`]. Beside the session stands
//! [`state_file`], for the link and for programs outside. `sys` holds the calls to the operating system. ARCHITECTURE.md has the map.
#![deny(unsafe_code)]
#![warn(
    clippy::dbg_macro,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::todo,
    clippy::undocumented_unsafe_blocks,
    clippy::unimplemented,
    clippy::unwrap_used
)]
#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

#[cfg(feature = "capi")]
#[allow(unsafe_code, reason = "the C ABI is made of the caller's pointers")]
pub mod ffi;
pub mod link;
pub mod protocol;
pub mod readiness;
pub mod session;
pub mod state_file;
mod sync;
#[allow(unsafe_code, reason = "calls to the operating system")]
pub mod sys;
