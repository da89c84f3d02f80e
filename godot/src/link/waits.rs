//! The calls of one link that somebody may await: each ends once, whatever becomes of the link. Pure.

use std::collections::BTreeMap;

/// The calls that are under way, and those that have ended and are still to be told so.
///
/// `C` stands for the call that is awaited, `O` for what it came to.
pub struct Waits<C, O> {
    /// By the id of the call.
    open: BTreeMap<u64, C>,
    /// Calls that are just being made. The link may have them already, and another thread may poll their ends, before
    /// their ids are known here.
    opening: usize,
    /// Ends that came for ids that are not known, while calls were being made.
    early: BTreeMap<u64, O>,
    ended: Vec<Ended<C, O>>,
}

/// A call that has ended.
#[derive(Debug, PartialEq, Eq)]
pub struct Ended<C, O> {
    /// Its id; 0 if it was refused.
    pub id: u64,
    /// The call; `None` if an earlier owner of the link made it.
    pub call: Option<C>,
    /// What it came to.
    pub outcome: O,
}

impl<C, O> Default for Waits<C, O> {
    fn default() -> Self {
        Self { open: BTreeMap::new(), opening: 0, early: BTreeMap::new(), ended: Vec::new() }
    }
}

impl<C, O> Waits<C, O> {
    /// A call is about to be made: [`Waits::opened`] or [`Waits::refused`] follows.
    pub fn opening(&mut self) {
        self.opening += 1;
    }

    /// Takes a call in that the link has accepted.
    pub fn opened(&mut self, id: u64, call: C) {
        match self.early.remove(&id) {
            Some(outcome) => self.ended.push(Ended { id, call: Some(call), outcome }),
            None => drop(self.open.insert(id, call)),
        }
        self.made();
    }

    /// Takes a call in that the link has refused: it is told so only when whoever made it has had the time to await it.
    pub fn refused(&mut self, call: C, outcome: O) {
        self.ended.push(Ended { id: 0, call: Some(call), outcome });
        self.made();
    }

    /// The call of that id has ended; `None` if that can be told only when it is known whose it was.
    pub fn end(&mut self, id: u64, outcome: O) -> Option<Ended<C, O>> {
        let call = self.open.remove(&id);
        if call.is_none() && self.opening > 0 {
            self.early.insert(id, outcome);
            return None;
        }
        Some(Ended { id, call, outcome })
    }

    /// Takes out what has ended and was not told.
    #[must_use]
    pub fn take_ended(&mut self) -> Vec<Ended<C, O>> {
        std::mem::take(&mut self.ended)
    }

    /// Takes the calls out that are under way.
    #[must_use]
    pub fn take_open(&mut self) -> Vec<C> {
        std::mem::take(&mut self.open).into_values().collect()
    }

    /// One call fewer is being made. What came early and belongs to none was made by an earlier owner.
    fn made(&mut self) {
        self.opening = self.opening.saturating_sub(1);
        if self.opening == 0 {
            let early = std::mem::take(&mut self.early);
            self.ended.extend(early.into_iter().map(|(id, outcome)| Ended { id, call: None, outcome }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Calls = Waits<&'static str, u8>;

    fn ended(id: u64, call: Option<&'static str>, outcome: u8) -> Ended<&'static str, u8> {
        Ended { id, call, outcome }
    }

    #[test]
    fn a_call_ends_when_its_end_is_polled() {
        let mut calls = Calls::default();
        calls.opening();
        calls.opened(7, "a");
        assert_eq!(calls.end(7, 1), Some(ended(7, Some("a"), 1)));
        assert_eq!(calls.end(8, 2), Some(ended(8, None, 2)), "one of an earlier owner");
        assert!(calls.take_ended().is_empty() && calls.take_open().is_empty());
    }

    #[test]
    fn an_end_that_is_polled_before_the_id_is_known_is_kept() {
        let mut calls = Calls::default();
        calls.opening();
        calls.opening();
        assert_eq!(calls.end(7, 1), None);
        assert_eq!(calls.end(9, 3), None);
        calls.opened(8, "b");
        assert!(calls.take_ended().is_empty(), "the other one is still being made");
        calls.opened(7, "a");
        assert_eq!(calls.take_ended(), [ended(7, Some("a"), 1), ended(9, None, 3)]);
        assert_eq!(calls.end(8, 2), Some(ended(8, Some("b"), 2)));
    }

    #[test]
    fn a_refused_call_ends_later() {
        let mut calls = Calls::default();
        calls.opening();
        assert_eq!(calls.end(9, 3), None);
        calls.refused("a", 4);
        assert_eq!(calls.take_ended(), [ended(0, Some("a"), 4), ended(9, None, 3)]);
    }

    #[test]
    fn calls_that_are_being_made_survive_the_end_of_the_others() {
        let mut calls = Calls::default();
        calls.opening();
        calls.opening();
        calls.opened(7, "a");
        assert_eq!(calls.take_open(), ["a"]);
        calls.opened(8, "b");
        assert_eq!(calls.take_open(), ["b"]);
        assert_eq!(calls.end(8, 1), Some(ended(8, None, 1)));
    }
}
