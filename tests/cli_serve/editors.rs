//! What an editor meets: handshake, commands, events, limits, closes.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;

use serde_json::{Value, json};
use tungstenite::Message;

use crate::harness::{Editor, Server, answer, hello};

#[test]
fn handshake_is_acknowledged_and_shown() {
    let mut server = Server::start(&["--server-version", "9.8.7"]);
    let mut editor = Editor::dial(&server);
    editor.send(&hello("game@1a2b"));
    assert_eq!(editor.receive(), json!({ "type": "handshake_ack", "server_version": "9.8.7" }));
    let report = server.next("acknowledged");
    assert_eq!(report["session_id"], "game@1a2b");
    assert_eq!(report["connection"], server.next("connected")["connection"]);
}

#[test]
fn command_is_answered() {
    let mut server = Server::start(&[]);
    let mut editor = Editor::connect(&mut server, "game@1a2b");
    server.line(r#"add {"a": 1.50, "b": "\u00e9"}"#);
    let command = editor.receive();
    let request_id = command["request_id"].as_str().expect("the id is text");
    assert!(request_id.len() == 32 && request_id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{request_id}");
    assert_eq!((&command["command"], &command["params"]), (&json!("add"), &json!({ "a": 1.5, "b": "é" })));

    editor.send(&answer(&command["request_id"], &json!({ "sum": 3 })));
    let report = server.next("answer");
    assert_eq!(report["request_id"], command["request_id"]);
    assert_eq!((&report["status"], &report["data"]), (&json!("ok"), &json!({ "sum": 3 })));
    assert!(report["elapsed_ms"].as_f64().is_some_and(|elapsed| elapsed > 0.0), "{report}");
}

#[test]
fn error_answers_and_broken_answers_fail_their_command() {
    let mut server = Server::start(&[]);
    let mut editor = Editor::connect(&mut server, "game@1a2b");
    server.line(r#"{"command": "fail", "tag": {"my": "tag"}}"#);
    let command = editor.receive();
    editor.send(&json!({
        "request_id": command["request_id"], "status": "error",
        "error": { "code": "NO_SCENE", "message": "open one", "data": { "hint": 1 } },
    }));
    let report = server.next("answer");
    assert_eq!((&report["status"], &report["tag"]), (&json!("error"), &json!({ "my": "tag" })));
    assert_eq!(report["error"], json!({ "code": "NO_SCENE", "message": "open one", "data": { "hint": 1 } }));

    server.line("broken");
    let command = editor.receive();
    editor.send(&json!({ "request_id": command["request_id"], "status": "ok", "data": null }));
    assert_eq!(server.next("answer")["error"]["code"], "MALFORMED_ANSWER");
}

#[test]
fn events_are_shown_and_readiness_is_kept() {
    let mut server = Server::start(&[]);
    let mut editor = Editor::connect(&mut server, "game@1a2b");
    editor.send(&json!({ "type": "event", "event": "readiness_changed", "data": { "readiness": "importing" } }));
    let report = server.next("event");
    assert_eq!((&report["name"], &report["session_id"]), (&json!("readiness_changed"), &json!("game@1a2b")));
    server.line(".editors");
    assert_eq!(server.next("editors")["editors"][0]["readiness"], "importing");
}

#[test]
fn malformed_messages_are_skipped() {
    let mut server = Server::start(&[]);
    let mut editor = Editor::connect(&mut server, "game@1a2b");
    for text in ["garbage", "[]", "{}", &"[".repeat(100_000)] {
        editor.socket.send(Message::text(text)).expect("it is sent");
        server.next("malformed");
    }
    server.line("echo {}");
    editor.answer(1, 1);
    assert_eq!(server.next("answer")["status"], "ok");
}

#[test]
fn a_taken_session_is_closed_4001_and_free_again_after_its_end() {
    let mut server = Server::start(&[]);
    let mut first = Editor::connect(&mut server, "game@1a2b");
    let mut second = Editor::dial(&server);
    second.send(&hello("game@1a2b"));
    assert_eq!(second.closed().0, 4001);
    drop(second);
    assert_eq!(server.next("gone")["session_id"], Value::Null);

    server.line("echo {}");
    first.answer(1, 1);
    assert_eq!(server.next("answer")["status"], "ok");

    drop(first);
    server.next("gone");
    Editor::connect(&mut server, "game@1a2b");
}

#[test]
fn a_malformed_handshake_is_closed_1000_without_a_reason() {
    let mut server = Server::start(&[]);
    for text in ["no json", "[]", r#"{"type":"handshake"}"#, r#"{"type":"auth_hello","protocol_version":2}"#] {
        let mut editor = Editor::dial(&server);
        editor.socket.send(Message::text(text)).expect("it is sent");
        assert_eq!(editor.closed(), (1000, String::new()), "{text}");
        drop(editor);
        let report = server.next("gone");
        assert_eq!((&report["code"], &report["closed_by"]), (&json!(1000), &json!("server")));
        assert!(report["why"].as_str().is_some_and(|why| !why.is_empty()));
    }
}

#[test]
fn a_missing_handshake_is_closed_1000() {
    let server = Server::start(&["--handshake-timeout", "2"]);
    assert_eq!(Editor::dial(&server).closed(), (1000, String::new()));
}

#[test]
fn the_message_limit_is_inclusive_and_one_byte_more_is_1009() {
    let mut server = Server::start(&["--max-message", "1000"]);
    let mut editor = Editor::connect(&mut server, "game@1a2b");
    editor.socket.send(Message::text("x".repeat(1000))).expect("it is sent");
    server.next("malformed");
    // The close must reach an editor that is still sending.
    for _ in 0..100 {
        let _ = editor.socket.send(Message::text("x".repeat(1001)));
    }
    assert_eq!(editor.closed().0, 1009);
    assert_eq!(server.next("gone")["code"], 1009);
}

#[test]
fn eight_mib_pass_where_the_limit_is_raised() {
    let mut server = Server::start(&["--max-message", "16777216", "--max-print", "1000"]);
    let mut editor = Editor::connect(&mut server, "game@1a2b");
    server.line("big {}");
    let command = editor.receive();
    editor.send(&answer(&command["request_id"], &json!({ "text": "x".repeat(8 << 20) })));
    let report = server.next("answer");
    assert!(report["bytes"].as_u64().is_some_and(|bytes| bytes > 8 << 20));
    assert_eq!((&report["data"], &report["data_omitted_bytes"]), (&Value::Null, &json!((8 << 20) + 11)));
}

#[test]
fn close_reaches_the_editor_and_is_clean() {
    let mut server = Server::start(&[]);
    let mut editor = Editor::connect(&mut server, "game@1a2b");
    server.line(".close 4005 try later");
    assert_eq!(editor.closed(), (4005, "try later".to_owned()));
    while editor.socket.read().is_ok() {}
    let gone = server.next("gone");
    assert_eq!((&gone["code"], &gone["closed_by"], &gone["clean"]), (&json!(4005), &json!("server"), &json!(true)));

    let mut editor = Editor::connect(&mut server, "game@1a2b");
    editor.socket.close(None).expect("the close is sent");
    while editor.socket.read().is_ok() {}
    let gone = server.next("gone");
    assert_eq!((&gone["closed_by"], &gone["clean"]), (&json!("editor"), &json!(true)));
}

#[test]
fn a_mute_editor_is_pinged_and_closed_1011() {
    let mut server = Server::start(&["--ping-interval", "0.05", "--pong-timeout", "0.3"]);
    let mut editor = Editor::connect(&mut server, "game@1a2b");
    // Not reading is not ponging.
    let gone = server.next("gone");
    assert_eq!((&gone["code"], &gone["closed_by"]), (&json!(1011), &json!("server")));
    assert_eq!(editor.closed().0, 1011);
}

#[test]
fn web_pages_of_other_sites_are_answered_403() {
    let server = Server::start(&[]);
    for header in ["Host: rebound.example", "Host: localhost\r\nOrigin: https://example.com"] {
        let mut stream = TcpStream::connect(format!("127.0.0.1:{}", server.port)).expect("the server listens");
        let request = format!(
            "GET / HTTP/1.1\r\n{header}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).expect("it is sent");
        let mut response = String::new();
        stream.read_to_string(&mut response).expect("it is answered");
        assert!(response.starts_with("HTTP/1.1 403"), "{response}");
    }
}

#[test]
fn many_editors_are_served_at_once() {
    let mut server = Server::start(&[]);
    let editors: Vec<Editor> = (0..20).map(|n| Editor::connect(&mut server, &format!("game@{n:04}"))).collect();
    for n in 0..20 {
        server.line(&format!("@game@{n:04} echo {{\"n\": {n}}}"));
    }
    let answering: Vec<_> = editors
        .into_iter()
        .map(|mut editor| {
            thread::spawn(move || {
                editor.answer(1, 1);
                editor
            })
        })
        .collect();
    for _ in 0..20 {
        let report = server.next("answer");
        let n = report["data"]["n"].as_u64().expect("the number is back");
        assert_eq!(report["session_id"], format!("game@{n:04}"));
    }
    for thread in answering {
        thread.join().expect("the editor answers");
    }
}
