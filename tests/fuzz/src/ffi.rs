//! The C interface under arbitrary sequences of calls: sizes that no header has, handles that live, are dead, or never
//! were, texts that are absent, endless or no UTF-8, misaligned places; on links that stay alone and on links with a peer.
//! All memory that is handed over is exactly as long as is said, and every byte that is lent is read.
//!
//! Input: what `arbitrary` makes of the bytes.

mod action;
mod given;
mod hosts;
mod messages;
mod opening;
mod peer;
mod statuses;

use arbitrary::{Arbitrary, Unstructured};

use action::Action;
use hosts::Host;

/// Most calls of one input.
const MOST_CALLS: usize = 80;

/// Tries one input.
pub fn run(input: &[u8]) {
    let mut chances = Unstructured::new(input);
    peer::reset();
    let mut host = Host::default();
    for _ in 0..MOST_CALLS {
        if chances.is_empty() {
            break;
        }
        let Ok(action) = Action::arbitrary(&mut chances) else { break };
        host.act(&action);
        host.read_all_that_is_lent();
    }
    host.end();
}
