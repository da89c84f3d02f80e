//! What a Unity editor meets.

use serde_json::{Value, json};
use tungstenite::Message;

use crate::harness::{Editor, Server};

fn start(arguments: &[&str]) -> Server {
    Server::start(&[&["--profile", "unity-mcp"], arguments].concat())
}

fn register(hash: &str) -> Value {
    json!({ "type": "register", "project_hash": hash, "project_name": "Mine", "unity_version": "6000.0.1f1" })
}

/// Connects and registers: the editor and its session id.
fn connect(server: &mut Server, hash: &str) -> (Editor, String) {
    let mut editor = Editor::dial(server);
    assert_eq!(editor.receive()["type"], "welcome");
    editor.send(&register(hash));
    let registered = editor.receive();
    assert_eq!(registered["type"], "registered");
    let session_id = registered["session_id"].as_str().expect("the id is text").to_owned();
    assert_eq!(server.next("acknowledged")["session_id"], session_id);
    (editor, session_id)
}

/// The next message that is no ping.
fn receive(editor: &mut Editor) -> Value {
    loop {
        let message = editor.receive();
        if message["type"] != "ping" {
            return message;
        }
    }
}

#[test]
fn registration_follows_the_welcome() {
    let mut server = start(&[]);
    assert!(server.url.ends_with("/hub/plugin"), "{}", server.url);
    let mut editor = Editor::dial(&server);
    assert_eq!(editor.receive(), json!({ "type": "welcome", "serverTimeout": 30, "keepAliveInterval": 15 }));
    editor.send(&register("ab12"));
    let registered = editor.receive();
    let session_id = registered["session_id"].as_str().expect("the id is text");
    assert_eq!((registered["type"].as_str(), session_id.len()), (Some("registered"), 36));
    let report = server.next("acknowledged");
    assert_eq!((&report["project_hash"], &report["project_path"]), (&json!("ab12"), &Value::Null));
}

#[test]
fn a_command_is_executed_and_its_answer_shown() {
    let mut server = start(&["--command-timeout", "45"]);
    let (mut editor, _) = connect(&mut server, "ab12");
    server.line(r#"@ab12 manage_scene {"action": "load"}"#);
    let execute = receive(&mut editor);
    assert_eq!((&execute["type"], &execute["name"]), (&json!("execute"), &json!("manage_scene")));
    assert_eq!((&execute["params"], &execute["timeout"]), (&json!({ "action": "load" }), &json!(45.0)));
    let id = execute["id"].as_str().expect("the id is text");
    assert_eq!(id.len(), 36);
    let result = json!({ "status": "success", "result": { "n": 1 } });
    editor.send(&json!({ "type": "command_result", "id": id, "result": result }));
    let report = server.next("answer");
    assert_eq!((&report["status"], &report["data"]), (&json!("ok"), &result));
    assert_eq!(report["request_id"], id);
}

#[test]
fn a_failed_command_is_told_with_its_reason() {
    let mut server = start(&[]);
    let (mut editor, _) = connect(&mut server, "ab12");
    server.line("manage_scene {}");
    let id = receive(&mut editor)["id"].clone();
    let result = json!({ "success": false, "error": "busy", "hint": "retry", "data": { "reason": "compiling" } });
    editor.send(&json!({ "type": "command_result", "id": id, "result": result }));
    let report = server.next("answer");
    assert_eq!(report["error"], json!({ "code": "compiling", "message": "busy", "data": result }));
}

#[test]
fn questions_about_the_editor_time_out_early() {
    let mut server = start(&["--command-timeout", "0"]);
    let (mut editor, _) = connect(&mut server, "ab12");
    server.line("manage_scene {}");
    assert_eq!(receive(&mut editor)["timeout"], 3600.0);
    server.line("read_console {}");
    assert_eq!(receive(&mut editor)["timeout"], 2.0);
    let lost = server.next("lost");
    assert_eq!((&lost["command"], &lost["why"]), (&json!("read_console"), &json!("timed_out")));
    server.line(".stats");
    assert_eq!(server.next("stats")["open"], 1);
}

#[test]
fn tools_are_shown() {
    let mut server = start(&[]);
    let (mut editor, session_id) = connect(&mut server, "ab12");
    let tools = json!([{ "name": "read_console", "description": "" }, { "name": "mine", "parameters": [] }]);
    editor.send(&json!({ "type": "register_tools", "tools": tools }));
    let report = server.next("tools");
    assert_eq!((&report["names"], &report["data"]), (&json!(["read_console", "mine"]), &tools));
    assert_eq!(report["session_id"], session_id);
}

#[test]
fn a_session_that_answers_pings_lives_and_a_mute_one_is_closed_1001() {
    let mut server = start(&["--json-ping-interval", "0.4", "--json-pong-timeout", "4"]);
    let (mut mute, _) = connect(&mut server, "mute");
    let (mut lively, session_id) = connect(&mut server, "lively");
    // Fifteen pings take longer than the mute one has.
    for _ in 0..15 {
        assert_eq!(lively.receive(), json!({ "type": "ping" }));
        lively.send(&json!({ "type": "pong", "session_id": session_id }));
    }
    let gone = server.next("gone");
    assert_eq!((&gone["code"], &gone["closed_by"]), (&json!(1001), &json!("server")));
    assert_eq!(mute.closed().0, 1001);
    server.line(".editors");
    let editors = server.next("editors");
    assert_eq!(editors["editors"].as_array().map(Vec::len), Some(1));
    assert_eq!(editors["editors"][0]["project_hash"], "lively");
}

#[test]
fn pongs_of_another_session_do_not_count() {
    let mut server = start(&["--json-ping-interval", "0.1", "--json-pong-timeout", "3"]);
    let (mut editor, _) = connect(&mut server, "ab12");
    editor.send(&json!({ "type": "pong", "session_id": "00000000-0000-4000-8000-000000000000" }));
    editor.send(&json!({ "type": "pong" }));
    assert!(server.next("malformed")["why"].as_str().is_some_and(|why| why.contains("session_id")));
    assert_eq!(server.next("gone")["code"], 1001);
}

#[test]
fn a_new_editor_of_a_project_takes_the_old_ones_place() {
    let mut server = start(&[]);
    let (mut old, _) = connect(&mut server, "ab12");
    server.line("manage_scene {}");
    assert_eq!(receive(&mut old)["name"], "manage_scene");
    let (mut new, session_id) = connect(&mut server, "ab12");
    assert_eq!(server.next("lost")["why"], "superseded");
    assert_eq!(old.closed().0, 1001);
    while old.socket.read().is_ok() {}
    let gone = server.next("gone");
    assert_eq!((&gone["code"], &gone["clean"], &gone["lost"]), (&json!(1001), &json!(true), &json!(0)));

    server.line("manage_scene {}");
    assert_eq!(receive(&mut new)["name"], "manage_scene");
    assert_eq!(server.next("sent")["request_id"].as_str().map(str::len), Some(36));
    assert_eq!(server.next("sent")["session_id"], session_id);
}

#[test]
fn a_registration_without_its_hash_is_refused_or_ignored() {
    let mut server = start(&[]);
    let mut editor = Editor::dial(&server);
    editor.receive();
    editor.send(&register(""));
    assert_eq!(editor.closed().0, 4400);

    let mut editor = Editor::dial(&server);
    editor.receive();
    editor.send(&json!({ "type": "register" }));
    assert!(server.next("malformed")["why"].as_str().is_some_and(|why| why.contains("project_hash")));
    editor.send(&register("ab12"));
    assert_eq!(editor.receive()["type"], "registered");
}

#[test]
fn registering_twice_ends_the_connection() {
    let mut server = start(&[]);
    let (mut editor, _) = connect(&mut server, "ab12");
    editor.send(&register("ab12"));
    assert_eq!(editor.closed().0, 1001);
}

#[test]
fn text_that_is_no_json_is_closed_1003_and_other_json_ignored() {
    let mut server = start(&[]);
    let (mut editor, _) = connect(&mut server, "ab12");
    for text in ["[]", "{}", r#"{"type":"other"}"#, r#"{"type":"command_result"}"#] {
        editor.socket.send(Message::text(text)).expect("it is sent");
        server.next("malformed");
    }
    editor.socket.send(Message::text("nonsense")).expect("it is sent");
    assert_eq!(editor.closed().0, 1003);
}

#[test]
fn a_message_over_16_mib_is_closed_1009() {
    let mut server = start(&[]);
    let (mut editor, session_id) = connect(&mut server, "ab12");
    let pong = |padding: usize| {
        let frame = json!({ "type": "pong", "session_id": session_id, "padding": "" }).to_string();
        let padding = "x".repeat(padding - frame.len());
        Message::text(frame.replace(r#""padding":"""#, &format!(r#""padding":"{padding}""#)))
    };
    editor.socket.send(pong(16 << 20)).expect("it is sent");
    server.line("echo {}");
    assert_eq!(receive(&mut editor)["name"], "echo");
    // The server may end before it has read all of it.
    let _ = editor.socket.send(pong((16 << 20) + 1));
    let gone = server.next("gone");
    assert_eq!((&gone["code"], &gone["closed_by"]), (&json!(1009), &json!("server")));
}
