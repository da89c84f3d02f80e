//! What the fuzz targets do with their input; the programs in `targets/` only hand it on.
//!
//! Inputs of the targets that read texts are texts themselves, parted by NUL, which no JSON holds: corpora can be read
//! and written by hand.

pub mod attachment;
pub mod canary;
pub mod config;
pub mod conversation;
pub mod ffi;
pub mod godot;
pub mod oracle;
pub mod pieces;
pub mod pointer;
pub mod raw;
pub mod scratch;
pub mod session;
pub mod settings;
pub mod state_file;
pub mod views;
