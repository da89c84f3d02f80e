//! Where the words of our panics go: into a bounded log, and from there to a link as LOG events.
//!
//! Standard error belongs to the host. The hook stands from the first `framewire_open` on and passes every
//! panic that is not ours to the hook it found: a Rust program may link this library too.

use std::collections::VecDeque;
use std::panic::{PanicHookInfo, set_hook, take_hook};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;

use super::guard::{Inside, inside};
use super::text::cut;
use super::{FRAMEWIRE_LOG_ERROR, framewire_link};
use crate::link::Link;

/// Panics kept while no link asks for them; older ones give way.
const KEPT: usize = 16;

/// Bytes kept of a message, which may quote what a peer sent.
const MESSAGE_BYTES: usize = 200;

static LOG: Mutex<VecDeque<Line>> = Mutex::new(VecDeque::new());

/// Whether a line waits for any link.
static PENDING: AtomicBool = AtomicBool::new(false);

struct Line {
    /// The link it belongs to; 0: any.
    link: framewire_link,
    text: String,
}

/// Puts the hook in place, once a process.
#[allow(clippy::disallowed_methods, reason = "the one place for it")]
pub(super) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let previous = take_hook();
        set_hook(Box::new(move |info| if is_ours() { record(info) } else { previous(info) }));
    });
}

/// Hands `link` what belongs to no link. Costs one relaxed load when there is nothing.
#[inline]
pub(super) fn deliver(link: &Link) {
    if PENDING.load(Ordering::Relaxed) {
        PENDING.store(false, Ordering::Relaxed);
        deliver_of(0, link);
    }
}

/// Hands `link` what was recorded in calls on the handle `of`.
#[cold]
pub(super) fn deliver_of(of: framewire_link, link: &Link) {
    // Taken out first: a panic in `Link::log` would come back here for the lock.
    let lines: VecDeque<_> = {
        let mut log = LOG.lock();
        let (taken, left) = core::mem::take(&mut *log).into_iter().partition(|line| line.link == of);
        *log = left;
        taken
    };
    for line in lines {
        link.log(FRAMEWIRE_LOG_ERROR, &line.text);
    }
}

/// A panic is ours inside a guarded call and on the library's own threads.
fn is_ours() -> bool {
    inside() != Inside::Nothing || std::thread::current().name().is_some_and(|name| name.starts_with("fw:"))
}

fn record(info: &PanicHookInfo<'_>) {
    let message = info.payload_as_str().unwrap_or("no message");
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let thread = std::thread::current();
    let thread = thread.name().filter(|name| name.starts_with("fw:")).unwrap_or("a call of the host");
    let text = format!(
        "the library failed inside and caught it; please report this: panic in {thread} at {place}: {}",
        cut(message, MESSAGE_BYTES)
    );
    #[cfg(test)]
    tests::SEEN.lock().push(text.clone());
    let link = if let Inside::Call(link) = inside() { link } else { 0 };
    let mut log = LOG.lock();
    if log.len() == KEPT {
        log.pop_front();
    }
    log.push_back(Line { link, text });
    if link == 0 {
        PENDING.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ffi::FRAMEWIRE_PANIC;
    use crate::ffi::guard::guard;

    /// Every line ever recorded: other tests' links take what the log holds.
    pub(super) static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());

    fn recorded(needle: &str) -> usize {
        SEEN.lock().iter().filter(|line| line.contains(needle)).count()
    }

    #[test]
    fn the_log_is_bounded_and_cuts_long_messages() {
        install();
        for _ in 0..KEPT + 4 {
            assert_eq!(guard(|| panic!("long {}", "é".repeat(4000))), FRAMEWIRE_PANIC);
        }
        let log = LOG.lock();
        assert!(log.len() <= KEPT);
        assert!(log.iter().all(|line| line.text.len() < 600));
    }

    #[test]
    fn a_thread_of_ours_is_recorded_and_others_are_not() {
        install();
        let ours = std::thread::Builder::new().name("fw:test".into());
        assert!(ours.spawn(|| panic!("kept-by-hook")).unwrap().join().is_err());
        assert_eq!(recorded("panic in fw:test at src/ffi/panic_log.rs"), 1);
        let theirs = std::thread::Builder::new().name("host".into());
        assert!(theirs.spawn(|| panic!("left-to-the-host")).unwrap().join().is_err());
        assert_eq!(recorded("left-to-the-host"), 0);
    }
}
