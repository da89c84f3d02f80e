//! Which session ids are taken. An id belongs to one connection at a time; a second one is closed with 4001.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

/// How long a newcomer waits for an id: the end of the connection before may have arrived, but not been seen yet.
const PATIENCE: Duration = Duration::from_millis(250);

/// The ids of all connected editors, shared between their threads.
#[derive(Clone, Default)]
pub struct Sessions(Arc<Shared>);

#[derive(Default)]
struct Shared {
    taken: Mutex<HashSet<String>>,
    freed: Condvar,
}

/// An id that is ours until this is dropped.
pub struct Claim {
    shared: Arc<Shared>,
    session_id: String,
}

impl Sessions {
    /// Takes the id, or `None` when another connection has it and keeps it. Blocks up to 250 ms.
    pub fn claim(&self, session_id: &str) -> Option<Claim> {
        let mut taken = self.0.taken.lock();
        self.0.freed.wait_while_for(&mut taken, |taken| taken.contains(session_id), PATIENCE);
        taken
            .insert(session_id.to_owned())
            .then(|| Claim { shared: Arc::clone(&self.0), session_id: session_id.to_owned() })
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.shared.taken.lock().remove(&self.session_id);
        self.shared.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_taken_until_its_claim_is_dropped() {
        let sessions = Sessions::default();
        let claim = sessions.claim("a").unwrap();
        assert!(sessions.claim("a").is_none());
        assert!(sessions.claim("b").is_some());
        drop(claim);
        assert!(sessions.claim("a").is_some());
    }

    #[test]
    fn a_newcomer_gets_the_id_that_is_freed_while_it_waits() {
        let sessions = Sessions::default();
        let claim = sessions.claim("a").unwrap();
        let newcomer = std::thread::spawn({
            let sessions = sessions.clone();
            move || (0..40).any(|_| sessions.claim("a").is_some())
        });
        drop(claim);
        assert!(newcomer.join().unwrap());
    }
}
