//! `framewire status`, `wait` and `fix` as people and scripts see them.

#[path = "cli_status/fix.rs"]
mod fix;
#[path = "cli_status/live.rs"]
mod live;
#[path = "cli_status/project.rs"]
mod project;
#[path = "cli_status/status.rs"]
mod status;
#[path = "cli_status/verdicts.rs"]
mod verdicts;
#[path = "cli_status/wait.rs"]
mod wait;
#[path = "cli_status/watch.rs"]
mod watch;
