//! Panics on threads of ours: their words go to a link as LOG events, and nowhere else.
//!
//! Standard error belongs to the editor. The bindings set a hook that prints, which is right for a mistake on the frame
//! thread, where it stands beside the script's own lines; it is handed whatever is not ours.

use std::collections::VecDeque;
use std::panic::{PanicHookInfo, set_hook, take_hook};
use std::sync::atomic::{AtomicBool, Ordering};

use framewire::link::Link;
use parking_lot::Mutex;

/// Panics kept while no link asks for them; older ones give way.
const KEPT: usize = 16;
/// Bytes kept of a message, which may quote what a peer sent.
const MESSAGE_BYTES: usize = 200;
/// The level of an error in a LOG event.
const ERROR: u32 = 1;

static LOG: Mutex<VecDeque<String>> = Mutex::new(VecDeque::new());

/// Whether a line waits for a link.
static IS_PENDING: AtomicBool = AtomicBool::new(false);

/// Puts the hook before the one that is there. To be called when the extension is loaded: the bindings have just put theirs
/// in place of the one that this has set before.
#[allow(clippy::disallowed_methods, reason = "the one place for it")]
pub fn install() {
    let previous = take_hook();
    set_hook(Box::new(move |info| if is_ours() { record(info) } else { previous(info) }));
}

/// Hands `link` what waits for any. Costs one relaxed load when there is nothing.
pub fn deliver(link: &Link) {
    if IS_PENDING.load(Ordering::Relaxed) {
        for line in take() {
            link.log(ERROR, &line);
        }
    }
}

fn is_ours() -> bool {
    std::thread::current().name().is_some_and(|name| name.starts_with("fw:"))
}

fn take() -> VecDeque<String> {
    IS_PENDING.store(false, Ordering::Relaxed);
    std::mem::take(&mut *LOG.lock())
}

fn record(info: &PanicHookInfo<'_>) {
    let message = info.payload_as_str().unwrap_or("no message");
    let message = message.get(..message.floor_char_boundary(MESSAGE_BYTES)).unwrap_or_default();
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let thread = std::thread::current();
    let thread = thread.name().unwrap_or_default();
    let text = format!("the extension failed inside; please report this: panic in {thread} at {place}: {message}");
    let mut log = LOG.lock();
    if log.len() == KEPT {
        log.pop_front();
    }
    log.push_back(text);
    IS_PENDING.store(true, Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    static TOLD: AtomicUsize = AtomicUsize::new(0);

    fn panics_in(name: &str, text: String) {
        let thread = std::thread::Builder::new().name(name.into()).spawn(move || std::panic::panic_any(text));
        assert!(thread.unwrap().join().is_err());
    }

    #[test]
    fn threads_of_ours_are_recorded_and_others_handed_on() {
        set_hook(Box::new(|_| _ = TOLD.fetch_add(1, Ordering::SeqCst)));
        install();
        panics_in("somebody's", "theirs".into());
        assert_eq!(TOLD.load(Ordering::SeqCst), 1);
        assert!(!IS_PENDING.load(Ordering::SeqCst));
        for number in 0..KEPT + 3 {
            panics_in("fw:test", format!("{number} {}", "é".repeat(4000)));
        }
        assert_eq!(TOLD.load(Ordering::SeqCst), 1, "nothing of ours is printed");
        assert!(IS_PENDING.load(Ordering::SeqCst));
        let lines = take();
        assert_eq!(lines.len(), KEPT);
        let last = lines.back().unwrap();
        assert!(
            last.contains("panic in fw:test at ") && last.contains("panics.rs") && last.contains(": 18 é"),
            "{last}"
        );
        assert!(last.len() < 400, "{last}");
        assert!(!IS_PENDING.load(Ordering::SeqCst));
        drop(take_hook());
    }
}
