//! The node for editor plugins: handlers for commands, and the editor's state for the server.
//!
//! Decisions stand in files that know neither engine nor link and are tested without them: `announced`, `budget`,
//! `near`, `readiness`, `sleep`, `verdict`, `words`. The others only look, ask and do.

mod announced;
mod answers;
mod awake;
mod budget;
mod command;
mod desk;
mod editor_link;
mod frame;
mod handlers;
mod hearing;
mod herald;
mod live;
mod near;
mod readiness;
mod running;
mod script_errors;
mod sleep;
mod verdict;
mod words;
