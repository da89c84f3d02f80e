//! A clock for scripts: the CPU time of the thread that asks, which no class of the engine tells.

use godot::prelude::*;

struct Clock;

// SAFETY: the one entry of this library, called by the engine alone.
#[gdextension]
unsafe impl ExtensionLibrary for Clock {}

/// The clock.
#[derive(GodotClass)]
#[class(no_init, base = Object)]
pub struct ThreadClock;

#[godot_api]
impl ThreadClock {
    /// CPU time of the calling thread, ns.
    #[func]
    fn now_ns() -> i64 {
        let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: `time` is a valid timespec for the call to fill.
        unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
        time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}
