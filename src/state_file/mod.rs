//! The record on disk that tells programs outside what an editor is doing, and whether it lives.
//!
//! [`read`] says what a file says, without any side effect; [`wait`] waits until it says something else; a
//! [`Publisher`] writes it; [`remove_dead`] removes what a dead editor left.
//! [`locate`] finds the file of a project.

mod advice;
mod fix;
mod liveness;
mod lock;
mod place;
mod reader;
mod record;
#[cfg(test)]
#[path = "../../tests/support/scratch.rs"]
mod scratch;
mod time;
mod trouble;
mod waiter;
mod writer;

pub use fix::{Removal, Removed, remove_dead};
pub use liveness::Liveness;
pub use place::{default_path, locate, lock_path, sidecars};
pub use reader::{Reading, Verdict, read};
pub use record::Record;
pub use time::{format_utc, parse_utc};
pub use trouble::{Trouble, TroubleKind};
pub use waiter::{Target, Until, Waited, wait};
pub use writer::Publisher;
