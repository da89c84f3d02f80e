//! `framewire serve` as editors and scripts see it.

#[path = "cli_serve/editors.rs"]
mod editors;
#[path = "cli_serve/harness.rs"]
mod harness;
#[path = "cli_serve/json_rpc.rs"]
mod json_rpc;
#[path = "cli_serve/links.rs"]
mod links;
#[path = "cli_serve/scripts.rs"]
mod scripts;
#[path = "cli_serve/unity_mcp.rs"]
mod unity_mcp;
