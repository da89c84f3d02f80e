//! The session, driven by arbitrary inputs: orders, dials, messages, time, what the system takes, what the host does,
//! sensible or not. The promises are checked all the way, against books that are kept without the library.
//!
//! Input: what `arbitrary` makes of the bytes.

mod action;
mod book;
mod fates;
mod host;
mod peer;
mod plan;
mod wire;
mod world;

use std::sync::OnceLock;

use arbitrary::{Arbitrary, Unstructured};

use action::Action;
use plan::Plan;
use world::World;

/// Most actions of one input.
const MOST_ACTIONS: usize = 400;

/// Tries one input.
pub fn run(input: &[u8]) {
    let mut chances = Unstructured::new(input);
    let Ok(plan) = Plan::arbitrary(&mut chances) else { return };
    let mut world = World::new(&plan);
    for _ in 0..MOST_ACTIONS {
        if chances.is_empty() {
            break;
        }
        let Ok(action) = Action::arbitrary(&mut chances) else { break };
        if shows() {
            eprintln!("{action:?}");
        }
        world.act(action);
    }
    world.end();
}

/// Whether each step is to be shown, to understand a find: `FRAMEWIRE_FUZZ_SHOW`.
fn shows() -> bool {
    static SHOWS: OnceLock<bool> = OnceLock::new();
    *SHOWS.get_or_init(|| std::env::var_os("FRAMEWIRE_FUZZ_SHOW").is_some())
}
