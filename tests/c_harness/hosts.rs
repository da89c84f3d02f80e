//! The example editors, led through their commands and words.

use std::path::Path;

use serde_json::json;

use crate::build::{self, Flavour, Language};
use crate::peer::Peer;
use crate::run::Host;
use crate::server::Server;

#[test]
fn editor_host_talks_to_a_raw_peer() {
    if let Some(program) = crate::built(&build::EDITOR_HOST, Flavour::Plain) {
        talk_to_a_raw_peer(&program);
    }
}

#[test]
fn editor_host_answers_every_command() {
    if let Some(program) = crate::built(&build::EDITOR_HOST, Flavour::Plain) {
        answer_every_command(&program);
    }
}

#[test]
fn editor_host_keeps_what_the_outbox_refuses() {
    if let Some(program) = crate::built(&build::EDITOR_HOST, Flavour::Plain) {
        keep_what_the_outbox_refuses(&program);
    }
}

#[test]
fn editor_host_in_cpp_answers_and_closes() {
    if !build::tools_are_there(Flavour::Plain) {
        return;
    }
    answer_in_cpp(&build::build(&build::EDITOR_HOST_CPP, Language::Cpp17, Flavour::Plain));
}

/// A short life of the example editor in C++.
pub fn answer_in_cpp(program: &Path) {
    let server = Server::new();
    let mut host = Host::start(program, &["--url", &server.url(), "--profile", "godot_ai", "--seconds", "60"]);
    let mut editor = server.accept();
    editor.greet();
    host.wait_for("acknowledged");
    assert_eq!(editor.ask("echo", &json!({"x": "\"y\""}))["data"], json!({"echo": {"x": "\"y\""}}));
    assert_eq!(editor.ask("add", &json!({"a": -2, "b": 44}))["data"], json!({"sum": 42}));
    assert_eq!(
        editor.ask("add", &json!({"a": i64::MAX, "b": i64::MAX}))["data"],
        json!({"sum": i64::MAX as f64 * 2.0})
    );
    assert_eq!(editor.ask("add", &json!({}))["error"]["code"], "INVALID_PARAMS");
    assert_eq!(editor.ask("zap", &json!({}))["error"]["code"], "UNKNOWN_COMMAND");
    host.say("quit");
    editor.close();
    let summary = host.wait_for("summary");
    assert_eq!((&summary["answered"], &summary["clean"]), (&json!(5), &json!(true)), "{summary}");
    host.finish().expect_success();
}

/// A short life of the example editor, each of whose lines must be JSON.
pub fn talk_to_a_raw_peer(program: &Path) {
    let peer = Peer::echo();
    let mut host = Host::start(program, &["--url", &peer.url(), "--verbose", "--linger", "5000"]);
    host.wait_for("opened");
    host.say("send a \"quoted\" \\ text");
    assert_eq!(host.wait_for("sent")["call"], "send_text");
    assert_eq!(host.wait_for("text")["data"], "a \"quoted\" \\ text");
    host.say("notify name {}");
    assert_eq!(host.wait_for("refused")["status"], "UNSUPPORTED");
    host.say("readiness PLAYING a scene runs");
    host.say("state");
    let state = host.wait_for("state");
    assert_eq!((&state["phase"], &state["readiness"]), (&"ACTIVE".into(), &"PLAYING".into()), "{state}");
    host.say("poll-cost 10000");
    assert!(host.wait_for("poll_cost")["ns"].as_f64() > Some(0.0));
    host.say("frames");
    let frames = host.wait_for("frames");
    assert!(frames["count"].as_u64() > Some(0) && frames["max_events"].as_u64() > Some(0), "{frames}");
    host.say("stats");
    assert_eq!(host.wait_for("stats")["connections"], 1);
    host.say("disconnect");
    let closed = host.wait_for("closed");
    assert_eq!((&closed["reason"], &closed["clean"]), (&"CLOSED_BY_HOST".into(), &true.into()), "{closed}");
    host.say("connect");
    assert_eq!(host.wait_for("opened")["generation"], 2);
    host.say("quit");
    let summary = host.wait_for("summary");
    assert_eq!((&summary["texts"], &summary["opened"]), (&1.into(), &2.into()), "{summary}");
    assert_eq!(summary["report"]["clean"], true, "{summary}");
    host.finish().expect_success();
}

/// The commands of the example editor, over godot_ai.
pub fn answer_every_command(program: &Path) {
    let server = Server::new();
    let url = server.url();
    let mut host = Host::start(program, &["--url", &url, "--profile", "godot_ai", "--project", "C:\\a \"game\"\\"]);
    let mut editor = server.accept();
    let hello = editor.greet();
    assert_eq!(hello["project_path"], "C:\\a \"game\"\\", "{hello}");
    assert!(hello["editor_pid"].is_u64(), "{hello}");
    assert_eq!(host.wait_for("acknowledged")["name"], "2.4.2");

    assert_eq!(editor.ask("echo", &json!({"x": [1, "é\n"]}))["data"], json!({"echo": {"x": [1, "é\n"]}}));
    assert_eq!(editor.ask("add", &json!({"a": -2, "b": 44}))["data"], json!({"sum": 42}));
    assert_eq!(editor.ask("add", &json!({"a": 1.5, "b": 1}))["data"], json!({"sum": 2.5}));
    assert_eq!(editor.ask("add", &json!({"a": "x"}))["error"]["code"], "INVALID_PARAMS");
    assert_eq!(editor.ask("sleep", &json!({"ms": 20}))["data"], json!({"slept_ms": 20}));
    assert_eq!(editor.ask("zap", &json!({}))["error"]["code"], "UNKNOWN_COMMAND");
    let failed = editor.ask("fail", &json!({"code": "E_X", "message": "say \"hi\" é\n\u{1F600}"}));
    assert_eq!(failed["error"]["code"], "E_X");
    assert_eq!(failed["error"]["message"], "say \"hi\" é\n\u{1F600}");
    for bytes in [11, 4096, 1_000_000] {
        let data = editor.ask("big", &json!({"bytes": bytes}))["data"].to_string();
        assert_eq!(data.len(), bytes);
    }

    // Deferred answers come when they are due, and hold up no other.
    let late = editor.call("defer", &json!({"ms": 900}));
    let soon = editor.call("defer", &json!({"ms": 200}));
    let at_once = editor.call("echo", &json!({}));
    for id in [at_once, soon, late] {
        assert_eq!(editor.answer()["request_id"], id.as_str());
    }
    // A stall is answered before it begins.
    assert_eq!(editor.ask("stall", &json!({"ms": 100}))["data"], json!({"stalled_ms": 100}));
    assert_eq!(editor.ask("add", &json!({"a": 1, "b": 1}))["data"], json!({"sum": 2}));

    host.say("quit");
    editor.close();
    let summary = host.wait_for("summary");
    assert_eq!(summary["requests"], 15, "{summary}");
    assert_eq!((&summary["answered"], &summary["errors"]), (&json!(15), &json!(3)), "{summary}");
    assert_eq!(summary["report"]["clean"], true, "{summary}");
    host.finish().expect_success();
}

/// Echoes that find the outbox full are kept, in their order, and none is lost.
pub fn keep_what_the_outbox_refuses(program: &Path) {
    const MESSAGES: usize = 600;
    let server = Server::new();
    let mut host = Host::start(program, &["--url", &server.url(), "--echo", "--outbound", "65536"]);
    let mut editor = server.accept();
    // More than the sockets' buffers hold, and nobody reads the echoes yet.
    let text = |number: usize| format!("{number:08}{}", "x".repeat(16_000));
    for number in 0..MESSAGES {
        editor.write(&text(number));
    }
    for number in 0..MESSAGES {
        assert!(editor.read_text() == text(number), "echo {number} is another one");
    }
    host.say("quit");
    editor.close();
    let summary = host.wait_for("summary");
    assert_eq!((&summary["texts"], &summary["unsent"]), (&json!(MESSAGES), &json!(0)), "{summary}");
    assert!(summary["retries"].as_u64() > Some(0), "the outbox was never full: {summary}");
    host.finish().expect_success();
}
