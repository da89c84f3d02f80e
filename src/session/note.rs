//! What handlers leave with `defer`: their own bytes, bounded in total over all open requests of a link.

use core::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

/// Bytes that the notes of a link may have together.
pub const MAX_NOTES: usize = 4 << 20;

/// The room for notes. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    held: Arc<AtomicUsize>,
}

/// Bytes of a handler. Their room comes back when they are dropped.
#[derive(Debug)]
pub struct Note {
    bytes: Box<[u8]>,
    held: Arc<AtomicUsize>,
}

impl Notes {
    /// Keeps a copy of `bytes`; `None` if there is no room for them.
    pub fn keep(&self, bytes: &[u8]) -> Option<Note> {
        let more = |held: usize| held.checked_add(bytes.len()).filter(|&held| held <= MAX_NOTES);
        self.held.fetch_update(Ordering::AcqRel, Ordering::Acquire, more).ok()?;
        Some(Note { bytes: bytes.into(), held: Arc::clone(&self.held) })
    }
}

impl Note {
    /// The handler's bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether the handler left nothing.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}

impl Drop for Note {
    fn drop(&mut self) {
        self.held.fetch_sub(self.bytes.len(), Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_bounded_in_total_and_comes_back() {
        let notes = Notes::default();
        let most = notes.keep(&vec![1; MAX_NOTES - 1]).unwrap();
        assert!(notes.keep(b"ab").is_none());
        let last = notes.clone().keep(b"a").unwrap();
        assert!(notes.keep(b"b").is_none() && notes.keep(b"").is_some_and(|note| note.is_empty()));
        drop(most);
        assert!(notes.keep(&vec![1; MAX_NOTES - 1]).is_some());
        drop(last);
        assert!(notes.keep(&vec![1; MAX_NOTES]).is_some());
    }
}
