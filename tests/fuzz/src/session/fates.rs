//! Things that come to exactly one end.

use std::collections::BTreeMap;
use std::fmt::Debug;

/// What became of each, and the connection that it belongs to.
#[derive(Debug)]
pub struct Fates<F> {
    what: &'static str,
    known: BTreeMap<u64, (u64, F)>,
}

impl<F: Copy + Debug + PartialEq> Fates<F> {
    pub fn of(what: &'static str) -> Self {
        Self { what, known: BTreeMap::new() }
    }

    /// A new one.
    pub fn begin(&mut self, id: u64, generation: u64, state: F) {
        let known = self.known.insert(id, (generation, state));
        assert!(known.is_none(), "P1 once: {} {id} begins twice: {known:?}", self.what);
    }

    /// One moves on, which must be in one of the states `from`.
    pub fn go(&mut self, id: u64, from: &[F], to: F) {
        let what = self.what;
        let (_, state) = self.known.get_mut(&id).unwrap_or_else(|| panic!("{what} {id} is known to nobody"));
        assert!(from.contains(state), "P3 settled: {what} {id} is {state:?} and is to be {to:?}");
        *state = to;
    }

    pub fn state(&self, id: u64) -> Option<F> {
        self.known.get(&id).map(|(_, state)| *state)
    }

    pub fn generation(&self, id: u64) -> Option<u64> {
        self.known.get(&id).map(|(generation, _)| *generation)
    }

    pub fn count(&self, state: F) -> u64 {
        self.known.values().filter(|(_, known)| *known == state).count() as u64
    }

    /// None of the connection `generation`, or of all, is in one of these states.
    pub fn none_is(&self, states: &[F], generation: Option<u64>) {
        for (id, (of, state)) in &self.known {
            let is_meant = generation.is_none_or(|generation| generation == *of);
            assert!(!is_meant || !states.contains(state), "{} {id} is still {state:?}", self.what);
        }
    }

    /// Those in that state, oldest first.
    pub fn ids(&self, state: F) -> Vec<u64> {
        self.known.iter().filter(|(_, (_, known))| *known == state).map(|(id, _)| *id).collect()
    }
}
