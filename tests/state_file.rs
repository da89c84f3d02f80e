//! State files on real disks: writers that are killed, writers of another kind, disks that are full or gone.

#[path = "state_file/idle.rs"]
mod idle;
#[path = "state_file/killed.rs"]
mod killed;
#[cfg(target_os = "linux")]
#[path = "state_file/own.rs"]
mod own;
mod support;
#[cfg(target_os = "linux")]
#[path = "state_file/troubles.rs"]
mod troubles;
#[path = "state_file/two_steps.rs"]
mod two_steps;
#[path = "state_file/watch.rs"]
mod watch;
