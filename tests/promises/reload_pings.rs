//! P4, for peers whose pings are messages: they are answered with the session id while the domain is away, and a call
//! waits for the next domain as long as its own time-out allows.

use framewire::ffi::*;
use serde_json::json;

use crate::domain::{Domain, Settings};
use crate::support::peer::serve;

const SESSION: &str = "9f2c";

#[test]
fn p4_reload_json_pings_are_answered_while_detached() {
    pings(true);
}

#[test]
fn p4_reload_json_pings_are_answered_after_a_death() {
    pings(false);
}

fn pings(detaches: bool) {
    let (away, wait_away) = std::sync::mpsc::channel();
    let (sent, wait_sent) = std::sync::mpsc::channel();
    let (url, peer) = serve(move |mut peer| {
        peer.text(r#"{"type":"welcome","serverTimeout":30,"keepAliveInterval":15}"#);
        assert_eq!(peer.json().expect("the editor registers")["type"], "register");
        peer.text(&json!({"type": "registered", "session_id": SESSION}).to_string());
        peer.text(r#"{"type":"execute","id":"open","name":"build","params":{"id":"open"},"timeout":3600.0}"#);
        wait_away.recv().expect("the test goes on");
        peer.text(r#"{"type":"execute","id":"waits","name":"build","params":{"id":"waits"},"timeout":3600.0}"#);
        for _ in 0..3 {
            peer.text(r#"{"type":"ping"}"#);
            let pong = loop {
                let message = peer.json().expect("the connection lives");
                // The editor tells its tools once it is registered.
                if message["type"] != "register_tools" {
                    break message;
                }
            };
            assert_eq!(pong, json!({"type": "pong", "session_id": SESSION}), "nothing but the pong");
        }
        sent.send(()).expect("the test listens");
        let mut results: Vec<_> = (0..2).map(|_| peer.json().expect("a result")).collect();
        results.sort_by_key(|result| result["id"].as_str().map(str::to_owned));
        for (result, id) in results.iter().zip(["open", "waits"]) {
            assert_eq!((&result["type"], &result["id"]), (&json!("command_result"), &json!(id)), "{result}");
            assert_eq!(result["result"]["status"], "success", "{result}");
        }
        peer.close(1000, "");
    });
    let mut settings = Settings::new(&url);
    settings.profile = FRAMEWIRE_PROFILE_UNITY_MCP;
    settings.hello = json!({"project_hash": "0a1b2c3d4e5f6071", "tools": [{"name": "build"}]}).to_string();
    settings.hold_ms = 0;
    let mut first = Domain::first(&settings);
    first.until("the call", |domain| domain.count(FRAMEWIRE_EVENT_REQUEST) == 1);
    let id = first.all(FRAMEWIRE_EVENT_REQUEST).next().expect("seen").id;
    assert_eq!(first.defer(id, 0, "building"), FRAMEWIRE_OK);
    let before = first.state();
    if detaches {
        first.detach();
    }
    away.send(()).expect("the peer waits");
    wait_sent.recv().expect("the pings were answered");

    let mut second = Domain::next(&settings);
    let state = second.state();
    assert_eq!((state.phase, state.generation), (FRAMEWIRE_PHASE_ACTIVE, before.generation));
    assert_eq!(crate::domain::session_id(&state), SESSION);
    second.until("both calls", |domain| {
        domain.count(FRAMEWIRE_EVENT_REQUEST) + domain.count(FRAMEWIRE_EVENT_REQUEST_ORPHANED) == 2
    });
    assert_eq!(second.keys(FRAMEWIRE_EVENT_REQUEST), ["waits"]);
    let orphan = second.all(FRAMEWIRE_EVENT_REQUEST_ORPHANED).next().expect("seen").clone();
    assert_eq!((orphan.id, orphan.note.as_str(), orphan.count), (id, "building", 2));
    for event in second.seen.clone() {
        if event.id != 0 {
            assert_eq!(second.respond(event.id, r#"{"done":true}"#), FRAMEWIRE_OK, "{event:?}");
        }
    }
    second.until("the end", |domain| domain.count(FRAMEWIRE_EVENT_CLOSED) == 1);
    assert_eq!(second.stats().connections, 1);
    peer.join().expect("the peer saw what it should");
    second.close();
}
