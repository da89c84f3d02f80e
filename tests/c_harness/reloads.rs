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
        let reloading = host.wait_for("reloading");
        assert_eq!(reloading.get("detach").is_some_and(|status| status == "OK"), number == 1, "{reloading}");
        // These wait while nobody is there to take them.
        let waiting = editor.call("echo", &json!({"key": format!("waiting-{number}")}));
        let reloaded = host.wait_for("reloaded");
        assert_eq!((&reloaded["status"], &reloaded["old_handle"]), (&json!("ATTACHED"), &json!("STALE")), "{reloaded}");
        assert_eq!((&reloaded["generation"], &reloaded["attaches"]), (&json!(1), &json!(number)), "{reloaded}");
        assert_eq!((&reloaded["phase"], &reloaded["session_id"]), (&json!("ACTIVE"), &session), "{reloaded}");
        let orphan = host.wait_for("request_orphaned");
        assert_eq!((&orphan["count"], &orphan["name"]), (&json!(2), &json!("defer")), "{orphan}");
        let mut answers = [editor.answer(), editor.answer()];
        answers.sort_by_key(|answer| answer["request_id"] != deferred.as_str());
        assert_eq!(answers[0]["data"], json!({"deferred_ms": 3_600_000}), "the true result, from the note");
        assert_eq!(answers[1]["request_id"], waiting.as_str(), "{answers:?}");
        assert_eq!(answers[1]["status"], "ok", "{answers:?}");
    }

    host.say("quit");
    editor.close();
    let summary = host.wait_for("summary");
    assert_eq!((&summary["opened"], &summary["closed"]), (&json!(1), &json!(0)), "{summary}");
    assert_eq!((&summary["orphaned"], &summary["finished"]), (&json!(2), &json!(2)), "{summary}");
    host.finish().expect_success();
    let lines = std::fs::read_to_string(&executed).expect("the host has written it");
    let mut lines: Vec<Vec<&str>> = lines.lines().map(|line| line.split(' ').collect()).collect();
    lines.sort_by_key(|line| (line[3], line[0]));
    let told: Vec<String> = lines.iter().map(|line| format!("{} {}", line[0], line[3])).collect();
    assert_eq!(
        told,
        ["finish deferred-1", "run deferred-1", "finish deferred-2", "run deferred-2", "run waiting-1", "run waiting-2"]
    );
}
