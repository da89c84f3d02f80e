//! How links end: where the caller waits for it, and where nobody does.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};
use std::thread::JoinHandle;
use std::time::Duration;

use framewire::link::{CloseReport, Link, join_helpers, now_ns};
use framewire::readiness::Readiness;
use framewire::sys;
use parking_lot::Mutex;

use super::hosted::{Hosted, take_all};
use super::{life, objects};
use crate::reply::Outcome;

/// What a link has for its goodbyes where nobody says how long.
const LINGER: Duration = Duration::from_millis(250);

/// Threads that free at a time what ended links leave; what comes beyond is freed by whoever drops it.
const FREEING: usize = 8;

/// What servers are told when the extension is unloaded.
const WHY: &str = "the editor unloads this extension";
const GOING_AWAY: u16 = 1001;

/// From the moment that the extension begins to unload. Reset when it is loaded: both may happen in one image.
static IS_UNLOADING: AtomicBool = AtomicBool::new(false);

/// The threads on which links end that lost their last object, and on which what they leave is freed.
static CLOSERS: LazyLock<Mutex<Vec<Closer>>> = LazyLock::new(Mutex::default);

/// Links that were closed while a thread of theirs was still at work.
static AT_WORK: LazyLock<Mutex<Vec<Link>>> = LazyLock::new(Mutex::default);

/// A thread on which a link ends.
struct Closer {
    /// Name of the link; empty for one that frees.
    name: String,
    thread: JoinHandle<()>,
}

/// Closes the link; blocks for `linger` at most, and a moment. `None` if it was closed before.
pub fn now(hosted: &Arc<Hosted>, linger: Duration) -> Option<CloseReport> {
    let report = end(hosted, linger);
    if let Some(inbox) = hosted.take_inbox()
        && (inbox.loan_open() || report.is_none_or(|report| report.undelivered > 0))
    {
        free_elsewhere(inbox);
    }
    report
}

/// Ends a link that nobody sees any more, without waiting for it.
pub fn in_background(hosted: Arc<Hosted>) {
    let name = hosted.link.name().to_owned();
    let shared = Arc::clone(&hosted);
    let thread = sys::spawn("fw:closer", move || {
        let _ = end(&shared, LINGER);
        drop(shared.take_inbox());
    });
    match thread {
        Ok(thread) => note(Closer { name, thread }),
        // Without a thread the goodbye is short.
        Err(_) => drop(end(&hosted, Duration::ZERO)),
    }
}

/// Drops what takes long to free on a thread of its own, where there is one.
pub fn free_elsewhere(value: impl Send + 'static) {
    let freeing = CLOSERS.lock().iter().filter(|closer| closer.name.is_empty() && !closer.thread.is_finished()).count();
    if freeing >= FREEING {
        return;
    }
    if let Ok(thread) = sys::spawn("fw:free", move || drop(value)) {
        note(Closer { name: String::new(), thread });
    }
}

/// Waits until a link of that name which is about to end has ended: a moment, and [`LINGER`] at most where its server
/// does not answer.
pub fn await_name(name: &str) {
    let (ending, others) = CLOSERS.lock().drain(..).partition::<Vec<_>, _>(|closer| closer.name == name);
    CLOSERS.lock().extend(others);
    join(ending);
}

/// Ends every link and joins every thread, however long that takes: the extension is about to be unloaded, and its code
/// with it. Nothing can be opened from now on, until [`begin`].
pub fn everything() {
    IS_UNLOADING.store(true, Ordering::SeqCst);
    for hosted in take_all() {
        hosted.link.set_readiness(Readiness::Reloading, WHY);
        // The close frame says so; the close behind it only waits for the end. It closes in any case.
        let _ = hosted.link.disconnect_with(GOING_AWAY, WHY);
        in_background(hosted);
    }
    let outcome = Outcome::failed("RELOADING", "the extension was unloaded before the call had ended");
    for object in objects::all() {
        // Handlers run.
        life::abandon(&object, &outcome);
    }
    let closers = std::mem::take(&mut *CLOSERS.lock());
    join(closers);
    let at_work = std::mem::take(&mut *AT_WORK.lock());
    at_work.iter().for_each(Link::join);
    // One that is stuck in the system cannot be waited for: its code stays where it is.
    if !join_helpers() {
        let _ = sys::pin_library();
    }
}

/// The extension has been loaded, for the first time or again.
pub fn begin() {
    IS_UNLOADING.store(false, Ordering::SeqCst);
}

/// Whether the extension is about to be unloaded.
pub fn is_unloading() -> bool {
    IS_UNLOADING.load(Ordering::SeqCst)
}

/// Closes the link, and what sends through it first: both within `linger`, but for the least that a goodbye takes.
fn end(hosted: &Hosted, linger: Duration) -> Option<CloseReport> {
    hosted.forget();
    let began = now_ns();
    hosted.outgoing.close(linger);
    let spent = Duration::from_nanos(now_ns().saturating_sub(began));
    let left = linger.saturating_sub(spent).max(linger.min(LINGER));
    let report = hosted.link.close(left).ok();
    let mut at_work = AT_WORK.lock();
    at_work.push(hosted.link.clone());
    at_work.retain(|link| {
        let is_at_work = link.is_at_work();
        if !is_at_work {
            link.join();
        }
        is_at_work
    });
    drop(at_work);
    report
}

fn note(closer: Closer) {
    let mut closers = CLOSERS.lock();
    closers.retain(|closer| !closer.thread.is_finished());
    closers.push(closer);
}

fn join(closers: Vec<Closer>) {
    for closer in closers {
        // A panic of it is in the log.
        let _ = closer.thread.join();
    }
}
