//! The record on disk that tells programs outside what an editor is doing, and whether it lives.
//!
//! [`read`] says what a file says, without any side effect; [`wait`] waits until it says something else;
//! [`locate`] finds the file of a project.

mod advice;
mod liveness;
mod lock;
mod place;
mod reader;
mod record;
mod time;
#[cfg(test)]
mod scratch;
mod waiter;

pub use liveness::Liveness;
pub use place::{default_path, lock_path, locate, sidecars};
pub use reader::{Reading, Verdict, read};
pub use record::Record;
pub use time::{format_utc, parse_utc};
pub use waiter::{Target, Until, Waited, wait};
