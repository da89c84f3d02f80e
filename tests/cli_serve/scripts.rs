//! What a script meets: lines in, reports out, floods and their accounts.

use std::process::Command;

use serde_json::{Value, json};

use crate::harness::{Editor, Server, answer};

#[test]
fn a_flood_is_accounted_for() {
    let mut server = Server::start(&[]);
    let mut editor = Editor::connect(&mut server, "game@1a2b");
    server.line(r#".flood 5000 100 echo {"x": 1}"#);
    editor.answer(5000, 1);
    let report = server.next("flood");
    for (field, value) in [("sent", 5000), ("answered", 5000), ("ok", 5000), ("lost", 0), ("doubled", 0)] {
        assert_eq!(report[field], value, "{field}");
    }
    let latency = |name: &str| report["latency_us"][name].as_u64().expect("a number");
    assert!(latency("p50") <= latency("p99") && latency("p99") <= latency("worst") && latency("worst") > 0);
}

#[test]
fn a_flood_never_has_more_in_flight_than_told() {
    let mut server = Server::start(&["--ping-interval", "0"]);
    let mut editor = Editor::connect(&mut server, "game@1a2b");
    server.line(".flood 7 3 echo {}");
    let mut waiting: Vec<Value> = (0..3).map(|_| editor.receive()).collect();
    // A fourth command is sent only after an answer: the question in between has its reply first.
    server.line(".editors");
    assert_eq!(server.next("editors")["editors"][0]["open"], 3);
    for answered in 0..7 {
        let command = waiting.remove(0);
        editor.send(&answer(&command["request_id"], &json!({})));
        if answered < 4 {
            waiting.push(editor.receive());
        }
    }
    assert_eq!(server.next("flood")["answered"], 7);
}

#[test]
fn second_answers_and_answers_to_nothing_are_counted() {
    let mut server = Server::start(&[]);
    let mut editor = Editor::connect(&mut server, "game@1a2b");
    server.line("echo {}");
    editor.answer(1, 2);
    assert_eq!(server.next("unmatched")["why"], "doubled");
    editor.send(&answer(&json!("0123456789abcdef0123456789abcdef"), &json!({})));
    assert_eq!(server.next("unmatched")["why"], "unknown");
    server.line(".stats");
    let stats = server.next("stats");
    assert_eq!((&stats["answered"], &stats["doubled"], &stats["unknown"]), (&json!(1), &json!(1), &json!(1)));
}

#[test]
fn what_a_gone_editor_left_open_is_lost() {
    let mut server = Server::start(&[]);
    let mut editor = Editor::connect(&mut server, "game@1a2b");
    server.line("echo {}");
    server.line(".flood 10 2 echo {}");
    for _ in 0..3 {
        editor.receive();
    }
    drop(editor);
    assert_eq!(server.next("lost")["why"], "editor_gone");
    let gone = server.next("gone");
    assert_eq!((&gone["lost"], &gone["closed_by"], &gone["clean"]), (&json!(3), &json!("nobody"), &json!(false)));
    let flood = server.next("flood");
    assert_eq!((&flood["sent"], &flood["lost"], &flood["count"]), (&json!(2), &json!(2), &json!(10)));
}

#[test]
fn a_command_without_an_answer_times_out_and_its_answer_is_late() {
    let mut server = Server::start(&["--command-timeout", "0.1"]);
    let mut editor = Editor::connect(&mut server, "game@1a2b");
    server.line("echo {}");
    assert_eq!(server.next("lost")["why"], "timed_out");
    editor.answer(1, 1);
    assert_eq!(server.next("unmatched")["why"], "late");
}

#[test]
fn lines_choose_their_editor() {
    let mut server = Server::start(&[]);
    let mut first = Editor::connect(&mut server, "game@1a2b");
    let mut second = Editor::connect(&mut server, "tool@3c4d");
    server.line("@tool echo {\"to\": 2}");
    assert_eq!(second.receive()["params"]["to"], 2);
    server.line(r#"{"command": "echo", "editor": "game@1a2b", "params": {"to": 1}}"#);
    assert_eq!(first.receive()["params"]["to"], 1);
    server.line("echo {\"to\": \"default\"}");
    assert_eq!(first.receive()["params"]["to"], "default");
    server.line("@other echo {}");
    assert!(server.next("error")["message"].as_str().is_some_and(|text| text.contains(".editors")));
}

#[test]
fn a_script_waits_and_ends_with_its_input() {
    let mut server = Server::start(&[]);
    server.line(".wait editors 1");
    server.line("echo {\"n\": 1}");
    server.line(".wait");
    server.line("echo {\"n\": 2}");
    server.end_input();
    let mut editor = Editor::connect(&mut server, "game@1a2b");
    editor.answer(2, 1);
    assert_eq!(editor.closed().0, 1001);
    while editor.socket.read().is_ok() {}
    assert!(server.exit());
    server.next("waited");
    let stats = server.next("stats");
    assert_eq!((&stats["sent"], &stats["answered"], &stats["open"]), (&json!(2), &json!(2), &json!(0)));
}

#[test]
fn reports_have_their_documented_fields() {
    let mut server = Server::start(&[]);
    let mut editor = Editor::connect(&mut server, "game@1a2b");
    server.line("echo {}");
    editor.answer(1, 1);
    server.line("nonsense [");
    let shapes: [(&str, &[&str]); 4] = [
        ("connected", &["connection", "event", "peer"]),
        ("sent", &["command", "event", "request_id", "session_id", "tag"]),
        (
            "answer",
            &[
                "bytes",
                "command",
                "data",
                "elapsed_ms",
                "event",
                "readiness",
                "request_id",
                "session_id",
                "status",
                "tag",
            ],
        ),
        ("error", &["event", "message"]),
    ];
    for (event, fields) in shapes {
        let report = server.next(event);
        let mut keys = keys(&report);
        keys.sort_unstable();
        assert_eq!(keys, fields);
    }
}

#[test]
fn a_taken_port_names_the_way_out() {
    let server = Server::start(&[]);
    let output = Command::new(env!("CARGO_BIN_EXE_framewire"))
        .args(["serve", "--port", &server.port.to_string()])
        .output()
        .expect("the command runs");
    assert!(!output.status.success() && output.stdout.is_empty());
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains("--port") && error.lines().count() == 1, "{error}");
}

fn keys(report: &Value) -> Vec<&str> {
    report.as_object().expect("a report is an object").keys().map(String::as_str).collect()
}
