//! The promises that a link makes to its host, each kept on real sockets. The names of the tests bear the promise.

#[path = "promises/alive.rs"]
mod alive;
#[path = "promises/bounded.rs"]
mod bounded;
#[path = "promises/calls.rs"]
mod calls;
#[path = "promises/calls_over_reload.rs"]
mod calls_over_reload;
#[path = "session_pair/chance.rs"]
mod chance;
#[path = "promises/domain.rs"]
mod domain;
#[path = "promises/drained.rs"]
mod drained;
#[path = "promises/either.rs"]
mod either;
#[path = "promises/ending.rs"]
mod ending;
#[path = "promises/heap.rs"]
mod heap;
#[path = "promises/life.rs"]
mod life;
#[path = "promises/next_dial.rs"]
mod next_dial;
#[path = "promises/once.rs"]
mod once;
#[path = "promises/quiet.rs"]
mod quiet;
#[path = "promises/reload.rs"]
mod reload;
#[path = "promises/reload_pings.rs"]
mod reload_pings;
#[path = "promises/settled.rs"]
mod settled;
#[path = "promises/silent.rs"]
mod silent;
#[path = "promises/steps.rs"]
mod steps;
mod support;
#[path = "promises/truth.rs"]
mod truth;
