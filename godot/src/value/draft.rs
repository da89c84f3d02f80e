//! A value written down, but for its long parts.

use godot::prelude::*;

use super::write::write_leaf;

/// JSON in which the long parts of the value are still missing. They are strings and packed arrays, which Godot shares
/// copy-on-write: taking a share costs nothing, and whoever changes the original afterwards makes a copy.
///
/// Made by [`super::encode`] on the caller's thread, finished on any.
#[derive(Debug, Default)]
pub struct Draft {
    pub(super) json: Vec<u8>,
    pub(super) leaves: Vec<Leaf>,
    pub(super) missing: usize,
}

/// A long part, and where in the JSON it belongs.
#[derive(Debug)]
pub(super) struct Leaf {
    pub at: usize,
    pub value: Variant,
}

// SAFETY: the leaves are Strings, and packed arrays in Variants made for this draft: nobody else has a reference to them.
// Their data is shared by atomic counts and copied before it is changed. One thread uses a draft at a time.
unsafe impl Send for Draft {}

impl Draft {
    /// A draft of JSON that is there already.
    pub fn of(json: &[u8], mut buffer: Vec<u8>) -> Self {
        buffer.clear();
        buffer.extend_from_slice(json);
        Self { json: buffer, ..Self::default() }
    }

    /// Whether nothing is missing.
    pub fn is_finished(&self) -> bool {
        self.leaves.is_empty()
    }

    /// Estimate of its bytes as JSON.
    pub fn size(&self) -> usize {
        self.json.len() + self.missing
    }

    /// The whole JSON. The shares of the long parts end here, on this thread.
    pub fn finish(self) -> Vec<u8> {
        if self.leaves.is_empty() {
            return self.json;
        }
        let mut out = Vec::with_capacity(self.size());
        let mut done = 0;
        for leaf in self.leaves {
            out.extend_from_slice(self.json.get(done..leaf.at).unwrap_or_default());
            done = leaf.at;
            write_leaf(&mut out, &leaf.value, leaf.value.get_type());
        }
        out.extend_from_slice(self.json.get(done..).unwrap_or_default());
        out
    }
}
