//! Peers that do everything wrong: each gets a clear event, leaks nothing, and a good connection afterwards works.

#[path = "bad_peers/case.rs"]
mod case;
#[path = "bad_peers/frames.rs"]
mod frames;
#[path = "bad_peers/messages.rs"]
mod messages;
mod support;
#[path = "bad_peers/upgrades.rs"]
mod upgrades;
