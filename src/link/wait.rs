//! How an I/O thread sleeps, and how others wake it.
//!
//! A wake-up costs a system call, so it is sent only to a thread that sleeps: see [`SleepFlag`].

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use mio::{Events, Poll, Registry, Token, Waker};

use super::clock;
use super::sleep_flag::SleepFlag;

/// The token of the connection's socket.
pub const SOCKET: Token = Token(1);
const WAKER: Token = Token(0);

/// Wakes one [`Wait`]. Clones wake the same one; any thread.
#[derive(Clone, Debug)]
pub struct Waking(Arc<Bell>);

#[derive(Debug)]
struct Bell {
    waker: Waker,
    flag: SleepFlag,
    sent: AtomicU64,
}

impl Waking {
    /// Wakes the thread if it sleeps; call it after the work is published. Does not block; one
    /// system call at most, none while the thread is awake.
    pub fn wake(&self) {
        if self.0.flag.rouse() {
            self.0.sent.fetch_add(1, Ordering::Relaxed);
            // It fails only when the system is out of kernel memory; the sleeper's deadline is
            // what is left then.
            let _ = self.0.waker.wake();
        }
    }

    /// How many wake-ups went to the system.
    pub fn sent(&self) -> u64 {
        self.0.sent.load(Ordering::Relaxed)
    }
}

/// What ended a [`Wait::sleep`]. All false: the deadline, or a signal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Woken {
    /// The socket may be read, or has ended.
    pub readable: bool,
    /// The socket may be written, or has failed.
    pub writable: bool,
    /// [`Waking::wake`] was called.
    pub called: bool,
}

/// Where one thread sleeps. Owned by that thread.
#[derive(Debug)]
pub struct Wait {
    poll: Poll,
    events: Events,
    waking: Waking,
}

impl Wait {
    /// A new place to sleep.
    ///
    /// # Errors
    /// The system is out of file descriptors or kernel memory.
    pub fn new() -> io::Result<Self> {
        let poll = Poll::new()?;
        let waker = Waker::new(poll.registry(), WAKER)?;
        let bell = Bell { waker, flag: SleepFlag::default(), sent: AtomicU64::new(0) };
        Ok(Self { poll, events: Events::with_capacity(16), waking: Waking(Arc::new(bell)) })
    }

    /// Where sockets are registered.
    pub fn registry(&self) -> &Registry {
        self.poll.registry()
    }

    /// What wakes this place.
    pub fn waking(&self) -> Waking {
        self.waking.clone()
    }

    /// Sleeps until the socket moves, someone calls, or `deadline_ns` on [`clock::now_ns`].
    ///
    /// `has_work` is asked after the flag is up: work published before is seen by it, work
    /// published later sends a wake-up. If it says yes the call only collects what the socket
    /// has to say, so that a busy caller misses no edge.
    ///
    /// # Errors
    /// The system refused to poll; it will not get better.
    pub fn sleep(&mut self, deadline_ns: u64, has_work: impl FnOnce() -> bool) -> io::Result<Woken> {
        let bell = &self.waking.0;
        bell.flag.lie_down();
        let timeout = if has_work() {
            Some(Duration::ZERO)
        } else if deadline_ns == clock::NEVER {
            None
        } else {
            Some(Duration::from_nanos(deadline_ns.saturating_sub(clock::now_ns())))
        };
        let polled = self.poll.poll(&mut self.events, timeout);
        bell.flag.rise();
        match polled {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(Woken::default()),
            other => other?,
        }
        let mut woken = Woken::default();
        for event in &self.events {
            if event.token() == SOCKET {
                woken.readable |= event.is_readable() || event.is_read_closed() || event.is_error();
                woken.writable |= event.is_writable() || event.is_write_closed() || event.is_error();
            } else {
                woken.called = true;
            }
        }
        Ok(woken)
    }
}

#[cfg(test)]
#[path = "wait_tests.rs"]
mod tests;
