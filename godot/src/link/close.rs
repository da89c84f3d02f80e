//! How links end: where the caller waits for it, and where nobody does.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};
use std::thread::JoinHandle;
use std::time::Duration;

use framewire::link::{CloseReport, Refusal};
use framewire::readiness::Readiness;
use framewire::sys;
use parking_lot::Mutex;

use super::hosted::{Hosted, take_all};
use super::{life, objects};
use crate::reply::Outcome;

/// What a link has for its goodbyes where nobody says how long.
const LINGER: Duration = Duration::from_millis(250);

/// What servers are told when the extension is unloaded.
const WHY: &str = "the editor unloads this extension";
const GOING_AWAY: u16 = 1001;

/// From the moment that the extension begins to unload. Reset when it is loaded: both may happen in one image.
static IS_UNLOADING: AtomicBool = AtomicBool::new(false);

/// The threads on which links end that lost their last object.
static CLOSERS: LazyLock<Mutex<Vec<Closer>>> = LazyLock::new(Mutex::default);

/// A thread on which a link ends.
struct Closer {
    /// Name of the link.
    name: String,
    thread: JoinHandle<()>,
}

impl Hosted {
    /// Closes the link; blocks for `linger` at most, and a moment.
    pub fn end(&self, linger: Duration) -> Result<CloseReport, Refusal> {
        self.forget();
        self.outgoing.close(linger);
        self.link.close(linger)
    }
}

/// Ends a link that nobody sees any more, without waiting for it.
pub fn in_background(hosted: Arc<Hosted>) {
    let name = hosted.link.name().to_owned();
    let shared = Arc::clone(&hosted);
    let thread = sys::spawn("fw:closer", move || {
        let _ = shared.end(LINGER);
    });
    let Ok(thread) = thread else {
        // Without a thread the goodbye is short.
        let _ = hosted.end(Duration::ZERO);
        return;
    };
    let mut closers = CLOSERS.lock();
    closers.retain(|closer| !closer.thread.is_finished());
    closers.push(Closer { name, thread });
}

/// Waits until a link of that name which is about to end has ended: a moment, and [`LINGER`] at most where its server
/// does not answer.
pub fn await_name(name: &str) {
    let (ending, others) = CLOSERS.lock().drain(..).partition::<Vec<_>, _>(|closer| closer.name == name);
    CLOSERS.lock().extend(others);
    join(ending);
}

/// Ends every link and joins every thread: the extension is about to be unloaded. Nothing can be opened from now on,
/// until [`begin`].
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
        life::abandon(&object).complete(&outcome);
    }
    join(std::mem::take(&mut *CLOSERS.lock()));
}

/// The extension has been loaded, for the first time or again.
pub fn begin() {
    IS_UNLOADING.store(false, Ordering::SeqCst);
}

/// Whether the extension is about to be unloaded.
pub fn is_unloading() -> bool {
    IS_UNLOADING.load(Ordering::SeqCst)
}

fn join(closers: Vec<Closer>) {
    for closer in closers {
        // A panic of it has been told by the panic hook.
        let _ = closer.thread.join();
    }
}
