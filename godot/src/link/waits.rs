//! The calls of one link that somebody may await: each ends once, whatever becomes of the link.

use std::collections::BTreeMap;

use godot::prelude::*;

use super::call::{FramewireCall, complete};
use crate::reply::Outcome;

/// The calls that are under way, and those that never began.
#[derive(Default)]
pub struct Waits {
    /// By the id of the call.
    open: BTreeMap<u64, Gd<FramewireCall>>,
    /// Refused: they are told so only when whoever made them has had the time to await them.
    refused: Vec<(Gd<FramewireCall>, Outcome)>,
}

impl Waits {
    /// Takes a call in that the link has accepted.
    pub fn opened(&mut self, id: u64, call: Gd<FramewireCall>) {
        self.open.insert(id, call);
    }

    /// Takes a call in that the link has refused.
    pub fn refused(&mut self, call: Gd<FramewireCall>, outcome: Outcome) {
        self.refused.push((call, outcome));
    }

    /// Takes the call of that id out, to be completed.
    pub fn take(&mut self, id: u64) -> Option<Gd<FramewireCall>> {
        self.open.remove(&id)
    }

    /// Takes out what was refused, if anything was.
    pub fn take_refused(&mut self) -> Option<Ended> {
        let refused = std::mem::take(&mut self.refused);
        (!refused.is_empty()).then(|| Ended { open: BTreeMap::new(), refused })
    }

    /// Takes everything out.
    #[must_use]
    pub fn take_all(&mut self) -> Ended {
        let Self { open, refused } = std::mem::take(self);
        Ended { open, refused }
    }
}

/// Calls that were taken out, still to be completed.
pub struct Ended {
    open: BTreeMap<u64, Gd<FramewireCall>>,
    refused: Vec<(Gd<FramewireCall>, Outcome)>,
}

impl Ended {
    /// Completes each of them, those that were under way with `outcome`. Nothing of the link may be bound or locked:
    /// handlers run.
    pub fn complete(self, outcome: &Outcome) {
        for (call, refusal) in self.refused {
            complete(&call, refusal);
        }
        for call in self.open.into_values() {
            complete(&call, outcome.clone());
        }
    }
}
