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
const WHY: &str = "the editor reloads its extensions";
const GOING_AWAY: u16 = 1001;

/// From the moment that the extension begins to unload. Reset when it is loaded: both may happen in one image.
static IS_UNLOADING: AtomicBool = AtomicBool::new(false);

/// The threads on which links end that lost their last object, each with the name of its link.
static CLOSERS: LazyLock<Mutex<Vec<(String, JoinHandle<()>)>>> = LazyLock::new(Mutex::default);

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
    let closer = sys::spawn("fw:closer", move || {
        let _ = shared.end(LINGER);
    });
    let mut closers = CLOSERS.lock();
    closers.retain(|(_, closer)| !closer.is_finished());
    match closer {
        Ok(closer) => closers.push((name, closer)),
        // Without a thread the goodbye is short.
        Err(_) => drop(hosted.end(Duration::ZERO)),
    }
}

/// Waits until a link of that name which is about to end has ended: a moment, and [`LINGER`] at most where its server
/// does not answer.
pub fn await_name(name: &str) {
    let ending = {
        let mut closers = CLOSERS.lock();
        let (ending, others) = closers.drain(..).partition::<Vec<_>, _>(|(of, _)| of == name);
        *closers = others;
        ending
    };
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

fn join(closers: Vec<(String, JoinHandle<()>)>) {
    for (_, closer) in closers {
        // A panic of it has been told by the panic hook.
        let _ = closer.join();
    }
}
