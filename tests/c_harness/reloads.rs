//! The example editor loses its domain and continues by the name of its link.

use std::path::Path;

use serde_json::json;

use crate::build::{self, Flavour};
use crate::run::Host;
use crate::server::Server;

#[test]
fn editor_host_survives_reloads() {
    if let Some(program) = crate::built(&build::EDITOR_HOST, Flavour::Plain) {
        survive_reloads(&program);
    }
}

/// Two reloads, one in good order and one by a death with events lent; each finds a deferred call open.
pub fn survive_reloads(program: &Path) {
    let executed = program.with_extension("executed");
    let _ = std::fs::remove_file(&executed);
    let path = executed.to_str().expect("a path in UTF-8");
    let server = Server::new();
    let mut host = Host::start(
        program,
        &["--url", &server.url(), "--profile", "godot_ai", "--owner", "c_harness", "--executed", path, "--verbose"],
    );
    let mut editor = server.accept();
    let session = editor.greet()["session_id"].clone();
    host.wait_for("acknowledged");

    for (number, word) in [(1, "reload 300"), (2, "reload 300 die")] {
        // Due long after the test: only a later domain can have answered it.
        let deferred = editor.call("defer", &json!({"ms": 3_600_000, "key": format!("deferred-{number}")}));
        host.wait_for("request");
        host.say("outstanding");
        assert_eq!(host.wait_for("open_call")["kind"], "request");
        host.say(word);
        // Long enough for the calls to be there: a domain that dies then does so in the midst of them.
        host.say("stall 200");
        let keys = || (0..5).map(|call| format!("waiting-{number}-{call}"));
        let mut calls: Vec<String> = keys().map(|key| editor.call("echo", &json!({"key": key}))).collect();
        let reloading = host.wait_for("reloading");
        assert_eq!(reloading.get("detach").is_some_and(|status| status == "OK"), number == 1, "{reloading}");
        calls.push(editor.call("echo", &json!({"key": format!("waiting-{number}-5")})));
        let reloaded = host.wait_for("reloaded");
        assert_eq!((&reloaded["status"], &reloaded["old_handle"]), (&json!("ATTACHED"), &json!("STALE")), "{reloaded}");
        assert_eq!((&reloaded["generation"], &reloaded["attaches"]), (&json!(1), &json!(number)), "{reloaded}");
        assert_eq!((&reloaded["phase"], &reloaded["session_id"]), (&json!("ACTIVE"), &session), "{reloaded}");
        let orphan = host.wait_for("request_orphaned");
        assert_eq!((&orphan["count"], &orphan["name"]), (&json!(2), &json!("defer")), "{orphan}");
        calls.push(deferred.clone());
        let mut answered = Vec::new();
        while answered.len() < calls.len() {
            let answer = editor.answer();
            assert_eq!(answer["status"], "ok", "{answer}");
            if answer["request_id"] == deferred.as_str() {
                assert_eq!(answer["data"], json!({"deferred_ms": 3_600_000}), "the true result, from the note");
            }
            answered.push(answer["request_id"].as_str().expect("an id").to_owned());
        }
        answered.sort();
        calls.sort();
        assert_eq!(answered, calls, "each once");
    }

    host.say("quit");
    editor.close();
    let summary = host.wait_for("summary");
    assert_eq!(summary["opened"], 1, "not repeated: {summary}");
    assert_eq!(summary["finished"], 2, "{summary}");
    assert!(summary["orphaned"].as_u64() >= Some(2), "{summary}");
    host.finish().expect_success();
    let lines = std::fs::read_to_string(&executed).expect("the host has written it");
    let of = |how: &str| {
        let of_it = lines.lines().filter(|line| line.starts_with(how));
        let mut keys: Vec<&str> = of_it.filter_map(|line| line.rsplit(' ').next()).collect();
        keys.sort_unstable();
        keys
    };
    assert_eq!(of("finish "), ["deferred-1", "deferred-2"]);
    let mut run: Vec<String> = (0..12).map(|call| format!("waiting-{}-{}", call / 6 + 1, call % 6)).collect();
    run.extend(["deferred-1".to_owned(), "deferred-2".to_owned()]);
    run.sort();
    assert_eq!(of("run "), run, "each once");
}
