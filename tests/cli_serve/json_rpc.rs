//! What a JSON-RPC 2.0 peer meets.

use std::net::TcpStream;

use serde_json::{Value, json};
use tungstenite::Message;

use crate::harness::{Editor, Server};

fn start(arguments: &[&str]) -> Server {
    Server::start(&[&["--profile", "json-rpc"], arguments].concat())
}

fn connect(server: &mut Server) -> Editor {
    let editor = Editor::dial(server);
    server.next("acknowledged");
    editor
}

fn is_uuid_4(id: &str) -> bool {
    let parts: Vec<&str> = id.split('-').collect();
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12])
        && parts.concat().bytes().all(|byte| byte.is_ascii_hexdigit())
        && parts[2].starts_with('4')
        && parts[3].starts_with(['8', '9', 'a', 'b'])
}

#[test]
fn a_call_goes_to_the_peer_and_its_answer_is_shown() {
    let mut server = start(&[]);
    assert!(server.url.ends_with("/ws"), "{}", server.url);
    let mut editor = connect(&mut server);
    for (line, params) in [
        (r#"call editor/open {"path": "res://a.tscn"}"#, json!({ "path": "res://a.tscn" })),
        ("editor/open [1, 2]", json!([1, 2])),
    ] {
        server.line(line);
        let request = editor.receive();
        assert_eq!((&request["jsonrpc"], &request["method"]), (&json!("2.0"), &json!("editor/open")));
        assert_eq!(request["params"], params);
        let id = request["id"].as_str().expect("the id is text");
        assert!(is_uuid_4(id), "{id}");
        editor.send(&json!({ "jsonrpc": "2.0", "id": id, "result": [true] }));
        let report = server.next("answer");
        assert_eq!(
            (&report["status"], &report["data"], &report["request_id"]),
            (&json!("ok"), &json!([true]), &json!(id))
        );
    }
}

#[test]
fn an_error_answer_is_shown_with_its_code() {
    let mut server = start(&[]);
    let mut editor = connect(&mut server);
    server.line("fail {}");
    let id = editor.receive()["id"].clone();
    editor.send(&json!({ "jsonrpc": "2.0", "id": id, "error": { "code": -32601, "message": "no", "data": 7 } }));
    let error = &server.next("answer")["error"];
    assert_eq!(*error, json!({ "code": "-32601", "message": "no", "data": 7 }));
}

#[test]
fn calls_of_the_peer_are_answered_and_shown() {
    let mut server = start(&[]);
    let mut editor = connect(&mut server);
    editor
        .socket
        .send(Message::text(r#"{"jsonrpc":"2.0","id":1.0,"method":"echo","params":{"n":9007199254740993}}"#))
        .expect("it is sent");
    let Message::Text(reply) = editor.socket.read().expect("an answer comes") else { panic!("no text") };
    assert_eq!(reply.as_str(), r#"{"jsonrpc":"2.0","id":1.0,"result":{"n":9007199254740993}}"#);
    let report = server.next("called");
    assert_eq!((&report["method"], &report["refused"]), (&json!("echo"), &Value::Null));

    editor.send(&json!({ "jsonrpc": "2.0", "id": "x", "method": "fly" }));
    let reply = editor.receive();
    assert_eq!((&reply["id"], &reply["error"]["code"]), (&json!("x"), &json!(-32601)));
    assert_eq!(server.next("called")["refused"], -32601);
}

#[test]
fn notifications_go_both_ways_unanswered() {
    let mut server = start(&[]);
    let mut editor = connect(&mut server);
    editor.send(&json!({ "jsonrpc": "2.0", "method": "scene/changed", "params": { "to": "a" } }));
    let report = server.next("event");
    assert_eq!((&report["name"], &report["data"]), (&json!("scene/changed"), &json!({ "to": "a" })));

    server.line(r#".notify session/update {"n": 1}"#);
    let notification = editor.receive();
    assert_eq!(notification, json!({ "jsonrpc": "2.0", "method": "session/update", "params": { "n": 1 } }));
    server.line(".stats");
    assert_eq!(server.next("stats")["sent"], 0);
}

#[test]
fn broken_messages_are_answered_and_the_connection_lives() {
    let mut server = start(&[]);
    let mut editor = connect(&mut server);
    for (text, code) in [("garbage", -32700), ("{}", -32600), ("[]", -32600), (&"[".repeat(100_000), -32700)] {
        editor.socket.send(Message::text(text)).expect("it is sent");
        let reply = editor.receive();
        assert_eq!((&reply["id"], &reply["error"]["code"]), (&Value::Null, &json!(code)));
        server.next("malformed");
    }
    editor.send(&json!([{ "id": 1, "method": "echo", "params": [] }, { "method": "told" }]));
    assert_eq!(editor.receive(), json!([{ "jsonrpc": "2.0", "id": 1, "result": [] }]));
    assert_eq!(server.next("event")["name"], "told");
}

#[test]
fn a_peer_that_asks_without_reading_is_not_read_without_end() {
    let mut server = start(&[]);
    let mut editor = connect(&mut server);
    let payload = "x".repeat(64 << 10);
    let asking = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"echo","params":["{payload}"]}}"#);
    let socket = editor.socket.get_ref();
    socket.set_write_timeout(Some(std::time::Duration::from_millis(300))).expect("a time-out is set");
    let mut asked = 0;
    // The buffers between the two take some; a server that took all would never make this fail.
    while editor.socket.send(Message::text(asking.clone())).is_ok() {
        asked += 1;
        assert!(asked < 4096, "the server reads on although nobody takes its answers");
    }
}

#[test]
fn wrong_messages_are_sent_on_wish() {
    let mut server = start(&[]);
    let mut editor = connect(&mut server);
    server.line(".raw [not JSON");
    let Message::Text(text) = editor.socket.read().expect("it comes") else { panic!("no text") };
    assert_eq!(text.as_str(), "[not JSON");
}

#[test]
fn other_paths_are_answered_403() {
    let server = start(&[]);
    let stream = TcpStream::connect(format!("127.0.0.1:{}", server.port)).expect("the server listens");
    match tungstenite::client(format!("ws://127.0.0.1:{}/", server.port), stream) {
        Err(tungstenite::HandshakeError::Failure(tungstenite::Error::Http(response))) => {
            assert_eq!(response.status(), 403);
            let body = String::from_utf8_lossy(response.body().as_deref().unwrap_or_default()).into_owned();
            assert!(body.contains("/ws"), "{body}");
        }
        other => panic!("not refused: {other:?}"),
    }
}
